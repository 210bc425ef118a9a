//! Findings of two graphs: a finding is the same where check, object and sentence are, wherever it stands.

use std::collections::BTreeMap;

use crate::check::Finding;
use crate::manifest::ObjectId;

/// The findings that only the second list has, and those that only the first one has, each in the order of its list.
pub(super) fn compare<'f>(base: &'f [Finding], head: &'f [Finding]) -> (Vec<&'f Finding>, Vec<&'f Finding>) {
    (missing_from(base, head), missing_from(head, base))
}

/// The findings that `all` does not have, or not as often.
fn missing_from<'f>(all: &[Finding], findings: &'f [Finding]) -> Vec<&'f Finding> {
    let mut known: BTreeMap<(&str, &ObjectId, &str), usize> = BTreeMap::new();
    for finding in all {
        *known.entry(claim(finding)).or_default() += 1;
    }
    let mut missing = Vec::new();
    for finding in findings {
        match known.get_mut(&claim(finding)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing.push(finding),
        }
    }
    missing
}

fn claim(finding: &Finding) -> (&str, &ObjectId, &str) {
    (finding.id, &finding.object, &finding.message)
}
