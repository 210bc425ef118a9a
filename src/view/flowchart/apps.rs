//! Which application an object belongs to: a workload by its labels, a Service to the workloads behind it, a router to
//! the Services behind it, if those are all of one application.

use std::collections::{BTreeMap, BTreeSet};

use super::chart::App;
use crate::graph::{HopKind, Owner, PortGraph};
use crate::view::words;

/// The application of every object that has one.
pub(super) struct Apps(BTreeMap<Owner, App>);

impl Apps {
    pub(super) fn new(graph: &PortGraph) -> Self {
        let mut apps = Self(BTreeMap::new());
        for (id, workload) in graph.workloads() {
            apps.insert(Owner::Workload(id), &workload.id.namespace, words::app(workload));
        }
        let targets = behind(graph, HopKind::Target);
        for (id, service) in graph.services() {
            let owner = Owner::Service(id);
            let behind = targets.get(&owner).into_iter().flatten().find_map(|target| apps.0.get(target).cloned());
            let name = behind.map_or_else(|| service.id.name.clone(), |app| app.name);
            apps.insert(owner, &service.id.namespace, &name);
        }
        let backends = behind(graph, HopKind::Route);
        for (id, _) in graph.routers() {
            let owner = Owner::Router(id);
            let behind: BTreeSet<&App> =
                backends.get(&owner).into_iter().flatten().filter_map(|backend| apps.0.get(backend)).collect();
            if let (Some(app), 1) = (behind.first().copied().cloned(), behind.len()) {
                apps.0.insert(owner, app);
            }
        }
        apps
    }

    pub(super) fn of(&self, owner: Owner) -> Option<&App> {
        self.0.get(&owner)
    }

    fn insert(&mut self, owner: Owner, namespace: &str, name: &str) {
        self.0.insert(owner, App { namespace: namespace.to_owned(), name: name.to_owned() });
    }
}

/// The owners that hops of this kind lead to, by the owner they come from.
fn behind(graph: &PortGraph, kind: HopKind) -> BTreeMap<Owner, Vec<Owner>> {
    let mut behind: BTreeMap<Owner, Vec<Owner>> = BTreeMap::new();
    for (_, from, to, _) in graph.hops().filter(|(.., hop)| hop.kind == kind) {
        behind.entry(graph.port(from).owner).or_default().push(graph.port(to).owner);
    }
    behind
}
