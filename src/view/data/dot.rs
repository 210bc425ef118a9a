//! Graphviz DOT: every port a node, in a cluster per object, in a cluster per namespace.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use askama::Template;

use super::nodes::verb;
use crate::check::Finding;
use crate::graph::{External, Hop, HopId, HostPortFrom, How, Number, Owner, Port, PortGraph, PortId, PortKind};
use crate::view::{findings, words};

/// How a broken hop is drawn.
const BROKEN: &str = ", style=dashed, color=red";

/// What the template shows; every text is quoted already.
#[derive(Template)]
#[template(path = "graph.dot", escape = "none")]
struct Dot {
    loose: Vec<Node>,
    namespaces: Vec<Namespace>,
    edges: Vec<Edge>,
}

struct Namespace {
    id: String,
    label: String,
    owners: Vec<Cluster>,
}

struct Cluster {
    id: String,
    label: String,
    nodes: Vec<Node>,
}

struct Node {
    id: String,
    label: String,
    style: &'static str,
}

struct Edge {
    from: String,
    to: String,
    label: String,
    style: &'static str,
}

pub(super) fn render(graph: &PortGraph, findings: &[Finding]) -> anyhow::Result<String> {
    let ids: Vec<String> = graph.ports().map(|(id, _)| quoted(&graph.key(id).to_string())).collect();
    let id = |port: PortId| ids.get(port.index()).cloned().unwrap_or_default();
    let node = |(port, value): (PortId, &Port)| Node {
        id: id(port),
        label: shown(&label(graph, value)),
        style: node_style(value),
    };
    let has_object = |port: &Port| graph.object(port.owner).is_some();
    let checks = checks_by_hop(graph, findings);
    let edges = graph.hops().map(|(hop_id, from, to, hop)| {
        let does = hop_label(hop);
        let words = std::iter::once(does.as_str()).chain(checks.get(&hop_id).into_iter().flatten().copied());
        Edge {
            from: id(from),
            to: id(to),
            label: shown(&words.collect::<Vec<_>>().join(" ")),
            style: if checks.contains_key(&hop_id) { BROKEN } else { edge_style(hop.how, graph.port(to)) },
        }
    });
    let dot = Dot {
        loose: graph.ports().filter(|(_, port)| !has_object(port)).map(node).collect(),
        namespaces: namespaces(graph, node),
        edges: edges.collect(),
    };
    let mut text = dot.render().context("DOT cannot be written")?;
    text.push('\n');
    Ok(text)
}

/// The ids of the checks that found a hop to be broken.
fn checks_by_hop(graph: &PortGraph, findings: &[Finding]) -> BTreeMap<HopId, BTreeSet<&'static str>> {
    let numbered = findings::numbered(graph, findings);
    let id = |number: &usize| numbered.get(number - 1).map(|numbered| numbered.finding.id);
    let by_hop = findings::by_hop(graph, &numbered).into_iter();
    by_hop.map(|(hop, numbers)| (hop, numbers.iter().filter_map(id).collect())).collect()
}

fn namespaces<'g>(graph: &'g PortGraph, node: impl Fn((PortId, &'g Port)) -> Node) -> Vec<Namespace> {
    let mut found: BTreeMap<&str, Vec<Cluster>> = BTreeMap::new();
    for owner in graph.owners() {
        let Some(object) = graph.object(owner) else { continue };
        let nodes: Vec<Node> = graph.ports_of(owner).map(&node).collect();
        if !nodes.is_empty() {
            let id = quoted(&format!("cluster {}/{}.{}/{}", object.namespace, object.kind, object.group, object.name));
            found.entry(&object.namespace).or_default().push(Cluster {
                id,
                label: shown(&words::title(graph, owner)),
                nodes,
            });
        }
    }
    let namespace = |(name, owners): (&str, _)| Namespace {
        id: quoted(&format!("cluster {name}")),
        label: shown(&if name.is_empty() { "no namespace".to_owned() } else { format!("namespace {name}") }),
        owners,
    };
    found.into_iter().map(namespace).collect()
}

fn label(graph: &PortGraph, port: &Port) -> String {
    let number = words::port(port);
    match &port.kind {
        PortKind::Client if graph.object(port.owner).is_some() => "calls".to_owned(),
        PortKind::Client => words::title(graph, port.owner),
        PortKind::HostMapping(key) => format!("host port {}{number}", address(key.listen.as_deref())),
        PortKind::LoadBalancer => format!("load balancer {number}"),
        PortKind::ExternalIp(ip) => format!("{ip}:{number}"),
        PortKind::NodePort(_) => format!("nodePort {number}"),
        PortKind::HostPort(ip, HostPortFrom::HostPort) => format!("hostPort {}{number}", address(ip.as_deref())),
        PortKind::HostPort(ip, HostPortFrom::HostNetwork) => format!("hostNetwork {}{number}", address(ip.as_deref())),
        PortKind::Listener(listener) => {
            let number = words::number(port.number, port.protocol);
            let name = listener.name.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
            let tls = if listener.speaks.is_encrypted() { " (TLS)" } else { "" };
            format!("{name}listens on {number}{tls}")
        }
        PortKind::Route(key) => words::route(key),
        PortKind::ServicePort => format!("port {number}"),
        PortKind::ContainerPort(key) => match &key.container {
            Some(container) => format!("{container} {number}"),
            None => format!("{number}, not declared"),
        },
        PortKind::External(external) => format!("{}{}", external_label(external), behind(port.number)),
        PortKind::Missing(missing) => missing.to_string(),
    }
}

/// What a hop does, and for which part of the requests.
fn hop_label(hop: &Hop) -> String {
    let share = words::portion(hop).map(|portion| format!(" {portion}"));
    format!("{}{}", verb(hop.kind), share.unwrap_or_default())
}

fn address(ip: Option<&str>) -> String {
    ip.map(|ip| format!("{ip}:")).unwrap_or_default()
}

fn behind(number: Number) -> String {
    number.known().map(|number| format!(":{number}")).unwrap_or_default()
}

fn external_label(external: &External) -> String {
    match external {
        External::Address(address) if address.is_empty() => "no address yet".to_owned(),
        External::Address(address) => address.to_string(),
        External::Name(name) => name.to_string(),
        External::Managed(_) => "endpoints managed elsewhere".to_owned(),
        External::Object(kind, name) => format!("{kind} {name}"),
    }
}

fn node_style(port: &Port) -> &'static str {
    match &port.kind {
        PortKind::Missing(_) => ", style=dashed, color=red",
        PortKind::Client if port.owner == Owner::Outside => ", shape=ellipse",
        PortKind::ContainerPort(key) if !key.declared => ", style=dashed",
        _ => "",
    }
}

fn edge_style(how: How, to: &Port) -> &'static str {
    match (&to.kind, how) {
        (PortKind::Missing(_), _) => BROKEN,
        (_, How::Assumed | How::Auto) => ", style=dashed",
        (_, How::Stated | How::Defaulted | How::Named) => "",
    }
}

/// A label that is shown as the text is: beside the marks of a string, Graphviz reads HTML entities in it.
fn shown(text: &str) -> String {
    quoted(&text.replace('&', "&amp;"))
}

/// A text as a quoted DOT string in one line. A backslash would begin an escape.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            hidden if hidden.is_control() => quoted.push(' '),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_quotes() {
        assert_eq!(quoted("plain"), r#""plain""#);
        assert_eq!(quoted(r#"a" ] evil ["#), r#""a\" ] evil [""#);
        assert_eq!(quoted(r"back\"), r#""back\\""#);
        assert_eq!(quoted(r#"\""#), r#""\\\"""#);
        assert_eq!(quoted("two\nlines\0"), r#""two lines ""#);
    }

    #[test]
    fn a_label_shows_entities_and_escapes_as_they_are_written() {
        assert_eq!(shown("a &lt; b"), r#""a &amp;lt; b""#);
        assert_eq!(shown(r"\N"), r#""\\N""#);
        assert_eq!(shown("<b>x</b>"), r#""<b>x</b>""#);
    }
}
