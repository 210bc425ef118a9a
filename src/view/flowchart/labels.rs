//! Labels: what stands in the boxes and on the arrows of a flowchart. The word in front of a number is the field that
//! states it: `nodePort 30080`, `targetPort 8080`, `containerPort 8080`.

use std::collections::BTreeSet;

use super::chart::at_most;
use super::marks::Marks;
use super::routes;
use crate::graph::{
    External, Hop, HopId, HostPortFrom, How, Missing, Number, Owner, Port, PortGraph, PortKind, Verdict,
};
use crate::manifest::{PortRef, Service, ServiceType, Workload};
use crate::view::mermaid::short;
use crate::view::{replicas, words};

/// The most port lines of a box.
const PORT_LINES: usize = 6;
/// The most labels in a box.
const LABELS: usize = 4;
/// The most names in a sentence.
const NAMES: usize = 12;
/// A kind and a name longer than this stand on two lines: Mermaid 12 breaks lines of about this length, at any hyphen.
const TITLE_CHARS: usize = 16;

/// Kind and name, on two lines where they are long.
pub(super) fn title(kind: &str, name: &str) -> Vec<String> {
    let whole = format!("{kind} {name}");
    if whole.chars().count() <= TITLE_CHARS { vec![whole] } else { vec![kind.to_owned(), short(name).into_owned()] }
}

/// The lines of a Service's box.
pub(super) fn service(graph: &PortGraph, owner: Owner, service: &Service, marks: Marks<'_>) -> Vec<String> {
    let mut lines = title("Service", &service.id.name);
    lines.extend(known_as(words::service_name(service), &service.id.name));
    let address = service.cluster_ip.as_deref().filter(|_| !service.headless && service.kind == ServiceType::ClusterIp);
    let kind = words::service_type(service);
    let kind = address.map_or_else(|| kind.to_owned(), |address| format!("{kind} {address}"));
    lines.push(marks.type_line(owner, kind));
    let is_shown = |port: &Port| port.kind == PortKind::ServicePort && port.number != Number::Unknown;
    let line = |port: &Port| format!("port {}", words::port(port));
    lines.extend(at_most(PORT_LINES, port_lines(graph, owner, marks, is_shown, line)));
    lines
}

/// The lines of a workload's box.
pub(super) fn workload(graph: &PortGraph, owner: Owner, workload: &Workload, marks: Marks<'_>) -> Vec<String> {
    let mut lines = title(workload.id.kind.as_str(), &workload.id.name);
    lines.extend(known_as(words::display_name(workload), &workload.id.name));
    let is_declared = |port: &Port| matches!(&port.kind, PortKind::ContainerPort(key) if key.declared);
    let line = |port: &Port| format!("containerPort {}", words::port(port));
    lines.extend(at_most(PORT_LINES, port_lines(graph, owner, marks, is_declared, line)));
    lines.extend(words::pods(workload));
    lines
}

/// What a person calls an object, where that says more than its own name.
fn known_as(display: &str, name: &str) -> Option<String> {
    (letters(display) != letters(name)).then(|| short(display).into_owned())
}

/// The lines of an owner's ports, each once.
fn port_lines(
    graph: &PortGraph,
    owner: Owner,
    marks: Marks<'_>,
    is_shown: impl Fn(&Port) -> bool,
    line: impl Fn(&Port) -> String,
) -> Vec<String> {
    let ids = graph.ports_of(owner).filter(|(_, port)| is_shown(port)).map(|(id, _)| id).collect();
    let ids = marks.differing_first(ids).into_iter();
    dedup(ids.map(|id| marks.port_line(graph, id, line(graph.port(id)))))
}

/// What is left of a name when its spelling is put aside: `PostgreSQL 16` and `postgresql-16` are the same.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The lines of an external target's box, without its ports.
pub(super) fn external(graph: &PortGraph, target: &External) -> Vec<String> {
    match target {
        External::Address(address) if address.is_empty() => vec!["no address yet".to_owned()],
        External::Address(address) => vec!["outside".to_owned(), address.to_string()],
        External::Name(name) => vec!["outside".to_owned(), short(name).into_owned()],
        External::Managed(service) => {
            vec![
                "backends of".to_owned(),
                short(&graph.service(*service).id.name).into_owned(),
                "managed elsewhere".to_owned(),
            ]
        }
        External::Object(kind, name) => title(kind, name),
    }
}

/// The words of a hole, broken so that they stay narrow.
pub(super) fn missing(missing: &Missing) -> Vec<String> {
    if let Missing::Pods(_, selector) = missing
        && selector.contains(", ")
    {
        let labels = selector.split(", ").map(|label| short(&words::short_label(label)).into_owned()).collect();
        return std::iter::once("no pod with".to_owned()).chain(at_most(LABELS, labels)).collect();
    }
    let words = missing.to_string();
    let Some(at) = ["with ", "named ", "in Service ", "for Service ", "on node ", "on port ", "in Gateway "]
        .iter()
        .find_map(|word| words.find(word))
    else {
        return vec![words];
    };
    let (first, second) = words.split_at(at);
    vec![first.to_owned(), short(second).into_owned()]
}

/// Where a client comes in: the field that opens the port.
pub(super) fn way_in(graph: &PortGraph, to: &Port) -> Vec<String> {
    let number = words::number(to.number, to.protocol);
    match &to.kind {
        PortKind::NodePort(_) => vec![format!("nodePort {number}")],
        PortKind::LoadBalancer => {
            let addresses = match to.owner {
                Owner::Service(id) => &graph.service(id).balancer_addresses[..],
                _ => &[],
            };
            let first = format!("load balancer {number}");
            std::iter::once(first).chain(addresses.iter().take(1).map(|address| short(address).into_owned())).collect()
        }
        PortKind::ExternalIp(ip) => vec![format!("external IP {number}"), ip.to_string()],
        PortKind::HostPort(ip, from) => {
            let field = match from {
                HostPortFrom::HostPort => "hostPort",
                HostPortFrom::HostNetwork => "hostNetwork",
            };
            std::iter::once(format!("{field} {number}")).chain(ip.map(|ip| ip.to_string())).collect()
        }
        PortKind::Listener(listener) => routes::listener_line(listener, to).into_iter().collect(),
        PortKind::Client
        | PortKind::HostMapping(_)
        | PortKind::Route(_)
        | PortKind::ServicePort
        | PortKind::ContainerPort(_)
        | PortKind::External(_)
        | PortKind::Missing(_) => Vec::new(),
    }
}

/// The lines of the host machine's box: the addresses that a local cluster maps into itself, and which cluster where there are several.
pub(super) fn host_machine(graph: &PortGraph, owner: Owner, marks: Marks<'_>) -> Vec<String> {
    let ports = port_lines(graph, owner, marks, |_| true, host_address);
    let cluster = (graph.roles().clusters.len() > 1).then(|| words::title(graph, owner));
    std::iter::once("Host machine".to_owned()).chain(cluster).chain(at_most(PORT_LINES, ports)).collect()
}

/// Where a port of the host machine listens.
fn host_address(port: &Port) -> String {
    let listen = match &port.kind {
        PortKind::HostMapping(key) => key.listen.as_deref(),
        _ => None,
    };
    let listen = listen.filter(|address| !["0.0.0.0", "127.0.0.1"].contains(address));
    format!("{}:{}", listen.unwrap_or("localhost"), words::number(port.number, port.protocol))
}

/// From a port of the host machine to a port of the node.
pub(super) fn mapping(graph: &PortGraph, from: &Port, to: &Port) -> Vec<String> {
    let is_only_one = graph.ports_of(from.owner).nth(1).is_none();
    let mut lines = way_in(graph, to);
    if let (false, Some(first)) = (is_only_one, lines.first_mut()) {
        *first = format!("{} → {first}", from.number);
    }
    lines
}

/// From a Service port to its target: the `targetPort` as it is stated, and what it comes to.
pub(super) fn target(graph: &PortGraph, from: &Port, hop: &Hop, to: &Port) -> Vec<String> {
    let field = match (&to.kind, to.number) {
        (PortKind::Missing(Missing::PortName(_, name)), _) => name.to_string(),
        (PortKind::Missing(_) | PortKind::External(External::Managed(_) | External::Object(..)), _) => {
            return Vec::new();
        }
        (PortKind::External(External::Name(_)), _) => return vec!["DNS alias".to_owned()],
        (_, Number::Unknown) => return Vec::new(),
        (_, number) if hop.how == How::Named => {
            let name = to.name.as_deref().or_else(|| target_name(graph, from)).unwrap_or_default();
            format!("{name} ({})", words::number(number, to.protocol))
        }
        (_, number) => words::number(number, to.protocol),
    };
    let word = if matches!(to.kind, PortKind::External(_)) { "endpoint port" } else { "targetPort" };
    // A doubtful port has a box of its own, which says so.
    let is_declared = !is_undeclared(to) || is_doubtful(graph, to);
    match from.number {
        Number::Known(port) if has_several_ports(graph, from.owner) && is_declared => vec![format!("{port} → {field}")],
        Number::Known(port) if has_several_ports(graph, from.owner) => {
            vec![format!("{port} → {field} (not declared)")]
        }
        _ if is_declared => vec![format!("{word} {field}")],
        _ => vec![format!("{word} {field}"), "(not declared)".to_owned()],
    }
}

fn is_undeclared(port: &Port) -> bool {
    matches!(&port.kind, PortKind::ContainerPort(key) if !key.declared)
}

/// A port that no container declares, while the workload declares others of its protocol: likely a mistake (TP-10).
pub(super) fn is_doubtful(graph: &PortGraph, port: &Port) -> bool {
    let declares = |other: &Port| {
        matches!(&other.kind, PortKind::ContainerPort(key) if key.declared) && other.protocol == port.protocol
    };
    is_undeclared(port) && graph.ports_of(port.owner).any(|(_, other)| declares(other))
}

/// The name a Service port gives for its target.
fn target_name<'g>(graph: &'g PortGraph, from: &Port) -> Option<&'g str> {
    let Owner::Service(id) = from.owner else { return None };
    let same = |number: u16| from.number == Number::Known(number);
    let port = graph.service(id).ports.iter().find(|port| same(port.number) && port.protocol == from.protocol)?;
    match &port.target {
        PortRef::Name(name) => Some(name),
        PortRef::Number(_) => None,
    }
}

fn has_several_ports(graph: &PortGraph, owner: Owner) -> bool {
    graph.ports_of(owner).filter(|(_, port)| port.kind == PortKind::ServicePort).nth(1).is_some()
}

/// What network policies do to the requests of a hop, where they block them: `blocked by policy api`.
pub(super) fn blocked(graph: &PortGraph, hop: HopId) -> Option<String> {
    let decision = graph.hop_verdict(hop).filter(|decision| decision.verdict == Verdict::Blocked)?;
    let policies = decision.policies();
    match policies.as_slice() {
        [only] => Some(format!("blocked by policy {}", short(&graph.policy(*only).id.name))),
        several => Some(format!("blocked by {} policies", several.len())),
    }
}

/// From a workload to what it calls.
pub(super) fn call(to: &Port) -> Vec<String> {
    match (&to.kind, to.number) {
        (PortKind::ServicePort | PortKind::ContainerPort(_), Number::Known(_)) => {
            vec![format!("port {}", words::number(to.number, to.protocol))]
        }
        _ => Vec::new(),
    }
}

/// A sentence about the workloads that have no place in a flowchart; empty where there is none.
pub(super) fn left_out(graph: &PortGraph) -> String {
    let is_absent = |id| graph.ports_of(Owner::Workload(id)).next().is_none();
    let absent = graph.workloads().filter(|(id, _)| is_absent(*id));
    let mut names: Vec<String> =
        absent.map(|(_, workload)| format!("{} {}", workload.id.kind, workload.id.name)).collect();
    if names.is_empty() {
        return String::new();
    }
    if names.len() > NAMES {
        names = replicas::folded(names, |_| (), |name| vec![name]);
    }
    format!("Not drawn, because no port and no call of theirs is stated: {}.", at_most(NAMES, names).join(", "))
}

/// Each line once, in the order they come first.
fn dedup(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines.filter(|line| seen.insert(line.clone())).collect()
}
