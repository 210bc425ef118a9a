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
}

struct Item {
    heading: String,
    note: String,
    fence: String,
    /// Links to its parts; may be empty.
    links: String,
    /// What the numbers in the diagram stand for.
    findings: Vec<String>,
}

/// The Markdown of diagrams.
pub(super) fn markdown(diagrams: &[Diagram<'_>]) -> anyhow::Result<String> {
    if diagrams.is_empty() {
        return Ok("There are no ports in the input, so there is nothing to draw.\n".to_owned());
    }
    let mut anchors = Anchors::default();
    let anchors: Vec<String> = diagrams.iter().map(|diagram| anchors.anchor(&diagram.title)).collect();
    let item = |(diagram, links): (&Diagram<'_>, String)| Item {
        heading: text(&diagram.title),
        note: text(&diagram.note),
        fence: fenced("mermaid", &diagram.mermaid),
        links,
        findings: diagram.explanations(),
    };
    let page = Page {
        has_headings: diagrams.len() > 1,
        diagrams: diagrams.iter().zip(links(diagrams, &anchors)).map(item).collect(),
    };
    Ok(format!("{}\n", page.render()?.trim()))
}

/// The line with links from each diagram to its parts; empty where it has none. `anchors` are those of the headings.
pub(crate) fn links(diagrams: &[Diagram<'_>], anchors: &[String]) -> Vec<String> {
    let link = |at: usize| Some(format!("[{}](#{})", text(&diagrams.get(at)?.title), anchors.get(at)?));
    let line = |at: usize| {
        let links: Vec<String> = parts_of(diagrams, at).filter_map(link).collect();
        if links.is_empty() { String::new() } else { format!("In parts: {}", links.join(" · ")) }
    };
    (0..diagrams.len()).map(line).collect()
}

/// Where the parts of a diagram stand, which come right behind it. Where there is no overview, the others are parts of the first.
fn parts_of(diagrams: &[Diagram<'_>], at: usize) -> impl Iterator<Item = usize> {
    let depth = diagrams.get(at).map_or(0, |diagram| diagram.depth);
    let has_overview = diagrams.iter().any(|diagram| diagram.depth > 0);
    let least = if at == 0 && !has_overview { 0 } else { depth + 1 };
    let below = diagrams.iter().enumerate().skip(at + 1).take_while(move |(_, part)| part.depth >= least);
    below.filter(move |(_, part)| part.depth == least).map(|(at, _)| at)
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
