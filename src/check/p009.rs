//! P009: a node port that the cluster does not hand out.

use super::{Check, Context, Finding, Severity};
use crate::manifest::ServiceType;

pub(super) const CHECK: Check = Check {
    id: "P009",
    name: "node-port-range",
    title: "A node port is outside of the cluster's range",
    severity: "warning",
    what: "A stated `nodePort` outside of the range that the API server hands out: 30000-32767, unless `--node-port-range` says otherwise.",
    why: "The API server rejects the Service with `provided port is not in the valid range`, unless its --service-node-port-range was \
          widened.",
    fix: "Choose a number of the range. To be reached on a port such as 80, use a LoadBalancer, an Ingress or a hostPort. Where the range \
          is another one, state it: `--node-port-range 1-65535`.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let range = context.options.node_ports();
    let opens = |kind: ServiceType| matches!(kind, ServiceType::NodePort | ServiceType::LoadBalancer);
    for (_, service) in context.graph.services().filter(|(_, service)| opens(service.kind)) {
        for port in &service.ports {
            let Some(number) = port.node_port.filter(|number| !range.contains(number)) else { continue };
            let message = format!(
                "Service {} asks for node port {number}, outside of {}-{}: the API server rejects it unless its range was widened",
                service.id.name,
                range.start(),
                range.end()
            );
            let label = "not in --service-node-port-range, as far as is known".to_owned();
            let finding = CHECK.finding(Severity::Warning, &service.id, message, port.node_port_at, label);
            found.push(finding.help(help(number, port.number)));
        }
    }
}

fn help(number: u16, port: u16) -> String {
    let choose = "write a number from the range, or leave nodePort out";
    if number == port { format!("{choose}; nodePort need not be the Service's port {port}") } else { choose.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::check::Options;
    use crate::check::tests::{found_by, found_with};

    const LOW: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, ports: [{port: 80, nodePort: 8080}]}\n";

    #[test]
    fn a_number_outside_of_the_range_is_told_unless_the_range_is_wider() {
        assert_eq!(
            found_by("P009", LOW),
            [
                "warning 4 `8080`: Service web asks for node port 8080, outside of 30000-32767: the API server rejects it unless its range was widened"
            ]
        );
        let wide = Options {
            select: vec!["P009".parse().unwrap()],
            node_port_range: Some("1-65535".parse().unwrap()),
            ..Options::default()
        };
        assert!(found_with(wide, LOW).is_empty());
    }

    #[test]
    fn the_ends_of_the_range_are_in_it() {
        for number in ["30000", "32767"] {
            assert!(found_by("P009", &LOW.replace("8080", number)).is_empty(), "{number}");
        }
        assert_eq!(found_by("P009", &LOW.replace("8080", "32768")).len(), 1);
    }
}
