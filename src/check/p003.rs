//! P003: a named targetPort that the selected pods do not have.

use std::cell::LazyCell;

use super::find::{Aim, declared};
use super::meant::{self, Targets};
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{ContainerPort, PortRef, Workload};

pub(super) const CHECK: Check = Check {
    id: "P003",
    name: "named-target-port-unknown",
    title: "No container has a port of the targetPort's name",
    severity: "error; warning where only some of the selected workloads lack it",
    what: "A Service whose `targetPort` is a name that no container of the pods it selects gives to a port. Only names in the pods \
           count: those of the Service's own ports do not.",
    why: "The Service is accepted, but this port of it gets no endpoints: connections are refused or time out, an Ingress says 503, \
          while other ports of the same Service work.",
    fix: "Write the name that the container uses, or give the container's port that name. `--fix` writes what has one right answer: the \
          name where one letter is wrong, a number that stands in quotes, the number of a pod's only port, if that has no name.",
    elsewhere: "popeye POP-1106, kubevious service-selector-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let aims = context.aims();
    let targets = LazyCell::new(|| Targets::of(aims));
    for aim in aims {
        if let PortRef::Name(name) = &aim.port.target {
            found.extend(finding(context, aim, name, &targets));
        }
    }
}

fn finding(context: &Context<'_>, aim: &Aim<'_>, name: &str, targets: &Targets<'_>) -> Option<Finding> {
    let named = |port: &ContainerPort| port.name.as_deref() == Some(name);
    let has = |port: &ContainerPort| named(port) && port.protocol == aim.port.protocol;
    let lacking: Vec<&Workload> =
        aim.workloads.iter().copied().filter(|workload| !declared(workload).any(has)).collect();
    let nobody = lacking.len() == aim.workloads.len();
    // The name with another protocol is P004's.
    if lacking.is_empty() || nobody && lacking.iter().any(|workload| declared(workload).any(named)) {
        return None;
    }
    let severity = if nobody { Severity::Error } else { Severity::Warning };
    let ports: Vec<&ContainerPort> = lacking.iter().flat_map(|workload| declared(workload)).collect();
    let usable: Vec<&ContainerPort> = ports.iter().copied().filter(|port| port.protocol == aim.port.protocol).collect();
    let meant = words::nearest(name, usable.iter().filter_map(|port| port.name.as_deref()));
    let sure = meant::name(context, aim, name, targets).filter(|_| nobody);
    let label = format!("no container names a port `{name}`");
    let help = match &sure {
        Some(sure) => sure_help(name, sure),
        None => help(name, meant, &usable, aim.port.number),
    };
    let edit = sure.and_then(|sure| context.write(aim.port.target_at, &sure));
    let finding = CHECK
        .finding(severity, &aim.service.id, message(aim, name, &lacking), aim.port.target_at, label)
        .help(help)
        .fix(edit);
    // Where one name is very likely meant, the others only distract.
    let shown = ports.iter().filter(|port| meant.is_none() || port.name.as_deref() == meant);
    let related = |finding: Finding, port: &&ContainerPort| match &port.name {
        Some(name) => finding.related(port.at, format!("this one is named `{name}`")),
        None => finding.related(port.at, "this one has no name"),
    };
    Some(shown.take(3).fold(finding, related))
}

fn message(aim: &Aim<'_>, name: &str, lacking: &[&Workload]) -> String {
    let port = words::number(aim.port.number, aim.port.protocol);
    let (service, who) = (&aim.service.id.name, super::find::names(lacking));
    let (lack, all) = (lacking.len(), aim.workloads.len());
    if lack == all {
        return format!(
            "port {port} of Service {service} has no endpoints: no container of {who} names a port `{name}`"
        );
    }
    format!(
        "port {port} of Service {service} reaches only a part of its pods: {lack} of {all} selected workloads ({who}) name no port `{name}`"
    )
}

fn sure_help(name: &str, sure: &PortRef) -> String {
    let is_quoted = name.bytes().all(|byte| byte.is_ascii_digit());
    match sure {
        PortRef::Number(number) if is_quoted => {
            format!("write `targetPort: {number}`: a number in quotes is a name, and no name of a port has digits only")
        }
        PortRef::Number(number) => {
            format!("write `targetPort: {number}`, or give the container's port the name: `name: {name}`")
        }
        PortRef::Name(meant) => format!("write `targetPort: {meant}`"),
    }
}

fn help(name: &str, meant: Option<&str>, usable: &[&ContainerPort], number: u16) -> String {
    if let Some(meant) = meant {
        return format!("write `targetPort: {meant}`");
    }
    if usable.iter().any(|port| port.number == number && port.name.is_none()) {
        return format!("give the container's port {number} the name: `name: {name}`");
    }
    let declared = words::distinct(usable.iter().map(|port| words::container_port(port)));
    if declared.is_empty() {
        format!("name the port on which the pod listens: `ports: [{{name: {name}, containerPort: …}}]`")
    } else {
        format!("the pods declare {}: write one of these, or name it `{name}`", words::list(&declared))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn web(target: &str, container_ports: &[&str]) -> String {
        let pods = container_ports.iter().enumerate().map(|(at, ports)| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, ports: {ports}}}]}}\n---\n")
        });
        let service = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: {target}}}]}}\n"
        );
        pods.collect::<String>() + &service
    }

    #[test]
    fn a_name_that_nobody_has_means_no_endpoints() {
        let text = web("metric", &["[{name: http, containerPort: 80}, {name: metrics, containerPort: 9113}]"]);
        assert_eq!(
            found_by("P003", &text),
            ["error 9 `metric`: port 80 of Service web has no endpoints: no container of Pod p0 names a port `metric`"]
        );
        assert_eq!(helps("P003", &text), ["write `targetPort: metrics`"]);
    }

    #[test]
    fn a_name_that_only_some_have_is_a_warning() {
        let found = found_by("P003", &web("http", &["[{name: http, containerPort: 80}]", "[{containerPort: 80}]"]));
        assert!(
            found[0].starts_with("warning 14 `http`: port 80 of Service web reaches only a part of its pods: 1 of 2"),
            "{found:?}"
        );
    }

    #[test]
    fn sel_05_a_job_that_is_selected_too_needs_no_port() {
        let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: init}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}\n---\n";
        let text = |target: &str| job.to_owned() + &web(target, &["[{name: http, containerPort: 80}]"]);
        assert!(found_by("P003", &text("http")).is_empty());
        assert_eq!(found_by("P003", &text("other")).len(), 1);
    }

    #[test]
    fn the_same_name_and_numbers_are_fine_and_other_protocols_are_not_its_business() {
        for (target, ports) in [
            ("http", "[{name: http, containerPort: 80}]"),
            ("8080", "[{name: http, containerPort: 80}]"),
            ("dns", "[{name: dns, containerPort: 53, protocol: UDP}]"),
        ] {
            assert!(found_by("P003", &web(target, &[ports])).is_empty(), "{target}");
        }
    }
}
