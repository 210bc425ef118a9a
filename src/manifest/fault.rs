//! Faults: those of the problems that one object is to blame for, so that checks can tell them as findings.

use std::sync::Arc;

use super::{Fault, Header};
use crate::problem::{Place, Problem, Sort};
use crate::source::Span;

/// The problems that stand in an object, in the order of their places. Those of an object that was given up are told as the input's:
/// no check could tell them.
pub(super) fn faults(headers: &[Arc<Header>], problems: &mut [Problem]) -> Vec<Fault> {
    let mut at_fault: Vec<&mut Problem> = problems.iter_mut().filter(|problem| problem.sort != Sort::Input).collect();
    if at_fault.is_empty() {
        return Vec::new();
    }
    let mut headers: Vec<&Header> = headers.iter().map(Arc::as_ref).collect();
    headers.sort_by_key(|header| header.whole);
    let mut faults = Vec::new();
    for problem in &mut at_fault {
        match fault(problem, &headers) {
            Some(fault) => faults.push(fault),
            None => problem.sort = Sort::Input,
        }
    }
    faults.sort_by(|a, b| a.problem.cmp(&b.problem));
    faults.dedup_by(|a, b| a.problem == b.problem);
    faults
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
