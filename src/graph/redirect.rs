//! Redirects: the listener that a client is sent to, or the hole where it should be (RT-11).

use hashbrown::{HashMap, HashSet};

use super::attach::{Parents, Reached, no_listener};
use super::host::covers;
use super::resolve::{Builder, Draft};
use super::{Evidence, External, Hop, HopKind, How, Missing, Number, Owner, PortKind, Refused, RouterId};
use crate::manifest::{Listener, Protocol, Redirect, Roles, Route, Router, Speaks};

/// What is known of all routers together.
pub(super) struct Redirects<'r> {
    roles: &'r Roles,
    /// The hosts that some router of the input serves.
    hosts: HashSet<&'r str>,
    /// The routers that listen at the same address, by each of them: a Gateway and those that add listeners to it.
    together: HashMap<RouterId, Vec<RouterId>>,
}

impl<'r> Redirects<'r> {
    pub(super) fn new(roles: &'r Roles, parents: &Parents<'_>) -> Self {
        let routes = || roles.routers.iter().flat_map(|router| &router.routes);
        if routes().all(|route| route.redirect.is_none()) {
            return Self { roles, hosts: HashSet::new(), together: HashMap::new() };
        }
        let routes = routes().filter_map(|route| route.host.as_deref());
        let listeners = roles.routers.iter().flat_map(|router| &router.listeners);
        let hosts = routes.chain(listeners.filter_map(|listener| listener.host.as_deref())).collect();
        let mut groups: HashMap<RouterId, Vec<RouterId>> = HashMap::new();
        for (id, router) in (0..).map(RouterId).zip(&roles.routers).filter(|(_, router)| !router.listeners.is_empty()) {
            let root = router.parents.iter().find_map(|parent| parents.find(parent)).map_or(id, |(root, _)| root);
            groups.entry(root).or_default().push(id);
        }
        let together =
            groups.into_values().flat_map(|group| group.clone().into_iter().map(move |id| (id, group.clone())));
        Self { roles, hosts, together: together.collect() }
    }

    /// Where the redirect of a route leads, for each listener that the route is reached through.
    pub(super) fn add(
        &self,
        route: &Route,
        from: Draft,
        reached: &[Reached],
        listeners: &[Vec<Draft>],
        builder: &mut Builder,
    ) {
        let Some(redirect) = &route.redirect else { return };
        for one in reached {
            let Some(router) = self.roles.routers.get(one.router.0 as usize) else { continue };
            let Some(listener) = router.listeners.get(one.listener) else { continue };
            let to = self.target(route, redirect, (one.router, router, listener), listeners, builder);
            let evidence =
                Evidence { place: format!("redirect {}", redirect.status).into(), text: written(redirect).into() };
            let (at, how) = (Some(redirect.at), How::Stated);
            builder.whole_hop(
                from,
                to,
                Hop { kind: HopKind::Redirect, how, evidence: Some(Box::new(evidence)), parting: None, at },
            );
        }
    }

    fn target(
        &self,
        route: &Route,
        redirect: &Redirect,
        (id, router, listener): (RouterId, &Router, &Listener),
        listeners: &[Vec<Draft>],
        builder: &mut Builder,
    ) -> Draft {
        let speaks = speaks(redirect, listener);
        let port = port(redirect, listener);
        let host = redirect.host.as_deref().or(route.host.as_deref());
        let leaves = redirect.host.as_deref().is_some_and(|host| !self.serves(host));
        let at = Some(redirect.at);
        let found = if leaves || router.elsewhere { None } else { self.listener(id, speaks, port) };
        if let Some((id, index)) = found {
            return listeners[id.0 as usize][index];
        }
        // Another host may be served at another address.
        if router.elsewhere || redirect.host.as_ref().is_some_and(|host| Some(host.as_str()) != route.host.as_deref()) {
            let kind = PortKind::External(External::Name(host.unwrap_or("the same host").into()));
            let number = port.map_or(Number::Unknown, Number::Known);
            return builder.shared(Owner::Elsewhere, kind, number, Protocol::Tcp, at);
        }
        let kind = PortKind::Missing(Missing::Listener(Box::new(no_listener(router, Refused::Unmatched(None, port)))));
        builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, at)
    }

    /// The listener of this number at the same address.
    fn listener(&self, id: RouterId, speaks: Speaks, port: Option<u16>) -> Option<(RouterId, usize)> {
        let together = self.together.get(&id)?;
        let first = |id: &RouterId| {
            let router = self.roles.routers.get(id.0 as usize)?;
            let is_it = |listener: &Listener| listener.number == port && listener.speaks == speaks;
            router.listeners.iter().position(is_it).map(|index| (*id, index))
        };
        first(&id).or_else(|| together.iter().find_map(first))
    }

    /// Does some router of the input serve the host?
    fn serves(&self, host: &str) -> bool {
        let mut parents = host.match_indices('.').map(|(at, _)| format!("*{}", &host[at..]));
        self.hosts.contains(host) || parents.any(|parent| self.hosts.contains(parent.as_str()) && covers(&parent, host))
    }
}

fn speaks(redirect: &Redirect, listener: &Listener) -> Speaks {
    match redirect.scheme.as_deref() {
        Some("https") => Speaks::Https,
        Some("http") => Speaks::Http,
        _ => listener.speaks,
    }
}

/// The stated port, else that of a stated scheme, else that of the listener.
fn port(redirect: &Redirect, listener: &Listener) -> Option<u16> {
    redirect.port.or(match redirect.scheme.as_deref() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => listener.number,
    })
}

/// What is stated of the new address.
fn written(redirect: &Redirect) -> String {
    let Redirect { scheme, host, port, path, .. } = redirect;
    let path = path.as_deref().unwrap_or_default();
    if let Some(host) = host {
        let scheme = scheme.as_deref().map(|scheme| format!("{scheme}://")).unwrap_or_default();
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        return format!("{scheme}{host}{port}{path}");
    }
    let port = port.map(|port| format!("port {port}"));
    let parts = [scheme.clone(), port, Some(path.to_owned()).filter(|path| !path.is_empty())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
