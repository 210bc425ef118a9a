//! The station of a router: what it is asked for, by host and path.

use std::collections::BTreeSet;

use super::approach::listed;
use super::request::{Request, Routed};
use super::scene::{Lines, Part, Role, Station, Teller};
use crate::graph::{Owner, PortGraph, PortKind, RouteKey};
use crate::view::words;

/// The router with the hosts and paths that bring a request this way.
pub(super) fn station(graph: &PortGraph, request: &Request, owner: Owner) -> Station {
    let asked: Vec<Asked<'_>> = request.routes.iter().filter_map(|routed| Asked::new(graph, *routed)).collect();
    let names = graph.object(owner).map(|id| vec![id.name.clone()]).unwrap_or_default();
    Station {
        part: Part { role: Role::Router, name: names, label: vec![words::title(graph, owner), hosts(&asked)] },
        arrival: arrival(&asked),
        notes: vec![note(&asked)],
        tells: Teller::Router,
    }
}

/// A host and a path, and the listener they are asked at.
struct Asked<'g> {
    key: &'g RouteKey,
    port: String,
    is_encrypted: bool,
    is_assumed: bool,
}

impl<'g> Asked<'g> {
    fn new(graph: &'g PortGraph, routed: Routed) -> Option<Self> {
        let listener = graph.port(routed.listener);
        match (&graph.port(routed.route).kind, &listener.kind) {
            (PortKind::Route(key), PortKind::Listener(kind)) => Some(Self {
                key,
                port: words::number(listener.number, listener.protocol),
                is_encrypted: kind.speaks.is_encrypted(),
                is_assumed: kind.assumed,
            }),
            _ => None,
        }
    }

    fn scheme(&self) -> &'static str {
        if self.is_encrypted { "HTTPS" } else { "HTTP" }
    }

    fn host(&self) -> &str {
        self.key.host.as_deref().unwrap_or("any host")
    }

    fn path(&self) -> &str {
        self.key.path.as_deref().unwrap_or("any other path")
    }

    /// What the router looks at.
    fn rule(&self) -> String {
        match (&self.key.path, &self.key.path_type) {
            (Some(path), Some(kind)) => format!("path: {path} ({kind})"),
            (Some(path), None) => format!("path: {path}"),
            (None, _) => "default backend".to_owned(),
        }
    }

    fn url(&self) -> String {
        match (&self.key.host, &self.key.path) {
            (Some(host), Some(path)) => format!("{host}{path}"),
            (None, Some(path)) => path.clone(),
            (Some(host), None) => host.clone(),
            (None, None) => "default backend".to_owned(),
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
    let schemes = distinct(asked.iter().map(|asked| asked.scheme().to_owned()));
    let ports = distinct(asked.iter().map(|asked| asked.port.clone()));
    let paths = distinct(asked.iter().map(|asked| asked.path().to_owned()));
    let path = match paths.as_slice() {
        [path] => path.clone(),
        paths => format!("one of {} paths", paths.len()),
    };
    let assumed = if asked.iter().all(|asked| asked.is_assumed) { " (by default)" } else { "" };
    vec![format!("{} GET {path}", schemes.join(" or ")), format!("port {}{assumed}", ports.join(" or "))]
}

fn note(asked: &[Asked<'_>]) -> Lines {
    let mut note = match asked {
        [only] => vec![only.rule()],
        several => listed(several.iter().map(Asked::url).collect()),
    };
    if asked.iter().any(|asked| asked.is_encrypted) {
        note.push("TLS ends here".to_owned());
    }
    note
}

/// Each once, in order.
fn distinct(all: impl Iterator<Item = String>) -> Vec<String> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}
