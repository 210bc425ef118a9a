//! Keys: a text for every port, made of names and numbers only, so that it stays the same wherever the port is stated.

use std::fmt::{self, Write as _};

use super::{
    External, HostPortFrom, Missing, NoServicePort, Owner, Port, PortGraph, PortKind, Refused, RouteKey, ServiceId,
};
use crate::manifest::{ObjectId, PortRef, Takes};

/// Groups of Kubernetes itself, whose kinds need no group beside them.
const OWN_GROUPS: &[&str] =
    &["", "apps", "batch", "discovery.k8s.io", "gateway.networking.k8s.io", "networking.k8s.io", "kind.x-k8s.io"];

/// Most keys have no more bytes.
const MOSTLY: usize = 80;

/// The key of a port of the graph.
pub(super) fn key(graph: &PortGraph, port: &Port) -> String {
    let mut key = String::with_capacity(MOSTLY);
    if !matches!(port.kind, PortKind::External(_) | PortKind::Missing(_)) {
        write_owner(graph, port.owner, &mut key);
    }
    // Text can always be written into a `String`.
    write_tail(graph, port, &mut key).unwrap_or_default();
    key
}

/// What tells the port from others of its owner.
fn write_tail(graph: &PortGraph, port: &Port, key: &mut String) -> fmt::Result {
    let Port { number, protocol, .. } = port;
    match &port.kind {
        PortKind::Client => Ok(()),
        PortKind::HostMapping(mapping) => {
            let listen = optional(mapping.listen.as_deref());
            write!(key, "/host-port/{listen}{number}/node/{}/{protocol}", mapping.node_port)
        }
        PortKind::LoadBalancer => write!(key, "/load-balancer/{number}/{protocol}"),
        PortKind::ExternalIp(ip) => write!(key, "/external-ip/{ip}/{number}/{protocol}"),
        PortKind::NodePort(service_port) => write!(key, "/node-port/{service_port}/{protocol}"),
        PortKind::HostPort(ip, from) => {
            let from = match from {
                HostPortFrom::HostPort => "host-port",
                HostPortFrom::HostNetwork => "host-network",
            };
            write!(key, "/{from}/{}{number}/{protocol}", optional(ip.as_deref()))
        }
        PortKind::Listener(listener) => {
            write!(key, "/listener/{}{number}/{protocol}", optional(listener.name.as_deref()))
        }
        PortKind::Route(route) => write!(key, "/route/{}", self::route(route)),
        PortKind::ServicePort => write!(key, "/port/{number}/{protocol}"),
        PortKind::ContainerPort(container) => {
            write!(key, "/container/{}/{number}/{protocol}", container.container.as_deref().unwrap_or("-"))
        }
        PortKind::External(target) => write!(key, "external/{}/{number}/{protocol}", external(graph, target)),
        PortKind::Missing(missing) => write!(key, "missing/{}/{protocol}", self::missing(graph, missing)),
    }
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

/// A part that is not always there, with what parts it from the next one.
fn optional(part: Option<&str>) -> String {
    part.map(|part| format!("{part}/")).unwrap_or_default()
}

fn write_owner(graph: &PortGraph, owner: Owner, key: &mut String) {
    match (owner, graph.object(owner)) {
        (_, Some(id)) => write_object(id, key),
        (Owner::HostMachine, None) => key.push_str("host-machine"),
        (Owner::ApiServer, None) => key.push_str("api-server"),
        (_, None) => key.push_str("outside"),
    }
}

fn write_object(id: &ObjectId, key: &mut String) {
    if !id.namespace.is_empty() {
        key.extend([&id.namespace, "/"]);
    }
    key.push_str(id.kind);
    if !OWN_GROUPS.contains(&id.group) {
        key.extend([".", id.group]);
    }
    key.extend(["/", &id.name]);
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
        Missing::ServicePort(missing) => {
            let NoServicePort { namespace, service, port } = missing.as_ref();
            let by_name = if matches!(port, PortRef::Name(_)) { "name/" } else { "" };
            format!("service-port/{namespace}/{service}/{by_name}{port}")
        }
        Missing::NodePort(number) => format!("node-port/{number}"),
        Missing::Listener(missing) => {
            format!("listener/{}/{}/{}/{}", missing.namespace, missing.kind, missing.name, refused(&missing.why))
        }
        Missing::Router(id) => {
            let mut key = "router/".to_owned();
            write_object(id, &mut key);
            key
        }
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
