//! The views: a port graph becomes text in the language of a reader.
//!
//! Every output language has its own escaping room here ([`mermaid`], [`markdown`], [`shell`]); whatever comes from a manifest
//! passes through one of them. [`words`] holds what ports and objects are called, for all views alike.

pub mod data;
pub mod diff;
pub mod doc;
pub(crate) mod findings;
pub mod flowchart;
#[cfg(test)]
mod hazards;
pub(crate) mod markdown;
pub(crate) mod mermaid;
mod namesakes;
#[cfg(test)]
mod noted;
mod places;
pub(crate) mod plain;
mod policy;
mod replicas;
pub mod sequence;
pub(crate) mod shell;
pub mod table;
pub mod tree;
mod unknown;
mod ways;
pub(crate) mod words;

use std::io;

use clap::ValueEnum;

use crate::check::Finding;
use crate::graph::PortGraph;
use crate::source::Sources;

pub(crate) use markdown::fenced;

/// A view and its options.
#[derive(Debug, Clone)]
pub enum View {
    /// The whole port document.
    Doc(doc::Options),
    /// The topology as Mermaid flowcharts.
    Flowchart(flowchart::Options),
    /// How requests travel, as Mermaid sequence diagrams.
    Sequence(sequence::Options),
    /// Port tables in Markdown.
    Table(table::Options),
    /// The topology as Unicode text.
    Tree(tree::Options),
    /// The graph as data.
    Graph(data::Options),
}

impl View {
    /// Does it show findings? They cost as much time as the graph.
    #[must_use]
    pub fn shows_findings(&self) -> bool {
        match self {
            Self::Graph(_) | Self::Doc(_) => true,
            Self::Flowchart(options) => options.findings != flowchart::Findings::Never,
            Self::Sequence(_) | Self::Table(_) | Self::Tree(_) => false,
        }
    }

    /// The part of a graph that it shows.
    #[must_use]
    pub fn shown(&self, graph: PortGraph) -> PortGraph {
        let hidden = match self {
            Self::Doc(options) => &options.hidden,
            Self::Flowchart(options) => &options.hidden,
            Self::Sequence(options) => &options.hidden,
            Self::Table(options) => &options.hidden,
            Self::Tree(options) => &options.hidden,
            Self::Graph(_) => return graph,
        };
        if hidden.hide.contains(&Hide::Metrics) { graph.without_metrics() } else { graph }
    }

    /// The language of a text that is no Markdown: what a fence around it is labelled with.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        match self {
            Self::Flowchart(flowchart::Options { format: Format::Mermaid, .. })
            | Self::Sequence(sequence::Options { format: Format::Mermaid, .. }) => Some("mermaid"),
            Self::Tree(_) => Some("text"),
            Self::Graph(options) => Some(options.format.as_str()),
            Self::Doc(_) | Self::Flowchart(_) | Self::Sequence(_) | Self::Table(_) => None,
        }
    }

    /// Renders the graph; the text ends with a line feed. A view that does not show findings needs none.
    ///
    /// # Errors
    /// What an option names is not in the graph, or a template fails.
    pub fn render(&self, graph: &PortGraph, sources: &Sources, findings: &[Finding]) -> anyhow::Result<String> {
        match self {
            Self::Doc(options) => doc::render(graph, sources, findings, options),
            Self::Flowchart(options) => flowchart::render(graph, findings, options),
            Self::Sequence(options) => sequence::render(graph, options),
            Self::Table(options) => table::render(graph, options),
            Self::Tree(options) => tree::render(graph, options),
            Self::Graph(options) => data::render(graph, sources, findings, options),
        }
    }

    /// Writes what [`View::render`] gives. JSON is written while it is made; nothing else is written before all of it is there.
    ///
    /// # Errors
    /// As for [`View::render`]; or the writer fails, with an [`io::Error`].
    pub fn write(
        &self,
        graph: &PortGraph,
        sources: &Sources,
        findings: &[Finding],
        out: &mut impl io::Write,
    ) -> anyhow::Result<()> {
        match self {
            Self::Graph(data::Options { format: data::Format::Json }) => {
                Ok(data::write_json(graph, sources, findings, out)?)
            }
            view => Ok(out.write_all(view.render(graph, sources, findings)?.as_bytes())?),
        }
    }
}

/// What a view leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
pub struct Hidden {
    /// Leave out ports that serve no requests of users; `portolan graph` and `portolan check` always have all
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub hide: Vec<Hide>,
}

/// Ports that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hide {
    /// Ports with metrics, prom or telemetry as a word of their name (http-metrics), ports of sidecars by the name of the container
    /// (istio-proxy, linkerd-proxy, kuma-sidecar, consul-dataplane, envoy-sidecar, kube-rbac-proxy, config-reloader, vault-agent,
    /// jaeger-agent, otc-container), what leads only to such ports, and in documents who scrapes metrics
    Metrics,
}

/// How diagrams are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Markdown with the diagrams in fences, ready to paste.
    #[default]
    Markdown,
    /// Mermaid alone, for other tools.
    Mermaid,
}
