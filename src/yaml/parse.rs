//! Reads one document: the events of the YAML parser become a tree, where [`json`] and [`block`] cannot make it without.
//!
//! Only this file and `words` know the parser. What it leaves to its users is settled here: tags, exact places.

#[cfg(test)]
pub(super) mod tests;

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, ScanError, Tag, options};

use crate::source::{SourceId, Span};

use super::build::{DEPTH, Tree, offset};
use super::scalar::{Scalar, resolve};
use super::tree::{Document, Style};
use super::{SyntaxError, block, json, words};

/// The tree of the one document in `text[range]`; `None` when it holds nothing: blank, comments only, null.
///
/// # Errors
///
/// A [`SyntaxError`] when this is not YAML, not what kubectl can turn into JSON (a list as a key, say), or beyond bounds.
pub(crate) fn parse(source: SourceId, text: &str, range: Range<usize>) -> Result<Option<Document<'_>>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        let span = Span { source, start: 0, end: 0 };
        return Err(SyntaxError { span, message: "the text is larger than 4 GB".to_owned(), help: None });
    }
    let tree = json::read(source, text, range.clone()).or_else(|| block::read(source, text, range.clone()));
    Ok(tree.map_or_else(|| parse_any(source, text, range), Ok)?.finish())
}

/// The tree of a document in any style.
pub(super) fn parse_any(source: SourceId, text: &str, range: Range<usize>) -> Result<Tree<'_>, SyntaxError> {
    let tree = Tree::new(source, text, range.clone());
    let mut reader = Reader { source, text, base: offset(range.start), tree };
    for event in Parser::new_from_str_with_options(text.get(range).unwrap_or_default(), limits()) {
        let (event, place) = event.map_err(|error| reader.scan_error(&error))?;
        let span = reader.span(place.start, place.end);
        reader.event(event, span)?;
    }
    Ok(reader.tree)
}

fn limits() -> Options {
    options! { flow_nesting_limit: DEPTH, block_nesting_limit: DEPTH }
}

/// What turns events into a tree.
struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    /// Where the document begins in the text: the parser counts from there.
    base: u32,
    tree: Tree<'t>,
}

impl<'t> Reader<'t> {
    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = self.style(&text, style, tag.as_deref(), span)?;
                self.scalar(text, style, anchor, span)
            }
            Event::MappingStart(_, anchor, _) => self.tree.open_mapping(anchor, span),
            Event::SequenceStart(_, anchor, _) => {
                let span = Span { start: self.first_dash(span.start), ..span };
                self.tree.open_sequence(anchor, span)
            }
            Event::MappingEnd | Event::SequenceEnd => self.tree.close(span),
            Event::Alias(id) => self.tree.alias(id, span),
            _ => Ok(()),
        }
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: Style, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        if span.start == span.end {
            // Nothing is written, which the parser calls `~`.
            return self.tree.scalar(Cow::Borrowed(""), style, anchor, span);
        }
        match style {
            Style::Block => self.tree.literal(text, anchor, span),
            _ => self.tree.scalar(text, style, anchor, span),
        }
    }

    /// How to read a scalar: a tag decides before the looks do.
    fn style(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Result<Style, SyntaxError> {
        let Some(tag) = tag else {
            return Ok(match style {
                ScalarStyle::Plain => Style::Plain,
                ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
            });
        };
        let fits = match (tag.core_suffix(), resolve(text)) {
            (Some("int"), value) => matches!(value, Scalar::Int(_)),
            (Some("float"), value) => matches!(value, Scalar::Int(_) | Scalar::Float(_)),
            (Some("bool"), value) => matches!(value, Scalar::Bool(_)),
            (Some("null"), value) => value == Scalar::Null,
            _ => return Ok(Style::Quoted),
        };
        if fits { Ok(Style::Plain) } else { Err(words::wrong_tag(span, text, &tag.original())) }
    }

    /// The first `-` of a list. Of one that is indented no more than its key, the parser names the place behind it.
    fn first_dash(&self, start: u32) -> u32 {
        let before = self.text.get(..start as usize).unwrap_or_default().trim_end();
        let is_value = self.tree.expects_value();
        let dash = before.strip_suffix('-').filter(|line| is_value && line.ends_with([' ', '\t', '\n', '\r']));
        dash.map_or(start, |line| offset(line.len()))
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        let place = |marker: Marker| self.base + offset(marker.byte_offset().unwrap_or_default());
        Span { source: self.source, start: place(start), end: place(end) }
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let span = self.span(*error.marker(), *error.marker());
        words::scan_error(error.kind(), self.text, span)
    }
}
