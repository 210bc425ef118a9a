//! `services`: every Service, its ports, and the endpoints that its selector gives them.

use std::ops::Range;

use super::model::{Endpoint, Object, Places, Service, ServicePort};
use crate::graph::{HopKind, Owner, Port, PortGraph, PortId, PortKind, ServiceId};
use crate::manifest;

/// Services in the order of ids.
pub(super) fn services<'g>(
    graph: &'g PortGraph,
    places: Places<'g>,
    ids: Range<u32>,
) -> impl Iterator<Item = Service<'g>> {
    ids.map(ServiceId).map(move |id| self::service(graph, places, id, graph.service(id)))
}

fn service<'g>(graph: &'g PortGraph, places: Places<'g>, id: ServiceId, service: &'g manifest::Service) -> Service<'g> {
    Service {
        namespace: &service.id.namespace,
        name: &service.id.name,
        kind: service.kind.as_str(),
        headless: service.headless,
        external_name: service.external_name.as_deref(),
        ports: ports(graph, id, service),
        at: places.at(service.at),
    }
}

/// The ports of one Service by number and protocol, as the graph has them: joined with what its manifest states.
fn ports<'g>(graph: &'g PortGraph, id: ServiceId, service: &'g manifest::Service) -> Vec<ServicePort<'g>> {
    let mut stated: Vec<&manifest::ServicePort> = service.ports.iter().collect();
    stated.sort_by_key(|port| (port.number, port.protocol));
    let drawn = graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort);
    drawn
        .filter_map(|(node, port)| {
            let number = port.number.known()?;
            let at = stated.binary_search_by_key(&(number, port.protocol), |port| (port.number, port.protocol)).ok()?;
            Some(service_port(graph, node, port, number, stated.get(at)?))
        })
        .collect()
}

fn service_port<'g>(
    graph: &'g PortGraph,
    node: PortId,
    port: &'g Port,
    number: u16,
    stated: &'g manifest::ServicePort,
) -> ServicePort<'g> {
    ServicePort {
        name: port.name.as_deref(),
        port: number,
        protocol: port.protocol,
        target_port: &stated.target,
        node_port: node_port(graph, node),
        endpoints: endpoints(graph, node),
    }
}

/// The node port in front of a Service port, where its number is known: stated, or that of its twin (NP-03).
fn node_port(graph: &PortGraph, service_port: PortId) -> Option<u16> {
    let mut before = graph.hops_to(service_port).into_iter().map(|hop| graph.port(graph.ends(hop).0));
    before.find(|port| matches!(port.kind, PortKind::NodePort(_)))?.number.known()
}

/// One endpoint per workload, container and number, in the order of keys.
fn endpoints(graph: &PortGraph, service_port: PortId) -> Vec<Endpoint<'_>> {
    let targets = graph.hops_from(service_port).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Target);
    targets.filter_map(|hop| endpoint(graph, graph.port(graph.ends(hop).1))).collect()
}

fn endpoint<'g>(graph: &'g PortGraph, target: &'g Port) -> Option<Endpoint<'g>> {
    let PortKind::ContainerPort(key) = &target.kind else { return None };
    Some(Endpoint {
        workload: Object::new(graph.object(target.owner)?),
        container: key.container.as_deref(),
        port: target.number.known()?,
        declared: key.declared,
    })
}
