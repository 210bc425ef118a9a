//! P043: an API version that Kubernetes serves no more.

use super::{Check, Context, Finding, Severity, words};

pub(super) const CHECK: Check = Check {
    id: "P043",
    name: "removed-api",
    title: "The API version is no longer served",
    severity: "warning",
    what: "An object whose `apiVersion` newer clusters do not know. portolan reads it all the same.",
    why: "From the named version of Kubernetes on, `kubectl apply` fails: `no matches for kind`.",
    fix: "Write the new apiVersion; for Ingress the shape of backends changed too (`service.name`, `service.port`, `pathType`).",
    elsewhere: "kube-linter no-extensions-v1beta, kube-score stable-version, popeye POP-403",
    pedantic: false,
    run,
};

/// An API version, the kinds it served, the first Kubernetes version without it, and what to write instead.
struct Removed {
    api_version: &'static str,
    kinds: &'static [&'static str],
    since: &'static str,
    instead: &'static str,
}

const WORKLOADS: &[&str] = &["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"];

const REMOVED: &[Removed] = &[
    Removed { api_version: "extensions/v1beta1", kinds: WORKLOADS, since: "1.16", instead: "apps/v1" },
    Removed { api_version: "extensions/v1beta1", kinds: &["Ingress"], since: "1.22", instead: "networking.k8s.io/v1" },
    Removed { api_version: "apps/v1beta1", kinds: WORKLOADS, since: "1.16", instead: "apps/v1" },
    Removed { api_version: "apps/v1beta2", kinds: WORKLOADS, since: "1.16", instead: "apps/v1" },
    Removed {
        api_version: "networking.k8s.io/v1beta1",
        kinds: &["Ingress"],
        since: "1.22",
        instead: "networking.k8s.io/v1",
    },
    Removed { api_version: "batch/v2alpha1", kinds: &["CronJob"], since: "1.21", instead: "batch/v1" },
    Removed { api_version: "batch/v1beta1", kinds: &["CronJob"], since: "1.25", instead: "batch/v1" },
    Removed {
        api_version: "discovery.k8s.io/v1beta1",
        kinds: &["EndpointSlice"],
        since: "1.25",
        instead: "discovery.k8s.io/v1",
    },
];

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for header in &context.graph.roles().headers {
        let is_it =
            |removed: &&Removed| removed.api_version == header.api_version && removed.kinds.contains(&header.id.kind);
        let Some(removed) = REMOVED.iter().find(is_it) else { continue };
        let message = format!(
            "{} is of {}, which Kubernetes does not serve since {}",
            words::name(&header.id),
            header.api_version,
            removed.since
        );
        let label = format!("gone since {}", removed.since);
        let finding = CHECK.finding(Severity::Warning, &header.id, message, header.api_version_at, label);
        found.push(finding.help(format!("write `apiVersion: {}`", removed.instead)));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn object(api_version: &str, kind: &str) -> Vec<String> {
        found_by("P043", &format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{}}\n"))
    }

    #[test]
    fn versions_that_are_gone_are_told() {
        assert_eq!(
            object("extensions/v1beta1", "Ingress"),
            [
                "warning 1 `extensions/v1beta1`: Ingress web is of extensions/v1beta1, which Kubernetes does not serve since 1.22"
            ]
        );
        assert_eq!(object("apps/v1beta2", "Deployment").len(), 1);
        assert!(object("apps/v1", "Deployment").is_empty());
        assert!(object("networking.k8s.io/v1", "Ingress").is_empty());
    }
}
