//! JSON, made on all processors and written piece by piece: there are more bytes of it than of anything else, and all of them at once
//! would take more memory than the graph.

use std::io;
use std::ops::Range;

use serde::Serialize as _;
use serde_json::Serializer;

use super::SCHEMA;
use super::document::{Document, List, Part};
use super::pretty::Indented;
use crate::share;

/// How many things' entries make a piece.
const PIECE: u32 = 128;
/// How many bytes those take, mostly.
const BYTES: usize = 64 << 10;

/// Writes the document.
///
/// # Errors
/// The writer fails; nothing else can.
pub(super) fn write(document: &Document<'_>, out: &mut impl io::Write) -> io::Result<()> {
    write_in_pieces(document, PIECE, out)
}

fn write_in_pieces(document: &Document<'_>, piece: u32, out: &mut impl io::Write) -> io::Result<()> {
    write!(out, "{{\n  \"schema\": \"{SCHEMA}\"")?;
    for list in document.lists() {
        write_list(document, list, piece, out)?;
    }
    out.write_all(b"\n}\n")
}

fn write_list(document: &Document<'_>, list: List, piece: u32, out: &mut impl io::Write) -> io::Result<()> {
    write!(out, ",\n  \"{}\": [", list.key())?;
    let pieces = share::ranges(document.len(list), piece);
    let make = |some: &Range<u32>| print(&Part { document, list, some: some.clone() });
    let mut is_empty = true;
    share::in_order(&pieces, make, |part: io::Result<Vec<u8>>| {
        let part = part?;
        let entries = entries(&part);
        if !entries.is_empty() && !is_empty {
            out.write_all(b",")?;
        }
        is_empty &= entries.is_empty();
        out.write_all(entries)
    })?;
    out.write_all(if is_empty { b"]" } else { b"\n  ]" })
}

/// A part of a list, as a list of its own.
fn print(part: &Part<'_>) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(BYTES);
    part.serialize(&mut Serializer::with_formatter(&mut text, Indented::inside(1)))?;
    Ok(text)
}

/// What is in a printed list: the entries and the commas between them, each on a line of its own.
fn entries(list: &[u8]) -> &[u8] {
    list.strip_prefix(b"[").and_then(|list| list.strip_suffix(b"]")).unwrap_or(list).trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{self, check};
    use crate::graph::PortGraph;
    use crate::manifest;
    use crate::source::{Source, Sources};

    const EVERYTHING: &str = include_str!("tests/everything.yaml");

    #[test]
    fn pieces_of_any_size_make_what_serde_json_makes_of_the_whole() {
        for text in ["", EVERYTHING] {
            let source = Source { name: "all.yaml".to_owned(), text: text.into(), explicit: true };
            let sources = Sources::new(vec![source]);
            let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
            let findings = check(&graph, &sources, &check::Options::default()).findings;
            let document = Document::new(&graph, &sources, &findings);
            let whole = serde_json::to_string_pretty(&document).unwrap() + "\n";
            for piece in [1, 2, 5, PIECE] {
                let mut text = Vec::new();
                write_in_pieces(&document, piece, &mut text).unwrap();
                assert_eq!(String::from_utf8(text).unwrap(), whole, "in pieces of {piece}");
            }
        }
    }
}
