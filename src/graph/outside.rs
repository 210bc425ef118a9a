//! Hosts outside of the cluster that the mesh knows, with their ports (SEMANTICS §8).

use hashbrown::HashMap;

use super::resolve::{Builder, Draft};
use super::{External, Number, Owner, Port, PortKind};
use crate::manifest::{OutsideHosts, OutsidePort, Protocol, Roles};
use crate::source::Span;

/// The hosts by name; those of `*.example.com` by `.example.com`.
pub(super) struct Outside<'r>(HashMap<&'r str, Vec<&'r OutsideHosts>>);

impl<'r> Outside<'r> {
    pub(super) fn new(roles: &'r Roles) -> Self {
        let mut by_name: HashMap<&str, Vec<&OutsideHosts>> = HashMap::new();
        for entry in &roles.outside {
            for host in entry.hosts.iter().filter(|host| *host != "*") {
                by_name.entry(host.strip_prefix('*').unwrap_or(host)).or_default().push(entry);
            }
        }
        Self(by_name)
    }

    /// Does the mesh know a host?
    pub(super) fn knows(&self, host: &str) -> bool {
        !self.0.is_empty() && !self.of(&host.to_lowercase()).is_empty()
    }

    /// The port of a host: of this number, or the only one. What the mesh does not know of it is not made up.
    pub(super) fn port(&self, host: &str, number: Option<u16>, at: Span, builder: &mut Builder) -> Draft {
        let host = host.to_lowercase();
        let ports: Vec<&OutsidePort> = self.of(&host).iter().flat_map(|entry| &entry.ports).collect();
        let known = match (number, ports.as_slice()) {
            (Some(number), ports) => ports.iter().find(|port| port.number == number).copied(),
            (None, [only]) => Some(*only),
            (None, _) => None,
        };
        let number = number.or(known.map(|port| port.number));
        builder.port(Port {
            owner: Owner::Elsewhere,
            kind: PortKind::External(External::Name(host.into())),
            number: number.map_or(Number::Unknown, Number::Known),
            protocol: known.map_or(Protocol::Tcp, |port| port.protocol),
            name: known.and_then(|port| port.speaks.as_deref()).map(Into::into),
            at: Some(known.map_or(at, |port| port.at)),
        })
    }

    /// The entries of a host in lower case: those of its own name, else of the longest ending.
    fn of(&self, host: &str) -> &[&'r OutsideHosts] {
        let endings = host.match_indices('.').filter_map(|(at, _)| host.get(at..));
        let mut names = std::iter::once(host).chain(endings);
        names.find_map(|name| self.0.get(name)).map_or(&[], Vec::as_slice)
    }
}
