//! The roles: what every kind is lowered to, and all that the rest of portolan ever sees of a manifest.
//!
//! A Deployment and a CronJob are a [`Workload`], an Ingress is a [`Router`]. Field docs name the Kubernetes field they come from.
//! Roles hold what one object says, with Kubernetes' defaults filled in; what follows from two objects together is the graph's business.

use std::collections::BTreeMap;
use std::fmt;

use crate::source::Span;

/// Labels, annotations, selectors: a flat map of text.
pub type Labels = BTreeMap<String, String>;

/// Which object: unique in a cluster (and so in a [`Roles`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// `metadata.namespace`, else the default one; empty for what has none (a kind cluster).
    pub namespace: String,
    /// `metadata.name`, else `metadata.generateName`, else empty.
    pub name: String,
    /// The `kind`, as Kubernetes writes it.
    pub kind: &'static str,
    /// The API group, without its version; empty for the core group. Kinds of different groups share names.
    pub group: &'static str,
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
    Name(String),
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// Anything that runs pods: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// Labels of its pods (template labels, and those that its controller adds predictably; SEL-02, SEL-04).
    pub labels: Labels,
    /// Keys of labels that its controller adds with values that cannot be known (`pod-template-hash`; SEL-04).
    pub hidden_labels: &'static [&'static str],
    /// Its pods are numbered from here, and labelled with it (StatefulSet, `spec.ordinals.start`; SEL-04, DNS-04).
    pub first_ordinal: Option<u32>,
    /// `metadata.annotations` that speak to portolan (`portolan.dev/…`), the template's among them, without the prefix.
    pub notes: Labels,
    /// How many pods it asks for.
    pub pods: Pods,
    /// The controller that owns it (`metadata.ownerReferences[]` with `controller: true`): kind and name.
    pub owner: Option<(String, String)>,
    /// `spec.hostNetwork` (POD-04).
    pub host_network: bool,
    /// `spec.enableServiceLinks`, default true (CLI-03).
    pub service_links: bool,
    /// `spec.subdomain`, or a StatefulSet's `spec.serviceName` (DNS-03, DNS-04).
    pub subdomain: Option<String>,
    /// Place of that name, or of the object.
    pub subdomain_at: Span,
    /// Its pods do not ask the cluster's DNS; place of `dnsPolicy` or `hostNetwork`, whichever says so (DNS-08).
    pub outside_dns: Option<Span>,
    /// `nodeSelector`, `nodeName` or `affinity` say on which nodes its pods may run (POD-07).
    pub placed: bool,
    /// Runs to an end: Job, CronJob, or a pod that already has (`status.phase` Succeeded or Failed; SEL-05).
    pub lifetime: Lifetime,
    /// App containers, then sidecars and init containers, each in the order of the manifest.
    pub containers: Vec<Container>,
    /// ConfigMaps mounted as volumes.
    pub volumes: Vec<ConfigVolume>,
}

/// How many pods a workload asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pods {
    /// A fixed number (`spec.replicas`, `parallelism`, or one).
    Count(u32),
    /// One per eligible node (DaemonSet).
    PerNode,
}

/// How long the pods of a workload live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until stopped.
    Lasting,
    /// While the work lasts (Job, CronJob).
    Run,
    /// Already ended (`status.phase` Succeeded or Failed).
    Ended,
}

/// One container of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `name`
    pub name: String,
    /// App container, sidecar or plain init container.
    pub role: ContainerRole,
    /// Place of the name.
    pub at: Span,
    /// `ports[]`
    pub ports: Vec<ContainerPort>,
    /// `env[]`, in order
    pub env: Vec<Env>,
    /// `envFrom[].configMapRef`, in order
    pub env_from: Vec<EnvFrom>,
    /// `command[]` and `args[]`, in order
    pub words: Vec<(String, Span)>,
    /// Its probes that ask one of its ports: readiness, liveness, startup.
    pub probes: Vec<Probe>,
}

/// What a container is to its pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContainerRole {
    /// `spec.containers[]`
    App,
    /// `spec.initContainers[]` with `restartPolicy: Always`
    Sidecar,
    /// Any other init container: its ports serve no Service (POD-11), but it may call one.
    Init,
}

/// One entry of `containers[].ports[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPort {
    /// `containerPort`
    pub number: u16,
    /// `name`
    pub name: Option<String>,
    /// `protocol`
    pub protocol: Protocol,
    /// `hostPort`; with `hostNetwork` the container port itself (POD-04).
    pub host_port: Option<u16>,
    /// `hostIP`
    pub host_ip: Option<String>,
    /// Place of `containerPort`.
    pub at: Span,
    /// `hostPort` as it is stated, with `hostNetwork` as without.
    pub host_stated: Option<u16>,
    /// Place of `hostPort`, where it is stated.
    pub host_at: Option<Span>,
}

/// A probe that asks a port of its container (SEMANTICS §3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What it is asked for.
    pub kind: ProbeKind,
    /// How it asks.
    pub question: Question,
    /// The port it asks; a name is one of the same container (PRB-01).
    pub port: PortRef,
    /// Place of the port (or of the probe).
    pub at: Span,
}

/// What a probe is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProbeKind {
    /// `readinessProbe`: may the pod be sent requests?
    Readiness,
    /// `livenessProbe`: must the container be started anew?
    Liveness,
    /// `startupProbe`: has it started, so that the others may begin?
    Startup,
}

/// How a probe asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `httpGet`
    Http {
        /// `path`, by default `/` (PRB-05)
        path: String,
        /// `scheme: HTTPS`
        tls: bool,
    },
    /// `tcpSocket`
    Tcp,
    /// `grpc`
    Grpc,
}

/// One entry of `env[]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Env {
    /// `name`
    pub name: String,
    /// Where its value comes from.
    pub value: EnvValue,
    /// Place of the value.
    pub at: Span,
}

/// Where an environment variable has its value from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvValue {
    /// `value`
    Text(String),
    /// `valueFrom.configMapKeyRef`: name and key
    ConfigKey(String, String),
    /// `valueFrom.fieldRef.fieldPath`
    Field(String),
    /// `valueFrom.secretKeyRef` and all else: not read, by design (CLI-06).
    Hidden,
}

/// One entry of `envFrom[]` that names a ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFrom {
    /// `configMapRef.name`
    pub config: String,
    /// `prefix`
    pub prefix: String,
}

/// A ConfigMap among the pod's volumes (`volumes[].configMap` or a projected one).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigVolume {
    /// Name of the ConfigMap.
    pub config: String,
    /// `items[].key`: only these keys; `None`: all.
    pub keys: Option<Vec<String>>,
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

/// A core/v1 Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// `metadata.labels`
    pub labels: Labels,
    /// `spec.type`, default ClusterIP (SVC-01)
    pub kind: ServiceType,
    /// `spec.clusterIP: None` (HL-01)
    pub headless: bool,
    /// `spec.clusterIP`, where a dump or the author states an address.
    pub cluster_ip: Option<String>,
    /// `spec.selector`; `None` for missing, null and `{}` alike (SEL-03).
    pub selector: Option<Labels>,
    /// Place of the selector (or of the object).
    pub selector_at: Span,
    /// `spec.ports[]`
    pub ports: Vec<ServicePort>,
    /// `spec.externalName`, for type ExternalName only (EN-01, EN-04).
    pub external_name: Option<String>,
    /// `spec.externalIPs`; none on headless and ExternalName, where they are ignored (EXT-01).
    pub external_ips: Vec<String>,
    /// Place of `externalIPs` (or of the spec).
    pub external_ips_at: Span,
    /// Stated fields that only some types of Service allow, with their places (NP-01, HL-01, LB-02 to LB-04, SVC-14).
    pub typed_fields: Vec<(TypedField, Span)>,
    /// `status.loadBalancer.ingress[]` addresses, or `spec.loadBalancerIP` (LB-07).
    pub balancer_addresses: Vec<String>,
    /// The load balancer is inside the provider's network (LB-05).
    pub internal: bool,
    /// Node ports are assigned where none is stated: NodePort, and LoadBalancer unless `allocateLoadBalancerNodePorts: false` (SVC-03, LB-02).
    pub allocates_node_ports: bool,
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
    pub name: Option<String>,
    /// `protocol`
    pub protocol: Protocol,
    /// `appProtocol` (SVC-10)
    pub app_protocol: Option<String>,
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
    pub service: Option<String>,
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
    pub ports: Vec<EndpointPort>,
}

/// A port of stated backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointPort {
    /// `name`; empty where it has none. It must equal the Service port's (EP-02).
    pub name: String,
    /// `port`
    pub number: u16,
    /// `protocol`
    pub protocol: Protocol,
    /// Place of `port`.
    pub at: Span,
}

/// Anything that listens for requests from outside and routes them by host and path: an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`.
    pub at: Span,
    /// Name of its class, where one is stated (ING-08).
    pub class: Option<String>,
    /// Ports it listens on.
    pub listeners: Vec<Listener>,
    /// Where requests go.
    pub routes: Vec<Route>,
    /// It is meant to share hosts and paths with another one (an ingress-nginx canary).
    pub canary: bool,
    /// Hosts that it has certificates for (`tls[].hosts[]`) and that some route has to serve (ING-15).
    pub tls_hosts: Vec<(String, Span)>,
    /// `status.loadBalancer.ingress[]` addresses.
    pub addresses: Vec<String>,
}

/// A port on which a router listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Port number.
    pub number: u16,
    /// Requests come encrypted.
    pub tls: bool,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
    /// Place that makes it listen.
    pub at: Span,
}

/// One host and path of a router, and its backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Host; `None`: every host.
    pub host: Option<String>,
    /// Path; `None`: all that no other route takes (the default backend).
    pub path: Option<String>,
    /// `pathType`, where it is stated.
    pub path_type: Option<String>,
    /// A TLS entry covers the host.
    pub tls: bool,
    /// Where requests go.
    pub backend: Backend,
    /// Place of the path (or of the backend).
    pub at: Span,
}

/// Where a route sends requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// A Service port.
    Service(ServiceRef),
    /// An object of another kind: kind and name (ING-01 `resource`).
    Object(String, String),
}

/// A reference to a port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceRef {
    /// Namespace of the Service.
    pub namespace: String,
    /// Name of the Service.
    pub service: String,
    /// Place of that name.
    pub service_at: Span,
    /// Its port, by `port` number or by port name (ING-02); `None` where the manifest states none.
    pub port: Option<PortRef>,
    /// Place of the reference.
    pub at: Span,
}

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

/// What an object of any kind says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// `apiVersion`
    pub api_version: String,
    /// Place of `apiVersion`.
    pub api_version_at: Span,
    /// The annotation `portolan.dev/ignore`: which checks to pass over, and its place.
    pub ignore: Option<(String, Span)>,
}

/// Everything that was read, each list in the order of its ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// Every object, those without a list of their own among them.
    pub headers: Vec<Header>,
    /// Workloads, owned ones among them.
    pub workloads: Vec<Workload>,
    /// ConfigMaps.
    pub configs: Vec<Config>,
    /// Services.
    pub services: Vec<Service>,
    /// Stated backends.
    pub endpoints: Vec<Endpoints>,
    /// Routers.
    pub routers: Vec<Router>,
    /// Local clusters.
    pub clusters: Vec<LocalCluster>,
}
