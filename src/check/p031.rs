//! P031: a workload may call a Service, but not ask for its address.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity, blocking, find, words};
use crate::graph::{Direction, HopKind, Owner, PolicyId, Verdict, WorkloadId};
use crate::manifest::{LabelSelector, Operator, Peer, PodPeer, Policy, PolicyPort, PolicyRule, PortRef, Protocol};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P031",
    name: "egress-without-dns",
    title: "A network policy lets calls out, but not the question for their address",
    severity: "warning",
    what: "A workload whose configuration names a Service, and whose egress NetworkPolicies isolate, none of which admits 53/UDP to where \
           the cluster's DNS may be. Where its policies let no call out at all, P028 tells that instead.",
    why: "A name is looked up before the first packet of a call. Without DNS the call fails (`no such host`, or a timeout of some seconds), \
          although the rule for it is right. A rule for port 53 without `protocol: UDP` is one for TCP.",
    fix: "Add an egress rule for port 53, UDP and TCP, to the namespace kube-system.",
    elsewhere: "",
    pedantic: false,
    run,
};

/// A call that policies let out, or may: who calls, and what says so.
struct Caller {
    workload: WorkloadId,
    at: Span,
    evidence: String,
}

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    if graph.roles().policies.is_empty() {
        return;
    }
    let isolating = graph.isolating(Direction::Egress);
    let mut silent: BTreeMap<&[PolicyId], Vec<Caller>> = BTreeMap::new();
    for caller in callers(context) {
        let Some(policies) = isolating.get(caller.workload.0 as usize).filter(|policies| !policies.is_empty()) else {
            continue;
        };
        if !policies.iter().any(|id| lets_dns_out(graph.policy(*id))) {
            silent.entry(policies).or_default().push(caller);
        }
    }
    found.extend(silent.iter().filter_map(|(policies, callers)| finding(context, policies, callers)));
}

/// The first call of each workload that is not blocked. On the host's network policies mean nothing (NET-13).
fn callers(context: &Context<'_>) -> Vec<Caller> {
    let graph = context.graph;
    let mut callers: BTreeMap<WorkloadId, Caller> = BTreeMap::new();
    for (id, from, _, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Call) {
        let (Owner::Workload(workload), Some(evidence), Some(at)) = (graph.port(from).owner, &hop.evidence, hop.at)
        else {
            continue;
        };
        let may_leave = graph.hop_verdict(id).is_some_and(|decision| decision.verdict != Verdict::Blocked);
        if may_leave && !graph.workload(workload).host_network {
            let evidence = format!("{}: {}", evidence.place, evidence.text);
            callers.entry(workload).or_insert(Caller { workload, at, evidence });
        }
    }
    callers.into_values().collect()
}

/// The ports of DNS servers' pods: 53, and 5353 on OpenShift.
const DNS_PORTS: [u16; 2] = [53, 5353];
/// The namespaces of the cluster's DNS: everywhere, and on OpenShift.
const DNS_NAMESPACES: [&str; 2] = ["kube-system", "openshift-dns"];

/// Does a policy admit DNS, or may it?
fn lets_dns_out(policy: &Policy) -> bool {
    let rules = blocking::rules(policy, Direction::Egress);
    rules.into_iter().flat_map(|rules| &rules.list).any(|rule| covers_dns(rule) && leads_to_dns(rule, policy))
}

fn covers_dns(rule: &PolicyRule) -> bool {
    let covers = |port: &PolicyPort| match (&port.port, port.end) {
        (None, _) => true,
        (Some(PortRef::Number(first)), last) => {
            DNS_PORTS.iter().any(|dns| (*first..=last.unwrap_or(*first)).contains(dns))
        }
        (Some(PortRef::Name(name)), _) => name.starts_with("dns"),
    };
    rule.ports.is_empty() || rule.ports.iter().any(|port| port.protocol == Protocol::Udp && covers(port))
}

/// Whoever states the port of DNS has thought of it, wherever its peers are.
fn leads_to_dns(rule: &PolicyRule, policy: &Policy) -> bool {
    let is_there = |peer: &Peer| match peer {
        Peer::Block(_) => true,
        Peer::Pods(PodPeer { namespaces: None, .. }) => DNS_NAMESPACES.contains(&policy.id.namespace.as_str()),
        Peer::Pods(PodPeer { namespaces: Some(selector), .. }) => may_be_of_dns(selector),
    };
    rule.peers.is_empty() || rule.ports.iter().any(|port| port.port.is_some()) || rule.peers.iter().any(is_there)
}

/// May the selector select a namespace of the cluster's DNS? Of their labels only the name is known (NET-15).
fn may_be_of_dns(selector: &LabelSelector) -> bool {
    const NAME_LABEL: &str = "kubernetes.io/metadata.name";
    let label = selector.labels.get(NAME_LABEL);
    let expressions = || selector.expressions.iter().filter(|stated| stated.key == NAME_LABEL);
    DNS_NAMESPACES.iter().any(|name| {
        let has = |values: &[String]| values.iter().any(|value| value == name);
        label.is_none_or(|wanted| wanted == *name)
            && expressions().all(|stated| match &stated.operator {
                Operator::In(values) => has(values),
                Operator::NotIn(values) => !has(values),
                Operator::Exists => true,
                Operator::DoesNotExist => false,
            })
    })
}

fn finding(context: &Context<'_>, policies: &[PolicyId], callers: &[Caller]) -> Option<Finding> {
    let graph = context.graph;
    let policy = graph.policy(*policies.first()?);
    let workloads: Vec<_> = callers.iter().map(|caller| graph.workload(caller.workload)).collect();
    let (verb, lets) =
        (if workloads.len() == 1 { "calls" } else { "call" }, if policies.len() == 1 { "lets" } else { "let" });
    let message = format!(
        "{} {verb} Services by name; if enforced, {} {lets} no question to the cluster's DNS out",
        find::names(&workloads),
        blocking::names(context, policies),
    );
    let at = policy.egress.as_ref()?.at;
    let finding = CHECK
        .finding(Severity::Warning, &policy.id, message, at, "no rule admits 53/UDP".to_owned())
        .help("add a rule for port 53 with `protocol: UDP`, and one with TCP, to the namespace kube-system");
    Some(callers.iter().take(3).fold(finding, |finding, caller| {
        finding.related(caller.at, format!("{}: {}", words::name(&graph.workload(caller.workload).id), caller.evidence))
    }))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn with(egress: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, env: [{{name: API_URL, value: http://api:80}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: api, labels: {{app: api}}}}\nspec: {{containers: [{{name: c, image: i, ports: [{{containerPort: 80}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec: {{selector: {{app: api}}, ports: [{{port: 80}}]}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: web}}\nspec: {{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{egress}]}}\n"
        );
        found_by("P031", &text)
    }

    const API: &str = "{to: [{podSelector: {matchLabels: {app: api}}}]}";

    #[test]
    fn net_10_calls_that_are_let_out_without_dns_are_told() {
        let dns = [
            "",
            ", {ports: [{port: 53}]}",
            ", {ports: [{port: 443, protocol: UDP}]}",
            ", {to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}",
        ];
        for dns in dns {
            let found = with(&format!("{API}{dns}"));
            assert_eq!(found.len(), 1, "{dns}");
            assert!(
                found[0].ends_with("Pod web calls Services by name; if enforced, NetworkPolicy web lets no question to the cluster's DNS out"),
                "{found:?}"
            );
        }
    }

    #[test]
    fn any_rule_that_may_lead_to_dns_is_enough() {
        let dns = [
            "{}",
            "{ports: [{port: 53, protocol: UDP}]}",
            "{ports: [{port: dns, protocol: UDP}]}",
            "{ports: [{port: 5353, protocol: UDP}]}",
            "{to: [{namespaceSelector: {}}]}",
            "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}",
            "{to: [{namespaceSelector: {matchLabels: {name: kube-system}}}], ports: [{protocol: UDP}]}",
            "{to: [{ipBlock: {cidr: 10.96.0.10/32}}]}",
            "{to: [{podSelector: {matchLabels: {app: resolver}}}], ports: [{port: 53, protocol: UDP}]}",
        ];
        for dns in dns {
            assert!(with(&format!("{API}, {dns}")).is_empty(), "{dns}");
        }
    }

    #[test]
    fn where_the_calls_are_blocked_themselves_there_is_nothing_to_ask_for() {
        assert!(with("").is_empty());
    }
}
