//! P049: an OpenShift Route asks the endpoints for a port that they do not have.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopKind, Missing, Owner, PortKind};
use crate::manifest::{PortRef, Router, Service, ServicePort};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P049",
    name: "openshift-route-port",
    title: "An OpenShift Route's targetPort is no port of the pods",
    severity: "error",
    what: "A Route whose `port.targetPort` is a number that no port of its Service leads to, or a name that no port of its Service has. A number is \
           the pods' own (the Service's `targetPort`), a name is that of the Service port. Most often the Service's `port` stands there.",
    why: "The Route is accepted, and OpenShift's router finds no endpoint of this port behind it: every request gets a 503.",
    fix: "Write the name of the Service port, or the number that its `targetPort` leads to.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Route) {
        let (Owner::Router(router), Some(at)) = (graph.port(from).owner, hop.at) else { continue };
        let router = graph.router(router);
        match &graph.port(to).kind {
            PortKind::Missing(Missing::EndpointNumber(id, number)) => {
                found.push(finding(router, graph.service(*id), &PortRef::Number(*number), at));
            }
            PortKind::Missing(Missing::ServicePort(missing)) if router.endpoint_refs().next().is_some() => {
                let service = context.service(&missing.namespace, &missing.service);
                found.extend(service.map(|service| finding(router, service, &missing.port, at)));
            }
            _ => {}
        }
    }
}

fn finding(router: &Router, service: &Service, port: &PortRef, at: Span) -> Finding {
    let (who, name) = (words::name(&router.id), &service.id.name);
    let has: Vec<String> = service.ports.iter().map(target).collect();
    let has = if has.is_empty() { "none".to_owned() } else { words::list(&has) };
    let message = match port {
        PortRef::Number(number) => format!("{who} asks the pods of Service {name} for port {number}, which has {has}"),
        PortRef::Name(port) => format!("{who} asks Service {name} for the port named `{port}`, which has {has}"),
    };
    let finding = CHECK.finding(Severity::Error, &router.id, message, at, "no endpoint has this port".to_owned());
    let finding = match help(service, port) {
        Some(help) => finding.help(help),
        None => finding,
    };
    service
        .ports
        .iter()
        .take(3)
        .fold(finding, |finding, port| finding.related(port.target_at, format!("the Service has {}", target(port))))
}

/// `80 (web) → 8080`
fn target(port: &ServicePort) -> String {
    format!("{} → {}", words::service_port(port), port.target)
}

/// The port that is very likely meant: the Service port of this number, or the only one.
fn help(service: &Service, wanted: &PortRef) -> Option<String> {
    let same = service.ports.iter().find(|port| PortRef::Number(port.number) == *wanted);
    let meant = match (same, &service.ports[..]) {
        (Some(port), _) => port,
        (None, [only]) => only,
        (None, _) => return None,
    };
    let written = match (&meant.name, &meant.target) {
        (Some(name), _) => format!("write `targetPort: {name}`"),
        (None, PortRef::Number(number)) => format!("write `targetPort: {number}`"),
        (None, PortRef::Name(_)) => return None,
    };
    let why = same.map(|_| "; what stands there is the Service's own port").unwrap_or_default();
    Some(format!("{written}{why}"))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn route(target: &str, ports: &str) -> String {
        format!(
            "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{name: r}}\nspec: {{to: {{kind: Service, name: s}}, port: {{targetPort: {target}}}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{selector: {{app: a}}, ports: [{ports}]}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: a}}}}\nspec: {{containers: [{{name: c, ports: [{{name: http, containerPort: 8080}}]}}]}}\n"
        )
    }

    #[test]
    fn osr_the_port_of_the_service_is_none_of_the_pods() {
        let text = route("80", "{name: web, port: 80, targetPort: 8080}");
        assert_eq!(
            found_by("P049", &text),
            ["error 4 `80`: Route r asks the pods of Service s for port 80, which has 80 (web) → 8080"]
        );
        assert_eq!(helps("P049", &text), ["write `targetPort: web`; what stands there is the Service's own port"]);
        assert_eq!(helps("P049", &route("80", "{port: 80, targetPort: 8080}")).len(), 1);
    }

    #[test]
    fn osr_a_name_is_that_of_the_service_port() {
        let ports = "{name: web, port: 80, targetPort: http}";
        assert_eq!(
            found_by("P049", &route("http", ports)),
            ["error 4 `http`: Route r asks Service s for the port named `http`, which has 80 (web) → http"]
        );
        for port in ["web", "8080", "'8080'"] {
            assert!(found_by("P049", &route(port, ports)).is_empty(), "{port}");
        }
    }

    #[test]
    fn what_may_lead_there_is_left_alone() {
        for ports in ["{port: 80, targetPort: 80}", "{port: 80}"] {
            assert!(found_by("P049", &route("80", ports)).is_empty(), "{ports}");
        }
        let unselective = route("80", "{port: 80, targetPort: 8080}").replace("selector: {app: a}, ", "");
        assert!(found_by("P049", &unselective).is_empty());
        let pods_elsewhere =
            route("80", "{port: 80, targetPort: http}").replace("selector: {app: a}", "selector: {app: b}");
        assert!(found_by("P049", &pods_elsewhere).is_empty());
    }
}
