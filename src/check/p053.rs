//! P053: a route names a part of a Service's pods that is not defined, or that no pod belongs to.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Context, Finding, Severity, words};
use crate::graph::may_select;
use crate::manifest::{LabelSelector, PartOfPods, Parting, Router, ServiceRef, SubsetRef, Target, Workload};

pub(super) const CHECK: Check = Check {
    id: "P053",
    name: "istio-subset-unknown",
    title: "A route names a subset that is not defined, or that has no pods",
    severity: "warning; info where the input has several definitions of the route or the DestinationRule, so that variants are mixed",
    what: "A destination of a VirtualService whose `subset` none of the DestinationRules defines that the input has for the Service; or whose labels \
           none of the pods has that the Service selects in the input. Services without a DestinationRule in the input are left alone.",
    why: "Istio's proxies know no such destination, or no pod behind it: requests get a 503, and no other subset steps in.",
    fix: "Write the name of a subset of the DestinationRule, or give it labels that the pods have (those of the pod template).",
    elsewhere: "istioctl analyze IST0101",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut partings: BTreeMap<(&str, &str), Vec<&Parting>> = BTreeMap::new();
    for parting in &context.graph.roles().partings {
        partings.entry((&parting.namespace, &parting.service)).or_default().push(parting);
    }
    for (_, router) in context.graph.routers() {
        // Every host and match of a rule has the same destinations.
        let mut seen = BTreeSet::new();
        for (reference, subset) in subsets(router).filter(|(_, subset)| seen.insert(subset.at)) {
            if let Some(partings) = partings.get(&(reference.namespace.as_str(), reference.service.as_str())) {
                let named = Named { context, router, reference, subset, partings };
                found.extend(named.finding());
            }
        }
    }
}

/// Every part of a Service's pods that a router names.
fn subsets(router: &Router) -> impl Iterator<Item = (&ServiceRef, &SubsetRef)> {
    router.routes.iter().flat_map(|route| &route.backends).filter_map(|backend| match &backend.to {
        Target::Service(reference) => Some((reference, backend.subset.as_deref()?)),
        Target::Endpoints(_) | Target::Host { .. } | Target::Object { .. } | Target::Router(..) => None,
    })
}

/// A subset that a route names, and the DestinationRules of its Service: at least one.
struct Named<'c, 'g> {
    context: &'c Context<'g>,
    router: &'g Router,
    reference: &'g ServiceRef,
    subset: &'g SubsetRef,
    partings: &'c [&'g Parting],
}

impl<'g> Named<'_, 'g> {
    fn finding(&self) -> Option<Finding> {
        let parts = self.partings.iter().flat_map(|parting| &parting.parts);
        let defined: Vec<&PartOfPods> = parts.filter(|part| part.name == self.subset.name).collect();
        if defined.is_empty() {
            return Some(self.undefined());
        }
        let service = self.context.service(&self.reference.namespace, &self.reference.service)?;
        let workloads = self.context.selected_by(service);
        let has_pods = defined.iter().any(|part| workloads.iter().any(|workload| is_in(part, workload)));
        let part = defined.first().filter(|_| !workloads.is_empty() && !has_pods)?;
        Some(self.without_pods(part, &workloads))
    }

    fn undefined(&self) -> Finding {
        let names: Vec<&str> =
            self.partings.iter().flat_map(|parting| &parting.parts).map(|part| part.name.as_str()).collect();
        let defined = words::distinct(names.iter().map(|name| format!("`{name}`")));
        let defined = if defined.is_empty() { "none".to_owned() } else { words::list(&defined) };
        let rules: Vec<String> = self.partings.iter().map(|parting| words::name(&parting.id)).collect();
        let verb = if rules.len() == 1 { "defines" } else { "define" };
        let what = format!("but {} {verb} {defined} in the input", words::list(&rules));
        let finding = self.told(&what, "no subset of this name");
        match words::nearest(&self.subset.name, names.into_iter()) {
            Some(near) => finding.help(format!("write `{near}`")),
            None => finding,
        }
    }

    fn without_pods(&self, part: &PartOfPods, workloads: &[&Workload]) -> Finding {
        let labels: Vec<String> = part.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let what = format!(
            "but {} has not its labels {}, nor has anything else that the Service selects in the input",
            workloads.first().map(|workload| words::name(&workload.id)).unwrap_or_default(),
            words::list(&labels)
        );
        self.told(&what, "no pods in this subset").related(part.at, "the subset is defined here".to_owned())
    }

    fn told(&self, what: &str, label: &str) -> Finding {
        let id = &self.router.id;
        let mut objects = std::iter::once(id).chain(self.partings.iter().map(|parting| &parting.id));
        let is_mixed = objects.any(|id| !self.context.is_defined_once(id));
        let severity = if is_mixed { Severity::Info } else { Severity::Warning };
        let service = words::service(&self.reference.service, &self.reference.namespace, &id.namespace);
        let message = format!("{} leads to subset `{}` of {service}, {what}", words::name(id), self.subset.name);
        CHECK.finding(severity, id, message, self.subset.at, label.to_owned())
    }
}

/// Are the pods of a workload in a part, or may they be?
fn is_in(part: &PartOfPods, workload: &Workload) -> bool {
    let selector = LabelSelector { labels: part.labels.clone(), expressions: Vec::new() };
    may_select(&selector, workload)
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn mesh(subset: &str, rule: &str) -> String {
        format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\nspec:\n  hosts: [a, b]\n  http:\n  - route:\n    \
             - destination: {{host: web, subset: {subset}}}\n---\n\
             apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {{name: d}}\nspec: {{{rule}}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: web, version: v1}}}}\nspec: {{containers: [{{name: c, image: i}}]}}\n"
        )
    }

    const RULE: &str = "host: web, subsets: [{name: one, labels: {version: v1}}, {name: two, labels: {version: v2}}]";

    #[test]
    fn ist_a_subset_has_to_be_defined() {
        assert_eq!(
            found_by("P053", &mesh("onee", RULE)),
            [
                "warning 8 `onee`: VirtualService v leads to subset `onee` of Service web, but DestinationRule d defines `one` and `two` in the input"
            ]
        );
        assert_eq!(helps("P053", &mesh("onee", RULE)), ["write `one`"]);
        assert_eq!(
            found_by("P053", &mesh("one", "host: web.default.svc.cluster.local"))[0],
            "warning 8 `one`: VirtualService v leads to subset `one` of Service web, but DestinationRule d defines none in the input"
        );
        assert!(found_by("P053", &mesh("one", RULE)).is_empty());
    }

    #[test]
    fn ist_a_subset_has_to_have_pods() {
        assert_eq!(
            found_by("P053", &mesh("two", RULE)),
            [
                "warning 8 `two`: VirtualService v leads to subset `two` of Service web, but Pod p has not its labels version=v2, \
              nor has anything else that the Service selects in the input"
            ]
        );
        let elsewhere = mesh("two", RULE).replace("app: web, version: v1", "app: other");
        assert!(found_by("P053", &elsewhere).is_empty(), "the pods are not in the input");
        let hidden = mesh("two", "host: web, subsets: [{name: two, labels: {pod-template-hash: abc}}]");
        assert_eq!(found_by("P053", &hidden).len(), 1, "a Pod of its own has no such label");
    }

    #[test]
    fn ist_rules_of_other_services_and_mixed_variants_tell_little() {
        assert!(found_by("P053", &mesh("x", "host: other, subsets: [{name: one}]")).is_empty());
        assert!(found_by("P053", &mesh("x", "host: web.b.svc.cluster.local")).is_empty());
        let text = mesh("x", RULE);
        assert!(found_by("P053", &format!("{text}---\n{text}")).iter().all(|line| line.starts_with("info")));
    }
}
