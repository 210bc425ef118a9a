//! The drawing of a difference: what changed with its marks, and what stands around it.

use std::collections::BTreeSet;

use super::marks::Marks;
use super::{Diagram, Options, diagram, fold, sheets, topic};
use crate::diff::Marked;
use crate::graph::Owner;

/// The diagrams of what changed and what stands around it, with the marks; none where nothing that is drawn changed.
///
/// # Errors
/// A template fails.
pub(crate) fn marked(marked: &Marked) -> anyhow::Result<Vec<Diagram<'static>>> {
    let options = Options::default();
    let concerned = marked.concerned();
    let drawn = |owners: &BTreeSet<Owner>| {
        let part = marked.narrowed(owners);
        let chart = fold::fold(&part.graph, options.group_by, &[], Marks(Some(&part)));
        sheets(&chart, format!("Changes: {}", topic::topic(&part.graph, &options)), &options)
    };
    let around = drawn(&marked.graph.touching(&concerned));
    // What stands around is context: where it takes more room than there is, it is left out.
    let sheets = if around.len() > 1 { drawn(&concerned) } else { around };
    sheets.iter().map(|sheet| diagram(sheet, &[])).collect()
}
