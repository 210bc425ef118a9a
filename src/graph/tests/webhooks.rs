//! What the API server calls (SEMANTICS §8).

use super::{calls, graph, object, pod, svc, targets};
use crate::graph::{Doubt, HopKind, Owner, Verdict};

/// A webhook configuration that calls Services of the default namespace.
fn webhook(kind: &str, services: &[&str]) -> String {
    let client = |service: &&str| format!("{{clientConfig: {{service: {{namespace: default, {service}}}}}}}");
    let webhooks: Vec<String> = services.iter().map(client).collect();
    let webhooks = webhooks.join(", ");
    format!(
        "{{apiVersion: admissionregistration.k8s.io/v1, kind: {kind}, metadata: {{name: w}}, webhooks: [{webhooks}]}}"
    )
}

#[test]
fn api_the_api_server_calls_ports_of_services() {
    let service = svc("s", "ports: [{name: a, port: 443}, {name: b, port: 8443}]");
    let validating = webhook("ValidatingWebhookConfiguration", &["name: s, path: /v", "name: s, port: 8443"]);
    let mutating = webhook("MutatingWebhookConfiguration", &["name: s", "name: s, port: 9443"]);
    assert_eq!(
        calls(&[service, validating, mutating]),
        [
            "API server -> svc s:443 (defaulted) [MutatingWebhookConfiguration w and 1 more: https://s.default.svc:443]",
            "API server -> svc s:8443 [ValidatingWebhookConfiguration w: https://s.default.svc:8443]",
            "API server -> no port 9443 in Service s! [MutatingWebhookConfiguration w: https://s.default.svc:9443]"
        ]
    );
}

#[test]
fn api_services_that_are_not_in_the_input_are_no_holes() {
    assert!(calls(&[webhook("ValidatingWebhookConfiguration", &["name: s"])]).is_empty());
    let alias = svc("s", "type: ExternalName, externalName: a.example.com, ports: [{port: 80}]");
    let called = calls(&[alias.clone(), webhook("ValidatingWebhookConfiguration", &["name: s, port: 8443"])]);
    assert_eq!(called, ["API server -> svc s:80 [ValidatingWebhookConfiguration w: https://s.default.svc:8443]"]);
    assert_eq!(targets(&[alias]).len(), 1);
}

#[test]
fn api_policies_may_or_may_not_let_the_node_of_the_api_server_in() {
    let verdict = |ingress: &str| {
        let graph = graph(&[
            svc("s", "selector: {app: s}, ports: [{port: 443}]"),
            pod("p", "s", "ports: [{containerPort: 443}]"),
            webhook("ValidatingWebhookConfiguration", &["name: s"]),
            object(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                "name: n",
                &format!("podSelector: {{}}, ingress: [{ingress}]"),
            ),
        ]);
        let call = graph.hops().find(|(.., hop)| hop.kind == HopKind::Call).unwrap();
        assert_eq!(graph.port(call.1).owner, Owner::ApiServer);
        let decision = graph.hop_verdict(call.0).unwrap();
        (decision.verdict, decision.doubt)
    };
    assert_eq!(verdict("{}"), (Verdict::Allowed, None));
    assert_eq!(verdict("{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}"), (Verdict::Allowed, None));
    for closed in ["", "{from: [{podSelector: {}}]}", "{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}"] {
        let (verdict, doubt) = verdict(closed);
        assert_eq!(doubt, Some(Doubt::HostNetwork), "{closed}");
        assert_ne!(verdict, Verdict::Blocked, "{closed}");
    }
}
