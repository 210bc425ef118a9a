//! The budget of one diagram: what can still be read in a README. The sizes are an [`estimate`](super::estimate).

use super::Towards;
use super::chart::{Chart, Look};
use super::draw::draw;
use super::estimate::{ENGINES, Engine, size};
use super::paper::Paper;

/// Width of the column that diagrams are read in, in pixels: a README on GitHub.
const COLUMN: f64 = 860.0;
/// The smallest text that is still read with ease, in pixels.
const LEAST_FONT: f64 = 11.0;
/// The estimate may be wrong by so much.
const CAUTION: f64 = 1.04;
/// Of diagrams with more boxes than this nobody reads a word, so that it is not worth while to compare their layouts.
pub(super) const MANY_BOXES: usize = 200;
/// The tallest diagram that fits a few screens, in pixels of the column.
const MOST_HEIGHT: f64 = 1700.0;
/// The most arrows for every two boxes: where everything leads to everything, they cross and run around each other.
const MOST_ARROWS_OF_TWO: usize = 3;

/// What a box or an arrow adds to its text at most: ids, marks, a class.
const CHARS_AROUND: usize = 240;
/// The most characters that the escapes make of one.
const CHARS_OF_ONE: usize = 6;
/// What every diagram has besides: titles, classes.
const CHARS_OF_ALL: usize = 2000;
/// Room for a title that is not known yet, in characters.
const CHARS_OF_TITLE: usize = 400;

/// Can the drawing be read, and is it drawn at all?
pub(super) fn fits(chart: &Chart, towards: Towards, paper: Paper) -> bool {
    let is_low = || ENGINES.iter().all(|engine| height(chart, towards, engine) <= MOST_HEIGHT);
    let is_readable = || {
        2 * chart.arrows.len() <= MOST_ARROWS_OF_TWO * chart.boxes.len()
            && font(chart, towards) >= LEAST_FONT
            && is_low()
    };
    may_fit(chart, paper) && (!paper.is_page() || is_readable()) && is_short(chart, towards, paper.chars)
}

/// Are there so few boxes and arrows that it is worth while to lay them out?
pub(super) fn may_fit(chart: &Chart, paper: Paper) -> bool {
    let shown = chart.boxes.iter().filter(|drawn| drawn.look != Look::Title).count();
    shown <= paper.most_boxes() && chart.arrows.len() <= paper.arrows
}

/// Is the Mermaid text short enough? It is made only where that is not certain.
fn is_short(chart: &Chart, towards: Towards, most: usize) -> bool {
    let texts = chart.boxes.iter().map(|drawn| &drawn.lines).chain(chart.arrows.iter().map(|arrow| &arrow.lines));
    let longest = |lines: &Vec<String>| CHARS_AROUND + CHARS_OF_ONE * lines.iter().map(String::len).sum::<usize>();
    let is_certain = CHARS_OF_ALL + texts.map(longest).sum::<usize>() <= most;
    let drawn = || draw(chart, towards, "").map_or(usize::MAX, |text| text.encode_utf16().count());
    is_certain || drawn() + CHARS_OF_TITLE <= most
}

/// The size of the text where the drawing is made to fit the column, in pixels, in the version that makes it smallest.
pub(super) fn font(chart: &Chart, towards: Towards) -> f64 {
    let font = |engine: &Engine| {
        let width = size(chart, towards, engine).width * CAUTION;
        engine.font * (COLUMN / width).min(1.0)
    };
    ENGINES.iter().map(font).fold(f64::INFINITY, f64::min)
}

/// The height of the drawing when it is made to fit the column.
fn height(chart: &Chart, towards: Towards, engine: &Engine) -> f64 {
    let size = size(chart, towards, engine);
    size.height * (COLUMN / size.width).min(1.0)
}
