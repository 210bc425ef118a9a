//! Namespaces: their labels, which network policies select them by (NET-15).

use super::object::Object;
use super::{Lowered, Namespace, ObjectId};
use crate::yaml::DecodeError;

/// The label that the API server gives to every namespace: its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Namespace: it is in none itself.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let mut labels = object.meta.labels.clone().unwrap_or_default();
    labels.insert(NAME_LABEL, &object.id.name);
    let id = ObjectId { namespace: "".into(), ..object.id.clone() };
    lowered.roles.namespaces.push(Namespace { id, at: object.at, labels });
    Ok(())
}
