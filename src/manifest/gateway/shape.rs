//! Shapes that the API server rejects although every field by itself is fine (GWY-02, RT-13).

use super::ListenerSpec;
use crate::manifest::object::{Object, find, place};
use crate::manifest::{Lowered, Takes, start_of};
use crate::problem::Problem;
use crate::yaml::Node;

/// The fields of a listener that do not go together.
pub(super) fn listener(spec: &ListenerSpec, node: Node<'_>, lowered: &mut Lowered) {
    let protocol = spec.protocol.as_deref().unwrap_or_default();
    let mode = spec.tls.as_ref().map(|tls| tls.mode.as_deref().unwrap_or("Terminate"));
    let at = |key| node.get(key).map_or(start_of(node), start_of);
    let mut reject = |at, message: String, help: &str| lowered.problems.push(Problem::rejected(at, message, help));
    if matches!(protocol, "TCP" | "UDP") && spec.hostname.as_deref().is_some_and(|host| !host.is_empty()) {
        let help = "remove `hostname`; such listeners are told apart by their ports";
        reject(at("hostname"), format!("a listener for {protocol} cannot have a hostname"), help);
    }
    match (protocol, mode) {
        ("HTTP" | "TCP" | "UDP", Some(_)) => {
            let help = "remove `tls`, or write `protocol: HTTPS` or `protocol: TLS`";
            reject(at("tls"), format!("a listener for {protocol} cannot have `tls`"), help);
        }
        (_, Some(mode)) if !matches!(mode, "Terminate" | "Passthrough") => {
            reject(
                at("tls"),
                format!("there is no tls mode `{mode}`"),
                "write `mode: Terminate` or `mode: Passthrough`",
            );
        }
        ("HTTPS", Some("Passthrough")) => {
            let help = "write `mode: Terminate`, or `protocol: TLS` and a TLSRoute";
            reject(at("tls"), "a listener for HTTPS ends TLS; it cannot pass it through".to_owned(), help);
        }
        ("TLS", None) => {
            let help = "add `tls` with `mode: Passthrough`, or with certificates";
            reject(at("protocol"), "a listener for TLS needs `tls`".to_owned(), help);
        }
        _ => {}
    }
}

/// Routes of streams have exactly one rule since `v1`, and a TLSRoute has hostnames (RT-13).
pub(super) fn stream(object: &Object<'_>, takes: Takes, rules: Option<usize>, has_hosts: bool, lowered: &mut Lowered) {
    let is_v1 = |version: Node<'_>| version.text().ends_with("/v1");
    if !find(object.node, &["apiVersion"]).is_some_and(is_v1) {
        return;
    }
    let mut reject = |at, message: String, help: &str| lowered.problems.push(Problem::rejected(at, message, help));
    let count = rules.unwrap_or_default();
    if count != 1 {
        let at = place(object.node, &["spec", "rules"]);
        reject(
            at,
            format!("a {} has exactly one rule, and there are {count}", object.id.kind),
            "write a route for each rule",
        );
    }
    if takes == Takes::Tls && !has_hosts {
        let help = "add `hostnames`, by which TLS connections are told apart";
        reject(place(object.node, &["spec"]), format!("a {} must have hostnames", object.id.kind), help);
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest;
    use crate::source::{Source, Sources};

    fn problems(kind: &str, version: &str, spec: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: gateway.networking.k8s.io/{version}\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{{spec}}}\n"
        );
        let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text, explicit: true }]);
        manifest::read(&sources, "default").problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn gwy_02_fields_of_a_listener_that_do_not_go_together_are_rejected() {
        for (listener, expected) in [
            ("protocol: HTTP", None),
            ("protocol: HTTPS, tls: {mode: Terminate}", None),
            ("protocol: HTTPS, tls: {certificateRefs: [{name: c}]}", None),
            ("protocol: HTTPS", None),
            ("protocol: TLS, hostname: a.io, tls: {mode: Passthrough}", None),
            ("protocol: TLS, tls: {certificateRefs: [{name: c}]}", None),
            ("protocol: TCP, hostname: ''", None),
            ("protocol: HTTP, tls: {mode: Terminate}", Some("a listener for HTTP cannot have `tls`")),
            ("protocol: UDP, tls: {mode: Terminate}", Some("a listener for UDP cannot have `tls`")),
            ("protocol: TCP, hostname: a.io", Some("a listener for TCP cannot have a hostname")),
            (
                "protocol: HTTPS, tls: {mode: Passthrough}",
                Some("a listener for HTTPS ends TLS; it cannot pass it through"),
            ),
            ("protocol: HTTPS, tls: {mode: Half}", Some("there is no tls mode `Half`")),
            ("protocol: TLS", Some("a listener for TLS needs `tls`")),
        ] {
            let told = problems(
                "Gateway",
                "v1",
                &format!("gatewayClassName: c, listeners: [{{name: l, port: 1, {listener}}}]"),
            );
            assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{listener}");
        }
    }

    #[test]
    fn rt_13_a_route_of_streams_has_one_rule_and_a_tls_route_has_hostnames() {
        const RULE: &str = "{backendRefs: [{name: s, port: 1}]}";
        let tls = |rules: &str| format!("hostnames: [a.io], rules: [{rules}]");
        assert!(problems("TLSRoute", "v1", &tls(RULE)).is_empty());
        let two = format!("{RULE}, {RULE}");
        assert_eq!(problems("TLSRoute", "v1", &tls(&two)), ["a TLSRoute has exactly one rule, and there are 2"]);
        assert!(problems("TLSRoute", "v1alpha2", &tls(&two)).is_empty(), "older versions take several");
        assert_eq!(problems("TLSRoute", "v1", &format!("rules: [{RULE}]")), ["a TLSRoute must have hostnames"]);
        assert_eq!(problems("UDPRoute", "v1", "rules: []"), ["a UDPRoute has exactly one rule, and there are 0"]);
        assert!(problems("TCPRoute", "v1", &format!("rules: [{RULE}]")).is_empty());
    }
}
