//! Ways: the paths of requests, from a client to where they end.

use hashbrown::HashMap;

use super::{Hop, HopId, HopKind, Owner, PortGraph, PortId, PortKind};

/// How one request travels: a chain of hops, and the hops it may end with (several where a Service balances over workloads).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// From the client to the last port that every such request passes: a Service port, a container port, a hole.
    pub trunk: Vec<HopId>,
    /// The last hops, behind the trunk: one per target of the Service port; none where the trunk itself ends.
    pub ends: Vec<HopId>,
}

impl Way {
    /// The ports of the trunk, the client first.
    #[must_use]
    pub fn ports(&self, graph: &PortGraph) -> Vec<PortId> {
        let first = self.trunk.iter().take(1).map(|hop| graph.ends(*hop).0);
        first.chain(self.trunk.iter().map(|hop| graph.ends(*hop).1)).collect()
    }

    /// The client it starts from.
    #[must_use]
    pub fn client(&self, graph: &PortGraph) -> Owner {
        self.trunk.first().map_or(Owner::Elsewhere, |hop| graph.port(graph.ends(*hop).0).owner)
    }
}

/// Every way in. A router's route that is reached over several listeners is one way: over TLS where it has it.
pub(super) fn ways_in(graph: &PortGraph) -> Vec<Way> {
    let mut ways = Vec::new();
    for owner in [Owner::Outside, Owner::HostMachine] {
        for (client, _) in graph.ports_of(owner) {
            for hop in graph.hops_from(client) {
                follow(graph, vec![hop], &mut ways);
            }
        }
    }
    keep_the_safest_listener(graph, ways)
}

/// Every call of a workload.
pub(super) fn calls(graph: &PortGraph) -> Vec<Way> {
    let mut ways = Vec::new();
    for (hop, ..) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Call) {
        follow(graph, vec![hop], &mut ways);
    }
    ways
}

/// Prolongs a trunk until it ends or a Service port fans out. Only aliases can form a cycle, and no port is passed twice.
fn follow(graph: &PortGraph, trunk: Vec<HopId>, ways: &mut Vec<Way>) {
    let Some(last) = trunk.last().map(|hop| graph.ends(*hop).1) else { return };
    let mut next = graph.hops_from(last);
    next.retain(|hop| carries(graph.hop(*hop)));
    let fans_out = graph.port(last).kind == PortKind::ServicePort && !is_alias(graph, &next);
    if next.is_empty() || fans_out || trunk.iter().any(|hop| graph.ends(*hop).0 == last) {
        ways.push(Way { trunk, ends: next });
        return;
    }
    for hop in next {
        let mut longer = trunk.clone();
        longer.push(hop);
        follow(graph, longer, ways);
    }
}

/// Does a request travel on over a hop? A mirrored one is only a copy, and a redirected one starts anew.
fn carries(hop: &Hop) -> bool {
    let is_shut = hop.share().is_some_and(|share| share.weight == 0);
    !is_shut && !matches!(hop.kind, HopKind::Mirror | HopKind::Redirect)
}

/// Do the hops of a Service port lead to another Service (EN-06)?
fn is_alias(graph: &PortGraph, next: &[HopId]) -> bool {
    next.iter().any(|hop| graph.port(graph.ends(*hop).1).kind == PortKind::ServicePort)
}

/// Of the ways to one route over several listeners, keeps the one with TLS.
fn keep_the_safest_listener(graph: &PortGraph, ways: Vec<Way>) -> Vec<Way> {
    let mut kept: Vec<Way> = Vec::with_capacity(ways.len());
    let mut by_route: HashMap<(Owner, PortId, PortId), usize> = HashMap::new();
    for way in ways {
        let route = route_of(graph, &way).map(|(route, to)| (way.client(graph), route, to));
        match route.map(|route| (route, by_route.get(&route).copied())) {
            Some((_, Some(at))) if is_encrypted(graph, &way) && !is_encrypted(graph, &kept[at]) => kept[at] = way,
            Some((_, Some(_))) => {}
            Some((route, None)) => {
                by_route.insert(route, kept.len());
                kept.push(way);
            }
            None => kept.push(way),
        }
    }
    kept
}

/// The route of a way and what it leads to.
fn route_of(graph: &PortGraph, way: &Way) -> Option<(PortId, PortId)> {
    let hops = way.trunk.windows(2).find(|pair| graph.hop(pair[0]).kind == HopKind::Match)?;
    Some((graph.ends(hops[0]).1, graph.ends(hops[1]).1))
}

fn is_encrypted(graph: &PortGraph, way: &Way) -> bool {
    way.ports(graph)
        .iter()
        .any(|port| matches!(&graph.port(*port).kind, PortKind::Listener(listener) if listener.speaks.is_encrypted()))
}
