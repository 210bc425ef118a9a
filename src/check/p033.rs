//! P033: ports of nodes that lead to pods.

use super::find::declared;
use super::{Check, Context, Finding, Severity, words};
use crate::graph::node_port_number;
use crate::manifest::{Service, ServiceType, Workload};

pub(super) const CHECK: Check = Check {
    id: "P033",
    name: "node-exposure",
    title: "A port is open on nodes",
    severity: "info",
    what: "Services of type NodePort, and pods with a `hostPort` or on the host's network.",
    why: "Whoever reaches a node reaches the port: every node's for a NodePort, that of the pod's node for a hostPort.",
    fix: "Nothing, if it is meant; else a Service of type ClusterIP, and an Ingress or a Gateway in front of it.",
    elsewhere: "kube-linter exposed-services and host-network, popeye POP-1104, kube-score service-type, polaris hostPortSet and hostNetworkSet",
    pedantic: true,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let services = context.graph.services().map(|(_, service)| service);
    found.extend(services.filter(|service| service.kind == ServiceType::NodePort).flat_map(node_ports));
    found.extend(context.graph.workloads().flat_map(|(_, workload)| host_ports(workload)));
}

fn node_ports(service: &Service) -> impl Iterator<Item = Finding> {
    service.ports.iter().map(|port| {
        let number = node_port_number(service, port).map_or_else(
            || "a node port that the cluster chooses".to_owned(),
            |number| format!("node port {}", words::number(number, port.protocol)),
        );
        let message = format!("Service {} can be reached by {number}, on every node", service.id.name);
        CHECK.finding(Severity::Info, &service.id, message, port.node_port_at, "open on every node".to_owned())
    })
}

fn host_ports(workload: &Workload) -> impl Iterator<Item = Finding> {
    declared(workload).filter_map(|port| {
        let number = words::number(port.host_port?, port.protocol);
        let message = format!("{} can be reached by port {number} of the node it runs on", words::name(&workload.id));
        let at = port.host_at.unwrap_or(port.at);
        Some(CHECK.finding(Severity::Info, &workload.id, message, at, "open on the pod's node".to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    #[test]
    fn np_03_two_protocols_of_one_port_share_a_node_port() {
        let ports = "{name: a, port: 53, protocol: UDP, nodePort: 30053}, {name: b, port: 53}";
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: dns}}\nspec: {{type: NodePort, ports: [{ports}]}}\n"
        );
        assert_eq!(
            found_by("P033", &text),
            [
                "info 4 `30053`: Service dns can be reached by node port 30053/UDP, on every node",
                "info 4 `53`: Service dns can be reached by node port 30053, on every node",
            ]
        );
    }

    #[test]
    fn node_ports_and_host_ports_are_told_as_what_they_are() {
        let text = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}, {port: 81}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81}]}]}
";
        assert_eq!(
            found_by("P033", text),
            [
                "info 4 `30080`: Service web can be reached by node port 30080, on every node",
                "info 4 `81`: Service web can be reached by a node port that the cluster chooses, on every node",
                "info 9 `8080`: Pod p can be reached by port 8080 of the node it runs on",
            ]
        );
    }
}
