//! VirtualService: which requests go to which destinations, at the listeners of Gateways and between the pods of the mesh.

use std::sync::Arc;

use serde::Deserialize;

use super::super::object::{Object, decode_at, find};
use super::super::{Backend, Crossing, Lowered, ParentRef, Purpose, Redirect, Route, Router, Takes, Target, start_of};
use super::GROUP;
use super::address::{Destination, subset, target};
use super::matching::{HttpMatch, Matched, StreamMatch, http, stream};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    hosts: Vec<String>,
    gateways: Vec<String>,
    http: Vec<HttpRoute>,
    tls: Vec<StreamRoute>,
    tcp: Vec<StreamRoute>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpRoute {
    #[serde(rename = "match")]
    matches: Vec<HttpMatch>,
    route: Vec<Weighted>,
    redirect: Option<HttpRedirect>,
    delegate: Option<Delegate>,
    mirror: Option<Destination>,
    mirrors: Vec<Weighted>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct StreamRoute {
    #[serde(rename = "match")]
    matches: Vec<StreamMatch>,
    route: Vec<Weighted>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Weighted {
    destination: Destination,
    weight: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Delegate {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpRedirect {
    uri: Option<String>,
    authority: Option<String>,
    port: Option<u16>,
    scheme: Option<String>,
    redirect_code: Option<u16>,
}

/// The gateway that is none: the proxies beside the pods.
const MESH: &str = "mesh";
/// The status of a redirect that states none.
const MOVED: u16 = 301;

/// VirtualService.
pub(in crate::manifest) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let mut routes = Vec::new();
    for (route, node) in spec.http.iter().zip(items(object, "http")) {
        add_http(object, &spec.hosts, (route, node), &mut routes, lowered);
    }
    for (key, takes, rules) in [("tls", Takes::Tls, &spec.tls), ("tcp", Takes::Tcp, &spec.tcp)] {
        for (route, node) in rules.iter().zip(items(object, key)) {
            let backends = forwards(object, &route.route, node, lowered);
            let matched = stream(&route.matches, node);
            add(&spec.hosts, takes, matched, &backends, None, &mut routes);
        }
    }
    lowered.roles.routers.push(Arc::new(Router {
        parents: parents(object, &spec.gateways).into(),
        in_mesh: spec.gateways.is_empty() || spec.gateways.iter().any(|gateway| gateway == MESH),
        crossing: Crossing::Free,
        routes: routes.into(),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

fn items<'d>(object: &Object<'d>, key: &str) -> impl Iterator<Item = Node<'d>> {
    find(object.node, &["spec", key]).into_iter().flat_map(Node::items)
}

/// The Gateways it attaches to, as `name` or `namespace/name`.
fn parents(object: &Object<'_>, gateways: &[String]) -> Vec<ParentRef> {
    let nodes = find(object.node, &["spec", "gateways"]).into_iter().flat_map(Node::items);
    let named = gateways.iter().zip(nodes).filter(|(gateway, _)| *gateway != MESH);
    let parent = |(gateway, node): (&String, Node<'_>)| {
        let (namespace, name) = gateway.split_once('/').unwrap_or((&object.id.namespace, gateway));
        let at = node.span();
        ParentRef {
            group: GROUP.into(),
            kind: "Gateway".into(),
            namespace: namespace.into(),
            name: name.into(),
            section: None,
            port: None,
            at,
            section_at: at,
        }
    };
    named.map(parent).collect()
}

fn add_http(
    object: &Object<'_>,
    hosts: &[String],
    (route, node): (&HttpRoute, Node<'_>),
    routes: &mut Vec<Route>,
    lowered: &mut Lowered,
) {
    let mut backends = forwards(object, &route.route, node, lowered);
    if let Some(delegate) = &route.delegate {
        let (kind, name) = ("VirtualService".to_owned(), delegate.name.clone());
        backends.push(Backend::new(Target::Object { kind: kind.into(), name: name.into() }));
    }
    backends.extend(mirrors(object, route, node, lowered));
    let redirect = route.redirect.as_ref().map(|stated| redirect(stated, node));
    add(hosts, Takes::Http, http(&route.matches, node), &backends, redirect.as_ref(), routes);
}

/// A route for every host and every match.
fn add(
    hosts: &[String],
    takes: Takes,
    matched: Vec<Matched>,
    backends: &[Backend],
    redirect: Option<&Redirect>,
    routes: &mut Vec<Route>,
) {
    for one in matched {
        let own: Vec<Option<&String>> = match one.hosts.as_slice() {
            [] if hosts.is_empty() || takes == Takes::Tcp => vec![None],
            [] => hosts.iter().map(Some).collect(),
            some => some.iter().map(Some).collect(),
        };
        routes.extend(own.into_iter().map(|host| Route {
            takes,
            host: host.filter(|host| *host != "*").map(Into::into),
            path: one.path.as_deref().map(Into::into),
            path_type: one.path_type.as_deref().map(Into::into),
            conditions: one.conditions.clone().into(),
            tls: true,
            tls_only: false,
            backends: backends.into(),
            redirect: redirect.cloned().map(Box::new),
            at: one.at,
        }));
    }
}

/// The destinations of a route. Where there is one it gets everything; of several each gets what its weight says.
fn forwards(object: &Object<'_>, route: &[Weighted], node: Node<'_>, lowered: &mut Lowered) -> Vec<Backend> {
    let nodes = node.get("route").into_iter().flat_map(Node::items);
    let is_only_one = route.len() == 1;
    let backend = |(one, node): (&Weighted, Node<'_>)| Backend {
        to: target(object, &one.destination, node.get("destination"), lowered),
        weight: if is_only_one { 1 } else { one.weight.unwrap_or(0) },
        purpose: Purpose::Forward,
        subset: subset(&one.destination, node.get("destination")),
    };
    route.iter().zip(nodes).map(backend).collect()
}

fn mirrors(object: &Object<'_>, route: &HttpRoute, node: Node<'_>, lowered: &mut Lowered) -> Vec<Backend> {
    let one = route.mirror.iter().map(|stated| (stated, node.get("mirror")));
    let nodes = node.get("mirrors").into_iter().flat_map(Node::items);
    let many = route.mirrors.iter().zip(nodes).map(|(stated, node)| (&stated.destination, node.get("destination")));
    let backend = |(destination, node): (&Destination, Option<Node<'_>>)| Backend {
        to: target(object, destination, node, lowered),
        weight: 1,
        purpose: Purpose::Mirror,
        subset: subset(destination, node),
    };
    one.chain(many).map(backend).collect()
}

fn redirect(stated: &HttpRedirect, node: Node<'_>) -> Redirect {
    Redirect {
        scheme: stated.scheme.clone(),
        host: stated.authority.clone(),
        port: stated.port,
        path: stated.uri.clone(),
        status: stated.redirect_code.unwrap_or(MOVED),
        at: node.get("redirect").map_or(start_of(node), start_of),
    }
}
