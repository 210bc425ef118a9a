//! Services by their names.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::ServiceId;
use crate::manifest::Service;

/// Services by namespace and name, as references state them. Of a name that Services of several groups have, a reference means the
/// core group's, which is the first.
pub(crate) struct ServicesByName<'r> {
    services: &'r [Arc<Service>],
    known: HashTable<ServiceId>,
    hasher: DefaultHashBuilder,
}

impl<'r> ServicesByName<'r> {
    /// Indexes Services that are in the order of their ids.
    pub(crate) fn new(services: &'r [Arc<Service>]) -> Self {
        let hasher = DefaultHashBuilder::default();
        let mut known = HashTable::with_capacity(services.len());
        let name = |id: &ServiceId| {
            let id = &services[id.0 as usize].id;
            (id.namespace.as_str(), id.name.as_str())
        };
        let hash = |id: &ServiceId| hasher.hash_one(name(id));
        for id in (0u32..).map(ServiceId).take(services.len()) {
            match known.entry(hash(&id), |other| name(other) == name(&id), hash) {
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => {
                    place.insert(id);
                }
            }
        }
        Self { services, known, hasher }
    }

    /// The Service of a namespace and name.
    pub(crate) fn get(&self, namespace: &str, name: &str) -> Option<(ServiceId, &'r Service)> {
        let hash = self.hasher.hash_one((namespace, name));
        let id = self.known.find(hash, |id| {
            let id = &self.services[id.0 as usize].id;
            id.namespace == namespace && id.name == name
        })?;
        Some((*id, &self.services[id.0 as usize]))
    }
}
