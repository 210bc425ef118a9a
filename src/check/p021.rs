//! P021: a route that no listener takes.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopKind, Missing, NoListener, Owner, PortKind, Refused, RouterId};
use crate::manifest::{Listener, ParentRef, Router};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P021",
    name: "route-no-parent",
    title: "No listener takes the route",
    severity: "error; warning where only some hosts are left out and where a route names no parent at all; info where route or Gateway have several \
               definitions in the input, so that variants are mixed, and where the Gateway is not in the input (warning beside other Gateways of its namespace, error with --complete)",
    what: "A route, or a ListenerSet, whose parent has no listener of this name and port, none that takes this kind of route or this namespace, \
           or none whose hostname meets those of the route; and a route without parents.",
    why: "The object is accepted and never served; its status says why: NoMatchingParent, NotAllowedByListeners, NoMatchingListenerHostname. A \
          listener takes routes of its Gateway's namespace only, unless `allowedRoutes.namespaces.from` says otherwise, and a Gateway takes no \
          ListenerSets unless `allowedListeners` does.",
    fix: "Write the name and port of a listener as the Gateway states them, let the listener take the route's namespace, or make the hostnames meet.",
    elsewhere: "popeye POP-407, kubevious http-route gateway-ref (existence)",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (id, missing, at) in refusals(context) {
        found.push(refused(context, context.graph.router(id), missing, at));
    }
    for (_, router) in context.graph.routers().filter(|(_, router)| router.attaches()) {
        let is_lost = router.parents.is_empty() && !router.in_mesh;
        found.extend(is_lost.then(|| without_parents(router)));
        let mut told: Vec<&ParentRef> = Vec::new();
        for parent in &router.parents {
            let is_told = told.iter().any(|other| (&other.namespace, &other.name) == (&parent.namespace, &parent.name));
            if !is_told && context.router(parent).is_some_and(|router| router.elsewhere) {
                told.push(parent);
                found.push(not_in_the_input(context, router, parent));
            }
        }
    }
}

/// What was refused, once for each reference.
fn refusals<'g>(context: &Context<'g>) -> Vec<(RouterId, &'g NoListener, Span)> {
    let graph = context.graph;
    let mut refusals = BTreeMap::new();
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Match) {
        let (PortKind::Missing(Missing::Listener(missing)), Owner::Router(id)) =
            (&graph.port(from).kind, graph.port(to).owner)
        else {
            continue;
        };
        if let Some(at) = hop.at {
            refusals.entry((id, at, missing)).or_insert(());
        }
    }
    refusals.into_keys().map(|(id, at, missing)| (id, missing.as_ref(), at)).collect()
}

fn refused(context: &Context<'_>, router: &Router, missing: &NoListener, at: Span) -> Finding {
    let who = words::name(&router.id);
    let of = format!("{} {}", missing.kind, missing.name);
    let reference = reference(router, missing, at);
    let parent = reference.and_then(|parent| context.router(parent));
    let has = parent.map(listeners).unwrap_or_default();
    let meant = reference.map(whose_listeners_take).unwrap_or_default();
    let (severity, message, label) = told(&who, &of, &missing.why, (&has, &meant), || is_served(context, router));
    // Of several definitions, another one may be meant.
    let mixed = std::iter::once(router).chain(parent).any(|router| !context.is_defined_once(&router.id));
    let severity = if mixed { Severity::Info } else { severity };
    let finding = CHECK.finding(severity, &router.id, message, at, label.to_owned());
    let is_meant = |listener: &&Listener| match (&missing.why, reference) {
        (Refused::Kind(_) | Refused::Namespace(_), Some(reference)) => reference.means(listener),
        _ => true,
    };
    let finding = parent
        .into_iter()
        .flat_map(|parent| parent.listeners.iter().filter(is_meant).take(3))
        .fold(finding, |finding, listener| finding.related(listener.at, "a listener"));
    match help(&missing.why, parent) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// The reference that was refused: of several to one parent, that at this place.
fn reference<'g>(router: &'g Router, missing: &NoListener, at: Span) -> Option<&'g ParentRef> {
    let is_it = |parent: &&ParentRef| parent.name == missing.name && parent.namespace == missing.namespace;
    let is_here = |parent: &&ParentRef| parent.at == at || parent.section_at == at;
    let mut parents = router.parents.iter().filter(is_it);
    parents.clone().find(is_here).or_else(|| parents.next())
}

/// `whose listeners take`, in the words of the reference
fn whose_listeners_take(parent: &ParentRef) -> String {
    match (&parent.section, parent.port) {
        (Some(section), _) => format!("whose listener `{section}` takes"),
        (None, Some(port)) => format!("whose listeners on port {port} take"),
        (None, None) => "whose listeners take".to_owned(),
    }
}

/// Severity, sentence and label of a refusal.
fn told(
    who: &str,
    of: &str,
    why: &Refused,
    (has, whose_take): (&str, &str),
    is_served: impl Fn() -> bool,
) -> (Severity, String, &'static str) {
    match why {
        Refused::Unmatched(section, port) => {
            let wanted = match (section, port) {
                (Some(section), Some(port)) => format!("no listener `{section}` on port {port}"),
                (Some(section), None) => format!("no listener `{section}`"),
                (None, Some(port)) => format!("no listener on port {port}"),
                (None, None) => "no listener".to_owned(),
            };
            (
                Severity::Error,
                format!("{who} attaches to {of}, which has {wanted} (listeners: {has})"),
                "NoMatchingParent",
            )
        }
        Refused::Kind(kind) => {
            (Severity::Error, format!("{who} attaches to {of}, {whose_take} no {kind}"), "NotAllowedByListeners")
        }
        Refused::Namespace(namespace) => {
            let message = format!("{who} attaches to {of}, {whose_take} no routes of namespace {namespace}");
            (Severity::Error, message, "NotAllowedByListeners")
        }
        Refused::Listeners(namespace) => {
            let message = format!("{who} adds listeners to {of}, which takes none of namespace {namespace}");
            (Severity::Error, message, "NotAllowed")
        }
        Refused::Host(host) => {
            let severity = if is_served() { Severity::Warning } else { Severity::Error };
            let message =
                format!("{who} is for {host}, but no listener of {of} that it attaches to is (listeners: {has})");
            (severity, message, "NoMatchingListenerHostname")
        }
    }
}

/// Has any route of it a listener?
fn is_served(context: &Context<'_>, router: &Router) -> bool {
    let graph = context.graph;
    let is_it = |(_, other): &(RouterId, &Router)| other.id == router.id;
    let Some((id, _)) = graph.routers().find(is_it) else { return false };
    let mut hops = graph.ports_of(Owner::Router(id)).flat_map(|(port, _)| graph.hops_to(port));
    hops.any(|hop| matches!(graph.port(graph.ends(hop).0).kind, PortKind::Listener(_)))
}

/// `web:80, https:443 (*.example.com)`
fn listeners(router: &Router) -> String {
    let listener = |listener: &Listener| {
        let name = listener.name.as_deref().map(|name| format!("{name}:")).unwrap_or_default();
        let number = listener.number.map_or("?".to_owned(), |number| number.to_string());
        let host = listener.host.as_deref().map(|host| format!(" ({host})")).unwrap_or_default();
        format!("{name}{number}{host}")
    };
    words::list(&router.listeners.iter().map(listener).collect::<Vec<_>>())
}

fn help(why: &Refused, parent: Option<&Router>) -> Option<String> {
    match why {
        Refused::Unmatched(section, _) => {
            let names = parent?.listeners.iter().filter_map(|listener| listener.name.as_deref());
            let near = words::nearest(section.as_deref()?, names)?;
            (Some(near) != section.as_deref()).then(|| format!("write `sectionName: {near}`"))
        }
        Refused::Namespace(_) => {
            Some("let the listener take them: `allowedRoutes: {namespaces: {from: All}}`, or Selector".to_owned())
        }
        Refused::Listeners(_) => {
            Some("let the Gateway take them: `allowedListeners: {namespaces: {from: Same}}`, or All".to_owned())
        }
        Refused::Kind(_) | Refused::Host(_) => None,
    }
}

fn without_parents(router: &Router) -> Finding {
    let message = format!("{} has no parentRefs, so no listener takes it", words::name(&router.id));
    CHECK.finding(Severity::Warning, &router.id, message, router.at, "attaches to nothing".to_owned())
}

fn not_in_the_input(context: &Context<'_>, router: &Router, parent: &ParentRef) -> Finding {
    let others = context.graph.routers().map(|(_, other)| other);
    let mut others =
        others.filter(|other| !other.elsewhere && other.id.kind == parent.kind && other.id.group == parent.group);
    let whole = others.any(|other| other.id.namespace == parent.namespace);
    let message = format!(
        "{} attaches to {} {} of namespace {}, which is not in the input",
        words::name(&router.id),
        parent.kind,
        parent.name,
        parent.namespace
    );
    CHECK.finding(
        context.missing(&parent.namespace, whole),
        &router.id,
        message,
        parent.at,
        "not in the input".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, found_complete, helps};

    const GATEWAY: &str = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\nspec:\n  listeners: \
         [{name: web, port: 80, protocol: HTTP}, {name: shop, port: 8080, protocol: HTTP, hostname: '*.shop.io'}]\n---\n";

    fn route(meta: &str, spec: &str) -> String {
        format!(
            "{GATEWAY}apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r{meta}}}\nspec: {{{spec}rules: [{{backendRefs: [{{name: s, port: 80}}]}}]}}\n"
        )
    }

    fn found(spec: &str) -> Vec<String> {
        found_by("P021", &route("", spec))
    }

    #[test]
    fn rt_02_name_and_port_have_to_be_those_of_one_listener() {
        assert_eq!(
            found("parentRefs: [{name: gw, sectionName: web, port: 8080}], "),
            [
                "error 10 `web`: HTTPRoute r attaches to Gateway gw, which has no listener `web` on port 8080 (listeners: web:80 and shop:8080 (*.shop.io))"
            ]
        );
        assert_eq!(
            helps("P021", &route("", "parentRefs: [{name: gw, sectionName: wbe}], ")),
            ["write `sectionName: web`"]
        );
        for good in ["sectionName: web", "sectionName: web, port: 80", "port: 80"] {
            assert!(found(&format!("parentRefs: [{{name: gw, {good}}}], ")).is_empty(), "{good}");
        }
    }

    #[test]
    fn rt_02_a_gateway_of_the_platform_is_usual() {
        let elsewhere = route("", "parentRefs: [{name: gw, namespace: infra}], ");
        let message = "10 `gw`: HTTPRoute r attaches to Gateway gw of namespace infra, which is not in the input";
        assert_eq!(found_by("P021", &elsewhere), [format!("info {message}")]);
        assert_eq!(found_complete("P021", &elsewhere), [format!("error {message}")]);
        assert!(found("parentRefs: [{name: wg}], ")[0].starts_with("warning"));
    }

    #[test]
    fn rt_03_a_route_without_parents_is_told_unless_a_mesh_has_it() {
        assert_eq!(found(""), ["warning 9 `r`: HTTPRoute r has no parentRefs, so no listener takes it"]);
        assert!(found("parentRefs: [{group: '', kind: Service, name: s}], ").is_empty());
    }

    #[test]
    fn rt_04_hosts_have_to_meet() {
        let hosts =
            |hosts: &str| found(&format!("parentRefs: [{{name: gw, sectionName: shop}}], hostnames: [{hosts}], "));
        assert_eq!(
            hosts("shop.io, b.io"),
            [
                "error 10 `shop`: HTTPRoute r is for b.io and shop.io, but no listener of Gateway gw that it attaches to is (listeners: web:80 and shop:8080 (*.shop.io))"
            ]
        );
        let some = hosts("a.shop.io, b.io");
        assert!(some[0].starts_with("warning 10 `shop`: HTTPRoute r is for b.io, "), "{some:?}");
        assert!(hosts("a.shop.io, a.b.shop.io").is_empty());
    }

    #[test]
    fn gwy_05_a_listener_takes_the_kinds_of_its_protocol() {
        let tcp = route("", "parentRefs: [{name: gw}], ").replace("HTTPRoute", "TCPRoute");
        assert_eq!(
            found_by("P021", &tcp),
            ["error 10 `gw`: TCPRoute r attaches to Gateway gw, whose listeners take no TCPRoute"]
        );
    }

    #[test]
    fn rt_01_only_the_listeners_that_are_referred_to_are_blamed() {
        let https = ", {name: all, port: 443, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]";
        let told = |parent: &str| {
            let text =
                route(", namespace: other", &format!("parentRefs: [{{name: gw, namespace: default, {parent}}}], "));
            found_by("P021", &text.replace("}]\n---", &format!("}}{https}\n---")))
        };
        let refused = "HTTPRoute r attaches to Gateway gw";
        assert_eq!(
            told("sectionName: web"),
            [format!("error 10 `web`: {refused}, whose listener `web` takes no routes of namespace other")]
        );
        assert_eq!(
            told("port: 80"),
            [format!("error 10 `80`: {refused}, whose listeners on port 80 take no routes of namespace other")]
        );
        assert!(told("sectionName: all").is_empty());
    }

    #[test]
    fn gwy_06_routes_of_other_namespaces_need_leave() {
        let from = route(", namespace: other", "parentRefs: [{name: gw, namespace: default}], ");
        assert_eq!(
            found_by("P021", &from),
            ["error 10 `gw`: HTTPRoute r attaches to Gateway gw, whose listeners take no routes of namespace other"]
        );
        let all = from.replace("port: 80, protocol", "port: 80, allowedRoutes: {namespaces: {from: All}}, protocol");
        assert!(found_by("P021", &all).is_empty());
    }

    #[test]
    fn gwy_06_labels_that_the_input_does_not_tell_may_be_right() {
        let selector = "allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}, protocol";
        let from = route(", namespace: other", "parentRefs: [{name: gw, namespace: default, sectionName: web}], ")
            .replace("protocol", selector);
        assert!(found_by("P021", &from).is_empty());
        let namespace = |team: &str| {
            format!("{from}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: other, labels: {{team: {team}}}}}\n")
        };
        assert!(found_by("P021", &namespace("a")).is_empty());
        assert_eq!(found_by("P021", &namespace("b")).len(), 1);
    }

    #[test]
    fn gwy_08_a_gateway_takes_no_listener_sets_by_default() {
        let set = format!(
            "{GATEWAY}apiVersion: gateway.networking.k8s.io/v1\nkind: ListenerSet\nmetadata: {{name: set}}\nspec: {{parentRef: {{name: gw}}, listeners: [{{name: a, port: 81, protocol: HTTP}}]}}\n"
        );
        assert_eq!(
            found_by("P021", &set),
            ["error 10 `81`: ListenerSet set adds listeners to Gateway gw, which takes none of namespace default"]
        );
        let allowed = set.replace("  listeners:", "  allowedListeners: {namespaces: {from: Same}}\n  listeners:");
        assert!(found_by("P021", &allowed).is_empty());
    }

    #[test]
    fn where_variants_are_mixed_the_listener_may_be_one_of_another_definition() {
        let text = route("", "parentRefs: [{name: gw, sectionName: other}], ");
        assert!(found_by("P021", &text)[0].starts_with("error"));
        assert!(found_by("P021", &format!("{GATEWAY}{text}"))[0].starts_with("info"));
    }
}
