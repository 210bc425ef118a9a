//! Chains: the ports of a way, in words and on one line.

use std::collections::BTreeSet;

use super::super::plain::plain;
use super::super::{namesakes, replicas, words};
use super::draw::{Signs, Twig};
use crate::graph::{HopId, HopKind, HostPortFrom, Owner, Port, PortGraph, PortId, PortKind};

/// Columns of a line, the indentation of its namespace and branch aside; longer ones are broken in front of their end.
const WIDTH: usize = 98;

/// Of more ends those that only numbers in names tell apart are told once.
const MANY_ENDS: usize = 12;

/// What the texts of one namespace depend on.
pub(super) struct Scope<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) signs: &'g Signs,
    pub(super) namespace: &'g str,
}

impl Scope<'_> {
    /// A chain of ports that ends in these hops: one line where there is one end and room for it, else a line per end below it.
    /// Ends that were drawn before are only referred to.
    pub(super) fn chain(&self, ports: &[PortId], ends: &[HopId], depth: usize, drawn: &mut BTreeSet<PortId>) -> Twig {
        let arrow = self.signs.arrow;
        let said =
            |(at, id): (usize, &PortId)| format!("{}{}", self.port(*id), self.part(*id, ports.get(at + 1).copied()));
        let line = ports.iter().enumerate().map(said).collect::<Vec<_>>().join(&format!(" {arrow} "));
        let last = ports.last();
        let mut ends: Vec<String> =
            ends.iter().map(|hop| format!("{arrow} {}", self.end(last.copied(), self.graph.ends(*hop).1))).collect();
        if ends.len() > MANY_ENDS {
            ends = replicas::folded(ends, |_| (), |end| vec![end]);
        }
        if let [end] = ends.as_slice() {
            let whole = format!("{line} {end}");
            if whole.chars().count() + 3 * depth <= WIDTH {
                return Twig::leaf(whole);
            }
        }
        if ends.len() > 1 && last.is_some_and(|last| !drawn.insert(*last)) {
            return Twig::leaf(format!("{line} (targets as above)"));
        }
        Twig { text: line, twigs: ends.into_iter().map(Twig::leaf).collect() }
    }

    /// The end of a chain. A name that the port in front has too says nothing new.
    fn end(&self, before: Option<PortId>, id: PortId) -> String {
        let port = self.graph.port(id);
        let is_repeated = before.is_some_and(|before| self.graph.port(before).name == port.name);
        match &port.kind {
            PortKind::ContainerPort(container) => {
                let number = if is_repeated { numbered(&unnamed(port)) } else { numbered(port) };
                let undeclared = if container.declared { "" } else { " (undeclared)" };
                format!("{} {number}{undeclared}", self.title(port.owner))
            }
            _ => self.port(id),
        }
    }

    /// A port in words, with its owner.
    pub(super) fn port(&self, id: PortId) -> String {
        let port = self.graph.port(id);
        let number = words::number(port.number, port.protocol);
        let on = |ip: Option<&str>| ip.map_or(number.clone(), |ip| plain(&words::address(ip, port)));
        match &port.kind {
            PortKind::Client => self.title(port.owner),
            PortKind::HostMapping(mapping) => plain(&words::host_address(mapping.listen.as_deref(), port)),
            PortKind::LoadBalancer => self.balancer(port),
            PortKind::ExternalIp(ip) => format!("externalIP {}", on(Some(ip))),
            PortKind::NodePort(_) => format!("nodePort {number}"),
            PortKind::HostPort(ip, HostPortFrom::HostPort) => format!("hostPort {}", on(ip.as_deref())),
            PortKind::HostPort(ip, HostPortFrom::HostNetwork) => format!("hostNetwork {}", on(ip.as_deref())),
            PortKind::Listener(_) => format!("{} :{number}", self.title(port.owner)),
            PortKind::Route(route) => match port.owner {
                Owner::Router(id) if self.graph.router(id).attaches() => {
                    format!("{}: {}", self.title(port.owner), plain(&words::route(route)))
                }
                _ => plain(&words::route(route)),
            },
            PortKind::ServicePort if self.is_portless(port) => self.title(port.owner),
            PortKind::ServicePort | PortKind::ContainerPort(_) => {
                format!("{} {}", self.title(port.owner), numbered(port))
            }
            PortKind::External(target) => plain(&words::external(target, port)),
            PortKind::Missing(missing) => format!("{} {}", self.signs.hole, plain(&missing.to_string())),
        }
    }

    /// Behind a route: the part of its requests that goes on to this port, where else they are mirrored to, or the redirect.
    fn part(&self, route: PortId, next: Option<PortId>) -> String {
        if !matches!(self.graph.port(route).kind, PortKind::Route(_)) {
            return String::new();
        }
        let mut parts = Vec::new();
        for id in self.graph.hops_from(route) {
            let (hop, to) = (self.graph.hop(id), self.graph.ends(id).1);
            parts.extend(match hop.kind {
                HopKind::Mirror => Some(format!("mirrored to {}", self.port(to))),
                HopKind::Route if next != Some(to) => None,
                _ => words::part(hop).map(|part| plain(&part)),
            });
        }
        parts.dedup();
        if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) }
    }

    /// A route that no listener takes, with the backends it would have.
    pub(super) fn lost(&self, route: PortId) -> Twig {
        let missing = plain(&words::reached_on(self.graph, route));
        let hops = self.graph.hops_from(route).into_iter().filter(|hop| self.graph.hop(*hop).kind == HopKind::Route);
        let to: Vec<String> = hops.map(|hop| self.port(self.graph.ends(hop).1)).collect();
        let arrow = if to.is_empty() { String::new() } else { format!(" {} {}", self.signs.arrow, to.join(", ")) };
        Twig::leaf(format!("{} {missing}{arrow}", self.port(route)))
    }

    fn is_portless(&self, port: &Port) -> bool {
        matches!(port.owner, Owner::Service(id) if self.graph.service(id).ports.is_empty())
    }

    fn balancer(&self, port: &Port) -> String {
        let Owner::Service(id) = port.owner else { return format!("LoadBalancer {}", numbered(port)) };
        let service = self.graph.service(id);
        let title = if service.internal { "internal LoadBalancer" } else { "LoadBalancer" };
        match service.balancer_addresses.first() {
            Some(address) => format!("{title} {}", plain(&words::address(address, port))),
            None => format!("{title} {}", numbered(port)),
        }
    }

    /// Kind and name of an owner, with its namespace where that is another one.
    pub(super) fn title(&self, owner: Owner) -> String {
        let object = self.graph.object(owner);
        let title = match object {
            Some(id) if !id.namespace.is_empty() && id.namespace != self.namespace => {
                format!("{id}{}", namesakes::behind(self.graph, owner))
            }
            _ => words::title(self.graph, owner),
        };
        let is_headless = matches!(owner, Owner::Service(id) if self.graph.service(id).headless);
        plain(&if is_headless { format!("{title} (headless)") } else { title })
    }
}

/// A number as the end of an address: `:80`, `:53/UDP (dns)`, `:?`.
pub(super) fn numbered(port: &Port) -> String {
    plain(&format!(":{}", words::port(port)))
}

fn unnamed(port: &Port) -> Port {
    Port { name: None, ..port.clone() }
}
