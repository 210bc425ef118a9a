//! P051: a key that stands twice in one mapping.

use super::words::name;
use super::{Check, Context, Finding, Severity};
use crate::manifest::Fault;
use crate::problem::{Place, Sort};

pub(super) const CHECK: Check = Check {
    id: "P051",
    name: "repeated-key",
    title: "A key stands twice in one mapping",
    severity: "warning",
    what: "Two keys of the same name in one mapping of a manifest: two `ports:`, two `targetPort:`, two `env:`.",
    why: "The last one counts and the first is lost without a word; newer versions of `kubectl` refuse the file \
          (`key \"ports\" already set in map`).",
    fix: "Join the two, or remove one.",
    elsewhere: "yamllint key-duplicates",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let repeated = context.graph.roles().faults.iter().filter(|fault| fault.problem.sort == Sort::Repeated);
    found.extend(repeated.filter_map(finding));
}

fn finding(fault: &Fault) -> Option<Finding> {
    let Place::Span(at) = fault.problem.place else { return None };
    let message = format!("{}: {}", name(&fault.object), fault.problem.message);
    let finding = CHECK.finding(Severity::Warning, &fault.object, message, at, "this one counts".to_owned());
    let finding = Finding { help: fault.problem.help.clone(), ..finding };
    Some(fault.problem.other.into_iter().fold(finding, |finding, first| finding.related(first, "this one is lost")))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    #[test]
    fn the_key_that_counts_is_shown() {
        let service =
            |ports: &str| format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{ports}}}\n");
        assert_eq!(
            found_by("P051", &service("ports: [{port: 80}], ports: [{port: 81}]")),
            [
                "warning 4 `ports`: Service web: the key `ports` stands twice in one mapping; the last one counts, as for kubectl"
            ]
        );
        assert!(found_by("P051", &service("ports: [{port: 80, name: a}, {port: 81, name: b}]")).is_empty());
    }
}
