//! P002: a numeric targetPort that the selected pods do not declare.

use std::cell::LazyCell;

use super::find::{Aim, declared, mentions, opened};
use super::meant::{self, Targets};
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Container, ContainerPort, PortRef, Probe, ProbeKind, Protocol, Workload};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P002",
    name: "target-port-undeclared",
    title: "No container declares the target port",
    severity: "warning where the pods declare other ports; info where they declare none, where only some of them lack it, or where their \
               arguments, environment or annotations mention the number, or a ConfigMap of theirs other than as somebody else's port",
    what: "A Service whose numeric `targetPort` (or `port`, where no targetPort is stated) none of the containers it selects lists under \
           `ports`.",
    why: "Kubernetes does not compare the two numbers: `containerPort` is documentation. It works if a process in the pod listens on the \
          number all the same. If none does, clients see `connection refused`, an Ingress says 502, while pods are Ready and \
          the Service has endpoints, so nothing else looks wrong.",
    fix: "Write the number (or better, the name) that the container declares as `targetPort`; or, where a process does listen there, \
          declare it as a `containerPort`. `--fix` writes the number where every pod declares one port of the Service port's name, or just \
          one port at all, and nothing (arguments, variables, probes, ConfigMaps) says that a process listens on the other.",
    elsewhere: "popeye POP-1106, kubevious service-selector-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let aims = context.aims();
    let targets = LazyCell::new(|| Targets::of(aims));
    let opened = opened(context);
    for aim in aims {
        if let PortRef::Number(number) = aim.port.target
            && !aim.workloads.iter().any(|workload| opened.contains(&(&workload.id, number, aim.port.protocol)))
        {
            let finding = finding(context, aim, number);
            found.extend(finding.map(|finding| with_fix(finding, context, aim, number, &targets)));
        }
    }
}

/// Only a warning is surely a mistake.
fn with_fix(finding: Finding, context: &Context<'_>, aim: &Aim<'_>, number: u16, targets: &Targets<'_>) -> Finding {
    match finding.severity {
        Severity::Warning => {
            let meant = meant::number(context, aim, number, targets);
            finding.fix(meant.and_then(|port| context.write(aim.port.target_at, &port)))
        }
        Severity::Error | Severity::Info => finding,
    }
}

fn finding(context: &Context<'_>, aim: &Aim<'_>, number: u16) -> Option<Finding> {
    let has = |port: &ContainerPort| port.number == number && port.protocol == aim.port.protocol;
    let lacking: Vec<&Workload> =
        aim.workloads.iter().copied().filter(|workload| !declared(workload).any(has)).collect();
    // The number with another protocol is P004's.
    if lacking.is_empty() || lacking.iter().any(|workload| declared(workload).any(|port| port.number == number)) {
        return None;
    }
    let others: Vec<&ContainerPort> = lacking
        .iter()
        .flat_map(|workload| declared(workload))
        .filter(|port| port.protocol == aim.port.protocol)
        .collect();
    let target = words::number(number, aim.port.protocol);
    let some_declare = lacking.len() < aim.workloads.len();
    let mention = mention(&lacking, number).or_else(|| configured(context, &lacking, number));
    let severity =
        if others.is_empty() || some_declare || mention.is_some() { Severity::Info } else { Severity::Warning };
    let service = &aim.service.id;
    let port = words::number(aim.port.number, aim.port.protocol);
    let message = format!(
        "Service {} sends port {port} to port {target} of its pods, but {}",
        service.name,
        declares(&lacking, &others, aim.port.protocol)
    );
    let stated = if aim.port.target_stated { "" } else { "no targetPort is stated, so it is the same number; " };
    let label = format!("{stated}works only if a process in the pod listens on {target}: Kubernetes does not check");
    let finding = CHECK.finding(severity, service, message, aim.port.target_at, label).help(help(aim, number, &others));
    if let Some(at) = mention {
        return Some(finding.related(at, format!("mentions {number}: very likely a process does listen there")));
    }
    let finding = match readiness(&lacking) {
        Some((probe, asked)) => finding.related(
            probe.at,
            format!("the readinessProbe asks {asked}, so the pods are Ready whether or not they listen on {target}"),
        ),
        None => finding,
    };
    Some(
        others.iter().take(3).fold(finding, |finding, port| {
            finding.related(port.at, format!("declared: {}", words::container_port(port)))
        }),
    )
}

/// `Pod web declares only 9000`
fn declares(lacking: &[&Workload], others: &[&ContainerPort], protocol: Protocol) -> String {
    let who = super::find::names(lacking);
    let declare = if lacking.len() == 1 { "declares" } else { "declare" };
    match others {
        [] => format!("{who} {declare} no {protocol} ports"),
        _ => format!("{who} {declare} only {}", listed(others)),
    }
}

fn listed(ports: &[&ContainerPort]) -> String {
    words::list(&words::distinct(ports.iter().map(|port| words::container_port(port))))
}

fn help(aim: &Aim<'_>, number: u16, others: &[&ContainerPort]) -> String {
    let declare = format!("if a process listens on {number}, declare it: `containerPort: {number}`");
    match meant(aim, others) {
        Some(port) => format!("write `targetPort: {}` if that is where the pod listens; {declare}", port.number),
        None => format!("write the port on which the pod listens as targetPort; {declare}"),
    }
}

/// The declared port that the Service very likely means: the one of the same name, or the only one.
fn meant<'p>(aim: &Aim<'_>, others: &[&'p ContainerPort]) -> Option<&'p ContainerPort> {
    let same_name = others.iter().find(|port| aim.port.name.is_some() && port.name == aim.port.name);
    let only = || others.first().filter(|first| others.iter().all(|port| port.number == first.number));
    same_name.or_else(only).copied()
}

/// A command, an argument, a variable or a probe that has the number: very likely a process does listen there.
fn mention(workloads: &[&Workload], number: u16) -> Option<Span> {
    let mut scraped = workloads.iter().filter_map(|workload| workload.scraped);
    if let Some((_, at)) = scraped.find(|(scraped, _)| *scraped == number) {
        return Some(at);
    }
    let mut containers = workloads.iter().flat_map(|workload| &workload.containers);
    containers.find_map(|container| mentions(container, number).or_else(|| probe_of(container, number)))
}

/// A ConfigMap of the workloads that has the number, as `listen 8080` or `0.0.0.0:8080`: `api:8080` is the port of somebody else.
fn configured(context: &Context<'_>, workloads: &[&Workload], number: u16) -> Option<Span> {
    let mut configs = workloads.iter().flat_map(|workload| meant::configs(context, workload));
    configs.find_map(|config| {
        let (_, at) = config.data.values().find(|(text, _)| words::listens(text, number))?;
        Some(context.number(*at, number))
    })
}

fn probe_of(container: &Container, number: u16) -> Option<Span> {
    let mut probes = container.probes.iter();
    probes.find(|probe| probe.port == PortRef::Number(number)).map(|probe| probe.at)
}

/// A readiness probe of the workloads, and the number that it asks: one that is not the Service's target, since only then does it
/// hide the fault.
fn readiness<'w>(workloads: &[&'w Workload]) -> Option<(&'w Probe, u16)> {
    let containers = workloads.iter().flat_map(|workload| &workload.containers);
    let mut probes = containers.flat_map(|container| container.probes.iter().map(move |probe| (container, probe)));
    probes.find_map(|(container, probe)| {
        let number = match &probe.port {
            PortRef::Number(number) => Some(*number),
            PortRef::Name(name) => {
                container.ports.iter().find(|port| port.name.as_ref() == Some(name)).map(|port| port.number)
            }
        };
        number.filter(|_| probe.kind == ProbeKind::Readiness).map(|number| (probe, number))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{checked, found_by, helps};

    fn web(service_ports: &str, container_ports: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, ports: {container_ports}}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: {service_ports}}}\n"
        )
    }

    #[test]
    fn a_number_that_nobody_declares_is_told_with_those_that_are() {
        let text = web("[{port: 80, targetPort: 8080}]", "[{containerPort: 9000, name: http}]");
        assert_eq!(
            found_by("P002", &text),
            [
                "warning 9 `8080`: Service web sends port 80 to port 8080 of its pods, but Pod web declares only 9000 (http)"
            ]
        );
        assert!(helps("P002", &text)[0].starts_with("write `targetPort: 9000`"));
    }

    #[test]
    fn the_port_of_the_same_name_is_proposed_and_none_where_two_could_be_meant() {
        let two = "[{containerPort: 9000, name: http}, {containerPort: 8081, name: management}]";
        assert!(helps("P002", &web("[{port: 80, name: http, targetPort: 8080}]", two))[0].contains("targetPort: 9000"));
        assert!(helps("P002", &web("[{port: 80, targetPort: 8080}]", two))[0].starts_with("write the port"));
    }

    #[test]
    fn pods_that_declare_nothing_may_well_listen() {
        let found = found_by("P002", &web("[{port: 80}]", "[]"));
        assert_eq!(
            found,
            ["info 9 `80`: Service web sends port 80 to port 80 of its pods, but Pod web declares no TCP ports"]
        );
    }

    #[test]
    fn a_number_that_the_arguments_mention_is_very_likely_right() {
        let text = |args: &str| {
            web("[{port: 80, targetPort: 18080}]", "[{containerPort: 9000}]")
                .replace("image: i,", &format!("image: i, args: [{args}],"))
        };
        assert!(found_by("P002", &text("--port=18080"))[0].starts_with("info "));
        assert!(found_by("P002", &text("--port=180801"))[0].starts_with("warning "));
    }

    #[test]
    fn a_number_that_a_mounted_file_listens_on_is_very_likely_right() {
        let told = |file: &str| {
            let text = web("[{port: 80, targetPort: 8081}]", "[{containerPort: 9000}]")
                .replace("spec: {containers", "spec: {volumes: [{name: v, configMap: {name: conf}}], containers");
            let text = text.replace("image: i,", "image: i, volumeMounts: [{name: v, mountPath: /etc/conf}],");
            let config = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf}}\ndata:\n  web.conf: |\n    # 8081\n    {file}\n"
            );
            checked(&format!("{text}---\n{config}")).findings.into_iter().find(|finding| finding.id == "P002").unwrap()
        };
        let listens = told("listen 8081;");
        assert_eq!(
            (listens.severity.as_str(), listens.related[0].text.as_str()),
            ("info", "mentions 8081: very likely a process does listen there")
        );
        assert_eq!(told("endpoint: 0.0.0.0:8081").severity.as_str(), "info");
        assert_eq!(told("proxy_pass http://api:8081;").severity.as_str(), "warning");
    }

    #[test]
    fn cli_08_a_number_that_prometheus_is_told_is_very_likely_right() {
        let told = |number: u16| {
            let text = web("[{port: 9090}]", "[{containerPort: 9000}]");
            let annotated = format!("metadata: {{annotations: {{prometheus.io/port: '{number}'}}, ");
            let pod = text.find("kind: Pod").unwrap();
            let (before, after) = text.split_at(pod);
            found_by("P002", &format!("{before}{}", after.replacen("metadata: {", &annotated, 1)))
        };
        assert!(told(9090)[0].starts_with("info "));
        assert!(told(9091)[0].starts_with("warning "));
    }

    #[test]
    fn a_probe_of_the_number_says_that_something_listens_and_one_of_another_that_it_hides_the_fault() {
        let probed = |port: u16| {
            web("[{port: 80, targetPort: 8080}]", "[{containerPort: 9000}]")
                .replace("image: i,", &format!("image: i, readinessProbe: {{tcpSocket: {{port: {port}}}}},"))
        };
        assert!(found_by("P002", &probed(8080))[0].starts_with("info "));
        assert!(found_by("P002", &probed(9000))[0].starts_with("warning "));
        let related = |port| checked(&probed(port)).findings[0].related[0].text.clone();
        assert!(related(9000).starts_with("the readinessProbe asks 9000, so the pods are Ready"));
    }

    #[test]
    fn declared_numbers_names_and_other_protocols_are_none_of_its_business() {
        for (service, container) in [
            ("[{port: 80, targetPort: 8080}]", "[{containerPort: 8080}]"),
            ("[{port: 80, targetPort: web}]", "[{containerPort: 8080}]"),
            ("[{port: 53, protocol: UDP}]", "[{containerPort: 53}]"),
        ] {
            assert!(found_by("P002", &web(service, container)).is_empty(), "{service}");
        }
    }
}
