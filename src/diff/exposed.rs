//! Exposure: from where ports could be reached, and can be now.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::change::{Compared, is_said};
use crate::graph::{Entrance, Exposure, HopKind, PortGraph, PortId, PortKind, Reach};

/// A port that can be reached from elsewhere than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureChange {
    /// The port, in the marked graph.
    pub port: PortId,
    /// From where it could be reached; `None`: it was not there.
    pub was: Option<Reach>,
    /// From where it can be reached; `None`: it is gone.
    pub now: Option<Reach>,
    /// The ports that lead to it now, the nearest first; those that led to it, where it is gone or less open. In the marked graph.
    pub entrances: Vec<PortId>,
}

impl ExposureChange {
    /// Can it be reached from farther than before, and from outside of the cluster?
    #[must_use]
    pub fn is_newly_exposed(&self) -> bool {
        self.now > Some(Reach::Cluster) && self.now > self.was
    }

    /// Could it be reached from outside of the cluster, and can no longer be from as far?
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.was > Some(Reach::Cluster) && self.was > self.now
    }
}

/// Every port that is open to others than before. Ports that come or go are told only where they are open to more than the cluster.
pub(super) fn exposures(compared: &Compared<'_>) -> Vec<ExposureChange> {
    let was = by_place(compared.base, &compared.places_of_base);
    let now = by_place(compared.head, &compared.places_of_head);
    let graph = &compared.union.graph;
    let ports = graph.ports().map(|(id, _)| id).filter(|id| is_end(graph, *id));
    let mut changes: Vec<ExposureChange> = ports.filter_map(|id| change(id, was.get(&id), now.get(&id))).collect();
    changes.sort_by_key(|change| (!change.is_newly_exposed(), !change.is_closed(), Reverse(change.now), change.port));
    changes
}

/// The exposures of a graph by the ports of the marked one, with their entrances there.
fn by_place(graph: &PortGraph, places: &HashMap<PortId, PortId>) -> HashMap<PortId, (Reach, Vec<PortId>)> {
    let placed = |Exposure { port, reach, entrances }: Exposure| {
        let is_cause = |entrance: &&Entrance| {
            let is_far = reach <= Reach::Cluster || entrance.reach > Reach::Cluster;
            is_far && is_said(graph, entrance.through)
        };
        let through = entrances.iter().filter(is_cause).filter_map(|entrance| places.get(&entrance.through).copied());
        Some((*places.get(&port)?, (reach, through.collect())))
    };
    graph.exposures().into_iter().filter_map(placed).collect()
}

fn change(
    port: PortId,
    was: Option<&(Reach, Vec<PortId>)>,
    now: Option<&(Reach, Vec<PortId>)>,
) -> Option<ExposureChange> {
    let reach = |side: Option<&(Reach, Vec<PortId>)>| side.map(|(reach, _)| *reach);
    let (before, after) = (reach(was), reach(now));
    let is_told = match (before, after) {
        (Some(before), Some(after)) => before != after,
        (only, None) | (None, only) => only > Some(Reach::Cluster),
    };
    let farther = if after >= before { now } else { was };
    let entrances = farther.map(|(_, entrances)| entrances.clone()).unwrap_or_default();
    is_told.then_some(ExposureChange { port, was: before, now: after, entrances })
}

/// A container port, or a Service port with no container port behind it.
fn is_end(graph: &PortGraph, id: PortId) -> bool {
    let is_container = |id: PortId| matches!(graph.port(id).kind, PortKind::ContainerPort(_));
    let mut targets = graph.hops_from(id).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Target);
    let leads_to_container = targets.any(|hop| is_container(graph.ends(hop).1));
    is_container(id) || (graph.port(id).kind == PortKind::ServicePort && !leads_to_container)
}
