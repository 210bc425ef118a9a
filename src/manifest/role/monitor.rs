//! The role of what scrapes metrics: a caller in the cluster that asks many Services or pods.

use super::{LabelSelector, ObjectId, PortRef};
use crate::source::Span;

/// A ServiceMonitor or a PodMonitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monitor {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// What it asks.
    pub asks: Asks,
    /// `selector`: the labels of the Services, or of the pods.
    pub selector: LabelSelector,
    /// Namespaces of those (`namespaceSelector.matchNames`, its own by default); `None`: all (`any: true`).
    pub namespaces: Option<Vec<String>>,
    /// `endpoints[]`, or `podMetricsEndpoints[]`.
    pub endpoints: Vec<MonitorEndpoint>,
}

impl Monitor {
    /// The container port that an endpoint names; `None`: it names one of Services, or asks every port.
    #[must_use]
    pub fn container_port(&self, endpoint: &MonitorEndpoint) -> Option<PortRef> {
        match (self.asks, &endpoint.port) {
            (Asks::Services, Some(_)) => None,
            (Asks::Pods, Some(name)) => Some(PortRef::Name(name.as_str().into())),
            (_, None) => endpoint.target.clone(),
        }
    }
}

/// Whose ports a monitor names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Those of Services, by their port names.
    Services,
    /// Those of containers.
    Pods,
}

/// One port that a monitor asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorEndpoint {
    /// `port`: the name of a Service port, or of a container port.
    pub port: Option<String>,
    /// `targetPort` (or `portNumber`): a container port, where no `port` is stated.
    pub target: Option<PortRef>,
    /// `relabelings` leave some of these targets out.
    pub picked: bool,
    /// `path`, by default `/metrics`.
    pub path: String,
    /// Place of the port (or of the endpoint).
    pub at: Span,
}
