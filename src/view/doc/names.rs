//! What the document calls workloads, Services and their ports, and how kubectl is told of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{markdown, words};
use super::Context;
use crate::graph::{External, HopKind, Missing, Number, Owner, Port, PortGraph, PortId, PortKind, WorkloadId};
use crate::manifest::{Labels, ObjectId, Workload};
use crate::name::Name;
use crate::source::Span;

/// Kinds whose pods kubectl finds by itself, for `port-forward`, `logs` and `exec`.
const KINDS_WITH_PODS: &[&str] =
    &["DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet"];

/// What a person calls a workload, with the kind and name it has: `**API** (Deployment `imagepod-api`)`, `**web** (Deployment)`.
pub(super) fn workload(workload: &Workload) -> String {
    let object = object(&workload.id);
    match words::display_name(workload) {
        name if workload.id.name == name => format!("{} ({})", strong(name), workload.id.kind),
        name => format!("{} ({object})", strong(name)),
    }
}

/// The name that someone gave a workload to be known by, else its kind and name.
pub(super) fn known_as(workload: &Workload) -> String {
    match words::display_name(workload) {
        name if workload.id.name == name => format!("{} {name}", workload.id.kind),
        name => name.to_owned(),
    }
}

/// Bold text. Right between the marks stands no punctuation, which could keep them from being marks.
pub(super) fn strong(name: &str) -> String {
    let text = markdown::text(name);
    let is_safe = text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric);
    if is_safe { format!("**{text}**") } else { text }
}

/// Kind and name: `Service `web``.
pub(super) fn object(id: &ObjectId) -> String {
    format!("{} {}", id.kind, markdown::code(&id.name))
}

/// The ports a Service port sends requests to.
pub(super) fn targets(graph: &PortGraph, service_port: PortId) -> Vec<PortId> {
    let hops = graph.hops_from(service_port).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Target);
    hops.map(|hop| graph.ends(hop).1).collect()
}

/// The workloads of ports, each once, in order.
pub(super) fn workloads(graph: &PortGraph, ports: &[PortId]) -> BTreeSet<WorkloadId> {
    let owners = ports.iter().map(|port| graph.port(*port).owner);
    owners.filter_map(|owner| if let Owner::Workload(id) = owner { Some(id) } else { None }).collect()
}

/// What a person calls what is behind a port: `API`; the name of the owner where nothing is.
pub(super) fn behind(graph: &PortGraph, port: PortId) -> String {
    let own = graph.port(port).owner;
    let mut found = workloads(graph, &targets(graph, port));
    if let Owner::Workload(id) = own {
        found.insert(id);
    }
    let names: BTreeSet<&str> = found.into_iter().map(|id| words::display_name(graph.workload(id))).collect();
    match graph.object(own) {
        Some(id) if names.is_empty() => id.name.to_string(),
        _ => names.into_iter().collect::<Vec<_>>().join(", "),
    }
}

/// What a person calls the end of a hop, with its number: `API `8000``, `Service `web:80``.
pub(super) fn end(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    let number = markdown::code(&words::number(port.number, port.protocol));
    match (&port.kind, port.owner) {
        (PortKind::External(External::Address(address)), _) if address.is_empty() => {
            format!("port {number} of endpoints without an address")
        }
        (PortKind::External(External::Address(address)), _) => markdown::code(&host_and_port(address, port.number)),
        (PortKind::External(External::Name(name)), _) => markdown::code(name),
        (PortKind::External(External::Managed(_)), _) => "endpoints that are managed elsewhere".to_owned(),
        (PortKind::External(External::Object(kind, name)), _) => {
            format!("{} {}", markdown::text(kind), markdown::code(name))
        }
        (PortKind::Missing(missing), _) => self::missing(missing),
        (_, Owner::Workload(workload)) => format!("{} {number}", markdown::text(&known_as(graph.workload(workload)))),
        (_, owner) => match graph.object(owner) {
            Some(id) => format!("{} {}", id.kind, markdown::code(&format!("{}{}", id.name, with_number(port)))),
            None => number,
        },
    }
}

/// What is missing, as text; which pods it would be is told elsewhere.
pub(super) fn missing(missing: &Missing) -> String {
    match missing {
        Missing::Pods(..) => "no pods".to_owned(),
        missing => markdown::text(&missing.to_string()),
    }
}

/// Host and port as an address is written: `10.0.0.1:80`, `[::1]:80`.
pub(super) fn host_and_port(host: &str, port: impl std::fmt::Display) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// The number as it stands behind a host: `:8080`, `:53/UDP`; nothing where it is not known.
pub(super) fn with_number(port: &Port) -> String {
    match port.number {
        Number::Known(_) => format!(":{}", words::number(port.number, port.protocol)),
        Number::Auto | Number::Unknown => String::new(),
    }
}

/// How kubectl is told of an object whose pods it finds: `deployment/web`.
pub(super) fn with_pods(id: &ObjectId) -> Option<String> {
    let is_known = KINDS_WITH_PODS.contains(&id.kind.as_str()) && !id.name.is_empty();
    is_known.then(|| format!("{}/{}", id.kind.to_lowercase(), id.name))
}

/// The kinds of routers that the input has of several groups.
pub(super) fn kinds_of_several_groups(graph: &PortGraph) -> BTreeSet<Name> {
    let mut groups: BTreeMap<Name, Name> = BTreeMap::new();
    let is_another = |id: &&ObjectId| *groups.entry(id.kind).or_insert(id.group) != id.group;
    graph.routers().map(|(_, router)| &router.id).filter(is_another).map(|id| id.kind).collect()
}

/// A label selector as kubectl reads it: `app=web,tier=front`.
pub(super) fn selector(labels: &Labels) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

impl Context<'_> {
    /// How kubectl is told of a kind: with its group, where the input has the same kind of another one.
    pub(super) fn resource(&self, id: &ObjectId) -> String {
        let kind = id.kind.to_lowercase();
        if self.kinds_of_several_groups.contains(&id.kind) { format!("{kind}.{}", id.group) } else { kind }
    }

    /// The file of an object, where it has one that a reader can open.
    pub(super) fn file(&self, at: Span) -> Option<&str> {
        let name = self.sources.get(at.source).name.as_str();
        (!name.starts_with('<')).then_some(name)
    }

    /// File and line, where a reader can open it; of rendered text the file alone, for its lines are others.
    pub(super) fn place(&self, at: Option<Span>) -> Option<String> {
        let at = at.filter(|at| self.file(*at).is_some())?;
        let location = self.sources.location(at);
        Some(markdown::code(&match location.field {
            None => format!("{}:{}", location.file, location.line),
            Some(_) => location.file,
        }))
    }
}
