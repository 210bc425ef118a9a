//! What is said of an object that an option names and the input does not have.

use std::fmt::Display;

use crate::graph::PortGraph;
use crate::manifest::object_name::{ObjectName, short_kind};
use crate::view::plain::plain;

/// How many names are proposed.
const MOST_NAMES: usize = 3;

/// There is no such object, `written` so, but perhaps one that is called nearly so.
pub(super) fn unknown(graph: &PortGraph, object: &ObjectName, written: &impl Display) -> anyhow::Error {
    let near = near(graph, object.name());
    let meant = if near.is_empty() { String::new() } else { format!("; did you mean {}?", plain(&near.join(" or "))) };
    anyhow::anyhow!("there is no {written} in the input{meant}")
}

/// Names that someone who wrote `name` may have meant, the nearest first.
fn near(graph: &PortGraph, name: &str) -> Vec<String> {
    let ids = graph.owners().filter_map(|owner| graph.object(owner));
    let most = name.chars().count().div_ceil(3);
    let mut near: Vec<(usize, String)> = ids
        .map(|id| (strsim::osa_distance(&id.name, name), format!("{}/{}", short_kind(id.kind.as_str()), id.name)))
        .filter(|(distance, found)| *distance <= most || found.contains(name))
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().map(|(_, text)| text).take(MOST_NAMES).collect()
}
