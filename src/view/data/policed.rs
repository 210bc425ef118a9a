//! `policy` of an edge: the verdict of network policies.

use super::model::{Object, Policed};
use crate::graph::{Doubt, HopId, PolicyId, PortGraph, Verdict};

/// The verdict about a hop that decides about one client, over all pods behind it.
pub(super) fn policed(graph: &PortGraph, hop: HopId) -> Option<Policed<'_>> {
    let decision = graph.hop_verdict(hop)?;
    let objects = |ids: &[PolicyId]| ids.iter().map(|id| Object::new(&graph.policy(*id).id)).collect();
    Some(Policed {
        verdict: verdict(decision.verdict),
        doubt: decision.doubt.map(doubt),
        ingress: objects(&decision.ingress),
        egress: objects(&decision.egress),
    })
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::Blocked => "blocked",
        Verdict::Depends => "depends",
        Verdict::Unknown => "unknown",
    }
}

fn doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::OtherEngine => "otherEngine",
        Doubt::HostNetwork => "hostNetwork",
        Doubt::Controller => "controller",
        Doubt::NamespaceLabels => "namespaceLabels",
        Doubt::NamespaceName => "namespaceName",
        Doubt::PodLabels => "podLabels",
        Doubt::Port => "port",
        Doubt::Address => "address",
        Doubt::SomePods => "somePods",
    }
}
