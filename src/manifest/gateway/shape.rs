//! Shapes that the API server rejects although every field by itself is of the right type (GWY-02, RT-05, RT-06, RT-11, RT-13).

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
    hosts(node.get("hostname"), lowered);
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
        (_, Some("Terminate")) if !has_certificate(node) => {
            let help = "add `certificateRefs` with the Secret of the certificate";
            reject(at("tls"), "a listener that ends TLS must have a certificate".to_owned(), help);
        }
        _ => {}
    }
}

/// Certificates, or options of an implementation that tell where it takes them from.
fn has_certificate(listener: Node<'_>) -> bool {
    let is_stated = |key| {
        find(listener, &["tls", key])
            .is_some_and(|node| node.items().next().is_some() || node.entries().next().is_some())
    };
    is_stated("certificateRefs") || is_stated("options")
}

/// Hostnames have no port: the one that a request's `Host` names is passed over when routes are chosen (RT-05).
pub(super) fn hosts<'d>(hosts: impl IntoIterator<Item = Node<'d>>, lowered: &mut Lowered) {
    for host in hosts.into_iter().filter(|host| !host.text().is_empty() && !is_host(host.text())) {
        let text = host.text();
        let (why, help) = match text.rsplit_once(':') {
            Some((name, port)) if is_host(name) && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                ("requests are matched without the port they name", format!("write {name}"))
            }
            _ => (
                "it has small letters, digits, dashes and dots, and perhaps `*.` in front",
                "write the plain name".to_owned(),
            ),
        };
        lowered.problems.push(Problem::rejected(host.span(), format!("`{text}` is no hostname: {why}"), help));
    }
}

fn is_host(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(is_inner) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.strip_prefix("*.").unwrap_or(text).split('.').all(is_label)
}

/// A list of rules is not empty, where it is stated (RT-06).
pub(super) fn rules(object: &Object<'_>, count: Option<usize>, lowered: &mut Lowered) {
    if count == Some(0) {
        let help = "remove `rules`, or add one";
        let message = format!("the rules of an {} may be left out, but cannot be an empty list", object.id.kind);
        lowered.problems.push(Problem::rejected(place(object.node, &["spec", "rules"]), message, help));
    }
}

/// A rule that sends clients elsewhere neither forwards nor rewrites their requests (RT-11).
pub(super) fn rule(node: Node<'_>, lowered: &mut Lowered) {
    let filters = || node.get("filters").into_iter().flat_map(Node::items);
    let Some(redirect) = filters().find_map(|filter| filter.get("requestRedirect")) else { return };
    let mut reject = |message: &str, help: &str| {
        lowered.problems.push(Problem::rejected(start_of(redirect), message, help));
    };
    if node.get("backendRefs").is_some_and(|backends| backends.items().next().is_some()) {
        reject("a rule that redirects cannot have backendRefs", "remove `backendRefs`, or write two rules");
    }
    if filters().any(|filter| filter.get("urlRewrite").is_some()) {
        reject("a rule that redirects cannot rewrite the URL", "remove one of the two filters");
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
        let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
        manifest::read(&sources, "default").problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn gwy_02_fields_of_a_listener_that_do_not_go_together_are_rejected() {
        for (listener, expected) in [
            ("protocol: HTTP", None),
            ("protocol: HTTPS, tls: {options: {example.com/issuer: a}}", None),
            ("protocol: HTTPS, tls: {mode: Terminate}", Some("a listener that ends TLS must have a certificate")),
            ("protocol: TLS, tls: {certificateRefs: []}", Some("a listener that ends TLS must have a certificate")),
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
    fn rt_05_a_hostname_has_no_port() {
        let told = |host: &str| {
            let route = problems("HTTPRoute", "v1", &format!("hostnames: ['{host}']"));
            let listener =
                format!("gatewayClassName: c, listeners: [{{name: l, port: 1, protocol: HTTP, hostname: '{host}'}}]");
            assert_eq!(route, problems("Gateway", "v1", &listener), "{host}");
            route
        };
        for host in ["a.io", "*.a-b.io", "localhost", "1.a.io"] {
            assert!(told(host).is_empty(), "{host}");
        }
        assert_eq!(told("a.io:8080"), ["`a.io:8080` is no hostname: requests are matched without the port they name"]);
        for host in ["A.io", "a..io", "*", "a.*.io", "-a.io", "http://a.io"] {
            assert!(told(host)[0].starts_with(&format!("`{host}` is no hostname: it has small letters")), "{host}");
        }
    }

    #[test]
    fn rt_06_no_rules_at_all_are_not_an_empty_list_of_rules() {
        assert_eq!(
            problems("HTTPRoute", "v1", "rules: []"),
            ["the rules of an HTTPRoute may be left out, but cannot be an empty list"]
        );
        assert!(problems("HTTPRoute", "v1", "hostnames: [a.io]").is_empty());
    }

    #[test]
    fn rt_11_a_rule_that_redirects_does_nothing_else() {
        const REDIRECT: &str = "{type: RequestRedirect, requestRedirect: {scheme: https}}";
        let rule = |rule: &str| problems("HTTPRoute", "v1", &format!("rules: [{{{rule}}}]"));
        assert!(rule(&format!("filters: [{REDIRECT}]")).is_empty());
        assert_eq!(
            rule(&format!("filters: [{REDIRECT}], backendRefs: [{{name: s, port: 1}}]")),
            ["a rule that redirects cannot have backendRefs"]
        );
        assert_eq!(
            rule(&format!("filters: [{REDIRECT}, {{type: URLRewrite, urlRewrite: {{hostname: a.io}}}}]")),
            ["a rule that redirects cannot rewrite the URL"]
        );
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
