//! P043: an API version that Kubernetes serves no more.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::Header;
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P043",
    name: "removed-api",
    title: "The API version is no longer served",
    severity: "warning; info for Gateway API, whose experimental channel may still serve the version",
    what: "An object whose `apiVersion` newer clusters do not know, or that is not in the standard channel of Gateway API 1.6. portolan reads it \
           all the same.",
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

/// Of Gateway API: a version that the standard channel of 1.6 does not serve, and what it does.
struct Experimental {
    api_version: &'static str,
    kinds: &'static [&'static str],
    instead: &'static str,
}

const STANDARD: &str = "write `apiVersion: gateway.networking.k8s.io/v1`";

const EXPERIMENTAL: &[Experimental] = &[
    Experimental {
        api_version: "gateway.networking.k8s.io/v1alpha2",
        kinds: &[
            "BackendTLSPolicy",
            "GRPCRoute",
            "Gateway",
            "GatewayClass",
            "HTTPRoute",
            "ReferenceGrant",
            "TCPRoute",
            "TLSRoute",
            "UDPRoute",
        ],
        instead: STANDARD,
    },
    Experimental {
        api_version: "gateway.networking.k8s.io/v1alpha3",
        kinds: &["BackendTLSPolicy", "TLSRoute"],
        instead: STANDARD,
    },
    Experimental {
        api_version: "gateway.networking.x-k8s.io/v1alpha1",
        kinds: &["XListenerSet"],
        instead: "write `apiVersion: gateway.networking.k8s.io/v1` and `kind: ListenerSet`",
    },
];

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    add_experimental(context, found);
    for (header, version, at) in unusual_versions(context) {
        let is_it =
            |removed: &&Removed| removed.api_version == version && removed.kinds.contains(&header.id.kind.as_str());
        let Some(removed) = REMOVED.iter().find(is_it) else { continue };
        let message = format!(
            "{} is of {version}, which Kubernetes does not serve since {}",
            words::name(&header.id),
            removed.since
        );
        let label = format!("gone since {}", removed.since);
        let finding = CHECK.finding(Severity::Warning, &header.id, message, at, label);
        found.push(finding.help(format!("write `apiVersion: {}`", removed.instead)));
    }
}

/// The objects whose API version is not the usual one of their kind, with that version and its place.
fn unusual_versions<'g>(context: &Context<'g>) -> impl Iterator<Item = (&'g Header, &'g str, Span)> {
    context.graph.roles().headers.iter().filter_map(|header| {
        let (version, at) = header.unusual.as_ref()?.version.as_ref()?;
        Some((&**header, version.as_str(), *at))
    })
}

fn add_experimental(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (header, version, at) in unusual_versions(context) {
        let is_it = |old: &&Experimental| old.api_version == version && old.kinds.contains(&header.id.kind.as_str());
        let Some(old) = EXPERIMENTAL.iter().find(is_it) else { continue };
        let who = words::name(&header.id);
        let message = format!("{who} is of {version}, which is not in the standard channel of Gateway API");
        let label = "not in the standard channel".to_owned();
        let finding = CHECK.finding(Severity::Info, &header.id, message, at, label);
        found.push(finding.help(old.instead));
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

    #[test]
    fn versions_of_gateway_api_that_only_the_experimental_channel_may_serve_are_told() {
        assert_eq!(
            object("gateway.networking.k8s.io/v1alpha2", "TCPRoute"),
            [
                "info 1 `gateway.networking.k8s.io/v1alpha2`: TCPRoute web is of gateway.networking.k8s.io/v1alpha2, which is not in the standard channel of Gateway API"
            ]
        );
        assert_eq!(object("gateway.networking.x-k8s.io/v1alpha1", "XListenerSet").len(), 1);
        for (version, kind) in [("v1beta1", "HTTPRoute"), ("v1", "TLSRoute"), ("v1beta1", "ReferenceGrant")] {
            assert!(object(&format!("gateway.networking.k8s.io/{version}"), kind).is_empty(), "{version} {kind}");
        }
    }
}
