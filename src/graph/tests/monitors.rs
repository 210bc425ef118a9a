//! What the monitors of the Prometheus operator select (SEMANTICS §8).

use super::{called, graph, object, pod};

/// A monitor, and whom it selects of Service s and Pod p in the default namespace and of Service t in namespace b.
fn selected(kind: &str, spec: &str) -> Vec<String> {
    let service = |meta: &str| object("v1", "Service", meta, "selector: {app: web}, ports: [{name: http, port: 80}]");
    let graph = graph(&[
        service("name: s, labels: {app: web, tier: front}"),
        service("name: t, namespace: b, labels: {app: web}"),
        pod("p", "web", "ports: [{name: http, containerPort: 8080}]"),
        pod("q", "other", "ports: [{name: http, containerPort: 8080}]"),
        object("monitoring.coreos.com/v1", kind, "name: m", spec),
    ]);
    let monitored = graph.monitored().remove(0);
    let services = monitored.services.iter().map(|id| called(&graph.service(*id).id));
    services.chain(monitored.workloads.iter().map(|id| called(&graph.workload(*id).id))).collect()
}

#[test]
fn prm_service_monitors_select_services_by_their_own_labels() {
    for (selector, found) in [
        ("matchLabels: {app: web}", vec!["svc s", "Pod p"]),
        ("matchLabels: {app: web, tier: front}", vec!["svc s", "Pod p"]),
        ("matchLabels: {app: web, tier: back}", vec![]),
        ("matchExpressions: [{key: tier, operator: Exists}]", vec!["svc s", "Pod p"]),
        ("matchExpressions: [{key: tier, operator: DoesNotExist}]", vec![]),
        ("", vec!["svc s", "Pod p"]),
    ] {
        assert_eq!(selected("ServiceMonitor", &format!("selector: {{{selector}}}")), found, "{selector}");
    }
}

#[test]
fn prm_monitors_look_into_their_own_namespace_the_named_ones_or_all() {
    let of = |namespaces: &str| selected("ServiceMonitor", &format!("namespaceSelector: {{{namespaces}}}"));
    assert_eq!(of(""), ["svc s", "Pod p"]);
    assert_eq!(of("matchNames: [b, b]"), ["svc b/t"]);
    assert_eq!(of("any: true"), ["svc b/t", "svc s", "Pod p"]);
}

#[test]
fn prm_pod_monitors_select_pods() {
    assert_eq!(selected("PodMonitor", "selector: {matchLabels: {app: web}}"), ["Pod p"]);
    assert_eq!(selected("PodMonitor", "namespaceSelector: {any: true}"), ["Pod p", "Pod q"]);
    assert_eq!(selected("PodMonitor", "namespaceSelector: {matchNames: [b]}"), [""; 0]);
}
