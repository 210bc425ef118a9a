//! Ways in, as every view counts them: a route of a router, or a port that is open to what is outside; each once, over however many
//! listeners it is reached.

use std::collections::{BTreeSet, HashMap};

use crate::graph::{HopId, HopKind, Owner, Port, PortGraph, PortId, PortKind, Way};
use crate::manifest::ServiceType;

/// Some of the [`ways_in`], as their places in that list.
pub(super) type Ways = BTreeSet<usize>;

/// The ways in that someone would use.
pub(super) fn ways_in(graph: &PortGraph) -> Vec<Way> {
    let mut ways = graph.ways_in();
    ways.retain(|way| !way.ports(graph).get(1).is_some_and(|first| is_brought_along(graph, graph.port(*first))));
    ways
}

/// A node port that a load balancer brings along: the cluster chooses it, and whoever uses it uses the balancer.
pub(super) fn is_brought_along(graph: &PortGraph, port: &Port) -> bool {
    let Owner::Service(id) = port.owner else { return false };
    matches!(port.kind, PortKind::NodePort(_))
        && port.number.known().is_none()
        && graph.service(id).kind == ServiceType::LoadBalancer
}

/// The ways in over each hop that a client outside makes, or that maps a port of the host machine.
pub(super) fn by_hop(graph: &PortGraph) -> HashMap<HopId, Ways> {
    let mut by_hop: HashMap<HopId, Ways> = HashMap::new();
    for (at, way) in ways_in(graph).iter().enumerate() {
        for hop in first_hops(graph, way) {
            by_hop.entry(hop).or_default().insert(at);
        }
    }
    by_hop
}

/// The first hops of a way, over any of the listeners that its route is reached by.
fn first_hops(graph: &PortGraph, way: &Way) -> BTreeSet<HopId> {
    let enters = |hop: &HopId| matches!(graph.hop(*hop).kind, HopKind::Enter | HopKind::Map);
    let route = way.trunk.iter().find(|hop| graph.hop(**hop).kind == HopKind::Match).map(|hop| graph.ends(*hop).1);
    let Some(route) = route else { return way.trunk.iter().copied().filter(enters).collect() };
    let client = way.client(graph);
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut behind: Vec<PortId> = vec![route];
    while let Some(port) = behind.pop().filter(|port| seen.insert(*port)) {
        for hop in graph.hops_to(port) {
            let from = graph.ends(hop).0;
            if is_behind(graph, from, client) {
                found.extend(Some(hop).filter(enters));
                behind.push(from);
            }
        }
    }
    found
}

/// May a request of a client pass a port? What the host machine maps is its own.
fn is_behind(graph: &PortGraph, port: PortId, client: Owner) -> bool {
    match graph.port(port).kind {
        PortKind::Client => graph.port(port).owner == client,
        PortKind::HostMapping(_) => client == Owner::HostMachine,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_hop, ways_in};
    use crate::graph::{PortGraph, PortKind};
    use crate::manifest;
    use crate::source::{Source, Sources};

    fn graph(text: &str) -> PortGraph {
        let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
        PortGraph::resolve(manifest::read(&sources, "default").roles)
    }

    /// What clients reach first, with how many ways in begin so.
    fn counted(graph: &PortGraph) -> Vec<String> {
        let mut counted: Vec<String> = by_hop(graph)
            .into_iter()
            .map(|(hop, ways)| {
                let port = graph.port(graph.ends(hop).1);
                let kind = match port.kind {
                    PortKind::Listener(_) => "listener",
                    PortKind::NodePort(_) => "node port",
                    PortKind::HostMapping(_) => "host port",
                    PortKind::LoadBalancer => "load balancer",
                    _ => "other",
                };
                format!("{kind} {}: {}", port.number, ways.len())
            })
            .collect();
        counted.sort();
        counted
    }

    #[test]
    fn a_route_is_one_way_in_over_each_of_its_listeners() {
        let graph = graph(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  tls: [{hosts: [a.test]}]\n  rules:\n  \
             - {host: a.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}\n  \
             - {host: b.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}}\n",
        );
        assert_eq!(ways_in(&graph).len(), 2);
        assert_eq!(counted(&graph), ["listener 443: 1", "listener 80: 2"]);
    }

    #[test]
    fn the_node_port_that_a_load_balancer_brings_along_is_no_way_in() {
        let service = |ports: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{type: LoadBalancer, ports: [{ports}]}}\n"
            )
        };
        assert_eq!(counted(&graph(&service("{port: 80}"))), ["load balancer 80: 1"]);
        let stated = graph(&service("{port: 80, nodePort: 30080}"));
        assert_eq!(counted(&stated), ["load balancer 80: 1", "node port 30080: 1"]);
    }

    #[test]
    fn what_the_host_machine_maps_is_its_own_way_in() {
        let graph = graph(
            "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane, extraPortMappings: [{containerPort: 30080, \
             hostPort: 8080}]}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n\
             spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}\n",
        );
        assert_eq!(counted(&graph), ["host port 8080: 1", "node port 30080: 1", "node port 30080: 1"]);
    }
}
