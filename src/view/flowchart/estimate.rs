//! The estimate: how large Mermaid will draw a chart.
//!
//! Nobody but Mermaid knows the size of its drawings, and its versions do not agree: their boxes differ by half their
//! width. But all of them draw in ranks: a drawing is as long as its ranks and the labels between them, and as wide as
//! its widest rank. The numbers were measured on drawings of Mermaid 10.7, 11.17 and 12.3.

use std::collections::{BTreeMap, BTreeSet};

use super::Towards;
use super::chart::{Arrow, Chart, ChartBox, Frame, Line, Look};
use super::ranks::{Free, part_count, ranks};

/// Mermaid 12 puts parts that nothing joins side by side, so that the whole is about so many times as wide as it is high.
const PACKED_SHAPE: f64 = 1.6;
/// How much longer a drawing gets sideways where several frames push each other along.
const SEVERAL_FRAMES: f64 = 1.35;
/// Space on both sides of an arrow, in pixels.
const BESIDE_ARROW: f64 = 20.0;

/// How one version of Mermaid draws.
pub(super) struct Engine {
    /// Size of the text, in pixels.
    pub(super) font: f64,
    /// Text is broken at this width.
    wrap: f64,
    /// Boxes are at least this wide inside.
    least: f64,
    /// What a box adds to the width and the height of its text.
    padding: (f64, f64),
    /// Height of a line of text.
    line: f64,
    /// Space between two ranks, without labels.
    between_ranks: f64,
    /// Space between two boxes of a rank.
    between_boxes: f64,
    /// What the border of a frame adds on both sides together, along the ranks and across them.
    frame: (f64, f64),
    /// What all drawings have around them.
    margin: f64,
    /// What frames that no arrow enters add along the ranks.
    closed_frame: f64,
    /// Room for each arrow that turns between two ranks.
    channel: f64,
    /// Where it puts what stands in no frame.
    free: Free,
    /// Parts that no arrow joins are put side by side.
    packs_parts: bool,
}

pub(super) const ENGINES: [Engine; 3] = [
    Engine {
        font: 14.0,
        wrap: 120.0,
        least: 120.0,
        padding: (32.0, 24.0),
        line: 21.0,
        between_ranks: 46.0,
        between_boxes: 46.0,
        frame: (72.0, 50.0),
        closed_frame: 0.0,
        margin: 20.0,
        channel: 8.0,
        free: Free::Apart,
        packs_parts: true,
    },
    Engine {
        font: 16.0,
        wrap: 200.0,
        least: 0.0,
        padding: (60.0, 30.0),
        line: 24.0,
        between_ranks: 50.0,
        between_boxes: 50.0,
        frame: (20.0, 105.0),
        closed_frame: 90.0,
        margin: 20.0,
        channel: 0.0,
        free: Free::Anywhere,
        packs_parts: false,
    },
    Engine {
        font: 16.0,
        wrap: f64::INFINITY,
        least: 0.0,
        padding: (15.0, 15.0),
        line: 18.0,
        between_ranks: 50.0,
        between_boxes: 50.0,
        frame: (45.0, 100.0),
        closed_frame: 0.0,
        margin: 20.0,
        channel: 0.0,
        free: Free::Anywhere,
        packs_parts: false,
    },
];

/// Width and height, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The size of a drawing.
pub(super) fn size(chart: &Chart, towards: Towards, engine: &Engine) -> Size {
    let is_sideways = matches!(towards, Towards::Lr | Towards::Rl);
    let turned = |size: Size| if is_sideways { Size { width: size.height, height: size.width } } else { size };
    let rows = rows(chart, engine, turned);
    let depth = chart.boxes.iter().map(|drawn| drawn.frames.len()).max().unwrap_or_default() as f64;
    let is_entered = chart.arrows.iter().any(|arrow| frame_of(chart, arrow.from) != frame_of(chart, arrow.to));
    let closed = if is_entered { 0.0 } else { engine.closed_frame };
    let across = rows.across(engine) + depth * engine.frame.1 + engine.margin;
    let along = rows.along(engine) + depth * (engine.frame.0 + closed) + engine.margin;
    let has_several = chart.boxes.iter().filter_map(|drawn| drawn.frames.last()).collect::<BTreeSet<_>>().len() > 1;
    let pushed = if is_sideways && has_several { SEVERAL_FRAMES } else { 1.0 };
    let size = turned(Size { width: across, height: along * pushed });
    if engine.packs_parts && part_count(chart) > 1 { packed(size) } else { size }
}

/// The size of unconnected parts when they are put side by side.
fn packed(size: Size) -> Size {
    let width = (size.width * size.height * PACKED_SHAPE).sqrt().max(size.width);
    Size { width, height: size.height * size.width / width }
}

/// Puts every box and every arrow into its rows.
fn rows<'c>(chart: &'c Chart, engine: &Engine, turned: impl Fn(Size) -> Size) -> Rows<'c> {
    let ranks = ranks(chart, engine.free);
    let mut rows = Rows::new(chart, &ranks);
    for (drawn, rank) in chart.boxes.iter().zip(&ranks) {
        rows.add(2 * rank, drawn.frames.first(), turned(box_size(drawn, engine)), engine.between_boxes);
    }
    for arrow in chart.arrows.iter().filter(|arrow| arrow.line != Line::Hidden) {
        let label = turned(text_size(&arrow.lines, engine, f64::INFINITY));
        let ends = (ranks[arrow.from], ranks[arrow.to]);
        add_arrow(&mut rows, chart, arrow, ends, label, engine);
        if shares_an_end(chart, arrow) {
            rows.turns[2 * ends.0.min(ends.1) + 1] += 1;
        }
    }
    rows
}

/// The rows of a drawing: ranks, and between each two of them the labels of the arrows there.
struct Rows<'c> {
    /// For each outermost frame (none for what stands in no frame) the extent of each row in it.
    columns: BTreeMap<Option<&'c Frame>, Vec<Size>>,
    /// How many arrows turn in each row.
    turns: Vec<usize>,
    count: usize,
}

impl<'c> Rows<'c> {
    fn new(chart: &'c Chart, ranks: &[usize]) -> Self {
        let count = 2 * ranks.iter().max().copied().unwrap_or_default() + 1;
        let frames = chart.boxes.iter().map(|drawn| drawn.frames.first()).chain([None]);
        Self {
            columns: frames.map(|frame| (frame, vec![Size::default(); count])).collect(),
            turns: vec![0; count + 1],
            count,
        }
    }

    fn add(&mut self, row: usize, frame: Option<&'c Frame>, size: Size, space: f64) {
        if let Some(row) = self.columns.get_mut(&frame).and_then(|rows| rows.get_mut(row)) {
            row.width += size.width + space;
            row.height = row.height.max(size.height);
        }
    }

    /// Frames keep their width from their first row to their last one; what stands in none goes around them, on both sides.
    fn across(&self, engine: &Engine) -> f64 {
        let row = |at: usize| -> f64 {
            let columns = self.columns.iter();
            columns.map(|(frame, rows)| frame.map_or(rows[at].width, |_| column_at(rows, at))).sum()
        };
        (0..self.count).map(row).fold(0.0, f64::max) - engine.between_boxes
    }

    fn along(&self, engine: &Engine) -> f64 {
        let height = |row: usize| self.columns.values().map(|rows| rows[row].height).fold(0.0, f64::max);
        let turns: usize = self.turns.iter().map(|turns| turns.saturating_sub(1)).sum();
        let between = (self.count / 2) as f64 * engine.between_ranks + turns as f64 * engine.channel;
        (0..self.count).map(height).sum::<f64>() + between
    }
}

/// Does another arrow start or end where this one does?
fn shares_an_end(chart: &Chart, arrow: &Arrow) -> bool {
    chart.arrows.iter().filter(|other| other.from == arrow.from || other.to == arrow.to).nth(1).is_some()
}

/// The width of a frame in a row.
fn column_at(rows: &[Size], at: usize) -> f64 {
    let is_inside = rows[..=at].iter().any(|row| row.width > 0.0) && rows[at..].iter().any(|row| row.width > 0.0);
    if is_inside { rows.iter().map(|row| row.width).fold(0.0, f64::max) } else { 0.0 }
}

/// The label stands half-way, or in front of the frame that the arrow enters; in the other rows on the way the arrow needs
/// a little room.
fn add_arrow<'c>(
    rows: &mut Rows<'c>,
    chart: &'c Chart,
    arrow: &Arrow,
    ends: (usize, usize),
    label: Size,
    engine: &Engine,
) {
    let (first, last) = (2 * ends.0.min(ends.1), 2 * ends.0.max(ends.1));
    let frame = frame_of(chart, arrow.from).filter(|from| Some(*from) == frame_of(chart, arrow.to));
    let middle = if engine.free == Free::Apart && frame.is_none() { first + 1 } else { usize::midpoint(first, last) };
    for row in first + 1..last {
        rows.add(row, frame, if row == middle { label } else { Size::default() }, BESIDE_ARROW);
    }
}

fn frame_of(chart: &Chart, id: usize) -> Option<&Frame> {
    chart.boxes.get(id).and_then(|drawn| drawn.frames.first())
}

fn box_size(drawn: &ChartBox, engine: &Engine) -> Size {
    let text = text_size(&drawn.lines, engine, engine.wrap);
    let (width, height) = (text.width.max(engine.least) + engine.padding.0, text.height + engine.padding.1);
    match drawn.look {
        Look::Client => Size { width: width.min(80.0), height: width.min(80.0) },
        Look::Doubt | Look::Missing => Size { width: width + height / 2.0, height },
        Look::Entry => Size { width: width + 20.0, height },
        Look::Store => Size { width, height: height + 30.0 },
        Look::Router | Look::Service | Look::Workload | Look::External | Look::Faint | Look::Title => {
            Size { width, height }
        }
    }
}

/// The size of lines of text that are broken at spaces and hyphens where they are wider than `wrap`.
fn text_size(lines: &[String], engine: &Engine, wrap: f64) -> Size {
    let (mut widest, mut count) = (0.0_f64, 0.0);
    for line in lines {
        let (mut width, mut rows) = (0.0, 1.0);
        for word in line.split_inclusive([' ', '-']) {
            let word = text_width(word, engine);
            if width > 0.0 && width + word > wrap {
                (width, rows) = (0.0, rows + 1.0);
            }
            width += word;
            widest = widest.max(width);
        }
        count += rows;
    }
    Size { width: widest, height: count * engine.line }
}

/// The width of a text in a usual sans-serif font.
fn text_width(text: &str, engine: &Engine) -> f64 {
    let of = |c: char| match c {
        'i' | 'j' | 'l' | '|' | '.' | ',' | ':' | ';' | '\'' | '!' | '/' | ' ' | '[' | ']' | 'I' => 0.28,
        'f' | 'r' | 't' | '-' | '(' | ')' => 0.33,
        'm' | 'w' | 'M' | 'W' | '@' => 0.85,
        'A'..='Z' => 0.68,
        _ if c.is_ascii() => 0.55,
        _ => 1.0,
    };
    text.chars().map(of).sum::<f64>() * engine.font
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::flowchart::chart::plain_box;

    fn chart(boxes: &[(Look, &[&str])], arrows: &[(usize, usize, &str)]) -> Chart {
        let drawn = |(look, lines): &(Look, &[&str])| {
            plain_box(vec![lines.concat()], *look, lines.iter().map(|line| (*line).to_owned()).collect())
        };
        let arrow = |(from, to, label): &(usize, usize, &str)| {
            let lines = if label.is_empty() { Vec::new() } else { vec![(*label).to_owned()] };
            Arrow::plain(*from, *to, lines, Line::Solid)
        };
        Chart { boxes: boxes.iter().map(drawn).collect(), arrows: arrows.iter().map(arrow).collect() }
    }

    /// The widths are those that Mermaid 12.3, 11.17 and 10.7 drew.
    #[test]
    fn widths_are_near_those_of_real_drawings() {
        let nodes: [(Look, &[&str]); 4] = [
            (Look::Client, &["Client"]),
            (Look::Service, &["Service web", "NodePort", "port 80"]),
            (Look::Workload, &["Deployment web", "containerPort 8080 (http)"]),
            (Look::Service, &["Service", "imagepod-api-nodeport", "NodePort", "port 8000 (http)"]),
        ];
        let chain = chart(&nodes[..3], &[(0, 1, "nodePort 30080"), (1, 2, "targetPort 8080")]);
        let fan = chart(&nodes, &[(0, 1, ""), (0, 2, ""), (0, 3, "")]);
        let cases = [
            (&chain, Towards::Lr, [750.0, 780.0, 690.0]),
            (&chain, Towards::Tb, [168.0, 253.0, 208.0]),
            (&fan, Towards::Tb, [552.0, 726.0, 591.0]),
            (&fan, Towards::Lr, [282.0, 359.0, 314.0]),
        ];
        for (chart, towards, widths) in cases {
            for (engine, width) in ENGINES.iter().zip(widths) {
                let estimate = size(chart, towards, engine).width;
                let error = (estimate / width - 1.0).abs();
                assert!(error < 0.12, "{towards:?}, {width} drawn: {estimate}");
            }
        }
    }
}
