//! The station of a router: what it is asked for, by host and path.

use std::collections::BTreeSet;

use super::approach::listed;
use super::request::{Request, Routed};
use super::scene::{Lines, Part, Role, Station, Teller};
use crate::graph::{Hop, HopKind, Owner, PortGraph, PortId, PortKind, RouteKey, common_host};
use crate::manifest::{Speaks, Takes};
use crate::view::words;

/// The router with the hosts and paths that bring a request this way.
pub(super) fn station(graph: &PortGraph, request: &Request, owner: Owner) -> Station {
    let last = request
        .trunk
        .iter()
        .copied()
        .find(|id| graph.hops_to(*id).iter().any(|hop| graph.hop(*hop).kind == HopKind::Route));
    let asked: Vec<Asked<'_>> = request.routes.iter().filter_map(|routed| Asked::new(graph, *routed, last)).collect();
    let names = graph.object(owner).map(|id| vec![id.name.to_string()]).unwrap_or_default();
    Station {
        part: Part { role: Role::Router, name: names, label: vec![words::title(graph, owner), hosts(&asked)] },
        arrival: arrival(&asked),
        notes: vec![note(&asked)],
        tells: Teller::Router,
    }
}

/// How a listener is asked for HTTP, in the words of a request's first line.
pub(super) fn first_line(scheme: &str, method: &str, path: &str) -> String {
    [scheme, method, path].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A host and a path, and the listener they are asked at.
struct Asked<'g> {
    key: &'g RouteKey,
    /// The router that the route is of, where another one listens.
    of: Option<String>,
    host: Option<&'g str>,
    /// Where it is asked: `443`, `? (postgres)`; nothing where the input tells neither number nor name.
    port: Option<String>,
    is_assumed: bool,
    speaks: Speaks,
    ends_tls: bool,
    /// A policy makes it speak TLS to the Service.
    begins_tls: bool,
    /// The part of the requests that goes this way.
    share: Option<String>,
    /// The parts of the Service's pods that it names.
    subsets: Option<String>,
}

impl<'g> Asked<'g> {
    fn new(graph: &'g PortGraph, routed: Routed, last: Option<PortId>) -> Option<Self> {
        let listener = graph.port(routed.listener);
        let is_known = listener.number.known().is_some();
        match (&graph.port(routed.route).kind, &listener.kind) {
            (PortKind::Route(key), PortKind::Listener(kind)) => Some(Self {
                key,
                of: (listener.owner != graph.port(routed.route).owner)
                    .then(|| words::title(graph, graph.port(routed.route).owner)),
                host: common_host(kind.host.as_deref(), key.host.as_deref()).unwrap_or(key.host.as_deref()),
                port: (is_known || listener.name.is_some()).then(|| words::listener(listener)),
                is_assumed: is_known && kind.assumed,
                speaks: kind.speaks,
                ends_tls: kind.speaks.is_encrypted() && !kind.passthrough,
                begins_tls: last.is_some_and(|port| graph.backend_tls(port).is_some()),
                share: share(graph, routed.route, last),
                subsets: subsets(graph, routed.route, last),
            }),
            _ => None,
        }
    }

    fn scheme(&self) -> &'static str {
        match (self.key.takes, self.speaks) {
            (Takes::Grpc, _) => "gRPC",
            (_, Speaks::Unknown) => "",
            (_, speaks) => speaks.as_str(),
        }
    }

    fn host(&self) -> &str {
        let every = if matches!(self.key.takes, Takes::Tcp | Takes::Udp) { "every connection" } else { "any host" };
        self.host.unwrap_or(every)
    }

    /// `GET`, unless the route asks for another method.
    fn method(&self) -> &str {
        let stated = self.key.conditions.iter().find_map(|condition| condition.strip_prefix("method "));
        if self.key.takes == Takes::Http { stated.unwrap_or("GET") } else { "" }
    }

    fn path(&self) -> &str {
        let default = match self.key.takes {
            Takes::Http | Takes::Grpc => "any other path",
            Takes::Tls | Takes::Tcp => "connection",
            Takes::Udp => "packets",
        };
        self.key.path.as_deref().unwrap_or(default)
    }

    /// What the router looks at.
    fn rule(&self) -> String {
        match (&self.key.path, &self.key.path_type) {
            (Some(path), Some(kind)) => format!("path: {path} ({kind})"),
            (Some(path), None) => format!("path: {path}"),
            (None, _) if words::is_http(self.key.takes) => "default backend".to_owned(),
            (None, _) => words::route(self.key),
        }
    }

    fn url(&self) -> String {
        match (&self.key.host, &self.key.path) {
            (Some(host), Some(path)) => format!("{host}{path}"),
            (None, Some(path)) => path.to_string(),
            (Some(host), None) => host.to_string(),
            (None, None) if words::is_http(self.key.takes) => "default backend".to_owned(),
            (None, None) => words::route(self.key),
        }
    }
}

fn hosts(asked: &[Asked<'_>]) -> String {
    match distinct(asked.iter().map(|asked| asked.host().to_owned())).as_slice() {
        [host] => host.clone(),
        hosts => format!("{} hosts", hosts.len()),
    }
}

fn arrival(asked: &[Asked<'_>]) -> Lines {
    let schemes = distinct(asked.iter().map(|asked| asked.scheme().to_owned())).join(" or ");
    let methods = distinct(asked.iter().map(|asked| asked.method().to_owned())).join(" or ");
    let ports = distinct(asked.iter().filter_map(|asked| asked.port.clone()));
    let paths = distinct(asked.iter().map(|asked| asked.path().to_owned()));
    let path = match paths.as_slice() {
        [path] => path.clone(),
        paths => format!("one of {} paths", paths.len()),
    };
    let assumed = if asked.iter().all(|asked| asked.is_assumed) { " (by default)" } else { "" };
    let port = (!ports.is_empty()).then(|| format!("port {}{assumed}", ports.join(" or ")));
    std::iter::once(first_line(&schemes, &methods, &path)).chain(port).collect()
}

fn note(asked: &[Asked<'_>]) -> Lines {
    let mut note: Lines = listed(distinct(asked.iter().filter_map(|asked| asked.of.clone())));
    note.extend(match asked {
        [only] => std::iter::once(only.rule()).chain(only.key.conditions.iter().cloned()).collect(),
        several => listed(distinct(several.iter().map(Asked::url))),
    });
    let shares = distinct(asked.iter().filter_map(|asked| asked.share.clone()));
    note.extend((!shares.is_empty()).then(|| format!("{} of the requests", shares.join(" or "))));
    note.extend(listed(distinct(asked.iter().filter_map(|asked| asked.subsets.clone()))));
    let (ends, begins) = (asked.iter().any(|asked| asked.ends_tls), asked.iter().any(|asked| asked.begins_tls));
    let tls = match (ends, begins) {
        (true, true) => Some("TLS ends and begins here"),
        (true, false) => Some("TLS ends here"),
        (false, true) => Some("TLS begins here"),
        (false, false) => None,
    };
    note.extend(tls.map(str::to_owned));
    note
}

/// The part of a route's requests that goes on to a port.
fn share(graph: &PortGraph, route: PortId, to: Option<PortId>) -> Option<String> {
    hop(graph, route, to)?.share().map(words::share)
}

/// The parts of the Service's pods that a route names.
fn subsets(graph: &PortGraph, route: PortId, to: Option<PortId>) -> Option<String> {
    let hop = hop(graph, route, to)?;
    (!hop.subsets().is_empty()).then(|| words::portion(hop)).flatten()
}

fn hop(graph: &PortGraph, route: PortId, to: Option<PortId>) -> Option<&Hop> {
    let hop = graph.hops_from(route).into_iter().find(|hop| Some(graph.ends(*hop).1) == to)?;
    Some(graph.hop(hop))
}

/// Each once, in order.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}
