//! Resolving: from roles to the graph. Each part adds its ports and hops to a [`Builder`]; in the end everything is put in the order of keys.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::mem;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use petgraph::graph::DiGraph;

use super::{Hop, HopKind, How, Number, Owner, Port, PortGraph, PortId, PortKind, WorkloadId};
use super::{Selected, ServicesByName};
use super::{
    alias, calls, elsewhere, entry, entry_points, include, owners, router, select, service, streams, webhooks,
};
use crate::manifest::{Protocol, Roles};
use crate::name::Name;
use crate::share;
use crate::source::Span;

/// A port that is not in its final place yet.
pub(super) type Draft = PortId;

/// A hop between two of them.
type HopDraft = (Draft, Draft, Hop);

/// A listener with the class of its router.
pub(super) type ClassedListener = (Option<Name>, Draft);

/// Ports and hops in the order of their making.
#[derive(Default)]
pub(super) struct Builder {
    /// The ports, without hops so far.
    graph: DiGraph<Port, Hop>,
    /// The ports by what makes them the same.
    known: HashTable<Draft>,
    hasher: DefaultHashBuilder,
    hops: Vec<HopDraft>,
    /// The ports of each workload's containers.
    pub(super) containers: Vec<Vec<Draft>>,
    /// The declared ones by name: the first of each name.
    named: HashTable<Draft>,
    /// The same for further names of a port that is declared more than once.
    renamed: HashMap<(WorkloadId, Name, Protocol), Draft>,
    /// All by number: the first of each number.
    numbered: HashTable<Draft>,
    /// The ports of each Service, as its manifest lists them.
    pub(super) services: Vec<Vec<Draft>>,
    /// Ports of the nodes by number and protocol: node ports and host ports.
    pub(super) on_nodes: HashMap<(u16, Protocol), Vec<Draft>>,
    /// Ports of load balancers by number and protocol.
    pub(super) balancers: HashMap<(u16, Protocol), Vec<Draft>>,
    /// Listeners on a number that controllers have by default.
    pub(super) listeners: HashMap<(u16, Protocol), Vec<ClassedListener>>,
}

/// What makes two ports the same, and so their keys.
fn identity(port: &Port) -> (Owner, &PortKind, Number, Protocol) {
    (port.owner, &port.kind, port.number, port.protocol)
}

/// What a container port is found by: its name.
fn by_name(port: &Port) -> (Owner, Option<&str>, Protocol) {
    (port.owner, port.name.as_deref(), port.protocol)
}

/// What a container port is found by: its number.
fn by_number(port: &Port) -> (Owner, Number, Protocol) {
    (port.owner, port.number, port.protocol)
}

/// From how many workloads on something may be done beside another thing.
const WORTH_A_THREAD: usize = 256;

/// Joins the roles into a graph.
pub(super) fn resolve(mut roles: Roles) -> PortGraph {
    owners::drop_owned(&mut roles.workloads);
    owners::drop_made(&mut roles.services, &roles.workloads);
    include::join(&mut roles);
    streams::add(&mut roles);
    entry_points::number(&mut roles);
    elsewhere::add(&mut roles);
    let is_large = roles.workloads.len() > WORTH_A_THREAD;
    let mut builder = Builder::new(&roles);
    let (mut selected, mut services) = (Selected::default(), ServicesByName::new(&[]));
    let select = || selected = select::selections(&roles);
    share::both(is_large, select, || {
        service::add_container_ports(&roles, &mut builder);
        services = ServicesByName::new(&roles.services);
    });
    calls::add(&roles, &services, &selected, &mut builder, |builder| {
        service::add_service_ports(&roles, &selected, builder);
        alias::add(&roles, &services, builder);
        entry::add_node_ports_and_balancers(&roles, builder);
        entry::add_host_ports(&roles, builder);
        router::add(&roles, &services, &selected, builder);
        entry::add_host_mappings(&roles, builder);
    });
    webhooks::add(&roles, &services, &mut builder);
    drop(services);
    builder.finish(roles, selected)
}

impl Builder {
    /// With room for the ports that the roles state: to make room again and again would cost more than anything else.
    fn new(roles: &Roles) -> Self {
        let containers = roles.workloads.iter().flat_map(|workload| &workload.containers);
        let declared: usize = containers.map(|container| container.ports.len()).sum();
        let served: usize = roles.services.iter().map(|service| service.ports.len()).sum();
        let routed: usize = roles.routers.iter().map(|router| router.listeners.len() + router.routes.len()).sum();
        let callers = roles.workloads.len();
        let all = declared + served + routed + callers;
        Self {
            graph: DiGraph::with_capacity(all, 0),
            known: HashTable::with_capacity(all),
            containers: Vec::with_capacity(roles.workloads.len()),
            named: HashTable::with_capacity(declared),
            numbered: HashTable::with_capacity(declared),
            services: Vec::with_capacity(roles.services.len()),
            hops: Vec::with_capacity(all),
            ..Self::default()
        }
    }

    /// Adds a port, unless the same one is there already: same owner, kind, number and protocol (and so the same key).
    pub(super) fn port(&mut self, port: Port) -> Draft {
        self.add(port).0
    }

    /// The same, and whether it is a new one.
    pub(super) fn add(&mut self, port: Port) -> (Draft, bool) {
        let hash = self.hasher.hash_one(identity(&port));
        if let Some(known) = self.known.find(hash, |draft| identity(&self.graph[*draft]) == identity(&port)) {
            return (*known, false);
        }
        let draft = self.graph.add_node(port);
        self.known.insert_unique(hash, draft, |draft| self.hasher.hash_one(identity(&self.graph[*draft])));
        (draft, true)
    }

    /// A port without a name, which several parts may ask for.
    pub(super) fn shared(
        &mut self,
        owner: Owner,
        kind: PortKind,
        number: Number,
        protocol: Protocol,
        at: Option<Span>,
    ) -> Draft {
        self.port(Port { owner, kind, number, protocol, name: None, at })
    }

    /// The number of a port.
    pub(super) fn number(&self, draft: Draft) -> Option<Number> {
        self.graph.node_weight(draft).map(|port| port.number)
    }

    /// The client that an owner is.
    pub(super) fn client(&mut self, owner: Owner) -> Draft {
        self.shared(owner, PortKind::Client, Number::Unknown, Protocol::Tcp, None)
    }

    /// Adds a hop.
    pub(super) fn hop(&mut self, from: Draft, to: Draft, kind: HopKind, how: How, at: Option<Span>) {
        self.hops.push((from, to, Hop { kind, how, at, evidence: None, parting: None }));
    }

    /// Adds a hop with everything it has.
    pub(super) fn whole_hop(&mut self, from: Draft, to: Draft, hop: Hop) {
        self.hops.push((from, to, hop));
    }

    /// Adds a port to those of a workload's containers.
    pub(super) fn container_port(&mut self, workload: WorkloadId, draft: Draft) {
        self.containers[workload.0 as usize].push(draft);
        let (graph, hasher) = (&self.graph, &self.hasher);
        let key = by_number(&graph[draft]);
        let is_same = |other: &Draft| by_number(&graph[*other]) == key;
        self.numbered
            .entry(hasher.hash_one(key), is_same, |other| hasher.hash_one(by_number(&graph[*other])))
            .or_insert(draft);
    }

    /// Lets a container port be found by a name, unless another one of the workload has it already.
    pub(super) fn name(&mut self, workload: WorkloadId, draft: Draft, name: &Name) {
        let protocol = self.graph[draft].protocol;
        if self.named(workload, name, protocol).is_some() {
            return;
        }
        let (graph, hasher) = (&self.graph, &self.hasher);
        let hash = |draft: &Draft| hasher.hash_one(by_name(&graph[*draft]));
        if graph[draft].name.as_ref() == Some(name) {
            self.named.insert_unique(hash(&draft), draft, hash);
        } else {
            self.renamed.insert((workload, *name, protocol), draft);
        }
    }

    /// The container port of a workload that has a name.
    pub(super) fn named(&self, workload: WorkloadId, name: &Name, protocol: Protocol) -> Option<Draft> {
        let key = (Owner::Workload(workload), Some(name.as_str()), protocol);
        let found = self.named.find(self.hasher.hash_one(key), |draft| by_name(&self.graph[*draft]) == key);
        found.or_else(|| self.renamed.get(&(workload, *name, protocol))).copied()
    }

    /// The container port of a workload that has a number.
    pub(super) fn numbered(&self, workload: WorkloadId, number: u16, protocol: Protocol) -> Option<Draft> {
        let key = (Owner::Workload(workload), Number::Known(number), protocol);
        let is_it = |draft: &Draft| by_number(&self.graph[*draft]) == key;
        self.numbered.find(self.hasher.hash_one(key), is_it).copied()
    }

    /// Does a container declare the port?
    pub(super) fn is_declared(&self, draft: Draft) -> bool {
        matches!(&self.graph[draft].kind, PortKind::ContainerPort(key) if key.declared)
    }

    /// The container ports of a workload.
    pub(super) fn containers_of(&self, workload: WorkloadId) -> &[Draft] {
        &self.containers[workload.0 as usize]
    }

    /// Puts ports and hops in the order of their keys, drops hops that say the same again, and makes the graph.
    fn finish(self, roles: Roles, selected: Selected) -> PortGraph {
        let (mut graph, mut hops) = self.into_drafts();
        let places = places(&graph);
        for (from, to, _) in &mut hops {
            (*from, *to) = (places[from.index()], places[to.index()]);
        }
        put(&mut graph, places);
        hops.sort_unstable();
        hops.dedup_by(|a, b| (a.0, a.1, a.2.kind) == (b.0, b.1, b.2.kind));
        // They are taken from the end, so that the room of those that are in the graph can be given back.
        hops.reverse();
        graph.reserve_exact_edges(hops.len());
        while let Some((from, to, hop)) = hops.pop() {
            graph.add_edge(from, to, hop);
            if hops.len() < hops.capacity() / 2 {
                hops.shrink_to_fit();
            }
        }
        PortGraph { roles, graph, verdicts: BTreeMap::new(), selected: selected.into() }
    }

    /// Ports and hops; everything that they were found by is let go.
    fn into_drafts(self) -> (DiGraph<Port, Hop>, Vec<HopDraft>) {
        (self.graph, self.hops)
    }
}

/// Of every port its place in the order of ports.
fn places(graph: &DiGraph<Port, Hop>) -> Vec<PortId> {
    let mut order: Vec<Draft> = graph.node_indices().collect();
    // Most come in order already, owner by owner, which a stable sort makes use of.
    order.sort_by(|a, b| graph[*a].cmp(&graph[*b]));
    let mut places = vec![PortId::end(); order.len()];
    for (place, draft) in graph.node_indices().zip(order) {
        places[draft.index()] = place;
    }
    places
}

/// Puts every port in its place, where it stands: there are too many to have them twice.
fn put(graph: &mut DiGraph<Port, Hop>, mut places: Vec<PortId>) {
    for here in graph.node_indices() {
        while places[here.index()] != here {
            let there = places[here.index()];
            let (a, b) = graph.index_twice_mut(here, there);
            mem::swap(a, b);
            places.swap(here.index(), there.index());
        }
    }
}
