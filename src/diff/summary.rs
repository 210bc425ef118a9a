//! How much of what differs, for one sentence.

use super::{Change, Diff, Mark, Subject};

/// How many came, went and changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many came.
    pub added: usize,
    /// How many went.
    pub removed: usize,
    /// How many changed.
    pub changed: usize,
}

/// How much of what differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Ways from outside into the cluster.
    pub ways_in: Count,
    /// Ports inside of it.
    pub ports: Count,
    /// Services of another type.
    pub services: usize,
    /// Calls between workloads.
    pub calls: Count,
    /// Ports that can be reached from farther outside than before.
    pub newly_exposed: usize,
    /// Ports that can no longer be reached from as far outside.
    pub closed: usize,
    /// New findings.
    pub new_findings: usize,
    /// Findings that are gone.
    pub fixed_findings: usize,
}

impl Summary {
    pub(super) fn of(diff: &Diff<'_>) -> Self {
        let count =
            |is_meant: fn(Subject) -> bool| count(diff.changes.iter().filter(|change| is_meant(change.subject)));
        Self {
            ways_in: count(Subject::is_way_in),
            ports: count(|subject| !subject.is_way_in() && !matches!(subject, Subject::Call | Subject::Service)),
            services: count(|subject| subject == Subject::Service).changed,
            calls: count(|subject| subject == Subject::Call),
            newly_exposed: diff.exposures.iter().filter(|change| change.is_newly_exposed()).count(),
            closed: diff.exposures.iter().filter(|change| change.is_closed()).count(),
            new_findings: diff.new.len(),
            fixed_findings: diff.fixed.len(),
        }
    }
}

fn count<'c>(changes: impl Iterator<Item = &'c Change>) -> Count {
    let mut count = Count::default();
    for change in changes {
        match change.mark {
            Mark::Added => count.added += 1,
            Mark::Removed => count.removed += 1,
            Mark::Changed | Mark::Same => count.changed += 1,
        }
    }
    count
}
