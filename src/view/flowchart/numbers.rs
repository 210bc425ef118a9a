//! Findings on boxes: a finding that no arrow shows is told by the box of its object.

use std::collections::BTreeMap;

use super::chart::{BoxId, Chart, ChartBox};
use crate::graph::{Owner, PortGraph};
use crate::manifest::ObjectId;
use crate::view::findings::{Numbered, Numbers, all_circled, circled};

/// So many findings are named in a box that stands for many things.
const FEW: usize = 4;

/// Puts the numbers of findings that no arrow shows on boxes; `place` has the box of an owner, where it is drawn.
pub(super) fn put_on_boxes(
    graph: &PortGraph,
    chart: &mut Chart,
    findings: &[Numbered<'_>],
    place: impl Fn(Owner) -> Option<BoxId>,
) {
    let shown = chart.numbers();
    let unseen: Vec<&Numbered<'_>> = findings.iter().filter(|one| !shown.contains(&one.number)).collect();
    if unseen.is_empty() {
        return;
    }
    let owners = graph.owners().filter_map(|owner| Some((graph.object(owner)?, owner)));
    let owners: BTreeMap<&ObjectId, Owner> = owners.collect();
    for Numbered { number, finding } in unseen {
        let at = owners.get(&finding.object).and_then(|owner| place(*owner));
        if let Some(drawn) = at.and_then(|at| chart.boxes.get_mut(at)) {
            drawn.numbers.insert(*number);
        }
    }
    for drawn in chart.boxes.iter_mut().filter(|drawn| !drawn.numbers.is_empty()) {
        let numbers = all_circled(&drawn.numbers);
        if let Some(first) = drawn.lines.first_mut() {
            *first = format!("{first} {numbers}");
        }
    }
}

/// Takes the numbers off a box.
pub(super) fn take_off(drawn: &mut ChartBox) {
    let numbers = all_circled(&std::mem::take(&mut drawn.numbers));
    if let Some(first) = drawn.lines.first_mut() {
        *first = first.trim_end_matches(&numbers).trim_end().to_owned();
    }
}

/// A line without the numbers in front of it; they are some of these.
pub(super) fn without<'l>(line: &'l str, numbers: &Numbers) -> &'l str {
    let mut rest = line;
    while let Some((first, after)) = rest.split_once(' ').or((!rest.is_empty()).then_some((rest, ""))) {
        if !numbers.iter().any(|number| circled(*number) == first) {
            break;
        }
        rest = after;
    }
    rest
}

/// The line of a box that stands for several things with findings.
pub(super) fn line(numbers: &Numbers) -> Option<String> {
    match numbers.len() {
        0 => None,
        1..=FEW => Some(all_circled(numbers)),
        many => Some(format!("{many} findings")),
    }
}
