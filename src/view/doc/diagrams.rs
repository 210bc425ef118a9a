//! Diagrams: the parts of a topology that is too large for one, each under a heading. They come last, for those who look up one part.

use anyhow::Result;
use askama::Template;

use super::{Context, parts};
use crate::view::flowchart::Diagram;
use crate::view::markdown;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/diagrams.md")]
struct Diagrams<'c> {
    hashes: &'c str,
    parts: Vec<Part>,
}

struct Part {
    title: String,
    /// Markdown with the diagram in a fence.
    diagram: String,
    /// Links to its own parts, as Markdown; may be empty.
    links: String,
}

/// The section; the first diagram is the overview's.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let part = |(at, diagram): (usize, &Diagram<'_>)| Part {
        title: markdown::text(&diagram.title),
        diagram: parts::flowchart(context, diagram),
        links: context.links.get(at).cloned().unwrap_or_default(),
    };
    let parts: Vec<Part> = context.diagrams.iter().enumerate().skip(1).map(part).collect();
    if parts.is_empty() { Ok(None) } else { Ok(Some(Diagrams { hashes: &context.hashes, parts }.render()?)) }
}
