//! P048: a variable that Kubernetes sets is taken for a number.

use super::find::texts;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Container, Service, ServiceType, Workload};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P048",
    name: "service-link-collision",
    title: "A variable that Kubernetes sets for a Service is used as a port number",
    severity: "info",
    what: "`$(REDIS_PORT)` in a container that does not set `REDIS_PORT` itself, while the namespace has a Service `redis`.",
    why: "For every Service Kubernetes sets variables in the pods of its namespace, as Docker's links did: `REDIS_PORT` is \
          `tcp://10.0.0.1:6379`, no number. A program that reads it as its port fails to start, and only where the Service is older than the \
          pod.",
    fix: "Use `REDIS_SERVICE_PORT`, set the variable yourself, or turn the variables off: `enableServiceLinks: false`.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads().filter(|(_, workload)| workload.service_links) {
        for container in &workload.containers {
            let uses = texts(container).flat_map(|(text, at)| references(text).map(move |name| (name, at)));
            found.extend(uses.filter_map(|(name, at)| finding(context, workload, container, name, at)));
        }
    }
}

/// The variables that a text refers to; `$$(NAME)` is no reference (CLI-02).
fn references(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.match_indices("$(").filter(|(at, _)| !text[..*at].ends_with('$'));
    opened.filter_map(|(at, open)| text[at + open.len()..].split_once(')').map(|(name, _)| name))
}

fn finding(
    context: &Context<'_>,
    workload: &Workload,
    container: &Container,
    variable: &str,
    at: Span,
) -> Option<Finding> {
    let prefix = variable.strip_suffix("_PORT").filter(|prefix| !prefix.ends_with("_SERVICE"))?;
    // envFrom may set anything.
    if container.env.iter().any(|env| env.name == variable) || !container.env_from.is_empty() {
        return None;
    }
    let name = prefix.to_ascii_lowercase().replace('_', "-");
    let service = context.service(&workload.id.namespace, &name).filter(|service| has_variables(service))?;
    let message = format!(
        "{} uses $({variable}), which Kubernetes sets to `tcp://ADDRESS:PORT` for Service {name}, not to a number",
        words::name(&workload.id)
    );
    let finding = CHECK.finding(Severity::Info, &workload.id, message, at, "an address, no number".to_owned());
    Some(finding.related(service.at, "the Service it comes from").help(format!("write `$({prefix}_SERVICE_PORT)`")))
}

/// HL-06: only Services with an address have variables.
fn has_variables(service: &Service) -> bool {
    !service.headless && service.kind != ServiceType::ExternalName
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn uses(fields: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: i, {fields}}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: my-redis}}\nspec: {{ports: [{{port: 6379}}]}}\n"
        );
        found_by("P048", &text)
    }

    #[test]
    fn cli_04_the_variable_of_a_service_is_an_address() {
        assert_eq!(
            uses("args: ['--port=$(MY_REDIS_PORT)']"),
            [
                "info 4 `'--port=$(MY_REDIS_PORT)'`: Pod p uses $(MY_REDIS_PORT), which Kubernetes sets to `tcp://ADDRESS:PORT` for Service my-redis, not to a number"
            ]
        );
        for fields in [
            "args: ['$(MY_REDIS_SERVICE_PORT)']",
            "args: ['$(OTHER_PORT)']",
            "args: ['$$(MY_REDIS_PORT)']",
            "args: ['$(MY_REDIS_PORT)'], env: [{name: MY_REDIS_PORT, value: '1'}]",
        ] {
            assert!(uses(fields).is_empty(), "{fields}");
        }
    }
}
