//! P004: the target port is declared with another protocol.

use super::find::{Aim, declared};
use super::{Check, Context, Finding, Severity};
use crate::manifest::{ContainerPort, PortRef};

pub(super) const CHECK: Check = Check {
    id: "P004",
    name: "target-port-protocol",
    title: "The target port has another protocol",
    severity: "error where targetPort is a name, warning where it is a number",
    what: "A Service port whose targetPort the pods declare, but with another protocol: `dns` is UDP in the container and TCP in the \
           Service, say. A protocol that is not stated is TCP.",
    why: "A name is looked up together with the protocol: with the wrong one the Service port has no endpoints. A number is used as it \
          is, so it works if the pod listens with both protocols.",
    fix: "State the same `protocol` on both sides, or declare the port a second time with the other protocol.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    found.extend(context.aims().iter().filter_map(finding));
}

fn finding(aim: &Aim<'_>) -> Option<Finding> {
    let all = aim.workloads.iter().flat_map(|workload| declared(workload));
    let all: Vec<&ContainerPort> = all.filter(|port| port.is_called(&aim.port.target)).collect();
    if all.iter().any(|port| port.protocol == aim.port.protocol) {
        return None;
    }
    let other = all.first()?;
    let (wanted, service, target) = (aim.port.protocol, &aim.service.id, &aim.port.target);
    let who = aim.workload_names();
    let (severity, message) = match target {
        PortRef::Name(_) => (
            Severity::Error,
            format!(
                "port {}/{wanted} of Service {} has no endpoints: {who} names its {} port `{target}`, not a {wanted} one",
                aim.port.number, service.name, other.protocol
            ),
        ),
        PortRef::Number(_) => (
            Severity::Warning,
            format!(
                "Service {} sends {wanted} to port {target}, but {who} declares it for {}",
                service.name, other.protocol
            ),
        ),
    };
    let label = format!("looked for with {wanted}");
    let help = format!("write `protocol: {}` in the Service, or `protocol: {wanted}` in the container", other.protocol);
    let finding = CHECK.finding(severity, service, message, aim.port.target_at, label).help(help);
    Some(finding.related(other.at, format!("declared as {}/{}", other.number, other.protocol)))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn dns(service: &str, container: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: dns, labels: {{app: dns}}}}\nspec: {{containers: [{{name: c, image: i, ports: {container}}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: dns}}\nspec: {{selector: {{app: dns}}, ports: [{service}]}}\n"
        );
        found_by("P004", &text)
    }

    #[test]
    fn a_name_of_another_protocol_is_an_error_and_a_number_a_warning() {
        assert_eq!(
            dns("{port: 53, targetPort: dns}", "[{name: dns, containerPort: 53, protocol: UDP}]"),
            [
                "error 9 `dns`: port 53/TCP of Service dns has no endpoints: Pod dns names its UDP port `dns`, not a TCP one"
            ]
        );
        assert_eq!(
            dns("{port: 53, protocol: UDP}", "[{containerPort: 53}]"),
            ["warning 9 `53`: Service dns sends UDP to port 53, but Pod dns declares it for TCP"]
        );
    }

    #[test]
    fn a_port_declared_for_both_is_fine() {
        let both = "[{name: tcp, containerPort: 53}, {name: dns, containerPort: 53, protocol: UDP}]";
        assert!(dns("{port: 53, protocol: UDP}", both).is_empty());
        assert!(dns("{port: 53, protocol: UDP, targetPort: dns}", both).is_empty());
        assert!(dns("{port: 80}", both).is_empty());
    }
}
