//! Routers: listeners, routes and the Service ports behind them (SEMANTICS §4).

use std::collections::HashMap;

use super::resolve::{Builder, Draft};
use super::{External, HopKind, How, ListenerKind, Missing, Number, Owner, Port, PortKind, RouteKey, RouterId};
use crate::manifest::{Backend, PortRef, Protocol, Roles, Route, Router, Service, ServiceRef};

/// Services by namespace and name.
pub(super) type ServiceIndex<'r> = HashMap<(&'r str, &'r str), usize>;

/// Indexes the Services.
pub(super) fn index_services(roles: &Roles) -> ServiceIndex<'_> {
    roles
        .services
        .iter()
        .enumerate()
        .map(|(at, service)| ((service.id.namespace.as_str(), service.id.name.as_str()), at))
        .collect()
}

/// Adds every router.
pub(super) fn add(roles: &Roles, builder: &mut Builder) {
    let services = index_services(roles);
    for (id, router) in (0..).map(RouterId).zip(&roles.routers) {
        add_router(id, router, roles, &services, builder);
    }
}

fn add_router(id: RouterId, router: &Router, roles: &Roles, services: &ServiceIndex<'_>, builder: &mut Builder) {
    let owner = Owner::Router(id);
    let mut listeners = Vec::with_capacity(router.listeners.len());
    for listener in &router.listeners {
        let kind = PortKind::Listener(ListenerKind { tls: listener.tls, assumed: listener.assumed });
        let port = Port {
            owner,
            kind,
            number: Number::Known(listener.number),
            protocol: Protocol::Tcp,
            name: None,
            at: Some(listener.at),
        };
        let draft = builder.port(port);
        let how = if listener.assumed { How::Defaulted } else { How::Stated };
        let client = builder.client(Owner::Outside);
        builder.hop(client, draft, HopKind::Enter, how, Some(listener.at));
        listeners.push((draft, listener.tls));
    }
    for route in &router.routes {
        let key = RouteKey { host: route.host.clone(), path: route.path.clone(), path_type: route.path_type.clone() };
        let draft = builder.shared(owner, PortKind::Route(key), Number::Unknown, Protocol::Tcp, Some(route.at));
        for (listener, tls) in &listeners {
            if !tls || route.tls {
                builder.hop(*listener, draft, HopKind::Match, How::Stated, Some(route.at));
            }
        }
        add_backend(draft, route, roles, services, builder);
    }
}

fn add_backend(from: Draft, route: &Route, roles: &Roles, services: &ServiceIndex<'_>, builder: &mut Builder) {
    match &route.backend {
        Backend::Object(kind, name) => {
            let kind = PortKind::External(External::Object(kind.clone(), name.clone()));
            let to = builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, Some(route.at));
            builder.hop(from, to, HopKind::Route, How::Stated, Some(route.at));
        }
        Backend::Service(reference) => {
            let (to, how) = service_port(reference, roles, services, builder);
            // What names nothing is the Service, not its port.
            let at = if index(reference, services).is_some() { reference.at } else { reference.service_at };
            builder.hop(from, to, HopKind::Route, how, Some(at));
        }
    }
}

/// Which Service a reference names, where it is in the input.
fn index(reference: &ServiceRef, services: &ServiceIndex<'_>) -> Option<usize> {
    services.get(&(reference.namespace.as_str(), reference.service.as_str())).copied()
}

/// The Service port of a reference, or the hole where it should be.
fn service_port(
    reference: &ServiceRef,
    roles: &Roles,
    services: &ServiceIndex<'_>,
    builder: &mut Builder,
) -> (Draft, How) {
    let ServiceRef { namespace, service: name, port, at, .. } = reference;
    let Some(index) = index(reference, services) else {
        let kind = PortKind::Missing(Missing::Service(namespace.clone(), name.clone()));
        let at = Some(reference.service_at);
        return (builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, at), How::Stated);
    };
    if let Some((position, how)) = position(&roles.services[index], port.as_ref()) {
        return (builder.services[index][position], how);
    }
    let port = port.clone().unwrap_or(PortRef::Name(String::new()));
    let kind = PortKind::Missing(Missing::ServicePort(namespace.clone(), name.clone(), port));
    (builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, Some(*at)), How::Stated)
}

/// Where in the Service's list the port stands: by `port` number or by port name (ING-02), TCP first; the only one where none is stated.
fn position(service: &Service, port: Option<&PortRef>) -> Option<(usize, How)> {
    let ports = || service.ports.iter().enumerate();
    let first = |matching: Vec<usize>| {
        let tcp = matching.iter().find(|at| service.ports[**at].protocol == Protocol::Tcp);
        tcp.or(matching.first()).copied()
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
