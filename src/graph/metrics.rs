//! Ports that serve no requests of users: for metrics, and those of sidecars. Names tell, so it is asked for, and never assumed.

use std::collections::BTreeSet;

use super::{Owner, Port, PortGraph, PortId, PortKind};

/// A name with one of these words in it, between hyphens, is of a port for metrics: `metrics`, `http-metrics`, `http-envoy-prom`.
/// `prometheus` is none of them: so the ports of Prometheus itself are often called.
const WORDS: &[&str] = &["metrics", "prom", "telemetry"];

/// Containers beside the one that a pod is for.
const SIDECARS: &[&str] = &[
    "config-reloader",
    "consul-dataplane",
    "envoy-sidecar",
    "istio-proxy",
    "jaeger-agent",
    "kube-rbac-proxy",
    "kuma-sidecar",
    "linkerd-proxy",
    "otc-container",
    "vault-agent",
];

/// Container ports and Service ports for metrics, ports of sidecars, and everything that leads to such ports only.
pub(super) fn metrics(graph: &PortGraph) -> BTreeSet<PortId> {
    let is_one = |port: &Port| is_for_metrics(port) || is_of_sidecar(graph, port);
    let mut found: BTreeSet<PortId> = graph.ports().filter(|(_, port)| is_one(port)).map(|(id, _)| id).collect();
    loop {
        let leads_on = |id: PortId| graph.hops_from(id).into_iter().map(|hop| graph.ends(hop).1);
        let is_before = |id: PortId| leads_on(id).next().is_some() && leads_on(id).all(|next| found.contains(&next));
        let is_new =
            |(id, port): &(PortId, &Port)| port.kind != PortKind::Client && !found.contains(id) && is_before(*id);
        let before: Vec<PortId> = graph.ports().filter(is_new).map(|(id, _)| id).collect();
        if before.is_empty() {
            return found;
        }
        found.extend(before);
    }
}

fn is_for_metrics(port: &Port) -> bool {
    let is_stated = matches!(port.kind, PortKind::ContainerPort(_) | PortKind::ServicePort);
    is_stated && port.name.iter().flat_map(|name| name.split('-')).any(|word| WORDS.contains(&word))
}

/// Is it a port of a known sidecar, in a pod that has another container?
fn is_of_sidecar(graph: &PortGraph, port: &Port) -> bool {
    let (PortKind::ContainerPort(key), Owner::Workload(id)) = (&port.kind, port.owner) else { return false };
    let is_sidecar = |name: &str| SIDECARS.iter().any(|known| name.strip_prefix(known).is_some_and(is_end));
    graph.workload(id).containers.len() > 1 && key.container.as_deref().is_some_and(is_sidecar)
}

/// The end of a name: `kube-rbac-proxy-main` is a `kube-rbac-proxy`.
fn is_end(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::super::tests::graph;
    use super::*;

    #[test]
    fn ports_for_metrics_and_of_sidecars_go_with_what_leads_only_to_them() {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {containers: [
            {name: web, ports: [{name: http, containerPort: 80}, {name: http-metrics, containerPort: 81}, {name: prometheus, containerPort: 82}]},
            {name: kube-rbac-proxy-main, ports: [{name: https, containerPort: 8443}]}]}}";
        let alone = "{apiVersion: v1, kind: Pod, metadata: {name: proxy}, spec: {containers: [
            {name: envoy-sidecar, ports: [{containerPort: 83}]}]}}";
        let service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, selector: {app: web}, ports: [
            {name: http, port: 80, nodePort: 30080}, {name: tcp, port: 81, nodePort: 30081}, {name: tls, port: 443, targetPort: https}]}}";
        let whole = graph(&[pod, alone, service].map(str::to_owned));
        let left = whole.without_metrics();
        let numbers = left.ports().filter_map(|(_, port)| port.number.known());
        assert_eq!(numbers.collect::<BTreeSet<_>>(), BTreeSet::from([80, 82, 83, 30080]));
        assert_eq!(left.owners().count(), whole.owners().count());
    }
}
