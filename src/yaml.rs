//! Reads YAML and JSON as `kubectl` does, and is the only room that knows the YAML parser.
//!
//! ```text
//! text ─► split ─► ranges ─► parse ─► Document (an arena; every node knows its bytes) ─► decode ─► typed values
//! ```
//!
//! - `split` finds the documents of a text; a broken document does not hide the others.
//! - `json` reads JSON, `block` what is in the most common style of YAML, line by line; all else is left to the parser.
//! - `parse` turns one document of any style into events of the parser, and `words` says what it finds wrong.
//! - `build` makes the tree (`tree`) for all three: `merge` applies merge keys and notes repeated keys; nesting and aliases are
//!   bounded, so that nobody who walks the tree later can be led astray or kept busy.
//! - `scalar` says what a plain scalar means under the YAML 1.1 rules of kubectl's decoder (`0120` is 80, `on` is true).
//! - `rewrite` writes one scalar in the place of another one.
//! - `decode` offers the tree to serde. An error knows the place, the path, and what to write instead.

mod block;
mod build;
mod decode;
mod fault;
mod json;
mod merge;
mod parse;
mod rewrite;
mod scalar;
mod split;
#[cfg(test)]
mod tests;
mod tree;
#[cfg(test)]
mod twin;
mod words;

pub(crate) use decode::{DecodeError, decode};
pub(crate) use parse::parse;
pub(crate) use rewrite::{Value, remedied, rewritten};
#[cfg(test)]
pub(crate) use scalar::Scalar;
pub(crate) use split::{each_document, split};
#[cfg(test)]
pub(crate) use tree::Style;
pub(crate) use tree::{Document, DuplicateKey, Node};

use crate::source::Span;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Where reading stopped.
    pub(crate) span: Span,
    /// What is wrong, in one sentence.
    pub(crate) message: String,
    /// What to write instead, where that can be said.
    pub(crate) help: Option<String>,
}
