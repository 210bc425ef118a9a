//! Layout: which way a chart runs, and what of its frames is drawn.
//!
//! Mermaid writes the title of a frame in the middle of its upper edge. Where requests run from top to bottom, arrows
//! from outside enter right there and strike it through. So such a frame gets its title as a box of its own in the
//! upper row, and the frame around the whole cluster is left out. Sideways there is no such trouble, and small
//! topologies run sideways as long as they fit the page.

use super::chart::{Arrow, Chart, ChartBox, Frame, Line, Look};
use super::ranks::ranks;
use super::{Direction, Towards, budget};

/// The text should not get smaller than this, in pixels, if there is a way to draw it larger.
const GOOD_FONT: f64 = 12.0;

/// The first word in the name of the frame around everything in the cluster.
pub(super) const CLUSTER: &str = "k8s";

/// A chart that is ready to be drawn.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) chart: Chart,
    pub(super) towards: Towards,
}

impl Layout {
    /// Can the drawing be read?
    pub(super) fn fits(&self) -> bool {
        budget::fits(&self.chart, self.towards)
    }

    fn font(&self) -> f64 {
        budget::font(&self.chart, self.towards)
    }
}

/// The best layout of a chart.
pub(super) fn lay_out(chart: &Chart, direction: Direction) -> Layout {
    let all = candidates(chart, direction);
    let good = all.iter().position(|layout| layout.fits() && layout.font() >= GOOD_FONT);
    let largest = || {
        let fonts: Vec<f64> =
            all.iter().map(|layout| if layout.fits() { 1000.0 } else { 0.0 } + layout.font()).collect();
        (0..fonts.len()).reduce(|best, at| if fonts[at] > fonts[best] { at } else { best })
    };
    let best = good.or_else(largest).unwrap_or_default();
    all.into_iter().nth(best).unwrap_or_else(|| Layout { chart: chart.clone(), towards: Towards::Tb })
}

/// The layouts to choose from, the most telling first.
fn candidates(chart: &Chart, direction: Direction) -> Vec<Layout> {
    let inner = without_outer_frame(chart);
    let has_outside = chart.boxes.iter().any(|drawn| drawn.frames.is_empty());
    let framed = if has_outside { chart } else { &inner };
    let sideways = |towards| [Layout { chart: framed.clone(), towards }, Layout { chart: inner.clone(), towards }];
    let upright = |towards| [Layout { chart: with_titles_beside(&inner), towards }];
    match direction {
        Direction::Auto => sideways(Towards::Lr).into_iter().chain(upright(Towards::Tb)).collect(),
        Direction::Lr => sideways(Towards::Lr).into(),
        Direction::Rl => sideways(Towards::Rl).into(),
        Direction::Tb => upright(Towards::Tb).into(),
        Direction::Bt => upright(Towards::Bt).into(),
    }
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
        titled.arrows.push(Arrow { from: from + count, to, lines: Vec::new(), line: Line::Hidden });
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
    let ranks = ranks(chart, false);
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
    ChartBox { name, look: Look::Title, lines, frames: frames.to_vec(), app: None }
}
