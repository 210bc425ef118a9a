//! Sources (the texts that were read) and spans (places in them).
//!
//! A [`Span`] is twelve bytes and copyable; file, line and column ([`Location`]) are computed only when someone asks.

use std::fmt;

/// Which source: an index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A place: bytes `start..end` of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source the bytes are in.
    pub source: SourceId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

/// A place as people write it: `file:line:column`, line and column counted from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The name of the source: a path, or `<stdin>`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One text and where it came from.
#[derive(Debug, Clone)]
pub struct Source {
    /// What messages call it: the path as the user would write it (with `/`), or `<stdin>`.
    pub name: String,
    /// The whole text, valid UTF-8, without a byte order mark.
    pub text: String,
    /// The user named this very file (or standard input); a file met in a folder is not `explicit`.
    pub explicit: bool,
}

/// All texts of one run, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Takes the sources and puts them in the order of their names, so that the order of arguments does not matter.
    #[must_use]
    pub fn new(mut sources: Vec<Source>) -> Self {
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Self(sources)
    }

    /// Every source with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(&self.0)
    }

    /// The source of an id of this set.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// No text at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a span begins.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let source = self.get(span.source);
        let before = &source.text[..span.start as usize];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Location {
            file: source.name.clone(),
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_counts_lines_and_characters_from_one() {
        let sources =
            Sources::new(vec![Source { name: "a.yaml".into(), text: "a: ä1\nbé: 2\n".into(), explicit: true }]);
        let at = |start| {
            let end = start + 1;
            sources.location(Span { source: SourceId(0), start, end }).to_string()
        };
        assert_eq!(at(0), "a.yaml:1:1");
        assert_eq!(at(5), "a.yaml:1:5");
        assert_eq!(at(7), "a.yaml:2:1");
        assert_eq!(at(12), "a.yaml:2:5");
    }
}
