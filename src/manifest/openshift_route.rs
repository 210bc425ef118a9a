//! OpenShift's Route (route.openshift.io): a host of the cluster's own router, and the Services behind it (SEMANTICS §8).

use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{Backend, Listener, LookedUp, Lowered, PortRef, Purpose, Route, Router, ServiceRef, Speaks, Takes, Target};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    host: Option<String>,
    subdomain: Option<String>,
    path: Option<String>,
    to: Option<Reference>,
    alternate_backends: Option<Vec<Reference>>,
    port: Option<Port>,
    tls: Option<Tls>,
    wildcard_policy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    name: String,
    weight: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Port {
    target_port: Option<IntOrString>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Tls {
    termination: Option<String>,
    insecure_edge_termination_policy: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    ingress: Vec<Admitted>,
}

/// A router of the cluster that serves the Route.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Admitted {
    router_canonical_hostname: Option<String>,
}

/// What a backend weighs that states nothing.
const DEFAULT_WEIGHT: u32 = 100;
/// The path of the object's port.
const TARGET_PORT: &[&str] = &["spec", "port", "targetPort"];

/// Route of route.openshift.io, and of the core group in OpenShift 3.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let status: Status = decode_at(object.node, &["status"])?.unwrap_or_default();
    let port = spec.port.as_ref().and_then(|port| port.target_port.clone()).and_then(|port| match port {
        IntOrString::Int(number) => {
            lowered.port(number, "targetPort", place(object.node, TARGET_PORT)).map(PortRef::Number)
        }
        IntOrString::String(name) => name.parse().map(PortRef::Number).ok().or(Some(PortRef::Name(name.into()))),
    });
    let tls = spec.tls.as_ref();
    let passthrough = tls.is_some_and(|tls| tls.termination.as_deref() == Some("passthrough"));
    let insecure = tls.and_then(|tls| tls.insecure_edge_termination_policy.as_deref());
    let at = [&["spec", "host"][..], &["spec", "to", "name"]].into_iter().find_map(|path| find(object.node, path));
    let at = at.map_or(object.at, Node::span);
    let route = |tls: bool| Route {
        takes: if passthrough { Takes::Tls } else { Takes::Http },
        host: host(&spec).map(Into::into),
        path: (!passthrough).then(|| spec.path.as_deref().filter(|path| !path.is_empty()).unwrap_or("/").into()),
        path_type: None,
        conditions: Box::default(),
        tls_only: false,
        tls,
        backends: backends(object, &spec, port.as_ref()).into(),
        redirect: None,
        at,
    };
    lowered.roles.routers.push(Arc::new(Router {
        listeners: listeners(object, tls.is_some(), passthrough, insecure).into(),
        routes: [route(tls.is_some())].into(),
        addresses: status.ingress.iter().filter_map(|ingress| ingress.router_canonical_hostname.clone()).collect(),
        looked_up: LookedUp::Status("routes.route.openshift.io", ".status.ingress[0].routerCanonicalHostname"),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

/// The host; a subdomain is completed by the router with a domain of its own.
fn host(spec: &Spec) -> Option<String> {
    let host = spec.host.clone().filter(|host| !host.is_empty())?;
    match (spec.wildcard_policy.as_deref(), host.split_once('.')) {
        (Some("Subdomain"), Some((_, domain))) => Some(format!("*.{domain}")),
        _ => Some(host),
    }
}

/// The cluster's router listens on 80 and 443. Where TLS ends before the pods, plain requests are let in only on `Allow`;
/// with `Redirect` they are sent to 443.
fn listeners(object: &Object<'_>, tls: bool, passthrough: bool, insecure: Option<&str>) -> Vec<Listener> {
    let plain = Listener { assumed: true, ..Listener::new(Some(80), Speaks::Http, place(object.node, &["spec"])) };
    let speaks = if passthrough { Speaks::Tls } else { Speaks::Https };
    let at = place(object.node, &["spec", "tls"]);
    let encrypted = Listener { assumed: true, passthrough, ..Listener::new(Some(443), speaks, at) };
    match (tls, insecure) {
        (false, _) => vec![plain],
        (true, Some("Allow")) => vec![plain, encrypted],
        (true, _) => vec![encrypted],
    }
}

/// The Services it parts its requests over, by weight.
fn backends(object: &Object<'_>, spec: &Spec, port: Option<&PortRef>) -> Vec<Backend> {
    let first = spec.to.as_ref().zip(find(object.node, &["spec", "to"]));
    let nodes = find(object.node, &["spec", "alternateBackends"]).into_iter().flat_map(Node::items);
    let others = spec.alternate_backends.iter().flatten().zip(nodes);
    let backends = first.into_iter().chain(others).filter(|(reference, _)| !reference.name.is_empty());
    backends.map(|(reference, node)| backend(object, reference, node, port)).collect()
}

fn backend(object: &Object<'_>, reference: &Reference, node: Node<'_>, port: Option<&PortRef>) -> Backend {
    let service_at = place(node, &["name"]);
    let at = find(object.node, TARGET_PORT).map_or(service_at, Node::span);
    let namespace = object.id.namespace;
    Backend {
        to: Target::Endpoints(ServiceRef {
            namespace,
            service: reference.name.as_str().into(),
            service_at,
            port: port.cloned(),
            at,
        }),
        weight: reference.weight.unwrap_or(DEFAULT_WEIGHT),
        purpose: Purpose::Forward,
        subset: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;
    use super::super::{PortRef, Router, Target};

    fn route(spec: &str) -> Router {
        let text = format!("apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{name: r}}\nspec: {{{spec}}}\n");
        Router::clone(&roles(&text).routers[0])
    }

    fn listens(spec: &str) -> Vec<String> {
        let listeners = route(&format!("to: {{kind: Service, name: s}}, {spec}")).listeners;
        listeners.iter().map(|one| format!("{} {}", one.speaks.as_str(), one.number.unwrap_or(0))).collect()
    }

    #[test]
    fn osr_tls_decides_which_ports_of_the_router_lead_to_it() {
        assert_eq!(listens("host: a.io"), ["HTTP 80"]);
        assert_eq!(listens("tls: {termination: edge}"), ["HTTPS 443"]);
        assert_eq!(listens("tls: {termination: reencrypt, insecureEdgeTerminationPolicy: Redirect}"), ["HTTPS 443"]);
        assert_eq!(listens("tls: {termination: edge, insecureEdgeTerminationPolicy: Allow}"), ["HTTP 80", "HTTPS 443"]);
        assert_eq!(listens("tls: {termination: passthrough}"), ["TLS 443"]);
    }

    #[test]
    fn osr_the_port_is_one_of_the_endpoints_and_the_weights_are_of_100() {
        let route = route("to: {name: a}, alternateBackends: [{name: b, weight: 20}], port: {targetPort: 8080}");
        let told = route.routes[0].backends.iter().map(|backend| match &backend.to {
            Target::Endpoints(reference) => (reference.service.as_str(), reference.port.clone(), backend.weight),
            _ => ("", None, 0),
        });
        let port = Some(PortRef::Number(8080));
        assert_eq!(told.collect::<Vec<_>>(), [("a", port.clone(), 100), ("b", port, 20)]);
    }

    #[test]
    fn osr_a_wildcard_policy_opens_the_whole_domain() {
        let host = |spec: &str| route(&format!("to: {{name: s}}, {spec}")).routes[0].host;
        assert_eq!(host("host: www.a.io").as_deref(), Some("www.a.io"));
        assert_eq!(host("host: www.a.io, wildcardPolicy: Subdomain").as_deref(), Some("*.a.io"));
        assert_eq!(host("subdomain: www"), None);
    }
}
