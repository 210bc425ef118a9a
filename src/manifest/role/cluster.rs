//! The roles of clusters: a local one, whose host machine has ports that lead into it, and the nodes of a running one.

use super::{ObjectId, Protocol};
use crate::source::Span;

/// A local cluster's configuration: kind's `Cluster` (LOC-01), k3d's `Simple` (LOC-07).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalCluster {
    /// Which object; the namespace is empty.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// The program that makes it.
    pub maker: Maker,
    /// `nodes[].extraPortMappings[]` or `ports[]`, all nodes together.
    pub mappings: Vec<HostMapping>,
    /// Its load balancers are ports of its nodes, with the numbers of their Services (LOC-08).
    pub balances_on_nodes: bool,
    /// The class of Ingresses whose controller it brings along, on ports 80 and 443 of a load balancer (LOC-08).
    pub brings: Option<&'static str>,
}

/// A node of a running cluster, in a dump of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterNode {
    /// Which object; the namespace is empty.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// The address that requests from outside are best sent to, where it has one (`status.addresses[]`).
    pub address: Option<String>,
}

/// A program that makes clusters on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    /// kind (LOC-01)
    Kind,
    /// k3d (LOC-07)
    K3d,
}

impl Maker {
    /// Its name, which is also its command.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::K3d => "k3d",
        }
    }

    /// The field of its configuration that states port mappings.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Kind => "extraPortMappings",
            Self::K3d => "ports",
        }
    }
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
    /// One of a range, of which most may be meant for later.
    pub of_range: bool,
    /// Place of `containerPort`.
    pub at: Span,
    /// Place of `hostPort`, or of `containerPort`.
    pub host_at: Span,
}
