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
fn ist_destinations_name_the_subset_of_the_pods_that_gets_its_part() {
    let to = |subset: &str, weight: u32| format!("{{destination: {{host: s, subset: {subset}}}, weight: {weight}}}");
    let rules = |list: &[String]| {
        let rules = format!("http: [{{route: [{}], mirror: {{host: s, subset: v3}}}}]", list.join(", "));
        let text = virtual_service(&format!("hosts: [x.a.io], gateways: [gw], {rules}"));
        routes(&[gateway(HTTP), text, svc("s", "ports: [{port: 80}]")])[1..].to_vec()
    };
    assert_eq!(
        rules(&[to("v2", 20), to("v1", 80)]),
        ["x.a.io/ -> svc s:80 (defaulted) (v1 80 of 100) (v2 20 of 100)", "x.a.io/ => svc s:80 (defaulted) (v3)"]
    );
    assert_eq!(rules(&[to("v1", 5)])[0], "x.a.io/ -> svc s:80 (defaulted) (v1 1 of 1)");
    let other = "{destination: {host: t}, weight: 50}".to_owned();
    assert_eq!(rules(&[to("v1", 50), other])[0], "x.a.io/ -> svc s:80 (defaulted) 50 of 100 (v1 50 of 100)");
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
fn trf_the_arguments_of_the_proxy_give_entry_points_their_numbers() {
    let route = ingress_route(
        "IngressRouteTCP",
        "entryPoints: [db], routes: [{match: HostSNI(`*`), services: [{name: s, port: 80}]}]",
    );
    let proxy = |name: &str, address: &str| {
        pod(
            name,
            "traefik",
            &format!("args: ['--entryPoints.DB.address={address}'], ports: [{{containerPort: 5432, name: db}}]"),
        )
    };
    let listens = |documents: &[String]| {
        let lines = entries(&[std::slice::from_ref(&route), documents].concat()).into_iter();
        lines.filter(|line| line.contains("IngressRouteTCP")).collect::<Vec<_>>()
    };
    assert_eq!(listens(&[proxy("p", ":5432/tcp")]), ["outside -> IngressRouteTCP r:5432 (defaulted)"]);
    let balancer =
        svc("traefik", "type: LoadBalancer, selector: {app: traefik}, ports: [{port: 15432, targetPort: db}]");
    assert_eq!(listens(&[proxy("p", ":5432"), balancer]), ["outside -> IngressRouteTCP r:15432 (defaulted)"]);
    let two = [proxy("p", ":5432"), proxy("q", "0.0.0.0:5433")];
    assert_eq!(listens(&two), ["outside -> IngressRouteTCP r:? (defaulted)"], "they do not agree");
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

fn proxy(name: &str, spec: &str) -> String {
    object("projectcontour.io/v1", "HTTPProxy", name, spec)
}

const HOST: &str = "virtualhost: {fqdn: a.io}";

#[test]
fn ctr_a_host_is_on_80_and_with_tls_on_443() {
    let routes = "routes: [{services: [{name: s, port: 80}]}]";
    let listens = |host: &str| entries(&[proxy("name: p", &format!("virtualhost: {{fqdn: a.io{host}}}, {routes}"))]);
    assert_eq!(listens(""), ["outside -> HTTPProxy p:80 (defaulted)"]);
    assert_eq!(listens(", tls: {secretName: t}"), ["outside -> HTTPProxy p:443 tls (defaulted)"]);
    assert!(entries(&[proxy("name: p", routes)]).is_empty());
}

#[test]
fn ctr_with_tls_plain_requests_get_to_the_routes_that_permit_them() {
    let rules = "routes: [{services: [{name: s, port: 80}]}, {conditions: [{prefix: /open}], permitInsecure: true, services: [{name: s, port: 80}]}]";
    let matches = |tls: &str| {
        let host = format!("virtualhost: {{fqdn: a.io{tls}}}, {rules}");
        let all = routes(&[proxy("name: p", &host)]);
        all.into_iter().filter(|line| line.starts_with("HTTPProxy")).collect::<Vec<_>>()
    };
    assert_eq!(matches(""), ["HTTPProxy p:80 -> a.io/", "HTTPProxy p:80 -> a.io/open"]);
    assert_eq!(
        matches(", tls: {secretName: t}"),
        ["HTTPProxy p:80 -> a.io/open", "HTTPProxy p:443 tls -> a.io/", "HTTPProxy p:443 tls -> a.io/open"]
    );
}

#[test]
fn ctr_a_port_is_a_number_of_the_service_and_weights_part_the_requests() {
    let services = "{name: s, port: 80, weight: 90}, {name: s, port: 81, weight: 10}, {name: s, port: 81, mirror: true}, {name: s, port: 9000, weight: 0}";
    let rules = format!(
        "{HOST}, routes: [{{conditions: [{{exact: /api}}, {{header: {{name: x, contains: v}}}}], services: [{services}]}}]"
    );
    let service = svc("s", "ports: [{name: a, port: 80}, {name: b, port: 81, targetPort: 9000}]");
    assert_eq!(
        routes(&[proxy("name: p", &rules), service])[1..],
        [
            "a.io/api (header x=*v*) -> svc s:80 90 of 100",
            "a.io/api (header x=*v*) -> svc s:81 10 of 100",
            "a.io/api (header x=*v*) => svc s:81",
            "a.io/api (header x=*v*) -> no port 9000 in Service s! 0 of 100"
        ]
    );
    let even = format!("{HOST}, routes: [{{services: [{{name: s, port: 80}}, {{name: s, port: 81}}]}}]");
    let service = svc("s", "ports: [{name: a, port: 80}, {name: b, port: 81}]");
    assert_eq!(
        routes(&[proxy("name: p", &even), service])[1..],
        ["a.io/ -> svc s:80 1 of 2", "a.io/ -> svc s:81 1 of 2"]
    );
}

#[test]
fn ctr_connections_go_to_the_services_of_a_tcp_proxy() {
    let spec = "virtualhost: {fqdn: a.io, tls: {passthrough: true}}, tcpproxy: {services: [{name: s, port: 443}]}";
    assert_eq!(
        routes(&[proxy("name: p", spec), svc("s", "ports: [{port: 443}]")]),
        ["HTTPProxy p:443 tls -> a.io", "a.io -> svc s:443"]
    );
}

#[test]
fn ctr_an_included_proxy_gets_the_host_and_the_path_and_keeps_its_namespace() {
    let root = proxy(
        "name: root",
        &format!(
            "{HOST}, includes: [{{name: blog, namespace: m, conditions: [{{prefix: /blog}}]}}], routes: [{{services: [{{name: s, port: 80}}]}}]"
        ),
    );
    let blog = proxy(
        "name: blog, namespace: m",
        "includes: [{name: deep, conditions: [{prefix: /deep/}, {header: {name: x}}]}], routes: [{services: [{name: s, port: 80}]}]",
    );
    let deep =
        proxy("name: deep, namespace: m", "routes: [{conditions: [{exact: /er}], services: [{name: t, port: 80}]}]");
    assert_eq!(
        routes(&[root, blog, deep, svc("s", "ports: [{port: 80}]")]),
        [
            "HTTPProxy root:80 -> a.io/",
            "HTTPProxy root:80 -> a.io/blog",
            "HTTPProxy root:80 -> a.io/blog/deep/er (header x)",
            "a.io/ -> svc s:80",
            "a.io/blog -> no Service s!",
            "a.io/blog/deep/er (header x) -> no Service t!"
        ]
    );
}

#[test]
fn ctr_a_proxy_may_be_included_by_several_hosts_and_by_none() {
    let root = |name: &str, host: &str, prefix: &str| {
        let include = format!("includes: [{{name: main, conditions: [{{prefix: {prefix}}}]}}]");
        proxy(&format!("name: {name}"), &format!("virtualhost: {{fqdn: {host}}}, {include}"))
    };
    let main = || proxy("name: main", "routes: [{services: [{name: s, port: 80}]}]");
    let service = || svc("s", "ports: [{port: 80}]");
    assert_eq!(
        routes(&[root("one", "a.io", "/"), root("two", "b.io", "/x"), main(), service()]),
        ["a.io/ -> svc s:80", "b.io/x -> svc s:80", "HTTPProxy one:80 -> a.io/", "HTTPProxy two:80 -> b.io/x"]
    );
    assert_eq!(routes(&[main(), service()]), ["*/ -> svc s:80"]);
}

#[test]
fn ctr_an_include_of_nothing_is_a_hole_and_a_circle_ends() {
    let root = proxy("name: root", &format!("{HOST}, includes: [{{name: a, conditions: [{{prefix: /a}}]}}]"));
    assert_eq!(routes(std::slice::from_ref(&root)), ["HTTPProxy root:80 -> a.io/a", "a.io/a -> no HTTPProxy a!"]);
    let circle = proxy(
        "name: a",
        "includes: [{name: a, conditions: [{prefix: /b}]}], routes: [{services: [{name: s, port: 80}]}]",
    );
    assert_eq!(
        routes(&[root, circle, svc("s", "ports: [{port: 80}]")]),
        ["a.io/a -> svc s:80", "HTTPProxy root:80 -> a.io/a"]
    );
}

#[test]
fn ist_a_destination_outside_has_the_only_port_of_its_service_entry() {
    let text =
        virtual_service("hosts: [x.a.io], gateways: [gw], http: [{route: [{destination: {host: api.pay.test}}]}]");
    let entry = |ports: &str| {
        let spec = format!("hosts: [api.pay.test], ports: [{ports}]");
        object("networking.istio.io/v1", "ServiceEntry", "name: e", &spec)
    };
    let to = |ports: &str| routes(&[gateway(HTTP), text.clone(), entry(ports)])[1].clone();
    assert_eq!(to("{number: 8443, protocol: HTTPS}"), "x.a.io/ -> external api.pay.test:8443");
    assert_eq!(
        to("{number: 80, protocol: HTTP}, {number: 443, protocol: HTTPS}"),
        "x.a.io/ -> external api.pay.test:?"
    );
}
