//! Findings: where ports do not meet, the worst first, with the numbers that they have in the diagrams.

use anyhow::Result;
use askama::Template;

use super::Context;
use crate::check::{Finding, Severity};
use crate::view::findings::{circled, in_order, numbered, prose};
use crate::view::markdown;

/// So many facts that are nothing wrong are told, unless all are asked for.
const INFOS: usize = 12;

/// The section's values.
#[derive(Template)]
#[template(path = "doc/findings.md")]
struct Findings {
    groups: Vec<Group>,
}

/// The findings of one severity.
struct Group {
    heading: &'static str,
    items: Vec<Item>,
    more: Option<String>,
}

/// A finding, as Markdown.
struct Item {
    text: String,
    help: Option<String>,
}

/// The section; none where nothing was found.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let told = told(context);
    let severities = [Severity::Error, Severity::Warning, Severity::Info];
    let groups: Vec<Group> = severities.into_iter().filter_map(|severity| group(context, &told, severity)).collect();
    if groups.is_empty() { Ok(None) } else { Ok(Some(Findings { groups }.render()?)) }
}

/// Every finding in order, with its number where a diagram shows it.
fn told<'g>(context: &Context<'g>) -> Vec<(Option<usize>, &'g Finding)> {
    let mut numbered = numbered(context.graph, context.findings).into_iter().peekable();
    let mut number = |finding| numbered.next_if(|one| std::ptr::eq(one.finding, finding)).map(|one| one.number);
    in_order(context.findings).into_iter().map(|finding| (number(finding), finding)).collect()
}

fn group(context: &Context<'_>, told: &[(Option<usize>, &Finding)], severity: Severity) -> Option<Group> {
    let of_severity = told.iter().filter(|(_, finding)| finding.severity == severity);
    let mut items: Vec<Item> = of_severity
        .map(|(number, finding)| {
            let number = number.map(|number| format!("{} ", circled(number))).unwrap_or_default();
            Item { text: format!("{number}{}", text(context, finding)), help: finding.help.as_deref().map(prose) }
        })
        .collect();
    // Every number in a diagram is explained.
    let more = if severity == Severity::Info { context.cut(&mut items, INFOS, "facts") } else { None };
    (!items.is_empty()).then(|| Group { heading: heading(severity), items, more })
}

fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Errors, which the API server rejects or which certainly cannot work:",
        Severity::Warning => "Warnings, which are very likely wrong:",
        Severity::Info => "Worth knowing:",
    }
}

/// `**P003** port 80 of Service web has no endpoints: … (`web.yaml:9`)`; with the namespace where there are several.
fn text(context: &Context<'_>, finding: &Finding) -> String {
    let namespace = Some(&finding.object.namespace).filter(|name| context.namespaces.len() > 1 && !name.is_empty());
    let namespace = namespace.map(|name| format!("namespace {}", markdown::code(name)));
    let place: Vec<String> = namespace.into_iter().chain(context.place(Some(finding.primary.span))).collect();
    let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
    format!("**{}** {}{place}", finding.id, prose(&finding.message))
}
