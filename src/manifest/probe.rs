//! Probes: what the kubelet asks a container, where it asks one of its ports (SEMANTICS §3.3).

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::accept::Grammar;
use super::object::place;
use super::{Lowered, PortRef, Probe, ProbeKind, Question};
use crate::yaml::Node;

/// The probes and hooks of a container that ask one of its ports; one that runs a command, or asks another host, does not (PRB-05).
pub(super) fn probes(container: &core::Container, node: Node<'_>, lowered: &mut Lowered) -> Vec<Probe> {
    let probes = [
        (ProbeKind::Readiness, &container.readiness_probe),
        (ProbeKind::Liveness, &container.liveness_probe),
        (ProbeKind::Startup, &container.startup_probe),
    ];
    let probes = probes.into_iter().filter_map(|(kind, probe)| Some((kind, of_probe(probe.as_ref()?)?, node)));
    let lifecycle = container.lifecycle.as_ref();
    let hooks = [
        (ProbeKind::PostStart, lifecycle.and_then(|lifecycle| lifecycle.post_start.as_ref())),
        (ProbeKind::PreStop, lifecycle.and_then(|lifecycle| lifecycle.pre_stop.as_ref())),
    ];
    let hooks = hooks.into_iter().filter_map(|(kind, hook)| Some((kind, of_hook(hook?)?, node.get("lifecycle")?)));
    let asked = probes.chain(hooks);
    asked.filter_map(|(kind, asked, parent)| probe(kind, asked, parent.get(kind.as_str())?, lowered)).collect()
}

/// The key of the handler, how it asks, and which port.
type Asked = (&'static str, Question, IntOrString);

fn probe(kind: ProbeKind, (key, question, port): Asked, node: Node<'_>, lowered: &mut Lowered) -> Option<Probe> {
    let at = place(node, &[key, "port"]);
    let port = match port {
        IntOrString::Int(number) => PortRef::Number(lowered.port(number, "probe port", at)?),
        IntOrString::String(name) => PortRef::Name(lowered.port_name(Some(name), Grammar::Iana, at)?),
    };
    Some(Probe { kind, question, port, at })
}

fn of_probe(probe: &core::Probe) -> Option<Asked> {
    let socket = || of_socket(probe.tcp_socket.as_ref()?);
    let grpc = || Some(("grpc", Question::Grpc, IntOrString::Int(probe.grpc.as_ref()?.port)));
    probe.http_get.as_ref().and_then(of_get).or_else(socket).or_else(grpc)
}

fn of_hook(hook: &core::LifecycleHandler) -> Option<Asked> {
    hook.http_get.as_ref().and_then(of_get).or_else(|| of_socket(hook.tcp_socket.as_ref()?))
}

fn of_get(get: &core::HTTPGetAction) -> Option<Asked> {
    let path = get.path.clone().filter(|path| !path.is_empty()).unwrap_or_else(|| "/".to_owned());
    let tls = get.scheme.as_deref() == Some("HTTPS");
    is_own(get.host.as_deref()).then(|| ("httpGet", Question::Http { path, tls }, get.port.clone()))
}

fn of_socket(socket: &core::TCPSocketAction) -> Option<Asked> {
    is_own(socket.host.as_deref()).then(|| ("tcpSocket", Question::Tcp, socket.port.clone()))
}

/// Is the pod itself asked, and no other host?
fn is_own(host: Option<&str>) -> bool {
    host.is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use crate::manifest::{PortRef, Probe, ProbeKind, Question, read};
    use crate::source::{Source, Sources};

    /// The probes of one container, each with the text that stands at its place, and the problems.
    fn probes(fields: &str) -> (Vec<(Probe, String)>, Vec<String>) {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, {fields}}}]}}\n"
        );
        let sources = Sources::new(vec![Source { name: "a".to_owned(), text: text.as_str().into(), explicit: true }]);
        let lowered = read(&sources, "default");
        let probes = lowered.roles.workloads.iter().flat_map(|workload| &workload.containers[0].probes);
        let placed =
            probes.map(|probe| (probe.clone(), text[probe.at.start as usize..probe.at.end as usize].to_owned()));
        (placed.collect(), lowered.problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn prb_01_probes_ask_a_port_of_their_container_by_number_or_name() {
        let (probes, problems) = probes(
            "startupProbe: {grpc: {port: 9000}}, livenessProbe: {tcpSocket: {port: 8080}}, \
             readinessProbe: {httpGet: {path: /health, port: http}}",
        );
        let found: Vec<_> = probes
            .iter()
            .map(|(probe, text)| (probe.kind, &probe.question, probe.port.to_string(), text.as_str()))
            .collect();
        let health = Question::Http { path: "/health".to_owned(), tls: false };
        assert_eq!(
            found,
            [
                (ProbeKind::Readiness, &health, "http".to_owned(), "http"),
                (ProbeKind::Liveness, &Question::Tcp, "8080".to_owned(), "8080"),
                (ProbeKind::Startup, &Question::Grpc, "9000".to_owned(), "9000"),
            ]
        );
        assert_eq!(problems, [""; 0]);
    }

    #[test]
    fn prb_04_a_probe_without_a_port_number_is_told() {
        for fields in ["livenessProbe: {httpGet: {path: /}}", "livenessProbe: {tcpSocket: {port: 0}}"] {
            let (probes, problems) = probes(fields);
            assert_eq!(probes, [], "{fields}");
            assert_eq!(problems, ["probe port 0 is no port number, so the API server rejects it"], "{fields}");
        }
    }

    #[test]
    fn prb_05_the_path_is_the_root_by_default_and_another_host_is_not_the_container() {
        let (tls, _) = probes("livenessProbe: {httpGet: {port: 8443, scheme: HTTPS}}");
        assert_eq!(tls[0].0.question, Question::Http { path: "/".to_owned(), tls: true });
        assert_eq!(tls[0].0.port, PortRef::Number(8443));
        let (elsewhere, _) = probes("livenessProbe: {httpGet: {port: 80, host: example.com}}");
        assert_eq!(elsewhere, []);
        let (command, _) = probes("livenessProbe: {exec: {command: [\"true\"]}}");
        assert_eq!(command, []);
    }
}
