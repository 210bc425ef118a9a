//! Alike: things that only a number in their names tells apart are drawn once, `web-1 … web-50`, where not all of them can be drawn.
//!
//! Two things are alike if everything that their boxes and the arrows around them say is the same but for those names, for addresses
//! that the cluster gives and for node ports, and if what they lead to and who leads to them is alike. Callers do not count: `web-1`
//! calls `web-2`, but nobody calls the last of a row.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::chart::{App, Arrow, BoxId, Chart, ChartBox, LABEL_LINES, Line, Look, at_most};
use super::marks::together;
use super::numbers;
use crate::diff::Mark;
use crate::view::replicas::{Pattern, common, range, renamed};

/// Fewer alike things are drawn one by one.
const FEW: usize = 3;
/// How far the things around are looked at: router, Service, workload.
const ROUNDS: usize = 3;

/// Index of a class of boxes.
type ClassId = usize;

/// The chart with one box for all that are alike; none where nothing is.
pub(super) fn folded(chart: &Chart) -> Option<Chart> {
    let mut members: BTreeMap<ClassId, Vec<BoxId>> = BTreeMap::new();
    for (id, class) in classes(chart).into_iter().enumerate() {
        members.entry(class).or_default().push(id);
    }
    let mut groups: Vec<Vec<BoxId>> = members.into_values().flat_map(few_apart).collect();
    if groups.len() == chart.boxes.len() {
        return None;
    }
    groups.sort_unstable();
    let groups: Vec<Group<'_>> = groups.iter().filter_map(|ids| Group::new(chart, ids)).collect();
    Some(Chart { boxes: groups.iter().map(Group::drawn).collect(), arrows: arrows(chart, &groups) })
}

/// A group of so few that each is drawn, as groups of one.
fn few_apart(group: Vec<BoxId>) -> Vec<Vec<BoxId>> {
    if group.len() < FEW { group.into_iter().map(|id| vec![id]).collect() } else { vec![group] }
}

/// The class of every box: at first by what it says itself, then by what is around it too.
fn classes(chart: &Chart) -> Vec<ClassId> {
    let own = numbered(chart.boxes.iter().enumerate().map(|(id, drawn)| own(id, drawn)));
    let patterns: Vec<Option<Pattern<'_>>> =
        chart.boxes.iter().map(|drawn| own_name(drawn).and_then(Pattern::new)).collect();
    let labels = numbered(chart.arrows.iter().map(|arrow| (said(arrow, &patterns), arrow.line, arrow.mark)));
    let mut classes = own.clone();
    for _ in 0..ROUNDS {
        let mut around: Vec<BTreeSet<(bool, ClassId, usize)>> = vec![BTreeSet::new(); chart.boxes.len()];
        for (arrow, label) in chart.arrows.iter().zip(&labels) {
            let is_call = is_caller(&chart.boxes[arrow.from]);
            let to = if is_call { own[arrow.to] } else { classes[arrow.to] };
            around[arrow.from].insert((true, to, *label));
            if !is_call {
                around[arrow.to].insert((false, classes[arrow.from], *label));
            }
        }
        classes = numbered(own.iter().zip(around));
    }
    classes
}

/// What leaves a workload are calls, which say something about the caller only.
fn is_caller(drawn: &ChartBox) -> bool {
    matches!(drawn.look, Look::Workload | Look::Store)
}

/// A number for every key, the same for the same.
fn numbered<K: Ord>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let mut known: BTreeMap<K, usize> = BTreeMap::new();
    let number = |key| {
        let next = known.len();
        *known.entry(key).or_insert(next)
    };
    keys.map(number).collect()
}

/// What a box says itself.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Own {
    /// It is like no other.
    Only(BoxId),
    /// Everything but its own name.
    Named { name: Vec<String>, app: Option<(String, bool)>, text: String, look: Look, mark: Option<Mark> },
}

fn own(id: BoxId, drawn: &ChartBox) -> Own {
    let Some(pattern) = own_name(drawn).and_then(Pattern::new) else { return Own::Only(id) };
    let app = drawn.app.as_ref();
    Own::Named {
        name: drawn.name.iter().map(|part| pattern.of(part)).collect(),
        app: app.map(|app| (Pattern::new(&app.name).map_or_else(|| app.name.clone(), |own| own.text), app.is_group)),
        // Long names are broken into lines at other places.
        text: pattern.of(&plain_lines(drawn).join(" ")),
        look: drawn.look,
        mark: drawn.mark,
    }
}

/// The name of an object that a box stands for.
fn own_name(drawn: &ChartBox) -> Option<&str> {
    match (drawn.look, drawn.name.as_slice()) {
        (Look::Router | Look::Service | Look::Workload | Look::Store, [_, _, name, ..]) => Some(name),
        _ => None,
    }
}

/// The lines of a box without numbers of findings and addresses that the cluster gave.
fn plain_lines(drawn: &ChartBox) -> Vec<String> {
    let mut plain = drawn.clone();
    numbers::take_off(&mut plain);
    let line = |line: String| if line.starts_with("ClusterIP ") { "ClusterIP".to_owned() } else { line };
    plain.lines.into_iter().map(line).collect()
}

/// What an arrow says, without the names at its ends, numbers of findings and numbers of node ports.
fn said(arrow: &Arrow, patterns: &[Option<Pattern<'_>>]) -> String {
    let patterns = [arrow.from, arrow.to].map(|id| patterns.get(id).and_then(Option::as_ref));
    let general = |line: &String| {
        let line = numbers::without(line, &arrow.numbers);
        let line = patterns.into_iter().flatten().fold(line.to_owned(), |line, pattern| pattern.of(&line));
        if line.starts_with("nodePort ") { "nodePort".to_owned() } else { line }
    };
    arrow.lines.iter().map(general).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Alike boxes, or a single one.
struct Group<'c> {
    boxes: Vec<&'c ChartBox>,
    ids: &'c [BoxId],
    /// What their names have in common, and from where to where they go.
    names: Option<(String, String)>,
}

impl<'c> Group<'c> {
    fn new(chart: &'c Chart, ids: &'c [BoxId]) -> Option<Self> {
        let boxes: Vec<&ChartBox> = ids.iter().filter_map(|id| chart.boxes.get(*id)).collect();
        let names = || boxes.iter().filter_map(|drawn| own_name(drawn));
        let names = (boxes.len() > 1).then(|| (common(names()), range(names())));
        (!boxes.is_empty()).then_some(Self { boxes, ids, names })
    }

    /// The box that stands for all.
    fn drawn(&self) -> ChartBox {
        let first = self.boxes[0].clone();
        let (Some((common, range)), Some(name)) = (&self.names, own_name(self.boxes[0])) else { return first };
        let numbers = self.boxes.iter().flat_map(|drawn| &drawn.numbers).copied().collect();
        let mut lines = Vec::new();
        for line in plain_lines(&first) {
            match line.strip_suffix(name) {
                Some(word) if lines.len() < 2 => {
                    lines.extend((!word.is_empty()).then(|| word.trim_end().to_owned()));
                    lines.extend([range.clone(), format!("{} alike", self.boxes.len())]);
                }
                _ => lines.push(renamed(&line, name, common)),
            }
        }
        lines.extend(numbers::line(&numbers));
        let name = first.name.iter().take(2).chain([range]).cloned().collect();
        ChartBox { name, lines, numbers, app: self.app(), stands_for: self.boxes.len(), ..first }
    }

    fn app(&self) -> Option<App> {
        let apps = || self.boxes.iter().filter_map(|drawn| drawn.app.as_ref());
        let name = common(apps().map(|app| app.name.as_str()));
        apps().next().map(|app| App { name, ..app.clone() })
    }

    /// A line of an arrow at one of the boxes, with what is common in the place of the name.
    fn general(&self, id: BoxId, chart: &Chart, line: &str) -> String {
        match (&self.names, own_name(&chart.boxes[id])) {
            (Some((common, _)), Some(name)) => renamed(line, name, common),
            _ => line.to_owned(),
        }
    }
}

/// One arrow for all between two groups.
fn arrows(chart: &Chart, groups: &[Group<'_>]) -> Vec<Arrow> {
    let mut places = vec![0; chart.boxes.len()];
    for (place, group) in groups.iter().enumerate() {
        group.ids.iter().for_each(|id| places[*id] = place);
    }
    bundled(chart, &places, |[from, to], arrows| Some(one_for(chart, [groups.get(from)?, groups.get(to)?], arrows)))
}

/// One arrow for all of a mark between two new boxes; `places` has the new box of every box, `one_for` tells of several what they say.
pub(super) fn bundled(
    chart: &Chart,
    places: &[BoxId],
    one_for: impl Fn([BoxId; 2], &[&Arrow]) -> Option<Arrow>,
) -> Vec<Arrow> {
    let mut bundles: BTreeMap<(BoxId, BoxId, Option<Mark>), Vec<&Arrow>> = BTreeMap::new();
    for arrow in &chart.arrows {
        bundles.entry((places[arrow.from], places[arrow.to], arrow.mark)).or_default().push(arrow);
    }
    let bundles = bundles.into_iter().filter_map(|((from, to, mark), arrows)| match arrows.as_slice() {
        [] => None,
        [only] => Some(Arrow { from, to, ..(*only).clone() }),
        many => Some(Arrow { from, to, mark, ..one_for([from, to], many)? }),
    });
    bundles.filter(|arrow| arrow.from != arrow.to).collect()
}

fn one_for(chart: &Chart, [from, to]: [&Group<'_>; 2], arrows: &[&Arrow]) -> Arrow {
    let numbers = arrows.iter().flat_map(|arrow| &arrow.numbers).copied().collect();
    let mut said: BTreeSet<String> = BTreeSet::new();
    for arrow in arrows {
        for line in &arrow.lines {
            let line = numbers::without(line, &arrow.numbers);
            said.insert(to.general(arrow.to, chart, &from.general(arrow.from, chart, line)));
        }
    }
    let (node_ports, others): (Vec<String>, Vec<String>) =
        said.into_iter().filter(|line| !line.is_empty()).partition(|line| line.starts_with("nodePort "));
    let node_ports = Some(node_ports).filter(|lines| !lines.is_empty());
    let node_ports = node_ports
        .map(|lines| format!("nodePort {}", range(lines.iter().filter_map(|line| line.strip_prefix("nodePort ")))));
    let lines = at_most(LABEL_LINES, others.into_iter().chain(node_ports).collect());
    let is_call = arrows.first().is_some_and(|arrow| is_caller(&chart.boxes[arrow.from]));
    let how_many = how_many([from.boxes.len(), to.boxes.len()], arrows.len(), if is_call { "calls" } else { "in all" });
    Arrow {
        from: 0,
        to: 0,
        lines: lines.into_iter().chain(how_many).chain(numbers::line(&numbers)).collect(),
        line: arrows.iter().map(|arrow| arrow.line).min().unwrap_or(Line::Solid),
        numbers,
        mark: together(arrows.iter().map(|arrow| arrow.mark)),
        stands_for: arrows.iter().map(|arrow| arrow.stands_for).sum(),
        ways: Rc::new(arrows.iter().flat_map(|arrow| arrow.ways.iter()).copied().collect()),
        routes: None,
    }
}

/// Who leads to whom, where it is not one to one, or one to all.
fn how_many([from, to]: [usize; 2], arrows: usize, what: &str) -> Option<String> {
    match arrows {
        _ if from == 1 || to == 1 => (arrows < from.max(to)).then(|| format!("{arrows} of {}", from.max(to))),
        _ if arrows == from * to => Some("each to each".to_owned()),
        _ if arrows == from.max(to) => None,
        _ => Some(format!("{arrows} {what}")),
    }
}
