//! `check --fix`: writes the files that [`fix`](crate::fix) gives new texts, or shows what it would write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Outcome, Read, put, tell, understand};
use crate::check::check;
use crate::cli::CheckArgs;
use crate::fix::{Fixed, Seen, fix};
use crate::problem::{Place, Problem};
use crate::report::discreet;
use crate::source::{SourceId, Sources};
use crate::{patch, write};

/// Prints what fixing would change.
pub(super) fn run_dry(args: &CheckArgs, mut read: Read) -> anyhow::Result<Outcome> {
    let fixed = fixed(args, &read);
    read.keep_what_is_no_finding();
    tell(&read.problems, &read.sources);
    let diffs = fixed.changed.keys().map(|id| {
        let (old, new) = (read.sources.get(*id), fixed.sources.get(*id));
        patch::unified(&old.name, &discreet::text(&old.text.whole()), &discreet::text(&new.text.whole()))
    });
    put(args.output.as_deref(), &diffs.collect::<String>())?;
    write::tell(&format!("{}--fix would fix {}\n", refusals(&fixed), counted(&fixed.changed)));
    Ok(match (read.is_incomplete(), fixed.changed.is_empty()) {
        (true, _) => Outcome::Incomplete,
        (false, false) => Outcome::Found,
        (false, true) => Outcome::Fine,
    })
}

/// Fixes what can be, and gives back what there is afterwards. A file that cannot be written is a problem like one that cannot be
/// read.
pub(super) fn run(args: &CheckArgs, read: Read) -> Read {
    let mut fixed = fixed(args, &read);
    let mut unwritten = BTreeMap::new();
    let mut problems = read.problems;
    problems.truncate(read.unread);
    for id in fixed.changed.keys() {
        let (old, new) = (read.sources.get(*id), fixed.sources.get(*id));
        let Some(path) = read.files.get(&old.name) else { continue };
        if let Err(error) = write::rewrite(path, &old.text.whole(), &new.text.whole()) {
            unwritten.insert(*id, old.text.clone());
            let message = format!("this cannot be written: {error}");
            problems.push(Problem::error(Place::Source(old.name.clone()), message, None));
        }
    }
    fixed.changed.retain(|id, _| !unwritten.contains_key(id));
    write::tell(&format!("{}fixed {}\n", refusals(&fixed), counted(&fixed.changed)));
    let sources = fixed.sources.with_texts(&unwritten);
    let unread = problems.len();
    let (graph, more) = understand(&sources, &args.input, &read.settings);
    problems.extend(more);
    Read { sources, graph, problems, unread, files: read.files, settings: read.settings }
}

fn fixed(args: &CheckArgs, read: &Read) -> Fixed {
    let look = |sources: &Sources| {
        let (graph, problems) = understand(sources, &args.input, &read.settings);
        Seen { findings: check(&graph, sources, &args.options).findings, problems }
    };
    let may_edit = |id: SourceId| !read.sources.is_rendered(id) && read.files.contains_key(&read.sources.get(id).name);
    let findings = check(&read.graph, &read.sources, &args.options).findings;
    let seen = Seen { findings, problems: read.problems.iter().skip(read.unread).cloned().collect() };
    fix(read.sources.clone(), seen, may_edit, look)
}

/// `2 findings in 1 file`
fn counted(changed: &BTreeMap<SourceId, usize>) -> String {
    let findings = match changed.values().sum() {
        0_usize => return "nothing".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    match changed.len() {
        1 => format!("{findings} in 1 file"),
        count => format!("{findings} in {count} files"),
    }
}

/// A line for everything that is offered and not written.
fn refusals(fixed: &Fixed) -> String {
    let places: BTreeSet<_> =
        fixed.refused.iter().map(|(span, why)| (fixed.sources.location(*span), why.as_str())).collect();
    let mut text = String::new();
    for (place, why) in places {
        let _ = writeln!(text, "not fixed: {place}: {why}");
    }
    text
}
