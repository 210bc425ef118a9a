//! Fixing: what findings offer to write is written into the texts, and kept only where it proves right.
//!
//! ```text
//! Sources + findings ─► plan (edits that may be made) ─► apply ─► look again ─► proven? ─► Sources
//! ```
//!
//! Pure: which files may be edited and how texts are looked at comes from outside, new texts go out. An edit proves right when
//! the finding is gone and nothing is worse: no error is there that was not there before.

mod apply;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::Finding;
use crate::problem::Problem;
use crate::source::{Edit, SourceId, Sources, Span};

/// One fix can show another one (a number loses its quotes, and turns out to be declared by nobody): so many times at most.
const ROUNDS: usize = 4;

/// What looking at sources gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What is wrong with the input itself.
    pub problems: Vec<Problem>,
}

/// Why something that a finding offers to write was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The text is no file that was read as it is.
    NoFile,
    /// Another finding wants something else there.
    Conflict,
    /// With it the finding would stay, or an error would come.
    Unproven,
}

impl Refusal {
    /// In words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoFile => "only files are edited, not what was piped in or rendered",
            Self::Conflict => "two findings want to write different things here",
            Self::Unproven => {
                "with it the finding would stay or another error would come, so the file is left as it is"
            }
        }
    }
}

/// What fixing came to.
#[derive(Debug)]
pub struct Fixed {
    /// The sources, with their new texts.
    pub sources: Sources,
    /// Those whose text is another one than before, and how many findings are gone with the old one.
    pub changed: BTreeMap<SourceId, usize>,
    /// Places at which something is still offered that was not written, and why.
    pub refused: BTreeSet<(Span, Refusal)>,
}

/// Writes what the findings offer, into those sources that may be edited.
pub fn fix(
    sources: Sources,
    seen: Seen,
    may_edit: impl Fn(SourceId) -> bool,
    look: impl Fn(&Sources) -> Seen,
) -> Fixed {
    let mut state = State { sources, seen, failed: BTreeSet::new() };
    let mut changed: BTreeMap<SourceId, usize> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let made = state.make(&may_edit, &look);
        if made.is_empty() {
            break;
        }
        for part in made {
            *changed.entry(part.source).or_default() += part.ids.len();
        }
    }
    let refused = state.refused(&may_edit);
    Fixed { sources: state.sources, changed, refused }
}

/// The edits of one source, and which findings they are for (indexes into those that were seen).
struct Part {
    source: SourceId,
    edits: BTreeSet<Edit>,
    ids: Vec<usize>,
}

/// Where fixing has come to.
struct State {
    sources: Sources,
    seen: Seen,
    /// Sources with edits that did not prove right.
    failed: BTreeSet<SourceId>,
}

impl State {
    /// The edits that may be made, by source.
    fn plan(&self, may_edit: &impl Fn(SourceId) -> bool) -> Vec<Part> {
        let conflicts = self.conflicts();
        let mut parts: BTreeMap<SourceId, Part> = BTreeMap::new();
        for (id, finding) in self.seen.findings.iter().enumerate() {
            let Some(edit) = &finding.fix else { continue };
            let source = edit.span.source;
            if may_edit(source) && !self.failed.contains(&source) && !conflicts.contains(edit) {
                let new = || Part { source, edits: BTreeSet::new(), ids: Vec::new() };
                let part = parts.entry(source).or_insert_with(new);
                part.edits.insert(edit.clone());
                part.ids.push(id);
            }
        }
        parts.into_values().collect()
    }

    /// Edits that overlap one that is not the same.
    fn conflicts(&self) -> BTreeSet<Edit> {
        let offered: BTreeSet<&Edit> = self.seen.findings.iter().filter_map(|finding| finding.fix.as_ref()).collect();
        let mut conflicts = BTreeSet::new();
        let mut widest: Option<&Edit> = None;
        for edit in offered {
            match widest.filter(|before| before.span.source == edit.span.source && edit.span.start < before.span.end) {
                Some(before) => {
                    conflicts.extend([before.clone(), edit.clone()]);
                    widest = Some(if edit.span.end > before.span.end { edit } else { before });
                }
                None => widest = Some(edit),
            }
        }
        conflicts
    }

    /// Makes all edits that prove right.
    fn make(&mut self, may_edit: &impl Fn(SourceId) -> bool, look: &impl Fn(&Sources) -> Seen) -> Vec<Part> {
        let sources: Vec<SourceId> = self.plan(may_edit).iter().map(|part| part.source).collect();
        self.make_in(&sources, may_edit, look)
    }

    /// Makes the edits of some sources (in order): all, or, if together they do not prove right, those of either half. So few wrong
    /// ones among many cost few looks.
    fn make_in(
        &mut self,
        sources: &[SourceId],
        may_edit: &impl Fn(SourceId) -> bool,
        look: &impl Fn(&Sources) -> Seen,
    ) -> Vec<Part> {
        // What was made before has changed which findings there are.
        let mut plan = self.plan(may_edit);
        plan.retain(|part| sources.binary_search(&part.source).is_ok());
        if plan.is_empty() || self.try_to_make(&plan, look) {
            return plan;
        }
        if let [only] = sources {
            self.failed.insert(*only);
            return Vec::new();
        }
        let (first, second) = sources.split_at(sources.len() / 2);
        let mut made = self.make_in(first, may_edit, look);
        made.extend(self.make_in(second, may_edit, look));
        made
    }

    fn try_to_make(&mut self, parts: &[Part], look: &impl Fn(&Sources) -> Seen) -> bool {
        let new =
            |part: &Part| (part.source, apply::apply(&self.sources.get(part.source).text.whole(), &part.edits).into());
        let sources = self.sources.with_texts(&parts.iter().map(new).collect());
        let seen = look(&sources);
        let fixed = parts.iter().flat_map(|part| &part.ids).filter_map(|id| self.seen.findings.get(*id));
        let proven = proof::holds(&self.seen, &seen, fixed);
        if proven {
            (self.sources, self.seen) = (sources, seen);
        }
        proven
    }

    fn refused(&self, may_edit: &impl Fn(SourceId) -> bool) -> BTreeSet<(Span, Refusal)> {
        let conflicts = self.conflicts();
        let offered = self.seen.findings.iter().filter_map(|finding| finding.fix.as_ref());
        let refusal = |edit: &Edit| match (may_edit(edit.span.source), conflicts.contains(edit)) {
            (false, _) => Refusal::NoFile,
            (true, true) => Refusal::Conflict,
            (true, false) => Refusal::Unproven,
        };
        offered.map(|edit| (edit.span, refusal(edit))).collect()
    }
}

#[cfg(test)]
mod tests;
