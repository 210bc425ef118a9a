//! Owner chains: in a dump of a cluster, Pods and ReplicaSets belong to a controller that is there too; it counts, they do not.
//! Neither do the Services that are made of another one (Knative).

use std::sync::Arc;

use compact_str::CompactString;
use hashbrown::HashSet;

use crate::manifest::{Service, Workload};

/// Takes out every workload whose owner is in the list.
pub(super) fn drop_owned(workloads: &mut Vec<Arc<Workload>>) {
    if workloads.iter().all(|workload| workload.owner.is_none()) {
        return;
    }
    let present: HashSet<(CompactString, &str, CompactString)> = workloads
        .iter()
        .map(|workload| (workload.id.namespace.clone(), workload.id.kind, workload.id.name.clone()))
        .collect();
    workloads.retain(|workload| match workload.owner.as_deref() {
        Some((kind, name)) => !present.contains(&(workload.id.namespace.clone(), kind.as_str(), name.as_str().into())),
        None => true,
    });
}

/// Takes out every Service that was made for one of the list, or for the pods behind that.
pub(super) fn drop_made(services: &mut Vec<Arc<Service>>, workloads: &[Arc<Workload>]) {
    let groups: HashSet<&str> =
        services.iter().filter(|service| service.served_by.is_some()).map(|service| service.id.group).collect();
    if groups.is_empty() || services.iter().all(|service| service.made_for.is_none()) {
        return;
    }
    let ids = services.iter().map(|service| &service.id).chain(workloads.iter().map(|workload| &workload.id));
    let makers = ids.filter(|id| groups.contains(id.group));
    let makers: HashSet<(CompactString, CompactString)> =
        makers.map(|id| (id.namespace.clone(), id.name.clone())).collect();
    services.retain(|service| match &service.made_for {
        Some(name) => !makers.contains(&(service.id.namespace.clone(), name.as_str().into())),
        None => true,
    });
}
