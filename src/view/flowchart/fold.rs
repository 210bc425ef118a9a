//! Folding: the ports of each resource become one box, and all hops between two boxes one arrow.
//!
//! Two things are left out, because they would only say again what is drawn: the node port that a load balancer uses,
//! where the cluster chooses it; and the way of a client outside to a port of a node that the host machine maps.

use std::collections::BTreeMap;

use super::apps::Apps;
use super::chart::{Arrow, BoxId, Chart, ChartBox, Frame, Line, Look, at_most};
use super::layout::CLUSTER;
use super::{GroupBy, labels};
use crate::graph::{External, Hop, HopKind, How, Missing, Number, Owner, Port, PortGraph, PortId, PortKind};
use crate::manifest::{ObjectId, ServiceType};

/// The most lines of an arrow's label.
const LABEL_LINES: usize = 3;

/// The chart of a graph, one box per resource.
pub(super) fn fold(graph: &PortGraph, group_by: GroupBy) -> Chart {
    let apps = Apps::new(graph);
    let mut fold = Fold { graph, apps, group_by, chart: Chart::default(), places: BTreeMap::new() };
    fold.add_boxes();
    let arrows = fold.arrows();
    fold.chart.arrows = arrows;
    fold.drop_lonely_clients();
    fold.add_frames();
    fold.chart
}

/// What a box stands for; in the order of drawing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Owner(Owner),
    External(External),
    Missing(Missing),
}

/// A chart in the making.
struct Fold<'g> {
    graph: &'g PortGraph,
    apps: Apps,
    group_by: GroupBy,
    chart: Chart,
    places: BTreeMap<Thing, BoxId>,
}

/// What all hops between two boxes say.
#[derive(Default)]
struct Bundle {
    lines: Vec<String>,
    routes: labels::Routes,
    is_stated: bool,
    is_broken: bool,
}

impl Fold<'_> {
    /// The thing that a port is drawn in.
    fn thing(port: &Port) -> Option<Thing> {
        match (&port.kind, port.owner) {
            (PortKind::External(target), _) => Some(Thing::External(target.clone())),
            (PortKind::Missing(missing), _) => Some(Thing::Missing(missing.clone())),
            (_, Owner::HostMachine) => None,
            (_, owner) => Some(Thing::Owner(owner)),
        }
    }

    fn add_boxes(&mut self) {
        let of_ports = self.graph.ports().filter_map(|(_, port)| Some((Self::thing(port)?, Some(port))));
        let mut things: BTreeMap<Thing, Vec<&Port>> = BTreeMap::new();
        for (thing, port) in of_ports {
            things.entry(thing).or_default().extend(port);
        }
        for (thing, ports) in things {
            let drawn = self.draw(&thing, &ports);
            self.places.insert(thing, self.chart.boxes.len());
            self.chart.boxes.push(drawn);
        }
    }

    fn draw(&self, thing: &Thing, ports: &[&Port]) -> ChartBox {
        let graph = self.graph;
        match thing {
            Thing::Owner(owner) => self.draw_owner(*owner),
            Thing::External(target) => {
                let mut lines = labels::external(graph, target);
                let numbers = ports.iter().filter_map(|port| port.number.known());
                lines.extend(at_most(LABEL_LINES, numbers.map(|number| format!("port {number}")).collect()));
                let name = std::iter::once("ext".to_owned()).chain(labels::external(graph, target)).collect();
                plain_box(name, Look::External, lines)
            }
            Thing::Missing(missing) => {
                let scope = match missing {
                    Missing::Pods(namespace, _)
                    | Missing::Service(namespace, _)
                    | Missing::ServicePort(namespace, ..) => namespace.clone(),
                    Missing::PortName(id, _) | Missing::EndpointPort(id, _) => {
                        let id = &graph.service(*id).id;
                        format!("{} {}", id.namespace, id.name)
                    }
                    Missing::NodePort(_) => String::new(),
                };
                plain_box(vec!["hole".to_owned(), scope, missing.to_string()], Look::Missing, labels::missing(missing))
            }
        }
    }

    fn draw_owner(&self, owner: Owner) -> ChartBox {
        let graph = self.graph;
        let (look, lines) = match owner {
            Owner::Router(id) => (Look::Router, labels::router(graph.router(id))),
            Owner::Service(id) => (Look::Service, labels::service(graph, owner, graph.service(id))),
            Owner::Workload(id) => {
                let workload = graph.workload(id);
                let look = if workload.id.kind == "StatefulSet" { Look::Store } else { Look::Workload };
                (look, labels::workload(graph, owner, workload))
            }
            Owner::Cluster(_) => (Look::Entry, labels::host_machine(graph, owner)),
            Owner::Outside | Owner::HostMachine | Owner::Elsewhere => (Look::Client, vec!["Client".to_owned()]),
        };
        let name = graph.object(owner).map_or_else(|| vec!["client".to_owned(), "outside".to_owned()], object_name);
        ChartBox { app: self.apps.of(owner).cloned(), ..plain_box(name, look, lines) }
    }

    /// All hops between boxes, bundled.
    fn arrows(&self) -> Vec<Arrow> {
        let mut bundles: BTreeMap<(BoxId, BoxId), Bundle> = BTreeMap::new();
        for (_, from, to, hop) in self.graph.hops() {
            if self.is_said_already(to, hop) {
                continue;
            }
            let (Some(a), Some(b)) = (self.place(from), self.place(to)) else { continue };
            // A workload that calls its own kind (numbered peers) does so through a Service; only inner hops stay in a box.
            if a != b {
                self.add_hop(bundles.entry((a, b)).or_default(), from, to, hop);
            }
        }
        bundles.into_iter().map(|((from, to), bundle)| self.arrow(from, to, bundle)).collect()
    }

    fn place(&self, id: PortId) -> Option<BoxId> {
        self.places.get(&Self::thing(self.graph.port(id))?).copied()
    }

    /// Would drawing a client's way to this port only repeat another one?
    fn is_said_already(&self, to: PortId, hop: &Hop) -> bool {
        let port = self.graph.port(to);
        if hop.kind != HopKind::Enter {
            return false;
        }
        let is_mapped = || self.graph.hops_to(to).into_iter().any(|hop| self.graph.hop(hop).kind == HopKind::Map);
        match (&port.kind, port.owner) {
            (PortKind::NodePort(_), Owner::Service(id)) => {
                let is_balanced = self.graph.service(id).kind == ServiceType::LoadBalancer;
                (is_balanced && port.number == Number::Auto) || is_mapped()
            }
            (PortKind::HostPort(..), _) => is_mapped(),
            _ => false,
        }
    }

    fn add_hop(&self, bundle: &mut Bundle, from: PortId, to: PortId, hop: &Hop) {
        let (source, port) = (self.graph.port(from), self.graph.port(to));
        let lines = match hop.kind {
            HopKind::Enter => labels::way_in(self.graph, port),
            HopKind::Map => labels::mapping(self.graph, source, port),
            HopKind::Target => labels::target(self.graph, source, hop, port),
            HopKind::Call => labels::call(port),
            HopKind::Route => {
                bundle.routes.add(source, hop, port);
                Vec::new()
            }
            HopKind::Forward | HopKind::Bind | HopKind::Match => Vec::new(),
        };
        for line in lines {
            if !bundle.lines.contains(&line) {
                bundle.lines.push(line);
            }
        }
        bundle.is_stated |= !matches!(hop.how, How::Assumed | How::Auto);
        bundle.is_broken |= matches!(port.kind, PortKind::Missing(_));
    }

    fn arrow(&self, from: BoxId, to: BoxId, bundle: Bundle) -> Arrow {
        let mut lines = bundle.lines;
        if let Some(Owner::Router(id)) = self.owner(from) {
            lines.extend(bundle.routes.lines(self.graph.router(id)));
        }
        let lines = at_most(LABEL_LINES, lines).iter().flat_map(|line| labels::broken(line)).collect();
        let line = match (bundle.is_broken, bundle.is_stated) {
            (true, _) => Line::Broken,
            (false, true) => Line::Solid,
            (false, false) => Line::Dotted,
        };
        Arrow { from, to, lines, line }
    }

    fn owner(&self, place: BoxId) -> Option<Owner> {
        self.places.iter().find(|(_, at)| **at == place).and_then(|(thing, _)| match thing {
            Thing::Owner(owner) => Some(*owner),
            Thing::External(_) | Thing::Missing(_) => None,
        })
    }

    /// A client whose ways are all told otherwise.
    fn drop_lonely_clients(&mut self) {
        let is_lonely =
            |id: BoxId| self.chart.boxes[id].look == Look::Client && self.chart.neighbours(id).next().is_none();
        let keep = (0..self.chart.boxes.len()).filter(|id| !is_lonely(*id)).collect();
        let chart = self.chart.part(&keep, |_| true);
        self.places = std::mem::take(&mut self.places)
            .into_iter()
            .filter_map(|(thing, at)| Some((thing, keep.iter().position(|kept| *kept == at)?)))
            .collect();
        self.chart = chart;
    }

    fn add_frames(&mut self) {
        let has_outside =
            self.chart.boxes.iter().any(|drawn| matches!(drawn.look, Look::Client | Look::Entry | Look::External));
        let places: Vec<(Thing, BoxId)> = self.places.iter().map(|(thing, at)| (thing.clone(), *at)).collect();
        for (thing, at) in places {
            let app = self.chart.boxes[at].app.clone();
            self.chart.boxes[at].frames = match namespace(self.graph, &thing) {
                Place::Outside => Vec::new(),
                Place::Namespace(name) => {
                    let mut frames = Vec::new();
                    if has_outside {
                        frames.push(frame(CLUSTER, &["cluster"], "Kubernetes cluster"));
                    }
                    frames.push(frame("ns", &[&name], &format!("namespace {name}")));
                    if let (GroupBy::App, Some(app)) = (self.group_by, app) {
                        frames.push(frame("app", &[&app.namespace, &app.name], &format!("app {}", app.name)));
                    }
                    frames
                }
            };
        }
    }
}

/// Where a thing stands.
enum Place {
    Outside,
    Namespace(String),
}

fn namespace(graph: &PortGraph, thing: &Thing) -> Place {
    match thing {
        Thing::Owner(Owner::Cluster(_)) | Thing::External(_) | Thing::Missing(Missing::NodePort(_)) => Place::Outside,
        Thing::Owner(owner) => graph.object(*owner).map_or(Place::Outside, |id| Place::Namespace(id.namespace.clone())),
        Thing::Missing(
            Missing::Pods(namespace, _) | Missing::Service(namespace, _) | Missing::ServicePort(namespace, ..),
        ) => Place::Namespace(namespace.clone()),
        Thing::Missing(Missing::PortName(id, _) | Missing::EndpointPort(id, _)) => {
            Place::Namespace(graph.service(*id).id.namespace.clone())
        }
    }
}

pub(super) fn frame(word: &str, name: &[&str], title: &str) -> Frame {
    let name = std::iter::once(word).chain(name.iter().copied()).map(str::to_owned).collect();
    Frame { name, title: title.to_owned() }
}

pub(super) fn plain_box(name: Vec<String>, look: Look, lines: Vec<String>) -> ChartBox {
    ChartBox { name, look, lines, frames: Vec::new(), app: None }
}

/// What the id of an object's box is made of.
pub(super) fn object_name(id: &ObjectId) -> Vec<String> {
    vec![super::focus::short_kind(id.kind), id.namespace.clone(), id.name.clone()]
}
