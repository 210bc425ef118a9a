//! P030: a network policy, or a peer in it, selects no pod.

use super::p001::differences;
use super::{Check, Context, Finding, Severity, words};
use crate::graph::{PolicyId, may_select};
use crate::manifest::{LabelSelector, Peer, Policy, Workload};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P030",
    name: "netpol-selects-nothing",
    title: "A network policy selects no pod",
    severity: "warning where the labels of a workload differ in a letter or two, info otherwise",
    what: "A NetworkPolicy whose podSelector matches no pod template of its namespace, where the input has some; a peer without a \
           namespaceSelector whose podSelector matches none either, and looks like a slip.",
    why: "The policy protects nobody, or the rule admits nobody: often a label that was renamed, or that the pods have under another key. \
          Kubernetes accepts it silently.",
    fix: "Write labels of the pod template. Where the pods come from an operator or another repository, nothing is wrong.",
    elsewhere: "kube-linter dangling-networkpolicy and dangling-networkpolicypeer-podselector, popeye POP-1200 to POP-1208, \
                kube-score networkpolicy-targets-pod",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    for (id, selected) in (0..).map(PolicyId).zip(graph.policy_selections()) {
        let policy = graph.policy(id);
        let here = context.workload_candidates(&policy.id.namespace);
        if selected.is_empty() && !policy.selector.is_empty() && context.has_workloads(&policy.id.namespace) {
            let meant = meant(here, &policy.selector);
            found.push(finding(policy, &policy.selector, policy.selector_at, "selects no pod", meant));
        }
        for (selector, at) in peers(policy) {
            if here.iter().any(|workload| may_select(selector, workload)) {
                continue;
            }
            // Callers come from anywhere, so that only what looks like a slip is told.
            let Some(meant) = meant(here, selector) else { continue };
            found.push(finding(policy, selector, at, "admits pods that there are none of", Some(meant)));
        }
    }
}

/// The workload that differs from a selector in a letter or two only.
fn meant<'g>(here: &[&'g Workload], selector: &LabelSelector) -> Option<&'g Workload> {
    let is_slip = |wanted: &str, stated: &str| wanted != stated && words::is_slip(wanted, stated);
    let is_meant = |workload: &&&Workload| {
        let pairs = || selector.labels.iter().map(|(key, wanted)| (wanted, workload.labels.get(key)));
        pairs().all(|(wanted, stated)| stated.is_some_and(|stated| stated == wanted || is_slip(wanted, stated)))
            && pairs().any(|(wanted, stated)| stated.is_some_and(|stated| stated != wanted))
    };
    here.iter().find(is_meant).copied()
}

/// The podSelectors of peers in the policy's own namespace.
fn peers(policy: &Policy) -> impl Iterator<Item = (&LabelSelector, Span)> {
    let rules = policy.ingress.iter().chain(&policy.egress).flat_map(|rules| &rules.list);
    rules.flat_map(|rule| &rule.peers).filter_map(|peer| match peer {
        Peer::Pods(peer) if peer.namespaces.is_none() => Some((peer.pods.as_ref()?, peer.at)),
        Peer::Pods(_) | Peer::Block(_) => None,
    })
}

fn finding(policy: &Policy, selector: &LabelSelector, at: Span, what: &str, meant: Option<&Workload>) -> Finding {
    let namespace = &policy.id.namespace;
    let wanted: Vec<String> = selector.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let has =
        if wanted.is_empty() { "matches its expressions".to_owned() } else { format!("has {}", words::list(&wanted)) };
    let message =
        format!("NetworkPolicy {} {what}: no workload of namespace {namespace} in the input {has}", policy.id.name);
    let severity = if meant.is_some() { Severity::Warning } else { Severity::Info };
    let finding = CHECK.finding(severity, &policy.id, message, at, "no pod matches".to_owned());
    match meant {
        Some(workload) => {
            let differences = words::list(&differences(workload, &selector.labels));
            let help = format!("the closest is {}, which {differences}", words::name(&workload.id));
            finding.related(workload.at, format!("the closest: {differences}")).help(help)
        }
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn with(spec: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web, tier: front}}}}\nspec: {{containers: []}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {spec}\n"
        )
    }

    #[test]
    fn net_01_labels_that_no_pod_has_are_told_with_those_that_one_nearly_has() {
        let text = with("{podSelector: {matchLabels: {app: wep}}}");
        let none = "selects no pod: no workload of namespace default in the input has app=wep";
        assert_eq!(
            found_by("P030", &text),
            [format!("warning 9 `{{matchLabels: {{app: wep}}}}`: NetworkPolicy p {none}")]
        );
        assert_eq!(helps("P030", &text), ["the closest is Pod web, which has app=web instead of wep"]);
        assert!(found_by("P030", &with("{podSelector: {matchLabels: {app: database}}}"))[0].starts_with("info 9"));
    }

    #[test]
    fn net_05_so_are_those_of_peers_in_the_policys_own_namespace() {
        let peer =
            |peer: &str| found_by("P030", &with(&format!("{{podSelector: {{}}, ingress: [{{from: [{peer}]}}]}}")));
        assert_eq!(
            peer("{podSelector: {matchLabels: {app: webb}}}"),
            [
                "warning 9 ``: NetworkPolicy p admits pods that there are none of: no workload of namespace default in the input has app=webb"
            ]
        );
        let near_misses = [
            "{podSelector: {}}",
            "{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}",
            "{namespaceSelector: {}, podSelector: {matchLabels: {app: webb}}}",
            "{ipBlock: {cidr: 10.0.0.0/8}}",
            "{podSelector: {matchLabels: {app: web-admin}}}",
        ];
        for near_miss in near_misses {
            assert!(peer(near_miss).is_empty(), "{near_miss}");
        }
    }

    #[test]
    fn everything_and_what_matches_are_left_alone() {
        for selector in
            ["{}", "{matchLabels: {app: web}}", "{matchExpressions: [{key: tier, operator: In, values: [front]}]}"]
        {
            assert!(found_by("P030", &with(&format!("{{podSelector: {selector}}}"))).is_empty(), "{selector}");
        }
    }
}
