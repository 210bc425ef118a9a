//! P039: the serviceName of a StatefulSet gives its pods no names.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::WorkloadId;
use crate::manifest::{Service, Workload};

pub(super) const CHECK: Check = Check {
    id: "P039",
    name: "statefulset-service",
    title: "A StatefulSet's serviceName does not name its pods",
    severity: "warning where the Service is there and does not select the pods; info where it is not in the input, or not headless",
    what: "A StatefulSet whose `serviceName` is a Service that does not exist, does not select the StatefulSet's pods, or is not headless.",
    why: "Names of single pods such as `db-0.db.shop.svc` exist only through a headless Service of that name that selects the pods. Where \
          nobody uses such names, nothing breaks: this is common and harmless.",
    fix: "Add a Service of that name with `clusterIP: None` and the labels of the pods as its selector, or correct the name.",
    elsewhere: "kube-score statefulset-has-servicename",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (id, workload) in context.graph.workloads().filter(|(_, workload)| workload.first_ordinal.is_some()) {
        let Some(name) = &workload.subdomain else { continue };
        let service = context.service(&workload.id.namespace, name);
        found.extend(finding(context, id, workload, name, service));
    }
}

fn finding(
    context: &Context<'_>,
    id: WorkloadId,
    workload: &Workload,
    name: &str,
    service: Option<&Service>,
) -> Option<Finding> {
    let who = words::name(&workload.id);
    let (severity, message) = match service {
        None => (
            Severity::Info,
            format!(
                "{who} has its pods' names from Service {name}, which is not in the input: single pods have no DNS names"
            ),
        ),
        Some(service) if !context.selects(service, id) => (
            Severity::Warning,
            format!(
                "{who} has its pods' names from Service {name}, which does not select its pods: single pods have no DNS names"
            ),
        ),
        Some(service) if !service.headless => (
            Severity::Info,
            format!(
                "{who} has its pods' names from Service {name}, which is not headless: single pods have no DNS names of their own by the specification"
            ),
        ),
        Some(_) => return None,
    };
    let finding = CHECK.finding(severity, &workload.id, message, workload.subdomain_at, "names the pods".to_owned());
    Some(match service {
        Some(service) if severity == Severity::Warning => finding.related(service.selector_at, "selects other pods"),
        Some(service) => finding
            .related(service.at, "has a cluster IP")
            .help("add `clusterIP: None` to the Service if pods are called by name"),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn set(service: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{serviceName: db, template: {{metadata: {{labels: {{app: db}}}}, spec: {{containers: []}}}}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{{service}}}\n"
        );
        found_by("P039", &text)
    }

    #[test]
    fn dns_05_only_a_headless_service_that_selects_the_pods_names_them() {
        assert!(set("name: db}\nspec: {clusterIP: None, selector: {app: db}").is_empty());
        let others = set("name: db}\nspec: {clusterIP: None, selector: {app: other}");
        assert!(others[0].starts_with("warning 4 `db`: "), "{others:?}");
        assert!(set("name: db}\nspec: {selector: {app: db}")[0].starts_with("info 4 `db`: "));
        assert!(set("name: other}\nspec: {clusterIP: None, selector: {app: db}")[0].starts_with("info 4 `db`: "));
    }
}
