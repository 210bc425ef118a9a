//! Shorter overviews: what is left out where an overview does not fit, the least telling first.

use std::collections::BTreeMap;

use super::chart::{BoxId, Chart, ChartBox};
use super::labels::title;
use super::merge::with_twins_joined;
use super::overview::{Unit, count, is_outside, is_unit};
use crate::view::ways::Ways;

/// The lines about what a namespace has.
const COUNTS: usize = 2;

/// Charts, and shorter ones, each of which says less. What clients lead to is told in words only where nothing else helps.
pub(super) fn ever_shorter(wholes: Vec<(Unit, Chart)>) -> Vec<(Unit, Chart)> {
    let told: Vec<(Unit, Chart)> = wholes.iter().map(|(unit, chart)| (*unit, with_ways_told(chart))).collect();
    let mut charts = Vec::new();
    for (unit, chart) in wholes.into_iter().chain(told) {
        let twins = with_twins_joined(&chart);
        charts.extend([(unit, chart), (unit, twins)]);
    }
    let barest = charts.last().map(|(unit, chart)| (*unit, without_counts(chart)));
    charts.into_iter().chain(barest).collect()
}

/// Namespaces without what they have; the names of all say more than the counts of some.
fn without_counts(chart: &Chart) -> Chart {
    let mut bare = chart.clone();
    let is_namespace = |drawn: &&mut ChartBox| is_unit(drawn) && drawn.name.len() == 2;
    for drawn in bare.boxes.iter_mut().filter(is_namespace) {
        let counts = drawn.app.as_ref().map_or(0, |app| title("namespace", &app.namespace).len());
        drawn.lines.drain(counts.min(drawn.lines.len())..(counts + COUNTS).min(drawn.lines.len()));
    }
    bare
}

/// The ways in are told in boxes instead of drawn: where everything has some, clients in front of everything say nothing.
fn with_ways_told(chart: &Chart) -> Chart {
    let mut told = chart.clone();
    let outside = |id: BoxId| chart.boxes.get(id).filter(|drawn| is_outside(drawn));
    let mut ways: BTreeMap<BoxId, Ways> = BTreeMap::new();
    for arrow in chart.arrows.iter().filter(|arrow| outside(arrow.to).is_none()) {
        match outside(arrow.from) {
            Some(_) if !arrow.ways.is_empty() => ways.entry(arrow.to).or_default().extend(arrow.ways.iter()),
            Some(caller) => {
                let calls = format!("{} of {}", count(arrow.stands_for, "call", "calls"), caller.lines.concat());
                told.boxes[arrow.to].lines.push(calls);
            }
            None => {}
        }
    }
    for (id, ways) in ways {
        told.boxes[id].lines.push(count(ways.len(), "way in", "ways in"));
    }
    let keep = (0..chart.boxes.len()).filter(|id| outside(*id).is_none()).collect();
    told.part(&keep, &chart.arrows)
}
