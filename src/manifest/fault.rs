//! Faults: those of the problems that one object is to blame for, so that checks can tell them as findings.

use super::{Fault, Header};
use crate::problem::{Place, Problem, Sort};
use crate::source::Span;

/// The problems that stand in an object, in the order of their places.
pub(super) fn faults(headers: &[Header], problems: &[Problem]) -> Vec<Fault> {
    let mut at_fault: Vec<&Problem> = problems.iter().filter(|problem| problem.sort != Sort::Input).collect();
    if at_fault.is_empty() {
        return Vec::new();
    }
    at_fault.sort();
    at_fault.dedup();
    let mut headers: Vec<&Header> = headers.iter().collect();
    headers.sort_by_key(|header| header.whole);
    at_fault.into_iter().filter_map(|problem| fault(problem, &headers)).collect()
}

fn fault(problem: &Problem, headers: &[&Header]) -> Option<Fault> {
    let Place::Span(at) = problem.place else { return None };
    let starts_before = |header: &&Header| (header.whole.source, header.whole.start) <= (at.source, at.start);
    let header = headers[..headers.partition_point(starts_before)].last()?;
    contains(header.whole, at).then(|| Fault { object: header.id.clone(), problem: problem.clone() })
}

fn contains(whole: Span, at: Span) -> bool {
    whole.source == at.source && at.start < whole.end.max(whole.start + 1)
}
