//! Routers: the line that makes their hosts known to your machine, and a request to each route.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::super::shell::sh_quote;
use super::super::Context;
use super::super::asking::{is_plain_path, probed_path};
use super::super::commands::{Part, STEPS, Step, kubectl};
use super::super::names::behind;
use super::super::placed::Placed;
use crate::graph::{HopKind, Owner, PortGraph, PortId, PortKind, RouteKey, RouterId};
use crate::manifest::Router;

const ADDRESS: &str = "<ingress-ip>";

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let graph = context.graph;
    let mut steps = Vec::new();
    for (id, router) in graph.routers() {
        steps.extend(hosts_step(router).map(|step| Placed::new(&router.id.namespace, step)));
        steps.extend(requests(graph, id, router).into_iter().map(|step| Placed::new(&router.id.namespace, step)));
    }
    let text = "`kubectl get ingress` shows the address of the controller as ADDRESS. \
                Hosts that DNS does not know yet need a line in `/etc/hosts`.";
    context.part("Ingress", text.to_owned(), steps, STEPS)
}

/// Tells the address, and makes the hosts known on the reader's machine.
fn hosts_step(router: &Router) -> Option<Step> {
    let hosts: BTreeSet<&str> = router.routes.iter().filter_map(|route| route.host.as_deref()).collect();
    let hosts: Vec<&str> = hosts.into_iter().filter(|host| !host.starts_with("*.") && !host.is_empty()).collect();
    let known = router.addresses.iter().find(|address| address.parse::<IpAddr>().is_ok());
    let which = kubectl("get ingress", &router.id.namespace, &[&router.id.name]);
    let line = format!("{} {}", known.map_or(ADDRESS, String::as_str), hosts.join(" "));
    let line = (!hosts.is_empty()).then(|| format!("echo {} | sudo tee -a /etc/hosts", sh_quote(&line)));
    let which = known.is_none().then_some(which);
    (router.id.kind == "Ingress")
        .then(|| Step::new(&format!("Ingress {}", router.id.name), which.into_iter().chain(line)))
}

/// One request per host and path, those with the same backend together.
fn requests(graph: &PortGraph, id: RouterId, router: &Router) -> Vec<Step> {
    let mut steps: Vec<(String, Vec<String>)> = Vec::new();
    for (id, port) in graph.ports_of(Owner::Router(id)) {
        let PortKind::Route(route) = &port.kind else { continue };
        let Some(backend) = backend(graph, id) else { continue };
        let name = behind(graph, backend);
        let path = asked_path(router, route, probed_path(graph, backend));
        let Some(url) = url(route, path, is_encrypted(graph, id), router) else { continue };
        match steps.iter_mut().find(|(known, _)| *known == name) {
            Some((_, commands)) => commands.push(format!("curl {url}")),
            None => steps.push((name, vec![format!("curl {url}")])),
        }
    }
    steps.into_iter().map(|(name, commands)| Step::new(&name, commands)).collect()
}

/// The Service port behind a route, where there is one.
fn backend(graph: &PortGraph, route: PortId) -> Option<PortId> {
    let mut ends = graph.hops_from(route).into_iter().map(|hop| graph.ends(hop).1);
    ends.find(|end| graph.port(*end).kind == PortKind::ServicePort)
}

/// A path that the route takes: what the probe of its backend asks for where the route takes every path, else its own.
fn asked_path<'r>(router: &'r Router, route: &'r RouteKey, probed: Option<&'r str>) -> &'r str {
    let own = route.path.as_deref().unwrap_or("/");
    let takes_all = own == "/" && route.path_type.as_deref() != Some("Exact");
    let others =
        || router.routes.iter().filter(|other| other.host == route.host).filter_map(|other| other.path.as_deref());
    probed.filter(|path| takes_all && !others().any(|other| other != "/" && path.starts_with(other))).unwrap_or(own)
}

/// Requests to a route come encrypted, where it has a listener for such.
pub(in crate::view::doc) fn is_encrypted(graph: &PortGraph, route: PortId) -> bool {
    let matches = graph.hops_to(route).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Match);
    matches.map(|hop| graph.ends(hop).0).any(|from| match &graph.port(from).kind {
        PortKind::Listener(listener) => listener.speaks.is_encrypted(),
        _ => false,
    })
}

/// The URL of a route, quoted for the shell; none for a path that is a pattern.
fn url(route: &RouteKey, path: &str, tls: bool, router: &Router) -> Option<String> {
    let scheme = if tls { "https" } else { "http" };
    let host = match route.host.as_deref() {
        None => router.addresses.first().map_or(ADDRESS.to_owned(), |address| sh_quote(address).into_owned()),
        Some(host) => match host.strip_prefix("*.") {
            Some(domain) => format!("<name>.{}", sh_quote(domain)),
            None => sh_quote(host).into_owned(),
        },
    };
    is_plain_path(path).then(|| format!("{scheme}://{host}{path}"))
}
