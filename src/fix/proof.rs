//! Did an edit do what it promised, and no harm?

use std::collections::BTreeMap;

use super::Seen;
use crate::check::{Finding, Severity as Grade};
use crate::manifest::ObjectId;
use crate::problem::{Place, Problem, Severity};
use crate::source::SourceId;

/// What there is of a check about an object.
type Key<'s> = (&'static str, &'s ObjectId);

/// Are the fixed findings gone, and is no error there that was not? Places move with an edit, so what counts is how many
/// findings of a check an object has.
pub(super) fn holds<'s>(before: &'s Seen, after: &'s Seen, fixed: impl Iterator<Item = &'s Finding>) -> bool {
    let fixed = counts(fixed);
    let (were, are) = (counts(before.findings.iter()), counts(after.findings.iter()));
    let left = |key: &Key<'_>| were.get(key).copied().unwrap_or_default();
    let gone = fixed.iter().all(|(key, count)| are.get(key).copied().unwrap_or_default() + count <= left(key));
    gone && is_no_worse(&counts(errors(before)), &counts(errors(after)))
        && is_no_worse(&problems(before), &problems(after))
}

fn key(finding: &Finding) -> Key<'_> {
    (finding.id, &finding.object)
}

fn counts<'s>(findings: impl Iterator<Item = &'s Finding>) -> BTreeMap<Key<'s>, usize> {
    counted(findings.map(key))
}

fn errors(seen: &Seen) -> impl Iterator<Item = &Finding> {
    seen.findings.iter().filter(|finding| finding.severity == Grade::Error)
}

/// The errors in the input itself, by the source and what is said about it.
fn problems(seen: &Seen) -> BTreeMap<(Option<SourceId>, &str), usize> {
    let place = |problem: &Problem| match &problem.place {
        Place::Source(_) => None,
        Place::Span(span) => Some(span.source),
    };
    let errors = seen.problems.iter().filter(|problem| problem.severity == Severity::Error);
    counted(errors.map(|problem| (place(problem), problem.message.as_str())))
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn is_no_worse<K: Ord>(before: &BTreeMap<K, usize>, after: &BTreeMap<K, usize>) -> bool {
    after.iter().all(|(key, count)| before.get(key).is_some_and(|known| count <= known))
}
