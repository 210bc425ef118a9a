//! Branches: what of the graph hangs where. One tree per namespace, in their order; what belongs to none comes last.

use std::collections::{BTreeMap, BTreeSet};

use super::super::plain::plain;
use super::super::policy;
use super::chain::{Scope, numbered};
use super::draw::{Signs, Twig};
use crate::graph::{
    HopId, HopKind, Number, Owner, PortGraph, PortId, PortKind, RouterId, ServiceId, Verdict, Way, WorkloadId,
};
use crate::manifest::ServiceType;

/// What is drawn of one namespace.
pub(super) struct Tree {
    /// `None` for what belongs to no namespace.
    pub(super) heading: Option<String>,
    /// Its branches, each with a text that says what its twigs have in common.
    pub(super) branches: Vec<Twig>,
}

/// The trees of all namespaces, none of them empty.
pub(super) fn trees(graph: &PortGraph, signs: &Signs) -> Vec<Tree> {
    let mut ways: BTreeMap<&str, Vec<Way>> = BTreeMap::new();
    for way in graph.ways_in() {
        ways.entry(namespace_of_way(graph, &way)).or_default().push(way);
    }
    let objects = graph.owners().filter_map(|owner| graph.object(owner)).map(|id| id.namespace.as_str());
    let holes = graph.ports_of(Owner::Elsewhere).filter_map(|(_, port)| namespace_of_hole(&port.kind));
    let names: BTreeSet<&str> = objects.chain(holes).chain(ways.keys().copied()).collect();
    let (homeless, names): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| name.is_empty());
    let tree = |namespace: &str| {
        let scope = Scope { graph, signs, namespace };
        let branches = branches(&scope, ways.get(namespace).map_or(&[][..], Vec::as_slice));
        let heading = (!namespace.is_empty()).then(|| plain(&format!("Namespace {namespace}")));
        Tree { heading, branches }
    };
    names.into_iter().chain(homeless).map(tree).filter(|tree| !tree.branches.is_empty()).collect()
}

/// A way belongs to the namespace of the first object on it that has one.
fn namespace_of_way<'g>(graph: &'g PortGraph, way: &Way) -> &'g str {
    let objects = way.ports(graph).into_iter().filter_map(|id| graph.object(graph.port(id).owner));
    objects.map(|id| id.namespace.as_str()).find(|namespace| !namespace.is_empty()).unwrap_or_default()
}

fn branches(scope: &Scope<'_>, ways: &[Way]) -> Vec<Twig> {
    let mut drawn = BTreeSet::new();
    let from = |owner: Owner| ways.iter().filter(move |way| way.client(scope.graph) == owner).collect::<Vec<_>>();
    let branches = [
        (scope.title(Owner::Outside), outside(scope, &from(Owner::Outside), &mut drawn)),
        (scope.title(Owner::HostMachine), host_machine(scope, &from(Owner::HostMachine), &mut drawn)),
        ("Without a listener".to_owned(), without_listener(scope)),
        ("Inside the cluster".to_owned(), inside(scope, ways, &mut drawn)),
        ("Outside the cluster".to_owned(), called_outside(scope)),
        ("Without a Service".to_owned(), without_service(scope)),
    ];
    let branches = branches.into_iter().filter(|(_, twigs)| !twigs.is_empty());
    branches.map(|(text, twigs)| Twig { text, twigs }).collect()
}

/// Routers with their routes, then all other ports outside.
fn outside(scope: &Scope<'_>, ways: &[&Way], drawn: &mut BTreeSet<PortId>) -> Vec<Twig> {
    let mut routers: BTreeMap<RouterId, Vec<Twig>> = BTreeMap::new();
    let mut others = Vec::new();
    for way in ways {
        let ports = way.ports(scope.graph);
        match ports.get(1).map(|id| scope.graph.port(*id).owner) {
            Some(Owner::Router(id)) => {
                let routes = routers.entry(id).or_default();
                // A router may listen and have no routes.
                let behind = ports.get(2..).filter(|behind| !behind.is_empty());
                routes.extend(behind.map(|behind| policed(scope, way, scope.chain(behind, &way.ends, 2, drawn))));
            }
            _ if is_assigned_behind_a_balancer(scope.graph, &ports) => {}
            _ => {
                let chain = scope.chain(&without_node_of_balancer(scope.graph, &ports), &way.ends, 1, drawn);
                others.push(policed(scope, way, chain));
            }
        }
    }
    let routers = routers.into_iter().map(|(id, twigs)| Twig { text: router(scope, id), twigs });
    routers.chain(others).collect()
}

/// A way in, with what network policies do to it.
fn policed(scope: &Scope<'_>, way: &Way, mut twig: Twig) -> Twig {
    let decision = scope.graph.verdict(way);
    let verdict = decision.as_ref().and_then(|decision| policy::verdict(scope.graph, decision));
    let sign = match decision.map(|decision| decision.verdict) {
        Some(Verdict::Blocked) => format!("{} ", scope.signs.hole),
        _ => String::new(),
    };
    twig.twigs.extend(verdict.map(|verdict| Twig::leaf(format!("{sign}{}", plain(&verdict)))));
    twig
}

/// A router and the ports it listens on.
fn router(scope: &Scope<'_>, id: RouterId) -> String {
    let owner = Owner::Router(id);
    let ports = scope.graph.ports_of(owner).filter(|(_, port)| matches!(port.kind, PortKind::Listener(_)));
    let ports: Vec<String> = ports.map(|(_, port)| numbered(port)).collect();
    format!("{} {}", scope.title(owner), ports.join(" "))
}

/// The node port that a cluster assigns behind a load balancer: nobody is meant to use it.
fn is_assigned_behind_a_balancer(graph: &PortGraph, ports: &[PortId]) -> bool {
    let Some(first) = ports.get(1).map(|id| graph.port(*id)) else { return false };
    let is_balanced = matches!(first.owner, Owner::Service(id) if graph.service(id).kind == ServiceType::LoadBalancer);
    is_balanced && matches!(first.kind, PortKind::NodePort(_)) && first.number == Number::Auto
}

/// The ports behind the client, without the node port on the way from a load balancer.
fn without_node_of_balancer(graph: &PortGraph, ports: &[PortId]) -> Vec<PortId> {
    let behind = ports.get(1..).unwrap_or_default();
    let is_balanced = behind.first().is_some_and(|id| graph.port(*id).kind == PortKind::LoadBalancer);
    let is_passed = |id: &&PortId| !is_balanced || !matches!(graph.port(**id).kind, PortKind::NodePort(_));
    behind.iter().filter(is_passed).copied().collect()
}

fn host_machine(scope: &Scope<'_>, ways: &[&Way], drawn: &mut BTreeSet<PortId>) -> Vec<Twig> {
    let chain = |way: &&Way| {
        let ports = way.ports(scope.graph);
        policed(scope, way, scope.chain(ports.get(1..).unwrap_or_default(), &way.ends, 1, drawn))
    };
    ways.iter().map(chain).collect()
}

/// The Services that no way in passes or that a workload calls, and what is called and missing.
fn inside(scope: &Scope<'_>, ways: &[Way], drawn: &mut BTreeSet<PortId>) -> Vec<Twig> {
    let reached: BTreeSet<PortId> = ways.iter().flat_map(|way| way.ports(scope.graph)).collect();
    let mut twigs = Vec::new();
    for (id, _) in scope.graph.services().filter(|(_, service)| service.id.namespace == scope.namespace) {
        twigs.extend(service(scope, id, &reached, drawn));
    }
    let holes = scope.graph.ports_of(Owner::Elsewhere);
    for (id, _) in holes.filter(|(_, port)| namespace_of_hole(&port.kind) == Some(scope.namespace)) {
        let callers = callers(scope, id);
        if !callers.is_empty() {
            twigs.push(Twig { text: scope.port(id), twigs: callers });
        }
    }
    twigs
}

/// A Service, its ports that are reached inside only or called, and who calls them.
fn service(scope: &Scope<'_>, id: ServiceId, reached: &BTreeSet<PortId>, drawn: &mut BTreeSet<PortId>) -> Vec<Twig> {
    let ports = scope.graph.ports_of(Owner::Service(id));
    let mut twigs = Vec::new();
    for (port, _) in ports.filter(|(_, port)| port.kind == PortKind::ServicePort) {
        let callers = callers(scope, port);
        if reached.contains(&port) && callers.is_empty() {
            continue;
        }
        let mut twig = scope.chain(&[port], &scope.graph.hops_from(port), 1, drawn);
        twig.twigs.extend(callers);
        twigs.push(twig);
    }
    twigs
}

/// The namespace that a called Service is missing in.
fn namespace_of_hole(kind: &PortKind) -> Option<&str> {
    match kind {
        PortKind::Missing(missing) => missing.service_name().map(|(namespace, _)| namespace),
        _ => None,
    }
}

/// Who calls a port, and what says so.
fn callers(scope: &Scope<'_>, id: PortId) -> Vec<Twig> {
    let calls = scope.graph.hops_to(id).into_iter().filter(|hop| scope.graph.hop(*hop).kind == HopKind::Call);
    calls.map(|hop| caller(scope, hop)).collect()
}

/// Who makes a call, and what says so.
fn caller(scope: &Scope<'_>, call: HopId) -> Twig {
    let caller = scope.title(scope.graph.port(scope.graph.ends(call).0).owner);
    let evidence = scope.graph.hop(call).evidence.as_ref();
    let place = evidence.map(|evidence| format!(" ({})", plain(&evidence.place))).unwrap_or_default();
    let verdict = scope.graph.hop_verdict(call).and_then(|decision| policy::verdict(scope.graph, &decision));
    let verdict = verdict.map(|verdict| plain(&format!(", {verdict}"))).unwrap_or_default();
    Twig::leaf(format!("called by {caller}{place}{verdict}"))
}

/// What the workloads of the namespace call outside of the cluster.
fn called_outside(scope: &Scope<'_>) -> Vec<Twig> {
    let graph = scope.graph;
    let workloads = graph.workloads().filter(|(_, workload)| workload.id.namespace == scope.namespace);
    let clients = workloads.flat_map(|(id, _)| graph.ports_of(Owner::Workload(id)));
    let clients = clients.filter(|(_, port)| port.kind == PortKind::Client);
    let mut callers: BTreeMap<PortId, Vec<Twig>> = BTreeMap::new();
    for call in clients.flat_map(|(client, _)| graph.hops_from(client)) {
        let to = graph.ends(call).1;
        if matches!(graph.port(to).kind, PortKind::External(_)) {
            callers.entry(to).or_default().push(caller(scope, call));
        }
    }
    callers.into_iter().map(|(to, twigs)| Twig { text: scope.port(to), twigs }).collect()
}

/// The routes of routers that attach, and that no listener takes.
fn without_listener(scope: &Scope<'_>) -> Vec<Twig> {
    let graph = scope.graph;
    let routers = graph.routers().filter(|(_, router)| router.id.namespace == scope.namespace && router.attaches());
    let ports = routers.flat_map(|(id, _)| graph.ports_of(Owner::Router(id)));
    let listens = |id: PortId| matches!(graph.port(id).kind, PortKind::Listener(_));
    let is_lost = |id: PortId| !graph.hops_to(id).into_iter().any(|hop| listens(graph.ends(hop).0));
    let lost = ports.filter(|(id, port)| matches!(port.kind, PortKind::Route(_)) && is_lost(*id));
    lost.map(|(id, _)| scope.lost(id)).collect()
}

/// The workloads with a port that nothing leads to, or with none.
fn without_service(scope: &Scope<'_>) -> Vec<Twig> {
    let inside = scope.graph.workloads().filter(|(_, workload)| workload.id.namespace == scope.namespace);
    inside.filter_map(|(id, _)| unreached(scope, id)).map(Twig::leaf).collect()
}

fn unreached(scope: &Scope<'_>, id: WorkloadId) -> Option<String> {
    let owner = Owner::Workload(id);
    let ports = scope.graph.ports_of(owner).filter(|(_, port)| matches!(port.kind, PortKind::ContainerPort(_)));
    let ports: Vec<_> = ports.collect();
    if ports.is_empty() {
        return Some(format!("{}, no ports", scope.title(owner)));
    }
    let alone = ports.into_iter().filter(|(id, _)| scope.graph.hops_to(*id).is_empty());
    let alone: Vec<String> = alone.map(|(_, port)| numbered(port)).collect();
    (!alone.is_empty()).then(|| format!("{} {}", scope.title(owner), alone.join(", ")))
}
