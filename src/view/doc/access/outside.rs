//! Ways in from outside that need no router: node ports, load balancers, external IPs, host ports.

use super::super::Context;
use super::super::asking::{Host, Question};
use super::super::commands::{Part, STEPS, Step, get_pods, kubectl};
use super::super::names::{behind, selector, targets};
use super::super::placed::Placed;
use crate::graph::{HopKind, Missing, Number, Owner, Port, PortGraph, PortId, PortKind, is_of_its_node};
use crate::manifest::{LocalCluster, Maker, Service, ServiceType, Workload};
use crate::name::Name;

const NODE: Host<'static> = Host::ToFill("<node-ip>");

/// What local clusters need for node ports (LOC-09, LOC-10); those of the input have parts of their own.
const LOCAL_NODES: &str = " On a local cluster: `minikube service NAME --url` prints an address that works, Docker Desktop usually \
                           answers on `localhost`, kind and k3d where a port of the machine is mapped to the node port.";
/// The same for load balancers (LOC-06, LOC-09, LOC-10).
const LOCAL_BALANCERS: &str = " On a local cluster it stays pending until `minikube tunnel` runs, or cloud-provider-kind for kind; \
                               k3d and Docker Desktop bring load balancers of their own, the latter usually on `localhost`.";
const LOCAL_KIND: &str = " kind has no load balancers of its own: it stays pending until cloud-provider-kind runs.";

/// Node ports that someone asked for; those that a load balancer brings along only serve it.
pub(super) fn node_ports(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let steps = entries(graph, |service, port| match port.kind {
        PortKind::NodePort(_) => service.kind == ServiceType::NodePort || port.number.known().is_some(),
        _ => false,
    });
    let steps = steps.map(|entry| entry.step(node_port(&entry))).collect();
    let text = "Every node answers on these ports; `kubectl get nodes -o wide` shows the addresses of the nodes.";
    let local = if graph.roles().clusters.is_empty() && !is_running(graph) { LOCAL_NODES } else { "" };
    context.part("Node ports", format!("{text}{local}"), steps, STEPS)
}

fn node_port(entry: &Entry<'_>) -> Vec<String> {
    let question = Question::of(entry.graph, entry.behind);
    let node = any_node(entry.graph);
    let commands = match (entry.port.number, &entry.port.kind) {
        (Number::Known(number), _) => vec![question.ask(node, &number.to_string())],
        (Number::Auto | Number::Unknown, PortKind::NodePort(port)) => {
            let path = format!("{{.spec.ports[?(@.port=={port})].nodePort}}");
            let id = &entry.service.id;
            let which = kubectl("get service", &id.namespace, &[&id.name, "-o", &format!("jsonpath={path}")]);
            vec![Some(which), question.ask(node, "<node-port>")]
        }
        _ => vec![],
    };
    commands.into_iter().flatten().collect()
}

/// Ports of load balancers.
pub(super) fn balancers(context: &Context<'_>) -> Option<Part> {
    let entries: Vec<Entry<'_>> = entries(context.graph, |_, port| port.kind == PortKind::LoadBalancer).collect();
    let is_known = entries.iter().all(|entry| !entry.service.balancer_addresses.is_empty());
    let steps = entries.iter().map(|entry| entry.step(balancer(entry))).collect();
    let local =
        if is_known || is_running(context.graph) { "" } else { local_balancers(&context.graph.roles().clusters) };
    let text = "The address is what `kubectl get service` shows as EXTERNAL-IP.";
    context.part("Load balancers", format!("{text}{local}"), steps, STEPS)
}

/// Is the input a dump of a cluster? Whoever has one knows how to reach it.
fn is_running(graph: &PortGraph) -> bool {
    !graph.roles().nodes.is_empty() || graph.services().any(|(_, service)| service.cluster_ip.is_some())
}

/// The node that all ports of nodes are asked at: the first whose address the input tells.
fn any_node(graph: &PortGraph) -> Host<'_> {
    graph.roles().nodes.iter().find_map(|node| node.address.as_deref()).map_or(NODE, Host::Named)
}

/// How the local clusters of the input come by load balancers; without one of any, what the usual ones do.
fn local_balancers(clusters: &[LocalCluster]) -> &'static str {
    match clusters.iter().find(|cluster| !cluster.balances_on_nodes) {
        Some(cluster) if cluster.maker == Maker::Kind => LOCAL_KIND,
        None if clusters.is_empty() => LOCAL_BALANCERS,
        _ => "",
    }
}

fn balancer(entry: &Entry<'_>) -> Vec<String> {
    let service = entry.service;
    let question = Question::of(entry.graph, entry.behind);
    let port = entry.port.number.to_string();
    match service.balancer_addresses.first() {
        Some(address) => question.ask(Host::Named(address), &port).into_iter().collect(),
        None => {
            let which = kubectl("get service", &service.id.namespace, &[&service.id.name]);
            [Some(which), question.ask(Host::ToFill("<load-balancer-ip>"), &port)].into_iter().flatten().collect()
        }
    }
}

/// Ports of external IPs.
pub(super) fn external_ips(context: &Context<'_>) -> Option<Part> {
    let steps = entries(context.graph, |_, port| matches!(port.kind, PortKind::ExternalIp(_)));
    let steps = steps.map(|entry| {
        let PortKind::ExternalIp(ip) = &entry.port.kind else { return entry.step(vec![]) };
        let question = Question::of(entry.graph, entry.behind);
        entry.step(question.ask(Host::Named(ip), &entry.port.number.to_string()).into_iter().collect())
    });
    let text = "The nodes answer on these addresses, where the network leads them there.";
    let steps = steps.collect();
    context.part("External IPs", text.to_owned(), steps, STEPS)
}

/// Ports of the nodes that pods run on.
pub(super) fn host_ports(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let mut steps = Vec::new();
    for (id, workload) in graph.workloads() {
        let asked = graph.ports_of(Owner::Workload(id)).filter_map(|(id, port)| host_port(graph, id, port));
        let asked: Vec<String> = asked.collect();
        let commands = if asked.is_empty() { asked } else { [vec![pods(workload)], asked].concat() };
        let name = super::super::super::words::display_name(workload);
        steps.push(Placed::new(&workload.id.namespace, Step::new(name, commands)));
    }
    let text = "Only the nodes that run such a pod answer; the column NODE tells which.";
    context.part("Host ports", text.to_owned(), steps, STEPS)
}

fn host_port(graph: &PortGraph, id: PortId, port: &Port) -> Option<String> {
    let PortKind::HostPort(ip, _) = &port.kind else { return None };
    if is_of_its_node(&port.kind) {
        return None;
    }
    let behind = graph.hops_from(id).into_iter().map(|hop| graph.ends(hop).1).next()?;
    let anywhere = |ip: &Name| ["0.0.0.0", "::"].contains(&ip.as_str());
    let host = ip.as_ref().filter(|ip| !anywhere(ip)).map_or(NODE, |ip| Host::Named(ip));
    Question::of(graph, behind).ask(host, &port.number.to_string())
}

/// The command that shows the pods of a workload and their nodes.
fn pods(workload: &Workload) -> String {
    let id = &workload.id;
    if id.kind == "Pod" || workload.labels.is_empty() {
        return kubectl("get pods", &id.namespace, &[&id.name, "-o", "wide"]);
    }
    get_pods(&id.namespace, &selector(&workload.labels))
}

/// A port that a Service opens, and the Service port it leads to.
struct Entry<'g> {
    graph: &'g PortGraph,
    service: &'g Service,
    port: &'g Port,
    behind: PortId,
}

impl Entry<'_> {
    fn step(&self, commands: Vec<String>) -> Placed<Step> {
        let id = &self.service.id;
        Placed::new(&id.namespace, Step::new(&behind(self.graph, self.behind), commands))
    }
}

/// The wanted ports that Services open, in order.
fn entries<'g>(graph: &'g PortGraph, is_wanted: impl Fn(&Service, &Port) -> bool) -> impl Iterator<Item = Entry<'g>> {
    graph.services().flat_map(move |(id, service)| {
        let ports = graph.ports_of(Owner::Service(id)).filter(|(_, port)| is_wanted(service, port));
        let entries = ports
            .filter_map(|(id, port)| Some(Entry { graph, service, port, behind: service_port_behind(graph, id)? }))
            .filter(|entry| may_answer(graph, entry.behind));
        entries.collect::<Vec<_>>()
    })
}

/// Pods that are not here may come from elsewhere; a port name that the pods lack comes from nowhere.
fn may_answer(graph: &PortGraph, service_port: PortId) -> bool {
    let targets = targets(graph, service_port);
    let is_hole = |target: &PortId| {
        matches!(
            graph.port(*target).kind,
            PortKind::Missing(Missing::PortName(..) | Missing::EndpointPort(..) | Missing::EndpointNumber(..))
        )
    };
    targets.is_empty() || !targets.iter().all(is_hole)
}

/// The Service port that a node port, load balancer port or external IP leads to.
pub(super) fn service_port_behind(graph: &PortGraph, id: PortId) -> Option<PortId> {
    let forward = graph.hops_from(id).into_iter().find(|hop| graph.hop(*hop).kind == HopKind::Forward)?;
    let to = graph.ends(forward).1;
    if graph.port(to).kind == PortKind::ServicePort { Some(to) } else { service_port_behind(graph, to) }
}
