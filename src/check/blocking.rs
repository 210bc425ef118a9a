//! What findings about network policies share: the requests that are blocked, and words.

use super::{Context, words};
use crate::graph::{Decision, Direction, HopId, HopKind, HostPortFrom, Number, Owner, PolicyId, PortKind, Verdict};
use crate::manifest::{Policy, Rules, ServiceType};

/// `NetworkPolicy a`, `NetworkPolicies a and b`
pub(super) fn names(context: &Context<'_>, policies: &[PolicyId]) -> String {
    let names: Vec<String> = policies.iter().map(|id| context.graph.policy(*id).id.name.to_string()).collect();
    let kind = if names.len() == 1 { "NetworkPolicy" } else { "NetworkPolicies" };
    format!("{kind} {}", words::list(&names))
}

/// `NetworkPolicy a does not let this in`, of each side that blocks
pub(super) fn refusal(context: &Context<'_>, decision: &Decision) -> String {
    let sides = [(&decision.egress, "out"), (&decision.ingress, "in")];
    let sides = sides.into_iter().filter(|(policies, _)| !policies.is_empty());
    let told = sides.map(|(policies, way)| {
        let verb = if policies.len() == 1 { "does" } else { "do" };
        format!("{} {verb} not let this {way}", names(context, policies))
    });
    words::list(&told.collect::<Vec<_>>())
}

/// The rules of one direction.
pub(super) fn rules(policy: &Policy, direction: Direction) -> Option<&Rules> {
    match direction {
        Direction::Ingress => policy.ingress.as_ref(),
        Direction::Egress => policy.egress.as_ref(),
    }
}

/// The requests that the manifests state and that policies block, by the hop that decides, in the order of hops.
pub(super) fn stated(context: &Context<'_>) -> Vec<HopId> {
    let graph = context.graph;
    let is_blocked = |hop| graph.hop_verdict(hop).is_some_and(|decision| decision.verdict == Verdict::Blocked);
    graph.hops().map(|(id, ..)| id).filter(|id| is_stated(context, *id) && is_blocked(*id)).collect()
}

/// Do the manifests say that someone is to come this way? Whatever else could be asked for is a mere possibility.
fn is_stated(context: &Context<'_>, hop: HopId) -> bool {
    let graph = context.graph;
    let to = graph.port(graph.ends(hop).1);
    match (graph.hop(hop).kind, &to.kind, to.owner) {
        (HopKind::Call | HopKind::Route, ..) => true,
        (HopKind::Enter, PortKind::LoadBalancer | PortKind::HostPort(_, HostPortFrom::HostPort), _) => true,
        (HopKind::Enter, PortKind::NodePort(_), Owner::Service(id)) => {
            graph.service(id).kind == ServiceType::NodePort && to.number != Number::Auto
        }
        _ => false,
    }
}
