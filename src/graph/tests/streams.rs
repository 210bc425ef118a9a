//! TCP and UDP services of ingress-nginx (ING-13), and annotations that choose ports (ING-12).

use super::{entries, object, routes, svc};

fn proxy(image: &str, args: &str) -> String {
    let env = "env: [{name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]";
    let spec = format!("containers: [{{name: c, image: '{image}', args: [{args}], {env}}}]");
    object("v1", "Pod", "name: proxy", &spec)
}

fn config(name: &str, data: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{{data}}}}}")
}

const IMAGE: &str = "registry.k8s.io/ingress-nginx/controller:v1.13.0";
const DATA: &str = "'9000': 'default/s:80:PROXY', '10000': default/s:web, '1': nonsense, x: 'default/s:80'";

#[test]
fn ing_13_keys_of_the_named_config_map_are_ports_that_lead_to_services() {
    let service = svc("s", "ports: [{name: web, port: 80}]");
    for args in [
        "--tcp-services-configmap=default/streams",
        "--tcp-services-configmap=$(NS)/streams",
        "--tcp-services-configmap, default/streams",
    ] {
        let documents = [proxy("a", args), config("streams", DATA), service.clone()];
        assert_eq!(
            routes(&documents),
            [
                "ConfigMap streams:9000 -> * (port 9000)",
                "ConfigMap streams:10000 -> * (port 10000)",
                "* (port 10000) -> svc s:80 (named)",
                "* (port 9000) -> svc s:80"
            ],
            "{args}"
        );
    }
    let documents = [proxy(IMAGE, ""), config("streams", DATA), service];
    assert!(routes(&documents).is_empty());
}

#[test]
fn ing_13_without_an_argument_the_usual_name_counts_beside_ingress_nginx_only() {
    let service = svc("s", "ports: [{name: dns, port: 53, protocol: UDP}]");
    let map = config("udp-services", "'53': 'default/s:53'");
    assert_eq!(
        entries(&[proxy(IMAGE, ""), map.clone(), service.clone()]),
        ["outside -> ConfigMap udp-services:53/UDP (defaulted)"]
    );
    assert!(entries(&[proxy("nginx", ""), map, service]).is_empty());
}

fn alb(annotations: &str) -> Vec<String> {
    let spec = "ingressClassName: alb, defaultBackend: {service: {name: s, port: {number: 80}}}";
    let meta = format!("name: i, annotations: {{{annotations}}}");
    entries(&[object("networking.k8s.io/v1", "Ingress", &meta, spec)])
}

#[test]
fn ing_12_an_alb_listens_where_its_annotations_say() {
    let ports = r#"alb.ingress.kubernetes.io/listen-ports: '[{"HTTP":80},{"HTTPS":8443}]'"#;
    assert_eq!(alb(ports), ["outside -> Ingress i:80", "outside -> Ingress i:8443 tls"]);
    let certificate = "alb.ingress.kubernetes.io/certificate-arn: arn";
    assert_eq!(alb(certificate), ["outside -> Ingress i:443 tls (defaulted)"]);
    assert_eq!(alb(""), ["outside -> Ingress i:80 (defaulted)"]);
    let unreadable = "alb.ingress.kubernetes.io/listen-ports: all";
    assert_eq!(alb(unreadable), ["outside -> Ingress i:80 (defaulted)"]);
}

#[test]
fn ing_12_traefik_listens_on_the_entry_points_of_its_annotations() {
    let listens = |annotations: &str| {
        let annotations = annotations.replace("router", "traefik.ingress.kubernetes.io/router");
        let spec = "defaultBackend: {service: {name: s, port: {number: 80}}}";
        let meta = format!("name: i, annotations: {{{annotations}}}");
        entries(&[object("networking.k8s.io/v1", "Ingress", &meta, spec)])
    };
    assert_eq!(listens("router.entrypoints: web"), ["outside -> Ingress i:80 (defaulted)"]);
    assert_eq!(listens("router.entrypoints: websecure"), ["outside -> Ingress i:443 tls (defaulted)"]);
    let both = ["outside -> Ingress i:80 (defaulted)", "outside -> Ingress i:443 tls (defaulted)"];
    assert_eq!(listens("router.entrypoints: 'web, websecure'"), both);
    assert_eq!(listens("router.tls: 'true'"), ["outside -> Ingress i:443 tls (defaulted)"]);
    assert_eq!(listens("router.entrypoints: internal"), ["outside -> Ingress i:? (defaulted)"]);
}

#[test]
fn ing_12_ingress_nginx_passes_tls_through_where_it_is_told_to() {
    let graph = super::graph(&[object(
        "networking.k8s.io/v1",
        "Ingress",
        "name: i, annotations: {nginx.ingress.kubernetes.io/ssl-passthrough: 'true'}",
        "rules: [{host: a.io, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 443}}}}]}}]",
    )]);
    let passing = |listener: &crate::manifest::Listener| (listener.number, listener.passthrough);
    let listeners: Vec<_> = graph.roles().routers[0].listeners.iter().map(passing).collect();
    assert_eq!(listeners, [(Some(80), false), (Some(443), true)]);
}
