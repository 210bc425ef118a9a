//! The role of a local cluster: the ports of its host machine that lead into it.

use super::{ObjectId, Protocol};
use crate::source::Span;

/// A local cluster's configuration: kind's `Cluster` (LOC-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCluster {
    /// Which object; the namespace is empty.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// `nodes[].extraPortMappings[]`, all nodes together.
    pub mappings: Vec<HostMapping>,
}

/// A port of the host machine that leads to a port of a cluster's node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMapping {
    /// Port on the host machine (`hostPort`); `None`: a free one is chosen (0, -1 or unset).
    pub host_port: Option<u16>,
    /// Port on the node (`containerPort`): a nodePort or a pod's hostPort.
    pub node_port: u16,
    /// `listenAddress`, where it is stated.
    pub listen: Option<String>,
    /// `protocol`
    pub protocol: Protocol,
    /// Place of `containerPort`.
    pub at: Span,
    /// Place of `hostPort`, or of `containerPort`.
    pub host_at: Span,
}
