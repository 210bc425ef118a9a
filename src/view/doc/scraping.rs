//! Who scrapes metrics: what the monitors of the Prometheus operator ask, and on which ports of the pods (SEMANTICS §8).

use super::names::{self, strong};
use super::placed::Placed;
use crate::graph::{Monitored, Owner, PortGraph, PortKind, ServiceId};
use crate::manifest::{Asks, MonitorEndpoint, ObjectId};
use crate::view::{markdown, words};

/// How many Services or workloads a line names.
const NAMED: usize = 5;

/// A line per endpoint of each monitor: **web** (ServiceMonitor): port `metrics` of Service web (pod port `9000`), at `/metrics`.
/// Those that ask nothing in the input are left out.
pub(super) fn lines(graph: &PortGraph) -> Vec<Placed<String>> {
    let mut lines = Vec::new();
    for monitored in graph.monitored() {
        if let Some(whom) = whom(graph, &monitored) {
            let id = &monitored.monitor.id;
            let endpoints = monitored.monitor.endpoints.iter();
            lines.extend(endpoints.map(|one| Placed::new(&id.namespace, line(graph, &monitored, one, &whom))));
        }
    }
    lines
}

fn line(graph: &PortGraph, monitored: &Monitored<'_>, endpoint: &MonitorEndpoint, whom: &str) -> String {
    let id = &monitored.monitor.id;
    let stated = endpoint.port.clone().or_else(|| endpoint.target.as_ref().map(ToString::to_string));
    let port = match stated {
        Some(port) => format!("port {}", markdown::code(&port)),
        None if endpoint.picked => "ports that its relabelings pick".to_owned(),
        None => "every port".to_owned(),
    };
    let numbers = numbers(graph, monitored, endpoint);
    let numbers: Vec<String> = numbers.iter().map(|number| markdown::code(&number.to_string())).collect();
    let numbers = match numbers.as_slice() {
        [] => String::new(),
        [only] => format!(" (pod port {only})"),
        several => format!(" (pod ports {})", several.join(", ")),
    };
    let path = markdown::code(&endpoint.path);
    format!("{} ({}): {port} of {whom}{numbers}, at {path}", strong(&id.name), id.kind)
}

/// `Services api and web`; nothing where nothing is selected.
fn whom(graph: &PortGraph, monitored: &Monitored<'_>) -> Option<String> {
    let ids: Vec<&ObjectId> = match monitored.monitor.asks {
        Asks::Services => monitored.services.iter().map(|id| &graph.service(*id).id).collect(),
        Asks::Pods => monitored.workloads.iter().map(|id| &graph.workload(*id).id).collect(),
    };
    let named: Vec<String> = ids.iter().map(|id| format!("{} {}", id.kind, id.name)).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    (!named.is_empty()).then(|| markdown::text(&words::listed(&named, NAMED)))
}

/// The numbers that Prometheus dials: those of the pods, since it goes past the Services.
fn numbers(graph: &PortGraph, monitored: &Monitored<'_>, endpoint: &MonitorEndpoint) -> Vec<u16> {
    let mut numbers: Vec<u16> = match (monitored.monitor.container_port(endpoint), &endpoint.port) {
        (Some(port), _) => {
            let workloads = monitored.workloads.iter().map(|id| graph.workload(*id));
            let ports = workloads.flat_map(|workload| &workload.containers).flat_map(|container| &container.ports);
            ports.filter(|declared| declared.is_called(&port)).map(|declared| declared.number).collect()
        }
        (None, Some(name)) => monitored.services.iter().flat_map(|id| behind(graph, *id, name)).collect(),
        (None, None) => Vec::new(),
    };
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// The pods' ports behind the Service port of a name.
fn behind(graph: &PortGraph, service: ServiceId, name: &str) -> Vec<u16> {
    let ports = graph.ports_of(Owner::Service(service));
    let named = ports.filter(|(_, port)| port.kind == PortKind::ServicePort && port.name.as_deref() == Some(name));
    let targets = named.flat_map(|(id, _)| names::targets(graph, id));
    targets.filter_map(|target| graph.port(target).number.known()).collect()
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::graph::PortGraph;
    use crate::manifest;
    use crate::source::{Source, Sources};

    #[test]
    fn each_line_tells_whom_prometheus_asks_and_on_which_ports_of_the_pods() {
        let monitor = |kind: &str, name: &str, list: &str| {
            format!(
                "---\napiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: {name}}}\n\
                 spec: {{selector: {{matchLabels: {{app: web}}}}, {list}}}\n"
            )
        };
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {app: web}}\n\
                    spec: {selector: {app: web}, ports: [{name: metrics, port: 80, targetPort: admin}]}\n---\n\
                    apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: web}}\n\
                    spec: {containers: [{name: c, ports: [{name: admin, containerPort: 9000}]}]}\n"
            .to_owned()
            + &monitor(
                "ServiceMonitor",
                "a",
                "endpoints: [{port: metrics}, {targetPort: 9000, path: /m}, {port: x}, {}, {relabelings: [{action: Keep}]}]",
            )
            + &monitor("PodMonitor", "b", "podMetricsEndpoints: [{port: admin}]")
            + &monitor("PodMonitor", "c", "podMetricsEndpoints: [{port: admin}], namespaceSelector: {matchNames: [x]}");
        let sources = Sources::new(vec![Source { name: "web.yaml".to_owned(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
        let told: Vec<String> = lines(&graph).into_iter().map(|line| line.item).collect();
        assert_eq!(
            told,
            [
                "**a** (ServiceMonitor): port `metrics` of Service web (pod port `9000`), at `/metrics`",
                "**a** (ServiceMonitor): port `9000` of Service web (pod port `9000`), at `/m`",
                "**a** (ServiceMonitor): port `x` of Service web, at `/metrics`",
                "**a** (ServiceMonitor): every port of Service web, at `/metrics`",
                "**a** (ServiceMonitor): ports that its relabelings pick of Service web, at `/metrics`",
                "**b** (PodMonitor): port `admin` of Pod p (pod port `9000`), at `/metrics`"
            ]
        );
    }
}
