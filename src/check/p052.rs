//! P052: a monitor that asks a port which nothing it selects has.

use super::{Check, Context, Finding, Severity, find, words};
use crate::graph::Monitored;
use crate::manifest::{Asks, MonitorEndpoint, ObjectId, PortRef};

pub(super) const CHECK: Check = Check {
    id: "P052",
    name: "monitor-port-unknown",
    title: "A monitor asks a port that nothing it selects has",
    severity: "warning; info where the input has several definitions of one of them, so that variants are mixed",
    what: "A ServiceMonitor whose `endpoints[].port` is the name of no port of the Services that it selects in the input, or a PodMonitor \
           whose `podMetricsEndpoints[].port` is the name of no container port of the pods that it selects. The same of `targetPort` and \
           `portNumber`, which a container has to declare.",
    why: "Prometheus drops every target of the endpoint: no metrics and no error. Only an alert about missing metrics would tell.",
    fix: "Write the name of the Service port (of a ServiceMonitor) or of the container port (of a PodMonitor); a ServiceMonitor can name a \
          container port with `targetPort`. Where a sidecar that is injected later has the port, ignore the finding.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for monitored in context.graph.monitored() {
        for endpoint in &monitored.monitor.endpoints {
            let asked = asked(context, &monitored, endpoint).filter(|asked| !asked.is_there());
            found.extend(asked.map(|asked| asked.finding(context, &monitored, endpoint)));
        }
    }
}

/// The port that an endpoint asks, and what those have whom it asks.
struct Asked<'g> {
    port: PortRef,
    who: Vec<&'g ObjectId>,
    /// Number and name of each port, and what findings call it.
    has: Vec<(u16, Option<&'g str>, String)>,
}

/// Nothing where an endpoint asks every port, or where the input does not have all of those whom it asks.
fn asked<'g>(context: &Context<'g>, monitored: &Monitored<'g>, endpoint: &MonitorEndpoint) -> Option<Asked<'g>> {
    match (monitored.monitor.asks, &endpoint.port) {
        (Asks::Services, Some(name)) => of_services(context, monitored, name),
        _ => of_pods(context, monitored, monitored.monitor.container_port(endpoint)?),
    }
}

/// What Services have. Those without a selector have the ports of their endpoints, whatever they are called (EP-01).
fn of_services<'g>(context: &Context<'g>, monitored: &Monitored<'g>, name: &str) -> Option<Asked<'g>> {
    let services: Vec<_> = monitored.services.iter().map(|id| context.graph.service(*id)).collect();
    if services.is_empty() || services.iter().any(|service| service.selector.is_none()) {
        return None;
    }
    let ports = services.iter().flat_map(|service| &service.ports);
    Some(Asked {
        port: PortRef::Name(name.into()),
        who: services.iter().map(|service| &service.id).collect(),
        has: ports.map(|port| (port.number, port.name.as_deref(), words::service_port(port))).collect(),
    })
}

/// What the containers of pods have.
fn of_pods<'g>(context: &Context<'g>, monitored: &Monitored<'g>, port: PortRef) -> Option<Asked<'g>> {
    let is_partly_known = monitored.services.iter().any(|id| context.selected(*id).is_empty());
    if monitored.workloads.is_empty() || is_partly_known {
        return None;
    }
    let workloads = monitored.workloads.iter().map(|id| context.graph.workload(*id));
    let ports = workloads.clone().flat_map(find::declared);
    let has = ports.map(|port| (port.number, port.name.as_deref(), words::container_port(port))).collect();
    Some(Asked { port, who: workloads.map(|workload| &workload.id).collect(), has })
}

impl Asked<'_> {
    fn is_there(&self) -> bool {
        self.has.iter().any(|(number, name, _)| match &self.port {
            PortRef::Number(wanted) => number == wanted,
            PortRef::Name(wanted) => *name == Some(wanted.as_str()) || is_pattern(wanted),
        })
    }

    fn finding(&self, context: &Context<'_>, monitored: &Monitored<'_>, endpoint: &MonitorEndpoint) -> Finding {
        let id = &monitored.monitor.id;
        let is_mixed = std::iter::once(id).chain(self.who.iter().copied()).any(|id| !context.is_defined_once(id));
        let severity = if is_mixed { Severity::Info } else { Severity::Warning };
        let who: Vec<String> = self.who.iter().map(|id| words::name(id)).collect();
        let port = match &self.port {
            PortRef::Number(number) => format!("port {number}"),
            PortRef::Name(name) => format!("the port named `{name}`"),
        };
        let verb = if who.len() == 1 { "has" } else { "have" };
        let message = format!("{} asks {port}, but {} {verb} {}", words::name(id), words::list(&who), self.ports());
        let finding = CHECK.finding(severity, id, message, endpoint.at, "no such port there".to_owned());
        match self.help(context, monitored) {
            Some(help) => finding.help(help),
            None => finding,
        }
    }

    fn ports(&self) -> String {
        let ports = words::distinct(self.has.iter().map(|(.., port)| port.clone()));
        if ports.is_empty() { "no ports in the input".to_owned() } else { format!("only {}", words::list(&ports)) }
    }

    fn help(&self, context: &Context<'_>, monitored: &Monitored<'_>) -> Option<String> {
        let PortRef::Name(wanted) = &self.port else { return None };
        let mut declared = monitored.workloads.iter().flat_map(|id| find::declared(context.graph.workload(*id)));
        if monitored.monitor.asks == Asks::Services && declared.any(|port| port.name.as_ref() == Some(wanted)) {
            return Some(format!("write `targetPort: {wanted}`; a container has a port of this name, no Service has"));
        }
        let near = words::nearest(wanted, self.has.iter().filter_map(|(_, name, _)| *name))?;
        Some(format!("write `{near}`"))
    }
}

/// Prometheus takes the name for a regular expression.
fn is_pattern(name: &str) -> bool {
    name.contains(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn monitor(kind: &str, spec: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, labels: {{app: web}}}}\n\
             spec: {{selector: {{app: web}}, ports: [{{name: metrics, port: 80, targetPort: admin}}]}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: web}}}}\n\
             spec: {{containers: [{{name: c, ports: [{{name: admin, containerPort: 9000}}, {{name: own, containerPort: 9001}}]}}]}}\n---\n\
             apiVersion: monitoring.coreos.com/v1\nkind: {kind}\nmetadata: {{name: m}}\n\
             spec: {{selector: {{matchLabels: {{app: web}}}}, {spec}}}\n"
        )
    }

    fn services(endpoint: &str) -> String {
        monitor("ServiceMonitor", &format!("endpoints: [{endpoint}]"))
    }

    fn pods(endpoint: &str) -> String {
        monitor("PodMonitor", &format!("podMetricsEndpoints: [{endpoint}]"))
    }

    #[test]
    fn a_service_monitor_names_service_ports() {
        for right in ["{port: metrics}", "{path: /m}", "{port: 'metrics|web'}", "{port: metrics, targetPort: 1}"] {
            assert!(found_by("P052", &services(right)).is_empty(), "{right}");
        }
        assert_eq!(
            found_by("P052", &services("{port: metrics}, {port: admin}")),
            ["warning 14 `admin`: ServiceMonitor m asks the port named `admin`, but Service web has only 80 (metrics)"]
        );
        assert_eq!(helps("P052", &services("{port: metric}")), ["write `metrics`"]);
        assert_eq!(
            helps("P052", &services("{port: admin}")),
            ["write `targetPort: admin`; a container has a port of this name, no Service has"]
        );
    }

    #[test]
    fn target_ports_and_pod_monitors_name_container_ports() {
        for right in ["{targetPort: own}", "{targetPort: 9001}"] {
            assert!(found_by("P052", &services(right)).is_empty(), "{right}");
        }
        for right in ["{port: own}", "{portNumber: 9000}", "{path: /m}"] {
            assert!(found_by("P052", &pods(right)).is_empty(), "{right}");
        }
        let only = "only 9000 (admin) and 9001 (own)";
        for (wrong, told) in [
            (services("{targetPort: 80}"), "`80`: ServiceMonitor m asks port 80"),
            (services("{targetPort: metrics}"), "`metrics`: ServiceMonitor m asks the port named `metrics`"),
            (pods("{port: metrics}"), "`metrics`: PodMonitor m asks the port named `metrics`"),
        ] {
            assert_eq!(found_by("P052", &wrong), [format!("warning 14 {told}, but Pod p has {only}")]);
        }
    }

    #[test]
    fn what_the_input_does_not_have_may_be_right() {
        let wrong = services("{port: x}");
        assert_eq!(found_by("P052", &wrong).len(), 1);
        for (what, with) in [
            ("selector: {matchLabels: {app: web}}", "selector: {matchLabels: {app: other}}"),
            ("endpoints:", "namespaceSelector: {matchNames: [b]}, endpoints:"),
            ("spec: {selector: {app: web}, ports", "spec: {ports"),
        ] {
            assert!(found_by("P052", &wrong.replace(what, with)).is_empty(), "{with}");
        }
        let elsewhere = services("{targetPort: x}")
            .replace("kind: Pod\nmetadata: {name: p,", "kind: Pod\nmetadata: {name: p, namespace: b,");
        assert!(found_by("P052", &elsewhere).is_empty(), "the pods are not in the input");
        assert!(found_by("P052", &format!("{wrong}---\n{wrong}")).iter().all(|line| line.starts_with("info")));
    }

    #[test]
    fn a_port_that_is_asked_is_used() {
        for asked in [services("{targetPort: own}"), services("{targetPort: 9001}"), pods("{port: own}")] {
            assert!(found_by("P036", &asked).is_empty(), "{asked}");
        }
        assert_eq!(found_by("P036", &pods("{port: admin}")).len(), 1);
    }
}
