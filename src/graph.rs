//! The port graph: nodes are ports, edges are the hops of a request, so a path in it is the path of a request.
//!
//! [`PortGraph::resolve`] makes it from [`Roles`] and cannot fail: a reference that leads nowhere becomes a
//! [`PortKind::Missing`] node. What it knows of kinds is only what their roles say; it makes no findings and no text for readers.

pub(crate) mod address;
mod alias;
mod attach;
mod backend_tls;
mod by_name;
mod calls;
mod elsewhere;
mod endpoint_ports;
mod entry;
mod entry_points;
mod exposure;
mod grants;
mod hop;
mod host;
mod include;
mod key;
mod labels;
mod metrics;
mod missing;
mod monitors;
mod narrow;
mod objects;
mod outside;
mod owners;
mod policy;
mod port;
mod redirect;
mod renumber;
mod resolve;
mod router;
mod select;
mod service;
mod streams;
#[cfg(test)]
mod tests;
mod union;
mod variables;
mod way;
mod webhooks;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;

use crate::manifest::Roles;

pub(crate) use by_name::ServicesByName;
pub(crate) use entry::node_port_number;
pub(crate) use exposure::is_of_its_node;
pub use exposure::{Entrance, Exposure, Reach};
pub use grants::Grants;
pub use hop::{Evidence, Hop, HopId, HopKind, How, Parting, Share, Subset};
pub use host::{common_host, covers};
pub use key::Key;
pub use missing::{Missing, NoListener, NoServicePort, Refused};
pub use monitors::Monitored;
pub use narrow::Part;
pub use policy::{Decision, Direction, Doubt, PolicyId, Verdict, may_select};
pub use port::{
    ClusterId, ContainerKey, External, HostMappingKey, HostPortFrom, ListenerKey, Number, Owner, Port, PortId,
    PortKind, RouteKey, RouterId, ServiceId, WorkloadId,
};
pub(crate) use select::Selected;
pub use streams::{Stream, StreamMap};
pub use union::{Origin, Union};
pub use way::Way;

/// The graph, with the roles its ports belong to.
#[derive(Debug, Clone)]
pub struct PortGraph {
    roles: Roles,
    graph: DiGraph<Port, Hop, u32>,
    verdicts: policy::Verdicts,
    /// Made once, when it is asked for: see [`Self::selections`].
    selected: OnceLock<Selected>,
}

impl PortGraph {
    /// Joins what the roles say into one graph (SEMANTICS §1–4, §6, §7, §9).
    #[must_use]
    pub fn resolve(roles: Roles) -> Self {
        let mut graph = resolve::resolve(roles);
        graph.verdicts = policy::judge(&graph);
        graph
    }

    /// The roles, each list in the order of its ids; objects that belong to an owner in the input are gone.
    #[must_use]
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Every port, in the order of keys.
    pub fn ports(&self) -> impl ExactSizeIterator<Item = (PortId, &Port)> {
        self.graph.node_indices().zip(self.graph.raw_nodes().iter().map(|node| &node.weight))
    }

    /// The port of an id.
    #[must_use]
    pub fn port(&self, id: PortId) -> &Port {
        &self.graph[id]
    }

    /// Every hop with its two ports, in the order of keys.
    pub fn hops(&self) -> impl ExactSizeIterator<Item = (HopId, PortId, PortId, &Hop)> {
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
        self.neighbours(id, petgraph::Direction::Outgoing)
    }

    /// The hops that reach a port, in the order of keys.
    #[must_use]
    pub fn hops_to(&self, id: PortId) -> Vec<HopId> {
        self.neighbours(id, petgraph::Direction::Incoming)
    }

    fn neighbours(&self, id: PortId, direction: petgraph::Direction) -> Vec<HopId> {
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

    /// The workloads that each Service selects, by the Service's id (SEL-01 to SEL-05).
    pub(crate) fn selections(&self) -> &Selected {
        self.selected.get_or_init(|| select::selections(&self.roles))
    }

    /// Which references across namespaces are allowed (RT-10).
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::new(&self.roles.grants)
    }

    /// The ConfigMaps that a proxy takes ports from (ING-13).
    #[must_use]
    pub fn stream_maps(&self) -> Vec<StreamMap<'_>> {
        streams::maps(&self.roles)
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

    /// Do network policies let the requests of a way through to the pods at its end? `None` where no policy is in the input, or
    /// the way ends at no pod (NET-01 to NET-16).
    #[must_use]
    pub fn verdict(&self, way: &Way) -> Option<Decision> {
        policy::of_way(self, way)
    }

    /// The same about a hop that only one client makes (a call, a route, the way into an object), and all pods behind it.
    #[must_use]
    pub fn hop_verdict(&self, hop: HopId) -> Option<Decision> {
        policy::of_hop(self, hop)
    }

    /// The same about each port of a pod behind such a hop.
    pub fn end_verdicts(&self, hop: HopId) -> impl Iterator<Item = (PortId, &Decision)> {
        self.verdicts.get(&hop).into_iter().flatten().map(|judged| (judged.end, &judged.decision))
    }

    /// The hop of a way that its verdict is about.
    #[must_use]
    pub fn decisive_hop(&self, way: &Way) -> Option<HopId> {
        policy::decisive(self, way)
    }

    /// The workloads whose pods each network policy selects, or may, by the policy's id (NET-01).
    #[must_use]
    pub fn policy_selections(&self) -> Vec<Vec<WorkloadId>> {
        policy::selections(self)
    }

    /// The network policies that isolate the pods of each workload in one direction, by the workload's id (NET-01 to NET-03).
    #[must_use]
    pub fn isolating(&self, direction: Direction) -> Vec<Vec<PolicyId>> {
        policy::isolating(self, direction)
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
        self.part(owners).graph
    }

    /// The same, with what its ports and hops are in this graph.
    #[must_use]
    pub fn part(&self, owners: &BTreeSet<Owner>) -> Part {
        narrow::narrow(self, owners)
    }

    /// The graph without ports for metrics and ports of sidecars, as far as names tell, and without what leads to such ports only.
    #[must_use]
    pub fn without_metrics(&self) -> Self {
        narrow::without(self, &metrics::metrics(self))
    }

    /// This graph and another one as one, in which each of these pairs (a port of this one, a port of the other one) is one port;
    /// no port may be in two pairs.
    #[must_use]
    pub fn union(&self, head: &Self, pairs: &HashMap<PortId, PortId>) -> Union {
        union::union(self, head, pairs)
    }

    /// These owners and every owner that a hop joins to one of them.
    #[must_use]
    pub fn touching(&self, owners: &BTreeSet<Owner>) -> BTreeSet<Owner> {
        narrow::touching(self, owners)
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
    pub fn key(&self, id: PortId) -> Key<'_> {
        Key { graph: self, port: self.port(id) }
    }
}
