//! Service ports and what they lead to: targetPort resolution (SEMANTICS §2), stated endpoints (EP-01 to EP-06).

use hashbrown::HashMap;

use super::resolve::{Builder, Draft};
use super::{
    ContainerKey, External, HopKind, How, Missing, Number, Owner, Port, PortKind, Selected, ServiceId, WorkloadId,
};
use crate::manifest::{
    Container, ContainerPort, ContainerRole, EndpointPort, EndpointSubset, Labels, PortRef, Protocol, Roles, Service,
    ServicePort, ServiceType,
};

/// Adds every declared container port. Those of plain init containers serve nothing (POD-11).
pub(super) fn add_container_ports(roles: &Roles, builder: &mut Builder) {
    for (id, workload) in (0..).map(WorkloadId).zip(&roles.workloads) {
        builder.containers.push(Vec::new());
        for container in workload.containers.iter().filter(|container| container.role != ContainerRole::Init) {
            for port in &container.ports {
                add_declared(id, container, port, builder);
            }
        }
    }
}

/// The port that a container declares.
pub(super) fn declared(workload: WorkloadId, container: &Container, port: &ContainerPort) -> Port {
    Port {
        owner: Owner::Workload(workload),
        kind: PortKind::ContainerPort(ContainerKey { container: Some(container.name), declared: true }),
        number: Number::Known(port.number),
        protocol: port.protocol,
        name: port.name,
        at: Some(port.at),
    }
}

fn add_declared(workload: WorkloadId, container: &Container, port: &ContainerPort, builder: &mut Builder) {
    let (draft, is_new) = builder.add(declared(workload, container, port));
    if is_new {
        builder.container_port(workload, draft);
    }
    // App containers come first, then sidecars, in their order; the protocol must be the same (TP-04, TP-07).
    if let Some(name) = &port.name {
        builder.name(workload, draft, name);
    }
}

/// Adds every Service port and the hops to its targets.
pub(super) fn add_service_ports(roles: &Roles, selected: &Selected, builder: &mut Builder) {
    let endpoints = endpoints_by_service(roles);
    for (id, service) in (0..).map(ServiceId).zip(&roles.services) {
        let selected = selected.by(id);
        let endpoints = endpoints.get(&(service.id.namespace.as_str(), service.id.name.as_str()));
        let stated = endpoints.map_or(&[][..], |endpoints| &endpoints.stated);
        let has_pods_elsewhere = selected.is_empty() && endpoints.is_some_and(|endpoints| endpoints.found);
        let context = Context { id, service, selected, stated, has_pods_elsewhere };
        let mut drafts = Vec::with_capacity(service.ports.len());
        for port in &service.ports {
            let draft = builder.port(service_port(id, port));
            add_targets(&context, port, draft, builder);
            drafts.push(draft);
        }
        if service.ports.is_empty() && service.kind != ServiceType::ExternalName {
            add_portless(&context, builder);
        }
        builder.services.push(drafts);
    }
}

/// What the targets of one Service depend on.
struct Context<'r> {
    id: ServiceId,
    service: &'r Service,
    selected: &'r [WorkloadId],
    stated: &'r [&'r EndpointSubset],
    /// The cluster has found pods for it that are not in the input.
    has_pods_elsewhere: bool,
}

fn service_port(id: ServiceId, port: &ServicePort) -> Port {
    Port {
        owner: Owner::Service(id),
        kind: PortKind::ServicePort,
        number: Number::Known(port.number),
        protocol: port.protocol,
        name: port.name,
        at: Some(port.at),
    }
}

/// The endpoints of one Service.
#[derive(Default)]
struct ServiceEndpoints<'r> {
    /// Those that count beside what the selector finds, or for want of one.
    stated: Vec<&'r EndpointSubset>,
    /// A controller wrote down addresses of pods that the selector has found in the cluster.
    found: bool,
}

/// The endpoints by namespace and name of their Service. What a controller wrote for a Service with a selector only repeats the
/// selector's result.
fn endpoints_by_service(roles: &Roles) -> HashMap<(&str, &str), ServiceEndpoints<'_>> {
    if roles.endpoints.is_empty() {
        return HashMap::new();
    }
    let with_selector: HashMap<(&str, &str), bool> = roles
        .services
        .iter()
        .map(|service| ((service.id.namespace.as_str(), service.id.name.as_str()), service.selector.is_some()))
        .collect();
    let mut by_service: HashMap<(&str, &str), ServiceEndpoints<'_>> = HashMap::new();
    for endpoints in &roles.endpoints {
        let Some(name) = &endpoints.service else { continue };
        let key = (endpoints.id.namespace.as_str(), name.as_str());
        let of_service = by_service.entry(key).or_default();
        if endpoints.managed && with_selector.get(&key) == Some(&true) {
            of_service.found |= endpoints.subsets.iter().any(|subset| !subset.addresses.is_empty());
        } else {
            of_service.stated.extend(&endpoints.subsets);
        }
    }
    by_service
}

fn add_targets(context: &Context<'_>, port: &ServicePort, from: Draft, builder: &mut Builder) {
    match context.service.kind {
        ServiceType::ExternalName => {}
        ServiceType::ClusterIp | ServiceType::NodePort | ServiceType::LoadBalancer => {
            let stated = add_stated(context, port, from, builder);
            match &context.service.selector {
                None if context.stated.is_empty() => add_managed(context, port.protocol, from, builder),
                None => add_unmatched_name(context, port, stated, from, builder),
                Some(_) if context.has_pods_elsewhere && stated == 0 => {
                    add_managed(context, port.protocol, from, builder);
                }
                Some(_) if context.selected.is_empty() && stated == 0 => {
                    add_no_pods(context, port.protocol, from, builder)
                }
                Some(_) => add_selected(context, port, from, builder),
            }
        }
    }
}

/// One hop per workload and number (TP-01); a name that no workload has leads nowhere (TP-05).
fn add_selected(context: &Context<'_>, port: &ServicePort, from: Draft, builder: &mut Builder) {
    let mut found = 0;
    for id in context.selected {
        let Some((to, how)) = target(*id, port, builder) else { continue };
        builder.hop(from, to, HopKind::Target, how, Some(port.target_at));
        found += 1;
    }
    if let (0, PortRef::Name(name)) = (found, &port.target)
        && !context.selected.is_empty()
    {
        let kind = PortKind::Missing(Missing::PortName(context.id, name.as_str().into()));
        let to = builder.shared(Owner::Elsewhere, kind, Number::Unknown, port.protocol, Some(port.target_at));
        builder.hop(from, to, HopKind::Target, How::Named, Some(port.target_at));
    }
}

/// The port of one workload that a Service port leads to (the algorithm of SEMANTICS §2).
fn target(id: WorkloadId, port: &ServicePort, builder: &mut Builder) -> Option<(Draft, How)> {
    match &port.target {
        PortRef::Name(name) => builder.named(id, name, port.protocol).map(|draft| (draft, How::Named)),
        PortRef::Number(number) => {
            let how = if port.target_stated { How::Stated } else { How::Defaulted };
            match builder.numbered(id, *number, port.protocol) {
                Some(draft) => Some((draft, if builder.is_declared(draft) { how } else { How::Assumed })),
                None => Some((undeclared(id, *number, port, builder), How::Assumed)),
            }
        }
    }
}

/// A number that no container declares: it works if something listens there (TP-09).
fn undeclared(id: WorkloadId, number: u16, port: &ServicePort, builder: &mut Builder) -> Draft {
    let draft = builder.port(Port {
        owner: Owner::Workload(id),
        kind: PortKind::ContainerPort(ContainerKey { container: None, declared: false }),
        number: Number::Known(number),
        protocol: port.protocol,
        name: None,
        at: None,
    });
    builder.container_port(id, draft);
    draft
}

/// Stated endpoints join by port name and protocol (EP-02, EP-05); the Service's targetPort plays no part (EP-03). Returns how many there are.
fn add_stated(context: &Context<'_>, port: &ServicePort, from: Draft, builder: &mut Builder) -> usize {
    let name = port.name.as_deref().unwrap_or_default();
    let mut found = 0;
    for subset in context.stated {
        let matching = |stated: &&EndpointPort| stated.name == name && stated.protocol == port.protocol;
        for stated in subset.ports.iter().filter(matching) {
            let none = [String::new()];
            let addresses = if subset.addresses.is_empty() { &none[..] } else { &subset.addresses };
            for address in addresses {
                let kind = PortKind::External(External::Address(address.as_str().into()));
                let to = builder.shared(
                    Owner::Elsewhere,
                    kind,
                    Number::Known(stated.number),
                    stated.protocol,
                    Some(stated.at),
                );
                builder.hop(from, to, HopKind::Target, How::Stated, Some(stated.at));
                found += 1;
            }
        }
    }
    found
}

fn add_unmatched_name(context: &Context<'_>, port: &ServicePort, stated: usize, from: Draft, builder: &mut Builder) {
    if stated == 0 {
        let kind =
            PortKind::Missing(Missing::EndpointPort(context.id, port.name.as_deref().unwrap_or_default().into()));
        let to = builder.shared(Owner::Elsewhere, kind, Number::Unknown, port.protocol, Some(port.at));
        builder.hop(from, to, HopKind::Target, How::Stated, Some(port.at));
    }
}

/// Backends that something outside of the input manages (EP-06).
fn add_managed(context: &Context<'_>, protocol: Protocol, from: Draft, builder: &mut Builder) {
    let kind = PortKind::External(External::Managed(context.id));
    let to = builder.shared(Owner::Elsewhere, kind, Number::Unknown, protocol, Some(context.service.at));
    builder.hop(from, to, HopKind::Target, How::Assumed, Some(context.service.at));
}

/// A selector that no workload of the input satisfies.
fn add_no_pods(context: &Context<'_>, protocol: Protocol, from: Draft, builder: &mut Builder) {
    let selector = context.service.selector.iter().flat_map(Labels::iter);
    let selector: Vec<String> = selector.map(|(key, value)| format!("{key}={value}")).collect();
    let at = Some(context.service.selector_at);
    let kind =
        PortKind::Missing(Missing::Pods(context.service.id.namespace.as_str().into(), selector.join(", ").into()));
    let to = builder.shared(Owner::Elsewhere, kind, Number::Unknown, protocol, at);
    builder.hop(from, to, HopKind::Target, How::Stated, at);
}

/// A headless Service may have no ports (SVC-05): one of unknown number stands for it, and leads to every port of its pods.
fn add_portless(context: &Context<'_>, builder: &mut Builder) {
    let from = builder.shared(
        Owner::Service(context.id),
        PortKind::ServicePort,
        Number::Unknown,
        Protocol::Tcp,
        Some(context.service.at),
    );
    if context.has_pods_elsewhere {
        add_managed(context, Protocol::Tcp, from, builder);
    } else if context.service.selector.is_some() && context.selected.is_empty() {
        add_no_pods(context, Protocol::Tcp, from, builder);
    }
    for id in context.selected {
        let ports: Vec<Draft> = builder.containers_of(*id).to_vec();
        for to in ports {
            builder.hop(from, to, HopKind::Target, How::Defaulted, Some(context.service.at));
        }
    }
}
