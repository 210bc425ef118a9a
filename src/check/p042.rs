//! P042: a port of the host machine that leads to nothing.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopKind, Missing, Number, Owner, PortKind};
use crate::manifest::Protocol;

pub(super) const CHECK: Check = Check {
    id: "P042",
    name: "kind-mapping-unused",
    title: "A port mapping of the local cluster leads to nothing",
    severity: "warning where the input has Services and the number is one of a node port; info otherwise",
    what: "An entry of kind's `extraPortMappings` or of k3d's `ports` whose port of the node is no stated nodePort, no hostPort and no port of a \
           pod on the host's network; with k3d, no port of a load balancer either. In kind's configuration, `containerPort` is a port of the node.",
    why: "A request to the host's port is refused. A node port that the cluster chooses by itself cannot be relied on: state it. Ports 80 and 443 \
          are often for an Ingress controller that is installed separately.",
    fix: "State the number as `nodePort` of the Service, or map the node port that it has.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    let has_services = graph.services().next().is_some();
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Map) {
        let (PortKind::Missing(Missing::NodePort(number)), Owner::Cluster(id)) =
            (&graph.port(to).kind, graph.port(from).owner)
        else {
            continue;
        };
        let Some(at) = hop.at else { continue };
        let in_range = context.options.node_ports().contains(number);
        let severity = if in_range && has_services { Severity::Warning } else { Severity::Info };
        let cluster = graph.cluster(id);
        let host = match graph.port(from).number {
            Number::Known(host) => format!("port {host} of the host machine"),
            Number::Auto | Number::Unknown => "a port of the host machine".to_owned(),
        };
        let protocol = graph.port(from).protocol;
        let node = words::number(*number, protocol);
        let message = format!("{host} leads to port {node} of the node, where nothing in the input listens");
        let finding =
            CHECK.finding(severity, &cluster.id, message, at, "a port of the node, not of a container".to_owned());
        found.push(if in_range { finding.help(help(*number, protocol)) } else { finding });
    }
}

fn help(number: u16, protocol: Protocol) -> String {
    let with =
        if protocol == Protocol::Tcp { String::new() } else { format!(", for a port with `protocol: {protocol}`") };
    format!("state `nodePort: {number}` in the Service that is meant{with}")
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn mapping(node: u16, service: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{{extraPortMappings: [{{containerPort: {node}, hostPort: 8080}}]}}]\n---\n{service}"
        );
        found_by("P042", &text)
    }

    fn service(port: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{type: NodePort, ports: [{{{port}}}]}}\n"
        )
    }

    #[test]
    fn loc_08_a_port_of_k3d_may_lead_to_a_load_balancer() {
        let found = |ports: &str| {
            let cluster =
                "apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata: {name: dev}\nports: [{port: '8080:80'}]\n---\n";
            let service = format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{type: LoadBalancer, ports: [{{{ports}}}]}}\n"
            );
            found_by("P042", &format!("{cluster}{service}"))
        };
        assert!(found("port: 80").is_empty());
        assert_eq!(
            found("port: 81"),
            [
                "info 4 `'8080:80'`: port 8080 of the host machine leads to port 80 of the node, where nothing in the input listens"
            ]
        );
    }

    #[test]
    fn loc_02_a_mapping_needs_a_node_port_of_its_protocol() {
        let text = "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{extraPortMappings: [{containerPort: 30053, hostPort: 53, protocol: UDP}]}]\n---\n";
        let text = format!("{text}{}", service("port: 53, nodePort: 30053"));
        let message =
            "port 53 of the host machine leads to port 30053/UDP of the node, where nothing in the input listens";
        assert_eq!(found_by("P042", &text), [format!("warning 3 `30053`: {message}")]);
        assert_eq!(
            helps("P042", &text),
            ["state `nodePort: 30053` in the Service that is meant, for a port with `protocol: UDP`"]
        );
    }

    #[test]
    fn loc_04_a_mapping_to_nothing_is_told() {
        let message =
            "port 8080 of the host machine leads to port 30081 of the node, where nothing in the input listens";
        assert_eq!(mapping(30081, &service("port: 80, nodePort: 30080")), [format!("warning 3 `30081`: {message}")]);
        assert_eq!(mapping(30081, ""), [format!("info 3 `30081`: {message}")]);
        assert!(mapping(80, &service("port: 80"))[0].starts_with("info "));
        assert!(mapping(30080, &service("port: 80, nodePort: 30080")).is_empty());
    }
}
