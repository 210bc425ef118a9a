//! Splitting: a topology too large for one readable diagram becomes several.
//!
//! One diagram per application, with everything that leads into it, and pale boxes for what it calls or is called by
//! elsewhere. An application that is still too large is split at its Services; many small ones share a diagram.
//! Whatever no application shows (a hole behind a router of several, say) comes last, so that nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::Direction;
use super::chart::{App, Arrow, BoxId, Chart, ChartBox, Line, Look};
use super::layout::{Layout, lay_out};

/// From so many applications on, small ones share a diagram.
const MANY_APPS: usize = 12;
/// The most pale boxes of one kind before they are summed up.
const FEW_FAINT: usize = 3;
/// The most names in the title of a shared diagram.
const TITLE_NAMES: usize = 4;

/// One of several diagrams.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) layout: Layout,
}

/// What a sheet is about, before it is drawn.
#[derive(Debug, Clone)]
struct Part {
    apps: Vec<App>,
    own: BTreeSet<BoxId>,
    /// Which of how many, where an application has several.
    number: Option<(usize, usize)>,
}

/// The sheets of a chart, in the order of their applications.
pub(super) fn sheets(chart: &Chart, direction: Direction) -> Vec<Sheet> {
    let mut by_app: BTreeMap<&App, BTreeSet<BoxId>> = BTreeMap::new();
    for (id, drawn) in chart.boxes.iter().enumerate() {
        if let Some(app) = &drawn.app {
            by_app.entry(app).or_default().insert(id);
        }
    }
    let several_namespaces =
        by_app.keys().any(|app| Some(&app.namespace) != by_app.keys().next().map(|app| &app.namespace));
    let mut parts: Vec<Part> = by_app.iter().flat_map(|(app, own)| parts_of(chart, app, own, direction)).collect();
    if parts.len() > MANY_APPS {
        parts = shared(chart, parts, direction);
    }
    let mut sheets: Vec<Sheet> = parts
        .iter()
        .map(|part| Sheet { title: title(part, several_namespaces), layout: fitting(chart, &part.own, direction) })
        .collect();
    sheets.extend(rest(chart, &parts, direction));
    sheets
}

/// An application as one part, or as several where one does not fit.
fn parts_of(chart: &Chart, app: &App, own: &BTreeSet<BoxId>, direction: Direction) -> Vec<Part> {
    let packed = if fitting(chart, own, direction).fits() {
        vec![own.clone()]
    } else {
        pack(chart, atoms(chart, own), direction)
    };
    let count = packed.len();
    let number = |at: usize| (count > 1).then_some((at + 1, count));
    packed.into_iter().enumerate().map(|(at, own)| Part { apps: vec![app.clone()], own, number: number(at) }).collect()
}

/// The smallest sets of boxes that are drawn together: a Service with the workloads behind it and the router in front.
fn atoms(chart: &Chart, own: &BTreeSet<BoxId>) -> Vec<BTreeSet<BoxId>> {
    let is = |id: BoxId, look: Look| chart.boxes.get(id).is_some_and(|drawn| drawn.look == look);
    let mut left = own.clone();
    let mut atoms = Vec::new();
    for service in own.iter().copied().filter(|id| is(*id, Look::Service)) {
        let targets = chart.arrows.iter().filter(|arrow| arrow.from == service).map(|arrow| arrow.to);
        let routers = chart.arrows.iter().filter(|arrow| arrow.to == service && is(arrow.from, Look::Router));
        let around = targets.chain(routers.map(|arrow| arrow.from)).chain([service]);
        atoms.push(around.filter(|id| left.remove(id)).collect());
    }
    atoms.extend(left.into_iter().map(|id| BTreeSet::from([id])));
    atoms
}

/// Puts atoms together, in their order, as long as they fit.
fn pack(chart: &Chart, atoms: Vec<BTreeSet<BoxId>>, direction: Direction) -> Vec<BTreeSet<BoxId>> {
    let mut packed: Vec<BTreeSet<BoxId>> = Vec::new();
    for atom in atoms {
        let joined = packed.last().map(|last| last.union(&atom).copied().collect::<BTreeSet<_>>());
        match (joined.filter(|joined| fitting(chart, joined, direction).fits()), packed.last_mut()) {
            (Some(joined), Some(last)) => *last = joined,
            _ => packed.push(atom),
        }
    }
    packed
}

/// Neighbours of one namespace share a part as long as they fit without any summing up.
fn shared(chart: &Chart, parts: Vec<Part>, direction: Direction) -> Vec<Part> {
    let mut shared: Vec<Part> = Vec::new();
    for part in parts {
        let namespace = |part: &Part| part.apps.first().map(|app| app.namespace.clone());
        let last = shared
            .last_mut()
            .filter(|last| last.number.is_none() && part.number.is_none() && namespace(last) == namespace(&part));
        let joined = last.as_ref().map(|last| last.own.union(&part.own).copied().collect::<BTreeSet<_>>());
        match (last, joined.filter(|joined| lay_out(&cut(chart, joined), direction).fits())) {
            (Some(last), Some(joined)) => {
                last.own = joined;
                last.apps.extend(part.apps);
            }
            _ => shared.push(part),
        }
    }
    shared
}

fn title(part: &Part, several_namespaces: bool) -> String {
    let mut names: Vec<&str> = part.apps.iter().map(|app| app.name.as_str()).collect();
    let more = names.len().saturating_sub(TITLE_NAMES);
    names.truncate(TITLE_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let number = part.number.map(|(at, count)| format!(" ({at} of {count})")).unwrap_or_default();
    let namespace = part.apps.first().map(|app| app.namespace.as_str()).filter(|_| several_namespaces);
    let namespace = namespace.map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    format!("{}{more}{namespace}{number}", names.join(", "))
}

/// What none of the parts shows: arrows between things of no application, and boxes without arrows.
fn rest(chart: &Chart, parts: &[Part], direction: Direction) -> Vec<Sheet> {
    let is_told = |id: &BoxId| parts.iter().any(|part| part.own.contains(id));
    let untold = chart
        .arrows
        .iter()
        .filter(|arrow| !parts.iter().any(|part| is_drawn(chart, &part.own, &around(chart, &part.own), arrow)));
    let lonely = (0..chart.boxes.len()).filter(|id| !is_told(id) && chart.neighbours(*id).next().is_none());
    let left: BTreeSet<BoxId> = untold
        .map(|arrow| if chart.boxes[arrow.from].look == Look::Client { arrow.to } else { arrow.from })
        .chain(lonely)
        .collect();
    let packed = pack(chart, left.into_iter().map(|id| BTreeSet::from([id])).collect(), direction);
    let count = packed.len();
    let title = |at: usize| {
        if count > 1 { format!("Everything else ({} of {count})", at + 1) } else { "Everything else".to_owned() }
    };
    packed
        .iter()
        .enumerate()
        .map(|(at, own)| Sheet { title: title(at), layout: fitting(chart, own, direction) })
        .collect()
}

/// The sheet of some boxes; what stands around them is summed up as far as that is needed to make it fit.
fn fitting(chart: &Chart, own: &BTreeSet<BoxId>, direction: Direction) -> Layout {
    let whole = cut(chart, own);
    let full = lay_out(&whole, direction);
    if full.fits() {
        return full;
    }
    let fewer_callers = lay_out(&summed_up(&whole, &[Side::Callers]), direction);
    if fewer_callers.fits() {
        return fewer_callers;
    }
    let summed = summed_up(&whole, &[Side::Callers, Side::Called]);
    let short = lay_out(&summed, direction);
    if short.fits() { short } else { largest_that_fits(&summed, direction) }
}

/// The boxes that are not part of a sheet but stand around it: clients, holes, and what else belongs to no application.
fn around(chart: &Chart, own: &BTreeSet<BoxId>) -> BTreeSet<BoxId> {
    let is_free = |id: &BoxId| chart.boxes.get(*id).is_some_and(|drawn| drawn.app.is_none());
    let first: BTreeSet<BoxId> = own.iter().flat_map(|id| chart.neighbours(*id)).filter(is_free).collect();
    let routers = first.iter().filter(|id| chart.boxes[**id].look == Look::Router);
    let behind = routers.flat_map(|id| chart.neighbours(*id)).filter(is_free);
    first.iter().copied().chain(behind).filter(|id| !own.contains(id)).collect()
}

fn is_drawn(chart: &Chart, own: &BTreeSet<BoxId>, around: &BTreeSet<BoxId>, arrow: &Arrow) -> bool {
    let is_router = |id: BoxId| chart.boxes.get(id).is_some_and(|drawn| drawn.look == Look::Router);
    let is_between = around.contains(&arrow.from) && around.contains(&arrow.to);
    own.contains(&arrow.from)
        || own.contains(&arrow.to)
        || (is_between && (is_router(arrow.from) || is_router(arrow.to)))
}

/// The chart of some boxes and everything at the other ends of their arrows, which is pale where it belongs elsewhere.
fn cut(chart: &Chart, own: &BTreeSet<BoxId>) -> Chart {
    let around = around(chart, own);
    let elsewhere = own.iter().flat_map(|id| chart.neighbours(*id));
    let keep: BTreeSet<BoxId> = own.iter().copied().chain(around.iter().copied()).chain(elsewhere).collect();
    let mut part = chart.part(&keep, |arrow| is_drawn(chart, own, &around, arrow));
    for (id, drawn) in keep.iter().zip(&mut part.boxes) {
        if !own.contains(id) && !around.contains(id) {
            make_faint(drawn);
        }
    }
    part
}

fn make_faint(drawn: &mut ChartBox) {
    drawn.look = Look::Faint;
    let title = match drawn.lines.first().is_some_and(|line| line.contains(' ')) {
        true => 1,
        false => 2,
    };
    drawn.lines.truncate(title);
    if let Some(app) = &drawn.app
        && drawn.name.last() != Some(&app.name)
    {
        drawn.lines.push(format!("app {}", app.name));
    }
}

/// On which side of a sheet pale boxes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Callers,
    Called,
}

/// Puts one box in the place of many pale ones. Boxes that are on both sides stay.
fn summed_up(chart: &Chart, sides: &[Side]) -> Chart {
    let mut chart = chart.clone();
    for side in sides {
        let is_here = |id: BoxId| chart.boxes[id].look == Look::Faint && side_of(&chart, id) == Some(*side);
        let many: BTreeSet<BoxId> = (0..chart.boxes.len()).filter(|id| is_here(*id)).collect();
        if many.len() > FEW_FAINT {
            let words = match side {
                Side::Callers => "callers",
                Side::Called => "called Services",
            };
            chart = merged(&chart, &many, "more", words);
        }
    }
    chart
}

fn side_of(chart: &Chart, id: BoxId) -> Option<Side> {
    let leaves = chart.arrows.iter().any(|arrow| arrow.from == id);
    let enters = chart.arrows.iter().any(|arrow| arrow.to == id);
    match (leaves, enters) {
        (true, false) => Some(Side::Callers),
        (false, true) => Some(Side::Called),
        _ => None,
    }
}

/// One pale box in the place of many, with one arrow in the place of theirs.
pub(super) fn merged(chart: &Chart, many: &BTreeSet<BoxId>, word: &str, words: &str) -> Chart {
    let keep: BTreeSet<BoxId> = (0..chart.boxes.len()).filter(|id| !many.contains(id)).collect();
    let mut rest = chart.part(&keep, |_| true);
    let place = |id: BoxId| keep.iter().position(|kept| *kept == id).unwrap_or(keep.len());
    let frames = many.first().and_then(|id| chart.boxes.get(*id)).map(|drawn| drawn.frames.clone()).unwrap_or_default();
    let is_in_one = many.iter().all(|id| chart.boxes[*id].frames == frames);
    rest.boxes.push(ChartBox {
        name: vec![word.to_owned(), words.to_owned()],
        look: Look::Faint,
        lines: vec![format!("{} {words}", many.len())],
        frames: if is_in_one { frames } else { Vec::new() },
        app: None,
    });
    let crossing = chart.arrows.iter().filter(|arrow| many.contains(&arrow.from) != many.contains(&arrow.to));
    let mut bundles: BTreeMap<(BoxId, BoxId), (BTreeSet<&Vec<String>>, Line)> = BTreeMap::new();
    for arrow in crossing {
        let bundle = bundles.entry((place(arrow.from), place(arrow.to))).or_insert((BTreeSet::new(), arrow.line));
        bundle.0.insert(&arrow.lines);
        bundle.1 = bundle.1.min(arrow.line);
    }
    rest.arrows.extend(bundles.into_iter().map(|((from, to), (lines, line))| {
        let lines = if lines.len() == 1 { lines.first().map(|lines| (*lines).clone()) } else { None };
        Arrow { from, to, lines: lines.unwrap_or_default(), line }
    }));
    rest
}

/// A chart of which no more can be summed up: the boxes behind its last ones are counted instead of drawn.
pub(super) fn largest_that_fits(chart: &Chart, direction: Direction) -> Layout {
    let order = by_importance(chart);
    let mut best = lay_out(chart, direction);
    for kept in (1..order.len()).rev() {
        let many: BTreeSet<BoxId> = order[kept..].iter().copied().collect();
        best = lay_out(&merged(chart, &many, "more", "more boxes"), direction);
        if best.fits() {
            break;
        }
    }
    best
}

/// Boxes by how much a reader would miss them: ways in first, then what many arrows meet.
fn by_importance(chart: &Chart) -> Vec<BoxId> {
    let mut order: Vec<BoxId> = (0..chart.boxes.len()).collect();
    let is_outside = |id: BoxId| matches!(chart.boxes[id].look, Look::Client | Look::Entry);
    order.sort_by_key(|id| (!is_outside(*id), std::cmp::Reverse(chart.neighbours(*id).count()), *id));
    order
}
