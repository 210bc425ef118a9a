//! Choosing: the requests that the options ask for, and what is said about the others.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::Options;
use super::request::{Request, Start, requests};
use crate::graph::{External, Missing, Port, PortGraph, PortId, PortKind};
use crate::manifest::ObjectId;
use crate::manifest::object_name::ObjectName;
use crate::view::unknown::unknown;
use crate::view::words;

/// How many diagrams are drawn where nothing is chosen.
const MOST_DIAGRAMS: usize = 8;

/// Where a request comes from or goes to, as `--from` and `--to` name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Outside of the cluster: `outside`
    Outside,
    /// The machine of a local cluster: `host`
    Host,
    /// Any pod: `inside`
    Inside,
    /// An object of the manifests.
    Object(Target),
}

/// An object, and perhaps one of its ports: `svc/web`, `shop/svc/web:80`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    object: ObjectName,
    port: Option<String>,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "outside" => Ok(Self::Outside),
            "host" => Ok(Self::Host),
            "inside" => Ok(Self::Inside),
            _ => text
                .parse()
                .map(Self::Object)
                .map_err(|_: String| "expected outside, host, inside, or KIND/NAME, such as deploy/web".to_owned()),
        }
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (object, port) =
            text.split_once(':').map_or((text, None), |(object, port)| (object, Some(port.to_owned())));
        Ok(Self { object: object.parse()?, port })
    }
}

impl std::fmt::Display for Target {
    /// As it was written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.port {
            Some(port) => write!(f, "{}:{port}", self.object),
            None => self.object.fmt(f),
        }
    }
}

impl Target {
    fn is(&self, object: &Named<'_>) -> bool {
        self.object.is(object.kind, object.namespace, object.name)
    }

    /// Is the object on this way, and, where a port is named, is that the first of its ports there?
    fn is_on(&self, graph: &PortGraph, mut ports: impl Iterator<Item = PortId>) -> bool {
        let first = ports.find(|id| Named::new(graph, *id).is_some_and(|object| self.is(&object)));
        first.map(|id| graph.port(id)).is_some_and(|port| {
            let number = port_words(port);
            self.port.as_ref().is_none_or(|wanted| *wanted == number || port.name.as_deref() == Some(wanted))
        })
    }
}

/// An object that a port belongs to, or that is missing and would be there.
pub(super) struct Named<'g> {
    pub(super) kind: &'g str,
    pub(super) namespace: &'g str,
    pub(super) name: &'g str,
}

impl<'g> Named<'g> {
    pub(super) fn new(graph: &'g PortGraph, id: PortId) -> Option<Self> {
        let port = graph.port(id);
        match &port.kind {
            PortKind::Missing(missing) => {
                let named = missing.service_name().map(|(namespace, name)| Self { kind: "Service", namespace, name });
                named.or_else(|| graph.object(port.owner).map(Self::of))
            }
            PortKind::External(External::Object(kind, name)) => Some(Self { kind, namespace: "", name }),
            _ => graph.object(port.owner).map(Self::of),
        }
    }

    pub(super) fn of(id: &'g ObjectId) -> Self {
        Self { kind: id.kind.as_str(), namespace: &id.namespace, name: &id.name }
    }
}

/// A port as options name it.
pub(super) fn port_words(port: &Port) -> String {
    match &port.kind {
        PortKind::Missing(Missing::ServicePort(missing)) => missing.port.to_string(),
        _ => words::number(port.number, port.protocol),
    }
}

/// What was chosen.
pub(super) struct Chosen {
    pub(super) requests: Vec<Request>,
    /// How many there are besides, in words, group by group.
    pub(super) left: Vec<String>,
}

/// The requests that the options ask for. Without a choice: what a page can hold, whole groups of it.
pub(super) fn chosen(graph: &PortGraph, options: &Options) -> anyhow::Result<Chosen> {
    let from = match &options.from {
        Some(Place::Object(object)) => Some(object),
        _ => None,
    };
    for object in [from, options.to.as_ref()].into_iter().flatten() {
        known(graph, object)?;
    }
    let mut all = requests(graph);
    if options.from != Some(Place::Inside) {
        drop_repeated(graph, &mut all);
    }
    let is_choice = options.from.is_some() || options.to.is_some();
    all.retain(|request| {
        comes_from(graph, request, options.from.as_ref()) && goes_to(graph, request, options.to.as_ref())
    });
    if is_choice && all.is_empty() {
        anyhow::bail!("no request takes this way; without --from and --to every request is drawn");
    }
    let limit = if is_choice || options.all || options.format == crate::view::Format::Mermaid {
        usize::MAX
    } else {
        MOST_DIAGRAMS
    };
    Ok(limited(all, limit))
}

/// A Service that others reach needs no diagram of how anyone could.
fn drop_repeated(graph: &PortGraph, requests: &mut Vec<Request>) {
    let reached = |request: &Request| request.service(graph).map(|(_, service)| service);
    let told: BTreeSet<_> =
        requests.iter().filter(|request| request.start != Start::AnyPod).filter_map(reached).collect();
    requests.retain(|request| {
        request.start != Start::AnyPod || reached(request).is_none_or(|service| !told.contains(&service))
    });
}

/// The ways in, as many as fit; then the calls, and then the others, if they all fit or there is nothing else to see.
fn limited(all: Vec<Request>, limit: usize) -> Chosen {
    let (inside, named): (Vec<_>, Vec<_>) = all.into_iter().partition(|request| request.start == Start::AnyPod);
    let (calls, mut requests): (Vec<_>, Vec<_>) = named.into_iter().partition(Request::starts_inside);
    let ways = requests.iter().skip(limit).map(|request| request.routes.len().max(1)).sum();
    let mut left = vec![counted(ways, "way in", "ways in")];
    requests.truncate(limit);
    for (group, one, many) in [
        (calls, "call between workloads", "calls between workloads"),
        (inside, "Service port that only the cluster reaches", "Service ports that only the cluster reaches"),
    ] {
        let fits = requests.len() + group.len() <= limit;
        let count = if fits || requests.is_empty() { group.len().min(limit) } else { 0 };
        left.push(counted(group.len() - count, one, many));
        requests.extend(group.into_iter().take(count));
    }
    Chosen { requests, left: left.into_iter().flatten().collect() }
}

fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    }
}

fn known(graph: &PortGraph, object: &Target) -> anyhow::Result<()> {
    let mut owners = graph.owners().filter_map(|owner| graph.object(owner)).map(Named::of);
    let mut ports = graph.ports().filter_map(|(id, _)| Named::new(graph, id));
    let is_known = owners.any(|known| object.is(&known)) || ports.any(|known| object.is(&known));
    if is_known { Ok(()) } else { Err(unknown(graph, &object.object, object)) }
}

fn comes_from(graph: &PortGraph, request: &Request, from: Option<&Place>) -> bool {
    match from {
        None => true,
        Some(Place::Outside) => request.start == Start::Outside,
        Some(Place::Host) => request.start == Start::HostMachine,
        Some(Place::Inside) => request.start == Start::AnyPod,
        Some(Place::Object(object)) => match request.start {
            Start::Workload(caller, _) => object.is(&Named::of(&graph.workload(caller).id)),
            Start::Outside | Start::HostMachine => object.is_on(graph, request.trunk.iter().take(1).copied()),
            Start::AnyPod => false,
        },
    }
}

fn goes_to(graph: &PortGraph, request: &Request, to: Option<&Target>) -> bool {
    let Some(object) = to else { return true };
    let mut ends: Vec<&[PortId]> = request.ends.chunks(1).collect();
    ends.push(&[]);
    ends.into_iter().any(|end| object.is_on(graph, request.trunk.iter().chain(end).copied()))
}
