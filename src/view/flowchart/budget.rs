//! The budget of one diagram: what can still be read in a README. The sizes are an [`estimate`](super::estimate).

use super::Towards;
use super::chart::{Chart, Look};
use super::estimate::{ENGINES, Engine, size};

/// Width of the column that diagrams are read in, in pixels: a README on GitHub.
const COLUMN: f64 = 860.0;
/// The smallest text that is still read with ease, in pixels.
const LEAST_FONT: f64 = 11.0;
/// The estimate may be wrong by so much.
const CAUTION: f64 = 1.04;
/// The most boxes of a diagram that a reader takes in.
pub(super) const MOST_BOXES: usize = 16;
/// Of diagrams with more boxes than this nobody reads a word, so that it is not worth while to compare their layouts.
pub(super) const MANY_BOXES: usize = 200;
/// The tallest diagram that fits a few screens, in pixels of the column.
const MOST_HEIGHT: f64 = 1700.0;
/// The most arrows of a diagram that a reader can follow.
const MOST_ARROWS: usize = 24;
/// The most arrows for every two boxes: where everything leads to everything, they cross and run around each other.
const MOST_ARROWS_OF_TWO: usize = 3;

/// Can the drawing be read?
pub(super) fn fits(chart: &Chart, towards: Towards) -> bool {
    let shown = chart.boxes.iter().filter(|drawn| drawn.look != Look::Title).count();
    let is_low = || ENGINES.iter().all(|engine| height(chart, towards, engine) <= MOST_HEIGHT);
    shown <= MOST_BOXES
        && chart.arrows.len() <= MOST_ARROWS
        && 2 * chart.arrows.len() <= MOST_ARROWS_OF_TWO * chart.boxes.len()
        && font(chart, towards) >= LEAST_FONT
        && is_low()
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
