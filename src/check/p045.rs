//! P045: an AWS load balancer that sends requests to the nodes, and a Service that is on no node port.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{AwsTargets, Controller, Router, Service, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P045",
    name: "alb-instance-clusterip",
    title: "A load balancer sends to the nodes, and the Service has no port on them",
    severity: "warning",
    what: "An Ingress of the AWS load balancer controller (class `alb`, or annotations `alb.ingress.kubernetes.io/…`) with `target-type: instance`, \
           which is also the default, and a Service of type ClusterIP behind it. Nothing is told of an unstated type where the input has \
           `IngressClassParams`, which may state it.",
    why: "With `instance` the load balancer sends requests to node ports. A Service of type ClusterIP has none, so the controller makes no \
          targets and logs that the Service must be of type NodePort or LoadBalancer.",
    fix: "Annotate the Ingress with `alb.ingress.kubernetes.io/target-type: ip`, or give the Service `type: NodePort`. Where the controller \
          runs with `--default-target-type=ip`, ignore the finding.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let has_params = context.graph.roles().customs.iter().any(|custom| custom.kind == "IngressClassParams");
    for (_, router) in context.graph.routers() {
        let stated = match router.controller {
            Some(Controller::Aws(AwsTargets::Nodes)) => true,
            Some(Controller::Aws(AwsTargets::Unstated)) if !has_params => false,
            _ => continue,
        };
        let mut seen = BTreeSet::new();
        for reference in router.service_refs().filter(|reference| seen.insert(&reference.service)) {
            let service = context.service(&reference.namespace, &reference.service);
            if let Some(service) = service.filter(|service| service.kind == ServiceType::ClusterIp) {
                found.push(finding(router, service, stated).related(reference.service_at, "the backend"));
            }
        }
    }
}

fn finding(router: &Router, service: &Service, stated: bool) -> Finding {
    let why = if stated { "`target-type: instance`" } else { "no `target-type`, which means `instance` by default" };
    let message = format!(
        "{} has {why}, so it sends to node ports, but Service {} is of type ClusterIP and has none",
        words::name(&router.id),
        service.id.name
    );
    CHECK
        .finding(Severity::Warning, &router.id, message, router.at, "sends to node ports".to_owned())
        .related(service.at, "has no node port")
        .help(format!("annotate {} with `alb.ingress.kubernetes.io/target-type: ip`", words::name(&router.id)))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn found(annotations: &str, class: &str, kind: &str) -> Vec<String> {
        found_by(
            "P045",
            &format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{type: {kind}, ports: [{{port: 80}}]}}\n---\n\
                 apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i, annotations: {{{annotations}}}}}\n\
                 spec: {{ingressClassName: {class}, defaultBackend: {{service: {{name: s, port: {{number: 80}}}}}}}}\n"
            ),
        )
    }

    #[test]
    fn ing_09_instance_mode_needs_node_ports() {
        let instance = "alb.ingress.kubernetes.io/target-type: instance";
        let tail = "so it sends to node ports, but Service s is of type ClusterIP and has none";
        assert_eq!(
            found(instance, "x", "ClusterIP"),
            [format!("warning 8 `i`: Ingress i has `target-type: instance`, {tail}")]
        );
        assert_eq!(
            found("", "alb", "ClusterIP"),
            [format!("warning 8 `i`: Ingress i has no `target-type`, which means `instance` by default, {tail}")]
        );
        assert!(found(instance, "alb", "NodePort").is_empty());
        assert!(found("alb.ingress.kubernetes.io/target-type: ip", "alb", "ClusterIP").is_empty());
        assert!(found("", "nginx", "ClusterIP").is_empty());
    }
}
