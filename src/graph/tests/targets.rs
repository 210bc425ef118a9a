//! targetPort resolution (SEMANTICS §2).

use super::{pod, svc, targets, workload};

fn web(target: &str) -> String {
    svc("s", &format!("selector: {{app: x}}, ports: [{{port: 80, targetPort: {target}}}]"))
}

/// A Deployment `d` behind `s`, with these lists of containers.
fn deployment(spec: &str) -> String {
    workload("apps/v1", "Deployment", "d", "x", spec)
}

#[test]
fn tp_01_a_name_is_looked_up_pod_by_pod() {
    let pods = [
        web("http"),
        pod("a", "x", "ports: [{name: http, containerPort: 8080}]"),
        pod("b", "x", "ports: [{name: http, containerPort: 9090}]"),
    ];
    assert_eq!(targets(&pods), ["svc s:80 -> Pod a:8080 (named)", "svc s:80 -> Pod b:9090 (named)"]);
}

#[test]
fn tp_02_a_host_port_plays_no_part() {
    let pod = pod("a", "x", "ports: [{name: http, containerPort: 8080, hostPort: 80}]");
    assert_eq!(targets(&[web("http"), pod]), ["svc s:80 -> Pod a:8080 (named)"]);
}

#[test]
fn tp_03_a_quoted_number_is_a_name() {
    let pod = pod("a", "x", "ports: [{name: http, containerPort: 8080}]");
    assert_eq!(targets(&[web("'8080'"), pod]), ["svc s:80 -> no container port named 8080! (named)"]);
}

#[test]
fn tp_04_a_name_with_another_protocol_is_not_found() {
    let pod = pod("a", "x", "ports: [{name: dns, containerPort: 53, protocol: UDP}]");
    assert_eq!(targets(&[web("dns"), pod]), ["svc s:80 -> no container port named dns! (named)"]);
}

#[test]
fn tp_05_a_name_that_no_pod_has_leads_nowhere() {
    let pod = pod("a", "x", "ports: [{name: http, containerPort: 8080}]");
    assert_eq!(targets(&[web("metrics"), pod]), ["svc s:80 -> no container port named metrics! (named)"]);
}

#[test]
fn tp_06_a_name_that_some_pods_have_leads_to_those() {
    let pods = [
        web("http"),
        pod("a", "x", "ports: [{name: http, containerPort: 8080}]"),
        pod("b", "x", "ports: [{name: other, containerPort: 8080}]"),
    ];
    assert_eq!(targets(&pods), ["svc s:80 -> Pod a:8080 (named)"]);
}

#[test]
fn tp_07_app_containers_win_over_sidecars() {
    let spec = "initContainers: [{name: s, restartPolicy: Always, ports: [{name: http, containerPort: 1}]}], \
                containers: [{name: c, ports: [{name: http, containerPort: 2}]}]";
    assert_eq!(targets(&[web("http"), deployment(spec)]), ["svc s:80 -> Deployment d:2 (named)"]);
}

#[test]
fn tp_07_a_sidecar_is_found_where_no_app_container_has_the_name() {
    let spec = "initContainers: [{name: s, restartPolicy: Always, ports: [{name: http, containerPort: 1}]}], \
                containers: [{name: c}]";
    assert_eq!(targets(&[web("http"), deployment(spec)]), ["svc s:80 -> Deployment d:1 (named)"]);
}

#[test]
fn tp_07_plain_init_containers_are_never_found() {
    let spec = "initContainers: [{name: i, ports: [{name: http, containerPort: 1}]}], containers: [{name: c}]";
    assert_eq!(targets(&[web("http"), deployment(spec)]), ["svc s:80 -> no container port named http! (named)"]);
}

#[test]
fn tp_08_of_two_containers_with_the_name_the_first_wins() {
    let spec = "containers: [\
                {name: b, ports: [{name: http, containerPort: 2}]}, \
                {name: a, ports: [{name: http, containerPort: 1}]}]";
    assert_eq!(targets(&[web("http"), deployment(spec)]), ["svc s:80 -> Deployment d:2 (named)"]);
}

#[test]
fn tp_08_a_port_that_is_declared_twice_is_found_by_each_of_its_names() {
    let spec = "containers: [{name: a, ports: [{name: http, containerPort: 1}, {name: web, containerPort: 1}]}, \
                {name: b, ports: [{name: web, containerPort: 2}]}]";
    for name in ["http", "web"] {
        assert_eq!(targets(&[web(name), deployment(spec)]), ["svc s:80 -> Deployment d:1 (named)"], "{name}");
    }
}

#[test]
fn tp_09_a_number_that_no_container_declares_is_assumed() {
    let pod = pod("a", "x", "ports: [{containerPort: 80}]");
    assert_eq!(targets(&[web("8080"), pod]), ["svc s:80 -> Pod a:8080 undeclared (assumed)"]);
}

#[test]
fn tp_09_two_services_share_an_undeclared_port() {
    let other = svc("t", "selector: {app: x}, ports: [{port: 81, targetPort: 8080}]");
    assert_eq!(
        targets(&[web("8080"), other, pod("a", "x", "")]),
        ["svc s:80 -> Pod a:8080 undeclared (assumed)", "svc t:81 -> Pod a:8080 undeclared (assumed)"]
    );
}

#[test]
fn tp_10_a_number_with_another_protocol_counts_as_undeclared() {
    let pod = pod("a", "x", "ports: [{containerPort: 8080, protocol: UDP}]");
    assert_eq!(targets(&[web("8080"), pod]), ["svc s:80 -> Pod a:8080 undeclared (assumed)"]);
}

#[test]
fn tp_12_a_container_port_is_tcp_by_default() {
    let pod = pod("a", "x", "ports: [{name: http, containerPort: 8080}]");
    assert_eq!(targets(&[web("8080"), pod]), ["svc s:80 -> Pod a:8080"]);
}

#[test]
fn tp_13_a_workload_without_pods_is_a_target_all_the_same() {
    let idle = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 0, template: \
                {metadata: {labels: {app: x}}, spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}}}}";
    assert_eq!(targets(&[web("80"), idle.to_owned()]), ["svc s:80 -> Deployment d:80"]);
}
