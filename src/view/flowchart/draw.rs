//! Drawing: a chart becomes the text of one Mermaid flowchart. Every text passes through [`flow`], every id through [`Ids`].

use askama::Template;

use super::Towards;
use super::chart::{Arrow, Chart, ChartBox, Frame, Line, Look};
use super::marks;
use crate::diff::Mark;
use crate::view::mermaid::{Ids, flow};

/// What is read out to those who do not see the drawing, after its title.
const DESCRIPTION: &str = "Boxes with their ports; each arrow names the field that leads to the next port";

/// The same, of the drawing of a difference.
const MARKED: &str = "Boxes with their ports, before and after a change; what is added has a +, what is removed a −";

/// What the template is filled with.
#[derive(Template)]
#[template(path = "flowchart.mmd", escape = "none")]
struct Flowchart {
    towards: &'static str,
    title: String,
    description: String,
    /// Frames and the boxes in them, each line with its indent.
    boxes: Vec<String>,
    arrows: Vec<String>,
    classes: Vec<&'static str>,
    /// That arrows are straight, where they may cross; and how the first ones look, where findings are about them, or of which mark
    /// they are.
    link_styles: Vec<String>,
}

/// The Mermaid text of a chart, without a line feed at its end.
pub(super) fn draw(chart: &Chart, towards: Towards, title: &str) -> anyhow::Result<String> {
    let mut ids = Ids::default();
    let names: Vec<String> = chart.boxes.iter().map(|drawn| id(&mut ids, &drawn.name)).collect();
    // Mermaid counts arrows to style them. Those that findings are about come first, so that another arrow changes no number.
    let is_marked = chart.arrows.iter().any(|arrow| arrow.mark.is_some());
    let (arrows, link_styles) = if is_marked { marks::in_order(chart) } else { wrong_first(chart) };
    let arrows = arrows.into_iter().filter_map(|arrow| arrow_text(arrow, &names)).collect();
    let mut classes: Vec<(Look, Option<Mark>)> = chart.boxes.iter().map(class_key).collect();
    classes.sort_unstable();
    classes.dedup();
    let flowchart = Flowchart {
        towards: towards.as_str(),
        title: flow([title]),
        description: flow([if is_marked { MARKED } else { DESCRIPTION }]),
        boxes: frames_and_boxes(chart, &names, &mut ids, towards),
        arrows,
        classes: classes.into_iter().map(class).collect(),
        link_styles: straight(chart).into_iter().chain(link_styles).collect(),
    };
    Ok(flowchart.render()?)
}

fn id(ids: &mut Ids, name: &[String]) -> String {
    let parts: Vec<&str> = name.iter().map(String::as_str).collect();
    parts.split_first().map_or_else(String::new, |(prefix, rest)| ids.id(prefix, rest))
}

/// Opens and closes frames around boxes. Boxes of one frame stand together, wherever they are in the chart.
fn frames_and_boxes(chart: &Chart, names: &[String], ids: &mut Ids, towards: Towards) -> Vec<String> {
    let mut order: Vec<usize> = (0..chart.boxes.len()).collect();
    order.sort_by_key(|at| (frame_order(chart, &chart.boxes[*at].frames), *at));
    let mut lines = Vec::new();
    let mut open: Vec<&Frame> = Vec::new();
    for at in order {
        let drawn = &chart.boxes[at];
        let common = open.iter().zip(&drawn.frames).take_while(|(a, b)| **a == *b).count();
        close(&mut lines, &mut open, common);
        for frame in drawn.frames.iter().skip(common) {
            let indent = indent(open.len());
            lines.push(format!("{indent}subgraph {}[\"{}\"]", id(ids, &frame.name), flow([&frame.title])));
            open.push(frame);
            lines.push(format!("{}direction {}", self::indent(open.len()), towards.as_str()));
        }
        lines.push(format!("{}{}", indent(open.len()), box_text(drawn, &names[at])));
    }
    close(&mut lines, &mut open, 0);
    lines
}

/// Where the frames of a box come first in the chart, from the outermost on.
fn frame_order(chart: &Chart, frames: &[Frame]) -> Vec<usize> {
    let first = |depth: usize| chart.boxes.iter().position(|other| other.frames.get(..=depth) == frames.get(..=depth));
    (0..frames.len()).filter_map(first).collect()
}

fn close(lines: &mut Vec<String>, open: &mut Vec<&Frame>, depth: usize) {
    while open.len() > depth {
        open.pop();
        lines.push(format!("{}end", indent(open.len())));
    }
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth + 1)
}

fn box_text(drawn: &ChartBox, id: &str) -> String {
    let (open, close) = shape(drawn.look);
    let class = class(class_key(drawn)).split(' ').nth(1).unwrap_or_default();
    format!("{id}{open}\"{}\"{close}:::{class}", flow(&drawn.lines))
}

fn shape(look: Look) -> (&'static str, &'static str) {
    match look {
        Look::Client => ("((", "))"),
        Look::Store => ("[(", ")]"),
        Look::Doubt | Look::Missing => ("{{", "}}"),
        Look::Entry => ("([", "])"),
        Look::Router | Look::External => ("(", ")"),
        Look::Service | Look::Workload | Look::Faint | Look::Title => ("[", "]"),
    }
}

/// What decides about the colours of a box: its mark, else its look. A hole that is new is no gain, so it stays red.
fn class_key(drawn: &ChartBox) -> (Look, Option<Mark>) {
    if (drawn.look, drawn.mark) == (Look::Missing, Some(Mark::Added)) {
        return (Look::Missing, None);
    }
    (if drawn.mark.is_some() { Look::Faint } else { drawn.look }, drawn.mark)
}

fn class((look, mark): (Look, Option<Mark>)) -> &'static str {
    if let Some(mark) = mark {
        return marks::class(mark);
    }
    match look {
        Look::Client => "classDef kClient fill:#ffd8b5,stroke:#bc4c00,color:#4c1d00",
        Look::Entry => "classDef kEntry fill:#fff8c5,stroke:#9a6700,color:#3b2300",
        Look::Router => "classDef kRouter fill:#ddf4ff,stroke:#0969da,color:#0a3069",
        Look::Service => "classDef kService fill:#326ce5,stroke:#1f4fb0,color:#ffffff",
        Look::Workload => "classDef kWorkload fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e",
        Look::Store => "classDef kStore fill:#d2f4ea,stroke:#0f766e,color:#083f3a",
        Look::External => "classDef kExternal fill:#f6f8fa,stroke:#57606a,color:#24292f",
        Look::Doubt => "classDef kDoubt fill:#fff1e5,stroke:#bc4c00,color:#762c00,stroke-dasharray:4 3",
        Look::Missing => "classDef kMissing fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-dasharray:4 3",
        Look::Faint => "classDef kFaint fill:#d8dee4,stroke:#8c959f,color:#32383f,stroke-dasharray:2 2",
        Look::Title => "classDef kTitle fill:none,stroke:none",
    }
}

/// Makes arrows straight where some with labels may cross. Mermaid 11 moves a label to the middle of its curve, onto the labels of
/// others; on a straight line it stays where the layout made room for it.
fn straight(chart: &Chart) -> Option<String> {
    let (mut leaving, mut entering) = (vec![0_usize; chart.boxes.len()], vec![0_usize; chart.boxes.len()]);
    let labelled = || chart.arrows.iter().filter(|arrow| !arrow.lines.is_empty());
    for arrow in labelled() {
        leaving[arrow.from] += 1;
        entering[arrow.to] += 1;
    }
    let may_cross = labelled().any(|arrow| leaving[arrow.from] > 1 && entering[arrow.to] > 1);
    may_cross.then(|| "linkStyle default interpolate linear".to_owned())
}

/// The arrows, those that findings are about first, and their style.
fn wrong_first(chart: &Chart) -> (Vec<&Arrow>, Vec<String>) {
    let (wrong, right): (Vec<&Arrow>, Vec<&Arrow>) = chart.arrows.iter().partition(|arrow| !arrow.numbers.is_empty());
    let style = link_style(wrong.len());
    (wrong.into_iter().chain(right).collect(), style.into_iter().collect())
}

/// Makes the first arrows red. Their labels keep the colours of the theme, in which they can be read.
fn link_style(count: usize) -> Option<String> {
    let numbers: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    let style = "stroke:#e5484d,stroke-width:3px,stroke-dasharray:6 4";
    (count > 0).then(|| format!("linkStyle {} {style}", numbers.join(",")))
}

fn arrow_text(arrow: &Arrow, names: &[String]) -> Option<String> {
    let (from, to) = (names.get(arrow.from)?, names.get(arrow.to)?);
    let line = match arrow.line {
        Line::Solid if arrow.numbers.is_empty() && arrow.mark != Some(Mark::Removed) => "-->",
        Line::Solid | Line::Dotted => "-.->",
        Line::Broken => "-.-x",
        Line::Hidden => "~~~",
    };
    Some(match arrow.lines.is_empty() {
        true => format!("{from} {line} {to}"),
        false => format!("{from} {line}|\"{}\"| {to}", flow(&arrow.lines)),
    })
}
