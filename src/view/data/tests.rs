//! The format held against its schema, on every example and on manifests that have one node of every kind.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::{Format, Options, render};
use crate::check::{self, check};
use crate::graph::PortGraph;
use crate::source::{Source, Sources};
use crate::{load, manifest};

const SCHEMA: &str = include_str!("../../../docs/portolan.v1.schema.json");

/// One of everything that a graph can hold.
const EVERYTHING: &str = include_str!("tests/everything.yaml");

fn print(sources: &Sources, format: Format) -> String {
    let graph = PortGraph::resolve(manifest::read(sources, "default").roles);
    let findings = check(&graph, sources, &check::Options::default()).findings;
    render(&graph, sources, &findings, &Options { format }).unwrap()
}

fn source(text: &str) -> Sources {
    Sources::new(vec![Source { name: "all.yaml".to_owned(), text: text.into(), explicit: true }])
}

fn everything() -> Value {
    serde_json::from_str(&print(&source(EVERYTHING), Format::Json)).unwrap()
}

/// The schema with every object closed, so that a key it does not describe fails.
fn closed(mut schema: Value) -> Value {
    if let Value::Object(object) = &mut schema {
        for value in object.values_mut() {
            *value = closed(value.take());
        }
        if object.get("type") == Some(&Value::from("object")) {
            object.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    schema
}

fn faults(document: &Value) -> Vec<String> {
    let schema = closed(serde_json::from_str(SCHEMA).unwrap());
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_schema_describes_everything_that_is_printed() {
    assert_eq!(faults(&everything()), [""; 0]);
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let mut document = everything();
    document["services"][0]["color"] = Value::from("red");
    document["nodes"][0]["kind"] = Value::from("teapot");
    assert_eq!(faults(&document).len(), 2, "{:?}", faults(&document));
}

#[test]
fn the_schema_explains_every_key() {
    fn unexplained(schema: &Value, path: &str, found: &mut Vec<String>) {
        let Value::Object(object) = schema else { return };
        for (name, property) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if property.get("description").is_none() {
                found.push(format!("{path}.{name}"));
            }
        }
        for (name, definition) in object.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            unexplained(definition, name, found);
        }
    }
    let mut found = Vec::new();
    unexplained(&serde_json::from_str(SCHEMA).unwrap(), "", &mut found);
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_graph_of_every_example_fits_the_schema() {
    let examples: Vec<PathBuf> = std::fs::read_dir("examples").unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!examples.is_empty());
    for example in examples.into_iter().filter(|path| path.is_dir()) {
        let sources =
            load::load(std::slice::from_ref(&example), &load::Rendering::never(), "default", std::io::empty()).sources;
        let document: Value = serde_json::from_str(&print(&sources, Format::Json)).unwrap();
        assert_eq!(faults(&document), [""; 0], "{}", example.display());
    }
}

#[test]
fn every_kind_of_node_and_edge_is_printed() {
    let words = |list: &str| -> BTreeSet<String> {
        let entries = everything()[list].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    };
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for (list, definition) in [("nodes", "node"), ("edges", "edge")] {
        let known = schema["$defs"][definition]["properties"]["kind"]["enum"].as_array().unwrap().clone();
        assert_eq!(words(list), known.iter().map(|kind| kind.as_str().unwrap().to_owned()).collect());
    }
}

#[test]
fn ids_are_unique_and_edges_join_nodes() {
    let document = everything();
    let nodes = document["nodes"].as_array().unwrap();
    let ids: BTreeSet<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), nodes.len());
    for edge in document["edges"].as_array().unwrap() {
        assert!(ids.contains(edge["from"].as_str().unwrap()) && ids.contains(edge["to"].as_str().unwrap()), "{edge}");
    }
}

#[test]
fn a_port_of_unknown_number_is_no_port_of_its_service() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ExternalName, externalName: db.example.com}\n";
    let document: Value = serde_json::from_str(&print(&source(text), Format::Json)).unwrap();
    assert_eq!(document["services"][0]["ports"], Value::Array(Vec::new()));
    assert_eq!(document["services"][0]["externalName"], "db.example.com");
    assert_eq!(document["nodes"][0]["kind"], "servicePort");
}

#[test]
fn yaml_says_the_same_as_json() {
    let yaml: Value = serde_yaml::from_str(&print(&source(EVERYTHING), Format::Yaml)).unwrap();
    assert_eq!(yaml, everything());
}

#[test]
fn json_has_its_keys_in_a_fixed_order() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, targetPort: http}]}\n";
    let json: String = print(&source(text), Format::Json).lines().map(str::trim).collect();
    insta::assert_snapshot!(json.replace("},{", "},\n{").replace(",\"at\"", ",\n  \"at\""), @r#"
    {"schema": "portolan/v1","services": [{"namespace": "default","name": "web","type": "ClusterIP","headless": false,"externalName": null,"ports": [{"name": null,"port": 80,"protocol": "TCP","targetPort": "http","nodePort": null,"endpoints": []}],
      "at": {"file": "all.yaml","line": 3,"column": 18}}],"routes": [],"nodes": [{"id": "default/Service/web/port/80/TCP","kind": "servicePort","namespace": "default","name": "web","portName": null,"port": 80,"protocol": "TCP","owner": {"kind": "Service","namespace": "default","name": "web"},
      "at": {"file": "all.yaml","line": 4,"column": 23}},
    {"id": "external/managed/default/web/?/TCP","kind": "external","target": "managed","namespace": "default","name": "web","portName": null,"port": null,"protocol": "TCP","owner": null,
      "at": {"file": "all.yaml","line": 3,"column": 18}}],"edges": [{"from": "default/Service/web/port/80/TCP","to": "external/managed/default/web/?/TCP","kind": "targets","protocol": "TCP","how": "assumed","weight": null,"evidence": null,
      "at": {"file": "all.yaml","line": 3,"column": 18}}],"findings": []}
    "#);
}

#[test]
fn dot_draws_a_cluster_per_object() {
    let text = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: app, ports: [{name: http, containerPort: 8080}]}]}
";
    insta::assert_snapshot!(print(&source(text), Format::Dot), @r#"
    digraph portolan {
      rankdir=LR
      node [shape=box, fontname="sans-serif"]
      edge [fontname="sans-serif", fontsize=10]
      "outside" [label="Client", shape=ellipse]
      subgraph "cluster default" {
        label="namespace default"
        subgraph "cluster default/Service./web" {
          label="Service web"
          "default/Service/web/node-port/80/TCP" [label="nodePort auto"]
          "default/Service/web/port/80/TCP" [label="port 80"]
        }
        subgraph "cluster default/Pod./web" {
          label="Pod web"
          "default/Pod/web/container/app/8080/TCP" [label="app 8080 (http)"]
        }
      }
      "outside" -> "default/Service/web/node-port/80/TCP" [label="enters", style=dashed]
      "default/Service/web/node-port/80/TCP" -> "default/Service/web/port/80/TCP" [label="forwards", style=dashed]
      "default/Service/web/port/80/TCP" -> "default/Pod/web/container/app/8080/TCP" [label="targets"]
    }
    "#);
}

#[test]
fn findings_are_told_the_worst_first_and_the_hops_they_are_about_are_red_in_dot() {
    let text = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: i, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 38080}]}
";
    let document: Value = serde_json::from_str(&print(&source(text), Format::Json)).unwrap();
    assert_eq!(faults(&document), [""; 0]);
    let finding = |at: usize| {
        let finding = &document["findings"][at];
        ["id", "name", "severity"].map(|key| finding[key].as_str().unwrap().to_owned()).join(" ")
    };
    assert_eq!([finding(0), finding(1)], ["P003 named-target-port-unknown error", "P009 node-port-range warning"]);
    let first = &document["findings"][0];
    assert_eq!(
        (&first["object"]["kind"], &first["at"]["line"], &first["help"]),
        (
            &"Service".into(),
            &9.into(),
            &"write `targetPort: 80`, or give the container's port the name: `name: http`".into()
        )
    );
    let dot = print(&source(text), Format::Dot);
    let red: Vec<&str> = dot.lines().filter_map(|line| Some(line.split_once("-> ")?.1)).collect();
    insta::assert_snapshot!(red.join("\n"), @r#"
    "default/Service/web/node-port/80/TCP" [label="enters P009", style=dashed, color=red]
    "default/Service/web/port/80/TCP" [label="forwards P009", style=dashed, color=red]
    "missing/port-name/default/web/http/TCP" [label="targets P003", style=dashed, color=red]
    "#);
}

#[test]
fn an_edge_has_a_verdict_where_network_policies_are_in_the_input() {
    let api = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: i, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
";
    let policy = "---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}}
";
    let verdicts = |text: &str| {
        let document: Value = serde_json::from_str(&print(&source(text), Format::Json)).unwrap();
        assert_eq!(faults(&document), [""; 0]);
        let edges = document["edges"].as_array().unwrap().clone();
        edges.iter().filter_map(|edge| Some(edge.get("policy")?.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(api), [""; 0]);
    insta::assert_snapshot!(verdicts(&format!("{api}{policy}")).join("\n"), @r#"{"doubt":null,"egress":[],"ingress":[{"kind":"NetworkPolicy","name":"deny","namespace":"default"}],"verdict":"blocked"}"#);
}
