//! Entries: the ports outside of the cluster that lead to a port, as cells name them.

use std::collections::BTreeSet;

use super::super::words;
use crate::graph::{HopKind, HostPortFrom, Number, Owner, PortGraph, PortId, PortKind};
use crate::manifest::ServiceType;

/// Every port outside that leads to this one, the most direct ones first.
pub(super) fn entries(graph: &PortGraph, end: PortId) -> Vec<PortId> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![end];
    while let Some(id) = waiting.pop() {
        for hop in graph.hops_to(id) {
            let before = graph.ends(hop).0;
            if !matches!(graph.hop(hop).kind, HopKind::Call | HopKind::Redirect) && seen.insert(before) {
                waiting.push(before);
            }
        }
    }
    let mut entries: Vec<_> = seen.into_iter().filter_map(|id| Some((rank(graph, id)?, id))).collect();
    entries.sort_unstable();
    entries.into_iter().map(|(_, id)| id).collect()
}

/// The place of an entry in a cell; none for ports inside, and for the node port that a cluster assigns behind a load balancer.
fn rank(graph: &PortGraph, id: PortId) -> Option<u8> {
    let port = graph.port(id);
    match (&port.kind, port.owner) {
        (PortKind::NodePort(_), Owner::Service(service))
            if port.number == Number::Auto && graph.service(service).kind == ServiceType::LoadBalancer =>
        {
            None
        }
        (PortKind::NodePort(_), _) => Some(0),
        (PortKind::LoadBalancer, _) => Some(1),
        (PortKind::ExternalIp(_), _) => Some(2),
        (PortKind::HostPort(..), _) => Some(3),
        (PortKind::HostMapping(_), _) => Some(4),
        (PortKind::Listener(_), _) => Some(5),
        (
            PortKind::Client
            | PortKind::Route(_)
            | PortKind::ServicePort
            | PortKind::ContainerPort(_)
            | PortKind::External(_)
            | PortKind::Missing(_),
            _,
        ) => None,
    }
}

/// The entries that a cell tells: a router's ports, which it shares with other routes, only where nothing is more direct.
/// Each route has a line below the table in any case.
pub(super) fn told(graph: &PortGraph, entries: &[PortId]) -> Vec<PortId> {
    let is_listener = |id: &PortId| matches!(graph.port(*id).kind, PortKind::Listener(_));
    let shared_only = entries.iter().all(is_listener);
    entries.iter().copied().filter(|id| shared_only || !is_listener(id)).collect()
}

/// An entry with what kind it is: `38080 (NodePort)`, `80 (hostPort)`, `443 (Ingress)`, `localhost:3000`.
pub(super) fn text(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    let number = words::number(port.number, port.protocol);
    let on = |ip: Option<&str>| ip.map_or(number.clone(), |ip| words::address(ip, port));
    match &port.kind {
        PortKind::NodePort(_) => format!("{number} (NodePort)"),
        PortKind::LoadBalancer => format!("{number} ({})", balancer(graph, port.owner)),
        PortKind::ExternalIp(ip) => format!("{} (externalIP)", on(Some(ip))),
        PortKind::HostPort(ip, HostPortFrom::HostPort) => format!("{} (hostPort)", on(ip.as_deref())),
        PortKind::HostPort(ip, HostPortFrom::HostNetwork) => format!("{} (hostNetwork)", on(ip.as_deref())),
        PortKind::HostMapping(mapping) => words::host_address(mapping.listen.as_deref(), port),
        PortKind::Listener(_) => {
            format!("{number} ({})", graph.object(port.owner).map_or("router", |object| object.kind.as_str()))
        }
        PortKind::Client
        | PortKind::Route(_)
        | PortKind::ServicePort
        | PortKind::ContainerPort(_)
        | PortKind::External(_)
        | PortKind::Missing(_) => number,
    }
}

fn balancer(graph: &PortGraph, owner: Owner) -> &'static str {
    match owner {
        Owner::Service(id) if graph.service(id).internal => "internal LoadBalancer",
        _ => "LoadBalancer",
    }
}

/// The numbers of the node ports among the entries, where they are known.
pub(super) fn node_ports(graph: &PortGraph, entries: &[PortId]) -> Vec<u16> {
    let ports = entries.iter().map(|id| graph.port(*id));
    ports.filter(|port| matches!(port.kind, PortKind::NodePort(_))).filter_map(|port| port.number.known()).collect()
}
