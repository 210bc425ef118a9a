//! Real manifests through every view and every report: nothing panics, a second time gives the same bytes, and the reports are
//! what their formats say.
//!
//! `PORTOLAN_CORPUS` names a folder of manifests, which is far too large for the repository. CI sets it; without it this test says
//! so and passes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "a test that has nothing to test should say so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use portolan::check::{Options, check};
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::report::{Colour, Report};
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
    let sources = Sources::new(vec![Source { name: name.to_owned(), text: text.into(), explicit: true }]);
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

/// The manifests of the corpus by name, or nothing where there is none.
fn corpus() -> Vec<(String, String)> {
    let Some(folder) = std::env::var_os("PORTOLAN_CORPUS") else {
        eprintln!("PORTOLAN_CORPUS names no folder, so no corpus is tested");
        return Vec::new();
    };
    let mut files = Vec::new();
    manifests(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "PORTOLAN_CORPUS holds no manifests");
    // What is no UTF-8 is a matter of loading, which has tests of its own.
    let texts = files.iter().filter_map(|path| Some((path, fs::read_to_string(path).ok()?)));
    texts.filter(|(_, text)| text.len() <= LARGEST).map(|(path, text)| (path.display().to_string(), text)).collect()
}

#[test]
fn every_file_of_the_corpus_gives_the_same_bytes_twice() {
    for (name, text) in corpus() {
        assert!(views(&name, &text) == views(&name, &text), "{name} differs the second time");
    }
}

/// Findings about these files as SARIF and as JUnit XML, and how many there are.
fn reports(files: &[(String, String)]) -> (String, String, usize) {
    let source =
        |(name, text): &(String, String)| Source { name: name.clone(), text: text.as_str().into(), explicit: false };
    let sources = Sources::new(files.iter().map(source).collect());
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let checked = check(&graph, &sources, &Options::default());
    let render = |report: Report| report.render(&checked, &[], &sources, Colour::None).unwrap();
    (render(Report::Sarif), render(Report::Junit), checked.findings.len())
}

#[test]
fn every_report_about_the_corpus_is_what_its_format_says() {
    let schema = serde_json::from_str(include_str!("schemas/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let files = corpus();
    let mut found = 0;
    // Each file by itself, and all of them as one input.
    for input in files.chunks(1).chain([files.as_slice()]) {
        let (sarif, junit, findings) = reports(input);
        let name = input.first().map_or("an empty input", |(name, _)| name);
        let log = serde_json::from_str(&sarif).unwrap();
        let violations: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(violations.is_empty(), "{name}: {violations:?}");
        let results = log["runs"][0]["results"].as_array().unwrap();
        let fingerprint = |result: &serde_json::Value| result["partialFingerprints"]["portolanFinding/v1"].to_string();
        let fingerprints: BTreeSet<String> = results.iter().map(fingerprint).collect();
        assert_eq!((results.len(), fingerprints.len()), (findings, findings), "{name}");
        let document = roxmltree::Document::parse(&junit).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        let names: Vec<_> = cases.map(|case| (case.attribute("classname"), case.attribute("name"))).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{name}");
        found += findings;
    }
    eprintln!("{} reports in each format, {found} findings", files.len() + 1);
}
