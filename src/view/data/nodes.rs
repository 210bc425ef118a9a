//! `nodes` and `edges`: the graph itself.

use std::ops::Range;

use super::model::{Edge, Evidence, Node, NodeKind, Object, Places};
use super::policed::policed;
use crate::graph::{External, HopId, HopKind, HostPortFrom, How, Missing, Number, Port, PortGraph, PortId, PortKind};

/// Ports in the order of keys, each with its key as its id.
pub(super) fn nodes<'g>(graph: &'g PortGraph, places: Places<'g>, ports: Range<u32>) -> impl Iterator<Item = Node<'g>> {
    ports.map(PortId::from).map(move |id| node(graph, id, places))
}

/// Hops in the order of the ports they join.
pub(super) fn edges<'g>(graph: &'g PortGraph, places: Places<'g>, hops: Range<u32>) -> impl Iterator<Item = Edge<'g>> {
    hops.map(HopId::from).map(move |id| edge(graph, id, places))
}

fn edge<'g>(graph: &'g PortGraph, id: HopId, places: Places<'g>) -> Edge<'g> {
    let (hop, (from, to)) = (graph.hop(id), graph.ends(id));
    Edge {
        from: graph.key(from),
        to: graph.key(to),
        kind: verb(hop.kind),
        protocol: graph.port(to).protocol,
        how: how(hop.how),
        weight: hop.share().map(|share| share.weight),
        evidence: hop.evidence.as_ref().map(|found| Evidence { place: &found.place, text: &found.text }),
        at: hop.at.map(|span| places.at(span)),
        policy: policed(graph, id),
    }
}

fn node<'g>(graph: &'g PortGraph, id: PortId, places: Places<'g>) -> Node<'g> {
    let port = graph.port(id);
    let object = graph.object(port.owner);
    let (namespace, name) = match object {
        Some(id) => (Some(id.namespace.as_str()), Some(id.name.as_str())),
        None => called(graph, &port.kind),
    };
    Node {
        id: graph.key(id),
        kind: kind(port),
        namespace,
        name,
        port_name: port.name.as_deref(),
        port: port.number.known(),
        protocol: port.protocol,
        owner: object.map(Object::new),
        at: port.at.map(|span| places.at(span)),
    }
}

fn kind(port: &Port) -> NodeKind<'_> {
    let auto = port.number == Number::Auto;
    match &port.kind {
        PortKind::Client => NodeKind::Client,
        PortKind::HostMapping(key) => {
            NodeKind::HostMapping { address: key.listen.as_deref(), node_port: key.node_port, auto }
        }
        PortKind::LoadBalancer => NodeKind::LoadBalancer,
        PortKind::ExternalIp(address) => NodeKind::ExternalIp { address },
        PortKind::NodePort(service_port) => NodeKind::NodePort { service_port: *service_port, auto },
        PortKind::HostPort(address, from) => {
            NodeKind::HostPort { address: address.as_deref(), host_network: *from == HostPortFrom::HostNetwork }
        }
        PortKind::Listener(listener) => NodeKind::Listener {
            tls: listener.speaks.is_encrypted(),
            speaks: Some(listener.speaks.as_str()).filter(|speaks| !speaks.is_empty()),
            host: listener.host.as_deref(),
            assumed: listener.assumed,
        },
        PortKind::Route(key) => NodeKind::Route {
            host: key.host.as_deref(),
            path: key.path.as_deref(),
            path_type: key.path_type.as_deref(),
            conditions: &key.conditions,
        },
        PortKind::ServicePort => NodeKind::ServicePort,
        PortKind::ContainerPort(key) => {
            NodeKind::ContainerPort { container: key.container.as_deref(), declared: key.declared }
        }
        PortKind::External(external) => NodeKind::External { target: external_word(external) },
        PortKind::Missing(missing) => NodeKind::Missing { target: missing_word(missing), message: missing.to_string() },
    }
}

fn external_word(external: &External) -> &'static str {
    match external {
        External::Address(_) => "address",
        External::Name(_) => "dnsName",
        External::Managed(_) => "managed",
        External::Object(..) => "object",
    }
}

fn missing_word(missing: &Missing) -> &'static str {
    match missing {
        Missing::Pods(..) => "pods",
        Missing::PortName(..) => "containerPort",
        Missing::EndpointPort(..) | Missing::EndpointNumber(..) => "endpointPort",
        Missing::Service(..) => "service",
        Missing::ServicePort(..) => "servicePort",
        Missing::NodePort(_) => "nodePort",
        Missing::Listener(_) => "listener",
        Missing::Grant(..) => "grant",
        Missing::Router(_) => "router",
    }
}

/// Namespace and name of what is outside of the input or missing, where it has them.
fn called<'g>(graph: &'g PortGraph, kind: &'g PortKind) -> (Option<&'g str>, Option<&'g str>) {
    let service = |id| {
        let id = &graph.service(id).id;
        (Some(id.namespace.as_str()), Some(id.name.as_str()))
    };
    match kind {
        PortKind::External(External::Address(name) | External::Name(name)) => {
            (None, Some(name.as_str()).filter(|name| !name.is_empty()))
        }
        PortKind::External(External::Object(_, name)) => (None, Some(name.as_str()).filter(|name| !name.is_empty())),
        PortKind::External(External::Managed(id))
        | PortKind::Missing(Missing::PortName(id, _) | Missing::EndpointPort(id, _) | Missing::EndpointNumber(id, _)) => {
            service(*id)
        }
        PortKind::Missing(Missing::Service(namespace, name)) => (Some(namespace), Some(name)),
        PortKind::Missing(Missing::ServicePort(missing)) => (Some(&missing.namespace), Some(&missing.service)),
        PortKind::Missing(Missing::Grant(namespace, name)) => (Some(namespace), Some(name)),
        PortKind::Missing(Missing::Router(id)) => (Some(&id.namespace), Some(&id.name)),
        PortKind::Missing(Missing::Listener(missing)) => (Some(&missing.namespace), Some(&missing.name)),
        PortKind::Missing(Missing::Pods(namespace, _)) => (Some(namespace), None),
        _ => (None, None),
    }
}

pub(super) fn verb(kind: HopKind) -> &'static str {
    match kind {
        HopKind::Enter => "enters",
        HopKind::Map => "maps",
        HopKind::Forward => "forwards",
        HopKind::Bind => "binds",
        HopKind::Match => "matches",
        HopKind::Route => "routes",
        HopKind::Mirror => "mirrors",
        HopKind::Redirect => "redirects",
        HopKind::Target => "targets",
        HopKind::Call => "calls",
    }
}

fn how(how: How) -> &'static str {
    match how {
        How::Stated => "stated",
        How::Defaulted => "defaulted",
        How::Named => "named",
        How::Auto => "auto",
        How::Assumed => "assumed",
    }
}
