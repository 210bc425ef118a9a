use std::collections::BTreeSet;

use insta::assert_snapshot;

use super::{Detail, Diagram, Direction, Findings, GroupBy, Limits, Options, Split, diagrams, render};
use crate::check::{self, check};
use crate::graph::PortGraph;
use crate::source::{Source, Sources};
use crate::view::Format;
use crate::view::hazards::HAZARDS;

fn graph(manifests: &[&str]) -> PortGraph {
    let text = manifests.join("\n---\n");
    let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
    PortGraph::resolve(crate::manifest::read(&sources, "default").roles)
}

fn drawn(manifests: &[&str], options: &Options) -> Vec<Diagram<'static>> {
    diagrams(&graph(manifests), &[], options).unwrap()
}

/// The only diagram of some manifests.
fn only(manifests: &[&str], options: &Options) -> String {
    let diagrams = drawn(manifests, options);
    assert_eq!(diagrams.len(), 1);
    diagrams[0].mermaid.clone()
}

fn service(name: &str, spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: shop}}, spec: {{{spec}}}}}")
}

fn deployment(name: &str, container: &str) -> String {
    let template =
        format!("{{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: c, {container}}}]}}}}");
    format!(
        "{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: {name}, namespace: shop}}, \
         spec: {{selector: {{matchLabels: {{app: {name}}}}}, template: {template}}}}}"
    )
}

fn web_service(kind: &str, port: &str) -> String {
    service("web", &format!("type: {kind}, selector: {{app: web}}, ports: [{{{port}}}]"))
}

fn web() -> String {
    deployment("web", "ports: [{name: http, containerPort: 8080}]")
}

/// A name without a number: `a`, `b`, … `z`, `ba`.
fn letters(at: usize) -> String {
    let last = char::from(b'a' + u8::try_from(at % 26).unwrap());
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26)) }
}

/// A caller and its Service: `count` applications that call each other in a chain.
fn chain(count: usize, name: impl Fn(usize) -> String) -> Vec<String> {
    let app = |at: usize| {
        let (name, next) = (name(at), name(at + 1));
        let env = format!("env: [{{name: NEXT_URL, value: 'http://app-{next}:80'}}], ports: [{{containerPort: 80}}]");
        [
            service(&format!("app-{name}"), &format!("selector: {{app: app-{name}}}, ports: [{{port: 80}}]")),
            deployment(&format!("app-{name}"), &env),
        ]
    };
    (0..count).flat_map(app).collect()
}

fn texts(manifests: &[String]) -> Vec<&str> {
    manifests.iter().map(String::as_str).collect()
}

#[test]
fn a_small_topology_runs_sideways_with_the_fields_on_its_arrows() {
    let mermaid =
        only(&[&web(), &web_service("NodePort", "port: 80, targetPort: http, nodePort: 30080")], &Options::default());
    assert_snapshot!(mermaid, @r#"
    flowchart LR
      accTitle: Ports of namespace shop
      accDescr: Boxes with their ports; each arrow names the field that leads to the next port
      client_outside(("Client")):::kClient
      subgraph k8s_cluster["Kubernetes cluster"]
        direction LR
        subgraph ns_shop["namespace shop"]
          direction LR
          svc_shop_web["Service web<br/>NodePort<br/>port 80"]:::kService
          deploy_shop_web["Deployment web<br/>containerPort 8080 (http)"]:::kWorkload
        end
      end
      client_outside -->|"nodePort 30080"| svc_shop_web
      svc_shop_web -->|"targetPort http (8080)"| deploy_shop_web
      classDef kClient fill:#ffd8b5,stroke:#bc4c00,color:#4c1d00
      classDef kService fill:#326ce5,stroke:#1f4fb0,color:#ffffff
      classDef kWorkload fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e
    "#);
}

#[test]
fn a_deep_topology_runs_downwards_with_titles_beside_the_arrows() {
    let caller = deployment("web", "ports: [{containerPort: 8080}], env: [{name: DB_URL, value: 'pg://db:5432'}]");
    let db = service("db", "selector: {app: db}, ports: [{port: 5432}]");
    let manifests = [
        &*caller,
        &web_service("NodePort", "port: 80, nodePort: 30080"),
        &db,
        &deployment("db", "ports: [{containerPort: 5432}]"),
    ];
    let mermaid = only(&manifests, &Options::default());
    assert!(mermaid.starts_with("flowchart TB\n"), "{mermaid}");
    assert!(mermaid.contains("subgraph ns_shop[\" \"]"), "{mermaid}");
    assert!(mermaid.contains("title_ns_shop[\"namespace<br/>shop\"]:::kTitle"), "{mermaid}");
    assert!(mermaid.contains("client_outside ~~~ title_ns_shop"), "{mermaid}");
    assert!(mermaid.contains("deploy_shop_web -->|\"port 5432\"| svc_shop_db"), "{mermaid}");
}

#[test]
fn what_an_arrow_says() {
    let cases = [
        ("ClusterIP", "port: 80, targetPort: 8080", "svc_shop_web -->|\"targetPort 8080\"| deploy_shop_web"),
        ("ClusterIP", "port: 80, targetPort: http", "-->|\"targetPort http (8080)\"| deploy_shop_web"),
        ("ClusterIP", "port: 80, targetPort: 9999", "-.->|\"targetPort 9999\"| port_deploy_shop_web_9999"),
        ("ClusterIP", "port: 80, targetPort: 9999", "port_deploy_shop_web_9999 -.-> deploy_shop_web"),
        ("ClusterIP", "port: 53, protocol: UDP", "-.->|\"targetPort 53/UDP<br/>(not declared)\"| deploy_shop_web"),
        (
            "ClusterIP",
            "port: 80, targetPort: htp",
            "svc_shop_web -.-x|\"targetPort htp\"| hole_shop_web_no_container_port_named_htp",
        ),
        ("ClusterIP", "port: 80}, {name: b, port: 81, targetPort: 8080", "|\"81 → 8080\"| deploy_shop_web"),
        ("NodePort", "port: 80", "client_outside -.->|\"nodePort auto\"| svc_shop_web"),
        ("LoadBalancer", "port: 80", "client_outside -->|\"load balancer 80\"| svc_shop_web"),
        ("LoadBalancer", "port: 80, nodePort: 30080", "\"load balancer 80<br/>nodePort 30080\""),
    ];
    for (kind, port, expected) in cases {
        let mermaid = only(&[&web(), &web_service(kind, port)], &Options::default());
        assert!(mermaid.contains(expected), "{kind} {port}: {mermaid}");
    }
}

#[test]
fn a_router_says_hosts_only_where_they_differ() {
    let route = |host: &str, service: &str| {
        format!(
            "{{host: {host}, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}"
        )
    };
    let ingress = |rules: &[String]| {
        let rules = rules.join(", ");
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: in, namespace: shop}}, spec: {{rules: [{rules}]}}}}"
        )
    };
    let web = web_service("ClusterIP", "port: 80");
    let same = only(&[&web, &ingress(&[route("a.example", "web"), route("b.example", "web")])], &Options::default());
    assert!(same.contains("ing_shop_in -->|\"/ → port 80\"| svc_shop_web"), "{same}");
    assert!(same.contains("client_outside -->|\"HTTP 80\"| ing_shop_in"), "{same}");
    let apart = only(&[&web, &ingress(&[route("a.example", "web"), route("b.example", "gone")])], &Options::default());
    assert!(apart.contains("-->|\"a.example/ → port 80\"| svc_shop_web"), "{apart}");
    assert!(apart.contains("ing_shop_in -.-x|\"b.example/\"| hole_shop_no_Service_gone"), "{apart}");
}

#[test]
fn a_mapped_node_port_is_entered_from_the_host_machine_only() {
    let cluster = "{kind: Cluster, apiVersion: kind.x-k8s.io/v1alpha4, name: dev, nodes: [{extraPortMappings: [{containerPort: 30080, hostPort: 3000}]}]}";
    let mermaid = only(&[&web(), &web_service("NodePort", "port: 80, nodePort: 30080"), cluster], &Options::default());
    assert!(mermaid.contains("([\"Host machine<br/>localhost:3000\"])"), "{mermaid}");
    assert!(mermaid.contains("-->|\"nodePort 30080\"| svc_shop_web"), "{mermaid}");
    assert!(!mermaid.contains("Client"), "{mermaid}");
    let other = cluster.replace("name: dev", "name: test").replace("3000", "4000");
    let mermaid =
        only(&[&web(), &web_service("NodePort", "port: 80, nodePort: 30080"), cluster, &other], &Options::default());
    for box_of in [
        "Host machine<br/>kind cluster dev<br/>localhost:3000",
        "Host machine<br/>kind cluster test<br/>localhost:4000",
    ] {
        assert!(mermaid.contains(box_of), "{mermaid}");
    }
}

#[test]
fn one_more_service_changes_only_its_own_lines() {
    let before =
        [web(), web_service("ClusterIP", "port: 80"), service("b", "selector: {app: gone}, ports: [{port: 1}]")];
    let mut after = before.to_vec();
    after.push(service("a", "selector: {app: web}, ports: [{port: 81, targetPort: 8080}]"));
    let lines = |manifests: &[String]| {
        only(&texts(manifests), &Options::default()).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (lines(&before), lines(&after));
    let kept: Vec<&String> = after.iter().filter(|line| !line.contains("svc_shop_a")).collect();
    assert_eq!(kept, before.iter().collect::<Vec<_>>());
    assert_eq!(after.len(), before.len() + 2);
}

#[test]
fn targets_outside_whose_names_differ_in_the_middle_are_two_boxes() {
    let host = |at: usize| format!("shop-orders-database-prod-{at}.abcdefghijkl.eu-central-1.rds.example.com");
    let alias = |at: usize| {
        service(&letters(at), &format!("type: ExternalName, externalName: {}, ports: [{{port: 5432}}]", host(at)))
    };
    let mermaid = only(&[&alias(1), &alias(2)], &Options::default());
    let boxes: BTreeSet<&str> =
        mermaid.lines().filter_map(|line| line.trim().split_once("(\"outside")).map(|(id, _)| id).collect();
    assert_eq!(boxes.len(), 2, "{mermaid}");
}

#[test]
fn arrows_are_straight_where_some_with_labels_may_cross() {
    let straight = "\n  linkStyle default interpolate linear";
    let all = service("all", "selector: {tier: x}, ports: [{port: 80}]");
    let own = |name: &str| service(name, &format!("selector: {{app: {name}}}, ports: [{{port: 80}}]"));
    let app = |name: &str| {
        deployment(name, "ports: [{containerPort: 80}]")
            .replace(&format!("labels: {{app: {name}}}"), &format!("labels: {{app: {name}, tier: x}}"))
    };
    let apps = [app("a"), app("b"), all];
    assert!(!only(&texts(&apps), &Options::default()).contains(straight));
    let crossing: Vec<String> = apps.into_iter().chain([own("a")]).collect();
    assert!(only(&texts(&crossing), &Options::default()).contains(straight));
}

#[test]
fn a_large_topology_has_an_overview_and_loses_nothing() {
    let manifests = chain(14, letters);
    let diagrams = drawn(&texts(&manifests), &Options::default());
    assert!(diagrams.len() > 2);
    assert_eq!(diagrams[0].title, "Ports of namespace shop: overview");
    let parts: String = diagrams[1..].iter().map(|diagram| diagram.mermaid.as_str()).collect();
    for name in (0..14).map(letters) {
        assert!(parts.contains(&format!("svc_shop_app_{name}[")), "Service app-{name}");
        assert!(parts.contains(&format!("|\"targetPort 80\"| deploy_shop_app_{name}\n")), "Deployment app-{name}");
    }
    for at in 0..13 {
        let (name, next) = (letters(at), letters(at + 1));
        let call = format!("deploy_shop_app_{name} -->|\"port 80\"| svc_shop_app_{next}\n");
        assert!(parts.contains(&call), "{call}");
    }
    let titles: BTreeSet<&str> = diagrams.iter().map(|diagram| diagram.title.as_str()).collect();
    assert_eq!(titles.len(), diagrams.len(), "titles are told apart");
}

/// Ingresses to a Service, each to a port of its own.
fn ingresses_to_ports(count: usize) -> Vec<String> {
    let ingress = |at: usize| {
        format!(
            "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: in-{}, namespace: shop}}, spec: {{defaultBackend: {{service: {{name: web, port: {{number: {}}}}}}}}}}}",
            letters(at),
            1000 + at
        )
    };
    let port = |at: usize| format!("{{name: p{at}, port: {}, targetPort: 8080}}", 1000 + at);
    let ports: Vec<String> = (0..count).map(port).collect();
    let service = service("web", &format!("selector: {{app: web}}, ports: [{}]", ports.join(", ")));
    (0..count).map(ingress).chain([web(), service]).collect()
}

#[test]
fn a_service_with_very_many_routes_to_many_ports_is_sliced() {
    let diagrams = drawn(&texts(&ingresses_to_ports(40)), &Options::default());
    assert!(diagrams[0].title.contains("(1 of "), "{}", diagrams[0].title);
    let all: String = diagrams.iter().map(|diagram| diagram.mermaid.as_str()).collect();
    for at in 0..40 {
        let route =
            format!("ing_shop_in_{} -->|\"default backend<br/>→ port {}\"| svc_shop_web\n", letters(at), 1000 + at);
        assert!(all.contains(&route), "{route}");
    }
}

#[test]
fn what_is_left_behind_many_slices_is_told_by_name() {
    let diagrams = drawn(&texts(&ingresses_to_ports(200)), &Options::default());
    let last = diagrams.last().unwrap();
    assert_eq!((diagrams.len(), last.title.as_str()), (21, "web (21 of 21)"));
    // The workload is among them: kinds tell them apart.
    assert!(last.mermaid.contains("[\"158 more<br/>Ingress in-"), "{}", last.mermaid);
}

/// A Gateway and routes of it to a Service, each with a name of letters, and a spec of its own after those of all.
fn hub(count: usize, hosts: impl Fn(&str) -> String, rule: impl Fn(&str) -> String) -> Vec<String> {
    let object = |kind: &str, name: &str, spec: &str| {
        format!(
            "{{apiVersion: gateway.networking.k8s.io/v1, kind: {kind}, metadata: {{name: {name}, namespace: shop}}, spec: {{{spec}}}}}"
        )
    };
    let route = |at: usize| {
        let name = letters(at);
        let spec = format!("parentRefs: [{{name: edge}}], hostnames: [{}], rules: [{{{}}}]", hosts(&name), rule(&name));
        object("HTTPRoute", &format!("to-{name}"), &spec)
    };
    let edge = object("Gateway", "edge", "gatewayClassName: x, listeners: [{name: http, port: 80, protocol: HTTP}]");
    let service = service(
        "web",
        "selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}, {name: admin, port: 81, targetPort: 8080}]",
    );
    (0..count).map(route).chain([edge, web(), service]).collect()
}

#[test]
fn routes_that_lead_to_the_same_place_are_one_box_where_they_are_too_many() {
    let path = |name: &str| {
        format!("matches: [{{path: {{type: PathPrefix, value: /{name}}}}}], backendRefs: [{{name: web, port: 80}}]")
    };
    let backend = |_: &str| "backendRefs: [{name: web, port: 80}]".to_owned();
    let manifests = hub(400, |name| format!("{name}.example.com"), backend);
    assert_snapshot!(page(&manifests.join("\n---\n"), &Options::default()), @r#"
    ```mermaid
    flowchart TB
      accTitle: Ports of namespace shop
      accDescr: Boxes with their ports; each arrow names the field that leads to the next port
      client_outside(("Client")):::kClient
      subgraph ns_shop[" "]
        direction TB
        title_ns_shop["namespace<br/>shop"]:::kTitle
        gateway_shop_edge("Gateway edge"):::kRouter
        httproute_shop_to_a_to_z("HTTPRoute<br/>to-a … to-z<br/>400 alike<br/>a.example.com<br/>b.example.com<br/>and 398 more"):::kRouter
        svc_shop_web["Service web<br/>ClusterIP<br/>port 80 (http)<br/>port 81 (admin)"]:::kService
        deploy_shop_web["Deployment web<br/>containerPort 8080 (http)"]:::kWorkload
      end
      client_outside -->|"HTTP 80"| gateway_shop_edge
      gateway_shop_edge --> httproute_shop_to_a_to_z
      httproute_shop_to_a_to_z -->|"/ → port 80"| svc_shop_web
      svc_shop_web -->|"80 → 8080<br/>81 → 8080"| deploy_shop_web
      client_outside ~~~ title_ns_shop
      classDef kClient fill:#ffd8b5,stroke:#bc4c00,color:#4c1d00
      classDef kRouter fill:#ddf4ff,stroke:#0969da,color:#0a3069
      classDef kService fill:#326ce5,stroke:#1f4fb0,color:#ffffff
      classDef kWorkload fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e
      classDef kTitle fill:none,stroke:none
    ```
    "#);
    let manifests = hub(40, |_| "shop.example.com".to_owned(), path);
    let page = page(&manifests.join("\n---\n"), &Options::default());
    let routes: Vec<&str> = page.lines().filter(|line| line.contains("httproute_")).collect();
    assert_snapshot!(routes.join("\n"), @r#"
      httproute_shop_to_a_to_z("HTTPRoute<br/>to-a … to-z<br/>40 alike<br/>shop.example.com"):::kRouter
    gateway_shop_edge --> httproute_shop_to_a_to_z
    httproute_shop_to_a_to_z -->|"/a → port 80<br/>/b → port 80<br/>and 38 more"| svc_shop_web
    "#);
}

#[test]
fn routes_of_many_namespaces_are_one_box_and_those_that_lead_nowhere_another() {
    let rule = |_: &str| "backendRefs: [{name: web, namespace: shop, port: 80}]".to_owned();
    let moved = |(at, text): (usize, String)| {
        let name = letters(at);
        let text = text.replace("[{name: edge}]", "[{name: edge, namespace: shop}]");
        text.replace(
            &format!("{{name: to-{name}, namespace: shop}}"),
            &format!("{{name: to-{name}, namespace: in-{name}}}"),
        )
    };
    let manifests = hub(60, |_| "shop.example.com".to_owned(), rule).into_iter().enumerate().map(moved);
    let grant =
        |at: usize| format!("{{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: in-{}}}", letters(at));
    let grants: Vec<String> = (0..60).map(grant).collect();
    let grants = format!(
        "{{apiVersion: gateway.networking.k8s.io/v1, kind: ReferenceGrant, metadata: {{name: all, namespace: shop}}, \
         spec: {{from: [{}], to: [{{group: '', kind: Service}}]}}}}",
        grants.join(", ")
    );
    let manifests: Vec<String> = manifests.chain([grants]).collect();
    let shared = "protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}";
    let page = page(&manifests.join("\n---\n").replace("protocol: HTTP}", shared), &Options::default());
    let routes: Vec<&str> = page.lines().filter(|line| line.contains("httproute_")).collect();
    assert_snapshot!(routes.join("\n"), @r#"
    httproute_in_a_in_p_to_a_to_p("HTTPRoute<br/>to-a … to-p<br/>16 alike<br/>in 16 namespaces<br/>shop.example.com"):::kRouter
    httproute_in_ba_in_z_to_ba_to_z("HTTPRoute<br/>to-ba … to-z<br/>44 alike<br/>in 44 namespaces<br/>shop.example.com"):::kRouter
    httproute_in_ba_in_z_to_ba_to_z -.-x|"/<br/>44 findings"| hole_shop_web_no_ReferenceGrant_for_Service_web_in_namespace_shop
    httproute_in_a_in_p_to_a_to_p -->|"/ → port 80"| svc_shop_web
    gateway_shop_edge --> httproute_in_a_in_p_to_a_to_p
    gateway_shop_edge --> httproute_in_ba_in_z_to_ba_to_z
    "#);
}

#[test]
fn routes_that_differ_in_more_than_names_hosts_and_paths_stay_apart() {
    let cases: [(usize, &[&str], usize, &[&str]); 5] = [
        // As many as can be drawn.
        (5, &[], 80, &[]),
        (40, &[], 80, &["40 alike"]),
        (40, &["f"], 81, &["39 alike"]),
        // What findings are about is not told with what is right.
        (40, &["f", "g"], 82, &["38 alike"]),
        (40, &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"], 81, &["13 alike", "27 alike"]),
    ];
    for (count, others, port, expected) in cases {
        let port = |name: &str| if others.contains(&name) { port } else { 80 };
        let rule = |name: &str| format!("backendRefs: [{{name: web, port: {}}}]", port(name));
        let page = page(&hub(count, |name| format!("{name}.example.com"), rule).join("\n---\n"), &Options::default());
        let told: Vec<&str> = page.split("<br/>").filter(|line| line.ends_with(" alike")).collect();
        assert_eq!(told, expected, "{page}");
    }
}

#[test]
fn splitting_can_be_turned_off() {
    let manifests = chain(14, letters);
    let options = Options { limits: Limits { split: Split::Never, ..Limits::default() }, ..Options::default() };
    assert_eq!(drawn(&texts(&manifests), &options).len(), 1);
}

#[test]
fn more_than_mermaid_draws_is_refused() {
    let manifests = chain(300, letters);
    let options = Options { limits: Limits { split: Split::Never, ..Limits::default() }, ..Options::default() };
    let error = diagrams(&graph(&texts(&manifests)), &[], &options).unwrap_err().to_string();
    assert!(error.contains("more than Mermaid draws"), "{error}");
}

#[test]
fn mermaid_alone_is_one_diagram_or_an_error() {
    let options = Options { format: Format::Mermaid, ..Options::default() };
    let one = render(&graph(&[&web(), &web_service("ClusterIP", "port: 80")]), &[], &options).unwrap();
    assert!(one.starts_with("flowchart LR\n") && one.ends_with("stroke-dasharray:4 3\n"), "{one}");
    let manifests = chain(14, letters);
    let error = render(&graph(&texts(&manifests)), &[], &options).unwrap_err().to_string();
    assert!(error.contains("--focus KIND/NAME"), "{error}");
    assert!(render(&graph(&[]), &[], &options).is_err());
}

#[test]
fn markdown_links_from_the_overview_to_the_parts() {
    let manifests = chain(14, letters);
    let page = render(&graph(&texts(&manifests)), &[], &Options::default()).unwrap();
    assert!(page.starts_with("### Ports of namespace shop: overview\n\n```mermaid\nflowchart "), "{page}");
    assert!(page.contains("\n```\n\nIn parts: [app-a"), "{page}");
    assert!(page.ends_with("```\n"), "{page}");
    let small = render(&graph(&[&web(), &web_service("ClusterIP", "port: 80")]), &[], &Options::default()).unwrap();
    assert!(small.starts_with("```mermaid\n"), "one diagram needs no heading: {small}");
    assert_eq!(
        render(&graph(&[]), &[], &Options::default()).unwrap(),
        "There are no ports in the input, so there is nothing to draw.\n"
    );
}

#[test]
fn focus_keeps_what_requests_pass_and_knows_short_names() {
    let manifests = chain(3, letters);
    for focus in ["svc/app-c", "SERVICE/app-c", "services/app-c", "shop/svc/app-c"] {
        let options = Options { focus: Some(focus.parse().unwrap()), ..Options::default() };
        let mermaid = only(&texts(&manifests), &options);
        assert!(mermaid.contains("deploy_shop_app_b -->|\"port 80\"| svc_shop_app_c"), "{focus}: {mermaid}");
    }
    let options = Options { focus: Some("svc/app-a".parse().unwrap()), ..Options::default() };
    let narrow = only(&[&manifests[0], &manifests[1], &web(), &web_service("ClusterIP", "port: 80")], &options);
    assert!(!narrow.contains("shop_web"), "{narrow}");
}

#[test]
fn an_unknown_focus_lists_near_names() {
    let focus = |text: &str| {
        let options = Options { focus: Some(text.parse().unwrap()), ..Options::default() };
        diagrams(&graph(&[&web(), &web_service("ClusterIP", "port: 80")]), &[], &options).unwrap_err().to_string()
    };
    assert_eq!(focus("svc/wbe"), "there is no svc/wbe in the input; did you mean deploy/web or svc/web?");
    assert_eq!(focus("svc/payments"), "there is no svc/payments in the input");
}

#[test]
fn types_stand_side_by_side_with_their_own_workloads() {
    let options = Options { group_by: GroupBy::Type, ..Options::default() };
    let plain = service("inner", "selector: {app: web}, ports: [{port: 80}]");
    let mermaid = only(&[&web(), &web_service("NodePort", "port: 80, nodePort: 30080"), &plain], &options);
    for expected in [
        "subgraph type_NodePort[\"NodePort Services\"]",
        "subgraph type_ClusterIP[\"ClusterIP Services\"]",
        "client_NodePort_outside -->|\"nodePort 30080\"| svc_NodePort_shop_web",
        "deploy_NodePort_shop_web[",
        "deploy_ClusterIP_shop_web[",
    ] {
        assert!(mermaid.contains(expected), "{expected}: {mermaid}");
    }
}

#[test]
fn applications_can_be_framed() {
    let options = Options { group_by: GroupBy::App, ..Options::default() };
    let mermaid = only(&[&web(), &web_service("ClusterIP", "port: 80")], &options);
    assert!(mermaid.contains("subgraph app_shop_web[\"app web\"]"), "{mermaid}");
}

#[test]
fn every_port_can_be_a_box() {
    let options = Options { detail: Detail::Ports, ..Options::default() };
    let manifests = [&*web(), &web_service("NodePort", "port: 80, targetPort: http, nodePort: 30080")];
    let mermaid = only(&manifests, &options);
    for expected in [
        "\"node port 30080\"",
        "-->|\"port 80\"|",
        "-->|\"targetPort http (8080)\"|",
        "\"containerPort 8080 (http)<br/>Deployment web\"",
    ] {
        assert!(mermaid.contains(expected), "{expected}: {mermaid}");
    }
}

#[test]
fn the_legend_explains_what_is_drawn_and_nothing_else() {
    let options = Options { legend: true, ..Options::default() };
    let mermaid = only(&[&web(), &web_service("ClusterIP", "port: 53, protocol: UDP")], &options);
    assert!(mermaid.contains("subgraph legend_frame[\"Legend\"]"), "{mermaid}");
    assert!(mermaid.contains("legend_Service -.->|\"assumed\"| legend_workload"), "{mermaid}");
    assert!(!mermaid.contains("legend_missing"), "{mermaid}");
}

#[test]
fn a_stated_direction_is_kept() {
    for (direction, word) in
        [(Direction::Tb, "TB"), (Direction::Lr, "LR"), (Direction::Bt, "BT"), (Direction::Rl, "RL")]
    {
        let options = Options { direction, ..Options::default() };
        let mermaid = only(&[&web(), &web_service("ClusterIP", "port: 80")], &options);
        assert!(mermaid.starts_with(&format!("flowchart {word}\n")), "{mermaid}");
        assert!(mermaid.contains(&format!("direction {word}\n")), "{mermaid}");
    }
}

#[test]
fn workloads_without_ports_and_calls_are_named_below() {
    let diagrams = drawn(&[&web(), &deployment("worker", "image: x")], &Options::default());
    assert_eq!(diagrams[0].note, "Not drawn, because no port and no call of theirs is stated: Deployment worker.");
}

/// What of a diagram stands outside of all quotes.
fn skeleton(mermaid: &str) -> String {
    mermaid.split('"').step_by(2).collect()
}

#[test]
fn no_name_breaks_out_of_its_label() {
    let with_name = |name: &str| {
        let name = name.replace('\'', "''").replace(|c: char| c.is_control(), "");
        let text = format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: '{name}', namespace: shop}}, \
             spec: {{selector: {{app: '{name}'}}, ports: [{{port: 80}}]}}}}"
        );
        drawn(&[&text], &Options::default()).into_iter().next().map(|diagram| skeleton(&diagram.mermaid))
    };
    let plain = with_name("web").unwrap();
    for hazard in HAZARDS {
        let Some(found) = with_name(hazard) else { continue };
        assert_eq!(found.lines().count(), plain.lines().count(), "{hazard}: {found}");
        let expected = |c: char| c.is_ascii_alphanumeric() || " _:,;#.>|-=[]{}()\n".contains(c);
        assert!(found.chars().all(expected), "{hazard}: {found}");
    }
}

/// What is printed of one manifest, with the findings about it.
fn page(manifest: &str, options: &Options) -> String {
    let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: manifest.into(), explicit: true }]);
    let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
    let findings = check(&graph, &sources, &check::Options::default()).findings;
    render(&graph, &findings, options).unwrap()
}

/// A Service whose metrics port leads nowhere and whose node port is out of range.
fn broken_web() -> String {
    let ports = "selector: {app: web}, type: NodePort, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 38080}, \
                 {name: metrics, port: 9113, targetPort: metric, nodePort: 30113}]";
    [deployment("web", "ports: [{containerPort: 8080}, {name: metrics, containerPort: 9113}]"), service("web", ports)]
        .join("\n---\n")
}

#[test]
fn findings_are_numbered_red_and_explained_the_worst_first() {
    assert_snapshot!(page(&broken_web(), &Options::default()), @r#"
    ```mermaid
    flowchart LR
      accTitle: Ports of namespace shop
      accDescr: Boxes with their ports; each arrow names the field that leads to the next port
      client_outside(("Client")):::kClient
      subgraph k8s_cluster["Kubernetes cluster"]
        direction LR
        subgraph ns_shop["namespace shop"]
          direction LR
          svc_shop_web["Service web<br/>NodePort<br/>port 80 (http)<br/>port 9113 (metrics)"]:::kService
          deploy_shop_web["Deployment web<br/>containerPort 8080<br/>containerPort 9113 (metrics)"]:::kWorkload
          hole_shop_web_no_container_port_named_metric{{"no container port<br/>named metric"}}:::kMissing
        end
      end
      client_outside -.->|"② nodePort 38080<br/>nodePort 30113"| svc_shop_web
      svc_shop_web -.-x|"① 9113 → metric"| hole_shop_web_no_container_port_named_metric
      svc_shop_web -->|"80 → 8080"| deploy_shop_web
      classDef kClient fill:#ffd8b5,stroke:#bc4c00,color:#4c1d00
      classDef kService fill:#326ce5,stroke:#1f4fb0,color:#ffffff
      classDef kWorkload fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e
      classDef kMissing fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-dasharray:4 3
      linkStyle 0,1 stroke:#e5484d,stroke-width:3px,stroke-dasharray:6 4
    ```

    - ① **P003** port 9113 of Service web has no endpoints: no container of Deployment web names a port `metric`
    - ② **P009** Service web asks for node port 38080, outside of 30000-32767: the API server rejects it unless its range was widened
    "#);
}

#[test]
fn findings_can_be_left_out() {
    let options = Options { findings: Findings::Never, ..Options::default() };
    let page = page(&broken_web(), &options);
    assert!(!page.contains(['①', '②']) && !page.contains("linkStyle"), "{page}");
}

#[test]
fn what_no_arrow_shows_is_told_by_the_box_of_its_object() {
    let twice =
        service("web", "selector: {app: web}, ports: [{name: a, port: 80}, {name: a, port: 81, targetPort: 80}]");
    let page = page(&[deployment("web", "ports: [{containerPort: 80}]"), twice].join("\n---\n"), &Options::default());
    let drawn: Vec<&str> = page.lines().filter(|line| line.contains('①')).collect();
    assert_snapshot!(drawn.join("\n"), @r#"
        svc_shop_web["Service web ①<br/>ClusterIP<br/>port 80 (a)<br/>port 81 (a)"]:::kService
    - ① **P007** Service web has a port named `a` twice, which the API server rejects
    "#);
}

#[test]
fn every_port_on_its_own_shows_findings_too() {
    let options = Options { detail: Detail::Ports, format: Format::Mermaid, ..Options::default() };
    let page = page(&broken_web(), &options);
    let drawn: Vec<&str> =
        page.lines().filter(|line| line.contains(['①', '②']) || line.contains("linkStyle")).collect();
    assert_snapshot!(drawn.join("\n"), @r#"
    client_outside -.->|"②"| port_shop_Service_web_node_port_80_TCP
    port_shop_Service_web_node_port_80_TCP -.->|"② port 80"| port_shop_Service_web_port_80_TCP
    port_shop_Service_web_port_9113_TCP -.-x|"① targetPort metric"| port_missing_port_name_shop_web_metric_TCP
    linkStyle 0,1,2 stroke:#e5484d,stroke-width:3px,stroke-dasharray:6 4
    %% ① P003 port 9113 of Service web has no endpoints: no container of Deployment web names a port `metric`
    %% ② P009 Service web asks for node port 38080, outside of 30000-32767: the API server rejects it unless its range was widened
    "#);
}

#[test]
fn parts_of_a_large_topology_explain_what_they_show_and_the_overview_says_where_it_is() {
    let mut manifests = chain(14, letters);
    manifests.push(broken_web());
    let page = page(&manifests.join("\n---\n"), &Options::default());
    let told: Vec<&str> = page.lines().filter(|line| line.starts_with('#') || line.contains(['①', '②'])).collect();
    assert_snapshot!(told.join("\n"), @r#"
    ### Ports of namespace shop: overview
      app_shop_web["web<br/>1 missing target<br/>①"]:::kWorkload
      client_outside -.->|"② nodePort<br/>38080<br/>nodePort<br/>30113"| app_shop_web
    ### app-a, app-b, app-c, app-d
    ### app-e, app-f, app-g, app-h
    ### app-i, app-j, app-k, app-l
    ### app-m, app-n
    ### web
      client_outside -.->|"② nodePort 38080<br/>nodePort 30113"| svc_shop_web
      svc_shop_web -.-x|"① 9113 → metric"| hole_shop_web_no_container_port_named_metric
    - ① **P003** port 9113 of Service web has no endpoints: no container of Deployment web names a port `metric`
    - ② **P009** Service web asks for node port 38080, outside of 30000-32767: the API server rejects it unless its range was widened
    "#);
}

#[test]
fn a_finding_about_a_hostile_name_stays_text() {
    for hazard in HAZARDS {
        let name = serde_json::to_string(hazard).unwrap();
        let service = service("web", &format!("selector: {{app: web}}, ports: [{{port: 80, targetPort: {name}}}]"));
        let manifest = [deployment("web", "ports: [{containerPort: 80}]"), service].join("\n---\n");
        let mermaid = page(&manifest, &Options { format: Format::Mermaid, ..Options::default() });
        let comments = mermaid.lines().skip_while(|line| !line.starts_with("  linkStyle 0 stroke")).skip(1);
        assert!(comments.clone().count() > 0 && !mermaid.contains("%%{"), "{mermaid}");
        for line in comments {
            assert!(line.starts_with("  %% ") && !line[5..].contains("%%"), "{line}");
        }
        let markdown = page(&manifest, &Options::default());
        let after = markdown.rsplit_once("```").unwrap().1.trim();
        assert!(after.lines().all(|line| line.starts_with("- ")), "{after}");
        // Between backticks it is code; elsewhere it would be read.
        let outside: String = after.split('`').step_by(2).collect();
        assert!(hazard.contains('`') || !outside.contains(['<', '[']), "{after}");
    }
}

#[test]
fn kinds_of_one_name_and_several_groups_are_boxes_of_their_own() {
    let gateway = |group: &str, spec: &str| {
        format!("{{apiVersion: {group}, kind: Gateway, metadata: {{name: gw, namespace: shop}}, spec: {{{spec}}}}}")
    };
    let text = only(
        &[
            &gateway("gateway.networking.k8s.io/v1", "listeners: [{name: web, port: 80, protocol: HTTP}]"),
            &gateway(
                "networking.istio.io/v1",
                "servers: [{port: {number: 81, name: http, protocol: HTTP}, hosts: ['*']}]",
            ),
        ],
        &Options::default(),
    );
    for told in [
        "|\"HTTP 80\"| gateway_shop_gw\n",
        "|\"HTTP 81\"| gateway_shop_gw_networking_istio_io\n",
        "(\"Gateway gw<br/>(gateway.networking.k8s.io)\")",
        "(\"Gateway gw<br/>(networking.istio.io)\")",
    ] {
        assert!(text.contains(told), "no {told:?} in\n{text}");
    }
}

#[test]
fn gwy_08_a_listener_set_says_whose_listeners_it_adds() {
    let set = "{apiVersion: gateway.networking.k8s.io/v1, kind: ListenerSet, metadata: {name: more, namespace: shop}, spec: {parentRef: {name: edge, \
               namespace: infra}, listeners: [{name: a, port: 443, protocol: HTTPS, hostname: a.io}]}}";
    let text = only(&[set], &Options::default());
    assert!(text.contains(r#"("ListenerSet more<br/>for Gateway edge<br/>a.io")"#), "{text}");
}

/// The lines of a page that tell what is drawn: headings, links, boxes, arrows.
fn told(page: &str) -> String {
    let is_told =
        |line: &&str| ["#", "In parts", "- "].iter().any(|mark| line.starts_with(mark)) || line.contains(['[', '|']);
    page.lines().filter(is_told).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_only_a_number_tells_apart_is_drawn_once_where_not_all_can_be_drawn() {
    let number = |at: usize| at.to_string();
    assert_snapshot!(told(&page(&chain(50, number).join("\n---\n"), &Options::default())), @r#"
    subgraph ns_shop["namespace shop"]
      svc_shop_app_0_app_48["Service<br/>app-0 … app-48<br/>49 alike<br/>ClusterIP<br/>port 80"]:::kService
      svc_shop_app_49["Service app-49<br/>ClusterIP<br/>port 80"]:::kService
      deploy_shop_app_0_app_48["Deployment<br/>app-0 … app-48<br/>49 alike<br/>containerPort 80"]:::kWorkload
      deploy_shop_app_49["Deployment<br/>app-49<br/>containerPort 80"]:::kWorkload
    svc_shop_app_0_app_48 -->|"targetPort 80"| deploy_shop_app_0_app_48
    svc_shop_app_49 -->|"targetPort 80"| deploy_shop_app_49
    deploy_shop_app_0_app_48 -->|"port 80<br/>48 calls"| svc_shop_app_0_app_48
    deploy_shop_app_0_app_48 -->|"port 80"| svc_shop_app_49
    "#);
    let few = page(&chain(3, number).join("\n---\n"), &Options::default());
    assert!(!few.contains("alike"), "three can be drawn: {few}");
}

#[test]
fn services_that_all_select_each_others_pods_are_one_arrow() {
    let service = |at: usize| service(&format!("s{at}"), "selector: {app: x}, ports: [{port: 80, targetPort: 8080}]");
    let pod = |at: usize| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: p{at}, namespace: shop, labels: {{app: x}}}}, \
             spec: {{containers: [{{name: c, ports: [{{containerPort: 8080}}]}}]}}}}"
        )
    };
    let manifests: Vec<String> = (0..60).flat_map(|at| [service(at), pod(at)]).collect();
    assert_snapshot!(told(&page(&manifests.join("\n---\n"), &Options::default())), @r#"
    subgraph ns_shop["namespace shop"]
      svc_shop_s0_s59["Service<br/>s0 … s59<br/>60 alike<br/>ClusterIP<br/>port 80"]:::kService
      po_shop_p0_p59["Pod<br/>p0 … p59<br/>60 alike<br/>containerPort 8080"]:::kWorkload
    svc_shop_s0_s59 -->|"targetPort 8080<br/>each to each"| po_shop_p0_p59
    "#);
}

#[test]
fn namespaces_come_first_where_applications_are_too_many() {
    let of = |at: usize| {
        let names: Vec<String> = chain(14, letters);
        names.into_iter().map(move |text| text.replace("namespace: shop", &format!("namespace: {}", letters(at))))
    };
    let manifests: Vec<String> = (0..2).flat_map(of).collect();
    let page = page(&manifests.join("\n---\n"), &Options::default());
    let headings: Vec<&str> = page.lines().filter(|line| line.starts_with(['#', 'I'])).collect();
    assert_snapshot!(headings.join("\n"), @"
    ### Ports of namespaces a, b: overview
    In parts: [Namespace a: overview](#namespace-a-overview) · [Namespace b: overview](#namespace-b-overview)
    ### Namespace a: overview
    In parts: [app-a, app-b, app-c, app-d in a](#app-a-app-b-app-c-app-d-in-a) · [app-e, app-f, app-g, app-h in a](#app-e-app-f-app-g-app-h-in-a) · [app-i, app-j, app-k, app-l in a](#app-i-app-j-app-k-app-l-in-a) · [app-m, app-n in a](#app-m-app-n-in-a)
    ### app-a, app-b, app-c, app-d in a
    ### app-e, app-f, app-g, app-h in a
    ### app-i, app-j, app-k, app-l in a
    ### app-m, app-n in a
    ### Namespace b: overview
    In parts: [app-a, app-b, app-c, app-d in b](#app-a-app-b-app-c-app-d-in-b) · [app-e, app-f, app-g, app-h in b](#app-e-app-f-app-g-app-h-in-b) · [app-i, app-j, app-k, app-l in b](#app-i-app-j-app-k-app-l-in-b) · [app-m, app-n in b](#app-m-app-n-in-b)
    ### app-a, app-b, app-c, app-d in b
    ### app-e, app-f, app-g, app-h in b
    ### app-i, app-j, app-k, app-l in b
    ### app-m, app-n in b
    ");
}

#[test]
fn an_overview_counts_routes_as_ways_in_however_few_its_arrows_are() {
    let mut manifests = chain(20, letters);
    let path = |at: usize| {
        let name = letters(at);
        format!("{{path: /{name}, pathType: Prefix, backend: {{service: {{name: app-{name}, port: {{number: 80}}}}}}}}")
    };
    for (router, paths) in [("edge", 0..6), ("side", 6..9)] {
        let paths: Vec<String> = paths.map(path).collect();
        manifests.push(format!(
            "{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: {router}, namespace: shop}}, \
             spec: {{rules: [{{http: {{paths: [{}]}}}}]}}}}",
            paths.join(", ")
        ));
    }
    manifests.push(web_service("LoadBalancer", "port: 80").replace("shop", "web"));
    manifests.push(web().replace("shop", "web"));
    let limits = Limits { split: Split::Namespace, ..Limits::default() };
    let overview = &drawn(&texts(&manifests), &Options { limits, ..Options::default() })[0].mermaid;
    let arrows: Vec<&str> = overview.lines().filter(|line| line.contains("-->")).collect();
    assert_snapshot!(arrows.join("\n"), @r#"
    client_outside -->|"HTTP 80<br/>9 ways in"| namespace_shop
    client_outside -->|"load balancer<br/>80"| namespace_web
    "#);
}

#[test]
fn a_topology_is_split_as_asked_and_no_part_is_larger_than_asked() {
    let manifests = chain(14, letters);
    for split in [Split::Auto, Split::Namespace, Split::App] {
        for (max_edges, max_chars) in [(None, None), (Some(4), None), (Some(100), None), (None, Some(2000))] {
            let options = Options { limits: Limits { split, max_edges, max_chars }, ..Options::default() };
            for diagram in drawn(&texts(&manifests), &options) {
                let edges = diagram.mermaid.matches("-->").count();
                assert!(edges <= max_edges.unwrap_or(24), "{split:?} {max_edges:?}: {}", diagram.mermaid);
                let chars = diagram.mermaid.encode_utf16().count();
                assert!(chars <= max_chars.unwrap_or(20_000), "{split:?} {max_chars:?}: {}", diagram.mermaid);
            }
        }
    }
    let one = Limits { max_edges: Some(100), ..Limits::default() };
    assert_eq!(drawn(&texts(&manifests), &Options { limits: one, ..Options::default() }).len(), 1);
}

#[test]
fn a_hole_of_several_labels_names_each_without_the_prefix_of_its_key() {
    let selector = "selector: {app.kubernetes.io/name: web, app.kubernetes.io/part-of: shop}, ports: [{port: 80}]";
    let mermaid = only(&[&service("web", selector)], &Options::default());
    assert!(mermaid.contains("{{\"no pod with<br/>…/name=web<br/>…/part-of=shop\"}}"), "{mermaid}");
}

#[test]
fn what_belongs_to_no_application_is_called_by_its_routers() {
    let router = "{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: edge, namespace: shop}, \
                  spec: {entryPoints: [web], routes: [{kind: Rule, match: Host(`a.test`), services: [{name: gone, port: 80}]}]}}";
    let manifests = [web(), web_service("ClusterIP", "port: 80"), router.to_owned()];
    let manifests: Vec<&str> = manifests.iter().map(String::as_str).collect();
    let split = Options { limits: Limits { split: Split::App, ..Limits::default() }, ..Options::default() };
    let titles: Vec<String> = drawn(&manifests, &split).into_iter().map(|diagram| diagram.title).collect();
    assert_eq!(titles.last().map(String::as_str), Some("Everything else: edge"), "{titles:?}");
}
