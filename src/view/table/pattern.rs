//! The patterns: how the `targetPort` of every Service port meets a container port, or fails to.

use std::collections::BTreeSet;

use super::super::words;
use super::line::{container_ports, outside_of_workloads};
use super::{NOTHING, Row, joined};
use crate::graph::{External, How, Missing, Owner, Port, PortGraph, PortId, PortKind, ServiceId, WorkloadId};
use crate::manifest::{PortRef, ServicePort};

/// The head of the table.
pub(super) const TITLES: &[&str] = &["Pattern", "Container", "Service Port", "Service TargetPort"];

/// One row per Service port and different way to meet a container port.
pub(super) fn rows(graph: &PortGraph) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (id, service) in graph.services() {
        for (from, port) in graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort) {
            let mut seen = BTreeSet::new();
            for hop in graph.hops_from(from) {
                let end = Meeting { graph, service: id, port, how: graph.hop(hop).how, target: graph.ends(hop).1 };
                let cells = cells(&end);
                if seen.insert(cells.clone()) {
                    rows.push(Row { namespace: service.id.namespace.as_str(), cells, node_ports: Vec::new() });
                }
            }
        }
    }
    rows
}

/// A Service port and one of its targets.
struct Meeting<'g> {
    graph: &'g PortGraph,
    service: ServiceId,
    port: &'g Port,
    how: How,
    target: PortId,
}

fn cells(end: &Meeting<'_>) -> Vec<String> {
    let stated = entry(end);
    let number = stated.map_or(NOTHING.to_owned(), |_| words::number(end.port.number, end.port.protocol));
    vec![pattern(end), container(end), number, target_port(end, stated)]
}

/// What the Service states or is given by default. Stated endpoints have ports of their own, and nothing asks the Service (EP-03).
fn target_port(end: &Meeting<'_>, stated: Option<&ServicePort>) -> String {
    let is_asked = !matches!(end.graph.port(end.target).kind, PortKind::External(_));
    match stated.filter(|_| is_asked).map(|port| &port.target) {
        Some(PortRef::Number(number)) => number.to_string(),
        Some(PortRef::Name(name)) => format!("\"{name}\""),
        None => NOTHING.to_owned(),
    }
}

/// The pattern and whose it is; a workload that is called like its pattern needs no more words.
fn pattern(end: &Meeting<'_>) -> String {
    let pattern = pattern_name(end);
    let named_so =
        workload(end).is_some_and(|id| words::display_name(end.graph.workload(id)).eq_ignore_ascii_case(pattern));
    if named_so { pattern.to_owned() } else { format!("{pattern}: {}", end.graph.service(end.service).id.name) }
}

fn pattern_name(end: &Meeting<'_>) -> &'static str {
    let target = end.graph.port(end.target);
    match &target.kind {
        PortKind::ContainerPort(container) if !container.declared => "Undeclared",
        PortKind::ContainerPort(_) => declared_pattern(end, target),
        PortKind::External(External::Name(_)) => "External name",
        PortKind::External(External::Managed(_)) => "Managed elsewhere",
        PortKind::External(External::Address(_) | External::Object(..)) => "Stated endpoints",
        PortKind::Missing(Missing::Pods(..)) => "No pods",
        PortKind::Missing(_) => "Unmatched name",
        // No Service port leads to what stands in front of one.
        PortKind::Client
        | PortKind::HostMapping(_)
        | PortKind::LoadBalancer
        | PortKind::ExternalIp(_)
        | PortKind::NodePort(_)
        | PortKind::HostPort(..)
        | PortKind::Listener(_)
        | PortKind::Route(_)
        | PortKind::ServicePort => "Other",
    }
}

fn declared_pattern(end: &Meeting<'_>, target: &Port) -> &'static str {
    let is_same = target.number == end.port.number;
    // Clients of a headless Service dial what the pods listen on, whatever its own number is (HL-02).
    match (end.how, is_same) {
        (_, false) if end.graph.service(end.service).headless => "Headless",
        (How::Named, _) => "Named port",
        (_, true) => "Simple match",
        (_, false) => "Port mapping",
    }
}

fn container(end: &Meeting<'_>) -> String {
    let port = end.graph.port(end.target);
    let number = words::number(port.number, port.protocol);
    match (&port.kind, workload(end), &port.name) {
        (PortKind::ContainerPort(container), Some(id), _) if !container.declared => declared(end.graph, id),
        (PortKind::ContainerPort(_), _, Some(name)) if end.how == How::Named => format!("{number} (named \"{name}\")"),
        (PortKind::ContainerPort(_), ..) => number,
        _ => outside_of_workloads(end.graph, end.target),
    }
}

/// What the workload declares instead of the target.
fn declared(graph: &PortGraph, id: WorkloadId) -> String {
    let ports = container_ports(graph, id).into_iter().map(|id| graph.port(id));
    let declared = ports.filter(|port| matches!(&port.kind, PortKind::ContainerPort(key) if key.declared));
    joined(declared.map(|port| words::number(port.number, port.protocol)).collect())
}

fn workload(end: &Meeting<'_>) -> Option<WorkloadId> {
    match end.graph.port(end.target).owner {
        Owner::Workload(id) => Some(id),
        _ => None,
    }
}

/// The entry of the manifest that a Service port comes from; none for a Service without ports.
fn entry<'g>(end: &Meeting<'g>) -> Option<&'g ServicePort> {
    let ports = &end.graph.service(end.service).ports;
    let port = end.port;
    ports.iter().find(|other| {
        (Some(other.number), other.protocol, &other.name) == (port.number.known(), port.protocol, &port.name)
    })
}
