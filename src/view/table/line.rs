//! Lines: what the rows of the summary and of the reference are about. Every workload and every Service has one, and so has
//! every hole that something outside of a Service leads to: nothing vanishes.

use super::super::words;
use super::{NOTHING, entry, services_in_front};
use crate::graph::{External, HopKind, Missing, Number, Owner, PortGraph, PortId, PortKind, ServiceId, WorkloadId};

/// The longest selector that fits in a cell, in bytes.
const LONGEST_SELECTOR: usize = 48;

/// What one row is about.
pub(super) struct Line<'g> {
    /// Empty for what belongs to no namespace.
    pub(super) namespace: &'g str,
    /// What a person calls it.
    pub(super) name: &'g str,
    /// Where requests end.
    pub(super) end: End,
    /// The Service ports in front of it.
    pub(super) services: Vec<PortId>,
    /// The ports outside that lead to it.
    pub(super) entries: Vec<PortId>,
}

/// Where the requests of a line end.
pub(super) enum End {
    /// In a container port of a workload.
    Container(WorkloadId, PortId),
    /// Nowhere: the workload has no ports.
    NoPorts(WorkloadId),
    /// In none of the workloads: external targets, holes.
    Elsewhere(Vec<PortId>),
}

/// Every line: workloads, then Services without one, then holes.
pub(super) fn lines(graph: &PortGraph) -> Vec<Line<'_>> {
    let workloads = graph.workloads().flat_map(|(id, _)| of_workload(graph, id));
    let services = graph.services().flat_map(|(id, _)| of_service(graph, id));
    workloads.chain(services).chain(of_nobody(graph)).collect()
}

fn of_workload(graph: &PortGraph, id: WorkloadId) -> Vec<Line<'_>> {
    let workload = graph.workload(id);
    let line = |end, services, entries| Line {
        namespace: workload.id.namespace.as_str(),
        name: words::display_name(workload),
        end,
        services,
        entries,
    };
    let ports = container_ports(graph, id);
    if ports.is_empty() {
        return vec![line(End::NoPorts(id), Vec::new(), Vec::new())];
    }
    let of_port = |port| line(End::Container(id, port), services_in_front(graph, port), entry::entries(graph, port));
    ports.into_iter().map(of_port).collect()
}

/// The container ports of a workload in the order of their numbers.
pub(super) fn container_ports(graph: &PortGraph, id: WorkloadId) -> Vec<PortId> {
    let ports = graph.ports_of(Owner::Workload(id));
    let mut ports: Vec<_> = ports.filter(|(_, port)| matches!(port.kind, PortKind::ContainerPort(_))).collect();
    ports.sort_by_key(|(id, port)| (port.number, port.protocol, *id));
    ports.into_iter().map(|(id, _)| id).collect()
}

/// The ports of a Service that lead out of the workloads.
fn of_service(graph: &PortGraph, id: ServiceId) -> Vec<Line<'_>> {
    let service = graph.service(id);
    let mut lines = Vec::new();
    for (port, node) in graph.ports_of(Owner::Service(id)).filter(|(_, node)| node.kind == PortKind::ServicePort) {
        let targets: Vec<PortId> = graph.hops_from(port).into_iter().map(|hop| graph.ends(hop).1).collect();
        let elsewhere: Vec<PortId> =
            targets.iter().copied().filter(|target| graph.port(*target).owner == Owner::Elsewhere).collect();
        // A caller that states no port has one of unknown number, beside those of the Service.
        let is_only_called = node.number == Number::Unknown && !service.ports.is_empty();
        if (targets.is_empty() && !is_only_called) || !elsewhere.is_empty() {
            lines.push(Line {
                namespace: service.id.namespace.as_str(),
                name: words::service_name(service),
                end: End::Elsewhere(elsewhere),
                services: vec![port],
                entries: entry::entries(graph, port),
            });
        }
    }
    lines
}

/// Holes and objects that something else than a Service leads to.
fn of_nobody(graph: &PortGraph) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (id, port) in graph.ports_of(Owner::Elsewhere) {
        let mut hops = graph.hops_to(id).into_iter();
        let Some(hop) = hops.find(|hop| graph.hop(*hop).kind != HopKind::Target) else { continue };
        let told_at = |name| (namespace_of(graph, graph.ends(hop).0), name);
        let (namespace, name) = match &port.kind {
            PortKind::Missing(missing) => missing.service_name().unwrap_or_else(|| told_at(NOTHING)),
            PortKind::External(External::Object(_, name)) => told_at(name),
            PortKind::External(External::Name(host)) => told_at(host),
            // What else is outside of the cluster is told where something leads to it, as what else is missing.
            _ => told_at(NOTHING),
        };
        let entries = entry::entries(graph, id);
        lines.push(Line { namespace, name, end: End::Elsewhere(vec![id]), services: Vec::new(), entries });
    }
    lines
}

fn namespace_of(graph: &PortGraph, id: PortId) -> &str {
    graph.object(graph.port(id).owner).map_or("", |object| object.namespace.as_str())
}

/// A target that is no container port, in words.
pub(super) fn outside_of_workloads(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    match &port.kind {
        PortKind::External(target) => words::external(target, port),
        PortKind::Missing(Missing::Pods(_, selector)) if selector.len() > LONGEST_SELECTOR => {
            "no pod with the labels that it selects".to_owned()
        }
        PortKind::Missing(missing) => missing.to_string(),
        _ => words::number(port.number, port.protocol),
    }
}
