//! `portolan diff`: both sides are read and compared.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};

use super::settings::Settings;
use super::{Outcome, Read, findings, inside, keep_about, put, read_loaded, tell};
use crate::check::{Finding, Severity};
use crate::cli::{Base, DiffArgs, FailOn, Input};
use crate::diff::{Diff, ExposureChange, Side, diff};
use crate::graph::PortGraph;
use crate::load::{self, Loaded, Sides};
use crate::problem;
use crate::view::diff::Texts;

/// Compares, and tells.
pub(super) fn run(args: &DiffArgs) -> anyhow::Result<Outcome> {
    let sides = read_sides(args)?;
    for side in &sides {
        tell(&side.problems, &side.sources);
    }
    // Of a side that cannot be read at all, everything would seem to have come or gone.
    if sides.iter().any(|side| side.is_incomplete() && side.graph.owners().next().is_none()) {
        return Ok(Outcome::Incomplete);
    }
    let (text, fails) = compared(&sides, args, |diff| args.fail_on.iter().any(|what| has(diff, *what)))?;
    put(args.output.as_deref(), &text)?;
    Ok(match (sides.iter().any(Read::is_incomplete), fails) {
        (true, _) => Outcome::Incomplete,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Fine,
    })
}

/// What was, and what is now: two paths, or what a revision has and what is there. Both are read with the settings of the second.
pub(super) fn read_sides(args: &DiffArgs) -> anyhow::Result<[Read; 2]> {
    let input = match (&args.base, args.input.paths.as_slice()) {
        (Some(_), _) => args.input.clone(),
        (None, [_, head]) => Input { paths: vec![head.clone()], ..args.input.clone() },
        (None, _) => bail!("diff compares two paths, BASE and HEAD, or one with what it was: --base REV"),
    };
    let [was, now] = [Settings::read(&input)?, Settings::read(&input)?];
    let [base, head] = load_sides(args, &input, &now)?;
    let mut base = read_loaded(base, &input, was);
    // What was doubtful then is not what is asked for; and settings may name what is new.
    base.problems.retain(|problem| problem.severity == problem::Severity::Error);
    Ok([base, read_loaded(head, &input, now)])
}

fn load_sides(args: &DiffArgs, input: &Input, settings: &Settings) -> anyhow::Result<[Loaded; 2]> {
    let (namespace, rendering) = (settings.namespace(input), &input.rendering);
    let head = settings.manifests(input);
    match (&args.base, args.input.paths.first()) {
        (Some(rev), _) => {
            let base = Base { rev: rev.clone(), no_merge_base: args.no_merge_base };
            let Sides { base, head } = load::load_since(&base, &head, rendering, namespace)?;
            Ok([base, head])
        }
        (None, base) => {
            let base: Vec<_> = base.cloned().into_iter().collect();
            let is_piped = |paths: &[PathBuf]| paths.iter().any(|path| path == Path::new("-"));
            ensure!(!is_piped(&base) || !is_piped(&head), "standard input can be one side only");
            Ok([base, head].map(|paths| load::load(&paths, rendering, namespace, io::stdin().lock())))
        }
    }
}

/// The difference as text, and what is asked of it.
pub(super) fn compared<T>(
    [base, head]: &[Read; 2],
    args: &DiffArgs,
    ask: impl FnOnce(&Diff<'_>) -> T,
) -> anyhow::Result<(String, T)> {
    let [was, now] = [base, head].map(|side| part(side, args.input.namespace.as_deref()));
    let [was, now] = [&was, &now].map(|(graph, findings)| Side { graph, findings });
    let diff = diff(was, now);
    let texts = Texts { base: &base.sources, head: &head.sources };
    Ok((args.format.render(&diff, texts)?, ask(&diff)))
}

/// What is compared of a side: with `--namespace` its objects and what they touch; findings of which something is wrong.
fn part(side: &Read, namespace: Option<&str>) -> (PortGraph, Vec<Finding>) {
    let mut findings = findings(side);
    findings.retain(|finding| finding.severity > Severity::Info);
    let Some(namespace) = namespace else { return (side.graph.clone(), findings) };
    let graph = side.graph.narrowed(&side.graph.touching(&inside(&side.graph, namespace)));
    keep_about(&mut findings, &graph, namespace);
    (graph, findings)
}

fn has(diff: &Diff<'_>, what: FailOn) -> bool {
    match what {
        FailOn::Exposure => diff.exposures.iter().any(ExposureChange::is_newly_exposed),
        FailOn::Finding => !diff.new.is_empty(),
        FailOn::Any => !diff.is_empty(),
    }
}
