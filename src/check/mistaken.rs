//! Rules of network policies that name the port of a Service where they mean the pods' (NET-06).

use std::collections::BTreeMap;

use super::{Context, blocking, words};
use crate::graph::{
    Direction, HopId, HopKind, Number, Owner, PolicyId, PortId, PortKind, ServiceId, Verdict, WorkloadId, may_select,
};
use crate::manifest::{Peer, PolicyPort, PolicyRule, PortRef, Protocol, Service};
use crate::source::Span;

/// A port of a Service that a rule names, and where it leads.
pub(super) struct Mistake<'g> {
    pub(super) policy: PolicyId,
    rule: &'g PolicyRule,
    pub(super) port: &'g PolicyPort,
    pub(super) service: &'g Service,
    /// Place of the Service port.
    pub(super) at: Span,
    /// Whose pods are behind it.
    pub(super) workload: WorkloadId,
    /// The port of theirs that is meant.
    pub(super) end: PortId,
    number: u16,
    /// The name of the container port.
    name: Option<&'g str>,
}

impl Mistake<'_> {
    /// What the rule says.
    pub(super) fn stated(&self) -> String {
        match &self.port.port {
            Some(PortRef::Number(number)) => words::number(*number, self.port.protocol),
            Some(PortRef::Name(name)) => name.to_string(),
            None => String::new(),
        }
    }

    /// The port of the pods.
    pub(super) fn right(&self) -> String {
        words::number(self.number, self.port.protocol)
    }

    /// Is a request blocked because of it? It ends at these pods, nothing but their policies is in its way, and the rule may be for
    /// whoever sends it.
    pub(super) fn explains(&self, context: &Context<'_>, hop: HopId) -> bool {
        let graph = context.graph;
        let Some(decision) = graph.hop_verdict(hop).filter(|decision| decision.verdict == Verdict::Blocked) else {
            return false;
        };
        decision.egress.is_empty()
            && decision.ingress.contains(&self.policy)
            && graph.end_verdicts(hop).any(|(end, _)| end == self.end)
            && self.may_be_for(context, graph.port(graph.ends(hop).0).owner)
    }

    fn may_be_for(&self, context: &Context<'_>, client: Owner) -> bool {
        let Owner::Workload(id) = client else { return true };
        let workload = context.graph.workload(id);
        let may_be = |peer: &Peer| match peer {
            Peer::Pods(pods) => pods.pods.as_ref().is_none_or(|selector| may_select(selector, workload)),
            Peer::Block(_) => true,
        };
        self.rule.peers.is_empty() || self.rule.peers.iter().any(may_be)
    }
}

/// Every mistake that no other rule makes up for.
pub(super) fn mistakes<'g>(context: &Context<'g>) -> Vec<Mistake<'g>> {
    let graph = context.graph;
    if graph.roles().policies.is_empty() {
        return Vec::new();
    }
    let (behind, isolating) = (Behind::new(context), graph.isolating(Direction::Ingress));
    let mut found = Vec::new();
    for (id, workloads) in (0..).map(PolicyId).zip(graph.policy_selections()) {
        let rules = blocking::rules(graph.policy(id), Direction::Ingress).into_iter().flat_map(|rules| &rules.list);
        for (rule, port) in rules.flat_map(|rule| rule.ports.iter().map(move |port| (rule, port))) {
            let Some(wrong) = behind.mistaken(context, (id, rule, port), &workloads) else { continue };
            let mut policies = isolating.get(wrong.workload.0 as usize).into_iter().flatten();
            if !policies.any(|policy| admits(context, *policy, wrong.number, port.protocol, wrong.name)) {
                found.push(wrong);
            }
        }
    }
    found
}

/// Does any ingress rule of a policy cover a port, whoever it is for?
fn admits(context: &Context<'_>, policy: PolicyId, number: u16, protocol: Protocol, name: Option<&str>) -> bool {
    let rules =
        blocking::rules(context.graph.policy(policy), Direction::Ingress).into_iter().flat_map(|rules| &rules.list);
    let covers = |stated: &PolicyPort| {
        stated.protocol == protocol
            && match (&stated.port, stated.end) {
                (None, _) => true,
                (Some(PortRef::Number(first)), last) => (*first..=last.unwrap_or(*first)).contains(&number),
                (Some(PortRef::Name(stated)), _) => Some(stated.as_str()) == name,
            }
    };
    let mut rules = rules;
    rules.any(|rule| rule.ports.is_empty() || rule.ports.iter().any(covers))
}

/// The Service ports in front of every workload.
struct Behind(BTreeMap<WorkloadId, Vec<(ServiceId, PortId, PortId)>>);

impl Behind {
    fn new(context: &Context<'_>) -> Self {
        let graph = context.graph;
        let mut behind: BTreeMap<WorkloadId, Vec<(ServiceId, PortId, PortId)>> = BTreeMap::new();
        for (_, from, to, _) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Target) {
            if let (Owner::Service(service), Owner::Workload(workload)) = (graph.port(from).owner, graph.port(to).owner)
            {
                behind.entry(workload).or_default().push((service, from, to));
            }
        }
        Self(behind)
    }

    /// The Service port that a rule means, where none of the selected pods has a port like that.
    fn mistaken<'g>(
        &self,
        context: &Context<'g>,
        (policy, rule, stated): (PolicyId, &'g PolicyRule, &'g PolicyPort),
        workloads: &[WorkloadId],
    ) -> Option<Mistake<'g>> {
        let graph = context.graph;
        let wanted = stated.port.as_ref().filter(|_| stated.end.is_none())?;
        let is_it = |id: PortId| {
            let port = graph.port(id);
            port.protocol == stated.protocol
                && match wanted {
                    PortRef::Number(number) => port.number == Number::Known(*number),
                    PortRef::Name(name) => port.name.as_ref() == Some(name),
                }
        };
        let is_container = |id: PortId| matches!(graph.port(id).kind, PortKind::ContainerPort(_)) && is_it(id);
        let has = |workload: &WorkloadId| graph.ports_of(Owner::Workload(*workload)).any(|(id, _)| is_container(id));
        if workloads.iter().any(has) {
            return None;
        }
        let in_front =
            workloads.iter().flat_map(|id| self.0.get(id).into_iter().flatten().map(move |found| (id, found)));
        let (workload, (service, from, to)) = in_front.into_iter().find(|(_, (_, from, _))| is_it(*from))?;
        Some(Mistake {
            policy,
            rule,
            port: stated,
            service: graph.service(*service),
            at: graph.port(*from).at?,
            workload: *workload,
            end: *to,
            number: graph.port(*to).number.known()?,
            name: graph.port(*to).name.as_deref(),
        })
    }
}
