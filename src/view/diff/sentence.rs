//! The sentence that sums everything up: `2 ways in added, 1 closed; 1 port newly reachable from outside`.

use crate::diff::{Count, Summary};

/// What is said where there is nothing to tell.
pub(super) const NO_DIFFERENCE: &str = "No port, way in, call or finding differs.";

/// The sentence.
pub(super) fn sentence(summary: &Summary) -> String {
    let Summary { ways_in, ports, services, calls, newly_exposed, closed, new_findings, fixed_findings } = *summary;
    let clauses = [
        counted(ways_in, ["way in", "ways in"], "closed"),
        exposed(newly_exposed, closed),
        counted(ports, ["port", "ports"], "removed"),
        listed(&[(services, "of another type")], ["Service", "Services"]),
        counted(calls, ["call", "calls"], "removed"),
        findings(new_findings, fixed_findings),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    if clauses.is_empty() { NO_DIFFERENCE.to_owned() } else { format!("{}.", clauses.join("; ")) }
}

fn counted(count: Count, noun: [&str; 2], gone: &str) -> Option<String> {
    listed(&[(count.added, "added"), (count.removed, gone), (count.changed, "changed")], noun)
}

/// `1 port newly reachable from outside, 2 no longer`
fn exposed(newly: usize, closed: usize) -> Option<String> {
    let newly = (newly, "newly reachable from outside");
    let closed = (closed, if newly.0 > 0 { "no longer" } else { "no longer reachable from outside" });
    listed(&[newly, closed], ["port", "ports"])
}

/// `2 ways in added, 1 closed`: the noun stands once.
fn listed(counts: &[(usize, &str)], [one, many]: [&str; 2]) -> Option<String> {
    let counts: Vec<&(usize, &str)> = counts.iter().filter(|(count, _)| *count > 0).collect();
    let (count, first) = counts.first()?;
    let noun = if *count == 1 { one } else { many };
    let rest: String = counts.iter().skip(1).map(|(count, word)| format!(", {count} {word}")).collect();
    Some(format!("{count} {noun} {first}{rest}"))
}

fn findings(new: usize, fixed: usize) -> Option<String> {
    let noun = |count: usize| if count == 1 { "finding" } else { "findings" };
    match (new, fixed) {
        (0, 0) => None,
        (0, fixed) => Some(format!("{fixed} {} fixed", noun(fixed))),
        (new, 0) => Some(format!("{new} new {}", noun(new))),
        (new, fixed) => Some(format!("{new} new {}, {fixed} fixed", noun(new))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_gets_counted_and_nouns_agree() {
        let count = |added, removed, changed| Count { added, removed, changed };
        let summary = Summary { ways_in: count(2, 1, 0), newly_exposed: 1, ..Summary::default() };
        assert_eq!(sentence(&summary), "2 ways in added, 1 closed; 1 port newly reachable from outside.");
        let summary = Summary {
            ports: count(0, 1, 3),
            calls: count(1, 0, 0),
            closed: 2,
            new_findings: 1,
            fixed_findings: 2,
            ..Summary::default()
        };
        let expected = "2 ports no longer reachable from outside; 1 port removed, 3 changed; 1 call added; 1 new finding, 2 fixed.";
        assert_eq!(sentence(&summary), expected);
        assert_eq!(sentence(&Summary { fixed_findings: 2, ..Summary::default() }), "2 findings fixed.");
        assert_eq!(sentence(&Summary::default()), NO_DIFFERENCE);
    }
}
