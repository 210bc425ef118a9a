//! core/v1 Service (SEMANTICS §1).

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::accept::{Grammar, used};
use super::object::{Meta, Object, decode_at, find, place};
use super::{Labels, Lowered, PortRef, Service, ServicePort, ServiceType, TypedField};
use crate::name::Name;
use crate::problem::Problem;
use crate::source::Span;
use crate::yaml::{DecodeError, Node};

/// Annotations that put a load balancer inside the provider's network, and the values that do (LB-05).
const INTERNAL_BALANCER: &[(&str, &[&str])] = &[
    ("networking.gke.io/load-balancer-type", &["Internal"]),
    ("cloud.google.com/load-balancer-type", &["Internal", "internal"]),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", &["true", "0.0.0.0/0"]),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", &["internal"]),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", &["true"]),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", &["true"]),
];

/// The fields of a Service's spec that matter for ports.
const FIELDS: &[&str] = &["clusterIP", "externalIPs", "externalName", "ports", "selector", "type"];
/// The end of the API groups of Knative, whose controllers make several Services for one of theirs.
const KNATIVE: &str = ".knative.dev";

/// The fields of `spec.ports[]`.
const PORT_FIELDS: &[&str] = &["appProtocol", "name", "nodePort", "port", "protocol", "targetPort"];

/// Service: types and defaults are SVC-01 to SVC-03.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: core::ServiceSpec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let status: core::ServiceStatus = decode_at(object.node, &["status"])?.unwrap_or_default();
    find(object.node, &["spec"]).into_iter().for_each(|spec| lowered.misspelt(spec, FIELDS));
    let kind = service_type(spec.type_.as_deref(), object, lowered);
    let headless = kind == ServiceType::ClusterIp && spec.cluster_ip.as_deref() == Some("None");
    lowered.problems.extend(portless(&spec, kind, headless, object));
    let balancer_addresses = addresses(status, spec.load_balancer_ip);
    let ports = find(object.node, &["spec", "ports"]).into_iter().flat_map(Node::items);
    let ports = spec
        .ports
        .unwrap_or_default()
        .into_iter()
        .zip(ports)
        .filter_map(|(port, node)| self::port(port, node, lowered))
        .collect();
    lowered.roles.services.push(Arc::new(Service {
        id: object.id.clone(),
        at: object.at,
        labels: object.meta.labels.clone().unwrap_or_default(),
        notes: object.meta.notes().collect(),
        kind,
        headless,
        cluster_ip: spec.cluster_ip.filter(|ip| !ip.is_empty() && ip != "None").map(Name::from),
        selector: spec.selector.and_then(labels),
        selector_at: place(object.node, &["spec", "selector"]),
        ports,
        external_name: spec.external_name.filter(|name| kind == ServiceType::ExternalName && !name.is_empty()),
        external_ips: spec
            .external_ips
            .filter(|_| !headless && kind != ServiceType::ExternalName)
            .unwrap_or_default()
            .into(),
        external_ips_at: place(object.node, &["spec", "externalIPs"]),
        typed_fields: typed_fields(object.node).into(),
        balancer_addresses: balancer_addresses.into(),
        internal: is_internal(&object.meta),
        allocates_node_ports: match kind {
            ServiceType::NodePort => true,
            ServiceType::LoadBalancer => spec.allocate_load_balancer_node_ports != Some(false),
            ServiceType::ClusterIp | ServiceType::ExternalName => false,
        },
        served_by: None,
        made_for: object.meta.controller_of(KNATIVE),
    }));
    Ok(())
}

/// The labels of a selector. What only the selectors of workloads have was told as a wrong value, and is no label (SEL-01).
fn labels(mut stated: BTreeMap<String, String>) -> Option<Labels> {
    stated.retain(|key, value| !value.is_empty() || !["matchLabels", "matchExpressions"].contains(&key.as_str()));
    (!stated.is_empty()).then(|| Labels::from(stated))
}

/// What is wrong with a Service without ports, unless it is headless or an alias (SVC-05). One without a selector too may be a patch.
fn portless(spec: &core::ServiceSpec, kind: ServiceType, headless: bool, object: &Object<'_>) -> Option<Problem> {
    let needs_ports = !headless && kind != ServiceType::ExternalName;
    let selects = spec.selector.as_ref().is_some_and(|selector| !selector.is_empty());
    let is_wrong = needs_ports && selects && spec.ports.as_ref().is_none_or(Vec::is_empty);
    let at = find(object.node, &["spec", "ports"]).map_or(object.at, Node::span);
    let message = "this Service has no ports, so the API server rejects it";
    let help = "state its `ports`, or write `clusterIP: None` where its name is all that is needed";
    is_wrong.then(|| used(Problem::rejected(at, message, help)))
}

/// The fields that only some types allow, where the manifest states them.
fn typed_fields(node: Node<'_>) -> Vec<(TypedField, Span)> {
    let fields = [
        ("clusterIP", TypedField::NoClusterIp),
        ("externalTrafficPolicy", TypedField::ExternalTrafficPolicy),
        ("healthCheckNodePort", TypedField::HealthCheckNodePort),
        ("loadBalancerClass", TypedField::LoadBalancerClass),
        ("loadBalancerSourceRanges", TypedField::LoadBalancerSourceRanges),
        ("allocateLoadBalancerNodePorts", TypedField::AllocateLoadBalancerNodePorts),
    ];
    let stated = |(key, field): (&str, TypedField)| {
        let value = find(node, &["spec", key])?;
        let is_empty = value.is_null() || value.as_str() == Some("") || value.text() == "0";
        let is_empty = is_empty || value.is_sequence() && value.items().next().is_none();
        let is_meant = field != TypedField::NoClusterIp || value.as_str() == Some("None");
        (!is_empty && is_meant).then(|| (field, value.span()))
    };
    fields.into_iter().filter_map(stated).collect()
}

/// `spec.type` (SVC-01, SVC-04).
fn service_type(stated: Option<&str>, object: &Object<'_>, lowered: &mut Lowered) -> ServiceType {
    match stated {
        None | Some("" | "ClusterIP") => ServiceType::ClusterIp,
        Some("NodePort") => ServiceType::NodePort,
        Some("LoadBalancer") => ServiceType::LoadBalancer,
        Some("ExternalName") => ServiceType::ExternalName,
        Some(other) => {
            let message =
                format!("`{other}` is no type of a Service, so the API server rejects it; it is read as ClusterIP");
            let help = "write ClusterIP, NodePort, LoadBalancer or ExternalName";
            lowered.problems.push(Problem::rejected(place(object.node, &["spec", "type"]), message, help));
            ServiceType::ClusterIp
        }
    }
}

fn port(port: core::ServicePort, node: Node<'_>, lowered: &mut Lowered) -> Option<ServicePort> {
    lowered.misspelt(node, PORT_FIELDS);
    let at = place(node, &["port"]);
    let number = lowered.port(port.port, "port", at)?;
    let target_at = node.get("targetPort").map(Node::span);
    let target = target(port.target_port, node, lowered);
    let node_port_at = node.get("nodePort").map_or(at, Node::span);
    Some(ServicePort {
        number,
        name: lowered.port_name(port.name, Grammar::Label, place(node, &["name"])),
        protocol: lowered.protocol(port.protocol.as_deref(), place(node, &["protocol"])),
        app_protocol: port.app_protocol.filter(|name| !name.is_empty()).map(Name::from),
        target_stated: target.is_some(),
        target: target.unwrap_or(PortRef::Number(number)),
        node_port: port
            .node_port
            .filter(|number| *number != 0)
            .and_then(|number| lowered.port(number, "nodePort", node_port_at)),
        at,
        target_at: target_at.unwrap_or(at),
        node_port_at,
    })
}

/// `targetPort`, where it is stated: 0, null and `""` count as not stated (SVC-02).
fn target(stated: Option<IntOrString>, node: Node<'_>, lowered: &mut Lowered) -> Option<PortRef> {
    match stated? {
        IntOrString::Int(0) => None,
        IntOrString::Int(number) => {
            lowered.port(number, "targetPort", place(node, &["targetPort"])).map(PortRef::Number)
        }
        IntOrString::String(name) => {
            lowered.port_name(Some(name), Grammar::Iana, place(node, &["targetPort"])).map(PortRef::Name)
        }
    }
}

/// The addresses that a load balancer was given.
pub(super) fn balancer_addresses(status: core::ServiceStatus) -> Vec<String> {
    let ingress = status.load_balancer.and_then(|balancer| balancer.ingress).unwrap_or_default();
    ingress.into_iter().filter_map(|ingress| ingress.ip.or(ingress.hostname)).collect()
}

fn addresses(status: core::ServiceStatus, stated: Option<String>) -> Vec<String> {
    let assigned = balancer_addresses(status);
    if assigned.is_empty() { stated.into_iter().filter(|ip| !ip.is_empty()).collect() } else { assigned }
}

fn is_internal(meta: &Meta) -> bool {
    INTERNAL_BALANCER.iter().any(|(key, values)| meta.annotation(key).is_some_and(|value| values.contains(&value)))
}
