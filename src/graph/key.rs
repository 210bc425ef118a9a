//! Keys: a text for every port, made of names and numbers only, so that it stays the same wherever the port is stated.

use super::{External, HostPortFrom, Missing, Owner, Port, PortGraph, PortKind, ServiceId};
use crate::manifest::{ObjectId, PortRef};

/// Groups of Kubernetes itself, whose kinds need no group beside them.
const OWN_GROUPS: &[&str] = &["", "apps", "batch", "discovery.k8s.io", "networking.k8s.io", "kind.x-k8s.io"];

/// The key of a port of the graph.
pub(super) fn key(graph: &PortGraph, port: &Port) -> String {
    let number = || format!("{}/{}", port.number, port.protocol);
    let tail = match &port.kind {
        PortKind::Client => return owner(graph, port.owner),
        PortKind::HostMapping(mapping) => {
            let listen = listen(mapping.listen.as_deref());
            format!("host-port/{listen}{}/node/{}/{}", port.number, mapping.node_port, port.protocol)
        }
        PortKind::LoadBalancer => format!("load-balancer/{}", number()),
        PortKind::ExternalIp(ip) => format!("external-ip/{ip}/{}", number()),
        PortKind::NodePort(service_port) => format!("node-port/{service_port}/{}", port.protocol),
        PortKind::HostPort(ip, HostPortFrom::HostPort) => format!("host-port/{}{}", listen(ip.as_deref()), number()),
        PortKind::HostPort(ip, HostPortFrom::HostNetwork) => {
            format!("host-network/{}{}", listen(ip.as_deref()), number())
        }
        PortKind::Listener(_) => format!("listener/{}", number()),
        PortKind::Route(route) => {
            let host = route.host.as_deref().unwrap_or("*");
            let kind = route.path_type.as_deref().map(|kind| format!(" {kind}")).unwrap_or_default();
            format!("route/{host}{}{kind}", route.path.as_deref().unwrap_or(" default"))
        }
        PortKind::ServicePort => format!("port/{}", number()),
        PortKind::ContainerPort(container) => {
            format!("container/{}/{}", container.container.as_deref().unwrap_or("-"), number())
        }
        PortKind::External(target) => return format!("external/{}/{}", external(graph, target), number()),
        PortKind::Missing(missing) => return format!("missing/{}/{}", self::missing(graph, missing), port.protocol),
    };
    format!("{}/{tail}", owner(graph, port.owner))
}

fn listen(address: Option<&str>) -> String {
    address.map(|address| format!("{address}/")).unwrap_or_default()
}

fn owner(graph: &PortGraph, owner: Owner) -> String {
    match (owner, graph.object(owner)) {
        (_, Some(id)) => object(id),
        (Owner::HostMachine, None) => "host-machine".to_owned(),
        (_, None) => "outside".to_owned(),
    }
}

fn object(id: &ObjectId) -> String {
    let group = if OWN_GROUPS.contains(&id.group) { String::new() } else { format!(".{}", id.group) };
    let namespace = if id.namespace.is_empty() { String::new() } else { format!("{}/", id.namespace) };
    format!("{namespace}{}{group}/{}", id.kind, id.name)
}

fn external(graph: &PortGraph, target: &External) -> String {
    match target {
        External::Address(address) => format!("address/{address}"),
        External::Name(name) => format!("name/{name}"),
        External::Managed(service) => format!("managed/{}", of(graph, *service)),
        External::Object(kind, name) => format!("object/{kind}/{name}"),
    }
}

fn missing(graph: &PortGraph, missing: &Missing) -> String {
    match missing {
        Missing::Pods(namespace, selector) => format!("pods/{namespace}/{selector}"),
        Missing::PortName(service, name) => format!("port-name/{}/{name}", of(graph, *service)),
        Missing::EndpointPort(service, name) => format!("endpoint-port/{}/{name}", of(graph, *service)),
        Missing::Service(namespace, name) => format!("service/{namespace}/{name}"),
        Missing::ServicePort(namespace, name, PortRef::Number(number)) => {
            format!("service-port/{namespace}/{name}/{number}")
        }
        Missing::ServicePort(namespace, name, PortRef::Name(port)) => {
            format!("service-port/{namespace}/{name}/name/{port}")
        }
        Missing::NodePort(number) => format!("node-port/{number}"),
    }
}

fn of(graph: &PortGraph, service: ServiceId) -> String {
    let id = &graph.service(service).id;
    format!("{}/{}", id.namespace, id.name)
}
