//! Ways in that need no router: node ports, load balancers, external IPs, host ports, and a local cluster's host mappings.

use hashbrown::{HashMap, HashSet};

use super::resolve::{Builder, Draft};
use super::service;
use super::{
    ClusterId, HopKind, HostMappingKey, HostPortFrom, How, Missing, Number, Owner, Port, PortKind, ServiceId,
    WorkloadId,
};
use crate::manifest::{
    Container, ContainerPort, ContainerRole, HostMapping, LocalCluster, Protocol, Roles, Service, ServicePort,
    ServiceType,
};
use crate::source::Span;

/// Node ports, load balancer ports and external IPs of every Service (SEMANTICS §1.2, §1.3).
pub(super) fn add_node_ports_and_balancers(roles: &Roles, builder: &mut Builder) {
    for (id, service) in (0..).map(ServiceId).zip(&roles.services) {
        let mut seen = HashSet::with_capacity(service.ports.len());
        for index in 0..service.ports.len() {
            let behind = builder.services[id.0 as usize][index];
            if !seen.insert(behind) {
                continue; // The API server rejects a second port of one number and protocol (SVC-09).
            }
            let node = add_node_port(id, service, index, behind, builder);
            let port = &service.ports[index];
            if service.kind == ServiceType::LoadBalancer {
                let balancer =
                    entry(id, PortKind::LoadBalancer, Number::Known(port.number), port.protocol, port.at, builder);
                builder.balancers.entry((port.number, port.protocol)).or_default().push(balancer);
                builder.hop(balancer, node.unwrap_or(behind), HopKind::Forward, How::Stated, Some(port.at));
                enter(balancer, How::Stated, port.at, builder);
            }
            for ip in &service.external_ips {
                let external = entry(
                    id,
                    PortKind::ExternalIp(ip.as_str().into()),
                    Number::Known(port.number),
                    port.protocol,
                    port.at,
                    builder,
                );
                builder.hop(external, behind, HopKind::Forward, How::Stated, Some(port.at));
                enter(external, How::Stated, port.at, builder);
            }
        }
    }
}

/// The node port of a Service port, where it has one: stated, shared or assigned.
fn add_node_port(
    id: ServiceId,
    service: &Service,
    index: usize,
    behind: Draft,
    builder: &mut Builder,
) -> Option<Draft> {
    let port = &service.ports[index];
    let (number, how) = match (service.kind, node_port_number(service, port)) {
        (ServiceType::NodePort | ServiceType::LoadBalancer, Some(number)) => (Number::Known(number), How::Stated),
        (_, None) if service.allocates_node_ports => (Number::Auto, How::Auto),
        _ => return None,
    };
    let draft = entry(id, PortKind::NodePort(port.number), number, port.protocol, port.node_port_at, builder);
    if let Some(known) = number.known() {
        builder.on_nodes.entry((known, port.protocol)).or_default().push(draft);
    }
    builder.hop(draft, behind, HopKind::Forward, how, Some(port.node_port_at));
    enter(draft, how, port.node_port_at, builder);
    Some(draft)
}

/// The node port of a Service's port that is known: the stated number, or that of a port of the same Service with the same `port` and
/// another protocol (NP-03).
pub(crate) fn node_port_number(service: &Service, port: &ServicePort) -> Option<u16> {
    let twin = |other: &&ServicePort| {
        other.number == port.number && other.protocol != port.protocol && other.node_port.is_some()
    };
    port.node_port.or_else(|| service.ports.iter().find(twin)?.node_port)
}

fn entry(id: ServiceId, kind: PortKind, number: Number, protocol: Protocol, at: Span, builder: &mut Builder) -> Draft {
    builder.port(Port { owner: Owner::Service(id), kind, number, protocol, name: None, at: Some(at) })
}

fn enter(to: Draft, how: How, at: Span, builder: &mut Builder) {
    let client = builder.client(Owner::Outside);
    builder.hop(client, to, HopKind::Enter, how, Some(at));
}

/// Ports of a pod that are ports of its node as well (POD-03 to POD-05, POD-08).
pub(super) fn add_host_ports(roles: &Roles, builder: &mut Builder) {
    for (id, workload) in (0..).map(WorkloadId).zip(&roles.workloads) {
        let from = if workload.host_network { HostPortFrom::HostNetwork } else { HostPortFrom::HostPort };
        for container in workload.containers.iter().filter(|container| container.role != ContainerRole::Init) {
            for port in &container.ports {
                add_host_port(id, container, port, from, builder);
            }
        }
    }
}

fn add_host_port(
    id: WorkloadId,
    container: &Container,
    port: &ContainerPort,
    from: HostPortFrom,
    builder: &mut Builder,
) {
    let Some(number) = port.host_port else { return };
    let behind = builder.port(service::declared(id, container, port));
    let at = port.host_at.unwrap_or(port.at);
    let kind = PortKind::HostPort(port.host_ip, from);
    let draft = builder.shared(Owner::Workload(id), kind, Number::Known(number), port.protocol, Some(at));
    builder.on_nodes.entry((number, port.protocol)).or_default().push(draft);
    builder.hop(draft, behind, HopKind::Bind, How::Stated, Some(at));
    enter(draft, How::Stated, at, builder);
}

/// Ports of the host machine that a local cluster maps to its nodes (LOC-01 to LOC-04, LOC-07, LOC-08).
pub(super) fn add_host_mappings(roles: &Roles, builder: &mut Builder) {
    for (id, cluster) in (0..).map(ClusterId).zip(&roles.clusters) {
        for mapping in &cluster.mappings {
            let behind = behind_mapping(cluster, mapping, builder);
            if !behind.is_empty() || !mapping.of_range {
                add_host_mapping(id, mapping, &behind, builder);
            }
        }
    }
}

/// What is on the port of the nodes, and how certain that is.
fn behind_mapping(cluster: &LocalCluster, mapping: &HostMapping, builder: &Builder) -> Vec<(Draft, How)> {
    let key = (mapping.node_port, mapping.protocol);
    let of = |known: &HashMap<(u16, Protocol), Vec<Draft>>| known.get(&key).cloned().unwrap_or_default();
    let mut found = of(&builder.on_nodes);
    if cluster.balances_on_nodes {
        found.extend(of(&builder.balancers));
    }
    let found: Vec<(Draft, How)> = found.into_iter().map(|draft| (draft, How::Stated)).collect();
    if !found.is_empty() || cluster.brings.is_none() {
        return found;
    }
    let served = builder.listeners.get(&key).into_iter().flatten();
    let served = served.filter(|(class, _)| class.is_none() || class.as_deref() == cluster.brings);
    served.map(|(_, draft)| (*draft, How::Assumed)).collect()
}

fn add_host_mapping(id: ClusterId, mapping: &HostMapping, behind: &[(Draft, How)], builder: &mut Builder) {
    let from = builder.port(Port {
        owner: Owner::Cluster(id),
        kind: PortKind::HostMapping(Box::new(HostMappingKey {
            listen: mapping.listen.clone(),
            node_port: mapping.node_port,
        })),
        number: mapping.host_port.map_or(Number::Auto, Number::Known),
        protocol: mapping.protocol,
        name: None,
        at: Some(mapping.host_at),
    });
    let client = builder.client(Owner::HostMachine);
    builder.hop(client, from, HopKind::Enter, How::Stated, Some(mapping.host_at));
    for (to, how) in behind {
        builder.hop(from, *to, HopKind::Map, *how, Some(mapping.at));
    }
    if behind.is_empty() {
        let kind = PortKind::Missing(Missing::NodePort(mapping.node_port));
        let number = Number::Known(mapping.node_port);
        let to = builder.shared(Owner::Elsewhere, kind, number, mapping.protocol, Some(mapping.at));
        builder.hop(from, to, HopKind::Map, How::Stated, Some(mapping.at));
    }
}
