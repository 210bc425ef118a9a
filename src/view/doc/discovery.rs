//! Service discovery: the DNS names of the Services, who calls whom, and who scrapes metrics.

use anyhow::Result;
use askama::Template;

use super::names::{strong, with_number};
use super::placed::{Group, Placed};
use super::{Context, names, scraping};
use crate::graph::{
    Evidence, External, HopId, HopKind, Number, Owner, PortGraph, PortId, PortKind, ServiceId, WorkloadId,
};
use crate::manifest::{Pods, ServiceType, Workload};
use crate::view::{markdown, policy, words};

/// The section's values.
#[derive(Template)]
#[template(path = "doc/discovery.md")]
struct Discovery<'c> {
    hashes: &'c str,
    names: Vec<Group<Row>>,
    more_names: Option<String>,
    pods: Vec<String>,
    calls: Vec<Group<String>>,
    more_calls: Option<String>,
    /// Some of the calls are the API server's.
    has_webhooks: bool,
    monitors: Vec<Group<String>>,
    more_monitors: Option<String>,
}

/// A Service in the table of DNS names.
struct Row {
    short: String,
    full: String,
}

impl Row {
    fn cells(&mut self) -> Vec<&mut String> {
        vec![&mut self.short, &mut self.full]
    }
}

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let (names, more_names) = context.shortened(rows(context.graph), "Services", Row::cells);
    let names = context.by_namespace(names);
    let (calls, more_calls) = context.short_list(calls(context.graph), "calls");
    let monitors = if context.hides_metrics { Vec::new() } else { scraping::lines(context.graph) };
    let (monitors, more_monitors) = context.short_list(monitors, "monitored ports");
    if names.is_empty() && calls.is_empty() && monitors.is_empty() {
        return Ok(None);
    }
    let has_webhooks = calls_of(context.graph, Owner::ApiServer).next().is_some();
    let hashes = &context.hashes;
    let pods = pods(context.graph);
    let discovery =
        Discovery { hashes, names, more_names, pods, calls, more_calls, has_webhooks, monitors, more_monitors };
    Ok(Some(discovery.render()?))
}

fn rows(graph: &PortGraph) -> Vec<Placed<Row>> {
    let rows = graph.services().map(|(id, service)| {
        let ports: Vec<(PortId, String)> = dialled(graph, id);
        let cell = |host: &str| match ports.as_slice() {
            [] => markdown::cell_code(host),
            ports => {
                let all = ports.iter().map(|(_, port)| markdown::cell_code(&format!("{host}{port}")));
                all.collect::<Vec<_>>().join("<br>")
            }
        };
        let kind = words::service_type(service);
        let note = if kind == ServiceType::ClusterIp.as_str() { String::new() } else { format!(" ({kind})") };
        let row = Row { short: format!("{}{note}", cell(&service.id.name)), full: cell(&words::dns_name(service)) };
        Placed::new(&service.id.namespace, row)
    });
    rows.collect()
}

/// The ports that clients dial behind the name: of a headless Service those of the pods (HL-02).
fn dialled(graph: &PortGraph, id: ServiceId) -> Vec<(PortId, String)> {
    let ports = graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort);
    let headless = graph.service(id).headless;
    let mut found: Vec<(PortId, String)> = Vec::new();
    for (port, _) in ports {
        let targets = names::targets(graph, port);
        let dialled = if headless && !targets.is_empty() { targets } else { vec![port] };
        for port in dialled {
            let text = with_number(graph.port(port));
            if !found.iter().any(|(_, known)| *known == text) {
                found.push((port, text));
            }
        }
    }
    found
}

/// The names of numbered pods, where a Service makes them (DNS-04).
fn pods(graph: &PortGraph) -> Vec<String> {
    let lines = graph.workloads().filter_map(|(id, workload)| {
        let first = workload.first_ordinal?;
        let service = governing(graph, id, workload)?;
        let name = |ordinal: u32| {
            let host = format!("{}-{ordinal}.{}", workload.id.name, words::dns_name(graph.service(service)));
            markdown::code(&host)
        };
        let last = match workload.pods {
            Pods::Count(count) => first.checked_add(count.checked_sub(1)?)?,
            Pods::PerNode => first,
        };
        let range = if last > first { format!("{} to {}", name(first), name(last)) } else { name(first) };
        Some(format!("{}: {range}", strong(words::display_name(workload))))
    });
    lines.collect()
}

/// The headless Service that a StatefulSet names for its pods, and that selects them (DNS-05).
fn governing(graph: &PortGraph, id: WorkloadId, workload: &Workload) -> Option<ServiceId> {
    let name = workload.subdomain.as_deref()?;
    let mut services = graph.services().filter(|(_, service)| {
        service.headless
            && (service.id.namespace.as_str(), service.id.name.as_str()) == (workload.id.namespace.as_str(), name)
    });
    let (service, _) = services.next()?;
    let leads_here = |port: PortId| names::workloads(graph, &names::targets(graph, port)).contains(&id);
    graph.ports_of(Owner::Service(service)).any(|(port, _)| leads_here(port)).then_some(service)
}

fn calls(graph: &PortGraph) -> Vec<Placed<String>> {
    let workloads = graph.workloads().flat_map(|(id, workload)| {
        let (from, namespace) = (words::display_name(workload), &workload.id.namespace);
        calls_of(graph, Owner::Workload(id)).map(move |hop| Placed::new(namespace, line(graph, from, namespace, hop)))
    });
    let from = words::title(graph, Owner::ApiServer);
    let webhooks = calls_of(graph, Owner::ApiServer).map(|hop| {
        let service = graph.object(graph.port(graph.ends(hop).1).owner);
        Placed::new(service.map_or("", |id| &id.namespace), line(graph, &from, "", hop))
    });
    workloads.chain(webhooks).collect()
}

fn calls_of(graph: &PortGraph, owner: Owner) -> impl Iterator<Item = HopId> {
    let clients = graph.ports_of(owner).filter(|(_, port)| port.kind == PortKind::Client);
    let hops = clients.flat_map(|(client, _)| graph.hops_from(client));
    hops.filter(|hop| graph.hop(*hop).kind == HopKind::Call)
}

/// One call, why it is known, and what network policies do to it.
fn line(graph: &PortGraph, from: &str, namespace: &str, hop: HopId) -> String {
    let call = call(graph, from, namespace, graph.ends(hop).1);
    let said = graph.hop(hop).evidence.as_ref().map(|evidence| said(evidence, &call));
    format!("{call}{}{}", said.unwrap_or_default(), policed(graph, hop))
}

/// What network policies do to a call.
fn policed(graph: &PortGraph, hop: HopId) -> String {
    let verdict = graph.hop_verdict(hop).and_then(|decision| policy::verdict(graph, &decision));
    verdict.map(|verdict| format!(", {}", markdown::text(&verdict))).unwrap_or_default()
}

/// What tells of a call: (`env DATABASE_URL`: `postgresql://…@postgres:15432`); its text only where it says more than the call.
fn said(evidence: &Evidence, call: &str) -> String {
    let (place, text) = (markdown::code(&evidence.place), markdown::code(&evidence.text));
    if call.ends_with(&text) { format!(" ({place})") } else { format!(" ({place}: {text})") }
}

/// `**API → PostgreSQL**: `postgres:15432``.
fn call(graph: &PortGraph, from: &str, namespace: &str, to: PortId) -> String {
    let port = graph.port(to);
    if let PortKind::External(target @ External::Name(_)) = &port.kind {
        return format!("{}: {}", strong(from), markdown::code(&words::external(target, port)));
    }
    let Owner::Service(id) = port.owner else {
        return format!("{}: {}", strong(from), names::end(graph, to));
    };
    let service = &graph.service(id).id;
    let host = if service.namespace == namespace {
        service.name.to_string()
    } else {
        format!("{}.{}", service.name, service.namespace)
    };
    let address = match port.number {
        Number::Known(_) => format!("{host}{}", with_number(port)),
        Number::Auto | Number::Unknown => host,
    };
    format!("{}: {}", strong(&format!("{from} → {}", names::behind(graph, to))), markdown::code(&address))
}
