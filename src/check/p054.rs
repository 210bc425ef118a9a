//! P054: a listener for HTTPS that states no TLS.

use super::{Check, Context, Finding, Severity, words};

pub(super) const CHECK: Check = Check {
    id: "P054",
    name: "listener-without-certificate",
    title: "A listener for HTTPS states no certificate",
    severity: "warning",
    what: "A listener of a Gateway or ListenerSet with `protocol: HTTPS` and without `tls`. The documentation asks for the field; the API server \
           does not, because some implementations take the certificate from elsewhere.",
    why: "Without a certificate there is no TLS: most implementations do not program the listener, and its routes are not reached.",
    fix: "Add `tls` with `certificateRefs`, which names the Secret of the certificate.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in context.graph.routers() {
        for listener in router.listeners.iter().filter(|listener| listener.without_certificate) {
            let name = listener.name.as_deref().unwrap_or("without a name");
            let message =
                format!("listener {name} of {} speaks HTTPS, and has no certificate", words::name(&router.id));
            let label = "this listener has no `tls`".to_owned();
            let finding = CHECK.finding(Severity::Warning, &router.id, message, listener.at, label);
            found.push(finding.help("add `tls: {certificateRefs: [{name: SECRET}]}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn gateway(metadata: &str, listener: &str) -> Vec<String> {
        found_by(
            "P054",
            &format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw{metadata}}}\n\
                 spec: {{gatewayClassName: x, listeners: [{{name: web, port: 443, {listener}}}]}}\n"
            ),
        )
    }

    #[test]
    fn gwy_02_https_without_tls_is_doubtful() {
        assert_eq!(
            gateway("", "protocol: HTTPS"),
            ["warning 4 `443`: listener web of Gateway gw speaks HTTPS, and has no certificate"]
        );
    }

    #[test]
    fn certificates_and_what_stands_for_them_are_fine() {
        let certificate = "protocol: HTTPS, tls: {certificateRefs: [{name: c}]}";
        for (metadata, listener) in [
            ("", certificate),
            ("", "protocol: HTTPS, tls: {options: {example.com/issuer: a}}"),
            ("", "protocol: HTTP"),
            (", annotations: {networking.gke.io/certmap: shop}", "protocol: HTTPS"),
        ] {
            assert!(gateway(metadata, listener).is_empty(), "{metadata} {listener}");
        }
    }
}
