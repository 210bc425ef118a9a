//! Any part of a topology, in any order, is served: no view fails or depends on the order of documents.
//!
//! The parts are subsets of the examples and of a file with a port of every kind, so that references lead nowhere in every way there is.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use portolan::check::{Options, check};
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::source::{Source, Sources};
use portolan::view::{View, doc, flowchart, sequence, table, tree};

const EVERYTHING: &str = include_str!("../src/view/data/tests/everything.yaml");

/// The documents that parts are made of; no object is defined twice.
fn documents() -> Vec<String> {
    let mut texts = vec![EVERYTHING.to_owned()];
    for example in ["imagepod", "mytsdb", "port-mismatch/black-friday", "fitness-hero/2-nodeport-and-host-port"] {
        manifests(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &mut texts);
    }
    texts.iter().flat_map(|text| text.split("\n---\n")).map(str::to_owned).collect()
}

fn manifests(folder: &Path, texts: &mut Vec<String>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            manifests(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// A small generator of numbers, the same in every run (Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.next()).unwrap() % (last + 1);
            items.swap(last, other);
        }
    }
}

fn views() -> [View; 7] {
    let form = |form| View::Table(table::Options { form, ..Default::default() });
    [
        View::Flowchart(flowchart::Options::default()),
        View::Sequence(sequence::Options { all: true, ..sequence::Options::default() }),
        form(table::Form::Summary),
        form(table::Form::Reference),
        form(table::Form::Pattern),
        View::Tree(tree::Options::default()),
        View::Doc(doc::Options::default()),
    ]
}

/// What every view prints. Places are those of the text, so texts that tell places (open ends) are compared without them.
fn printed(documents: &[&str]) -> Vec<String> {
    let text = documents.join("\n---\n");
    let sources = Sources::new(vec![Source { name: "all.yaml".to_owned(), text: text.into(), explicit: true }]);
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let findings = check(&graph, &sources, &Options::default()).findings;
    let without_places = |text: String| {
        let words = text.split('`').map(|word| if word.starts_with("all.yaml:") { "all.yaml" } else { word });
        words.collect::<Vec<_>>().join("`")
    };
    views().iter().map(|view| without_places(view.render(&graph, &sources, &findings).unwrap())).collect()
}

#[test]
fn every_subset_in_any_order_prints_the_same() {
    let documents = documents();
    assert!(documents.len() > 30, "only {} documents were found", documents.len());
    let mut numbers = Numbers(20);
    for round in 0..15 {
        let mut part: Vec<&str> =
            documents.iter().map(String::as_str).filter(|_| !numbers.next().is_multiple_of(3)).collect();
        let straight = printed(&part);
        numbers.shuffle(&mut part);
        for (turned, straight) in printed(&part).iter().zip(&straight) {
            assert_eq!(turned, straight, "round {round}");
        }
    }
}
