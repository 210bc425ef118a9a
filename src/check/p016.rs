//! P016: a route leads to a Service that is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Crossing, ObjectId, Router, ServiceRef};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P016",
    name: "ingress-service-missing",
    title: "A route leads to a Service that is not there",
    severity: "warning; error with --complete; info where the input has no Service of the namespace at all",
    what: "An Ingress, a VirtualService, an IngressRoute or an HTTPProxy whose backend names a Service that the input does not have in that \
           namespace; also an HTTPProxy that includes another one which the input does not have.",
    why: "The object is accepted, and requests for the route get a 503, 502 or 404 from the controller.",
    fix: "Write the name of a Service in the same namespace. An Ingress and an HTTPProxy cannot reach into another one: put it there, or add a \
          Service of type ExternalName (a Contour include leads into another namespace). Where the Service lives in another repository, \
          ignore the finding.",
    elsewhere: "kube-linter dangling-ingress, popeye POP-1401, kube-score ingress-targets-service, kubevious ingress-service-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in
        context.graph.routers().filter(|(_, router)| router.crossing != Crossing::Granted && !router.paired)
    {
        let mut told = BTreeSet::new();
        for reference in router.service_refs().chain(router.endpoint_refs()) {
            let is_there = context.service(&reference.namespace, &reference.service).is_some();
            // Many paths lead to one Service; it is missing once.
            if !is_there && told.insert(reference.service.as_str()) {
                found.push(finding(context, router, reference));
            }
        }
        // The same include is of every route that it is joined with.
        let included: BTreeMap<_, _> = router.router_refs().map(|(id, at)| (at, id)).collect();
        found.extend(included.into_iter().map(|(at, id)| included_finding(context, router, id, at)));
    }
}

/// References to routers that are in the input are gone from its routes.
fn included_finding(context: &Context<'_>, router: &Router, id: &ObjectId, at: Span) -> Finding {
    let ObjectId { namespace, name, kind, .. } = id;
    let who = words::name(&router.id);
    let severity = context.missing(namespace, context.has_services(namespace));
    let others = || context.graph.routers().map(|(_, other)| other);
    let of_kind =
        |other: &&Router| other.id.kind == *kind && other.id.group == id.group && other.id.namespace == *namespace;
    if let Some(other) = others().find(|other| other.id == *id) {
        let message = format!("{who} includes {kind} {name}, which has a host of its own");
        let finding = CHECK.finding(Severity::Error, &router.id, message, at, "cannot be included".to_owned());
        return finding.related(other.at, "it listens itself").help("include one that has no `virtualhost`");
    }
    let message = format!("{who} includes {kind} {name}, but namespace {namespace} has no such {kind} in the input");
    let finding = CHECK.finding(severity, &router.id, message, at, format!("no {kind} of this name"));
    match words::nearest(name, others().filter(of_kind).map(|other| other.id.name.as_str())) {
        Some(near) => finding.help(format!("write `name: {near}`")),
        None => finding,
    }
}

fn finding(context: &Context<'_>, router: &Router, reference: &ServiceRef) -> Finding {
    let ServiceRef { namespace, service, service_at, .. } = reference;
    let severity = context.missing(namespace, context.has_services(namespace));
    let message = format!(
        "{} leads to Service {service}, but namespace {namespace} has no such Service in the input",
        words::name(&router.id)
    );
    let finding = CHECK.finding(severity, &router.id, message, *service_at, "no Service of this name".to_owned());
    let here = context.service_candidates(namespace).iter();
    let near = words::nearest(service, here.map(|other| other.id.name.as_str()));
    let mut services = context.graph.services().map(|(_, service)| service);
    let elsewhere = services.find(|other| other.id.name == *service);
    match (near, elsewhere) {
        (Some(near), _) => match context.service(namespace, near) {
            Some(other) => {
                finding.related(other.at, "a Service of a similar name").help(format!("write `name: {near}`"))
            }
            None => finding,
        },
        (None, Some(other)) if router.crossing == Crossing::Free => {
            let there = &other.id.namespace;
            finding
                .related(other.at, format!("one of namespace {there}"))
                .help(format!("name its namespace, {there}, too"))
        }
        (None, Some(other)) => finding
            .related(other.at, format!("the one of namespace {} is out of reach", other.id.namespace))
            .help(format!("only Services of its own namespace are in its reach: put it in {}", other.id.namespace)),
        (None, None) => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, found_complete, helps};

    fn ingress(service: &str, namespace: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: {namespace}}}\nspec: {{ports: [{{port: 80}}]}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: shop}}\nspec:\n  rules:\n  - http:\n      paths:\n\
             \x20     - {{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}\n\
             \x20     - {{path: /a, pathType: Prefix, backend: {{service: {{name: {service}, port: {{number: 80}}}}}}}}\n"
        )
    }

    #[test]
    fn a_service_that_is_not_there_is_told_once() {
        let text = ingress("wbe", "default");
        let message =
            "13 `wbe`: Ingress shop leads to Service wbe, but namespace default has no such Service in the input";
        assert_eq!(found_by("P016", &text), [format!("warning {message}")]);
        assert_eq!(found_complete("P016", &text), [format!("error {message}")]);
        assert_eq!(helps("P016", &text), ["write `name: web`"]);
    }

    #[test]
    fn a_service_of_another_namespace_is_out_of_reach() {
        assert!(found_by("P016", &ingress("web", "shop"))[0].starts_with("info "));
        assert_eq!(
            helps("P016", &ingress("web", "shop")),
            ["only Services of its own namespace are in its reach: put it in shop"]
        );
        assert!(found_by("P016", &ingress("web", "default")).is_empty());
    }

    fn including(name: &str, included: &str) -> String {
        format!(
            "apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {{name: blog}}\nspec: {{{included}routes: []}}\n---\n\
             apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {{name: root}}\nspec:\n  virtualhost: {{fqdn: a.io}}\n  includes:\n  - {{name: {name}}}\n"
        )
    }

    #[test]
    fn ctr_an_include_leads_to_what_is_there_and_does_not_listen() {
        assert_eq!(
            found_by("P016", &including("blgo", "")),
            [
                "info 12 `blgo`: HTTPProxy root includes HTTPProxy blgo, but namespace default has no such HTTPProxy in the input"
            ]
        );
        assert_eq!(helps("P016", &including("blgo", "")), ["write `name: blog`"]);
        assert!(found_by("P016", &including("blog", "")).is_empty());
        assert_eq!(
            found_by("P016", &including("blog", "virtualhost: {fqdn: b.io}, ")),
            ["error 12 `blog`: HTTPProxy root includes HTTPProxy blog, which has a host of its own"]
        );
    }
}
