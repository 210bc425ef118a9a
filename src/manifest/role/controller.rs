//! The controllers that give ways in a meaning of their own.

/// A controller, as far as an object proves that it is meant for it (or that it is it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// ingress-nginx (ING-16).
    IngressNginx,
    /// The AWS load balancer controller, with what its load balancer sends requests to (ING-09).
    Aws(AwsTargets),
}

/// `alb.ingress.kubernetes.io/target-type`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwsTargets {
    /// `instance`: ports of the nodes.
    Nodes,
    /// `ip`: the pods themselves.
    Pods,
    /// Not stated: whatever the controller's settings say, of which `instance` is the default.
    Unstated,
}
