//! Grows the tree of one document, within bounds.
//!
//! The bounds hold for the tree as it is seen through its aliases: no path is longer than [`DEPTH`], and following
//! every alias visits no more nodes than the document may ask for. Later rooms recurse and copy without counting.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::{SourceId, Span};

use super::merge::list_entries;
use super::scalar::key_text;
use super::tree::{Content, Document, Id, Raw, Style};
use super::{SyntaxError, words};

/// How deep mappings and lists may nest.
pub(super) const DEPTH: usize = 128;
/// What aliases may add in any document, in nodes …
const ALIASED_NODES: u64 = 10_000;
/// … how much more for each byte of the document …
const ALIASED_NODES_PER_BYTE: u64 = 20;
/// … and what is too much in any case.
const MOST_ALIASED_NODES: u64 = 250_000;

/// A tree that grows.
pub(super) struct Tree<'t> {
    document: Document<'t>,
    /// The mappings and lists that have not ended yet, outermost first.
    open: Vec<Open>,
    /// By the number the parser gives them, less one.
    anchors: Vec<Option<Anchor>>,
    /// Nodes so far, those behind aliases counted each time.
    reached: u64,
    /// How many of them may be behind aliases.
    alias_budget: u64,
    /// Where the last scalar, alias or bracket ended.
    content_end: u32,
}

/// A mapping or list that has not ended yet.
struct Open {
    node: Id,
    next: Next,
    anchor: usize,
    /// [`Tree::reached`] when it began.
    reached: u64,
    /// How many levels it holds so far.
    height: usize,
    /// It has a `<<`.
    merges: bool,
}

/// What comes next in a mapping or list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Item,
    Key,
    Value,
}

/// An anchored node that has ended.
#[derive(Clone, Copy)]
struct Anchor {
    node: Id,
    /// The nodes in it, itself included.
    size: u64,
    /// The levels in it.
    height: usize,
}

impl<'t> Tree<'t> {
    pub(super) fn new(source: SourceId, text: &'t str, range: Range<usize>) -> Self {
        let budget = ALIASED_NODES + ALIASED_NODES_PER_BYTE * range.len() as u64;
        // A node takes some twelve bytes of YAML.
        let nodes = Vec::with_capacity(range.len() / 12);
        let document =
            Document { source, text, owned: String::new(), nodes, listed: Vec::new(), duplicates: Vec::new() };
        Tree {
            document,
            open: Vec::new(),
            anchors: Vec::new(),
            reached: 0,
            alias_budget: budget.min(MOST_ALIASED_NODES),
            content_end: 0,
        }
    }

    pub(super) fn finish(self) -> Option<Document<'t>> {
        let holds_something = !self.document.nodes.is_empty() && !self.document.root().is_null();
        holds_something.then_some(self.document)
    }

    /// Adds a scalar; one that is borrowed is borrowed from the text of the document.
    pub(super) fn scalar(
        &mut self,
        text: Cow<'t, str>,
        style: Style,
        anchor: usize,
        span: Span,
    ) -> Result<(), SyntaxError> {
        let content = self.text(text, style, span);
        self.put(content, anchor, span)
    }

    /// Adds a scalar that stands in the text as it is.
    pub(super) fn borrowed(&mut self, text: Range<usize>, style: Style, span: Span) -> Result<(), SyntaxError> {
        // As of every scalar, the text of an empty one is where it begins.
        let (start, end) =
            if text.is_empty() { (span.start, span.start) } else { (offset(text.start), offset(text.end)) };
        self.put(Content::Scalar { style, owned: false, start, end }, 0, span)
    }

    /// Adds a block scalar, without what its last line lacks, a line break at the end of the document; it ends before the
    /// blank lines behind it.
    pub(super) fn literal(&mut self, text: Cow<'t, str>, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let lines = self.document.text.get(span.range()).unwrap_or_default();
        let breaks_off = lines.rsplit('\n').next().is_some_and(|line| !line.trim().is_empty());
        let end = span.start + offset(lines.trim_end().len());
        let text = match text.strip_suffix('\n').filter(|_| breaks_off) {
            Some(shorter) => Cow::Owned(shorter.to_owned()),
            None => text,
        };
        self.scalar(text, Style::Block, anchor, Span { end, ..span })
    }

    fn put(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        self.content_end = span.end;
        let id = self.add(content, span)?;
        self.remember(anchor, Anchor { node: id, size: 1, height: 0 });
        Ok(())
    }

    /// Begins a mapping, which ends with [`Tree::close`].
    pub(super) fn open_mapping(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let until = self.next_id();
        self.open(Content::Mapping { until, listed: None }, Next::Key, anchor, span)
    }

    /// Begins a list, which ends with [`Tree::close`].
    pub(super) fn open_sequence(&mut self, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        let until = self.next_id();
        self.open(Content::Sequence { until }, Next::Item, anchor, span)
    }

    /// Does it hold nothing so far?
    pub(super) fn is_empty(&self) -> bool {
        self.document.nodes.is_empty()
    }

    /// Is the next node the value of a mapping's key?
    pub(super) fn expects_value(&self) -> bool {
        self.open.last().is_some_and(|open| open.next == Next::Value)
    }

    /// Ends the innermost mapping or list.
    pub(super) fn close(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if span.start < span.end {
            self.content_end = span.end;
        }
        let until = self.next_id();
        let content = match open.next {
            Next::Item => Content::Sequence { until },
            Next::Key | Next::Value => {
                self.set_content(open.node, Content::Mapping { until, listed: None });
                let listed = list_entries(&mut self.document, open.node, open.merges)?;
                Content::Mapping { until, listed }
            }
        };
        self.set_content(open.node, content);
        self.raise(open.height + 1);
        self.remember(open.anchor, Anchor { node: open.node, size: self.reached - open.reached, height: open.height });
        Ok(())
    }

    /// Adds another use of an anchored node.
    pub(super) fn alias(&mut self, id: usize, span: Span) -> Result<(), SyntaxError> {
        let anchor = id.checked_sub(1).and_then(|at| self.anchors.get(at).copied().flatten());
        let Some(anchor) = anchor else { return Err(words::alias_in_itself(span)) };
        if self.open.len() + anchor.height > DEPTH {
            return Err(words::too_deep(span));
        }
        self.content_end = span.end;
        let is_key = self.open.last().is_some_and(|open| open.next == Next::Key);
        let content = match self.document.nodes.get(anchor.node as usize) {
            Some(target) if is_key => target.content,
            _ => Content::Alias { target: anchor.node },
        };
        self.add(content, span)?;
        self.raise(anchor.height + 1);
        self.reached += anchor.size - 1;
        if self.reached - u64::from(self.next_id()) > self.alias_budget {
            return Err(words::too_many_aliases(span));
        }
        Ok(())
    }

    fn text(&mut self, text: Cow<'t, str>, style: Style, span: Span) -> Content {
        if let Cow::Borrowed(text) = text {
            // Where a borrowed text stands in the whole: the parser does not say where a scalar's quotes end.
            let start = text.as_ptr().addr().wrapping_sub(self.document.text.as_ptr().addr());
            if text.is_empty() {
                return Content::Scalar { style, owned: false, start: span.start, end: span.start };
            }
            if start < self.document.text.len() {
                return Content::Scalar { style, owned: false, start: offset(start), end: offset(start + text.len()) };
            }
        }
        self.own(&text, style)
    }

    fn own(&mut self, text: &str, style: Style) -> Content {
        let start = offset(self.document.owned.len());
        self.document.owned.push_str(text);
        Content::Scalar { style, owned: true, start, end: offset(self.document.owned.len()) }
    }

    /// Puts a node behind the others; a key becomes the text it is in JSON.
    fn add(&mut self, mut content: Content, span: Span) -> Result<Id, SyntaxError> {
        match self.open.last().map(|open| open.next) {
            Some(Next::Key) => content = self.key(content, span)?,
            None if !self.document.nodes.is_empty() => return Err(words::second_root(span)),
            None | Some(Next::Item | Next::Value) => {}
        }
        if let Some(open) = self.open.last_mut() {
            open.next = match open.next {
                Next::Item => Next::Item,
                Next::Key => Next::Value,
                Next::Value => Next::Key,
            };
        }
        let id = self.next_id();
        self.reached += 1;
        self.document.nodes.push(Raw { start: span.start, end: span.end, content });
        Ok(id)
    }

    fn key(&mut self, content: Content, span: Span) -> Result<Content, SyntaxError> {
        let Content::Scalar { style, owned, start, end } = content else {
            return Err(words::key_is_no_text(self.document.text, span));
        };
        let key = Content::Scalar { style: Style::Quoted, owned, start, end };
        if style != Style::Plain {
            return Ok(key);
        }
        let text = self.document.slice(owned, start, end);
        if text == "<<" {
            self.open.last_mut().into_iter().for_each(|open| open.merges = true);
            return Ok(content);
        }
        match key_text(text) {
            Some(Cow::Borrowed(_)) => Ok(key),
            Some(Cow::Owned(text)) => Ok(self.own(&text, Style::Quoted)),
            None => Err(words::key_is_no_text(self.document.text, span)),
        }
    }

    fn open(&mut self, content: Content, next: Next, anchor: usize, span: Span) -> Result<(), SyntaxError> {
        if self.open.len() >= DEPTH {
            return Err(words::too_deep(span));
        }
        let reached = self.reached;
        let node = self.add(content, span)?;
        self.open.push(Open { node, next, anchor, reached, height: 1, merges: false });
        Ok(())
    }

    fn set_content(&mut self, id: Id, content: Content) {
        let end = self.content_end;
        if let Some(node) = self.document.nodes.get_mut(id as usize) {
            *node = Raw { start: node.start, end: end.max(node.start), content };
        }
    }

    /// The innermost open node holds at least so many levels.
    fn raise(&mut self, height: usize) {
        if let Some(open) = self.open.last_mut() {
            open.height = open.height.max(height);
        }
    }

    fn remember(&mut self, id: usize, anchor: Anchor) {
        if let Some(at) = id.checked_sub(1) {
            self.anchors.resize(self.anchors.len().max(id), None);
            self.anchors.get_mut(at).into_iter().for_each(|slot| *slot = Some(anchor));
        }
    }

    fn next_id(&self) -> Id {
        offset(self.document.nodes.len())
    }
}

/// A place in a text that is known to be shorter than 4 GB.
pub(super) fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
