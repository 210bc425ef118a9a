//! The roles of what leads into a cluster: routers, and the mappings of a local cluster's host machine.

use super::{ObjectId, PortRef, Protocol};
use crate::source::Span;

/// Anything that listens for requests from outside and routes them by host and path: an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// Name of its class, where one is stated (ING-08).
    pub class: Option<String>,
    /// Ports it listens on.
    pub listeners: Vec<Listener>,
    /// Where requests go.
    pub routes: Vec<Route>,
    /// It is meant to share hosts and paths with another one (an ingress-nginx canary).
    pub canary: bool,
    /// Hosts that it has certificates for (`tls[].hosts[]`) and that some route has to serve (ING-15).
    pub tls_hosts: Vec<(String, Span)>,
    /// `status.loadBalancer.ingress[]` addresses.
    pub addresses: Vec<String>,
}

/// A port on which a router listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Port number.
    pub number: u16,
    /// Requests come encrypted.
    pub tls: bool,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
    /// Place that makes it listen.
    pub at: Span,
}

/// One host and path of a router, and its backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Host; `None`: every host.
    pub host: Option<String>,
    /// Path; `None`: all that no other route takes (the default backend).
    pub path: Option<String>,
    /// `pathType`, where it is stated.
    pub path_type: Option<String>,
    /// A TLS entry covers the host.
    pub tls: bool,
    /// Where requests go.
    pub backend: Backend,
    /// Place of the path (or of the backend).
    pub at: Span,
}

/// Where a route sends requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// A Service port.
    Service(ServiceRef),
    /// An object of another kind: kind and name (ING-01 `resource`).
    Object(String, String),
}

/// A reference to a port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceRef {
    /// Namespace of the Service.
    pub namespace: String,
    /// Name of the Service.
    pub service: String,
    /// Place of that name.
    pub service_at: Span,
    /// Its port, by `port` number or by port name (ING-02); `None` where the manifest states none.
    pub port: Option<PortRef>,
    /// Place of the reference.
    pub at: Span,
}

/// A local cluster's configuration: kind's `Cluster` (LOC-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCluster {
    /// Which object; the namespace is empty.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// `nodes[].extraPortMappings[]`, all nodes together.
    pub mappings: Vec<HostMapping>,
}

/// A port of the host machine that leads to a port of a cluster's node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMapping {
    /// Port on the host machine (`hostPort`); `None`: a free one is chosen (0, -1 or unset).
    pub host_port: Option<u16>,
    /// Port on the node (`containerPort`): a nodePort or a pod's hostPort.
    pub node_port: u16,
    /// `listenAddress`, where it is stated.
    pub listen: Option<String>,
    /// `protocol`
    pub protocol: Protocol,
    /// Place of `containerPort`.
    pub at: Span,
    /// Place of `hostPort`, or of `containerPort`.
    pub host_at: Span,
}
