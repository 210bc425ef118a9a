//! Gateway API (SEMANTICS §5). Hosts are tested in [`host`](super::super::host), what is told of refusals in the checks P020 to P024.

use super::{entries, object, routes, svc};

const VERSION: &str = "gateway.networking.k8s.io/v1";
const SERVICE: &str = "ports: [{name: http, port: 80}]";
const HTTP: &str = "{name: http, port: 80, protocol: HTTP}";
const HTTPS: &str = "{name: https, port: 443, protocol: HTTPS}";
/// An HTTPRoute's only rule.
const RULE: &str = "rules: [{backendRefs: [{name: s, port: 80}]}]";

fn gateway(listeners: &[&str]) -> String {
    object(VERSION, "Gateway", "name: gw", &format!("listeners: [{}]", listeners.join(", ")))
}

/// A route `r` with these fields behind its parents.
fn route(kind: &str, parent: &str, spec: &str) -> String {
    object(VERSION, kind, "name: r", &format!("parentRefs: [{{{parent}}}], {spec}"))
}

/// What a rule of an HTTPRoute leads to; its Services are `s` and `t`.
fn rule(rule: &str) -> Vec<String> {
    let route = route("HTTPRoute", "name: gw", &format!("rules: [{{{rule}}}]"));
    let lines = routes(&[gateway(&[HTTP, HTTPS]), route, svc("s", SERVICE), svc("t", SERVICE)]);
    lines.into_iter().filter(|line| !line.starts_with("Gateway")).collect()
}

/// The listeners (and holes) in front of routes for every host.
fn joined(documents: &[String]) -> Vec<String> {
    routes(documents).into_iter().filter(|line| !line.starts_with("*/")).collect()
}

#[test]
fn gwy_01_listeners_have_no_default_port() {
    assert_eq!(entries(&[gateway(&["{name: a, protocol: HTTP}"])]), ["outside -> Gateway gw:?"]);
}

#[test]
fn gwy_03_tcp_and_udp_may_share_a_number() {
    let both = gateway(&["{name: a, port: 53, protocol: TCP}", "{name: b, port: 53, protocol: UDP}"]);
    assert_eq!(entries(&[both]), ["outside -> Gateway gw:53", "outside -> Gateway gw:53/UDP"]);
}

#[test]
fn gwy_05_routes_attach_to_listeners_of_their_protocol() {
    let all = gateway(&[
        HTTP,
        "{name: tcp, port: 5432, protocol: TCP}",
        "{name: udp, port: 53, protocol: UDP}",
        "{name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}}",
    ]);
    let services = svc("s", "ports: [{name: a, port: 80}, {name: b, port: 80, protocol: UDP}]");
    for (kind, expected) in [
        ("HTTPRoute", ["Gateway gw:80 -> */", "*/ -> svc s:80"]),
        ("GRPCRoute", ["Gateway gw:80 -> */", "*/ -> svc s:80"]),
        ("TCPRoute", ["Gateway gw:5432 -> *", "* -> svc s:80"]),
        ("UDPRoute", ["Gateway gw:53/UDP -> *", "* -> svc s:80/UDP"]),
        ("TLSRoute", ["Gateway gw:8443 tls -> *", "* -> svc s:80"]),
    ] {
        assert_eq!(routes(&[all.clone(), route(kind, "name: gw", RULE), services.clone()]), expected, "{kind}");
    }
}

#[test]
fn gwy_06_what_labels_decide_that_are_not_there_is_only_assumed() {
    let selector = "allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}";
    let gateway = gateway(&[&format!("{{name: http, port: 80, protocol: HTTP, {selector}}}")]);
    let other = object(
        VERSION,
        "HTTPRoute",
        "name: r, namespace: b",
        &format!("parentRefs: [{{name: gw, namespace: default}}], {RULE}"),
    );
    assert_eq!(joined(&[gateway.clone(), other.clone()])[0], "Gateway gw:80 -> */ (assumed)");
    let namespace = |team: &str| object("v1", "Namespace", &format!("name: b, labels: {{team: {team}}}"), "");
    assert_eq!(joined(&[gateway.clone(), other.clone(), namespace("a")])[0], "Gateway gw:80 -> */");
    assert!(
        routes(&[gateway, other, namespace("c")])
            .contains(&"no listener for namespace b in Gateway gw! -> */".to_owned())
    );
}

#[test]
fn gwy_06_every_namespace_has_a_label_with_its_name() {
    let selector = "allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [b]}]}}}";
    let gateway = gateway(&[&format!("{{name: http, port: 80, protocol: HTTP, {selector}}}")]);
    let other = object(
        VERSION,
        "HTTPRoute",
        "name: r, namespace: b",
        &format!("parentRefs: [{{name: gw, namespace: default}}], {RULE}"),
    );
    assert_eq!(joined(&[gateway, other])[0], "Gateway gw:80 -> */");
}

#[test]
fn gwy_08_listeners_are_added_only_where_the_gateway_allows_it() {
    let set = object(
        VERSION,
        "ListenerSet",
        "name: set",
        "parentRef: {name: gw}, listeners: [{name: x, port: 8080, protocol: HTTP}]",
    );
    let closed = gateway(&[HTTP]);
    let open = closed.replace("listeners:", "allowedListeners: {namespaces: {from: Same}}, listeners:");
    assert_eq!(entries(&[closed, set.clone()]), ["outside -> Gateway gw:80"]);
    assert_eq!(entries(&[open.clone(), set.clone()]), ["outside -> Gateway gw:80", "outside -> ListenerSet set:8080"]);
    let route = route("HTTPRoute", "kind: ListenerSet, name: set, sectionName: x", RULE);
    assert_eq!(joined(&[open, set, route])[0], "ListenerSet set:8080 -> */");
}

#[test]
fn gwy_09_clients_come_in_at_the_listeners_ports() {
    assert_eq!(entries(&[gateway(&[HTTP, HTTPS])]), ["outside -> Gateway gw:80", "outside -> Gateway gw:443 tls"]);
}

#[test]
fn rt_01_name_and_port_choose_listeners_and_without_them_all_are_meant() {
    let reached = |parent: &str| {
        let lines = routes(&[gateway(&[HTTP, HTTPS]), route("HTTPRoute", parent, RULE)]);
        lines.into_iter().filter(|line| line.ends_with("-> */")).collect::<Vec<_>>()
    };
    let (plain, encrypted) = ("Gateway gw:80 -> */", "Gateway gw:443 tls -> */");
    assert_eq!(reached("name: gw"), [plain, encrypted]);
    assert_eq!(reached("name: gw, sectionName: https"), [encrypted]);
    assert_eq!(reached("name: gw, port: 80"), [plain]);
    assert_eq!(
        reached("name: gw, sectionName: http, port: 443"),
        ["no listener named http on port 443 in Gateway gw! -> */"]
    );
}

#[test]
fn rt_02_a_gateway_that_is_not_there_is_elsewhere() {
    let route = route("HTTPRoute", "name: gw, namespace: infra, port: 8080", RULE);
    assert_eq!(entries(std::slice::from_ref(&route)), ["outside -> Gateway infra/gw:8080 (assumed)"]);
    assert_eq!(joined(&[route])[0], "Gateway infra/gw:8080 -> */");
}

#[test]
fn rt_03_a_service_as_parent_opens_no_way_in() {
    let mesh = route("HTTPRoute", "group: '', kind: Service, name: s", RULE);
    assert!(entries(&[mesh.clone(), svc("s", SERVICE)]).is_empty());
    assert_eq!(routes(&[mesh, svc("s", SERVICE)]), ["*/ -> svc s:80"]);
}

#[test]
fn rt_04_only_hosts_that_meet_are_joined() {
    let shop = "{name: shop, port: 80, protocol: HTTP, hostname: '*.shop.io'}";
    let route = route("HTTPRoute", "name: gw", &format!("hostnames: [a.shop.io, b.io], {RULE}"));
    let lines = routes(&[gateway(&[shop]), route, svc("s", SERVICE)]);
    assert_eq!(
        lines,
        [
            "Gateway gw:80 -> a.shop.io/",
            "a.shop.io/ -> svc s:80",
            "b.io/ -> svc s:80",
            "no listener for b.io in Gateway gw! -> b.io/"
        ]
    );
}

#[test]
fn rt_06_without_rules_everything_is_taken_and_leads_nowhere() {
    let nothing = route("HTTPRoute", "name: gw", "");
    assert_eq!(routes(&[gateway(&[HTTP]), nothing]), ["Gateway gw:80 -> */"]);
}

#[test]
fn rt_07_a_backend_is_a_service_port_of_the_routes_namespace() {
    assert_eq!(rule("backendRefs: [{name: s, port: 80}]"), ["*/ -> svc s:80"]);
    assert_eq!(rule("backendRefs: [{name: s, port: 8080}]"), ["*/ -> no port 8080 in Service s!"]);
    assert_eq!(rule("backendRefs: [{name: x, port: 80}]"), ["*/ -> no Service x!"]);
}

#[test]
fn rt_08_weights_part_the_requests_and_0_gets_none() {
    let two = |a: u8, b: u8| {
        rule(&format!("backendRefs: [{{name: s, port: 80, weight: {a}}}, {{name: t, port: 80, weight: {b}}}]"))
    };
    assert_eq!(two(90, 10), ["*/ -> svc s:80 90 of 100", "*/ -> svc t:80 10 of 100"]);
    assert_eq!(two(1, 0), ["*/ -> svc s:80 1 of 1", "*/ -> svc t:80 0 of 1"]);
    let twice = rule("backendRefs: [{name: s, port: 80}, {name: s, port: 80, weight: 2}, {name: t, port: 80}]");
    assert_eq!(twice, ["*/ -> svc s:80 3 of 4", "*/ -> svc t:80 1 of 4"]);
}

#[test]
fn rt_09_other_kinds_are_led_to_as_they_are() {
    let import = rule("backendRefs: [{group: multicluster.x-k8s.io, kind: ServiceImport, name: far, port: 80}]");
    assert_eq!(import, ["*/ -> ServiceImport far"]);
}

#[test]
fn rt_10_another_namespace_needs_a_grant() {
    let route = route("HTTPRoute", "name: gw", "rules: [{backendRefs: [{name: s, namespace: b, port: 80}]}]");
    let service = object("v1", "Service", "name: s, namespace: b", SERVICE);
    let grant = "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}], to: [{group: '', kind: Service}]";
    let grant = object(VERSION, "ReferenceGrant", "name: g, namespace: b", grant);
    let leads = |documents: &[String]| routes(documents).pop().unwrap();
    assert_eq!(leads(&[route.clone(), service.clone()]), "*/ -> no ReferenceGrant for Service s in namespace b!");
    assert_eq!(leads(&[route, service, grant]), "*/ -> svc b/s:80");
}

#[test]
fn rt_11_a_redirect_leads_to_the_listener_of_the_new_address() {
    let redirect =
        |redirect: &str| rule(&format!("filters: [{{type: RequestRedirect, requestRedirect: {{{redirect}}}}}]"));
    assert_eq!(redirect("scheme: https, statusCode: 301"), ["*/ -> Gateway gw:443 tls [redirect 301: https]"]);
    assert_eq!(
        redirect("scheme: https, port: 8443"),
        ["*/ -> no listener on port 8443 in Gateway gw! [redirect 302: https port 8443]"]
    );
    assert_eq!(redirect("scheme: https, hostname: e.org"), ["*/ -> external e.org:443 [redirect 302: https://e.org]"]);
    let stays = redirect("path: {type: ReplaceFullPath, replaceFullPath: /new}");
    assert_eq!(stays, ["*/ -> Gateway gw:80 [redirect 302: /new]", "*/ -> Gateway gw:443 tls [redirect 302: /new]"]);
}

#[test]
fn rt_12_a_mirror_gets_a_copy_beside_the_backend() {
    let mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: t, port: 80}}}]";
    let expected = ["*/ -> svc s:80", "*/ => svc t:80"];
    assert_eq!(rule(&format!("backendRefs: [{{name: s, port: 80}}], {mirror}")), expected);
    assert_eq!(rule(&format!("backendRefs: [{{name: s, port: 80, {mirror}}}]")), expected);
}

#[test]
fn rt_13_calls_of_grpc_have_a_path_of_service_and_method() {
    let grpc = |method: &str| {
        let spec = format!("rules: [{{matches: [{{method: {{{method}}}}}], backendRefs: [{{name: s, port: 80}}]}}]");
        routes(&[route("GRPCRoute", "name: gw", &spec), svc("s", SERVICE)]).pop().unwrap()
    };
    assert_eq!(
        grpc("service: shop.Cart, method: Add"),
        "/shop.Cart/Add".to_owned().replacen('/', "*/", 1) + " -> svc s:80"
    );
    assert_eq!(grpc("service: shop.Cart"), "*/shop.Cart/ -> svc s:80");
}

#[test]
fn rt_15_one_listener_that_accepts_is_enough() {
    let other = "{name: other, port: 81, protocol: HTTP, hostname: x.io}";
    let route = route("HTTPRoute", "name: gw", &format!("hostnames: [a.io], {RULE}"));
    assert_eq!(routes(&[gateway(&[HTTP, other]), route])[..1], ["Gateway gw:80 -> a.io/"]);
}

#[test]
fn rules_that_differ_in_a_condition_only_are_routes_of_their_own() {
    let to = |name: &str| format!("backendRefs: [{{name: {name}, port: 80}}]");
    let spec = format!(
        "rules: [{{matches: [{{headers: [{{name: version, value: v2}}]}}], {}}}, {{matches: [{{method: POST}}], {}}}, {{{}}}]",
        to("s"),
        to("t"),
        to("s")
    );
    let lines = routes(&[route("HTTPRoute", "name: gw", &spec), svc("s", SERVICE), svc("t", SERVICE)]);
    let leads: Vec<&String> = lines.iter().filter(|line| line.contains("svc")).collect();
    assert_eq!(leads, ["*/ -> svc s:80", "*/ (header version: v2) -> svc s:80", "*/ (method POST) -> svc t:80"]);
}

#[test]
fn rt_07_a_service_of_another_group_does_not_take_the_name_of_a_core_one() {
    let knative =
        object("serving.knative.dev/v1", "Service", "name: s", "template: {spec: {containers: [{image: x}]}}");
    let documents =
        [gateway(&[HTTP]), route("HTTPRoute", "name: gw", RULE), svc("s", "ports: [{name: http, port: 80}]"), knative];
    let graph = super::graph(&documents);
    let routed = graph.hops().find(|(_, from, to, _)| {
        graph.key(*from).to_string().contains("HTTPRoute") && graph.key(*to).to_string().contains("Service")
    });
    assert_eq!(routed.map(|(_, _, to, _)| graph.key(to).to_string()).as_deref(), Some("default/Service/s/port/80/TCP"));
}
