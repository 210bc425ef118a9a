//! Network policies in words, for every view alike. All of it holds only where policies are enforced (NET-14).

use super::words;
use crate::graph::{Decision, Doubt, PolicyId, PortGraph, Verdict};

/// How many policies a text names.
const NAMED: usize = 3;

/// What policies do to a request; nothing where they let it through, or where the input says nothing of it at all (NET-16).
pub(crate) fn verdict(graph: &PortGraph, decision: &Decision) -> Option<String> {
    let names = names(graph, &decision.policies());
    match (decision.verdict, decision.doubt) {
        (Verdict::Allowed, _) | (_, Some(Doubt::OtherEngine)) => None,
        (Verdict::Blocked, _) => Some(format!("blocked by {names}")),
        (Verdict::Depends, Some(Doubt::SomePods)) => Some(format!("some of the pods blocked by {names}")),
        (Verdict::Depends, _) => Some(format!("open to addresses admitted by {names}")),
        (Verdict::Unknown, Some(Doubt::Controller)) => Some(format!("open if the controller is admitted by {names}")),
        (Verdict::Unknown, _) => Some(format!("open if the client is admitted by {names}")),
    }
}

/// `NetworkPolicy a`, `NetworkPolicies a, b, c and 2 more`
pub(crate) fn names(graph: &PortGraph, policies: &[PolicyId]) -> String {
    let names: Vec<&str> = policies.iter().map(|id| graph.policy(*id).id.name.as_str()).collect();
    match names.as_slice() {
        [only] => format!("NetworkPolicy {only}"),
        all => format!("NetworkPolicies {}", words::listed(all, NAMED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;
    use crate::source::{Source, Sources};

    const API: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {type: NodePort, selector: {app: api}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
";

    fn words(policies: &[&str]) -> Option<String> {
        let policy = |(at, rules): (usize, &&str)| {
            format!(
                "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{at}}}\nspec: {{podSelector: {{}}, ingress: {rules}}}\n"
            )
        };
        let text = API.to_owned() + &policies.iter().enumerate().map(policy).collect::<String>();
        let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
        let decision = graph.verdict(&graph.ways_in()[0])?;
        verdict(&graph, &decision)
    }

    #[test]
    fn what_is_let_through_needs_no_words() {
        assert_eq!(words(&[]), None);
        assert_eq!(words(&["[{}]"]), None);
    }

    #[test]
    fn policies_are_named_and_many_of_them_counted() {
        assert_eq!(words(&["[]"]).unwrap(), "blocked by NetworkPolicy p0");
        assert_eq!(words(&["[]", "[]"]).unwrap(), "blocked by NetworkPolicies p0 and p1");
        assert_eq!(words(&["[]"; 5]).unwrap(), "blocked by NetworkPolicies p0, p1, p2 and 2 more");
        assert_eq!(
            words(&["[{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"]).unwrap(),
            "open to addresses admitted by NetworkPolicy p0"
        );
    }
}
