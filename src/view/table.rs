//! Port tables in Markdown, in three forms: what answers where ([`summary`]), under which names and numbers it is known
//! ([`mod@reference`]), and how each Service port meets its container port ([`pattern`]).
//!
//! One table per namespace. Cells are not padded: one longer name would change every row of a table that is under version control.

mod access;
mod entry;
mod line;
mod pattern;
mod reference;
mod summary;
#[cfg(test)]
pub(super) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use clap::ValueEnum;

use super::{Hidden, markdown, replicas, words};
use crate::check::NodePortRange;
use crate::graph::{HopKind, Number, Owner, PortGraph, PortId, PortKind, RouterId};

/// What a cell says where there is nothing.
const NOTHING: &str = "-";

/// Longer tables tell alike rows once, where they are shortened.
const LONG: usize = 40;
/// The most rows of all tables together, where they are shortened.
const ROWS: usize = 100;
/// The most routes of a namespace, where they are shortened.
const ROUTES: usize = 24;

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Which table
    #[arg(long, value_enum, default_value_t)]
    pub form: Form,
    /// The node ports that the cluster hands out
    #[arg(skip)]
    pub node_ports: NodePortRange,
    /// What is left out.
    #[command(flatten)]
    pub hidden: Hidden,
}

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Form {
    /// Container port, Service port, ports outside and protocol of every workload
    #[default]
    Summary,
    /// Service name, node port, address on the host machine and purpose of every port
    Reference,
    /// How every Service port finds its container port: by number, translated, by name, or not at all
    Pattern,
}

/// Renders the tables of one form.
///
/// # Errors
/// The template fails.
pub fn render(graph: &PortGraph, options: &Options) -> anyhow::Result<String> {
    tables(graph, options.form, "###", Below::RoutesAndRemarks(&options.node_ports), Length::Whole)
}

/// How much of long tables is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// Every row.
    Whole,
    /// Rows that only numbers in names tell apart once, and of others as many as someone reads.
    Short,
}

/// What is said below each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Below<'o> {
    /// The routes of routers, and what is remarkable about the numbers: node ports that the cluster does not hand out.
    RoutesAndRemarks(&'o NodePortRange),
    /// Nothing: the reader has met it already.
    Nothing,
}

/// The tables of one form; with several namespaces each has a heading that begins with `hashes`, or, without these, a line
/// above it that names the namespace.
pub(crate) fn tables(
    graph: &PortGraph,
    form: Form,
    hashes: &str,
    below: Below<'_>,
    length: Length,
) -> anyhow::Result<String> {
    let (titles, mut rows) = match form {
        Form::Summary => (summary::TITLES, summary::rows(graph)),
        Form::Reference => (reference::TITLES, reference::rows(graph)),
        Form::Pattern => (pattern::TITLES, pattern::rows(graph)),
    };
    let more = shorten(&mut rows, length);
    let routes = match (form, below) {
        (Form::Summary | Form::Reference, Below::RoutesAndRemarks(_)) => routes(graph),
        (Form::Pattern, _) | (_, Below::Nothing) => BTreeMap::new(),
    };
    let node_ports = match below {
        Below::RoutesAndRemarks(node_ports) => Some(node_ports),
        Below::Nothing => None,
    };
    let routes = routes.into_iter().map(|(namespace, lines)| (namespace, short_routes(lines, length))).collect();
    let sections = sections(rows, &routes, hashes, node_ports);
    Ok(Tables { titles, sections, more }.render()?)
}

/// Tells alike rows once and cuts the rest; says how many are left out.
fn shorten(rows: &mut Vec<Row<'_>>, length: Length) -> Option<usize> {
    if length == Length::Short && rows.len() > LONG {
        let all = std::mem::take(rows);
        *rows = replicas::folded(all, |row| row.namespace, |row| row.cells.iter_mut().collect());
    }
    let more = rows.len().checked_sub(ROWS).filter(|more| *more > 1 && length == Length::Short)?;
    rows.truncate(ROWS);
    Some(more)
}

/// The same of the routes of one namespace.
fn short_routes(mut routes: Vec<String>, length: Length) -> Vec<String> {
    if length == Length::Short && routes.len() > ROUTES {
        routes = replicas::folded(routes, |_| (), |route| vec![route]);
        let more = routes.len().saturating_sub(ROUTES);
        if more > 1 {
            routes.truncate(ROUTES);
            routes.push(format!("and {more} more routes"));
        }
    }
    routes
}

/// A row in the making: its cells are not escaped yet, and the lines of a cell are parted by line feeds.
struct Row<'g> {
    /// Empty for what belongs to no namespace.
    namespace: &'g str,
    cells: Vec<String>,
    /// The node ports that its cells speak of.
    node_ports: Vec<u16>,
}

#[derive(Template)]
#[template(path = "table.md")]
struct Tables {
    titles: &'static [&'static str],
    sections: Vec<Section>,
    /// Rows that are left out.
    more: Option<usize>,
}

/// A table and what is said below it.
struct Section {
    heading: Option<String>,
    rows: Vec<Vec<String>>,
    routes: Vec<String>,
    remarks: Vec<String>,
}

/// One section per namespace, in their order; what belongs to none comes last.
fn sections<'g>(
    rows: Vec<Row<'g>>,
    routes: &BTreeMap<&'g str, Vec<String>>,
    hashes: &str,
    node_ports: Option<&NodePortRange>,
) -> Vec<Section> {
    let mut by_namespace: BTreeMap<&'g str, Vec<Row<'g>>> = BTreeMap::new();
    for namespace in routes.keys() {
        by_namespace.entry(namespace).or_default();
    }
    for row in rows {
        by_namespace.entry(row.namespace).or_default().push(row);
    }
    let homeless = by_namespace.remove("");
    let several = by_namespace.len() > 1;
    let heading = |namespace: &str| several.then(|| heading(namespace, hashes));
    let mut sections: Vec<Section> = Vec::new();
    for (namespace, rows) in by_namespace {
        let routes = routes.get(namespace).cloned().unwrap_or_default();
        sections.push(Section { routes, ..section(heading(namespace), &rows, node_ports) });
    }
    sections.extend(homeless.map(|rows| section(Some(self::heading("", hashes)), &rows, node_ports)));
    sections
}

/// What names the namespace above a table; what belongs to none is on the host machine.
fn heading(namespace: &str, hashes: &str) -> String {
    match (namespace, hashes) {
        ("", "") => "Host machine:".to_owned(),
        ("", _) => format!("{hashes} Host machine"),
        (_, "") => format!("Namespace {}:", markdown::code(namespace)),
        _ => format!("{hashes} Namespace {}", markdown::text(namespace)),
    }
}

fn section(heading: Option<String>, rows: &[Row<'_>], range: Option<&NodePortRange>) -> Section {
    let node_ports: BTreeSet<u16> = rows.iter().flat_map(|row| row.node_ports.iter().copied()).collect();
    let remarks = |range| node_ports.iter().filter_map(move |number| words::node_port_remark(*number, range));
    Section {
        heading,
        rows: rows.iter().map(|row| row.cells.iter().map(|cell| markdown::cell(cell)).collect()).collect(),
        routes: Vec::new(),
        remarks: range.into_iter().flat_map(remarks).map(|text| markdown::text(&text)).collect(),
    }
}

/// One line per route of every router, by namespace: hosts are too long for cells, and many share one port.
fn routes(graph: &PortGraph) -> BTreeMap<&str, Vec<String>> {
    let mut by_namespace: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, router) in graph.routers() {
        let lines = routes_of(graph, id);
        if !lines.is_empty() {
            by_namespace.entry(router.id.namespace.as_str()).or_default().extend(lines);
        }
    }
    by_namespace
}

fn routes_of(graph: &PortGraph, id: RouterId) -> Vec<String> {
    let owner = Owner::Router(id);
    let title = markdown::text(&words::title(graph, owner));
    let mut lines = Vec::new();
    for (port, node) in graph.ports_of(owner) {
        let PortKind::Route(route) = &node.kind else { continue };
        let route = markdown::code(&words::route(route));
        let on = markdown::text(&words::reached_on(graph, port));
        for hop in graph.hops_from(port) {
            let to = graph.ends(hop).1;
            let text = match words::part(graph.hop(hop)) {
                Some(part) if graph.hop(hop).kind == HopKind::Redirect => markdown::text(&part),
                Some(part) => format!("{} ({})", backend(graph, to), markdown::text(&part)),
                None => backend(graph, to),
            };
            lines.push(format!("{title}: {route} {on} → {text}"));
        }
    }
    lines.dedup();
    lines
}

/// What a route leads to.
fn backend(graph: &PortGraph, id: PortId) -> String {
    match graph.port(id).owner {
        Owner::Service(_) => markdown::code(&service_port(graph, id)),
        _ => markdown::text(&line::outside_of_workloads(graph, id)),
    }
}

/// Name and number of a Service port, as clients in its namespace write it: `web:80`.
fn service_port(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    let name = graph.object(port.owner).map_or(NOTHING, |object| object.name.as_str());
    match port.number {
        Number::Known(_) => words::address(name, port),
        Number::Auto | Number::Unknown => name.to_owned(),
    }
}

/// The Service ports in front of a port, in the order of keys.
fn services_in_front(graph: &PortGraph, id: PortId) -> Vec<PortId> {
    let hops = graph.hops_to(id).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Target);
    hops.map(|hop| graph.ends(hop).0).collect()
}

/// The lines of a cell; a dash where there is none.
fn joined(mut lines: Vec<String>) -> String {
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if lines.is_empty() { NOTHING.to_owned() } else { lines.join("\n") }
}
