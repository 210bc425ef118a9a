//! Backends that are stated rather than selected: EndpointSlice and the older Endpoints (EP-01 to EP-05).

use std::sync::Arc;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::discovery::v1 as discovery;

use super::object::{Object, decode_at};
use super::{EndpointPort, EndpointSubset, Endpoints, Lowered};
use crate::source::Span;
use crate::yaml::{DecodeError, Node};

/// The label that links a slice to its Service (EP-01).
const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// The label that says who manages a slice.
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// The annotation that the endpoints controller leaves on an Endpoints object, mostly.
const CHANGE_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
/// The label that it leaves since Kubernetes 1.33.
const ENDPOINTS_MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";

/// EndpointSlice: belongs to the Service that its label names.
pub(super) fn slice(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let label = |key: &str| object.meta.labels.as_ref().and_then(|labels| labels.get(key));
    let family: Option<Option<String>> = decode_at(object.node, &["addressType"])?;
    if family.flatten().as_deref() == Some("FQDN") {
        return Ok(()); // Nothing reads such a slice (EP-04).
    }
    let endpoints: Vec<discovery::Endpoint> = decode_at(object.node, &["endpoints"])?.unwrap_or_default();
    let ports: Vec<discovery::EndpointPort> = decode_at(object.node, &["ports"])?.unwrap_or_default();
    let ports = ports.into_iter().zip(places(object.node.get("ports"), object.at));
    // A slice port without a number is one that kube-proxy passes over (EP-03).
    let ports = ports.filter_map(|(port, at)| {
        self::port(port.name, port.port.filter(|number| *number != 0)?, port.protocol.as_deref(), at, lowered)
    });
    let names_pods = endpoints.iter().any(|endpoint| is_pod(endpoint.target_ref.as_ref()));
    let subset = EndpointSubset {
        ports: ports.collect(),
        addresses: endpoints.into_iter().flat_map(|endpoint| endpoint.addresses).collect(),
    };
    lowered.roles.endpoints.push(Arc::new(Endpoints {
        id: object.id.clone(),
        at: object.at,
        service: label(SERVICE_NAME).map(Into::into),
        subsets: vec![subset],
        managed: names_pods || label(MANAGED_BY).is_some_and(|manager| manager.ends_with(".k8s.io")),
    }));
    Ok(())
}

/// Endpoints: belongs to the Service of its own name.
pub(super) fn legacy(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let subsets: Vec<core::EndpointSubset> = decode_at(object.node, &["subsets"])?.unwrap_or_default();
    let names_pods = subsets.iter().flat_map(|subset| subset.addresses.iter().flatten());
    let names_pods = names_pods.into_iter().any(|address| is_pod(address.target_ref.as_ref()));
    let label = object.meta.labels.as_ref().and_then(|labels| labels.get(ENDPOINTS_MANAGED_BY));
    let nodes = object.node.get("subsets").into_iter().flat_map(Node::items);
    let subsets =
        subsets.into_iter().zip(nodes).map(|(subset, node)| self::subset(subset, node, object.at, lowered)).collect();
    lowered.roles.endpoints.push(Arc::new(Endpoints {
        service: Some(object.id.name),
        id: object.id.clone(),
        at: object.at,
        subsets,
        managed: names_pods || label.is_some() || object.meta.annotation(CHANGE_TIME).is_some(),
    }));
    Ok(())
}

/// An address that is a pod's is one that a controller found by a selector: nobody writes such a reference by hand.
fn is_pod(target: Option<&core::ObjectReference>) -> bool {
    target.and_then(|target| target.kind.as_deref()) == Some("Pod")
}

fn subset(subset: core::EndpointSubset, node: Node<'_>, at: Span, lowered: &mut Lowered) -> EndpointSubset {
    let ports = subset.ports.unwrap_or_default().into_iter().zip(places(node.get("ports"), at));
    let ports = ports
        .filter_map(|(port, at)| self::port(port.name, port.port, port.protocol.as_deref(), at, lowered))
        .collect();
    EndpointSubset {
        ports,
        addresses: subset.addresses.unwrap_or_default().into_iter().map(|address| address.ip).collect(),
    }
}

fn port(
    name: Option<String>,
    number: i32,
    protocol: Option<&str>,
    at: Span,
    lowered: &mut Lowered,
) -> Option<EndpointPort> {
    let number = lowered.port(number, "port", at)?;
    Some(EndpointPort { name: name.unwrap_or_default().into(), number, protocol: lowered.protocol(protocol, at), at })
}

/// The place of the number of each entry of a list of ports.
fn places(list: Option<Node<'_>>, otherwise: Span) -> Vec<Span> {
    let entries = list.into_iter().flat_map(Node::items);
    entries.map(|entry| entry.get("port").map_or(otherwise, Node::span)).collect()
}
