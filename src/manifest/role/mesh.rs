//! The roles of what a mesh knows besides Services: parts of their pods, and hosts outside.

use super::{Labels, ObjectId, Protocol};
use crate::source::Span;

/// A reference to a part of a Service's pods, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SubsetRef {
    /// The name.
    pub name: String,
    /// Its place.
    pub at: Span,
}

/// A DestinationRule: it parts the pods of a Service by their labels (SEMANTICS §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// Namespace of the Service.
    pub namespace: String,
    /// Name of the Service.
    pub service: String,
    /// The parts, in the order of the manifest.
    pub parts: Vec<PartOfPods>,
}

/// One of the parts: pods that the Service selects and that have these labels too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOfPods {
    /// Its name.
    pub name: String,
    /// The labels.
    pub labels: Labels,
    /// Place of the name.
    pub at: Span,
}

/// A ServiceEntry: hosts outside of the cluster, and their ports (SEMANTICS §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideHosts {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// Names, some of them like `*.example.com`.
    pub hosts: Vec<String>,
    /// Their ports.
    pub ports: Vec<OutsidePort>,
}

/// A port of hosts outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsidePort {
    /// Its number.
    pub number: u16,
    /// Transport protocol.
    pub protocol: Protocol,
    /// What is spoken there, as the manifest writes it: `HTTPS`, `MONGO`.
    pub speaks: Option<String>,
    /// Its place.
    pub at: Span,
}
