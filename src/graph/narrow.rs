//! Narrowing: the part of a graph that a reader asked for, as a graph of its own.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use hashbrown::HashMap;
use petgraph::graph::DiGraph;

use super::policy::{Judged, Verdicts};
use super::renumber::Renumbering;
use super::{ClusterId, HopId, Owner, PortGraph, PortId, RouterId, ServiceId, WorkloadId};
use crate::manifest::Roles;

/// A part of a graph, and what its ports and hops were in the whole.
#[derive(Debug, Clone)]
pub struct Part {
    /// The part.
    pub graph: PortGraph,
    /// What each port was, by its id.
    pub ports: Vec<PortId>,
    /// What each hop was, by its id.
    pub hops: Vec<HopId>,
}

/// The ports of the kept owners, and of what stands outside of all objects (clients outside, external targets, holes) as far
/// as a hop joins it to them.
pub(super) fn narrow(graph: &PortGraph, keep: &BTreeSet<Owner>) -> Part {
    let kept = graph.ports().map(|(_, port)| keep.contains(&port.owner)).collect();
    part(graph, keep, kept)
}

/// All owners, without some of their ports. What belongs to no object goes with the last port that it is joined to.
pub(super) fn without(graph: &PortGraph, hidden: &BTreeSet<PortId>) -> PortGraph {
    let owners: BTreeSet<Owner> = graph.owners().collect();
    let kept = graph.ports().map(|(id, port)| owners.contains(&port.owner) && !hidden.contains(&id)).collect();
    part(graph, &owners, kept).graph
}

/// These owners, and of their ports those that are kept.
fn part(graph: &PortGraph, keep: &BTreeSet<Owner>, mut kept: Vec<bool>) -> Part {
    let (roles, moved) = moved(graph, keep);
    keep_shared_ends(graph, &mut kept);
    let mut narrowed = DiGraph::new();
    let mut places = HashMap::new();
    for (id, port) in graph.ports().filter(|(id, _)| kept[id.index()]) {
        if let Some(port) = moved.port(port) {
            places.insert(id, narrowed.add_node(port));
        }
    }
    let mut verdicts = Verdicts::new();
    let mut hops = Vec::new();
    for (id, from, to, hop) in graph.hops() {
        if let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) {
            let new = narrowed.add_edge(*from, *to, hop.clone());
            hops.push(id);
            verdicts.extend(moved_verdicts(graph, id, &places).map(|judged| (new, judged)));
        }
    }
    let ports = graph.ports().map(|(id, _)| id).filter(|id| places.contains_key(id)).collect();
    Part { graph: PortGraph { roles, graph: narrowed, verdicts, selected: OnceLock::new() }, ports, hops }
}

/// What was judged of a hop, about those ends that are kept. What decided it may well be left out.
fn moved_verdicts(graph: &PortGraph, hop: HopId, places: &HashMap<PortId, PortId>) -> Option<Vec<Judged>> {
    let judged = graph.verdicts.get(&hop)?.iter();
    let judged: Vec<Judged> = judged
        .filter_map(|judged| Some(Judged { end: *places.get(&judged.end)?, decision: judged.decision.clone() }))
        .collect();
    (!judged.is_empty()).then_some(judged)
}

/// What belongs to no object stays where it meets something that stays.
fn keep_shared_ends(graph: &PortGraph, kept: &mut [bool]) {
    let is_shared = |id: PortId| {
        matches!(graph.port(id).owner, Owner::Outside | Owner::HostMachine | Owner::ApiServer | Owner::Elsewhere)
    };
    for (_, from, to, _) in graph.hops() {
        let (from_kept, to_kept) = (kept[from.index()], kept[to.index()]);
        kept[from.index()] |= to_kept && is_shared(from);
        kept[to.index()] |= from_kept && is_shared(to);
    }
}

/// The kept objects, and their new ids.
fn moved(graph: &PortGraph, keep: &BTreeSet<Owner>) -> (Roles, Renumbering) {
    let old = graph.roles();
    let mut roles = Roles {
        configs: old.configs.clone(),
        endpoints: old.endpoints.clone(),
        policies: old.policies.clone(),
        backend_tls: old.backend_tls.clone(),
        nodes: old.nodes.clone(),
        monitors: old.monitors.clone(),
        webhooks: old.webhooks.clone(),
        ..Roles::default()
    };
    let mut moved = Renumbering::default();
    // Ids are in the order of the lists, and so is this set.
    for owner in keep {
        let new = match *owner {
            Owner::Outside | Owner::HostMachine | Owner::ApiServer | Owner::Elsewhere => *owner,
            Owner::Cluster(id) => Owner::Cluster(ClusterId(push(&mut roles.clusters, &old.clusters[id.0 as usize]))),
            Owner::Router(id) => Owner::Router(RouterId(push(&mut roles.routers, &old.routers[id.0 as usize]))),
            Owner::Service(id) => Owner::Service(ServiceId(push(&mut roles.services, &old.services[id.0 as usize]))),
            Owner::Workload(id) => {
                Owner::Workload(WorkloadId(push(&mut roles.workloads, &old.workloads[id.0 as usize])))
            }
        };
        moved.insert(*owner, new);
    }
    (roles, moved)
}

fn push<T: Clone>(list: &mut Vec<T>, item: &T) -> u32 {
    list.push(item.clone());
    u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
}

/// These owners and every owner that a hop joins to one of them.
pub(super) fn touching(graph: &PortGraph, owners: &BTreeSet<Owner>) -> BTreeSet<Owner> {
    let mut touching = owners.clone();
    for (_, from, to, _) in graph.hops() {
        let (from, to) = (graph.port(from).owner, graph.port(to).owner);
        if owners.contains(&from) || owners.contains(&to) {
            touching.extend([from, to]);
        }
    }
    touching.retain(|owner| graph.object(*owner).is_some());
    touching
}

/// Everything that a request passes which passes one of these owners: what leads to them, and what they lead to.
pub(super) fn passing(graph: &PortGraph, through: &BTreeSet<Owner>) -> BTreeSet<Owner> {
    let mut owners = through.clone();
    let next = |hop: HopId| graph.ends(hop).1;
    let before = |hop: HopId| graph.ends(hop).0;
    reach(graph, through, |id| graph.hops_from(id).into_iter().map(next).collect(), &mut owners);
    reach(graph, through, |id| graph.hops_to(id).into_iter().map(before).collect(), &mut owners);
    owners
}

/// Adds the owners of all ports that are reached in one direction.
fn reach(
    graph: &PortGraph,
    through: &BTreeSet<Owner>,
    step: impl Fn(PortId) -> Vec<PortId>,
    owners: &mut BTreeSet<Owner>,
) {
    let mut seen = vec![false; graph.graph.node_count()];
    let mut waiting: Vec<PortId> = through.iter().flat_map(|owner| graph.ports_of(*owner).map(|(id, _)| id)).collect();
    while let Some(id) = waiting.pop() {
        if std::mem::replace(&mut seen[id.index()], true) {
            continue;
        }
        owners.insert(graph.port(id).owner);
        waiting.extend(step(id));
    }
    // Clients and holes belong to no object; they come along where they touch what is kept.
    owners.retain(|owner| !matches!(owner, Owner::Outside | Owner::HostMachine | Owner::ApiServer | Owner::Elsewhere));
}
