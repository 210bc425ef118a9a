//! Running: each command read as the data path. Load, read, resolve, render; then print or write, and tell what was wrong.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use anyhow::ensure;

use crate::cli::{Cli, Input};
use crate::graph::{Owner, PortGraph};
use crate::problem::{Place, Problem, Severity};
use crate::source::Sources;
use crate::view::View;
use crate::{load, manifest, write};

/// The namespace of objects that state none, where the user states none either.
const DEFAULT_NAMESPACE: &str = "default";

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of the input was served: exit status 0.
    Fine,
    /// A part of the input could not be read; the rest, where there is any, was served: exit status 2.
    Incomplete,
}

/// Runs one command. What is wrong with the input goes to standard error, the result to standard output or a file.
///
/// # Errors
/// The result could not be made or written. Exit status 2 as well.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let (view, input, output) = cli.command.into_parts();
    let read = read(&input);
    tell(&read.problems, &read.sources);
    let incomplete = read.problems.iter().any(|problem| problem.severity == Severity::Error);
    if incomplete && read.graph.owners().next().is_none() {
        // A mistyped path must not replace a document by one that says there are no ports.
        return Ok(Outcome::Incomplete);
    }
    let text = view.render(&scoped(read.graph, &view, &input)?, &read.sources)?;
    match output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => write::write_atomically(path, &text)?,
        None => write::print(&text)?,
    }
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Fine })
}

/// Everything that one input gives.
struct Read {
    sources: Sources,
    graph: PortGraph,
    problems: Vec<Problem>,
}

fn read(input: &Input) -> Read {
    let loaded = load::load(&input.paths, io::stdin().lock());
    let namespace = input.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE);
    let lowered = manifest::read(&loaded.sources, namespace);
    let mut problems = loaded.problems;
    problems.extend(lowered.problems);
    Read { sources: loaded.sources, graph: PortGraph::resolve(lowered.roles), problems }
}

/// The part that a drawing shows: with `--namespace` its objects and what they touch. Data is never cut.
fn scoped(graph: PortGraph, view: &View, input: &Input) -> anyhow::Result<PortGraph> {
    match (&input.namespace, view) {
        (None, _) | (_, View::Graph(_)) => Ok(graph),
        (Some(namespace), _) => {
            let is_inside = |owner: &Owner| graph.object(*owner).is_some_and(|id| id.namespace == *namespace);
            let inside: BTreeSet<_> = graph.owners().filter(is_inside).collect();
            let known = namespaces(&graph);
            ensure!(
                !inside.is_empty() || known.is_empty(),
                "nothing in the input is in namespace {namespace}; its objects are in {}",
                known.into_iter().collect::<Vec<_>>().join(", ")
            );
            Ok(graph.narrowed(&graph.touching(&inside)))
        }
    }
}

fn namespaces(graph: &PortGraph) -> BTreeSet<&str> {
    let objects = graph.owners().filter_map(|owner| graph.object(owner));
    objects.map(|id| id.namespace.as_str()).filter(|namespace| !namespace.is_empty()).collect()
}

/// Tells problems on standard error, each with its place and its advice.
fn tell(problems: &[Problem], sources: &Sources) {
    let mut text = String::new();
    for problem in problems {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let place = match &problem.place {
            Place::Source(name) => name.clone(),
            Place::Span(span) => sources.location(*span).to_string(),
        };
        let _ = writeln!(text, "{severity}: {place}: {}", problem.message);
        if let Some(help) = &problem.help {
            let _ = writeln!(text, "  help: {help}");
        }
    }
    write::tell(&text);
}
