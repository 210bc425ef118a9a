//! Overview: what there is, in numbers and as a diagram.

use anyhow::Result;
use askama::Template;

use super::{Context, names, parts};
use crate::graph::PortKind;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/overview.md")]
struct Overview {
    services: String,
    workloads: String,
    ways: Option<String>,
    holes: Option<String>,
    topology: String,
    /// Links to the parts, as Markdown; may be empty.
    links: String,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let graph = context.graph;
    if graph.ports().next().is_none() && graph.workloads().next().is_none() {
        return Ok(Some("There are no workloads and no Services here.".to_owned()));
    }
    let ways = names::ways_in(graph).len();
    let holes = graph.ports().filter(|(_, port)| matches!(port.kind, PortKind::Missing(_))).count();
    let diagrams = &context.diagrams;
    let overview = Overview {
        services: count(graph.services().count(), "Service"),
        workloads: count(graph.workloads().count(), "workload"),
        ways: (ways > 0).then(|| format!("{} in from outside", count(ways, "way"))),
        holes: (holes > 0).then(|| holes_in_words(holes)),
        links: context.links.first().cloned().unwrap_or_default(),
        topology: diagrams.first().map(|diagram| parts::flowchart(context, diagram)).unwrap_or_default(),
    };
    Ok(Some(overview.render()?))
}

fn holes_in_words(holes: usize) -> String {
    let leads = if holes == 1 { "leads" } else { "lead" };
    format!("{} {leads} nowhere", count(holes, "reference"))
}

/// `1 Service`, `3 Services`, `no Services`.
fn count(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
