//! Benchmarks of the whole way from text to data, beside the event parser alone, on made-up topologies.
//!
//! - `cargo bench` times every stage; compare within one run.
//! - `benches/ratios` counts instructions with Valgrind instead, which no other load on the machine can change.
//!   For it this program also has the commands `synth N` (print a topology), `dump N yaml|json` (print what `kubectl get` would
//!   of a cluster), and `events FILE` (run the parser only).

#![allow(clippy::print_stdout, reason = "its commands print")]

use std::hint::black_box;
use std::io::{self, BufWriter, Write};

use granit_parser::Parser;
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::source::{Source, Sources};
use portolan::view::{View, data};

/// Applications of the benchmarks; each is a Deployment, a Service and an Ingress.
const SIZES: [usize; 2] = [1_000, 5_000];

/// Service, Deployment and ReplicaSet of an application in a dump, as items of a list; the words in capitals are numbers.
const DUMPED: &str = include_str!("dump.yaml");
/// One pod of an application in a dump, 2 KB.
const POD: &str = include_str!("pod.yaml");
/// How many pods each application of a dump has.
const PODS: usize = 15;

/// One application; the words in capitals are numbers.
const TRIPLE: &str = "\
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-APP
  namespace: team-TEAM
  labels:
    app: shop-APP
spec:
  replicas: 2
  selector:
    matchLabels:
      app: shop-APP
  template:
    metadata:
      labels:
        app: shop-APP
        tier: backend
    spec:
      containers:
      - name: server
        image: registry.example.com/shop-APP:1.0
        ports:
        - name: http
          containerPort: 8080
        - name: metrics
          containerPort: 9090
        env:
        - name: UPSTREAM_URL
          value: http://shop-UPSTREAM.team-THEIRS.svc.cluster.local:80/
---
apiVersion: v1
kind: Service
metadata:
  name: shop-APP
  namespace: team-TEAM
spec:
  selector:
    app: shop-APP
  ports:
  - name: http
    port: 80
    targetPort: http
  - name: metrics
    port: 9090
    targetPort: 9090
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop-APP
  namespace: team-TEAM
spec:
  rules:
  - host: shop-APP.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: shop-APP
            port:
              number: 80
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["synth", count] => print!("{}", synth(count.parse().expect("synth takes a number"))),
        ["dump", count, format] => {
            dump(count.parse().expect("dump takes a number"), *format == "json").expect("the dump can be printed");
        }
        ["events", file] => println!("{}", events(&std::fs::read_to_string(file).expect("the file can be read"))),
        _ => divan::main(),
    }
}

/// The number of events that the parser alone finds.
fn events(text: &str) -> usize {
    Parser::new_from_str(text).take_while(Result::is_ok).count()
}

/// `count` applications in ten namespaces: two ports each, one of them by name, an Ingress in front, a call to the one before.
fn synth(count: usize) -> String {
    let triple = |app: usize| {
        let upstream = app.saturating_sub(1);
        let names = [("APP", app), ("TEAM", app % 10), ("UPSTREAM", upstream), ("THEIRS", upstream % 10)];
        names.iter().fold(TRIPLE.to_owned(), |text, (name, number)| text.replace(name, &number.to_string()))
    };
    (0..count).map(triple).collect()
}

/// `count` applications in ten namespaces as one List, with status, managed fields and owners, as `kubectl get … -A -o yaml` prints them.
fn dump(count: usize, as_json: bool) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    write!(out, "{}", if as_json { "{\"apiVersion\":\"v1\",\"items\":[" } else { "apiVersion: v1\nitems:\n" })?;
    for app in 0..count {
        let pods = (0..PODS).map(|pod| POD.replace("POD", &(app * PODS + pod).to_string()));
        let text: String = std::iter::once(DUMPED.to_owned()).chain(pods).collect();
        let text = text.replace("APP", &app.to_string()).replace("TEAM", &(app % 10).to_string());
        if as_json {
            let items: Vec<serde_json::Value> = serde_yaml::from_str(&text).expect("the templates are YAML");
            let items: Vec<String> = items.iter().map(serde_json::Value::to_string).collect();
            write!(out, "{}{}", if app == 0 { "" } else { "," }, items.join(","))?;
        } else {
            write!(out, "{text}")?;
        }
    }
    writeln!(
        out,
        "{}",
        if as_json { "],\"kind\":\"List\"}" } else { "kind: List\nmetadata:\n  resourceVersion: \"\"" }
    )?;
    out.flush()
}

fn sources(count: usize) -> Sources {
    Sources::new(vec![Source { name: "synth.yaml".into(), text: synth(count).into(), explicit: true }])
}

#[divan::bench(args = SIZES)]
fn a_events_only(bencher: divan::Bencher<'_, '_>, count: usize) {
    let text = synth(count);
    bencher.bench_local(|| events(black_box(&text)));
}

#[divan::bench(args = SIZES)]
fn b_read(bencher: divan::Bencher<'_, '_>, count: usize) {
    let sources = sources(count);
    bencher.bench_local(|| manifest::read(black_box(&sources), "default"));
}

#[divan::bench(args = SIZES)]
fn c_resolve(bencher: divan::Bencher<'_, '_>, count: usize) {
    let sources = sources(count);
    bencher.with_inputs(|| manifest::read(&sources, "default").roles).bench_local_values(PortGraph::resolve);
}

#[divan::bench(args = SIZES)]
fn d_whole_graph_as_json(bencher: divan::Bencher<'_, '_>, count: usize) {
    let sources = sources(count);
    let view = View::Graph(data::Options::default());
    bencher.bench_local(|| {
        let graph = PortGraph::resolve(manifest::read(black_box(&sources), "default").roles);
        view.render(&graph, &sources, &[])
    });
}
