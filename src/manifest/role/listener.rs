//! The listeners of routers: what comes to them, and whose routes they take.

use super::{LabelSelector, ObjectRef, Protocol};
use crate::name::Name;
use crate::source::Span;

/// A port on which a router listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Its name, by which routes choose it.
    pub name: Option<Name>,
    /// Port number; `None`: the input does not tell.
    pub number: Option<u16>,
    /// What it speaks.
    pub speaks: Speaks,
    /// Requests come encrypted, and it passes them on as they are.
    pub passthrough: bool,
    /// The hosts it takes, perhaps with a wildcard (GWY-07); `None`: every host.
    pub host: Option<Name>,
    /// The number is what controllers do by default, not stated (ING-06).
    pub assumed: bool,
    /// Which other routers may attach their routes.
    pub accepts: Accepts,
    /// Objects of other namespaces that it needs a [`Grant`](super::Grant) for: certificates (RT-10).
    pub needs: Box<[ObjectRef]>,
    /// It ends TLS, and the object says nothing of a certificate for it (GWY-02).
    pub without_certificate: bool,
    /// Place that makes it listen.
    pub at: Span,
}

impl Listener {
    /// A listener that takes no other router's routes.
    #[must_use]
    pub fn new(number: Option<u16>, speaks: Speaks, at: Span) -> Self {
        let accepts = Accepts { kinds: Some(Vec::new()), namespaces: Namespaces::None };
        Self {
            name: None,
            number,
            speaks,
            passthrough: false,
            host: None,
            assumed: false,
            accepts,
            needs: Box::default(),
            without_certificate: false,
            at,
        }
    }
}

/// What a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Speaks {
    /// HTTP in the clear.
    Http,
    /// HTTP over TLS.
    Https,
    /// Anything over TLS.
    Tls,
    /// Anything over TCP.
    Tcp,
    /// Anything over UDP.
    Udp,
    /// A protocol of an implementation's own, or one that the input does not tell.
    Unknown,
}

impl Speaks {
    /// Do requests come encrypted?
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Https | Self::Tls)
    }

    /// As people write it; empty where it is not known.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Tls => "TLS",
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Unknown => "",
        }
    }

    /// The transport protocol below.
    #[must_use]
    pub fn protocol(self) -> Protocol {
        if self == Self::Udp { Protocol::Udp } else { Protocol::Tcp }
    }
}

/// Which other routers may attach their routes to a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepts {
    /// API group and kind of the routers; `None`: the input does not tell (GWY-05).
    pub kinds: Option<Vec<(String, String)>>,
    /// Their namespaces (GWY-06).
    pub namespaces: Namespaces,
}

/// A choice of namespaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    /// None at all.
    None,
    /// Only the object's own.
    Same,
    /// All.
    All,
    /// Those with these labels.
    Labelled(Box<LabelSelector>),
}
