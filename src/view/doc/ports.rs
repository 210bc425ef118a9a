//! Port tables: the summary, and the reference with addresses and purposes.

use anyhow::Result;
use askama::Template;

use super::{Context, parts};

/// The section's values.
#[derive(Template)]
#[template(path = "doc/ports.md")]
struct Ports<'c> {
    hashes: &'c str,
    summary: String,
    reference: String,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let graph = context.graph;
    if graph.owners().next().is_none() {
        return Ok(None);
    }
    let summary = parts::port_summary(graph, context.node_ports)?;
    let reference = parts::port_reference(graph)?;
    Ok(Some(Ports { hashes: &context.hashes, summary, reference }.render()?))
}
