//! Redirects: a router answers with another address, and the client asks there (RT-11).

use std::collections::BTreeSet;

use super::approach::listed;
use super::request::{Request, Routed};
use super::scene::{Lines, Part, Role, Station, Teller, Turn};
use super::speech::lines;
use super::{hole, router};
use crate::graph::{HopId, HopKind, Owner, Port, PortGraph, PortId, PortKind, RouteKey, common_host};
use crate::manifest::{Redirect, Speaks};
use crate::view::words;

/// The hop of a route that answers with a redirect.
pub(super) fn hop(graph: &PortGraph, route: PortId) -> Option<HopId> {
    graph.hops_from(route).into_iter().find(|hop| graph.hop(*hop).kind == HopKind::Redirect)
}

/// Where a request that is answered with a redirect goes on; `None` for every other one.
pub(super) fn turn(graph: &PortGraph, request: &Request, router: &Station) -> Option<Turn> {
    let routed = *request.routes.first()?;
    let last = request.trunk.last()?;
    let to = graph.ends(hop(graph, *last)?).1;
    let (key, stated) = stated(graph, routed.route)?;
    let new = New { graph, request, routed, key, stated };
    let told = vec![status(stated.status), format!("Location: {}", new.location())];
    let port = graph.port(to);
    let (to, answer) = match &port.kind {
        PortKind::Listener(_) => new.to_listener(to, router),
        PortKind::Missing(missing) => {
            let (station, _) = hole::station(graph, request, missing);
            (Station { arrival: new.arrival(port), ..station }, None)
        }
        _ => new.to_elsewhere(port),
    };
    Some(Turn { told, to, answer })
}

/// What the manifest says of a route's redirect.
fn stated(graph: &PortGraph, route: PortId) -> Option<(&RouteKey, &Redirect)> {
    let port = graph.port(route);
    let (Owner::Router(id), PortKind::Route(key)) = (port.owner, &port.kind) else { return None };
    let route = graph.router(id).routes.iter().find(|route| RouteKey::from(*route) == **key)?;
    Some((key, route.redirect.as_ref()?))
}

/// The first line of the answer, in HTTP's own words.
fn status(code: u16) -> String {
    let word = match code {
        301 => " Moved Permanently",
        302 => " Found",
        303 => " See Other",
        307 => " Temporary Redirect",
        308 => " Permanent Redirect",
        _ => "",
    };
    format!("{code}{word}")
}

/// The client's new request.
struct New<'g> {
    graph: &'g PortGraph,
    request: &'g Request,
    routed: Routed,
    key: &'g RouteKey,
    stated: &'g Redirect,
}

impl New<'_> {
    /// Host, path, scheme and port as far as they are stated; all else stays what it was.
    fn location(&self) -> String {
        let asked = self.graph.port(self.routed.listener);
        let scheme = self.scheme();
        let usual = if scheme == "https" { 443 } else { 80 };
        let kept = if self.stated.scheme.is_none() { asked.number.known() } else { None };
        let port = self.stated.port.or(kept).filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let host = self.host().unwrap_or("(same host)");
        format!("{scheme}://{host}{port}{}", self.path())
    }

    /// The stated scheme, else that of the request.
    fn scheme(&self) -> &str {
        self.stated.scheme.as_deref().unwrap_or(match &self.graph.port(self.routed.listener).kind {
            PortKind::Listener(listener) if listener.speaks == Speaks::Https => "https",
            _ => "http",
        })
    }

    /// The stated host, else the one that all its routes have.
    fn host(&self) -> Option<&str> {
        let keys = self.request.routes.iter().map(|routed| match &self.graph.port(routed.route).kind {
            PortKind::Route(key) => key.host.as_deref(),
            _ => None,
        });
        let is_one = keys.collect::<BTreeSet<_>>().len() == 1;
        self.stated.host.as_deref().or(self.key.host.as_deref().filter(|_| is_one))
    }

    fn path(&self) -> &str {
        self.stated.path.as_deref().or(self.key.path.as_deref()).unwrap_or_default()
    }

    /// `HTTPS GET /`, `port 443`
    fn arrival(&self, to: &Port) -> Lines {
        let scheme = self.scheme().to_uppercase();
        let first = router::first_line(&scheme, "GET", self.path());
        let port = to.number.known().or(self.stated.port).unwrap_or(if scheme == "HTTPS" { 443 } else { 80 });
        vec![first, format!("port {port}")]
    }

    /// Another listener of the same address: mostly of the router that answered.
    fn to_listener(&self, to: PortId, router: &Station) -> (Station, Option<Lines>) {
        let port = self.graph.port(to);
        let is_same = port.owner == self.graph.port(self.routed.listener).owner;
        let part = if is_same { router.part.clone() } else { self.other(port) };
        let behind = listed(self.behind(to));
        let (note, answer) = if behind.is_empty() {
            (lines(["no other route", "takes the new request"]), "404 Not Found")
        } else {
            let goes_on = if behind.len() == 1 { "goes on to" } else { "goes on to one of" };
            (std::iter::once(goes_on.to_owned()).chain(behind).collect(), "Response")
        };
        let arrival = self.arrival(port);
        (Station { part, arrival, notes: vec![note], tells: Teller::Router }, Some(lines([answer])))
    }

    /// A router that only the new request meets; its kind tells it from one of the same name.
    fn other(&self, port: &Port) -> Part {
        let name = self.graph.object(port.owner).map(|id| vec![id.name.to_string(), id.kind.to_string()]);
        Part { role: Role::Router, name: name.unwrap_or_default(), label: vec![words::title(self.graph, port.owner)] }
    }

    /// Where requests for this host go from the new listener.
    fn behind(&self, listener: PortId) -> Vec<String> {
        let ends = |hop: &HopId| self.graph.ends(*hop).1;
        let routes = self.graph.hops_from(listener).into_iter().map(|hop| ends(&hop));
        let hops = routes.filter(|route| self.is_for_it(*route)).flat_map(|route| self.graph.hops_from(route));
        let hops = hops.filter(|hop| self.graph.hop(*hop).kind == HopKind::Route);
        let titles = hops.map(|hop| end(self.graph, self.graph.port(ends(&hop))));
        titles.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn is_for_it(&self, route: PortId) -> bool {
        let PortKind::Route(key) = &self.graph.port(route).kind else { return false };
        common_host(key.host.as_deref(), self.host()).is_ok()
    }

    /// Out of these manifests.
    fn to_elsewhere(&self, port: &Port) -> (Station, Option<Lines>) {
        let host = self.host().unwrap_or("(same host)").to_owned();
        let station = Station {
            part: Part { role: Role::Backend, name: vec![host.clone()], label: lines(["Elsewhere", &host]) },
            arrival: self.arrival(port),
            notes: vec![lines(["not in these manifests"])],
            tells: Teller::Connection,
        };
        (station, Some(lines(["Response"])))
    }
}

fn end(graph: &PortGraph, port: &Port) -> String {
    match &port.kind {
        PortKind::Missing(missing) => missing.to_string(),
        PortKind::External(target) => words::external(target, port),
        _ => words::title(graph, port.owner),
    }
}
