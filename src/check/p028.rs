//! P028: network policies block a request that the manifests state.

use std::collections::BTreeMap;

use super::mistaken::{self, Mistake};
use super::{Check, Context, Finding, Severity, blocking, find, words};
use crate::graph::{Decision, Direction, Evidence, HopId, HopKind, Number, Owner, PortId, PortKind};
use crate::manifest::{ObjectId, Workload};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P028",
    name: "netpol-blocks-path",
    title: "Network policies block a request that the manifests state",
    severity: "warning",
    what: "A call that a workload's configuration names, a route of an Ingress, a load balancer, a stated node port or a hostPort whose \
           every pod is isolated by NetworkPolicies, none of which admits the request. Both sides count: the egress of the caller and \
           the ingress of the pods. Where the input cannot tell (addresses, labels of namespaces that are not in it, the controller of \
           an Ingress), nothing is said; nor where policies of another engine are in the input.",
    why: "Where policies are enforced the packets are dropped: connections time out, an Ingress says 504. Where they are not (kindnet \
          before kind 0.24, flannel alone), all works, until the manifests come to a cluster that does.",
    fix: "Let a rule admit the client on the port of the pods (the targetPort, not the Service's port), in the ingress of their policies \
          and in the egress of the client's. Where the block is meant, ignore the finding with the reason.",
    elsewhere: "",
    pedantic: false,
    run,
};

/// What findings are told together: a place, where it leads to, and the policies.
type Key = (Span, PortId, Decision);

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    let mut blocked: BTreeMap<Key, Vec<HopId>> = BTreeMap::new();
    for id in blocking::stated(context) {
        if let Some((at, decision)) = graph.hop(id).at.zip(graph.hop_verdict(id)) {
            blocked.entry((at, graph.ends(id).1, decision)).or_default().push(id);
        }
    }
    let mistakes = if blocked.is_empty() { Vec::new() } else { mistaken::mistakes(context) };
    let mut by_end: BTreeMap<PortId, Vec<&Mistake<'_>>> = BTreeMap::new();
    mistakes.iter().for_each(|mistake| by_end.entry(mistake.end).or_default().push(mistake));
    for ((at, _, decision), hops) in &blocked {
        let ends = hops.iter().flat_map(|hop| graph.end_verdicts(*hop)).map(|(end, _)| end);
        let mut possible = ends.filter_map(|end| by_end.get(&end)).flatten();
        let cause = possible.find(|mistake| hops.iter().all(|hop| mistake.explains(context, *hop))).copied();
        found.extend(Path::new(context, hops).map(|path| path.finding(context, *at, decision, cause)));
    }
}

/// A blocked request in words.
struct Path<'g> {
    object: &'g ObjectId,
    /// `Deployment web calls Service api on port 80`
    what: String,
    /// Who is not admitted.
    client: String,
    /// `port 8080 of Deployment api`
    end: String,
    /// What stands at the place.
    label: String,
    /// The address there, of a call.
    address: Option<&'g Evidence>,
}

impl<'g> Path<'g> {
    /// Several hops are those of several callers that read one place.
    fn new(context: &Context<'g>, hops: &[HopId]) -> Option<Self> {
        let graph = context.graph;
        let first = *hops.first()?;
        let (hop, (from, to)) = (graph.hop(first), graph.ends(first));
        let (from, to) = (graph.port(from), graph.port(to));
        let object = graph.object(from.owner).or_else(|| graph.object(to.owner))?;
        let number = match to.number {
            Number::Known(number) => format!(" on port {}", words::number(number, to.protocol)),
            Number::Auto | Number::Unknown => String::new(),
        };
        let target = graph.object(to.owner).map(|id| words::name_from(id, &object.namespace)).unwrap_or_default();
        let (what, client, label) = match hop.kind {
            HopKind::Call => {
                let callers = callers(context, hops);
                let verb = if hops.len() == 1 { "calls" } else { "call" };
                let evidence = hop.evidence.as_ref()?;
                let label = format!("{}: {}", evidence.place, evidence.text);
                (format!("{callers} {verb} {target}{number}"), callers, label)
            }
            HopKind::Route => {
                let what = format!("{} routes to {target}{number}", words::name(object));
                (what, "the pods of the ingress controller".to_owned(), "this route is blocked".to_owned())
            }
            _ => {
                let what = format!("{} takes requests from outside on {}", words::name(object), way_in(to));
                (what, "requests from outside".to_owned(), "this way in is blocked".to_owned())
            }
        };
        let address = hop.evidence.as_deref().filter(|_| hop.kind == HopKind::Call);
        Some(Self { object, what, client, end: end(context, first)?, label, address })
    }

    fn finding(&self, context: &Context<'_>, at: Span, decision: &Decision, cause: Option<&Mistake<'_>>) -> Finding {
        let message = format!("{}; if enforced, {}", self.what, blocking::refusal(context, decision));
        let at = self.address.map_or(at, |address| context.address(at, address));
        let finding = CHECK.finding(Severity::Warning, self.object, message, at, self.label.clone());
        if let Some(cause) = cause {
            return told_with_cause(context, finding, cause);
        }
        let finding = finding.help(self.help(decision));
        decision.policies().into_iter().take(3).fold(finding, |finding, id| {
            let policy = context.graph.policy(id);
            let sides = [(&decision.ingress, Direction::Ingress), (&decision.egress, Direction::Egress)];
            let empty = |(policies, direction): (&Vec<_>, Direction)| {
                policies.contains(&id) && blocking::rules(policy, direction).is_some_and(|rules| rules.list.is_empty())
            };
            let what = if sides.into_iter().any(empty) { "admits nothing" } else { "admits other peers or ports" };
            finding
                .related(policy.selector_at, format!("NetworkPolicy {} selects these pods and {what}", policy.id.name))
        })
    }

    fn help(&self, decision: &Decision) -> String {
        let Self { client, end, .. } = self;
        match (decision.ingress.is_empty(), decision.egress.is_empty()) {
            (false, true) => format!("let an ingress rule admit {client} to {end}"),
            (true, _) => format!("let an egress rule admit {client} to {end}"),
            (false, false) => format!("let an egress rule and an ingress rule admit {client} to {end}"),
        }
    }
}

/// A rule is meant for the request, and names the Service's port.
fn told_with_cause(context: &Context<'_>, finding: Finding, cause: &Mistake<'_>) -> Finding {
    let policy = &context.graph.policy(cause.policy).id;
    let (stated, right, service) = (cause.stated(), cause.right(), words::name(&cause.service.id));
    finding
        .help(format!(
            "write {right} instead of {stated} in NetworkPolicy {}: policies see the port of the pod",
            policy.name
        ))
        .related(cause.port.at, format!("this is the port of {service}, not of the pods"))
        .related(cause.at, format!("{service} leads from here to {right}"))
}

fn callers(context: &Context<'_>, hops: &[HopId]) -> String {
    let graph = context.graph;
    let owners = hops.iter().map(|hop| graph.port(graph.ends(*hop).0).owner);
    let workloads: Vec<&Workload> = owners
        .filter_map(|owner| match owner {
            Owner::Workload(id) => Some(graph.workload(id)),
            _ => None,
        })
        .collect();
    find::names(&workloads)
}

/// `node port 30080`
fn way_in(to: &crate::graph::Port) -> String {
    let number = to.number.known().map_or_else(String::new, |number| words::number(number, to.protocol));
    match &to.kind {
        PortKind::LoadBalancer => format!("load balancer port {number}"),
        PortKind::NodePort(_) => format!("node port {number}"),
        _ => format!("host port {number}"),
    }
}

/// `port 8080 of Deployment api`: the first of the ports of pods that are not reached.
fn end(context: &Context<'_>, hop: HopId) -> Option<String> {
    let graph = context.graph;
    let port = graph.port(graph.end_verdicts(hop).next()?.0);
    let number = words::number(port.number.known()?, port.protocol);
    Some(format!("port {number} of {}", words::name(graph.object(port.owner)?)))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    const SHOP: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, env: [{name: API_URL, value: http://api:80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {SPECselector: {app: api}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME}
";

    fn shop(spec: &str, policies: &[(&str, &str)]) -> String {
        let (objects, policy) = SHOP.rsplit_once("---\n").unwrap();
        let policies =
            policies.iter().map(|(name, spec)| format!("---\n{}spec: {spec}\n", policy.replace("NAME", name)));
        objects.replace("SPEC", spec) + &policies.collect::<String>()
    }

    const API: &str = "podSelector: {matchLabels: {app: api}}";

    #[test]
    fn net_09_a_call_that_either_side_blocks_is_told_at_its_evidence() {
        let closed = shop("", &[("deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}")]);
        let call = "warning 4 `http://api:80`: Pod web calls Service api on port 80; if enforced, NetworkPolicy deny does not let this";
        assert_eq!(found_by("P028", &closed), [format!("{call} out and NetworkPolicy deny does not let this in")]);
        let ingress = shop(
            "",
            &[("deny", "{podSelector: {}}"), ("api", &format!("{{{API}, ingress: [{{ports: [{{port: 80}}]}}]}}"))],
        );
        assert_eq!(
            found_by("P028", &ingress),
            [
                "warning 4 `http://api:80`: Pod web calls Service api on port 80; if enforced, NetworkPolicies api and deny do not let this in"
            ]
        );
        assert_eq!(
            helps("P028", &ingress),
            ["write 8080 instead of 80 in NetworkPolicy api: policies see the port of the pod"]
        );
    }

    #[test]
    fn net_06_a_call_that_a_rule_means_and_misses_is_told_with_the_port_to_write() {
        let policy =
            |from: &str| shop("", &[("api", &format!("{{{API}, ingress: [{{{from}ports: [{{port: 80}}]}}]}}"))]);
        let meant = policy("from: [{podSelector: {matchLabels: {app: web}}}], ");
        assert_eq!(
            helps("P028", &meant),
            ["write 8080 instead of 80 in NetworkPolicy api: policies see the port of the pod"]
        );
        assert!(found_by("P029", &meant).is_empty(), "one finding is enough");
        let for_others = policy("from: [{podSelector: {matchLabels: {app: other}}}], ");
        assert_eq!(helps("P028", &for_others), ["let an ingress rule admit Pod web to port 8080 of Pod api"]);
        assert_eq!(found_by("P029", &for_others).len(), 1, "the rule is wrong all the same");
    }

    #[test]
    fn net_11_a_way_in_is_told_where_no_rule_covers_the_port() {
        let closed = [(
            "api",
            "{podSelector: {matchLabels: {app: api}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}",
        )];
        let found = |spec: &str| -> Vec<String> {
            let found = found_by("P028", &shop(spec, &closed)).into_iter();
            found.filter(|text| text.contains("from outside")).collect()
        };
        let policy = "if enforced, NetworkPolicy api does not let this in";
        assert_eq!(
            found("type: LoadBalancer, "),
            [format!("warning 14 `80`: Service api takes requests from outside on load balancer port 80; {policy}")]
        );
        assert!(found("type: NodePort, ").is_empty(), "the cluster chooses a number; nobody is told to use it");
        assert!(found("").is_empty());
    }

    #[test]
    fn what_is_admitted_unknown_or_merely_possible_is_left_alone() {
        let from = |from: &str| format!("{{{API}, ingress: [{{from: [{from}], ports: [{{port: 8080}}]}}]}}");
        let policies = [
            from("{podSelector: {matchLabels: {app: web}}}"),
            from("{ipBlock: {cidr: 10.0.0.0/8}}"),
            from("{namespaceSelector: {matchLabels: {team: a}}}"),
            "{podSelector: {matchLabels: {app: other}}}".to_owned(),
        ];
        for policy in &policies {
            assert!(found_by("P028", &shop("", &[("p", policy)])).is_empty(), "{policy}");
        }
        let nobody_calls =
            shop("", &[("deny", "{podSelector: {}}")]).replace("API_URL", "TITLE").replace("http://api:80", "x");
        assert!(found_by("P028", &nobody_calls).is_empty());
    }
}
