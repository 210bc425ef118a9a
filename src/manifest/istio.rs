//! Istio's Gateway and VirtualService (networking.istio.io): listeners of a gateway's proxies, and the routes that attach to
//! them by name (SEMANTICS §8).

mod address;
mod gateway;
mod matching;
mod route;

pub(super) use gateway::lower as gateway;
pub(super) use route::lower as virtual_service;

/// Their API group.
const GROUP: &str = "networking.istio.io";
