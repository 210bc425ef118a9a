//! The role of what leads into a cluster by host and path.
//!
//! A router listens ([`Router::listeners`]), or takes its requests from the listeners of other routers ([`Router::parents`]), or
//! both; and it has routes, or leaves them to the routers that attach to it. An Ingress listens and routes, a Gateway only listens,
//! an HTTPRoute only attaches and routes, a ListenerSet listens on behalf of a Gateway.

use super::{Backend, Controller, Listener, LookedUp, Namespaces, ObjectId, Protocol, Redirect, ServiceRef, Target};
use crate::name::Name;
use crate::source::Span;

/// Anything that listens for requests from outside, or routes them: an Ingress, a Gateway, an HTTPRoute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router {
    /// Which object.
    pub id: ObjectId,
    /// Place of `metadata.name`; of the reference to it, where it is not in the input.
    pub at: Span,
    /// Name of its class, where one is stated (ING-08).
    pub class: Option<Name>,
    /// The controller it is written for, where it proves that.
    pub controller: Option<Controller>,
    /// It is only known by the references of others, which is common: the platform owns many a Gateway (RT-02).
    pub elsewhere: bool,
    /// Ports it listens on.
    pub listeners: Box<[Listener]>,
    /// The routers whose listeners it attaches its routes to, or, where it has listeners of its own, adds those to.
    pub parents: Box<[ParentRef]>,
    /// It also routes requests that pods send to each other (RT-03 `kind: Service` parents).
    pub in_mesh: bool,
    /// Which routers may add listeners of theirs (GWY-08).
    pub adopts: Namespaces,
    /// Where requests go.
    pub routes: Box<[Route]>,
    /// Each listener is only for the route at the same place in the list: a table of ports, and no choice by host and path (ING-13).
    pub paired: bool,
    /// Whether its backends may be in other namespaces.
    pub crossing: Crossing,
    /// It is meant to share hosts and paths with another one (an ingress-nginx canary).
    pub canary: bool,
    /// Hosts that it has certificates for (`tls[].hosts[]`) and that some route has to serve (ING-15).
    pub tls_hosts: Box<[(String, Span)]>,
    /// Addresses it is reached at, as its status or the author states them.
    pub addresses: Box<[String]>,
    /// What tells them otherwise.
    pub looked_up: LookedUp,
}

impl Router {
    /// A router that says nothing yet.
    #[must_use]
    pub fn new(id: ObjectId, at: Span) -> Self {
        Self {
            id,
            at,
            class: None,
            controller: None,
            elsewhere: false,
            listeners: Box::default(),
            parents: Box::default(),
            in_mesh: false,
            adopts: Namespaces::None,
            routes: Box::default(),
            paired: false,
            crossing: Crossing::Never,
            canary: false,
            tls_hosts: Box::default(),
            addresses: Box::default(),
            looked_up: LookedUp::Itself,
        }
    }

    /// Has it routes, and takes their requests from the listeners of other routers?
    #[must_use]
    pub fn attaches(&self) -> bool {
        self.listeners.is_empty() && !self.routes.is_empty()
    }

    /// Does it pass requests of a listener of its own on to a route, as far as TLS decides that?
    #[must_use]
    pub fn lets_in(&self, listener: &Listener, route: &Route) -> bool {
        let is_encrypted = |listener: &Listener| listener.speaks.is_encrypted();
        is_encrypted(listener) || !route.tls_only || !self.listeners.iter().any(is_encrypted)
    }

    /// Every other router that its routes lead to, with the place that says so.
    pub fn router_refs(&self) -> impl Iterator<Item = (&ObjectId, Span)> {
        self.routes.iter().flat_map(|route| &route.backends).filter_map(|backend| match &backend.to {
            Target::Router(id, at) => Some((id, *at)),
            Target::Service(_) | Target::Endpoints(_) | Target::Host { .. } | Target::Object { .. } => None,
        })
    }

    /// Every backend of every route that is a Service.
    pub fn service_refs(&self) -> impl Iterator<Item = &ServiceRef> {
        self.routes.iter().flat_map(|route| &route.backends).filter_map(|backend| match &backend.to {
            Target::Service(reference) => Some(reference),
            Target::Endpoints(_) | Target::Host { .. } | Target::Object { .. } | Target::Router(..) => None,
        })
    }

    /// Every backend of every route that is the endpoints of a Service.
    pub fn endpoint_refs(&self) -> impl Iterator<Item = &ServiceRef> {
        self.routes.iter().flat_map(|route| &route.backends).filter_map(|backend| match &backend.to {
            Target::Endpoints(reference) => Some(reference),
            Target::Service(_) | Target::Host { .. } | Target::Object { .. } | Target::Router(..) => None,
        })
    }
}

/// Whether the backends of a router may be in other namespaces than its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// They are in its own (ING-01).
    Never,
    /// Only where a [`Grant`](super::Grant) allows it (RT-10).
    Granted,
    /// They may.
    Free,
}

/// A reference to the router whose listeners are meant (RT-01).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentRef {
    /// Its API group.
    pub group: Name,
    /// Its kind.
    pub kind: Name,
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Name of the listener; `None`: every one.
    pub section: Option<Name>,
    /// Port of the listener; `None`: every one.
    pub port: Option<u16>,
    /// Place of the name.
    pub at: Span,
    /// Place of the section or of the port, else of the name.
    pub section_at: Span,
}

impl ParentRef {
    /// Is a listener of the parent one of those that are referred to (RT-01)?
    #[must_use]
    pub fn means(&self, listener: &Listener) -> bool {
        let is_named = self.section.is_none() || listener.name == self.section;
        is_named && (self.port.is_none() || listener.number == self.port)
    }
}

/// What of a host requests are taken for, and its backends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// What it takes.
    pub takes: Takes,
    /// Host; `None`: every host.
    pub host: Option<Name>,
    /// Path; `None`: all that no other route takes (the default backend).
    pub path: Option<Name>,
    /// `pathType`, where it is stated.
    pub path_type: Option<Name>,
    /// What else has to hold, in words: `method GET`, `header version=v2`.
    pub conditions: Box<[String]>,
    /// A TLS entry covers the host.
    pub tls: bool,
    /// Where the router has a listener with TLS, plain requests are not taken.
    pub tls_only: bool,
    /// Where requests go; none: nowhere, or to where `redirect` says.
    pub backends: Box<[Backend]>,
    /// Where the client is sent instead.
    pub redirect: Option<Box<Redirect>>,
    /// Place of the path (or of the backend).
    pub at: Span,
}

/// What a route looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Takes {
    /// HTTP requests.
    Http,
    /// Calls of gRPC; their path is `/service/method`.
    Grpc,
    /// Connections over TLS, by the host that they name.
    Tls,
    /// Connections over TCP.
    Tcp,
    /// Packets of UDP.
    Udp,
}

impl Takes {
    /// The transport protocol below.
    #[must_use]
    pub fn protocol(self) -> Protocol {
        if self == Self::Udp { Protocol::Udp } else { Protocol::Tcp }
    }
}
