//! ReferenceGrant: who may refer to objects of its namespace (RT-10).

use serde::Deserialize;

use super::at_most;
use crate::manifest::object::{Object, decode_at, place};
use crate::manifest::{Grant, Lowered};
use crate::yaml::DecodeError;

/// The most entries of a list.
const ENTRIES: usize = 16;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    from: Option<Vec<Peer>>,
    to: Option<Vec<Peer>>,
}

/// An entry of `from` or of `to`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Peer {
    group: String,
    kind: String,
    namespace: String,
    name: Option<String>,
}

/// ReferenceGrant.
pub(in crate::manifest) fn reference_grant(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let mut bounded = |list: Option<Vec<Peer>>, key| {
        at_most(ENTRIES, list.unwrap_or_default(), key, place(object.node, &["spec", key]), lowered)
    };
    let (from, to) = (bounded(spec.from, "from"), bounded(spec.to, "to"));
    lowered.roles.grants.push(Grant {
        id: object.id.clone(),
        at: object.at,
        from: from.into_iter().map(|peer| (peer.group, peer.kind, peer.namespace)).collect(),
        to: to.into_iter().map(|peer| (peer.group, peer.kind, peer.name.filter(|name| !name.is_empty()))).collect(),
    });
    Ok(())
}
