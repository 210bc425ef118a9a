//! Reads JSON without the parser: dumps of clusters are large.
//!
//! As [`super::block`] does with YAML in its most common style, this reads what it is sure of, which is JSON as programs print it, and
//! gives up at the first sign of anything else; then the parser reads the document from its beginning. JSON is YAML, so the
//! tree is the same, which tests hold.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::block::{LONGEST_KEY, is_usual, unescaped};
use super::build::Tree;
use super::tree::Style;
use crate::source::{SourceId, Span};

/// The tree of the one document in `text[range]`; `None` when the parser has to read it.
pub(super) fn read(source: SourceId, text: &str, range: Range<usize>) -> Option<Tree<'_>> {
    let until_end = text.get(..range.end)?;
    let own = until_end.get(range.start..)?;
    if !own.trim_ascii_start().starts_with(['{', '[']) || !is_usual(own) {
        return None;
    }
    let tree = Tree::new(source, text, range.clone());
    let mut reader = Reader { source, text: until_end, at: range.start, open: Vec::new(), tree };
    loop {
        reader.value()?;
        if !reader.goes_on()? {
            return Some(reader.tree);
        }
    }
}

/// What holds the value that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Mapping,
    List,
}

struct Reader<'t> {
    source: SourceId,
    /// The text up to the end of the document.
    text: &'t str,
    /// The next byte.
    at: usize,
    /// Innermost last.
    open: Vec<Open>,
    tree: Tree<'t>,
}

/// Whatever returns an `Option` gives up with `None`.
impl Reader<'_> {
    /// A scalar with its key, where it has one; a mapping or list up to its first scalar, or its end.
    fn value(&mut self) -> Option<()> {
        loop {
            if self.open.last() == Some(&Open::Mapping) {
                self.key()?;
            }
            let (open, close) = match self.next()? {
                b'{' => (Open::Mapping, b'}'),
                b'[' => (Open::List, b']'),
                b'"' => return self.string(),
                _ => return self.plain(),
            };
            let span = self.span(self.at..self.at + 1);
            match open {
                Open::Mapping => self.tree.open_mapping(0, span).ok()?,
                Open::List => self.tree.open_sequence(0, span).ok()?,
            }
            self.open.push(open);
            self.at += 1;
            if self.next()? == close {
                return self.close();
            }
        }
    }

    /// Is there another value behind the one that was read? Ends the mappings and lists that end here.
    fn goes_on(&mut self) -> Option<bool> {
        while let Some(open) = self.open.last().copied() {
            match (self.next()?, open) {
                (b',', _) => {
                    self.at += 1;
                    return Some(true);
                }
                (b'}', Open::Mapping) | (b']', Open::List) => self.close()?,
                _ => return None,
            }
        }
        self.next().is_none().then_some(false)
    }

    fn close(&mut self) -> Option<()> {
        self.open.pop()?;
        self.tree.close(self.span(self.at..self.at + 1)).ok()?;
        self.at += 1;
        Some(())
    }

    /// A key and its colon.
    fn key(&mut self) -> Option<()> {
        let start = (self.next()? == b'"').then_some(self.at)?;
        self.string()?;
        let is_key = self.at - start <= LONGEST_KEY && self.text.as_bytes().get(self.at) == Some(&b':');
        self.at += 1;
        is_key.then_some(())
    }

    fn string(&mut self) -> Option<()> {
        let start = self.at + 1;
        let (mut end, mut has_escapes) = (start, false);
        loop {
            match *self.text.as_bytes().get(end)? {
                b'\\' => (end, has_escapes) = (end + 2, true),
                b'"' => break,
                b'\n' => return None,
                _ => end += 1,
            }
        }
        let span = self.span(self.at..end + 1);
        self.at = end + 1;
        if has_escapes {
            let text = unescaped(self.text.get(start..end)?, b'"')?;
            return self.tree.scalar(Cow::Owned(text), Style::Quoted, 0, span).ok();
        }
        self.tree.borrowed(start..end, Style::Quoted, span).ok()
    }

    /// A number, a boolean or null.
    fn plain(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
        let word = rest.split(|char| !is_part(char)).next()?;
        let is_number = word.strip_prefix('-').unwrap_or(word).starts_with(|first: char| first.is_ascii_digit());
        if !is_number && !matches!(word, "true" | "false" | "null") {
            return None;
        }
        let range = self.at..self.at + word.len();
        self.at = range.end;
        self.tree.borrowed(range.clone(), Style::Plain, self.span(range)).ok()
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n')).count();
        self.at += blanks;
        rest.get(blanks).copied()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }
}
