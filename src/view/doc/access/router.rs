//! Routers: the line that makes their hosts known to your machine, and a request to each route.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::super::super::shell::sh_quote;
use super::super::Context;
use super::super::asking::{is_plain_path, probed_path};
use super::super::commands::{Part, STEPS, Step};
use super::super::names::behind;
use super::super::placed::Placed;
use super::address;
use crate::graph::{HopKind, Owner, Port, PortGraph, PortId, PortKind, RouteKey, RouterId, common_host};
use crate::manifest::{LookedUp, Router, Takes};

/// What listens, in the words of its commands.
struct Kind {
    title: &'static str,
    text: &'static str,
    /// The address, where the input does not tell it.
    address: &'static str,
}

const INGRESS: Kind = Kind {
    title: "Ingress",
    text: "`kubectl get ingress` shows the address of the controller as ADDRESS. \
           Hosts that DNS does not know yet need a line in `/etc/hosts`.",
    address: "<ingress-ip>",
};

const GATEWAY: Kind = Kind {
    title: "Gateways",
    text: "`kubectl get gateway` shows the address as ADDRESS. Hosts that DNS does not know yet need a line in `/etc/hosts`.",
    address: "<gateway-ip>",
};

const OTHERS: Kind = Kind {
    title: "Other routers",
    text: "The first command tells the address: the EXTERNAL-IP of the controller's own Service, or what the status says. \
           Hosts that DNS does not know yet need a line in `/etc/hosts`.",
    address: "<router-ip>",
};

/// Ingresses.
pub(super) fn ingresses(context: &Context<'_>) -> Option<Part> {
    part(context, &INGRESS, is_ingress)
}

/// Gateways of the Gateway API, and what adds listeners to them.
pub(super) fn gateways(context: &Context<'_>) -> Option<Part> {
    part(context, &GATEWAY, is_gateway)
}

/// Routers of controllers that have ways of their own to tell where they listen.
pub(super) fn others(context: &Context<'_>) -> Option<Part> {
    part(context, &OTHERS, |router| !router.listeners.is_empty() && !is_ingress(router) && !is_gateway(router))
}

fn is_ingress(router: &Router) -> bool {
    router.id.kind == "Ingress"
}

fn is_gateway(router: &Router) -> bool {
    !router.listeners.is_empty() && router.id.group.starts_with("gateway.networking.")
}

fn part(context: &Context<'_>, kind: &Kind, is_it: fn(&Router) -> bool) -> Option<Part> {
    let graph = context.graph;
    let mut steps = Vec::new();
    for (id, router) in graph.routers().filter(|(_, router)| is_it(router)) {
        let routes = routes(graph, id);
        steps.extend(hosts_step(context, kind, router, &routes).map(|step| Placed::new(&router.id.namespace, step)));
        let asked = requests(context, kind, router, &routes);
        steps.extend(asked.into_iter().map(|step| Placed::new(&router.id.namespace, step)));
    }
    context.part(kind.title, kind.text.to_owned(), steps, STEPS)
}

/// A route, and the listener of a router that it is asked through: an encrypted one, where it has one.
struct Asked<'g> {
    route: PortId,
    key: &'g RouteKey,
    listener: &'g Port,
    /// The hosts that listener and route have in common.
    host: Option<&'g str>,
    tls: bool,
}

/// The routes behind the listeners of a router, in the order of keys.
fn routes(graph: &PortGraph, id: RouterId) -> Vec<Asked<'_>> {
    let mut found: BTreeMap<PortId, Asked<'_>> = BTreeMap::new();
    for (from, listener) in graph.ports_of(Owner::Router(id)) {
        let PortKind::Listener(listens) = &listener.kind else { continue };
        let matching = graph.hops_from(from).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Match);
        for route in matching.map(|hop| graph.ends(hop).1) {
            let PortKind::Route(key) = &graph.port(route).kind else { continue };
            let tls = listens.speaks.is_encrypted();
            let host = common_host(listens.host.as_deref(), key.host.as_deref()).unwrap_or(key.host.as_deref());
            if tls || !found.contains_key(&route) {
                found.insert(route, Asked { route, key, listener, host, tls });
            }
        }
    }
    found.into_values().collect()
}

/// Tells the address, and makes the hosts known on the reader's machine. What adds listeners to another router has none of its own.
fn hosts_step(context: &Context<'_>, kind: &Kind, router: &Router, routes: &[Asked<'_>]) -> Option<Step> {
    let has_none = !router.parents.is_empty() && !router.listeners.is_empty();
    if has_none || matches!(router.looked_up, LookedUp::Url(..)) {
        return None;
    }
    let hosts: BTreeSet<&str> = routes.iter().filter_map(|asked| asked.host).collect();
    let hosts: Vec<&str> = hosts.into_iter().filter(|host| !host.starts_with("*.") && !host.is_empty()).collect();
    let known = address::known(context.graph, router).find(|address| address.parse::<IpAddr>().is_ok());
    let which = address::lookup(context, router).filter(|_| known.is_none());
    let line = format!("{} {}", known.unwrap_or(kind.address), hosts.join(" "));
    let line = (!hosts.is_empty()).then(|| format!("echo {} | sudo tee -a /etc/hosts", sh_quote(&line)));
    Some(Step::new(&format!("{} {}", router.id.kind, router.id.name), which.into_iter().chain(line)))
}

/// One request per route, those with the same backend together.
fn requests(context: &Context<'_>, kind: &Kind, router: &Router, routes: &[Asked<'_>]) -> Vec<Step> {
    let graph = context.graph;
    let mut steps: Vec<(String, Vec<String>)> = Vec::new();
    for asked in routes {
        let Some(backend) = backend(graph, asked.route) else { continue };
        let name = behind(graph, backend);
        let path = asked_path(routes, asked, probed_path(graph, backend));
        let Some(command) = asked.command(path, kind, (context, router)) else { continue };
        match steps.iter_mut().find(|(known, _)| *known == name) {
            Some((_, commands)) if commands.contains(&command) => {}
            Some((_, commands)) => commands.push(command),
            None => steps.push((name, vec![command])),
        }
    }
    steps.into_iter().map(|(name, commands)| Step::new(&name, commands)).collect()
}

impl Asked<'_> {
    /// The command that asks: curl for HTTP, nc for all else; none for a path that is a pattern.
    fn command(&self, path: &str, kind: &Kind, (context, router): (&Context<'_>, &Router)) -> Option<String> {
        let host = match self.host {
            None if matches!(router.looked_up, LookedUp::Url(..)) => {
                return Some(format!("curl \"$({})\"", address::lookup(context, router)?));
            }
            None => address::known(context.graph, router)
                .next()
                .map_or(kind.address.to_owned(), |address| sh_quote(address).into_owned()),
            Some(host) => match host.strip_prefix("*.") {
                Some(domain) => format!("<name>.{}", sh_quote(domain)),
                None => sh_quote(host).into_owned(),
            },
        };
        let number = self.listener.number.known();
        let port = number.map_or_else(|| "<port>".to_owned(), |number| number.to_string());
        if self.key.takes != Takes::Http {
            let flags = if self.key.takes == Takes::Udp { "-vzu" } else { "-vz" };
            return Some(format!("nc {flags} {host} {port}"));
        }
        let (scheme, usual) = if self.tls { ("https", 443) } else { ("http", 80) };
        let port = if number == Some(usual) { String::new() } else { format!(":{port}") };
        let method = self.key.conditions.iter().find_map(|condition| condition.strip_prefix("method "));
        let method = method.filter(|method| *method != "GET").map(|method| format!("-X {} ", sh_quote(method)));
        is_plain_path(path).then(|| format!("curl {}{scheme}://{host}{port}{path}", method.unwrap_or_default()))
    }
}

/// The Service port behind a route, where there is one.
fn backend(graph: &PortGraph, route: PortId) -> Option<PortId> {
    let mut ends = graph.hops_from(route).into_iter().map(|hop| graph.ends(hop).1);
    ends.find(|end| graph.port(*end).kind == PortKind::ServicePort)
}

/// A path that the route takes: what the probe of its backend asks for where the route takes every path, else its own.
fn asked_path<'r>(routes: &'r [Asked<'_>], asked: &'r Asked<'_>, probed: Option<&'r str>) -> &'r str {
    let own = asked.key.path.as_deref().unwrap_or("/");
    let takes_all = own == "/" && asked.key.path_type.as_deref() != Some("Exact");
    let others =
        || routes.iter().filter(|other| other.key.host == asked.key.host).filter_map(|other| other.key.path.as_deref());
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
