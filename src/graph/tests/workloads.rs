//! Where pod templates are, owners, containers (SEMANTICS §3).

use super::{graph, hops, object, pod, svc, targets, workload};
use crate::graph::HopKind;

const SERVICE: &str = "selector: {app: a}, ports: [{port: 80, targetPort: http}]";
const CONTAINERS: &str = "containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]";

fn owned(kind: &str, name: &str, owner: &str, owner_name: &str) -> String {
    let owner = format!("ownerReferences: [{{kind: {owner}, name: {owner_name}, controller: true}}]");
    let spec = match kind {
        "Pod" => CONTAINERS.to_owned(),
        _ => format!("template: {{metadata: {{labels: {{app: a}}}}, spec: {{{CONTAINERS}}}}}"),
    };
    let version = if kind == "Pod" { "v1" } else { "apps/v1" };
    object(version, kind, &format!("name: {name}, labels: {{app: a}}, {owner}"), &spec)
}

#[test]
fn wl_01_every_kind_with_a_pod_template_runs_pods() {
    for (version, kind) in [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
    ] {
        let workload = workload(version, kind, "w", "a", CONTAINERS);
        assert_eq!(targets(&[svc("s", SERVICE), workload]), [format!("svc s:80 -> {kind} w:8080 (named)")]);
    }
}

#[test]
fn wl_01_a_cron_job_runs_the_pods_of_its_jobs() {
    let template = format!("template: {{metadata: {{labels: {{app: a}}}}, spec: {{{CONTAINERS}}}}}");
    let spec = format!("jobTemplate: {{spec: {{{template}}}}}");
    let job = object("batch/v1", "CronJob", "name: w", &spec);
    assert_eq!(targets(&[svc("s", SERVICE), job]), ["svc s:80 -> CronJob w:8080 (named)"]);
}

#[test]
fn wl_02_versions_that_are_no_longer_served_are_read() {
    for (version, kind) in
        [("extensions/v1beta1", "Deployment"), ("apps/v1beta2", "StatefulSet"), ("extensions/v1beta1", "DaemonSet")]
    {
        let workload = workload(version, kind, "w", "a", CONTAINERS);
        assert_eq!(targets(&[svc("s", SERVICE), workload]), [format!("svc s:80 -> {kind} w:8080 (named)")]);
    }
}

#[test]
fn wl_03_in_a_dump_a_pod_counts_once_as_its_owner() {
    let dump = [
        svc("s", SERVICE),
        workload("apps/v1", "Deployment", "web", "a", CONTAINERS),
        owned("ReplicaSet", "web-5d8f", "Deployment", "web"),
        owned("Pod", "web-5d8f-x2x", "ReplicaSet", "web-5d8f"),
    ];
    assert_eq!(targets(&dump), ["svc s:80 -> Deployment web:8080 (named)"]);
}

#[test]
fn wl_03_a_pod_whose_owner_is_not_in_the_input_counts() {
    assert_eq!(
        targets(&[svc("s", SERVICE), owned("Pod", "web-x", "ReplicaSet", "web")]),
        ["svc s:80 -> Pod web-x:8080 (named)"]
    );
}

#[test]
fn pod_02_a_port_that_is_declared_twice_is_one_port() {
    let spec = "containers: [{name: c, ports: [{name: a, containerPort: 80}, {name: http, containerPort: 80}]}]";
    let deployment = workload("apps/v1", "Deployment", "d", "a", spec);
    assert_eq!(targets(&[svc("s", SERVICE), deployment.clone()]), ["svc s:80 -> Deployment d:80 (named)"]);
    assert_eq!(graph(&[deployment]).ports().count(), 1);
}

#[test]
fn pod_02_a_number_in_two_containers_leads_to_the_first() {
    let spec = "containers: [{name: b, ports: [{containerPort: 80}]}, {name: a, ports: [{containerPort: 80}]}]";
    let graph = graph(&[
        svc("s", "selector: {app: a}, ports: [{port: 80}]"),
        workload("apps/v1", "Deployment", "d", "a", spec),
    ]);
    let keys: Vec<String> = graph.hops().map(|(_, _, to, _)| graph.key(to).to_string()).collect();
    assert_eq!(keys, ["default/Deployment/d/container/b/80/TCP"]);
}

#[test]
fn pod_10_ephemeral_containers_are_ignored() {
    let spec = "ephemeralContainers: [{name: e, ports: [{name: http, containerPort: 1}]}], containers: [{name: c}]";
    let pod = object("v1", "Pod", "name: p, labels: {app: a}", spec);
    assert_eq!(targets(&[svc("s", SERVICE), pod]), ["svc s:80 -> no container port named http! (named)"]);
}

#[test]
fn pod_11_ports_of_plain_init_containers_serve_no_service() {
    let spec = "initContainers: [{name: i, ports: [{containerPort: 80}]}], containers: [{name: c}]";
    let pod = object("v1", "Pod", "name: p, labels: {app: a}", spec);
    let service = svc("s", "selector: {app: a}, ports: [{port: 80}]");
    assert_eq!(targets(&[service, pod]), ["svc s:80 -> Pod p:80 undeclared (assumed)"]);
}

#[test]
fn pod_11_a_workload_without_ports_has_no_hops() {
    assert_eq!(hops(&[pod("p", "a", "")], &[HopKind::Enter, HopKind::Bind]), [""; 0]);
}

#[test]
fn kna_in_a_dump_the_services_that_knative_makes_are_not_drawn_beside_its_own() {
    let knative = object(
        "serving.knative.dev/v1",
        "Service",
        "name: s",
        "template: {spec: {containers: [{image: i}]}}, status: {latestReadyRevisionName: s-1}",
    );
    let made = |name: &str, owner: &str, spec: &str| {
        let owner = format!("ownerReferences: [{{apiVersion: {owner}, controller: true}}]");
        object("v1", "Service", &format!("name: {name}, {owner}"), spec)
    };
    let alias = made(
        "s",
        "serving.knative.dev/v1, kind: Route, name: s",
        "type: ExternalName, externalName: a.b, ports: [{port: 80}]",
    );
    let private = "networking.internal.knative.dev/v1alpha1, kind: ServerlessService, name: s";
    let private = made("s-private", private, "selector: {a: b}, ports: [{port: 80}]");
    let names = |documents: &[String]| {
        let graph = super::graph(documents);
        graph.services().map(|(_, service)| format!("{}{}", service.id.group, service.id.name)).collect::<Vec<_>>()
    };
    assert_eq!(names(&[knative, alias.clone(), private.clone()]), ["serving.knative.devs"]);
    assert_eq!(names(&[alias, private]), ["s", "s-private"], "alone they count");
}
