//! ConfigMaps: texts that pods may read addresses from (CLI-05). Secrets have no such room: their values are never read (CLI-06).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::object::{Object, decode_at};
use super::{Config, Lowered};
use crate::yaml::DecodeError;

/// ConfigMap: its `data`; `binaryData` is passed over (CLI-01).
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let texts: BTreeMap<String, Option<String>> = decode_at(object.node, &["data"])?.unwrap_or_default();
    let nodes = object.node.get("data").into_iter().flat_map(|data| data.entries());
    let places: BTreeMap<_, _> = nodes.filter_map(|(key, value)| Some((key.as_str()?, value.span()))).collect();
    let data = texts.into_iter().map(|(key, text)| {
        let at = places.get(key.as_str()).copied().unwrap_or(object.at);
        (key, (text.unwrap_or_default(), at))
    });
    lowered.roles.configs.push(Arc::new(Config { id: object.id.clone(), at: object.at, data: data.collect() }));
    Ok(())
}
