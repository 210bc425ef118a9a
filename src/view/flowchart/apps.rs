//! Which application an object belongs to: the group that a person put it in; else a workload by its labels, a Service to the workloads behind it, a router to
//! the Services behind it, if those are all of one application.

use std::collections::{BTreeMap, BTreeSet};

use super::chart::App;
use crate::graph::{HopKind, Owner, PortGraph};
use crate::manifest::{Labels, ObjectId};
use crate::view::words;

/// The application of every object that has one.
pub(super) struct Apps(BTreeMap<Owner, App>);

impl Apps {
    pub(super) fn new(graph: &PortGraph) -> Self {
        let mut apps = Self(BTreeMap::new());
        for (id, workload) in graph.workloads() {
            let app = group(&workload.notes, &workload.id).unwrap_or_else(|| app(&workload.id, words::app(workload)));
            apps.0.insert(Owner::Workload(id), app);
        }
        let targets = behind(graph, HopKind::Target);
        for (id, service) in graph.services() {
            let owner = Owner::Service(id);
            let behind = targets.get(&owner).into_iter().flatten().find_map(|target| apps.0.get(target).cloned());
            let behind = behind.map(|app| App { namespace: service.id.namespace.to_string(), ..app });
            let app =
                group(&service.notes, &service.id).or(behind).unwrap_or_else(|| app(&service.id, &service.id.name));
            apps.0.insert(owner, app);
        }
        let backends = behind(graph, HopKind::Route);
        for (id, router) in graph.routers() {
            let owner = Owner::Router(id);
            let behind: BTreeSet<&App> =
                backends.get(&owner).into_iter().flatten().filter_map(|backend| apps.0.get(backend)).collect();
            let own = behind.first().copied().filter(|app| router.id.namespace == app.namespace).cloned();
            if let (Some(app), 1) = (own, behind.len()) {
                apps.0.insert(owner, app);
            }
        }
        apps
    }

    pub(super) fn of(&self, owner: Owner) -> Option<&App> {
        self.0.get(&owner)
    }
}

fn app(id: &ObjectId, name: &str) -> App {
    App { namespace: id.namespace.to_string(), name: name.to_owned(), is_group: false }
}

fn group(notes: &Labels, id: &ObjectId) -> Option<App> {
    words::group(notes).map(|name| App { is_group: true, ..app(id, name) })
}

/// The owners that hops of this kind lead to, by the owner they come from.
fn behind(graph: &PortGraph, kind: HopKind) -> BTreeMap<Owner, Vec<Owner>> {
    let mut behind: BTreeMap<Owner, Vec<Owner>> = BTreeMap::new();
    for (_, from, to, _) in graph.hops().filter(|(.., hop)| hop.kind == kind) {
        behind.entry(graph.port(from).owner).or_default().push(graph.port(to).owner);
    }
    behind
}
