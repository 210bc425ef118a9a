//! Sources (the texts that were read) and spans (places in them).
//!
//! A [`Span`] is twelve bytes and copyable; file, line and column ([`Location`]) are computed only when someone asks.

mod lines;
mod outline;
mod text;

use std::{collections::BTreeMap, fmt, ops::Range, sync::OnceLock};

use lines::{Lines, Spot};
pub use outline::{Outline, Step};
pub use text::Text;

/// What standard input is called where a [`Source`] needs a name.
pub const STDIN: &str = "<stdin>";

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

impl Span {
    /// The place of some bytes; no source is longer than a `u32` can tell.
    pub(crate) fn new(source: SourceId, bytes: Range<usize>) -> Self {
        Self { source, start: small(bytes.start), end: small(bytes.end) }
    }

    /// The bytes of the source.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A change of a text: what to write instead of the bytes of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes that go.
    pub span: Span,
    /// What comes in their place.
    pub text: String,
}

/// A place as people write it: `file:line:column`, line and column counted from 1, columns in characters.
///
/// In what a renderer made, lines are in no file that people have: there it reads `file (rendered): Service default/web spec.ports[0]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// The name of the source: a path, or `<stdin>`; of rendered text, the file that it came from.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Object and field, where the text is rendered: its lines are not those of `file`.
    pub field: Option<String>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            None => write!(f, "{}:{}:{}", self.file, self.line, self.column),
            Some(field) if field.is_empty() => write!(f, "{} (rendered)", self.file),
            Some(field) => write!(f, "{} (rendered): {field}", self.file),
        }
    }
}

/// One text and where it came from.
#[derive(Debug, Clone)]
pub struct Source {
    /// What messages call it: the path as the user would write it (with `/`), or `<stdin>`.
    pub name: String,
    /// The whole text, valid UTF-8, without a byte order mark.
    pub text: Text,
    /// The user named this very file (or standard input); a file met in a folder is not `explicit`.
    pub explicit: bool,
}

/// All texts of one run, in the order of their names; what was [added](Self::add) later stands behind.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Indexed>);

/// A source and, once someone has asked for a location in it, its lines.
#[derive(Debug, Clone)]
struct Indexed {
    source: Source,
    lines: OnceLock<Lines>,
    /// The names of its places, where it is rendered.
    outline: Option<Outline>,
}

/// From how many bytes on all texts together are worth to be packed.
const WORTH_PACKING: usize = 1 << 20;

impl Sources {
    /// Takes the sources and puts them in the order of their names, so that the order of arguments does not matter.
    #[must_use]
    pub fn new(sources: Vec<Source>) -> Self {
        Self::with_rendered(sources, Vec::new())
    }

    /// Takes texts that were read, and texts that a renderer made, each under the name of the file that it came from.
    #[must_use]
    pub fn with_rendered(read: Vec<Source>, rendered: Vec<Source>) -> Self {
        let read = read.into_iter().map(|source| (source, None));
        let rendered = rendered.into_iter().map(|source| (source, Some(Outline::default())));
        let mut all: Vec<_> = read.chain(rendered).collect();
        all.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        Self(all.into_iter().map(|(source, outline)| Indexed { source, lines: OnceLock::new(), outline }).collect())
    }

    /// Did a renderer make this text? Then its lines are not those of the file whose name it has.
    #[must_use]
    pub fn is_rendered(&self, id: SourceId) -> bool {
        self.0.get(id.0 as usize).is_some_and(|indexed| indexed.outline.is_some())
    }

    /// Names the places of every rendered text.
    pub fn outline_rendered(&mut self, outline: impl Fn(SourceId, &Source) -> Outline) {
        for (id, indexed) in (0u32..).map(SourceId).zip(&mut self.0) {
            if indexed.outline.is_some() {
                indexed.outline = Some(outline(id, &indexed.source));
            }
        }
    }

    /// Adds a source behind the others, so that those keep their ids.
    pub fn add(&mut self, source: Source) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Indexed { source, lines: OnceLock::new(), outline: None });
        id
    }

    /// Every source with its id, in order.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(self.0.iter().map(|indexed| &indexed.source))
    }

    /// The source of an id of this set.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize].source
    }

    /// The same sources, some of them with another text.
    #[must_use]
    pub fn with_texts(&self, texts: &BTreeMap<SourceId, Text>) -> Self {
        let mut sources = self.clone();
        for (id, text) in texts {
            if let Some(indexed) = sources.0.get_mut(id.0 as usize) {
                indexed.source.text = text.clone();
                indexed.lines = OnceLock::new();
            }
        }
        sources
    }

    /// No text at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a span begins. The first question about a source reads it once; every further one is a binary search.
    #[must_use]
    pub fn location(&self, span: Span) -> Location {
        let (line, column) = self.line_and_column(span);
        let Indexed { source, .. } = &self.0[span.source.0 as usize];
        Location { file: source.name.clone(), line, column, field: self.field(span) }
    }

    /// Line and column of where a span begins, as in its [`Location`].
    #[must_use]
    pub fn line_and_column(&self, span: Span) -> (usize, usize) {
        let Spot { line, column, .. } = self.spot(span);
        (line, column)
    }

    /// Object and field of a span, where its source is rendered.
    #[must_use]
    pub fn field(&self, span: Span) -> Option<String> {
        let outline = self.0.get(span.source.0 as usize)?.outline.as_ref()?;
        Some(outline.name_at(span.start))
    }

    /// The column where a span begins, from 1, in UTF-16 code units: as editors and web pages count.
    #[must_use]
    pub fn utf_16_column(&self, span: Span) -> usize {
        let Spot { column, wide, .. } = self.spot(span);
        column + wide
    }

    fn spot(&self, span: Span) -> Spot {
        self.0[span.source.0 as usize].lines().spot(span.start as usize)
    }

    /// Packs the texts where there is much of them: when they have been understood, they are only looked at again where something is
    /// told of them, and would take more room than what they say.
    pub fn pack(&mut self) {
        let all: usize = self.iter().map(|(_, source)| source.text.len()).sum();
        if all >= WORTH_PACKING {
            self.0.iter_mut().for_each(Indexed::pack);
        }
    }
}

impl Indexed {
    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.source.text.whole()))
    }

    fn pack(&mut self) {
        self.lines();
        self.source.text.pack();
    }
}

/// An offset or a count in a text that spans can point into: nothing in a larger one is pointed at.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
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

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: "a\nbc".into(), explicit: true }]);
        let behind = Span { source: SourceId(0), start: 900, end: 901 };
        assert_eq!(sources.location(behind).to_string(), "a.yaml:2:3");
    }
}
