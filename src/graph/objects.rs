//! The objects that ports belong to, by their ids.

use std::sync::Arc;

use super::{ClusterId, Owner, PolicyId, PortGraph, RouterId, ServiceId, WorkloadId};
use crate::manifest::{LocalCluster, ObjectId, Policy, Router, Service, Workload};

impl PortGraph {
    /// The object an owner stands for, where it is one.
    #[must_use]
    pub fn object(&self, owner: Owner) -> Option<&ObjectId> {
        match owner {
            Owner::Outside | Owner::HostMachine | Owner::ApiServer | Owner::Elsewhere => None,
            Owner::Cluster(id) => Some(&self.cluster(id).id),
            Owner::Router(id) => Some(&self.router(id).id),
            Owner::Service(id) => Some(&self.service(id).id),
            Owner::Workload(id) => Some(&self.workload(id).id),
        }
    }

    /// The workload of an id.
    #[must_use]
    pub fn workload(&self, id: WorkloadId) -> &Workload {
        &self.roles.workloads[id.0 as usize]
    }

    /// The Service of an id.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.roles.services[id.0 as usize]
    }

    /// The router of an id.
    #[must_use]
    pub fn router(&self, id: RouterId) -> &Router {
        &self.roles.routers[id.0 as usize]
    }

    /// The local cluster of an id.
    #[must_use]
    pub fn cluster(&self, id: ClusterId) -> &LocalCluster {
        &self.roles.clusters[id.0 as usize]
    }

    /// The network policy of an id.
    #[must_use]
    pub fn policy(&self, id: PolicyId) -> &Policy {
        &self.roles.policies[id.0 as usize]
    }

    /// Every workload with its id, in order.
    pub fn workloads(&self) -> impl Iterator<Item = (WorkloadId, &Workload)> {
        (0..).map(WorkloadId).zip(self.roles.workloads.iter().map(Arc::as_ref))
    }

    /// Every Service with its id, in order.
    pub fn services(&self) -> impl Iterator<Item = (ServiceId, &Service)> {
        (0..).map(ServiceId).zip(self.roles.services.iter().map(Arc::as_ref))
    }

    /// Every router with its id, in order.
    pub fn routers(&self) -> impl Iterator<Item = (RouterId, &Router)> {
        (0..).map(RouterId).zip(self.roles.routers.iter().map(Arc::as_ref))
    }
}
