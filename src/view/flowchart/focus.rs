//! Focus: the part of a graph that requests pass which pass one object, named as for kubectl.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::graph::{Owner, PortGraph};
use crate::manifest::ObjectId;
use crate::manifest::object_name::{ObjectName, short_kind};
use crate::view::plain::plain;

/// The part of the graph that requests pass which pass this object.
pub(super) fn focused(graph: &PortGraph, object: &ObjectName) -> anyhow::Result<PortGraph> {
    let is_meant = |id: &ObjectId| object.is(id.kind, &id.namespace, &id.name);
    let found: BTreeSet<Owner> = graph.owners().filter(|owner| graph.object(*owner).is_some_and(is_meant)).collect();
    if found.is_empty() {
        bail!("there is no {object} in the input{}", did_you_mean(&near(graph, object.name())));
    }
    Ok(graph.narrowed(&graph.passing(&found)))
}

/// Names that someone who wrote `name` may have meant, the nearest first.
fn near(graph: &PortGraph, name: &str) -> Vec<String> {
    let ids = graph.owners().filter_map(|owner| graph.object(owner));
    let most = name.chars().count().div_ceil(3).max(2);
    let mut near: Vec<(usize, String)> = ids
        .map(|id| (distance(&id.name, name), format!("{}/{}", short_kind(id.kind), id.name)))
        .filter(|(distance, found)| *distance <= most || found.contains(name))
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().map(|(_, text)| text).take(3).collect()
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", plain(&near.join(" or "))) }
}

/// How many letters must be changed, added or taken away to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
