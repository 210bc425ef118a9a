//! What checks read: the graph, what the user chose, and indexes that several checks need.

use std::collections::{BTreeSet, HashMap};

use super::{Options, Severity};
use crate::graph::{PortGraph, ServiceId, WorkloadId};
use crate::manifest::{Lifetime, Service, Workload};

/// What a check may read.
pub struct Context<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) options: &'g Options,
    selected: Vec<Vec<WorkloadId>>,
    services: HashMap<(&'g str, &'g str), &'g Service>,
    namespaces_with_workloads: BTreeSet<&'g str>,
    namespaces_with_services: BTreeSet<&'g str>,
}

impl<'g> Context<'g> {
    pub(super) fn new(graph: &'g PortGraph, options: &'g Options) -> Self {
        let services = || graph.services().map(|(_, service)| service);
        Self {
            graph,
            options,
            selected: graph.selections(),
            services: services()
                .map(|service| ((service.id.namespace.as_str(), service.id.name.as_str()), service))
                .collect(),
            namespaces_with_workloads: graph.workloads().map(|(_, workload)| workload.id.namespace.as_str()).collect(),
            namespaces_with_services: services().map(|service| service.id.namespace.as_str()).collect(),
        }
    }

    /// The Service of a namespace and name.
    pub(super) fn service(&self, namespace: &str, name: &str) -> Option<&'g Service> {
        self.services.get(&(namespace, name)).copied()
    }

    /// The workloads that a Service selects. Jobs do not count where something lasting is selected too (SEL-05).
    pub(super) fn selected(&self, id: ServiceId) -> Vec<&'g Workload> {
        let all = self.selected.get(id.0 as usize).into_iter().flatten().map(|id| self.graph.workload(*id));
        let (lasting, rest): (Vec<_>, Vec<_>) = all.partition(|workload| workload.lifetime == Lifetime::Lasting);
        if lasting.is_empty() { rest } else { lasting }
    }

    /// Does a Service select this workload?
    pub(super) fn selects(&self, service: &Service, workload: WorkloadId) -> bool {
        let at = self.graph.roles().services.binary_search_by(|other| other.id.cmp(&service.id)).ok();
        at.and_then(|at| self.selected.get(at)).is_some_and(|selected| selected.contains(&workload))
    }

    /// Has the input any workload of the namespace? Where it has none, it is clearly only a part.
    pub(super) fn has_workloads(&self, namespace: &str) -> bool {
        self.namespaces_with_workloads.contains(namespace)
    }

    /// Has the input any Service of the namespace?
    pub(super) fn has_services(&self, namespace: &str) -> bool {
        self.namespaces_with_services.contains(namespace)
    }

    /// How bad it is that something is not in the input: `whole` tells whether its namespace seems to be there.
    pub(super) fn missing(&self, whole: bool) -> Severity {
        match (self.options.complete, whole) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Warning,
            (false, false) => Severity::Info,
        }
    }
}
