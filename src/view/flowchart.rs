//! The flowchart: the topology as Mermaid, one box per resource with its ports in it.
//!
//! The port graph is folded into a `chart` (`fold`, or `ports` for every port on its own); a `layout` is chosen for it
//! by an estimate of what Mermaid will draw (`budget`, `estimate`); what cannot be read on one page is `split` and
//! gets an `overview`; and `draw` writes Mermaid.

mod apps;
mod budget;
mod bundle;
mod changes;
mod chart;
mod draw;
mod estimate;
mod focus;
mod fold;
mod labels;
mod layout;
mod legend;
mod marks;
mod merge;
mod numbers;
mod overview;
mod page;
mod ports;
mod ranks;
mod routes;
mod sheet;
mod split;
#[cfg(test)]
mod tests;
mod topic;
mod types;

use anyhow::bail;
use clap::ValueEnum;

use crate::check::Finding;
use crate::graph::PortGraph;
use crate::manifest::object_name::ObjectName;
use crate::view::Format;
use crate::view::findings::{self, Numbered, Numbers};
pub(crate) use changes::marked;
use chart::Chart;
use layout::Layout;
use marks::Marks;
use split::Sheet;
use topic::topic;

/// Mermaid refuses diagrams with more arrows.
const MERMAID_ARROWS: usize = 500;
/// Mermaid refuses longer diagrams, counted in UTF-16.
const MERMAID_CHARS: usize = 50_000;

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Direction of the drawing
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub direction: Direction,
    /// Show only what requests pass that pass this object: svc/web, deploy/web, shop/ing/web
    #[arg(long, value_name = "[NAMESPACE/]KIND/NAME")]
    pub focus: Option<ObjectName>,
    /// What the frames around boxes stand for
    #[arg(long, value_enum, default_value_t)]
    pub group_by: GroupBy,
    /// What a box stands for
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
    /// Explain shapes and lines
    #[arg(long)]
    pub legend: bool,
    /// What is printed; Mermaid alone has room for one diagram only
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Whether a topology too large for one readable diagram is split
    #[arg(long, value_enum, default_value_t)]
    pub split: Split,
    /// Whether what `portolan check` finds is drawn: red and dashed, with a number
    #[arg(long, value_enum, default_value_t)]
    pub findings: Findings,
}

/// Which way requests run in a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Direction {
    /// From left to right where that fits a page, else from top to bottom
    #[default]
    Auto,
    /// From top to bottom
    #[value(name = "TB")]
    Tb,
    /// From left to right
    #[value(name = "LR")]
    Lr,
    /// From bottom to top
    #[value(name = "BT")]
    Bt,
    /// From right to left
    #[value(name = "RL")]
    Rl,
}

/// A direction that was decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Towards {
    Tb,
    Lr,
    Bt,
    Rl,
}

impl Towards {
    fn as_str(self) -> &'static str {
        match self {
            Self::Tb => "TB",
            Self::Lr => "LR",
            Self::Bt => "BT",
            Self::Rl => "RL",
        }
    }
}

/// What the frames around boxes stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum GroupBy {
    /// Namespaces
    #[default]
    Namespace,
    /// Applications, by the labels of their pods
    App,
    /// Types of Services, side by side
    Type,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Detail {
    /// A resource with its ports
    #[default]
    Resources,
    /// A port
    Ports,
}

/// Whether a large topology is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Split {
    /// An overview and one diagram per application, where one diagram could not be read
    #[default]
    Auto,
    /// Always one diagram
    Never,
}

/// Whether findings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Findings {
    /// Errors and warnings, where there are any
    #[default]
    Auto,
    /// None
    Never,
}

/// A diagram of a flowchart view. A large topology has several: an overview, then the parts.
#[derive(Debug, Clone)]
pub(crate) struct Diagram<'f> {
    /// What it shows, as plain text: the heading above it.
    pub(crate) title: String,
    /// Its Mermaid text, without a fence and without a line feed at its end.
    pub(crate) mermaid: String,
    /// A sentence about what it leaves out, as plain text; may be empty.
    pub(crate) note: String,
    /// What its numbers stand for. Those of an overview are explained by its parts.
    pub(crate) findings: Vec<Numbered<'f>>,
}

/// The diagrams of a graph; none where there is no port to draw.
///
/// # Errors
/// The object to focus on is not in the graph, or a template fails.
pub(crate) fn diagrams<'f>(
    graph: &PortGraph,
    findings: &'f [Finding],
    options: &Options,
) -> anyhow::Result<Vec<Diagram<'f>>> {
    match &options.focus {
        None => drawn(graph, findings, options),
        Some(object) => drawn(&focus::focused(graph, object)?, findings, options),
    }
}

/// Renders.
///
/// # Errors
/// The object to focus on is not in the graph, or a template fails; there is nothing to draw, or more than one diagram, and
/// Mermaid alone was asked for.
pub fn render(graph: &PortGraph, findings: &[Finding], options: &Options) -> anyhow::Result<String> {
    let diagrams = diagrams(graph, findings, options)?;
    match (options.format, diagrams.as_slice()) {
        (Format::Markdown, _) => page::markdown(&diagrams),
        (Format::Mermaid, [only]) => Ok(page::mermaid(only)),
        (Format::Mermaid, []) => bail!("there are no ports in the input, so there is nothing to draw"),
        (Format::Mermaid, several) => bail!(
            "this topology needs {} diagrams to be readable, and Mermaid alone has room for one; \
             show a part of it with --focus KIND/NAME or --namespace, or all of it with --split never",
            several.len()
        ),
    }
}

fn drawn<'f>(graph: &PortGraph, findings: &'f [Finding], options: &Options) -> anyhow::Result<Vec<Diagram<'f>>> {
    let topic = topic(graph, options);
    let findings = findings::numbered(graph, if options.findings == Findings::Never { &[] } else { findings });
    let mut sheets = match (options.detail, options.group_by) {
        (Detail::Ports, _) => sheets(&ports::unfold(graph, &findings), topic, options),
        (Detail::Resources, GroupBy::Type) => sheets_by_type(graph, &findings, topic, options),
        (Detail::Resources, group_by) => sheets(&fold::fold(graph, group_by, &findings, Marks(None)), topic, options),
    };
    if options.legend {
        add_legend(&mut sheets, options);
    }
    let mut diagrams = sheets.iter().map(|sheet| diagram(sheet, &findings)).collect::<anyhow::Result<Vec<_>>>()?;
    if let Some(first) = diagrams.first_mut() {
        first.note = labels::left_out(graph);
    }
    Ok(diagrams)
}

/// One sheet where a chart fits, else an overview and its parts.
fn sheets(chart: &Chart, topic: String, options: &Options) -> Vec<Sheet> {
    if chart.boxes.is_empty() {
        return Vec::new();
    }
    let layout = layout::lay_out(chart, options.direction);
    if options.split == Split::Never || layout.fits() {
        return vec![Sheet { title: topic, layout, is_overview: false }];
    }
    let overview = overview::overview(chart, options.direction);
    let overview = overview.map(|layout| Sheet { title: format!("{topic}: overview"), layout, is_overview: true });
    overview.into_iter().chain(split::sheets(chart, options.direction)).collect()
}

/// All types of Services in one sheet, from top to bottom so that they stand side by side; else one sheet per type.
fn sheets_by_type(graph: &PortGraph, findings: &[Numbered<'_>], topic: String, options: &Options) -> Vec<Sheet> {
    let types = types::by_type(graph, findings);
    let whole = types::side_by_side(types.iter().rev().map(|(_, chart)| chart));
    let direction = if options.direction == Direction::Auto { Direction::Tb } else { options.direction };
    let layout = layout::lay_out(&whole, direction);
    if !whole.boxes.is_empty() && (options.split == Split::Never || layout.fits()) {
        return vec![Sheet { title: topic, layout, is_overview: false }];
    }
    types.iter().flat_map(|(word, chart)| sheets(chart, format!("{word} Services"), options)).collect()
}

/// Puts the legend into the first diagram, or where that would get too large, after the last one.
fn add_legend(sheets: &mut Vec<Sheet>, options: &Options) {
    let all = types::side_by_side(sheets.iter().map(|sheet| &sheet.layout.chart));
    let legend = legend::legend(&all);
    let Some(first) = sheets.first_mut() else { return };
    let together = Layout { chart: types::side_by_side([&first.layout.chart, &legend]), towards: first.layout.towards };
    if together.fits() || options.split == Split::Never || options.format == Format::Mermaid {
        first.layout = together;
    } else {
        let layout = layout::lay_out(&legend, Direction::Auto);
        sheets.push(Sheet { title: "Legend".to_owned(), layout, is_overview: false });
    }
}

fn diagram<'f>(sheet: &Sheet, findings: &[Numbered<'f>]) -> anyhow::Result<Diagram<'f>> {
    let arrows = sheet.layout.chart.arrows.len();
    let mermaid = draw::draw(&sheet.layout.chart, sheet.layout.towards, &sheet.title)?;
    if arrows > MERMAID_ARROWS || mermaid.encode_utf16().count() > MERMAID_CHARS {
        bail!(
            "the diagram would have {arrows} arrows, more than Mermaid draws; leave out --split never, or use --focus"
        );
    }
    let shown = if sheet.is_overview { Numbers::new() } else { sheet.layout.chart.numbers() };
    let findings = findings.iter().filter(|one| shown.contains(&one.number)).copied().collect();
    Ok(Diagram { title: sheet.title.clone(), mermaid, note: String::new(), findings })
}
