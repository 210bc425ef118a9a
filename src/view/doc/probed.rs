//! What the probes of containers tell of a port: that it speaks HTTP, and a path that is made to be asked for.

use super::names::targets;
use crate::graph::{ContainerKey, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{Container, PortRef, Probe, ProbeKind, Question};

/// What a probe gets by HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HttpGet<'g> {
    pub(super) path: &'g str,
    pub(super) tls: bool,
}

/// What the kubelet gets from a container port, or from the first of those behind a Service port: what readiness asks for is
/// closest to what clients ask for, then what liveness asks for.
pub(super) fn http_get(graph: &PortGraph, id: PortId) -> Option<HttpGet<'_>> {
    let behind = if graph.port(id).kind == PortKind::ServicePort { targets(graph, id) } else { vec![id] };
    behind.into_iter().find_map(|port| of_container_port(graph, port))
}

fn of_container_port(graph: &PortGraph, id: PortId) -> Option<HttpGet<'_>> {
    let port = graph.port(id);
    let (PortKind::ContainerPort(key), Owner::Workload(workload)) = (&port.kind, port.owner) else { return None };
    let number = port.number.known()?;
    let containers = graph.workload(workload).containers.iter().filter(|container| is_of(key, container));
    let asked = |container| of_container(container, number);
    containers.flat_map(asked).min_by_key(|(kind, _)| *kind).map(|(_, get)| get)
}

/// A port that no container declares may be of any of them.
fn is_of(key: &ContainerKey, container: &Container) -> bool {
    key.container.as_ref().is_none_or(|name| *name == container.name)
}

fn of_container(container: &Container, number: u16) -> Vec<(ProbeKind, HttpGet<'_>)> {
    let lasting = |kind| matches!(kind, ProbeKind::Readiness | ProbeKind::Liveness);
    let probes = container.probes.iter().filter(|probe| lasting(probe.kind));
    let asking = probes.filter(|probe| asks(probe, container, number));
    let gets = asking.filter_map(|probe| match &probe.question {
        Question::Http { path, tls } => Some((probe.kind, HttpGet { path, tls: *tls })),
        Question::Tcp | Question::Grpc => None,
    });
    gets.collect()
}

/// Does the probe ask the port of this number? A name is one of the same container (PRB-01).
fn asks(probe: &Probe, container: &Container, number: u16) -> bool {
    match &probe.port {
        PortRef::Number(asked) => *asked == number,
        PortRef::Name(name) => {
            container.ports.iter().any(|port| port.number == number && port.name.as_ref() == Some(name))
        }
    }
}
