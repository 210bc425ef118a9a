//! Troubleshooting: the commands that tell why a port does not answer, for these very objects.

use anyhow::Result;

use super::asking::{Host, Question};
use super::commands::{self, Part, Step, get_pods, kubectl, port_forward};
use super::names::{selector, targets, with_pods};
use super::placed::Placed;
use super::{Context, access};
use crate::graph::{ClusterId, Owner, PortGraph, PortId, PortKind, ServiceId, WorkloadId};
use crate::manifest::{Maker, ObjectId, Protocol, Router, Service, ServiceType, Workload};
use crate::view::shell::sh_quote;
use crate::view::words;

/// Steps in one part, unless all are asked for: enough to learn the commands from.
const STEPS: usize = 4;

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let parts = [inside(context), outside(context), refused(context)];
    commands::render(context, &parts.into_iter().flatten().collect::<Vec<_>>())
}

/// Does the Service exist, has it endpoints, does its name resolve, does it answer a pod? Of the Services with the same pods
/// behind them the plainest is asked; the others are asked from outside.
fn inside(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let chosen = access::chosen_ports(graph);
    let services = graph.services().filter(|(_, service)| service.selector.is_some());
    let services = services.filter(|(_, service)| service.kind != ServiceType::ExternalName);
    let steps = services.filter_map(|(id, service)| {
        let ports: Vec<PortId> = service_ports(graph, id).collect();
        let port = ports.iter().find(|port| chosen.contains(port) || !leads_to_pods(graph, **port)).copied();
        (ports.is_empty() || port.is_some())
            .then(|| Placed::new(&service.id.namespace, inside_step(graph, service, port)))
    });
    let text = "Is the Service there, are there ready pods among its endpoints, does its name resolve, does it answer?";
    context.part("Not reachable inside of the cluster", text.to_owned(), steps.collect(), STEPS)
}

fn service_ports(graph: &PortGraph, id: ServiceId) -> impl Iterator<Item = PortId> {
    graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort).map(|(id, _)| id)
}

fn leads_to_pods(graph: &PortGraph, id: PortId) -> bool {
    targets(graph, id).iter().any(|target| matches!(graph.port(*target).kind, PortKind::ContainerPort(_)))
}

fn inside_step(graph: &PortGraph, service: &Service, port: Option<PortId>) -> Step {
    let (namespace, name) = (service.id.namespace.as_str(), service.id.name.as_str());
    let labels = service.selector.as_ref().map(selector).unwrap_or_default();
    let dns = words::dns_name(service);
    let question = port.and_then(|id| {
        let number = graph.port(id).number.known()?;
        Question::of(graph, id).ask(Host::Named(&dns), &number.to_string())
    });
    let mut commands = vec![kubectl("describe service", namespace, &[name])];
    if service.served_by.is_none() {
        let label = format!("kubernetes.io/service-name={name}");
        commands.push(kubectl("get endpointslices", namespace, &["-l", &label]));
    }
    commands.push(get_pods(namespace, &labels));
    commands.push(access::lookup(namespace, &dns));
    commands.extend(question.map(|question| access::from_pod(namespace, &question)));
    Step::new(&format!("Service {name}"), commands)
}

/// Does the node, the load balancer or the controller know of the port?
fn outside(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let mut steps = Vec::new();
    for (id, service) in graph.services() {
        let Some(comment) = outside_comment(graph, id, service) else { continue };
        let command = kubectl("get service", &service.id.namespace, &[&service.id.name]);
        steps.push(Placed::new(&service.id.namespace, Step::new(&comment, [command])));
    }
    let routers = graph.routers().filter(|(_, router)| !router.elsewhere);
    steps.extend(
        routers.filter_map(|(_, router)| Some(Placed::new(&router.id.namespace, router_step(context, router)?))),
    );
    let clusters = (0..).map(ClusterId).take(graph.roles().clusters.len());
    steps.extend(clusters.flat_map(|id| cluster(context, id)).map(|step| Placed::new("", step)));
    context.part("Not reachable from outside", None, steps, STEPS)
}

/// What to look for in the list of a Service that is open to the outside.
fn outside_comment(graph: &PortGraph, id: ServiceId, service: &Service) -> Option<String> {
    let name = &service.id.name;
    match service.kind {
        ServiceType::LoadBalancer => {
            Some(format!("Service {name}: while EXTERNAL-IP is pending, it has no load balancer"))
        }
        ServiceType::NodePort => {
            let ports = graph.ports_of(Owner::Service(id)).filter_map(|(_, port)| match port.kind {
                PortKind::NodePort(own) => Some(format!("{own}:{}", port.number)),
                _ => None,
            });
            Some(format!("Service {name}: port and node port {}", ports.collect::<Vec<_>>().join(", ")))
        }
        ServiceType::ClusterIp | ServiceType::ExternalName => None,
    }
}

/// What the controller says of a router; `None` for those whose status tells nothing.
fn router_step(context: &Context<'_>, router: &Router) -> Option<Step> {
    let ObjectId { namespace, name, kind, group } = &router.id;
    let (look_for, classes) = match (kind.as_str(), group.as_str()) {
        ("Ingress", _) => ("address, backends, events, and the classes there are", Some("kubectl get ingressclass")),
        (_, group) if !group.starts_with("gateway.networking.") => return None,
        ("Gateway", _) => (
            "Accepted, Programmed, Attached Routes of each listener, and the classes",
            Some("kubectl get gatewayclass"),
        ),
        _ if !router.listeners.is_empty() => ("Accepted and Programmed, and the same of each listener", None),
        _ => ("Accepted and ResolvedRefs of each parent, with the reason where one is False", None),
    };
    let describe = kubectl(&format!("describe {}", context.resource(&router.id)), namespace, &[name]);
    let commands = std::iter::once(describe).chain(classes.map(str::to_owned));
    Some(Step::new(&format!("{kind} {name}: {look_for}"), commands))
}

/// The port mappings of a local cluster are made with it, and never later.
fn cluster(context: &Context<'_>, id: ClusterId) -> Vec<Step> {
    let role = context.graph.cluster(id);
    let name = &role.id.name;
    let ports = role.mappings.iter().filter(|mapping| mapping.protocol == Protocol::Tcp);
    let listening = ports.filter_map(|mapping| Some(format!("lsof -nP -iTCP:{} -sTCP:LISTEN", mapping.host_port?)));
    let look = [access::containers(role)].into_iter().chain(listening);
    let mut steps = vec![Step::new(
        &format!("{} cluster {name}: its port mappings, and who has the ports", role.maker.as_str()),
        look,
    )];
    if let Some(file) = context.file(role.at) {
        let delete = match role.maker {
            Maker::Kind => format!("kind delete cluster --name {}", sh_quote(name)),
            Maker::K3d => format!("k3d cluster delete {}", sh_quote(name)),
        };
        let create = access::create(role.maker, file);
        steps.push(Step::new("Other port mappings need a new cluster, this deletes the old one", [delete, create]));
    }
    steps
}

/// Something answers, and it is not the application: what does it listen on?
fn refused(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let steps = graph.workloads().filter_map(|(id, workload)| {
        let step = refused_step(graph, id, workload)?;
        Some(Placed::new(&workload.id.namespace, step))
    });
    let text = "What does the application say, what does it listen on (where the image has netstat), \
                and does the pod itself answer?";
    context.part("Connection refused", text.to_owned(), steps.collect(), STEPS)
}

fn refused_step(graph: &PortGraph, id: WorkloadId, workload: &Workload) -> Option<Step> {
    let target = with_pods(&workload.id)?;
    let ports = graph.ports_of(Owner::Workload(id)).map(|(_, port)| port);
    let ports = ports.filter(|port| matches!(port.kind, PortKind::ContainerPort(_)) && port.protocol == Protocol::Tcp);
    let mut taken = access::mapped(graph);
    let pairs = ports.filter_map(|port| port.number.known());
    let pairs: Vec<(u16, u16)> = pairs.map(|number| (access::local_port(number, &mut taken), number)).collect();
    if pairs.is_empty() {
        return None;
    }
    let namespace = &workload.id.namespace;
    let commands = [
        kubectl("logs", namespace, &[&target, "--all-containers", "--tail=50"]),
        kubectl("exec", namespace, &[&target, "--", "netstat", "-tln"]),
        port_forward(namespace, &target, &pairs),
    ];
    Some(Step::new(words::display_name(workload), commands))
}
