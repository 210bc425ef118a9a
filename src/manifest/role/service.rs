//! The roles of Services, and of the backends that are stated for them.

use super::{Labels, ObjectId, PortRef, Protocol};
use crate::name::Name;
use crate::source::Span;

/// A core/v1 Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// `metadata.labels`
    pub labels: Labels,
    /// `metadata.annotations` that speak to portolan (`portolan.dev/…`), without the prefix, and [notes](super::super::Note).
    pub notes: Labels,
    /// `spec.type`, default ClusterIP (SVC-01)
    pub kind: ServiceType,
    /// `spec.clusterIP: None` (HL-01)
    pub headless: bool,
    /// `spec.clusterIP`, where a dump or the author states an address.
    pub cluster_ip: Option<Name>,
    /// `spec.selector`; `None` for missing, null and `{}` alike (SEL-03).
    pub selector: Option<Labels>,
    /// Place of the selector (or of the object).
    pub selector_at: Span,
    /// `spec.ports[]`
    pub ports: Box<[ServicePort]>,
    /// `spec.externalName`, for type ExternalName only (EN-01, EN-04).
    pub external_name: Option<String>,
    /// `spec.externalIPs`; none on headless and ExternalName, where they are ignored (EXT-01).
    pub external_ips: Box<[String]>,
    /// Place of `externalIPs` (or of the spec).
    pub external_ips_at: Span,
    /// Stated fields that only some types of Service allow, with their places (NP-01, HL-01, LB-02 to LB-04, SVC-14).
    pub typed_fields: Box<[(TypedField, Span)]>,
    /// `status.loadBalancer.ingress[]` addresses, or `spec.loadBalancerIP` (LB-07).
    pub balancer_addresses: Box<[String]>,
    /// The load balancer is inside the provider's network (LB-05).
    pub internal: bool,
    /// Node ports are assigned where none is stated: NodePort, and LoadBalancer unless `allocateLoadBalancerNodePorts: false` (SVC-03, LB-02).
    pub allocates_node_ports: bool,
    /// What makes it and answers under its name: the ingress of `Knative`, which passes requests on to the pods. The Service itself
    /// has no selector then, whatever [`selector`](Self::selector) says of the pods behind.
    pub served_by: Option<&'static str>,
    /// Name of the Route or Revision of Knative that it was made for, in a dump of a cluster.
    pub made_for: Option<Name>,
}

/// `spec.type` of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceType {
    /// Reachable in the cluster only.
    ClusterIp,
    /// Also on a port of every node.
    NodePort,
    /// Also on a load balancer.
    LoadBalancer,
    /// A DNS alias.
    ExternalName,
}

impl ServiceType {
    /// As Kubernetes writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        }
    }
}

/// A field of a Service that only some types allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypedField {
    /// `clusterIP: None`
    NoClusterIp,
    /// `externalTrafficPolicy`
    ExternalTrafficPolicy,
    /// `healthCheckNodePort`
    HealthCheckNodePort,
    /// `loadBalancerClass`
    LoadBalancerClass,
    /// `loadBalancerSourceRanges`
    LoadBalancerSourceRanges,
    /// `allocateLoadBalancerNodePorts`
    AllocateLoadBalancerNodePorts,
}

/// One entry of a Service's `spec.ports[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// `port`
    pub number: u16,
    /// `name`
    pub name: Option<Name>,
    /// `protocol`
    pub protocol: Protocol,
    /// `appProtocol` (SVC-10)
    pub app_protocol: Option<Name>,
    /// `targetPort`, stated or defaulted to `port` (SVC-02)
    pub target: PortRef,
    /// `targetPort` is stated.
    pub target_stated: bool,
    /// `nodePort`, where it is stated.
    pub node_port: Option<u16>,
    /// Place of `port`.
    pub at: Span,
    /// Place of `targetPort`, or of `port` where it is defaulted.
    pub target_at: Span,
    /// Place of `nodePort`, or of `port` where it is not stated.
    pub node_port_at: Span,
}

/// Backends that are stated rather than selected: an Endpoints object, an EndpointSlice (EP-01 … EP-05).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// Name of the Service they belong to, in the same namespace; `None`: to none.
    pub service: Option<Name>,
    /// Addresses with their ports.
    pub subsets: Vec<EndpointSubset>,
    /// The object that manages it is a controller (a dump shows what it already knows from the selector).
    pub managed: bool,
}

/// Addresses that share ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSubset {
    /// IP addresses; may be none.
    pub addresses: Vec<String>,
    /// Ports: name (empty where unnamed), number, protocol.
    pub ports: Box<[EndpointPort]>,
}

/// A port of stated backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPort {
    /// `name`; empty where it has none. It must equal the Service port's (EP-02).
    pub name: Name,
    /// `port`
    pub number: u16,
    /// `protocol`
    pub protocol: Protocol,
    /// Place of `port`.
    pub at: Span,
}
