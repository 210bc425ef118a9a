//! Local clusters: how they are made, and the ports of the host machine that lead into them.

use super::super::super::shell::sh_quote;
use super::super::Context;
use super::super::asking::{Host, Question};
use super::super::commands::{Part, STEPS, Step};
use super::super::names::behind;
use super::super::placed::Placed;
use super::outside::service_port_behind;
use crate::graph::{ClusterId, HopKind, HostMappingKey, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{LocalCluster, Maker};

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
