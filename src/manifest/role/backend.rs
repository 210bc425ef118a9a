//! The roles of what routes lead to: backends, redirects, the grants that let them cross namespaces, and TLS behind the router.

use super::{ObjectId, PortRef, SubsetRef};
use crate::name::Name;
use crate::source::Span;

/// One of the places a route sends requests to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backend {
    /// What it is.
    pub to: Target,
    /// Its part of the requests, in proportion to the weights of the others; 0: none (RT-08).
    pub weight: u32,
    /// What it gets them for.
    pub purpose: Purpose,
    /// The part of the Service's pods that is meant, by its name (SEMANTICS §8, Istio's subsets).
    pub subset: Option<Box<SubsetRef>>,
}

impl Backend {
    /// A backend that gets all requests, or its equal part of them.
    #[must_use]
    pub fn new(to: Target) -> Self {
        Self { to, weight: 1, purpose: Purpose::Forward, subset: None }
    }
}

/// What a backend gets requests for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// To answer them.
    Forward,
    /// To see a copy of them; nobody waits for its answer (RT-12).
    Mirror,
}

/// What a backend is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A Service port.
    Service(ServiceRef),
    /// The endpoints of a Service whose port is this one: a number is the pods' own, a name the Service port's; without one all of
    /// them are meant (SEMANTICS §8, OpenShift's Route).
    Endpoints(ServiceRef),
    /// A host outside of the input (SEMANTICS §8, Istio's destinations).
    Host {
        /// Its DNS name.
        host: Name,
        /// Its port.
        port: Option<u16>,
        /// Its place.
        at: Span,
    },
    /// The routes of another router, which get the host, the path and the conditions of this one (SEMANTICS §8, Contour's includes);
    /// with the place of the reference.
    Router(ObjectId, Span),
    /// An object of another kind (ING-01 `resource`, RT-09).
    Object {
        /// Its kind.
        kind: Name,
        /// Its name.
        name: Name,
    },
}

/// A reference to a port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceRef {
    /// Namespace of the Service.
    pub namespace: Name,
    /// Name of the Service.
    pub service: Name,
    /// Place of that name.
    pub service_at: Span,
    /// Its port, by `port` number or by port name (ING-02); `None` where the manifest states none.
    pub port: Option<PortRef>,
    /// Place of the reference.
    pub at: Span,
}

/// A reference to an object of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// Its API group; empty for the core group.
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: String,
    /// Place of the name.
    pub at: Span,
}

/// Where a client is sent instead of an answer (RT-11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `http` or `https`; `None`: that of the request.
    pub scheme: Option<String>,
    /// Host; `None`: that of the request.
    pub host: Option<String>,
    /// Port; `None`: that of the scheme where one is stated, else that of the request.
    pub port: Option<u16>,
    /// Path, or what replaces the matched prefix; `None`: that of the request.
    pub path: Option<String>,
    /// The status of the response.
    pub status: u16,
    /// Its place.
    pub at: Span,
}

/// An object that lets others refer to objects of its namespace: a ReferenceGrant (RT-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// API group, kind and namespace of those who may refer.
    pub from: Vec<(String, String, String)>,
    /// API group, kind and, unless it is all of them, name of what they may refer to.
    pub to: Vec<(String, String, Option<String>)>,
}

/// An object that makes gateways speak TLS to Services of its namespace: a BackendTLSPolicy (RT-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackendTls {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// The Services.
    pub targets: Vec<TlsTarget>,
}

/// A Service that gateways speak TLS to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsTarget {
    /// Its name.
    pub service: Name,
    /// Place of that name.
    pub service_at: Span,
    /// Name of the only port that is meant; `None`: all of them.
    pub port: Option<String>,
    /// Place of the port's name, else of the Service's.
    pub at: Span,
}
