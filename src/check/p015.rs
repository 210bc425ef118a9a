//! P015: a probe asks a number that its container does not declare.

use super::find::mentions;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Container, ContainerPort, ContainerRole, PortRef, Probe, Protocol, Workload};

pub(super) const CHECK: Check = Check {
    id: "P015",
    name: "probe-port-undeclared",
    title: "A probe asks a port that its container does not declare",
    severity: "warning where another container of the pod declares the number, or where it looks like a slip of a declared one; info otherwise, \
               with --pedantic",
    what: "A probe or a lifecycle hook that asks a number which its container does not have among its `ports`, while it declares other TCP \
           ports. Containers that declare none, or whose arguments or environment mention the number, are left alone.",
    why: "It works if a process listens there: `containerPort` is documentation. If none does, the pod is never Ready, or is \
          killed again and again. A probe that reaches another container of the pod tells nothing about its own.",
    fix: "Ask the port that the container serves on, best by its name; or declare the one that is asked.",
    elsewhere: "kube-linter liveness-port, readiness-port and startup-port",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads() {
        for container in &workload.containers {
            let probes = container.probes.iter();
            let numbers = probes.filter_map(|probe| match probe.port {
                PortRef::Number(number) => Some((probe, number)),
                PortRef::Name(_) => None,
            });
            let told = |finding: &Finding| finding.severity > Severity::Info || context.options.is_pedantic(&CHECK);
            found
                .extend(numbers.filter_map(|(probe, number)| finding(workload, container, probe, number)).filter(told));
        }
    }
}

fn finding(workload: &Workload, container: &Container, probe: &Probe, number: u16) -> Option<Finding> {
    let declared: Vec<&ContainerPort> = container.ports.iter().filter(|port| port.protocol == Protocol::Tcp).collect();
    let is_declared = declared.iter().any(|port| port.number == number);
    if declared.is_empty() || is_declared || mentions(container, number).is_some() {
        return None;
    }
    let (who, name, kind) = (words::name(&workload.id), &container.name, probe.kind.as_str());
    let ports = words::list(&declared.iter().map(|port| words::container_port(port)).collect::<Vec<_>>());
    let asks = format!("the {kind} of container {name} of {who} asks port {number}");
    let neighbour = neighbour(workload, container, number);
    let slip = declared.iter().find(|port| is_slip(number, port.number));
    let (severity, message) = match (neighbour, slip) {
        (Some((other, _)), _) => (
            Severity::Warning,
            format!("{asks}, which is a port of container {}: {name} itself declares {ports}", other.name),
        ),
        (None, Some(_)) => (Severity::Warning, format!("{asks}, but the container declares {ports}")),
        (None, None) => (Severity::Info, format!("{asks}, but the container declares only {ports}")),
    };
    let label = "works only if a process of the pod listens there".to_owned();
    let finding = CHECK.finding(severity, &workload.id, message, probe.at, label);
    let finding = match neighbour {
        Some((other, port)) => finding.related(port.at, format!("declared by container {}", other.name)),
        None => declared.iter().take(3).fold(finding, |finding, port| {
            finding.related(port.at, format!("declared: {}", words::container_port(port)))
        }),
    };
    Some(match slip {
        Some(port) => finding.help(format!("write `port: {}` if that is what was meant", port.number)),
        None => finding,
    })
}

/// The other container of the pod that declares the number.
fn neighbour<'w>(workload: &'w Workload, own: &Container, number: u16) -> Option<(&'w Container, &'w ContainerPort)> {
    let others = workload.containers.iter().filter(|other| other.name != own.name && other.role != ContainerRole::Init);
    let mut ports = others.flat_map(|other| other.ports.iter().map(move |port| (other, port)));
    ports.find(|(_, port)| port.number == number && port.protocol == Protocol::Tcp)
}

/// Do two numbers differ as by a slip of the fingers: the same digits in another order, or one digit more? (8081 beside 8080 is
/// no slip, but the usual port for health.)
fn is_slip(written: u16, meant: u16) -> bool {
    let digits = |number: u16| {
        let mut digits = number.to_string().into_bytes();
        digits.sort_unstable();
        digits
    };
    let (written_digits, meant_digits) = (digits(written), digits(meant));
    let one_more = |long: u16, short: u16| {
        let (long, short) = (long.to_string(), short.to_string());
        long.len() == short.len() + 1 && (0..long.len()).any(|at| [&long[..at], &long[at + 1..]].concat() == short)
    };
    written_digits == meant_digits || one_more(written, meant) || one_more(meant, written)
}

#[cfg(test)]
mod tests {
    use super::is_slip;
    use crate::check::tests::{checked, found_by, helps};

    fn pod(container: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: i, {container}}}, {{name: d, image: i, ports: [{{containerPort: 9100}}]}}]}}\n"
        )
    }

    #[test]
    fn prb_02_an_undeclared_number_may_be_right() {
        let asks = |port: &str| {
            found_by(
                "P015",
                &pod(&format!("ports: [{{containerPort: 8080}}], livenessProbe: {{tcpSocket: {{port: {port}}}}}")),
            )
        };
        assert_eq!(
            asks("9000"),
            [
                "info 4 `9000`: the livenessProbe of container c of Pod p asks port 9000, but the container declares only 8080"
            ]
        );
        assert_eq!(
            asks("9100"),
            [
                "warning 4 `9100`: the livenessProbe of container c of Pod p asks port 9100, which is a port of container d: c itself declares 8080"
            ]
        );
        assert_eq!(
            asks("8800"),
            [
                "warning 4 `8800`: the livenessProbe of container c of Pod p asks port 8800, but the container declares 8080"
            ]
        );
        assert!(asks("8080").is_empty());
        let text = pod("ports: [{containerPort: 8080}], livenessProbe: {tcpSocket: {port: 9000}}");
        assert!(checked(&text).findings.is_empty(), "ports for health are seldom declared");
    }

    #[test]
    fn containers_that_declare_nothing_or_mention_the_number_are_left_alone() {
        for container in [
            "livenessProbe: {tcpSocket: {port: 9000}}",
            "ports: [{containerPort: 53, protocol: UDP}], livenessProbe: {tcpSocket: {port: 9000}}",
            "ports: [{containerPort: 8080}], args: [--health=:9000], livenessProbe: {tcpSocket: {port: 9000}}",
            "ports: [{containerPort: 8080}], livenessProbe: {httpGet: {port: 9000, host: 10.0.0.1}}",
        ] {
            assert!(found_by("P015", &pod(container)).is_empty(), "{container}");
        }
    }

    #[test]
    fn a_slip_is_told_from_a_port_of_its_own() {
        for (written, meant, expected) in
            [(8008, 8080, true), (808, 8080, true), (18080, 1808, true), (8081, 8080, false), (9000, 8080, false)]
        {
            assert_eq!(is_slip(written, meant), expected, "{written} {meant}");
        }
        let text = pod("ports: [{containerPort: 8080}], livenessProbe: {tcpSocket: {port: 808}}");
        assert_eq!(helps("P015", &text), ["write `port: 8080` if that is what was meant"]);
    }
}
