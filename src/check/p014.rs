//! P014: a probe or a hook asks a port by a name that its container does not have.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Container, PortRef, Probe, ProbeKind, Question, Workload};

pub(super) const CHECK: Check = Check {
    id: "P014",
    name: "probe-port-unknown",
    title: "A probe asks a port that its container does not name",
    severity: "error",
    what: "A probe or a lifecycle hook whose port is a name that the same container does not have among its `ports` (names of other \
           containers of the pod do not count), or a hook with a `tcpSocket`, which Kubernetes does not support.",
    why: "The kubelet cannot find the port, so the probe fails every time: without readiness the pod never gets a request, without \
          liveness it is killed again and again. Kubernetes accepts it silently.",
    fix: "Write a name that the container has, or the number.",
    elsewhere: "kube-linter liveness-port, readiness-port and startup-port",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, workload) in context.graph.workloads() {
        for container in &workload.containers {
            found.extend(container.probes.iter().filter_map(|probe| finding(workload, container, probe)));
        }
    }
}

fn finding(workload: &Workload, container: &Container, probe: &Probe) -> Option<Finding> {
    let (who, name, kind) = (words::name(&workload.id), &container.name, probe.kind.as_str());
    if matches!(probe.kind, ProbeKind::PostStart | ProbeKind::PreStop) && probe.question == Question::Tcp {
        let message = format!("the {kind} hook of container {name} of {who} opens a TCP socket, which always fails");
        let label = "hooks cannot do this".to_owned();
        let finding = CHECK.finding(Severity::Error, &workload.id, message, probe.at, label);
        return Some(finding.help("use httpGet or exec"));
    }
    let PortRef::Name(port) = &probe.port else { return None };
    let named = || container.ports.iter().filter_map(|port| port.name.as_deref());
    if named().any(|known| *port == *known) {
        return None;
    }
    let names: Vec<String> = named().map(|name| format!("`{name}`")).collect();
    let has = if names.is_empty() { "no port with a name".to_owned() } else { words::list(&names) };
    let message =
        format!("the {kind} of container {name} of {who} asks a port named `{port}`, but the container has {has}");
    let finding = CHECK.finding(Severity::Error, &workload.id, message, probe.at, "always fails".to_owned());
    let finding = container.ports.iter().take(3).fold(finding, |finding, port| {
        finding.related(port.at, format!("the container has {}", words::container_port(port)))
    });
    Some(match (words::nearest(port, named()), &container.ports[..]) {
        (Some(near), _) => finding.help(format!("write `port: {near}`")),
        (None, [only]) => finding.help(format!("write `port: {}`, or name that port `{port}`", only.number)),
        (None, _) => finding.help(format!("name a port of the container `{port}`, or write its number")),
    })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn pod(container: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: i, {container}}}, {{name: d, image: i, ports: [{{name: other, containerPort: 1}}]}}]}}\n"
        )
    }

    #[test]
    fn prb_01_a_name_is_one_of_the_same_container() {
        let ports = "ports: [{name: http, containerPort: 8080}]";
        let asks = |port: &str| pod(&format!("{ports}, readinessProbe: {{httpGet: {{port: {port}}}}}"));
        assert_eq!(
            found_by("P014", &asks("htpp")),
            [
                "error 4 `htpp`: the readinessProbe of container c of Pod p asks a port named `htpp`, but the container has `http`"
            ]
        );
        assert_eq!(helps("P014", &asks("htpp")), ["write `port: http`"]);
        assert_eq!(helps("P014", &asks("other")), ["write `port: 8080`, or name that port `other`"]);
        for right in ["http", "8080", "9999"] {
            assert!(found_by("P014", &asks(right)).is_empty(), "{right}");
        }
    }

    #[test]
    fn prb_07_hooks_ask_their_own_container_and_no_sockets() {
        let hook = |handler: &str| found_by("P014", &pod(&format!("lifecycle: {{preStop: {{{handler}}}}}")));
        assert_eq!(
            hook("httpGet: {port: http}"),
            [
                "error 4 `http`: the preStop of container c of Pod p asks a port named `http`, but the container has no port with a name"
            ]
        );
        assert_eq!(
            hook("tcpSocket: {port: 80}"),
            ["error 4 `80`: the preStop hook of container c of Pod p opens a TCP socket, which always fails"]
        );
        assert!(hook("httpGet: {port: 80}").is_empty());
    }
}
