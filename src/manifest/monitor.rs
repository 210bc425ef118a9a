//! ServiceMonitor and PodMonitor of the Prometheus operator (SEMANTICS §8).

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::object::{Object, decode_at, find};
use super::{Asks, Lowered, Monitor, MonitorEndpoint, PortRef, label_selector, start_of};
use crate::yaml::{DecodeError, Node};

/// The API group of the operator.
pub(super) const GROUP: &str = "monitoring.coreos.com";

const METRICS: &str = "/metrics";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    selector: Option<meta::LabelSelector>,
    namespace_selector: NamespaceSelector,
    endpoints: Option<Vec<Endpoint>>,
    pod_metrics_endpoints: Option<Vec<Endpoint>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NamespaceSelector {
    any: bool,
    match_names: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Endpoint {
    port: Option<String>,
    target_port: Option<IntOrString>,
    port_number: Option<i32>,
    path: Option<String>,
    relabelings: Option<Vec<Relabeling>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Relabeling {
    action: Option<String>,
}

impl Relabeling {
    /// Does it leave targets out?
    fn picks(&self) -> bool {
        self.action.as_ref().is_some_and(|action| {
            matches!(action.to_ascii_lowercase().as_str(), "keep" | "drop" | "keepequal" | "dropequal")
        })
    }
}

/// ServiceMonitor: `port` is the name of a Service port.
pub(super) fn service(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, Asks::Services, "endpoints", lowered)
}

/// PodMonitor: `port` is the name of a container port.
pub(super) fn pod(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, Asks::Pods, "podMetricsEndpoints", lowered)
}

fn lower(object: &Object<'_>, asks: Asks, list: &str, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let nodes = find(object.node, &["spec", list]).into_iter().flat_map(Node::items);
    let stated = match asks {
        Asks::Services => spec.endpoints,
        Asks::Pods => spec.pod_metrics_endpoints,
    };
    let mut endpoints = Vec::new();
    for (stated, node) in stated.unwrap_or_default().into_iter().zip(nodes) {
        endpoints.push(endpoint(stated, node, lowered));
    }
    let own = || vec![object.id.namespace.to_string()];
    let named = spec.namespace_selector.match_names.filter(|names| !names.is_empty());
    let selector = label_selector::lower(spec.selector, find(object.node, &["spec", "selector"]), lowered);
    lowered.roles.monitors.push(Monitor {
        id: object.id.clone(),
        at: object.at,
        asks,
        selector,
        namespaces: (!spec.namespace_selector.any).then(|| named.unwrap_or_else(own)),
        endpoints,
    });
    Ok(())
}

fn endpoint(stated: Endpoint, node: Node<'_>, lowered: &mut Lowered) -> MonitorEndpoint {
    let place = ["port", "targetPort", "portNumber"].into_iter().find_map(|key| node.get(key));
    let at = place.map_or_else(|| start_of(node), Node::span);
    let target = stated.port_number.map(IntOrString::Int).or(stated.target_port);
    let target = target.and_then(|port| match port {
        IntOrString::Int(number) => lowered.port(number, "the port", at).map(PortRef::Number),
        IntOrString::String(name) => Some(PortRef::Name(name.into())),
    });
    MonitorEndpoint {
        port: stated.port.filter(|name| !name.is_empty()),
        target,
        picked: stated.relabelings.unwrap_or_default().iter().any(Relabeling::picks),
        path: stated.path.filter(|path| !path.is_empty()).unwrap_or_else(|| METRICS.to_owned()),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;

    #[test]
    fn monitors_ask_their_own_namespace_unless_they_say_otherwise() {
        let monitor = |more: &str| {
            let text = format!(
                "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {{name: m, namespace: a}}\n\
                 spec: {{selector: {{matchLabels: {{app: web}}}}, endpoints: [{{port: http}}, {{targetPort: 9000, path: /m}}]{more}}}\n"
            );
            roles(&text).monitors.remove(0)
        };
        assert_eq!(monitor("").namespaces, Some(vec!["a".to_owned()]));
        assert_eq!(monitor(", namespaceSelector: {matchNames: [b]}").namespaces, Some(vec!["b".to_owned()]));
        assert_eq!(monitor(", namespaceSelector: {any: true}").namespaces, None);
        let paths: Vec<String> = monitor("").endpoints.into_iter().map(|endpoint| endpoint.path).collect();
        assert_eq!(paths, ["/metrics", "/m"]);
    }
}
