//! ExternalName Services: DNS aliases. No ports are mapped, a client dials the port of the alias behind it (EN-01).

use std::sync::Arc;

use super::ServicesByName;
use super::address::{HostName, host_name};
use super::resolve::{Builder, Draft};
use super::{External, HopKind, How, Missing, Number, Owner, PortKind, ServiceId};
use crate::manifest::{PortRef, Protocol, Roles, Service, ServiceType};

/// Adds what every ExternalName Service stands for, when all Services have their ports.
pub(super) fn add(roles: &Roles, services: &ServicesByName<'_>, builder: &mut Builder) {
    let is_alias = |(_, service): &(ServiceId, &Arc<Service>)| service.kind == ServiceType::ExternalName;
    for (id, alias) in (0..).map(ServiceId).zip(&roles.services).filter(is_alias) {
        match behind(alias, services).filter(|(other, _)| *other != id) {
            Some((other, service)) => add_inside(id, alias, other, service, builder),
            None => add_outside(id, alias, builder),
        }
    }
}

/// The Service of the input whose name in the cluster's DNS this alias states (EN-06).
fn behind<'r>(alias: &Service, services: &ServicesByName<'r>) -> Option<(ServiceId, &'r Service)> {
    match host_name(alias.external_name.as_deref()?) {
        HostName::Svc { pod: None, service, namespace, .. } => services.get(namespace, service),
        _ => None,
    }
}

/// The ports of an alias with their numbers; one of unknown number stands for an alias without ports.
fn ports(id: ServiceId, alias: &Service, builder: &mut Builder) -> Vec<(Draft, Number, Protocol)> {
    if alias.ports.is_empty() {
        return vec![(any_port(id, alias, builder), Number::Unknown, Protocol::Tcp)];
    }
    let drafts = &builder.services[id.0 as usize];
    drafts.iter().zip(&alias.ports).map(|(draft, port)| (*draft, Number::Known(port.number), port.protocol)).collect()
}

/// The port of unknown number of an alias without ports, which takes whatever port is asked for.
pub(super) fn any_port(id: ServiceId, alias: &Service, builder: &mut Builder) -> Draft {
    builder.shared(Owner::Service(id), PortKind::ServicePort, Number::Unknown, Protocol::Tcp, Some(alias.at))
}

fn add_outside(id: ServiceId, alias: &Service, builder: &mut Builder) {
    let name = alias.external_name.clone().unwrap_or_default();
    for (from, number, protocol) in ports(id, alias, builder) {
        let kind = PortKind::External(External::Name(name.as_str().into()));
        let to = builder.shared(Owner::Elsewhere, kind, number, protocol, Some(alias.at));
        builder.hop(from, to, HopKind::Target, How::Stated, Some(alias.at));
    }
}

fn add_inside(id: ServiceId, alias: &Service, other: ServiceId, target: &Service, builder: &mut Builder) {
    for (from, number, protocol) in ports(id, alias, builder) {
        let drafts = builder.services[other.0 as usize].iter().zip(&target.ports);
        let same = drafts.filter(|(_, port)| match number {
            Number::Known(number) => (port.number, port.protocol) == (number, protocol),
            Number::Auto | Number::Unknown => true,
        });
        let mut found: Vec<Draft> = same.map(|(draft, _)| *draft).collect();
        if found.is_empty() {
            found.push(nothing_there(target, number, protocol, alias, builder));
        }
        for to in found {
            builder.hop(from, to, HopKind::Target, How::Stated, Some(alias.at));
        }
    }
}

fn nothing_there(
    target: &Service,
    number: Number,
    protocol: Protocol,
    alias: &Service,
    builder: &mut Builder,
) -> Draft {
    let port = number.known().map_or_else(|| PortRef::Name("".into()), PortRef::Number);
    let missing = Missing::service_port(&target.id.namespace, &target.id.name, port);
    builder.shared(Owner::Elsewhere, PortKind::Missing(missing), Number::Unknown, protocol, Some(alias.at))
}
