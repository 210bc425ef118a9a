//! P025: a caller asks for a port that the Service does not have.

use std::collections::BTreeSet;

use super::find::Call;
use super::{Check, Context, Finding, Severity, words};
use crate::graph::{How, Missing, PortKind};
use crate::manifest::{PortRef, Service, ServiceType, Webhook, WebhookCall};

pub(super) const CHECK: Check = Check {
    id: "P025",
    name: "client-port-missing",
    title: "A workload or the API server calls a port that the Service does not have",
    severity: "error where an environment variable, an argument or a webhook states the port; warning where a scheme or a ConfigMap implies it, and \
               behind a headless Service, whose pods may listen on more than they declare; info where the input has several definitions of the \
               webhook or the Service, so that variants are mixed",
    what: "An address in the environment, the arguments or a ConfigMap of a workload that names a Service of the input with a port that \
           this Service does not have. The same of webhooks (of a ValidatingWebhookConfiguration, a MutatingWebhookConfiguration or a \
           CustomResourceDefinition) and APIServices: the port is 443 unless they state another one.",
    why: "The connection times out or is refused. Mostly the number is the container's or the node's, or the Service's port changed. Where the \
          API server calls in vain, objects are rejected, or a whole group of its API is unavailable.",
    fix: "Write the Service's `port`; behind a headless Service, the container's port.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for call in context.calls() {
        if let PortKind::Missing(Missing::ServicePort(missing)) = &call.to.kind
            && let PortRef::Number(number) = missing.port
            && let Some(service) = context.service(&missing.namespace, &missing.service)
        {
            found.push(finding(context, call, service, number));
        }
    }
    add_webhooks(context, found);
}

/// Calls of the API server. It takes the number only, and an alias has any port (EN-01).
fn add_webhooks(context: &Context<'_>, found: &mut Vec<Finding>) {
    for webhook in &context.graph.roles().webhooks {
        let mut seen = BTreeSet::new();
        for call in &webhook.calls {
            let Some(service) = context.service(&call.service.namespace, &call.service.service) else { continue };
            let has_port = service.ports.iter().any(|port| port.number == call.port);
            // The webhooks of one configuration mostly repeat one mistake.
            if service.kind != ServiceType::ExternalName && !has_port && seen.insert((&service.id, call.port)) {
                found.push(of_webhook(context, webhook, call, service));
            }
        }
    }
}

fn of_webhook(context: &Context<'_>, webhook: &Webhook, call: &WebhookCall, service: &Service) -> Finding {
    let is_mixed = !context.is_defined_once(&webhook.id) || !context.is_defined_once(&service.id);
    let severity = if is_mixed { Severity::Info } else { Severity::Error };
    let default = if call.is_stated { "" } else { ", the default," };
    let message = format!(
        "{} makes the API server call port {}{default} of {}, which has {}",
        words::name(&webhook.id),
        call.port,
        words::service(&service.id.name, &service.id.namespace, &webhook.id.namespace),
        has(service)
    );
    let label = if call.is_stated { "no such port in the Service" } else { "no port is stated here" };
    let finding = CHECK.finding(severity, &webhook.id, message, call.service.at, label.to_owned());
    helped(finding, service, call.port)
}

/// `80 (http) and 443`
fn has(service: &Service) -> String {
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    if has.is_empty() { "no ports".to_owned() } else { words::list(&has) }
}

fn finding(context: &Context<'_>, call: &Call<'_>, service: &Service, number: u16) -> Finding {
    // Behind a headless Service the call reaches the pods themselves, declared port or not (HL-02).
    let is_certain = call.hop.how == How::Stated && !call.evidence.place.contains("ConfigMap") && !service.headless;
    let severity = if is_certain { Severity::Error } else { Severity::Warning };
    let id = &call.caller().id;
    let name = words::service(&service.id.name, &service.id.namespace, &id.namespace);
    let message = format!(
        "{} {} port {number} of {name}, which has {}",
        call.callers(),
        if call.workloads.len() == 1 { "calls" } else { "call" },
        has(service)
    );
    let label = format!("{}: {}", call.evidence.place, call.evidence.text);
    let at = context.address(call.at, call.evidence);
    helped(CHECK.finding(severity, id, message, at, label), service, number)
}

/// With the ports that there are, and which one is meant.
fn helped(finding: Finding, service: &Service, number: u16) -> Finding {
    let finding = service.ports.iter().take(3).fold(finding, |finding, port| {
        finding.related(port.at, format!("the Service has {}", words::service_port(port)))
    });
    match help(service, number) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn help(service: &Service, number: u16) -> Option<String> {
    let target = service.ports.iter().find(|port| port.target == PortRef::Number(number));
    let node = service.ports.iter().find(|port| port.node_port == Some(number));
    match (target, node, &service.ports[..]) {
        (Some(port), _, _) => {
            Some(format!("{number} is the container's port; the Service listens on {0}: write {0}", port.number))
        }
        (_, Some(port), _) => Some(format!("{number} is the node port; inside of the cluster write {}", port.number)),
        (None, None, [only]) => Some(format!("write {}", only.number)),
        (None, None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn call(value: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: c, image: i, env: [{{name: API_URL, value: '{value}'}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec: {{type: NodePort, ports: [{{port: 80, targetPort: 8080, nodePort: 30080}}]}}\n"
        )
    }

    #[test]
    fn cli_11_a_port_that_the_service_lacks_is_told_with_what_it_is() {
        assert_eq!(
            found_by("P025", &call("http://api:8080/v1")),
            ["error 4 `'http://api:8080/v1'`: Pod web calls port 8080 of Service api, which has 80"]
        );
        assert_eq!(
            helps("P025", &call("http://api:8080/v1")),
            ["8080 is the container's port; the Service listens on 80: write 80"]
        );
        assert_eq!(
            helps("P025", &call("http://api:30080")),
            ["30080 is the node port; inside of the cluster write 80"]
        );
    }

    fn webhook(client: &str) -> String {
        format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {{name: w}}\n\
             webhooks:\n- {{clientConfig: {{service: {{namespace: a, {client}}}}}}}\n- {{clientConfig: {{service: {{namespace: a, {client}}}}}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: hook, namespace: a}}\nspec: {{selector: {{app: x}}, ports: [{{port: 8443, targetPort: 9443}}]}}\n"
        )
    }

    #[test]
    fn api_the_api_server_calls_443_unless_another_port_is_stated() {
        let told = "ValidatingWebhookConfiguration w makes the API server call port";
        assert_eq!(
            found_by("P025", &webhook("name: hook")),
            [format!("error 5 `hook`: {told} 443, the default, of Service hook of namespace a, which has 8443")]
        );
        assert_eq!(
            found_by("P025", &webhook("name: hook, port: 9443")),
            [format!("error 5 `9443`: {told} 9443 of Service hook of namespace a, which has 8443")]
        );
        assert_eq!(
            helps("P025", &webhook("name: hook, port: 9443")),
            ["9443 is the container's port; the Service listens on 8443: write 8443"]
        );
        for right in ["name: hook, port: 8443", "name: elsewhere", "name: hook, namespace: b"] {
            assert!(found_by("P025", &webhook(right)).is_empty(), "{right}");
        }
    }

    #[test]
    fn hl_02_a_pod_may_listen_on_a_port_that_it_does_not_declare() {
        let headless = call("http://api:8081").replace("type: NodePort", "clusterIP: None, selector: {app: x}");
        assert_eq!(
            found_by("P025", &headless.replace(", nodePort: 30080", "")),
            ["warning 4 `'http://api:8081'`: Pod web calls port 8081 of Service api, which has 80"]
        );
    }

    #[test]
    fn a_port_from_a_scheme_is_a_warning_and_the_right_one_is_fine() {
        assert!(found_by("P025", &call("https://api"))[0].starts_with("warning "));
        for value in ["http://api", "http://api:80", "http://elsewhere:8080", "api"] {
            assert!(found_by("P025", &call(value)).is_empty(), "{value}");
        }
    }
}
