//! Calls: who asks what, and from where he knows it.

use std::collections::BTreeMap;

use super::change::{Attribute, Change, Field, Subject};
use super::{End, Mark, Value};
use crate::graph::{HopId, HopKind, PortId, Union};

/// Who asks, and where the address stands.
type Question<'u> = (PortId, &'u str);

/// The calls of either side that the other has not. One that stands at the same place and asks another port is a change.
pub(super) fn changes(union: &Union) -> Vec<Change> {
    let graph = &union.graph;
    let mut questions: BTreeMap<Question<'_>, [Vec<HopId>; 2]> = BTreeMap::new();
    let calls = graph.hops().zip(&union.hops).filter(|((.., hop), _)| hop.kind == HopKind::Call);
    for ((id, from, _, hop), origin) in calls {
        let place = hop.evidence.as_ref().map_or("", |evidence| evidence.place.as_str());
        match Mark::of(*origin) {
            Mark::Removed => questions.entry((from, place)).or_default()[0].push(id),
            Mark::Added => questions.entry((from, place)).or_default()[1].push(id),
            Mark::Changed | Mark::Same => {}
        }
    }
    questions.into_iter().flat_map(|(question, hops)| of_question(union, question, &hops)).collect()
}

fn of_question(union: &Union, (from, place): Question<'_>, [was, now]: &[Vec<HopId>; 2]) -> Vec<Change> {
    let asked = |hop: &HopId| union.graph.ends(*hop).1;
    let value = |hop: &HopId| Value::Ports(vec![End { port: asked(hop), share: None }]);
    let place = Value::Text(place.to_owned());
    let change = |mark: Mark, was: Option<&HopId>, now: Option<&HopId>| {
        let asks = Attribute { field: Field::Asks, was: was.map(value), now: now.map(value) };
        let place = |hop: Option<&HopId>| hop.map(|_| place.clone());
        let place = Attribute { field: Field::Place, was: place(was), now: place(now) };
        let owner = union.graph.port(from).owner;
        let port = now.or(was).map(asked);
        Change { subject: Subject::Call, mark, owner, port, was: None, attributes: vec![asks, place] }
    };
    match (was.as_slice(), now.as_slice()) {
        ([was], [now]) => vec![change(Mark::Changed, Some(was), Some(now))],
        _ => {
            let removed = was.iter().map(|hop| change(Mark::Removed, Some(hop), None));
            removed.chain(now.iter().map(|hop| change(Mark::Added, None, Some(hop)))).collect()
        }
    }
}
