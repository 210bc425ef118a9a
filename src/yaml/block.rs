//! Reads what most manifests are made of without the parser: block style, a scalar to a line, literals (`|`).
//!
//! YAML can say a thing in very many ways, and the parser spends hundreds of instructions on a byte to tell them apart. Here is only
//! the way that people and programs mostly choose. At the first sign of another one (an anchor, a tag, a rare escape, a flow
//! collection, a scalar of several lines, a tab, a mistake) this gives up, and the parser reads the document from its beginning.
//! So what is doubtful is the parser's to say, and so is every error. Tests hold that both make the same tree.

mod line;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

pub(super) use line::unescaped;
use line::{Rest, Token, trimmed};

use super::build::Tree;
use super::tree::Style;
use crate::source::{SourceId, Span};

/// The longest key in bytes; the parser's limit is 1,024 characters.
pub(super) const LONGEST_KEY: usize = 1_000;

/// The tree of the one document in `text[range]`; `None` when the parser has to read it.
pub(super) fn read(source: SourceId, text: &str, range: Range<usize>) -> Option<Tree<'_>> {
    let until_end = text.get(..range.end)?;
    if !is_usual(until_end.get(range.start..)?) {
        return None;
    }
    let tree = Tree::new(source, text, range.clone());
    let mut reader = Reader { source, text: until_end, next: range.start, open: Vec::new(), waiting: None, tree };
    reader.pass_marker();
    while let Some(line) = reader.next_line() {
        reader.line(line)?;
    }
    reader.finish()
}

/// Printable characters, blanks and line feeds only: nothing that YAML forbids, and no tabs, marks and other line breaks?
pub(super) fn is_usual(text: &str) -> bool {
    let is_usual_byte = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    let is_usual_char = |char: char| match u8::try_from(char) {
        Ok(byte) if byte < 0xa0 => is_usual_byte(byte),
        _ => !matches!(char, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'),
    };
    // No early end within a stretch, so that a processor looks at many bytes at a time.
    let is_ascii =
        text.as_bytes().chunks(64).all(|part| part.iter().fold(true, |all, byte| all & is_usual_byte(*byte)));
    is_ascii || text.chars().all(is_usual_char)
}

/// A mapping or list that has not ended.
struct Open {
    /// The column of its keys or dashes.
    column: usize,
    is_list: bool,
}

struct Reader<'t> {
    source: SourceId,
    /// The text up to the end of the document.
    text: &'t str,
    /// Where the next line begins.
    next: usize,
    /// Innermost last.
    open: Vec<Open>,
    /// The last key or dash has no value so far; where nothing would stand.
    waiting: Option<usize>,
    tree: Tree<'t>,
}

/// Whatever returns an `Option` gives up with `None`, except for [`Reader::next_line`].
impl<'t> Reader<'t> {
    /// Passes over the `---` that the document may begin with.
    fn pass_marker(&mut self) {
        let start = self.next;
        let first = self.next_line();
        if first.is_none_or(|line| line.bytes != b"---" || line.column > 0) {
            self.next = start;
        }
    }

    /// The next line that is neither blank nor a comment.
    fn next_line(&mut self) -> Option<Rest<'t>> {
        while let Some(rest) = self.text.as_bytes().get(self.next..).filter(|rest| !rest.is_empty()) {
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let line =
                Rest { at: self.next, column: 0, bytes: trimmed(rest.get(..length).unwrap_or_default()) }.behind(0);
            self.next += length + 1;
            if !matches!(line.bytes.first(), None | Some(b'#')) {
                return Some(line);
            }
        }
        None
    }

    fn line(&mut self, line: Rest<'_>) -> Option<()> {
        if line.column == 0 && (line.bytes.starts_with(b"---") || line.bytes.starts_with(b"...")) {
            return None;
        }
        if self.begins_inside(line)? {
            return self.node(line);
        }
        if line.is_item() { self.item(line) } else { self.pair(line, line.token()?) }
    }

    /// Does a line begin what the one before left open? Otherwise it goes on with what is open at its column, which is then
    /// the innermost.
    fn begins_inside(&mut self, line: Rest<'_>) -> Option<bool> {
        let Some(innermost) = self.open.last() else { return self.tree.is_empty().then_some(true) };
        let is_item = line.is_item();
        if let Some(place) = self.waiting.take() {
            // The dashes of a list may stand right below its key.
            let is_below = line.column == innermost.column && is_item && !innermost.is_list;
            if is_below || line.column > innermost.column {
                return Some(true);
            }
            self.nothing(place)?;
        }
        while let Some(open) = self.open.last().filter(|open| open.column >= line.column) {
            if (open.column, open.is_list) == (line.column, is_item) {
                return Some(false);
            }
            self.close()?;
        }
        None
    }

    /// What begins here: an item, a key, or a value.
    fn node(&mut self, line: Rest<'_>) -> Option<()> {
        let start = self.span(line.at..line.at);
        if line.is_item() {
            self.tree.open_sequence(0, start).ok()?;
            self.open.push(Open { column: line.column, is_list: true });
            return self.item(line);
        }
        let Some(key) = line.token().filter(|token| token.is_key) else { return self.value(line) };
        self.tree.open_mapping(0, start).ok()?;
        self.open.push(Open { column: line.column, is_list: false });
        self.pair(line, key)
    }

    fn item(&mut self, line: Rest<'_>) -> Option<()> {
        if line.bytes.len() == 1 {
            self.waiting = Some(line.at + 1);
            return Some(());
        }
        self.node(line.behind(1))
    }

    fn pair(&mut self, line: Rest<'_>, key: Token) -> Option<()> {
        let colon = key.end;
        if !key.is_key || colon > LONGEST_KEY {
            return None;
        }
        self.scalar(line, key)?;
        if line.ends_behind(colon + 1) {
            self.waiting = Some(line.at + colon);
            return Some(());
        }
        self.value(line.behind(colon + 1))
    }

    fn value(&mut self, line: Rest<'_>) -> Option<()> {
        match line.bytes {
            b"|" => self.literal(true),
            b"|-" => self.literal(false),
            [b'{', b'}', ..] | [b'[', b']', ..] if line.ends_behind(2) => self.empty(line),
            _ => self.scalar(line, line.token().filter(|token| !token.is_key)?),
        }
    }

    /// `{}` or `[]`
    fn empty(&mut self, line: Rest<'_>) -> Option<()> {
        let span = self.span(line.at..line.at + 2);
        let is_list = line.bytes.starts_with(b"[");
        if is_list { self.tree.open_sequence(0, span) } else { self.tree.open_mapping(0, span) }.ok()?;
        self.tree.close(span).ok()
    }

    /// A literal, which begins in the next line.
    fn literal(&mut self, ends_in_break: bool) -> Option<()> {
        let least = self.open.last()?.column + 1;
        let (mut text, mut indent, mut start) = (String::new(), 0, 0);
        while let Some(rest) = self.text.get(self.next..).filter(|rest| !rest.is_empty()) {
            let line = rest.split('\n').next().unwrap_or_default();
            let column = line.bytes().position(|byte| byte != b' ');
            if indent == 0 && !line.is_empty() {
                indent = column.filter(|column| *column >= least)?;
                start = self.next + indent;
            }
            if column.is_some_and(|column| column < indent) {
                break;
            }
            text.extend([line.get(indent..).unwrap_or_default(), "\n"]);
            self.next += line.len() + 1;
        }
        let length = text.trim_end_matches('\n').len();
        text.truncate(length + usize::from(ends_in_break));
        let span = self.span(start..self.next.min(self.text.len()));
        if length == 0 { None } else { self.tree.literal(Cow::Owned(text), 0, span).ok() }
    }

    fn scalar(&mut self, line: Rest<'_>, token: Token) -> Option<()> {
        let text = line.at + token.text.start..line.at + token.text.end;
        let span = self.span(line.at..line.at + token.end);
        if token.has_escapes {
            let text = unescaped(self.text.get(text)?, *line.bytes.first()?)?;
            return self.tree.scalar(Cow::Owned(text), token.style, 0, span).ok();
        }
        self.tree.borrowed(text, token.style, span).ok()
    }

    /// The value of a key or a dash with nothing behind it.
    fn nothing(&mut self, place: usize) -> Option<()> {
        // Of blanks behind a dash it is the parser's to say which of them belong to it.
        if self.text.as_bytes().get(place) == Some(&b' ') {
            return None;
        }
        self.tree.borrowed(place..place, Style::Plain, self.span(place..place)).ok()
    }

    /// Ends the innermost mapping or list: where its last value does.
    fn close(&mut self) -> Option<()> {
        self.open.pop()?;
        self.tree.close(self.span(0..0)).ok()
    }

    /// Ends all that is open.
    fn finish(mut self) -> Option<Tree<'t>> {
        if let Some(place) = self.waiting.take() {
            self.nothing(place)?;
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        Some(self.tree)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }
}
