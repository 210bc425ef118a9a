//! P026: a caller names a Service that is not there.

use super::{Check, Context, Finding, words};
use crate::graph::{Missing, PortKind};

pub(super) const CHECK: Check = Check {
    id: "P026",
    name: "client-unknown-service",
    title: "A workload calls a Service that is not there",
    severity: "warning; error with --complete; info where the input has no Service of the namespace at all",
    what: "An address such as `db.shop.svc` in the environment, the arguments or a ConfigMap of a workload, where the input has objects of \
           the namespace but no such Service. Names without `.svc` are not judged: they may be anything.",
    why: "The name does not resolve: `no such host`.",
    fix: "Write the name of a Service, and its namespace. Where an operator or another repository makes the Service, ignore the finding.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for call in context.calls() {
        let PortKind::Missing(Missing::Service(namespace, name)) = &call.to.kind else { continue };
        let severity = context.missing(namespace, context.has_services(namespace));
        let verb = if call.workloads.len() == 1 { "calls" } else { "call" };
        let message = format!(
            "{} {verb} Service {name}, but namespace {namespace} has no such Service in the input",
            call.callers()
        );
        let label = format!("{}: {}", call.evidence.place, call.evidence.text);
        let at = context.address(call.at, call.evidence);
        let finding = CHECK.finding(severity, &call.caller().id, message, at, label);
        let here = context.service_candidates(namespace).iter().map(|service| service.id.name.as_str());
        found.push(match words::nearest(name, here).and_then(|near| context.service(namespace, near)) {
            Some(near) => finding
                .related(near.at, "a Service of a similar name")
                .help(format!("if Service {} is meant, write `{}.{namespace}.svc`", near.id.name, near.id.name)),
            None => finding,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn call(value: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: c, image: i, env: [{{name: DB_HOST, value: '{value}'}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{ports: [{{port: 5432}}]}}\n"
        );
        found_by("P026", &text)
    }

    #[test]
    fn a_cluster_name_without_its_service_is_told() {
        assert_eq!(
            call("dbb.default.svc.cluster.local:5432"),
            [
                "warning 4 `'dbb.default.svc.cluster.local:5432'`: Pod web calls Service dbb, but namespace default has no such Service in the input"
            ]
        );
    }

    #[test]
    fn an_address_in_a_file_is_told_at_its_line() {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata:\n  web.conf: |\n    listen 80;\n    proxy_pass http://u:p@dbb.default.svc:80/x;\n---\n";
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {volumes: [{name: v, configMap: {name: conf}}], \
             containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /etc/conf}]}]}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 5432}]}\n";
        let found = found_by("P026", &format!("{text}{pod}"));
        assert!(found[0].starts_with("warning 7 `dbb.default.svc:80`: Pod web calls Service dbb"), "{found:?}");
    }

    #[test]
    fn other_names_and_namespaces_may_be_anything() {
        for value in
            ["db.default.svc", "db", "elsewhere", "db.example.com", "db.other.svc", "kubernetes.default.svc:443"]
        {
            assert!(call(value).is_empty(), "{value}");
        }
    }
}
