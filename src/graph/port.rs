//! Ports: what the nodes of the graph are.

use std::fmt;

use petgraph::graph::NodeIndex;

use super::missing::Missing;
use crate::manifest::{Protocol, Route, Speaks, Takes};
use crate::name::Name;
use crate::source::Span;

/// A port: a node of the graph. Ids are in the order of the ports' keys, never of reading.
pub type PortId = NodeIndex<u32>;

/// Index of a workload in [`Roles::workloads`](crate::manifest::Roles::workloads).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadId(pub u32);
/// Index of a Service in [`Roles::services`](crate::manifest::Roles::services).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);
/// Index of a router in [`Roles::routers`](crate::manifest::Roles::routers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouterId(pub u32);
/// Index of a local cluster in [`Roles::clusters`](crate::manifest::Roles::clusters).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u32);

/// Who a port belongs to: the box it is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Clients outside of the cluster.
    Outside,
    /// The machine that a local cluster runs on, as a client.
    HostMachine,
    /// The cluster's API server, as a client of webhooks and extension API servers.
    ApiServer,
    /// A local cluster's configuration (its host mappings).
    Cluster(ClusterId),
    /// An Ingress or another router.
    Router(RouterId),
    /// A Service: its ports, and the node ports and load balancer ports that it opens.
    Service(ServiceId),
    /// A workload: its container ports, its host ports, and itself as a client.
    Workload(WorkloadId),
    /// Nothing in the input: external targets and what is missing.
    Elsewhere,
}

/// A node of the graph.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Who it belongs to.
    pub owner: Owner,
    /// What kind of port it is, with what only that kind has.
    pub kind: PortKind,
    /// Its number.
    pub number: Number,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its own name (a Service port's or container port's `name`).
    pub name: Option<Name>,
    /// Where it is stated.
    pub at: Option<Span>,
}

/// The number of a port. A number is never invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// Stated or resolved.
    Known(u16),
    /// The cluster will choose it (NP-02); shown as `auto`.
    Auto,
    /// Cannot be known from the input; shown as `?`.
    Unknown,
}

impl Number {
    /// The number, where it is known.
    #[must_use]
    pub fn known(self) -> Option<u16> {
        match self {
            Self::Known(number) => Some(number),
            Self::Auto | Self::Unknown => None,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(number) => number.fmt(f),
            Self::Auto => f.write_str("auto"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// What kind of port a node is. The order is the way of a request. There are many ports, so what is large and rare is in a box.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortKind {
    /// Where requests start: outside, the host machine, the API server, or a workload that calls. It has no number.
    Client,
    /// A port of the host machine that a local cluster maps to a port of a node (LOC-01).
    HostMapping(Box<HostMappingKey>),
    /// A port of a load balancer (LB-01).
    LoadBalancer,
    /// An external IP that the nodes accept traffic for (EXT-01).
    ExternalIp(Name),
    /// A port on every node (NP-09), of the Service's `port` of this number.
    NodePort(u16),
    /// A port on the node that runs the pod (POD-08): `hostPort`, or `hostNetwork` where the flag is set; the `hostIP`, where it is stated.
    HostPort(Option<Name>, HostPortFrom),
    /// A port a router listens on.
    Listener(Box<ListenerKey>),
    /// A host and a path of a router. It has no number of its own.
    Route(Box<RouteKey>),
    /// A Service's `port`.
    ServicePort,
    /// A port of a workload's pods.
    ContainerPort(ContainerKey),
    /// A target outside of the input: an address of an Endpoints object, an `externalName`, or backends managed elsewhere.
    External(External),
    /// A reference that leads nowhere.
    Missing(Missing),
}

/// What tells the ports of a local cluster's configuration apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostMappingKey {
    /// Address of the host machine it listens on, where it is stated.
    pub listen: Option<String>,
    /// Port on the node.
    pub node_port: u16,
}

/// Why a container port is also a port of its node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostPortFrom {
    /// `hostPort`
    HostPort,
    /// `hostNetwork: true` (POD-04)
    HostNetwork,
}

/// How a router listens on a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerKey {
    /// What it speaks.
    pub speaks: Speaks,
    /// Requests come encrypted, and it passes them on as they are.
    pub passthrough: bool,
    /// Its name, where it has one; the name of a listener is its own in its router.
    pub name: Option<Name>,
    /// The hosts it takes; `None`: every host.
    pub host: Option<Name>,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
}

/// What a route takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey {
    /// Host; `None`: every host.
    pub host: Option<Name>,
    /// Path; `None`: the default backend.
    pub path: Option<Name>,
    /// `pathType`
    pub path_type: Option<Name>,
    /// What it looks at.
    pub takes: Takes,
    /// What else has to hold, in words.
    pub conditions: Box<[String]>,
}

impl From<&Route> for RouteKey {
    fn from(route: &Route) -> Self {
        Self {
            host: route.host,
            path: route.path,
            path_type: route.path_type,
            takes: route.takes,
            conditions: route.conditions.clone(),
        }
    }
}

/// The container a port is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerKey {
    /// Its name; `None`: a Service targets the number and no container declares it (TP-09).
    pub container: Option<Name>,
    /// A container declares it with this protocol.
    pub declared: bool,
}

/// A target outside of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum External {
    /// An IP address of an Endpoints object or EndpointSlice (EP-03); empty where the object has none yet.
    Address(Name),
    /// The DNS name of an ExternalName Service (EN-01).
    Name(Name),
    /// Backends that something outside of the input manages (EP-06), for the named Service.
    Managed(ServiceId),
    /// A backend that is no Service: kind and name (ING-01).
    Object(Name, Name),
}
