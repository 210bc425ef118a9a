//! P034: externalIPs, which Kubernetes gives up.

use super::{Check, Context, Finding, Severity};

pub(super) const CHECK: Check = Check {
    id: "P034",
    name: "external-ips-deprecated",
    title: "A Service uses externalIPs",
    severity: "warning",
    what: "A Service with `externalIPs`.",
    why: "The field is deprecated since Kubernetes 1.36: the API server warns, and kube-proxy is going to ignore it. Whoever may write it can \
          also take over addresses that are not theirs.",
    fix: "Use a LoadBalancer (MetalLB and cloud-provider-kind give addresses of your choice), a NodePort or an Ingress.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services().filter(|(_, service)| !service.external_ips.is_empty()) {
        let message =
            format!("Service {} uses externalIPs, which is deprecated since Kubernetes 1.36", service.id.name);
        let label = "nodes take traffic for these addresses".to_owned();
        found.push(CHECK.finding(Severity::Warning, &service.id, message, service.external_ips_at, label));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn service(spec: &str) -> Vec<String> {
        found_by(
            "P034",
            &format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}, ports: [{{port: 80}}]}}\n"
            ),
        )
    }

    #[test]
    fn ext_02_external_ips_are_told() {
        assert_eq!(
            service("externalIPs: [192.0.2.1]"),
            ["warning 4 `[192.0.2.1]`: Service web uses externalIPs, which is deprecated since Kubernetes 1.36"]
        );
        assert!(service("externalIPs: []").is_empty());
        assert!(service("type: LoadBalancer").is_empty());
    }
}
