//! P025: a caller asks for a port that the Service does not have.

use super::find::{Call, calls};
use super::{Check, Context, Finding, Severity, words};
use crate::graph::{How, Missing, PortKind};
use crate::manifest::{PortRef, Service};

pub(super) const CHECK: Check = Check {
    id: "P025",
    name: "client-port-missing",
    title: "A workload calls a port that the Service does not have",
    severity: "error where an environment variable or argument states the port; warning where a scheme or a ConfigMap implies it",
    what: "An address in the environment, the arguments or a ConfigMap of a workload that names a Service of the input with a port that \
           this Service does not have.",
    why: "The connection times out or is refused. Mostly the number is the container's or the node's, or the Service's port changed.",
    fix: "Write the Service's `port`; behind a headless Service, the container's port.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for call in calls(context) {
        if let PortKind::Missing(Missing::ServicePort(namespace, name, PortRef::Number(number))) = &call.to.kind
            && let Some(service) = context.service(namespace, name)
        {
            found.push(finding(&call, service, *number));
        }
    }
}

fn finding(call: &Call<'_>, service: &Service, number: u16) -> Finding {
    let is_certain = call.hop.how == How::Stated && !call.evidence.place.contains("ConfigMap");
    let severity = if is_certain { Severity::Error } else { Severity::Warning };
    let id = &call.caller().id;
    let name = words::service(&service.id.name, &service.id.namespace, &id.namespace);
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    let has = if has.is_empty() { "no ports".to_owned() } else { words::list(&has) };
    let message = format!(
        "{} {} port {number} of {name}, which has {has}",
        call.callers(),
        if call.workloads.len() == 1 { "calls" } else { "call" }
    );
    let label = format!("{}: {}", call.evidence.place, call.evidence.text);
    let finding = CHECK.finding(severity, id, message, call.at, label);
    let finding = service.ports.iter().take(3).fold(finding, |finding, port| {
        finding.related(port.at, format!("the Service has {}", words::service_port(port)))
    });
    match help(service, number) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn help(service: &Service, number: u16) -> Option<String> {
    let target = service.ports.iter().find(|port| port.target == PortRef::Number(number));
    let node = service.ports.iter().find(|port| port.node_port == Some(number));
    match (target, node, service.ports.as_slice()) {
        (Some(port), _, _) => {
            Some(format!("{number} is the container's port; the Service listens on {0}: write {0}", port.number))
        }
        (_, Some(port), _) => Some(format!("{number} is the node port; inside of the cluster write {}", port.number)),
        (None, None, [only]) => Some(format!("write {}", only.number)),
        (None, None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn call(value: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: c, image: i, env: [{{name: API_URL, value: '{value}'}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec: {{type: NodePort, ports: [{{port: 80, targetPort: 8080, nodePort: 30080}}]}}\n"
        )
    }

    #[test]
    fn cli_11_a_port_that_the_service_lacks_is_told_with_what_it_is() {
        assert_eq!(
            found_by("P025", &call("http://api:8080/v1")),
            ["error 4 `'http://api:8080/v1'`: Pod web calls port 8080 of Service api, which has 80"]
        );
        assert_eq!(
            helps("P025", &call("http://api:8080/v1")),
            ["8080 is the container's port; the Service listens on 80: write 80"]
        );
        assert_eq!(
            helps("P025", &call("http://api:30080")),
            ["30080 is the node port; inside of the cluster write 80"]
        );
    }

    #[test]
    fn a_port_from_a_scheme_is_a_warning_and_the_right_one_is_fine() {
        assert!(found_by("P025", &call("https://api"))[0].starts_with("warning "));
        for value in ["http://api", "http://api:80", "http://elsewhere:8080", "api"] {
            assert!(found_by("P025", &call(value)).is_empty(), "{value}");
        }
    }
}
