//! Node ports, load balancers, external IPs, host ports (SEMANTICS §1.2, §1.3, §3.2).

use super::{entries, pod, svc, workload};

#[test]
fn svc_03_a_load_balancer_opens_node_ports_too() {
    assert_eq!(
        entries(&[svc("web", "type: LoadBalancer, ports: [{port: 80}]")]),
        [
            "outside -> lb svc web:80",
            "outside -> node svc web:auto (auto)",
            "lb svc web:80 -> node svc web:auto",
            "node svc web:auto -> svc web:80 (auto)"
        ]
    );
}

#[test]
fn np_01_a_cluster_ip_service_opens_no_node_port() {
    for kind in ["ClusterIP", "ClusterIP, clusterIP: None", "ExternalName, externalName: e.com"] {
        let service = svc("web", &format!("type: {kind}, ports: [{{port: 80, nodePort: 30080}}]"));
        assert_eq!(entries(&[service]), [""; 0], "{kind}");
    }
}

#[test]
fn np_02_a_node_port_that_is_not_stated_is_chosen_by_the_cluster() {
    for stated in ["", ", nodePort: 0"] {
        let service = svc("web", &format!("type: NodePort, ports: [{{port: 80{stated}}}]"));
        assert_eq!(
            entries(&[service]),
            ["outside -> node svc web:auto (auto)", "node svc web:auto -> svc web:80 (auto)"]
        );
    }
}

#[test]
fn np_03_ports_of_one_number_share_a_node_port() {
    let ports = "ports: [{name: t, port: 53, nodePort: 30053}, {name: u, port: 53, protocol: UDP}]";
    assert_eq!(
        entries(&[svc("dns", &format!("type: NodePort, {ports}"))]),
        [
            "outside -> node svc dns:30053",
            "outside -> node svc dns:30053/UDP",
            "node svc dns:30053 -> svc dns:53",
            "node svc dns:30053/UDP -> svc dns:53/UDP"
        ]
    );
}

#[test]
fn np_03_ports_of_two_numbers_share_nothing() {
    let ports = "ports: [{name: a, port: 53, nodePort: 30053}, {name: b, port: 54, protocol: UDP}]";
    assert_eq!(
        entries(&[svc("dns", &format!("type: NodePort, {ports}"))])[2..],
        ["node svc dns:30053 -> svc dns:53", "node svc dns:auto/UDP -> svc dns:54/UDP (auto)"]
    );
}

#[test]
fn np_04_one_number_in_two_services_is_two_node_ports() {
    let service = |name: &str, protocol: &str| {
        svc(name, &format!("type: NodePort, ports: [{{port: 53, protocol: {protocol}, nodePort: 30053}}]"))
    };
    assert_eq!(
        entries(&[service("a", "UDP"), service("b", "TCP")])[2..],
        ["node svc a:30053/UDP -> svc a:53/UDP", "node svc b:30053 -> svc b:53"]
    );
}

#[test]
fn lb_01_a_load_balancer_listens_on_the_port() {
    let service = svc("web", "type: LoadBalancer, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]");
    assert_eq!(
        entries(&[service]),
        [
            "outside -> lb svc web:80",
            "outside -> node svc web:30080",
            "lb svc web:80 -> node svc web:30080",
            "node svc web:30080 -> svc web:80"
        ]
    );
}

#[test]
fn lb_02_a_load_balancer_without_node_ports_leads_to_the_service() {
    let service = svc("web", "type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80}]");
    assert_eq!(entries(&[service]), ["outside -> lb svc web:80", "lb svc web:80 -> svc web:80"]);
}

#[test]
fn lb_02_a_stated_node_port_is_honoured_all_the_same() {
    let service =
        svc("web", "type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 80, nodePort: 30080}]");
    assert_eq!(entries(&[service])[2..], ["lb svc web:80 -> node svc web:30080", "node svc web:30080 -> svc web:80"]);
}

#[test]
fn lb_06_a_load_balancer_may_have_two_protocols() {
    let ports = "ports: [{name: t, port: 53}, {name: u, port: 53, protocol: UDP}]";
    let lines = entries(&[svc("dns", &format!("type: LoadBalancer, {ports}"))]);
    assert_eq!(lines[..2], ["outside -> lb svc dns:53", "outside -> lb svc dns:53/UDP"]);
}

#[test]
fn ext_01_nodes_accept_external_ips_on_the_port() {
    let service = svc("web", "externalIPs: [192.0.2.1], ports: [{port: 80, targetPort: 8080}]");
    assert_eq!(entries(&[service]), ["outside -> 192.0.2.1:80", "192.0.2.1:80 -> svc web:80"]);
}

#[test]
fn ext_01_external_ips_are_ignored_on_headless_and_external_name() {
    for spec in ["clusterIP: None", "type: ExternalName, externalName: e.com"] {
        let service = svc("web", &format!("{spec}, externalIPs: [192.0.2.1], ports: [{{port: 80}}]"));
        assert_eq!(entries(&[service]), [""; 0], "{spec}");
    }
}

#[test]
fn pod_03_a_host_port_binds_its_container_port() {
    let ports = "ports: [{containerPort: 80, hostPort: 8080}, {containerPort: 81, hostPort: 0}]";
    assert_eq!(entries(&[pod("a", "a", ports)]), ["outside -> host Pod a:8080", "host Pod a:8080 -> Pod a:80"]);
}

#[test]
fn pod_03_addresses_of_the_host_are_told_apart() {
    let ports = "ports: [{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}, {containerPort: 81, hostPort: 80}]";
    assert_eq!(entries(&[pod("a", "a", ports)])[2..], ["host Pod a:80 -> Pod a:81", "host Pod a:ip:80 -> Pod a:80"]);
}

#[test]
fn pod_04_with_host_network_every_declared_port_is_one_of_the_host() {
    let spec = "hostNetwork: true, containers: [{name: c, ports: [{containerPort: 9100}]}]";
    assert_eq!(
        entries(&[workload("apps/v1", "DaemonSet", "a", "a", spec)]),
        ["outside -> host DaemonSet a:9100", "host DaemonSet a:9100 -> DaemonSet a:9100"]
    );
}

#[test]
fn pod_05_with_host_network_nothing_is_known_of_undeclared_ports() {
    let spec = "hostNetwork: true, containers: [{name: c}]";
    assert_eq!(entries(&[workload("apps/v1", "DaemonSet", "a", "a", spec)]), [""; 0]);
}

#[test]
fn pod_06_sidecars_have_host_ports_and_plain_init_containers_have_none() {
    let spec = "initContainers: [\
                {name: s, restartPolicy: Always, ports: [{containerPort: 1, hostPort: 1}]}, \
                {name: i, ports: [{containerPort: 2, hostPort: 2}]}]";
    let lines = entries(&[workload("apps/v1", "Deployment", "a", "a", spec)]);
    assert_eq!(lines, ["outside -> host Deployment a:1", "host Deployment a:1 -> Deployment a:1"]);
}
