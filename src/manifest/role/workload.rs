//! The role of whatever runs pods.

use super::{Controller, Labels, ObjectId, PortRef, Protocol};
use crate::name::Name;
use crate::source::Span;

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
    pub owner: Option<(Name, Name)>,
    /// `spec.hostNetwork` (POD-04).
    pub host_network: bool,
    /// `spec.enableServiceLinks`, default true (CLI-03).
    pub service_links: bool,
    /// `spec.subdomain`, or a StatefulSet's `spec.serviceName` (DNS-03, DNS-04).
    pub subdomain: Option<Name>,
    /// Place of that name, or of the object.
    pub subdomain_at: Span,
    /// Its pods do not ask the cluster's DNS; place of `dnsPolicy` or `hostNetwork`, whichever says so (DNS-08).
    pub outside_dns: Option<Span>,
    /// `nodeSelector`, `nodeName` or `affinity` say on which nodes its pods may run (POD-07).
    pub placed: bool,
    /// The port on which its pods tell their metrics, as the annotation `prometheus.io/port` has it, with its place (CLI-08).
    pub scraped: Option<(u16, Span)>,
    /// The controller that its image is.
    pub runs: Option<Controller>,
    /// Runs to an end: Job, CronJob, or a pod that already has (`status.phase` Succeeded or Failed; SEL-05).
    pub lifetime: Lifetime,
    /// App containers, then sidecars and init containers, each in the order of the manifest.
    pub containers: Box<[Container]>,
    /// ConfigMaps mounted as volumes.
    pub volumes: Box<[ConfigVolume]>,
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
    pub name: Name,
    /// App container, sidecar or plain init container.
    pub role: ContainerRole,
    /// Place of the name.
    pub at: Span,
    /// `ports[]`
    pub ports: Box<[ContainerPort]>,
    /// `env[]`, in order
    pub env: Box<[Env]>,
    /// `envFrom[].configMapRef`, in order
    pub env_from: Box<[EnvFrom]>,
    /// `command[]` and `args[]`, in order
    pub words: Box<[(String, Span)]>,
    /// Its probes and hooks that ask one of its ports: readiness, liveness, startup, after the start, before the end.
    pub probes: Box<[Probe]>,
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
    pub name: Option<Name>,
    /// `protocol`
    pub protocol: Protocol,
    /// `hostPort`; with `hostNetwork` the container port itself (POD-04).
    pub host_port: Option<u16>,
    /// `hostIP`
    pub host_ip: Option<Name>,
    /// Place of `containerPort`.
    pub at: Span,
    /// `hostPort` as it is stated, with `hostNetwork` as without.
    pub host_stated: Option<u16>,
    /// Place of `hostPort`, where it is stated.
    pub host_at: Option<Span>,
}

impl ContainerPort {
    /// Does a number or a name mean this port?
    #[must_use]
    pub fn is_called(&self, target: &PortRef) -> bool {
        match target {
            PortRef::Number(number) => self.number == *number,
            PortRef::Name(name) => self.name.as_ref() == Some(name),
        }
    }
}

/// A probe or a hook that asks a port of its container (SEMANTICS §3.3).
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
    /// `lifecycle.postStart`: told once, after the start (PRB-07)
    PostStart,
    /// `lifecycle.preStop`: told once, before the end (PRB-07)
    PreStop,
}

impl ProbeKind {
    /// Its field, as Kubernetes writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Readiness => "readinessProbe",
            Self::Liveness => "livenessProbe",
            Self::Startup => "startupProbe",
            Self::PostStart => "postStart",
            Self::PreStop => "preStop",
        }
    }
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
    pub name: Name,
    /// Where its value comes from.
    pub value: EnvValue,
    /// Place of the value.
    pub at: Span,
}

/// Where an environment variable has its value from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvValue {
    /// `value`
    Text(Name),
    /// `valueFrom.configMapKeyRef`: name and key
    ConfigKey(Name, Name),
    /// `valueFrom.fieldRef.fieldPath`
    Field(Name),
    /// `valueFrom.secretKeyRef` and all else: not read, by design (CLI-06).
    Hidden,
}

/// One entry of `envFrom[]` that names a ConfigMap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFrom {
    /// `configMapRef.name`
    pub config: Name,
    /// `prefix`
    pub prefix: Name,
}

/// A ConfigMap among the pod's volumes (`volumes[].configMap` or a projected one) that a container mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigVolume {
    /// Name of the ConfigMap.
    pub config: Name,
    /// Only these keys, by `items[]` of the volume and `subPath` of its mounts; `None`: all.
    pub keys: Option<Vec<String>>,
}
