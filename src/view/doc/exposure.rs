//! Exposure: from where each port can be reached, the furthest first.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::names::{host_and_port, known_as, targets};
use super::{Context, access};
use crate::graph::{Entrance, Exposure, Missing, Owner, PortGraph, PortId, PortKind, Reach, RouteKey};
use crate::view::{markdown, words};

/// The section's values.
#[derive(Template)]
#[template(path = "doc/exposure.md")]
struct Table {
    rows: Vec<Row>,
    notes: Vec<&'static str>,
}

/// A port, from where it is reached, and through what.
struct Row {
    reach: &'static str,
    port: String,
    through: String,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let graph = context.graph;
    let mut exposures = graph.exposures();
    exposures.retain(|exposure| is_told(graph, exposure));
    exposures.sort_by_key(|exposure| std::cmp::Reverse(exposure.reach));
    if exposures.is_empty() {
        return Ok(None);
    }
    let rows = exposures.iter().map(|exposure| row(context, exposure)).collect();
    Ok(Some(Table { rows, notes: notes(&exposures) }.render()?))
}

/// Container ports; of the Service ports those with nothing but something outside of the input behind them, where they are
/// open to more than the cluster or lead out of it.
fn is_told(graph: &PortGraph, exposure: &Exposure) -> bool {
    let is_container = |id: &PortId| matches!(graph.port(*id).kind, PortKind::ContainerPort(_));
    let is_external = |id: &PortId| matches!(graph.port(*id).kind, PortKind::External(_));
    let targets = targets(graph, exposure.port);
    let is_end = !targets.iter().any(is_container);
    is_container(&exposure.port) || (is_end && (exposure.reach > Reach::Cluster || targets.iter().any(is_external)))
}

fn row(context: &Context<'_>, exposure: &Exposure) -> Row {
    let graph = context.graph;
    let port = graph.port(exposure.port);
    let name = match port.owner {
        Owner::Workload(id) => known_as(graph.workload(id)),
        owner => words::title(graph, owner),
    };
    let namespace = graph.object(port.owner).filter(|_| context.namespaces.len() > 1);
    let namespace = namespace.map(|id| format!(" in {}", markdown::cell(&id.namespace))).unwrap_or_default();
    let number = markdown::cell_code(&words::number(port.number, port.protocol));
    Row {
        reach: place(exposure.reach),
        port: format!("{} {number}{namespace}{}", markdown::cell(&name), hole(graph, exposure.port)),
        through: through(graph, exposure),
    }
}

/// Why nothing answers on a port that can be reached.
fn hole(graph: &PortGraph, id: PortId) -> String {
    let hole = targets(graph, id).into_iter().find_map(|target| match &graph.port(target).kind {
        PortKind::Missing(Missing::Pods(..)) => Some(" (no pods)".to_owned()),
        PortKind::Missing(missing) => Some(format!(" ({})", markdown::cell(&missing.to_string()))),
        _ => None,
    });
    hole.unwrap_or_default()
}

/// From where, in words. None claims more than the manifests tell.
fn place(reach: Reach) -> &'static str {
    match reach {
        Reach::Internet => "Outside",
        Reach::Network => "Own network",
        Reach::HostMachine => "Host machine",
        Reach::Node => "Nodes",
        Reach::Cluster => "Cluster",
        Reach::Pod => "Pod address",
    }
}

/// What the words mean, for those that are used.
fn notes(exposures: &[Exposure]) -> Vec<&'static str> {
    let mut used: Vec<Reach> = exposures.iter().map(|exposure| exposure.reach).collect();
    used.dedup();
    used.into_iter().map(note).collect()
}

fn note(reach: Reach) -> &'static str {
    match reach {
        Reach::Internet => {
            "Outside: wherever the load balancer or Ingress can be reached, the internet if its address is public."
        }
        Reach::Network => {
            "Own network: at a private address, or behind a load balancer inside of the provider's network."
        }
        Reach::HostMachine => {
            "Host machine: where the local cluster runs; its neighbours too, unless `listenAddress` is `127.0.0.1`."
        }
        Reach::Node => "Nodes: wherever an address of a node can be reached.",
        Reach::Cluster => "Cluster: from every pod, through the Service.",
        Reach::Pod => "Pod address: no Service leads to the port; other pods can dial the pod itself.",
    }
}

/// The entrances in words, the furthest first; those of one kind in one line. A Service is told of where it is the only way.
fn through(graph: &PortGraph, exposure: &Exposure) -> String {
    let mut lines: BTreeMap<(std::cmp::Reverse<Reach>, &'static str), Vec<String>> = BTreeMap::new();
    let is_cause = |entrance: &&Entrance| exposure.reach <= Reach::Cluster || entrance.reach > Reach::Cluster;
    for entrance in exposure.entrances.iter().filter(is_cause) {
        let (kind, text) = name(graph, entrance);
        let texts = lines.entry((std::cmp::Reverse(entrance.reach), kind)).or_default();
        let text = markdown::cell_code(&text);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let lines: Vec<String> =
        lines.into_iter().map(|((_, kind), texts)| format!("{kind} {}", texts.join(", "))).collect();
    if lines.is_empty() { "-".to_owned() } else { lines.join("<br>") }
}

fn name(graph: &PortGraph, entrance: &Entrance) -> (&'static str, String) {
    let port = graph.port(entrance.through);
    let number = words::number(port.number, port.protocol);
    match &port.kind {
        PortKind::HostMapping(mapping) => ("host machine", host_and_port(access::host(mapping), number)),
        PortKind::LoadBalancer => ("load balancer", service(graph, entrance.through, &number)),
        PortKind::ExternalIp(ip) => ("external IP", host_and_port(ip, number)),
        PortKind::NodePort(_) => ("node port", number),
        PortKind::HostPort(ip, _) => {
            ("host port", ip.as_deref().map_or(number.clone(), |ip| host_and_port(ip, &number)))
        }
        PortKind::Route(route) => ("Ingress", url(graph, entrance.through, route)),
        _ => ("Service", service(graph, entrance.through, &number)),
    }
}

fn url(graph: &PortGraph, id: PortId, route: &RouteKey) -> String {
    let scheme = if access::is_encrypted(graph, id) { "https" } else { "http" };
    format!("{scheme}://{}{}", route.host.as_deref().unwrap_or("*"), route.path.as_deref().unwrap_or("/"))
}

fn service(graph: &PortGraph, id: PortId, number: &str) -> String {
    let name = graph.object(graph.port(id).owner).map_or("", |id| id.name.as_str());
    format!("{name}:{number}")
}
