//! Port mapping, layer by layer: container ports, Service ports, and the ports that lead in from outside.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::names::{end, object, targets, workload};
use super::placed::{Group, Placed};
use super::{Context, access};
use crate::graph::{HopId, HopKind, HostPortFrom, Number, Owner, Port, PortGraph, PortId, PortKind, RouterId};
use crate::manifest::{ObjectId, Workload};
use crate::view::ways::is_brought_along;
use crate::view::{markdown, namesakes, words};

/// Files in the list, unless all are asked for.
const FILES: usize = 24;

/// Objects of one file that are told by name.
const MOST_NAMES: usize = 8;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/mapping.md")]
struct Mapping<'c> {
    hashes: &'c str,
    layers: Vec<Layer>,
    files: Vec<String>,
    more: Option<String>,
}

/// One layer: its lines by namespace.
struct Layer {
    heading: &'static str,
    groups: Vec<Group<String>>,
    more: Option<String>,
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let layers = [
        ("Container ports", container_ports(context)),
        ("Service ports", service_ports(context)),
        ("External ports", external_ports(context)),
    ];
    let layers = layers.into_iter().filter(|(_, lines)| !lines.is_empty());
    let layers: Vec<Layer> = layers.map(|(heading, lines)| layer(context, heading, lines)).collect();
    if layers.is_empty() {
        return Ok(None);
    }
    let mut files = files(context);
    let more = context.cut(&mut files, FILES, "files");
    Ok(Some(Mapping { hashes: &context.hashes, layers, files, more }.render()?))
}

fn layer(context: &Context<'_>, heading: &'static str, lines: Vec<Placed<String>>) -> Layer {
    let (groups, more) = context.short_list(lines, "lines");
    Layer { heading, groups, more }
}

/// The files, each with what it states: where the ports can be changed.
fn files(context: &Context<'_>) -> Vec<String> {
    let graph = context.graph;
    let routers = graph.roles().routers.iter().filter(|role| !role.elsewhere).map(|role| (role.at, &role.id));
    let services = graph.roles().services.iter().map(|role| (role.at, &role.id));
    let workloads = graph.roles().workloads.iter().map(|role| (role.at, &role.id));
    let mut files: BTreeMap<&str, Vec<Named<'_>>> = BTreeMap::new();
    for (at, id) in workloads.chain(services).chain(routers) {
        if let Some(file) = context.file(at) {
            files.entry(file).or_default().push((id.kind.to_string(), id));
        }
    }
    for cluster in &graph.roles().clusters {
        if let Some(file) = context.file(cluster.at) {
            files.entry(file).or_default().push((format!("{} cluster", cluster.maker.as_str()), &cluster.id));
        }
    }
    files.into_iter().map(|(file, ids)| format!("{}: {}", markdown::code(file), contents(&ids))).collect()
}

/// An object of a file, and what it is.
type Named<'g> = (String, &'g ObjectId);

/// The objects of a file: by name, and of very many only how many of each kind.
fn contents(objects: &[Named<'_>]) -> String {
    if objects.len() <= MOST_NAMES {
        let named = objects.iter().map(|(kind, id)| format!("{kind} {}", markdown::code(&id.name)));
        return named.collect::<Vec<_>>().join(", ");
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (kind, _) in objects {
        *kinds.entry(kind).or_default() += 1;
    }
    kinds.into_iter().map(|(kind, count)| format!("{count} × {kind}")).collect::<Vec<_>>().join(", ")
}

/// One line per workload with ports, then one for all that have none.
fn container_ports(context: &Context<'_>) -> Vec<Placed<String>> {
    let mut lines = Vec::new();
    let mut without: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (id, role) in context.graph.workloads() {
        let namespace = role.id.namespace.as_str();
        let ports: Vec<(PortId, &Port)> = context.graph.ports_of(Owner::Workload(id)).collect();
        match container_list(role, &ports) {
            list if list.is_empty() => without.entry(namespace).or_default().push(workload(role)),
            list => lines.push(Placed::new(namespace, format!("{}: {list}", workload(role)))),
        }
    }
    let without = without.into_iter();
    let without =
        without.map(|(namespace, names)| Placed::new(namespace, format!("{}: no ports", context.enumerated(names))));
    lines.extend(without);
    lines
}

fn container_list(role: &Workload, ports: &[(PortId, &Port)]) -> String {
    let has_several = role.containers.iter().filter(|container| !container.ports.is_empty()).count() > 1;
    let ports = ports.iter().filter_map(|(_, port)| match &port.kind {
        PortKind::ContainerPort(key) => {
            let of = key.container.as_deref().filter(|_| has_several);
            let of = of.map(|name| format!(" in {}", markdown::code(name))).unwrap_or_default();
            let declared = if key.declared { "" } else { " (not declared)" };
            Some(format!("{}{of}{declared}", with_name(port)))
        }
        _ => None,
    });
    ports.collect::<Vec<_>>().join(", ")
}

/// Number in code, with the port's name: `8080` (http).
fn with_name(port: &Port) -> String {
    let number = markdown::code(&words::number(port.number, port.protocol));
    let name = port.name.as_deref().map(|name| format!(" ({})", markdown::text(name)));
    format!("{number}{}", name.unwrap_or_default())
}

fn service_ports(context: &Context<'_>) -> Vec<Placed<String>> {
    let graph = context.graph;
    let lines = graph.services().map(|(id, service)| {
        let ports = graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort);
        let ports: Vec<String> = ports.map(|(id, port)| service_port(context, id, port)).collect();
        let kind = words::service_type(service);
        let line = format!(
            "{} ({kind}): {}",
            object(&service.id),
            if ports.is_empty() { "no ports".to_owned() } else { ports.join("; ") }
        );
        Placed::new(&service.id.namespace, line)
    });
    lines.collect()
}

/// A Service port and what it leads to: `15432` → PostgreSQL `5432`.
fn service_port(context: &Context<'_>, id: PortId, port: &Port) -> String {
    let graph = context.graph;
    let ends: Vec<String> = targets(graph, id).iter().map(|target| end(graph, *target)).collect();
    let arrow = if ends.is_empty() { "" } else { " → " };
    format!("{}{arrow}{}", with_name(port), context.enumerated(ends))
}

fn external_ports(context: &Context<'_>) -> Vec<Placed<String>> {
    let graph = context.graph;
    let mut lines = Vec::new();
    for owner in graph.owners() {
        if let Owner::Router(id) = owner {
            lines.extend(router(graph, id));
            continue;
        }
        for (id, port) in graph.ports_of(owner) {
            let Some(name) = external(port).filter(|_| !is_brought_along(graph, port)) else { continue };
            let ends: Vec<String> = graph.hops_from(id).iter().map(|hop| after(graph, *hop)).collect();
            let namespace = graph.object(owner).map_or("", |id| id.namespace.as_str());
            lines.push(Placed::new(namespace, format!("{name} → {}", ends.join(", "))));
        }
    }
    lines
}

/// What a port of the outside is called; `None` for other ports.
fn external(port: &Port) -> Option<String> {
    let number = markdown::code(&words::number(port.number, port.protocol));
    match &port.kind {
        PortKind::HostMapping(mapping) => {
            let host = access::host(mapping);
            let address = super::names::host_and_port(host, words::number(port.number, port.protocol));
            Some(format!("Host machine {}", markdown::code(&address)))
        }
        PortKind::LoadBalancer => Some(format!("Load balancer port {number}")),
        PortKind::ExternalIp(ip) => {
            let address = super::names::host_and_port(ip, words::number(port.number, port.protocol));
            Some(format!("External IP {}", markdown::code(&address)))
        }
        PortKind::NodePort(_) if port.number == Number::Auto => {
            Some(format!("Node port {number} (the cluster chooses a number)"))
        }
        PortKind::NodePort(_) => Some(format!("Node port {number}")),
        PortKind::HostPort(ip, from) => {
            let of = ip.as_deref().map(|ip| format!(" of {}", markdown::code(ip))).unwrap_or_default();
            let from = match from {
                HostPortFrom::HostPort => "Host port",
                HostPortFrom::HostNetwork => "Host network port",
            };
            Some(format!("{from} {number}{of}"))
        }
        PortKind::Client
        | PortKind::Listener(_)
        | PortKind::Route(_)
        | PortKind::ServicePort
        | PortKind::ContainerPort(_)
        | PortKind::External(_)
        | PortKind::Missing(_) => None,
    }
}

/// What a hop leads to, as the end of a line.
fn after(graph: &PortGraph, hop: HopId) -> String {
    let to = graph.ends(hop).1;
    let port = graph.port(to);
    let number = markdown::code(&words::number(port.number, port.protocol));
    let next = || graph.hops_from(to).into_iter().map(|hop| end(graph, graph.ends(hop).1)).next().unwrap_or_default();
    match &port.kind {
        PortKind::NodePort(_) if is_brought_along(graph, port) => {
            format!("{}, through a node port that the cluster chooses", next())
        }
        PortKind::NodePort(_) => format!("node port {number} → {}", next()),
        PortKind::HostPort(..) => format!("host port {number} → {}", next()),
        _ => end(graph, to),
    }
}

/// The lines of a router: what it listens on, where others route for it; then one per backend, with the routes that lead there.
fn router(graph: &PortGraph, id: RouterId) -> Vec<Placed<String>> {
    let role = graph.router(id);
    let mut backends: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    let mut listens = Vec::new();
    for (id, port) in graph.ports_of(Owner::Router(id)) {
        if let PortKind::Listener(listener) = &port.kind {
            let words = [listener.name.as_deref(), Some(listener.speaks.as_str()), listener.host.as_deref()];
            let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            let number = markdown::code(&words::number(port.number, port.protocol));
            listens.push(format!("{number} ({})", markdown::text(&words.join(", "))));
        }
        let PortKind::Route(route) = &port.kind else { continue };
        let on = words::reached_on(graph, id);
        let on = match on.strip_prefix("on ") {
            Some(numbers) => format!("on {}", numbers.split(", ").map(markdown::code).collect::<Vec<_>>().join(", ")),
            None => markdown::text(&on),
        };
        for hop in graph.hops_from(id) {
            let to = match words::part(graph.hop(hop)) {
                Some(part) if graph.hop(hop).kind == HopKind::Redirect => markdown::text(&part),
                Some(part) => format!("{} ({})", end(graph, graph.ends(hop).1), markdown::text(&part)),
                None => end(graph, graph.ends(hop).1),
            };
            let routes = backends.entry((on.clone(), to)).or_default();
            let text = markdown::code(&words::route(route));
            if !routes.contains(&text) {
                routes.push(text);
            }
        }
    }
    let own = (backends.is_empty() && !role.elsewhere).then(|| listens.join(", "));
    let group = namesakes::group(graph, Owner::Router(id)).map(|group| format!(" ({})", markdown::text(group)));
    let name = format!("{}{}", object(&role.id), group.unwrap_or_default());
    let own = own.map(|listens| format!("{name} listens on {listens}"));
    let line =
        |((on, to), routes): ((String, String), Vec<String>)| format!("{name} {on}: {} → {to}", routes.join(", "));
    let lines = own.into_iter().chain(backends.into_iter().map(line));
    lines.map(|text| Placed::new(&role.id.namespace, text)).collect()
}
