//! Rules: what the policies of one side admit (NET-03 to NET-07), and what cannot be said of them (NET-11 to NET-13).

use super::isolation::Isolating;
use super::matching::{self, Match};
use super::{Court, Direction, Doubt, PolicyId, Target};
use crate::graph::{Number, WorkloadId};
use crate::manifest::{ContainerRole, IpBlock, Peer, PodPeer, Policy, PolicyPort, PolicyRule, PortRef, Rules};

/// Who is on the other side of a policy's pods.
#[derive(Debug, Clone, Copy)]
pub(super) enum Other {
    /// Pods of the input.
    Pods(WorkloadId),
    /// Someone outside of the cluster.
    Outside,
    /// The cluster's API server: on the network of some node, maybe of this one.
    ApiServer,
    /// The controller of a router, which is not in the input (NET-12).
    UnknownController,
}

/// What the policies of one side say, and which of them decide.
pub(super) struct Side {
    pub(super) admits: Match,
    pub(super) policies: Vec<PolicyId>,
}

/// The rules of one direction; `None`: the policy does not isolate it.
pub(super) fn of(policy: &Policy, direction: Direction) -> Option<&Rules> {
    match direction {
        Direction::Ingress => policy.ingress.as_ref(),
        Direction::Egress => policy.egress.as_ref(),
    }
}

impl Court<'_> {
    /// May packets from the other side come in?
    pub(super) fn ingress(&self, to: Target, from: Other) -> Side {
        let side = self.side(to.workload, Direction::Ingress, to, from);
        match from {
            // Whoever is on the node itself may come in (NET-08), and pods on its network may be.
            Other::Pods(client) if self.graph.workload(client).host_network => side.doubted(Doubt::HostNetwork),
            Other::ApiServer => side.doubted(Doubt::HostNetwork),
            _ if self.graph.workload(to.workload).host_network => side.doubted(Doubt::HostNetwork),
            _ => side,
        }
    }

    /// May packets of these pods go out to a port?
    pub(super) fn egress(&self, client: WorkloadId, to: Target) -> Side {
        let side = self.side(client, Direction::Egress, to, Other::Pods(to.workload));
        if self.graph.workload(client).host_network { side.doubted(Doubt::HostNetwork) } else { side }
    }

    fn side(&self, isolated: WorkloadId, direction: Direction, to: Target, other: Other) -> Side {
        let isolating = self.isolations.of(isolated, direction);
        let answers: Vec<(PolicyId, Match)> =
            isolating.iter().map(|policy| (policy.policy, self.policy(policy, direction, to, other))).collect();
        // Policies only add up (NET-03), and one that may not select the pods at all cannot keep anything away.
        let is_isolated = isolating.iter().any(|policy| policy.selects == Match::Yes);
        let best = answers.iter().map(|(_, admits)| *admits).max();
        let admits = match best {
            None => Match::Yes,
            Some(Match::No) if !is_isolated => Match::Maybe(Doubt::PodLabels),
            Some(best) => best,
        };
        let deciding = answers.into_iter().filter(|(_, answer)| Some(*answer) == best);
        Side { admits, policies: deciding.map(|(id, _)| id).collect() }
    }

    /// Does any rule of one policy admit the request?
    fn policy(&self, isolating: &Isolating, direction: Direction, to: Target, other: Other) -> Match {
        let policy = self.graph.policy(isolating.policy);
        let rules = of(policy, direction).into_iter().flat_map(|rules| &rules.list);
        let admits = rules.map(|rule| self.ports(rule, to).min(self.peers(rule, policy, other))).max();
        admits.unwrap_or(Match::No).min(isolating.selects)
    }

    /// Is the port of the pod among those of a rule? No ports: all (NET-04).
    fn ports(&self, rule: &PolicyRule, to: Target) -> Match {
        if rule.ports.is_empty() {
            return Match::Yes;
        }
        rule.ports.iter().map(|port| self.port(port, to)).max().unwrap_or(Match::No)
    }

    /// Names are those of the container ports of the pod that is reached, whichever direction the rule is of (NET-06, NET-07).
    fn port(&self, stated: &PolicyPort, to: Target) -> Match {
        let port = self.graph.port(to.port);
        let number = match (stated.protocol == port.protocol, port.number) {
            (false, _) => return Match::No,
            (true, Number::Known(number)) => number,
            (true, Number::Auto | Number::Unknown) => return Match::Maybe(Doubt::Port),
        };
        match (&stated.port, stated.end) {
            (None, _) => Match::Yes,
            (Some(PortRef::Number(first)), last) => (*first..=last.unwrap_or(*first)).contains(&number).into(),
            (Some(PortRef::Name(name)), _) => self.is_named(to, name, number).into(),
        }
    }

    fn is_named(&self, to: Target, name: &str, number: u16) -> bool {
        let protocol = self.graph.port(to.port).protocol;
        let containers = self.graph.workload(to.workload).containers.iter();
        let mut ports = containers.filter(|one| one.role != ContainerRole::Init).flat_map(|one| &one.ports);
        ports.any(|port| port.name.as_deref() == Some(name) && (port.number, port.protocol) == (number, protocol))
    }

    /// Does a rule speak of the other side? No peers: of everyone (NET-04).
    fn peers(&self, rule: &PolicyRule, policy: &Policy, other: Other) -> Match {
        if rule.peers.is_empty() {
            return Match::Yes;
        }
        rule.peers.iter().map(|peer| self.peer(peer, policy, other)).max().unwrap_or(Match::No)
    }

    fn peer(&self, peer: &Peer, policy: &Policy, other: Other) -> Match {
        match (other, peer) {
            (Other::Pods(workload), Peer::Pods(pods)) => self.pod_peer(pods, policy, workload),
            // Which addresses pods have is not in any manifest.
            (Other::Pods(_), Peer::Block(_)) => Match::Maybe(Doubt::Address),
            (Other::Outside, Peer::Block(block)) if is_everywhere(block) => Match::Yes,
            // The pod may see the address of a node or a load balancer instead of the client's (NET-11).
            (Other::Outside, _) => Match::Maybe(Doubt::Address),
            (Other::ApiServer, Peer::Block(block)) if is_everywhere(block) => Match::Yes,
            (Other::ApiServer, _) => Match::Maybe(Doubt::HostNetwork),
            (Other::UnknownController, _) => Match::Maybe(Doubt::Controller),
        }
    }

    fn pod_peer(&self, peer: &PodPeer, policy: &Policy, workload: WorkloadId) -> Match {
        let workload = self.graph.workload(workload);
        let namespace = match &peer.namespaces {
            None => (workload.id.namespace == policy.id.namespace).into(),
            Some(selector) => self.namespaces.matches(selector, &workload.id.namespace),
        };
        let pods = peer.pods.as_ref().map_or(Match::Yes, |selector| matching::pods(selector, workload));
        // Pods on the host's network look like their node, not like pods (NET-13).
        let seen = if workload.host_network { Match::Maybe(Doubt::HostNetwork) } else { Match::Yes };
        namespace.min(pods).min(seen)
    }
}

impl Side {
    /// What policies say of these pods is only sure where none of them says anything, or all is admitted.
    fn doubted(self, doubt: Doubt) -> Self {
        match self.admits {
            Match::Yes => self,
            Match::No | Match::Maybe(_) => Self { admits: Match::Maybe(doubt), ..self },
        }
    }
}

/// Every address of a family.
fn is_everywhere(block: &IpBlock) -> bool {
    block.except.is_empty() && matches!(block.cidr.as_str(), "0.0.0.0/0" | "::/0")
}
