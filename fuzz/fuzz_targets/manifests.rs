//! Any text as a manifest, all the way: read, resolve, check, every view and report, fix, and compare with a shorter text.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use portolan::check::{Options, check};
use portolan::cli::Task;
use portolan::diff::{Side, diff};
use portolan::fix::{Seen, fix};
use portolan::graph::PortGraph;
use portolan::manifest::{self, Lowered};
use portolan::report::{Colour, Report, told};
use portolan::source::{Source, Sources};
use portolan::view::{self, View};

/// What shows a graph, as on a command line.
const COMMANDS: &[&str] = &[
    "doc --all",
    "flowchart --legend",
    "flowchart --detail ports --split never",
    "flowchart --group-by app",
    "flowchart --group-by type",
    "sequence --all",
    "table",
    "table --form reference",
    "tree",
    "graph",
    "graph --format yaml",
    "graph --format dot",
];
const REPORTS: &[Report] = &[Report::Text, Report::Json, Report::Github, Report::Sarif, Report::Junit];

fn view(words: &str) -> View {
    match Task::from_recipe(words) {
        Ok(Task::View(view, ..)) => *view,
        other => panic!("{words} is no view: {other:?}"),
    }
}

fn sources(text: &str) -> Sources {
    Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }])
}

/// Everything that one text gives.
fn seen(sources: &Sources) -> (PortGraph, Seen) {
    let Lowered { roles, problems } = manifest::read(sources, "default");
    let graph = PortGraph::resolve(roles);
    let options = Options { pedantic: true, ..Options::default() };
    let findings = check(&graph, sources, &options).findings;
    (graph, Seen { findings, problems })
}

fuzz_target!(|text: &str| {
    let head = sources(text);
    let (graph, seen_there) = seen(&head);
    for problem in &seen_there.problems {
        assert!(!told(problem, &head).contains('\u{1b}'));
    }
    static VIEWS: OnceLock<Vec<View>> = OnceLock::new();
    for view in VIEWS.get_or_init(|| COMMANDS.iter().map(|words| view(words)).collect()) {
        // A view may say that there is nothing to show.
        let _ = view.render(&graph, &head, &seen_there.findings);
    }
    let checked = check(&graph, &head, &Options { pedantic: true, ..Options::default() });
    for report in REPORTS {
        report.render(&checked, &seen_there.problems, &head, Colour::None).expect("findings are written");
    }
    let half = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let base = sources(&text[..half]);
    let (before, seen_before) = seen(&base);
    let sides = [(&before, &seen_before), (&graph, &seen_there)];
    let [was, now] = sides.map(|(graph, seen)| Side { graph, findings: &seen.findings });
    let changes = diff(was, now);
    let texts = view::diff::Texts { base: &base, head: &head };
    for format in [view::diff::Format::Markdown, view::diff::Format::Text, view::diff::Format::Json] {
        let _ = format.render(&changes, texts);
    }
    assert!(diff(now, now).is_empty(), "it differs from itself");
    fix(head.clone(), seen_there, |_| true, |sources| seen(sources).1);
});
