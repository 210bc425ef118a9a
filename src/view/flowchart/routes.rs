//! What stands in the boxes of routers, and on the arrows from them: listeners, hosts, paths, weights.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::bundle::with_numbers;
use super::chart::{ChartBox, LABEL_LINES, Look, at_most, plain_box};
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

/// The box of a router; `name` is what its id is made of.
pub(super) fn router(graph: &PortGraph, id: RouterId, name: Vec<String>) -> ChartBox {
    let facts = RouterFacts::new(graph, id);
    let object = &graph.router(id).id;
    let lines = title(object.kind.as_str(), &object.name).into_iter().chain(facts.lines()).collect();
    ChartBox { router: Some(Rc::new(facts)), ..plain_box(name, Look::Router, lines) }
}

/// What the box of a router says besides its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RouterFacts {
    pub(super) kind: &'static str,
    /// Its group where that tells it apart, whether it is in the input, whose listeners it adds its own to.
    pub(super) about: Vec<String>,
    /// The hosts of its routes; an empty one stands for a route of any host.
    routed: BTreeSet<String>,
    /// The hosts of its listeners.
    listened: BTreeSet<String>,
}

impl RouterFacts {
    fn new(graph: &PortGraph, id: RouterId) -> Self {
        let router = graph.router(id);
        let group = namesakes::group(graph, Owner::Router(id)).map(|group| format!("({group})"));
        let elsewhere = router.elsewhere.then(|| "not in the input".to_owned());
        let listened = router.listeners.iter().filter_map(|listener| listener.host.as_deref());
        Self {
            kind: router.id.kind.as_str(),
            about: group.into_iter().chain(elsewhere).chain(joined(router)).collect(),
            routed: router.routes.iter().map(|route| route.host.as_deref().unwrap_or_default().to_owned()).collect(),
            listened: listened.map(str::to_owned).collect(),
        }
    }

    /// The lines of the box below its name.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let hosts = self.routed.union(&self.listened).filter(|host| !host.is_empty());
        let hosts = at_most(HOST_LINES, hosts.map(|host| short(host).into_owned()).collect());
        self.about.iter().cloned().chain(hosts)
    }

    /// What several routers say that are alike in everything but their hosts.
    pub(super) fn together<'f>(facts: &[&'f Self]) -> Option<Self> {
        let all =
            |hosts: fn(&'f Self) -> &'f BTreeSet<String>| facts.iter().flat_map(|one| hosts(one)).cloned().collect();
        let (routed, listened) = (all(|one| &one.routed), all(|one| &one.listened));
        facts.first().map(|first| Self { routed, listened, kind: first.kind, about: first.about.clone() })
    }
}

/// Whose listeners it adds its own to: `for Gateway edge`, on two lines where that is long (GWY-08).
fn joined(router: &Router) -> Vec<String> {
    let parent = router.parents.first().filter(|_| !router.listeners.is_empty());
    let Some(parent) = parent else { return Vec::new() };
    let mut lines = title(parent.kind.as_str(), &parent.name);
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
    std::iter::once(said.place.to_string()).chain(to.map(|to| format!("to {to}"))).collect()
}

/// What a route looks at besides the host: `/orders`, `/orders, POST`; nothing for streams.
fn path(key: &RouteKey) -> String {
    let default = if words::is_http(key.takes) { "default backend" } else { "" };
    let path = key.path.as_deref().unwrap_or(default);
    let conditions = key.conditions.iter().map(|condition| condition.strip_prefix("method ").unwrap_or(condition));
    let all = std::iter::once(path).chain(conditions).filter(|part| !part.is_empty());
    all.collect::<Vec<_>>().join(", ")
}

/// The routes of a router to one backend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Routes {
    /// For each path and port, the hosts.
    hosts: BTreeMap<(String, String, Option<Mark>), RouteHosts>,
    /// The lines about everything between the two that is no route.
    besides: Vec<String>,
}

/// The hosts of one path and port, and the numbers of findings about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
        let known = self.hosts.entry((path(key), port, mark)).or_default();
        known.hosts.insert(key.host.as_deref().unwrap_or_default().to_owned());
        known.numbers.extend(numbers);
    }

    /// These routes with the lines beside them; none where there are no routes.
    pub(super) fn besides(self, lines: &[String]) -> Option<Self> {
        (!self.hosts.is_empty()).then(|| Self { besides: lines.to_vec(), ..self })
    }

    /// The first routes, as the last lines of a label.
    pub(super) fn label(&self, router: &RouterFacts) -> Vec<String> {
        at_most(LABEL_LINES, self.lines(router)).iter().flat_map(|line| broken(line)).collect()
    }

    /// What has to be the same for several to be told as one: where they lead to, and what else is told.
    pub(super) fn rest(&self) -> (BTreeSet<(&str, Option<Mark>)>, &[String]) {
        (self.hosts.keys().map(|(_, port, mark)| (port.as_str(), *mark)).collect(), &self.besides)
    }

    /// The routes of several routers to one backend, without the numbers of findings about them.
    pub(super) fn together<'r>(all: impl IntoIterator<Item = &'r Self>) -> Self {
        let mut together = Self::default();
        for routes in all {
            for (key, RouteHosts { hosts, .. }) in &routes.hosts {
                together.hosts.entry(key.clone()).or_default().hosts.extend(hosts.iter().cloned());
            }
            together.besides.clone_from(&routes.besides);
        }
        together
    }

    /// One line per path and port; with its host where not every host of the router has it.
    fn lines(&self, router: &RouterFacts) -> Vec<String> {
        let mut lines = Vec::new();
        for ((path, port, mark), RouteHosts { hosts, numbers }) in &self.hosts {
            let is_of_all = *hosts == router.routed;
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
fn broken(line: &str) -> Vec<String> {
    match line.split_once(" → ") {
        Some((from, to)) if line.chars().count() > ROUTE_CHARS => vec![from.to_owned(), format!("→ {to}")],
        _ => vec![line.to_owned()],
    }
}
