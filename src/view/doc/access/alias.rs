//! ExternalName Services: names inside of the cluster for hosts outside of it.

use super::super::Context;
use super::super::commands::{Part, STEPS, Step, broken, kubectl};
use super::super::placed::Placed;
use crate::manifest::Service;
use crate::view::shell::sh_quote;

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let services = context.graph.services().map(|(_, service)| service);
    let steps = services.filter_map(|service| Some(Placed::new(&service.id.namespace, step(service)?))).collect();
    let text =
        "These Services are DNS aliases; no port is translated, so pods dial the port of the host they stand for.";
    context.part("External names", text.to_owned(), steps, STEPS)
}

fn step(service: &Service) -> Option<Step> {
    let host = service.external_name.as_deref()?;
    let command = lookup(&service.id.namespace, &crate::view::words::dns_name(service));
    Some(Step::new(&format!("{} → {host}", service.id.name), [command]))
}

/// Asks the cluster's DNS, from a pod that goes when it has answered.
pub(in crate::view::doc) fn lookup(namespace: &str, name: &str) -> String {
    broken(&run("dns-test", namespace), &format!("nslookup {}", sh_quote(name)))
}

/// Runs a command in a pod of its own.
pub(in crate::view::doc) fn from_pod(namespace: &str, command: &str) -> String {
    broken(&run("port-test", namespace), command)
}

fn run(pod: &str, namespace: &str) -> String {
    let rest = ["--image=curlimages/curl", "--rm", "-i", "--restart=Never", "--"];
    kubectl(&format!("run {pod}"), namespace, &rest)
}
