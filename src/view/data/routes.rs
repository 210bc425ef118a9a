//! `routes`: where Ingresses and other routers send requests, one entry per host, path and backend.

use std::ops::Range;

use super::model::{Backend, Object, OtherObject, Places, Redirect, Route, RouteListener};
use crate::graph::{Owner, Port, PortGraph, PortId, PortKind, RouteKey, RouterId};
use crate::manifest::{self, ObjectId, PortRef, Purpose, ServiceRef, Target};

/// The routes of routers, by host, path and backend.
pub(super) fn routes<'g>(graph: &'g PortGraph, places: Places<'g>, ids: Range<u32>) -> impl Iterator<Item = Route<'g>> {
    ids.map(RouterId).flat_map(move |id| of_router(graph, places, id, graph.router(id)))
}

fn of_router<'g>(
    graph: &'g PortGraph,
    places: Places<'g>,
    id: RouterId,
    router: &'g manifest::Router,
) -> Vec<Route<'g>> {
    let nodes: Vec<(PortId, &RouteKey)> = graph
        .ports_of(Owner::Router(id))
        .filter_map(|(node, port)| match &port.kind {
            PortKind::Route(key) => Some((node, key.as_ref())),
            _ => None,
        })
        .collect();
    let mut keyed: Vec<(RouteKey, &manifest::Route, Option<&manifest::Backend>)> = Vec::new();
    for route in &router.routes {
        let key = RouteKey::from(route);
        keyed.extend(route.backends.iter().map(|backend| (key.clone(), route, Some(backend))));
        if route.backends.is_empty() {
            keyed.push((key, route, None));
        }
    }
    keyed.sort_by(|a, b| (&a.0, a.2).cmp(&(&b.0, b.2)));
    let found = |key: &RouteKey| {
        let at = nodes.binary_search_by(|(_, node)| (*node).cmp(key)).ok()?;
        nodes.get(at).map(|(node, _)| *node)
    };
    keyed
        .iter()
        .map(|(key, route, backend)| self::route(graph, places, router, (route, *backend), found(key)))
        .collect()
}

fn route<'g>(
    graph: &'g PortGraph,
    places: Places<'g>,
    router: &'g manifest::Router,
    (route, backend): (&'g manifest::Route, Option<&'g manifest::Backend>),
    node: Option<PortId>,
) -> Route<'g> {
    let (service, object) = match backend.map(|backend| &backend.to) {
        Some(Target::Service(reference)) => (Some(self::backend(graph, reference)), None),
        Some(Target::Endpoints(reference)) => {
            (Some(Backend { resolved: leads_on(graph, node, reference), ..self::backend(graph, reference) }), None)
        }
        Some(Target::Host { host, .. }) => (None, Some(OtherObject { kind: "Host", name: host })),
        Some(Target::Router(id, _)) => (None, Some(OtherObject { kind: id.kind.as_str(), name: &id.name })),
        Some(Target::Object { kind, name }) => (None, Some(OtherObject { kind, name })),
        None => (None, None),
    };
    let listeners = node.map(|node| listeners(graph, node)).unwrap_or_default();
    Route {
        resource: Object::new(&router.id),
        host: route.host.as_deref(),
        path: route.path.as_deref(),
        path_type: route.path_type.as_deref(),
        conditions: &route.conditions,
        tls: listeners.iter().any(|(_, is_encrypted)| *is_encrypted),
        listeners: listeners.into_iter().map(|(listener, _)| listener).collect(),
        backend: service,
        object,
        weight: backend.filter(|backend| backend.purpose == Purpose::Forward).map(|backend| backend.weight),
        subset: backend.and_then(|backend| Some(backend.subset.as_ref()?.name.as_str())),
        mirror: backend.is_some_and(|backend| backend.purpose == Purpose::Mirror),
        redirect: route.redirect.as_deref().map(redirect),
        at: places.at(route.at),
    }
}

fn redirect(redirect: &manifest::Redirect) -> Redirect<'_> {
    Redirect {
        status: redirect.status,
        scheme: redirect.scheme.as_deref(),
        host: redirect.host.as_deref(),
        port: redirect.port,
        path: redirect.path.as_deref(),
    }
}

/// The listeners that a route is reached through, and whether requests come to them encrypted.
fn listeners(graph: &PortGraph, route: PortId) -> Vec<(RouteListener<'_>, bool)> {
    let before = graph.hops_to(route).into_iter().map(|hop| graph.port(graph.ends(hop).0));
    before.filter_map(|port| listener(graph, port)).collect()
}

fn listener<'g>(graph: &'g PortGraph, port: &'g Port) -> Option<(RouteListener<'g>, bool)> {
    let (PortKind::Listener(key), Some(object)) = (&port.kind, graph.object(port.owner)) else { return None };
    let (name, port) = (key.name.as_deref(), port.number.known());
    Some((RouteListener { resource: Object::new(object), name, port }, key.speaks.is_encrypted()))
}

fn backend<'g>(graph: &'g PortGraph, reference: &'g ServiceRef) -> Backend<'g> {
    Backend {
        namespace: &reference.namespace,
        service: &reference.service,
        port: reference.port.as_ref(),
        resolved: is_there(graph, reference),
    }
}

/// Does a route lead to a port of the Service that a reference names?
fn leads_on(graph: &PortGraph, node: Option<PortId>, reference: &ServiceRef) -> bool {
    let hops = node.map(|node| graph.hops_from(node)).unwrap_or_default();
    let mut ends = hops.into_iter().map(|hop| graph.port(graph.ends(hop).1));
    ends.any(|port| match port.owner {
        Owner::Service(id) => name(&graph.service(id).id) == (&reference.namespace, &reference.service),
        _ => false,
    })
}

/// Has the Service that a reference names the port that it names, whether or not the reference is allowed?
fn is_there(graph: &PortGraph, reference: &ServiceRef) -> bool {
    let services = &graph.roles().services;
    let wanted = (reference.namespace.as_str(), reference.service.as_str());
    let Ok(at) = services.binary_search_by(|service| name(&service.id).cmp(&wanted)) else { return false };
    let Some(service) = services.get(at) else { return false };
    match &reference.port {
        Some(PortRef::Number(number)) => service.ports.iter().any(|port| port.number == *number),
        Some(PortRef::Name(name)) => service.ports.iter().any(|port| port.name.as_ref() == Some(name)),
        None => service.ports.len() == 1,
    }
}

fn name(id: &ObjectId) -> (&str, &str) {
    (&id.namespace, &id.name)
}
