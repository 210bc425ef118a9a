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
    let summary = parts::port_summary(context)?;
    let reference = parts::port_reference(context)?;
    Ok(Some(Ports { hashes: &context.hashes, summary, reference }.render()?))
}
