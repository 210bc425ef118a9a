//! What other views draw, as this document uses it.

use anyhow::Result;

use super::Context;
use crate::check::{Finding, NodePortRange};
use crate::graph::PortGraph;
use crate::view::table::{Below, Form};
use crate::view::{flowchart, markdown, sequence, table};

/// The flowcharts of the topology: one, or an overview and one per application. None where there is nothing to draw.
pub(super) fn topology<'f>(graph: &PortGraph, findings: &'f [Finding]) -> Result<Vec<flowchart::Diagram<'f>>> {
    flowchart::diagrams(graph, findings, &flowchart::Options::default())
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

/// The first requests as sequence diagrams, or all of them, as Markdown with a line above each.
pub(super) fn sequences(graph: &PortGraph, all: bool) -> Result<String> {
    let diagrams = sequence::diagrams(graph, &sequence::Options { all, ..sequence::Options::default() })?;
    let shown = diagrams.iter().take(if all { usize::MAX } else { SEQUENCES });
    let blocks: Vec<String> = shown
        .map(|diagram| {
            format!("{}:\n\n{}", markdown::text(&diagram.heading), markdown::fenced("mermaid", &diagram.mermaid))
        })
        .collect();
    Ok(blocks.join("\n\n"))
}

/// The port summary, its namespaces named above their tables.
pub(super) fn port_summary(graph: &PortGraph, node_ports: &NodePortRange) -> Result<String> {
    table::tables(graph, Form::Summary, "", Below::RoutesAndRemarks(node_ports))
}

/// The reference form of the port table, which repeats nothing of what stands below the summary.
pub(super) fn port_reference(graph: &PortGraph) -> Result<String> {
    table::tables(graph, Form::Reference, "", Below::Nothing)
}
