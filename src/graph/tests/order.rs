//! The graph does not depend on the order of documents and files.

use std::collections::BTreeSet;

use crate::graph::PortGraph;
use crate::manifest;
use crate::source::{Source, Sources};
use crate::view::data::{Options, render};

/// Documents with something of everything; names are such that order could matter.
const DOCUMENTS: &str = include_str!("../../view/data/tests/everything.yaml");

const MORE: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web-2, labels: {app: web}}
spec:
  containers:
  - name: c
    args: ['--db=postgres://db:5432', '--mail=smtp://mail:25']
    env: [{name: A_URL, value: 'http://db:5432'}, {name: B_URL, value: 'http://db:5432'}]
    ports: [{name: http, containerPort: 9000}, {containerPort: 9000, protocol: UDP}]
  volumes: [{name: x, configMap: {name: x}}, {name: y, configMap: {name: y}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {conf: 'http://nobody:53'}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: y}
data: {conf: 'http://nobody:53'}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: other}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 31999}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: db}
subsets: [{addresses: [{ip: 192.0.2.10}, {ip: 192.0.2.9}], ports: [{port: 5432}]}]
";

/// The graph as JSON, each document in a file of this name, without the places.
fn json(files: Vec<(String, String)>) -> String {
    let source = |(name, text): (String, String)| Source { name, text: text.into(), explicit: true };
    let sources = Sources::new(files.into_iter().map(source).collect());
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let mut json = serde_json::from_str(&render(&graph, &sources, &[], &Options::default()).unwrap()).unwrap();
    forget_places(&mut json);
    json.to_string()
}

fn forget_places(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(object) => {
            object.remove("at");
            object.values_mut().for_each(forget_places);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(forget_places),
        _ => {}
    }
}

#[test]
fn the_order_of_documents_and_files_changes_places_only() {
    let documents: Vec<&str> = DOCUMENTS.split("---\n").chain(MORE.split("---\n")).collect();
    let one_file = |order: &[usize]| {
        let text: String = order.iter().map(|at| format!("---\n{}", documents[*at])).collect();
        json(vec![("all.yaml".to_owned(), text)])
    };
    let in_order: Vec<usize> = (0..documents.len()).collect();
    let expected = one_file(&in_order);
    let reversed: Vec<usize> = in_order.iter().rev().copied().collect();
    assert_eq!(one_file(&reversed), expected);
    for step in [29, 31, 37] {
        let shuffled: Vec<usize> = in_order.iter().map(|at| at * step % documents.len()).collect();
        assert_eq!(shuffled.iter().collect::<BTreeSet<_>>().len(), documents.len(), "{step} leaves documents out");
        assert_eq!(one_file(&shuffled), expected);
        let file = |(place, at): (usize, &usize)| (format!("{place:02}.yaml"), documents[*at].to_owned());
        assert_eq!(json(shuffled.iter().rev().enumerate().map(file).collect()), expected);
    }
}
