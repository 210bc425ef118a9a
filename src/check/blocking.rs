//! The words of findings about network policies.

use super::{Context, words};
use crate::graph::{Decision, Direction, PolicyId};
use crate::manifest::{Policy, Rules};

/// `NetworkPolicy a`, `NetworkPolicies a and b`
pub(super) fn names(context: &Context<'_>, policies: &[PolicyId]) -> String {
    let names: Vec<String> = policies.iter().map(|id| context.graph.policy(*id).id.name.clone()).collect();
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
