//! Keys: a text for every port, made of names and numbers only, so that it stays the same wherever the port is stated.

use std::fmt::{self, Formatter};

use super::{
    External, HostPortFrom, Missing, NoServicePort, Owner, Port, PortGraph, PortKind, Refused, RouteKey, ServiceId,
};
use crate::manifest::{ObjectId, PortRef, Takes};

/// Groups of Kubernetes itself, whose kinds need no group beside them.
const OWN_GROUPS: &[&str] =
    &["", "apps", "batch", "discovery.k8s.io", "gateway.networking.k8s.io", "networking.k8s.io", "kind.x-k8s.io"];

/// The name of a port that is its own in the whole graph; see [`PortGraph::key`].
#[derive(Clone, Copy)]
pub struct Key<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) port: &'g Port,
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { graph, port } = self;
        if !matches!(port.kind, PortKind::External(_) | PortKind::Missing(_)) {
            write_owner(graph, port.owner, f)?;
        }
        write_tail(graph, port, f)
    }
}

/// What tells the port from others of its owner.
fn write_tail(graph: &PortGraph, port: &Port, f: &mut Formatter<'_>) -> fmt::Result {
    let Port { number, protocol, .. } = port;
    match &port.kind {
        PortKind::Client => Ok(()),
        PortKind::HostMapping(mapping) => {
            let listen = Optional(mapping.listen.as_deref());
            write!(f, "/host-port/{listen}{number}/node/{}/{protocol}", mapping.node_port)
        }
        PortKind::LoadBalancer => write!(f, "/load-balancer/{number}/{protocol}"),
        PortKind::ExternalIp(ip) => write!(f, "/external-ip/{ip}/{number}/{protocol}"),
        PortKind::NodePort(service_port) => write!(f, "/node-port/{service_port}/{protocol}"),
        PortKind::HostPort(ip, from) => {
            let from = match from {
                HostPortFrom::HostPort => "host-port",
                HostPortFrom::HostNetwork => "host-network",
            };
            write!(f, "/{from}/{}{number}/{protocol}", Optional(ip.as_deref()))
        }
        PortKind::Listener(listener) => {
            write!(f, "/listener/{}{number}/{protocol}", Optional(listener.name.as_deref()))
        }
        PortKind::Route(route) => write_route(route, f),
        PortKind::ServicePort => write!(f, "/port/{number}/{protocol}"),
        PortKind::ContainerPort(container) => {
            write!(f, "/container/{}/{number}/{protocol}", container.container.as_deref().unwrap_or("-"))
        }
        PortKind::External(target) => {
            write_external(graph, target, f)?;
            write!(f, "/{number}/{protocol}")
        }
        PortKind::Missing(missing) => {
            write_missing(graph, missing, f)?;
            write!(f, "/{protocol}")
        }
    }
}

fn write_route(route: &RouteKey, f: &mut Formatter<'_>) -> fmt::Result {
    let default = if matches!(route.takes, Takes::Http | Takes::Grpc) { " default" } else { "" };
    let words = match route.takes {
        Takes::Http | Takes::Grpc => route.path_type.as_deref(),
        Takes::Tls => Some("TLS"),
        Takes::Tcp => Some("TCP"),
        Takes::Udp => Some("UDP"),
    };
    let mut words = words.into_iter().chain(route.conditions.iter().map(String::as_str));
    write!(f, "/route/{}{}", route.host.as_deref().unwrap_or("*"), route.path.as_deref().unwrap_or(default))?;
    words.try_for_each(|word| write!(f, " {word}"))
}

/// A part that is not always there, with what parts it from the next one.
struct Optional<'p>(Option<&'p str>);

impl fmt::Display for Optional<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |part| write!(f, "{part}/"))
    }
}

fn write_owner(graph: &PortGraph, owner: Owner, f: &mut Formatter<'_>) -> fmt::Result {
    match (owner, graph.object(owner)) {
        (_, Some(id)) => write_object(id, f),
        (Owner::HostMachine, None) => f.write_str("host-machine"),
        (Owner::ApiServer, None) => f.write_str("api-server"),
        (_, None) => f.write_str("outside"),
    }
}

fn write_object(id: &ObjectId, f: &mut Formatter<'_>) -> fmt::Result {
    let group = if OWN_GROUPS.contains(&id.group.as_str()) { ["", ""] } else { [".", id.group.as_str()] };
    let namespace = if id.namespace.is_empty() { ["", ""] } else { [id.namespace.as_str(), "/"] };
    let mut parts = namespace.into_iter().chain([id.kind.as_str()]).chain(group).chain(["/", &id.name]);
    parts.try_for_each(|part| f.write_str(part))
}

fn write_external(graph: &PortGraph, target: &External, f: &mut Formatter<'_>) -> fmt::Result {
    match target {
        External::Address(address) => write!(f, "external/address/{address}"),
        External::Name(name) => write!(f, "external/name/{name}"),
        External::Managed(service) => write!(f, "external/managed/{}", Of(graph, *service)),
        External::Object(kind, name) => write!(f, "external/object/{kind}/{name}"),
    }
}

fn write_missing(graph: &PortGraph, missing: &Missing, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("missing/")?;
    match missing {
        Missing::Pods(namespace, selector) => write!(f, "pods/{namespace}/{selector}"),
        Missing::PortName(service, name) => write!(f, "port-name/{}/{name}", Of(graph, *service)),
        Missing::EndpointPort(service, name) => write!(f, "endpoint-port/{}/{name}", Of(graph, *service)),
        Missing::EndpointNumber(service, number) => write!(f, "endpoint-number/{}/{number}", Of(graph, *service)),
        Missing::Service(namespace, name) => write!(f, "service/{namespace}/{name}"),
        Missing::ServicePort(missing) => {
            let NoServicePort { namespace, service, port } = missing.as_ref();
            let by_name = if matches!(port, PortRef::Name(_)) { "name/" } else { "" };
            write!(f, "service-port/{namespace}/{service}/{by_name}{port}")
        }
        Missing::NodePort(number) => write!(f, "node-port/{number}"),
        Missing::Listener(missing) => {
            write!(f, "listener/{}/{}/{}/", missing.namespace, missing.kind, missing.name)?;
            write_refused(&missing.why, f)
        }
        Missing::Router(id) => {
            f.write_str("router/")?;
            write_object(id, f)
        }
        Missing::Grant(namespace, name) => write!(f, "grant/{namespace}/Service/{name}"),
    }
}

fn write_refused(why: &Refused, f: &mut Formatter<'_>) -> fmt::Result {
    match why {
        Refused::Unmatched(section, port) => {
            write!(f, "{}:", section.as_deref().unwrap_or("*"))?;
            match port {
                Some(port) => write!(f, "{port}"),
                None => f.write_str("*"),
            }
        }
        Refused::Kind(kind) => write!(f, "kind/{kind}"),
        Refused::Namespace(namespace) => write!(f, "namespace/{namespace}"),
        Refused::Host(host) => write!(f, "host/{host}"),
        Refused::Listeners(namespace) => write!(f, "listeners/{namespace}"),
    }
}

/// Namespace and name of a Service.
struct Of<'g>(&'g PortGraph, ServiceId);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let id = &self.0.service(self.1).id;
        write!(f, "{}/{}", id.namespace, id.name)
    }
}
