//! Ingress, as networking.k8s.io/v1 and in its old v1beta1 shape (SEMANTICS §4).

mod annotated;
mod rejected;

use std::sync::Arc;

use k8s_openapi::api::networking::v1 as networking;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::accept::Grammar;
use super::object::{Object, decode_at, find, place};
use super::{Backend, Listener, Lowered, PortRef, Route, Router, ServiceRef, Speaks, Takes, Target};
use crate::name::Name;
use crate::source::Span;
use crate::yaml::{DecodeError, Node};

/// `spec` of an Ingress in every version: the fields of v1, and beside them those of v1beta1 (ING-03).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    ingress_class_name: Option<String>,
    default_backend: Option<AnyBackend>,
    backend: Option<AnyBackend>,
    rules: Option<Vec<Rule>>,
    tls: Option<Vec<networking::IngressTLS>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Rule {
    host: Option<String>,
    http: Option<Http>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Http {
    paths: Option<Vec<Path>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Path {
    path: Option<String>,
    path_type: Option<String>,
    backend: Option<AnyBackend>,
}

/// A backend of either version.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AnyBackend {
    service: Option<networking::IngressServiceBackend>,
    resource: Option<k8s_openapi::api::core::v1::TypedLocalObjectReference>,
    service_name: Option<String>,
    service_port: Option<IntOrString>,
}

/// The annotation that named the class before there was a field (ING-08).
const CLASS: &str = "kubernetes.io/ingress.class";

/// The port name that makes a backend of the AWS load balancer controller the name of an action, and the annotation in front
/// of that name (ING-11).
const ACTION_PORT: &str = "use-annotation";
const ACTION: &str = "alb.ingress.kubernetes.io/actions.";

/// Ingress.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    rejected::tell(object, lowered);
    let status: networking::IngressStatus = decode_at(object.node, &["status"])?.unwrap_or_default();
    let tls = spec.tls.unwrap_or_default();
    let mut routes = default_route(object, spec.default_backend.or(spec.backend), &tls, lowered);
    let rules = find(object.node, &["spec", "rules"]).into_iter().flat_map(Node::items);
    for (rule, node) in spec.rules.unwrap_or_default().into_iter().zip(rules) {
        add_rule(object, rule, node, &tls, &mut routes, lowered);
    }
    let class = spec.ingress_class_name.or_else(|| object.meta.annotation(CLASS).map(str::to_owned));
    let controller = annotated::controller(object, class.as_deref());
    let annotated = annotated::listeners(object, controller, !tls.is_empty());
    if let Some(listeners) = &annotated {
        // The certificates belong to the load balancer or the controller, and so to all hosts.
        let encrypted = listeners.iter().any(|listener| listener.speaks.is_encrypted());
        routes.iter_mut().for_each(|route| route.tls |= encrypted);
    }
    let listeners = annotated.unwrap_or_else(|| listeners(object, !tls.is_empty()));
    let ingress = status.load_balancer.and_then(|balancer| balancer.ingress).unwrap_or_default();
    lowered.roles.routers.push(Arc::new(Router {
        class: class.map(Name::from),
        controller,
        listeners: listeners.into(),
        routes: routes.into(),
        canary: object.meta.annotation(CANARY) == Some("true"),
        tls_hosts: tls_hosts(object).into(),
        addresses: ingress.into_iter().filter_map(|ingress| ingress.ip.or(ingress.hostname)).collect(),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

/// ingress-nginx answers for the `www` twin of a host by itself where this says so (ING-15).
const WWW_REDIRECT: &str = "nginx.ingress.kubernetes.io/from-to-www-redirect";

/// An Ingress with this takes a share of the requests of another one, which has the same hosts and paths.
const CANARY: &str = "nginx.ingress.kubernetes.io/canary";

/// The hosts of TLS entries, with their places; none where a rule without paths may serve them.
fn tls_hosts(object: &Object<'_>) -> Vec<(String, Span)> {
    let mut rules = find(object.node, &["spec", "rules"]).into_iter().flat_map(Node::items);
    let serves_unseen = rules.any(|rule| find(rule, &["http", "paths"]).is_none());
    if serves_unseen || object.meta.annotation(WWW_REDIRECT) == Some("true") {
        return Vec::new();
    }
    let entries = find(object.node, &["spec", "tls"]).into_iter().flat_map(Node::items);
    let hosts = entries.filter_map(|entry| entry.get("hosts")).flat_map(Node::items);
    hosts.filter_map(|host| Some((host.as_str()?.to_owned(), host.span()))).collect()
}

/// What every controller listens on by default: 80, and 443 where there is TLS (ING-06).
fn listeners(object: &Object<'_>, tls: bool) -> Vec<Listener> {
    let listener = |number, speaks, key| Listener {
        assumed: true,
        ..Listener::new(Some(number), speaks, place(object.node, &["spec", key]))
    };
    let (plain, encrypted) = (listener(80, Speaks::Http, "rules"), listener(443, Speaks::Https, "tls"));
    if tls { vec![plain, encrypted] } else { vec![plain] }
}

fn default_route(
    object: &Object<'_>,
    backend: Option<AnyBackend>,
    tls: &[networking::IngressTLS],
    lowered: &mut Lowered,
) -> Vec<Route> {
    let keys = ["defaultBackend", "backend"];
    let node = keys.iter().find_map(|key| find(object.node, &["spec", key]));
    let Some((backend, node)) = backend.zip(node) else { return Vec::new() };
    let Some(target) = target(object, backend, node, lowered) else { return Vec::new() };
    vec![Route { tls: covers(tls, None), ..route(None, None, target, super::start_of(node)) }]
}

fn add_rule(
    object: &Object<'_>,
    rule: Rule,
    node: Node<'_>,
    tls: &[networking::IngressTLS],
    routes: &mut Vec<Route>,
    lowered: &mut Lowered,
) {
    let host = rule.host.filter(|host| !host.is_empty()).map(Name::from);
    let tls = covers(tls, host.as_deref());
    let paths = rule.http.and_then(|http| http.paths).unwrap_or_default();
    let nodes = find(node, &["http", "paths"]).into_iter().flat_map(Node::items);
    for (path, node) in paths.into_iter().zip(nodes) {
        let Some((backend, at)) = path.backend.zip(node.get("backend")) else { continue };
        let Some(target) = target(object, backend, at, lowered) else { continue };
        let at = node.get("path").map_or(super::start_of(node), Node::span);
        let stated = path.path.filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned()).into();
        routes.push(Route { path_type: path.path_type.map(Into::into), tls, ..route(host, Some(stated), target, at) });
    }
}

fn route(host: Option<Name>, path: Option<Name>, target: Target, at: Span) -> Route {
    let backends = vec![Backend::new(target)];
    let (takes, conditions) = (Takes::Http, Vec::new());
    Route {
        takes,
        host,
        path,
        path_type: None,
        conditions: conditions.into(),
        tls: false,
        tls_only: false,
        backends: backends.into(),
        redirect: None,
        at,
    }
}

/// Does a TLS entry cover the host? One without hosts covers all (ING-06); a wildcard covers one label (ING-05).
fn covers(tls: &[networking::IngressTLS], host: Option<&str>) -> bool {
    let covers = |pattern: &String| match (host, pattern.strip_prefix("*.")) {
        (Some(host), _) if host == pattern => true,
        (Some(host), Some(parent)) => host.split_once('.').is_some_and(|(_, rest)| rest == parent),
        _ => false,
    };
    tls.iter().any(|entry| match entry.hosts.as_deref() {
        None | Some([]) => true,
        Some(hosts) => hosts.iter().any(covers),
    })
}

/// A backend: the Service is in the Ingress's own namespace (ING-01); a number is its `port`, a name its port's name (ING-02).
fn target(object: &Object<'_>, backend: AnyBackend, node: Node<'_>, lowered: &mut Lowered) -> Option<Target> {
    if let Some(resource) = backend.resource {
        return Some(Target::Object { kind: resource.kind.into(), name: resource.name.into() });
    }
    let (service, port, at, service_at) = match (backend.service, backend.service_name) {
        (Some(service), _) => {
            let at = service_place(node, &["service", "port", "number"], &["service", "port", "name"]);
            let port = service.port.and_then(|port| match (port.number, port.name) {
                (Some(number), _) if number != 0 => {
                    lowered.port(number, "the Service port number", at).map(PortRef::Number)
                }
                (_, name) => lowered.port_name(name, Grammar::Iana, at).map(PortRef::Name),
            });
            (service.name, port, at, place(node, &["service", "name"]))
        }
        (None, Some(name)) => {
            let at = place(node, &["servicePort"]);
            let port = backend.service_port.and_then(|port| match port {
                IntOrString::Int(number) => lowered.port(number, "servicePort", at).map(PortRef::Number),
                IntOrString::String(name) => lowered.port_name(Some(name), Grammar::Iana, at).map(PortRef::Name),
            });
            (name, port, at, place(node, &["serviceName"]))
        }
        (None, None) => return None,
    };
    if is_action(object, &service, port.as_ref()) {
        return Some(Target::Object { kind: "action".into(), name: service.into() });
    }
    Some(Target::Service(ServiceRef { namespace: object.id.namespace, service: service.into(), service_at, port, at }))
}

/// Is the backend an action of the AWS load balancer controller, whose name stands where that of a Service does (ING-11)?
fn is_action(object: &Object<'_>, name: &str, port: Option<&PortRef>) -> bool {
    matches!(port, Some(PortRef::Name(port)) if port == ACTION_PORT)
        && object.meta.annotation(&format!("{ACTION}{name}")).is_some()
}

fn service_place(node: Node<'_>, number: &[&str], name: &[&str]) -> Span {
    find(node, number).or_else(|| find(node, name)).map_or_else(|| place(node, &["service", "name"]), Node::span)
}
