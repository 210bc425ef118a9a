//! The overview of a split topology: applications (or whole namespaces) as boxes, ways in, and who calls whom.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::budget::may_fit;
use super::chart::{App, Arrow, BoxId, Chart, ChartBox, Line, Look, at_most};
use super::labels::title;
use super::layout::{Layout, lay_out};
use super::marks::together;
use super::merge::{largest_that_fits, with_lonely_joined};
use super::numbers;
use super::paper::{Paper, Split};
use super::shorter::ever_shorter;
use crate::view::findings::Numbers;
use crate::view::mermaid::short;

/// A label that is no longer than this stays on one line, in bytes.
const NARROW: usize = 12;
/// The most lines on an arrow of an overview.
const LABEL_LINES: usize = 2;

/// An overview of applications, or where these are too many, of namespaces; none where there is only one.
pub(super) fn overview(chart: &Chart, paper: Paper, split: Split) -> (Unit, Option<Layout>) {
    let has_several = namespaces(chart).len() > 1;
    let units: &[Unit] = match split {
        Split::Auto | Split::Never if has_several => &[Unit::App, Unit::Namespace],
        Split::Namespace => &[Unit::Namespace],
        Split::Auto | Split::Never | Split::App => &[Unit::App],
    };
    let wholes = units.iter().map(|unit| match unit {
        Unit::App => (Unit::App, with_lonely_joined(&condensed(chart, Unit::App, None))),
        // Namespaces are few, and each has something in it.
        Unit::Namespace => (Unit::Namespace, condensed(chart, Unit::Namespace, None)),
    });
    best(&ever_shorter(wholes.collect()), paper)
}

/// An overview of the applications of one namespace; other namespaces are pale boxes.
pub(super) fn overview_of(chart: &Chart, namespace: &str, paper: Paper) -> Option<Layout> {
    let whole = with_lonely_joined(&condensed(chart, Unit::App, Some(namespace)));
    best(&ever_shorter(vec![(Unit::App, whole)]), paper).1
}

/// The first one that fits, else as much of the last one as does.
fn best(charts: &[(Unit, Chart)], paper: Paper) -> (Unit, Option<Layout>) {
    let unit = charts.first().map_or(Unit::App, |(unit, _)| *unit);
    let is_several = |(_, chart): &&(Unit, Chart)| chart.boxes.iter().filter(|drawn| is_unit(drawn)).count() > 1;
    let charts: Vec<&(Unit, Chart)> = charts.iter().filter(is_several).collect();
    let drawn = charts.iter().filter(|(_, chart)| may_fit(chart, paper));
    let mut drawn = drawn.map(|(unit, chart)| (*unit, lay_out(chart, paper)));
    let found = drawn.find(|(_, layout)| layout.fits(paper));
    let found = found.or_else(|| charts.last().map(|(unit, chart)| (*unit, largest_that_fits(chart, paper))));
    found.map_or((unit, None), |(unit, layout)| (unit, Some(layout)))
}

/// What is one box of an overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    App,
    Namespace,
}

/// The namespaces of the applications of a chart.
pub(super) fn namespaces(chart: &Chart) -> BTreeSet<&str> {
    chart.boxes.iter().filter_map(|drawn| drawn.app.as_ref()).map(|app| app.namespace.as_str()).collect()
}

/// Does a box of an overview stand for an application or a namespace?
pub(super) fn is_unit(drawn: &ChartBox) -> bool {
    drawn.app.is_some() && drawn.look != Look::Faint
}

/// What the id of a box is made of in an overview; none for what an overview leaves out. A router of no application belongs to its
/// namespace, where that has applications.
fn name(drawn: &ChartBox, unit: Unit, inside: Option<&str>, namespaces: &BTreeSet<&str>) -> Option<Vec<String>> {
    let of_router = drawn.name.get(1).filter(|name| drawn.look == Look::Router && namespaces.contains(name.as_str()));
    match (&drawn.app, drawn.look) {
        (None, _) if unit == Unit::Namespace && of_router.is_some() => {
            Some(["namespace".to_owned()].into_iter().chain(of_router.cloned()).collect())
        }
        (Some(app), _) if unit == Unit::Namespace || inside.is_some_and(|namespace| namespace != app.namespace) => {
            Some(vec!["namespace".to_owned(), app.namespace.clone()])
        }
        (Some(app), _) => Some(vec!["app".to_owned(), app.namespace.clone(), app.name.clone()]),
        (None, Look::Client | Look::Entry | Look::Router) => Some(drawn.name.clone()),
        (None, _) => None,
    }
}

/// The chart of units; `inside` of one namespace, others are one box each.
fn condensed(chart: &Chart, unit: Unit, inside: Option<&str>) -> Chart {
    let mut places: BTreeMap<Vec<String>, BoxId> = BTreeMap::new();
    let mut condensed = Chart::default();
    let mut at: Vec<Option<BoxId>> = Vec::with_capacity(chart.boxes.len());
    let namespaces = namespaces(chart);
    for drawn in &chart.boxes {
        at.push(name(drawn, unit, inside, &namespaces).map(|name| {
            *places.entry(name.clone()).or_insert_with(|| {
                condensed.boxes.push(unit_box(drawn, name));
                condensed.boxes.len() - 1
            })
        }));
    }
    if let Some(inside) = inside {
        let is_other = |drawn: &&mut ChartBox| drawn.app.as_ref().is_some_and(|app| app.namespace != inside);
        condensed.boxes.iter_mut().filter(is_other).for_each(|drawn| drawn.look = Look::Faint);
    }
    condensed.arrows = arrows(chart, &at, &condensed);
    count_things(chart, &at, &mut condensed);
    count_holes(chart, &at, &mut condensed);
    gather_numbers(chart, &at, &mut condensed);
    gather_marks(chart, &at, &mut condensed);
    if namespaces.len() == 1 || inside.is_some() {
        // The title names it; a frame around everything only takes room.
        condensed.boxes.iter_mut().for_each(|drawn| drawn.frames.clear());
    }
    condensed
}

fn unit_box(drawn: &ChartBox, name: Vec<String>) -> ChartBox {
    let app = match (&drawn.app, name.as_slice()) {
        (Some(app), _) => app.clone(),
        (None, [word, namespace]) if word == "namespace" => {
            App { namespace: namespace.clone(), name: namespace.clone(), is_group: false }
        }
        (None, _) => return drawn.clone(),
    };
    let is_namespace = name.len() == 2;
    let (lines, depth) = match is_namespace {
        false => (vec![short(&app.name).into_owned()], usize::MAX),
        true => (title("namespace", &app.namespace), 1),
    };
    let frames = drawn.frames.iter().filter(|frame| frame.name.first().is_none_or(|word| word != "app"));
    ChartBox {
        name,
        look: Look::Workload,
        lines,
        frames: frames.take(depth).cloned().collect(),
        app: Some(app),
        numbers: Numbers::new(),
        mark: drawn.mark,
        stands_for: 1,
        router: None,
    }
}

/// The arrows between units. Ways in keep their words; calls are counted.
fn arrows(chart: &Chart, at: &[Option<BoxId>], condensed: &Chart) -> Vec<Arrow> {
    let mut bundles: BTreeMap<(BoxId, BoxId), Arrow> = BTreeMap::new();
    for arrow in &chart.arrows {
        let (Some(Some(from)), Some(Some(to))) = (at.get(arrow.from), at.get(arrow.to)) else { continue };
        if from == to {
            continue;
        }
        let new = || Arrow {
            from: *from,
            to: *to,
            lines: Vec::new(),
            numbers: Numbers::new(),
            stands_for: 0,
            ways: Rc::default(),
            routes: None,
            ..arrow.clone()
        };
        let bundle = bundles.entry((*from, *to)).or_insert_with(new);
        bundle.line = bundle.line.min(arrow.line);
        bundle.mark = together([bundle.mark, arrow.mark]);
        bundle.stands_for += arrow.stands_for;
        Rc::make_mut(&mut bundle.ways).extend(arrow.ways.iter());
        let is_way_in = is_outside(&condensed.boxes[*from]);
        if is_way_in {
            bundle.numbers.extend(&arrow.numbers);
        }
        for line in arrow.lines.iter().filter(|_| is_way_in) {
            if !bundle.lines.contains(line) {
                bundle.lines.push(line.clone());
            }
        }
    }
    bundles.into_values().map(|arrow| counted(arrow, condensed)).collect()
}

/// Is it where requests come from?
pub(super) fn is_outside(drawn: &ChartBox) -> bool {
    matches!(drawn.look, Look::Client | Look::Entry)
}

/// An arrow that says how many it stands for: of ways in only where not each has a line of its own.
fn counted(arrow: Arrow, condensed: &Chart) -> Arrow {
    let is_router = |id: BoxId| condensed.boxes.get(id).is_some_and(|drawn| drawn.look == Look::Router);
    let is_told = match (arrow.ways.len(), arrow.lines.len()) {
        (0, 0) => arrow.stands_for <= 1,
        (0, _) => arrow.stands_for <= LABEL_LINES,
        (ways, lines) => ways <= lines,
    };
    // The routes of a router are told by the arrows that leave it.
    let count = (!is_told && !is_router(arrow.from) && !is_router(arrow.to)).then(|| how_many(&arrow));
    let lines = at_most(LABEL_LINES, arrow.lines).iter().flat_map(|line| broken(line)).collect::<Vec<_>>();
    Arrow { lines: lines.into_iter().chain(count).collect(), ..arrow }
}

/// How many ways in an arrow stands for; else how many calls.
fn how_many(arrow: &Arrow) -> String {
    match arrow.ways.len() {
        0 => count(arrow.stands_for, "call", "calls"),
        ways => count(ways, "way in", "ways in"),
    }
}

pub(super) fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a namespace has, and how many things are drawn as one.
fn count_things(chart: &Chart, at: &[Option<BoxId>], condensed: &mut Chart) {
    let mut counts: BTreeMap<BoxId, (usize, usize, usize)> = BTreeMap::new();
    for (drawn, place) in chart.boxes.iter().zip(at) {
        let Some(place) = place else { continue };
        let (workloads, services, alike) = counts.entry(*place).or_default();
        match drawn.look {
            Look::Workload | Look::Store => *workloads += drawn.stands_for,
            Look::Service => *services += drawn.stands_for,
            _ => {}
        }
        *alike = drawn.stands_for.max(*alike);
    }
    for (place, (workloads, services, alike)) in counts {
        let Some(drawn) = condensed.boxes.get_mut(place).filter(|drawn| is_unit(drawn)) else { continue };
        match drawn.name.len() {
            2 => {
                drawn.lines.push(count(workloads, "workload", "workloads"));
                drawn.lines.push(count(services, "Service", "Services"));
            }
            _ if alike > 1 => drawn.lines.push(format!("{alike} alike")),
            _ => {}
        }
    }
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
            drawn.lines.push(self::count(count, "missing target", "missing targets"));
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
