//! The reference: under which names and numbers each port is known inside, outside and on the host machine, and what it is for.

use super::super::words;
use super::line::{End, Line, lines, outside_of_workloads};
use super::{NOTHING, Row, entry, joined, service_port};
use crate::graph::{Owner, PortGraph, PortId, PortKind};
use crate::manifest::ServiceType;

/// The head of the table.
pub(super) const TITLES: &[&str] =
    &["Service", "Internal (ClusterIP)", "External (NodePort)", "Host Access", "Purpose"];

/// The rows, in the order of namespaces, workloads and numbers.
pub(super) fn rows(graph: &PortGraph) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut with_row = None;
    for (line, next) in peeked(lines(graph)) {
        let workload = owner(&line);
        let is_reached = !line.services.is_empty() || !line.entries.is_empty();
        // A port that nothing leads to has no name and no number here; it stands for its workload where no other one does.
        let is_last_chance = with_row != workload && next != workload;
        if is_reached || workload.is_none() || is_last_chance {
            rows.push(row(graph, &line));
            with_row = workload;
        }
    }
    rows
}

/// Each line with the owner of the next one.
fn peeked(lines: Vec<Line<'_>>) -> impl Iterator<Item = (Line<'_>, Option<Owner>)> {
    let next: Vec<Option<Owner>> = lines.iter().skip(1).map(owner).chain([None]).collect();
    lines.into_iter().zip(next)
}

fn owner(line: &Line<'_>) -> Option<Owner> {
    match line.end {
        End::Container(id, _) | End::NoPorts(id) => Some(Owner::Workload(id)),
        End::Elsewhere(_) => None,
    }
}

fn row<'g>(graph: &'g PortGraph, line: &Line<'g>) -> Row<'g> {
    let entries = entry::told(graph, &line.entries);
    let (host, outside): (Vec<PortId>, Vec<PortId>) =
        entries.iter().partition(|id| matches!(graph.port(**id).kind, PortKind::HostMapping(_)));
    Row {
        namespace: line.namespace,
        node_ports: entry::node_ports(graph, &outside),
        cells: vec![
            line.name.to_owned(),
            internal(graph, &line.services),
            joined(outside.iter().map(|id| external(graph, *id)).collect()),
            joined(host.iter().map(|id| entry::text(graph, *id)).collect()),
            purpose(graph, line),
        ],
    }
}

/// The names that clients inside use: the Services for use inside, else the first of those that open a port outside too.
fn internal(graph: &PortGraph, services: &[PortId]) -> String {
    let kind = |id: &PortId| match graph.port(*id).owner {
        Owner::Service(id) => Some(graph.service(id).kind),
        _ => None,
    };
    let is_inside = |id: &&PortId| matches!(kind(id), Some(ServiceType::ClusterIp | ServiceType::ExternalName));
    let inside: Vec<&PortId> = services.iter().filter(is_inside).collect();
    let of_node_ports = || services.iter().find(|id| kind(id) == Some(ServiceType::NodePort));
    let told = if inside.is_empty() { of_node_ports().or(services.first()).into_iter().collect() } else { inside };
    joined(told.into_iter().map(|id| service_port(graph, *id)).collect())
}

/// The column is of node ports; what is none says so.
fn external(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    match port.kind {
        PortKind::NodePort(_) => words::number(port.number, port.protocol),
        _ => entry::text(graph, id),
    }
}

/// What a person noted; else what the names of the ports tell, or the hole in words.
fn purpose(graph: &PortGraph, line: &Line<'_>) -> String {
    let of_services = line.services.iter().find_map(|id| service_purpose(graph, *id));
    let of_workload = match &line.end {
        End::Elsewhere(targets) => {
            let targets = targets.iter().map(|id| outside_of_workloads(graph, *id));
            return joined(of_services.map(str::to_owned).into_iter().chain(targets).collect());
        }
        End::NoPorts(id) => words::purpose(&graph.workload(*id).notes, None),
        End::Container(id, port) => words::purpose(&graph.workload(*id).notes, graph.port(*port).number.known()),
    };
    let names = line.services.iter().find_map(|id| graph.port(*id).name.as_deref());
    of_workload.or(of_services).or(names).unwrap_or(NOTHING).to_owned()
}

/// What a person noted of a Service, for one of its ports.
fn service_purpose(graph: &PortGraph, id: PortId) -> Option<&str> {
    let port = graph.port(id);
    match port.owner {
        Owner::Service(id) => words::purpose(&graph.service(id).notes, port.number.known()),
        _ => None,
    }
}
