//! Isolation: which policies select the pods of which workload (NET-01, NET-03).

use super::matching::{self, Match};
use super::{Direction, PolicyId, rules};
use crate::graph::select::PodIndex;
use crate::graph::{PortGraph, WorkloadId};
use crate::manifest::{Pods, Policy, Roles};

/// A policy that selects the pods of a workload, or may.
#[derive(Debug, Clone, Copy)]
pub(super) struct Isolating {
    pub(super) policy: PolicyId,
    pub(super) selects: Match,
}

/// The policies of every workload, by its id, in the order of their ids.
pub(super) struct Isolations {
    ingress: Vec<Vec<Isolating>>,
    egress: Vec<Vec<Isolating>>,
}

impl Isolations {
    pub(super) fn new(roles: &Roles) -> Self {
        let none = || vec![Vec::new(); roles.workloads.len()];
        let mut isolations = Self { ingress: none(), egress: none() };
        let policies = (0..).map(PolicyId).zip(&roles.policies);
        for ((id, policy), selected) in policies.zip(selections(roles)) {
            for (workload, selects) in selected {
                isolations.add(workload, policy, Isolating { policy: id, selects });
            }
        }
        isolations
    }

    fn add(&mut self, workload: WorkloadId, policy: &Policy, isolating: Isolating) {
        let lists = [(Direction::Ingress, &mut self.ingress), (Direction::Egress, &mut self.egress)];
        for (direction, list) in lists {
            if rules::of(policy, direction).is_some() {
                list[workload.0 as usize].push(isolating);
            }
        }
    }

    /// The policies that isolate the pods of a workload in one direction.
    pub(super) fn of(&self, workload: WorkloadId, direction: Direction) -> &[Isolating] {
        let list = match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        };
        list.get(workload.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// The workloads that each policy selects or may select, by the policy's id (NET-01). Only those of its namespace are looked at that
/// have one of the labels it asks for.
pub(super) fn selections(roles: &Roles) -> Vec<Vec<(WorkloadId, Match)>> {
    if roles.policies.is_empty() {
        return Vec::new();
    }
    let pods = PodIndex::new(&roles.workloads);
    let select = |policy: &Policy, id: &WorkloadId| {
        let selects = matching::pods(&policy.selector, &roles.workloads[id.0 as usize]);
        (selects != Match::No).then_some((*id, selects))
    };
    let selected = |policy: &Policy| {
        let candidates = pods.candidates(&policy.id.namespace, &policy.selector.labels).iter();
        candidates.filter_map(|id| select(policy, id)).collect()
    };
    roles.policies.iter().map(selected).collect()
}

/// Is there only one pod of the workload?
pub(super) fn is_alone(graph: &PortGraph, workload: WorkloadId) -> bool {
    graph.workload(workload).pods == Pods::Count(1)
}
