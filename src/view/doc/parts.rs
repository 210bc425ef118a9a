//! What other views draw, as this document uses it.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Context, Section};
use crate::check::Finding;
use crate::graph::PortGraph;
use crate::view::flowchart::{Diagram, Limits};
use crate::view::markdown::Anchors;
use crate::view::table::{Below, Form, Length};
use crate::view::{flowchart, markdown, replicas, sequence, table};

/// The flowcharts of the topology: one, or an overview and its parts. None where there is nothing to draw.
pub(super) fn topology<'f>(graph: &PortGraph, findings: &'f [Finding], limits: Limits) -> Result<Vec<Diagram<'f>>> {
    flowchart::diagrams(graph, findings, &flowchart::Options { limits, ..flowchart::Options::default() })
}

/// What links from each diagram to its parts; nothing where these are not in the document. An anchor depends on every heading above.
pub(super) fn links<'b>(
    context: &Context<'_>,
    title: Option<&str>,
    bodies: impl Iterator<Item = (Section, &'b Option<String>)>,
) -> Vec<String> {
    if !context.has_diagrams {
        return Vec::new();
    }
    let mut anchors = Anchors::default();
    let mut of_diagrams = vec![String::new()];
    title.into_iter().for_each(|title| drop(anchors.anchor(title)));
    let mark = format!("{} ", context.hashes);
    for (section, body) in bodies {
        let headings = body.iter().flat_map(|body| body.lines()).filter_map(|line| line.strip_prefix(&mark));
        if matches!(section, Section::Overview | Section::Diagrams) || body.is_some() {
            anchors.anchor(section.heading());
        }
        headings.for_each(|words| drop(anchors.anchor(words)));
        if section == Section::Diagrams {
            of_diagrams.extend(context.diagrams.iter().skip(1).map(|diagram| anchors.anchor(&diagram.title)));
        }
    }
    flowchart::links(&context.diagrams, &of_diagrams)
}

/// A flowchart in a fence, with what is to be said of it, and what its numbers stand for where no section explains them.
pub(super) fn flowchart(context: &Context<'_>, diagram: &flowchart::Diagram<'_>) -> String {
    let fence = markdown::fenced("mermaid", &diagram.mermaid);
    let findings = match (diagram.findings.is_empty(), context.has_findings) {
        (true, _) => String::new(),
        (false, true) => "What is red or has a number is explained under Findings.".to_owned(),
        (false, false) => diagram.explanations().iter().map(|line| format!("- {line}\n")).collect(),
    };
    let blocks = [fence, findings.trim_end().to_owned(), markdown::text(&diagram.note)];
    blocks.into_iter().filter(|block| !block.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Sequence diagrams in the whole document: with more, nobody reads on.
const SEQUENCES: usize = 3;

/// The first requests that are not alike as sequence diagrams, or all of them, as Markdown with a line above each.
pub(super) fn sequences(graph: &PortGraph, all: bool) -> Result<String> {
    let mut diagrams = sequence::diagrams(graph, &sequence::Options { all, ..sequence::Options::default() })?;
    if !all && diagrams.len() > SEQUENCES {
        let mut seen = BTreeSet::new();
        diagrams.retain(|diagram| seen.insert(replicas::without_numbers_of_names(&diagram.mermaid)));
    }
    let shown = diagrams.iter().take(if all { usize::MAX } else { SEQUENCES });
    let blocks: Vec<String> = shown
        .map(|diagram| {
            format!("{}:\n\n{}", markdown::text(&diagram.heading), markdown::fenced("mermaid", &diagram.mermaid))
        })
        .collect();
    Ok(blocks.join("\n\n"))
}

/// The port summary, its namespaces named above their tables.
pub(super) fn port_summary(context: &Context<'_>) -> Result<String> {
    table::tables(context.graph, Form::Summary, "", Below::RoutesAndRemarks(context.node_ports), length(context))
}

/// The reference form of the port table, which repeats nothing of what stands below the summary.
pub(super) fn port_reference(context: &Context<'_>) -> Result<String> {
    table::tables(context.graph, Form::Reference, "", Below::Nothing, length(context))
}

fn length(context: &Context<'_>) -> Length {
    if context.all { Length::Whole } else { Length::Short }
}
