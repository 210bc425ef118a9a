//! Merging: one box in the place of many, where a reader loses little by it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::chart::{Arrow, BoxId, Chart, ChartBox, Frame, Line, Look, at_most};
use super::layout::{Layout, lay_out};
use super::marks::together;
use super::numbers;
use super::paper::Paper;
use crate::diff::Mark;
use crate::view::findings::Numbers;
use crate::view::mermaid::short;
use crate::view::replicas::RANGE;

/// The most pale boxes of one side before they are summed up.
const FEW_FAINT: usize = 3;
/// The most names in a box that stands for many.
const LISTED: usize = 10;
/// What stands above the names of those without arrows.
const NO_ARROWS: &str = "no ways in, no calls:";

/// On which side of a sheet pale boxes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Callers,
    Called,
}

/// Puts one box in the place of many pale ones of a side. Boxes that are on both sides stay.
pub(super) fn summed_up(chart: Chart, side: Side) -> Chart {
    let is_faint = |id: &BoxId| chart.boxes.get(*id).is_some_and(|drawn| drawn.look == Look::Faint);
    let many: BTreeSet<BoxId> = on_side(&chart, side).into_iter().filter(is_faint).collect();
    if many.len() <= FEW_FAINT {
        return chart;
    }
    let words = match side {
        Side::Callers => "callers",
        Side::Called => "called Services",
    };
    let lines = listed(&chart, &many, side, words);
    merged(&chart, &many, stand_in(&chart, &many, words, lines))
}

/// The lines of a box that stands for many: their names, with the port by which they are called.
fn listed(chart: &Chart, many: &BTreeSet<BoxId>, side: Side, words: &str) -> Vec<String> {
    // The first arrow into each.
    let into: BTreeMap<BoxId, &Arrow> = match side {
        Side::Callers => BTreeMap::new(),
        Side::Called => chart.arrows.iter().rev().map(|arrow| (arrow.to, arrow)).collect(),
    };
    let line = |id: &BoxId| {
        let name = chart.boxes.get(*id).map(short_name).unwrap_or_default();
        let port = into.get(id).and_then(|arrow| arrow.lines.first()).and_then(|line| line.strip_prefix("port "));
        port.map_or_else(|| name.clone(), |port| format!("{name}:{port}"))
    };
    let head = format!("{} {words}", many.len());
    std::iter::once(head).chain(at_most(LISTED, many.iter().map(line).collect())).collect()
}

/// What a box is called among others: the name of its object, or what it says of its port.
fn short_name(drawn: &ChartBox) -> String {
    match drawn.name.as_slice() {
        [_, _, name] => short_row(name),
        // The group of what is no kind of Kubernetes' own stands behind.
        [_, _, name, _] if drawn.look == Look::Router => short_row(name),
        [_, name] if drawn.app.is_some() => short(name).into_owned(),
        _ => short(&drawn.lines.join(" ")).into_owned(),
    }
}

/// A name, or both ends of a row of names; of a long row the first one.
fn short_row(name: &str) -> String {
    match (short(name), name.split_once(RANGE)) {
        (Cow::Owned(_), Some((first, _))) => format!("{}{}", short(first), RANGE.trim_end()),
        (name, _) => name.into_owned(),
    }
}

/// What a box is called among others; one that stands for lonely ones has their names.
fn names_of(drawn: &ChartBox) -> Vec<String> {
    match drawn.lines.as_slice() {
        [head, names @ ..] if head == NO_ARROWS => names.to_vec(),
        _ => vec![short_name(drawn)],
    }
}

/// The same where boxes of several kinds stand together: a Service and a workload often have one name.
fn names_with_kinds(drawn: &ChartBox) -> Vec<String> {
    let (name, is_object) = (short_name(drawn), drawn.name.len() > 2);
    match drawn.lines.first().filter(|head| is_object && !name.starts_with(head.as_str())) {
        Some(head) if head.ends_with(&name) => vec![head.clone()],
        Some(kind) => vec![format!("{kind} {name}")],
        None => names_of(drawn),
    }
}

/// The boxes that arrows leave and none enters, or the other way round.
fn on_side(chart: &Chart, side: Side) -> BTreeSet<BoxId> {
    let left: BTreeSet<BoxId> = chart.arrows.iter().map(|arrow| arrow.from).collect();
    let entered: BTreeSet<BoxId> = chart.arrows.iter().map(|arrow| arrow.to).collect();
    match side {
        Side::Callers => &left - &entered,
        Side::Called => &entered - &left,
    }
}

/// A pale box that stands for many.
fn stand_in(chart: &Chart, many: &BTreeSet<BoxId>, words: &str, lines: Vec<String>) -> ChartBox {
    let first = many.first().and_then(|id| chart.boxes.get(*id));
    let frames = first.map(|drawn| drawn.frames.clone()).unwrap_or_default();
    let is_in_one = many.iter().all(|id| chart.boxes.get(*id).is_some_and(|drawn| drawn.frames == frames));
    let frames = if is_in_one { frames } else { Vec::new() };
    let boxes = many.iter().filter_map(|id| chart.boxes.get(*id));
    let inside = chart.arrows.iter().filter(|arrow| many.contains(&arrow.from) && many.contains(&arrow.to));
    let numbers: Numbers =
        boxes.flat_map(|drawn| &drawn.numbers).chain(inside.flat_map(|arrow| &arrow.numbers)).copied().collect();
    let lines = lines.into_iter().chain(numbers::line(&numbers)).collect();
    let mark = together(many.iter().filter_map(|id| chart.boxes.get(*id)).map(|drawn| drawn.mark));
    ChartBox {
        name: vec!["more".to_owned(), words.to_owned()],
        look: Look::Faint,
        lines,
        frames,
        app: None,
        numbers,
        mark,
        stands_for: many.len(),
        router: None,
    }
}

/// The chart with one box in the place of many, and one arrow in the place of theirs.
fn merged(chart: &Chart, many: &BTreeSet<BoxId>, stand_in: ChartBox) -> Chart {
    let keep: BTreeSet<BoxId> = (0..chart.boxes.len()).filter(|id| !many.contains(id)).collect();
    let mut merged = chart.part(&keep, &chart.arrows);
    merged.boxes.push(stand_in);
    let places: BTreeMap<BoxId, BoxId> = keep.iter().copied().zip(0..).collect();
    let place = |id: BoxId| places.get(&id).copied().unwrap_or(keep.len());
    let crossing = chart.arrows.iter().filter(|arrow| many.contains(&arrow.from) != many.contains(&arrow.to));
    let mut bundles: BTreeMap<(BoxId, BoxId), Vec<&Arrow>> = BTreeMap::new();
    for arrow in crossing {
        bundles.entry((place(arrow.from), place(arrow.to))).or_default().push(arrow);
    }
    merged.arrows.extend(bundles.into_iter().map(|((from, to), arrows)| common_arrow(from, to, &arrows)));
    merged
}

/// One arrow for several; it keeps their label where they all have the same.
fn common_arrow(from: BoxId, to: BoxId, arrows: &[&Arrow]) -> Arrow {
    let first = arrows.first().map(|arrow| arrow.lines.clone()).unwrap_or_default();
    let is_common = arrows.iter().all(|arrow| arrow.lines == first);
    let line = arrows.iter().map(|arrow| arrow.line).min().unwrap_or(Line::Solid);
    let numbers: Numbers = arrows.iter().flat_map(|arrow| &arrow.numbers).copied().collect();
    let lines = if is_common { first } else { numbers::line(&numbers).into_iter().collect() };
    let mark = together(arrows.iter().map(|arrow| arrow.mark));
    let stands_for = arrows.iter().map(|arrow| arrow.stands_for).sum();
    let ways = Rc::new(arrows.iter().flat_map(|arrow| arrow.ways.iter()).copied().collect());
    Arrow { from, to, lines, line, numbers, mark, stands_for, ways, routes: None }
}

/// The chart with one box in the place of all that have no arrows.
pub(super) fn with_lonely_joined(chart: &Chart) -> Chart {
    let degrees = chart.degrees().into_iter().enumerate();
    let lonely: BTreeSet<BoxId> = degrees.filter(|(_, degree)| *degree == 0).map(|(id, _)| id).collect();
    if lonely.len() < 2 {
        return chart.clone();
    }
    let mut namesakes: BTreeMap<String, usize> = BTreeMap::new();
    for drawn in chart.boxes.iter().filter(|drawn| drawn.app.is_some()) {
        *namesakes.entry(short_name(drawn)).or_default() += 1;
    }
    let names = lonely.iter().filter_map(|id| chart.boxes.get(*id)).map(|drawn| lonely_name(drawn, &namesakes));
    let lines = std::iter::once(NO_ARROWS.to_owned()).chain(at_most(LISTED, names.collect())).collect();
    merged(chart, &lonely, stand_in(chart, &lonely, "lonely", lines))
}

/// What a box without arrows is called in the one for all of them: with its namespace where another application is called the same,
/// and with what its own box would say of it.
fn lonely_name(drawn: &ChartBox, namesakes: &BTreeMap<String, usize>) -> String {
    let name = short_name(drawn);
    let Some(app) = &drawn.app else { return name };
    let place = namesakes.get(&name).filter(|count| **count > 1).map(|_| format!(" in {}", short(&app.namespace)));
    let numbers = numbers::line(&drawn.numbers);
    let more: Vec<&str> =
        drawn.lines.iter().skip(1).filter(|line| Some(*line) != numbers.as_ref()).map(String::as_str).collect();
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
    format!("{name}{}{more}", place.unwrap_or_default())
}

/// What tells boxes apart by their surroundings: look, mark, frames, and arrows.
type Surroundings<'c> = (Look, Option<Mark>, &'c [Frame], Vec<Beside<(&'c [String], Line, Option<Mark>)>>);

/// An arrow as one of its ends sees it: the other end, whether it leaves, and what it says.
pub(super) type Beside<S> = (BoxId, bool, S);

/// The chart with one box in the place of all that have the same arrows to and from the same boxes.
pub(super) fn with_twins_joined(chart: &Chart) -> Chart {
    let mut alike: BTreeMap<Surroundings<'_>, BTreeSet<BoxId>> = BTreeMap::new();
    for ((id, drawn), around) in chart.boxes.iter().enumerate().zip(surroundings(chart, looks)) {
        if drawn.app.is_some() {
            alike.entry((drawn.look, drawn.mark, &drawn.frames, around)).or_default().insert(id);
        }
    }
    let twins: Vec<&BTreeSet<BoxId>> = alike.values().filter(|ids| ids.len() > 1).collect();
    let dropped: BTreeSet<BoxId> = twins.iter().flat_map(|ids| ids.iter().skip(1)).copied().collect();
    let mut joined = chart.clone();
    for ids in twins {
        let lines = ids.iter().filter_map(|id| chart.boxes.get(*id)).flat_map(|drawn| drawn.lines.clone()).collect();
        let numbers =
            ids.iter().filter_map(|id| chart.boxes.get(*id)).flat_map(|drawn| drawn.numbers.clone()).collect();
        if let Some(drawn) = ids.first().and_then(|id| joined.boxes.get_mut(*id)) {
            drawn.lines = at_most(LISTED, lines);
            drawn.numbers = numbers;
        }
    }
    let keep = (0..chart.boxes.len()).filter(|id| !dropped.contains(id)).collect();
    joined.part(&keep, &chart.arrows)
}

/// How an arrow looks.
fn looks(arrow: &Arrow) -> (&[String], Line, Option<Mark>) {
    (&arrow.lines, arrow.line, arrow.mark)
}

/// The arrows around every box, each with what is `said` by it.
pub(super) fn surroundings<'c, S: Clone>(chart: &'c Chart, said: impl Fn(&'c Arrow) -> S) -> Vec<Vec<Beside<S>>> {
    let mut around = vec![Vec::new(); chart.boxes.len()];
    for arrow in &chart.arrows {
        let said = said(arrow);
        for (id, other, leaves) in [(arrow.from, arrow.to, true), (arrow.to, arrow.from, false)] {
            if let Some(around) = around.get_mut(id) {
                around.push((other, leaves, said.clone()));
            }
        }
    }
    around
}

/// A chart of which no more can be summed up: its least important boxes are named in one box instead of drawn.
pub(super) fn largest_that_fits(chart: &Chart, paper: Paper) -> Layout {
    let order = by_importance(chart);
    let mut best = None;
    for kept in (1..order.len().min(paper.most_boxes())).rev() {
        let many: BTreeSet<BoxId> = order.iter().skip(kept).copied().collect();
        let boxes = || many.iter().filter_map(|id| chart.boxes.get(*id));
        let is_mixed =
            boxes().any(|drawn| boxes().next().is_some_and(|first| first.name.first() != drawn.name.first()));
        let names: Vec<String> = boxes().flat_map(if is_mixed { names_with_kinds } else { names_of }).collect();
        let lines = std::iter::once(format!("{} more", names.len())).chain(at_most(LISTED, names)).collect();
        let layout = lay_out(&merged(chart, &many, stand_in(chart, &many, "boxes", lines)), paper);
        if layout.fits(paper) {
            return layout;
        }
        best = Some(layout);
    }
    best.unwrap_or_else(|| lay_out(chart, paper))
}

/// Boxes by how much a reader would miss them: ways in, holes and what findings are about first, then what many arrows meet.
fn by_importance(chart: &Chart) -> Vec<BoxId> {
    let mut order: Vec<BoxId> = (0..chart.boxes.len()).collect();
    let is_missed = |id: BoxId| {
        chart.boxes.get(id).is_some_and(|drawn| {
            matches!(drawn.look, Look::Client | Look::Entry | Look::Missing)
                || !drawn.numbers.is_empty()
                || drawn.mark.is_some_and(|mark| mark != Mark::Same)
        })
    };
    let degrees = chart.degrees();
    order.sort_by_key(|id| (!is_missed(*id), Reverse(degrees.get(*id).copied()), *id));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::flowchart::chart::App;

    #[test]
    fn a_box_for_many_names_those_without_arrows_one_by_one() {
        let drawn = |name: &str| ChartBox {
            name: vec!["app".to_owned(), "shop".to_owned(), name.to_owned()],
            look: Look::Workload,
            lines: vec![name.to_owned()],
            frames: Vec::new(),
            app: Some(App { namespace: "shop".to_owned(), name: name.to_owned(), is_group: false }),
            numbers: Numbers::new(),
            mark: None,
            stands_for: 1,
            router: None,
        };
        let mut router = drawn("edge");
        router.look = Look::Router;
        router.name.push("networking.istio.io".to_owned());
        let mut other = drawn("web");
        other.app = Some(App { namespace: "test".to_owned(), name: "web".to_owned(), is_group: false });
        other.lines.push("1 missing target".to_owned());
        let boxes = ["api", "db", "web"].map(drawn).into_iter().chain([other, router]).collect();
        let joined = with_lonely_joined(&Chart { boxes, ..Chart::default() });
        let names = ["api", "db", "web in shop", "web in test (1 missing target)", "edge"];
        assert_eq!(joined.boxes.iter().flat_map(names_of).collect::<Vec<_>>(), names);
    }
}
