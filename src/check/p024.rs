//! P024: a redirect to where nothing listens.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopKind, Missing, Owner, PortKind};

pub(super) const CHECK: Check = Check {
    id: "P024",
    name: "redirect-to-nowhere",
    title: "A redirect leads to where nothing listens",
    severity: "warning",
    what: "A RequestRedirect of a route to a scheme and port on which its Gateway, with the ListenerSets that are added to it, has no listener. Without \
           a port that of the scheme counts, without both that of the listener. Redirects to other hosts than the route's are left alone: they may be served at another address.",
    why: "Every client is sent to an address that answers with nothing: a connection refused, or a timeout.",
    fix: "Add the listener (HTTPS 443, mostly), or redirect to one that is there.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    let mut told = BTreeSet::new();
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Redirect) {
        let (Owner::Router(id), PortKind::Missing(Missing::Listener(missing))) =
            (graph.port(from).owner, &graph.port(to).kind)
        else {
            continue;
        };
        let Some(at) = hop.at.filter(|at| told.insert((*at, missing))) else { continue };
        let router = graph.router(id);
        let to = hop.evidence.as_ref().map(|said| said.text.as_str()).unwrap_or_default();
        let message = format!("{} redirects to {to}, but there is {missing}", words::name(&router.id));
        found.push(CHECK.finding(Severity::Warning, &router.id, message, at, "nothing listens there".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn redirect(listener: &str, redirect: &str) -> Vec<String> {
        found_by(
            "P024",
            &format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw}}\nspec: {{listeners: [{{name: web, port: 80, protocol: HTTP}}{listener}]}}\n---\n\
                 apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r}}\nspec:\n  parentRefs: [{{name: gw, sectionName: web}}]\n  hostnames: [a.io]\n\
                 \x20 rules: [{{filters: [{{type: RequestRedirect, requestRedirect: {{{redirect}}}}}]}}]\n"
            ),
        )
    }

    #[test]
    fn rt_11_a_redirect_to_https_needs_a_listener_for_it() {
        assert_eq!(
            redirect("", "scheme: https, statusCode: 301"),
            ["warning 12 `https`: HTTPRoute r redirects to https, but there is no listener on port 443 in Gateway gw"]
        );
        assert!(redirect(", {name: tls, port: 443, protocol: HTTPS}", "scheme: https").is_empty());
        assert!(redirect(", {name: tls, port: 8443, protocol: HTTPS}", "scheme: https, port: 8443").is_empty());
        assert_eq!(redirect(", {name: tls, port: 8443, protocol: HTTPS}", "scheme: https").len(), 1);
    }

    #[test]
    fn rt_11_without_scheme_and_port_the_listener_stays() {
        assert!(redirect("", "path: {type: ReplaceFullPath, replaceFullPath: /new}").is_empty());
    }

    #[test]
    fn a_redirect_to_another_site_is_not_ours_to_judge() {
        assert!(redirect("", "scheme: https, hostname: www.example.org").is_empty());
        assert_eq!(redirect("", "scheme: https, hostname: a.io").len(), 1);
    }
}
