//! Destinations: the Service, or the host outside of the cluster, that a name stands for.

use serde::Deserialize;

use super::super::object::{Object, place};
use super::super::{Lowered, PortRef, ServiceRef, SubsetRef, Target};
use crate::yaml::Node;

/// `destination` of a route.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Destination {
    host: String,
    port: Option<Port>,
    subset: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Port {
    number: Option<i32>,
}

/// The part of the Service's pods that a destination names; `node` is where it stands.
pub(super) fn subset(destination: &Destination, node: Option<Node<'_>>) -> Option<Box<SubsetRef>> {
    let name = destination.subset.clone().filter(|name| !name.is_empty())?;
    Some(Box::new(SubsetRef { name, at: place(node?, &["subset"]) }))
}

/// What a destination is; `node` is where it stands. A number is the Service's `port`.
pub(super) fn target(
    object: &Object<'_>,
    destination: &Destination,
    node: Option<Node<'_>>,
    lowered: &mut Lowered,
) -> Target {
    let place = |path: &[&str]| node.map_or(object.at, |node| place(node, path));
    let number = destination.port.as_ref().and_then(|port| port.number);
    let at = place(if number.is_some() { &["port", "number"] } else { &["host"] });
    let port = number.and_then(|number| lowered.port(number, "port number", at));
    match service(&destination.host, &object.id.namespace) {
        Some((namespace, service)) => Target::Service(ServiceRef {
            namespace: namespace.into(),
            service: service.into(),
            service_at: place(&["host"]),
            port: port.map(PortRef::Number),
            at,
        }),
        None => Target::Host { host: destination.host.as_str().into(), port, at },
    }
}

/// Namespace and name of the Service that a host is: a name without dots is one of the own namespace; any other has to be
/// written out, and may as well be one of the internet.
pub(super) fn service<'h>(host: &'h str, own: &'h str) -> Option<(&'h str, &'h str)> {
    match host.split('.').collect::<Vec<_>>()[..] {
        [name] if name != "*" && !name.is_empty() => Some((own, name)),
        [name, namespace, "svc", ..] if !name.is_empty() => Some((namespace, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::service;

    #[test]
    fn ist_a_short_host_is_a_service_of_the_own_namespace_and_every_other_one_is_written_out() {
        for (host, expected) in [
            ("reviews", Some(("shop", "reviews"))),
            ("reviews.prod.svc.cluster.local", Some(("prod", "reviews"))),
            ("reviews.prod", None),
            ("api.example.com", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(service(host, "shop"), expected, "{host}");
        }
    }
}
