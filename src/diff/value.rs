//! Values: what fields of ports say, and what ports lead to.

use std::collections::HashMap;

use super::Field;
use crate::graph::{HopId, HopKind, HostPortFrom, Number, Owner, Port, PortGraph, PortId, PortKind, RouteKey, Share};
use crate::manifest::{PortRef, Service, ServicePort};

/// What a field says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number of a port.
    Number(Number),
    /// A text, such as it stands in the manifest.
    Text(String),
    /// Ports that it leads to or comes from, as ports of the marked graph.
    Ports(Vec<End>),
}

/// A port at the other end of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The port, in the marked graph.
    pub port: PortId,
    /// The part of the requests that goes there, where they are parted.
    pub share: Option<Share>,
}

/// The fields of a port of one graph; `places` has its ports in the marked graph.
pub(super) fn values(graph: &PortGraph, id: PortId, places: &HashMap<PortId, PortId>) -> Vec<(Field, Value)> {
    let port = graph.port(id);
    let number = (Field::Port, Value::Number(port.number));
    let protocol = (Field::Protocol, Value::Text(port.protocol.to_string()));
    let name = text(Field::Name, port.name.as_deref());
    let to = |field: Field, kinds: &[HopKind]| (field, Value::Ports(ends(graph, id, kinds, places)));
    match &port.kind {
        PortKind::ServicePort => {
            let stated = service_port(graph, port);
            let target = stated.map(|port| (Field::TargetPort, reference(&port.target)));
            let speaks = text(Field::AppProtocol, stated.and_then(|port| port.app_protocol.as_deref()));
            let known = [number, protocol, to(Field::LeadsTo, &[HopKind::Target])];
            known.into_iter().chain(name).chain(target).chain(speaks).collect()
        }
        PortKind::ContainerPort(key) => {
            let container = text(Field::Container, key.container.as_deref());
            [number, protocol].into_iter().chain(name).chain(container).collect()
        }
        PortKind::NodePort(_) => vec![number, protocol, to(Field::LeadsTo, &[HopKind::Forward])],
        PortKind::LoadBalancer => vec![number, protocol],
        PortKind::ExternalIp(ip) => {
            let known = [number, protocol, to(Field::LeadsTo, &[HopKind::Forward])];
            known.into_iter().chain(text(Field::Address, Some(ip))).collect()
        }
        PortKind::HostPort(ip, from) => {
            let network = (*from == HostPortFrom::HostNetwork).then_some("true");
            let more = text(Field::Address, ip.as_deref()).into_iter().chain(text(Field::HostNetwork, network));
            [number, protocol, to(Field::LeadsTo, &[HopKind::Bind])].into_iter().chain(more).collect()
        }
        PortKind::HostMapping(mapping) => {
            let node_port = (Field::NodePort, Value::Number(Number::Known(mapping.node_port)));
            let known = [number, protocol, node_port];
            known.into_iter().chain(text(Field::Address, mapping.listen.as_deref())).collect()
        }
        PortKind::Listener(listener) => {
            let speaks = text(Field::Speaks, Some(listener.speaks.as_str()).filter(|speaks| !speaks.is_empty()));
            let host = text(Field::Host, listener.host.as_deref());
            let name = text(Field::Name, listener.name.as_deref());
            [number].into_iter().chain(speaks).chain(host).chain(name).collect()
        }
        PortKind::Route(route) => {
            let over = (Field::Listeners, Value::Ports(listeners(graph, id, places)));
            let backend = to(Field::Backend, &[HopKind::Route, HopKind::Mirror, HopKind::Redirect]);
            conditions(route).chain([over, backend]).collect()
        }
        PortKind::Client | PortKind::External(_) | PortKind::Missing(_) => Vec::new(),
    }
}

fn text(field: Field, text: Option<&str>) -> Option<(Field, Value)> {
    text.map(|text| (field, Value::Text(text.to_owned())))
}

/// Which requests a route takes.
fn conditions(route: &RouteKey) -> impl Iterator<Item = (Field, Value)> {
    let more = (!route.conditions.is_empty()).then(|| route.conditions.join(", "));
    let parts = [
        text(Field::Host, route.host.as_deref()),
        text(Field::Path, route.path.as_deref()),
        text(Field::PathType, route.path_type.as_deref()),
        text(Field::Conditions, more.as_deref()),
    ];
    parts.into_iter().flatten()
}

/// What a Service says about one of its ports.
fn service_port<'g>(graph: &'g PortGraph, port: &Port) -> Option<&'g ServicePort> {
    let Owner::Service(id) = port.owner else { return None };
    let service: &Service = graph.service(id);
    service.ports.iter().find(|stated| (Some(stated.number), stated.protocol) == (port.number.known(), port.protocol))
}

fn reference(port: &PortRef) -> Value {
    match port {
        PortRef::Number(number) => Value::Number(Number::Known(*number)),
        PortRef::Name(name) => Value::Text(name.to_string()),
    }
}

fn ends(graph: &PortGraph, id: PortId, kinds: &[HopKind], places: &HashMap<PortId, PortId>) -> Vec<End> {
    let hops = graph.hops_from(id).into_iter().filter(|hop| kinds.contains(&graph.hop(*hop).kind));
    sorted(hops.filter_map(|hop| end(graph, hop, graph.ends(hop).1, places)))
}

/// The listeners that a route takes its requests from.
fn listeners(graph: &PortGraph, id: PortId, places: &HashMap<PortId, PortId>) -> Vec<End> {
    let hops = graph.hops_to(id).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Match);
    sorted(hops.filter_map(|hop| end(graph, hop, graph.ends(hop).0, places)))
}

fn end(graph: &PortGraph, hop: HopId, port: PortId, places: &HashMap<PortId, PortId>) -> Option<End> {
    Some(End { port: *places.get(&port)?, share: graph.hop(hop).share() })
}

/// Ids of the marked graph are the same for both sides, so this makes lists comparable.
fn sorted(ends: impl Iterator<Item = End>) -> Vec<End> {
    let mut ends: Vec<End> = ends.collect();
    ends.sort_by_key(|end| (end.port, end.share));
    ends
}
