//! P007: a Service has one port, or one port name, twice.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Service, ServicePort};

pub(super) const CHECK: Check = Check {
    id: "P007",
    name: "duplicate-service-port",
    title: "A Service has a port twice",
    severity: "error",
    what: "Two entries of one Service with the same `port` and protocol, or with the same name. The same number with TCP and UDP is fine.",
    why: "The API server rejects the Service.",
    fix: "Remove one of the two, or give it a number and a name of its own.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services() {
        for (index, port) in service.ports.iter().enumerate() {
            found.extend(service.ports.iter().take(index).find_map(|earlier| finding(service, earlier, port)));
        }
    }
}

fn finding(service: &Service, earlier: &ServicePort, port: &ServicePort) -> Option<Finding> {
    let what = if (earlier.number, earlier.protocol) == (port.number, port.protocol) {
        format!("port {}", words::number(port.number, port.protocol))
    } else if port.name.is_some() && port.name == earlier.name {
        format!("a port named `{}`", port.name.as_deref().unwrap_or_default())
    } else {
        return None;
    };
    let message = format!("Service {} has {what} twice, which the API server rejects", service.id.name);
    let finding = CHECK.finding(Severity::Error, &service.id, message, port.at, "the second".to_owned());
    Some(finding.related(earlier.at, "the first"))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn service(ports: &str) -> Vec<String> {
        found_by("P007", &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: {ports}}}\n"))
    }

    #[test]
    fn numbers_with_their_protocol_and_names_are_unique_in_a_service() {
        let error = |what: &str, place: &str| {
            vec![format!("error 4 `{place}`: Service web has {what} twice, which the API server rejects")]
        };
        assert_eq!(service("[{port: 80, name: a}, {port: 80, name: b}]"), error("port 80", "80"));
        assert_eq!(service("[{port: 80, name: a}, {port: 81, name: a}]"), error("a port named `a`", "81"));
        assert!(service("[{port: 53, name: a}, {port: 53, name: b, protocol: UDP}]").is_empty());
    }
}
