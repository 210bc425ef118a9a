//! The view as a whole, on small manifests.

use clap::Args as _;
use clap::FromArgMatches as _;

use super::*;
use crate::manifest;
use crate::source::{Source, Sources};

/// One of everything: each way in, each call, each hole.
const EVERYTHING: &str = include_str!("tests/everything.yaml");
const NODE_PORT: &str = include_str!("../../../examples/nginx/external-traffic/myapp.yaml");
const BACKEND: &str = include_str!("../../../examples/nginx/dns/backend.yaml");
const FRONTEND: &str = include_str!("../../../examples/nginx/dns/frontend.yaml");
const OBSERVED: &str = include_str!("../../../examples/nginx/dns-observed/cluster.yaml");

fn graph(manifests: &[&str]) -> PortGraph {
    let source =
        |(at, text): (usize, &&str)| Source { name: format!("{at}.yaml"), text: (*text).into(), explicit: true };
    let lowered = manifest::read(&Sources::new(manifests.iter().enumerate().map(source).collect()), "default");
    assert_eq!(lowered.problems, [], "the manifests are read whole");
    PortGraph::resolve(lowered.roles)
}

fn options(line: &str) -> Options {
    let command = Options::augment_args(clap::Command::new("sequence").no_binary_name(true));
    Options::from_arg_matches(&command.get_matches_from(line.split_whitespace())).unwrap()
}

fn headings(manifest: &str, line: &str) -> Vec<String> {
    let diagrams = diagrams(&graph(&[manifest]), &options(line)).unwrap();
    diagrams.into_iter().map(|diagram| diagram.heading).collect()
}

/// The only diagram that the options choose.
fn drawn(manifest: &str, line: &str) -> String {
    let diagrams = diagrams(&graph(&[manifest]), &options(line)).unwrap();
    let [only] = diagrams.as_slice() else { panic!("{line} chooses {}", diagrams.len()) };
    only.mermaid.clone()
}

fn assert_has(text: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(text.contains(wanted), "no {wanted:?} in\n{text}");
    }
}

fn assert_lacks(text: &str, unwanted: &[&str]) {
    for unwanted in unwanted {
        assert!(!text.contains(unwanted), "{unwanted:?} in\n{text}");
    }
}

#[test]
fn a_node_port_is_followed_to_the_application_and_back() {
    insta::assert_snapshot!(render(&graph(&[NODE_PORT]), &Options::default()).unwrap(), @r#"
    ## Through node port 30080 to Service myapp

    ```mermaid
    sequenceDiagram
      accTitle: Through node port 30080 to Service myapp
      actor client_outside as Client
      participant node_myapp as Node<br/>NodeIP:30080
      participant svc_myapp as Service myapp<br/>ClusterIP:80
      participant pod_myapp as Pod of myapp<br/>containerPort: 8080
      participant app_myapp_myapp as Application<br/>container myapp

      client_outside->>node_myapp: HTTP request to<br/>NodeIP:30080
      Note over node_myapp: NodePort Service<br/>nodePort: 30080
      node_myapp->>svc_myapp: Forwards to<br/>Service port: 80
      Note over svc_myapp: Service matches selector<br/>app: myapp<br/>port 80 → targetPort 8080
      svc_myapp->>pod_myapp: Routes to<br/>targetPort: 8080
      pod_myapp->>app_myapp_myapp: Traffic reaches app<br/>listening on :8080
      app_myapp_myapp-->>pod_myapp: Response
      pod_myapp-->>svc_myapp: Response
      svc_myapp-->>node_myapp: Response
      node_myapp-->>client_outside: Response
    ```
    "#);
}

#[test]
fn a_call_asks_dns_first_and_the_next_request_meets_another_pod() {
    let text = render(&graph(&[BACKEND, FRONTEND]), &options("--format mermaid")).unwrap();
    insta::assert_snapshot!(text, @r#"
    sequenceDiagram
      accTitle: From Deployment frontend to Service backend-service
      participant caller_frontend as Pod of frontend
      participant dns_coredns as CoreDNS
      participant svc_backend_service as Service<br/>backend-service<br/>ClusterIP:80
      participant pod_backend_1 as Pod 1 of backend<br/>containerPort: 8080
      participant pod_backend_2 as Pod 2 of backend<br/>containerPort: 8080

      Note over caller_frontend: env BACKEND_URL<br/>http://backend-service:80
      caller_frontend->>dns_coredns: Resolve<br/>"backend-service"
      dns_coredns-->>caller_frontend: Returns ClusterIP of<br/>backend-service
      caller_frontend->>svc_backend_service: HTTP request to<br/>backend-service:80
      Note over svc_backend_service: Service matches selector<br/>app: backend<br/>port 80 → targetPort 8080<br/>kube-proxy balances<br/>over 2 pods
      svc_backend_service->>pod_backend_1: Balances to<br/>Pod 1:8080
      Note over pod_backend_1: container backend
      pod_backend_1-->>svc_backend_service: Response
      svc_backend_service-->>caller_frontend: Response
      Note over caller_frontend,pod_backend_2: Next request
      caller_frontend->>svc_backend_service: HTTP request to<br/>backend-service:80
      svc_backend_service->>pod_backend_2: Balances to<br/>Pod 2:8080
      pod_backend_2-->>svc_backend_service: Response
      svc_backend_service-->>caller_frontend: Response
    "#);
}

#[test]
fn the_order_of_reading_changes_nothing() {
    let text = |manifests: &[&str]| render(&graph(manifests), &options("--all")).unwrap();
    let documents: Vec<&str> = EVERYTHING.split("\n---\n").collect();
    let reversed: Vec<&str> = documents.iter().rev().copied().collect();
    assert_eq!(text(&documents), text(&reversed));
}

#[test]
fn no_diagram_has_more_participants_than_can_be_read() {
    let graph = graph(&[EVERYTHING]);
    let all = request::requests(&graph);
    assert!(all.len() > 25);
    for request in all {
        let scene = stage::scene(&graph, &request);
        assert!(scene.part_count() <= scene::MOST_PARTS, "{}", scene.title);
    }
}

#[test]
fn addresses_are_told_only_where_the_input_has_them() {
    let known = drawn(OBSERVED, "--from pod/frontend-6c9f8d7b45-kw7rp");
    assert_has(&known, &["Returns ClusterIP<br/>10.96.0.10", "HTTP request to<br/>10.96.0.10:80"]);
    let unknown = drawn(NODE_PORT, "");
    assert_has(&unknown, &["ClusterIP:80", "NodeIP:30080"]);
    assert_has(&drawn(EVERYTHING, "--from svc/web:80"), &["LoadBalancerIP:80"]);
}

#[test]
fn lb_01_a_load_balancer_passes_its_stated_node_port_and_takes_it_in_where_room_is_short() {
    let one_pod = include_str!("../../../examples/nginx/load-balancer/nginx.yaml");
    let text = drawn(one_pod, "--from svc/nginx-service:443");
    assert_has(
        &text,
        &[
            "Load balancer<br/>203.0.113.10:443",
            "lb_nginx_service->>node_nginx_service: Forwards to<br/>nodePort: 30443",
        ],
    );
    let crowded = drawn(EVERYTHING, "--from svc/web:80");
    assert_has(
        &crowded,
        &["LoadBalancer Service<br/>port: 80<br/>nodePort: 30080", "lb_web->>svc_web", "Pod 2 of web"],
    );
    assert_lacks(&crowded, &["node_web"]);
}

#[test]
fn svc_03_an_assigned_node_port_behind_a_load_balancer_is_no_way_in_of_its_own() {
    let manifest =
        "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, ports: [{port: 80}]}}";
    assert_eq!(headings(manifest, ""), ["Through load balancer port 80 to Service web"]);
    assert_has(&drawn(manifest, ""), &["node port: assigned"]);
}

#[test]
fn routes_of_one_ingress_to_one_backend_are_one_diagram() {
    let text = drawn(EVERYTHING, "--from ing/shop --to svc/web:80");
    assert_has(
        &text,
        &[
            "HTTPS GET one of 5 paths<br/>port 443 (by default)",
            "shop.example.com/<br/>shop.example.com/api<br/>shop.example.com/x<br/>shop.example.com/y<br/>and 1 more",
            "Most controllers skip",
        ],
    );
}

#[test]
fn a_hole_gets_a_lost_message_and_says_what_the_client_sees() {
    for (line, wanted) in [
        (
            "--from ing/shop --to svc/lonely",
            &[
                "--xhole",
                "no pod has the labels<br/>app: nobody<br/>tier: none",
                "No endpoints\n",
                "503 Service Unavailable",
            ][..],
        ),
        ("--from ing/shop --to svc/fallback", &["--xhole", "No container port named<br/>admin", "503"]),
        ("--from ing/shop --to svc/legacy", &["router_shop--xhole", "No Service legacy", "503 or 404"]),
        ("--from ing/shop --to svc/web:81", &["router_shop--xhole", "Service web has 80", "503 or 404"]),
        ("--from svc/lonely:30081", &["svc_lonely--xhole", "svc_lonely-->>node_lonely: Connection refused"]),
        ("--from cluster/kind:9999", &["mapping_kind--xhole", "nothing on node port 31999"]),
        ("--from deploy/web --to svc/gone", &["dns_coredns--xhole", "NXDOMAIN"]),
        (
            "--from deploy/web --to svc/cache:7000",
            &["Returns ClusterIP of<br/>cache", "caller_web--xhole", "Service cache has 6379"],
        ),
        ("--from deploy/web --to svc/lonely-headless", &["dns_coredns--xhole", "No address"]),
        ("--from svc/scaled:80", &["svc_scaled--xpod_scaled", "replicas: 0", "Connection refused"]),
    ] {
        let text = drawn(EVERYTHING, line);
        assert_has(&text, wanted);
        assert_lacks(&text, &["Response"]);
    }
}

#[test]
fn tp_09_an_undeclared_target_port_answers_only_if_something_listens() {
    let text = drawn(include_str!("../../../examples/port-mismatch/fault/nginx.yaml"), "");
    assert_has(&text, &["no container declares 8080<br/>declared: 80", "Response, or<br/>connection refused"]);
    assert_lacks(&text, &["Application"]);
}

/// A headless Service in front of numbered pods, and a pod that reads `URL`.
fn headless(url: &str) -> String {
    format!(
        "
apiVersion: v1
kind: Service
metadata: {{name: db}}
spec: {{clusterIP: None, selector: {{app: db}}, ports: [{{port: 80, targetPort: 5432}}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  replicas: 2
  serviceName: db
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: postgres, ports: [{{containerPort: 5432}}]}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client}}
spec: {{containers: [{{name: c, env: [{{name: URL, value: \"{url}\"}}]}}]}}
"
    )
}

#[test]
fn hl_02_the_port_of_a_headless_service_is_not_translated() {
    let right = drawn(&headless("http://db:5432"), "");
    assert_has(&right, &["Returns the pod IPs", "caller_client->>pod_db_1", "Pod db-0", "Pod db-1"]);
    assert_lacks(&right, &["svc_db", "connection refused"]);
    let wrong = drawn(&headless("http://db:80"), "");
    assert_has(&wrong, &["80 is not 5432", "Response, or<br/>connection refused"]);
}

#[test]
fn dns_04_a_pod_that_is_called_by_name_answers_alone() {
    let text = drawn(&headless("http://db-1.db:5432"), "");
    assert_has(&text, &["Resolve<br/>\"db-1.db\"", "Returns the pod IP\n", "Pod db-1"]);
    assert_lacks(&text, &["Pod db-0", "Next request"]);
}

#[test]
fn en_01_an_external_name_is_reached_without_a_service() {
    let text = drawn(EVERYTHING, "--from deploy/web --to svc/mail");
    assert_has(
        &text,
        &["Returns the alias<br/>smtp.mail.example.net", "an alias, no port is mapped", "caller_web->>backend"],
    );
}

#[test]
fn ep_03_stated_endpoints_are_shown_by_their_addresses() {
    let text = drawn(EVERYTHING, "--to svc/stated");
    assert_has(&text, &["over 3 addresses", "Routes to<br/>192.0.2.1:9201", "Routes to<br/>192.0.2.2:9201"]);
    let other = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 5432, targetPort: 9999}]}\n---\n\
         apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 15432}]}]\n";
    assert_lacks(&drawn(other, "--to svc/db"), &["9999"]);
}

#[test]
fn loc_01_a_kind_port_mapping_starts_at_the_host_machine() {
    let text = drawn(EVERYTHING, "--from cluster/kind:8080");
    assert_has(
        &text,
        &["Host machine", "localhost:8080", "hostPort: 8080<br/>containerPort: 30080<br/>nodePort: 30080"],
    );
}

#[test]
fn a_service_that_nobody_names_is_shown_from_any_pod() {
    let lone = BACKEND;
    assert_eq!(headings(lone, ""), ["From any pod to Service backend-service"]);
    assert_eq!(headings(NODE_PORT, ""), ["Through node port 30080 to Service myapp"], "others reach it");
    assert_eq!(headings(NODE_PORT, "--from inside"), ["From any pod to Service myapp"], "unless it is asked for");
}

#[test]
fn from_and_to_choose() {
    let web = ["Through Ingress shop port 443 to Service web", "Through load balancer port 80 to Service web"];
    for (line, first) in [
        ("--to svc/web", web[0]),
        ("--to default/Services/web --from OUTSIDE", web[0]),
        ("--to deployments/web", web[0]),
        ("--from svc/web:80", web[1]),
        ("--from host --to svc/web", "From the host machine through localhost:8080 to Service web"),
        ("--from host --to svc/lonely", "From the host machine to Service lonely"),
        ("--from outside --to svc/scaled:53/UDP", "Through external IP 198.51.100.7:53/UDP to Service scaled"),
        ("--from deploy/web --to svc/stated", "From Deployment web to Service stated"),
    ] {
        assert_eq!(headings(EVERYTHING, line).first().map(String::as_str), Some(first), "{line}");
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let graph = graph(&[EVERYTHING]);
    for (line, message) in [
        ("--to svc/nobody", "there is no svc/nobody in the input"),
        ("--to deploy/cache", "there is no deploy/cache in the input; did you mean svc/cache?"),
        ("--to other/svc/web", "there is no other/svc/web in the input; did you mean deploy/web or svc/web?"),
        ("--to svc/statd:80", "there is no svc/statd:80 in the input; did you mean svc/stated?"),
        (
            "--from ing/shop --to svc/stated",
            "no request takes this way; without --from and --to every request is drawn",
        ),
    ] {
        assert_eq!(render(&graph, &options(line)).unwrap_err().to_string(), message);
    }
    assert!("web".parse::<Place>().is_err());
}

#[test]
fn bare_mermaid_is_one_diagram_or_a_list_of_choices_that_each_choose_one() {
    let graph = graph(&[EVERYTHING]);
    let error = render(&graph, &options("--format mermaid")).unwrap_err().to_string();
    let choices: Vec<&str> = error.lines().filter(|line| line.contains("--from")).collect();
    assert_eq!(choices.len(), 20, "{error}");
    for choice in choices {
        let text = render(&graph, &options(&format!("--format mermaid {choice}"))).unwrap();
        assert!(text.starts_with("sequenceDiagram\n"), "{choice}");
    }
}

#[test]
fn a_page_is_not_flooded_and_tells_what_it_left_out() {
    let graph = graph(&[EVERYTHING]);
    let page = |line| render(&graph, &options(line)).unwrap();
    assert_eq!(page("").matches("\n## ").count() + 1, 8);
    assert_has(&page(""), &["Not drawn here: 6 ways in, 8 calls between workloads", "`--all` draws everything"]);
    assert_lacks(&page("--all"), &["Not drawn"]);
}

#[test]
fn manifests_without_ports_are_told_so() {
    let text = render(&graph(&[]), &Options::default()).unwrap();
    assert_has(&text, &["No request can be drawn"]);
}

#[test]
fn texts_that_try_to_be_mermaid_stay_texts() {
    let manifest = NODE_PORT.replace("app: myapp", "app: \"x; y->>z: #1\"");
    let text = drawn(&manifest, "");
    assert_has(&text, &["app: x#59; y->>z: #35;1"]);
    assert_eq!(text.lines().count(), drawn(NODE_PORT, "").lines().count());
}

/// A Gateway with these listeners, a route with these rules, and the Services `web` and `audit`.
fn gateway(listeners: &str, rules: &str) -> String {
    let service = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}\n"
        )
    };
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw}}\nspec: {{listeners: [{listeners}]}}\n---\n\
         apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r}}\nspec: {{parentRefs: [{{name: gw, sectionName: http}}], \
         hostnames: [a.io], rules: [{rules}]}}\n---\n\
         apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: safe}}\nspec: {{parentRefs: [{{name: gw, sectionName: https}}], \
         rules: [{{backendRefs: [{{name: web, port: 80}}]}}]}}\n{}{}",
        service("web"),
        service("audit")
    )
}

const HTTP: &str = "{name: http, port: 80, protocol: HTTP}";
const HTTPS: &str = "{name: https, port: 443, protocol: HTTPS}";

fn redirect(listeners: &str, redirect: &str) -> String {
    let rules = format!("{{filters: [{{type: RequestRedirect, requestRedirect: {{{redirect}}}}}]}}");
    drawn(&gateway(listeners, &rules), "--from outside --to httproute/r")
}

#[test]
fn rt_11_a_redirect_is_answered_and_the_client_asks_anew() {
    let text = redirect(&format!("{HTTP}, {HTTPS}"), "scheme: https, statusCode: 301");
    insta::assert_snapshot!(text, @"
    sequenceDiagram
      accTitle: Through Gateway gw: redirect 301 to https
      actor client_outside as Client
      participant router_gw as Gateway gw<br/>a.io

      client_outside->>router_gw: HTTP GET /<br/>port 80
      Note over router_gw: HTTPRoute r<br/>path: / (Prefix)
      router_gw-->>client_outside: 301 Moved Permanently<br/>Location: https://a.io/
      client_outside->>router_gw: HTTPS GET /<br/>port 443
      Note over router_gw: goes on to<br/>Service web
      router_gw-->>client_outside: Response
    ");
}

#[test]
fn rt_11_a_redirect_may_lead_to_nothing_or_elsewhere() {
    let lost = redirect(HTTP, "scheme: https, port: 8443");
    assert_has(
        &lost,
        &[
            "302 Found<br/>Location: https://a.io:8443/",
            "--xhole_no_listener_on_port_8443_in_Gateway_gw: HTTPS GET /<br/>port 8443",
        ],
    );
    assert_eq!(lost.matches("-->>").count(), 1, "nothing answers the new request\n{lost}");
    let elsewhere = redirect(HTTP, "hostname: www.example.org, path: {type: ReplaceFullPath, replaceFullPath: /new}");
    assert_has(
        &elsewhere,
        &["Location: http://www.example.org/new", "as Elsewhere<br/>www.example.org", "HTTP GET /new<br/>port 80"],
    );
}

#[test]
fn rt_07_a_route_without_its_backend_answers_500() {
    for backend in ["name: gone, port: 80", "name: web, port: 81", "name: web, namespace: other, port: 80"] {
        let other = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: other}\nspec: {ports: [{port: 80}]}\n";
        let manifests = gateway(HTTP, &format!("{{backendRefs: [{{{backend}}}]}}")) + other;
        let text = drawn(&manifests, "--from gateway/gw --to httproute/r");
        assert_has(&text, &["--xhole", "500 Internal<br/>Server Error"]);
    }
}

#[test]
fn en_05_a_controller_has_no_address_of_an_alias_to_skip() {
    let manifests = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: ExternalName, externalName: b.default.svc}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {selector: {app: b}, ports: [{port: 80}]}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {name: b, labels: {app: b}}\nspec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}\n";
    let text = drawn(manifests, "--from ing/i");
    assert_eq!(text.matches("Most controllers skip").count(), 1, "{text}");
    assert_lacks(&text, &["Note over svc_a: Most"]);
}

#[test]
fn rt_12_a_mirror_gets_a_copy_and_answers_nobody() {
    let rules = "{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: audit, port: 80}}}], backendRefs: [{name: web, port: 80}]}";
    let text = drawn(&gateway(HTTP, rules), "--from gateway/gw --to httproute/r");
    assert_has(&text, &["router_gw-)svc_audit_copy: Sends a copy to<br/>Service port: 80"]);
    assert_lacks(&text, &["svc_audit_copy-->>"]);
    let missing = rules.replace("name: audit", "name: adult");
    let text = drawn(&gateway(HTTP, &missing), "--from gateway/gw --to httproute/r");
    assert_has(&text, &["router_gw--xhole_no_Service_adult: Sends a copy", "router_gw->>svc_web: Routes to"]);
}

#[test]
fn workloads_of_one_name_are_two_participants() {
    let set = BACKEND.replace("kind: Deployment", "kind: StatefulSet");
    let set = set.split("---").find(|document| document.contains("StatefulSet")).unwrap_or_default().to_owned();
    let diagrams = diagrams(&graph(&[BACKEND, &set]), &options("--from inside")).unwrap();
    assert_has(&diagrams[0].mermaid, &["pod_backend_Deployment as", "pod_backend_StatefulSet as"]);
}

#[test]
fn a_call_of_a_host_outside_meets_no_pod() {
    let caller = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n\
                  spec: {containers: [{name: c, image: i, env: [{name: PAY_URL, value: 'https://api.pay.test'}]}]}\n";
    let entry = "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: pay}\n\
                 spec: {hosts: [api.pay.test], ports: [{number: 443, name: https, protocol: HTTPS}]}\n";
    let diagrams = diagrams(&graph(&[caller, entry]), &Options::default()).unwrap();
    assert_eq!(diagrams[0].heading, "From Pod web to api.pay.test:443");
    assert_has(&diagrams[0].mermaid, &["Returns its address", "HTTPS request to<br/>api.pay.test:443"]);
    assert_lacks(&diagrams[0].mermaid, &["pod IP", "Elsewhere"]);
}
