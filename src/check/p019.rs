//! P019: a certificate for a host that no route serves.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::Router;

pub(super) const CHECK: Check = Check {
    id: "P019",
    name: "ingress-tls-host",
    title: "A TLS host is in no rule",
    severity: "warning",
    what: "A host under `tls` that no rule of the Ingress has, nor a wildcard, nor a rule for every host.",
    why: "The certificate is for a host that this Ingress does not serve, while the host of a rule is served without one, or with the \
          controller's own: browsers warn. Mostly one of the two is misspelt.",
    fix: "Write the same host in `tls` and in `rules`.",
    elsewhere: "kubevious ingress-tls-rule-domain-match",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in context.graph.routers().filter(|(_, router)| !router.routes.is_empty()) {
        for (host, at) in router.tls_hosts.iter().filter(|(host, _)| !serves(router, host)) {
            let message = format!("{} has a TLS entry for {host}, but no rule for it", words::name(&router.id));
            let finding = CHECK.finding(Severity::Warning, &router.id, message, *at, "in no rule".to_owned());
            let hosts = router.routes.iter().filter_map(|route| route.host.as_deref());
            found.push(match words::nearest(host, hosts) {
                Some(near) => finding.help(format!("if {near} is meant, write it here")),
                None => finding,
            });
        }
    }
}

fn serves(router: &Router, host: &str) -> bool {
    router.routes.iter().any(|route| match &route.host {
        None => true,
        Some(rule) => rule == host || covers(rule, host) || covers(host, rule),
    })
}

/// Does a wildcard stand for a host: for one label (ING-05)?
fn covers(pattern: &str, host: &str) -> bool {
    let parent = pattern.strip_prefix("*.");
    parent.is_some_and(|parent| host.split_once('.').is_some_and(|(_, rest)| rest == parent))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn ingress(tls: &str, rule: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec:\n  tls: [{{hosts: ['{tls}']}}]\n  rules: [{{{rule}\
             http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: s, port: {{number: 80}}}}}}}}]}}}}]\n"
        );
        found_by("P019", &text)
    }

    #[test]
    fn a_tls_host_without_a_rule_is_told() {
        assert_eq!(
            ingress("shop.io", "host: shp.io, "),
            ["warning 5 `'shop.io'`: Ingress i has a TLS entry for shop.io, but no rule for it"]
        );
        assert_eq!(ingress("a.b.shop.io", "host: '*.shop.io', ").len(), 1);
    }

    #[test]
    fn wildcards_and_rules_for_every_host_serve_it() {
        for (tls, rule) in [
            ("shop.io", "host: shop.io, "),
            ("a.shop.io", "host: '*.shop.io', "),
            ("*.shop.io", "host: a.shop.io, "),
            ("shop.io", ""),
        ] {
            assert!(ingress(tls, rule).is_empty(), "{tls} {rule}");
        }
    }
}
