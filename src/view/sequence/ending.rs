//! Endings: where a request may end, and over how many targets it is balanced. [`pod`](super::pod), [`backend`](super::backend)
//! and [the holes](super::hole) hold the stations themselves.

use super::approach::service_of;
use super::request::Request;
use super::scene::{Answer, Lines, Station};
use super::speech::evidence_host;
use super::{answer, hole, policed};
use crate::graph::{Owner, PortGraph, PortId, PortKind, Verdict};
use crate::manifest::{Pods, ServiceType, Workload};
use crate::view::policy;

/// Where a request may end.
#[derive(Debug)]
pub(super) struct Endings {
    pub(super) first: (Station, Answer),
    /// Where the next request ends, where that is elsewhere.
    pub(super) next: Option<(Station, Answer)>,
    /// The application in the pod, behind the only station: for scenes with room for it.
    pub(super) application: Option<Station>,
    /// The same as a note over the pod, for scenes without.
    pub(super) container: Lines,
    /// Over how many they are balanced, in words: `3 pods`; nothing for one.
    pub(super) balanced: Option<String>,
}

/// The endings of a request.
pub(super) fn endings(graph: &PortGraph, request: &Request) -> Endings {
    let ending = Ending { graph, request };
    let targets = ending.targets();
    let called = targets.first().and_then(|id| ending.called_pod(*id));
    let (first, next) = match (targets.as_slice(), called) {
        ([], _) => (ending.unknown(), None),
        ([only, ..], Some(pod)) => (ending.station(*only, Some(pod)), None),
        ([only], None) if ending.has_pods(*only) => {
            (ending.station(*only, Some(0)), Some(ending.station(*only, Some(1))))
        }
        ([only], None) => (ending.station(*only, None), None),
        ([first, second, ..], None) => (ending.station(*first, None), Some(ending.station(*second, None))),
    };
    let port = targets.first().map(|id| graph.port(*id));
    Endings {
        first,
        next,
        application: port.and_then(|port| ending.application(port)),
        container: port.map(|port| ending.container(port)).unwrap_or_default(),
        balanced: ending.balanced(&targets).filter(|_| called.is_none()),
    }
}

/// A request and the graph, to find its ends in.
pub(super) struct Ending<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) request: &'g Request,
}

impl Ending<'_> {
    /// The ports where it may end, one per workload: a Service without ports of its own leads to all of theirs.
    pub(super) fn targets(&self) -> Vec<PortId> {
        let mut targets: Vec<PortId> = self.request.parted(self.graph).1.to_vec();
        targets.dedup_by_key(|id| match self.graph.port(*id).owner {
            Owner::Workload(workload) => Ok(workload),
            _ => Err(*id),
        });
        targets
    }

    /// Is it balanced over several pods of one workload?
    fn has_pods(&self, id: PortId) -> bool {
        let is_many = self.workload(id).is_some_and(|workload| !matches!(workload.pods, Pods::Count(0 | 1)));
        !self.request.ends.is_empty() && is_many
    }

    /// The pod that the caller asks for by its own name, counted from the first: `db-1.db` (DNS-04).
    fn called_pod(&self, id: PortId) -> Option<u32> {
        let workload = self.workload(id)?;
        let host = evidence_host(self.graph, self.request)?;
        let ordinal = host.split('.').next()?.strip_prefix(workload.id.name.as_str())?.strip_prefix('-')?;
        ordinal.parse::<u32>().ok()?.checked_sub(workload.first_ordinal?)
    }

    pub(super) fn workload(&self, id: PortId) -> Option<&Workload> {
        match self.graph.port(id).owner {
            Owner::Workload(workload) => Some(self.graph.workload(workload)),
            _ => None,
        }
    }

    /// One target; `pod` tells several pods of a workload apart.
    fn station(&self, id: PortId, pod: Option<u32>) -> (Station, Answer) {
        let port = self.graph.port(id);
        match (&port.kind, self.workload(id)) {
            (PortKind::Missing(missing), _) => hole::station(self.graph, self.request, missing),
            (PortKind::External(external), _) => self.external(port, external),
            (PortKind::ContainerPort(key), Some(workload)) => self.policed(id, self.pod(port, key, workload, pod)),
            _ => self.unknown(),
        }
    }

    /// A pod behind network policies: a request that they block does not arrive.
    fn policed(&self, id: PortId, (mut station, answer): (Station, Answer)) -> (Station, Answer) {
        let Some(decision) = policed::decision(self.graph, self.request, id).filter(|_| !answer.is_lost) else {
            return (station, answer);
        };
        let Some(verdict) = policy::verdict(self.graph, decision) else { return (station, answer) };
        if decision.verdict != Verdict::Blocked {
            station.notes.push(vec![verdict, "where policies are enforced".to_owned()]);
            return (station, answer);
        }
        station.notes = vec![vec![verdict, "where policies are enforced".to_owned()]];
        (station, answer::BLOCKED)
    }

    /// A client inside the cluster sends to the pods of a headless Service itself (HL-02).
    pub(super) fn goes_directly(&self) -> bool {
        let is_alias = service_of(self.graph, self.request)
            .is_none_or(|(_, service)| service.headless || service.kind == ServiceType::ExternalName);
        self.request.starts_inside() && is_alias
    }

    /// Over how many, in words.
    fn balanced(&self, targets: &[PortId]) -> Option<String> {
        let workloads: Vec<&Workload> = targets.iter().filter_map(|id| self.workload(*id)).collect();
        if workloads.len() < targets.len() {
            return (targets.len() > 1).then(|| format!("{} addresses", targets.len()));
        }
        let mut count = 0_u64;
        for workload in workloads {
            match workload.pods {
                Pods::PerNode => return Some("a pod on every node".to_owned()),
                Pods::Count(pods) => count += u64::from(pods),
            }
        }
        (count > 1 && !self.request.ends.is_empty()).then(|| format!("{count} pods"))
    }
}
