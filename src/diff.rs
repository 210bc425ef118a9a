//! Differences: two graphs become one with marks ([`Marked`]), a list of [`Change`]s, and what they do to exposure and findings.
//!
//! A port is the same in both where its object and its name are, else its number, else where it is the only one of its kind
//! ([`pair`]); so a new number is a change, and neither files nor the order of documents play a part. Comparing `b` with `a` says the
//! same as comparing `a` with `b`, with additions and removals the other way round.

mod call;
mod change;
mod exposed;
mod findings;
mod mark;
mod pair;
mod summary;
#[cfg(test)]
mod tests;
mod value;

use crate::check::Finding;
use crate::graph::PortGraph;

pub use change::{Attribute, Change, Field, Subject};
pub use exposed::ExposureChange;
pub use mark::{Mark, Marked};
pub use summary::{Count, Summary};
pub use value::{End, Value};

/// What differs between two graphs.
#[derive(Debug, Clone)]
pub struct Diff<'f> {
    /// What either of them has, with marks.
    pub marked: Marked,
    /// Every port, call and Service that differs, in the order of objects.
    pub changes: Vec<Change>,
    /// Every port that can be reached from elsewhere than before, those that are newly open to more than the cluster first.
    pub exposures: Vec<ExposureChange>,
    /// Findings that the second graph has and the first one has not.
    pub new: Vec<&'f Finding>,
    /// Findings that only the first graph has.
    pub fixed: Vec<&'f Finding>,
}

/// One of the two graphs.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// The graph.
    pub graph: &'s PortGraph,
    /// The findings about it.
    pub findings: &'s [Finding],
}

/// Compares two graphs: what was, and what is now.
#[must_use]
pub fn diff<'f>(base: Side<'f>, head: Side<'f>) -> Diff<'f> {
    let pairs = pair::pairs(base.graph, head.graph);
    let union = base.graph.union(head.graph, &pairs);
    let compared = change::Compared::new(base.graph, head.graph, &union);
    let mut changes = change::changes(&compared);
    changes.extend(call::changes(&union));
    changes.sort_by_key(|change| (change.owner, change.subject, change.port));
    let exposures = exposed::exposures(&compared);
    let marked = Marked::new(union.clone(), base.graph, head.graph, &changes);
    let (new, fixed) = findings::compare(base.findings, head.findings);
    Diff { marked, changes, exposures, new, fixed }
}

impl Diff<'_> {
    /// Is there nothing to tell?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { marked: _, changes, exposures, new, fixed } = self;
        changes.is_empty() && exposures.is_empty() && new.is_empty() && fixed.is_empty()
    }

    /// How much of what differs.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }
}
