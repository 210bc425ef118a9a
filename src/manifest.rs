//! Manifests: documents that are Kubernetes objects, decoded by type and lowered to roles.
//!
//! [`KINDS`] is the table of the kinds that matter; each row names the function that lowers it, in `manifest/<kind>.rs`.
//! This room knows kinds, groups and API defaults, and never looks from one object into another.

mod accept;
mod api_server;
mod config_map;
mod config_volume;
mod contour;
mod deployment_config;
mod endpoints;
mod fault;
mod gateway;
mod ingress;
mod istio;
mod k3d_cluster;
mod kind_cluster;
mod knative;
mod label_selector;
mod mend;
mod monitor;
mod namespace;
mod network_policy;
mod node;
mod notes;
mod object;
pub mod object_name;
mod openshift_route;
mod outline;
mod pod;
mod probe;
mod reader;
mod role;
mod rollout;
mod service;
mod template;
#[cfg(test)]
mod tests;
mod traefik;
mod twice;
mod workload;

use std::cmp::Reverse;

use crate::problem::Problem;
use crate::share;
use crate::source::{Sources, Span};
use crate::yaml::{DecodeError, Node};

pub use notes::{Note, Whom};
pub use object::DEFAULT_NAMESPACE;
use object::Object;
pub use outline::name_places;
pub use reader::read;
pub use role::*;

/// One kind of object that portolan understands.
pub struct Kind {
    /// `kind`
    pub kind: &'static str,
    /// API groups that serve or served it; the first is today's, and the identity of the object.
    pub groups: &'static [&'static str],
    /// Decodes the object and adds its role.
    lower: fn(&Object<'_>, &mut Lowered) -> Result<(), DecodeError>,
}

/// The kinds that matter, in alphabetical order. Every other kind is passed over.
pub const KINDS: &[Kind] = &[
    Kind { kind: "AdminNetworkPolicy", groups: &["policy.networking.k8s.io"], lower: network_policy::other },
    Kind { kind: "APIService", groups: &[api_server::AGGREGATION], lower: api_server::api_service },
    Kind {
        kind: "AuthorizationPolicy",
        groups: &["security.istio.io", "policy.linkerd.io"],
        lower: network_policy::other,
    },
    Kind { kind: "BackendTLSPolicy", groups: &[gateway::GROUP], lower: gateway::backend_tls_policy },
    Kind { kind: "BaselineAdminNetworkPolicy", groups: &["policy.networking.k8s.io"], lower: network_policy::other },
    Kind { kind: "CiliumClusterwideNetworkPolicy", groups: &["cilium.io"], lower: network_policy::other },
    Kind { kind: "CiliumNetworkPolicy", groups: &["cilium.io"], lower: network_policy::other },
    Kind { kind: "CloneSet", groups: &["apps.kruise.io"], lower: workload::replicated },
    Kind { kind: "Cluster", groups: &["kind.x-k8s.io"], lower: kind_cluster::lower },
    Kind {
        kind: "ClusterNetworkPolicy",
        groups: &["policy.networking.k8s.io", "crd.antrea.io"],
        lower: network_policy::other,
    },
    Kind { kind: "ConfigMap", groups: &[""], lower: config_map::lower },
    Kind { kind: "CronJob", groups: &["batch"], lower: workload::cron_job },
    Kind { kind: "CustomResourceDefinition", groups: &[api_server::DEFINITIONS], lower: api_server::definition },
    Kind { kind: "DaemonSet", groups: &["apps", "extensions"], lower: workload::daemon_set },
    Kind { kind: "DaemonSet", groups: &["apps.kruise.io"], lower: workload::daemon_set },
    Kind { kind: "Deployment", groups: &["apps", "extensions"], lower: workload::replicated },
    Kind { kind: "DeploymentConfig", groups: &["apps.openshift.io", ""], lower: deployment_config::lower },
    Kind { kind: "DestinationRule", groups: &[istio::GROUP], lower: istio::destination_rule },
    Kind { kind: "Endpoints", groups: &[""], lower: endpoints::legacy },
    Kind { kind: "EndpointSlice", groups: &["discovery.k8s.io"], lower: endpoints::slice },
    Kind { kind: "Gateway", groups: &[gateway::GROUP], lower: gateway::lower },
    Kind { kind: "Gateway", groups: &["networking.istio.io"], lower: istio::gateway },
    Kind { kind: "GatewayClass", groups: &[gateway::GROUP], lower: gateway::without_ports },
    Kind {
        kind: "GlobalNetworkPolicy",
        groups: &["projectcalico.org", "crd.projectcalico.org"],
        lower: network_policy::other,
    },
    Kind { kind: "GRPCRoute", groups: &[gateway::GROUP], lower: gateway::grpc_route },
    Kind { kind: "HTTPProxy", groups: &[contour::GROUP], lower: contour::lower },
    Kind { kind: "HTTPRoute", groups: &[gateway::GROUP], lower: gateway::http_route },
    Kind { kind: "Ingress", groups: &["networking.k8s.io", "extensions"], lower: ingress::lower },
    Kind { kind: "IngressRoute", groups: traefik::GROUPS, lower: traefik::http },
    Kind { kind: "IngressRouteTCP", groups: traefik::GROUPS, lower: traefik::tcp },
    Kind { kind: "IngressRouteUDP", groups: traefik::GROUPS, lower: traefik::udp },
    Kind { kind: "Job", groups: &["batch"], lower: workload::job },
    Kind { kind: "ListenerSet", groups: &[gateway::GROUP], lower: gateway::lower },
    Kind { kind: "MutatingWebhookConfiguration", groups: &[api_server::ADMISSION], lower: api_server::webhooks },
    Kind { kind: "Namespace", groups: &[""], lower: namespace::lower },
    Kind { kind: "NetworkPolicy", groups: &["networking.k8s.io", "extensions"], lower: network_policy::lower },
    Kind {
        kind: "NetworkPolicy",
        groups: &["projectcalico.org", "crd.projectcalico.org", "crd.antrea.io"],
        lower: network_policy::other,
    },
    Kind { kind: "Node", groups: &[""], lower: node::lower },
    Kind { kind: "Pod", groups: &["", "apps"], lower: workload::pod },
    Kind { kind: "PodMonitor", groups: &[monitor::GROUP], lower: monitor::pod },
    Kind { kind: "ReferenceGrant", groups: &[gateway::GROUP], lower: gateway::reference_grant },
    Kind { kind: "ReplicaSet", groups: &["apps", "extensions"], lower: workload::replicated },
    Kind { kind: "ReplicationController", groups: &[""], lower: workload::replicated },
    Kind { kind: "Rollout", groups: &["argoproj.io"], lower: rollout::lower },
    Kind { kind: "Route", groups: &["route.openshift.io", ""], lower: openshift_route::lower },
    Kind { kind: "Service", groups: &[""], lower: service::lower },
    Kind { kind: "Service", groups: &["serving.knative.dev"], lower: knative::lower },
    Kind { kind: "ServiceEntry", groups: &[istio::GROUP], lower: istio::service_entry },
    Kind { kind: "ServiceMonitor", groups: &[monitor::GROUP], lower: monitor::service },
    Kind { kind: "Simple", groups: &["k3d.io"], lower: k3d_cluster::lower },
    Kind { kind: "StatefulSet", groups: &["apps"], lower: workload::stateful_set },
    Kind { kind: "StatefulSet", groups: &["apps.kruise.io"], lower: workload::stateful_set },
    Kind { kind: "TCPRoute", groups: &[gateway::GROUP], lower: gateway::tcp_route },
    Kind { kind: "TLSRoute", groups: &[gateway::GROUP], lower: gateway::tls_route },
    Kind { kind: "UDPRoute", groups: &[gateway::GROUP], lower: gateway::udp_route },
    Kind { kind: "ValidatingWebhookConfiguration", groups: &[api_server::ADMISSION], lower: api_server::webhooks },
    Kind { kind: "VirtualService", groups: &["networking.istio.io"], lower: istio::virtual_service },
    Kind { kind: "XListenerSet", groups: &[gateway::EXPERIMENTAL], lower: gateway::lower },
];

/// What reading manifests gives.
#[derive(Debug, Default)]
pub struct Lowered {
    /// The roles, each list sorted, no id twice.
    pub roles: Roles,
    /// What was wrong on the way, in the order of sources.
    pub problems: Vec<Problem>,
}

/// The first byte of a node: where a message about all of it points to.
fn start_of(node: Node<'_>) -> Span {
    let span = node.span();
    Span { end: span.start, ..span }
}

/// From how many objects on something may be done beside another thing.
const WORTH_A_THREAD: usize = 1_000;

impl Lowered {
    /// Sorts every list by id and keeps one object of each id, telling of the others.
    fn settle(&mut self, sources: &Sources) {
        let Self { roles, problems } = self;
        roles.faults = fault::faults(&roles.headers, problems);
        roles.customs.sort();
        roles.customs.dedup();
        let is_large = roles.headers.len() > WORTH_A_THREAD;
        let mut lost = Vec::new();
        let headers = || twice::keep_last(&mut roles.headers, |role| (&role.id, role.at), &mut Vec::new());
        share::both(is_large, headers, || {
            twice::keep_last(&mut roles.workloads, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.configs, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.services, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.endpoints, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.routers, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.policies, |role| (&role.id, role.at), &mut lost);
            // Many files create the namespace they are in.
            twice::keep_last(&mut roles.namespaces, |role| (&role.id, role.at), &mut Vec::new());
            twice::keep_last(&mut roles.nodes, |role| (&role.id, role.at), &mut Vec::new());
            twice::keep_last(&mut roles.other_policies, |role| (&role.id, role.at), &mut Vec::new());
            twice::keep_last(&mut roles.grants, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.backend_tls, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.partings, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.outside, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.monitors, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.webhooks, |role| (&role.id, role.at), &mut lost);
            twice::keep_last(&mut roles.clusters, |role| (&role.id, role.at), &mut lost);
        });
        roles.replaced = lost.iter().map(|lost| lost.id().clone()).collect();
        keep_outermost(&mut roles.repeated);
        problems.extend(twice::problems(lost, sources));
        problems.sort();
        problems.dedup();
    }
}

/// Puts places in order and drops those that are inside of another one.
fn keep_outermost(places: &mut Vec<Span>) {
    places.sort_by_key(|span| (span.source, span.start, Reverse(span.end)));
    places.dedup_by(|inner, outer| inner.source == outer.source && inner.end <= outer.end);
}
