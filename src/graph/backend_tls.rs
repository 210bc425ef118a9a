//! TLS between a router and the Service behind it (RT-14).

use super::{Owner, PortGraph, PortId};
use crate::manifest::{BackendTls, ObjectId};

impl PortGraph {
    /// The policy that makes gateways speak TLS to a Service port, where there is one; one for the very port before one for all.
    #[must_use]
    pub fn backend_tls(&self, service_port: PortId) -> Option<&ObjectId> {
        let port = self.port(service_port);
        let Owner::Service(id) = port.owner else { return None };
        let service = &self.service(id).id;
        let policies = of_namespace(&self.roles().backend_tls, &service.namespace);
        let targets = policies.iter().flat_map(|policy| policy.targets.iter().map(move |target| (&policy.id, target)));
        let targets = targets.filter(|(_, target)| {
            target.service == service.name && (target.port.is_none() || target.port.as_deref() == port.name.as_deref())
        });
        targets.max_by_key(|(_, target)| target.port.is_some()).map(|(id, _)| id)
    }
}

/// The policies of a namespace; they are in the order of their ids.
fn of_namespace<'p>(policies: &'p [BackendTls], namespace: &str) -> &'p [BackendTls] {
    let start = policies.partition_point(|policy| policy.id.namespace.as_str() < namespace);
    let rest = &policies[start..];
    &rest[..rest.partition_point(|policy| policy.id.namespace == namespace)]
}
