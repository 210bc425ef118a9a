//! Gateway API: Gateways and ListenerSets, what listens (SEMANTICS §5.2). Routes and grants have files of their own.
//!
//! The structs hold the fields that matter of every version that was ever served as `gateway.networking.k8s.io`.

mod backend_tls;
mod grant;
mod matching;
mod route;
mod shape;

use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{Accepts, Listener, Lowered, Namespaces, ObjectRef, ParentRef, Router, Speaks, label_selector};
use crate::name::Name;
use crate::problem::{Place, Problem};
use crate::source::Span;
use crate::yaml::{DecodeError, Node};

pub(super) use backend_tls::backend_tls_policy;
pub(super) use grant::reference_grant;
pub(super) use route::{grpc_route, http_route, tcp_route, tls_route, udp_route};

/// The API group.
pub(super) const GROUP: &str = "gateway.networking.k8s.io";
/// The group of what is tried out.
pub(super) const EXPERIMENTAL: &str = "gateway.networking.x-k8s.io";

/// The most listeners of one object (GWY-01).
const LISTENERS: usize = 64;

/// The annotation that gives the listeners of a Gateway of GKE their certificates.
const CERTIFICATES: &str = "networking.gke.io/certmap";

/// `spec` of a Gateway and of a ListenerSet.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    gateway_class_name: Option<String>,
    parent_ref: Option<Parent>,
    addresses: Option<Vec<Address>>,
    listeners: Option<Vec<ListenerSpec>>,
    allowed_listeners: Option<Allowed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ListenerSpec {
    name: Option<String>,
    hostname: Option<String>,
    port: Option<i32>,
    protocol: Option<String>,
    tls: Option<Tls>,
    allowed_routes: Option<Allowed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tls {
    mode: Option<String>,
    certificate_refs: Option<Vec<Reference>>,
}

/// `allowedRoutes` and `allowedListeners`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Allowed {
    namespaces: Option<From>,
    kinds: Option<Vec<RouteKind>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    from: Option<String>,
    selector: Option<LabelSelector>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RouteKind {
    group: Option<String>,
    kind: String,
}

/// A reference to an object of any kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    group: Option<String>,
    kind: Option<String>,
    namespace: Option<String>,
    name: String,
}

/// `parentRef` and `parentRefs[]` (RT-01).
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Parent {
    group: Option<String>,
    kind: Option<String>,
    namespace: Option<String>,
    name: String,
    section_name: Option<String>,
    port: Option<i32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Address {
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    addresses: Option<Vec<Address>>,
}

/// A GatewayClass says nothing about ports; that it is there is enough.
#[expect(clippy::unnecessary_wraps, reason = "the table of kinds wants it so")]
pub(super) fn without_ports(_: &Object<'_>, _: &mut Lowered) -> Result<(), DecodeError> {
    Ok(())
}

/// Gateway, ListenerSet.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let status: Status = decode_at(object.node, &["status"])?.unwrap_or_default();
    let listeners = listeners(object, spec.listeners, lowered);
    let parent = spec.parent_ref.zip(find(object.node, &["spec", "parentRef"]));
    let parent = parent.and_then(|(parent, node)| self::parent(object, parent, node, lowered));
    let addresses = [status.addresses, spec.addresses].into_iter().flatten().find(|addresses| !addresses.is_empty());
    let allowed = spec.allowed_listeners.and_then(|allowed| allowed.namespaces);
    let adopts = namespaces(allowed, "None", find(object.node, &["spec", "allowedListeners"]), lowered);
    lowered.roles.routers.push(Arc::new(Router {
        class: spec.gateway_class_name.map(Name::from),
        listeners: listeners.into(),
        parents: parent.into_iter().collect(),
        adopts,
        addresses: addresses.into_iter().flatten().filter_map(|address| address.value).collect(),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

fn listeners(object: &Object<'_>, specs: Option<Vec<ListenerSpec>>, lowered: &mut Lowered) -> Vec<Listener> {
    let path = ["spec", "listeners"];
    let specs = at_most(LISTENERS, specs.unwrap_or_default(), "listeners", place(object.node, &path), lowered);
    let nodes = find(object.node, &path).into_iter().flat_map(Node::items);
    specs.into_iter().zip(nodes).map(|(spec, node)| listener(object, spec, node, lowered)).collect()
}

fn listener(object: &Object<'_>, spec: ListenerSpec, node: Node<'_>, lowered: &mut Lowered) -> Listener {
    shape::listener(&spec, node, lowered);
    let speaks = match spec.protocol.as_deref() {
        Some("HTTP") => Speaks::Http,
        Some("HTTPS") => Speaks::Https,
        Some("TLS") => Speaks::Tls,
        Some("TCP") => Speaks::Tcp,
        Some("UDP") => Speaks::Udp,
        _ => Speaks::Unknown,
    };
    let at = place(node, &["port"]);
    let number = spec.port.and_then(|port| lowered.port(port, "the listener's port", at));
    let allowed = spec.allowed_routes.unwrap_or_default();
    let without_certificate =
        speaks == Speaks::Https && spec.tls.is_none() && object.meta.annotation(CERTIFICATES).is_none();
    let tls = spec.tls.unwrap_or_default();
    let passthrough = tls.mode.as_deref() == Some("Passthrough");
    Listener {
        name: spec.name.map(Into::into),
        passthrough,
        host: spec.hostname.filter(|host| !host.is_empty()).map(Into::into),
        accepts: Accepts {
            kinds: kinds(allowed.kinds, speaks, passthrough),
            namespaces: namespaces(allowed.namespaces, "Same", node.get("allowedRoutes"), lowered),
        },
        needs: certificates(object, tls.certificate_refs, node).into(),
        without_certificate,
        ..Listener::new(number, speaks, at)
    }
}

/// The kinds of routes that a listener takes: the stated ones, else what fits its protocol (GWY-05).
fn kinds(stated: Option<Vec<RouteKind>>, speaks: Speaks, passthrough: bool) -> Option<Vec<(String, String)>> {
    let stated = stated.unwrap_or_default();
    if !stated.is_empty() {
        let named = |kind: RouteKind| (kind.group.unwrap_or_else(|| GROUP.to_owned()), kind.kind);
        return Some(stated.into_iter().map(named).collect());
    }
    let kinds: &[&str] = match speaks {
        Speaks::Http | Speaks::Https => &["HTTPRoute", "GRPCRoute"],
        Speaks::Tls if passthrough => &["TLSRoute"],
        Speaks::Tls => &["TLSRoute", "TCPRoute"],
        Speaks::Tcp => &["TCPRoute"],
        Speaks::Udp => &["UDPRoute"],
        Speaks::Unknown => return None,
    };
    Some(kinds.iter().map(|kind| (GROUP.to_owned(), (*kind).to_owned())).collect())
}

/// `namespaces.from` and its selector (GWY-06, GWY-08); `node` is what holds `namespaces`.
fn namespaces(from: Option<From>, default: &str, node: Option<Node<'_>>, lowered: &mut Lowered) -> Namespaces {
    let from = from.unwrap_or_default();
    match from.from.as_deref().unwrap_or(default) {
        "All" => Namespaces::All,
        "Same" => Namespaces::Same,
        "Selector" => {
            let node = node.and_then(|node| find(node, &["namespaces", "selector"]));
            Namespaces::Labelled(Box::new(label_selector::lower(from.selector, node, lowered)))
        }
        _ => Namespaces::None,
    }
}

/// The certificates of a listener, which may be in other namespaces (RT-10).
fn certificates(object: &Object<'_>, references: Option<Vec<Reference>>, node: Node<'_>) -> Vec<ObjectRef> {
    let nodes = find(node, &["tls", "certificateRefs"]).into_iter().flat_map(Node::items);
    let reference = |(reference, node): (Reference, Node<'_>)| ObjectRef {
        group: reference.group.unwrap_or_default(),
        kind: reference.kind.unwrap_or_else(|| "Secret".to_owned()),
        namespace: reference.namespace.map_or_else(|| object.id.namespace, Into::into),
        name: reference.name,
        at: place(node, &["name"]),
    };
    references.unwrap_or_default().into_iter().zip(nodes).map(reference).collect()
}

/// The kinds that routes and listeners attach to; a reference to anything else leads to no listener.
const PARENTS: &[(&str, &str)] = &[(GROUP, "Gateway"), (GROUP, "ListenerSet"), (EXPERIMENTAL, "XListenerSet")];

/// A reference to a parent; `None` where that is no router (RT-03).
fn parent(object: &Object<'_>, parent: Parent, node: Node<'_>, lowered: &mut Lowered) -> Option<ParentRef> {
    let (group, kind) = (parent.group.as_deref().unwrap_or(GROUP), parent.kind.as_deref().unwrap_or("Gateway"));
    let (group, kind) = *PARENTS.iter().find(|known| **known == (group, kind))?;
    let at = place(node, &["name"]);
    let section = node.get("sectionName").or_else(|| node.get("port"));
    let port = parent.port.and_then(|port| lowered.port(port, "the parent's port", place(node, &["port"])));
    Some(ParentRef {
        group: group.into(),
        kind: kind.into(),
        namespace: parent.namespace.map_or_else(|| object.id.namespace, Into::into),
        name: parent.name.into(),
        section: parent.section_name.filter(|section| !section.is_empty()).map(Into::into),
        port,
        at,
        section_at: section.map_or(at, Node::span),
    })
}

/// A list as far as the API server takes it; what is longer is told.
fn at_most<T>(most: usize, mut list: Vec<T>, what: &str, at: Span, lowered: &mut Lowered) -> Vec<T> {
    if list.len() > most {
        let message = format!("there are {} {what}; the API server takes {most} at most", list.len());
        let help = Some("part them among several objects".to_owned());
        lowered.problems.push(Problem::error(Place::Span(Span { end: at.start, ..at }), message, help));
        list.truncate(most);
    }
    list
}
