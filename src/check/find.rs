//! Questions about ports that several checks ask.

use std::collections::BTreeSet;

use super::{Context, words};
use crate::graph::{Evidence, Hop, HopId, HopKind, Owner, Port, PortId, WorkloadId};
use crate::manifest::{
    Container, ContainerPort, ContainerRole, EnvValue, ObjectId, Protocol, Service, ServicePort, ServiceType, Workload,
};
use crate::source::Span;

/// A Service port and the workloads that its requests go to: at least one.
pub(super) struct Aim<'g> {
    pub(super) service: &'g Service,
    pub(super) port: &'g ServicePort,
    pub(super) workloads: Vec<&'g Workload>,
}

impl Aim<'_> {
    /// `Deployment web`, `Deployment web and Job init`
    pub(super) fn workload_names(&self) -> String {
        names(&self.workloads)
    }
}

/// `Deployment web`, `Deployment web and Job init`
pub(super) fn names(workloads: &[&Workload]) -> String {
    words::list(&workloads.iter().map(|workload| words::name(&workload.id)).collect::<Vec<_>>())
}

/// See [`Context::aims`].
pub(super) fn aims<'g>(context: &Context<'g>) -> Vec<Aim<'g>> {
    let mut aims = Vec::with_capacity(context.graph.services().map(|(_, service)| service.ports.len()).sum());
    for (id, service) in context.graph.services().filter(|(_, service)| service.kind != ServiceType::ExternalName) {
        let workloads = context.selected(id);
        if !workloads.is_empty() {
            aims.extend(service.ports.iter().map(|port| Aim { service, port, workloads: workloads.clone() }));
        }
    }
    aims
}

/// The ports that a workload's pods declare; plain init containers serve nobody (POD-11).
pub(super) fn declared(workload: &Workload) -> impl Iterator<Item = &ContainerPort> {
    let serving = workload.containers.iter().filter(|container| container.role != ContainerRole::Init);
    serving.flat_map(|container| &container.ports)
}

/// The commands, arguments and stated variables of a container, with their places.
pub(super) fn texts(container: &Container) -> impl Iterator<Item = (&str, Span)> {
    let values = container.env.iter().filter_map(|env| match &env.value {
        EnvValue::Text(text) => Some((text.as_str(), env.at)),
        EnvValue::ConfigKey(..) | EnvValue::Field(_) | EnvValue::Hidden => None,
    });
    container.words.iter().map(|(word, at)| (word.as_str(), *at)).chain(values)
}

/// Ports that a ConfigMap makes proxies listen on, whatever their pods declare (ING-13).
pub(super) fn opened<'g>(context: &Context<'g>) -> BTreeSet<(&'g ObjectId, u16, Protocol)> {
    let maps = context.graph.stream_maps().into_iter().filter(|map| map.stated);
    maps.flat_map(|map| map.streams().into_iter().map(move |stream| (&map.proxy.id, stream.number, map.protocol)))
        .collect()
}

/// The place of the first of them that has the number.
pub(super) fn mentions(container: &Container, number: u16) -> Option<Span> {
    texts(container).find(|(text, _)| words::mentions(text, number)).map(|(_, at)| at)
}

/// One address in the configuration of workloads that leads to a port.
pub(super) struct Call<'g> {
    pub(super) hop: &'g Hop,
    pub(super) to: &'g Port,
    pub(super) evidence: &'g Evidence,
    pub(super) at: Span,
    pub(super) workloads: Vec<&'g Workload>,
    first: &'g Workload,
}

impl<'g> Call<'g> {
    /// The first workload that has the address.
    pub(super) fn caller(&self) -> &'g Workload {
        self.first
    }

    /// Every workload that has it.
    pub(super) fn callers(&self) -> String {
        names(&self.workloads)
    }
}

/// See [`Context::calls`].
pub(super) fn calls<'g>(context: &Context<'g>) -> Vec<Call<'g>> {
    let graph = context.graph;
    let calls = graph.hops().filter(|(.., hop)| hop.kind == HopKind::Call);
    let by_place = calls.filter_map(|(id, from, to, hop)| match graph.port(from).owner {
        Owner::Workload(workload) => Some((hop.at?, to, id, workload)),
        _ => None,
    });
    let mut by_place: Vec<_> = by_place.collect();
    by_place.sort_unstable();
    let same = by_place.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    let call = |calls: &[(Span, PortId, HopId, WorkloadId)]| {
        let (at, to, hop, first) = *calls.first()?;
        let (hop, evidence) = (graph.hop(hop), graph.hop(hop).evidence.as_ref()?);
        let workloads = calls.iter().map(|(.., workload)| graph.workload(*workload)).collect();
        Some(Call { hop, to: graph.port(to), evidence, at, workloads, first: graph.workload(first) })
    };
    same.filter_map(call).collect()
}
