//! Reports: findings as text. One enum of formats and one `match`; a file for each, with the escapes of its language.

pub(crate) mod discreet;
mod github;
mod json;
mod junit;
mod sarif;
mod text;

use std::fmt::Write as _;
use std::ops::Range;

use anyhow::Result;
use clap::ValueEnum;

use crate::check::{CHECKS, Check, Checked, Finding};
use crate::problem::{Place, Problem, Severity};
use crate::source::{Sources, Span};
use crate::visible::one_line;

/// The formats of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Report {
    /// For people: the lines of the manifests, with what is wrong underlined
    #[default]
    Text,
    /// For programs: docs/portolan.check.v1.schema.json
    Json,
    /// Annotations of GitHub Actions, shown beside the lines of a pull request
    Github,
    /// SARIF 2.1.0, for GitHub code scanning and for editors
    Sarif,
    /// JUnit XML, for GitLab and Jenkins: a suite for every check; errors and warnings are failures
    Junit,
}

/// May a report be coloured?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escapes.
    Ansi,
    /// Without.
    None,
}

impl Report {
    /// The language of its text: what a fence around it is labelled with.
    #[must_use]
    pub fn language(self) -> &'static str {
        match self {
            Self::Json | Self::Sarif => "json",
            Self::Junit => "xml",
            Self::Text | Self::Github => "text",
        }
    }

    /// The findings as text that ends with a line feed. What is wrong with the input itself is told to programs, so that a report
    /// about a part of the input does not look like one about all of it; people have read it on standard error.
    ///
    /// # Errors
    /// A finding cannot be written in the format.
    pub fn render(self, checked: &Checked, problems: &[Problem], sources: &Sources, colour: Colour) -> Result<String> {
        match self {
            Self::Text => Ok(text::render(checked, problems, sources, colour)),
            Self::Json => json::render(checked, problems, sources),
            Self::Github => Ok(github::render(checked, problems, sources)),
            Self::Sarif => sarif::render(checked, problems, sources),
            Self::Junit => Ok(junit::render(checked, problems, sources)),
        }
    }
}

/// What a check means, or a list of all checks, for a terminal.
#[must_use]
pub fn explain(check: Option<&Check>) -> String {
    check.map_or_else(|| text::list(CHECKS), text::explain)
}

/// The page about all checks, as Markdown.
#[must_use]
pub fn page() -> String {
    text::page(CHECKS)
}

/// Could a part of the input not be read?
fn is_incomplete(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// What is wrong with the input itself, with its place and its advice; without a line feed at its end.
#[must_use]
pub fn told(problem: &Problem, sources: &Sources) -> String {
    let place = match &problem.place {
        Place::Source(name) => name.clone(),
        Place::Span(span) => sources.location(*span).to_string(),
    };
    let mut text = format!("{}: {}", one_line(&place), one_line(&problem.message));
    if let Some(help) = &problem.help {
        let _ = write!(text, "\n  help: {}", one_line(help));
    }
    text
}

/// The bytes of a place in what is around it, which begins at an offset of the whole text; on the borders of characters.
fn range(span: Span, start: usize, text: &str) -> Range<usize> {
    let within = |offset: u32| {
        let mut offset = text.len().min((offset as usize).saturating_sub(start));
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (within(span.start), within(span.end));
    start..end.max(start)
}

/// Where a place begins and where it ends, as two empty places.
fn edges(span: Span, sources: &Sources) -> [Span; 2] {
    let source = span.source;
    let (before, text) = sources.get(source).text.around(span.range());
    let Range { start, end } = range(span, before, &text);
    [start, end].map(|offset| {
        let offset = u32::try_from(before + offset).unwrap_or(u32::MAX);
        Span { source, start: offset, end: offset }
    })
}

/// The sentence, the related places and the help, for formats that have no places of their own for them. In rendered text the first
/// place is one more of these, for its lines are in no file.
fn in_words(finding: &Finding, sources: &Sources) -> String {
    let mut text = finding.message.clone();
    let rendered = Some(&finding.primary).filter(|label| sources.is_rendered(label.span.source));
    for label in rendered.into_iter().chain(&finding.related) {
        let _ = write!(text, "\n{}: {}", sources.location(label.span), label.text);
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    text
}
