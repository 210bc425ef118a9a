//! Pod specs: containers, their ports and what tells whom they call.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::accept::Grammar;
use super::object::{NOTE_PREFIX, Object, find, place};
use super::{
    Container, ContainerPort, ContainerRole, Controller, Env, EnvFrom, EnvValue, Labels, Lifetime, Lowered, Pods,
    Workload, config_volume, probe,
};
use crate::name::Name;
use crate::source::Span;
use crate::yaml::Node;

/// A workload of one pod with this spec; `node` is where the spec stands.
pub(super) fn workload(
    object: &Object<'_>,
    meta: Option<ObjectMeta>,
    spec: core::PodSpec,
    node: Node<'_>,
    lowered: &mut Lowered,
) -> Workload {
    let scraped = scraped(object, meta.is_some());
    let meta = meta.unwrap_or_default();
    let host_network = spec.host_network == Some(true);
    let mut containers =
        containers(&spec.containers, node.get("containers"), host_network, lowered, |_| ContainerRole::App);
    let inits = spec.init_containers.unwrap_or_default();
    containers.extend(self::containers(&inits, node.get("initContainers"), host_network, lowered, init_role));
    containers.sort_by_key(|container| container.role);
    let mounting: Vec<&core::Container> = spec.containers.iter().chain(&inits).collect();
    Workload {
        id: object.id.clone(),
        at: object.at,
        labels: meta.labels.unwrap_or_default().into(),
        hidden_labels: &[],
        first_ordinal: None,
        notes: notes(object, meta.annotations.unwrap_or_default()),
        pods: Pods::Count(1),
        owner: object.meta.controller(),
        host_network,
        service_links: spec.enable_service_links != Some(false),
        subdomain: spec.subdomain.map(Name::from),
        subdomain_at: place(node, &["subdomain"]),
        outside_dns: outside_dns(spec.dns_policy.as_deref(), host_network, node),
        placed: spec.node_selector.is_some() || spec.node_name.is_some() || spec.affinity.is_some(),
        scraped,
        runs: spec.containers.iter().find_map(controller),
        lifetime: Lifetime::Lasting,
        containers: containers.into(),
        volumes: config_volume::config_volumes(spec.volumes.unwrap_or_default(), &mounting).into(),
    }
}

/// The annotation of pods that many a configuration of Prometheus reads: a number, whether or not a container declares it (CLI-08).
const SCRAPED: &str = "prometheus.io/port";

fn scraped(object: &Object<'_>, is_template: bool) -> Option<(u16, Span)> {
    let pods = if is_template { find(object.node, &["spec", "template"])? } else { object.node };
    let stated = find(pods, &["metadata", "annotations", SCRAPED])?;
    Some((stated.text().parse().ok()?, stated.span()))
}

/// What the images of ingress-nginx have in their names, today's and the one before.
const INGRESS_NGINX: &[&str] = &["ingress-nginx/controller", "kubernetes-ingress-controller/nginx-ingress-controller"];

/// The controller that an image is.
fn controller(container: &core::Container) -> Option<Controller> {
    let image = container.image.as_deref()?;
    INGRESS_NGINX.iter().any(|name| image.contains(name)).then_some(Controller::IngressNginx)
}

/// The annotations that speak to portolan: of the pods first, those of the object itself win.
fn notes(object: &Object<'_>, template: BTreeMap<String, String>) -> Labels {
    let of_pods = template.into_iter();
    let of_pods = of_pods.filter_map(|(key, value)| Some((key.strip_prefix(NOTE_PREFIX)?.to_owned(), value)));
    of_pods.chain(object.meta.notes()).collect()
}

/// What keeps pods from the cluster's DNS: `Default`, or `ClusterFirst` on the host's network (DNS-08). With `None` a
/// `dnsConfig` names servers, which may well be the cluster's.
fn outside_dns(policy: Option<&str>, host_network: bool, node: Node<'_>) -> Option<Span> {
    match policy {
        Some("Default") => Some(place(node, &["dnsPolicy"])),
        None | Some("" | "ClusterFirst") if host_network => Some(place(node, &["hostNetwork"])),
        _ => None,
    }
}

fn init_role(container: &core::Container) -> ContainerRole {
    match container.restart_policy.as_deref() {
        Some("Always") => ContainerRole::Sidecar,
        _ => ContainerRole::Init,
    }
}

fn containers(
    containers: &[core::Container],
    list: Option<Node<'_>>,
    host_network: bool,
    lowered: &mut Lowered,
    role: fn(&core::Container) -> ContainerRole,
) -> Vec<Container> {
    let nodes = list.into_iter().flat_map(Node::items);
    let containers = containers.iter().zip(nodes).map(|(container, node)| Container {
        name: container.name.as_str().into(),
        role: role(container),
        at: place(node, &["name"]),
        ports: ports(container, node, host_network, lowered),
        env: env(container, node),
        env_from: container.env_from.iter().flatten().filter_map(env_from).collect(),
        words: words(container, node),
        probes: probe::probes(container, node, lowered).into(),
    });
    containers.collect()
}

fn ports(
    container: &core::Container,
    node: Node<'_>,
    host_network: bool,
    lowered: &mut Lowered,
) -> Box<[ContainerPort]> {
    let nodes = node.get("ports").into_iter().flat_map(Node::items);
    let entries = container.ports.iter().flatten().zip(nodes);
    entries.filter_map(|(port, node)| self::port(port, node, host_network, lowered)).collect()
}

/// The fields of `containers[].ports[]`.
const PORT_FIELDS: &[&str] = &["containerPort", "hostIP", "hostPort", "name", "protocol"];

fn port(
    port: &core::ContainerPort,
    node: Node<'_>,
    host_network: bool,
    lowered: &mut Lowered,
) -> Option<ContainerPort> {
    lowered.misspelt(node, PORT_FIELDS);
    let at = place(node, &["containerPort"]);
    let number = lowered.port(port.container_port, "containerPort", at)?;
    let host_at = node.get("hostPort").map(Node::span);
    let stated = match (port.host_port.filter(|number| *number != 0), host_at) {
        (Some(number), Some(at)) => lowered.port(number, "hostPort", at),
        _ => None,
    };
    Some(ContainerPort {
        number,
        name: lowered.port_name(port.name.clone(), Grammar::Iana, place(node, &["name"])),
        protocol: lowered.protocol(port.protocol.as_deref(), place(node, &["protocol"])),
        host_port: if host_network { Some(number) } else { stated },
        host_ip: port.host_ip.as_deref().filter(|ip| !ip.is_empty()).map(Name::from),
        at,
        host_stated: stated,
        host_at,
    })
}

fn env(container: &core::Container, node: Node<'_>) -> Box<[Env]> {
    let nodes = node.get("env").into_iter().flat_map(Node::items);
    let entries = container.env.iter().flatten().zip(nodes);
    let env = entries.map(|(env, node)| Env {
        name: env.name.as_str().into(),
        value: env_value(env),
        at: place(node, &["value"]),
    });
    env.collect()
}

fn env_value(env: &core::EnvVar) -> EnvValue {
    let Some(from) = &env.value_from else { return EnvValue::Text(env.value.as_deref().unwrap_or_default().into()) };
    if let Some(key) = &from.config_map_key_ref {
        EnvValue::ConfigKey(key.name.as_str().into(), key.key.as_str().into())
    } else if let Some(field) = &from.field_ref {
        EnvValue::Field(field.field_path.as_str().into())
    } else {
        EnvValue::Hidden
    }
}

fn env_from(source: &core::EnvFromSource) -> Option<EnvFrom> {
    let config = source.config_map_ref.as_ref()?.name.clone();
    Some(EnvFrom { config: config.into(), prefix: source.prefix.as_deref().unwrap_or_default().into() })
}

fn words(container: &core::Container, node: Node<'_>) -> Box<[(String, Span)]> {
    let list = |key: &str, words: &Option<Vec<String>>| {
        let nodes = node.get(key).into_iter().flat_map(Node::items);
        words.iter().flatten().cloned().zip(nodes.map(Node::span)).collect::<Vec<_>>()
    };
    list("command", &container.command).into_iter().chain(list("args", &container.args)).collect()
}
