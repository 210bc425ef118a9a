//! What the tests of checks share, and tests of all checks together.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use crate::check::{CHECKS, Checked, Finding, Options, check};
use crate::graph::PortGraph;
use crate::manifest;
use crate::source::{Source, Sources};

fn sources(text: &str) -> Sources {
    Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }])
}

fn run(sources: &Sources, options: &Options) -> Checked {
    check(&PortGraph::resolve(manifest::read(sources, "default").roles), sources, options)
}

/// Everything that is found in a text.
pub(crate) fn checked(text: &str) -> Checked {
    run(&sources(text), &Options::default())
}

/// What one check finds, each as `severity line `text of the place`: message`.
pub(crate) fn found_by(id: &str, text: &str) -> Vec<String> {
    found_with(Options { select: vec![id.parse().unwrap()], ..Options::default() }, text)
}

/// The same, where the input is all there is.
pub(crate) fn found_complete(id: &str, text: &str) -> Vec<String> {
    found_with(Options { select: vec![id.parse().unwrap()], complete: true, ..Options::default() }, text)
}

pub(crate) fn found_with(options: Options, text: &str) -> Vec<String> {
    let sources = sources(text);
    run(&sources, &options).findings.iter().map(|finding| short(finding, &sources)).collect()
}

/// What one check proposes.
pub(crate) fn helps(id: &str, text: &str) -> Vec<String> {
    let options = Options { select: vec![id.parse().unwrap()], ..Options::default() };
    run(&sources(text), &options).findings.into_iter().map(|finding| finding.help.unwrap_or_default()).collect()
}

/// What one check would write, in the order of its findings; nothing where several answers are possible.
pub(crate) fn fixes(id: &str, text: &str) -> Vec<String> {
    let options = Options { select: vec![id.parse().unwrap()], ..Options::default() };
    let edit = |finding: Finding| finding.fix.map(|edit| edit.text).unwrap_or_default();
    run(&sources(text), &options).findings.into_iter().map(edit).collect()
}

fn short(finding: &Finding, sources: &Sources) -> String {
    let span = finding.primary.span;
    let place = &sources.get(span.source).text.whole()[span.range()];
    let line = sources.location(span).line;
    format!("{} {line} `{place}`: {}", finding.severity.as_str(), finding.message)
}

#[test]
fn the_table_is_in_order_and_complete() {
    assert!(CHECKS.is_sorted_by(|a, b| a.id < b.id));
    for check in CHECKS {
        for text in [check.name, check.title, check.severity, check.what, check.why, check.fix] {
            assert!(!text.is_empty(), "{}", check.id);
        }
        assert!(check.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", check.name);
        let sentences = [check.what, check.why, check.fix];
        assert!(sentences.iter().all(|text| text.ends_with('.')), "{}", check.id);
        assert!(!check.title.ends_with('.'), "{}", check.id);
    }
}
