//! The page: diagrams as Markdown, ready to paste. Several stand under a heading each, and the first links to the others.

use askama::Template;

use super::Diagram;
use crate::view::findings::{Numbered, circled, prose};
use crate::view::markdown::{Anchors, fenced, text};
use crate::view::mermaid::comment;

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
    /// What the numbers in the diagram stand for.
    findings: Vec<String>,
}

struct Link {
    text: String,
    anchor: String,
}

/// The Markdown of diagrams.
pub(super) fn markdown(diagrams: &[Diagram<'_>]) -> anyhow::Result<String> {
    if diagrams.is_empty() {
        return Ok("There are no ports in the input, so there is nothing to draw.\n".to_owned());
    }
    let mut anchors = Anchors::default();
    let links: Vec<Link> = diagrams
        .iter()
        .map(|diagram| Link { text: text(&diagram.title), anchor: anchors.anchor(&diagram.title) })
        .skip(1)
        .collect();
    let item = |(at, diagram): (usize, &Diagram<'_>)| Item {
        heading: text(&diagram.title),
        note: text(&diagram.note),
        fence: fenced("mermaid", &diagram.mermaid),
        is_first: at == 0,
        findings: diagram.explanations(),
    };
    let page =
        Page { has_headings: diagrams.len() > 1, diagrams: diagrams.iter().enumerate().map(item).collect(), links };
    Ok(format!("{}\n", page.render()?.trim()))
}

/// A diagram as Mermaid alone; what its numbers stand for is told by comments at its end.
pub(super) fn mermaid(diagram: &Diagram<'_>) -> String {
    let comments = diagram.findings.iter().map(|Numbered { number, finding }| {
        format!("  {}\n", comment(&format!("{} {} {}", circled(*number), finding.id, finding.message)))
    });
    format!("{}\n{}", diagram.mermaid, comments.collect::<String>())
}

impl Diagram<'_> {
    /// What its numbers stand for, as items of a Markdown list: `① **P003** port 80 of Service web has no endpoints: …`. No lines
    /// of files are told: they would change with every line above them.
    pub(crate) fn explanations(&self) -> Vec<String> {
        let explained = |one: &Numbered<'_>| {
            format!("{} **{}** {}", circled(one.number), one.finding.id, prose(&one.finding.message))
        };
        self.findings.iter().map(explained).collect()
    }
}
