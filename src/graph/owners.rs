//! Owner chains: in a dump of a cluster, Pods and ReplicaSets belong to a controller that is there too; it counts, they do not.

use std::collections::HashSet;

use crate::manifest::Workload;

/// Takes out every workload whose owner is in the list.
pub(super) fn drop_owned(workloads: &mut Vec<Workload>) {
    if workloads.iter().all(|workload| workload.owner.is_none()) {
        return;
    }
    let present: HashSet<(String, String, String)> = workloads
        .iter()
        .map(|workload| (workload.id.namespace.clone(), workload.id.kind.to_owned(), workload.id.name.clone()))
        .collect();
    workloads.retain(|workload| match &workload.owner {
        Some((kind, name)) => !present.contains(&(workload.id.namespace.clone(), kind.clone(), name.clone())),
        None => true,
    });
}
