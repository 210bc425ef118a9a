//! Every port its own box: the chart for readers who want to see each number on the way, and the field that it comes from.
//!
//! The frames are the places a request passes: the node, routers, Services, pods.

use super::apps::Apps;
use super::bundle::with_numbers;
use super::chart::{Arrow, Chart, ChartBox, Frame, Line, Look, plain_box};
use super::fold::{client_lines, client_name, frame, object_name};
use super::layout::BAND;
use super::routes;
use super::{labels, numbers};
use crate::graph::{
    External, Hop, HopId, HopKind, HostPortFrom, How, Missing, Owner, Port, PortGraph, PortId, PortKind,
};
use crate::manifest::PortRef;
use crate::view::findings::{self, Numbered};
use crate::view::mermaid::short;
use crate::view::words;

/// The chart of a graph, one box per port, with the findings about it.
pub(super) fn unfold(graph: &PortGraph, findings: &[Numbered<'_>]) -> Chart {
    let apps = Apps::new(graph);
    let ids: Vec<PortId> =
        graph.ports().filter(|(_, port)| port.owner != Owner::HostMachine).map(|(id, _)| id).collect();
    let draw = |id: &PortId| ChartBox { app: apps.of(graph.port(*id).owner).cloned(), ..port_box(graph, *id) };
    let boxes = ids.iter().map(draw).collect();
    let place = |id: PortId| ids.binary_search(&id).ok();
    let by_hop = findings::by_hop(graph, findings);
    let arrow = |(id, from, to, hop): (HopId, PortId, PortId, &Hop)| {
        let numbers = by_hop.get(&id).cloned().unwrap_or_default();
        let plain = port_arrow(graph, (from, to), hop);
        let lines = with_numbers(plain.lines, &numbers);
        Some(Arrow { from: place(from)?, to: place(to)?, lines, numbers, ..plain })
    };
    let mut chart = Chart { boxes, arrows: graph.hops().filter_map(arrow).collect() };
    let first_port = |owner| graph.ports_of(owner).find_map(|(id, _)| place(id));
    numbers::put_on_boxes(graph, &mut chart, findings, first_port);
    chart
}

fn port_box(graph: &PortGraph, id: PortId) -> ChartBox {
    let port = graph.port(id);
    let number = words::port(port);
    let of = |text: String| std::iter::once(text).chain(owner_lines(graph, port.owner)).collect();
    let (look, lines, band) = match &port.kind {
        PortKind::Client => return client_box(graph, port),
        PortKind::HostMapping(_) => {
            (Look::Entry, vec!["Host machine".to_owned(), format!("port {number}")], Band::None)
        }
        PortKind::LoadBalancer => {
            (Look::Entry, balancer_lines(graph, port.owner, of(format!("load balancer {number}"))), Band::None)
        }
        PortKind::ExternalIp(ip) => (Look::Entry, of(format!("external IP {ip}:{number}")), Band::None),
        PortKind::NodePort(_) => (Look::Entry, vec![format!("node port {number}")], Band::Node),
        PortKind::HostPort(_, HostPortFrom::HostPort) => (Look::Entry, vec![format!("host port {number}")], Band::Node),
        PortKind::HostPort(_, HostPortFrom::HostNetwork) => {
            (Look::Entry, vec![format!("host network {number}")], Band::Node)
        }
        PortKind::Listener(listener) => {
            (Look::Router, of(routes::listener_line(listener, port).unwrap_or_default()), Band::Routers)
        }
        PortKind::Route(route) => {
            let path = route.path.as_deref().unwrap_or("default backend");
            let lines = route.host.as_deref().into_iter().chain([path]);
            (Look::Router, lines.map(|line| short(line).into_owned()).collect(), Band::Routers)
        }
        PortKind::ServicePort => (Look::Service, of(format!("port {number}")), Band::Services),
        PortKind::ContainerPort(key) => {
            let (look, word) =
                if key.declared { (Look::Workload, "containerPort") } else { (Look::Doubt, "not declared: port") };
            (look, of(format!("{word} {number}")), Band::Pods)
        }
        PortKind::External(target) => {
            let port = port.number.known().map(|number| format!("port {number}"));
            (Look::External, labels::external(graph, target).into_iter().chain(port).collect(), Band::None)
        }
        PortKind::Missing(missing) => (Look::Missing, labels::missing(missing), Band::None),
    };
    ChartBox { frames: band.frames(), ..plain_box(vec!["port".to_owned(), graph.key(id).to_string()], look, lines) }
}

/// The box of a load balancer says its address, where the input tells it.
fn balancer_lines(graph: &PortGraph, owner: Owner, mut lines: Vec<String>) -> Vec<String> {
    if let Owner::Service(id) = owner {
        let address = graph.service(id).balancer_addresses.first();
        lines.splice(1..1, address.map(|address| short(address).into_owned()));
    }
    lines
}

fn client_box(graph: &PortGraph, port: &Port) -> ChartBox {
    match graph.object(port.owner) {
        Some(id) => {
            let name = std::iter::once("from".to_owned()).chain(object_name(id)).collect();
            let frames = Band::Pods.frames();
            ChartBox { frames, ..plain_box(name, Look::Workload, owner_lines(graph, port.owner)) }
        }
        None => plain_box(client_name(port.owner), Look::Client, client_lines(port.owner)),
    }
}

fn owner_lines(graph: &PortGraph, owner: Owner) -> Vec<String> {
    graph.object(owner).map(|id| labels::title(id.kind.as_str(), &id.name)).unwrap_or_default()
}

/// Where on the way of a request a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Band {
    None,
    Node,
    Routers,
    Services,
    Pods,
}

impl Band {
    fn frames(self) -> Vec<Frame> {
        let (name, title) = match self {
            Self::None => return Vec::new(),
            Self::Node => ("node", "Node"),
            Self::Routers => ("routers", "Routers"),
            Self::Services => ("services", "Services"),
            Self::Pods => ("pods", "Pods"),
        };
        vec![frame(BAND, &[name], title)]
    }
}

/// An arrow, but for its ends: the field that makes the hop.
fn port_arrow(graph: &PortGraph, (from, to): (PortId, PortId), hop: &Hop) -> Arrow {
    let port = graph.port(to);
    let number = words::number(port.number, port.protocol);
    let label = match (hop.kind, &port.kind) {
        (_, PortKind::Missing(Missing::PortName(_, name))) => format!("targetPort {name}"),
        (_, PortKind::Missing(Missing::ServicePort(missing))) => match missing.port {
            PortRef::Number(number) => format!("port {number}"),
            PortRef::Name(_) => String::new(),
        },
        (_, PortKind::Missing(_)) | (HopKind::Enter | HopKind::Match, _) => String::new(),
        (HopKind::Map, _) => match graph.port(from).owner {
            Owner::Cluster(id) => graph.cluster(id).maker.field().to_owned(),
            _ => String::new(),
        },
        (HopKind::Forward, PortKind::NodePort(_)) => format!("nodePort {number}"),
        (HopKind::Forward | HopKind::Route | HopKind::Call, _) => format!("port {number}"),
        (HopKind::Mirror, _) => format!("mirror, port {number}"),
        (HopKind::Redirect, _) => hop.evidence.as_ref().map(|said| said.place.to_string()).unwrap_or_default(),
        (HopKind::Bind, _) => format!("containerPort {number}"),
        (HopKind::Target, PortKind::External(External::Name(_))) => "DNS alias".to_owned(),
        (HopKind::Target, PortKind::External(_)) => "endpoints".to_owned(),
        (HopKind::Target, _) => match (&port.name, hop.how) {
            (Some(name), How::Named) => format!("targetPort {name} ({number})"),
            _ => format!("targetPort {number}"),
        },
    };
    let line = match (&port.kind, hop.how) {
        (PortKind::Missing(_), _) => Line::Broken,
        (_, How::Assumed | How::Auto) => Line::Dotted,
        (_, How::Stated | How::Defaulted | How::Named) => Line::Solid,
    };
    Arrow::plain(0, 0, if label.is_empty() { Vec::new() } else { vec![label] }, line)
}
