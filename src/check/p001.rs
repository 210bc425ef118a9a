//! P001: a Service's selector matches no pod.

use std::collections::BTreeSet;

use super::{Check, Context, Finding, words};
use crate::graph::{HopKind, Missing, Owner, PortKind, ServiceId};
use crate::manifest::{Custom, Labels, Service, Workload};

pub(super) const CHECK: Check = Check {
    id: "P001",
    name: "service-selects-nothing",
    title: "A Service selects no pod",
    severity: "warning; error with --complete; info where the input has no workload of the namespace at all, where variants of an application are mixed, or where a custom resource \
               has a name that the selector asks for, so that an operator may make the pods",
    what: "A Service whose selector no pod template in the input satisfies, in the Service's own namespace. Labels that controllers \
           add (pod names of a StatefulSet, for instance) count. Services without a selector, of type ExternalName, or with \
           endpoints stated in the input are left alone.",
    why: "The Service exists and has an address, but nobody answers: connections are refused, an Ingress in front of it says 503. \
          `kubectl get endpointslices` shows it without addresses. Kubernetes accepts it silently.",
    fix: "Make the selector a subset of the labels of the pod template (`spec.template.metadata.labels`; the labels of the \
          Deployment itself do not count). Where the pods come from an operator or another repository, ignore the finding.",
    elsewhere: "kube-linter dangling-service, popeye POP-1100, kube-score service-targets-pod, kubevious service-selector-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (id, service) in context.graph.services() {
        if let Some(selector) = service.selector.as_ref().filter(|_| finds_no_pods(context, id)) {
            found.push(finding(context, service, selector));
        }
    }
}

/// A hole where its pods should be.
fn finds_no_pods(context: &Context<'_>, id: ServiceId) -> bool {
    let graph = context.graph;
    let ports = graph.ports_of(Owner::Service(id)).filter(|(_, port)| port.kind == PortKind::ServicePort);
    let mut hops =
        ports.flat_map(|(port, _)| graph.hops_from(port)).filter(|hop| graph.hop(*hop).kind == HopKind::Target);
    hops.any(|hop| matches!(graph.port(graph.ends(hop).1).kind, PortKind::Missing(Missing::Pods(..))))
}

fn finding(context: &Context<'_>, service: &Service, selector: &Labels) -> Finding {
    let namespace = &service.id.namespace;
    let maker = maker(context, service, selector);
    let severity = context.missing(namespace, context.has_workloads(namespace) && maker.is_none());
    let wanted: Vec<String> = selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let message = format!(
        "Service {} selects no pod: no workload of namespace {namespace} in the input has {}",
        service.id.name,
        words::list(&wanted)
    );
    let label = "no pod has all of these labels".to_owned();
    let finding = CHECK.finding(severity, &service.id, message, service.selector_at, label);
    if let Some(maker) = maker {
        return finding
            .help(format!("{} {} has this name: an operator may make the pods for it", maker.kind, maker.name));
    }
    match closest(context, service, selector) {
        Some(workload) => {
            let differences = words::list(&differences(workload, selector));
            let help = format!("the closest is {}, which {differences}", words::name(&workload.id));
            finding.related(workload.at, format!("the closest: {differences}")).help(help)
        }
        None => finding,
    }
}

/// A custom resource of the namespace whose name the selector asks for: operators label the pods they make with it.
fn maker<'g>(context: &Context<'g>, service: &Service, selector: &Labels) -> Option<&'g Custom> {
    let customs = &context.graph.roles().customs;
    let start = customs.partition_point(|custom| custom.namespace < service.id.namespace);
    let here = customs[start..].iter().take_while(|custom| custom.namespace == service.id.namespace);
    let names: BTreeSet<&str> = selector.iter().map(|(_, value)| value).collect();
    here.filter(|custom| names.contains(custom.name.as_str())).min()
}

/// The workload of the namespace that has most of the labels: at least half of them, one that is nearly right counting for half.
fn closest<'g>(context: &Context<'g>, service: &Service, selector: &Labels) -> Option<&'g Workload> {
    let here = context.workload_candidates(&service.id.namespace).iter().copied();
    let measured = here.map(|workload| {
        let equal = selector.iter().filter(|(key, value)| workload.labels.get(key) == Some(value)).count();
        let near = selector.iter().filter(|(key, value)| is_near(workload.labels.get(key), value)).count();
        (equal * 2 + near, workload)
    });
    let best = measured
        .filter(|(points, _)| *points > 0 && *points >= selector.len())
        .max_by(|a, b| a.0.cmp(&b.0).then(b.1.id.cmp(&a.1.id)));
    best.map(|(_, workload)| workload)
}

fn is_near(stated: Option<&str>, wanted: &str) -> bool {
    stated.is_some_and(|stated| words::nearest(wanted, std::iter::once(stated)).is_some())
}

/// `has app=web instead of app=wbe`, `has no tier`
pub(super) fn differences(workload: &Workload, selector: &Labels) -> Vec<String> {
    let differing = selector.iter().filter(|(key, value)| workload.labels.get(key) != Some(value));
    let told = differing.map(|(key, value)| match workload.labels.get(key) {
        Some(stated) => format!("has {key}={stated} instead of {value}"),
        None => format!("has no label {key}"),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, found_complete, helps};

    fn web(selector: &str, namespace: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {namespace}, labels: {{app: web, tier: front}}}}\nspec: {{containers: []}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {selector}, ports: [{{port: 80}}]}}\n"
        )
    }

    #[test]
    fn a_selector_that_differs_from_every_pod_is_told_with_the_closest_one() {
        let text = web("{app: wep, tier: front}", "default");
        let message = "`{app: wep, tier: front}`: Service web selects no pod: no workload of namespace default in the input has app=wep and tier=front";
        assert_eq!(found_by("P001", &text), [format!("warning 9 {message}")]);
        assert_eq!(found_complete("P001", &text), [format!("error 9 {message}")]);
        assert_eq!(helps("P001", &text), ["the closest is Pod web, which has app=web instead of wep"]);
    }

    #[test]
    fn pods_of_another_namespace_do_not_count() {
        assert_eq!(found_by("P001", &web("{app: web}", "other")).len(), 1);
        assert!(found_by("P001", &web("{app: web}", "other"))[0].starts_with("info "));
    }

    #[test]
    fn pods_that_an_operator_makes_need_not_be_in_the_input() {
        let custom = |name: &str| {
            format!(
                "---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {{name: {name}}}\nspec: {{}}\n"
            )
        };
        let text = web("{prometheus: k8s}", "default");
        assert!(found_by("P001", &(text.clone() + &custom("k8s")))[0].starts_with("info "));
        assert!(found_by("P001", &(text + &custom("other")))[0].starts_with("warning "));
    }

    #[test]
    fn a_subset_of_the_labels_is_enough_and_no_selector_selects_nothing() {
        for selector in ["{app: web}", "{tier: front, app: web}", "{}", "null"] {
            assert!(found_by("P001", &web(selector, "default")).is_empty(), "{selector}");
        }
    }
}
