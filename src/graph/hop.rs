//! Hops: what the edges of the graph are.

use petgraph::graph::EdgeIndex;

use crate::name::Name;
use crate::source::Span;

/// A hop: an edge of the graph.
pub type HopId = EdgeIndex<u32>;

/// An edge of the graph: one hop of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    /// What happens on this hop.
    pub kind: HopKind,
    /// How it came.
    pub how: How,
    /// For calls and redirects: what says so. It stands before the place, so that of several ways to say it the same one is kept wherever they stand.
    pub evidence: Option<Box<Evidence>>,
    /// Which requests take it, and which pods get them, where a route parts them: few do, so it is in a box.
    pub parting: Option<Box<Parting>>,
    /// Where it is stated.
    pub at: Option<Span>,
}

impl Hop {
    /// The part of the requests that takes this hop, where a route parts them by weight.
    #[must_use]
    pub fn share(&self) -> Option<Share> {
        self.parting.as_ref()?.share
    }

    /// The parts of the Service's pods that are meant, in the order of their names; none: all of them.
    #[must_use]
    pub fn subsets(&self) -> &[Subset] {
        self.parting.as_ref().map_or(&[], |parting| &parting.subsets)
    }
}

/// How a route parts requests among hops, and a hop among pods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parting {
    /// See [`Hop::share`].
    pub share: Option<Share>,
    /// See [`Hop::subsets`].
    pub subsets: Vec<Subset>,
}

impl Parting {
    /// Nothing where a hop is for all requests and all pods.
    pub(super) fn new(share: Option<Share>, subsets: Vec<Subset>) -> Option<Box<Self>> {
        (share.is_some() || !subsets.is_empty()).then(|| Box::new(Self { share, subsets }))
    }
}

/// A part of a Service's pods, and of the requests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subset {
    /// Its name.
    pub name: String,
    /// The part of the route's requests that it gets; `None`: a copy of all.
    pub share: Option<Share>,
}

/// A part of the requests: `weight` of every `of` (RT-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    /// The weight of this backend; 0: it gets none.
    pub weight: u64,
    /// The weights of all backends of the route together.
    pub of: u64,
}

/// What happens on a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HopKind {
    /// A client outside reaches a way in.
    Enter,
    /// A port of the host machine leads to a port of a node.
    Map,
    /// A load balancer, an external IP or a node port leads to the Service port behind it.
    Forward,
    /// A host port leads to its container port.
    Bind,
    /// A listener passes a request to one of its routes.
    Match,
    /// A route sends requests to its backend.
    Route,
    /// A route sends a copy of the requests to another backend, whose answers nobody waits for.
    Mirror,
    /// A route sends the client to another listener, to ask there.
    Redirect,
    /// A Service port sends requests to its targets.
    Target,
    /// A workload or the API server calls a Service.
    Call,
}

/// How a hop came to be (DESIGN: every edge says why it is there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The manifest states it.
    Stated,
    /// A default of Kubernetes: the target port (SVC-02), the ports of an Ingress (ING-06).
    Defaulted,
    /// Found by a port's name (TP-01).
    Named,
    /// The cluster assigns it (NP-02).
    Auto,
    /// Very likely, but not stated: an undeclared target port (TP-09), a port taken from a scheme (CLI-11).
    Assumed,
}

/// What in a workload's configuration makes it a caller, or where a route sends its clients.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where it stands, as a reader would look for it: `env DATABASE_URL`, `args`, `ConfigMap app-config, key url`.
    pub place: Name,
    /// The address as it is written, without user-info and query (CLI-15); for a redirect what of it is stated.
    pub text: Name,
}
