//! P008: one node port for two.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity};
use crate::manifest::{Service, ServicePort, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P008",
    name: "duplicate-node-port",
    title: "Two Services ask for the same node port",
    severity: "error; warning for two ports of one Service that differ in port and protocol",
    what: "The same `nodePort` stated twice: by two Services, of whatever protocol and namespace, or by two ports of one Service. One \
           Service may use one number for TCP and UDP if both entries have the same `port`.",
    why: "Node ports are handed out once in a cluster, by number alone. The API server rejects the second Service with `provided port is \
          already allocated`, so a deployment stops half-way, or only in the cluster that has both.",
    fix: "Give one of them another number, or leave `nodePort` out and let the cluster choose.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut stated: BTreeMap<u16, Vec<(&Service, &ServicePort)>> = BTreeMap::new();
    let opens = |service: &Service| matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer);
    for (_, service) in context.graph.services().filter(|(_, service)| opens(service)) {
        for port in &service.ports {
            if let Some(number) = port.node_port {
                stated.entry(number).or_default().push((service, port));
            }
        }
    }
    for (number, mut ports) in stated {
        // Who comes first in the files has it.
        ports.sort_by_key(|(_, port)| port.node_port_at);
        for (index, second) in ports.iter().enumerate() {
            found.extend(ports.iter().take(index).find_map(|first| finding(number, *first, *second)));
        }
    }
}

fn finding(number: u16, first: (&Service, &ServicePort), second: (&Service, &ServicePort)) -> Option<Finding> {
    let ((other, earlier), (service, port)) = (first, second);
    let name = &service.id.name;
    let (severity, message) = if other.id != service.id {
        let elsewhere = super::words::service(&other.id.name, &other.id.namespace, &service.id.namespace);
        let message = format!(
            "Service {name} asks for node port {number}, which {elsewhere} has: a cluster gives it to one of them only"
        );
        (Severity::Error, message)
    } else if earlier.protocol == port.protocol {
        (Severity::Error, format!("Service {name} has node port {number} twice, which the API server rejects"))
    } else if earlier.number != port.number {
        let message = format!(
            "Service {name} has node port {number} for port {} and port {}, which the API server rejects when it creates the Service",
            earlier.number, port.number
        );
        (Severity::Warning, message)
    } else {
        return None;
    };
    let label = "node port numbers are unique in a cluster, whatever the protocol".to_owned();
    let finding = CHECK.finding(severity, &service.id, message, port.node_port_at, label);
    let help = "choose another number, or leave nodePort out: the cluster chooses a free one";
    Some(finding.related(earlier.node_port_at, format!("taken by Service {}", other.id.name)).help(help))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn services(kind: &str, ports: &[&str]) -> Vec<String> {
        let service = |(at, ports): (usize, &&str)| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: s{at}}}\nspec: {{type: {kind}, ports: {ports}}}\n---\n"
            )
        };
        found_by("P008", &ports.iter().enumerate().map(service).collect::<String>())
    }

    #[test]
    fn np_04_a_number_is_given_once_whatever_the_protocol() {
        assert_eq!(
            services("NodePort", &["[{port: 53, nodePort: 30053}]", "[{port: 53, protocol: UDP, nodePort: 30053}]"]),
            [
                "error 9 `30053`: Service s1 asks for node port 30053, which Service s0 has: a cluster gives it to one of them only"
            ]
        );
    }

    #[test]
    fn np_05_one_service_may_share_it_between_protocols_of_one_port() {
        assert!(
            services("NodePort", &["[{port: 53, nodePort: 30053}, {port: 53, protocol: UDP, nodePort: 30053}]"])
                .is_empty()
        );
        let other_port =
            services("NodePort", &["[{port: 53, nodePort: 30053}, {port: 54, protocol: UDP, nodePort: 30053}]"]);
        assert!(other_port[0].starts_with("warning "), "{other_port:?}");
        let twice = services("LoadBalancer", &["[{port: 53, nodePort: 30053}, {port: 54, nodePort: 30053}]"]);
        assert!(twice[0].starts_with("error "), "{twice:?}");
    }

    #[test]
    fn different_numbers_and_types_without_node_ports_are_fine() {
        assert!(
            services("NodePort", &["[{port: 80, nodePort: 30080}]", "[{port: 80, nodePort: 30081}]", "[{port: 80}]"])
                .is_empty()
        );
        assert!(services("ClusterIP", &["[{port: 80, nodePort: 30080}]", "[{port: 80, nodePort: 30080}]"]).is_empty());
    }
}
