//! Port forwarding: to every port that kubectl can reach, through a Service where one leads to it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Context;
use super::super::asking::{address, speech};
use super::super::commands::{Part, STEPS, Step, port_forward};
use super::super::names::{behind, targets, with_pods};
use super::super::placed::Placed;
use crate::graph::{Owner, PortGraph, PortId, PortKind, ServiceId};
use crate::manifest::{Lifetime, ObjectId, Protocol, ServiceType};

/// The first port that is not reserved for the system's administrator.
const FIRST_FREE: u16 = 1024;

/// What is added to a reserved port: 80 becomes 8080, 443 becomes 8443.
const ABOVE_RESERVED: u16 = 8000;

/// What one command forwards to.
struct Forward<'g> {
    id: &'g ObjectId,
    target: String,
    ports: Vec<PortId>,
}

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let mut taken = mapped(graph);
    let steps = forwards(graph).into_iter().map(|forward| step(graph, &forward, &mut taken)).collect();
    context.part("Port forwarding", "To your machine, for as long as the command runs.".to_owned(), steps, STEPS)
}

fn step(graph: &PortGraph, forward: &Forward<'_>, taken: &mut BTreeSet<u16>) -> Placed<Step> {
    let numbers = forward.ports.iter().filter_map(|port| Some((*port, graph.port(*port).number.known()?)));
    let pairs: Vec<(PortId, u16, u16)> =
        numbers.map(|(port, number)| (port, local_port(number, taken), number)).collect();
    let addresses = pairs.iter().map(|(port, local, _)| address(speech(graph, *port), "localhost", *local));
    let names: BTreeSet<String> = forward.ports.iter().map(|port| behind(graph, *port)).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let comment = format!("{names}: {}", addresses.collect::<Vec<_>>().join(", "));
    let ports: Vec<(u16, u16)> = pairs.iter().map(|(_, local, number)| (*local, *number)).collect();
    let command = port_forward(&forward.id.namespace, &forward.target, &ports);
    Placed::new(&forward.id.namespace, Step::new(&comment, [command]))
}

/// Ports of the host machine that a local cluster has taken already.
pub(in crate::view::doc) fn mapped(graph: &PortGraph) -> BTreeSet<u16> {
    let mappings = graph.roles().clusters.iter().flat_map(|cluster| &cluster.mappings);
    mappings.filter(|mapping| mapping.protocol == Protocol::Tcp).filter_map(|mapping| mapping.host_port).collect()
}

/// A local port for a port: the same number where it is neither reserved nor taken.
pub(in crate::view::doc) fn local_port(number: u16, taken: &mut BTreeSet<u16>) -> u16 {
    let wanted = if number < FIRST_FREE { number + ABOVE_RESERVED } else { number };
    let local = first_free(wanted, taken).or_else(|| first_free(FIRST_FREE, taken)).unwrap_or(wanted);
    taken.insert(local);
    local
}

/// The first port from this one on that is not taken.
fn first_free(from: u16, taken: &BTreeSet<u16>) -> Option<u16> {
    let mut free = from;
    for port in taken.range(from..) {
        if *port > free {
            break;
        }
        free = free.checked_add(1)?;
    }
    Some(free)
}

/// Every Service that is worth a command, then the workloads with ports that no Service leads to.
fn forwards(graph: &PortGraph) -> Vec<Forward<'_>> {
    let chosen = chosen_ports(graph);
    let covered: BTreeSet<PortId> = chosen.iter().flat_map(|port| targets(graph, *port)).collect();
    let services = graph.services().map(|(id, service)| Forward {
        id: &service.id,
        target: format!("svc/{}", service.id.name),
        ports: graph.ports_of(Owner::Service(id)).map(|(port, _)| port).filter(|port| chosen.contains(port)).collect(),
    });
    let workloads = graph.workloads().filter(|(_, workload)| workload.lifetime == Lifetime::Lasting);
    let workloads = workloads.filter_map(|(id, workload)| {
        let ports = graph.ports_of(Owner::Workload(id)).map(|(port, _)| port);
        let ports = ports.filter(|port| is_container_port(graph, *port) && !covered.contains(port));
        Some(Forward { id: &workload.id, target: with_pods(&workload.id)?, ports: ports.collect() })
    });
    services.chain(workloads).filter(|forward| !forward.ports.is_empty()).collect()
}

fn is_container_port(graph: &PortGraph, id: PortId) -> bool {
    let port = graph.port(id);
    matches!(&port.kind, PortKind::ContainerPort(container) if container.declared) && port.protocol == Protocol::Tcp
}

/// Of the Service ports that lead to the same container ports, the one of the plainest Service.
pub(in crate::view::doc) fn chosen_ports(graph: &PortGraph) -> BTreeSet<PortId> {
    let mut best: BTreeMap<Vec<PortId>, (u8, PortId)> = BTreeMap::new();
    for (id, _) in graph.services() {
        for (port, _) in graph.ports_of(Owner::Service(id)).filter(|(port, _)| can_forward(graph, id, *port)) {
            let candidate = (rank(graph, id), port);
            let targets = targets(graph, port);
            best.entry(targets).and_modify(|best| *best = candidate.min(*best)).or_insert(candidate);
        }
    }
    best.into_values().map(|(_, port)| port).collect()
}

/// kubectl forwards TCP to a pod behind the Service; through a headless one to the very number (HL-02); and to none where the
/// Service has no selector of its own.
fn can_forward(graph: &PortGraph, service: ServiceId, id: PortId) -> bool {
    let port = graph.port(id);
    let targets = targets(graph, id);
    let to_pods = targets.iter().all(|target| matches!(graph.port(*target).kind, PortKind::ContainerPort(_)));
    let same_number = || targets.iter().all(|target| graph.port(*target).number == port.number);
    port.kind == PortKind::ServicePort
        && graph.service(service).served_by.is_none()
        && port.protocol == Protocol::Tcp
        && port.number.known().is_some()
        && !targets.is_empty()
        && to_pods
        && (!graph.service(service).headless || same_number())
}

fn rank(graph: &PortGraph, service: ServiceId) -> u8 {
    let service = graph.service(service);
    match service.kind {
        ServiceType::ClusterIp if service.headless => 3,
        ServiceType::ClusterIp => 0,
        ServiceType::NodePort => 1,
        ServiceType::LoadBalancer => 2,
        ServiceType::ExternalName => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_ports_are_free_to_use_and_each_used_once() {
        let mut taken = BTreeSet::new();
        let locals: Vec<u16> =
            [8000, 80, 80, 443, 8080, 65535, 65535].map(|port| local_port(port, &mut taken)).to_vec();
        assert_eq!(locals, [8000, 8080, 8081, 8443, 8082, 65535, 1024]);
    }
}
