//! Callers: what the texts of one workload say of whom it calls.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};

use super::super::address::{self, Address, Form, HostName, PairPart, PortFrom};
use super::super::outside::Outside;
use super::super::variables::{self, Text};
use super::super::{Evidence, How, ServiceId, WorkloadId};
use super::super::{Selected, ServicesByName};
use crate::manifest::{Roles, Workload};
use crate::name::Name;
use crate::source::Span;

/// Services that every cluster has, whatever is in the input: namespace and name (CLI-03, CLI-10).
const EVERY_CLUSTER: [(&str, &str); 2] = [("default", "kubernetes"), ("kube-system", "kube-dns")];

/// A call that a text shows.
pub(super) struct Call {
    pub(super) from: WorkloadId,
    pub(super) to: Callee,
    /// The number of the port, where the text or the scheme tells it.
    pub(super) port: Option<u16>,
    /// Is the number stated, or that of the scheme?
    pub(super) how: How,
    pub(super) evidence: Box<Evidence>,
    pub(super) at: Span,
}

/// Who is called.
pub(super) enum Callee {
    Service(ServiceId),
    /// A host outside of the cluster that the mesh knows (SEMANTICS §8).
    Outside(String),
    /// A name with `.svc` in a namespace of the input, and no such Service (CLI-10).
    Unknown(Name, Name),
}

/// What names stand for: Services, namespaces, ConfigMaps.
pub(super) struct Names<'r> {
    services: &'r ServicesByName<'r>,
    namespaces: HashSet<&'r str>,
    variables: variables::Context<'r>,
    outside: Outside<'r>,
}

impl<'r> Names<'r> {
    pub(super) fn new(roles: &'r Roles, services: &'r ServicesByName<'r>) -> Self {
        let ids =
            roles.services.iter().map(|service| &service.id).chain(roles.workloads.iter().map(|workload| &workload.id));
        Self {
            services,
            namespaces: ids.map(|id| id.namespace.as_str()).collect(),
            variables: variables::Context::new(roles),
            outside: Outside::new(roles),
        }
    }

    fn service(&self, namespace: &str, name: &str) -> Option<ServiceId> {
        let found = self.services.get(namespace, name).or_else(|| self.services.get(namespace, &lower_case(name)));
        found.map(|(id, _)| id)
    }
}

/// Hosts mean the same in any case.
fn lower_case(host: &str) -> Cow<'_, str> {
    match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => host.to_ascii_lowercase().into(),
        false => host.into(),
    }
}

/// One workload that may call.
pub(super) struct Caller<'c, 'r> {
    pub(super) roles: &'r Roles,
    pub(super) names: &'c Names<'r>,
    pub(super) selected: &'c Selected,
    pub(super) id: WorkloadId,
    pub(super) workload: &'r Workload,
}

impl Caller<'_, '_> {
    /// Adds every call that the configuration of the workload shows.
    pub(super) fn find(&self, calls: &mut Vec<Call>) {
        for container in variables::texts(self.workload, &self.names.variables) {
            let ports = pair_ports(&container);
            for text in &container {
                self.read(text, &ports, calls);
            }
        }
    }

    fn read(&self, text: &Text<'_>, pair_ports: &HashMap<String, u16>, calls: &mut Vec<Call>) {
        let found = if text.is_file {
            address::addresses_in_file(&text.name, &text.value)
        } else {
            address::addresses(&text.name, &text.value)
        };
        let certified = if text.is_file { HashSet::new() } else { self.spelt_twice(&found) };
        for mut address in found {
            if address.port.is_none()
                && let Some(port) = pair_port(&text.name, pair_ports)
            {
                (address.port, address.port_from) = (Some(port), PortFrom::Stated);
            }
            if address.form == Form::HalfOfPair && address.port.is_none() {
                continue;
            }
            let callee = self.callee(&address).filter(|callee| match callee {
                Callee::Service(service) => !certified.contains(service) && !self.calls_itself(*service),
                Callee::Outside(_) | Callee::Unknown(..) => true,
            });
            calls.extend(callee.map(|to| self.call(to, text, &address)));
        }
    }

    fn call(&self, to: Callee, text: &Text<'_>, address: &Address<'_>) -> Call {
        let evidence =
            Evidence { place: text.place.to_string().into(), text: address::redacted(&text.value, address).into() };
        let how = if address.port_from == PortFrom::Stated { How::Stated } else { How::Assumed };
        Call { from: self.id, to, port: address.port, how, evidence: Box::new(evidence), at: text.at }
    }

    /// The Services that a text without ports spells in two ways: `web,web.shop.svc` is whom a certificate is made out to,
    /// not whom to call (CLI-14).
    fn spelt_twice(&self, found: &[Address<'_>]) -> HashSet<ServiceId> {
        let mut first = HashMap::new();
        let services = found.iter().filter(|address| address.port.is_none()).filter_map(|address| {
            let Callee::Service(id) = self.callee(address)? else { return None };
            Some((id, address.host))
        });
        let twice = services.filter(|(id, host)| !first.entry(*id).or_insert(*host).eq_ignore_ascii_case(host));
        twice.map(|(id, _)| id).collect()
    }

    /// Who is called by a host name from this workload's namespace, in the order of the DNS search path (DNS-07).
    fn callee(&self, address: &Address<'_>) -> Option<Callee> {
        if address.form == Form::Local {
            return None;
        }
        let known = |namespace: &str, name: &str| self.names.service(namespace, name);
        let is_outside = || self.names.outside.knows(address.host);
        let found = match address::host_name(address.host) {
            HostName::NotAName => None,
            HostName::Short(name) => known(&self.workload.id.namespace, name),
            HostName::Dotted2(a, b) => known(&self.workload.id.namespace, b)
                .filter(|service| self.has_pod(*service, a))
                .or_else(|| known(b, a)),
            HostName::Dotted3(a, b, c) => known(c, b).filter(|service| self.has_pod(*service, a)),
            HostName::Svc { service, namespace, .. } => match known(namespace, service) {
                None if EVERY_CLUSTER.contains(&(namespace, service)) => return None,
                None if !is_outside() && self.names.namespaces.contains(namespace) => {
                    return Some(Callee::Unknown(namespace.into(), service.into()));
                }
                found => found,
            },
        };
        found.map(Callee::Service).or_else(|| is_outside().then(|| Callee::Outside(address.host.to_owned())))
    }

    /// Has the Service a numbered pod of this name (DNS-03, DNS-04)?
    fn has_pod(&self, service: ServiceId, pod: &str) -> bool {
        self.selected.by(service).iter().any(|id| {
            let workload = &self.roles.workloads[id.0 as usize];
            let ordinal = pod.strip_prefix(workload.id.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
            workload.first_ordinal.is_some() && ordinal.is_some_and(|ordinal| ordinal.parse::<u32>().is_ok())
        })
    }

    /// A workload that names a Service in front of itself tells others of it; only numbered peers call each other (CLI-14).
    fn calls_itself(&self, service: ServiceId) -> bool {
        let numbered = self.workload.first_ordinal.is_some();
        !numbered && self.selected.by(service).contains(&self.id)
    }
}

/// The numbers of the `…_PORT` variables of one container, by what stands before `PORT`.
fn pair_ports(texts: &[Text<'_>]) -> HashMap<String, u16> {
    let numbers = texts.iter().filter_map(|text| match address::pair_part(&text.name)? {
        (prefix, PairPart::Port) => Some((prefix.to_lowercase(), text.value.trim().parse().ok()?)),
        (_, PairPart::Host) => None,
    });
    numbers.collect()
}

fn pair_port(name: &str, ports: &HashMap<String, u16>) -> Option<u16> {
    match address::pair_part(name)? {
        (prefix, PairPart::Host) => ports.get(&prefix.to_lowercase()).copied(),
        (_, PairPart::Port) => None,
    }
}
