//! Holes: the station where something is missing, what is missing, and what the client sees of it.

use super::answer;
use super::request::{Request, find_service};
use super::scene::{Answer, Lines, Part, Role, Station, Teller};
use super::speech::lines;
use crate::graph::{Missing, NoServicePort, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{Crossing, PortRef, Takes};
use crate::view::words;

/// The station where the request gets lost.
pub(super) fn station(graph: &PortGraph, request: &Request, missing: &Missing) -> (Station, Answer) {
    let starts_inside = request.starts_inside();
    let (label, arrival, note, answer) = match missing {
        Missing::Pods(_, selector) => {
            (lines(["No pod"]), lines(["No endpoints"]), no_pods(selector), no_endpoints(request))
        }
        Missing::PortName(service, name) => (
            lines(["No endpoint"]),
            vec!["No container port named".to_owned(), name.to_string()],
            vec![
                format!("targetPort {name} of Service {}", graph.service(*service).id.name),
                "no selected pod has a port of this name and protocol".to_owned(),
            ],
            no_endpoints(request),
        ),
        Missing::EndpointPort(service, _) => (
            lines(["No endpoint"]),
            lines(["No endpoints"]),
            vec![missing.to_string(), format!("as Service {} needs", graph.service(*service).id.name)],
            no_endpoints(request),
        ),
        Missing::EndpointNumber(service, _) => (
            lines(["No endpoint"]),
            lines(["No endpoints"]),
            vec![missing.to_string(), format!("behind Service {}", graph.service(*service).id.name)],
            no_endpoints(request),
        ),
        Missing::Service(namespace, name) => (
            vec![format!("No Service {name}")],
            vec![if starts_inside { "Looks for" } else { "Routes to" }.to_owned(), format!("Service {name}")],
            vec![format!("no Service {name}"), format!("in namespace {namespace}")],
            no_service(graph, request),
        ),
        Missing::ServicePort(missing) => without_port(graph, request, missing),
        Missing::Router(id) => {
            let note = vec![missing.to_string(), format!("in namespace {}", id.namespace)];
            (vec![id.kind.to_string(), id.name.to_string()], lines(["Routes to"]), note, answer::NO_SERVICE)
        }
        Missing::Grant(namespace, name) => (
            vec![format!("Service {name}"), format!("of namespace {namespace}")],
            vec!["Routes to".to_owned(), format!("Service {name}")],
            vec!["no ReferenceGrant".to_owned(), format!("in namespace {namespace}")],
            no_service(graph, request),
        ),
        Missing::Listener(_) => {
            (lines(["No listener"]), lines(["Routes to"]), vec![missing.to_string()], answer::NO_SERVICE)
        }
        Missing::NodePort(number) => (
            lines(["Node"]),
            vec!["Forwards to".to_owned(), format!("NodeIP:{number}")],
            vec![missing.to_string(), "in these manifests".to_owned()],
            answer::NOTHING_THERE,
        ),
    };
    let part = Part { role: Role::Hole, name: vec![missing.to_string()], label };
    (Station { part, arrival, notes: vec![note], tells: Teller::Connection }, answer)
}

fn no_pods(selector: &str) -> Lines {
    let labels = selector.split(", ").map(|label| words::short_label(label).replacen('=', ": ", 1));
    std::iter::once("no pod has the labels".to_owned()).chain(labels).collect()
}

/// A Service that lacks the port: its label, what arrives there, a note and the answer.
fn without_port(graph: &PortGraph, request: &Request, missing: &NoServicePort) -> (Lines, Lines, Lines, Answer) {
    let NoServicePort { service, port, .. } = missing;
    (
        vec![format!("Service {service}"), format!("no port {port}")],
        vec!["Request to".to_owned(), format!("{service}:{port}")],
        ports_of(graph, missing),
        no_service(graph, request),
    )
}

/// The ports that the Service does have.
fn ports_of(graph: &PortGraph, missing: &NoServicePort) -> Lines {
    let NoServicePort { namespace, service, port: wanted } = missing;
    let ports = find_service(graph, namespace, service).map(|id| &graph.service(id).ports[..]).unwrap_or_default();
    let has = ports.iter().map(|port| match (&port.name, wanted) {
        (Some(name), PortRef::Name(_)) => format!("{} ({name})", port.number),
        _ => port.number.to_string(),
    });
    let has = has.collect::<Vec<_>>().join(", ");
    vec![format!("Service {service} has {}", if has.is_empty() { "no ports" } else { &has })]
}

/// A backend that is not there, as those in front of it see it.
fn no_service(graph: &PortGraph, request: &Request) -> Answer {
    let says_500 = |route: PortId| {
        let port = graph.port(route);
        let is_http = matches!(&port.kind, PortKind::Route(key) if key.takes == Takes::Http);
        is_http && matches!(port.owner, Owner::Router(id) if graph.router(id).crossing == Crossing::Granted)
    };
    if request.routes.iter().any(|routed| says_500(routed.route)) { answer::NO_BACKEND } else { answer::NO_SERVICE }
}

/// A Service without endpoints, as those in front of it see it.
pub(super) fn no_endpoints(request: &Request) -> Answer {
    if request.routes.is_empty() { answer::NO_ENDPOINTS } else { answer::NO_ENDPOINTS_FOR_ROUTER }
}
