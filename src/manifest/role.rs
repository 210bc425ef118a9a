//! The roles: what every kind is lowered to, and all that the rest of portolan ever sees of a manifest.
//!
//! A Deployment and a CronJob are a [`Workload`], an Ingress and an HTTPRoute a [`Router`]. Field docs name the Kubernetes field they come from.
//! What many objects say alike is a [`Name`], which takes no room of its own; what is rarely the same is a `String`.
//! Roles hold what one object says, with Kubernetes' defaults filled in; what follows from two objects together is the graph's business.

mod backend;
mod cluster;
mod controller;
mod labels;
mod listener;
mod looked_up;
mod mesh;
mod monitor;
mod policy;
mod router;
mod service;
mod webhook;
mod workload;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::name::Name;
use crate::problem::Problem;
use crate::source::Span;

pub use backend::*;
pub use cluster::*;
pub use controller::*;
pub use labels::*;
pub use listener::*;
pub use looked_up::*;
pub use mesh::*;
pub use monitor::*;
pub use policy::*;
pub use router::*;
pub use service::*;
pub use webhook::*;
pub use workload::*;

/// Which object: unique in a cluster (and so in a [`Roles`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// `metadata.namespace`, else the default one; empty for what has none (a kind cluster).
    pub namespace: Name,
    /// `metadata.name`, else `metadata.generateName`, else empty.
    pub name: Name,
    /// The `kind`, as Kubernetes writes it.
    pub kind: Name,
    /// The API group, without its version; empty for the core group. Kinds of different groups share names.
    pub group: Name,
}

impl ObjectId {
    /// The API group, where the kind alone does not tell it: [`KINDS`](super::KINDS) has one of the same name above. The first one
    /// goes without.
    #[must_use]
    pub fn distinctive_group(&self) -> Option<&'static str> {
        let first = super::KINDS.iter().find(|row| self.kind == row.kind)?;
        (first.groups.first() != Some(&self.group.as_str())).then_some(self.group.as_str())
    }
}

impl fmt::Display for ObjectId {
    /// `Service shop/web`; without the slash where there is no namespace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.as_str() {
            "" => write!(f, "{} {}", self.kind, self.name),
            namespace => write!(f, "{} {namespace}/{}", self.kind, self.name),
        }
    }
}

/// Transport protocol of a port (`protocol`, default TCP; SVC-01, TP-12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Protocol {
    /// TCP
    #[default]
    Tcp,
    /// UDP
    Udp,
    /// SCTP
    Sctp,
}

impl Protocol {
    /// As Kubernetes writes it: `TCP`, `UDP`, `SCTP`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Sctp => "SCTP",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A reference to a port: by number or by name (`IntOrString`; the JSON type decides, YAML-02).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortRef {
    /// By number.
    Number(u16),
    /// By name.
    Name(Name),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// A ConfigMap: texts that pods may read addresses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// `data`, with the place of each value.
    pub data: BTreeMap<String, (String, Span)>,
}

/// What an object of any kind says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// The namespace it is in is stated, by itself or by the user; if not, it may as well be another one than the default.
    pub namespace_stated: bool,
    /// Place of the whole object.
    pub whole: Span,
    /// What few objects state.
    pub unusual: Option<Box<Unusual>>,
}

/// What few objects state about themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusual {
    /// `apiVersion` and its place, where it is not `v1` of the object's group, as most are.
    pub version: Option<(Name, Span)>,
    /// The annotation `portolan.dev/ignore`: which checks to pass over, and its place.
    pub ignore: Option<(String, Span)>,
}

/// Something that one object says and that the API server does not take as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The object that says it.
    pub object: ObjectId,
    /// What is wrong, and where.
    pub problem: Problem,
}

/// An object of a kind that portolan does not know. An operator may make pods for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Custom {
    /// `metadata.namespace`, else the default one.
    pub namespace: Name,
    /// `metadata.name`
    pub name: Name,
    /// `kind`
    pub kind: String,
}

/// Everything that was read, each list in the order of its ids. What is large and many is shared: lists grow, join and sort
/// without moving it, and parts of a graph have it without a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Every object, those without a list of their own among them.
    pub headers: Vec<Arc<Header>>,
    /// Values that the API server does not accept, and keys that stand twice, in the order of their places.
    pub faults: Vec<Fault>,
    /// Objects that the input defines more than once; the last definition is the one that counts.
    pub replaced: BTreeSet<ObjectId>,
    /// Objects of kinds that portolan does not know, of groups that are not Kubernetes' own.
    pub customs: Vec<Custom>,
    /// Workloads, owned ones among them.
    pub workloads: Vec<Arc<Workload>>,
    /// ConfigMaps.
    pub configs: Vec<Arc<Config>>,
    /// Services.
    pub services: Vec<Arc<Service>>,
    /// Stated backends.
    pub endpoints: Vec<Arc<Endpoints>>,
    /// Routers.
    pub routers: Vec<Arc<Router>>,
    /// What lets references cross namespaces.
    pub grants: Vec<Grant>,
    /// What makes gateways speak TLS to Services.
    pub backend_tls: Vec<BackendTls>,
    /// Network policies.
    pub policies: Vec<Policy>,
    /// Namespaces that are objects of the input.
    pub namespaces: Vec<Namespace>,
    /// Nodes of a running cluster.
    pub nodes: Vec<ClusterNode>,
    /// Policies that cannot be judged.
    pub other_policies: Vec<OtherPolicy>,
    /// What parts the pods of Services.
    pub partings: Vec<Parting>,
    /// Hosts outside that a mesh knows.
    pub outside: Vec<OutsideHosts>,
    /// What scrapes metrics.
    pub monitors: Vec<Monitor>,
    /// What the API server calls.
    pub webhooks: Vec<Webhook>,
    /// Local clusters.
    pub clusters: Vec<LocalCluster>,
    /// Places that aliases and merge keys repeat, in order, none inside of another one: a change there is one of several values.
    pub repeated: Vec<Span>,
}

impl Roles {
    /// Adds everything that another part of the input says.
    pub(super) fn append(&mut self, mut other: Self) {
        self.headers.append(&mut other.headers);
        self.faults.append(&mut other.faults);
        self.replaced.append(&mut other.replaced);
        self.customs.append(&mut other.customs);
        self.workloads.append(&mut other.workloads);
        self.configs.append(&mut other.configs);
        self.services.append(&mut other.services);
        self.endpoints.append(&mut other.endpoints);
        self.routers.append(&mut other.routers);
        self.grants.append(&mut other.grants);
        self.backend_tls.append(&mut other.backend_tls);
        self.policies.append(&mut other.policies);
        self.namespaces.append(&mut other.namespaces);
        self.nodes.append(&mut other.nodes);
        self.other_policies.append(&mut other.other_policies);
        self.partings.append(&mut other.partings);
        self.outside.append(&mut other.outside);
        self.clusters.append(&mut other.clusters);
        self.monitors.append(&mut other.monitors);
        self.webhooks.append(&mut other.webhooks);
        self.repeated.append(&mut other.repeated);
    }

    /// The ConfigMap of a namespace and name.
    #[must_use]
    pub fn config(&self, namespace: &str, name: &str) -> Option<&Config> {
        let key =
            |config: &Arc<Config>| (config.id.namespace.as_str(), config.id.name.as_str()).cmp(&(namespace, name));
        self.configs.binary_search_by(key).ok().and_then(|at| self.configs.get(at)).map(Arc::as_ref)
    }

    /// Does a change of the place change what stands in other places as well?
    #[must_use]
    pub fn is_repeated(&self, at: Span) -> bool {
        let before = self.repeated.partition_point(|span| (span.source, span.start) <= (at.source, at.start));
        let last = before.checked_sub(1).and_then(|last| self.repeated.get(last));
        last.is_some_and(|span| span.source == at.source && at.start < span.end)
    }
}
