//! P027: a caller cannot resolve the names of Services.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::ObjectId;

pub(super) const CHECK: Check = Check {
    id: "P027",
    name: "client-dns",
    title: "A workload calls a Service by name, but does not ask the cluster's DNS",
    severity: "warning",
    what: "A workload with `dnsPolicy: Default`, or on the host's network without `dnsPolicy: ClusterFirstWithHostNet`, whose configuration \
           names a Service.",
    why: "Its pods ask the node's DNS servers, which do not know the names of Services: `no such host`.",
    fix: "Write `dnsPolicy: ClusterFirstWithHostNet` with hostNetwork, `ClusterFirst` without.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut told: BTreeSet<&ObjectId> = BTreeSet::new();
    for call in context.calls() {
        for workload in &call.workloads {
            let Some(at) = workload.outside_dns else { continue };
            if !told.insert(&workload.id) {
                continue;
            }
            let who = words::name(&workload.id);
            let message = format!("{who} calls a Service by its name, but its pods do not ask the cluster's DNS");
            let policy = if workload.host_network { "ClusterFirstWithHostNet" } else { "ClusterFirst" };
            let finding = CHECK
                .finding(Severity::Warning, &workload.id, message, at, "names of Services do not resolve".to_owned())
                .help(format!("write `dnsPolicy: {policy}`"));
            let at = context.address(call.at, call.evidence);
            found.push(finding.related(at, format!("{}: {}", call.evidence.place, call.evidence.text)));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn pod(spec: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{{spec}, containers: [{{name: c, image: i, env: [{{name: DB_HOST, value: db:5432}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{ports: [{{port: 5432}}]}}\n"
        );
        found_by("P027", &text)
    }

    #[test]
    fn dns_08_pods_that_ask_the_node_do_not_find_services() {
        let error = |place: &str| {
            vec![format!(
                "warning 4 `{place}`: Pod web calls a Service by its name, but its pods do not ask the cluster's DNS"
            )]
        };
        assert_eq!(pod("hostNetwork: true"), error("true"));
        assert_eq!(pod("dnsPolicy: Default"), error("Default"));
        for spec in [
            "hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet",
            "dnsPolicy: ClusterFirst",
            "dnsPolicy: None",
            "hostNetwork: false",
        ] {
            assert!(pod(spec).is_empty(), "{spec}");
        }
    }
}
