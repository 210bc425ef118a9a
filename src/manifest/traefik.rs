//! Traefik's IngressRoute, IngressRouteTCP and IngressRouteUDP (traefik.io, before traefik.containo.us): routes by rule, on entry
//! points that Traefik's own configuration gives numbers to (SEMANTICS §8).

mod rule;

use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{
    Backend, Crossing, Labels, Listener, LookedUp, Lowered, PortRef, Route, Router, ServiceRef, Speaks, Takes, Target,
    start_of,
};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    entry_points: Vec<String>,
    routes: Vec<Rule>,
    tls: Option<Tls>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    #[serde(rename = "match")]
    rule: String,
    services: Vec<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    name: String,
    kind: Option<String>,
    namespace: Option<String>,
    port: Option<IntOrString>,
    weight: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tls {
    passthrough: bool,
}

/// Today's API group, and the one before version 3.
pub(super) const GROUPS: &[&str] = &["traefik.io", "traefik.containo.us"];

/// The numbers of the entry points that Traefik's own chart and k3s make; others are known to Traefik only.
const ENTRY_POINTS: &[(&str, u16)] = &[(PLAIN, 80), (ENCRYPTED, 443)];
/// The entry point for plain requests, and the one where TLS ends.
pub(super) const PLAIN: &str = "web";
pub(super) const ENCRYPTED: &str = "websecure";

/// The number of an entry point, where it is always the same.
pub(super) fn number(entry_point: &str) -> Option<u16> {
    ENTRY_POINTS.iter().find(|(known, _)| *known == entry_point).map(|(_, number)| *number)
}

/// The label of Traefik's pods and of their Service, as its chart and k3s install them.
const PROXY_LABEL: [&str; 2] = ["app.kubernetes.io/name", "traefik"];

/// IngressRoute: HTTP.
pub(super) fn http(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, Takes::Http, lowered)
}

/// IngressRouteTCP: connections, over TLS by the host that they name.
pub(super) fn tcp(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, Takes::Tcp, lowered)
}

/// IngressRouteUDP: packets.
pub(super) fn udp(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, Takes::Udp, lowered)
}

fn lower(object: &Object<'_>, takes: Takes, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let nodes = find(object.node, &["spec", "routes"]).into_iter().flat_map(Node::items);
    let mut routes = Vec::new();
    for (rule, node) in spec.routes.iter().zip(nodes) {
        let backends = backends(object, rule, node, lowered);
        routes.extend(self::routes(takes, spec.tls.is_some(), rule, node, &backends));
    }
    lowered.roles.routers.push(Arc::new(Router {
        listeners: listeners(object, &spec, takes).into(),
        crossing: Crossing::Free,
        looked_up: LookedUp::Proxies(Labels::from([PROXY_LABEL.map(str::to_owned).into()])),
        routes: routes.into(),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

/// One listener per entry point. Where none is stated, Traefik takes its defaults: for HTTP those are `web` and `websecure`, of which
/// a route with TLS answers on the second.
fn listeners(object: &Object<'_>, spec: &Spec, takes: Takes) -> Vec<Listener> {
    let tls = spec.tls.as_ref();
    let speaks = match (takes, tls) {
        (Takes::Udp, _) => Speaks::Udp,
        (Takes::Http | Takes::Grpc, None) => Speaks::Http,
        (Takes::Http | Takes::Grpc, Some(_)) => Speaks::Https,
        (Takes::Tls | Takes::Tcp, None) => Speaks::Tcp,
        (Takes::Tls | Takes::Tcp, Some(_)) => Speaks::Tls,
    };
    let default = match (takes, tls) {
        (Takes::Http, None) => PLAIN,
        (Takes::Http, Some(_)) => ENCRYPTED,
        _ => "",
    };
    let listener = |(name, at): (&str, _)| Listener {
        name: (!name.is_empty()).then(|| name.into()),
        passthrough: tls.is_some_and(|tls| tls.passthrough),
        assumed: true,
        ..Listener::new(number(name), speaks, at)
    };
    if spec.entry_points.is_empty() {
        return vec![listener((default, place(object.node, &["spec"])))];
    }
    let nodes = find(object.node, &["spec", "entryPoints"]).into_iter().flat_map(Node::items);
    spec.entry_points.iter().map(String::as_str).zip(nodes.map(Node::span)).map(listener).collect()
}

/// A route for every host and path that the rule names.
fn routes(takes: Takes, tls: bool, rule: &Rule, node: Node<'_>, backends: &[Backend]) -> Vec<Route> {
    let at = node.get("match").map_or(start_of(node), Node::span);
    let matched = rule::read(&rule.rule);
    let takes = if takes == Takes::Tcp && tls { Takes::Tls } else { takes };
    let is_http = takes == Takes::Http;
    let all = [None];
    let hosts: Vec<Option<String>> = matched.hosts.into_iter().map(Some).collect();
    let hosts = if hosts.is_empty() || matches!(takes, Takes::Tcp | Takes::Udp) { &all[..] } else { &hosts };
    let whole = [("/".to_owned(), None)];
    let paths = if matched.paths.is_empty() { &whole[..] } else { &matched.paths };
    let pairs = hosts.iter().flat_map(|host| paths.iter().map(move |path| (host, path)));
    let route = |(host, (path, path_type)): (&Option<String>, &(String, Option<&str>))| Route {
        takes,
        host: host.as_deref().map(Into::into),
        path: is_http.then(|| path.as_str().into()),
        path_type: path_type.filter(|_| is_http).map(Into::into),
        conditions: matched.conditions.clone().into(),
        tls_only: false,
        tls,
        backends: backends.into(),
        redirect: None,
        at,
    };
    pairs.map(route).collect()
}

/// The Services of a rule: a number is the Service's `port`, a name that of a Service port.
fn backends(object: &Object<'_>, rule: &Rule, node: Node<'_>, lowered: &mut Lowered) -> Vec<Backend> {
    let nodes = node.get("services").into_iter().flat_map(Node::items);
    let mut backends = Vec::new();
    for (reference, node) in rule.services.iter().zip(nodes) {
        let to = target(object, reference, node, lowered);
        backends.push(Backend { weight: reference.weight.unwrap_or(1), ..Backend::new(to) });
    }
    backends
}

fn target(object: &Object<'_>, reference: &Reference, node: Node<'_>, lowered: &mut Lowered) -> Target {
    let name = reference.name.clone();
    if let Some(kind) = reference.kind.as_ref().filter(|kind| *kind != "Service") {
        return Target::Object { kind: kind.as_str().into(), name: name.into() };
    }
    let service_at = place(node, &["name"]);
    let at = node.get("port").map_or(service_at, Node::span);
    let port = reference.port.clone().and_then(|port| match port {
        IntOrString::Int(number) => lowered.port(number, "port", at).map(PortRef::Number),
        IntOrString::String(name) => Some(name).filter(|name| !name.is_empty()).map(|name| PortRef::Name(name.into())),
    });
    let namespace = reference.namespace.clone().unwrap_or_else(|| object.id.namespace.to_string());
    Target::Service(ServiceRef { namespace: namespace.into(), service: name.into(), service_at, port, at })
}
