//! The flowchart: the topology as Mermaid, one box per resource with its ports in it.
//!
//! The port graph is folded into a `chart` (`fold`, or `ports` for every port on its own); a `layout` is chosen for it
//! by an estimate of what Mermaid will draw (`budget`, `estimate`); what cannot be read on one page is `split` and
//! gets an `overview`; and `draw` writes Mermaid.

mod alike;
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
mod paper;
mod peers;
mod plan;
mod ports;
mod ranks;
mod routes;
mod sheet;
mod shorter;
mod split;
#[cfg(test)]
mod tests;
mod topic;
mod types;

use anyhow::{anyhow, bail, ensure};
use clap::ValueEnum;

use crate::check::Finding;
use crate::graph::PortGraph;
use crate::manifest::object_name::ObjectName;
use crate::view::findings::{self, Numbered, Numbers};
use crate::view::{Format, Hidden};
pub(crate) use changes::marked;
use marks::Marks;
pub(crate) use page::links;
pub use paper::{Limits, Split};
use plan::{add_legend, sheets, sheets_by_type};
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
    /// How large one diagram may get.
    #[command(flatten)]
    pub limits: Limits,
    /// Whether what `portolan check` finds is drawn: red and dashed, with a number
    #[arg(long, value_enum, default_value_t)]
    pub findings: Findings,
    /// What is left out.
    #[command(flatten)]
    pub hidden: Hidden,
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
    /// An overview has depth 0; what follows it up to the next one of the same depth are its parts.
    pub(crate) depth: usize,
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

fn diagram<'f>(sheet: &Sheet, findings: &[Numbered<'f>]) -> anyhow::Result<Diagram<'f>> {
    let arrows = sheet.layout.chart.arrows.len();
    let too_large = |what: &str| {
        anyhow!("the diagram would have {what}, more than Mermaid draws; leave out --split never, or use --focus")
    };
    ensure!(arrows <= MERMAID_ARROWS, too_large(&format!("{arrows} arrows")));
    let mermaid = draw::draw(&sheet.layout.chart, sheet.layout.towards, &sheet.title)?;
    let chars = mermaid.encode_utf16().count();
    ensure!(chars <= MERMAID_CHARS, too_large(&format!("{chars} characters")));
    let shown = if sheet.is_overview { Numbers::new() } else { sheet.layout.chart.numbers() };
    let findings = findings.iter().filter(|one| shown.contains(&one.number)).copied().collect();
    Ok(Diagram { title: sheet.title.clone(), depth: sheet.depth, mermaid, note: String::new(), findings })
}
