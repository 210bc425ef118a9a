//! What is missing: references that lead nowhere.

use std::fmt;

use super::ServiceId;
use crate::manifest::{ObjectId, PortRef};
use crate::name::Name;

/// What is missing. `Display` says it in words: `no pod with app=web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// No workload has the labels that the Service selects (its namespace, its selector).
    Pods(Name, Name),
    /// No container of the selected pods names this port with this protocol (TP-04, TP-05): the Service, the name.
    PortName(ServiceId, Name),
    /// The stated endpoints of the Service have no port of this name (EP-02, EP-05); empty: no unnamed one.
    EndpointPort(ServiceId, Name),
    /// No endpoint of the Service has this number (SEMANTICS §8, OpenShift's Route).
    EndpointNumber(ServiceId, u16),
    /// No Service of this namespace and name (ING-01).
    Service(Name, Name),
    /// The Service has no such port (ING-02, CLI-11).
    ServicePort(Box<NoServicePort>),
    /// Nothing in the input is on this port of the node (LOC-04).
    NodePort(u16),
    /// No listener of a router takes what attaches to it (RT-02, RT-04), or what is redirected to it (RT-11).
    Listener(Box<NoListener>),
    /// No router of this id, whose routes another one includes (SEMANTICS §8, Contour).
    Router(Box<ObjectId>),
    /// Nothing lets an object of another namespace refer to this Service (RT-10): its namespace, its name.
    Grant(Name, Name),
}

/// A Service that is in the input, and the port that it has not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoServicePort {
    /// Namespace of the Service.
    pub namespace: Name,
    /// Name of the Service.
    pub service: Name,
    /// Its port, as the reference has it; an empty name where that states none.
    pub port: PortRef,
}

/// A router that is in the input, and why no listener of it takes a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoListener {
    /// Kind of the router.
    pub kind: Name,
    /// Namespace of the router.
    pub namespace: String,
    /// Name of the router.
    pub name: String,
    /// Why.
    pub why: Refused,
}

/// Why a router's listeners take nothing of what is meant for them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refused {
    /// None has this name and this number.
    Unmatched(Option<String>, Option<u16>),
    /// They take no routes of this kind (GWY-05).
    Kind(&'static str),
    /// They take none of this namespace (GWY-06).
    Namespace(String),
    /// None is for this host (RT-04).
    Host(String),
    /// The router takes no listeners of this namespace (GWY-08).
    Listeners(String),
}

impl Missing {
    /// No Service of this namespace and name.
    pub(super) fn service(namespace: &str, name: &str) -> Self {
        Self::Service(namespace.into(), name.into())
    }

    /// A Service of this namespace and name without such a port.
    pub(super) fn service_port(namespace: &str, name: &str, port: PortRef) -> Self {
        Self::ServicePort(Box::new(NoServicePort { namespace: namespace.into(), service: name.into(), port }))
    }

    /// Namespace and name of the Service that is missing, or that lacks a port which a reference names.
    #[must_use]
    pub fn service_name(&self) -> Option<(&str, &str)> {
        match self {
            Self::Service(namespace, name) => Some((namespace, name)),
            Self::ServicePort(missing) => Some((&missing.namespace, &missing.service)),
            _ => None,
        }
    }
}

impl fmt::Display for NoListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name, why, .. } = self;
        match why {
            Refused::Unmatched(None, None) => write!(f, "no listener in {kind} {name}"),
            Refused::Unmatched(Some(section), None) => write!(f, "no listener named {section} in {kind} {name}"),
            Refused::Unmatched(None, Some(port)) => write!(f, "no listener on port {port} in {kind} {name}"),
            Refused::Unmatched(Some(section), Some(port)) => {
                write!(f, "no listener named {section} on port {port} in {kind} {name}")
            }
            Refused::Kind(route) => write!(f, "no listener for {route}s in {kind} {name}"),
            Refused::Namespace(namespace) => write!(f, "no listener for namespace {namespace} in {kind} {name}"),
            Refused::Host(host) => write!(f, "no listener for {host} in {kind} {name}"),
            Refused::Listeners(namespace) => write!(f, "no listeners of namespace {namespace} in {kind} {name}"),
        }
    }
}

impl fmt::Display for NoServicePort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, port, .. } = self;
        match port {
            PortRef::Number(number) => write!(f, "no port {number} in Service {service}"),
            PortRef::Name(name) if name.is_empty() => write!(f, "no port stated for Service {service}"),
            PortRef::Name(name) => write!(f, "no port named {name} in Service {service}"),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pods(_, selector) => write!(f, "no pod with {selector}"),
            Self::PortName(_, name) => write!(f, "no container port named {name}"),
            Self::EndpointPort(_, name) if name.is_empty() => f.write_str("no unnamed endpoint port"),
            Self::EndpointPort(_, name) => write!(f, "no endpoint port named {name}"),
            Self::EndpointNumber(_, number) => write!(f, "no pod port {number}"),
            Self::Service(_, name) => write!(f, "no Service {name}"),
            Self::ServicePort(missing) => missing.fmt(f),
            Self::NodePort(number) => write!(f, "nothing on node port {number}"),
            Self::Listener(missing) => missing.fmt(f),
            Self::Router(id) => write!(f, "no {} {}", id.kind, id.name),
            Self::Grant(namespace, name) => {
                write!(f, "no ReferenceGrant for Service {name} in namespace {namespace}")
            }
        }
    }
}
