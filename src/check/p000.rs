//! P000: an ignore that hides nothing.

use super::ignore::Ignore;
use super::{Check, Context, Finding, Severity, words};

pub(super) const CHECK: Check = Check {
    id: "P000",
    name: "ignore-hides-nothing",
    title: "An ignore hides nothing",
    severity: "info",
    what: "An annotation `portolan.dev/ignore`, a comment `# portolan: ignore` or an `ignore` of `portolan.yaml` that hides no finding: \
           the fault is gone, the id is misspelt, or it stands in another place than the finding.",
    why: "An ignore that outlives its fault would hide the next one.",
    fix: "Remove it, or put it on the line that the finding names first (a comment alone on a line counts for the next one).",
    elsewhere: "",
    pedantic: false,
    run,
};

/// [`super::check`] tells of these itself, when all other checks have run.
fn run(_: &Context<'_>, _: &mut Vec<Finding>) {}

/// The finding about a wish of which these ids hid nothing.
pub(super) fn finding(ignore: &Ignore, idle: &[&str]) -> Option<Finding> {
    let unknown = (!ignore.unknown.is_empty()).then(|| format!("there is no check {}", words::list(&ignore.unknown)));
    let idle: Vec<String> = idle.iter().map(ToString::to_string).collect();
    let idle = (!idle.is_empty()).then(|| format!("{} finds nothing {}", words::list(&idle), ignore.place()));
    let reason = match (unknown, idle) {
        (Some(unknown), Some(idle)) => format!("{unknown}, and {idle}"),
        (Some(reason), None) | (None, Some(reason)) => reason,
        (None, None) if ignore.ids.is_empty() => "it names no check".to_owned(),
        (None, None) => return None,
    };
    let message = format!("this hides nothing: {reason}");
    Some(CHECK.finding(Severity::Info, &ignore.object, message, ignore.at, "remove it".to_owned()))
}
