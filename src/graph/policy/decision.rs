//! Decisions: what is said about a request, why, and by which policies.

use super::matching::Match;
use super::rules::Side;

/// Index of a policy in [`Roles::policies`](crate::manifest::Roles::policies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(pub u32);

/// Which way packets go, seen from the pods that a policy isolates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the pods.
    Ingress,
    /// From the pods.
    Egress,
}

/// Do network policies let a request through, where they are enforced?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Yes: no policy isolates the pods, or one admits the request.
    Allowed,
    /// No: policies isolate the pods, and none admits the request.
    Blocked,
    /// For some clients or pods, not for others.
    Depends,
    /// The input does not tell.
    Unknown,
}

/// Why a verdict is neither yes nor no. The order is that of how little is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// Policies of another engine are in the input (NET-16).
    OtherEngine,
    /// Pods on the host's network: what policies do to them is undefined (NET-13).
    HostNetwork,
    /// The pods of the controller that serves a router are not in the input (NET-12).
    Controller,
    /// The labels of a namespace that is not an object of the input (NET-15).
    NamespaceLabels,
    /// The name of the namespace, which the manifests do not state.
    NamespaceName,
    /// Labels that controllers give to pods (SEL-04).
    PodLabels,
    /// The number of the port.
    Port,
    /// The address that the pod sees as the source, or that the client dials (NET-11).
    Address,
    /// The Service leads to several workloads, of which policies block some.
    SomePods,
}

impl Doubt {
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Address | Self::SomePods => Verdict::Depends,
            Self::OtherEngine
            | Self::HostNetwork
            | Self::Controller
            | Self::NamespaceLabels
            | Self::NamespaceName
            | Self::PodLabels
            | Self::Port => Verdict::Unknown,
        }
    }
}

/// A verdict, and what decides it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is neither yes nor no.
    pub doubt: Option<Doubt>,
    /// The policies of the pods at the end that decide it: those that admit, or those none of which does.
    pub ingress: Vec<PolicyId>,
    /// The same of the client's pods.
    pub egress: Vec<PolicyId>,
}

impl Decision {
    /// Every policy that decides it, in order.
    #[must_use]
    pub fn policies(&self) -> Vec<PolicyId> {
        let mut all: Vec<PolicyId> = self.ingress.iter().chain(&self.egress).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    pub(super) fn doubtful(doubt: Doubt) -> Self {
        Self { verdict: doubt.verdict(), doubt: Some(doubt), ingress: Vec::new(), egress: Vec::new() }
    }

    /// A request needs both sides (NET-09); the more certain refusal decides.
    pub(super) fn of(ingress: Side, egress: Side) -> Self {
        let admits = ingress.admits.min(egress.admits);
        let (verdict, doubt) = match admits {
            Match::Yes => (Verdict::Allowed, None),
            Match::No => (Verdict::Blocked, None),
            Match::Maybe(doubt) => (doubt.verdict(), Some(doubt)),
        };
        let deciding = |side: Side| if side.admits == admits { side.policies } else { Vec::new() };
        Self { verdict, doubt, ingress: deciding(ingress), egress: deciding(egress) }
    }

    /// One for all of several: the same where they agree.
    pub(super) fn joined(decisions: &[&Self]) -> Option<Self> {
        let (first, rest) = decisions.split_first()?;
        let agree = rest.iter().all(|other| other.verdict == first.verdict);
        let deciding = decisions.iter().filter(|decision| agree || decision.verdict != Verdict::Allowed);
        let policies = |of: fn(&Self) -> &Vec<PolicyId>| {
            let mut all: Vec<PolicyId> = deciding.clone().flat_map(|decision| of(decision)).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let (ingress, egress) = (policies(|decision| &decision.ingress), policies(|decision| &decision.egress));
        let doubt = if agree { first.doubt } else { Some(Doubt::SomePods) };
        let verdict = if agree { first.verdict } else { Verdict::Depends };
        Some(Self { verdict, doubt, ingress, egress })
    }
}
