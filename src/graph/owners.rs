//! Owner chains: in a dump of a cluster, Pods and ReplicaSets belong to a controller that is there too; it counts, they do not.
//! Neither do the Services that are made of another one (Knative).

use std::sync::Arc;

use hashbrown::HashSet;

use crate::manifest::{Service, Workload};
use crate::name::Name;

/// Takes out every workload whose owner is in the list.
pub(super) fn drop_owned(workloads: &mut Vec<Arc<Workload>>) {
    if workloads.iter().all(|workload| workload.owner.is_none()) {
        return;
    }
    let present: HashSet<(Name, Name, Name)> =
        workloads.iter().map(|workload| (workload.id.namespace, workload.id.kind, workload.id.name)).collect();
    workloads.retain(|workload| match workload.owner {
        Some((kind, name)) => !present.contains(&(workload.id.namespace, kind, name)),
        None => true,
    });
}

/// Takes out every Service that was made for one of the list, or for the pods behind that.
pub(super) fn drop_made(services: &mut Vec<Arc<Service>>, workloads: &[Arc<Workload>]) {
    let groups: HashSet<Name> =
        services.iter().filter(|service| service.served_by.is_some()).map(|service| service.id.group).collect();
    if groups.is_empty() || services.iter().all(|service| service.made_for.is_none()) {
        return;
    }
    let ids = services.iter().map(|service| &service.id).chain(workloads.iter().map(|workload| &workload.id));
    let makers = ids.filter(|id| groups.contains(&id.group));
    let makers: HashSet<(Name, Name)> = makers.map(|id| (id.namespace, id.name)).collect();
    services.retain(|service| match service.made_for {
        Some(name) => !makers.contains(&(service.id.namespace, name)),
        None => true,
    });
}
