//! What network policies block, in one remark per port and policies below a table.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Number, Owner, PolicyId, PortGraph, PortId, Verdict};
use crate::view::{policy, words};

/// The most clients that a remark names.
const CLIENTS: usize = 5;

/// A port that clients ask for, and the policies that keep them from its pods.
type Blocked<'g> = (&'g str, PortId, Vec<PolicyId>);

/// The remarks by namespace, not escaped; none where nothing is blocked.
pub(super) fn remarks(graph: &PortGraph) -> BTreeMap<&str, Vec<String>> {
    let mut blocked: BTreeMap<Blocked<'_>, BTreeSet<String>> = BTreeMap::new();
    // Nobody asks for a node port that the cluster will choose.
    for (hop, from, to, _) in graph.hops().filter(|(_, _, to, _)| graph.port(*to).number != Number::Auto) {
        let Some(decision) = graph.hop_verdict(hop).filter(|decision| decision.verdict == Verdict::Blocked) else {
            continue;
        };
        let Some(object) = graph.object(graph.port(to).owner) else { continue };
        let client = match graph.port(from).owner {
            Owner::Outside | Owner::HostMachine | Owner::Cluster(_) => "clients outside".to_owned(),
            owner => words::title(graph, owner),
        };
        blocked.entry((object.namespace.as_str(), to, decision.policies())).or_default().insert(client);
    }
    let mut remarks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((namespace, to, policies), clients) in &blocked {
        remarks.entry(namespace).or_default().push(remark(graph, *to, policies, clients));
    }
    remarks
}

fn remark(graph: &PortGraph, to: PortId, policies: &[PolicyId], clients: &BTreeSet<String>) -> String {
    let port = graph.port(to);
    let clients: Vec<&str> = clients.iter().map(String::as_str).collect();
    format!(
        "where NetworkPolicies are enforced, requests from {} to {} port {} are blocked by {}",
        words::listed(&clients, CLIENTS),
        words::title(graph, port.owner),
        words::number(port.number, port.protocol),
        policy::names(graph, policies)
    )
}
