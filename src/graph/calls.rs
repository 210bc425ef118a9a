//! Calls: which Services a workload's configuration names (SEMANTICS §9). [`variables`] gathers the texts, [`address`] finds
//! addresses in them; here they meet the Services.

use compact_str::CompactString;
use hashbrown::{HashMap, HashSet};

use super::address::{self, Address, Form, HostName, PairPart, PortFrom};
use super::outside::Outside;
use super::resolve::{Builder, Draft};
use super::service::Selected;
use super::variables::{self, Text};
use super::{Evidence, Hop, HopKind, How, Missing, Number, Owner, PortKind, ServiceId, WorkloadId};
use crate::manifest::{PortRef, Protocol, Roles, Service, ServiceType};

/// Services that every cluster has, whatever is in the input: namespace and name (CLI-03, CLI-10).
const EVERY_CLUSTER: [(&str, &str); 2] = [("default", "kubernetes"), ("kube-system", "kube-dns")];

/// Adds a hop for every call that the configuration of a workload shows.
pub(super) fn add(roles: &Roles, selected: &Selected, builder: &mut Builder) {
    let names = Names::new(roles);
    for (id, workload) in (0..).map(WorkloadId).zip(&roles.workloads) {
        let caller = Caller { roles, names: &names, selected, id, namespace: &workload.id.namespace };
        for container in variables::texts(workload, &names.variables) {
            let ports = pair_ports(&container);
            for text in &container {
                caller.add_text(text, &ports, builder);
            }
        }
    }
}

/// What names stand for: Services, namespaces, ConfigMaps.
struct Names<'r> {
    services: HashMap<(&'r str, CompactString), usize>,
    namespaces: HashSet<&'r str>,
    variables: variables::Context<'r>,
    outside: Outside<'r>,
}

impl<'r> Names<'r> {
    fn new(roles: &'r Roles) -> Self {
        let ids =
            roles.services.iter().map(|service| &service.id).chain(roles.workloads.iter().map(|workload| &workload.id));
        // Of several groups' Services with one name the first counts, as for routes.
        let services = roles.services.iter().enumerate().rev();
        Self {
            services: services
                .map(|(at, service)| {
                    ((service.id.namespace.as_str(), CompactString::from_str_to_lowercase(&service.id.name)), at)
                })
                .collect(),
            namespaces: ids.map(|id| id.namespace.as_str()).collect(),
            variables: variables::Context::new(roles),
            outside: Outside::new(roles),
        }
    }

    fn service(&self, namespace: &str, name: &str) -> Option<ServiceId> {
        let at = self.services.get(&(namespace, CompactString::from_str_to_lowercase(name)))?;
        u32::try_from(*at).ok().map(ServiceId)
    }
}

/// What a host of a text is.
enum Host {
    Service(ServiceId),
    /// A host outside of the cluster that the mesh knows (SEMANTICS §8).
    Outside,
    /// A name with `.svc` in a namespace of the input, and no such Service (CLI-10).
    Unknown(Box<str>, Box<str>),
    Other,
}

/// One workload that may call.
struct Caller<'c, 'r> {
    roles: &'r Roles,
    names: &'c Names<'r>,
    selected: &'c Selected,
    id: WorkloadId,
    namespace: &'r str,
}

impl Caller<'_, '_> {
    fn add_text(&self, text: &Text<'_>, pair_ports: &HashMap<String, u16>, builder: &mut Builder) {
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
            let host = self.host(&address);
            let is_certified = matches!(host, Host::Service(id) if certified.contains(&id));
            if !is_certified && (address.form != Form::HalfOfPair || address.port.is_some()) {
                self.add_address(text, &address, host, builder);
            }
        }
    }

    /// The Services that a text without ports spells in two ways: `web,web.shop.svc` is whom a certificate is made out to,
    /// not whom to call (CLI-14).
    fn spelt_twice(&self, found: &[Address<'_>]) -> HashSet<ServiceId> {
        let mut first = HashMap::new();
        let services = found.iter().filter(|address| address.port.is_none()).filter_map(|address| {
            let Host::Service(id) = self.host(address) else { return None };
            Some((id, address.host))
        });
        let twice = services.filter(|(id, host)| !first.entry(*id).or_insert(*host).eq_ignore_ascii_case(host));
        twice.map(|(id, _)| id).collect()
    }

    fn add_address(&self, text: &Text<'_>, address: &Address<'_>, host: Host, builder: &mut Builder) {
        let (to, how) = match host {
            Host::Other => return,
            Host::Unknown(namespace, name) => {
                let kind = PortKind::Missing(Missing::Service(namespace, name));
                (builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, Some(text.at)), How::Stated)
            }
            Host::Outside => self.outside(address, text, builder),
            Host::Service(service) if self.calls_itself(service) => return,
            Host::Service(service) => self.port(service, address, text, builder),
        };
        let from = builder.client(Owner::Workload(self.id));
        let evidence = Evidence { place: text.place.to_string(), text: address::redacted(&text.value, address) };
        let (at, evidence) = (Some(text.at), Some(Box::new(evidence)));
        let hop = Hop { kind: HopKind::Call, how, at, evidence, parting: None };
        builder.whole_hop(from, to, hop);
    }

    /// The port of a host outside; that of a scheme is what clients take.
    fn outside(&self, address: &Address<'_>, text: &Text<'_>, builder: &mut Builder) -> (Draft, How) {
        let how = if address.port_from == PortFrom::Stated { How::Stated } else { How::Assumed };
        (self.names.outside.port(address.host, address.port, text.at, builder), how)
    }

    /// What a host name means from this workload's namespace, in the order of the DNS search path (DNS-07).
    fn host(&self, address: &Address<'_>) -> Host {
        if address.form == Form::Local {
            return Host::Other;
        }
        let known = |namespace: &str, name: &str| self.names.service(namespace, name);
        let found = match address::host_name(address.host) {
            HostName::NotAName => None,
            HostName::Short(name) => known(self.namespace, name),
            HostName::Dotted2(a, b) => {
                known(self.namespace, b).filter(|service| self.has_pod(*service, a)).or_else(|| known(b, a))
            }
            HostName::Dotted3(a, b, c) => known(c, b).filter(|service| self.has_pod(*service, a)),
            HostName::Svc { service, namespace, .. } => match known(namespace, service) {
                None if EVERY_CLUSTER.contains(&(namespace, service)) => return Host::Other,
                None if self.names.outside.knows(address.host) => None,
                None if self.names.namespaces.contains(namespace) => {
                    return Host::Unknown(namespace.into(), service.into());
                }
                found => found,
            },
        };
        match found {
            Some(service) => Host::Service(service),
            None if self.names.outside.knows(address.host) => Host::Outside,
            None => Host::Other,
        }
    }

    /// Has the Service a numbered pod of this name (DNS-03, DNS-04)?
    fn has_pod(&self, service: ServiceId, pod: &str) -> bool {
        self.selected[service.0 as usize].iter().any(|id| {
            let workload = &self.roles.workloads[id.0 as usize];
            let ordinal = pod.strip_prefix(workload.id.name.as_str()).and_then(|rest| rest.strip_prefix('-'));
            workload.first_ordinal.is_some() && ordinal.is_some_and(|ordinal| ordinal.parse::<u32>().is_ok())
        })
    }

    /// A workload that names a Service in front of itself tells others of it; only numbered peers call each other (CLI-14).
    fn calls_itself(&self, service: ServiceId) -> bool {
        let numbered = self.roles.workloads[self.id.0 as usize].first_ordinal.is_some();
        !numbered && self.selected[service.0 as usize].contains(&self.id)
    }

    /// The port of the Service that an address means (CLI-11 to CLI-13).
    fn port(&self, id: ServiceId, address: &Address<'_>, text: &Text<'_>, builder: &mut Builder) -> (Draft, How) {
        let service = &self.roles.services[id.0 as usize];
        let how = if address.port_from == PortFrom::Stated { How::Stated } else { How::Assumed };
        let drafts = &builder.services[id.0 as usize];
        let number = match (address.port, drafts.as_slice()) {
            (Some(number), _) => number,
            (None, [only]) => return (*only, How::Assumed),
            (None, _) => return (self.unknown_port(id, builder), How::Assumed),
        };
        if let Some(position) = position(service, number) {
            return (drafts[position], how);
        }
        if service.kind == ServiceType::ExternalName || service.ports.is_empty() && !service.headless {
            return (drafts.first().copied().unwrap_or_else(|| self.unknown_port(id, builder)), how);
        }
        if let Some(draft) = self.untranslated(id, service, number, builder) {
            return (draft, how);
        }
        let missing = Missing::service_port(&service.id.namespace, &service.id.name, PortRef::Number(number));
        (
            builder.shared(Owner::Elsewhere, PortKind::Missing(missing), Number::Unknown, Protocol::Tcp, Some(text.at)),
            how,
        )
    }

    /// A port of the Service whose number the text does not tell (CLI-13).
    fn unknown_port(&self, id: ServiceId, builder: &mut Builder) -> Draft {
        let at = self.roles.services[id.0 as usize].at;
        builder.shared(Owner::Service(id), PortKind::ServicePort, Number::Unknown, Protocol::Tcp, Some(at))
    }

    /// A headless Service translates no ports: its clients dial what the pods listen on (HL-02, HL-04).
    fn untranslated(&self, id: ServiceId, service: &Service, number: u16, builder: &Builder) -> Option<Draft> {
        if !service.headless {
            return None;
        }
        let target = service.ports.iter().position(|port| port.target == PortRef::Number(number));
        target.map(|at| builder.services[id.0 as usize][at]).or_else(|| {
            let mut ports = self.selected[id.0 as usize].iter().flat_map(|workload| builder.containers_of(*workload));
            ports.find(|draft| draft.number == number).map(|draft| draft.port)
        })
    }
}

/// Where in the Service's list the number stands: TCP first, since most callers speak it.
fn position(service: &Service, number: u16) -> Option<usize> {
    let same = |protocol: Option<Protocol>| {
        service
            .ports
            .iter()
            .position(|port| port.number == number && protocol.is_none_or(|wanted| port.protocol == wanted))
    };
    same(Some(Protocol::Tcp)).or_else(|| same(None))
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
