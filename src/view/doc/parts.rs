//! What other views draw, as this document uses it.

use anyhow::Result;

use crate::graph::PortGraph;
use crate::view::table::{Below, Form};
use crate::view::{flowchart, markdown, sequence, table};

/// The flowcharts of the topology: one, or an overview and one per application. None where there is nothing to draw.
pub(super) fn topology(graph: &PortGraph) -> Result<Vec<flowchart::Diagram>> {
    flowchart::diagrams(graph, &flowchart::Options::default())
}

/// A flowchart in a fence, with what is to be said of it.
pub(super) fn flowchart(diagram: &flowchart::Diagram) -> String {
    let fence = markdown::fenced("mermaid", &diagram.mermaid);
    if diagram.note.is_empty() { fence } else { format!("{fence}\n\n{}", markdown::text(&diagram.note)) }
}

/// The first ways in as sequence diagrams, at most `limit`, as Markdown with a line above each.
pub(super) fn sequences(graph: &PortGraph, limit: usize) -> Result<String> {
    let diagrams = sequence::diagrams(graph, &sequence::Options::default())?;
    let shown = diagrams.iter().take(limit);
    let blocks: Vec<String> = shown
        .map(|diagram| {
            format!("{}:\n\n{}", markdown::text(&diagram.heading), markdown::fenced("mermaid", &diagram.mermaid))
        })
        .collect();
    Ok(blocks.join("\n\n"))
}

/// The port summary, its namespaces named above their tables.
pub(super) fn port_summary(graph: &PortGraph) -> Result<String> {
    table::tables(graph, Form::Summary, "", Below::RoutesAndRemarks)
}

/// The reference form of the port table, which repeats nothing of what stands below the summary.
pub(super) fn port_reference(graph: &PortGraph) -> Result<String> {
    table::tables(graph, Form::Reference, "", Below::Nothing)
}
