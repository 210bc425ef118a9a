//! The format: what stands in the lists that `portolan graph` prints, key by key; [`super::document`] has the lists themselves.
//!
//! These structs are public to the world although not to Rust.
//! They borrow from the graph, and their fields stand in the order in which they are printed.

use serde::{Serialize, Serializer};

use crate::graph::Key;
use crate::manifest::{ObjectId, PortRef, Protocol};
use crate::source::{Sources, Span};

/// One Service and what its ports lead to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Service<'g> {
    pub(super) namespace: &'g str,
    pub(super) name: &'g str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) headless: bool,
    pub(super) external_name: Option<&'g str>,
    pub(super) ports: Vec<ServicePort<'g>>,
    pub(super) at: At<'g>,
}

/// One entry of a Service's `ports`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServicePort<'g> {
    pub(super) name: Option<&'g str>,
    pub(super) port: u16,
    #[serde(serialize_with = "protocol")]
    pub(super) protocol: Protocol,
    #[serde(serialize_with = "port_ref")]
    pub(super) target_port: &'g PortRef,
    pub(super) node_port: Option<u16>,
    pub(super) endpoints: Vec<Endpoint<'g>>,
}

/// A port of a workload's pods behind a Service port.
#[derive(Debug, Serialize)]
pub(super) struct Endpoint<'g> {
    pub(super) workload: Object<'g>,
    pub(super) container: Option<&'g str>,
    pub(super) port: u16,
    pub(super) declared: bool,
}

/// One host and path of a router, with one of its backends; without one where it has none.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Route<'g> {
    pub(super) resource: Object<'g>,
    pub(super) host: Option<&'g str>,
    pub(super) path: Option<&'g str>,
    pub(super) path_type: Option<&'g str>,
    pub(super) conditions: &'g [String],
    pub(super) tls: bool,
    /// The listeners it is reached through.
    pub(super) listeners: Vec<RouteListener<'g>>,
    pub(super) backend: Option<Backend<'g>>,
    pub(super) object: Option<OtherObject<'g>>,
    /// The part of the requests that this backend gets, in proportion to the others'.
    pub(super) weight: Option<u32>,
    /// The part of the Service's pods that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subset: Option<&'g str>,
    /// It only gets a copy of each.
    pub(super) mirror: bool,
    pub(super) redirect: Option<Redirect<'g>>,
    pub(super) at: At<'g>,
}

/// A listener that a route is reached through.
#[derive(Debug, Serialize)]
pub(super) struct RouteListener<'g> {
    pub(super) resource: Object<'g>,
    pub(super) name: Option<&'g str>,
    pub(super) port: Option<u16>,
}

/// Where a route sends its clients instead.
#[derive(Debug, Serialize)]
pub(super) struct Redirect<'g> {
    pub(super) status: u16,
    pub(super) scheme: Option<&'g str>,
    pub(super) host: Option<&'g str>,
    pub(super) port: Option<u16>,
    pub(super) path: Option<&'g str>,
}

/// The Service port of a route.
#[derive(Debug, Serialize)]
pub(super) struct Backend<'g> {
    pub(super) namespace: &'g str,
    pub(super) service: &'g str,
    #[serde(serialize_with = "optional_port_ref")]
    pub(super) port: Option<&'g PortRef>,
    pub(super) resolved: bool,
}

/// A backend that is no Service.
#[derive(Debug, Serialize)]
pub(super) struct OtherObject<'g> {
    pub(super) kind: &'g str,
    pub(super) name: &'g str,
}

/// A port.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Node<'g> {
    #[serde(serialize_with = "key")]
    pub(super) id: Key<'g>,
    #[serde(flatten)]
    pub(super) kind: NodeKind<'g>,
    pub(super) namespace: Option<&'g str>,
    pub(super) name: Option<&'g str>,
    pub(super) port_name: Option<&'g str>,
    pub(super) port: Option<u16>,
    #[serde(serialize_with = "protocol")]
    pub(super) protocol: Protocol,
    pub(super) owner: Option<Object<'g>>,
    pub(super) at: Option<At<'g>>,
}

/// What kind of port it is, with what only that kind has.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum NodeKind<'g> {
    Client,
    HostMapping { address: Option<&'g str>, node_port: u16, auto: bool },
    LoadBalancer,
    ExternalIp { address: &'g str },
    NodePort { service_port: u16, auto: bool },
    HostPort { address: Option<&'g str>, host_network: bool },
    Listener { tls: bool, speaks: Option<&'static str>, host: Option<&'g str>, assumed: bool },
    Route { host: Option<&'g str>, path: Option<&'g str>, path_type: Option<&'g str>, conditions: &'g [String] },
    ServicePort,
    ContainerPort { container: Option<&'g str>, declared: bool },
    External { target: &'static str },
    Missing { target: &'static str, message: String },
}

/// A hop between two ports.
#[derive(Debug, Serialize)]
pub(super) struct Edge<'g> {
    #[serde(serialize_with = "key")]
    pub(super) from: Key<'g>,
    #[serde(serialize_with = "key")]
    pub(super) to: Key<'g>,
    pub(super) kind: &'static str,
    #[serde(serialize_with = "protocol")]
    pub(super) protocol: Protocol,
    pub(super) how: &'static str,
    /// Where a route parts requests by weight.
    pub(super) weight: Option<u64>,
    pub(super) evidence: Option<Evidence<'g>>,
    pub(super) at: Option<At<'g>>,
    /// Only where network policies are in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policed<'g>>,
}

/// What network policies do to the requests of a hop that one client makes.
#[derive(Debug, Serialize)]
pub(super) struct Policed<'g> {
    pub(super) verdict: &'static str,
    pub(super) doubt: Option<&'static str>,
    pub(super) ingress: Vec<Object<'g>>,
    pub(super) egress: Vec<Object<'g>>,
}

/// What makes a workload a caller.
#[derive(Debug, Serialize)]
pub(super) struct Evidence<'g> {
    pub(super) place: &'g str,
    pub(super) text: &'g str,
}

/// What scrapes metrics, and from whom.
#[derive(Debug, Serialize)]
pub(super) struct Monitor<'g> {
    pub(super) resource: Object<'g>,
    pub(super) services: Vec<Object<'g>>,
    pub(super) workloads: Vec<Object<'g>>,
    pub(super) endpoints: Vec<MonitorEndpoint<'g>>,
    pub(super) at: At<'g>,
}

/// One port that a monitor asks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MonitorEndpoint<'g> {
    pub(super) port: Option<&'g str>,
    #[serde(serialize_with = "optional_port_ref")]
    pub(super) target_port: Option<&'g PortRef>,
    pub(super) path: &'g str,
    pub(super) at: At<'g>,
}

/// Something that a check found.
#[derive(Debug, Serialize)]
pub(super) struct Finding<'g> {
    pub(super) id: &'g str,
    pub(super) name: &'g str,
    pub(super) severity: &'static str,
    pub(super) message: &'g str,
    pub(super) object: Object<'g>,
    pub(super) at: At<'g>,
    pub(super) help: Option<&'g str>,
}

/// An object of the input.
#[derive(Debug, Serialize)]
pub(super) struct Object<'g> {
    pub(super) kind: &'static str,
    pub(super) namespace: &'g str,
    pub(super) name: &'g str,
}

impl<'g> Object<'g> {
    pub(super) fn new(id: &'g ObjectId) -> Self {
        Self { kind: id.kind.as_str(), namespace: &id.namespace, name: &id.name }
    }
}

/// A place in the input.
#[derive(Debug, Serialize)]
pub(super) struct At<'g> {
    pub(super) file: &'g str,
    pub(super) line: usize,
    pub(super) column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
}

/// Turns spans into places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<'g>(&'g Sources);

impl<'g> Places<'g> {
    pub(super) fn new(sources: &'g Sources) -> Self {
        Self(sources)
    }

    pub(super) fn at(self, span: Span) -> At<'g> {
        let (line, column) = self.0.line_and_column(span);
        At { file: &self.0.get(span.source).name, line, column, field: self.0.field(span) }
    }
}

fn protocol<S: Serializer>(protocol: &Protocol, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(protocol.as_str())
}

fn key<S: Serializer>(key: &Key<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(key)
}

fn port_ref<S: Serializer>(port: &PortRef, serializer: S) -> Result<S::Ok, S::Error> {
    match port {
        PortRef::Number(number) => serializer.serialize_u16(*number),
        PortRef::Name(name) => serializer.serialize_str(name),
    }
}

fn optional_port_ref<S: Serializer>(port: &Option<&PortRef>, serializer: S) -> Result<S::Ok, S::Error> {
    match port {
        Some(port) => port_ref(port, serializer),
        None => serializer.serialize_none(),
    }
}
