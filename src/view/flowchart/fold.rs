//! Folding: the ports of each resource become one box, and all hops between two boxes one arrow.

use std::collections::{BTreeMap, BTreeSet};

use super::apps::Apps;
use super::bundle::{self, Bundle};
use super::chart::{App, Arrow, BoxId, Chart, ChartBox, Frame, Line, Look, at_most, plain_box};
use super::layout::CLUSTER;
use super::marks::{Marks, signed};
use super::routes;
use super::{GroupBy, labels, numbers};
use crate::diff::Mark;
use crate::graph::{External, HopId, Missing, Number, Owner, PortGraph, PortId, PortKind};
use crate::manifest::object_name::short_kind;
use crate::manifest::{ObjectId, Protocol};
use crate::view::findings::{self, Numbered, Numbers};
use crate::view::mermaid::short;
use crate::view::ways::{self, Ways};
use crate::view::words;

/// The most ports of an external target.
const TARGET_PORTS: usize = 3;

/// The chart of a graph, one box per resource, with the findings about it and the marks.
pub(super) fn fold(graph: &PortGraph, group_by: GroupBy, findings: &[Numbered<'_>], marks: Marks<'_>) -> Chart {
    let mut things: BTreeMap<Thing, Vec<PortId>> = BTreeMap::new();
    let of_ports: Vec<Option<Thing>> = graph.ports().map(|(id, _)| thing(graph, id)).collect();
    for ((id, _), thing) in graph.ports().zip(&of_ports) {
        if let Some(thing) = thing {
            things.entry(thing.clone()).or_default().push(id);
        }
    }
    let places: BTreeMap<&Thing, BoxId> = things.keys().zip(0..).collect();
    let of_ports: Vec<Option<BoxId>> =
        of_ports.iter().map(|thing| thing.as_ref().and_then(|thing| places.get(thing).copied())).collect();
    let framing = Framing::new(graph, group_by, &things);
    let apps = Apps::new(graph);
    let draw = |(thing, ports): (&Thing, &Vec<PortId>)| {
        let app = thing.owner().and_then(|owner| apps.of(owner));
        let frames = framing.frames(thing, app);
        ChartBox { app: app.cloned(), frames, ..draw(graph, thing, ports, marks) }
    };
    let boxes: Vec<ChartBox> = things.iter().map(draw).collect();
    let mut arrows = arrows(graph, &boxes, &of_ports, &findings::by_hop(graph, findings), marks);
    arrows.extend(doubts(&places, &things, marks));
    arrows.sort_by_key(|arrow| (arrow.from, arrow.to));
    let mut chart = Chart { boxes, arrows };
    numbers::put_on_boxes(graph, &mut chart, findings, |owner| places.get(&Thing::Owner(owner)).copied());
    chart
}

/// What a box stands for; in the order of drawing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Owner(Owner),
    /// A port of a workload that a Service leads to and no container declares, although the workload declares others.
    Undeclared(Owner, Number, Protocol),
    External(External),
    Missing(Missing),
}

impl Thing {
    fn is_api_server(&self) -> bool {
        *self == Self::Owner(Owner::ApiServer)
    }

    fn owner(&self) -> Option<Owner> {
        match self {
            Self::Owner(owner) | Self::Undeclared(owner, ..) => Some(*owner),
            Self::External(_) | Self::Missing(_) => None,
        }
    }
}

/// The thing that a port is drawn in. The host machine as a client is not drawn beside its ports, and clients outside only
/// where they have a way of their own.
fn thing(graph: &PortGraph, id: PortId) -> Option<Thing> {
    let port = graph.port(id);
    match (&port.kind, port.owner) {
        (PortKind::External(target), _) => Some(Thing::External(target.clone())),
        (PortKind::Missing(missing), _) => Some(Thing::Missing(missing.clone())),
        (PortKind::ContainerPort(_), owner) if labels::is_doubtful(graph, port) => {
            Some(Thing::Undeclared(owner, port.number, port.protocol))
        }
        (_, Owner::HostMachine) => None,
        (_, Owner::Outside) if graph.hops_from(id).into_iter().all(|hop| bundle::is_repeated(graph, hop)) => None,
        (_, owner) => Some(Thing::Owner(owner)),
    }
}

/// All hops between boxes, bundled; what came and what went has arrows of its own. `places` has the box of every port.
fn arrows(
    graph: &PortGraph,
    boxes: &[ChartBox],
    places: &[Option<BoxId>],
    findings: &BTreeMap<HopId, Numbers>,
    marks: Marks<'_>,
) -> Vec<Arrow> {
    let (none, no_ways) = (Numbers::new(), Ways::new());
    let ways = ways::by_hop(graph);
    let place = |id: PortId| places.get(id.index()).copied().flatten();
    let mut bundles: BTreeMap<(BoxId, BoxId, Option<Mark>), Bundle> = BTreeMap::new();
    for (id, from, to, _) in graph.hops().filter(|(id, ..)| !bundle::is_repeated(graph, *id)) {
        match (place(from), place(to)) {
            (Some(a), Some(b)) if a != b => {
                let bundle = bundles.entry((a, b, marks.apart(id))).or_default();
                bundle.add(graph, id, findings.get(&id).unwrap_or(&none), marks);
                bundle.add_ways(ways.get(&id).unwrap_or(&no_ways));
            }
            _ => {}
        }
    }
    let arrow = |((from, to, _), bundle): ((BoxId, BoxId, _), Bundle)| bundle.into_arrow(boxes.get(from), from, to);
    bundles.into_iter().map(arrow).collect()
}

/// From every doubtful port to the workload it may be a port of.
fn doubts(places: &BTreeMap<&Thing, BoxId>, ports: &BTreeMap<Thing, Vec<PortId>>, marks: Marks<'_>) -> Vec<Arrow> {
    let mark = |thing: &Thing| marks.ports(ports.get(thing).into_iter().flatten().copied());
    let doubts = places.iter().filter_map(|(thing, from)| match thing {
        Thing::Undeclared(owner, ..) => Some((*from, *places.get(&Thing::Owner(*owner))?, mark(thing))),
        Thing::Owner(_) | Thing::External(_) | Thing::Missing(_) => None,
    });
    doubts.map(|(from, to, mark)| Arrow { mark, ..Arrow::plain(from, to, Vec::new(), Line::Dotted) }).collect()
}

fn draw(graph: &PortGraph, thing: &Thing, ports: &[PortId], marks: Marks<'_>) -> ChartBox {
    let mut drawn = draw_thing(graph, thing, ports, marks);
    drawn.mark = match thing {
        Thing::Owner(owner) => marks.owner(*owner),
        Thing::Undeclared(..) | Thing::External(_) | Thing::Missing(_) => marks.ports(ports.iter().copied()),
    };
    if let Some(first) = drawn.lines.first_mut() {
        *first = signed(drawn.mark, std::mem::take(first));
    }
    drawn
}

/// What the id of an external target's box is made of: not its text, which is alike for names that differ in their middle only.
fn external_name(graph: &PortGraph, target: &External) -> Vec<String> {
    let name = match target {
        External::Address(address) if address.is_empty() => ["no address yet", "", ""],
        External::Address(name) | External::Name(name) => ["outside", name, ""],
        External::Managed(service) => {
            let id = &graph.service(*service).id;
            ["backends of", &id.namespace, &id.name]
        }
        External::Object(kind, name) => [kind, name, ""],
    };
    std::iter::once("ext").chain(name).map(str::to_owned).collect()
}

fn draw_thing(graph: &PortGraph, thing: &Thing, ports: &[PortId], marks: Marks<'_>) -> ChartBox {
    match thing {
        Thing::Owner(owner) => draw_owner(graph, *owner, marks),
        Thing::Undeclared(owner, number, protocol) => {
            let number = words::number(*number, *protocol);
            let name = graph.object(*owner).map(object_name).unwrap_or_default();
            let name = std::iter::once("port".to_owned()).chain(name).chain([number.clone()]).collect();
            plain_box(name, Look::Doubt, vec![format!("port {number}"), "not declared".to_owned()])
        }
        Thing::External(target) => {
            let mut lines = labels::external(graph, target);
            let name = external_name(graph, target);
            let ports = ports.iter().map(|id| graph.port(*id)).filter(|port| port.number.known().is_some());
            lines.extend(at_most(TARGET_PORTS, ports.map(|port| format!("port {}", words::port(port))).collect()));
            plain_box(name, Look::External, lines)
        }
        Thing::Missing(missing) => {
            let (namespace, service) = scope(graph, missing);
            let name = ["hole", namespace, service, &missing.to_string()].map(str::to_owned).into();
            plain_box(name, Look::Missing, labels::missing(missing))
        }
    }
}

fn draw_owner(graph: &PortGraph, owner: Owner, marks: Marks<'_>) -> ChartBox {
    let name = graph.object(owner).map_or_else(|| client_name(owner), object_name);
    let (look, lines) = match owner {
        Owner::Router(id) => return routes::router(graph, id, name),
        Owner::Service(id) => (Look::Service, labels::service(graph, owner, graph.service(id), marks)),
        Owner::Workload(id) => {
            let workload = graph.workload(id);
            let look = if workload.id.kind == "StatefulSet" { Look::Store } else { Look::Workload };
            (look, labels::workload(graph, owner, workload, marks))
        }
        Owner::Cluster(_) => (Look::Entry, labels::host_machine(graph, owner, marks)),
        Owner::ApiServer | Owner::Outside | Owner::HostMachine | Owner::Elsewhere => {
            (Look::Client, client_lines(owner))
        }
    };
    plain_box(name, look, lines)
}

/// A client that is no object; in two lines, for it is drawn as a circle.
pub(super) fn client_lines(owner: Owner) -> Vec<String> {
    let lines: &[&str] = if owner == Owner::ApiServer { &["kube-", "apiserver"] } else { &["Client"] };
    lines.iter().copied().map(str::to_owned).collect()
}

/// What the id of the box of a client is made of that is no object.
pub(super) fn client_name(owner: Owner) -> Vec<String> {
    let place = if owner == Owner::ApiServer { "api_server" } else { "outside" };
    ["client", place].map(str::to_owned).into()
}

/// Namespace and Service that a hole belongs to; empty where it belongs to none.
fn scope<'g>(graph: &'g PortGraph, missing: &'g Missing) -> (&'g str, &'g str) {
    match missing {
        Missing::Pods(namespace, _) | Missing::Service(namespace, _) => (namespace, ""),
        Missing::ServicePort(missing) => (&missing.namespace, ""),
        Missing::PortName(id, _) | Missing::EndpointPort(id, _) | Missing::EndpointNumber(id, _) => {
            let id = &graph.service(*id).id;
            (&id.namespace, &id.name)
        }
        Missing::Grant(namespace, name) => (namespace, name),
        Missing::Listener(missing) => (&missing.namespace, &missing.name),
        Missing::Router(id) => (&id.namespace, &id.name),
        Missing::NodePort(_) => ("", ""),
    }
}

/// What frames are drawn.
struct Framing<'g> {
    graph: &'g PortGraph,
    group_by: GroupBy,
    /// Something stands outside of the cluster, so that the cluster is framed too.
    has_outside: bool,
    /// Names of applications need a namespace beside them.
    has_several_namespaces: bool,
}

impl<'g> Framing<'g> {
    fn new(graph: &'g PortGraph, group_by: GroupBy, things: &BTreeMap<Thing, Vec<PortId>>) -> Self {
        let namespaces: BTreeSet<&str> = things.keys().filter_map(|thing| namespace(graph, thing)).collect();
        let is_outside = |thing: &Thing| !thing.is_api_server() && namespace(graph, thing).is_none();
        let has_outside = things.keys().any(is_outside);
        Self { graph, group_by, has_outside, has_several_namespaces: namespaces.len() > 1 }
    }

    fn frames(&self, thing: &Thing, app: Option<&App>) -> Vec<Frame> {
        let cluster = self.has_outside.then(|| frame(CLUSTER, &["cluster"], "Kubernetes cluster"));
        let Some(namespace) = namespace(self.graph, thing) else {
            return cluster.filter(|_| thing.is_api_server()).into_iter().collect();
        };
        let inner = match (self.group_by, app) {
            (GroupBy::App, Some(app)) => {
                let place = if self.has_several_namespaces { format!(" in {namespace}") } else { String::new() };
                let (word, title) = if app.is_group { ("group", String::new()) } else { ("app", "app ".to_owned()) };
                frame(word, &[&app.namespace, &app.name], &format!("{title}{}{place}", short(&app.name)))
            }
            (GroupBy::Namespace | GroupBy::Type | GroupBy::App, _) => {
                frame("ns", &[namespace], &format!("namespace {namespace}"))
            }
        };
        cluster.into_iter().chain([inner]).collect()
    }
}

/// The namespace that a thing is in; none for what is outside of the cluster.
fn namespace<'g>(graph: &'g PortGraph, thing: &'g Thing) -> Option<&'g str> {
    let namespace = match thing {
        Thing::External(_) => "",
        Thing::Owner(owner) | Thing::Undeclared(owner, ..) => {
            graph.object(*owner).map_or("", |id| id.namespace.as_str())
        }
        Thing::Missing(missing) => scope(graph, missing).0,
    };
    (!namespace.is_empty()).then_some(namespace)
}

/// A frame; `word` is ours, for its kind.
pub(super) fn frame(word: &str, name: &[&str], title: &str) -> Frame {
    let name = std::iter::once(word).chain(name.iter().copied()).map(str::to_owned).collect();
    Frame { name, title: title.to_owned() }
}

/// What the id of an object's box is made of.
pub(super) fn object_name(id: &ObjectId) -> Vec<String> {
    let group = id.distinctive_group().map(str::to_owned);
    [short_kind(id.kind.as_str()), id.namespace.to_string(), id.name.to_string()].into_iter().chain(group).collect()
}
