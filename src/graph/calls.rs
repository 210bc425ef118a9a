//! Calls: which Services a workload's configuration names (SEMANTICS §9). [`variables`](super::variables) gathers the texts,
//! [`address`](super::address) finds addresses in them, [`caller`] tells whose they are; here calls become hops.

mod caller;

use std::ops::Range;
use std::sync::OnceLock;

use super::outside::Outside;
use super::resolve::{Builder, Draft};
use super::{Hop, HopKind, How, Missing, Number, Owner, PortKind, ServiceId, WorkloadId};
use super::{Selected, ServicesByName};
use crate::manifest::{PortRef, Protocol, Roles, Service, ServiceType};
use crate::share;
use crate::source::Span;
use caller::{Call, Callee, Caller, Names};

/// How many workloads' texts are read at once: to read them takes longer than all else here, and is worth a thread of its own.
const AT_ONCE: u32 = 256;

/// Adds a hop for every call that the configuration of a workload shows; while that is looked for, something else is added first.
pub(super) fn add(
    roles: &Roles,
    services: &ServicesByName<'_>,
    selected: &Selected,
    builder: &mut Builder,
    add_first: impl FnOnce(&mut Builder),
) {
    let names = OnceLock::new();
    let find = |part: &Range<u32>| {
        let names = names.get_or_init(|| Names::new(roles, services));
        let mut calls = Vec::new();
        for id in part.clone().map(WorkloadId) {
            let workload = &roles.workloads[id.0 as usize];
            Caller { roles, names, selected, id, workload }.find(&mut calls);
        }
        calls
    };
    share::beside(&share::ranges(roles.workloads.len(), AT_ONCE), find, || {
        add_first(builder);
        let callees = Callees { roles, outside: Outside::new(roles), selected };
        move |calls: Vec<Call>| calls.into_iter().for_each(|call| callees.add(call, builder))
    });
}

/// What is called.
struct Callees<'r> {
    roles: &'r Roles,
    outside: Outside<'r>,
    selected: &'r Selected,
}

impl Callees<'_> {
    fn add(&self, call: Call, builder: &mut Builder) {
        let Call { from, to, port, how, evidence, at } = call;
        let (to, how) = match to {
            Callee::Unknown(namespace, name) => (hole(Missing::Service(namespace, name), at, builder), How::Stated),
            Callee::Outside(host) => (self.outside.port(&host, port, at, builder), how),
            Callee::Service(service) => self.port(service, (port, how), at, builder),
        };
        let from = builder.client(Owner::Workload(from));
        let (at, evidence) = (Some(at), Some(evidence));
        builder.whole_hop(from, to, Hop { kind: HopKind::Call, how, at, evidence, parting: None });
    }

    /// The port of a Service that a call means (CLI-11 to CLI-13).
    fn port(&self, id: ServiceId, (port, how): (Option<u16>, How), at: Span, builder: &mut Builder) -> (Draft, How) {
        let service = &self.roles.services[id.0 as usize];
        let drafts = &builder.services[id.0 as usize];
        let number = match (port, drafts.as_slice()) {
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
        (hole(missing, at, builder), how)
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
            let mut ports = self.selected.by(id).iter().flat_map(|workload| builder.containers_of(*workload));
            ports.find(|draft| builder.number(**draft) == Some(Number::Known(number))).copied()
        })
    }
}

fn hole(missing: Missing, at: Span, builder: &mut Builder) -> Draft {
    builder.shared(Owner::Elsewhere, PortKind::Missing(missing), Number::Unknown, Protocol::Tcp, Some(at))
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
