//! OpenShift's DeploymentConfig (SEMANTICS §3.1).

use super::object::Object;
use super::workload::{TEMPLATE, add, count};
use super::{Lowered, Workload};
use crate::yaml::DecodeError;

/// The label that its controller gives every pod, with the name of the object; Services made by `oc` select it.
const NAME_LABEL: &str = "deploymentconfig";

/// DeploymentConfig: like a Deployment, over ReplicationControllers that are numbered by `deployment` (SEL-04).
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let pods = count(object, "replicas")?;
    add(object, TEMPLATE, lowered, |workload: &mut Workload| {
        workload.pods = pods;
        workload.hidden_labels = &["deployment"];
        workload.labels.insert(NAME_LABEL, &workload.id.name);
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;

    #[test]
    fn sel_04_the_pods_of_a_deployment_config_have_its_name_as_a_label() {
        let text = "apiVersion: apps.openshift.io/v1
kind: DeploymentConfig
metadata: {name: web}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, ports: [{containerPort: 8080}]}]}
";
        for version in ["apps.openshift.io/v1", "v1"] {
            let workloads = roles(&text.replace("apps.openshift.io/v1", version)).workloads;
            assert_eq!(workloads[0].id.to_string(), "DeploymentConfig default/web");
            assert_eq!(workloads[0].labels.get("deploymentconfig"), Some("web"));
            assert_eq!(workloads[0].containers[0].ports[0].number, 8080);
        }
    }
}
