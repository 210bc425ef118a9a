//! Selectors (SEMANTICS §1.7).

use super::{object, pod, svc, targets, workload};

const PORT: &str = "ports: [{containerPort: 80}]";

fn select(selector: &str) -> String {
    svc("s", &format!("selector: {{{selector}}}, ports: [{{port: 80}}]"))
}

fn stateful(replicas: &str) -> String {
    let template = format!("{replicas}, template: {{spec: {{containers: [{{name: c, {PORT}}}]}}}}");
    object("apps/v1", "StatefulSet", "name: db", &template)
}

#[test]
fn sel_01_every_label_of_the_selector_must_match() {
    let other =
        object("v1", "Pod", "name: b, labels: {app: a, tier: front}", &format!("containers: [{{name: c, {PORT}}}]"));
    assert_eq!(
        targets(&[select("app: a, tier: front"), pod("a", "a", PORT), other]),
        ["svc s:80 -> Pod b:80 (defaulted)"]
    );
}

#[test]
fn sel_02_pods_of_other_namespaces_are_not_selected() {
    let other = object("v1", "Pod", "name: b, namespace: other, labels: {app: a}", "containers: [{name: c}]");
    assert_eq!(targets(&[select("app: a"), other]), ["svc s:80 -> no pod with app=a!"]);
}

#[test]
fn sel_02_the_labels_of_the_pods_count_and_not_those_of_the_workload() {
    let spec =
        format!("selector: {{matchLabels: {{app: a}}}}, template: {{spec: {{containers: [{{name: c, {PORT}}}]}}}}");
    let other = object("apps/v1", "Deployment", "name: b, labels: {app: a}", &spec);
    assert_eq!(targets(&[select("app: a"), other]), ["svc s:80 -> no pod with app=a!"]);
}

#[test]
fn sel_03_a_service_without_a_selector_selects_nothing() {
    for selector in ["", "selector: null,", "selector: {},"] {
        let service = svc("s", &format!("{selector} ports: [{{port: 80}}]"));
        assert_eq!(targets(&[service, pod("a", "a", PORT)]), ["svc s:80 -> managed elsewhere (assumed)"], "{selector}");
    }
}

#[test]
fn sel_04_pods_of_a_stateful_set_have_their_names_as_labels() {
    let by_name = |name: &str| select(&format!("statefulset.kubernetes.io/pod-name: {name}"));
    let hit = ["svc s:80 -> StatefulSet db:80 (defaulted)"];
    assert_eq!(targets(&[by_name("db-1"), stateful("replicas: 2")]), hit);
    assert_eq!(targets(&[by_name("db-5"), stateful("replicas: 2, ordinals: {start: 4}")]), hit);
    for missing in ["db-2", "db-x", "db", "web-0"] {
        let none = format!("svc s:80 -> no pod with statefulset.kubernetes.io/pod-name={missing}!");
        assert_eq!(targets(&[by_name(missing), stateful("replicas: 2")]), [none]);
    }
}

#[test]
fn sel_04_pods_of_a_stateful_set_have_their_numbers_as_labels() {
    let by_index = |index: &str| select(&format!("apps.kubernetes.io/pod-index: '{index}'"));
    assert_eq!(targets(&[by_index("0"), stateful("replicas: 1")]), ["svc s:80 -> StatefulSet db:80 (defaulted)"]);
    assert_eq!(
        targets(&[by_index("1"), stateful("serviceName: x")]),
        ["svc s:80 -> no pod with apps.kubernetes.io/pod-index=1!"]
    );
}

#[test]
fn sel_04_pods_of_a_job_have_its_name_as_a_label() {
    let job = workload("batch/v1", "Job", "j", "a", &format!("containers: [{{name: c, {PORT}}}]"));
    for key in ["job-name", "batch.kubernetes.io/job-name"] {
        let service = select(&format!("{key}: j"));
        assert_eq!(targets(&[service, job.clone()]), ["svc s:80 -> Job j:80 (defaulted)"]);
    }
}

#[test]
fn sel_04_a_label_with_a_hash_may_match() {
    let spec = format!("containers: [{{name: c, {PORT}}}]");
    let deployment = workload("apps/v1", "Deployment", "d", "a", &spec);
    let service = select("app: a, pod-template-hash: 5d8f");
    assert_eq!(targets(&[service.clone(), deployment]), ["svc s:80 -> Deployment d:80 (defaulted)"]);
    assert_eq!(targets(&[service, pod("a", "a", PORT)]), ["svc s:80 -> no pod with app=a, pod-template-hash=5d8f!"]);
}

#[test]
fn sel_05_pods_that_have_ended_are_no_endpoints() {
    for (phase, expected) in [
        ("Running", "svc s:80 -> Pod a:80 (defaulted)"),
        ("Succeeded", "svc s:80 -> no pod with app=a!"),
        ("Failed", "svc s:80 -> no pod with app=a!"),
    ] {
        let pod = pod("a", "a", PORT);
        let pod = format!("{}, status: {{phase: {phase}}}}}", &pod[..pod.len() - 1]);
        assert_eq!(targets(&[select("app: a"), pod]), [expected], "{phase}");
    }
}

#[test]
fn sel_06_a_number_resolves_where_a_name_does_not() {
    let service = svc(
        "s",
        "selector: {app: a}, ports: [{name: a, port: 80, targetPort: web}, {name: b, port: 81, targetPort: 81}]",
    );
    assert_eq!(
        targets(&[service, pod("a", "a", PORT)]),
        ["svc s:80 -> no container port named web! (named)", "svc s:81 -> Pod a:81 undeclared (assumed)"]
    );
}
