//! P023: a Gateway API route leads to a Service, or a port of it, that is not there.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Crossing, PortRef, Router, Service, ServiceRef, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P023",
    name: "route-backend-missing",
    title: "The backend of a route is not there",
    severity: "error for a port that the Service does not have; for a Service that is not there warning (error with --complete, info where the \
               input has no Service of the namespace at all), and for a rule without any backend",
    what: "A `backendRef` of a Gateway API route, also of a mirror, whose Service is not in the input, whose port is not a `port` of that Service, or \
           that states no port; and a rule that has neither a backend nor a redirect. P016 and P017 tell the same of Ingresses.",
    why: "The route is accepted with ResolvedRefs=False, and the part of the requests that the backend should get is answered with a 500.",
    fix: "Write the `port` number that the Service states; port names, target ports and node ports do not count here.",
    elsewhere: "popeye POP-407, kubevious http-route-backend-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in context.graph.routers().filter(|(_, router)| router.crossing == Crossing::Granted) {
        // Every host and match of a rule has the same backends.
        let mut seen = BTreeSet::new();
        let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
        for reference in router.service_refs().filter(|reference| seen.insert(reference.service_at)) {
            let (namespace, name) = (reference.namespace.as_str(), reference.service.as_str());
            match context.service(namespace, name) {
                None if told.insert((namespace, name)) => found.push(no_service(context, router, reference)),
                None => {}
                // An alias has the ports of what it stands for (EN-01).
                Some(service) if service.kind == ServiceType::ExternalName || has(service, reference) => {}
                Some(service) => found.push(no_port(router, service, reference)),
            }
        }
        add_dead_ends(router, found);
    }
}

/// Rules that lead nowhere (RT-06): every request of theirs is answered with an error.
fn add_dead_ends(router: &Router, found: &mut Vec<Finding>) {
    let mut told = BTreeSet::new();
    for route in router.routes.iter().filter(|route| route.backends.is_empty() && route.redirect.is_none()) {
        if told.insert(route.at) {
            let message = format!("a rule of {} has neither a backend nor a redirect", words::name(&router.id));
            let label = "answered with an error".to_owned();
            found.push(
                CHECK
                    .finding(Severity::Warning, &router.id, message, route.at, label)
                    .help("add `backendRefs`, or remove the rule"),
            );
        }
    }
}

fn has(service: &Service, reference: &ServiceRef) -> bool {
    service.ports.iter().any(|port| Some(PortRef::Number(port.number)) == reference.port)
}

fn no_service(context: &Context<'_>, router: &Router, reference: &ServiceRef) -> Finding {
    let ServiceRef { namespace, service, service_at, .. } = reference;
    let severity = context.missing(namespace, context.has_services(namespace));
    let message = format!(
        "{} leads to Service {service}, but namespace {namespace} has no such Service in the input",
        words::name(&router.id)
    );
    let finding = CHECK.finding(severity, &router.id, message, *service_at, "no Service of this name".to_owned());
    let here = context.service_candidates(namespace).iter();
    match words::nearest(service, here.map(|other| other.id.name.as_str())) {
        Some(near) => finding.help(format!("write `name: {near}`")),
        None => finding,
    }
}

fn no_port(router: &Router, service: &Service, reference: &ServiceRef) -> Finding {
    let (who, name) =
        (words::name(&router.id), words::service(&service.id.name, &service.id.namespace, &router.id.namespace));
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    let has = if has.is_empty() { "none".to_owned() } else { words::list(&has) };
    let message = match &reference.port {
        Some(port) => format!("{who} leads to port {port} of {name}, which has {has}"),
        None => format!("{who} states no port of {name}, which the API server rejects; the Service has {has}"),
    };
    let label = "no such port in the Service".to_owned();
    let finding =
        CHECK.finding(Severity::Error, &router.id, message, reference.at, label).help(help(service, reference));
    service.ports.iter().take(3).fold(finding, |finding, port| {
        finding.related(port.at, format!("the Service has {}", words::service_port(port)))
    })
}

/// The port that is very likely meant.
fn help(service: &Service, reference: &ServiceRef) -> String {
    let wanted = reference.port.as_ref();
    if let Some(port) = service.ports.iter().find(|port| wanted == Some(&port.target)) {
        return format!("write `port: {}`; what stands there is the container's port", port.number);
    }
    if let Some(port) =
        service.ports.iter().find(|port| port.node_port.map(PortRef::Number).as_ref() == wanted && wanted.is_some())
    {
        return format!("write `port: {}`; what stands there is the node port", port.number);
    }
    match &service.ports[..] {
        [only] => format!("write `port: {}`", only.number),
        _ => "write one of the Service's own ports".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn route(backend: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{ports: [{{name: http, port: 80, targetPort: 8080}}, {{name: admin, port: 81}}]}}\n---\n\
             apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r}}\nspec:\n  hostnames: [a.io, b.io]\n  rules: [{{backendRefs: [{{{backend}}}]}}]\n"
        )
    }

    #[test]
    fn rt_07_the_port_is_that_of_the_service() {
        let text = route("name: web, port: 8080");
        assert_eq!(
            found_by("P023", &text),
            ["error 11 `8080`: HTTPRoute r leads to port 8080 of Service web, which has 80 (http) and 81 (admin)"]
        );
        assert_eq!(helps("P023", &text), ["write `port: 80`; what stands there is the container's port"]);
        assert!(found_by("P023", &route("name: web, port: 81")).is_empty());
    }

    #[test]
    fn rt_07_a_port_has_to_be_stated() {
        assert_eq!(
            found_by("P023", &route("name: web")),
            [
                "error 11 ``: HTTPRoute r states no port of Service web, which the API server rejects; the Service has 80 (http) and 81 (admin)"
            ]
        );
    }

    #[test]
    fn rt_07_a_service_that_is_not_there_is_told_once_and_not_as_an_ingress_would() {
        let text = route("name: wbe, port: 80");
        assert_eq!(
            found_by("P023", &text),
            [
                "warning 11 `wbe`: HTTPRoute r leads to Service wbe, but namespace default has no such Service in the input"
            ]
        );
        assert_eq!(helps("P023", &text), ["write `name: web`"]);
        assert!(found_by("P016", &text).is_empty() && found_by("P017", &route("name: web, port: 8080")).is_empty());
    }

    #[test]
    fn rt_08_rt_09_a_weight_of_0_is_checked_and_other_kinds_are_not() {
        assert_eq!(found_by("P023", &route("name: web, port: 1, weight: 0")).len(), 1);
        assert!(
            found_by("P023", &route("group: multicluster.x-k8s.io, kind: ServiceImport, name: x, port: 1")).is_empty()
        );
    }

    #[test]
    fn rt_06_a_rule_leads_to_a_backend_or_a_redirect_or_an_extension_answers() {
        let rule = |rule: &str| {
            found_by(
                "P023",
                &format!(
                    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r}}\nspec:\n  hostnames: [a.io, b.io]\n  rules: [{{{rule}}}]\n"
                ),
            )
        };
        let told = rule("matches: [{path: {value: /x}}]");
        assert_eq!(told, ["warning 6 `/x`: a rule of HTTPRoute r has neither a backend nor a redirect"]);
        for fine in [
            "filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]",
            "filters: [{type: ExtensionRef, extensionRef: {group: g.io, kind: HTTPRouteFilter, name: teapot}}]",
        ] {
            assert!(rule(fine).is_empty(), "{fine}");
        }
    }
}
