//! Exposure: from where each port can be reached, the furthest first.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use super::names::{host_and_port, known_as, targets};
use super::placed::Placed;
use super::{Context, access};
use crate::graph::{
    Direction, Entrance, Exposure, HopKind, Missing, Owner, PolicyId, PortGraph, PortId, PortKind, Reach, RouteKey,
};
use crate::view::{markdown, policy, words};

/// The section's values.
#[derive(Template)]
#[template(path = "doc/exposure.md")]
struct Table {
    rows: Vec<Row>,
    more: Option<String>,
    notes: Vec<&'static str>,
    /// What may still close a way.
    limits: &'static str,
}

/// A port, from where it is reached, and through what.
struct Row {
    reach: &'static str,
    port: String,
    through: String,
}

impl Row {
    fn cells(&mut self) -> Vec<&mut String> {
        vec![&mut self.port, &mut self.through]
    }
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
    let isolating = graph.isolating(Direction::Ingress);
    let rows = exposures.iter().map(|exposure| Placed::new("", row(context, exposure, &isolating))).collect();
    let (rows, more) = context.shortened(rows, "ports", Row::cells);
    let rows = rows.into_iter().map(|row| row.item).collect();
    Ok(Some(Table { rows, more, notes: notes(&exposures), limits: limits(graph) }.render()?))
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

fn row(context: &Context<'_>, exposure: &Exposure, isolating: &[Vec<PolicyId>]) -> Row {
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
        reach: words::reach(exposure.reach),
        port: format!("{} {number}{namespace}{}", markdown::cell(&name), hole(graph, exposure.port)),
        through: through(context, exposure, isolating),
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

/// What the table says of policies, and what it does not.
fn limits(graph: &PortGraph) -> &'static str {
    let roles = graph.roles();
    match (roles.policies.is_empty(), roles.other_policies.is_empty()) {
        (true, true) => "NetworkPolicies, firewalls and security groups are not taken into account.",
        (false, true) => {
            "What NetworkPolicies do is told for clusters that enforce them. Firewalls and security groups are not taken into account."
        }
        (_, false) => {
            "Policies, firewalls and security groups are not taken into account: some of the policies are of another kind than NetworkPolicy."
        }
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
            "Outside: wherever the load balancer, Ingress or Gateway can be reached, the internet if its address is public."
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
fn through(context: &Context<'_>, exposure: &Exposure, isolating: &[Vec<PolicyId>]) -> String {
    let graph = context.graph;
    let mut lines: BTreeMap<(std::cmp::Reverse<Reach>, &'static str), Vec<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let is_cause = |entrance: &&Entrance| exposure.reach <= Reach::Cluster || entrance.reach > Reach::Cluster;
    for entrance in exposure.entrances.iter().filter(is_cause) {
        let (kind, text) = name(graph, entrance.through);
        let texts = lines.entry((std::cmp::Reverse(entrance.reach), kind)).or_default();
        let text = format!("{}{}", markdown::cell_code(&text), policed(graph, exposure, entrance, isolating));
        if seen.insert((entrance.reach, kind, text.clone())) {
            texts.push(text);
        }
    }
    let line = |((_, kind), texts)| format!("{kind} {}", context.enumerated(texts));
    let lines: Vec<String> = lines.into_iter().map(line).collect();
    if lines.is_empty() { "-".to_owned() } else { lines.join("<br>") }
}

/// What network policies do to requests through an entrance.
fn policed(graph: &PortGraph, exposure: &Exposure, entrance: &Entrance, isolating: &[Vec<PolicyId>]) -> String {
    let leads_in = graph.hops_to(entrance.through).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Enter);
    let leads_on = graph.hops_from(entrance.through).into_iter();
    let leads_on = leads_on.filter(|hop| matches!(graph.hop(*hop).kind, HopKind::Map | HopKind::Route));
    let mut verdicts = leads_in.chain(leads_on).flat_map(|hop| graph.end_verdicts(hop));
    let decision = verdicts.find(|(end, _)| *end == exposure.port).map(|(_, decision)| decision);
    let isolated = match (entrance.reach, graph.port(exposure.port).owner) {
        (Reach::Cluster, Owner::Workload(id)) => isolating.get(id.0 as usize).filter(|policies| !policies.is_empty()),
        _ => None,
    };
    let admitted = || isolated.map(|policies| format!("for pods admitted by {}", policy::names(graph, policies)));
    let verdict = decision.and_then(|decision| policy::verdict(graph, decision)).or_else(admitted);
    verdict.map(|verdict| format!(" ({})", markdown::cell(&verdict))).unwrap_or_default()
}

/// What kind of way in it is, and its address.
pub(in crate::view) fn name(graph: &PortGraph, through: PortId) -> (&'static str, String) {
    let port = graph.port(through);
    let number = words::number(port.number, port.protocol);
    match &port.kind {
        PortKind::HostMapping(mapping) => ("host machine", host_and_port(access::host(mapping), number)),
        PortKind::LoadBalancer => ("load balancer", service(graph, through, &number)),
        PortKind::ExternalIp(ip) => ("external IP", host_and_port(ip, number)),
        PortKind::NodePort(_) => ("node port", number),
        PortKind::HostPort(ip, _) => {
            ("host port", ip.as_deref().map_or(number.clone(), |ip| host_and_port(ip, &number)))
        }
        PortKind::Route(route) => {
            let kind = graph.object(port.owner).map_or("router", |object| object.kind.as_str());
            (kind, url(graph, through, route))
        }
        _ => ("Service", service(graph, through, &number)),
    }
}

fn url(graph: &PortGraph, id: PortId, route: &RouteKey) -> String {
    if !words::is_http(route.takes) {
        return words::route_address(route);
    }
    let scheme = if access::is_encrypted(graph, id) { "https" } else { "http" };
    format!("{scheme}://{}{}", route.host.as_deref().unwrap_or("*"), route.path.as_deref().unwrap_or("/"))
}

fn service(graph: &PortGraph, id: PortId, number: &str) -> String {
    let name = graph.object(graph.port(id).owner).map_or("", |id| id.name.as_str());
    format!("{name}:{number}")
}
