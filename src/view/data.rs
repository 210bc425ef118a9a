//! The graph as data, for other programs: JSON and YAML in a versioned format of its own ([`document`], [`model`]), and Graphviz DOT.
//!
//! `docs/portolan.v1.schema.json` describes every key. Tools rely on it, so keys are added but never renamed.

mod document;
mod dot;
mod findings;
mod json;
mod model;
mod monitors;
mod nodes;
mod policed;
mod pretty;
mod routes;
mod services;
#[cfg(test)]
mod tests;

use std::io;

use anyhow::Context as _;
use clap::ValueEnum;

use document::Document;

use crate::check::Finding;
use crate::graph::PortGraph;
use crate::source::Sources;

/// Name and version of the format, as its first key says it.
const SCHEMA: &str = "portolan/v1";

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// The data format
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// A data format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// JSON
    #[default]
    Json,
    /// The same in YAML
    Yaml,
    /// Graphviz DOT
    Dot,
}

impl Format {
    /// As it is named on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Dot => "dot",
        }
    }
}

/// Prints the whole graph in a data format.
///
/// # Errors
/// The serializer or the template fails, which no graph makes them do.
pub(crate) fn render(
    graph: &PortGraph,
    sources: &Sources,
    findings: &[Finding],
    options: &Options,
) -> anyhow::Result<String> {
    match options.format {
        Format::Json => {
            let mut text = Vec::new();
            json::write(&Document::new(graph, sources, findings), &mut text).context("JSON cannot be written")?;
            String::from_utf8(text).context("JSON cannot be written")
        }
        Format::Yaml => {
            serde_yaml::to_string(&Document::new(graph, sources, findings)).context("YAML cannot be written")
        }
        Format::Dot => dot::render(graph, findings),
    }
}

/// Writes JSON piece by piece: of a large topology the whole text would take more memory than everything else.
///
/// # Errors
/// The writer fails; nothing else can.
pub(crate) fn write_json(
    graph: &PortGraph,
    sources: &Sources,
    findings: &[Finding],
    out: &mut impl io::Write,
) -> io::Result<()> {
    json::write(&Document::new(graph, sources, findings), out)
}
