//! P013: a hostPort that differs from the container port, on the host's network.

use super::{Check, Context, Finding, Severity, words};

pub(super) const CHECK: Check = Check {
    id: "P013",
    name: "host-network-port",
    title: "With hostNetwork, hostPort and containerPort differ",
    severity: "error",
    what: "A pod with `hostNetwork: true` and a `hostPort` that is not equal to its `containerPort`.",
    why: "On the host's network a container port is the node's port, so there is nothing to translate: the API server rejects the object.",
    fix: "Remove hostPort, or write the same number.",
    elsewhere: "kube-linter host-network and polaris hostNetworkSet (every use of hostNetwork)",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads().filter(|(_, workload)| workload.host_network) {
        for port in workload.containers.iter().flat_map(|container| &container.ports) {
            let Some((number, at)) = port.host_stated.zip(port.host_at) else { continue };
            if number != port.number {
                let message = format!(
                    "{} is on the host's network, so hostPort {number} cannot lead to containerPort {}: the API server rejects it",
                    words::name(&workload.id),
                    port.number
                );
                let label = format!("has to be {}", port.number);
                let finding = CHECK.finding(Severity::Error, &workload.id, message, at, label);
                found.push(finding.related(port.at, "the container listens here").help("remove hostPort"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn pod(spec: &str) -> Vec<String> {
        found_by("P013", &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"))
    }

    #[test]
    fn on_the_hosts_network_both_numbers_are_one() {
        let containers = |ports: &str| format!("containers: [{{name: c, image: i, ports: [{ports}]}}]");
        let differing = containers("{containerPort: 8080, hostPort: 80}");
        assert_eq!(
            pod(&format!("hostNetwork: true, {differing}")),
            [
                "error 4 `80`: Pod web is on the host's network, so hostPort 80 cannot lead to containerPort 8080: the API server rejects it"
            ]
        );
        assert!(pod(&differing).is_empty());
        assert!(
            pod(&format!(
                "hostNetwork: true, {}",
                containers("{containerPort: 80, hostPort: 80}, {containerPort: 81}")
            ))
            .is_empty()
        );
    }
}
