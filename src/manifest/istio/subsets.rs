//! DestinationRule: the subsets of a Service's pods.

use serde::Deserialize;

use super::super::object::{Object, decode_at, find, place};
use super::super::{Labels, Lowered, PartOfPods, Parting};
use super::address::service;
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    host: String,
    subsets: Vec<Subset>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subset {
    name: String,
    labels: Labels,
}

/// DestinationRule. One for a host outside of the cluster parts no pods.
pub(in crate::manifest) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let Some((namespace, service)) = service(&spec.host, &object.id.namespace) else { return Ok(()) };
    let nodes = find(object.node, &["spec", "subsets"]).into_iter().flat_map(Node::items);
    let part = |(subset, node): (&Subset, Node<'_>)| PartOfPods {
        name: subset.name.clone(),
        labels: subset.labels.clone(),
        at: place(node, &["name"]),
    };
    lowered.roles.partings.push(Parting {
        id: object.id.clone(),
        at: object.at,
        namespace: namespace.to_owned(),
        service: service.to_owned(),
        parts: spec.subsets.iter().zip(nodes).map(part).collect(),
    });
    Ok(())
}
