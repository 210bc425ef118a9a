//! P006: a Service with several ports, one of which has no name.

use super::{Check, Context, Finding, Severity, words};

pub(super) const CHECK: Check = Check {
    id: "P006",
    name: "unnamed-port",
    title: "A port of a Service with several ports has no name",
    severity: "error",
    what: "A Service with two or more ports of which at least one has no `name`.",
    why: "The API server rejects the Service: with more than one port every one needs a name.",
    fix: "Name every port, for what it serves: `http`, `metrics`, `grpc`.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services().filter(|(_, service)| service.ports.len() > 1) {
        for port in service.ports.iter().filter(|port| port.name.is_none()) {
            let number = words::number(port.number, port.protocol);
            let message = format!(
                "port {number} of Service {} has no name, which the API server rejects: the Service has {} ports",
                service.id.name,
                service.ports.len()
            );
            let label = "this port needs a `name`".to_owned();
            found.push(
                CHECK.finding(Severity::Error, &service.id, message, port.at, label).help("add `name:` to the port"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn service(ports: &str) -> Vec<String> {
        found_by("P006", &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: {ports}}}\n"))
    }

    #[test]
    fn only_a_single_port_may_have_no_name() {
        assert_eq!(
            service("[{port: 80}, {port: 81, name: b}]"),
            ["error 4 `80`: port 80 of Service web has no name, which the API server rejects: the Service has 2 ports"]
        );
        assert!(service("[{port: 80}]").is_empty());
        assert!(service("[{port: 80, name: a}, {port: 81, name: b}]").is_empty());
    }
}
