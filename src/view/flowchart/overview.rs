//! The overview of a split topology: applications (or whole namespaces) as boxes, ways in, and who calls whom.

use std::collections::{BTreeMap, BTreeSet};

use super::chart::{Arrow, BoxId, Chart, ChartBox, Line, Look, at_most};
use super::layout::{Layout, lay_out};
use super::marks::together;
use super::merge::{largest_that_fits, with_lonely_joined, with_twins_joined};
use super::{Direction, numbers};
use crate::view::findings::Numbers;
use crate::view::mermaid::short;

/// A label that is no longer than this stays on one line, in bytes.
const NARROW: usize = 12;
/// The most lines on an arrow of an overview.
const LABEL_LINES: usize = 2;

/// An overview; none where a chart has only one application.
pub(super) fn overview(chart: &Chart, direction: Direction) -> Option<Layout> {
    let apps = with_lonely_joined(&condensed(chart, Unit::App));
    if apps.boxes.iter().filter(|drawn| drawn.app.is_some()).count() < 2 {
        return None;
    }
    let namespaces = condensed(chart, Unit::Namespace);
    let has_several = namespaces.boxes.iter().filter(|drawn| drawn.app.is_some()).count() > 1;
    let coarse = has_several.then_some(&namespaces);
    let twins = [Some(&apps), coarse].into_iter().flatten().map(with_twins_joined).collect::<Vec<_>>();
    let charts = [Some(&apps), twins.first(), coarse, twins.get(1)];
    let found = charts.into_iter().flatten().map(|chart| lay_out(chart, direction)).find(Layout::fits);
    found.or_else(|| twins.last().map(|chart| largest_that_fits(chart, direction)))
}

/// What is one box of an overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    App,
    Namespace,
}

/// What the id of a box is made of in an overview; none for what an overview leaves out.
fn name(drawn: &ChartBox, unit: Unit) -> Option<Vec<String>> {
    match (&drawn.app, drawn.look) {
        (Some(app), _) if unit == Unit::Namespace => Some(vec!["namespace".to_owned(), app.namespace.clone()]),
        (Some(app), _) => Some(vec!["app".to_owned(), app.namespace.clone(), app.name.clone()]),
        (None, Look::Client | Look::Entry | Look::Router) => Some(drawn.name.clone()),
        (None, _) => None,
    }
}

fn condensed(chart: &Chart, unit: Unit) -> Chart {
    let mut places: BTreeMap<Vec<String>, BoxId> = BTreeMap::new();
    let mut condensed = Chart::default();
    let mut at: Vec<Option<BoxId>> = Vec::with_capacity(chart.boxes.len());
    for drawn in &chart.boxes {
        at.push(name(drawn, unit).map(|name| {
            *places.entry(name.clone()).or_insert_with(|| {
                condensed.boxes.push(unit_box(drawn, name, unit));
                condensed.boxes.len() - 1
            })
        }));
    }
    condensed.arrows = arrows(chart, &at, &condensed);
    count_holes(chart, &at, &mut condensed);
    gather_numbers(chart, &at, &mut condensed);
    gather_marks(chart, &at, &mut condensed);
    let namespaces: BTreeSet<&String> =
        condensed.boxes.iter().filter_map(|drawn| drawn.app.as_ref()).map(|app| &app.namespace).collect();
    if namespaces.len() == 1 {
        // The title names it; a frame around everything only takes room.
        condensed.boxes.iter_mut().for_each(|drawn| drawn.frames.clear());
    }
    condensed
}

fn unit_box(drawn: &ChartBox, name: Vec<String>, unit: Unit) -> ChartBox {
    let Some(app) = &drawn.app else { return drawn.clone() };
    let (lines, depth) = match unit {
        Unit::App => (vec![short(&app.name).into_owned()], usize::MAX),
        Unit::Namespace => (vec!["namespace".to_owned(), short(&app.namespace).into_owned()], 1),
    };
    let frames = drawn.frames.iter().filter(|frame| frame.name.first().is_none_or(|word| word != "app"));
    ChartBox {
        name,
        look: Look::Workload,
        lines,
        frames: frames.take(depth).cloned().collect(),
        app: Some(app.clone()),
        numbers: Numbers::new(),
        mark: drawn.mark,
    }
}

/// The arrows between units. Ways in keep their words; calls have none, because there are too many of them.
fn arrows(chart: &Chart, at: &[Option<BoxId>], condensed: &Chart) -> Vec<Arrow> {
    let mut bundles: BTreeMap<(BoxId, BoxId), Arrow> = BTreeMap::new();
    for arrow in &chart.arrows {
        let (Some(Some(from)), Some(Some(to))) = (at.get(arrow.from), at.get(arrow.to)) else { continue };
        if from == to {
            continue;
        }
        let new = || Arrow { from: *from, to: *to, lines: Vec::new(), numbers: Numbers::new(), ..arrow.clone() };
        let bundle = bundles.entry((*from, *to)).or_insert_with(new);
        bundle.line = bundle.line.min(arrow.line);
        bundle.mark = together([bundle.mark, arrow.mark]);
        let is_way_in = matches!(condensed.boxes[*from].look, Look::Client | Look::Entry);
        if is_way_in {
            bundle.numbers.extend(&arrow.numbers);
        }
        for line in arrow.lines.iter().filter(|_| is_way_in) {
            if !bundle.lines.contains(line) {
                bundle.lines.push(line.clone());
            }
        }
    }
    let shortened = |arrow: Arrow| {
        let lines = at_most(LABEL_LINES, arrow.lines).iter().flat_map(|line| broken(line)).collect();
        Arrow { lines, ..arrow }
    };
    bundles.into_values().map(shortened).collect()
}

/// An overview has no room for holes, but says where they are.
fn count_holes(chart: &Chart, at: &[Option<BoxId>], condensed: &mut Chart) {
    let mut counts: BTreeMap<BoxId, usize> = BTreeMap::new();
    for arrow in chart.arrows.iter().filter(|arrow| arrow.line == Line::Broken) {
        if let Some(Some(place)) = at.get(arrow.from) {
            *counts.entry(*place).or_default() += 1;
        }
    }
    for (place, count) in counts {
        if let Some(drawn) = condensed.boxes.get_mut(place) {
            drawn.lines.push(format!("{count} missing {}", if count == 1 { "target" } else { "targets" }));
        }
    }
}

/// The findings of what a box stands for, and of the hops that leave it. Those of ways in stand on their arrows.
fn gather_numbers(chart: &Chart, at: &[Option<BoxId>], condensed: &mut Chart) {
    let of_boxes = chart.boxes.iter().enumerate().map(|(id, drawn)| (id, &drawn.numbers));
    for (id, numbers) in of_boxes.chain(chart.arrows.iter().map(|arrow| (arrow.from, &arrow.numbers))) {
        let unit = at.get(id).copied().flatten().and_then(|place| condensed.boxes.get_mut(place));
        if let Some(drawn) = unit.filter(|drawn| drawn.app.is_some()) {
            drawn.numbers.extend(numbers);
        }
    }
    for drawn in condensed.boxes.iter_mut().filter(|drawn| drawn.app.is_some()) {
        drawn.lines.extend(numbers::line(&drawn.numbers));
    }
}

/// What became of everything that a box stands for.
fn gather_marks(chart: &Chart, at: &[Option<BoxId>], condensed: &mut Chart) {
    for (drawn, place) in chart.boxes.iter().zip(at) {
        if let Some(unit) = place.and_then(|place| condensed.boxes.get_mut(place)) {
            unit.mark = together([unit.mark, drawn.mark]);
        }
    }
}

/// A label on two narrow lines: an overview has many ranks.
fn broken(line: &str) -> Vec<String> {
    match line.rsplit_once(' ') {
        Some((field, number)) if line.len() > NARROW => vec![field.to_owned(), number.to_owned()],
        _ => vec![line.to_owned()],
    }
}
