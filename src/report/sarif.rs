//! Findings as SARIF 2.1.0, the format of GitHub code scanning and of many editors; its structs are in [`model`].
//!
//! Every check that ran is a rule, also where it found nothing: so readers see what was looked for. GitHub shows a rule's
//! `shortDescription` as the title of an alert, `help.markdown` below it, and of a finding the first place and those related
//! places that its message links to.

mod artifact;
mod fingerprint;
mod model;
#[cfg(test)]
mod tests;

use anyhow::Result;

use super::{edges, is_incomplete, text};
use crate::check::{Check, Checked, Finding, Label, Severity};
use crate::manifest::ObjectId;
use crate::problem::{Place, Problem};
use crate::source::{Edit, Sources, Span};
use model::{
    ArtifactChange, Configuration, Driver, Fingerprints, Fix, Help, Invocation, Location, Log, LogicalLocation,
    Message, Notification, NotificationLocation, Outcome, PhysicalLocation, Properties, Region, Replacement, Rule, Run,
    Tool,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where the code lives; empty as long as the package does not say.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

pub(super) fn render(checked: &Checked, problems: &[Problem], sources: &Sources) -> Result<String> {
    let checks: Vec<&Check> = checked.ran.iter().map(|id| id.check()).collect();
    let fingerprints = fingerprint::fingerprints(&checked.findings);
    let outcomes = checked.findings.iter().zip(fingerprints);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "portolan",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: Some(REPOSITORY).filter(|address| !address.is_empty()),
                rules: checks.iter().map(|check| rule(check, REPOSITORY)).collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: !is_incomplete(problems),
            tool_execution_notifications: problems.iter().map(|problem| notification(problem, sources)).collect(),
        }],
        // Browsers and editors count so, also those that do not read this.
        column_kind: "utf16CodeUnits",
        results: outcomes.map(|(finding, fingerprint)| outcome(finding, fingerprint, &checks, sources)).collect(),
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn rule(check: &Check, repository: &str) -> Rule {
    let Check { id, name, title, what, .. } = check;
    let usual = usual_severity(check);
    let page = || format!("{repository}/blob/HEAD/docs/checks.md#{}-{name}", id.to_lowercase());
    Rule {
        id,
        name,
        short_description: plain(title),
        full_description: plain(what),
        default_configuration: Configuration { level: level(usual) },
        help_uri: (!repository.is_empty()).then(page),
        help: Help { text: text::explain(check), markdown: text::section(check) + "\n" + &text::how_to_ignore(check) },
        properties: Properties {
            tags: ["correctness", "kubernetes", "ports"],
            precision: precision(usual),
            severity: match usual {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

/// The severity that a check's words name first.
fn usual_severity(check: &Check) -> Severity {
    let all = [Severity::Error, Severity::Warning, Severity::Info];
    all.into_iter().find(|severity| check.severity.starts_with(severity.as_str())).unwrap_or(Severity::Warning)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// How often a finding is a fault, by what its severity means: certain, very likely, worth knowing.
fn precision(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "very-high",
        Severity::Warning => "high",
        Severity::Info => "medium",
    }
}

fn outcome<'a>(finding: &'a Finding, fingerprint: String, checks: &[&Check], sources: &Sources) -> Outcome<'a> {
    let related = (1..).zip(&finding.related);
    Outcome {
        rule_id: finding.id,
        rule_index: checks.iter().position(|check| check.id == finding.id),
        level: level(finding.severity),
        message: Message { text: message(finding) },
        locations: [Location {
            logical_locations: Some([object(&finding.object)]),
            ..location(None, &finding.primary, sources)
        }],
        related_locations: related.map(|(id, label)| location(Some(id), label, sources)).collect(),
        // `primaryLocationLineHash` is left to GitHub's upload action, which makes it from the file and warns of any other value.
        partial_fingerprints: Fingerprints { finding: fingerprint },
        fixes: finding.fix.iter().filter_map(|edit| fix(edit, sources)).collect(),
    }
}

/// What is wrong with the input itself, in sentences. Code scanning shows it beside the tool, not among the alerts.
fn notification(problem: &Problem, sources: &Sources) -> Notification {
    let help = problem.help.as_ref().map(|help| format!("\nHelp: {help}.")).unwrap_or_default();
    let physical_location = match &problem.place {
        Place::Source(name) => PhysicalLocation { artifact_location: artifact::artifact(name), region: None },
        Place::Span(span) => physical(*span, sources),
    };
    Notification {
        level: problem.severity.as_str(),
        message: plain(&format!("{}.{help}", problem.message)),
        locations: [NotificationLocation { physical_location }],
    }
}

/// Sentences: what is wrong, links to the related places with their words, what to do.
fn message(finding: &Finding) -> String {
    let mut text = literal(&finding.message) + ".";
    let links: Vec<String> = (1..).zip(&finding.related).map(|(id, label)| link(id, &label.text)).collect();
    if !links.is_empty() {
        text = text + "\nSee: " + &links.join(", ") + ".";
    }
    if let Some(help) = &finding.help {
        text = text + "\nHelp: " + &literal(help) + ".";
    }
    text
}

/// A link to a related location (SARIF §3.11.6).
fn link(id: usize, text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    format!("[{escaped}]({id})")
}

/// Text that makes no link, whatever a manifest has in it: SARIF has no escape for that, so a space comes between.
///
/// Braces stay as they are, although SARIF wants them twice: they stand for arguments, of which there are none, and
/// readers would show both.
fn literal(text: &str) -> String {
    text.replace("](", "] (")
}

fn plain(text: &str) -> Message {
    Message { text: literal(text) }
}

fn object(id: &ObjectId) -> LogicalLocation {
    LogicalLocation { name: id.name.to_string(), fully_qualified_name: id.to_string(), kind: "object" }
}

fn location(id: Option<usize>, label: &Label, sources: &Sources) -> Location {
    let field = sources.location(label.span).field;
    let text = field.map_or_else(|| label.text.clone(), |field| format!("{field}: {}", label.text));
    Location { id, physical_location: physical(label.span, sources), logical_locations: None, message: plain(&text) }
}

fn physical(span: Span, sources: &Sources) -> PhysicalLocation {
    // The lines of rendered text are in no file; object and field say where in it.
    let is_file = !sources.is_rendered(span.source);
    PhysicalLocation {
        artifact_location: artifact::artifact(&sources.get(span.source).name),
        region: is_file.then(|| region(span, sources)),
    }
}

fn region(span: Span, sources: &Sources) -> Region {
    let [start, end] = edges(span, sources);
    Region {
        start_line: sources.location(start).line,
        start_column: sources.utf_16_column(start),
        end_line: sources.location(end).line,
        end_column: sources.utf_16_column(end),
    }
}

/// What `--fix` would write; none in rendered text, which nobody edits. It is text of a file, not words for a reader, so it stays
/// as it is.
fn fix(edit: &Edit, sources: &Sources) -> Option<Fix> {
    if sources.is_rendered(edit.span.source) {
        return None;
    }
    let replacement = Replacement {
        deleted_region: region(edit.span, sources),
        inserted_content: Message { text: edit.text.clone() },
    };
    let artifact_location = artifact::artifact(&sources.get(edit.span.source).name);
    Some(Fix { artifact_changes: [ArtifactChange { artifact_location, replacements: [replacement] }] })
}
