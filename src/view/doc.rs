//! The port document: everything a reader may want to know about the ports of a topology, in sections that can be chosen.
//!
//! Each section is a room of its own below: graph → finished values → a template in `templates/doc/`. A section that has
//! nothing to say is left out. What other views draw comes in through [`parts`].

mod access;
mod asking;
mod commands;
mod diagrams;
mod discovery;
pub(in crate::view) mod exposure;
mod findings;
mod mapping;
mod names;
mod overview;
mod parts;
mod placed;
mod ports;
mod probed;
mod scraping;
#[cfg(test)]
mod tests;
mod traffic;
mod troubleshooting;

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;
use clap::ValueEnum;

use super::flowchart::{Diagram, Limits};
use super::{Hidden, Hide, markdown};
use crate::check::{Finding, NodePortRange};
use crate::graph::PortGraph;
use crate::name::Name;
use crate::source::Sources;

/// Options of the port document.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Print these sections only, in this order; one alone has no heading
    #[arg(long = "section", value_name = "NAME", value_enum, value_delimiter = ',')]
    pub sections: Vec<Section>,
    /// What the whole document has; none: every section
    #[arg(skip)]
    pub whole: Vec<Section>,
    /// The node ports that the cluster hands out
    #[arg(skip)]
    pub node_ports: NodePortRange,
    /// Title of the document, or of what the chosen sections are
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Level of the title, 1 to 4; sections are one deeper
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=4))]
    pub heading_level: u8,
    /// How large one diagram may get.
    #[command(flatten)]
    pub limits: Limits,
    /// Leave nothing out, however long the lists of commands and diagrams become
    #[arg(long)]
    pub all: bool,
    /// What is left out.
    #[command(flatten)]
    pub hidden: Hidden,
}

/// A section of the document. The order is the one they are printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// What there is, in numbers and in one diagram
    Overview,
    /// Where ports do not meet: what `portolan check` finds, with its numbers in the diagrams
    Findings,
    /// Tables of every port
    Ports,
    /// Ports layer by layer: containers, Services, outside
    Mapping,
    /// Commands that reach the ports
    Access,
    /// DNS names, and who calls whom
    Discovery,
    /// How requests travel
    Traffic,
    /// From where each port can be reached
    Exposure,
    /// Commands that find out why a port does not answer
    Troubleshooting,
    /// One diagram per application, where one is not enough for all
    Diagrams,
}

impl Section {
    fn heading(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Findings => "Findings",
            Self::Ports => "Port summary",
            Self::Mapping => "Port mapping",
            Self::Access => "Access methods",
            Self::Discovery => "Service discovery",
            Self::Traffic => "Traffic flow",
            Self::Exposure => "Exposure",
            Self::Troubleshooting => "Troubleshooting",
            Self::Diagrams => "Diagrams of the parts",
        }
    }

    /// Its text, or `None` where it has nothing to say.
    fn body(self, context: &Context<'_>) -> Result<Option<String>> {
        match self {
            Self::Overview => overview::body(context),
            Self::Findings => findings::body(context),
            Self::Ports => ports::body(context),
            Self::Mapping => mapping::body(context),
            Self::Access => access::body(context),
            Self::Discovery => discovery::body(context),
            Self::Traffic => traffic::body(context),
            Self::Exposure => exposure::body(context),
            Self::Troubleshooting => troubleshooting::body(context),
            Self::Diagrams => diagrams::body(context),
        }
    }
}

/// What every section is made from.
struct Context<'g> {
    graph: &'g PortGraph,
    sources: &'g Sources,
    findings: &'g [Finding],
    /// Namespaces of all objects.
    namespaces: BTreeSet<&'g str>,
    /// Kinds that do not say alone what is meant.
    kinds_of_several_groups: BTreeSet<Name>,
    /// Marks of a heading inside of a section: `###`.
    hashes: String,
    /// The parts of a large topology have a section of their own here.
    has_diagrams: bool,
    /// A section explains the numbers in diagrams.
    has_findings: bool,
    /// The node ports that the cluster hands out.
    node_ports: &'g NodePortRange,
    /// Nothing is left out, however long it becomes.
    all: bool,
    /// Metrics are of no interest.
    hides_metrics: bool,
    /// The flowcharts of the topology: one, or an overview and its parts.
    diagrams: Vec<Diagram<'g>>,
    /// What links from each diagram to its parts, where these are in the document.
    links: Vec<String>,
}

/// Renders the document.
///
/// # Errors
/// A template or another view fails.
pub fn render(graph: &PortGraph, sources: &Sources, findings: &[Finding], options: &Options) -> Result<String> {
    let level = usize::from(options.heading_level.clamp(1, 4));
    let chosen = chosen(options);
    let links = |section: &Section| matches!(section, Section::Overview | Section::Diagrams);
    let mut context = Context {
        graph,
        sources,
        findings,
        namespaces: namespaces(graph),
        kinds_of_several_groups: names::kinds_of_several_groups(graph),
        hashes: "#".repeat(level + 2),
        has_diagrams: chosen.contains(&Section::Diagrams),
        has_findings: chosen.contains(&Section::Findings),
        node_ports: &options.node_ports,
        all: options.all,
        hides_metrics: options.hidden.hide.contains(&Hide::Metrics),
        diagrams: if chosen.iter().any(links) { parts::topology(graph, findings, options.limits)? } else { Vec::new() },
        links: Vec::new(),
    };
    let title = title(&context, options);
    let mut bodies = vec![None; chosen.len()];
    for (section, body) in chosen.iter().zip(&mut bodies).filter(|(section, _)| !links(section)) {
        *body = section.body(&context)?;
    }
    context.links = parts::links(&context, title.as_deref(), chosen.iter().copied().zip(&bodies));
    for (section, body) in chosen.iter().zip(&mut bodies).filter(|(section, _)| links(section)) {
        *body = section.body(&context)?;
    }
    let heading = |section: &Section| (options.sections.len() != 1).then(|| section.heading());
    let titled = |(section, body): (&Section, Option<String>)| {
        Some(Titled { heading: heading(section), body: body?.trim().to_owned() })
    };
    let sections = chosen.iter().zip(bodies).filter_map(titled).collect();
    let title = title.map(|title| markdown::text(&title));
    let document = Document { title, title_hashes: "#".repeat(level), sections };
    Ok(format!("{}\n", document.render()?.trim()))
}

/// The whole document.
#[derive(Template)]
#[template(path = "doc/document.md")]
struct Document {
    title: Option<String>,
    title_hashes: String,
    sections: Vec<Titled>,
}

/// A section and its heading.
struct Titled {
    heading: Option<&'static str>,
    body: String,
}

fn chosen(options: &Options) -> &[Section] {
    let stated = [&options.sections, &options.whole].into_iter().find(|sections| !sections.is_empty());
    stated.map_or(Section::value_variants(), Vec::as_slice)
}

/// The stated title; the whole document has one in any case.
fn title(context: &Context<'_>, options: &Options) -> Option<String> {
    let whole = || options.sections.is_empty().then(|| default_title(&context.namespaces));
    options.title.clone().or_else(whole)
}

fn default_title(namespaces: &BTreeSet<&str>) -> String {
    match namespaces.iter().collect::<Vec<_>>()[..] {
        [only] => format!("Ports of namespace {only}"),
        _ => "Ports".to_owned(),
    }
}

fn namespaces(graph: &PortGraph) -> BTreeSet<&str> {
    let objects = graph.owners().filter_map(|owner| graph.object(owner));
    objects.map(|id| id.namespace.as_str()).filter(|namespace| !namespace.is_empty()).collect()
}
