//! Readers that do without the parser read what it reads.

pub(in crate::yaml) mod hard;

use super::*;
use crate::yaml::tree::Content;

/// All that a document knows.
fn told(document: Option<Document<'_>>) -> Vec<String> {
    let Some(document) = document else { return Vec::new() };
    let node = |at: usize| {
        let node = &document.nodes[at];
        let content = match node.content {
            Content::Scalar { style, owned, start, end } => {
                format!("{style:?} {:?}", document.slice(owned, start, end))
            }
            other => format!("{other:?}"),
        };
        format!("{}..{} {content}", node.start, node.end)
    };
    let nodes = (0..document.nodes.len()).map(node);
    nodes.chain([format!("{:?} {:?}", document.listed, document.duplicates)]).collect()
}

/// Does this reader read a document? Then the parser must read the same.
pub(in crate::yaml) fn is_read_alike(
    read: fn(SourceId, &str, Range<usize>) -> Option<Tree<'_>>,
    text: &str,
    range: Range<usize>,
) -> bool {
    let source = SourceId(3);
    let Some(tree) = read(source, text, range.clone()) else { return false };
    match parse_any(source, text, range.clone()) {
        Ok(expected) => assert_eq!(told(tree.finish()), told(expected.finish()), "{:?}", &text[range]),
        Err(error) => panic!("{:?} is no YAML: {}", &text[range], error.message),
    }
    true
}
