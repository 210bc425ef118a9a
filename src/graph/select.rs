//! Selectors: which workloads' pods have the labels that a Service asks for (SEL-01 to SEL-05). A hash join, not a double loop.

use std::sync::Arc;

use super::labels::LabelIndex;
use super::{ServiceId, WorkloadId};
use crate::manifest::{Labels, Lifetime, Pods, Roles, Service, ServiceType, Workload};

const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

/// The workloads that each Service selects, by the Service's id.
pub(super) fn selections(roles: &Roles) -> Selected {
    let pods = PodIndex::new(&roles.workloads);
    let mut selected = Selected::default();
    for service in &roles.services {
        selected.workloads.extend(pods.selected_by(service));
        selected.ends.push(selected.workloads.len());
    }
    selected
}

/// The workloads that each Service selects, in one list: that of a Service ends where that of the next one begins.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selected {
    workloads: Vec<WorkloadId>,
    ends: Vec<usize>,
}

impl Selected {
    /// The workloads that a Service selects, in the order of their ids; none for one that is not in the graph.
    pub(crate) fn by(&self, service: ServiceId) -> &[WorkloadId] {
        let at = service.0 as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.workloads.get(start..end).unwrap_or_default()
    }
}

/// Workloads by namespace and label.
pub(super) struct PodIndex<'r> {
    workloads: &'r [Arc<Workload>],
    index: LabelIndex<'r, WorkloadId>,
}

impl<'r> PodIndex<'r> {
    /// Indexes the workloads whose pods can be endpoints: those that have not ended (SEL-05).
    pub(super) fn new(workloads: &'r [Arc<Workload>]) -> Self {
        let lasting = (0..).map(WorkloadId).zip(workloads).filter(|(_, workload)| workload.lifetime != Lifetime::Ended);
        let labelled = lasting.map(|(id, workload)| (id, workload.id.namespace.as_str(), &workload.labels));
        Self { workloads, index: LabelIndex::new(labelled) }
    }

    /// The workloads that a Service selects: none for an alias (EN-03), none where its endpoints are managed elsewhere (SEL-03).
    pub(super) fn selected_by(&self, service: &Service) -> Vec<WorkloadId> {
        match &service.selector {
            Some(selector) if service.kind != ServiceType::ExternalName => {
                self.matching(&service.id.namespace, selector)
            }
            _ => Vec::new(),
        }
    }

    /// The workloads of a namespace whose pods match a selector, in the order of their ids.
    fn matching(&self, namespace: &str, selector: &Labels) -> Vec<WorkloadId> {
        let candidates = self.candidates(namespace, selector);
        let matches = |id: &WorkloadId| {
            let workload = &self.workloads[id.0 as usize];
            selector.iter().all(|(key, value)| has_label(workload, key, value))
        };
        candidates.iter().copied().filter(matches).collect()
    }

    /// The shortest list that holds every match: that of the rarest label which no controller adds.
    pub(super) fn candidates<'s>(&'s self, namespace: &'s str, selector: &'s Labels) -> &'s [WorkloadId] {
        self.index.candidates(namespace, selector.iter().filter(|(key, _)| !is_added_by_controllers(key)))
    }

    /// Every namespace that has workloads, in order.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &'r str> {
        self.index.namespaces()
    }
}

fn is_added_by_controllers(key: &str) -> bool {
    matches!(key, POD_NAME | POD_INDEX | "pod-template-hash" | "controller-revision-hash")
        || matches!(
            key,
            "controller-uid" | "batch.kubernetes.io/controller-uid" | "batch.kubernetes.io/job-completion-index"
        )
}

/// Do the pods have the label, or may they have it (SEL-04)?
fn has_label(workload: &Workload, key: &str, value: &str) -> bool {
    match workload.labels.get(key) {
        Some(stated) => stated == value,
        None => workload.hidden_labels.contains(&key) || has_ordinal_label(workload, key, value),
    }
}

/// May the pods have a label of this key that their manifest does not state (SEL-04)?
pub(super) fn may_be_added(workload: &Workload, key: &str) -> bool {
    workload.hidden_labels.contains(&key) || workload.first_ordinal.is_some() && matches!(key, POD_NAME | POD_INDEX)
}

/// The labels that a StatefulSet gives to each of its pods.
fn has_ordinal_label(workload: &Workload, key: &str, value: &str) -> bool {
    let ordinal = match key {
        POD_NAME => value.strip_prefix(workload.id.name.as_str()).and_then(|rest| rest.strip_prefix('-')),
        POD_INDEX => Some(value),
        _ => None,
    };
    let Some((ordinal, first)) = ordinal.and_then(|text| text.parse::<u32>().ok()).zip(workload.first_ordinal) else {
        return false;
    };
    let count = match workload.pods {
        Pods::Count(count) => count,
        Pods::PerNode => 0,
    };
    (first..first.saturating_add(count)).contains(&ordinal)
}
