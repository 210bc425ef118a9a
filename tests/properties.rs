//! Properties of every view over made-up topologies, with names that want to break out of every output language: nothing panics,
//! and the order of documents changes no byte, line numbers in the document apart.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use portolan::check::{Finding, Options, check};
use portolan::cli::Task;
use portolan::diff::{Change, Diff, Mark, Side, Value, diff};
use portolan::graph::{PortGraph, PortId, PortKind};
use portolan::manifest::{self, Lowered};
use portolan::report::{Colour, Report};
use portolan::source::{Source, Sources};
use portolan::view::{self, View};
use proptest::prelude::*;
use proptest::sample::select;

/// The longest that all views of one made-up topology may take together, in a debug build.
const PATIENCE: Duration = Duration::from_secs(12);

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

/// Many more documents: several such lists, each in a namespace of its own.
fn many_documents() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(documents(), 10..20).prop_map(|lists| {
        let placed = |(at, list): (usize, Vec<String>)| {
            let in_namespace =
                move |text: String| text.replacen("metadata: {", &format!("metadata: {{namespace: n{at}, "), 1);
            list.into_iter().filter(move |text| at == 0 || !text.contains("kind: Cluster")).map(in_namespace)
        };
        lists.into_iter().enumerate().flat_map(placed).collect()
    })
}

/// What is found, without the places.
fn found(documents: &[String]) -> Vec<String> {
    let Read { findings, .. } = read(documents);
    let mut found: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!("{} {:?} {} {} {:?}", finding.id, finding.severity, finding.object, finding.message, finding.help)
        })
        .collect();
    found.sort();
    found
}

/// The text without the line numbers behind the name of the file: they do change with the order.
fn without_lines(text: &str) -> String {
    let mut parts = text.split("made-up.yaml:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + "made-up.yaml:" + part.trim_start_matches(|digit: char| digit.is_ascii_digit()))
}

/// What shows a graph, as on a command line; the data with its places first.
const VIEWS: &[&str] = &[
    "graph",
    "graph --format dot",
    "graph --format yaml",
    "doc --all --heading-level 3",
    "flowchart",
    "flowchart --detail ports --legend",
    "flowchart --group-by app --direction TB",
    "flowchart --group-by type --split never",
    "sequence --all",
    "table",
    "table --form reference",
    "tree",
];
/// How many of them tell places, which change with the order.
const DATA: usize = 3;

fn view(words: &str) -> View {
    match Task::from_recipe(words) {
        Ok(Task::View(view, ..)) => *view,
        other => panic!("{words} is no view: {other:?}"),
    }
}

/// Every view of these documents.
fn views(documents: &[String]) -> Vec<String> {
    let Read { sources, graph, findings } = read(documents);
    // A view may say that there is nothing to show; that is an answer too.
    let render = |view: View| view.render(&graph, &sources, &findings).unwrap_or_else(|error| format!("{error:#}"));
    VIEWS.iter().map(|words| without_lines(&render(view(words)))).collect()
}

/// Documents, and the same after an edit: some are gone, some are new or say something else.
fn edited() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    (documents(), documents(), any::<u16>()).prop_map(|(base, other, mask)| {
        let kept = base.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, document)| document.clone());
        (base.clone(), other.into_iter().chain(kept).collect())
    })
}

/// One side of a comparison.
struct Read {
    sources: Sources,
    graph: PortGraph,
    findings: Vec<Finding>,
}

fn read(documents: &[String]) -> Read {
    let source = Source { name: "made-up.yaml".into(), text: documents.join("---\n").into(), explicit: true };
    let sources = Sources::new(vec![source]);
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let findings = check(&graph, &sources, &Options::default()).findings;
    Read { sources, graph, findings }
}

fn compared<'r>(base: &'r Read, head: &'r Read) -> Diff<'r> {
    let [base, head] = [base, head].map(|read| Side { graph: &read.graph, findings: &read.findings });
    diff(base, head)
}

/// The keys of ports, and of hops by their ends.
fn keys(
    graph: &PortGraph,
    port: impl Fn(PortId) -> bool,
    hop: impl Fn(portolan::graph::HopId) -> bool,
) -> (Vec<String>, Vec<String>) {
    let ports = graph.ports().map(|(id, _)| id).filter(|id| port(*id)).map(|id| graph.key(id).to_string());
    let hops = graph.hops().filter(|(id, ..)| hop(*id));
    let hops = hops.map(|(_, from, to, hop)| format!("{} {:?} {}", graph.key(from), hop.kind, graph.key(to)));
    let (mut ports, mut hops): (Vec<String>, Vec<String>) = (ports.collect(), hops.collect());
    ports.sort();
    hops.sort();
    (ports, hops)
}

/// What a change says, as it is seen from one side or from the other.
fn said(diff: &Diff<'_>, change: &Change, mirrored: bool) -> String {
    let text = |value: &Option<Value>| match value {
        None => "-".to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        // Ports may have another number on the other side.
        Some(Value::Ports(ends)) => ends.len().to_string(),
    };
    let mark = match (change.mark, mirrored) {
        (Mark::Added, true) => Mark::Removed,
        (Mark::Removed, true) => Mark::Added,
        (mark, _) => mark,
    };
    let fields = change.attributes.iter().map(|attribute| {
        let (was, now) = (text(&attribute.was), text(&attribute.now));
        let (was, now) = if mirrored { (now, was) } else { (was, now) };
        format!(" {:?}: {was} → {now}", attribute.field)
    });
    let object = diff.marked.graph.object(change.owner).map(ToString::to_string);
    format!("{mark:?} {:?} {object:?}{}", change.subject, fields.collect::<String>())
}

fn all_said(diff: &Diff<'_>, mirrored: bool) -> Vec<String> {
    let changes = diff.changes.iter().map(|change| said(diff, change, mirrored));
    let exposures = diff.exposures.iter().map(|exposure| {
        let (was, now) = if mirrored { (exposure.now, exposure.was) } else { (exposure.was, exposure.now) };
        let owner = diff.marked.graph.port(exposure.port).owner;
        format!("{:?}: {was:?} → {now:?}", diff.marked.graph.object(owner).map(ToString::to_string))
    });
    let (new, fixed) = if mirrored { (&diff.fixed, &diff.new) } else { (&diff.new, &diff.fixed) };
    let findings = [("new", new), ("fixed", fixed)].into_iter().flat_map(|(word, findings)| {
        findings.iter().map(move |finding| format!("{word} {} {}", finding.id, finding.message))
    });
    let mut all: Vec<String> = changes.chain(exposures).chain(findings).collect();
    all.sort();
    all
}

/// Every report about these documents.
fn reports(documents: &[String]) -> Vec<String> {
    let source = Source { name: "made-up.yaml".into(), text: documents.join("---\n").into(), explicit: true };
    let sources = Sources::new(vec![source]);
    let Lowered { roles, problems } = manifest::read(&sources, "default");
    let options = Options { pedantic: true, ..Options::default() };
    let checked = check(&PortGraph::resolve(roles), &sources, &options);
    let formats = [Report::Text, Report::Json, Report::Github, Report::Sarif, Report::Junit];
    formats.iter().map(|format| format.render(&checked, &problems, &sources, Colour::None).unwrap()).collect()
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
        prop_assert!(first[DATA..].iter().any(|text| text.len() > 1), "nothing is shown");
        let second = views(&shuffled);
        for (first, second) in first.iter().zip(&second).skip(DATA) {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn the_same_is_found_in_whatever_order_the_documents_stand(
        (documents, shuffled) in documents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        prop_assert_eq!(found(&documents), found(&shuffled));
    }

    #[test]
    fn every_report_is_written_and_nothing_in_it_is_hidden(documents in documents()) {
        for text in reports(&documents) {
            // What programs read is exact.
            let is_data = text.starts_with(['{', '<']);
            let hidden = |c: char| !['\n', '\t'].contains(&c) && (c < ' ' || c == '\u{202e}' && !is_data);
            prop_assert!(!text.contains(hidden), "{}", text);
        }
    }

    #[test]
    fn nothing_differs_from_itself_in_whatever_order(
        (documents, shuffled) in documents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let (base, head) = (read(&documents), read(&shuffled));
        let diff = compared(&base, &head);
        prop_assert!(diff.is_empty(), "{:?} {:?}", diff.changes, diff.exposures);
        prop_assert!(diff.marked.is_same());
    }

    #[test]
    fn a_difference_seen_from_the_other_side_is_its_mirror((base, head) in edited()) {
        let (base, head) = (read(&base), read(&head));
        prop_assert_eq!(all_said(&compared(&base, &head), false), all_said(&compared(&head, &base), true));
    }

    #[test]
    fn what_was_with_the_marks_is_what_is_now((base, head) in edited()) {
        let (base, head) = (read(&base), read(&head));
        let diff = compared(&base, &head);
        let marked = &diff.marked;
        let now = keys(&marked.graph, |id| marked.port(id) != Mark::Removed, |id| marked.hop(id) != Mark::Removed);
        prop_assert_eq!(now, keys(&head.graph, |_| true, |_| true));
        let was = keys(&marked.graph, |id| marked.port(id) == Mark::Removed, |_| false).0;
        // The key of a node port tells the Service port behind it, which may have another number.
        let is_like_before = |id| marked.port(id) == Mark::Same && !matches!(marked.graph.port(id).kind, PortKind::NodePort(_));
        let stayed = keys(&marked.graph, is_like_before, |_| false).0;
        let (ports, hops) = keys(&base.graph, |_| true, |_| true);
        prop_assert!(was.iter().chain(&stayed).all(|key| ports.binary_search(key).is_ok()), "{was:?} {stayed:?} {ports:?}");
        let count = |mark: fn(Mark) -> bool| marked.graph.hops().filter(|(id, ..)| mark(marked.hop(*id))).count();
        prop_assert_eq!(count(|mark| mark != Mark::Added), hops.len());
        let count = marked.graph.ports().filter(|(id, _)| marked.port(*id) != Mark::Added).count();
        prop_assert_eq!(count, ports.len());
    }

    #[test]
    fn every_format_of_a_difference_is_written((base, head) in edited()) {
        let (base, head) = (read(&base), read(&head));
        let diff = compared(&base, &head);
        let texts = view::diff::Texts { base: &base.sources, head: &head.sources };
        for format in [view::diff::Format::Markdown, view::diff::Format::Text, view::diff::Format::Json] {
            let text = format.render(&diff, texts).map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
            prop_assert!(text.ends_with('\n') && text.chars().count() <= 65_536 || format == view::diff::Format::Json);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_many_documents_every_view_and_finding_is_the_same_in_whatever_order(
        (documents, shuffled) in many_documents().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        for (first, second) in views(&documents).iter().zip(&views(&shuffled)).skip(DATA) {
            prop_assert_eq!(first, second);
        }
        prop_assert_eq!(found(&documents), found(&shuffled));
    }
}
