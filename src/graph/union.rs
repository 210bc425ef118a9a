//! The union of two graphs: what either of them has, as one graph that knows where everything comes from.
//!
//! Objects are the same by their ids, hops by their ends and what happens on them; which ports are the same is the caller's to say.
//! Of what both have, the second graph's version is taken.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use petgraph::graph::DiGraph;

use super::policy::Verdicts;
use super::renumber::Renumbering;
use super::{ClusterId, Hop, HopId, HopKind, Owner, Port, PortGraph, PortId, RouterId, ServiceId, WorkloadId};
use crate::manifest::{ObjectId, Roles};

/// Where a port or a hop of a union comes from: at least one of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin<T> {
    /// The first graph's own.
    pub base: Option<T>,
    /// The second graph's own.
    pub head: Option<T>,
}

/// A union.
#[derive(Debug, Clone)]
pub struct Union {
    /// The graph. What only the first graph has states no place: its places are in other texts. It judges no policies.
    pub graph: PortGraph,
    /// Where each port comes from, by its id.
    pub ports: Vec<Origin<PortId>>,
    /// Where each hop comes from, by its id.
    pub hops: Vec<Origin<HopId>>,
}

/// The union of two graphs, in which these pairs of ports are one port each.
pub(super) fn union(base: &PortGraph, head: &PortGraph, pairs: &HashMap<PortId, PortId>) -> Union {
    let mut roles = Roles::default();
    let [of_base, of_head] = join_roles(&mut roles, base, head);
    let paired = |id: &PortId| pairs.contains_key(id);
    let back: HashMap<PortId, PortId> = pairs.iter().map(|(base, head)| (*head, *base)).collect();
    let new =
        head.ports().map(|(id, port)| (of_head.port(port), Origin { base: back.get(&id).copied(), head: Some(id) }));
    let old = base.ports().filter(|(id, _)| !paired(id));
    let old = old.map(|(id, port)| {
        let moved = of_base.port(port).map(|port| Port { at: None, ..port });
        (moved, Origin { base: Some(id), head: None })
    });
    let mut ports: Vec<(Port, Origin<PortId>)> =
        new.chain(old).filter_map(|(port, origin)| Some((port?, origin))).collect();
    ports.sort();
    let mut graph = DiGraph::with_capacity(ports.len(), 0);
    let (mut place_of_base, mut place_of_head) = (HashMap::new(), HashMap::new());
    let mut origins = Vec::with_capacity(ports.len());
    for (port, origin) in ports {
        let place = graph.add_node(port);
        place_of_base.extend(origin.base.map(|id| (id, place)));
        place_of_head.extend(origin.head.map(|id| (id, place)));
        origins.push(origin);
    }
    let hops = join_hops((base, &place_of_base), (head, &place_of_head));
    let mut hop_origins = Vec::with_capacity(hops.len());
    for (from, to, hop, origin) in hops {
        graph.add_edge(from, to, hop);
        hop_origins.push(origin);
    }
    let graph = PortGraph { roles, graph, verdicts: Verdicts::new(), selected: OnceLock::new() };
    Union { graph, ports: origins, hops: hop_origins }
}

/// Fills the lists of objects that have ports, and takes all else from the second graph; what each owner becomes, for both graphs.
fn join_roles(roles: &mut Roles, base: &PortGraph, head: &PortGraph) -> [Renumbering; 2] {
    let mut owners = [Renumbering::default(), Renumbering::default()];
    let (old, new) = (base.roles(), head.roles());
    roles.configs.clone_from(&new.configs);
    roles.endpoints.clone_from(&new.endpoints);
    roles.policies.clone_from(&new.policies);
    roles.namespaces.clone_from(&new.namespaces);
    let owner = |id| Owner::Workload(WorkloadId(id));
    roles.workloads = join(&old.workloads, &new.workloads, |role| &role.id, owner, &mut owners);
    let owner = |id| Owner::Service(ServiceId(id));
    roles.services = join(&old.services, &new.services, |role| &role.id, owner, &mut owners);
    let owner = |id| Owner::Router(RouterId(id));
    roles.routers = join(&old.routers, &new.routers, |role| &role.id, owner, &mut owners);
    let owner = |id| Owner::Cluster(ClusterId(id));
    roles.clusters = join(&old.clusters, &new.clusters, |role| &role.id, owner, &mut owners);
    owners
}

/// The objects of two lists by their ids, the second list's where both have one.
fn join<T: Clone>(
    base: &[T],
    head: &[T],
    id: impl Fn(&T) -> &ObjectId,
    owner: impl Fn(u32) -> Owner,
    owners: &mut [Renumbering; 2],
) -> Vec<T> {
    let ids: BTreeSet<&ObjectId> = base.iter().chain(head).map(&id).collect();
    let places: HashMap<&ObjectId, u32> = ids.into_iter().zip(0..).collect();
    let mut joined: Vec<Option<T>> = vec![None; places.len()];
    for (list, renumbering) in [base, head].into_iter().zip(owners) {
        for (old, role) in (0..).zip(list) {
            let Some(new) = places.get(id(role)) else { continue };
            renumbering.insert(owner(old), owner(*new));
            if let Some(place) = joined.get_mut(*new as usize) {
                *place = Some(role.clone());
            }
        }
    }
    joined.into_iter().flatten().collect()
}

type Joined = (PortId, PortId, Hop, Origin<HopId>);

/// The hops of both graphs, in the order of keys; `places` has what their ports became.
fn join_hops(
    (base, places_of_base): (&PortGraph, &HashMap<PortId, PortId>),
    (head, places_of_head): (&PortGraph, &HashMap<PortId, PortId>),
) -> Vec<Joined> {
    let moved = |places: &HashMap<PortId, PortId>, from, to| Some((*places.get(&from)?, *places.get(&to)?));
    let mut hops: Vec<Joined> = Vec::new();
    let mut known: HashMap<(PortId, PortId, HopKind), usize> = HashMap::new();
    for (id, from, to, hop) in head.hops() {
        let Some((from, to)) = moved(places_of_head, from, to) else { continue };
        known.insert((from, to, hop.kind), hops.len());
        hops.push((from, to, hop.clone(), Origin { base: None, head: Some(id) }));
    }
    for (id, from, to, hop) in base.hops() {
        let Some((from, to)) = moved(places_of_base, from, to) else { continue };
        match known.get(&(from, to, hop.kind)).and_then(|at| hops.get_mut(*at)) {
            Some((.., origin)) => origin.base = Some(id),
            None => hops.push((from, to, Hop { at: None, ..hop.clone() }, Origin { base: Some(id), head: None })),
        }
    }
    hops.sort();
    hops
}
