//! Focus: the part of a graph that requests pass which pass one object, named as for kubectl.

use std::collections::BTreeSet;

use anyhow::bail;

use crate::graph::{Owner, PortGraph};
use crate::manifest::ObjectId;

/// The kinds that are drawn, with their short names.
const KINDS: &[(&str, &str)] = &[
    ("CronJob", "cj"),
    ("DaemonSet", "ds"),
    ("Deployment", "deploy"),
    ("Ingress", "ing"),
    ("Job", "job"),
    ("Pod", "po"),
    ("ReplicaSet", "rs"),
    ("ReplicationController", "rc"),
    ("Service", "svc"),
    ("StatefulSet", "sts"),
];

/// The short name of a kind, as kubectl has it; for others the kind in small letters.
pub(super) fn short_kind(kind: &str) -> String {
    let known = KINDS.iter().find(|(long, _)| *long == kind);
    known.map_or_else(|| kind.to_ascii_lowercase(), |(_, short)| (*short).to_owned())
}

/// The part of the graph around `[NAMESPACE/]KIND/NAME`.
pub(super) fn focused(graph: &PortGraph, text: &str) -> anyhow::Result<PortGraph> {
    let parts: Vec<&str> = text.split('/').collect();
    let (namespace, kind, name) = match parts[..] {
        [kind, name] => (None, kind, name),
        [namespace, kind, name] => (Some(namespace), kind, name),
        _ => bail!("`{text}` names no object; write KIND/NAME or NAMESPACE/KIND/NAME, such as svc/web or shop/svc/web"),
    };
    let is_meant = |id: &ObjectId| {
        id.name == name && is_kind(id.kind, kind) && namespace.is_none_or(|namespace| id.namespace == namespace)
    };
    let found: BTreeSet<Owner> = graph.owners().filter(|owner| graph.object(*owner).is_some_and(is_meant)).collect();
    if found.is_empty() {
        bail!("there is no {text} in the input{}", did_you_mean(&near(graph, name)));
    }
    Ok(graph.narrowed(&graph.passing(&found)))
}

/// `service`, `Services`, `svc`: all the same kind.
fn is_kind(kind: &str, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let long = kind.to_ascii_lowercase();
    text == long || text == short_kind(kind) || text == format!("{long}s") || text == format!("{long}es")
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
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) }
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
