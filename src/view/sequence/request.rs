//! Requests: what there is to draw. Ways that differ only in host and path of one router are one request, and every Service port
//! can be asked for from inside the cluster, whoever the manifests name as its caller.

use std::collections::HashMap;

use super::redirect;
use crate::graph::{
    External, HopId, HopKind, Missing, Number, Owner, PortGraph, PortId, PortKind, ServiceId, Way, WorkloadId,
};
use crate::manifest::{ObjectId, ServiceType};
use crate::view::{namesakes, words};

/// The port of routers that need not be told.
const USUAL_PORT: u16 = 80;

/// Who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A client outside of the cluster.
    Outside,
    /// The machine that a local cluster runs on.
    HostMachine,
    /// A workload whose configuration names the Service: the hop is its call.
    Workload(WorkloadId, HopId),
    /// Any pod of the Service's namespace: no manifest says that one does.
    AnyPod,
}

/// A request and the ports it passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) start: Start,
    /// The ports behind the client, to the last one that every such request passes.
    pub(super) trunk: Vec<PortId>,
    /// The ports it may end at, behind the trunk: one per target of the Service port; none where the trunk itself ends.
    pub(super) ends: Vec<PortId>,
    /// The hosts and paths that bring it this way, where a router is on it.
    pub(super) routes: Vec<Routed>,
}

/// A route of a router, and the listener that requests for it come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Routed {
    pub(super) listener: PortId,
    pub(super) route: PortId,
}

impl Request {
    /// The Service port it passes, with its Service.
    pub(super) fn service(&self, graph: &PortGraph) -> Option<(PortId, ServiceId)> {
        self.trunk.iter().find_map(|id| match (&graph.port(*id).kind, graph.port(*id).owner) {
            (PortKind::ServicePort, Owner::Service(service)) => Some((*id, service)),
            _ => None,
        })
    }

    /// The Service it passes, or that the hole at its end is a part of.
    pub(super) fn named_service(&self, graph: &PortGraph) -> Option<ServiceId> {
        let ends = self.parted(graph).1.iter().map(|id| &graph.port(*id).kind);
        let named = |kind: &PortKind| match kind {
            PortKind::Missing(Missing::ServicePort(missing)) => {
                find_service(graph, &missing.namespace, &missing.service)
            }
            _ => None,
        };
        self.service(graph).map(|(_, service)| service).or_else(|| ends.into_iter().find_map(named))
    }

    /// Does it start inside the cluster, and so with a question to the cluster's DNS?
    pub(super) fn starts_inside(&self) -> bool {
        matches!(self.start, Start::Workload(..) | Start::AnyPod)
    }

    /// The ports it passes, and those where it may end: none where nothing says what is behind the Service port.
    pub(super) fn parted(&self, graph: &PortGraph) -> (&[PortId], &[PortId]) {
        match self.trunk.split_last() {
            Some((last, passed)) if self.ends.is_empty() && graph.port(*last).kind != PortKind::ServicePort => {
                (passed, std::slice::from_ref(last))
            }
            _ => (&self.trunk, &self.ends),
        }
    }

    /// How the router answers with a redirect, where it does: `redirect 301 to https`.
    pub(super) fn redirect(&self, graph: &PortGraph) -> Option<String> {
        self.trunk.last().and_then(|last| redirect::hop(graph, *last)).and_then(|hop| words::part(graph.hop(hop)))
    }

    /// Does it end at a route that leads nowhere?
    fn is_dropped(&self, graph: &PortGraph) -> bool {
        let ends_at_route = self.trunk.last().is_some_and(|last| matches!(graph.port(*last).kind, PortKind::Route(_)));
        ends_at_route && self.redirect(graph).is_none()
    }

    /// What the diagram is about, in words, not escaped: `Through node port 30080 to Service web`.
    pub(super) fn heading(&self, graph: &PortGraph) -> String {
        if let Some(redirect) = self.redirect(graph) {
            return format!("Through {}: {redirect}", self.entry(graph));
        }
        let to = self.destination(graph);
        match self.start {
            Start::AnyPod => format!("From any pod to {to}"),
            Start::Workload(id, _) => format!("From {} to {to}", title(graph, Owner::Workload(id))),
            Start::HostMachine => format!("From the host machine{} to {to}", self.entry(graph)),
            Start::Outside => format!("Through {} to {to}", self.entry(graph)),
        }
    }

    /// The way in: the first port behind the client.
    fn entry(&self, graph: &PortGraph) -> String {
        let Some(port) = self.trunk.first().map(|id| graph.port(*id)) else { return String::new() };
        let number = words::number(port.number, port.protocol);
        match (&port.kind, port.number) {
            (PortKind::HostMapping(_), Number::Known(_)) => format!(" through localhost:{number}"),
            (PortKind::LoadBalancer, _) => format!("load balancer port {number}"),
            (PortKind::ExternalIp(ip), _) => format!("external IP {ip}:{number}"),
            (PortKind::NodePort(_), Number::Known(_)) => format!("node port {number}"),
            (PortKind::NodePort(_), _) => "an assigned node port".to_owned(),
            (PortKind::HostPort(..), _) => format!("host port {number}"),
            (PortKind::Listener(_), Number::Known(number)) if number != USUAL_PORT => {
                format!("{} port {number}", title(graph, port.owner))
            }
            (PortKind::Listener(_), _) => title(graph, port.owner),
            _ => String::new(),
        }
    }

    fn destination(&self, graph: &PortGraph) -> String {
        if let Some((id, service)) = self.service(graph) {
            let title = title(graph, Owner::Service(service));
            let port = graph.port(id);
            let is_said =
                self.trunk.first().is_some_and(|first| graph.port(*first).number == port.number && *first != id);
            let has_choice = graph.service(service).ports.len() > 1 && port.number.known().is_some() && !is_said;
            let number = words::number(port.number, port.protocol);
            return if has_choice { format!("{title} port {number}") } else { title };
        }
        match self.parted(graph).1.first().map(|id| graph.port(*id)) {
            Some(port) => match &port.kind {
                PortKind::Missing(missing) => format!("nowhere: {missing}"),
                PortKind::External(External::Object(kind, name)) => format!("{kind} {name}"),
                PortKind::External(target @ External::Name(_)) => words::external(target, port),
                _ => title(graph, port.owner),
            },
            None => String::new(),
        }
    }
}

/// The Service of a name.
pub(super) fn find_service(graph: &PortGraph, namespace: &str, name: &str) -> Option<ServiceId> {
    let is_it = |id: &ObjectId| id.namespace == namespace && id.name == name;
    graph.services().find(|(_, service)| is_it(&service.id)).map(|(id, _)| id)
}

/// Kind and name of an owner, with the namespace where the graph has several.
fn title(graph: &PortGraph, owner: Owner) -> String {
    match graph.object(owner) {
        Some(id) if has_namespaces(graph) => format!("{id}{}", namesakes::behind(graph, owner)),
        _ => words::title(graph, owner),
    }
}

/// Are there objects of several namespaces, so that a name alone may be that of another object?
pub(super) fn has_namespaces(graph: &PortGraph) -> bool {
    let objects = graph.owners().filter_map(|owner| graph.object(owner));
    let mut namespaces = objects.map(|id| id.namespace.as_str()).filter(|namespace| !namespace.is_empty());
    namespaces.next().is_some_and(|first| namespaces.any(|other| other != first))
}

/// Every request: the ways in, then the calls, then every Service port from inside; each in the order of keys.
pub(super) fn requests(graph: &PortGraph) -> Vec<Request> {
    let mut requests = ways_in(graph);
    requests.extend(graph.calls().iter().filter_map(|way| call(graph, way)));
    requests.extend(graph.ports().filter_map(|(id, port)| from_inside(graph, id, &port.kind)));
    requests
}

/// The ways in; the routes of one router to one port share a request.
fn ways_in(graph: &PortGraph) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    let mut routed: HashMap<(Owner, PortId, String), usize> = HashMap::new();
    for way in graph.ways_in() {
        let is_host = way.client(graph) == Owner::HostMachine;
        let request = request(graph, &way, if is_host { Start::HostMachine } else { Start::Outside });
        let (Some(first), Some(last)) = (request.trunk.first(), request.trunk.last()) else { continue };
        if !is_way_in(graph, &request, *first) {
            continue;
        }
        let new = requests.len();
        let at = match request.routes.as_slice() {
            [] => new,
            _ => *routed.entry(shared(graph, *first, *last)).or_insert(new),
        };
        match requests.get_mut(at) {
            Some(known) => known.routes.extend(request.routes),
            None => requests.push(request),
        }
    }
    // What is only redirected comes after what is served.
    let (redirected, mut requests): (Vec<_>, Vec<_>) =
        requests.into_iter().partition(|request| request.redirect(graph).is_some());
    requests.extend(redirected);
    requests
}

/// What the routes of one request have in common: the router, where they lead, and how a redirect does.
fn shared(graph: &PortGraph, first: PortId, last: PortId) -> (Owner, PortId, String) {
    let redirect = redirect::hop(graph, last);
    let to = redirect.map_or(last, |hop| graph.ends(hop).1);
    (graph.port(first).owner, to, redirect.and_then(|hop| words::part(graph.hop(hop))).unwrap_or_default())
}

/// A router without routes leads nowhere, and a node port that the cluster chooses for a load balancer is the load balancer's (SVC-03).
fn is_way_in(graph: &PortGraph, request: &Request, first: PortId) -> bool {
    let port = graph.port(first);
    match (&port.kind, port.owner) {
        (PortKind::Listener(_), _) => !request.routes.is_empty() && !request.is_dropped(graph),
        (PortKind::NodePort(_), Owner::Service(service)) => {
            port.number != Number::Auto || graph.service(service).kind != ServiceType::LoadBalancer
        }
        _ => true,
    }
}

fn call(graph: &PortGraph, way: &Way) -> Option<Request> {
    let hop = *way.trunk.first()?;
    match way.client(graph) {
        Owner::Workload(id) => Some(request(graph, way, Start::Workload(id, hop))),
        _ => None,
    }
}

fn request(graph: &PortGraph, way: &Way, start: Start) -> Request {
    let pairs = way.trunk.windows(2).filter(|pair| graph.hop(pair[1]).kind == HopKind::Match);
    Request {
        start,
        trunk: way.ports(graph).into_iter().skip(1).collect(),
        ends: way.ends.iter().map(|hop| graph.ends(*hop).1).collect(),
        routes: pairs.map(|pair| Routed { listener: graph.ends(pair[1]).0, route: graph.ends(pair[1]).1 }).collect(),
    }
}

fn from_inside(graph: &PortGraph, id: PortId, kind: &PortKind) -> Option<Request> {
    let ends: Vec<PortId> = graph.hops_from(id).into_iter().map(|hop| graph.ends(hop).1).collect();
    let is_target = *kind == PortKind::ServicePort && !ends.is_empty();
    is_target.then(|| Request { start: Start::AnyPod, trunk: vec![id], ends, routes: Vec::new() })
}
