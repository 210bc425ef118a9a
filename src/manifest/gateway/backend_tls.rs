//! BackendTLSPolicy: to which Services gateways speak TLS (RT-14).

use serde::Deserialize;

use crate::manifest::object::{Object, decode_at, find, place};
use crate::manifest::{BackendTls, Lowered, TlsTarget};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    target_refs: Vec<Target>,
    /// Of `v1alpha2`.
    target_ref: Option<Target>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Target {
    group: String,
    kind: String,
    name: String,
    section_name: Option<String>,
}

/// BackendTLSPolicy.
pub(in crate::manifest) fn backend_tls_policy(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let nodes = find(object.node, &["spec", "targetRefs"]).into_iter().flat_map(Node::items);
    let older = spec.target_ref.into_iter().zip(find(object.node, &["spec", "targetRef"]));
    let targets = spec.target_refs.into_iter().zip(nodes).chain(older);
    let targets = targets.filter(|(target, _)| (target.group.as_str(), target.kind.as_str()) == ("", "Service"));
    let target = |(target, node): (Target, Node<'_>)| TlsTarget {
        service: target.name.into(),
        service_at: place(node, &["name"]),
        port: target.section_name.filter(|name| !name.is_empty()),
        at: node.get("sectionName").map_or_else(|| place(node, &["name"]), Node::span),
    };
    let targets = targets.map(target).collect();
    lowered.roles.backend_tls.push(BackendTls { id: object.id.clone(), at: object.at, targets });
    Ok(())
}
