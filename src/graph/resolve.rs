//! Resolving: from roles to the graph. Each part adds its ports and hops to a [`Builder`]; in the end everything is put in the order of keys.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use petgraph::graph::DiGraph;

use super::select::PodIndex;
use super::{Hop, HopKind, How, Number, Owner, Port, PortGraph, PortId, PortKind, WorkloadId};
use super::{alias, calls, elsewhere, entry, entry_points, include, owners, router, service, streams, webhooks};
use crate::manifest::{Protocol, Roles};
use crate::source::Span;

/// A port that is not in its final place yet: its number in the order of making.
pub(super) type Draft = u32;

/// A listener with the class of its router.
pub(super) type ClassedListener = (Option<String>, Draft);

/// Ports and hops in the order of their making.
#[derive(Default)]
pub(super) struct Builder {
    /// The ports by what makes them the same; the index is the [`Draft`].
    ports: IndexMap<PortKey, PortRest>,
    hops: Vec<(Draft, Draft, Hop)>,
    /// The ports of each workload's containers.
    pub(super) containers: Vec<Vec<ContainerDraft>>,
    /// The declared ones by their container.
    pub(super) declared: HashMap<DeclaredKey, Draft>,
    /// The declared ones by name: the first of each name.
    pub(super) named: HashMap<(WorkloadId, String, Protocol), Draft>,
    /// All by number: the first of each number.
    pub(super) numbered: HashMap<(WorkloadId, u16, Protocol), ContainerDraft>,
    /// The ports of each Service, as its manifest lists them.
    pub(super) services: Vec<Vec<Draft>>,
    /// Ports of the nodes by number and protocol: node ports and host ports.
    pub(super) on_nodes: HashMap<(u16, Protocol), Vec<Draft>>,
    /// Ports of load balancers by number and protocol.
    pub(super) balancers: HashMap<(u16, Protocol), Vec<Draft>>,
    /// Listeners on a number that controllers have by default.
    pub(super) listeners: HashMap<(u16, Protocol), Vec<ClassedListener>>,
}

/// What makes two ports the same, in the order of its importance for sorting.
type PortKey = (Owner, PortKind, Number, Protocol);

/// What else a port has: its name, its place, and its number in the order of making.
type PortRest = (Option<String>, Option<Span>, Draft);

/// A container port and what it is found by.
#[derive(Clone, Copy)]
pub(super) struct ContainerDraft {
    pub(super) port: Draft,
    /// Does a container declare it?
    pub(super) declared: bool,
    pub(super) number: u16,
}

/// What a container port is declared by.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct DeclaredKey {
    pub(super) workload: WorkloadId,
    /// Index into the workload's containers.
    pub(super) container: usize,
    pub(super) number: u16,
    pub(super) protocol: Protocol,
}

/// Joins the roles into a graph.
pub(super) fn resolve(mut roles: Roles) -> PortGraph {
    owners::drop_owned(&mut roles.workloads);
    owners::drop_made(&mut roles.services, &roles.workloads);
    include::join(&mut roles);
    streams::add(&mut roles);
    entry_points::number(&mut roles);
    elsewhere::add(&mut roles);
    let mut builder = Builder::default();
    let pods = PodIndex::new(&roles.workloads);
    service::add_container_ports(&roles, &mut builder);
    let selected = service::add_service_ports(&roles, &pods, &mut builder);
    alias::add(&roles, &mut builder);
    entry::add_node_ports_and_balancers(&roles, &mut builder);
    entry::add_host_ports(&roles, &mut builder);
    router::add(&roles, &selected, &mut builder);
    entry::add_host_mappings(&roles, &mut builder);
    calls::add(&roles, &selected, &mut builder);
    webhooks::add(&roles, &mut builder);
    builder.finish(roles)
}

impl Builder {
    /// Adds a port, unless the same one is there already: same owner, kind, number and protocol (and so the same key).
    pub(super) fn port(&mut self, port: Port) -> Draft {
        let Port { owner, kind, number, protocol, name, at } = port;
        let entry = self.ports.entry((owner, kind, number, protocol));
        let draft = Draft::try_from(entry.index()).unwrap_or(Draft::MAX);
        entry.or_insert((name, at, draft)).2
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
        self.ports.get_index(draft as usize).map(|((_, _, number, _), _)| *number)
    }

    /// The client that an owner is.
    pub(super) fn client(&mut self, owner: Owner) -> Draft {
        self.shared(owner, PortKind::Client, Number::Unknown, Protocol::Tcp, None)
    }

    /// Adds a hop.
    pub(super) fn hop(&mut self, from: Draft, to: Draft, kind: HopKind, how: How, at: Option<Span>) {
        self.hops.push((from, to, Hop { kind, how, at, evidence: None, share: None, subsets: Vec::new() }));
    }

    /// Adds a hop with everything it has.
    pub(super) fn whole_hop(&mut self, from: Draft, to: Draft, hop: Hop) {
        self.hops.push((from, to, hop));
    }

    /// Adds a port to those of a workload's containers.
    pub(super) fn container_port(&mut self, workload: WorkloadId, draft: ContainerDraft, protocol: Protocol) {
        self.containers[workload.0 as usize].push(draft);
        self.numbered.entry((workload, draft.number, protocol)).or_insert(draft);
    }

    /// The container ports of a workload.
    pub(super) fn containers_of(&self, workload: WorkloadId) -> &[ContainerDraft] {
        &self.containers[workload.0 as usize]
    }

    /// Puts ports and hops in the order of their keys, drops hops that say the same again, and makes the graph.
    fn finish(self, roles: Roles) -> PortGraph {
        let (mut ports, mut hops) = self.into_drafts();
        ports.sort_unstable_keys();
        let mut place = vec![0; ports.len()];
        let mut graph = DiGraph::with_capacity(ports.len(), hops.len());
        for (new, ((owner, kind, number, protocol), (name, at, old))) in (0..).zip(ports) {
            place[old as usize] = new;
            graph.add_node(Port { owner, kind, number, protocol, name, at });
        }
        for (from, to, _) in &mut hops {
            (*from, *to) = (place[*from as usize], place[*to as usize]);
        }
        hops.sort_unstable();
        hops.dedup_by(|a, b| (a.0, a.1, a.2.kind) == (b.0, b.1, b.2.kind));
        for (from, to, hop) in hops {
            graph.add_edge(PortId::new(from as usize), PortId::new(to as usize), hop);
        }
        PortGraph { roles, graph, verdicts: BTreeMap::new() }
    }

    /// Ports and hops; everything that they were found by is let go.
    fn into_drafts(self) -> (IndexMap<PortKey, PortRest>, Vec<(Draft, Draft, Hop)>) {
        (self.ports, self.hops)
    }
}
