//! What stands in the boxes of routers, and on the arrows from them: listeners, hosts, paths, weights.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::with_numbers;
use super::chart::at_most;
use super::labels::title;
use super::marks::signed;
use crate::diff::Mark;
use crate::graph::{
    Hop, HopKind, How, ListenerKey, Missing, Number, Owner, Port, PortGraph, PortKind, RouteKey, RouterId,
};
use crate::manifest::{Router, Speaks};
use crate::view::findings::Numbers;
use crate::view::mermaid::short;
use crate::view::{namesakes, words};

/// The most hosts of a router's box.
const HOST_LINES: usize = 3;
/// A route longer than this is broken at its arrow.
const ROUTE_CHARS: usize = 22;

/// The lines of a router's box.
pub(super) fn router(graph: &PortGraph, id: RouterId) -> Vec<String> {
    let router = graph.router(id);
    let mut lines = title(router.id.kind, &router.id.name);
    lines.extend(namesakes::group(graph, Owner::Router(id)).map(|group| format!("({group})")));
    lines.extend(router.elsewhere.then(|| "not in the input".to_owned()));
    lines.extend(joined(router));
    let listened = router.listeners.iter().filter_map(|listener| listener.host.as_deref());
    let hosts: BTreeSet<&str> =
        router.routes.iter().filter_map(|route| route.host.as_deref()).chain(listened).collect();
    lines.extend(at_most(HOST_LINES, hosts.into_iter().map(|host| short(host).into_owned()).collect()));
    lines
}

/// Whose listeners it adds its own to: `for Gateway edge`, on two lines where that is long (GWY-08).
fn joined(router: &Router) -> Vec<String> {
    let parent = router.parents.first().filter(|_| !router.listeners.is_empty());
    let Some(parent) = parent else { return Vec::new() };
    let mut lines = title(parent.kind, &parent.name);
    if let Some(first) = lines.first_mut() {
        *first = format!("for {first}");
    }
    lines
}

/// What a listener speaks, and where: `HTTPS 443`; its name where the input does not tell the number; nothing where it tells
/// neither.
pub(super) fn listener_line(listener: &ListenerKey, port: &Port) -> Option<String> {
    let number = port.number.known().map(|number| number.to_string());
    let place = number.as_deref().or(listener.name.as_deref());
    let words: Vec<&str> = [listener.speaks.as_str(), place.unwrap_or_default()].into();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match (line.is_empty(), listener.speaks) {
        (true, _) => None,
        (false, Speaks::Unknown) => Some(format!("port {line}")),
        (false, _) => Some(line),
    }
}

/// From a listener to the routes of another router: which listener, where there are several.
pub(super) fn via(graph: &PortGraph, from: &Port, to: &Port) -> Vec<String> {
    let PortKind::Listener(listener) = &from.kind else { return Vec::new() };
    let is_listener = |port: &Port| matches!(port.kind, PortKind::Listener(_));
    let has_several = || graph.ports_of(from.owner).filter(|(_, port)| is_listener(port)).nth(1).is_some();
    if from.owner == to.owner || !has_several() {
        Vec::new()
    } else {
        listener_line(listener, from).into_iter().collect()
    }
}

/// From a route back to a listener: `redirect 301 to HTTPS 443`.
pub(super) fn redirect(hop: &Hop, to: &Port) -> Vec<String> {
    let Some(said) = &hop.evidence else { return Vec::new() };
    let to = match &to.kind {
        PortKind::Listener(listener) => listener_line(listener, to),
        _ => Some(short(&said.text).into_owned()),
    };
    std::iter::once(said.place.clone()).chain(to.map(|to| format!("to {to}"))).collect()
}

/// What a route looks at besides the host: `/orders`, `/orders, POST`; nothing for streams.
fn path(key: &RouteKey) -> String {
    let default = if words::is_http(key.takes) { "default backend" } else { "" };
    let path = key.path.as_deref().unwrap_or(default);
    let conditions = key.conditions.iter().map(|condition| condition.strip_prefix("method ").unwrap_or(condition));
    let all = std::iter::once(path).chain(conditions).filter(|part| !part.is_empty());
    all.collect::<Vec<_>>().join(", ")
}

/// The routes of a router to one backend: for each path and port, the hosts.
#[derive(Debug, Default)]
pub(super) struct Routes(BTreeMap<(String, String, Option<Mark>), RouteHosts>);

/// The hosts of one path and port, and the numbers of findings about it.
#[derive(Debug, Default)]
struct RouteHosts {
    hosts: BTreeSet<String>,
    numbers: Numbers,
}

impl Routes {
    /// Adds the route of one hop, with the numbers of findings about it.
    pub(super) fn add(&mut self, route: &Port, hop: &Hop, to: &Port, numbers: &Numbers, mark: Option<Mark>) {
        let PortKind::Route(key) = &route.kind else { return };
        let port = match (&to.kind, &to.name, to.number) {
            (PortKind::Missing(Missing::ServicePort(missing)), ..) => format!("port {}", missing.port),
            (_, Some(name), number) if hop.how == How::Named => format!("port {name} ({number})"),
            (PortKind::ServicePort, _, Number::Known(number)) => format!("port {number}"),
            _ => String::new(),
        };
        let part = if hop.kind == HopKind::Mirror { Some(words::mirror(hop)) } else { words::portion(hop) };
        let port =
            [Some(port).filter(|port| !port.is_empty()), part].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let known = self.0.entry((path(key), port, mark)).or_default();
        known.hosts.insert(key.host.as_deref().unwrap_or_default().to_owned());
        known.numbers.extend(numbers);
    }

    /// One line per path and port; with its host where not every host of the router has it.
    pub(super) fn lines(&self, router: &Router) -> Vec<String> {
        let all: BTreeSet<&str> = router.routes.iter().map(|route| route.host.as_deref().unwrap_or_default()).collect();
        let mut lines = Vec::new();
        for ((path, port, mark), RouteHosts { hosts, numbers }) in &self.0 {
            let is_of_all = hosts.iter().map(String::as_str).eq(all.iter().copied());
            let named = || hosts.iter().map(|host| arrow(&host_and_path(host, path), port)).collect();
            let own = if is_of_all { vec![arrow(path, port)] } else { named() };
            let own = own.into_iter().map(|line| signed(*mark, line)).collect();
            lines.extend(with_numbers(own, numbers));
        }
        lines
    }
}

fn host_and_path(host: &str, path: &str) -> String {
    if host.is_empty() || path.starts_with('/') { format!("{host}{path}") } else { format!("{host} {path}") }
}

fn arrow(from: &str, to: &str) -> String {
    let from = short(from);
    match (from.as_ref(), to) {
        ("", to) => to.to_owned(),
        (from, "") => from.to_owned(),
        (from, to) => format!("{from} → {to}"),
    }
}

/// A route on two lines where it is long: labels decide how wide a chart gets.
pub(super) fn broken(line: &str) -> Vec<String> {
    match line.split_once(" → ") {
        Some((from, to)) if line.chars().count() > ROUTE_CHARS => vec![from.to_owned(), format!("→ {to}")],
        _ => vec![line.to_owned()],
    }
}
