//! Local clusters: how they are made, and the ports of the host machine that lead into them.

use super::super::super::shell::sh_quote;
use super::super::Context;
use super::super::asking::{Host, Question, is_plain_path};
use super::super::commands::{Part, STEPS, Step};
use super::super::names::behind;
use super::super::placed::Placed;
use super::outside::service_port_behind;
use crate::graph::{ClusterId, HopKind, HostMappingKey, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{LocalCluster, Maker, Takes};

pub(super) fn part(context: &Context<'_>, maker: Maker) -> Option<Part> {
    let graph = context.graph;
    let mut steps = Vec::new();
    let clusters = (0..).map(ClusterId).zip(&graph.roles().clusters);
    for (id, cluster) in clusters.filter(|(_, cluster)| cluster.maker == maker) {
        let create = context.file(cluster.at).map(|file| create(maker, file));
        steps.push(Step::new("Make the cluster with its port mappings", create));
        steps.extend(mappings(graph, id));
    }
    let steps = steps.into_iter().map(|step| Placed::new("", step)).collect();
    let text = "On the machine that the cluster runs on.";
    context.part(maker.as_str(), text.to_owned(), steps, STEPS)
}

/// One step per mapping that leads to something.
fn mappings(graph: &PortGraph, id: ClusterId) -> Vec<Step> {
    let cluster = graph.cluster(id);
    let mut steps = Vec::new();
    for (id, port) in graph.ports_of(Owner::Cluster(id)) {
        let PortKind::HostMapping(mapping) = &port.kind else { continue };
        steps.extend(routed(graph, id, mapping, nodes(cluster.maker)));
        let Some(behind_it) = behind_mapping(graph, id) else { continue };
        let host = Host::Named(host(mapping));
        let question = Question::of(graph, behind_it);
        let commands = match port.number.known() {
            Some(number) => vec![question.ask(host, &number.to_string())],
            None => vec![Some(containers(cluster)), question.ask(host, "<host-port>")],
        };
        let comment =
            format!("{}, on port {} of the {}", behind(graph, behind_it), mapping.node_port, nodes(cluster.maker));
        steps.push(Step::new(&comment, commands.into_iter().flatten()));
    }
    steps
}

/// The Service port or container port that a mapping leads to.
fn behind_mapping(graph: &PortGraph, id: PortId) -> Option<PortId> {
    let hops = graph.hops_from(id).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Map);
    let mut ends = hops.map(|hop| graph.ends(hop).1);
    ends.find_map(|end| match graph.port(end).kind {
        PortKind::NodePort(_) | PortKind::LoadBalancer => service_port_behind(graph, end),
        PortKind::HostPort(..) => graph.hops_from(end).into_iter().map(|hop| graph.ends(hop).1).next(),
        _ => None,
    })
}

/// The routes behind the listener of a router that a mapping leads to: each is asked for by its host, whatever DNS knows.
fn routed(graph: &PortGraph, id: PortId, mapping: &HostMappingKey, nodes: &str) -> Vec<Step> {
    let after = |id: PortId, kind: HopKind| {
        let hops = graph.hops_from(id).into_iter().filter(move |hop| graph.hop(*hop).kind == kind);
        hops.map(|hop| graph.ends(hop).1).collect::<Vec<_>>()
    };
    let number = graph.port(id).number.known().map_or_else(|| "<host-port>".to_owned(), |number| number.to_string());
    let mut steps = Vec::new();
    for listener in after(id, HopKind::Map) {
        let PortKind::Listener(listens) = &graph.port(listener).kind else { continue };
        for route in after(listener, HopKind::Match) {
            let PortKind::Route(key) = &graph.port(route).kind else { continue };
            let Some(backend) = after(route, HopKind::Route).first().copied() else { continue };
            let path = key.path.as_deref().unwrap_or("/");
            if key.takes != Takes::Http || !is_plain_path(path) {
                continue;
            }
            let named = key.host.as_deref().filter(|host| !host.starts_with("*."));
            let command = asked_by_host((host(mapping), &number), named, listens.speaks.is_encrypted(), path);
            let comment = format!("{}, on port {} of the {nodes}", behind(graph, backend), mapping.node_port);
            steps.push(Step::new(&comment, [command]));
        }
    }
    steps
}

/// A request to a port of this machine for a host that DNS may not know.
fn asked_by_host((machine, port): (&str, &str), host: Option<&str>, is_encrypted: bool, path: &str) -> String {
    let scheme = if is_encrypted { "https" } else { "http" };
    let options = if is_encrypted { "-k " } else { "" };
    let machine = sh_quote(machine);
    match host {
        None => format!("curl {options}{scheme}://{machine}:{port}{path}"),
        Some(host) => {
            let there = sh_quote(host);
            format!("curl {options}--connect-to ::{machine}:{port} {scheme}://{there}{path}")
        }
    }
}

/// The host of a mapping, as seen from its own machine.
pub(in crate::view::doc) fn host(mapping: &HostMappingKey) -> &str {
    match mapping.listen.as_deref() {
        None | Some("0.0.0.0" | "::" | "127.0.0.1" | "::1") => "localhost",
        Some(address) => address,
    }
}

/// The command that makes a cluster as its configuration says.
pub(in crate::view::doc) fn create(maker: Maker, file: &str) -> String {
    match maker {
        Maker::Kind => format!("kind create cluster --config {}", sh_quote(file)),
        Maker::K3d => format!("k3d cluster create --config {}", sh_quote(file)),
    }
}

/// Where the other end of a mapping is: kind maps to one node, k3d to all of them.
fn nodes(maker: Maker) -> &'static str {
    match maker {
        Maker::Kind => "node",
        Maker::K3d => "nodes",
    }
}

/// The command that shows the nodes of a local cluster with the ports they have on the host machine.
pub(in crate::view::doc) fn containers(cluster: &LocalCluster) -> String {
    let label = match cluster.maker {
        Maker::Kind => format!("label=io.x-k8s.kind.cluster={}", cluster.id.name),
        Maker::K3d => format!("label=k3d.cluster={}", cluster.id.name),
    };
    format!("docker ps --filter {} --format '{{{{.Names}}}} {{{{.Ports}}}}'", sh_quote(&label))
}
