//! Planning: which sheets a chart needs. One where it can be read; else what is alike is drawn once, then what leads to the
//! same places; else an overview and its parts.

use std::borrow::Cow;

use super::chart::Chart;
use super::layout::{Layout, fitting, lay_out};
use super::overview::overview;
use super::paper::{Paper, Split};
use super::split::{self, Sheet};
use super::{Direction, MERMAID_ARROWS, Options, alike, legend, peers, types};
use crate::graph::PortGraph;
use crate::view::Format;
use crate::view::findings::Numbered;

/// One sheet where a chart fits, else an overview and its parts.
pub(super) fn sheets(chart: &Chart, topic: String, options: &Options) -> Vec<Sheet> {
    if chart.boxes.is_empty() {
        return Vec::new();
    }
    let paper = Paper::new(options.direction, options.limits);
    let split = options.limits.split;
    let (chart, layout) = folded_to_fit(chart, paper, split);
    match layout {
        Some(layout) => vec![Sheet::only(topic, layout)],
        None if split == Split::Never => vec![Sheet::only(topic, lay_out(&chart, paper))],
        None => in_parts(&chart, &topic, paper, split),
    }
}

/// The chart with as little folded as it takes to do without parts, and its layout; with everything folded that can be, and no layout,
/// where that is not enough.
fn folded_to_fit(chart: &Chart, paper: Paper, split: Split) -> (Cow<'_, Chart>, Option<Layout>) {
    let mut layout = only(chart, paper, split);
    let mut chart = Cow::Borrowed(chart);
    for fold in [|chart: &Chart, _| alike::folded(chart), peers::joined] {
        let folded = if layout.is_none() { fold(&chart, paper) } else { None };
        if let Some(folded) = folded {
            layout = only(&folded, paper, split);
            chart = Cow::Owned(folded);
        }
    }
    (chart, layout)
}

/// The layout of a chart that needs no parts, so that it can be read; without splitting, that Mermaid draws.
fn only(chart: &Chart, paper: Paper, split: Split) -> Option<Layout> {
    match split {
        Split::Auto => fitting(chart, paper),
        Split::Never => (chart.arrows.len() <= MERMAID_ARROWS).then(|| lay_out(chart, paper)),
        Split::Namespace | Split::App => None,
    }
}

fn in_parts(chart: &Chart, topic: &str, paper: Paper, split: Split) -> Vec<Sheet> {
    let (unit, overview) = overview(chart, paper, split);
    let depth = usize::from(overview.is_some());
    let overview = overview.map(|layout| Sheet::overview(format!("{topic}: overview"), layout, 0));
    overview.into_iter().chain(split::sheets(chart, paper, unit, depth)).collect()
}

/// All types of Services in one sheet, from top to bottom so that they stand side by side; else one sheet per type.
pub(super) fn sheets_by_type(
    graph: &PortGraph,
    findings: &[Numbered<'_>],
    topic: String,
    options: &Options,
) -> Vec<Sheet> {
    let types = types::by_type(graph, findings);
    let whole = types::side_by_side(types.iter().rev().map(|(_, chart)| chart));
    let direction = if options.direction == Direction::Auto { Direction::Tb } else { options.direction };
    let paper = Paper::new(direction, options.limits);
    let layout = only(&whole, paper, options.limits.split).filter(|_| !whole.boxes.is_empty());
    match layout {
        Some(layout) => vec![Sheet::only(topic, layout)],
        None => types.iter().flat_map(|(word, chart)| sheets(chart, format!("{word} Services"), options)).collect(),
    }
}

/// Puts the legend into the first diagram, or where that would get too large, after the last one.
pub(super) fn add_legend(sheets: &mut Vec<Sheet>, options: &Options) {
    let all = types::side_by_side(sheets.iter().map(|sheet| &sheet.layout.chart));
    let legend = legend::legend(&all);
    let paper = Paper::new(Direction::Auto, options.limits);
    let Some(first) = sheets.first_mut() else { return };
    let together = Layout { chart: types::side_by_side([&first.layout.chart, &legend]), towards: first.layout.towards };
    if together.fits(paper) || options.limits.split == Split::Never || options.format == Format::Mermaid {
        first.layout = together;
    } else {
        sheets.push(Sheet { depth: 1, ..Sheet::only("Legend".to_owned(), lay_out(&legend, paper)) });
    }
}
