//! The sequence view: how a request travels, as Mermaid sequence diagrams; one per way in, per call, and per Service that nobody else reaches.

mod answer;
mod approach;
mod backend;
mod choose;
mod ending;
mod hole;
mod mirror;
mod pen;
mod pod;
mod policed;
mod redirect;
mod remark;
mod request;
mod router;
mod scene;
mod speech;
mod stage;
#[cfg(test)]
mod tests;
mod wrap;

use askama::Template;

use super::{Format, Hidden, markdown};
use crate::graph::PortGraph;
pub use choose::{Place, Target};
use request::Request;

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Only requests that reach this object: svc/web, shop/deploy/web (with its namespace), svc/web:80 (one of its ports)
    #[arg(long, value_name = "KIND/NAME")]
    pub to: Option<Target>,
    /// Only requests from here: `outside`, `host` (the machine of a local cluster), `inside` (any pod), the workload that calls
    /// (deploy/web), or the object of the way in (ing/web, svc/web:30080)
    #[arg(long, value_name = "PLACE")]
    pub from: Option<Place>,
    /// Draw every request, however many there are
    #[arg(long)]
    pub all: bool,
    /// How the diagrams are printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// What is left out.
    #[command(flatten)]
    pub hidden: Hidden,
}

/// A diagram of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagram {
    /// What it shows, in words, not escaped: `Through node port 30080 to Service web`.
    pub(crate) heading: String,
    /// Mermaid; ends with a line feed.
    pub(crate) mermaid: String,
}

#[derive(Template)]
#[template(path = "sequence.md", escape = "none")]
struct Page {
    sections: Vec<Section>,
    remarks: Vec<String>,
}

struct Section {
    heading: String,
    diagram: String,
}

/// Renders.
///
/// # Errors
/// What an option names is not in the graph, or bare Mermaid is asked for and there is not exactly one diagram.
pub fn render(graph: &PortGraph, options: &Options) -> anyhow::Result<String> {
    let chosen = choose::chosen(graph, options)?;
    match options.format {
        Format::Markdown => page(graph, &chosen),
        Format::Mermaid => match chosen.requests.as_slice() {
            [only] => Ok(diagram(graph, only)?.mermaid),
            _ => Err(remark::not_one(graph, &chosen.requests)),
        },
    }
}

/// The diagrams of what `options` choose, in the order of keys: ways in, then calls, then Services that nobody else reaches.
///
/// # Errors
/// What an option names is not in the graph.
pub(crate) fn diagrams(graph: &PortGraph, options: &Options) -> anyhow::Result<Vec<Diagram>> {
    choose::chosen(graph, options)?.requests.iter().map(|request| diagram(graph, request)).collect()
}

fn diagram(graph: &PortGraph, request: &Request) -> anyhow::Result<Diagram> {
    let mermaid = stage::scene(graph, request).draw()?;
    Ok(Diagram { heading: request.heading(graph), mermaid })
}

fn page(graph: &PortGraph, chosen: &choose::Chosen) -> anyhow::Result<String> {
    let mut sections = Vec::with_capacity(chosen.requests.len());
    for request in &chosen.requests {
        let diagram = diagram(graph, request)?;
        let heading = markdown::text(&diagram.heading);
        sections.push(Section { heading, diagram: markdown::fenced("mermaid", &diagram.mermaid) });
    }
    let text = Page { sections, remarks: remark::remarks(chosen) }.render()?;
    Ok(text.trim_end().to_owned() + "\n")
}
