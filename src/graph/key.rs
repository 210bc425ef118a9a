//! Keys: a text for every port, made of names and numbers only, so that it stays the same wherever the port is stated.

use super::{External, HostPortFrom, Missing, Owner, Port, PortGraph, PortKind, Refused, RouteKey, ServiceId};
use crate::manifest::{ObjectId, PortRef, Takes};

/// Groups of Kubernetes itself, whose kinds need no group beside them.
const OWN_GROUPS: &[&str] =
    &["", "apps", "batch", "discovery.k8s.io", "gateway.networking.k8s.io", "networking.k8s.io", "kind.x-k8s.io"];

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
        PortKind::Listener(listener) => {
            let name = listener.name.as_deref().map(|name| format!("{name}/")).unwrap_or_default();
            format!("listener/{name}{}", number())
        }
        PortKind::Route(route) => format!("route/{}", self::route(route)),
        PortKind::ServicePort => format!("port/{}", number()),
        PortKind::ContainerPort(container) => {
            format!("container/{}/{}", container.container.as_deref().unwrap_or("-"), number())
        }
        PortKind::External(target) => return format!("external/{}/{}", external(graph, target), number()),
        PortKind::Missing(missing) => return format!("missing/{}/{}", self::missing(graph, missing), port.protocol),
    };
    format!("{}/{tail}", owner(graph, port.owner))
}

fn route(route: &RouteKey) -> String {
    let host = route.host.as_deref().unwrap_or("*");
    let words = match route.takes {
        Takes::Http | Takes::Grpc => route.path_type.as_deref(),
        Takes::Tls => Some("TLS"),
        Takes::Tcp => Some("TCP"),
        Takes::Udp => Some("UDP"),
    };
    let words = words.into_iter().chain(route.conditions.iter().map(String::as_str));
    let words: String = words.map(|word| format!(" {word}")).collect();
    let default = if matches!(route.takes, Takes::Http | Takes::Grpc) { " default" } else { "" };
    format!("{host}{}{words}", route.path.as_deref().unwrap_or(default))
}

fn listen(address: Option<&str>) -> String {
    address.map(|address| format!("{address}/")).unwrap_or_default()
}

fn owner(graph: &PortGraph, owner: Owner) -> String {
    match (owner, graph.object(owner)) {
        (_, Some(id)) => object(id),
        (Owner::HostMachine, None) => "host-machine".to_owned(),
        (Owner::ApiServer, None) => "api-server".to_owned(),
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
        Missing::EndpointNumber(service, number) => format!("endpoint-number/{}/{number}", of(graph, *service)),
        Missing::Service(namespace, name) => format!("service/{namespace}/{name}"),
        Missing::ServicePort(namespace, name, PortRef::Number(number)) => {
            format!("service-port/{namespace}/{name}/{number}")
        }
        Missing::ServicePort(namespace, name, PortRef::Name(port)) => {
            format!("service-port/{namespace}/{name}/name/{port}")
        }
        Missing::NodePort(number) => format!("node-port/{number}"),
        Missing::Listener(missing) => {
            format!("listener/{}/{}/{}/{}", missing.namespace, missing.kind, missing.name, refused(&missing.why))
        }
        Missing::Router(id) => format!("router/{}", object(id)),
        Missing::Grant(namespace, name) => format!("grant/{namespace}/Service/{name}"),
    }
}

fn refused(why: &Refused) -> String {
    match why {
        Refused::Unmatched(section, port) => {
            let port = port.map(|port| port.to_string());
            format!("{}:{}", section.as_deref().unwrap_or("*"), port.as_deref().unwrap_or("*"))
        }
        Refused::Kind(kind) => format!("kind/{kind}"),
        Refused::Namespace(namespace) => format!("namespace/{namespace}"),
        Refused::Host(host) => format!("host/{host}"),
        Refused::Listeners(namespace) => format!("listeners/{namespace}"),
    }
}

fn of(graph: &PortGraph, service: ServiceId) -> String {
    let id = &graph.service(service).id;
    format!("{}/{}", id.namespace, id.name)
}
