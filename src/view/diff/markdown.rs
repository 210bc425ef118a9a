//! The difference as Markdown, for a comment of a pull request.

use anyhow::Result;
use askama::Template;

use super::fit::{self, Comment, Section, Weight};
use super::rows::{Line, Opened, Piece, Row, Rows};
use super::{Texts, sentence};
use crate::check::Finding;
use crate::diff::{Diff, Mark};
use crate::source::Sources;
use crate::view::findings::{in_order, prose};
use crate::view::flowchart;
use crate::view::markdown;

/// What colours and signs mean.
const LEGEND: &str = "Green, `+`: added. Red and dashed, `−`: removed. Amber: changed. Grey: as before.";

/// More objects than this would need more diagrams than a reader looks at.
const MOST_DRAWN: usize = 60;

/// What the page is filled with.
#[derive(Template)]
#[template(path = "diff/comment.md", escape = "none")]
struct Page<'p> {
    sentence: &'p str,
    sections: Vec<fit::Shown<'p>>,
    left_out: &'p str,
}

/// The Markdown, as long as a comment may be.
pub(super) fn render(diff: &Diff<'_>, texts: Texts<'_>) -> Result<String> {
    if diff.is_empty() {
        return Ok(format!("{}\n", sentence::NO_DIFFERENCE));
    }
    let rows = Rows::of(diff);
    let mut sections = vec![exposure(diff, &rows), findings("New findings", &diff.new, texts.head, Weight::High)];
    sections.extend([Mark::Changed, Mark::Added, Mark::Removed].map(|mark| changes(diff, &rows, mark)));
    sections.push(drawing(diff)?);
    sections.push(findings("Fixed findings", &diff.fixed, texts.base, Weight::Low));
    sections.retain(|section| !section.lines.is_empty());
    let sentence = format!("**{}**", sentence::sentence(&diff.summary()));
    fit::fitted(&Comment { sentence, sections }, |sentence, sections, left_out| {
        Ok(format!("{}\n", Page { sentence, sections, left_out }.render()?.trim_end()))
    })
}

/// Ports that are open to others than before, the newly exposed first.
fn exposure(diff: &Diff<'_>, rows: &Rows<'_>) -> Section {
    let line = |(opened, is_new): (Opened, bool)| {
        let now = if is_new { format!("**{}**", opened.now) } else { opened.now.to_owned() };
        format!("| {} | {} | {now} | {} |", cell(&opened.what), opened.was, lines(&opened.through))
    };
    let opened = diff.exposures.iter().map(|change| (rows.opened(change), change.is_newly_exposed()));
    Section {
        title: "Exposure",
        head: "| Port | Was reachable from | Now | Through |\n|---|---|---|---|",
        lines: opened.map(line).collect(),
        weight: Weight::Highest,
    }
}

fn changes(diff: &Diff<'_>, rows: &Rows<'_>, mark: Mark) -> Section {
    let of_mark = diff.changes.iter().filter(|change| change.mark == mark).map(|change| rows.row(change));
    let line = |Row { what, details, .. }: Row| format!("| {} | {} |", cell(&what), lines(&details));
    let (title, head) = match mark {
        Mark::Added => ("Added", "| What | Details |\n|---|---|"),
        Mark::Removed => ("Removed", "| What | Details |\n|---|---|"),
        Mark::Changed | Mark::Same => ("Changed", "| What | Was → is |\n|---|---|"),
    };
    Section { title, head, lines: of_mark.map(line).collect(), weight: Weight::High }
}

/// A line in a table cell.
fn cell(line: &Line) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => spaced(text),
        Piece::Code(text) => markdown::cell_code(text),
    };
    line.iter().map(piece).collect()
}

/// Text for a cell, with the spaces that part it from the code beside it.
fn spaced(text: &str) -> String {
    let before = if text.starts_with(' ') { " " } else { "" };
    let after = if text.trim_start().ends_with(' ') { " " } else { "" };
    format!("{before}{}{after}", markdown::cell(text))
}

fn lines(lines: &[Line]) -> String {
    if lines.is_empty() { "-".to_owned() } else { lines.iter().map(cell).collect::<Vec<_>>().join("<br>") }
}

fn findings(title: &'static str, findings: &[&Finding], sources: &Sources, weight: Weight) -> Section {
    let findings: Vec<Finding> = findings.iter().copied().cloned().collect();
    let line = |finding: &Finding| {
        let place = markdown::code(&sources.location(finding.primary.span).to_string());
        let help = finding.help.as_ref().map(|help| format!(". {}", prose(&capital(help)))).unwrap_or_default();
        format!("- {} **{}** {place}: {}{help}", finding.severity.as_str(), finding.id, prose(&finding.message))
    };
    Section { title, head: "", lines: in_order(&findings).into_iter().map(line).collect(), weight }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// What changed and what stands around it.
fn drawing(diff: &Diff<'_>) -> Result<Section> {
    let section = |lines: Vec<String>| Section { title: "Drawing", head: "", lines, weight: Weight::Low };
    let count = diff.marked.concerned().len();
    if count > MOST_DRAWN {
        return Ok(section(vec![format!("Left out: {count} objects are concerned, more than drawings could show.")]));
    }
    let diagrams = flowchart::marked(&diff.marked)?;
    let has_several = diagrams.len() > 1;
    let mut lines = Vec::new();
    for diagram in &diagrams {
        lines.extend(has_several.then(|| format!("#### {}\n", markdown::text(&diagram.title))));
        lines.push(format!("{}\n", markdown::fenced("mermaid", &diagram.mermaid)));
    }
    lines.extend((!diagrams.is_empty()).then(|| LEGEND.to_owned()));
    Ok(section(lines))
}
