//! Routers that others attach to and that the input does not have: the platform owns many a Gateway (RT-02). What the references
//! to one say of it becomes a router like any other, known to be elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::manifest::{Accepts, Listener, Namespaces, ObjectId, ParentRef, Roles, Router, Speaks};

/// Adds a router for every reference to one that is not there.
pub(super) fn add(roles: &mut Roles) {
    let mut missing: BTreeMap<ObjectId, Vec<&ParentRef>> = BTreeMap::new();
    let attaching = roles.routers.iter().filter(|router| router.listeners.is_empty());
    for parent in attaching.flat_map(|router| &router.parents) {
        let id = id(parent);
        if roles.routers.binary_search_by(|router| router.id.cmp(&id)).is_err() {
            missing.entry(id).or_default().push(parent);
        }
    }
    if missing.is_empty() {
        return;
    }
    let added: Vec<_> =
        missing.into_iter().filter_map(|(id, references)| router(id, references).map(Arc::new)).collect();
    roles.routers.extend(added);
    roles.routers.sort_by(|a, b| a.id.cmp(&b.id));
}

/// The object that a reference names.
pub(super) fn id(parent: &ParentRef) -> ObjectId {
    ObjectId { namespace: parent.namespace, name: parent.name, kind: parent.kind, group: parent.group }
}

fn router(id: ObjectId, mut references: Vec<&ParentRef>) -> Option<Router> {
    references.sort_by_key(|parent| (&parent.section, parent.port, parent.at));
    let at = references.iter().map(|parent| parent.at).min()?;
    references.dedup_by_key(|parent| (&parent.section, parent.port));
    let listener = |parent: &ParentRef| Listener {
        name: parent.section,
        assumed: true,
        accepts: Accepts { kinds: None, namespaces: Namespaces::All },
        ..Listener::new(parent.port, Speaks::Unknown, parent.at)
    };
    let listeners = references.into_iter().map(listener).collect();
    Some(Router { elsewhere: true, listeners, adopts: Namespaces::All, ..Router::new(id, at) })
}
