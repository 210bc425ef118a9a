//! Running: each command read as the data path. Load, read, resolve, render; then print or write, and tell what was wrong.

mod comparing;
mod fixing;
mod init;
mod inject;
mod manual;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use anyhow::ensure;

use crate::check::{CheckId, Finding, Options, check};
use crate::cli::derived::completions;
use crate::cli::{CheckArgs, Cli, Input, Task};
use crate::graph::{Owner, PortGraph};
use crate::load::{self, Loaded};
use crate::manifest::Lowered;
use crate::problem::{Problem, Severity, Sort};
use crate::report::{Colour, Report, explain, told};
use crate::source::Sources;
use crate::view::View;
use crate::visible::one_line;
use crate::{manifest, write};
use settings::Settings;

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of the input was served: exit status 0.
    Fine,
    /// Findings of the severity that the user named, or a worse one; stale blocks: exit status 1.
    Found,
    /// A part of the input could not be read, or the arguments; the rest, where there is any, was served: exit status 2.
    Incomplete,
}

/// Runs one command. What is wrong with the input goes to standard error, the result to standard output or a file.
///
/// # Errors
/// The result could not be made or written. Exit status 2 as well.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command.into_task() {
        Task::View(view, input, output) => run_view(*view, &input, output.as_deref()),
        Task::Check(args) => run_check(args),
        Task::Diff(args) => comparing::run(&args),
        Task::Inject(args) => inject::run(&args),
        Task::Init(args) => init::run(&args),
        Task::Explain(id) => write::print(&explain(id.map(CheckId::check))).map(|()| Outcome::Fine),
        Task::Completions(shell) => write::print(&completions(shell)).map(|()| Outcome::Fine),
        Task::Man(args) => manual::run(&args).map(|()| Outcome::Fine),
    }
}

/// Prints what there is instead of a command: help, or the version; or tells what is wrong with the arguments.
///
/// # Errors
/// It could not be printed. Exit status 2 as well.
pub fn answer(instead: &clap::Error) -> anyhow::Result<Outcome> {
    if instead.use_stderr() {
        // There is nobody left to tell when that fails.
        let _ = instead.print();
        return Ok(Outcome::Incomplete);
    }
    let text = instead.render();
    let text = if write::prints_colour() { text.ansi().to_string() } else { text.to_string() };
    write::print(&text).map(|()| Outcome::Fine)
}

fn run_view(view: View, input: &Input, output: Option<&Path>) -> anyhow::Result<Outcome> {
    let read = read(input)?;
    tell(&read.problems, &read.sources);
    let incomplete = read.is_incomplete();
    let nothing_read = incomplete && read.graph.owners().next().is_none();
    // A mistyped path must not replace a document by one that says there are no ports; programs are told that there is no data.
    if nothing_read && (output.is_some() || !matches!(view, View::Graph(_))) {
        return Ok(Outcome::Incomplete);
    }
    let shown = write::during("looking for findings", || shown(read, view, input))?;
    let text = || write::during("drawing", || shown.text());
    match (output.filter(|path| *path != Path::new("-")), &shown.view) {
        (Some(path), _) => write::write_atomically(path, &text()?)?,
        (None, View::Graph(_)) => write::print_with(|out| shown.write(out))?,
        (None, _) => write::print(&text()?)?,
    }
    // The process is about to end: to take everything apart first would only take time.
    mem::forget(shown);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Fine })
}

/// A view and what it shows.
struct Shown {
    view: View,
    graph: PortGraph,
    sources: Sources,
    findings: Vec<Finding>,
}

impl Shown {
    fn text(&self) -> anyhow::Result<String> {
        self.view.render(&self.graph, &self.sources, &self.findings)
    }

    fn write(&self, out: &mut impl io::Write) -> anyhow::Result<()> {
        self.view.write(&self.graph, &self.sources, &self.findings, out)
    }
}

/// What a view shows of what was read.
fn shown(read: Read, view: View, input: &Input) -> anyhow::Result<Shown> {
    let view = read.settings.view(view);
    // Of a part of the graph more would seem missing than is.
    let mut findings = if view.shows_findings() { findings(&read) } else { Vec::new() };
    let graph = view.shown(scoped(read.graph, &view, input)?);
    if let (Some(namespace), false) = (&input.namespace, matches!(view, View::Graph(_))) {
        keep_about(&mut findings, &graph, namespace);
    }
    Ok(Shown { view, graph, sources: read.sources, findings })
}

/// Keeps the findings about a namespace and about what touches it.
fn keep_about(findings: &mut Vec<Finding>, graph: &PortGraph, namespace: &str) {
    let shown: BTreeSet<_> = graph.owners().filter_map(|owner| graph.object(owner)).collect();
    findings.retain(|finding| finding.object.namespace == namespace || shown.contains(&finding.object));
}

/// What a view may show of findings: those that `portolan check` has with the same settings.
fn findings(read: &Read) -> Vec<Finding> {
    check(&read.graph, &read.sources, &read.settings.options(Options::default())).findings
}

fn run_check(mut args: CheckArgs) -> anyhow::Result<Outcome> {
    let mut read = read(&args.input)?;
    args.options = read.settings.options(args.options);
    if args.dry_run {
        return fixing::run_dry(&args, read);
    }
    if args.fix {
        read = fixing::run(&args, read);
    }
    read.keep_what_is_no_finding();
    tell(&read.problems, &read.sources);
    let checked = write::during("looking for findings", || check(&read.graph, &read.sources, &args.options));
    let colour = match (args.format, &args.output) {
        (Report::Text, None) if write::prints_colour() => Colour::Ansi,
        _ => Colour::None,
    };
    put(args.output.as_deref(), &args.format.render(&checked, &read.problems, &read.sources, colour)?)?;
    let fail_on = read.settings.fail_on(args.fail_on);
    let fails = checked.worst().is_some_and(|worst| worst >= fail_on);
    Ok(match (read.is_incomplete(), fails) {
        (true, _) => Outcome::Incomplete,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Fine,
    })
}

/// To the file, or to standard output (`-`, or nothing said).
fn put(output: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match output.filter(|path| *path != Path::new("-")) {
        Some(path) => write::write_atomically(path, text),
        None => write::print(text),
    }
}

/// Everything that one input gives.
struct Read {
    sources: Sources,
    graph: PortGraph,
    problems: Vec<Problem>,
    /// How many of the problems, the first ones, are about what could not be read at all.
    unread: usize,
    /// Which sources are files.
    files: BTreeMap<String, PathBuf>,
    settings: Settings,
}

impl Read {
    /// Could a part of the input not be used?
    fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Forgets the problems that checks tell.
    fn keep_what_is_no_finding(&mut self) {
        self.problems.retain(|problem| problem.sort == Sort::Input);
    }
}

fn read(input: &Input) -> anyhow::Result<Read> {
    let settings = Settings::read(input)?;
    Ok(write::during("reading manifests", || {
        let namespace = settings.namespace(input);
        let loaded = load::load(&settings.manifests(input), &input.rendering, namespace, io::stdin().lock());
        read_loaded(loaded, input, settings)
    }))
}

fn read_loaded(loaded: Loaded, input: &Input, mut settings: Settings) -> Read {
    let Loaded { mut sources, files, problems: unread } = loaded;
    manifest::name_places(&mut sources);
    settings.join(&mut sources);
    let Lowered { roles, problems } = lowered(&sources, input, &settings);
    sources.pack();
    let graph = PortGraph::resolve(roles);
    Read { sources, graph, unread: unread.len(), problems: [unread, problems].concat(), files, settings }
}

/// What texts say, and what is wrong with them.
fn lowered(sources: &Sources, input: &Input, settings: &Settings) -> Lowered {
    let mut lowered = manifest::read(sources, settings.namespace(input));
    lowered.problems.extend(settings.note(&mut lowered.roles));
    lowered
}

/// The same, joined to a graph.
fn understand(sources: &Sources, input: &Input, settings: &Settings) -> (PortGraph, Vec<Problem>) {
    let Lowered { roles, problems } = lowered(sources, input, settings);
    (PortGraph::resolve(roles), problems)
}

/// The part that a drawing shows: with `--namespace` its objects and what they touch. Data is never cut.
fn scoped(graph: PortGraph, view: &View, input: &Input) -> anyhow::Result<PortGraph> {
    match (&input.namespace, view) {
        (None, _) | (_, View::Graph(_)) => Ok(graph),
        (Some(namespace), _) => {
            let inside = inside(&graph, namespace);
            let known = namespaces(&graph);
            ensure!(
                !inside.is_empty() || known.is_empty(),
                "nothing in the input is in namespace {namespace}; its objects are in {}",
                one_line(&known.into_iter().collect::<Vec<_>>().join(", "))
            );
            Ok(graph.narrowed(&graph.touching(&inside)))
        }
    }
}

/// The owners in a namespace.
fn inside(graph: &PortGraph, namespace: &str) -> BTreeSet<Owner> {
    let is_inside = |owner: &Owner| graph.object(*owner).is_some_and(|id| id.namespace == namespace);
    graph.owners().filter(is_inside).collect()
}

fn namespaces(graph: &PortGraph) -> BTreeSet<&str> {
    let objects = graph.owners().filter_map(|owner| graph.object(owner));
    objects.map(|id| id.namespace.as_str()).filter(|namespace| !namespace.is_empty()).collect()
}

/// Tells problems on standard error, each with its place and its advice.
fn tell(problems: &[Problem], sources: &Sources) {
    let mut text = String::new();
    for problem in problems {
        let _ = writeln!(text, "{}: {}", problem.severity.as_str(), told(problem, sources));
    }
    write::tell(&text);
}
