//! `routes`: where Ingresses and other routers send requests, one entry per host, path and backend.

use std::cmp::Ordering;

use super::model::{Backend, Object, OtherObject, Places, Route};
use crate::graph::{Number, Owner, PortGraph, PortId, PortKind, RouteKey, RouterId};
use crate::manifest::{self, PortRef, ServiceRef};

/// Every route of every router, by host, path and backend.
pub(super) fn routes<'g>(graph: &'g PortGraph, places: Places<'g>) -> Vec<Route<'g>> {
    graph.routers().flat_map(|(id, router)| of_router(graph, places, id, router)).collect()
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
            PortKind::Route(key) => Some((node, key)),
            _ => None,
        })
        .collect();
    let mut routes: Vec<&manifest::Route> = router.routes.iter().collect();
    routes.sort_by(|a, b| key(a).cmp(&key(b)));
    routes
        .into_iter()
        .map(|route| {
            let node = nodes.binary_search_by(|(_, key)| compare(key, route)).ok().and_then(|at| nodes.get(at));
            self::route(graph, places, router, route, node.map(|(node, _)| *node))
        })
        .collect()
}

type Key<'g> = (Option<&'g str>, Option<&'g str>, Option<&'g str>);

fn key(route: &manifest::Route) -> (Key<'_>, &manifest::Backend) {
    ((route.host.as_deref(), route.path.as_deref(), route.path_type.as_deref()), &route.backend)
}

fn compare(key: &RouteKey, route: &manifest::Route) -> Ordering {
    (key.host.as_deref(), key.path.as_deref(), key.path_type.as_deref()).cmp(&self::key(route).0)
}

fn route<'g>(
    graph: &'g PortGraph,
    places: Places<'g>,
    router: &'g manifest::Router,
    route: &'g manifest::Route,
    node: Option<PortId>,
) -> Route<'g> {
    let (backend, object) = match &route.backend {
        manifest::Backend::Service(reference) => (Some(backend(graph, reference, node)), None),
        manifest::Backend::Object(kind, name) => (None, Some(OtherObject { kind, name })),
    };
    Route {
        resource: Object::new(&router.id),
        host: route.host.as_deref(),
        path: route.path.as_deref(),
        path_type: route.path_type.as_deref(),
        tls: route.tls,
        backend,
        object,
        at: places.at(route.at),
    }
}

fn backend<'g>(graph: &'g PortGraph, reference: &'g ServiceRef, node: Option<PortId>) -> Backend<'g> {
    let mut targets = node.into_iter().flat_map(|node| graph.hops_from(node)).map(|hop| graph.ends(hop).1);
    Backend {
        namespace: &reference.namespace,
        service: &reference.service,
        port: reference.port.as_ref(),
        resolved: targets.any(|target| is_meant(graph, reference, target)),
    }
}

/// Is this the Service port that the reference names?
fn is_meant(graph: &PortGraph, reference: &ServiceRef, target: PortId) -> bool {
    let port = graph.port(target);
    let Owner::Service(service) = port.owner else { return false };
    let id = &graph.service(service).id;
    let is_port = match &reference.port {
        Some(PortRef::Number(number)) => port.number == Number::Known(*number),
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
        None => true,
    };
    is_port && (&id.namespace, &id.name) == (&reference.namespace, &reference.service)
}
