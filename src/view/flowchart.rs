//! The flowchart: the topology as Mermaid, one box per resource with its ports in it.

mod apps;
mod budget;
mod chart;
mod draw;
mod estimate;
mod focus;
mod fold;
mod labels;
mod layout;
mod overview;
mod page;
mod ranks;
mod split;

use std::collections::BTreeSet;

use anyhow::bail;
use clap::ValueEnum;

use crate::graph::PortGraph;
use crate::view::Format;
use layout::Layout;

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Direction of the drawing
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub direction: Direction,
    /// Show only what requests pass that pass this object: svc/web, deploy/web, shop/ing/web
    #[arg(long, value_name = "[NAMESPACE/]KIND/NAME")]
    pub focus: Option<String>,
    /// What boxes are framed by
    #[arg(long, value_enum, default_value_t)]
    pub group_by: GroupBy,
    /// What a box is
    #[arg(long, value_enum, default_value_t)]
    pub detail: Detail,
    /// Explain shapes and lines
    #[arg(long)]
    pub legend: bool,
    /// What is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Whether a topology too large for one readable diagram is split
    #[arg(long, value_enum, default_value_t)]
    pub split: Split,
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

/// What boxes are framed by.
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

/// What a box is.
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

/// A diagram of a flowchart view. A large topology has several: an overview, then the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagram {
    /// What it shows, as plain text: the heading above it.
    pub(crate) title: String,
    /// Its Mermaid text, without a fence and without a line feed at its end.
    pub(crate) mermaid: String,
    /// A sentence about what it leaves out, as plain text; may be empty.
    pub(crate) note: String,
}

/// The diagrams of a graph; none where there is no port to draw.
///
/// # Errors
/// The object to focus on is not in the graph, or a template fails.
pub(crate) fn diagrams(graph: &PortGraph, options: &Options) -> anyhow::Result<Vec<Diagram>> {
    match &options.focus {
        None => drawn(graph, options),
        Some(object) => drawn(&focus::focused(graph, object)?, options),
    }
}

/// Renders.
///
/// # Errors
/// The object to focus on is not in the graph, or a template fails; there is nothing to draw, or more than one diagram, and
/// Mermaid alone was asked for.
pub fn render(graph: &PortGraph, options: &Options) -> anyhow::Result<String> {
    let diagrams = diagrams(graph, options)?;
    match (options.format, diagrams.as_slice()) {
        (Format::Markdown, _) => page::markdown(&diagrams),
        (Format::Mermaid, [only]) => Ok(format!("{}\n", only.mermaid)),
        (Format::Mermaid, []) => bail!("there are no ports in the input, so there is nothing to draw"),
        (Format::Mermaid, several) => bail!(
            "this topology needs {} diagrams to be readable, and Mermaid alone has room for one; \
             show a part of it with --focus KIND/NAME or --namespace, or all of it with --split never",
            several.len()
        ),
    }
}

fn drawn(graph: &PortGraph, options: &Options) -> anyhow::Result<Vec<Diagram>> {
    let chart = fold::fold(graph, options.group_by);
    if chart.boxes.is_empty() {
        return Ok(Vec::new());
    }
    let topic = topic(graph, options);
    let note = labels::left_out(graph);
    let layout = layout::lay_out(&chart, options.direction);
    if options.split == Split::Never || layout.fits() {
        return Ok(vec![diagram(&layout, topic, note)?]);
    }
    let overview = overview::overview(&chart, options.direction);
    let overview = overview.map(|layout| diagram(&layout, format!("{topic}: overview"), note)).transpose()?;
    let sheets = split::sheets(&chart, options.direction);
    let sheets = sheets.into_iter().map(|sheet| diagram(&sheet.layout, sheet.title, String::new()));
    overview.into_iter().map(Ok).chain(sheets).collect()
}

fn diagram(layout: &Layout, title: String, note: String) -> anyhow::Result<Diagram> {
    if std::env::var("EST").is_ok() {
        eprintln!(
            "EST {} {} {} {}",
            budget::describe(&layout.chart, layout.towards),
            layout.fits(),
            budget::font(&layout.chart, layout.towards),
            title
        );
    }
    let mermaid = draw::draw(&layout.chart, layout.towards, &title)?;
    Ok(Diagram { title, mermaid, note })
}

/// What a flowchart shows, in words that stay the same when an object is added.
fn topic(graph: &PortGraph, options: &Options) -> String {
    if let Some(object) = &options.focus {
        return format!("Ports around {object}");
    }
    let owners = graph.owners().filter_map(|owner| graph.object(owner));
    let namespaces: BTreeSet<&str> = owners.map(|id| id.namespace.as_str()).filter(|name| !name.is_empty()).collect();
    match namespaces.len() {
        1 => format!("Ports of namespace {}", namespaces.first().copied().unwrap_or_default()),
        _ => "Ports of all namespaces".to_owned(),
    }
}
