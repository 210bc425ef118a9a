//! Open ends: what does not meet. References that lead nowhere, target ports that nobody declares, node ports out of range.

use anyhow::Result;
use askama::Template;

use super::Context;
use super::names::object;
use super::placed::{Group, Placed};
use crate::graph::{HopId, HopKind, Missing, Number, Owner, Port, PortGraph, PortId, PortKind, ServiceId, WorkloadId};
use crate::view::{markdown, words};

/// The section's values.
#[derive(Template)]
#[template(path = "doc/open_ends.md")]
struct OpenEnds {
    groups: Vec<Group<String>>,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let lines: Vec<_> = [holes(context), undeclared(context), out_of_range(context)].into_iter().flatten().collect();
    if lines.is_empty() {
        return Ok(None);
    }
    Ok(Some(OpenEnds { groups: context.by_namespace(lines) }.render()?))
}

/// One line per hop that leads nowhere.
fn holes(context: &Context<'_>) -> Vec<Placed<String>> {
    let graph = context.graph;
    let mut lines = Vec::new();
    for (hop, from, to, _) in graph.hops() {
        if let PortKind::Missing(missing) = &graph.port(to).kind {
            let text = hole(graph, hop, from, missing);
            lines.push(line(context, graph.port(from).owner, &text, graph.hop(hop).at));
        }
    }
    // Every port of a Service misses the same pods.
    lines.dedup_by(|a, b| a.item == b.item);
    lines
}

fn line(context: &Context<'_>, owner: Owner, text: &str, at: Option<crate::source::Span>) -> Placed<String> {
    let namespace = context.graph.object(owner).map_or("", |id| id.namespace.as_str());
    let place = context.place(at).map(|place| format!(" ({place})")).unwrap_or_default();
    Placed::new(namespace, format!("{text}{place}"))
}

/// What a reader has to know of a hole: both ends, and what follows from it.
fn hole(graph: &PortGraph, hop: HopId, from: PortId, missing: &Missing) -> String {
    let who = subject(graph, hop, from);
    match missing {
        Missing::Pods(_, selector) => {
            let owner = graph.object(graph.port(from).owner).map(object).unwrap_or_default();
            let selector = markdown::code(selector);
            format!(
                "{owner} selects pods with {selector}, but no workload here has these labels: nothing answers unless such pods come from elsewhere"
            )
        }
        Missing::PortName(service, name) => {
            let selected = selected(graph, *service);
            format!(
                "{who} sends requests to the port named {}, but {selected} has no port of that name",
                markdown::code(name)
            )
        }
        Missing::EndpointPort(_, name) if name.is_empty() => {
            format!("{who} has no name, but the stated endpoints have only named ports, so nothing answers")
        }
        Missing::EndpointPort(_, name) => {
            format!("{who} needs an endpoint port named {}, but the stated endpoints have none", markdown::code(name))
        }
        Missing::Service(namespace, name) => {
            let elsewhere = elsewhere(graph, from, namespace);
            format!("{who} leads to Service {}{elsewhere}, which is not there", markdown::code(name))
        }
        Missing::ServicePort(namespace, name, port) => {
            let elsewhere = elsewhere(graph, from, namespace);
            let ports = ports_of(graph, namespace, name);
            let port = port.to_string();
            let wanted = if port.is_empty() {
                "without stating a port".to_owned()
            } else {
                format!("on port {}", markdown::code(&port))
            };
            format!("{who} leads to Service {}{elsewhere} {wanted}, but its ports are {ports}", markdown::code(name))
        }
        Missing::Grant(namespace, name) => {
            let (name, namespace) = (markdown::code(name), markdown::code(namespace));
            format!(
                "{who} leads to Service {name} of namespace {namespace}, and no ReferenceGrant of that namespace allows it"
            )
        }
        Missing::Listener(missing) => {
            format!("{who} redirects to where nothing listens: {}", markdown::text(&missing.to_string()))
        }
        Missing::NodePort(number) => {
            format!(
                "{who} leads to port {} of the node, on which nothing here listens",
                markdown::code(&number.to_string())
            )
        }
    }
}

/// Who asks for what is missing: `Service `web` port `80``, `Ingress `shop` for `shop.example.com/``, `Deployment `api` by env X`.
fn subject(graph: &PortGraph, hop: HopId, from: PortId) -> String {
    let port = graph.port(from);
    let owner = graph.object(port.owner).map(object).unwrap_or_default();
    let number = markdown::code(&words::number(port.number, port.protocol));
    match &port.kind {
        PortKind::Route(route) => {
            let text = format!("{}{}", route.host.as_deref().unwrap_or("*"), route.path.as_deref().unwrap_or(""));
            format!("{owner} for {}", markdown::code(&text))
        }
        PortKind::HostMapping(_) => format!("Port {number} of the host machine"),
        PortKind::Client => {
            let place = graph.hop(hop).evidence.as_ref().map(|evidence| markdown::text(&evidence.place));
            format!("{owner} by {}", place.unwrap_or_default())
        }
        _ if port.number == Number::Unknown => owner,
        _ => format!("{owner} port {number}"),
    }
}

fn elsewhere(graph: &PortGraph, from: PortId, namespace: &str) -> String {
    let own = graph.object(graph.port(from).owner).is_some_and(|id| id.namespace == namespace);
    if own { String::new() } else { format!(" of namespace {}", markdown::code(namespace)) }
}

/// The ports that a Service does have.
fn ports_of(graph: &PortGraph, namespace: &str, name: &str) -> String {
    let service = graph.services().find(|(_, service)| service.id.namespace == namespace && service.id.name == name);
    let ports = service.into_iter().flat_map(|(_, service)| &service.ports);
    let ports: Vec<String> = ports
        .map(|port| match &port.name {
            Some(name) => format!("{} ({})", markdown::code(&port.number.to_string()), markdown::text(name)),
            None => markdown::code(&port.number.to_string()),
        })
        .collect();
    if ports.is_empty() { "not stated".to_owned() } else { ports.join(", ") }
}

/// The workloads whose pods a Service selects, as far as its ports tell.
fn selected(graph: &PortGraph, service: ServiceId) -> String {
    let service = graph.service(service);
    let workloads = graph.workloads().filter(|(_, workload)| {
        let matches = |(key, value): (&String, &String)| workload.labels.get(key) == Some(value);
        workload.id.namespace == service.id.namespace
            && service.selector.as_ref().is_some_and(|selector| selector.iter().all(matches))
    });
    let names: Vec<String> = workloads.map(|(_, workload)| object(&workload.id)).collect();
    if names.is_empty() { "the selected workload".to_owned() } else { names.join(", ") }
}

/// Target ports that no container declares (TP-09).
fn undeclared(context: &Context<'_>) -> Vec<Placed<String>> {
    let graph = context.graph;
    let mut lines = Vec::new();
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Target) {
        let (Owner::Workload(workload), PortKind::ContainerPort(key)) = (graph.port(to).owner, &graph.port(to).kind)
        else {
            continue;
        };
        if !key.declared {
            let text = undeclared_target(graph, from, graph.port(to), workload);
            lines.push(line(context, graph.port(from).owner, &text, hop.at));
        }
    }
    lines
}

fn undeclared_target(graph: &PortGraph, from: PortId, to: &Port, workload: WorkloadId) -> String {
    let service = graph.object(graph.port(from).owner).map(object).unwrap_or_default();
    let code = |port: &Port| markdown::code(&words::number(port.number, port.protocol));
    let declared = graph.ports_of(Owner::Workload(workload)).map(|(_, port)| port);
    let declared: Vec<String> = declared.filter(|port| is_declared(port)).map(code).collect();
    let declares = if declared.is_empty() {
        "declares no ports".to_owned()
    } else {
        format!("declares only {}", declared.join(", "))
    };
    let workload = object(&graph.workload(workload).id);
    format!("{service} sends port {} to {}, but {workload} {declares}", code(graph.port(from)), code(to))
}

fn is_declared(port: &Port) -> bool {
    matches!(&port.kind, PortKind::ContainerPort(key) if key.declared)
}

/// Node ports that a cluster with the default range refuses (NP-06).
fn out_of_range(context: &Context<'_>) -> Vec<Placed<String>> {
    let graph = context.graph;
    let mut lines = Vec::new();
    for (_, port) in graph.ports() {
        let (PortKind::NodePort(_), Some(number)) = (&port.kind, port.number.known()) else { continue };
        if let Some(remark) = words::node_port_remark(number) {
            let owner = graph.object(port.owner).map(object).unwrap_or_default();
            let text = format!("{owner}: {}", markdown::text(&remark));
            lines.push(line(context, port.owner, &text, port.at));
        }
    }
    lines
}
