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

use super::places::{Place, Places};
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
    let routes = match (form, below) {
        (Form::Summary | Form::Reference, Below::RoutesAndRemarks(_)) => routes(graph),
        (Form::Pattern, _) | (_, Below::Nothing) => BTreeMap::new(),
    };
    let places = places(&rows, &routes, length);
    let more = shorten(&mut rows, &places, length);
    let node_ports = match below {
        Below::RoutesAndRemarks(node_ports) => Some(node_ports),
        Below::Nothing => None,
    };
    let mut routes_of: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for (namespace, lines) in routes {
        routes_of.entry(places.place(namespace)).or_default().extend(lines);
    }
    routes_of.iter_mut().for_each(|(place, lines)| short_routes(place, lines, length));
    let rows = rows.into_iter().map(|row| (places.place(row.namespace), row));
    let sections = sections(rows.collect(), routes_of, hashes, node_ports);
    Ok(Tables { titles, sections, more }.render()?)
}

/// Where each namespace is told: long tables tell alike namespaces once.
fn places(rows: &[Row<'_>], routes: &BTreeMap<&str, Vec<String>>, length: Length) -> Places {
    if length == Length::Whole || rows.len() <= LONG {
        return Places::default();
    }
    let rows = rows.iter().map(|row| (row.namespace, row.cells.join("\n")));
    let routes = routes.iter().flat_map(|(namespace, lines)| lines.iter().map(|line| (*namespace, line.clone())));
    Places::of(rows.chain(routes))
}

/// Tells alike rows once and cuts the rest; says how many are left out.
fn shorten(rows: &mut Vec<Row<'_>>, places: &Places, length: Length) -> Option<usize> {
    if length == Length::Short && rows.len() > LONG {
        let all = std::mem::take(rows);
        *rows = replicas::folded(all, |row| places.place(row.namespace), |row| row.cells.iter_mut().collect());
    }
    let more = rows.len().checked_sub(ROWS).filter(|more| *more > 1 && length == Length::Short)?;
    rows.truncate(ROWS);
    Some(more)
}

/// The same of the routes of one place.
fn short_routes(place: &Place, routes: &mut Vec<String>, length: Length) {
    if length == Length::Short && (routes.len() > ROUTES || place.is_several()) {
        *routes = replicas::folded(std::mem::take(routes), |_| (), |route| vec![route]);
        let more = routes.len().saturating_sub(ROUTES);
        if more > 1 {
            routes.truncate(ROUTES);
            routes.push(format!("and {more} more routes"));
        }
    }
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

/// One section per place, in their order; what belongs to no namespace comes last.
fn sections(
    rows: Vec<(Place, Row<'_>)>,
    mut routes: BTreeMap<Place, Vec<String>>,
    hashes: &str,
    node_ports: Option<&NodePortRange>,
) -> Vec<Section> {
    let mut by_place: BTreeMap<Place, Vec<Row<'_>>> = BTreeMap::new();
    for place in routes.keys() {
        by_place.entry(place.clone()).or_default();
    }
    for (place, row) in rows {
        by_place.entry(place).or_default().push(row);
    }
    let homeless = by_place.remove(&Place::new(""));
    let several = by_place.len() > 1 || by_place.keys().any(Place::is_several);
    let mut sections: Vec<Section> = Vec::new();
    for (place, rows) in by_place {
        let heading = several.then(|| heading(&place, hashes));
        let routes = routes.remove(&place).unwrap_or_default();
        sections.push(Section { routes, ..section(heading, &rows, node_ports) });
    }
    sections.extend(homeless.map(|rows| section(Some(heading(&Place::new(""), hashes)), &rows, node_ports)));
    sections
}

/// What names the namespaces above a table; what belongs to none is on the host machine.
fn heading(place: &Place, hashes: &str) -> String {
    match (place.is_nowhere(), hashes) {
        (true, "") => "Host machine:".to_owned(),
        (true, _) => format!("{hashes} Host machine"),
        (false, "") => format!("{}:", place.title(markdown::code)),
        (false, _) => format!("{hashes} {}", place.title(markdown::text)),
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
