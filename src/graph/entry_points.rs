//! Entry points of Traefik: listeners that are known by name, whose numbers Traefik's own arguments state (SEMANTICS §8).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::WorkloadId;
use super::select::PodIndex;
use crate::manifest::{Lifetime, PortRef, Roles, Service, Workload};

/// In front of and behind the name of an entry point, in any case: `--entryPoints.web.address=:80`.
const BEFORE: &str = "--entrypoints.";
const BEHIND: &str = ".address=";

/// Numbers by the names of entry points; `None` where several proxies say different things.
type Numbers = BTreeMap<String, Option<u16>>;

/// Gives listeners the numbers that the proxies of the input state: that of the Service in front of them, where there is one.
pub(super) fn number(roles: &mut Roles) {
    let numbers = numbers(roles);
    if numbers.is_empty() {
        return;
    }
    let listeners = roles.routers.iter_mut().flat_map(|router| &mut Arc::make_mut(router).listeners);
    for listener in listeners.filter(|listener| listener.assumed) {
        let stated = listener.name.as_ref().and_then(|name| numbers.get(&*name.to_ascii_lowercase()));
        if let Some(number) = stated.copied().flatten() {
            listener.number = Some(number);
        }
    }
}

fn numbers(roles: &Roles) -> Numbers {
    let mut numbers = Numbers::new();
    let lasting = (0..).map(WorkloadId).zip(&roles.workloads).filter(|(_, one)| one.lifetime == Lifetime::Lasting);
    let proxies: Vec<_> = lasting.filter(|(_, workload)| stated(workload).next().is_some()).collect();
    if proxies.is_empty() {
        return numbers;
    }
    let pods = PodIndex::new(&roles.workloads);
    for (id, proxy) in proxies {
        let same_place =
            roles.services.iter().filter(|service| service.id.namespace == proxy.id.namespace).map(Arc::as_ref);
        let services: Vec<&Service> = same_place.filter(|service| pods.selected_by(service).contains(&id)).collect();
        for (name, own) in stated(proxy) {
            let number = in_front(&services, proxy, own).unwrap_or(own);
            let known = numbers.entry(name).or_insert(Some(number));
            *known = known.filter(|known| *known == number);
        }
    }
    numbers
}

/// The entry points that the arguments of a proxy state, with the ports of its pods.
fn stated(proxy: &Workload) -> impl Iterator<Item = (String, u16)> {
    let words = proxy.containers.iter().flat_map(|container| &container.words);
    words.filter_map(|(word, _)| {
        let (before, rest) = word.split_at_checked(BEFORE.len())?;
        let lower = rest.to_ascii_lowercase();
        let (name, address) = lower.split_once(BEHIND).filter(|_| before.eq_ignore_ascii_case(BEFORE))?;
        let port = address.rsplit_once(':')?.1;
        let port = port.split('/').next()?.parse().ok()?;
        Some((name.to_owned(), port))
    })
}

/// The port of a Service that leads to a port of the pods, else the port of the node that does.
fn in_front(services: &[&Service], proxy: &Workload, number: u16) -> Option<u16> {
    let ports = || proxy.containers.iter().flat_map(|container| &container.ports);
    let leads_there = |target: &PortRef| match target {
        PortRef::Number(target) => *target == number,
        PortRef::Name(name) => ports().any(|port| port.number == number && port.name.as_ref() == Some(name)),
    };
    let mut behind = services.iter().flat_map(|service| &service.ports).filter(|port| leads_there(&port.target));
    let on_node = || ports().find(|port| port.number == number).and_then(|port| port.host_port);
    behind.next().map(|port| port.number).or_else(on_node)
}
