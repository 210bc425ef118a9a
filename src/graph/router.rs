//! Routers: listeners, routes and the Service ports behind them (SEMANTICS §4, §5).

mod chosen;

use super::alias;
use super::attach::{self, Parents, Reached};
use super::endpoint_ports;
use super::grants::Grants;
use super::outside::Outside;
use super::redirect::Redirects;
use super::resolve::{Builder, Draft};
use super::{
    External, Hop, HopKind, How, ListenerKey, Missing, Number, Owner, Parting, Port, PortKind, RouterId, Selected,
    ServiceId, ServicesByName, Share,
};
use crate::manifest::{
    Backend, Crossing, Listener, PortRef, Protocol, Purpose, Roles, Route, Router, Service, ServiceRef, ServiceType,
    Target,
};
use crate::source::Span;
use chosen::Chosen;

/// What routers are joined with.
struct Context<'r> {
    services: &'r ServicesByName<'r>,
    selected: &'r Selected,
    grants: Grants<'r>,
    outside: Outside<'r>,
}

/// Adds every router.
pub(super) fn add(roles: &Roles, services: &ServicesByName<'_>, selected: &Selected, builder: &mut Builder) {
    let (grants, outside) = (Grants::new(&roles.grants), Outside::new(roles));
    let context = Context { services, selected, grants, outside };
    let parents = Parents::new(roles);
    let redirects = Redirects::new(roles, &parents);
    let routers = || (0..).map(RouterId).zip(&roles.routers);
    let listeners: Vec<Vec<Draft>> =
        routers().map(|(id, router)| add_listeners(id, router, &parents, builder)).collect();
    for (id, router) in routers() {
        let routes: Vec<Draft> = router.routes.iter().map(|route| add_route(id, route, builder)).collect();
        let mut reached = if router.listeners.is_empty() {
            attach::add(router, &routes, &listeners, &parents, builder)
        } else {
            add_own(id, router, &routes, &listeners, builder)
        };
        reached.sort_by_key(|one| one.route);
        let start = |route: usize| reached.partition_point(|one| one.route < route);
        for (index, (route, draft)) in router.routes.iter().zip(&routes).enumerate() {
            context.add_backends(*draft, router, route, builder);
            redirects.add(route, *draft, &reached[start(index)..start(index + 1)], &listeners, builder);
        }
    }
}

/// The listeners of a router; those that its parent does not take have a hole in front of them instead of clients.
fn add_listeners(id: RouterId, router: &Router, parents: &Parents<'_>, builder: &mut Builder) -> Vec<Draft> {
    let adopted = if router.listeners.is_empty() { Ok(How::Stated) } else { parents.adopted(router) };
    let mut drafts = Vec::with_capacity(router.listeners.len());
    for listener in &router.listeners {
        let draft = add_listener(id, listener, builder);
        if let (true, false, Some(number)) = (listener.assumed, router.elsewhere, listener.number) {
            let known = builder.listeners.entry((number, listener.speaks.protocol())).or_default();
            known.push((router.class, draft));
        }
        let at = Some(listener.at);
        match &adopted {
            Ok(certain) => {
                let how = match (router.elsewhere, listener.assumed) {
                    (true, _) => How::Assumed,
                    (false, true) => How::Defaulted,
                    (false, false) => *certain,
                };
                let client = builder.client(Owner::Outside);
                builder.hop(client, draft, HopKind::Enter, how, at);
            }
            Err(missing) => {
                let kind = PortKind::Missing(Missing::Listener(Box::new(missing.clone())));
                let hole = builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, at);
                builder.hop(hole, draft, HopKind::Match, How::Stated, at);
            }
        }
        drafts.push(draft);
    }
    drafts
}

fn add_listener(id: RouterId, listener: &Listener, builder: &mut Builder) -> Draft {
    let kind = PortKind::Listener(Box::new(ListenerKey {
        speaks: listener.speaks,
        passthrough: listener.passthrough,
        name: listener.name,
        host: listener.host,
        assumed: listener.assumed,
    }));
    builder.port(Port {
        owner: Owner::Router(id),
        kind,
        number: listener.number.map_or(Number::Unknown, Number::Known),
        protocol: listener.speaks.protocol(),
        name: listener.name,
        at: Some(listener.at),
    })
}

fn add_route(id: RouterId, route: &Route, builder: &mut Builder) -> Draft {
    let kind = PortKind::Route(Box::new(route.into()));
    builder.shared(Owner::Router(id), kind, Number::Unknown, route.takes.protocol(), Some(route.at))
}

/// Joins the routes of a router to its own listeners.
fn add_own(
    id: RouterId,
    router: &Router,
    routes: &[Draft],
    listeners: &[Vec<Draft>],
    builder: &mut Builder,
) -> Vec<Reached> {
    let mut reached = Vec::new();
    for (index, (route, draft)) in router.routes.iter().zip(routes).enumerate() {
        for (number, listener) in router.listeners.iter().enumerate() {
            let is_for = !router.paired || index == number;
            if is_for && router.lets_in(listener, route) && (route.tls || !listener.speaks.is_encrypted()) {
                let from = listeners[id.0 as usize][number];
                builder.hop(from, *draft, HopKind::Match, How::Stated, Some(route.at));
                reached.push(Reached { router: id, listener: number, route: index, how: How::Stated });
            }
        }
    }
    reached
}

impl<'r> Context<'r> {
    fn add_backends(&self, from: Draft, router: &Router, route: &Route, builder: &mut Builder) {
        let mut chosen: Vec<Chosen<'_>> = Vec::new();
        for backend in &route.backends {
            let targets = self.targets(router, route, backend, builder);
            chosen.extend(targets.into_iter().map(|(to, how)| Chosen { to, how, backend }));
        }
        let targets = chosen::by_target(&mut chosen);
        let forwards = targets
            .iter()
            .filter(|target| target.first().is_some_and(|first| first.backend.purpose == Purpose::Forward));
        let (count, of) = forwards.fold((0, 0), |(count, sum), target| (count + 1, sum + chosen::weight(target)));
        for target in targets {
            let [first, ..] = target else { continue };
            let weight = chosen::weight(target);
            let (kind, share) = match first.backend.purpose {
                Purpose::Mirror => (HopKind::Mirror, None),
                Purpose::Forward if count == 1 && weight > 0 => (HopKind::Route, None),
                Purpose::Forward => (HopKind::Route, Some(Share { weight, of })),
            };
            let at = Some(self.place(route, first.backend));
            let parting = Parting::new(share, chosen::subsets(target, of));
            builder.whole_hop(from, first.to, Hop { kind, how: first.how, evidence: None, parting, at });
        }
    }

    fn targets(&self, router: &Router, route: &Route, backend: &Backend, builder: &mut Builder) -> Vec<(Draft, How)> {
        let protocol = route.takes.protocol();
        let mut external = |kind, number, at| {
            let kind = PortKind::External(kind);
            vec![(builder.shared(Owner::Elsewhere, kind, number, protocol, Some(at)), How::Stated)]
        };
        match &backend.to {
            Target::Object { kind, name } => {
                external(External::Object(kind.as_str().into(), name.as_str().into()), Number::Unknown, route.at)
            }
            Target::Host { host, port, at } if self.outside.knows(host) => {
                vec![(self.outside.port(host, *port, *at, builder), How::Stated)]
            }
            Target::Host { host, port, at } => {
                external(External::Name(*host), port.map_or(Number::Unknown, Number::Known), *at)
            }
            Target::Router(id, at) => {
                let kind = PortKind::Missing(Missing::Router(Box::new(id.clone())));
                vec![(builder.shared(Owner::Elsewhere, kind, Number::Unknown, protocol, Some(*at)), How::Stated)]
            }
            Target::Service(reference) => vec![self.service_port(router, route, reference, builder)],
            Target::Endpoints(reference) => self.endpoints(route, reference, builder),
        }
    }

    /// The Service ports that lead to the endpoints of a reference, or the hole where one should be.
    fn endpoints(&self, route: &Route, reference: &ServiceRef, builder: &mut Builder) -> Vec<(Draft, How)> {
        let ServiceRef { namespace, service: name, port, .. } = reference;
        let protocol = route.takes.protocol();
        let found = self.service(reference);
        if let Some((id, service)) = found {
            let selected = self.selected.by(id);
            let positions = endpoint_ports::positions(service, selected, port.as_ref(), protocol, builder);
            if !positions.is_empty() {
                return positions.into_iter().map(|(at, how)| (builder.services[id.0 as usize][at], how)).collect();
            }
        }
        let missing = match (found, port) {
            (None, _) => Missing::service(namespace, name),
            (Some((id, _)), Some(PortRef::Number(number))) => Missing::EndpointNumber(id, *number),
            (Some(_), port) => {
                let port = port.clone().unwrap_or(PortRef::Name("".into()));
                Missing::service_port(namespace, name, port)
            }
        };
        let at = Some(self.place_of(reference));
        let hole = builder.shared(Owner::Elsewhere, PortKind::Missing(missing), Number::Unknown, protocol, at);
        vec![(hole, How::Stated)]
    }

    /// The Service port of a reference, or the hole where it should be.
    fn service_port(
        &self,
        router: &Router,
        route: &Route,
        reference: &ServiceRef,
        builder: &mut Builder,
    ) -> (Draft, How) {
        let ServiceRef { namespace, service: name, port, .. } = reference;
        let protocol = route.takes.protocol();
        let at = Some(self.place_of(reference));
        let mut hole = |missing| {
            let kind = PortKind::Missing(missing);
            (builder.shared(Owner::Elsewhere, kind, Number::Unknown, protocol, at), How::Stated)
        };
        let Some((id, service)) = self.service(reference) else {
            return hole(Missing::service(namespace, name));
        };
        let is_foreign = router.crossing == Crossing::Granted && !router.in_mesh;
        if is_foreign && !self.grants.allow_named(&router.id, ("", "Service", namespace, name)) {
            return hole(Missing::Grant(namespace.as_str().into(), name.as_str().into()));
        }
        if let Some((position, how)) = position(service, port.as_ref(), protocol) {
            // Where the API lets the port be left out, the only one is its default.
            let is_default = port.is_none() && router.crossing == Crossing::Free;
            return (builder.services[id.0 as usize][position], if is_default { How::Defaulted } else { how });
        }
        if service.kind == ServiceType::ExternalName && service.ports.is_empty() {
            // What a controller makes of an alias is its own affair (EN-05).
            return (alias::any_port(id, service, builder), How::Assumed);
        }
        let port = port.clone().unwrap_or(PortRef::Name("".into()));
        hole(Missing::service_port(namespace, name, port))
    }

    /// Which Service a reference names, where it is in the input.
    fn service(&self, reference: &ServiceRef) -> Option<(ServiceId, &'r Service)> {
        self.services.get(&reference.namespace, &reference.service)
    }

    fn place(&self, route: &Route, backend: &Backend) -> Span {
        match &backend.to {
            Target::Service(reference) | Target::Endpoints(reference) => self.place_of(reference),
            Target::Host { at, .. } | Target::Router(_, at) => *at,
            Target::Object { .. } => route.at,
        }
    }

    /// What names nothing is the Service, not its port.
    fn place_of(&self, reference: &ServiceRef) -> Span {
        if self.service(reference).is_some() { reference.at } else { reference.service_at }
    }
}

/// Where in the Service's list the port stands: by `port` number or by port name (ING-02), that of the route's protocol first; the only one
/// where none is stated.
pub(super) fn position(service: &Service, port: Option<&PortRef>, protocol: Protocol) -> Option<(usize, How)> {
    let ports = || service.ports.iter().enumerate();
    let first = |matching: Vec<usize>| {
        let same = matching.iter().find(|at| service.ports[**at].protocol == protocol);
        same.or(matching.first()).copied()
    };
    match port {
        Some(PortRef::Number(number)) => {
            first(ports().filter(|(_, port)| port.number == *number).map(|(at, _)| at).collect())
                .map(|at| (at, How::Stated))
        }
        Some(PortRef::Name(name)) => {
            first(ports().filter(|(_, port)| port.name.as_ref() == Some(name)).map(|(at, _)| at).collect())
                .map(|at| (at, How::Named))
        }
        None if service.ports.len() == 1 => Some((0, How::Assumed)),
        None => None,
    }
}
