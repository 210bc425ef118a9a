//! What monitors ask: the Services and workloads that they select (SEMANTICS §8). Monitors ask very much, and so they are no hops:
//! drawings would consist of them.

use super::labels::LabelIndex;
use super::policy::has_labels;
use super::select::PodIndex;
use super::{PortGraph, Selected, ServiceId, WorkloadId, may_select};
use crate::manifest::{Asks, Monitor};

/// A monitor and what it selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitored<'g> {
    /// The monitor.
    pub monitor: &'g Monitor,
    /// The Services that it selects, in the order of ids; of a PodMonitor none.
    pub services: Vec<ServiceId>,
    /// The workloads whose pods it asks, in the order of ids: those it selects, or those behind the Services.
    pub workloads: Vec<WorkloadId>,
}

/// What monitors can select.
struct Selectable<'g> {
    graph: &'g PortGraph,
    services: LabelIndex<'g, ServiceId>,
    pods: PodIndex<'g>,
    behind: &'g Selected,
}

impl PortGraph {
    /// What every monitor asks, in the order of ids.
    #[must_use]
    pub fn monitored(&self) -> Vec<Monitored<'_>> {
        let monitors = &self.roles().monitors;
        if monitors.is_empty() {
            return Vec::new();
        }
        let labelled = self.services().map(|(id, service)| (id, service.id.namespace.as_str(), &service.labels));
        let selectable = Selectable {
            graph: self,
            services: LabelIndex::new(labelled),
            pods: PodIndex::new(&self.roles().workloads),
            behind: self.selections(),
        };
        monitors.iter().map(|monitor| selectable.by(monitor)).collect()
    }
}

impl<'g> Selectable<'g> {
    fn by(&self, monitor: &'g Monitor) -> Monitored<'g> {
        let (mut services, mut workloads) = match monitor.asks {
            Asks::Services => self.services(monitor),
            Asks::Pods => (Vec::new(), self.pods(monitor)),
        };
        services.sort_unstable();
        services.dedup();
        workloads.sort_unstable();
        workloads.dedup();
        Monitored { monitor, services, workloads }
    }

    fn services(&self, monitor: &Monitor) -> (Vec<ServiceId>, Vec<WorkloadId>) {
        let mut services = Vec::new();
        for namespace in namespaces(monitor, self.services.namespaces()) {
            let candidates = self.services.candidates(namespace, monitor.selector.labels.iter()).iter();
            services.extend(candidates.filter(|id| has_labels(&monitor.selector, &self.graph.service(**id).labels)));
        }
        let behind = services.iter().flat_map(|id: &ServiceId| self.behind.by(*id)).copied().collect();
        (services, behind)
    }

    fn pods(&self, monitor: &Monitor) -> Vec<WorkloadId> {
        let mut workloads = Vec::new();
        for namespace in namespaces(monitor, self.pods.namespaces()) {
            let candidates = self.pods.candidates(namespace, &monitor.selector.labels).iter();
            workloads.extend(candidates.filter(|id| may_select(&monitor.selector, self.graph.workload(**id))));
        }
        workloads
    }
}

/// The namespaces that a monitor looks into: those it names, or all.
fn namespaces<'m>(monitor: &'m Monitor, all: impl Iterator<Item = &'m str>) -> Vec<&'m str> {
    match &monitor.namespaces {
        Some(named) => named.iter().map(String::as_str).collect(),
        None => all.collect(),
    }
}
