//! Workloads: every kind that holds a pod template, and Pods themselves (SEMANTICS §3.1).

use std::sync::Arc;

use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};

use super::object::{Object, decode_at, find, place};
use super::{Lifetime, Lowered, Pods, Workload, pod};
use crate::name::Name;
use crate::yaml::DecodeError;

/// The path of the template in a Deployment and all that follow its shape.
pub(super) const TEMPLATE: &[&str] = &["spec", "template"];

/// Pod: the object is its own template.
pub(super) fn pod(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let Some(spec) = decode_at::<PodSpec>(object.node, &["spec"])? else { return Ok(()) };
    let Some(node) = object.node.get("spec") else { return Ok(()) };
    let mut workload = pod::workload(object, None, spec, node, lowered);
    workload.labels = object.meta.labels.clone().unwrap_or_default();
    let phase: Option<Option<String>> = decode_at(object.node, &["status", "phase"])?;
    if matches!(phase.flatten().as_deref(), Some("Succeeded" | "Failed")) {
        workload.lifetime = Lifetime::Ended;
    }
    lowered.roles.workloads.push(Arc::new(workload));
    Ok(())
}

/// Deployment, ReplicaSet, ReplicationController: `spec.replicas` pods, by default one.
pub(super) fn replicated(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let pods = count(object, "replicas")?;
    add(object, TEMPLATE, lowered, |workload| {
        workload.pods = pods;
        workload.hidden_labels = &["pod-template-hash"];
    })
}

/// StatefulSet: like a Deployment, and its pods have names of their own (SEL-04, DNS-04).
pub(super) fn stateful_set(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let pods = count(object, "replicas")?;
    let service: Option<Option<Name>> = decode_at(object.node, &["spec", "serviceName"])?;
    let start: Option<Option<u32>> = decode_at(object.node, &["spec", "ordinals", "start"])?;
    add(object, TEMPLATE, lowered, |workload| {
        workload.pods = pods;
        workload.hidden_labels = &["controller-revision-hash"];
        workload.first_ordinal = Some(start.flatten().unwrap_or(0));
        workload.subdomain = service.flatten().filter(|name| !name.is_empty());
        workload.subdomain_at = place(object.node, &["spec", "serviceName"]);
    })
}

/// DaemonSet: one pod on every eligible node.
pub(super) fn daemon_set(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    add(object, TEMPLATE, lowered, |workload| {
        workload.pods = Pods::PerNode;
        workload.hidden_labels = &["controller-revision-hash"];
    })
}

/// Job: pods that run to an end; the controller labels them with its name (SEL-04).
pub(super) fn job(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let pods = count(object, "parallelism")?;
    add(object, TEMPLATE, lowered, |workload| {
        workload.pods = pods;
        workload.lifetime = Lifetime::Run;
        workload.hidden_labels = &["batch.kubernetes.io/controller-uid", "controller-uid"];
        for label in ["batch.kubernetes.io/job-name", "job-name"] {
            workload.labels.insert(label, &workload.id.name);
        }
    })
}

/// CronJob: the template of the Jobs it starts.
pub(super) fn cron_job(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    add(object, &["spec", "jobTemplate", "spec", "template"], lowered, |workload| workload.lifetime = Lifetime::Run)
}

/// Adds the workload of the template at `path`, after `adjust` has put in what only its kind knows.
pub(super) fn add(
    object: &Object<'_>,
    path: &[&str],
    lowered: &mut Lowered,
    adjust: impl FnOnce(&mut Workload),
) -> Result<(), DecodeError> {
    // An object without a template is a fragment (a patch): it runs nothing.
    let Some(template) = decode_at::<PodTemplateSpec>(object.node, path)? else { return Ok(()) };
    let Some((spec, node)) = template.spec.zip(find(object.node, path).and_then(|node| node.get("spec"))) else {
        return Ok(());
    };
    let mut workload = pod::workload(object, template.metadata, spec, node, lowered);
    adjust(&mut workload);
    lowered.roles.workloads.push(Arc::new(workload));
    Ok(())
}

/// A number of pods, by default one.
pub(super) fn count(object: &Object<'_>, key: &str) -> Result<Pods, DecodeError> {
    let stated: Option<Option<i32>> = decode_at(object.node, &["spec", key])?;
    Ok(Pods::Count(stated.flatten().map_or(1, |number| u32::try_from(number).unwrap_or(0))))
}
