//! The tree of one document: an arena in document order, so that the children of a node follow it.
//!
//! Nothing is copied that can be borrowed from the text. Aliases are followed and merge keys are applied on the way,
//! so whoever walks the tree sees plain mappings, sequences and scalars.

use std::collections::BTreeSet;

use crate::source::{SourceId, Span};

use super::scalar::{Scalar, resolve};

/// One document that holds something.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    /// The scalars that do not stand in the text as they are: escaped, folded, indented.
    pub(super) owned: String,
    /// The root is the first; the children of a node follow it.
    pub(super) nodes: Vec<Raw>,
    /// The entries of the mappings that have merge keys or repeated keys; [`Content::Mapping`] points here.
    pub(super) listed: Vec<Vec<(Id, Id)>>,
    /// Pairs of keys of one mapping with the same name.
    pub(super) duplicates: Vec<(Id, Id)>,
}

/// An index into the arena.
pub(super) type Id = u32;

/// A node of the arena.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) content: Content,
}

/// What a node of the arena holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content {
    /// Text: bytes of the source, or of [`Document::owned`].
    Scalar { style: Style, owned: bool, start: u32, end: u32 },
    /// Keys and values in turn, up to the node `until`; `listed` tells where the real entries are instead.
    Mapping { until: Id, listed: Option<std::num::NonZeroU32> },
    /// Items up to the node `until`.
    Sequence { until: Id },
    /// The same as the node `target`, which is no alias itself.
    Alias { target: Id },
    /// Null, in the place of everything up to the node `until`.
    LeftOut { until: Id },
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A scalar whose meaning depends on what it looks like.
    Plain,
    /// A string: in quotes, declared by a tag, or the key of a mapping.
    Quoted,
    /// A string in lines, after `|` or `>`.
    Block,
    /// Keys and values.
    Mapping,
    /// A list.
    Sequence,
}

/// A key that one mapping has twice: the later value counts (YAML-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DuplicateKey<'d> {
    /// The name of the key.
    pub(crate) name: &'d str,
    /// The key whose value is lost.
    pub(crate) first: Span,
    /// The key whose value counts, unless it is repeated again.
    pub(crate) second: Span,
}

impl Document<'_> {
    /// The outermost node.
    pub(crate) fn root(&self) -> Node<'_> {
        self.node(0)
    }

    /// The keys that are repeated within one mapping, in document order.
    pub(crate) fn duplicate_keys(&self) -> impl Iterator<Item = DuplicateKey<'_>> {
        self.duplicates.iter().map(|(first, second)| {
            let (first, second) = (self.node(*first), self.node(*second));
            DuplicateKey { name: first.text(), first: first.span(), second: second.span() }
        })
    }

    /// What aliases and merge keys repeat: a change there is a change in several places.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = Span> {
        self.nodes.iter().filter_map(|node| match node.content {
            Content::Alias { target } => Some(self.node(target).span()),
            Content::Scalar { .. } | Content::Mapping { .. } | Content::Sequence { .. } | Content::LeftOut { .. } => {
                None
            }
        })
    }

    /// Makes strings of the numbers and booleans that start at these places, as if they stood in quotes.
    pub(crate) fn quote(&mut self, starts: &BTreeSet<u32>) {
        for node in self.nodes.iter_mut().filter(|node| starts.contains(&node.start)) {
            if let Content::Scalar { style: style @ Style::Plain, .. } = &mut node.content {
                *style = Style::Quoted;
            }
        }
    }

    /// Makes null of the values at these places; a number in quotes loses the quotes only.
    pub(crate) fn leave_out(&mut self, places: &BTreeSet<Span>) {
        let is_place = |node: &Raw| places.contains(&Span { source: self.source, start: node.start, end: node.end });
        let left_out: Vec<Id> = (0..).zip(&self.nodes).filter(|(_, node)| is_place(node)).map(|(id, _)| id).collect();
        for id in left_out {
            let content = match self.nodes[id as usize].content {
                Content::Scalar { style: Style::Quoted, owned, start, end }
                    if is_number(self.slice(owned, start, end)) =>
                {
                    Content::Scalar { style: Style::Plain, owned, start, end }
                }
                _ => Content::LeftOut { until: self.after(id) },
            };
            self.nodes[id as usize].content = content;
        }
    }

    /// The text of a scalar.
    pub(super) fn slice(&self, owned: bool, start: u32, end: u32) -> &str {
        let text = if owned { &self.owned } else { self.text };
        text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// A handle for a node; of an alias, for what it stands for.
    pub(super) fn node(&self, id: Id) -> Node<'_> {
        match self.nodes[id as usize].content {
            Content::Alias { target } => Node { document: self, id: target },
            _ => Node { document: self, id },
        }
    }

    /// The node behind this one and everything in it.
    pub(super) fn after(&self, id: Id) -> Id {
        match self.nodes[id as usize].content {
            Content::Mapping { until, .. } | Content::Sequence { until } | Content::LeftOut { until } => until,
            Content::Scalar { .. } | Content::Alias { .. } => id + 1,
        }
    }
}

/// Digits only?
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A node of a [`Document`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'d> {
    document: &'d Document<'d>,
    pub(super) id: Id,
}

impl<'d> Node<'d> {
    fn raw(self) -> &'d Raw {
        &self.document.nodes[self.id as usize]
    }

    /// Where the node stands. A block mapping or list ends with its last value.
    pub(crate) fn span(self) -> Span {
        let Raw { start, end, .. } = *self.raw();
        Span { source: self.document.source, start, end }
    }

    /// How the node is written.
    pub(crate) fn style(self) -> Style {
        match self.raw().content {
            Content::Scalar { style, .. } => style,
            Content::LeftOut { .. } => Style::Plain,
            Content::Mapping { .. } => Style::Mapping,
            Content::Sequence { .. } | Content::Alias { .. } => Style::Sequence,
        }
    }

    /// Keys and values?
    pub(crate) fn is_mapping(self) -> bool {
        self.style() == Style::Mapping
    }

    /// A list?
    pub(crate) fn is_sequence(self) -> bool {
        self.style() == Style::Sequence
    }

    /// `~`, `null` or nothing?
    pub(crate) fn is_null(self) -> bool {
        // Most scalars are longer than every way to write it.
        self.style() == Style::Plain && self.text().len() <= "null".len() && resolve(self.text()) == Scalar::Null
    }

    /// The typed value of a scalar.
    pub(crate) fn scalar(self) -> Option<Scalar<'d>> {
        match self.style() {
            Style::Plain => Some(resolve(self.text())),
            Style::Quoted | Style::Block => Some(Scalar::Str(self.text())),
            Style::Mapping | Style::Sequence => None,
        }
    }

    /// The text of a string; `None` for numbers, booleans and null, which a string field may not hold (YAML-03).
    pub(crate) fn as_str(self) -> Option<&'d str> {
        match self.scalar() {
            Some(Scalar::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// The characters of a scalar, whatever they mean; nothing for mappings and lists.
    pub(crate) fn text(self) -> &'d str {
        match self.raw().content {
            Content::Scalar { owned, start, end, .. } => self.document.slice(owned, start, end),
            Content::Mapping { .. } | Content::Sequence { .. } | Content::Alias { .. } | Content::LeftOut { .. } => "",
        }
    }

    /// The value of a key.
    pub(crate) fn get(self, key: &str) -> Option<Node<'d>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    pub(crate) fn entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        self.entries().find(|(name, _)| name.says(key))
    }

    /// Is it a scalar of these characters? Mostly the lengths alone say no.
    pub(super) fn says(self, text: &str) -> bool {
        match self.raw().content {
            Content::Scalar { owned, start, end, .. } => {
                (end - start) as usize == text.len() && self.document.slice(owned, start, end) == text
            }
            Content::Mapping { .. } | Content::Sequence { .. } | Content::Alias { .. } | Content::LeftOut { .. } => {
                false
            }
        }
    }

    /// The item of a list.
    #[cfg(test)]
    pub(crate) fn item(self, index: usize) -> Option<Node<'d>> {
        self.items().nth(index)
    }

    /// The node a path leads to: keys, and positions in lists, with dots between: `spec.ports.0.port`.
    ///
    /// A key with a dot in it is no part of a path; use [`Node::get`].
    #[cfg(test)]
    pub(crate) fn at(self, path: &str) -> Option<Node<'d>> {
        path.split('.').try_fold(self, |node, step| match node.raw().content {
            Content::Sequence { .. } => node.item(step.parse().ok()?),
            _ => node.get(step),
        })
    }

    /// The items of a list, in order; nothing for what is no list.
    pub(crate) fn items(self) -> Items<'d> {
        let until = match self.raw().content {
            Content::Sequence { until } => until,
            _ => self.id + 1,
        };
        Items { document: self.document, next: self.id + 1, until }
    }

    /// The keys and values of a mapping as kubectl sees it: merged, every name once; nothing for what is no mapping.
    ///
    /// A key is always text: `8080:` and `on:` are the keys `8080` and `true`.
    pub(crate) fn entries(self) -> Entries<'d> {
        let document = self.document;
        let items = |until| Items { document, next: self.id + 1, until };
        match self.raw().content {
            Content::Mapping { until, listed: None } => Entries::Children(items(until)),
            Content::Mapping { listed: Some(listed), .. } => {
                Entries::Listed(document, document.listed[listed.get() as usize - 1].iter())
            }
            _ => Entries::Children(items(self.id + 1)),
        }
    }
}

/// Iterates over the items of a list. See [`Node::items`].
#[derive(Debug, Clone)]
pub(crate) struct Items<'d> {
    document: &'d Document<'d>,
    next: Id,
    until: Id,
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        if self.next >= self.until {
            return None;
        }
        let id = self.next;
        self.next = self.document.after(id);
        Some(self.document.node(id))
    }
}

/// Iterates over the entries of a mapping. See [`Node::entries`].
#[derive(Debug, Clone)]
pub(crate) enum Entries<'d> {
    /// They follow the mapping in the arena, keys and values in turn.
    Children(Items<'d>),
    /// They are in a list.
    Listed(&'d Document<'d>, std::slice::Iter<'d, (Id, Id)>),
}

impl<'d> Iterator for Entries<'d> {
    type Item = (Node<'d>, Node<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Entries::Children(children) => {
                // A key is always a scalar, and no alias: its value is the next node.
                let Items { document, next: id, until } = *children;
                (id < until).then(|| {
                    children.next = document.after(id + 1);
                    (Node { document, id }, document.node(id + 1))
                })
            }
            Entries::Listed(document, entries) => {
                let (key, value) = entries.next()?;
                Some((document.node(*key), document.node(*value)))
            }
        }
    }
}
