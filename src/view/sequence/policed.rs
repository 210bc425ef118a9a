//! What network policies do to a request: the verdict of the hop that nobody else makes.

use super::request::{Request, Start};
use crate::graph::{Decision, HopId, PortGraph, PortId};

/// The verdict about a request and the port where it may end; none for a client that no manifest states.
pub(super) fn decision<'g>(graph: &'g PortGraph, request: &Request, end: PortId) -> Option<&'g Decision> {
    let of = |hop: HopId| graph.end_verdicts(hop).find(|(id, _)| *id == end).map(|(_, decision)| decision);
    match request.start {
        Start::AnyPod => None,
        Start::Workload(_, hop) => of(hop),
        Start::Outside | Start::HostMachine => {
            let routes = request.routes.iter().flat_map(|routed| graph.hops_from(routed.route));
            let entries = request.trunk.iter().flat_map(|id| graph.hops_to(*id));
            let entries = entries.filter(|hop| !matches!(graph.hop(*hop).kind, crate::graph::HopKind::Call));
            if request.routes.is_empty() { entries.into_iter().find_map(of) } else { routes.into_iter().find_map(of) }
        }
    }
}
