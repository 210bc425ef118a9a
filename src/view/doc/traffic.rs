//! Traffic flow: how requests travel, each way in as a line and the first ones as sequence diagrams.

use anyhow::Result;
use askama::Template;

use super::names::{host_and_port, ways_in};
use super::placed::Placed;
use super::{Context, access, parts};
use crate::graph::{External, HopKind, Owner, PortGraph, PortId, PortKind, Way};
use crate::view::{markdown, words};

/// Paths in the list, unless all are asked for.
const PATHS: usize = 24;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/traffic.md")]
struct Traffic {
    paths: Vec<String>,
    more: Option<String>,
    /// Markdown with the diagrams in fences.
    diagrams: String,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let graph = context.graph;
    let ways = ways_in(graph);
    let mut paths: Vec<Placed<String>> = ways.iter().map(|way| Placed::new("", path(graph, way))).collect();
    paths.dedup_by(|a, b| a.item == b.item);
    paths = context.folded(paths, PATHS, |path| vec![path]);
    let more = context.cut(&mut paths, PATHS, "ways in");
    let paths = paths.into_iter().map(|path| markdown::code(&path.item)).collect();
    let traffic = Traffic { paths, more, diagrams: parts::sequences(graph, context.all)? };
    let is_empty = traffic.paths.is_empty() && traffic.diagrams.is_empty();
    if is_empty { Ok(None) } else { Ok(Some(traffic.render()?)) }
}

/// A way in one line: `Client → node port 30080 → Service web:80 → Deployment web:8080`.
fn path(graph: &PortGraph, way: &Way) -> String {
    let mut steps: Vec<String> = way.ports(graph).into_iter().map(|port| step(graph, port)).collect();
    let ends: Vec<String> = way.ends.iter().map(|hop| step(graph, graph.ends(*hop).1)).collect();
    if !ends.is_empty() {
        steps.push(ends.join(" | "));
    }
    let last = way.trunk.last().map(|hop| graph.ends(*hop).1);
    let redirect = last.into_iter().flat_map(|port| graph.hops_from(port)).map(|hop| graph.hop(hop));
    steps.extend(redirect.filter(|hop| hop.kind == HopKind::Redirect).find_map(words::part));
    steps.join(" → ")
}

fn step(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    let number = words::number(port.number, port.protocol);
    let owner = words::title(graph, port.owner);
    match &port.kind {
        PortKind::Client => owner,
        PortKind::HostMapping(mapping) => host_and_port(access::host(mapping), number),
        PortKind::LoadBalancer => format!("load balancer port {number}"),
        PortKind::ExternalIp(ip) => format!("external IP {}", host_and_port(ip, number)),
        PortKind::NodePort(_) => format!("node port {number}"),
        PortKind::HostPort(..) => format!("host port {number}"),
        PortKind::Listener(_) => format!("{owner}:{number}"),
        PortKind::Route(route) => words::route_address(route),
        PortKind::ServicePort | PortKind::ContainerPort(_) => format!("{owner}:{number}"),
        PortKind::External(target) => external(graph, target, &number),
        PortKind::Missing(missing) => missing.to_string(),
    }
}

fn external(graph: &PortGraph, target: &External, number: &str) -> String {
    match target {
        External::Address(address) if address.is_empty() => format!("endpoints:{number}"),
        External::Address(address) => host_and_port(address, number),
        External::Name(name) => name.clone(),
        External::Managed(id) => format!("endpoints of {}", words::title(graph, Owner::Service(*id))),
        External::Object(kind, name) => format!("{kind} {name}"),
    }
}
