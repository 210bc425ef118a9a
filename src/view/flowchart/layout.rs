//! Layout: which way a chart runs, and what of its frames is drawn.
//!
//! Mermaid writes the title of a frame in the middle of its upper edge. Where requests run from top to bottom, arrows
//! from outside enter right there and strike it through. So such a frame gets its title as a box of its own in the
//! upper row, and the frame around the whole cluster is left out. Sideways there is no such trouble, and small
//! topologies run sideways as long as they fit the page.

use super::chart::{Arrow, Chart, ChartBox, Frame, Line, Look, plain_box};
use super::paper::Paper;
use super::ranks::{Free, ranks};
use super::{Direction, Towards, budget};

/// The text should not get smaller than this, in pixels, if there is a way to draw it larger.
const GOOD_FONT: f64 = 12.0;

/// Text of this size leaves room for an estimate that is wrong, in pixels.
const EASY_FONT: f64 = 12.7;

/// The first word in the name of the frame around everything in the cluster.
pub(super) const CLUSTER: &str = "k8s";

/// The first word in the names of frames around ports of one kind.
pub(super) const BAND: &str = "band";

/// A chart that is ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) chart: Chart,
    pub(super) towards: Towards,
}

impl Layout {
    /// Can the drawing be read?
    pub(super) fn fits(&self, paper: Paper) -> bool {
        budget::fits(&self.chart, self.towards, paper)
    }

    /// Is there room to spare? What need not be in one drawing should only be joined if there is.
    pub(super) fn fits_with_ease(&self, paper: Paper) -> bool {
        self.fits(paper) && self.font() >= EASY_FONT
    }

    fn font(&self) -> f64 {
        budget::font(&self.chart, self.towards)
    }
}

/// The best layout of a chart.
pub(super) fn lay_out(chart: &Chart, paper: Paper) -> Layout {
    let choices = choices(chart, paper.direction);
    let fitting = || choices.iter().find_map(|layouts| best_fitting(layouts, paper));
    let largest = || choices.iter().flatten().max_by(|a, b| a.font().total_cmp(&b.font()));
    let best = match chart.boxes.len() > budget::MANY_BOXES {
        true => choices.iter().flatten().next_back(),
        false => fitting().or_else(largest),
    };
    best.cloned().unwrap_or_else(|| Layout { chart: chart.clone(), towards: Towards::Tb })
}

/// The best layout of a chart, if that can be read.
pub(super) fn fitting(chart: &Chart, paper: Paper) -> Option<Layout> {
    budget::may_fit(chart, paper).then(|| lay_out(chart, paper)).filter(|layout| layout.fits(paper))
}

/// The first layout in which the text is large, else the one with the largest text.
fn best_fitting(layouts: &[Layout], paper: Paper) -> Option<&Layout> {
    let fitting = || layouts.iter().filter(|layout| layout.fits(paper));
    let good = fitting().find(|layout| layout.font() >= GOOD_FONT);
    good.or_else(|| fitting().max_by(|a, b| a.font().total_cmp(&b.font())))
}

/// The layouts to choose from, the most telling first. Those of a later list are taken only where none of an earlier one fits.
fn choices(chart: &Chart, direction: Direction) -> Vec<Vec<Layout>> {
    let inner = without_outer_frame(chart);
    let has_outside = chart.boxes.iter().any(|drawn| drawn.frames.is_empty());
    let framed = if has_outside { chart } else { &inner };
    let sideways = |towards| vec![Layout { chart: framed.clone(), towards }, Layout { chart: inner.clone(), towards }];
    let upright = |towards| vec![Layout { chart: with_titles_beside(&inner), towards }];
    let bare = |towards| without_frames(&inner).map(|chart| Layout { chart, towards }).into_iter().collect();
    match direction {
        Direction::Auto if enters_through_a_title(chart) => {
            vec![upright(Towards::Tb), bare(Towards::Tb), sideways(Towards::Lr)]
        }
        Direction::Auto => vec![[sideways(Towards::Lr), upright(Towards::Tb)].concat(), bare(Towards::Tb)],
        Direction::Lr => vec![sideways(Towards::Lr), bare(Towards::Lr)],
        Direction::Rl => vec![sideways(Towards::Rl), bare(Towards::Rl)],
        Direction::Tb => vec![upright(Towards::Tb), bare(Towards::Tb)],
        Direction::Bt => vec![upright(Towards::Bt), bare(Towards::Bt)],
    }
}

/// Would an arrow of a sideways drawing run through a title? One does that comes from beside the frame it enters, because
/// something in the frame stands as far from its end as its start does; one between two frames may.
fn enters_through_a_title(chart: &Chart) -> bool {
    let ranks = ranks(chart, Free::Anywhere);
    let frame = |id: usize| chart.boxes.get(id).and_then(|drawn| drawn.frames.last());
    let first = |wanted: &Frame| (0..ranks.len()).filter(|id| frame(*id) == Some(wanted)).map(|id| ranks[id]).min();
    chart.arrows.iter().any(|arrow| match (frame(arrow.from), frame(arrow.to)) {
        (from, Some(to)) if from != Some(to) => from.is_some() || first(to) <= Some(ranks[arrow.from]),
        _ => false,
    })
}

/// Takes the frame around the whole cluster away.
fn without_outer_frame(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    let is_cluster = |frame: &Frame| frame.name.first().is_some_and(|word| word == CLUSTER);
    for drawn in chart.boxes.iter_mut().filter(|drawn| drawn.frames.first().is_some_and(is_cluster)) {
        drawn.frames.remove(0);
    }
    chart
}

/// Takes all frames away, where that leaves nothing unsaid: there is only one namespace, or the boxes themselves say where
/// they are.
fn without_frames(chart: &Chart) -> Option<Chart> {
    let mut frames: Vec<&Frame> = chart.boxes.iter().flat_map(|drawn| &drawn.frames).collect();
    frames.sort_unstable();
    frames.dedup();
    let is_said = frames.len() == 1 || frames.iter().all(|frame| frame.name.first().is_some_and(|word| word == BAND));
    let mut bare = chart.clone();
    bare.boxes.iter_mut().for_each(|drawn| drawn.frames.clear());
    is_said.then_some(bare)
}

/// Gives each frame that an arrow enters its title as a box, held in its place by an arrow that is not seen.
fn with_titles_beside(chart: &Chart) -> Chart {
    let entered = entered_frames(chart);
    let count = entered.len();
    let moved =
        chart.arrows.iter().map(|arrow| Arrow { from: arrow.from + count, to: arrow.to + count, ..arrow.clone() });
    let mut titled = Chart { boxes: Vec::with_capacity(count + chart.boxes.len()), arrows: moved.collect() };
    for (frames, from) in &entered {
        let to = titled.boxes.len();
        titled.boxes.push(title_box(frames));
        titled.arrows.push(Arrow { stands_for: 0, ..Arrow::plain(from + count, to, Vec::new(), Line::Hidden) });
    }
    titled.boxes.extend(chart.boxes.iter().cloned());
    for frame in titled.boxes.iter_mut().flat_map(|drawn| &mut drawn.frames) {
        if entered.iter().any(|(frames, _)| frames.last() == Some(frame)) {
            frame.title.clear();
        }
    }
    titled
}

/// The frames that arrows enter, each with those around it, and where the uppermost of these arrows comes from.
fn entered_frames(chart: &Chart) -> Vec<(Vec<Frame>, usize)> {
    let ranks = ranks(chart, Free::Anywhere);
    let mut paths: Vec<&[Frame]> = chart
        .boxes
        .iter()
        .flat_map(|drawn| (1..=drawn.frames.len()).filter_map(|depth| drawn.frames.get(..depth)))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let entering = |path: &[Frame]| {
        let is_inside = |id: usize| chart.boxes.get(id).is_some_and(|drawn| drawn.frames.starts_with(path));
        let entering = chart.arrows.iter().filter(|arrow| is_inside(arrow.to) && !is_inside(arrow.from));
        entering.map(|arrow| arrow.from).min_by_key(|from| ranks.get(*from).copied())
    };
    paths.into_iter().filter_map(|path| Some((path.to_vec(), entering(path)?))).collect()
}

fn title_box(frames: &[Frame]) -> ChartBox {
    let frame = frames.last();
    let name = frame.map(|frame| frame.name.clone()).unwrap_or_default();
    let name = std::iter::once("title".to_owned()).chain(name).collect();
    let title = frame.map(|frame| frame.title.as_str()).unwrap_or_default();
    let lines = title.splitn(2, ' ').map(str::to_owned).collect();
    ChartBox { frames: frames.to_vec(), ..plain_box(name, Look::Title, lines) }
}
