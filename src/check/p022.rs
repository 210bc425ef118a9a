//! P022: a reference into another namespace that nothing allows.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{Missing, Owner, PortKind};
use crate::manifest::{ObjectRef, Router};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P022",
    name: "missing-reference-grant",
    title: "Nothing allows a reference into another namespace",
    severity: "warning; error with --complete",
    what: "A Gateway API route whose backend, or a Gateway whose certificate, is in another namespace, without a ReferenceGrant there that names \
           the kind and the namespace of the one and the kind of the other.",
    why: "The reference is not followed (RefNotPermitted): requests for the backend are answered with a 500, and a listener without its certificate \
          is not served.",
    fix: "Add a ReferenceGrant to the namespace that is referred to, or move one of the two. Where the grant lives in another repository, ignore the \
          finding.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for (_, from, to, hop) in graph.hops() {
        let (Owner::Router(id), PortKind::Missing(Missing::Grant(namespace, name))) =
            (graph.port(from).owner, &graph.port(to).kind)
        else {
            continue;
        };
        let Some(at) = hop.at.filter(|at| told.insert(*at)) else { continue };
        let to = ("", "Service", namespace.as_ref(), name.as_ref());
        found.push(finding(context, graph.router(id), to, at));
    }
    let grants = graph.grants();
    for (_, router) in graph.routers() {
        for ObjectRef { group, kind, namespace, name, at } in
            router.listeners.iter().flat_map(|listener| &listener.needs)
        {
            let reference = ObjectRef {
                group: group.clone(),
                kind: kind.clone(),
                namespace: *namespace,
                name: name.clone(),
                at: *at,
            };
            if !grants.allow(&router.id, &reference) && told.insert(*at) {
                found.push(finding(context, router, (group, kind, namespace, name), *at));
            }
        }
    }
}

fn finding(
    context: &Context<'_>,
    router: &Router,
    (group, kind, namespace, name): (&str, &str, &str, &str),
    at: Span,
) -> Finding {
    let severity = if context.options.complete { Severity::Error } else { Severity::Warning };
    let message = format!(
        "{} refers to {kind} {name} of namespace {namespace}, but no ReferenceGrant in the input allows it",
        words::name(&router.id)
    );
    let from = format!("{{group: {}, kind: {}, namespace: {}}}", router.id.group, router.id.kind, router.id.namespace);
    let help = format!(
        "add a ReferenceGrant to namespace {namespace}: `from: [{from}]`, `to: [{{group: {}, kind: {kind}}}]`",
        if group.is_empty() { "\"\"" } else { group }
    );
    CHECK.finding(severity, &router.id, message, at, "RefNotPermitted".to_owned()).help(help)
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, found_complete};

    const ROUTE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: b}\nspec: {ports: [{port: 80}]}\n---\n\
         apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: a}\n\
         spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: s, namespace: b, port: 80}]}]}\n---\n";

    fn grant(namespace: &str, from: &str, to: &str) -> String {
        format!(
            "{ROUTE}apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: {namespace}}}\n\
             spec: {{from: [{{group: gateway.networking.k8s.io, {from}}}], to: [{{group: '', {to}}}]}}\n"
        )
    }

    #[test]
    fn rt_10_another_namespace_needs_a_grant() {
        let message =
            "9 `80`: HTTPRoute r refers to Service s of namespace b, but no ReferenceGrant in the input allows it";
        assert_eq!(found_by("P022", ROUTE), [format!("warning {message}")]);
        assert_eq!(found_complete("P022", ROUTE), [format!("error {message}")]);
    }

    #[test]
    fn rt_10_a_grant_of_the_right_place_and_kinds_is_enough() {
        for good in ["kind: Service", "kind: Service, name: s"] {
            assert!(found_by("P022", &grant("b", "kind: HTTPRoute, namespace: a", good)).is_empty(), "{good}");
        }
        for (namespace, from, to) in [
            ("a", "kind: HTTPRoute, namespace: a", "kind: Service"),
            ("b", "kind: GRPCRoute, namespace: a", "kind: Service"),
            ("b", "kind: HTTPRoute, namespace: c", "kind: Service"),
            ("b", "kind: HTTPRoute, namespace: a", "kind: Secret"),
            ("b", "kind: HTTPRoute, namespace: a", "kind: Service, name: other"),
        ] {
            assert_eq!(found_by("P022", &grant(namespace, from, to)).len(), 1, "{namespace} {from} {to}");
        }
    }

    #[test]
    fn rt_10_certificates_need_one_too() {
        let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: a}\nspec: {listeners: [{name: w, port: 443, \
                       protocol: HTTPS, tls: {certificateRefs: [{name: own}, {name: c, namespace: certs}]}}]}\n";
        assert_eq!(
            found_by("P022", gateway),
            [
                "warning 4 `c`: Gateway gw refers to Secret c of namespace certs, but no ReferenceGrant in the input allows it"
            ]
        );
    }
}
