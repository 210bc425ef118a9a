//! The roles of what may keep packets from pods: network policies, the namespaces they name, and policies that cannot be judged here.

use super::{Labels, ObjectId, PortRef, Protocol};
use crate::source::Span;

/// A NetworkPolicy: which pods of its namespace it isolates, and what it admits to or from them (SEMANTICS §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// `spec.podSelector`; an empty one selects every pod of the namespace (NET-01).
    pub selector: LabelSelector,
    /// Place of the selector (or of the spec).
    pub selector_at: Span,
    /// What comes in; `None`: the policy does not isolate this direction (NET-02).
    pub ingress: Option<Rules>,
    /// What goes out; `None`: the policy does not isolate this direction (NET-02).
    pub egress: Option<Rules>,
}

/// The rules of one direction, each of which admits something (NET-03); none of them: nothing is admitted (NET-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// `spec.ingress[]` or `spec.egress[]`
    pub list: Vec<PolicyRule>,
    /// Place of the list (or of the spec).
    pub at: Span,
}

/// One rule: it admits its ports to or from its peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// `from[]` or `to[]`; empty: anyone (NET-04).
    pub peers: Vec<Peer>,
    /// `ports[]`; empty: every port (NET-04).
    pub ports: Vec<PolicyPort>,
    /// Where it begins.
    pub at: Span,
}

/// Whom a rule speaks of (NET-05).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Peer {
    /// Pods by their labels and those of their namespaces.
    Pods(PodPeer),
    /// `ipBlock`: addresses.
    Block(IpBlock),
}

/// Pods that a rule speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPeer {
    /// `namespaceSelector`; `None`: the policy's own namespace.
    pub namespaces: Option<LabelSelector>,
    /// `podSelector`; `None`: every pod.
    pub pods: Option<LabelSelector>,
    /// Where it begins.
    pub at: Span,
}

/// `ipBlock`: a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpBlock {
    /// `cidr`
    pub cidr: String,
    /// `except[]`
    pub except: Vec<String>,
}

/// Ports of pods (NET-06, NET-07).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyPort {
    /// `port`; `None`: every port of the protocol. A name is that of a container port.
    pub port: Option<PortRef>,
    /// `endPort`: the last port of a range.
    pub end: Option<u16>,
    /// `protocol`
    pub protocol: Protocol,
    /// Place of `port` (or of the entry).
    pub at: Span,
}

/// A LabelSelector: every label and every expression must hold; an empty one selects everything (NET-01).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelSelector {
    /// `matchLabels`
    pub labels: Labels,
    /// `matchExpressions`
    pub expressions: Vec<Expression>,
}

impl LabelSelector {
    /// Does it select everything?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }
}

/// One entry of `matchExpressions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// `key`
    pub key: String,
    /// `operator`, with its values
    pub operator: Operator,
}

/// What an expression asks of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// It has one of these values.
    In(Vec<String>),
    /// It has none of these values, or is not there.
    NotIn(Vec<String>),
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
}

/// A Namespace with its labels, of which `kubernetes.io/metadata.name` is one (NET-15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Which object; its own namespace is empty.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// `metadata.labels`, with those that the API server adds.
    pub labels: Labels,
}

/// A policy of another engine, of which nothing but its presence is read (NET-16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherPolicy {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
}
