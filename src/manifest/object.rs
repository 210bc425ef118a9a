//! Objects: the part that all kinds share, and Lists unpacked.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::mend::Failed;
use super::{Custom, Header, KINDS, Kind, Labels, Lowered, ObjectId, Unusual, api_server, template};
use crate::name::Name;
use crate::problem::Problem;
use crate::source::Span;
use crate::yaml::{self, DecodeError, Node};

/// The namespace of objects where neither they nor the user state one.
pub const DEFAULT_NAMESPACE: &str = "default";

/// API groups whose kinds are in no namespace.
const IN_NO_NAMESPACE: &[&str] = &[api_server::ADMISSION, api_server::AGGREGATION, api_server::DEFINITIONS];

/// API groups of what is read, but sent to no API server.
const LOCAL_CLUSTERS: &[&str] = &["kind.x-k8s.io", "k3d.io"];

/// Annotations with this prefix speak to portolan.
pub(super) const NOTE_PREFIX: &str = "portolan.dev/";

/// One Kubernetes object of a kind that matters, not yet lowered.
pub(super) struct Object<'d> {
    /// The whole object.
    pub(super) node: Node<'d>,
    /// `metadata`
    pub(super) meta: Meta,
    /// Which object it is.
    pub(super) id: ObjectId,
    /// Place of its name.
    pub(super) at: Span,
    /// Its namespace is stated, by itself or by the user.
    pub(super) namespace_stated: bool,
}

/// The part of `metadata` that matters. `managedFields` and the like are passed over undecoded.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Meta {
    name: Option<Name>,
    generate_name: Option<Name>,
    namespace: Option<Name>,
    pub(super) labels: Option<Labels>,
    pub(super) annotations: Option<BTreeMap<String, Option<String>>>,
    owner_references: Option<Vec<OwnerReference>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnerReference {
    #[serde(default)]
    api_version: String,
    kind: Name,
    name: Name,
    controller: Option<bool>,
}

impl Meta {
    /// Kind and name of the controller that owns the object.
    pub(super) fn controller(&self) -> Option<(Name, Name)> {
        self.controlling().map(|owner| (owner.kind, owner.name))
    }

    /// Name of the controller that owns the object, where it is of an API group that ends so.
    pub(super) fn controller_of(&self, group: &str) -> Option<Name> {
        let owner = self
            .controlling()
            .filter(|owner| owner.api_version.split_once('/').is_some_and(|(stated, _)| stated.ends_with(group)))?;
        Some(owner.name)
    }

    fn controlling(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().flatten().find(|owner| owner.controller == Some(true))
    }

    /// The annotations that speak to portolan, without the prefix.
    pub(super) fn notes(&self) -> impl Iterator<Item = (String, String)> {
        let stated = self.annotations.iter().flatten();
        stated.filter_map(|(key, value)| Some((key.strip_prefix(NOTE_PREFIX)?.to_owned(), value.clone()?)))
    }

    /// The value of an annotation.
    pub(super) fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.as_ref()?.get(key)?.as_deref()
    }
}

/// Is it an object at all: a mapping with `apiVersion` and `kind`?
pub(super) fn is_object(node: Node<'_>) -> bool {
    text(node, "apiVersion").is_some() && text(node, "kind").is_some()
}

/// Lowers every object of a kind that matters and whose place among them is `wanted`: the root itself, or the items of a List
/// (also a typed one, YAML-08). Returns those that cannot be decoded.
pub(super) fn lower_all(
    root: Node<'_>,
    namespace: &str,
    wanted: impl Fn(usize) -> bool,
    lowered: &mut Lowered,
) -> Failed {
    let mut failed = Vec::new();
    let mut found = Found::default();
    if let (Some(version), Some(kind)) = (text(root, "apiVersion"), text(root, "kind")) {
        unpack(root, version, kind, &mut found);
    }
    lowered.roles.customs.extend(found.customs.into_iter().filter_map(|node| custom(node, namespace)));
    for (index, (node, row)) in found.known.into_iter().enumerate().filter(|(index, _)| wanted(*index)) {
        let result = object(node, row, namespace).and_then(|object| {
            lowered.roles.headers.push(Arc::new(header(&object)));
            (row.lower)(&object, lowered)?;
            lowered.problems.extend(nameless(&object));
            Ok(())
        });
        failed.extend(result.err().map(|error| (index, error)));
    }
    failed
}

/// What is wrong with an object that has no name; the configuration of a local cluster is no object of the API and needs none.
fn nameless(object: &Object<'_>) -> Option<Problem> {
    let is_wrong = object.id.name.is_empty() && !LOCAL_CLUSTERS.contains(&object.id.group.as_str());
    let message = "this object has no name, so the API server rejects it";
    is_wrong.then(|| Problem::rejected(object.at, message, "write its `name` inside of `metadata`"))
}

/// The annotation that names checks to pass over.
const IGNORE: &str = "portolan.dev/ignore";

fn header(object: &Object<'_>) -> Header {
    let version = other_version(object);
    let ignore = object.meta.annotation(IGNORE);
    let ignore = ignore.map(|ids| (ids.to_owned(), place(object.node, &["metadata", "annotations", IGNORE])));
    Header {
        id: object.id.clone(),
        at: object.at,
        namespace_stated: object.namespace_stated,
        whole: object.node.span(),
        unusual: (version.is_some() || ignore.is_some()).then(|| Box::new(Unusual { version, ignore })),
    }
}

/// `apiVersion` where it is not `v1` of today's group.
fn other_version(object: &Object<'_>) -> Option<(Name, Span)> {
    let stated = text(object.node, "apiVersion")?;
    let (group, version) = stated.rsplit_once('/').unwrap_or(("", stated));
    let is_usual = (group, version) == (object.id.group.as_str(), "v1");
    (!is_usual).then(|| (stated.into(), place(object.node, &["apiVersion"])))
}

/// The objects of one document.
#[derive(Default)]
struct Found<'d> {
    /// Those of kinds that matter.
    known: Vec<(Node<'d>, &'static Kind)>,
    /// Those of other kinds, of which operators may make pods.
    customs: Vec<Node<'d>>,
}

/// Finds the objects that matter. Items of a typed list need not state their own kind.
fn unpack<'d>(node: Node<'d>, version: &str, kind: &str, found: &mut Found<'d>) {
    let list = kind.strip_suffix("List").and_then(|item_kind| Some((item_kind, node.get("items")?)));
    match list {
        Some((item_kind, items)) => {
            for item in items.items() {
                let own = (text(item, "apiVersion").unwrap_or(version), text(item, "kind").unwrap_or(item_kind));
                unpack(item, own.0, own.1, found);
            }
        }
        None => match row(version, kind) {
            Some(row) => found.known.push((node, row)),
            None if is_custom(version) => found.customs.push(node),
            None => {}
        },
    }
}

/// Kubernetes' own groups have no dot, or end in `k8s.io`.
fn is_custom(version: &str) -> bool {
    let group = version.split_once('/').map_or("", |(group, _)| group);
    group.contains('.') && !group.ends_with("k8s.io")
}

fn custom(node: Node<'_>, namespace: &str) -> Option<Custom> {
    let meta = node.get("metadata")?;
    let (kind, name) = (text(node, "kind")?.to_owned(), text(meta, "name")?.to_owned());
    let namespace = text(meta, "namespace").filter(|name| !name.is_empty()).unwrap_or(namespace).to_owned();
    Some(Custom { namespace: namespace.into(), name: name.into(), kind })
}

fn row(version: &str, kind: &str) -> Option<&'static Kind> {
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    KINDS.iter().find(|row| row.kind == kind && row.groups.contains(&group))
}

fn object<'d>(node: Node<'d>, kind: &'static Kind, namespace: &str) -> Result<Object<'d>, DecodeError> {
    let meta: Meta = decode_at(node, &["metadata"])?.unwrap_or_default();
    refuse_template(node)?;
    let is_in_none = IN_NO_NAMESPACE.contains(&kind.groups[0]);
    let stated = meta.namespace.as_deref().filter(|name| !name.is_empty());
    let namespace_stated = is_in_none || stated.is_some() || namespace != DEFAULT_NAMESPACE;
    let id = ObjectId {
        namespace: if is_in_none { "".into() } else { stated.unwrap_or(namespace).into() },
        name: meta.name.or(meta.generate_name).unwrap_or_default(),
        kind: kind.kind.into(),
        group: kind.groups[0].into(),
    };
    let at = place(node, &["metadata", "name"]);
    Ok(Object { node, meta, id, at, namespace_stated })
}

/// A template can be YAML before it is rendered; its object has no name yet.
fn refuse_template(node: Node<'_>) -> Result<(), DecodeError> {
    let metadata = node.get("metadata");
    let names = ["name", "generateName", "namespace"].map(|key| metadata?.get(key));
    let is_template = |node: &Node<'_>| node.as_str().is_some_and(template::looks_rendered_later);
    match names.into_iter().flatten().find(is_template) {
        Some(name) => Err(DecodeError {
            span: name.span(),
            path: "metadata".to_owned(),
            message: "this name is a template that is not rendered yet".to_owned(),
            help: None,
            remedy: None,
        }),
        None => Ok(()),
    }
}

/// Decodes what stands at a path of keys; `None` where nothing does.
pub(super) fn decode_at<'d, T: Deserialize<'d>>(node: Node<'d>, path: &[&str]) -> Result<Option<T>, DecodeError> {
    match find(node, path) {
        Some(found) => yaml::decode(found).map_err(|error| below(error, path)),
        None => Ok(None),
    }
}

/// The error as seen from the whole object.
fn below(error: DecodeError, path: &[&str]) -> DecodeError {
    let joint = if error.path.is_empty() || error.path.starts_with('[') { "" } else { "." };
    let path = format!("{}{joint}{}", path.join("."), error.path);
    DecodeError { path, ..error }
}

/// The node at a path of keys.
pub(super) fn find<'d>(node: Node<'d>, path: &[&str]) -> Option<Node<'d>> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

/// The place of what stands at a path of keys, or of the nearest mapping above it that is there.
pub(super) fn place(node: Node<'_>, path: &[&str]) -> Span {
    let mut found = node;
    for key in path {
        match found.get(key) {
            Some(next) => found = next,
            None => return super::start_of(found),
        }
    }
    found.span()
}

pub(super) fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key)?.as_str()
}
