//! The difference as plain text: a line for each change, what is exposed first.

use super::rows::{Line, Piece, Rows};
use super::{Texts, sentence};
use crate::check::Finding;
use crate::diff::{Diff, Mark};
use crate::source::Sources;
use crate::view::findings::in_order;
use crate::view::plain::plain;

/// The text.
pub(super) fn render(diff: &Diff<'_>, texts: Texts<'_>) -> String {
    if diff.is_empty() {
        return format!("{}\n", sentence::NO_DIFFERENCE);
    }
    let rows = Rows::of(diff);
    let mut lines = vec![sentence::sentence(&diff.summary())];
    for change in &diff.exposures {
        let opened = rows.opened(change);
        let word = if change.is_newly_exposed() { "! exposed" } else { "reachable" };
        let through = details(&opened.through);
        lines.push(format!("{word}: {}, {} → {}{through}", line(&opened.what), opened.was, opened.now));
    }
    lines.extend(findings(diff.new.iter().copied(), texts.head, "! new"));
    for mark in [Mark::Changed, Mark::Added, Mark::Removed] {
        let changes = diff.changes.iter().filter(|change| change.mark == mark);
        for row in changes.map(|change| rows.row(change)) {
            lines.push(format!("{} {}{}", sign(mark), line(&row.what), details(&row.details)));
        }
    }
    lines.extend(findings(diff.fixed.iter().copied(), texts.base, "fixed"));
    format!("{}\n", lines.join("\n"))
}

fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "+",
        Mark::Removed => "-",
        Mark::Changed | Mark::Same => "~",
    }
}

fn details(details: &[Line]) -> String {
    let details: Vec<String> = details.iter().map(line).collect();
    if details.is_empty() { String::new() } else { format!(": {}", details.join("; ")) }
}

fn line(line: &Line) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Code(text) => text.clone(),
    };
    plain(&line.iter().map(text).collect::<String>())
}

fn findings<'f>(findings: impl Iterator<Item = &'f Finding>, sources: &Sources, word: &str) -> Vec<String> {
    let findings: Vec<Finding> = findings.cloned().collect();
    let told = |finding: &Finding| {
        let place = sources.location(finding.primary.span);
        let severity = finding.severity.as_str();
        format!("{word} {severity} {}: {place}: {}", finding.id, plain(&finding.message))
    };
    in_order(&findings).into_iter().map(told).collect()
}
