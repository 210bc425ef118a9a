//! P012: more pods than one, each of which wants the same port of its node.

use super::find::declared;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Lifetime, Pods};

pub(super) const CHECK: Check = Check {
    id: "P012",
    name: "host-port-replicas",
    title: "Several replicas want the same port of a node",
    severity: "warning",
    what: "A workload with more than one replica whose pods take a `hostPort`, or a port of the host's network.",
    why: "Each replica needs a node of its own. On a smaller cluster the others stay Pending, and a rolling update cannot place the new pod \
          before an old one is gone.",
    fix: "Use a DaemonSet for one pod per node, a Service instead of the hostPort, or one replica.",
    elsewhere: "polaris hostPortSet (every use of a hostPort)",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads().filter(|(_, workload)| workload.lifetime == Lifetime::Lasting) {
        let Pods::Count(count @ 2..) = workload.pods else { continue };
        let Some((port, number)) = declared(workload).find_map(|port| Some((port, port.host_port?))) else { continue };
        let port_number = words::number(number, port.protocol);
        let message = format!(
            "{} has {count} replicas, each of which takes port {port_number} of its node: it needs {count} nodes",
            words::name(&workload.id)
        );
        let label = "a node has this port once".to_owned();
        found.push(CHECK.finding(Severity::Warning, &workload.id, message, port.host_at.unwrap_or(port.at), label));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn replicas(count: u32, port: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{replicas: {count}, template: {{spec: {{containers: [{{name: c, image: i, ports: [{port}]}}]}}}}}}\n"
        );
        found_by("P012", &text)
    }

    #[test]
    fn several_replicas_with_a_host_port_need_as_many_nodes() {
        assert_eq!(
            replicas(3, "{containerPort: 8080, hostPort: 80}"),
            [
                "warning 4 `80`: Deployment web has 3 replicas, each of which takes port 80 of its node: it needs 3 nodes"
            ]
        );
        assert!(replicas(1, "{containerPort: 8080, hostPort: 80}").is_empty());
        assert!(replicas(3, "{containerPort: 8080}").is_empty());
    }
}
