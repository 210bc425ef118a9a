//! Focus: the part of a graph that requests pass which pass one object, named as for kubectl.

use std::collections::BTreeSet;

use crate::graph::{Owner, PortGraph};
use crate::manifest::ObjectId;
use crate::manifest::object_name::ObjectName;
use crate::view::unknown::unknown;

/// The part of the graph that requests pass which pass this object.
pub(super) fn focused(graph: &PortGraph, object: &ObjectName) -> anyhow::Result<PortGraph> {
    let is_meant = |id: &ObjectId| object.is(id.kind.as_str(), &id.namespace, &id.name);
    let found: BTreeSet<Owner> = graph.owners().filter(|owner| graph.object(*owner).is_some_and(is_meant)).collect();
    if found.is_empty() {
        return Err(unknown(graph, object, object));
    }
    Ok(graph.narrowed(&graph.passing(&found)))
}
