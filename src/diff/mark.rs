//! Marks: the union of two graphs, in which everything says whether it came, went, changed or stayed.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Change, Subject, Value};
use crate::graph::{HopId, Number, Origin, Owner, Part, PortGraph, PortId, Union};
use crate::manifest::ObjectId;

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Only the second graph has it.
    Added,
    /// Only the first graph has it.
    Removed,
    /// Both have it, and it is not the same.
    Changed,
    /// Both have it.
    Same,
}

impl Mark {
    /// Of what one side may not have; `Same` where both have it.
    pub(super) fn of<T>(origin: Origin<T>) -> Self {
        match (origin.base.is_some(), origin.head.is_some()) {
            (false, _) => Self::Added,
            (true, false) => Self::Removed,
            (true, true) => Self::Same,
        }
    }
}

/// What either of two graphs has, with marks.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The graph; of what both have, the second one's version.
    pub graph: PortGraph,
    ports: Vec<(Mark, Option<Number>)>,
    hops: Vec<Mark>,
    objects: HashMap<ObjectId, Mark>,
    /// What Services were before, in the order of their names.
    types: HashMap<ObjectId, String>,
}

impl Marked {
    pub(super) fn new(union: Union, base: &PortGraph, head: &PortGraph, changes: &[Change]) -> Self {
        let Union { graph, ports, hops } = union;
        let told = changes.iter().filter(|change| change.subject != Subject::Call);
        let told: HashMap<PortId, (Mark, Option<Number>)> =
            told.filter_map(|change| Some((change.port?, (change.mark, change.was)))).collect();
        let of_port =
            |(id, origin): (PortId, &Origin<PortId>)| told.get(&id).copied().unwrap_or((Mark::of(*origin), None));
        let ports: Vec<_> = graph.ports().map(|(id, _)| id).zip(&ports).map(of_port).collect();
        let of_hop = |((_, _, to, hop), origin): ((HopId, PortId, PortId, &crate::graph::Hop), &Origin<HopId>)| {
            let was = origin.base.map(|id| base.hop(id));
            let is_renumbered = ports.get(to.index()).is_some_and(|(_, was)| was.is_some());
            let differs = was.is_some_and(|was| (was.how, &was.parting) != (hop.how, &hop.parting));
            match Mark::of(*origin) {
                Mark::Same if differs || is_renumbered => Mark::Changed,
                mark => mark,
            }
        };
        let hops = graph.hops().zip(&hops).map(of_hop).collect();
        let objects = objects(&graph, base, head, &ports, changes);
        let types = changes.iter().filter(|change| change.subject == Subject::Service);
        let types = types.filter_map(|change| Some((graph.object(change.owner)?.clone(), type_before(change)?)));
        Self { types: types.collect(), graph, ports, hops, objects }
    }

    /// What became of a port.
    #[must_use]
    pub fn port(&self, id: PortId) -> Mark {
        self.ports.get(id.index()).map_or(Mark::Same, |(mark, _)| *mark)
    }

    /// The number of a port before, where it has another one now.
    #[must_use]
    pub fn was(&self, id: PortId) -> Option<Number> {
        self.ports.get(id.index()).and_then(|(_, was)| *was)
    }

    /// What became of a hop.
    #[must_use]
    pub fn hop(&self, id: HopId) -> Mark {
        self.hops.get(id.index()).copied().unwrap_or(Mark::Same)
    }

    /// What became of an owner; changed: one of its ports is not what it was. What is no object stays.
    #[must_use]
    pub fn owner(&self, owner: Owner) -> Mark {
        self.graph.object(owner).and_then(|id| self.objects.get(id)).copied().unwrap_or(Mark::Same)
    }

    /// The type of a Service before, where it is of another one now.
    #[must_use]
    pub fn type_before(&self, owner: Owner) -> Option<&str> {
        self.graph.object(owner).and_then(|id| self.types.get(id)).map(String::as_str)
    }

    /// Is everything as it was?
    #[must_use]
    pub fn is_same(&self) -> bool {
        let is_same = |mark: &Mark| *mark == Mark::Same;
        self.ports.iter().all(|(mark, _)| is_same(mark)) && self.hops.iter().all(is_same)
    }

    /// The owners that something happened to, or at a hop of which.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<Owner> {
        let ports = self.graph.ports().filter(|(id, _)| self.port(*id) != Mark::Same).map(|(_, port)| port.owner);
        let hops = self.graph.hops().filter(|(id, ..)| self.hop(*id) != Mark::Same);
        let ends = hops.flat_map(|(_, from, to, _)| [self.graph.port(from).owner, self.graph.port(to).owner]);
        let typed = self.graph.owners().filter(|owner| self.type_before(*owner).is_some());
        let owners = ports.chain(ends).chain(typed);
        owners.filter(|owner| self.graph.object(*owner).is_some()).collect()
    }

    /// The part that belongs to these owners, marks and all.
    #[must_use]
    pub fn narrowed(&self, owners: &BTreeSet<Owner>) -> Self {
        let Part { graph, ports, hops } = self.graph.part(owners);
        let ports = ports.into_iter().map(|id| (self.port(id), self.was(id))).collect();
        let hops = hops.into_iter().map(|id| self.hop(id)).collect();
        Self { graph, ports, hops, objects: self.objects.clone(), types: self.types.clone() }
    }
}

/// What became of every object with ports.
fn objects(
    union: &PortGraph,
    base: &PortGraph,
    head: &PortGraph,
    ports: &[(Mark, Option<Number>)],
    changes: &[Change],
) -> HashMap<ObjectId, Mark> {
    let ids = |graph: &PortGraph| -> HashSet<ObjectId> {
        graph.owners().filter_map(|owner| graph.object(owner).cloned()).collect()
    };
    let (was, now) = (ids(base), ids(head));
    let touched = union.ports().zip(ports).filter(|(_, (mark, _))| *mark != Mark::Same);
    let touched = touched.map(|((_, port), _)| port.owner);
    let changed = changes.iter().filter(|change| change.subject == Subject::Service).map(|change| change.owner);
    let touched: HashSet<Owner> = touched.chain(changed).collect();
    let mark = |owner: Owner| {
        let id = union.object(owner)?;
        let mark = match (was.contains(id), now.contains(id)) {
            (true, false) => Mark::Removed,
            (false, _) => Mark::Added,
            (true, true) if touched.contains(&owner) => Mark::Changed,
            (true, true) => Mark::Same,
        };
        Some((id.clone(), mark))
    };
    union.owners().filter_map(mark).collect()
}

fn type_before(change: &Change) -> Option<String> {
    let kind = change.attributes.iter().find(|attribute| attribute.field == super::Field::Type)?;
    match &kind.was {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
