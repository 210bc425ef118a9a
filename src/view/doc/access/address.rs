//! The addresses of routers: those that the input tells, and the commands that tell them otherwise.

use super::super::super::shell::sh_quote;
use super::super::Context;
use super::super::commands::kubectl;
use super::super::names;
use crate::graph::PortGraph;
use crate::manifest::{Labels, LookedUp, ObjectId, Router, Service};

/// The addresses that the input tells: the router's own, else those of the Service in front of its proxies.
pub(super) fn known<'g>(graph: &'g PortGraph, router: &'g Router) -> impl Iterator<Item = &'g str> {
    let of_proxies = proxies(graph, router).into_iter().flat_map(|service| &service.balancer_addresses);
    router.addresses.iter().chain(of_proxies).map(String::as_str)
}

/// The command that tells the address, or the whole URL.
pub(super) fn lookup(context: &Context<'_>, router: &Router) -> Option<String> {
    let ObjectId { namespace, name, .. } = &router.id;
    match &router.looked_up {
        LookedUp::Itself => Some(kubectl(&format!("get {}", context.resource(&router.id)), namespace, &[name])),
        LookedUp::Status(resource, path) | LookedUp::Url(resource, path) => {
            Some(kubectl(&format!("get {resource}"), namespace, &[name, "-o", &format!("jsonpath={{{path}}}")]))
        }
        LookedUp::Proxies(labels) if labels.is_empty() => None,
        LookedUp::Proxies(labels) => Some(match proxies(context.graph, router) {
            Some(service) => kubectl("get service", &service.id.namespace, &[&service.id.name]),
            None => format!("kubectl get services -A -l {}", sh_quote(&names::selector(labels))),
        }),
    }
}

/// The Service in front of the router's proxies, where the input has it: one that is open to the outside before others.
fn proxies<'g>(graph: &'g PortGraph, router: &Router) -> Option<&'g Service> {
    let LookedUp::Proxies(labels) = &router.looked_up else { return None };
    let has = |of: &Labels| labels.iter().all(|(key, value)| of.get(key) == Some(value));
    let services = graph.services().map(|(_, service)| service);
    services.filter(|service| !labels.is_empty() && has(&service.labels)).max_by_key(|service| service.kind)
}
