//! Reports: findings as text. One enum of formats and one `match`; a file for each, with the escapes of its language.

mod github;
mod json;
mod text;

use std::ops::Range;

use anyhow::Result;
use clap::ValueEnum;

use crate::check::{CHECKS, Check, Checked, Label};
use crate::source::Sources;

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
    /// The findings as text that ends with a line feed.
    ///
    /// # Errors
    /// A finding cannot be written in the format.
    pub fn render(self, checked: &Checked, sources: &Sources, colour: Colour) -> Result<String> {
        match self {
            Self::Text => Ok(text::render(checked, sources, colour)),
            Self::Json => json::render(checked, sources),
            Self::Github => Ok(github::render(checked, sources)),
        }
    }
}

/// What a check means, for a terminal.
#[must_use]
pub fn explain(check: &Check) -> String {
    text::explain(check)
}

/// The page about all checks, as Markdown.
#[must_use]
pub fn page() -> String {
    text::page(CHECKS)
}

/// The bytes of a place, inside of its text and on the borders of characters.
fn range(label: &Label, text: &str) -> Range<usize> {
    let within = |offset: u32| {
        let mut offset = text.len().min(offset as usize);
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (within(label.span.start), within(label.span.end));
    start..end.max(start)
}
