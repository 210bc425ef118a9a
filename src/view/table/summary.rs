//! The summary: one row per workload and container port, with its Service ports and the ports outside.

use super::super::words;
use super::line::{End, Line, lines, outside_of_workloads};
use super::{NOTHING, Row, access, entry, joined};
use crate::graph::{Number, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{Service, ServiceType};

/// The head of the table.
pub(super) const TITLES: &[&str] = &["Service", "Internal Port", "Service Port", "External Port", "Access Method"];

/// The rows, in the order of namespaces, workloads and numbers.
pub(super) fn rows(graph: &PortGraph) -> Vec<Row<'_>> {
    lines(graph).iter().map(|line| row(graph, line)).collect()
}

fn row<'g>(graph: &'g PortGraph, line: &Line<'g>) -> Row<'g> {
    let entries = entry::told(graph, &line.entries);
    Row {
        namespace: line.namespace,
        node_ports: entry::node_ports(graph, &entries),
        cells: vec![
            line.name.to_owned(),
            internal(graph, &line.end),
            service_ports(graph, &line.services),
            joined(entries.iter().map(|id| entry::text(graph, *id)).collect()),
            access::method(graph, line),
        ],
    }
}

/// The container port, or in words what is there instead.
fn internal(graph: &PortGraph, end: &End) -> String {
    match end {
        End::NoPorts(_) => NOTHING.to_owned(),
        End::Elsewhere(targets) => joined(targets.iter().map(|id| outside_of_workloads(graph, *id)).collect()),
        End::Container(_, id) => {
            let port = graph.port(*id);
            let number = words::number(port.number, port.protocol);
            let is_undeclared = matches!(&port.kind, PortKind::ContainerPort(container) if !container.declared);
            if is_undeclared { format!("{number} (undeclared)") } else { number }
        }
    }
}

/// The ports that clients inside use. That of a load balancer is told as a port outside; here only where there is no other.
fn service_ports(graph: &PortGraph, services: &[PortId]) -> String {
    let (outside, inside): (Vec<PortId>, Vec<PortId>) = services.iter().partition(|id| is_balanced(graph, **id));
    let told = if inside.is_empty() { outside } else { inside };
    joined(told.iter().filter_map(|id| service_port(graph, *id)).collect())
}

/// The number of a Service port, and whether clients find the pods behind it themselves.
fn service_port(graph: &PortGraph, id: PortId) -> Option<String> {
    let port = graph.port(id);
    let is_headless = service(graph, id).is_some_and(|service| service.headless);
    match (port.number, is_headless) {
        (Number::Unknown, true) => Some("headless".to_owned()),
        (Number::Unknown, false) => None,
        (number, true) => Some(format!("{} (headless)", words::number(number, port.protocol))),
        (number, false) => Some(words::number(number, port.protocol)),
    }
}

fn is_balanced(graph: &PortGraph, id: PortId) -> bool {
    service(graph, id).is_some_and(|service| service.kind == ServiceType::LoadBalancer)
}

fn service(graph: &PortGraph, id: PortId) -> Option<&Service> {
    match graph.port(id).owner {
        Owner::Service(id) => Some(graph.service(id)),
        _ => None,
    }
}
