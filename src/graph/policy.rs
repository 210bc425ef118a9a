//! Network policies: may the packets of a request reach the pod at its end (SEMANTICS §6)?
//!
//! Who asks decides, so a verdict is of one client and one port of a pod. It is kept with the one hop of their way that no other
//! client shares: the call, the route, the way into the object behind an entry ([`decisive`]). What cannot be known from the input
//! is never guessed ([`Doubt`]); and all of it holds only where something enforces policies (NET-14).

mod controller;
mod decision;
mod isolation;
mod matching;
mod rules;

use std::collections::BTreeMap;

use super::{HopId, HopKind, Owner, PortGraph, PortId, PortKind, Way, WorkloadId, way};
use crate::manifest::{LabelSelector, Workload};
use controller::Controllers;
pub use decision::{Decision, Direction, Doubt, PolicyId, Verdict};
use isolation::Isolations;
pub(super) use matching::has_labels;
use matching::{Match, Namespaces};
use rules::{Other, Side};

/// More workloads than this behind one Service port are not judged one by one, for every caller of it would be judged with each.
const MOST_ENDS: usize = 100;

/// The verdict about one port of a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Judged {
    pub(super) end: PortId,
    pub(super) decision: Decision,
}

/// The verdicts of every way, by the hop that decides, in the order of the ports at the ends; empty where no policy is in the input.
pub(super) type Verdicts = BTreeMap<HopId, Vec<Judged>>;

/// The hop of a way that no client shares with another one: the call, the route, else the last one that comes to another owner.
pub(super) fn decisive(graph: &PortGraph, way: &Way) -> Option<HopId> {
    let stated = |hop: &&HopId| matches!(graph.hop(**hop).kind, HopKind::Call | HopKind::Route);
    let comes_in = |hop: &&HopId| {
        let (from, to) = graph.ends(**hop);
        graph.port(from).owner != graph.port(to).owner && graph.hop(**hop).kind != HopKind::Target
    };
    way.trunk.iter().find(stated).or_else(|| way.trunk.iter().rev().find(comes_in)).copied()
}

/// The ports of pods that a way ends at.
fn pod_ports(graph: &PortGraph, way: &Way) -> Vec<PortId> {
    let ends = if way.ends.is_empty() { way.trunk.last().map_or(&[][..], std::slice::from_ref) } else { &way.ends };
    let ends = ends.iter().map(|hop| graph.ends(*hop).1);
    ends.filter(|id| matches!(graph.port(*id).kind, PortKind::ContainerPort(_))).collect()
}

/// The verdict about a way; `None` where no policy is in the input, or the way ends at no pod.
pub(super) fn of_way(graph: &PortGraph, way: &Way) -> Option<Decision> {
    if graph.verdicts.is_empty() {
        return None;
    }
    let judged = graph.verdicts.get(&decisive(graph, way)?)?;
    let ends = pod_ports(graph, way);
    let decisions: Vec<&Decision> =
        judged.iter().filter(|judged| ends.contains(&judged.end)).map(|judged| &judged.decision).collect();
    Decision::joined(&decisions)
}

/// The verdict of a hop that decides about a client, over all the ports of pods behind it.
pub(super) fn of_hop(graph: &PortGraph, hop: HopId) -> Option<Decision> {
    let judged = graph.verdicts.get(&hop)?;
    Decision::joined(&judged.iter().map(|judged| &judged.decision).collect::<Vec<_>>())
}

/// The workloads whose pods each policy selects, or may, by the policy's id.
pub(super) fn selections(graph: &PortGraph) -> Vec<Vec<WorkloadId>> {
    let selected = isolation::selections(graph.roles()).into_iter();
    selected.map(|workloads| workloads.into_iter().map(|(workload, _)| workload).collect()).collect()
}

/// The policies that isolate the pods of each workload in one direction, by the workload's id.
pub(super) fn isolating(graph: &PortGraph, direction: Direction) -> Vec<Vec<PolicyId>> {
    let isolations = Isolations::new(graph.roles());
    let certain = |policies: &[isolation::Isolating]| {
        policies.iter().filter(|policy| policy.selects == Match::Yes).map(|policy| policy.policy).collect()
    };
    graph.workloads().map(|(id, _)| certain(isolations.of(id, direction))).collect()
}

/// May a selector select the pods of a workload, wherever they are?
#[must_use]
pub fn may_select(selector: &LabelSelector, workload: &Workload) -> bool {
    matching::pods(selector, workload) != Match::No
}

/// Judges every way of a graph. Without policies in the input it does nothing.
pub(super) fn judge(graph: &PortGraph) -> Verdicts {
    let roles = graph.roles();
    if roles.policies.is_empty() && roles.other_policies.is_empty() {
        return Verdicts::new();
    }
    let court = Court::new(graph);
    let mut verdicts = Verdicts::new();
    for way in way::ways_in(graph).iter().chain(&way::calls(graph)) {
        let Some(hop) = decisive(graph, way).filter(|_| way.ends.len() <= MOST_ENDS) else { continue };
        let ends = pod_ports(graph, way).into_iter();
        let judged: Vec<Judged> =
            ends.filter_map(|end| Some(Judged { end, decision: court.decision(hop, end)? })).collect();
        if !judged.is_empty() {
            verdicts.entry(hop).or_default().extend(judged);
        }
    }
    for judged in verdicts.values_mut() {
        judged.sort();
        judged.dedup(); // Ways over several listeners share their route.
    }
    verdicts
}

/// What verdicts are made from.
struct Court<'g> {
    graph: &'g PortGraph,
    isolations: Isolations,
    namespaces: Namespaces<'g>,
    controllers: Controllers,
}

impl<'g> Court<'g> {
    fn new(graph: &'g PortGraph) -> Self {
        let roles = graph.roles();
        Self {
            graph,
            isolations: Isolations::new(roles),
            namespaces: Namespaces::new(roles),
            controllers: Controllers::new(roles),
        }
    }

    /// What becomes of a request that makes this hop and would end at this port.
    fn decision(&self, hop: HopId, end: PortId) -> Option<Decision> {
        if !self.graph.roles().other_policies.is_empty() {
            return Some(Decision::doubtful(Doubt::OtherEngine));
        }
        let Owner::Workload(workload) = self.graph.port(end).owner else { return None };
        let target = Target { workload, port: end };
        match self.graph.port(self.graph.ends(hop).0).owner {
            Owner::Workload(client) if self.graph.hop(hop).kind == HopKind::Call => {
                Some(self.judge_pods(client, target))
            }
            Owner::Router(router) => {
                Some(self.judge_controllers(&self.controllers.of(self.graph.router(router)), target))
            }
            Owner::ApiServer => Some(self.judge_other(Other::ApiServer, target)),
            _ => Some(self.judge_other(Other::Outside, target)),
        }
    }

    fn judge_pods(&self, client: WorkloadId, to: Target) -> Decision {
        if isolation::is_alone(self.graph, client) && client == to.workload {
            let open = || Side { admits: Match::Yes, policies: Vec::new() };
            return Decision::of(open(), open()); // A pod may always reach itself (NET-08).
        }
        Decision::of(self.ingress(to, Other::Pods(client)), self.egress(client, to))
    }

    fn judge_other(&self, other: Other, to: Target) -> Decision {
        Decision::of(self.ingress(to, other), Side { admits: Match::Yes, policies: Vec::new() })
    }

    /// The client of the pod is one of the controller's pods (NET-12).
    fn judge_controllers(&self, controllers: &[WorkloadId], to: Target) -> Decision {
        let decisions: Vec<Decision> = controllers.iter().map(|client| self.judge_pods(*client, to)).collect();
        match decisions.split_first() {
            None => self.judge_other(Other::UnknownController, to),
            Some((first, rest)) if rest.iter().all(|other| other.verdict == first.verdict) => first.clone(),
            Some(_) => Decision::doubtful(Doubt::Controller),
        }
    }
}

/// The port of a pod that a request is for.
#[derive(Clone, Copy)]
struct Target {
    workload: WorkloadId,
    port: PortId,
}
