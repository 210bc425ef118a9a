//! P047: TCP and UDP on one number, which `kubectl apply` may merge into one.

use super::{Check, Context, Finding, Severity};

pub(super) const CHECK: Check = Check {
    id: "P047",
    name: "mixed-protocol-apply",
    title: "A Service has one number with two protocols",
    severity: "info",
    what: "Two ports of one Service with the same number and different protocols, such as 53/TCP and 53/UDP.",
    why: "It is allowed and works. But client-side `kubectl apply` tells the entries of a list apart by `port` alone, so that changing one of the two \
          later can lose the other.",
    fix: "Apply such Services with `kubectl apply --server-side`.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services() {
        for (index, port) in service.ports.iter().enumerate() {
            let twin =
                |other: &&crate::manifest::ServicePort| other.number == port.number && other.protocol != port.protocol;
            if let Some(first) = service.ports.iter().take(index).find(twin) {
                let message = format!(
                    "Service {} has port {} for {} and {}: client-side `kubectl apply` may lose one of them in an update",
                    service.id.name, port.number, first.protocol, port.protocol
                );
                let finding =
                    CHECK.finding(Severity::Info, &service.id, message, port.at, format!("{}", port.protocol));
                found
                    .push(finding.related(first.at, first.protocol.as_str()).help("use `kubectl apply --server-side`"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    #[test]
    fn mrg_01_one_number_with_two_protocols_is_told() {
        let service = |ports: &str| {
            found_by(
                "P047",
                &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: dns}}\nspec: {{ports: {ports}}}\n"),
            )
        };
        assert_eq!(
            service("[{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]"),
            [
                "info 4 `53`: Service dns has port 53 for TCP and UDP: client-side `kubectl apply` may lose one of them in an update"
            ]
        );
        assert!(service("[{name: a, port: 53}, {name: b, port: 54, protocol: UDP}]").is_empty());
    }
}
