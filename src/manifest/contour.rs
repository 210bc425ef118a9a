//! Contour's HTTPProxy (projectcontour.io): a virtual host of Envoy's, its routes, and the HTTPProxies that it includes
//! (SEMANTICS §8).

mod matching;

use std::sync::Arc;

use k8s_openapi::api::core::v1::ServiceStatus;
use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::service::balancer_addresses;
use super::{
    Accepts, Backend, Listener, LookedUp, Lowered, Namespaces, ObjectId, PortRef, Purpose, Redirect, Route, Router,
    ServiceRef, Speaks, Takes, Target, start_of,
};
use crate::name::Name;
use crate::source::Span;
use crate::yaml::{DecodeError, Node};
use matching::{Condition, Matched, matched};

/// Its API group.
pub(super) const GROUP: &str = "projectcontour.io";
const KIND: &str = "HTTPProxy";
/// The status of a redirect that states none.
const FOUND: u16 = 302;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    virtualhost: Option<VirtualHost>,
    ingress_class_name: Option<String>,
    routes: Vec<Rule>,
    includes: Vec<Include>,
    tcpproxy: Option<TcpProxy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VirtualHost {
    fqdn: Option<String>,
    tls: Option<Tls>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tls {
    passthrough: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    conditions: Vec<Condition>,
    services: Vec<Reference>,
    permit_insecure: bool,
    request_redirect_policy: Option<RedirectPolicy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    name: String,
    port: Option<i32>,
    weight: u32,
    mirror: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RedirectPolicy {
    scheme: Option<String>,
    hostname: Option<String>,
    port: Option<u16>,
    status_code: Option<u16>,
    path: Option<String>,
    prefix: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Include {
    name: String,
    namespace: Option<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TcpProxy {
    services: Vec<Reference>,
    include: Option<Include>,
}

/// HTTPProxy: with a virtual host it listens; without one its routes are for those that include it.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let status: ServiceStatus = decode_at(object.node, &["status"])?.unwrap_or_default();
    let mut routes = Vec::new();
    for (rule, node) in spec.routes.iter().zip(items(object, "routes")) {
        let backends = backends(object, &rule.services, node, lowered);
        let redirect = rule.request_redirect_policy.as_ref().map(|policy| Box::new(redirect(policy, node)));
        let http = http(&spec, matched(&rule.conditions), place(node, &["conditions"]));
        routes.push(Route { backends: backends.into(), redirect, tls_only: !rule.permit_insecure, ..http });
    }
    for (include, node) in spec.includes.iter().zip(items(object, "includes")) {
        let at = place(node, &["name"]);
        let http = http(&spec, matched(&include.conditions), at);
        routes.push(Route { backends: [included(object, include, at)].into(), ..http });
    }
    routes.extend(connections(object, &spec, lowered));
    lowered.roles.routers.push(Arc::new(Router {
        class: spec.ingress_class_name.as_deref().map(Name::from),
        listeners: listeners(object, &spec).into(),
        addresses: balancer_addresses(status).into(),
        looked_up: LookedUp::Status("httpproxy", ".status.loadBalancer.ingress[*]"),
        routes: routes.into(),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

fn items<'d>(object: &Object<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    find(object.node, &["spec", key]).into_iter().flat_map(Node::items)
}

/// Envoy has 80 and 443 on its Service. A host with TLS sends plain requests on to 443, but for the routes that let them in.
fn listeners(object: &Object<'_>, spec: &Spec) -> Vec<Listener> {
    let Some(host) = &spec.virtualhost else { return Vec::new() };
    let plain = |at| listener(host, Listener::new(Some(80), Speaks::Http, at));
    let Some(tls) = &host.tls else {
        return vec![plain(place(object.node, &["spec", "virtualhost", "fqdn"]))];
    };
    let at = place(object.node, &["spec", "virtualhost", "tls"]);
    let speaks = if spec.tcpproxy.is_some() { Speaks::Tls } else { Speaks::Https };
    let encrypted = Listener { passthrough: tls.passthrough, ..Listener::new(Some(443), speaks, at) };
    let is_let_in = spec.routes.iter().any(|rule| rule.permit_insecure);
    is_let_in.then(|| plain(at)).into_iter().chain([listener(host, encrypted)]).collect()
}

/// A listener of the virtual host, which other HTTPProxies may be included at.
fn listener(host: &VirtualHost, plain: Listener) -> Listener {
    let kinds = Some(vec![(GROUP.to_owned(), KIND.to_owned())]);
    let accepts = Accepts { kinds, namespaces: Namespaces::All };
    Listener { host: host.fqdn.as_deref().map(Into::into), assumed: true, accepts, ..plain }
}

/// A route of the virtual host that leads nowhere yet.
fn http(spec: &Spec, matched: Matched, at: Span) -> Route {
    let Matched { path, path_type, conditions } = matched;
    let host = spec.virtualhost.as_ref();
    Route {
        takes: Takes::Http,
        host: host.and_then(|host| host.fqdn.as_deref()).map(Into::into),
        path: Some(path.into()),
        path_type: path_type.map(Into::into),
        conditions: conditions.into(),
        tls: host.is_some_and(|host| host.tls.is_some()),
        tls_only: true,
        backends: Box::default(),
        redirect: None,
        at,
    }
}

/// What becomes of all connections to the host.
fn connections(object: &Object<'_>, spec: &Spec, lowered: &mut Lowered) -> Vec<Route> {
    let Some((proxy, node)) = spec.tcpproxy.as_ref().zip(find(object.node, &["spec", "tcpproxy"])) else {
        return Vec::new();
    };
    let include = proxy.include.as_ref().map(|include| included(object, include, place(node, &["include", "name"])));
    let backends = backends(object, &proxy.services, node, lowered).into_iter().chain(include).collect();
    let plain = http(spec, matched(&[]), start_of(node));
    vec![Route { takes: Takes::Tls, path: None, backends, ..plain }]
}

fn included(object: &Object<'_>, include: &Include, at: Span) -> Backend {
    let namespace = include.namespace.clone().filter(|namespace| !namespace.is_empty());
    let namespace = namespace.unwrap_or_else(|| object.id.namespace.to_string());
    Backend::new(Target::Router(
        ObjectId {
            namespace: namespace.into(),
            name: include.name.as_str().into(),
            kind: KIND.into(),
            group: GROUP.into(),
        },
        at,
    ))
}

/// The Services of a route, always of the own namespace. Where none of them has a weight, all have the same.
fn backends(object: &Object<'_>, services: &[Reference], node: Node<'_>, lowered: &mut Lowered) -> Vec<Backend> {
    let nodes = node.get("services").into_iter().flat_map(Node::items);
    let is_even = services.iter().all(|service| service.mirror || service.weight == 0);
    let backend = |(service, node): (&Reference, Node<'_>)| Backend {
        to: Target::Service(reference(object, service, node, lowered)),
        weight: if is_even { 1 } else { service.weight },
        purpose: if service.mirror { Purpose::Mirror } else { Purpose::Forward },
        subset: None,
    };
    services.iter().zip(nodes).map(backend).collect()
}

/// A number is the Service's `port`; names are not taken.
fn reference(object: &Object<'_>, service: &Reference, node: Node<'_>, lowered: &mut Lowered) -> ServiceRef {
    let service_at = place(node, &["name"]);
    let at = node.get("port").map_or(service_at, Node::span);
    let port = service.port.and_then(|port| lowered.port(port, "port", at)).map(PortRef::Number);
    ServiceRef { namespace: object.id.namespace, service: service.name.as_str().into(), service_at, port, at }
}

fn redirect(policy: &RedirectPolicy, node: Node<'_>) -> Redirect {
    Redirect {
        scheme: policy.scheme.clone(),
        host: policy.hostname.clone(),
        port: policy.port,
        path: policy.path.clone().or_else(|| policy.prefix.clone()),
        status: policy.status_code.unwrap_or(FOUND),
        at: node.get("requestRedirectPolicy").map_or(start_of(node), start_of),
    }
}
