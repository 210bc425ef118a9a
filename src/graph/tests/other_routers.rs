//! Routers of platforms and of meshes (SEMANTICS §8).

use super::{entries, object, pod, routes, svc};

fn route(spec: &str) -> String {
    object("route.openshift.io/v1", "Route", "name: r", &format!("host: a.io, to: {{kind: Service, name: s}}{spec}"))
}

fn gateway(server: &str) -> String {
    object("networking.istio.io/v1", "Gateway", "name: gw", &format!("servers: [{{{server}}}]"))
}

fn virtual_service(spec: &str) -> String {
    object("networking.istio.io/v1", "VirtualService", "name: v", spec)
}

const HTTP: &str = "port: {number: 80, name: http, protocol: HTTP}, hosts: ['*.a.io']";
const ONE_ROUTE: &str = "http: [{route: [{destination: {host: s}}]}]";

#[test]
fn osr_a_number_is_a_port_of_the_endpoints_and_a_name_one_of_the_service() {
    let web = pod("p", "a", "ports: [{name: http, containerPort: 8080}]");
    let service = svc(
        "s",
        "selector: {app: a}, ports: [{name: web, port: 80, targetPort: http}, {name: admin, port: 81, targetPort: 9000}]",
    );
    for (port, expected) in [
        ("8080", "a.io/ -> svc s:80 (named)"),
        ("9000", "a.io/ -> svc s:81"),
        ("web", "a.io/ -> svc s:80 (named)"),
        ("'9000'", "a.io/ -> svc s:81"),
        ("80", "a.io/ -> no pod port 80!"),
        ("http", "a.io/ -> no port named http in Service s!"),
    ] {
        let route = route(&format!(", port: {{targetPort: {port}}}"));
        assert_eq!(routes(&[route, web.clone(), service.clone()])[1..], [expected], "{port}");
    }
}

#[test]
fn osr_without_a_port_all_endpoints_are_meant() {
    let service = svc("s", "ports: [{name: a, port: 80}, {name: b, port: 81}, {name: c, port: 53, protocol: UDP}]");
    assert_eq!(
        routes(&[route(""), service])[1..],
        ["a.io/ -> svc s:80 (defaulted) 100 of 200", "a.io/ -> svc s:81 (defaulted) 100 of 200"]
    );
}

#[test]
fn osr_weights_part_the_requests_over_services() {
    let other = ", alternateBackends: [{name: t, weight: 25}], port: {targetPort: 8080}";
    let service = |name: &str| svc(name, "ports: [{port: 80, targetPort: 8080}]");
    assert_eq!(
        routes(&[route(other), service("s"), service("t")])[1..],
        ["a.io/ -> svc s:80 (assumed) 100 of 125", "a.io/ -> svc t:80 (assumed) 25 of 125"]
    );
}

#[test]
fn ist_a_virtual_service_attaches_to_the_listeners_of_its_gateways_by_host() {
    let service = svc("s", "ports: [{port: 80}]");
    let attached = |host: &str| {
        let text = virtual_service(&format!("hosts: [{host}], gateways: [gw], {ONE_ROUTE}"));
        routes(&[gateway(HTTP), text, service.clone()])
    };
    assert_eq!(attached("shop.a.io"), ["Gateway gw:80 -> shop.a.io/", "shop.a.io/ -> svc s:80 (defaulted)"]);
    assert_eq!(attached("'*'")[0], "Gateway gw:80 -> */");
    assert_eq!(attached("b.io")[1], "no listener for b.io in Gateway gw! -> b.io/");
}

#[test]
fn ist_a_gateway_may_be_of_another_namespace_and_may_choose_whom_it_takes() {
    let take = |hosts: &str, gateway_name: &str| {
        let server = format!("port: {{number: 80, protocol: HTTP}}, hosts: [{hosts}]");
        let gateway = object(
            "networking.istio.io/v1beta1",
            "Gateway",
            "name: gw, namespace: istio-system",
            &format!("servers: [{{{server}}}]"),
        );
        let text = virtual_service(&format!("hosts: [a.io], gateways: [{gateway_name}], {ONE_ROUTE}"));
        routes(&[gateway, text]).into_iter().filter(|line| line.ends_with("> a.io/")).collect::<Vec<_>>()
    };
    assert_eq!(take("'*/a.io'", "istio-system/gw"), ["Gateway istio-system/gw:80 -> a.io/"]);
    assert_eq!(take("default/a.io", "istio-system/gw"), ["Gateway istio-system/gw:80 -> a.io/"]);
    assert_eq!(take("./a.io", "istio-system/gw"), ["no listener for namespace default in Gateway gw! -> a.io/"]);
}

#[test]
fn ist_destinations_have_weights_mirrors_and_hosts_outside() {
    let rules = "http: [{match: [{uri: {prefix: /api}, method: {exact: GET}}], route: [\
                 {destination: {host: s, port: {number: 80}}, weight: 90}, {destination: {host: t.other.svc.cluster.local}, weight: 10}], \
                 mirror: {host: api.example.com, port: {number: 443}}}]";
    let text = virtual_service(&format!("hosts: [x.a.io], gateways: [gw], {rules}"));
    assert_eq!(
        routes(&[gateway(HTTP), text, svc("s", "ports: [{port: 80}]")])[1..],
        [
            "x.a.io/api (method GET) -> svc s:80 90 of 100",
            "x.a.io/api (method GET) => external api.example.com:443",
            "x.a.io/api (method GET) -> no Service t! 10 of 100"
        ]
    );
}

#[test]
fn ist_tls_and_tcp_go_by_the_name_of_the_server_and_by_port() {
    let server = "port: {number: 443, protocol: TLS}, hosts: [db.a.io], tls: {mode: PASSTHROUGH}";
    let rules = "tls: [{match: [{sniHosts: [db.a.io], port: 443}], route: [{destination: {host: s}}]}]";
    let text = virtual_service(&format!("hosts: [db.a.io], gateways: [gw], {rules}"));
    let all = [gateway(server), text, svc("s", "ports: [{port: 5432}]")];
    assert_eq!(entries(&all)[0], "outside -> Gateway gw:443 tls");
    assert_eq!(routes(&all)[0], "Gateway gw:443 tls -> db.a.io (port 443)");
}

fn ingress_route(kind: &str, spec: &str) -> String {
    object("traefik.io/v1alpha1", kind, "name: r", spec)
}

#[test]
fn trf_entry_points_are_names_of_which_two_have_known_numbers() {
    let route = |spec: &str| {
        let rules = "routes: [{match: Host(`a.io`), kind: Rule, services: [{name: s, port: 80}]}]";
        entries(&[ingress_route("IngressRoute", &format!("{spec}{rules}"))])
    };
    assert_eq!(route(""), ["outside -> IngressRoute r:80 (defaulted)"]);
    assert_eq!(route("tls: {}, "), ["outside -> IngressRoute r:443 tls (defaulted)"]);
    assert_eq!(route("entryPoints: [web, websecure], tls: {}, ").len(), 2);
    assert_eq!(route("entryPoints: [internal], "), ["outside -> IngressRoute r:? (defaulted)"]);
}

#[test]
fn trf_a_number_is_a_port_of_the_service_and_a_name_one_of_its_ports() {
    let service = svc("s", "ports: [{name: web, port: 80, targetPort: 8080}]");
    for (port, expected) in [
        ("80", "a.io/api -> svc s:80"),
        ("web", "a.io/api -> svc s:80 (named)"),
        ("8080", "a.io/api -> no port 8080 in Service s!"),
    ] {
        let rules =
            format!("routes: [{{match: Host(`a.io`) && PathPrefix(`/api`), services: [{{name: s, port: {port}}}]}}]");
        assert_eq!(routes(&[ingress_route("IngressRoute", &rules), service.clone()])[1..], [expected], "{port}");
    }
}

#[test]
fn trf_connections_go_by_the_name_of_the_server_and_packets_to_all() {
    let service = svc("s", "ports: [{name: t, port: 53}, {name: u, port: 53, protocol: UDP}]");
    let tcp = "entryPoints: [dns], tls: {passthrough: true}, routes: [{match: HostSNI(`a.io`), services: [{name: s, port: 53}]}]";
    assert_eq!(
        routes(&[ingress_route("IngressRouteTCP", tcp), service.clone()]),
        ["IngressRouteTCP r:? tls -> a.io", "a.io -> svc s:53"]
    );
    let udp = "entryPoints: [dns], routes: [{services: [{name: s, port: 53}]}]";
    let udp = routes(&[ingress_route("IngressRouteUDP", udp), service]);
    assert_eq!(udp, ["IngressRouteUDP r:?/UDP -> *", "* -> svc s:53/UDP"]);
}

#[test]
fn trf_services_may_be_of_other_namespaces_have_weights_or_be_no_services() {
    let rules = "routes: [{match: PathPrefix(`/`), services: [{name: s, port: 80, weight: 3}, {name: s, namespace: other, port: 80}, {name: split, kind: TraefikService}]}]";
    assert_eq!(
        routes(&[ingress_route("IngressRoute", rules), svc("s", "ports: [{port: 80}]")])[1..],
        ["*/ -> svc s:80 3 of 5", "*/ -> TraefikService split 1 of 5", "*/ -> no Service s! 1 of 5"]
    );
}
