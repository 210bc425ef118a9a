//! Routes of the Gateway API (SEMANTICS §5.3).

use std::sync::Arc;

use serde::Deserialize;

use super::matching::{GrpcMatch, HttpMatch, Matched, NoMatch, grpc_match, http_match, no_match};
use super::{Parent, Reference, at_most, parent, shape};
use crate::manifest::object::{Object, decode_at, find, place};
use crate::manifest::{
    Backend, Crossing, Lowered, PortRef, Purpose, Redirect, Route, Router, ServiceRef, Takes, Target, start_of,
};
use crate::yaml::{DecodeError, Node};

/// What the API server takes at most of each.
const PARENTS: usize = 32;
const HOSTS: usize = 16;
const RULES: usize = 16;
const MATCHES: usize = 64;
const BACKENDS: usize = 16;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec<M> {
    parent_refs: Option<Vec<Parent>>,
    hostnames: Option<Vec<String>>,
    #[serde(bound(deserialize = "M: Deserialize<'de> + Default"))]
    rules: Option<Vec<Rule<M>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule<M> {
    #[serde(bound(deserialize = "M: Deserialize<'de> + Default"))]
    matches: Option<Vec<M>>,
    filters: Option<Vec<Filter>>,
    backend_refs: Option<Vec<BackendRef>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    request_mirror: Option<Mirror>,
    request_redirect: Option<RedirectSpec>,
    extension_ref: Option<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Mirror {
    backend_ref: Option<BackendRef>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RedirectSpec {
    scheme: Option<String>,
    hostname: Option<String>,
    path: Option<PathChange>,
    port: Option<i32>,
    status_code: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PathChange {
    replace_full_path: Option<String>,
    replace_prefix_match: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BackendRef {
    #[serde(flatten)]
    to: Reference,
    port: Option<i32>,
    weight: Option<u32>,
    filters: Option<Vec<Filter>>,
}

/// HTTPRoute.
pub(in crate::manifest) fn http_route(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let mut spec: Spec<HttpMatch> = decode_at(object.node, &["spec"])?.unwrap_or_default();
    shape::rules(object, spec.rules.as_ref().map(Vec::len), lowered);
    // Without rules there is one that takes everything and leads nowhere (RT-06).
    spec.rules.get_or_insert_with(|| vec![Rule::default()]);
    lower(object, spec, Takes::Http, http_match, lowered);
    Ok(())
}

/// GRPCRoute.
pub(in crate::manifest) fn grpc_route(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec<GrpcMatch> = decode_at(object.node, &["spec"])?.unwrap_or_default();
    lower(object, spec, Takes::Grpc, grpc_match, lowered);
    Ok(())
}

/// TLSRoute.
pub(in crate::manifest) fn tls_route(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    stream(object, Takes::Tls, lowered)
}

/// TCPRoute.
pub(in crate::manifest) fn tcp_route(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    stream(object, Takes::Tcp, lowered)
}

/// UDPRoute.
pub(in crate::manifest) fn udp_route(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    stream(object, Takes::Udp, lowered)
}

fn stream(object: &Object<'_>, takes: Takes, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let mut spec: Spec<NoMatch> = decode_at(object.node, &["spec"])?.unwrap_or_default();
    spec.hostnames = spec.hostnames.filter(|_| takes == Takes::Tls);
    shape::stream(object, takes, spec.rules.as_ref().map(Vec::len), spec.hostnames.is_some(), lowered);
    lower(object, spec, takes, no_match, lowered);
    Ok(())
}

fn lower<M: Default>(object: &Object<'_>, spec: Spec<M>, takes: Takes, matched: Matcher<M>, lowered: &mut Lowered) {
    let at = |key| place(object.node, &["spec", key]);
    let nodes = |key| find(object.node, &["spec", key]).into_iter().flat_map(Node::items);
    let references = at_most(PARENTS, spec.parent_refs.unwrap_or_default(), "parentRefs", at("parentRefs"), lowered);
    let count = references.len();
    let parents = references.into_iter().zip(nodes("parentRefs"));
    let parents: Vec<_> = parents.filter_map(|(one, node)| parent(object, one, node, lowered)).collect();
    shape::hosts(nodes("hostnames"), lowered);
    let hosts = at_most(HOSTS, spec.hostnames.unwrap_or_default(), "hostnames", at("hostnames"), lowered);
    let hosts = if hosts.is_empty() { vec![None] } else { hosts.into_iter().map(Some).collect() };
    let rules = at_most(RULES, spec.rules.unwrap_or_default(), "rules", at("rules"), lowered);
    // A rule that is not written stands where the object does.
    let places = nodes("rules").chain(std::iter::repeat(object.node));
    let mut routes = Vec::new();
    for (rule, node) in rules.into_iter().zip(places) {
        add_rule(object, rule, node, (takes, &hosts, matched), &mut routes, lowered);
    }
    lowered.roles.routers.push(Arc::new(Router {
        in_mesh: parents.len() < count,
        parents: parents.into(),
        routes: routes.into(),
        crossing: Crossing::Granted,
        ..Router::new(object.id.clone(), object.at)
    }));
}

/// How a kind of route reads one of its matches.
type Matcher<M> = fn(M, Node<'_>) -> Matched;

/// One route per host and match of a rule.
fn add_rule<M: Default>(
    object: &Object<'_>,
    rule: Rule<M>,
    node: Node<'_>,
    (takes, hosts, matched): (Takes, &[Option<String>], Matcher<M>),
    routes: &mut Vec<Route>,
    lowered: &mut Lowered,
) {
    shape::rule(node, lowered);
    let matches = rule.matches.unwrap_or_default();
    let mut matches = at_most(MATCHES, matches, "matches", place(node, &["matches"]), lowered);
    if matches.is_empty() {
        matches.push(M::default());
    }
    let backends = backends(object, rule.backend_refs, rule.filters.as_deref(), node, lowered);
    let redirect = redirect(rule.filters, node, lowered);
    let places = find(node, &["matches"]).into_iter().flat_map(Node::items).chain(std::iter::once(node));
    for (one, place) in matches.into_iter().zip(places) {
        let Matched { path, path_type, conditions, at } = matched(one, place);
        for host in hosts {
            routes.push(Route {
                takes,
                host: host.as_deref().map(Into::into),
                path: path.as_deref().map(Into::into),
                path_type: path_type.as_deref().map(Into::into),
                conditions: conditions.clone().into(),
                tls: false,
                tls_only: false,
                backends: backends.clone().into(),
                redirect: redirect.clone().map(Box::new),
                at,
            });
        }
    }
}

/// The backends of a rule, and those that its filters and their own mirror to (RT-07, RT-12).
fn backends(
    object: &Object<'_>,
    references: Option<Vec<BackendRef>>,
    filters: Option<&[Filter]>,
    node: Node<'_>,
    lowered: &mut Lowered,
) -> Vec<Backend> {
    let references = references.unwrap_or_default();
    let references = at_most(BACKENDS, references, "backendRefs", place(node, &["backendRefs"]), lowered);
    let nodes = find(node, &["backendRefs"]).into_iter().flat_map(Node::items);
    let mut backends = Vec::new();
    add_mirrors(object, filters, node, &mut backends, lowered);
    for (reference, node) in references.into_iter().zip(nodes) {
        add_mirrors(object, reference.filters.as_deref(), node, &mut backends, lowered);
        let to = target(object, &reference, node, lowered);
        backends.push(Backend { weight: reference.weight.unwrap_or(1), ..Backend::new(to) });
    }
    if !backends.iter().any(|backend| backend.purpose == Purpose::Forward) {
        backends.extend(answering(filters));
    }
    backends
}

/// Without backends an extension of the implementation may answer itself.
fn answering(filters: Option<&[Filter]>) -> Option<Backend> {
    let extension = filters?.iter().find_map(|filter| filter.extension_ref.as_ref())?;
    let to = Target::Object { kind: extension.kind.as_deref()?.into(), name: extension.name.as_str().into() };
    Some(Backend::new(to))
}

fn add_mirrors(
    object: &Object<'_>,
    filters: Option<&[Filter]>,
    node: Node<'_>,
    backends: &mut Vec<Backend>,
    lowered: &mut Lowered,
) {
    let nodes = find(node, &["filters"]).into_iter().flat_map(Node::items);
    for (filter, node) in filters.unwrap_or_default().iter().zip(nodes) {
        let mirror = filter.request_mirror.as_ref().and_then(|mirror| mirror.backend_ref.as_ref());
        if let Some((reference, node)) = mirror.zip(find(node, &["requestMirror", "backendRef"])) {
            let to = target(object, reference, node, lowered);
            backends.push(Backend { purpose: Purpose::Mirror, ..Backend::new(to) });
        }
    }
}

/// A Service, unless another group or kind is stated (RT-07, RT-09).
fn target(object: &Object<'_>, reference: &BackendRef, node: Node<'_>, lowered: &mut Lowered) -> Target {
    let Reference { group, kind, namespace, name } = &reference.to;
    let kind = kind.as_deref().unwrap_or("Service");
    let group = group.as_deref().unwrap_or_default();
    if (group, kind) != ("", "Service") {
        return Target::Object { kind: kind.into(), name: name.as_str().into() };
    }
    let at = place(node, &["port"]);
    Target::Service(ServiceRef {
        namespace: namespace.as_deref().map_or_else(|| object.id.namespace, Into::into),
        service: name.as_str().into(),
        service_at: place(node, &["name"]),
        // What is no port number is kept as it is written, so that readers see what leads nowhere.
        port: reference.port.map(|port| {
            let number = lowered.port(port, "the Service port number", at);
            number.map_or_else(|| PortRef::Name(port.to_string().into()), PortRef::Number)
        }),
        at,
    })
}

/// Where a rule sends the client instead (RT-11).
fn redirect(filters: Option<Vec<Filter>>, node: Node<'_>, lowered: &mut Lowered) -> Option<Redirect> {
    let nodes = find(node, &["filters"]).into_iter().flat_map(Node::items);
    let mut redirects = filters.unwrap_or_default().into_iter().zip(nodes);
    let (spec, node) = redirects.find_map(|(filter, node)| filter.request_redirect.zip(node.get("requestRedirect")))?;
    let path = spec.path.unwrap_or_default();
    let port = spec.port.and_then(|port| lowered.port(port, "the redirect's port", place(node, &["port"])));
    Some(Redirect {
        scheme: spec.scheme,
        host: spec.hostname.filter(|host| !host.is_empty()),
        port,
        path: path.replace_full_path.or(path.replace_prefix_match),
        status: spec.status_code.unwrap_or(302),
        at: ["port", "scheme", "hostname", "path"]
            .iter()
            .find_map(|key| node.get(key))
            .map_or(start_of(node), Node::span),
    })
}
