//! The page: diagrams as Markdown, ready to paste. Several stand under a heading each, and the first links to the others.

use askama::Template;

use super::Diagram;
use crate::view::markdown::{Anchors, fenced, text};

/// What the template is filled with.
#[derive(Template)]
#[template(path = "flowchart.md", escape = "none")]
struct Page {
    /// Headings are needed only where there are several diagrams.
    has_headings: bool,
    diagrams: Vec<Item>,
    /// Links to all diagrams but the first.
    links: Vec<Link>,
}

struct Item {
    heading: String,
    note: String,
    fence: String,
    is_first: bool,
}

struct Link {
    text: String,
    anchor: String,
}

/// The Markdown of diagrams.
pub(super) fn markdown(diagrams: &[Diagram]) -> anyhow::Result<String> {
    if diagrams.is_empty() {
        return Ok("There are no ports in the input, so there is nothing to draw.\n".to_owned());
    }
    let mut anchors = Anchors::default();
    let links: Vec<Link> = diagrams
        .iter()
        .map(|diagram| Link { text: text(&diagram.title), anchor: anchors.anchor(&diagram.title) })
        .skip(1)
        .collect();
    let item = |(at, diagram): (usize, &Diagram)| Item {
        heading: text(&diagram.title),
        note: text(&diagram.note),
        fence: fenced("mermaid", &diagram.mermaid),
        is_first: at == 0,
    };
    let page =
        Page { has_headings: diagrams.len() > 1, diagrams: diagrams.iter().enumerate().map(item).collect(), links };
    Ok(format!("{}\n", page.render()?.trim()))
}
