//! Controllers: the workloads whose pods pass on what comes to a router (NET-12), known by the labels that their projects give them.

use crate::graph::WorkloadId;
use crate::manifest::{Lifetime, Roles, Router, Workload};

/// Labels that name the program of a workload.
const NAME_LABELS: &[&str] = &["app.kubernetes.io/name", "app", "k8s-app", "name"];
/// The label that names its part; these parts of a controller pass on no requests.
const COMPONENT_LABEL: &str = "app.kubernetes.io/component";
const OTHER_COMPONENTS: &[&str] = &["admission-webhook", "default-backend", "defaultbackend"];

/// What controllers are called by their labels, with a word that the names of their classes have in them.
const NAMES: &[(&str, &str)] = &[
    ("ingress-nginx", "nginx"),
    ("nginx-ingress", "nginx"),
    ("traefik", "traefik"),
    ("haproxy-ingress", "haproxy"),
    ("envoy", "contour"),
    ("istio-ingressgateway", "istio"),
    ("kong", "kong"),
    ("apisix", "apisix"),
    ("emissary-ingress", "ambassador"),
];

/// The controllers of the input, each with the word of its class.
pub(super) struct Controllers(Vec<(WorkloadId, &'static str)>);

impl Controllers {
    pub(super) fn new(roles: &Roles) -> Self {
        let workloads = (0..).map(WorkloadId).zip(&roles.workloads);
        Self(workloads.filter_map(|(id, workload)| Some((id, class_word(workload)?))).collect())
    }

    /// Those that may serve a router: of its class where one is, else any of them.
    pub(super) fn of(&self, router: &Router) -> Vec<WorkloadId> {
        let class = router.class.as_deref().unwrap_or_default();
        let of_class = self.0.iter().filter(|(_, word)| class.contains(word)).map(|(id, _)| *id);
        let of_class: Vec<WorkloadId> = of_class.collect();
        match (of_class.is_empty(), class) {
            (false, _) => of_class,
            (true, "") => self.0.iter().map(|(id, _)| *id).collect(),
            (true, _) => Vec::new(),
        }
    }
}

fn class_word(workload: &Workload) -> Option<&'static str> {
    let component = workload.labels.get(COMPONENT_LABEL).unwrap_or_default();
    if workload.lifetime != Lifetime::Lasting || OTHER_COMPONENTS.contains(&component) {
        return None;
    }
    let called = |name: &str| NAME_LABELS.iter().any(|key| workload.labels.get(key).is_some_and(|value| value == name));
    NAMES.iter().find(|(name, _)| called(name)).map(|(_, word)| *word)
}
