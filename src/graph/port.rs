//! Ports and hops: what the nodes and edges of the graph are.

use compact_str::CompactString;
use std::fmt;

use petgraph::graph::{EdgeIndex, NodeIndex};

use super::missing::Missing;
use crate::manifest::{Protocol, Route, Speaks, Takes};
use crate::source::Span;

/// A port: a node of the graph. Ids are in the order of the ports' keys, never of reading.
pub type PortId = NodeIndex<u32>;
/// A hop: an edge of the graph.
pub type HopId = EdgeIndex<u32>;

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
    pub name: Option<CompactString>,
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
    ExternalIp(String),
    /// A port on every node (NP-09), of the Service's `port` of this number.
    NodePort(u16),
    /// A port on the node that runs the pod (POD-08): `hostPort`, or `hostNetwork` where the flag is set; the `hostIP`, where it is stated.
    HostPort(Option<String>, HostPortFrom),
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
    pub name: Option<CompactString>,
    /// The hosts it takes; `None`: every host.
    pub host: Option<CompactString>,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
}

/// What a route takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey {
    /// Host; `None`: every host.
    pub host: Option<CompactString>,
    /// Path; `None`: the default backend.
    pub path: Option<CompactString>,
    /// `pathType`
    pub path_type: Option<CompactString>,
    /// What it looks at.
    pub takes: Takes,
    /// What else has to hold, in words.
    pub conditions: Vec<String>,
}

impl From<&Route> for RouteKey {
    fn from(route: &Route) -> Self {
        Self {
            host: route.host.clone(),
            path: route.path.clone(),
            path_type: route.path_type.clone(),
            takes: route.takes,
            conditions: route.conditions.clone(),
        }
    }
}

/// The container a port is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerKey {
    /// Its name; `None`: a Service targets the number and no container declares it (TP-09).
    pub container: Option<CompactString>,
    /// A container declares it with this protocol.
    pub declared: bool,
}

/// A target outside of the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum External {
    /// An IP address of an Endpoints object or EndpointSlice (EP-03); empty where the object has none yet.
    Address(String),
    /// The DNS name of an ExternalName Service (EN-01).
    Name(String),
    /// Backends that something outside of the input manages (EP-06), for the named Service.
    Managed(ServiceId),
    /// A backend that is no Service: kind and name (ING-01).
    Object(String, String),
}

/// An edge of the graph: one hop of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// What happens on this hop.
    pub kind: HopKind,
    /// How it came.
    pub how: How,
    /// For calls and redirects: what says so. It stands before the place, so that of several ways to say it the same one is kept wherever they stand.
    pub evidence: Option<Box<Evidence>>,
    /// Which requests take it, and which pods get them, where a route parts them: few do, so it is in a box.
    pub parting: Option<Box<Parting>>,
    /// Where it is stated.
    pub at: Option<Span>,
}

impl Hop {
    /// The part of the requests that takes this hop, where a route parts them by weight.
    #[must_use]
    pub fn share(&self) -> Option<Share> {
        self.parting.as_ref()?.share
    }

    /// The parts of the Service's pods that are meant, in the order of their names; none: all of them.
    #[must_use]
    pub fn subsets(&self) -> &[Subset] {
        self.parting.as_ref().map_or(&[], |parting| &parting.subsets)
    }
}

/// How a route parts requests among hops, and a hop among pods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parting {
    /// See [`Hop::share`].
    pub share: Option<Share>,
    /// See [`Hop::subsets`].
    pub subsets: Vec<Subset>,
}

impl Parting {
    /// Nothing where a hop is for all requests and all pods.
    pub(super) fn new(share: Option<Share>, subsets: Vec<Subset>) -> Option<Box<Self>> {
        (share.is_some() || !subsets.is_empty()).then(|| Box::new(Self { share, subsets }))
    }
}

/// A part of a Service's pods, and of the requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subset {
    /// Its name.
    pub name: String,
    /// The part of the route's requests that it gets; `None`: a copy of all.
    pub share: Option<Share>,
}

/// A part of the requests: `weight` of every `of` (RT-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// The weight of this backend; 0: it gets none.
    pub weight: u64,
    /// The weights of all backends of the route together.
    pub of: u64,
}

/// What happens on a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopKind {
    /// A client outside reaches a way in.
    Enter,
    /// A port of the host machine leads to a port of a node.
    Map,
    /// A load balancer, an external IP or a node port leads to the Service port behind it.
    Forward,
    /// A host port leads to its container port.
    Bind,
    /// A listener passes a request to one of its routes.
    Match,
    /// A route sends requests to its backend.
    Route,
    /// A route sends a copy of the requests to another backend, whose answers nobody waits for.
    Mirror,
    /// A route sends the client to another listener, to ask there.
    Redirect,
    /// A Service port sends requests to its targets.
    Target,
    /// A workload or the API server calls a Service.
    Call,
}

/// How a hop came to be (DESIGN: every edge says why it is there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The manifest states it.
    Stated,
    /// A default of Kubernetes: the target port (SVC-02), the ports of an Ingress (ING-06).
    Defaulted,
    /// Found by a port's name (TP-01).
    Named,
    /// The cluster assigns it (NP-02).
    Auto,
    /// Very likely, but not stated: an undeclared target port (TP-09), a port taken from a scheme (CLI-11).
    Assumed,
}

/// What in a workload's configuration makes it a caller, or where a route sends its clients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where it stands, as a reader would look for it: `env DATABASE_URL`, `args`, `ConfigMap app-config key url`.
    pub place: String,
    /// The address as it is written, without user-info and query (CLI-15); for a redirect what of it is stated.
    pub text: String,
}
