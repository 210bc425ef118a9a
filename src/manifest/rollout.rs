//! Argo's Rollout (SEMANTICS §3.1).

use super::object::Object;
use super::workload::{TEMPLATE, add, count};
use super::{Lowered, Workload};
use crate::yaml::DecodeError;

/// Rollout: like a Deployment. With `workloadRef` it has no template: the Deployment that it names stands for its pods, whose
/// template and labels they have.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let pods = count(object, "replicas")?;
    add(object, TEMPLATE, lowered, |workload: &mut Workload| {
        workload.pods = pods;
        workload.hidden_labels = &["rollouts-pod-template-hash"];
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;

    #[test]
    fn wl_a_rollout_runs_the_pods_of_its_template_or_those_of_the_deployment_that_it_names() {
        let text = "apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: api}}
";
        let workloads = roles(text).workloads;
        let names: Vec<String> = workloads.iter().map(|workload| workload.id.to_string()).collect();
        assert_eq!(names, ["Rollout default/web"]);
        assert_eq!(workloads[0].containers[0].ports[0].number, 8080);
    }
}
