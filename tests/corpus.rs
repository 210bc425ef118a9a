//! Real manifests through every view: nothing panics, and a second time gives the same bytes.
//!
//! `PORTOLAN_CORPUS` names a folder of manifests, which is far too large for the repository. CI sets it; without it this test says
//! so and passes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "a test that has nothing to test should say so")]

use std::fs;
use std::path::{Path, PathBuf};

use portolan::check::{Options, check};
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::source::{Source, Sources};
use portolan::view::{View, data, doc, flowchart, sequence, table, tree};

/// Files larger than this take too long in a debug build, in bytes.
const LARGEST: usize = 1 << 20;

fn manifests(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        // Links are passed over: they may lead in a circle.
        let (kind, path) = (entry.file_type().unwrap(), entry.path());
        let is_manifest =
            path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known));
        if kind.is_dir() {
            manifests(&path, found);
        } else if kind.is_file() && is_manifest {
            found.push(path);
        }
    }
}

fn views(name: &str, text: &str) -> Vec<String> {
    let sources = Sources::new(vec![Source { name: name.to_owned(), text: text.to_owned(), explicit: true }]);
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
    views.iter().map(render).collect()
}

#[test]
fn every_file_of_the_corpus_gives_the_same_bytes_twice() {
    let Some(folder) = std::env::var_os("PORTOLAN_CORPUS") else {
        eprintln!("PORTOLAN_CORPUS names no folder, so no corpus is tested");
        return;
    };
    let mut files = Vec::new();
    manifests(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "PORTOLAN_CORPUS holds no manifests");
    for path in files {
        // What is no UTF-8 is a matter of loading, which has tests of its own.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if text.len() > LARGEST {
            continue;
        }
        let name = path.display().to_string();
        assert!(views(&name, &text) == views(&name, &text), "{name} differs the second time");
    }
}
