//! P018: two routes for the same requests.

use std::hash::BuildHasher as _;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{Owner, PortKind};
use crate::manifest::{Route, Router, Takes};
use crate::name::Name;

pub(super) const CHECK: Check = Check {
    id: "P018",
    name: "ingress-duplicate-route",
    title: "Two routes take the same requests",
    severity: "warning",
    what: "The same host, path and path type twice among the Ingresses of one class, with different backends or the same. ingress-nginx's \
           canaries are left alone. Of Gateway API, two TCPRoutes or UDPRoutes on one listener: neither looks at anything that tells connections apart.",
    why: "Which of the two wins is the controller's business: the older object, mostly. ingress-nginx's admission webhook rejects the second one; Contour serves neither of two root HTTPProxies with one host.",
    fix: "Remove one of the two, or make their hosts or paths differ.",
    elsewhere: "kubevious ingress-unique-route-rules",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    add_streams(context, found);
    let hasher = DefaultHashBuilder::default();
    let hash = |(router, route): &(&Router, &Route)| hasher.hash_one(asked(router, route));
    let mut known = HashTable::new();
    for (_, router) in context.graph.routers().filter(|(_, router)| !router.canary && !router.listeners.is_empty()) {
        // What a route asks for beside host and path may well tell it from the other one.
        for route in router.routes.iter().filter(|route| route.conditions.is_empty() && route.path.is_some()) {
            let is_same = |other: &(&Router, &Route)| asked(other.0, other.1) == asked(router, route);
            match known.entry(hash(&(router, route)), is_same, hash) {
                Entry::Occupied(first) => found.push(finding(*first.get(), (router, route))),
                Entry::Vacant(place) => {
                    place.insert((router, route));
                }
            }
        }
    }
}

/// What a request must be for a controller to look at a route.
fn asked(router: &Router, route: &Route) -> ([Name; 2], [Option<Name>; 4]) {
    ([router.id.group, router.id.kind], [router.class, route.host, route.path, route.path_type])
}

/// Routes of whole streams share a listener with no other one (RT-13).
fn add_streams(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    for (listener, port) in graph.ports().filter(|(_, port)| matches!(port.kind, PortKind::Listener(_))) {
        let routes = graph.hops_from(listener).into_iter().map(|hop| graph.port(graph.ends(hop).1));
        let mut streams = routes.filter_map(|route| match (&route.kind, route.owner) {
            (PortKind::Route(key), Owner::Router(id)) if matches!(key.takes, Takes::Tcp | Takes::Udp) => {
                Some((graph.router(id), route.at?))
            }
            _ => None,
        });
        let Some((first, first_at)) = streams.next() else { continue };
        for (second, at) in streams.filter(|(second, _)| second.id != first.id) {
            let (a, b) = (words::name(&second.id), words::name(&first.id));
            let message = format!("{a} and {b} both take all of port {}: only one of them can", port.number);
            let finding = CHECK.finding(Severity::Warning, &second.id, message, at, "the same port".to_owned());
            found.push(finding.related(first_at, "the first one"));
        }
    }
}

fn finding(first: (&Router, &Route), second: (&Router, &Route)) -> Finding {
    let ((other, earlier), (router, route)) = (first, second);
    let address = format!("{}{}", route.host.as_deref().unwrap_or("*"), route.path.as_deref().unwrap_or_default());
    let message = if other.id == router.id {
        format!("{} has the route {address} twice: at most one of them counts", words::name(&router.id))
    } else {
        let (a, b) = (words::name(&router.id), words::name(&other.id));
        format!("{a} and {b} both have the route {address}: at most one of them counts")
    };
    let finding = CHECK.finding(Severity::Warning, &router.id, message, route.at, "the same route".to_owned());
    finding.related(earlier.at, "the first one")
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn ingress(name: &str, spec: &str, host: &str, path: &str) -> String {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}}}\nspec: {{{spec}rules: [{{host: {host}, http: {{paths: [\
             {{path: {path}, pathType: Prefix, backend: {{service: {{name: s, port: {{number: 80}}}}}}}}]}}}}]}}\n---\n"
        )
    }

    #[test]
    fn the_same_host_and_path_twice_is_told() {
        let text = ingress("a", "", "x.io", "/") + &ingress("b", "", "x.io", "/");
        assert_eq!(
            found_by("P018", &text),
            ["warning 9 `/`: Ingress b and Ingress a both have the route x.io/: at most one of them counts"]
        );
    }

    #[test]
    fn routes_whose_hosts_are_not_told_or_that_attach_to_others_are_left_alone() {
        let knative = |name: &str| {
            format!(
                "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{}}]}}}}}}\n---\n"
            )
        };
        assert!(found_by("P018", &(knative("a") + &knative("b"))).is_empty());
        let istio = |name: &str| {
            format!(
                "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}}}\nspec: {{hosts: ['*'], gateways: [{name}], http: [{{route: [{{destination: {{host: s}}}}]}}]}}\n---\n"
            )
        };
        assert!(found_by("P018", &(istio("a") + &istio("b"))).is_empty());
    }

    #[test]
    fn other_hosts_paths_classes_and_canaries_are_fine() {
        let first = ingress("a", "", "x.io", "/");
        let canary = ingress("b, annotations: {nginx.ingress.kubernetes.io/canary: 'true'}", "", "x.io", "/");
        for second in [
            ingress("b", "", "y.io", "/"),
            ingress("b", "", "x.io", "/b"),
            ingress("b", "ingressClassName: nginx, ", "x.io", "/"),
            canary,
        ] {
            assert!(found_by("P018", &(first.clone() + &second)).is_empty(), "{second}");
        }
    }

    #[test]
    fn rt_13_two_routes_of_whole_streams_do_not_share_a_listener() {
        let route = |name: &str, section: &str| {
            format!(
                "---\napiVersion: gateway.networking.k8s.io/v1\nkind: TCPRoute\nmetadata: {{name: {name}}}\nspec:\n  parentRefs: [{{name: gw, sectionName: {section}}}]\n\
                 \x20 rules: [{{backendRefs: [{{name: s, port: 1}}]}}]\n"
            )
        };
        let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\nspec: {listeners: [{name: a, port: 1, protocol: TCP}, \
                       {name: b, port: 2, protocol: TCP}]}\n";
        let told = found_by("P018", &[gateway, &route("one", "a"), &route("two", "a")].concat());
        assert_eq!(
            told,
            ["warning 18 ``: TCPRoute two and TCPRoute one both take all of port 1: only one of them can"]
        );
        assert!(found_by("P018", &[gateway, &route("one", "a"), &route("two", "b")].concat()).is_empty());
    }
}
