//! Where the address of a router is looked up, while the input does not tell it.

use super::Labels;

/// Which object of the cluster tells the address of a router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookedUp {
    /// The router itself: kubectl lists its address (Ingress, Gateway API).
    Itself,
    /// The Service in front of the proxies: both have these labels (Istio's `spec.selector`, Traefik's chart).
    Proxies(Labels),
    /// A field of the router's status, as kubectl names the kind and the field.
    Status(&'static str, &'static str),
    /// A field of the router's status that tells the whole URL, host and all (Knative).
    Url(&'static str, &'static str),
}
