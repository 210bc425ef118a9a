//! The legend: a frame with one box for each look of a chart, joined by one arrow of each kind.

use super::chart::{Arrow, Chart, ChartBox, Line, Look, plain_box};
use super::fold::frame;

/// The legend of a chart.
pub(super) fn legend(chart: &Chart) -> Chart {
    let mut looks: Vec<Look> = chart.boxes.iter().map(|drawn| drawn.look).filter(|look| *look != Look::Title).collect();
    looks.sort_unstable();
    looks.dedup();
    let boxes: Vec<ChartBox> = looks.iter().map(|look| legend_box(*look)).collect();
    let mut lines: Vec<Line> =
        chart.arrows.iter().map(|arrow| arrow.line).filter(|line| *line != Line::Hidden).collect();
    lines.sort_unstable();
    lines.dedup();
    let joined = (1..boxes.len()).zip(lines);
    let arrows = joined
        .map(|(to, line)| Arrow { stands_for: 0, ..Arrow::plain(to - 1, to, vec![line_word(line).to_owned()], line) })
        .collect();
    Chart { boxes, arrows }
}

fn legend_box(look: Look) -> ChartBox {
    let word = look_word(look);
    let frames = vec![frame("legend", &["frame"], "Legend")];
    ChartBox { frames, ..plain_box(vec!["legend".to_owned(), word.to_owned()], look, vec![word.to_owned()]) }
}

fn look_word(look: Look) -> &'static str {
    match look {
        Look::Client => "client",
        Look::Entry => "way in",
        Look::Router => "router",
        Look::Service => "Service",
        Look::Workload => "workload",
        Look::Store => "StatefulSet",
        Look::External => "target outside",
        Look::Doubt => "not declared",
        Look::Missing => "missing",
        Look::Faint => "shown elsewhere",
        Look::Title => "",
    }
}

fn line_word(line: Line) -> &'static str {
    match line {
        Line::Solid => "stated",
        Line::Dotted => "assumed",
        Line::Broken => "leads nowhere",
        Line::Hidden => "",
    }
}
