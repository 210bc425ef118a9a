//! Pairs: which port of one graph is which port of the other.
//!
//! One pass after the other joins the ports that are still single: each says what a port has to have in common with another one, from
//! much to little. Ways in come last, because they are known by the port that they lead to.

use std::collections::{BTreeMap, HashMap};

use super::Subject;
use crate::graph::{HopKind, PortGraph, PortId, PortKind};
use crate::manifest::ObjectId;

/// What two ports have to have in common, besides kind and object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Key and name.
    All,
    /// The name, where it has one.
    Name,
    /// The key.
    Key,
    /// The number; of routes, host and path.
    Number,
    /// Of routes, the path; of host mappings, the port of the node.
    Part,
    /// They are the only ones left.
    Nothing,
    /// The port that they lead to, and number or address.
    TargetAndNumber,
    /// The port that they lead to.
    Target,
}

/// The passes, in their order. Those before `TargetAndNumber` pass over ways in that are known by what they lead to.
const PASSES: [Likeness; 9] = [
    Likeness::All,
    Likeness::Name,
    Likeness::Key,
    Likeness::Number,
    Likeness::Part,
    Likeness::Nothing,
    Likeness::TargetAndNumber,
    Likeness::Target,
    Likeness::Key,
];

/// Ports with the same of these may be the same port.
type Common<'g> = (Option<Subject>, Option<&'g ObjectId>, Option<PortId>, String);

/// The ports of the first graph that are a port of the second one too.
pub(super) fn pairs(base: &PortGraph, head: &PortGraph) -> HashMap<PortId, PortId> {
    let mut pairs = Pairs::default();
    let mut leading = false;
    for likeness in PASSES {
        leading |= likeness == Likeness::TargetAndNumber;
        pairs.join(base, head, likeness, leading);
    }
    pairs.to_head
}

#[derive(Default)]
struct Pairs {
    to_head: HashMap<PortId, PortId>,
    to_base: HashMap<PortId, PortId>,
}

impl Pairs {
    /// One pass. Whatever is not told apart by less than everything is paired in the order of keys; else only what is alone.
    fn join(&mut self, base: &PortGraph, head: &PortGraph, likeness: Likeness, leading: bool) {
        let mut alike: BTreeMap<Common<'_>, [Vec<PortId>; 2]> = BTreeMap::new();
        let single = base.ports().filter(|(id, _)| !self.to_head.contains_key(id));
        for (id, _) in single.filter(|(id, _)| is_known_by_target(base, *id) == leading) {
            let to_head = |target: PortId| self.to_head.get(&target).copied();
            if let Some(common) = common(base, id, likeness, to_head) {
                alike.entry(common).or_default()[0].push(id);
            }
        }
        let single = head.ports().filter(|(id, _)| !self.to_base.contains_key(id));
        for (id, _) in single.filter(|(id, _)| is_known_by_target(head, *id) == leading) {
            let to_head = |target: PortId| self.to_base.contains_key(&target).then_some(target);
            if let Some(common) = common(head, id, likeness, to_head) {
                alike.entry(common).or_default()[1].push(id);
            }
        }
        let is_whole = matches!(likeness, Likeness::All | Likeness::Key);
        for [base, head] in alike.into_values() {
            if is_whole || (base.len() == 1 && head.len() == 1) {
                base.into_iter().zip(head).for_each(|(base, head)| self.insert(base, head));
            }
        }
    }

    fn insert(&mut self, base: PortId, head: PortId) {
        self.to_head.insert(base, head);
        self.to_base.insert(head, base);
    }
}

/// Is it a way in that is known best by the port that it leads to?
fn is_known_by_target(graph: &PortGraph, id: PortId) -> bool {
    matches!(
        graph.port(id).kind,
        PortKind::NodePort(_) | PortKind::LoadBalancer | PortKind::ExternalIp(_) | PortKind::HostPort(..)
    )
}

/// What a port must have in common with another one; `None` where it has nothing of this sort. `to_head` tells which port of the
/// second graph a target is.
fn common<'g>(
    graph: &'g PortGraph,
    id: PortId,
    likeness: Likeness,
    to_head: impl Fn(PortId) -> Option<PortId>,
) -> Option<Common<'g>> {
    let port = graph.port(id);
    let subject = Subject::of(&port.kind);
    let whole = |text: String| Some((None, None, None, text));
    let part = |text: String| subject.map(|subject| (Some(subject), graph.object(port.owner), None, text));
    match likeness {
        Likeness::All => whole(format!("{}\n{}", graph.key(id), port.name.as_deref().unwrap_or_default())),
        Likeness::Key => whole(graph.key(id).to_string()),
        Likeness::Name => part(port.name?.to_string()),
        Likeness::Number => part(number(graph, id)),
        Likeness::Part => part(part_of(&port.kind)?),
        // A port that only a `targetPort` speaks of has nothing but its number.
        Likeness::Nothing if matches!(&port.kind, PortKind::ContainerPort(key) if !key.declared) => None,
        Likeness::Nothing => part(String::new()),
        Likeness::TargetAndNumber | Likeness::Target => {
            let text = if likeness == Likeness::Target { String::new() } else { number(graph, id) };
            Some((subject, None, Some(to_head(target(graph, id)?)?), text))
        }
    }
}

/// The port that a way in leads to.
fn target(graph: &PortGraph, id: PortId) -> Option<PortId> {
    let mut hops = graph.hops_from(id).into_iter();
    let hop = hops.find(|hop| matches!(graph.hop(*hop).kind, HopKind::Forward | HopKind::Bind))?;
    Some(graph.ends(hop).1)
}

/// The number, or what stands for it; an address counts as well.
fn number(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    match &port.kind {
        PortKind::Route(route) => {
            let [host, path] = [&route.host, &route.path].map(|text| text.as_deref().unwrap_or_default());
            format!("{host}\n{path}")
        }
        PortKind::ExternalIp(ip) => format!("{ip} {}", port.number),
        PortKind::HostPort(ip, _) => format!("{} {}", ip.as_deref().unwrap_or_default(), port.number),
        _ => port.number.to_string(),
    }
}

fn part_of(kind: &PortKind) -> Option<String> {
    match kind {
        PortKind::Route(route) => Some(route.path.as_deref().unwrap_or_default().to_owned()),
        PortKind::HostMapping(mapping) => Some(mapping.node_port.to_string()),
        _ => None,
    }
}
