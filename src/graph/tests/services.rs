//! Types and defaults of Services, ExternalName, headless (SEMANTICS §1.1, §1.4, §1.5).

use super::{graph, pod, svc, targets};
use crate::manifest::ServiceType;

const HTTP: &str = "ports: [{name: http, containerPort: 8080}]";

#[test]
fn svc_01_type_and_protocol_have_defaults() {
    let graph = graph(&[svc("web", "ports: [{port: 80}]")]);
    let service = &graph.roles().services[0];
    assert_eq!((service.kind, service.ports[0].protocol.as_str()), (ServiceType::ClusterIp, "TCP"));
}

#[test]
fn svc_02_a_target_port_that_is_not_stated_equals_the_port() {
    for target in ["", "targetPort: 0", "targetPort: null", "targetPort: ''"] {
        let service = svc("web", &format!("selector: {{app: a}}, ports: [{{port: 8080, {target}}}]"));
        assert_eq!(targets(&[service, pod("a", "a", HTTP)]), ["svc web:8080 -> Pod a:8080 (defaulted)"], "{target}");
    }
}

#[test]
fn svc_05_a_headless_service_without_ports_leads_to_every_port_of_its_pods() {
    let service = svc("web", "clusterIP: None, selector: {app: a}");
    assert_eq!(
        targets(&[service, pod("a", "a", "ports: [{containerPort: 1}, {containerPort: 2}]")]),
        ["svc web:? -> Pod a:1 (defaulted)", "svc web:? -> Pod a:2 (defaulted)"]
    );
}

#[test]
fn svc_09_a_number_may_stand_twice_with_two_protocols() {
    let service = svc("dns", "selector: {app: a}, ports: [{name: t, port: 53}, {name: u, port: 53, protocol: UDP}]");
    let pod = pod("a", "a", "ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]");
    assert_eq!(
        targets(&[service, pod]),
        ["svc dns:53 -> Pod a:53 (defaulted)", "svc dns:53/UDP -> Pod a:53/UDP (defaulted)"]
    );
}

#[test]
fn svc_09_a_port_that_is_stated_twice_is_one_port() {
    let service = svc("web", "type: NodePort, ports: [{port: 80, nodePort: 30080}, {port: 80, nodePort: 30081}]");
    let graph = graph(&[service]);
    let keys: Vec<String> = graph.ports().map(|(id, _)| graph.key(id).to_string()).collect();
    assert_eq!(
        keys,
        [
            "outside",
            "default/Service/web/node-port/80/TCP",
            "default/Service/web/port/80/TCP",
            "external/managed/default/web/?/TCP"
        ]
    );
}

#[test]
fn svc_10_an_app_protocol_changes_no_number() {
    let service = svc("web", "selector: {app: a}, ports: [{port: 443, appProtocol: http}]");
    assert_eq!(targets(&[service, pod("a", "a", "")]), ["svc web:443 -> Pod a:443 undeclared (assumed)"]);
}

#[test]
fn en_01_an_external_name_maps_no_ports() {
    let service = svc("db", "type: ExternalName, externalName: db.example.com, ports: [{port: 5432, targetPort: 1}]");
    assert_eq!(targets(&[service]), ["svc db:5432 -> external db.example.com:5432"]);
}

#[test]
fn en_01_an_external_name_needs_no_ports() {
    let service = svc("db", "type: ExternalName, externalName: db.example.com");
    assert_eq!(targets(&[service]), ["svc db:? -> external db.example.com:?"]);
}

#[test]
fn en_03_the_selector_of_an_external_name_is_ignored() {
    let service = svc("db", "type: ExternalName, externalName: e.com, selector: {app: a}, ports: [{port: 80}]");
    assert_eq!(targets(&[service, pod("a", "a", HTTP)]), ["svc db:80 -> external e.com:80"]);
}

#[test]
fn en_04_an_external_name_on_another_type_is_ignored() {
    let service = svc("web", "externalName: e.com, selector: {app: a}, ports: [{port: 80, targetPort: http}]");
    assert_eq!(targets(&[service, pod("a", "a", HTTP)]), ["svc web:80 -> Pod a:8080 (named)"]);
}

#[test]
fn en_06_an_alias_of_a_service_of_the_input_leads_to_that_service() {
    let alias = svc("db", "type: ExternalName, externalName: pg.default.svc.cluster.local, ports: [{port: 5432}]");
    let without_ports = svc("any", "type: ExternalName, externalName: pg.default.svc");
    let other = svc("pg", "ports: [{port: 5432}]");
    assert_eq!(
        targets(&[alias, without_ports, other]),
        ["svc any:? -> svc pg:5432", "svc db:5432 -> svc pg:5432", "svc pg:5432 -> managed elsewhere (assumed)"]
    );
}

#[test]
fn en_06_an_alias_does_not_reach_a_port_that_the_service_lacks() {
    let alias = svc("db", "type: ExternalName, externalName: pg.default.svc, ports: [{port: 80}]");
    let other = svc("pg", "selector: {app: a}, ports: [{port: 5432}]");
    assert_eq!(
        targets(&[alias, other, pod("a", "a", "")]),
        ["svc db:80 -> no port 80 in Service pg!", "svc pg:5432 -> Pod a:5432 undeclared (assumed)"]
    );
}

#[test]
fn en_06_aliases_of_each_other_end() {
    let alias = |name: &str, of: &str| {
        svc(name, &format!("type: ExternalName, externalName: {of}.default.svc, externalIPs: [], ports: [{{port: 1}}]"))
    };
    let graph = graph(&[alias("a", "b"), alias("b", "a"), alias("c", "c"), pod("p", "p", "args: ['http://a:1']")]);
    let ways = graph.calls();
    assert_eq!(ways.iter().map(|way| way.trunk.len()).collect::<Vec<_>>(), [3]);
}

#[test]
fn hl_01_only_a_cluster_ip_service_without_an_address_is_headless() {
    let graph = graph(&[
        svc("a", "clusterIP: None"),
        svc("b", "clusterIP: None, type: NodePort, ports: [{port: 80}]"),
        svc("c", "clusterIP: ''"),
    ]);
    let headless: Vec<bool> = graph.services().map(|(_, service)| service.headless).collect();
    assert_eq!(headless, [true, false, false]);
}

#[test]
fn hl_03_the_target_port_of_a_headless_service_is_resolved_all_the_same() {
    let service = svc("web", "clusterIP: None, selector: {app: a}, ports: [{port: 80, targetPort: http}]");
    assert_eq!(targets(&[service, pod("a", "a", HTTP)]), ["svc web:80 -> Pod a:8080 (named)"]);
}
