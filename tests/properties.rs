//! Properties of every view over made-up topologies, with names that want to break out of every output language: nothing panics,
//! and the order of documents changes no byte, line numbers in the document apart.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use portolan::check::{Options, check};
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::source::{Source, Sources};
use portolan::view::{View, data, doc, flowchart, sequence, table, tree};
use proptest::prelude::*;
use proptest::sample::select;

/// The longest that all views of one made-up topology may take together, in a debug build.
const PATIENCE: Duration = Duration::from_secs(5);

/// Texts that mean something in Mermaid, Markdown, HTML, shells, DOT or YAML.
const NASTY: &[&str] = &[
    "",
    "|",
    "\"; x [label=\"",
    "<script>",
    "`$(id)`",
    "end",
    "%%{init: {}}%%",
    "a --> b",
    "]] ((",
    "line\nfeed",
    "\u{202e}gnp",
    "#quot;",
    "é\t字",
    "*.example.com",
    "-->",
    "{{ x }}",
];
const NAMES: &[&str] = &["web", "db", "api", "end", "subgraph"];
const TYPES: &[&str] = &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![select(NASTY).prop_map(str::to_owned), "[a-z0-9.-]{1,12}", "\\PC{0,8}"].prop_map(|text| quoted(&text))
}

/// JSON strings are YAML as well.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn name() -> impl Strategy<Value = &'static str> {
    select(NAMES)
}

/// Few numbers, so that they meet.
fn number() -> impl Strategy<Value = u16> {
    select(vec![80, 443, 8080, 30080, 65535])
}

fn workload() -> impl Strategy<Value = String> {
    let kinds = select(vec!["Deployment", "StatefulSet", "DaemonSet"]);
    (kinds, name(), name(), nasty(), number(), name(), number(), any::<bool>()).prop_map(
        |(kind, name, label, port_name, number, called, called_port, host)| {
            let host = if host { format!(", hostPort: {number}") } else { String::new() };
            format!(
                "apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  template:
    metadata: {{labels: {{app: {label}}}}}
    spec:
      containers:
      - name: c
        ports: [{{name: {port_name}, containerPort: {number}{host}}}]
        env: [{{name: HOST, value: {called}}}, {{name: UP_URL, value: 'http://$(HOST):{called_port}/'}}]
"
            )
        },
    )
}

fn service() -> impl Strategy<Value = String> {
    let target = prop_oneof![number().prop_map(|number| number.to_string()), nasty()];
    (select(TYPES), name(), name(), nasty(), number(), target, nasty(), any::<bool>()).prop_map(
        |(kind, name, label, port_name, number, target, note, headless)| {
            let extra = match kind {
                "ExternalName" => format!("externalName: {label}.default.svc.cluster.local, "),
                "ClusterIP" if headless => "clusterIP: None, ".to_owned(),
                "NodePort" => "externalIPs: [10.0.0.1], ".to_owned(),
                _ => String::new(),
            };
            format!(
                "apiVersion: v1
kind: Service
metadata: {{name: {name}, annotations: {{note: {note}}}}}
spec: {{type: {kind}, {extra}selector: {{app: {label}}}, ports: [{{name: {port_name}, port: {number}, targetPort: {target}}}]}}
"
            )
        },
    )
}

fn ingress() -> impl Strategy<Value = String> {
    (name(), nasty(), nasty(), name(), number(), any::<bool>()).prop_map(|(name, host, path, service, number, tls)| {
        let tls = if tls { format!("tls: [{{hosts: [{host}]}}], ") } else { String::new() };
        format!(
            "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}}}
spec: {{{tls}rules: [{{host: {host}, http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: {number}}}}}}}}}]}}}}]}}
"
        )
    })
}

fn cluster() -> impl Strategy<Value = String> {
    (nasty(), number(), number()).prop_map(|(name, node, host)| {
        format!(
            "apiVersion: kind.x-k8s.io/v1alpha4
kind: Cluster
name: {name}
nodes: [{{extraPortMappings: [{{containerPort: {node}, hostPort: {host}}}]}}]
"
        )
    })
}

/// Documents, no two of which are of one kind and name: of those the last one counts, by design.
fn documents() -> impl Strategy<Value = Vec<String>> {
    let document = prop_oneof![3 => workload(), 3 => service(), 2 => ingress(), 1 => cluster()];
    prop::collection::vec(document, 1..12).prop_map(|mut documents| {
        let mut seen = std::collections::HashSet::new();
        documents.retain(|document| {
            let kind = document.lines().nth(1).unwrap().to_owned();
            let name = document.lines().nth(2).unwrap().split(", annotations").next().unwrap();
            let name = name.trim_end_matches('}').to_owned();
            // A second cluster of another spelling may still have the same name: one is enough.
            seen.insert(if kind == "kind: Cluster" { (kind, String::new()) } else { (kind, name) })
        });
        documents
    })
}

/// The text without the line numbers behind the name of the file: they do change with the order.
fn without_lines(text: &str) -> String {
    let mut parts = text.split("made-up.yaml:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + "made-up.yaml:" + part.trim_start_matches(|digit: char| digit.is_ascii_digit()))
}

/// Every view of these documents, the data with its places first.
fn views(documents: &[String]) -> Vec<String> {
    let text = documents.join("---\n");
    let sources = Sources::new(vec![Source { name: "made-up.yaml".into(), text, explicit: true }]);
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let findings = check(&graph, &sources, &Options::default()).findings;
    let views = [
        View::Graph(data::Options::default()),
        View::Doc(doc::Options::default()),
        View::Flowchart(flowchart::Options::default()),
        View::Sequence(sequence::Options::default()),
        View::Table(table::Options::default()),
        View::Tree(tree::Options::default()),
    ];
    // A view may say that there is nothing to show; that is an answer too.
    let render = |view: &View| view.render(&graph, &sources, &findings).unwrap_or_else(|error| format!("{error:#}"));
    views.iter().map(render).map(|text| without_lines(&text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_view_is_the_same_in_whatever_order_the_documents_stand(
        (documents, shuffled) in documents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let begun = Instant::now();
        let first = views(&documents);
        prop_assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
        prop_assert!(first[1..].iter().any(|text| text.len() > 1), "nothing is shown");
        let second = views(&shuffled);
        for (first, second) in first.iter().zip(&second).skip(1) {
            prop_assert_eq!(first, second);
        }
    }
}
