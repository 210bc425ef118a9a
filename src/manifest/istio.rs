//! Istio's traffic management (networking.istio.io): the listeners of a Gateway's proxies, the routes of VirtualServices that
//! attach to them by name, the subsets of DestinationRules, and the hosts of ServiceEntries (SEMANTICS §8).

mod address;
mod gateway;
mod matching;
mod outside;
mod route;
mod subsets;

pub(super) use gateway::lower as gateway;
pub(super) use outside::lower as service_entry;
pub(super) use route::lower as virtual_service;
pub(super) use subsets::lower as destination_rule;

/// Their API group.
pub(super) const GROUP: &str = "networking.istio.io";
