use insta::assert_snapshot;

use super::{Change, Diff, Side, Value, diff};
use crate::check::{self, check};
use crate::graph::PortGraph;
use crate::manifest;
use crate::source::{Source, Sources};

/// What one side of a comparison is made of.
struct Read {
    graph: PortGraph,
    findings: Vec<check::Finding>,
}

fn read(texts: &[&str]) -> Read {
    let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
    let source = Source { name: "a.yaml".to_owned(), text: texts.join("\n---\n").into(), explicit: true };
    let sources = Sources::new(vec![source]);
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let findings = check(&graph, &sources, &check::Options::default()).findings;
    Read { graph, findings }
}

fn side(read: &Read) -> Side<'_> {
    Side { graph: &read.graph, findings: &read.findings }
}

/// Every change in a line of data, exposure and findings behind them.
fn told(base: &[&str], head: &[&str]) -> String {
    let (base, head) = (read(base), read(head));
    let diff = diff(side(&base), side(&head));
    let graph = &diff.marked.graph;
    let mut lines: Vec<String> = diff.changes.iter().map(|change| line(&diff, change)).collect();
    for exposure in &diff.exposures {
        lines.push(format!("{}: {:?} → {:?}", graph.key(exposure.port), exposure.was, exposure.now));
    }
    lines.extend(diff.new.iter().map(|finding| format!("new {}", finding.id)));
    lines.extend(diff.fixed.iter().map(|finding| format!("fixed {}", finding.id)));
    lines.join("\n")
}

fn line(diff: &Diff<'_>, change: &Change) -> String {
    let graph = &diff.marked.graph;
    let value = |value: &Option<Value>| match value {
        None => "-".to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Ports(ends)) => {
            ends.iter().map(|end| graph.key(end.port).to_string()).collect::<Vec<_>>().join(" ")
        }
    };
    let key =
        change.port.map_or_else(|| graph.object(change.owner).unwrap().to_string(), |port| graph.key(port).to_string());
    let differing = change.attributes.iter().filter(|attribute| attribute.was.is_some() && attribute.now.is_some());
    let differing = differing
        .map(|attribute| format!(" {:?}: {} → {}", attribute.field, value(&attribute.was), value(&attribute.now)));
    format!("{:?} {:?} {key}{}", change.mark, change.subject, differing.collect::<String>())
}

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{selector: {{app: db}}, {spec}}}")
}

fn workload(ports: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: db}}\nspec: {{template: {{metadata: {{labels: {{app: db}}}}, \
         spec: {{containers: [{{name: c, image: i, ports: [{ports}]}}]}}}}}}"
    )
}

#[test]
fn what_is_the_same_has_no_difference() {
    let texts = [service("ports: [{port: 5432}]"), workload("{containerPort: 5432}")];
    let read = read(&[&texts[0], &texts[1]]);
    let diff = diff(side(&read), side(&read));
    assert!(diff.is_empty() && diff.marked.is_same());
    assert_eq!(told(&[&texts[0], &texts[1]], &[&texts[1], &texts[0]]), "", "the order of documents is no difference");
}

#[test]
fn a_port_with_another_number_is_a_change_whether_it_has_a_name_or_is_the_only_one() {
    let base = [service("ports: [{port: 5432}]"), workload("{name: pg, containerPort: 5432}, {containerPort: 9187}")];
    let head = [
        service("ports: [{port: 15432, targetPort: 15432}]"),
        workload("{name: pg, containerPort: 15432}, {containerPort: 9187}"),
    ];
    assert_snapshot!(told(&[&base[0], &base[1]], &[&head[0], &head[1]]), @"
    Changed ServicePort default/Service/db/port/15432/TCP Port: 5432 → 15432
    Changed ContainerPort default/Deployment/db/container/c/15432/TCP Port: 5432 → 15432
    ");
}

#[test]
fn names_count_more_than_numbers_and_node_ports_go_with_their_service_ports() {
    let spec = |ports: &str| service(&format!("type: NodePort, ports: [{ports}]"));
    let base = spec("{name: a, port: 80, nodePort: 30080}, {name: b, port: 8080, nodePort: 30081}");
    let head = spec("{name: a, port: 8080, nodePort: 30080}, {name: b, port: 9090, nodePort: 30099}");
    assert_snapshot!(told(&[&base], &[&head]), @"
    Changed NodePort default/Service/db/node-port/9090/TCP Port: 30081 → 30099
    Changed ServicePort default/Service/db/port/8080/TCP Port: 80 → 8080
    Changed ServicePort default/Service/db/port/9090/TCP Port: 8080 → 9090
    ");
}

#[test]
fn a_service_that_becomes_a_node_port_exposes_the_pod() {
    let pod = workload("{containerPort: 5432}");
    let base = service("ports: [{port: 5432}]");
    let head = service("type: NodePort, ports: [{port: 5432, nodePort: 30432}]");
    assert_snapshot!(told(&[&base, &pod], &[&head, &pod]), @"
    Changed Service Service default/db Type: ClusterIP → NodePort
    Added NodePort default/Service/db/node-port/5432/TCP
    default/Deployment/db/container/c/5432/TCP: Some(Cluster) → Some(Node)
    ");
    assert_snapshot!(told(&[&head, &pod], &[&base, &pod]), @"
    Changed Service Service default/db Type: NodePort → ClusterIP
    Removed NodePort default/Service/db/node-port/5432/TCP
    default/Deployment/db/container/c/5432/TCP: Some(Node) → Some(Cluster)
    ");
}

#[test]
fn the_node_port_that_a_load_balancer_brings_along_is_not_told() {
    let pod = workload("{containerPort: 5432}");
    let head = service("type: LoadBalancer, ports: [{port: 5432}]");
    assert_snapshot!(told(&[&pod], &[&head, &pod]), @"
    Added LoadBalancer default/Service/db/load-balancer/5432/TCP
    Added ServicePort default/Service/db/port/5432/TCP
    default/Deployment/db/container/c/5432/TCP: Some(Pod) → Some(Internet)
    ");
}

#[test]
fn a_hole_that_opens_is_told_by_the_port_that_leads_into_it() {
    let pod = workload("{name: pg, containerPort: 5432}");
    let base = service("ports: [{port: 5432, targetPort: pg}]");
    let head = service("ports: [{port: 5432, targetPort: postgres}]");
    assert_snapshot!(told(&[&base, &pod], &[&head, &pod]), @"
    Changed ServicePort default/Service/db/port/5432/TCP TargetPort: pg → postgres LeadsTo: default/Deployment/db/container/c/5432/TCP → missing/port-name/default/db/postgres/TCP
    default/Deployment/db/container/c/5432/TCP: Some(Cluster) → Some(Pod)
    new P003
    ");
}

#[test]
fn a_route_of_another_host_and_one_with_another_backend_are_changes() {
    let ingress = |host: &str, port: u16| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{rules: [{{host: {host}, http: {{paths: \
             [{{path: /, pathType: Prefix, backend: {{service: {{name: db, port: {{number: {port}}}}}}}}}]}}}}]}}"
        )
    };
    let both = service("ports: [{name: a, port: 80}, {name: b, port: 81}]");
    let told = |base: &str, head: &str| told(&[base, &both], &[head, &both]);
    assert_snapshot!(told(&ingress("a.example", 80), &ingress("b.example", 80)), @"Changed Route default/Ingress/i/route/b.example/ Prefix Host: a.example → b.example");
    assert_snapshot!(told(&ingress("a.example", 80), &ingress("a.example", 81)), @"
    Changed Route default/Ingress/i/route/a.example/ Prefix Backend: default/Service/db/port/80/TCP → default/Service/db/port/81/TCP
    default/Service/db/port/81/TCP: Some(Cluster) → Some(Internet)
    default/Service/db/port/80/TCP: Some(Internet) → Some(Cluster)
    ");
}

#[test]
fn a_caller_that_was_not_told_of_a_new_number_asks_where_nothing_is() {
    let caller = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: i, env: [{name: DB_URL, value: 'postgres://db:5432/'}]}]}";
    let (base, head) = (service("ports: [{name: pg, port: 5432}]"), service("ports: [{name: pg, port: 15432}]"));
    assert_snapshot!(told(&[&base, caller], &[&head, caller]), @"
    Changed ServicePort default/Service/db/port/15432/TCP Port: 5432 → 15432
    Changed Call missing/service-port/default/db/5432/TCP Asks: default/Service/db/port/15432/TCP → missing/service-port/default/db/5432/TCP Place: env DB_URL → env DB_URL
    new P025
    ");
    let moved = caller.replace("5432", "15432");
    assert_snapshot!(told(&[&base, caller], &[&head, &moved]), @"Changed ServicePort default/Service/db/port/15432/TCP Port: 5432 → 15432");
}
