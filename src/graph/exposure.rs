//! Exposure: from where a port can be reached, and through which ports in front of it.
//!
//! This follows what the manifests open. What may still close a way (NetworkPolicies, firewalls, security groups) plays no part,
//! so that every answer is the furthest that a request could come from.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{HopKind, HostPortFrom, Owner, PortGraph, PortId, PortKind};

/// From where a port can be reached; each includes all before it. The order is the distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// By whoever knows the address of the pod: nothing leads to the port.
    Pod,
    /// From every pod of the cluster, through a Service.
    Cluster,
    /// From wherever a node's address can be reached, through a node port or a host port.
    Node,
    /// From the machine that a local cluster runs on, through its host mappings.
    HostMachine,
    /// From inside of the provider's or one's own network: an internal load balancer (LB-05), a private address.
    Network,
    /// From wherever a load balancer or a router can be reached: the internet, where its address is public.
    Internet,
}

/// From where one port can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// A container port or a Service port.
    pub port: PortId,
    /// The furthest place it can be reached from.
    pub reach: Reach,
    /// The ports that lead to it, the nearest first; in each place in the order of keys.
    pub entrances: Vec<Entrance>,
}

/// A port that leads to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entrance {
    /// From where it can be reached.
    pub reach: Reach,
    /// A Service port, node port, host port, host mapping, load balancer port, external IP or route.
    pub through: PortId,
}

/// The exposure of every container port and Service port, in the order of keys.
pub(super) fn exposures(graph: &PortGraph) -> Vec<Exposure> {
    graph.ports().filter_map(|(id, port)| Some(exposure(graph, id, own_reach(&port.kind)?))).collect()
}

/// From where a port can be reached that nothing leads to; `None` for ports that are only ways to others.
fn own_reach(kind: &PortKind) -> Option<Reach> {
    match kind {
        PortKind::ContainerPort(_) => Some(Reach::Pod),
        PortKind::ServicePort => Some(Reach::Cluster),
        PortKind::Client
        | PortKind::HostMapping(_)
        | PortKind::LoadBalancer
        | PortKind::ExternalIp(_)
        | PortKind::NodePort(_)
        | PortKind::HostPort(..)
        | PortKind::Listener(_)
        | PortKind::Route(_)
        | PortKind::External(_)
        | PortKind::Missing(_) => None,
    }
}

fn exposure(graph: &PortGraph, port: PortId, own: Reach) -> Exposure {
    let mut entrances: Vec<Entrance> = in_front_of(graph, port)
        .into_iter()
        .filter_map(|through| Some(Entrance { reach: entrance(graph, through)?, through }))
        .collect();
    entrances.sort_unstable();
    let reach = entrances.last().map_or(own, |furthest| furthest.reach.max(own));
    Exposure { port, reach, entrances }
}

/// Every port from which a request travels on to this one. Calls are left out: the caller is not opened by what it calls.
fn in_front_of(graph: &PortGraph, port: PortId) -> BTreeSet<PortId> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![port];
    while let Some(id) = waiting.pop() {
        for hop in graph.hops_to(id) {
            let from = graph.ends(hop).0;
            let leads_on = !matches!(graph.hop(hop).kind, HopKind::Enter | HopKind::Call | HopKind::Redirect);
            if leads_on && found.insert(from) {
                waiting.push(from);
            }
        }
    }
    found
}

/// From where a port can be reached that leads to others. A listener is told of by its routes.
fn entrance(graph: &PortGraph, id: PortId) -> Option<Reach> {
    let port = graph.port(id);
    match (&port.kind, port.owner) {
        (PortKind::ServicePort, _) => Some(Reach::Cluster),
        (kind, _) if is_of_its_node(kind) => None,
        (PortKind::NodePort(_) | PortKind::HostPort(..), _) => Some(Reach::Node),
        (PortKind::HostMapping(_), _) => Some(Reach::HostMachine),
        (PortKind::ExternalIp(ip), _) => Some(outside(&[ip.as_str()])),
        (PortKind::LoadBalancer, Owner::Service(service)) => {
            let service = graph.service(service);
            Some(if service.internal { Reach::Network } else { outside(&service.balancer_addresses) })
        }
        (PortKind::Route(_), _) => listened(graph, id),
        _ => None,
    }
}

/// Is a port of a node for that node alone: a `hostPort` on its loopback address? On the host's network a process listens where it likes.
pub(crate) fn is_of_its_node(kind: &PortKind) -> bool {
    let PortKind::HostPort(Some(ip), HostPortFrom::HostPort) = kind else { return false };
    ip.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// From where the listeners of a route can be reached.
fn listened(graph: &PortGraph, route: PortId) -> Option<Reach> {
    let listeners = graph.hops_to(route).into_iter().map(|hop| graph.ends(hop).0);
    let entered =
        listeners.filter(|id| graph.hops_to(*id).into_iter().any(|hop| graph.hop(hop).kind == HopKind::Enter));
    let reaches = entered.filter_map(|id| match graph.port(id).owner {
        Owner::Router(router) => Some(outside(&graph.router(router).addresses)),
        _ => None,
    });
    reaches.max()
}

/// Private addresses are of a network; all others, unknown ones among them, may be public.
fn outside(addresses: &[impl AsRef<str>]) -> Reach {
    let all_private = !addresses.is_empty() && addresses.iter().all(|address| is_private(address.as_ref()));
    if all_private { Reach::Network } else { Reach::Internet }
}

fn is_private(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;
    use crate::source::{Source, Sources};

    const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, ports: [{containerPort: 8080}]}]
";

    fn graph(rest: &str) -> PortGraph {
        let text = format!("{DEPLOYMENT}---\n{rest}");
        let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]);
        let read = manifest::read(&sources, "default");
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        PortGraph::resolve(read.roles)
    }

    /// The container port's reach and what leads to it.
    fn reach(rest: &str) -> (Reach, Vec<(Reach, String)>) {
        let graph = graph(rest);
        let exposures = graph.exposures();
        let found =
            exposures.iter().find(|exposure| graph.key(exposure.port).to_string().ends_with("/web/8080/TCP")).unwrap();
        let entrances =
            found.entrances.iter().map(|entrance| (entrance.reach, graph.key(entrance.through).to_string()));
        (found.reach, entrances.collect())
    }

    fn service(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, {spec}}}\n")
    }

    #[test]
    fn a_port_that_nothing_leads_to_is_reached_by_its_pods_address_only() {
        assert_eq!(reach(""), (Reach::Pod, vec![]));
    }

    #[test]
    fn each_type_of_service_opens_what_it_is_for() {
        let private = "type: LoadBalancer, loadBalancerIP: 192.168.1.4, ports: [{port: 80, targetPort: 8080}]";
        let cases = [
            ("ports: [{port: 80, targetPort: 8080}]", Reach::Cluster),
            ("clusterIP: None, ports: [{port: 8080}]", Reach::Cluster),
            ("type: NodePort, ports: [{port: 80, targetPort: 8080}]", Reach::Node),
            ("type: LoadBalancer, ports: [{port: 80, targetPort: 8080}]", Reach::Internet),
            (private, Reach::Network),
            ("externalIPs: [203.0.113.7], ports: [{port: 80, targetPort: 8080}]", Reach::Internet),
            ("externalIPs: [10.0.0.7], ports: [{port: 80, targetPort: 8080}]", Reach::Network),
            ("ports: [{port: 80, targetPort: 9}]", Reach::Pod),
        ];
        for (spec, expected) in cases {
            assert_eq!(reach(&service(spec)).0, expected, "{spec}");
        }
    }

    #[test]
    fn every_port_on_the_way_is_an_entrance_the_nearest_first() {
        let spec = "type: LoadBalancer, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]";
        let kind = "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nname: dev\nnodes: [{extraPortMappings: [{containerPort: 30080, hostPort: 80}]}]\n";
        let (reach, entrances) = reach(&format!("{}---\n{kind}", service(spec)));
        let texts: Vec<String> = entrances.iter().map(|(reach, key)| format!("{reach:?} {key}")).collect();
        assert_eq!(reach, Reach::Internet);
        insta::assert_snapshot!(texts.join("\n"), @"
        Cluster default/Service/web/port/80/TCP
        Node default/Service/web/node-port/80/TCP
        HostMachine Cluster/dev/host-port/80/node/30080/TCP
        Internet default/Service/web/load-balancer/80/TCP
        ");
    }

    #[test]
    fn lb_05_an_internal_load_balancer_is_of_the_network() {
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {networking.gke.io/load-balancer-type: Internal}}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n";
        assert_eq!(reach(service).0, Reach::Network);
    }

    #[test]
    fn a_routes_backend_is_reached_from_outside_and_a_caller_is_not() {
        let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec: {rules: [{host: shop.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}\n";
        let caller = "apiVersion: v1\nkind: Pod\nmetadata: {name: caller}\nspec: {containers: [{name: c, env: [{name: WEB_URL, value: 'http://web:80'}], ports: [{containerPort: 1}]}]}\n";
        let graph = graph(&format!("{}---\n{ingress}---\n{caller}", service("ports: [{port: 80, targetPort: 8080}]")));
        let found: Vec<(String, Reach)> =
            graph.exposures().iter().map(|exposure| (graph.key(exposure.port).to_string(), exposure.reach)).collect();
        let expected = [
            ("default/Service/web/port/80/TCP", Reach::Internet),
            ("default/Pod/caller/container/c/1/TCP", Reach::Pod),
            ("default/Deployment/web/container/web/8080/TCP", Reach::Internet),
        ];
        assert_eq!(found, expected.map(|(key, reach)| (key.to_owned(), reach)));
    }

    #[test]
    fn a_host_port_opens_the_node() {
        let reaches = |address: &str| -> Vec<Reach> {
            let graph = graph(&format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, ports: [{{containerPort: 80, hostPort: 8080{address}}}]}}]}}\n"
            ));
            graph.exposures().iter().map(|exposure| exposure.reach).collect()
        };
        assert_eq!(reaches(""), [Reach::Node, Reach::Pod]);
        assert_eq!(reaches(", hostIP: 10.0.0.1"), [Reach::Node, Reach::Pod]);
        for loopback in [", hostIP: 127.0.0.1", ", hostIP: '::1'"] {
            assert_eq!(reaches(loopback), [Reach::Pod, Reach::Pod], "only the node itself reaches it");
        }
    }
}
