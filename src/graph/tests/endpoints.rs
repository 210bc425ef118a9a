//! Endpoints that are stated: EndpointSlice and Endpoints (SEMANTICS §1.7).

use super::{pod, svc, targets};

fn slice(name: &str, addresses: &str, ports: &str) -> String {
    let meta = format!("name: {name}, labels: {{kubernetes.io/service-name: s}}");
    format!(
        "{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{{meta}}}, addressType: IPv4, \
         endpoints: [{{addresses: [{addresses}]}}], ports: [{ports}]}}"
    )
}

fn endpoints(name: &str, ports: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Endpoints, metadata: {{name: {name}}}, \
         subsets: [{{addresses: [{{ip: 192.0.2.1}}], ports: [{ports}]}}]}}"
    )
}

fn plain() -> String {
    svc("s", "ports: [{port: 80}]")
}

#[test]
fn ep_01_several_slices_add_up() {
    let slices = [plain(), slice("x", "192.0.2.1", "{port: 1}"), slice("y", "192.0.2.2", "{port: 1}")];
    assert_eq!(targets(&slices), ["svc s:80 -> external 192.0.2.1:1", "svc s:80 -> external 192.0.2.2:1"]);
}

#[test]
fn ep_01_slices_made_by_hand_add_to_a_selector() {
    let service = svc("s", "selector: {app: a}, ports: [{port: 80}]");
    assert_eq!(
        targets(&[service, slice("x", "192.0.2.1", "{port: 1}"), pod("a", "a", "ports: [{containerPort: 80}]")]),
        ["svc s:80 -> Pod a:80 (defaulted)", "svc s:80 -> external 192.0.2.1:1"]
    );
}

#[test]
fn ep_01_slices_of_the_controller_repeat_the_selector() {
    let service = svc("s", "selector: {app: a}, ports: [{port: 80}]");
    let managed = slice("x", "192.0.2.1", "{port: 80}").replace(
        "service-name: s",
        "service-name: s, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io",
    );
    assert_eq!(
        targets(&[service, managed, pod("a", "a", "ports: [{containerPort: 80}]")]),
        ["svc s:80 -> Pod a:80 (defaulted)"]
    );
}

#[test]
fn ep_01_addresses_of_pods_repeat_the_selector_whoever_signs_for_them() {
    let service = svc("s", "selector: {app: a}, ports: [{port: 80}]");
    let reference = "targetRef: {kind: Pod, name: a-x}";
    let signed = "labels: {endpoints.kubernetes.io/managed-by: endpoint-controller}";
    let repeats = [
        slice("x", "192.0.2.1", "{port: 80}")
            .replace("addresses: [192.0.2.1]", &format!("addresses: [192.0.2.1], {reference}")),
        endpoints("s", "{port: 80}").replace("ip: 192.0.2.1", &format!("ip: 192.0.2.1, {reference}")),
        endpoints("s", "{port: 80}").replace("name: s", &format!("name: s, {signed}")),
    ];
    for repeat in repeats {
        let found = targets(&[service.clone(), repeat.clone(), pod("a", "a", "ports: [{containerPort: 80}]")]);
        assert_eq!(found, ["svc s:80 -> Pod a:80 (defaulted)"], "{repeat}");
        // The pods are not in the input, and yet they are there.
        assert_eq!(targets(&[service.clone(), repeat]), ["svc s:80 -> managed elsewhere (assumed)"]);
    }
}

#[test]
fn ep_01_a_controller_that_found_no_pods_fills_no_hole() {
    let service = svc("s", "selector: {app: a}, ports: [{port: 80}]");
    let managed = endpoints("s", "{port: 80}")
        .replace("name: s", "name: s, labels: {endpoints.kubernetes.io/managed-by: endpoint-controller}")
        .replace("{ip: 192.0.2.1}", "");
    let found = targets(&[service, managed]);
    assert!(found.len() == 1 && found[0].ends_with('!'), "{found:?}");
}

#[test]
fn ep_02_a_slice_joins_by_port_name_and_protocol() {
    let service = svc("s", "ports: [{name: http, port: 80}]");
    assert_eq!(
        targets(&[service.clone(), slice("x", "192.0.2.1", "{name: http, port: 1}, {name: other, port: 2}")]),
        ["svc s:80 -> external 192.0.2.1:1"]
    );
    for ports in ["{name: web, port: 80}", "{port: 80}", "{name: http, port: 80, protocol: UDP}"] {
        assert_eq!(
            targets(&[service.clone(), slice("x", "192.0.2.1", ports)]),
            ["svc s:80 -> no endpoint port named http!"],
            "{ports}"
        );
    }
}

#[test]
fn ep_03_the_number_of_the_slice_counts_and_not_the_target_port() {
    let service = svc("s", "ports: [{port: 80, targetPort: 9376}]");
    assert_eq!(targets(&[service, slice("x", "192.0.2.1", "{port: 1}")]), ["svc s:80 -> external 192.0.2.1:1"]);
}

#[test]
fn ep_03_a_slice_port_without_a_number_is_ignored() {
    for port in ["{name: ''}", "{port: 0}"] {
        assert_eq!(
            targets(&[plain(), slice("x", "192.0.2.1", port)]),
            ["svc s:80 -> no unnamed endpoint port!"],
            "{port}"
        );
    }
}

#[test]
fn ep_04_nothing_reads_a_slice_of_names() {
    let names = slice("x", "db.example.com", "{port: 1}").replace("IPv4", "FQDN");
    assert_eq!(targets(&[plain(), names]), ["svc s:80 -> managed elsewhere (assumed)"]);
}

#[test]
fn ep_05_endpoints_belong_to_the_service_of_their_name() {
    assert_eq!(targets(&[plain(), endpoints("s", "{port: 1}")]), ["svc s:80 -> external 192.0.2.1:1"]);
    assert_eq!(targets(&[plain(), endpoints("other", "{port: 1}")]), ["svc s:80 -> managed elsewhere (assumed)"]);
}

#[test]
fn ep_05_endpoints_join_by_port_name() {
    assert_eq!(targets(&[plain(), endpoints("s", "{name: http, port: 1}")]), ["svc s:80 -> no unnamed endpoint port!"]);
}

#[test]
fn ep_06_without_selector_and_endpoints_something_else_manages_them() {
    assert_eq!(targets(&[plain()]), ["svc s:80 -> managed elsewhere (assumed)"]);
}
