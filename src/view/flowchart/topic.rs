//! What a flowchart shows, in a few words.

use std::collections::BTreeSet;

use super::Options;
use crate::graph::PortGraph;

/// So many namespaces are named in a title.
const FEW_NAMESPACES: usize = 3;

/// What a flowchart shows, in words that stay the same when an object is added.
pub(super) fn topic(graph: &PortGraph, options: &Options) -> String {
    if let Some(object) = &options.focus {
        return format!("Ports around {object}");
    }
    let owners = graph.owners().filter_map(|owner| graph.object(owner));
    let namespaces: BTreeSet<&str> = owners.map(|id| id.namespace.as_str()).filter(|name| !name.is_empty()).collect();
    let names: Vec<&str> = namespaces.into_iter().collect();
    match names.as_slice() {
        [] => "Ports".to_owned(),
        [only] => format!("Ports of namespace {only}"),
        few if few.len() <= FEW_NAMESPACES => format!("Ports of namespaces {}", few.join(", ")),
        _ => "Ports of all namespaces".to_owned(),
    }
}
