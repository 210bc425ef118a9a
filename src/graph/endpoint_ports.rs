//! References to the endpoints of a Service by the port that they have themselves (SEMANTICS §8, OpenShift's Route).

use super::resolve::Builder;
use super::{How, Number, WorkloadId};
use crate::manifest::{PortRef, Protocol, Service, ServicePort};

/// Which ports of the Service lead to such endpoints, by their place in its list. A number is compared with those of the pods, a
/// name with those of the Service's ports, which are the names of endpoints too; without a port all are meant.
pub(super) fn positions(
    service: &Service,
    selected: &[WorkloadId],
    port: Option<&PortRef>,
    protocol: Protocol,
    builder: &Builder,
) -> Vec<(usize, How)> {
    let ports = service.ports.iter().enumerate().filter(|(_, port)| port.protocol == protocol);
    match port {
        None => ports.map(|(at, _)| (at, How::Defaulted)).collect(),
        Some(PortRef::Name(name)) => {
            ports.filter(|(_, port)| port.name.as_ref() == Some(name)).map(|(at, _)| (at, How::Named)).collect()
        }
        // What backends an unselective Service has is not known, so any of its ports may lead to the number.
        Some(PortRef::Number(_)) if service.selector.is_none() => ports.map(|(at, _)| (at, How::Assumed)).collect(),
        Some(PortRef::Number(number)) => {
            ports.filter_map(|(at, port)| Some((at, leads_to(port, *number, selected, builder)?))).collect()
        }
    }
}

/// How a Service port leads to a number of its pods; `None`: it does not.
fn leads_to(port: &ServicePort, number: u16, selected: &[WorkloadId], builder: &Builder) -> Option<How> {
    match &port.target {
        PortRef::Number(target) => (*target == number).then_some(How::Stated),
        PortRef::Name(_) if selected.is_empty() => Some(How::Assumed),
        PortRef::Name(name) => {
            let mut named = selected.iter().filter_map(|id| builder.named(*id, name, port.protocol));
            named.any(|draft| builder.number(draft) == Some(Number::Known(number))).then_some(How::Named)
        }
    }
}
