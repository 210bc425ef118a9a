//! Ingress (SEMANTICS §4).

use super::{entries, graph, ingress, object, pod, routes, svc};

const SERVICE: &str = "selector: {app: a}, ports: [{name: web, port: 80, targetPort: http}]";

/// An Ingress with one path `/` to this backend.
fn to(backend: &str) -> String {
    ingress(&format!("rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{{backend}}}}}]}}}}]"))
}

fn service(name: &str, port: &str) -> String {
    format!("service: {{name: {name}, port: {{{port}}}}}")
}

/// Where the path of the Ingress leads.
fn leads(documents: &[String]) -> Vec<String> {
    routes(documents).into_iter().filter(|line| !line.starts_with("Ingress")).collect()
}

#[test]
fn ing_01_a_backend_is_a_service_of_the_namespace_of_the_ingress() {
    let elsewhere = object("v1", "Service", "name: s, namespace: other", SERVICE);
    let ingress = to(&service("s", "number: 80"));
    assert_eq!(leads(&[ingress.clone(), elsewhere]), ["*/ -> no Service s!"]);
    assert_eq!(leads(&[ingress, svc("s", SERVICE)]), ["*/ -> svc s:80"]);
}

#[test]
fn ing_01_a_backend_may_be_another_object() {
    assert_eq!(leads(&[to("resource: {kind: StorageBucket, name: b}")]), ["*/ -> StorageBucket b"]);
}

#[test]
fn ing_01_a_backend_without_a_port_means_the_only_one() {
    assert_eq!(leads(&[to("service: {name: s}"), svc("s", SERVICE)]), ["*/ -> svc s:80 (assumed)"]);
    let two = svc("s", "ports: [{name: a, port: 1}, {name: b, port: 2}]");
    assert_eq!(leads(&[to("service: {name: s}"), two]), ["*/ -> no port stated for Service s!"]);
}

#[test]
fn en_05_an_alias_without_ports_takes_any_port_of_a_backend() {
    let alias = svc("s", "type: ExternalName, externalName: db.example.com");
    let to = to(&service("s", "number: 80"));
    assert_eq!(leads(&[to.clone(), alias]), ["*/ -> svc s:? (assumed)"]);
    let with_ports = svc("s", "type: ExternalName, externalName: db.example.com, ports: [{port: 443}]");
    assert_eq!(leads(&[to, with_ports]), ["*/ -> no port 80 in Service s!"]);
}

#[test]
fn ing_02_a_number_is_the_port_of_the_service_and_not_its_target_port() {
    let pod = pod("a", "a", "ports: [{name: http, containerPort: 8080}]");
    assert_eq!(
        leads(&[to(&service("s", "number: 8080")), svc("s", SERVICE), pod]),
        ["*/ -> no port 8080 in Service s!"]
    );
}

#[test]
fn ing_02_a_name_is_that_of_the_service_port_and_not_of_the_container_port() {
    assert_eq!(leads(&[to(&service("s", "name: web")), svc("s", SERVICE)]), ["*/ -> svc s:80 (named)"]);
    assert_eq!(
        leads(&[to(&service("s", "name: http")), svc("s", SERVICE)]),
        ["*/ -> no port named http in Service s!"]
    );
}

#[test]
fn ing_02_of_two_protocols_tcp_is_meant() {
    let both = svc("s", "ports: [{name: u, port: 80, protocol: UDP}, {name: t, port: 80}]");
    assert_eq!(leads(&[to(&service("s", "number: 80")), both]), ["*/ -> svc s:80"]);
}

#[test]
fn ing_03_the_old_shape_is_read() {
    for version in ["extensions/v1beta1", "networking.k8s.io/v1beta1"] {
        let old = |port: &str| {
            let spec = format!("rules: [{{http: {{paths: [{{backend: {{serviceName: s, servicePort: {port}}}}}]}}}}]");
            object(version, "Ingress", "name: i", &spec)
        };
        assert_eq!(leads(&[old("80"), svc("s", SERVICE)]), ["*/ -> svc s:80"]);
        assert_eq!(leads(&[old("web"), svc("s", SERVICE)]), ["*/ -> svc s:80 (named)"]);
        assert_eq!(leads(&[old("'80'"), svc("s", SERVICE)]), ["*/ -> no port named 80 in Service s!"]);
    }
}

#[test]
fn ing_03_the_old_default_backend_is_read() {
    let old = object("extensions/v1beta1", "Ingress", "name: i", "backend: {serviceName: s, servicePort: 80}");
    assert_eq!(leads(&[old, svc("s", SERVICE)]), ["* default -> svc s:80"]);
}

#[test]
fn ing_04_a_default_backend_needs_no_rules() {
    let spec = format!("defaultBackend: {{{}}}", service("s", "number: 80"));
    assert_eq!(leads(&[ingress(&spec), svc("s", SERVICE)]), ["* default -> svc s:80"]);
}

#[test]
fn ing_05_a_wildcard_covers_one_label() {
    let spec = |host: &str| {
        let path = format!("{{path: /, pathType: Prefix, backend: {{{}}}}}", service("s", "number: 80"));
        ingress(&format!("tls: [{{hosts: ['*.e.com']}}], rules: [{{host: {host}, http: {{paths: [{path}]}}}}]"))
    };
    let over_tls = |host: &str| {
        let lines = routes(&[spec(host), svc("s", SERVICE)]);
        lines.iter().any(|line| line.contains("tls"))
    };
    assert_eq!(["a.e.com", "a.b.e.com", "e.com"].map(over_tls), [true, false, false]);
}

#[test]
fn ing_06_an_ingress_listens_on_80_and_with_tls_on_443() {
    let path = format!("{{path: /, pathType: Prefix, backend: {{{}}}}}", service("s", "number: 80"));
    let rules = format!("rules: [{{host: a.com, http: {{paths: [{path}]}}}}]");
    assert_eq!(entries(&[ingress(&rules)]), ["outside -> Ingress i:80 (defaulted)"]);
    let tls = ingress(&format!("tls: [{{hosts: [a.com]}}], {rules}"));
    assert_eq!(
        entries(std::slice::from_ref(&tls)),
        ["outside -> Ingress i:80 (defaulted)", "outside -> Ingress i:443 tls (defaulted)"]
    );
    assert_eq!(routes(&[tls])[..2], ["Ingress i:80 -> a.com/", "Ingress i:443 tls -> a.com/"]);
}

#[test]
fn ing_06_a_tls_entry_without_hosts_covers_every_host() {
    let path = format!("{{path: /, pathType: Prefix, backend: {{{}}}}}", service("s", "number: 80"));
    let spec = format!("tls: [{{secretName: t}}], rules: [{{http: {{paths: [{path}]}}}}]");
    assert_eq!(routes(&[ingress(&spec)])[1], "Ingress i:443 tls -> */");
}

#[test]
fn ing_08_the_class_is_a_field_or_an_annotation() {
    let class = |document: String| graph(&[document]).roles().routers[0].class;
    let annotated = |spec: &str| {
        object("networking.k8s.io/v1", "Ingress", "name: i, annotations: {kubernetes.io/ingress.class: old}", spec)
    };
    assert_eq!(class(ingress("ingressClassName: nginx")).as_deref(), Some("nginx"));
    assert_eq!(class(annotated("")).as_deref(), Some("old"));
    assert_eq!(class(annotated("ingressClassName: nginx")).as_deref(), Some("nginx"));
    assert_eq!(class(ingress("")), None);
}

#[test]
fn ing_11_an_action_of_the_aws_controller_is_no_service() {
    let spec = "defaultBackend: {service: {name: redirect, port: {name: use-annotation}}}";
    let meta = "name: i, annotations: {alb.ingress.kubernetes.io/actions.redirect: '{}'}";
    let action = object("networking.k8s.io/v1", "Ingress", meta, spec);
    assert_eq!(leads(&[action]), ["* default -> action redirect"]);
    assert_eq!(leads(&[ingress(spec)]), ["* default -> no Service redirect!"]);
}

#[test]
fn ing_14_two_rules_of_one_host_and_path_are_one_route_with_two_backends() {
    let path = |name: &str| format!("{{path: /, pathType: Prefix, backend: {{{}}}}}", service(name, "number: 80"));
    let spec = format!("rules: [{{http: {{paths: [{}, {}]}}}}]", path("b"), path("a"));
    assert_eq!(leads(&[ingress(&spec), svc("a", SERVICE), svc("b", SERVICE)]), ["*/ -> svc a:80", "*/ -> svc b:80"]);
}
