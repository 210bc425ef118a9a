//! Renumbering: a port of one graph under the owners of another one.

use hashbrown::HashMap;

use super::{External, Missing, Owner, Port, PortKind, ServiceId};

/// The owners that stay, and what they are in the other graph.
#[derive(Debug, Default)]
pub(super) struct Renumbering(HashMap<Owner, Owner>);

impl Renumbering {
    pub(super) fn insert(&mut self, old: Owner, new: Owner) {
        self.0.insert(old, new);
    }

    /// The port under its new owner; `None` where its owner does not stay, or it speaks of a Service that does not.
    pub(super) fn port(&self, port: &Port) -> Option<Port> {
        let owner = match port.owner {
            Owner::Outside | Owner::HostMachine | Owner::ApiServer | Owner::Elsewhere => port.owner,
            Owner::Cluster(_) | Owner::Router(_) | Owner::Service(_) | Owner::Workload(_) => {
                *self.0.get(&port.owner)?
            }
        };
        let kind = match &port.kind {
            PortKind::External(External::Managed(id)) => PortKind::External(External::Managed(self.service(*id)?)),
            PortKind::Missing(Missing::PortName(id, name)) => {
                PortKind::Missing(Missing::PortName(self.service(*id)?, *name))
            }
            PortKind::Missing(Missing::EndpointNumber(id, number)) => {
                PortKind::Missing(Missing::EndpointNumber(self.service(*id)?, *number))
            }
            PortKind::Missing(Missing::EndpointPort(id, name)) => {
                PortKind::Missing(Missing::EndpointPort(self.service(*id)?, *name))
            }
            other => other.clone(),
        };
        Some(Port { owner, kind, ..port.clone() })
    }

    fn service(&self, id: ServiceId) -> Option<ServiceId> {
        match self.0.get(&Owner::Service(id)) {
            Some(Owner::Service(new)) => Some(*new),
            _ => None,
        }
    }
}
