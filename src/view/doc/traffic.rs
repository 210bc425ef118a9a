//! Traffic flow: how requests travel, each way in as a line and the first ones as sequence diagrams.

use std::collections::BTreeSet;

use anyhow::Result;
use askama::Template;

use super::names::host_and_port;
use super::placed::Placed;
use super::{Context, access, parts};
use crate::graph::{External, HopKind, Owner, PortGraph, PortId, PortKind, Way};
use crate::view::ways::ways_in;
use crate::view::{markdown, words};

/// Paths in the list, unless all are asked for.
const PATHS: usize = 24;
/// Routes of one path, unless all are asked for.
const ROUTES: usize = 4;

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
    let mut paths: Vec<Path> = ways.iter().map(|way| path(graph, way)).collect();
    paths.dedup_by(|next, path| path.takes(next));
    let most = if context.all { usize::MAX } else { ROUTES };
    let paths = paths.iter().map(|path| Placed::new("", path.text(most))).collect();
    let mut paths = context.folded(paths, PATHS, |path| vec![path]);
    let more = context.cut(&mut paths, PATHS, "paths");
    let paths = paths.into_iter().map(|path| markdown::code(&path.item)).collect();
    let traffic = Traffic { paths, more, diagrams: parts::sequences(graph, context.all)? };
    let is_empty = traffic.paths.is_empty() && traffic.diagrams.is_empty();
    if is_empty { Ok(None) } else { Ok(Some(traffic.render()?)) }
}

/// Ways in that differ in nothing but the route they take.
struct Path {
    /// The steps, without the routes.
    steps: Vec<String>,
    /// Behind how many steps the routes stand, and what they take; none where no router is on the way.
    routes: Option<(usize, Vec<String>)>,
}

impl Path {
    /// Takes the routes of the next path where nothing else is different.
    fn takes(&mut self, next: &mut Self) -> bool {
        if self.steps != next.steps {
            return false;
        }
        match (&mut self.routes, &mut next.routes) {
            (None, None) => true,
            (Some((at, routes)), Some((same, more))) if at == same => {
                routes.append(more);
                true
            }
            _ => false,
        }
    }

    /// In one line: `Client → Ingress web:80 → a.example.com/ | b.example.com/ → Service web:80 → Deployment web:8080`.
    fn text(&self, most: usize) -> String {
        let mut steps = self.steps.clone();
        if let Some((at, routes)) = &self.routes {
            let mut seen = BTreeSet::new();
            let mut told: Vec<&str> = routes.iter().map(String::as_str).filter(|route| seen.insert(*route)).collect();
            let more = told.len().checked_sub(most).filter(|more| *more > 1);
            told.truncate(if more.is_some() { most } else { usize::MAX });
            let more = more.map(|more| format!(" | {more} more")).unwrap_or_default();
            steps.insert((*at).min(steps.len()), format!("{}{more}", told.join(" | ")));
        }
        steps.join(" → ")
    }
}

fn path(graph: &PortGraph, way: &Way) -> Path {
    let ports = way.ports(graph);
    let at = ports.iter().position(|id| matches!(graph.port(*id).kind, PortKind::Route(_)));
    let mut steps: Vec<String> = ports.into_iter().map(|port| step(graph, port)).collect();
    let routes = at.map(|at| (at, vec![steps.remove(at)]));
    let ends: Vec<String> = way.ends.iter().map(|hop| step(graph, graph.ends(*hop).1)).collect();
    if !ends.is_empty() {
        steps.push(ends.join(" | "));
    }
    let last = way.trunk.last().map(|hop| graph.ends(*hop).1);
    let redirect = last.into_iter().flat_map(|port| graph.hops_from(port)).map(|hop| graph.hop(hop));
    steps.extend(redirect.filter(|hop| hop.kind == HopKind::Redirect).find_map(words::part));
    Path { steps, routes }
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
        External::Name(name) => name.to_string(),
        External::Managed(id) => format!("endpoints of {}", words::title(graph, Owner::Service(*id))),
        External::Object(kind, name) => format!("{kind} {name}"),
    }
}
