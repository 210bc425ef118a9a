//! Overview: what there is, in numbers and as a diagram.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::{Context, parts};
use crate::graph::{PortKind, Way};
use crate::view::markdown;
use crate::view::ways::ways_in;

/// Namespaces in the table, unless all are asked for.
const NAMESPACES: usize = 40;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/overview.md")]
struct Overview {
    services: String,
    workloads: String,
    ways: Option<String>,
    holes: Option<String>,
    /// What each namespace has, where there are several and not all is in one diagram.
    namespaces: Vec<Namespace>,
    more: Option<String>,
    topology: String,
    /// Links to the parts, as Markdown; may be empty.
    links: String,
}

/// What a namespace has, in numbers.
#[derive(Default)]
struct Namespace {
    name: String,
    workloads: usize,
    services: usize,
    ways: usize,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let graph = context.graph;
    if graph.ports().next().is_none() && graph.workloads().next().is_none() {
        return Ok(Some("There are no workloads and no Services here.".to_owned()));
    }
    let in_from_outside = ways_in(graph);
    let ways = in_from_outside.len();
    let holes = graph.ports().filter(|(_, port)| matches!(port.kind, PortKind::Missing(_))).count();
    let diagrams = &context.diagrams;
    let (namespaces, more) =
        if diagrams.len() > 1 { namespaces(context, &in_from_outside) } else { Default::default() };
    let overview = Overview {
        namespaces,
        more,
        services: count(graph.services().count(), "Service"),
        workloads: count(graph.workloads().count(), "workload"),
        ways: (ways > 0).then(|| format!("{} in from outside", count(ways, "way"))),
        holes: (holes > 0).then(|| holes_in_words(holes)),
        links: context.links.first().cloned().unwrap_or_default(),
        topology: diagrams.first().map(|diagram| parts::flowchart(context, diagram)).unwrap_or_default(),
    };
    Ok(Some(overview.render()?))
}

fn namespaces(context: &Context<'_>, ways: &[Way]) -> (Vec<Namespace>, Option<String>) {
    let graph = context.graph;
    let mut counts: BTreeMap<&str, Namespace> = BTreeMap::new();
    for (_, workload) in graph.workloads() {
        counts.entry(&workload.id.namespace).or_default().workloads += 1;
    }
    for (_, service) in graph.services() {
        counts.entry(&service.id.namespace).or_default().services += 1;
    }
    for way in ways {
        let ports = way.ports(graph).into_iter().rev();
        let end = ports.filter_map(|port| graph.object(graph.port(port).owner)).next();
        if let Some(found) = end.and_then(|id| counts.get_mut(id.namespace.as_str())) {
            found.ways += 1;
        }
    }
    if counts.len() < 2 {
        return Default::default();
    }
    let named = |(name, counted): (&str, Namespace)| Namespace { name: markdown::cell(name), ..counted };
    let mut rows: Vec<Namespace> = counts.into_iter().map(named).collect();
    let more = context.cut(&mut rows, NAMESPACES, "namespaces");
    (rows, more)
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
