//! Peers: routers that are told the same way and lead to the same places are one box where they are too many for one diagram: a thousand
//! routes of one Gateway to one Service.
//!
//! Peers may differ in their own names, hosts and paths only, of which the box and its arrows tell the first. One that findings are about
//! is no peer of one that is right, so that what is wrong stands out.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::alike::bundled;
use super::chart::{App, Arrow, BoxId, Chart, ChartBox, Frame, Line};
use super::marks::signed;
use super::merge::{Beside, surroundings};
use super::numbers;
use super::paper::Paper;
use super::routes::{RouterFacts, Routes};
use crate::diff::Mark;
use crate::view::findings::Numbers;
use crate::view::mermaid::short;
use crate::view::replicas::{RANGE, ends, range};

/// A line with both ends of a row of names is no longer than this; longer ones stand on two lines.
const RANGE_CHARS: usize = 26;

/// A router on the way has so many arrows at least.
const ARROWS: usize = 2;

/// The chart with one box for all peers of which there are too many, those of one namespace before those of several; none where there are no
/// such.
pub(super) fn joined(chart: &Chart, paper: Paper) -> Option<Chart> {
    let of_one = joined_within(chart, paper, Within::Namespace);
    joined_within(of_one.as_ref().unwrap_or(chart), paper, Within::All).or(of_one)
}

/// Where peers of a router are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Namespace,
    All,
}

fn joined_within(chart: &Chart, paper: Paper, within: Within) -> Option<Chart> {
    let mut peers: BTreeMap<Peer<'_>, Vec<BoxId>> = BTreeMap::new();
    for (id, (drawn, around)) in chart.boxes.iter().zip(surroundings(chart, Said::new)).enumerate() {
        if let Some(peer) = Peer::new(drawn, around, within) {
            peers.entry(peer).or_default().push(id);
        }
    }
    peers.retain(|peer, ids| are_too_many(ids.len(), peer.around.len(), paper));
    let firsts: BTreeMap<BoxId, ChartBox> =
        peers.values().filter_map(|ids| Some((*ids.first()?, one_box(chart, ids)?))).collect();
    let first_of = peers.values().filter_map(|ids| Some((*ids.first()?, ids)));
    let first_of: BTreeMap<BoxId, BoxId> =
        first_of.flat_map(|(first, ids)| ids.iter().map(move |id| (*id, first))).collect();
    (!firsts.is_empty()).then(|| with_one_for_each(chart, &firsts, &first_of))
}

/// Would they not fit on one diagram with an arrow or two each, whatever else stands on it? A few with many arrows each are drawn one by one.
fn are_too_many(count: usize, arrows: usize, paper: Paper) -> bool {
    count >= paper.most_boxes() || count * arrows.min(ARROWS) > paper.arrows
}

/// What is the same for peers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Peer<'c> {
    /// The word for its kind, and its group.
    name: [Option<&'c str>; 2],
    /// Its namespace and the frames around it, where these count.
    place: Option<(Option<&'c str>, &'c [Frame])>,
    about: &'c [String],
    app: Option<&'c App>,
    mark: Option<Mark>,
    is_wrong: bool,
    around: Vec<Beside<Said<'c>>>,
}

impl<'c> Peer<'c> {
    /// What is the same for the peers of a router; none of other boxes.
    fn new(drawn: &'c ChartBox, mut around: Vec<Beside<Said<'c>>>, within: Within) -> Option<Self> {
        let facts = drawn.router.as_deref()?;
        let name = |at: usize| drawn.name.get(at).map(String::as_str);
        around.sort_unstable();
        Some(Self {
            name: [name(0), name(3)],
            place: (within == Within::Namespace).then_some((name(1), &drawn.frames)),
            about: &facts.about,
            app: drawn.app.as_ref(),
            mark: drawn.mark,
            is_wrong: !drawn.numbers.is_empty(),
            around,
        })
    }
}

/// What an arrow says, without hosts, paths and numbers of findings.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said<'c> {
    lines: Vec<&'c str>,
    targets: BTreeSet<(&'c str, Option<Mark>)>,
    line: Line,
    mark: Option<Mark>,
    is_wrong: bool,
}

impl<'c> Said<'c> {
    fn new(arrow: &'c Arrow) -> Self {
        let (targets, _) = arrow.routes.as_deref().map(Routes::rest).unwrap_or_default();
        let is_wrong = !arrow.numbers.is_empty();
        Self { lines: besides_routes(arrow), targets, line: arrow.line, mark: arrow.mark, is_wrong }
    }
}

/// The lines of an arrow about what is no route, without numbers of findings.
fn besides_routes(arrow: &Arrow) -> Vec<&str> {
    let lines = arrow.routes.as_deref().map_or(arrow.lines.as_slice(), |routes| routes.rest().1);
    lines.iter().map(|line| numbers::without(line, &arrow.numbers)).filter(|line| !line.is_empty()).collect()
}

/// The box that stands for all: their kind, from where to where their names go, how many they are, and the first of their hosts.
fn one_box(chart: &Chart, ids: &[BoxId]) -> Option<ChartBox> {
    let boxes: Vec<&ChartBox> = ids.iter().filter_map(|id| chart.boxes.get(*id)).collect();
    let first = *boxes.first()?;
    let facts: Vec<&RouterFacts> = boxes.iter().filter_map(|drawn| drawn.router.as_deref()).collect();
    let facts = RouterFacts::together(&facts)?;
    // One that stands for several already has both ends of their names.
    let part = |at: usize| boxes.iter().filter_map(move |drawn| drawn.name.get(at)).flat_map(|name| name.split(RANGE));
    let (from, to) = ends(part(2))?;
    let stands_for = boxes.iter().map(|drawn| drawn.stands_for).sum();
    let numbers: Numbers = boxes.iter().flat_map(|drawn| &drawn.numbers).copied().collect();
    let namespaces = part(1).collect::<BTreeSet<_>>().len();
    let lines = std::iter::once(signed(first.mark, facts.kind.to_owned()))
        .chain(range_lines(from, to))
        .chain([format!("{stands_for} alike")])
        .chain((namespaces > 1).then(|| format!("in {namespaces} namespaces")))
        .chain(facts.lines())
        .chain(numbers::line(&numbers))
        .collect();
    let name = [first.name.first().cloned()?, range(part(1)), range([from, to])];
    Some(ChartBox {
        name: name.into_iter().chain(first.name.get(3).cloned()).collect(),
        lines,
        frames: common_frames(&boxes),
        numbers,
        stands_for,
        router: Some(Rc::new(facts)),
        ..first.clone()
    })
}

/// The frames around all of these boxes.
fn common_frames(boxes: &[&ChartBox]) -> Vec<Frame> {
    let mut frames = boxes.first().map(|drawn| drawn.frames.clone()).unwrap_or_default();
    for drawn in boxes {
        let common = frames.iter().zip(&drawn.frames).take_while(|(a, b)| a == b).count();
        frames.truncate(common);
    }
    frames
}

/// Both ends of a row of names, on two lines where they are long.
fn range_lines(from: &str, to: &str) -> Vec<String> {
    let (from, to) = (short(from), short(to));
    let whole = format!("{from}{RANGE}{to}");
    if whole.chars().count() <= RANGE_CHARS {
        vec![whole]
    } else {
        vec![format!("{from}{}", RANGE.trim_end()), to.into_owned()]
    }
}

/// The chart with the first peer in the place of all; `firsts` are the boxes that stand for all, `first_of` has the first one of every peer.
fn with_one_for_each(chart: &Chart, firsts: &BTreeMap<BoxId, ChartBox>, first_of: &BTreeMap<BoxId, BoxId>) -> Chart {
    let mut joined = Chart::default();
    let mut places = vec![0; chart.boxes.len()];
    for (id, drawn) in chart.boxes.iter().enumerate() {
        match first_of.get(&id).filter(|first| **first != id) {
            Some(first) => places[id] = places[*first],
            None => {
                places[id] = joined.boxes.len();
                joined.boxes.push(firsts.get(&id).unwrap_or(drawn).clone());
            }
        }
    }
    joined.arrows = bundled(chart, &places, |[from, _], arrows| one_arrow(joined.boxes.get(from)?, arrows));
    joined
}

/// The arrow that stands for those of peers; `leaving` is the box that it leaves.
fn one_arrow(leaving: &ChartBox, arrows: &[&Arrow]) -> Option<Arrow> {
    let first = *arrows.first()?;
    let numbers: Numbers = arrows.iter().flat_map(|arrow| &arrow.numbers).copied().collect();
    let routes = Routes::together(arrows.iter().filter_map(|arrow| arrow.routes.as_deref()));
    let label = leaving.router.as_deref().map(|facts| routes.label(facts)).unwrap_or_default();
    let besides = besides_routes(first).into_iter().map(str::to_owned);
    Some(Arrow {
        lines: besides.chain(label).chain(numbers::line(&numbers)).collect(),
        numbers,
        stands_for: arrows.iter().map(|arrow| arrow.stands_for).sum(),
        ways: Rc::new(arrows.iter().flat_map(|arrow| arrow.ways.iter()).copied().collect()),
        routes: first.routes.is_some().then(|| Rc::new(routes)),
        ..first.clone()
    })
}
