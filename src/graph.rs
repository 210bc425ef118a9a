//! The port graph: nodes are ports, edges are the hops of a request, so a path in it is the path of a request.
//!
//! [`PortGraph::resolve`] makes it from [`Roles`] and cannot fail: a reference that leads nowhere becomes a
//! [`PortKind::Missing`] node. What it knows of kinds is only what their roles say; it makes no findings and no text for readers.

pub(crate) mod address;
mod alias;
mod calls;
mod entry;
mod exposure;
mod key;
mod narrow;
mod owners;
mod resolve;
mod router;
mod select;
mod service;
#[cfg(test)]
mod tests;
mod variables;
mod way;

use std::collections::BTreeSet;
use std::fmt;

use petgraph::Direction;
use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::manifest::{LocalCluster, ObjectId, PortRef, Protocol, Roles, Router, Service, Workload};
use crate::source::Span;

pub use exposure::{Entrance, Exposure, Reach};
pub use way::Way;

/// A port: a node of the graph. Ids are in the order of the ports' keys, never of reading.
pub type PortId = NodeIndex<u32>;
/// A hop: an edge of the graph.
pub type HopId = EdgeIndex<u32>;

/// Index of a workload in [`Roles::workloads`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkloadId(pub u32);
/// Index of a Service in [`Roles::services`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);
/// Index of a router in [`Roles::routers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouterId(pub u32);
/// Index of a local cluster in [`Roles::clusters`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub u32);

/// Who a port belongs to: the box it is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Clients outside of the cluster.
    Outside,
    /// The machine that a local cluster runs on, as a client.
    HostMachine,
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
    pub name: Option<String>,
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

/// What kind of port a node is. The order is the way of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortKind {
    /// Where requests start: outside, the host machine, or a workload that calls. It has no number.
    Client,
    /// A port of the host machine that a local cluster maps to a port of a node (LOC-01).
    HostMapping(HostMappingKey),
    /// A port of a load balancer (LB-01).
    LoadBalancer,
    /// An external IP that the nodes accept traffic for (EXT-01).
    ExternalIp(String),
    /// A port on every node (NP-09), of the Service's `port` of this number.
    NodePort(u16),
    /// A port on the node that runs the pod (POD-08): `hostPort`, or `hostNetwork` where the flag is set; the `hostIP`, where it is stated.
    HostPort(Option<String>, HostPortFrom),
    /// A port a router listens on.
    Listener(ListenerKind),
    /// A host and a path of a router. It has no number of its own.
    Route(RouteKey),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerKind {
    /// Requests come encrypted.
    pub tls: bool,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
}

/// Host and path of a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey {
    /// Host; `None`: every host.
    pub host: Option<String>,
    /// Path; `None`: the default backend.
    pub path: Option<String>,
    /// `pathType`
    pub path_type: Option<String>,
}

/// The container a port is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerKey {
    /// Its name; `None`: a Service targets the number and no container declares it (TP-09).
    pub container: Option<String>,
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

/// What is missing. `Display` says it in words: `no pod with app=web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// No workload has the labels that the Service selects (its namespace, its selector).
    Pods(String, String),
    /// No container of the selected pods names this port with this protocol (TP-04, TP-05): the Service, the name.
    PortName(ServiceId, String),
    /// The stated endpoints of the Service have no port of this name (EP-02, EP-05); empty: no unnamed one.
    EndpointPort(ServiceId, String),
    /// No Service of this namespace and name (ING-01).
    Service(String, String),
    /// The Service has no such port (ING-02, CLI-11).
    ServicePort(String, String, PortRef),
    /// Nothing in the input is on this port of the node (LOC-04).
    NodePort(u16),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pods(_, selector) => write!(f, "no pod with {selector}"),
            Self::PortName(_, name) => write!(f, "no container port named {name}"),
            Self::EndpointPort(_, name) if name.is_empty() => f.write_str("no unnamed endpoint port"),
            Self::EndpointPort(_, name) => write!(f, "no endpoint port named {name}"),
            Self::Service(_, name) => write!(f, "no Service {name}"),
            Self::ServicePort(_, service, PortRef::Number(number)) => {
                write!(f, "no port {number} in Service {service}")
            }
            Self::ServicePort(_, service, PortRef::Name(name)) if name.is_empty() => {
                write!(f, "no port stated for Service {service}")
            }
            Self::ServicePort(_, service, PortRef::Name(name)) => {
                write!(f, "no port named {name} in Service {service}")
            }
            Self::NodePort(number) => write!(f, "nothing on node port {number}"),
        }
    }
}

/// An edge of the graph: one hop of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// What happens on this hop.
    pub kind: HopKind,
    /// How it came.
    pub how: How,
    /// For calls: what says so. It stands before the place, so that of several ways to say it the same one is kept wherever they stand.
    pub evidence: Option<Evidence>,
    /// Where it is stated.
    pub at: Option<Span>,
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
    /// A Service port sends requests to its targets.
    Target,
    /// A workload calls a Service.
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

/// What in a workload's configuration makes it a caller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where it stands, as a reader would look for it: `env DATABASE_URL`, `args`, `ConfigMap app-config key url`.
    pub place: String,
    /// The address as it is written, without user-info and query (CLI-15).
    pub text: String,
}

/// The graph, with the roles its ports belong to.
#[derive(Debug, Clone)]
pub struct PortGraph {
    roles: Roles,
    graph: DiGraph<Port, Hop, u32>,
}

impl PortGraph {
    /// Joins what the roles say into one graph (SEMANTICS §1–4, §7, §9).
    #[must_use]
    pub fn resolve(roles: Roles) -> Self {
        resolve::resolve(roles)
    }

    /// The roles, each list in the order of its ids; objects that belong to an owner in the input are gone.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Every port, in the order of keys.
    pub fn ports(&self) -> impl Iterator<Item = (PortId, &Port)> {
        self.graph.node_indices().zip(self.graph.node_weights())
    }

    /// The port of an id.
    #[must_use]
    pub fn port(&self, id: PortId) -> &Port {
        &self.graph[id]
    }

    /// Every hop with its two ports, in the order of keys.
    pub fn hops(&self) -> impl Iterator<Item = (HopId, PortId, PortId, &Hop)> {
        self.graph.edge_references().map(|edge| (edge.id(), edge.source(), edge.target(), edge.weight()))
    }

    /// The hop of an id.
    #[must_use]
    pub fn hop(&self, id: HopId) -> &Hop {
        &self.graph[id]
    }

    /// The two ports of a hop: from, to.
    #[must_use]
    pub fn ends(&self, id: HopId) -> (PortId, PortId) {
        let edge = &self.graph.raw_edges()[id.index()];
        (edge.source(), edge.target())
    }

    /// The hops that leave a port, in the order of keys.
    #[must_use]
    pub fn hops_from(&self, id: PortId) -> Vec<HopId> {
        self.neighbours(id, Direction::Outgoing)
    }

    /// The hops that reach a port, in the order of keys.
    #[must_use]
    pub fn hops_to(&self, id: PortId) -> Vec<HopId> {
        self.neighbours(id, Direction::Incoming)
    }

    fn neighbours(&self, id: PortId, direction: Direction) -> Vec<HopId> {
        let mut hops: Vec<HopId> = self.graph.edges_directed(id, direction).map(|edge| edge.id()).collect();
        hops.sort_unstable();
        hops
    }

    /// The ports of one owner, in the order of keys (a binary search: ports are sorted by owner).
    pub fn ports_of(&self, owner: Owner) -> impl Iterator<Item = (PortId, &Port)> {
        let nodes = self.graph.raw_nodes();
        let start = nodes.partition_point(|node| node.weight.owner < owner);
        let end = nodes.partition_point(|node| node.weight.owner <= owner);
        (start..end).map(PortId::new).zip(nodes[start..end].iter().map(|node| &node.weight))
    }

    /// The object an owner stands for, where it is one.
    #[must_use]
    pub fn object(&self, owner: Owner) -> Option<&ObjectId> {
        match owner {
            Owner::Outside | Owner::HostMachine | Owner::Elsewhere => None,
            Owner::Cluster(id) => Some(&self.cluster(id).id),
            Owner::Router(id) => Some(&self.router(id).id),
            Owner::Service(id) => Some(&self.service(id).id),
            Owner::Workload(id) => Some(&self.workload(id).id),
        }
    }

    /// The workload of an id.
    #[must_use]
    pub fn workload(&self, id: WorkloadId) -> &Workload {
        &self.roles.workloads[id.0 as usize]
    }

    /// The Service of an id.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.roles.services[id.0 as usize]
    }

    /// The router of an id.
    #[must_use]
    pub fn router(&self, id: RouterId) -> &Router {
        &self.roles.routers[id.0 as usize]
    }

    /// The local cluster of an id.
    #[must_use]
    pub fn cluster(&self, id: ClusterId) -> &LocalCluster {
        &self.roles.clusters[id.0 as usize]
    }

    /// Every workload with its id, in order.
    pub fn workloads(&self) -> impl Iterator<Item = (WorkloadId, &Workload)> {
        (0..).map(WorkloadId).zip(&self.roles.workloads)
    }

    /// Every Service with its id, in order.
    pub fn services(&self) -> impl Iterator<Item = (ServiceId, &Service)> {
        (0..).map(ServiceId).zip(&self.roles.services)
    }

    /// Every router with its id, in order.
    pub fn routers(&self) -> impl Iterator<Item = (RouterId, &Router)> {
        (0..).map(RouterId).zip(&self.roles.routers)
    }

    /// The workloads that each Service selects, by the Service's id (SEL-01 to SEL-05).
    #[must_use]
    pub fn selections(&self) -> Vec<Vec<WorkloadId>> {
        select::selections(&self.roles)
    }

    /// The ways from outside (or from the host machine) to where they end, in the order of keys.
    #[must_use]
    pub fn ways_in(&self) -> Vec<Way> {
        way::ways_in(self)
    }

    /// The calls between workloads, in the order of keys.
    #[must_use]
    pub fn calls(&self) -> Vec<Way> {
        way::calls(self)
    }

    /// From where every container port and Service port can be reached, in the order of keys.
    #[must_use]
    pub fn exposures(&self) -> Vec<Exposure> {
        exposure::exposures(self)
    }

    /// The part of the graph that belongs to these owners, with the clients, external targets and holes that touch it, as a graph
    /// of its own. Hops to owners that are left out are left out too.
    #[must_use]
    pub fn narrowed(&self, owners: &BTreeSet<Owner>) -> Self {
        narrow::narrow(self, owners)
    }

    /// These owners and every owner that a hop joins to one of them.
    #[must_use]
    pub fn touching(&self, owners: &BTreeSet<Owner>) -> BTreeSet<Owner> {
        let mut touching = owners.clone();
        for (_, from, to, _) in self.hops() {
            let (from, to) = (self.port(from).owner, self.port(to).owner);
            if owners.contains(&from) || owners.contains(&to) {
                touching.extend([from, to]);
            }
        }
        touching.retain(|owner| self.object(*owner).is_some());
        touching
    }

    /// Every owner that a request can pass which passes one of these.
    #[must_use]
    pub fn passing(&self, owners: &BTreeSet<Owner>) -> BTreeSet<Owner> {
        narrow::passing(self, owners)
    }

    /// Every owner that is an object, in order.
    pub fn owners(&self) -> impl Iterator<Item = Owner> {
        let clusters = (0..).map(|id| Owner::Cluster(ClusterId(id))).take(self.roles.clusters.len());
        let routers = self.routers().map(|(id, _)| Owner::Router(id));
        let services = self.services().map(|(id, _)| Owner::Service(id));
        clusters.chain(routers).chain(services).chain(self.workloads().map(|(id, _)| Owner::Workload(id)))
    }

    /// The name of a port that is its own in the whole graph, made of names and numbers only: the id in data formats, the key of comparisons.
    #[must_use]
    pub fn key(&self, id: PortId) -> String {
        key::key(self, self.port(id))
    }
}
