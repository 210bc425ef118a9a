use std::path::PathBuf;

use super::*;
use crate::source::{Source, Sources};
use crate::{load, manifest};

/// The graph of one text.
pub(in crate::view) fn graph(text: &str) -> PortGraph {
    graph_of(&Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]))
}

/// The graph of a folder of `examples/`.
pub(in crate::view) fn example(name: &str) -> PortGraph {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "examples", name].iter().collect();
    graph_of(&load::load(&[folder], &load::Rendering::never(), "default", std::io::empty()).sources)
}

fn graph_of(sources: &Sources) -> PortGraph {
    let read = manifest::read(sources, "default");
    assert_eq!(read.problems, [], "the manifests of a test have no faults");
    PortGraph::resolve(read.roles)
}

fn table(graph: &PortGraph, form: Form) -> String {
    render(graph, &Options { form, ..Options::default() }).unwrap()
}

/// A Deployment `name`, labelled `app: name`, whose container has these ports.
pub(in crate::view) fn deployment(name: &str, ports: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  \
         template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c, ports: [{ports}]}}]}}\n"
    )
}

/// A Service with this `spec`.
pub(in crate::view) fn service(name: &str, spec: &str) -> String {
    format!("---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
}

#[test]
fn the_summary_of_imagepod_has_the_ports_of_every_way_in() {
    insta::assert_snapshot!(table(&example("imagepod"), Form::Summary), @"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | API | 8000 | 8000 | 38080 (NodePort)<br>18080 (LoadBalancer) | HTTP |
    | PostgreSQL | 5432 | 15432 | - | Cluster Internal |
    | Redis | 6379 | 16379 | - | Cluster Internal |

    - Ingress imagepod-ingress: `api.imagepod.local/` on 80, 443 → `imagepod-api:8000`
    - Ingress imagepod-ingress: `imagepod.local/` on 80, 443 → `imagepod-api:8000`

    Note: nodePort 38080 is outside 30000–32767, the default of --service-node-port-range; the API server refuses it unless the cluster's range is wider.
    ");
}

#[test]
fn the_summary_of_mytsdb_has_the_ports_of_the_host_machine() {
    insta::assert_snapshot!(table(&example("mytsdb"), Form::Summary), @r#"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | Grafana | 3000 | 3000 | 30300 (NodePort)<br>localhost:3000 | HTTP |
    | MyTSDB | 9090 | 9090 | 30090 (NodePort)<br>localhost:9090 | HTTP |
    | OTEL Collector | 4317 | 4317 | - | Cluster Internal |
    | OTEL Collector | 4318 | 4318 | - | Cluster Internal |
    | Sample App | - | - | - | - |
    "#);
}

#[test]
fn the_reference_of_mytsdb_folds_the_service_for_outside_into_the_one_for_inside() {
    insta::assert_snapshot!(table(&example("mytsdb"), Form::Reference), @r#"
    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | Grafana | grafana:3000 | 30300 | localhost:3000 | Visualization |
    | MyTSDB | mytsdb:9090 | 30090 | localhost:9090 | Prometheus Remote Storage |
    | OTEL Collector | otel-collector:4317 | - | - | OTLP gRPC |
    | OTEL Collector | otel-collector:4318 | - | - | OTLP HTTP |
    | Sample App | - | - | - | Metrics generator |
    "#);
}

#[test]
fn the_patterns_are_simple_mapped_named() {
    insta::assert_snapshot!(table(&example("port-mismatch/patterns"), Form::Pattern), @r#"
    | Pattern | Container | Service Port | Service TargetPort |
    |---|---|---|---|
    | Named port | 8080 (named "http") | 80 | "http" |
    | Port mapping | 8080 | 80 | 8080 |
    | Simple match | 80 | 80 | 80 |
    "#);
}

#[test]
fn tp_09_a_target_that_nothing_declares_stands_beside_what_is_declared() {
    insta::assert_snapshot!(table(&example("port-mismatch/fault"), Form::Pattern), @r#"
    | Pattern | Container | Service Port | Service TargetPort |
    |---|---|---|---|
    | Undeclared: web | 80 | 80 | 8080 |
    "#);
    insta::assert_snapshot!(table(&example("port-mismatch/fault"), Form::Summary), @"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | web | 80 | - | - | Pod Address |
    | web | 8080 (undeclared) | 80 | - | Cluster Internal |
    ");
    insta::assert_snapshot!(table(&example("port-mismatch/black-friday"), Form::Pattern), @r#"
    | Pattern | Container | Service Port | Service TargetPort |
    |---|---|---|---|
    | Undeclared: checkout | 8081<br>9000 | 80 | 8080 |
    "#);
}

#[test]
fn every_kind_of_way_in_says_what_it_is() {
    let text = [
        deployment("dns", "{containerPort: 53, protocol: UDP, hostPort: 53, hostIP: 10.0.0.1}"),
        service("dns", "selector: {app: dns}, ports: [{port: 53, protocol: UDP}], type: NodePort, externalIPs: [192.0.2.7]"),
        deployment("web", "{containerPort: 8080}"),
        service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}], type: LoadBalancer"),
        "---\napiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{extraPortMappings: [{containerPort: 53, hostPort: 5353, protocol: UDP, listenAddress: 127.0.0.1}]}]\n".to_owned(),
    ];
    insta::assert_snapshot!(table(&graph(&text.concat()), Form::Summary), @r#"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | dns | 53/UDP | 53/UDP | auto/UDP (NodePort)<br>192.0.2.7:53/UDP (externalIP)<br>10.0.0.1:53/UDP (hostPort)<br>127.0.0.1:5353/UDP | UDP |
    | web | 8080 | 80 | 80 (LoadBalancer) | HTTP |
    "#);
    insta::assert_snapshot!(table(&graph(&text.concat()), Form::Reference), @r#"
    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | dns | dns:53/UDP | auto/UDP<br>192.0.2.7:53/UDP (externalIP)<br>10.0.0.1:53/UDP (hostPort) | 127.0.0.1:5353/UDP | - |
    | web | web:80 | 80 (LoadBalancer) | - | - |
    "#);
}

#[test]
fn a_routers_ports_are_in_the_cell_only_where_nothing_is_more_direct() {
    let text = [
        deployment("web", "{containerPort: 8080}"),
        service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}]"),
        deployment("api", "{containerPort: 8080}"),
        service("api", "selector: {app: api}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}], type: NodePort"),
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec:\n  tls: [{hosts: [a.example]}]\n  rules:\n".to_owned(),
        "  - {host: a.example, http: {paths: [{path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}, {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}\n".to_owned(),
    ];
    insta::assert_snapshot!(table(&graph(&text.concat()), Form::Summary), @r#"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | api | 8080 | 80 | 30080 (NodePort) | HTTP |
    | web | 8080 | 80 | 80 (Ingress)<br>443 (Ingress) | HTTP, HTTPS |

    - Ingress in: `a.example/` on 80, 443 → `web:80`
    - Ingress in: `a.example/api` on 80, 443 → `api:80`
    "#);
}

#[test]
fn what_no_workload_serves_is_listed_with_its_reason() {
    let text = [
        service("empty", "selector: {app: web}, ports: [{port: 80}]"),
        service("alias", "type: ExternalName, externalName: db.example.com"),
        service("managed", "ports: [{port: 9000}]"),
        deployment("api", "{containerPort: 8080, name: http}"),
        service("api", "selector: {app: api}, ports: [{port: 80, targetPort: htp}]"),
        service("peers", "selector: {app: peer}, clusterIP: None"),
        deployment("peer", "{containerPort: 7000}"),
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}\n".to_owned(),
        "---\napiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{extraPortMappings: [{containerPort: 30000, hostPort: 8000}]}]\n".to_owned(),
    ];
    let graph = graph(&text.concat());
    insta::assert_snapshot!(table(&graph, Form::Summary), @"
    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | api | 8080 | - | - | Pod Address |
    | peer | 7000 | headless | - | Cluster Internal |
    | alias | db.example.com | - | - | Outside Cluster |
    | api | no container port named htp | 80 | - | Cluster Internal |
    | empty | no pod with app=web | 80 | - | Cluster Internal |
    | managed | endpoints managed elsewhere | 9000 | - | Cluster Internal |
    | gone | no Service gone | - | 80 (Ingress) | HTTP |

    - Ingress in: `* (default backend)` on 80 → no Service gone

    ### Host machine

    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | - | nothing on node port 30000 | - | localhost:8000 | - |
    ");
    insta::assert_snapshot!(table(&graph, Form::Reference), @r#"
    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | api | - | - | - | - |
    | peer | peers | - | - | - |
    | alias | alias | - | - | db.example.com |
    | api | api:80 | - | - | no container port named htp |
    | empty | empty:80 | - | - | no pod with app=web |
    | managed | managed:9000 | - | - | endpoints managed elsewhere |
    | gone | - | 80 (Ingress) | - | no Service gone |

    - Ingress in: `* (default backend)` on 80 → no Service gone

    ### Host machine

    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | - | - | - | localhost:8000 | nothing on node port 30000 |
    "#);
    insta::assert_snapshot!(table(&graph, Form::Pattern), @r#"
    | Pattern | Container | Service Port | Service TargetPort |
    |---|---|---|---|
    | External name: alias | db.example.com | - | - |
    | Unmatched name: api | no container port named htp | 80 | "htp" |
    | No pods: empty | no pod with app=web | 80 | 80 |
    | Managed elsewhere: managed | endpoints managed elsewhere | 9000 | - |
    | Headless: peers | 7000 | - | - |
    "#);
}

#[test]
fn a_selector_of_many_labels_does_not_stretch_the_table() {
    let labels: Vec<String> = (0..6).map(|number| format!("example.com/label-{number}: value")).collect();
    let spec = format!("selector: {{{}}}, ports: [{{port: 80}}]", labels.join(", "));
    let row = "| web | no pod with the labels that it selects | 80 | - | Cluster Internal |";
    assert!(table(&graph(&service("web", &spec)), Form::Summary).contains(row));
}

#[test]
fn several_namespaces_have_a_table_each() {
    let text = deployment("web", "{containerPort: 80}") + &deployment("web, namespace: shop", "{containerPort: 80}");
    let text = text.replace("app: web, namespace: shop", "app: web");
    insta::assert_snapshot!(table(&graph(&text), Form::Summary), @"
    ### Namespace default

    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | web | 80 | - | - | Pod Address |

    ### Namespace shop

    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | web | 80 | - | - | Pod Address |
    ");
}

#[test]
fn names_cannot_break_a_row() {
    let text = deployment("web, annotations: {portolan.dev/name: \"a|b <i>`c\", portolan.dev/purpose: \"x\\ny\"}", "");
    let text = text.replacen(
        "app: web, annotations: {portolan.dev/name: \"a|b <i>`c\", portolan.dev/purpose: \"x\\ny\"}",
        "app: web",
        2,
    );
    insta::assert_snapshot!(table(&graph(&text), Form::Reference), @r#"
    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | a\|b &lt;i>\`c | - | - | - | x<br>y |
    "#);
}

#[test]
fn no_input_is_no_table() {
    for form in [Form::Summary, Form::Reference, Form::Pattern] {
        assert_eq!(table(&graph(""), form), "No ports: the input has no workload and no Service.\n");
    }
}

#[test]
fn a_service_more_only_adds_lines() {
    let text = deployment("a", "{containerPort: 80}") + &service("a", "selector: {app: a}, ports: [{port: 80}]");
    let name = "a-service-with-a-name-longer-than-all-the-others";
    let more = deployment(name, "{containerPort: 5432}") + &service(name, "selector: {app: x}, ports: [{port: 1}]");
    for form in [Form::Summary, Form::Reference, Form::Pattern] {
        let (before, after) = (table(&graph(&text), form), table(&graph(&(text.clone() + &more)), form));
        let kept: Vec<&str> = after.lines().filter(|line| !line.contains(name)).collect();
        assert_eq!(kept, before.lines().collect::<Vec<_>>());
    }
}

#[test]
fn a_host_outside_stands_in_the_namespace_of_what_leads_to_it() {
    let text = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: out, namespace: shop}\n\
                spec: {hosts: [api.example.com], http: [{route: [{destination: {host: api.example.com, port: {number: 443}}}]}]}\n---\n\
                apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: out, namespace: shop}\n\
                spec: {hosts: [api.example.com], ports: [{number: 443, name: https, protocol: HTTPS}], resolution: DNS}\n";
    let told = table(&graph(text), Form::Summary);
    assert!(told.contains("| api.example.com:443 |") && !told.contains("Host machine"), "{told}");
    assert!(told.contains("`api.example.com/` (in the mesh) → "), "{told}");
}
