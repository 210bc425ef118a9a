//! Local clusters (SEMANTICS §7).

use super::{entries, ingress, pod, svc};

fn kind(mappings: &str) -> String {
    format!(
        "{{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, nodes: [{{role: control-plane, extraPortMappings: [{mappings}]}}]}}"
    )
}

fn node_port() -> String {
    svc("s", "type: NodePort, ports: [{port: 80, nodePort: 30080}]")
}

/// The hops from and to the host machine.
fn machine(documents: &[String]) -> Vec<String> {
    entries(documents).into_iter().filter(|line| line.contains("machine")).collect()
}

#[test]
fn loc_01_the_host_port_is_on_the_machine_and_the_container_port_on_the_node() {
    assert_eq!(
        machine(&[kind("{containerPort: 30080, hostPort: 8080}"), node_port()]),
        ["machine -> machine:8080", "machine:8080 -> node svc s:30080"]
    );
}

#[test]
fn loc_01_a_host_port_of_zero_or_minus_one_is_chosen_later() {
    for host in ["", ", hostPort: 0", ", hostPort: -1"] {
        assert_eq!(
            machine(&[kind(&format!("{{containerPort: 30080{host}}}")), node_port()]),
            ["machine -> machine:auto", "machine:auto -> node svc s:30080"]
        );
    }
}

#[test]
fn loc_01_the_protocol_may_be_in_lower_case() {
    let service = svc("s", "type: NodePort, ports: [{port: 53, protocol: UDP, nodePort: 30053}]");
    assert_eq!(
        machine(&[kind("{containerPort: 30053, hostPort: 53, protocol: udp}"), service]),
        ["machine -> machine:53/UDP", "machine:53/UDP -> node svc s:30053/UDP"]
    );
}

#[test]
fn loc_02_a_mapping_joins_by_protocol_too() {
    assert_eq!(
        machine(&[kind("{containerPort: 30080, hostPort: 80, protocol: UDP}"), node_port()])[1..],
        ["machine:80/UDP -> nothing on node port 30080/UDP!"]
    );
}

#[test]
fn loc_02_a_node_port_that_the_cluster_chooses_is_never_met() {
    let service = svc("s", "type: NodePort, ports: [{port: 80}]");
    assert_eq!(
        machine(&[kind("{containerPort: 30080, hostPort: 80}"), service])[1..],
        ["machine:80 -> nothing on node port 30080!"]
    );
}

#[test]
fn loc_03_a_mapping_may_lead_to_a_host_port() {
    let pod = pod("a", "a", "ports: [{containerPort: 8080, hostPort: 80}]");
    assert_eq!(machine(&[kind("{containerPort: 80, hostPort: 8000}"), pod])[1..], ["machine:8000 -> host Pod a:80"]);
}

#[test]
fn loc_04_a_mapping_to_nothing_leads_nowhere() {
    assert_eq!(machine(&[kind("{containerPort: 80, hostPort: 80}")])[1..], ["machine:80 -> nothing on node port 80!"]);
}

fn k3d(port: &str) -> String {
    format!(
        "{{apiVersion: k3d.io/v1alpha5, kind: Simple, metadata: {{name: dev}}, ports: [{{port: '{port}', nodeFilters: [loadbalancer]}}]}}"
    )
}

#[test]
fn loc_07_a_k3d_port_leads_to_the_same_port_of_the_nodes() {
    assert_eq!(
        machine(&[k3d("8082:30080"), node_port()]),
        ["machine -> machine:8082", "machine:8082 -> node svc s:30080"]
    );
    let pod = pod("a", "a", "ports: [{containerPort: 80, hostPort: 8080}]");
    assert_eq!(machine(&[k3d("9000:8080"), pod])[1..], ["machine:9000 -> host Pod a:8080"]);
    assert_eq!(machine(&[k3d("9000:8080")])[1..], ["machine:9000 -> nothing on node port 8080!"]);
}

#[test]
fn loc_07_a_range_leads_to_what_is_there_and_misses_nothing() {
    assert_eq!(
        machine(&[k3d("30000-30999:30000-30999"), node_port()]),
        ["machine -> machine:30080", "machine:30080 -> node svc s:30080"]
    );
}

#[test]
fn loc_08_a_load_balancer_of_k3s_is_on_its_own_port_of_the_nodes() {
    let service = svc("s", "type: LoadBalancer, ports: [{port: 80, targetPort: 8080}]");
    assert_eq!(machine(&[k3d("8081:80"), service.clone()]), ["machine -> machine:8081", "machine:8081 -> lb svc s:80"]);
    assert_eq!(
        machine(&[kind("{containerPort: 80, hostPort: 8081}"), service])[1..],
        ["machine:8081 -> nothing on node port 80!"]
    );
}

#[test]
fn loc_08_traefik_of_k3s_serves_the_ingresses_that_name_no_other_class() {
    let route =
        "rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]";
    assert_eq!(machine(&[k3d("8081:80"), ingress(route)])[1..], ["machine:8081 -> Ingress i:80 (assumed)"]);
    let other = ingress(&format!("ingressClassName: nginx, {route}"));
    assert_eq!(machine(&[k3d("8081:80"), other])[1..], ["machine:8081 -> nothing on node port 80!"]);
}

#[test]
fn loc_11_forwarding_a_port_is_no_way_in() {
    assert!(entries(&[svc("s", "ports: [{port: 80}]"), pod("p", "s", "ports: [{containerPort: 80}]")]).is_empty());
}
