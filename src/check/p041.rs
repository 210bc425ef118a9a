//! P041: one port of a pod, declared twice.

use std::collections::hash_map::{Entry, HashMap};

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Container, ContainerPort, ContainerRole, Protocol, Workload};

pub(super) const CHECK: Check = Check {
    id: "P041",
    name: "duplicate-container-port",
    title: "Two containers of a pod declare the same port",
    severity: "warning for two containers, info for one container that declares it twice",
    what: "The same `containerPort` with the same protocol twice in a pod. The containers of a pod share one network.",
    why: "Only one process of a pod can listen on a port: the second container ends with `address already in use` and is restarted again and \
          again. Twice in one container it is harmless, but one of the two entries is of no use.",
    fix: "Let the containers listen on different ports, or remove the entry that is not true.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads() {
        let mut known: HashMap<(u16, Protocol), (&Container, &ContainerPort)> = HashMap::new();
        for container in workload.containers.iter().filter(|container| container.role != ContainerRole::Init) {
            for port in &container.ports {
                match known.entry((port.number, port.protocol)) {
                    Entry::Occupied(first) => found.extend(finding(workload, *first.get(), (container, port))),
                    Entry::Vacant(place) => {
                        place.insert((container, port));
                    }
                }
            }
        }
    }
}

fn finding(
    workload: &Workload,
    first: (&Container, &ContainerPort),
    second: (&Container, &ContainerPort),
) -> Option<Finding> {
    let ((other, earlier), (container, port)) = (first, second);
    let (who, number) = (words::name(&workload.id), words::number(port.number, port.protocol));
    let (severity, message) = if other.name != container.name {
        let message = format!(
            "containers {} and {} of {who} both declare port {number}: only one of them can listen on it",
            other.name, container.name
        );
        (Severity::Warning, message)
    } else if (earlier.host_stated, &earlier.host_ip) == (port.host_stated, &port.host_ip) {
        (Severity::Info, format!("container {} of {who} declares port {number} twice", container.name))
    } else {
        return None;
    };
    let finding = CHECK.finding(severity, &workload.id, message, port.at, "the second".to_owned());
    Some(finding.related(earlier.at, "the first"))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn pod(containers: &[&str]) -> Vec<String> {
        let container = |(at, ports): (usize, &&str)| format!("{{name: c{at}, image: i, ports: [{ports}]}}");
        let containers: Vec<String> = containers.iter().enumerate().map(container).collect();
        found_by(
            "P041",
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{}]}}\n",
                containers.join(", ")
            ),
        )
    }

    #[test]
    fn pod_02_containers_of_a_pod_share_their_ports() {
        assert_eq!(
            pod(&["{containerPort: 80}", "{containerPort: 80}"]),
            ["warning 4 `80`: containers c0 and c1 of Pod web both declare port 80: only one of them can listen on it"]
        );
        assert!(pod(&["{containerPort: 80, name: a}, {containerPort: 80, name: b}"])[0].starts_with("info "));
        assert!(pod(&["{containerPort: 80}", "{containerPort: 80, protocol: UDP}"]).is_empty());
        assert!(pod(&["{containerPort: 80, hostPort: 80}, {containerPort: 80, hostPort: 81}"]).is_empty());
    }
}
