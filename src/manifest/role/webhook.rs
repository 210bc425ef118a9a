//! The role of what the API server calls.

use super::{ObjectId, ServiceRef};
use crate::source::Span;

/// An object that makes the API server a client of Services: a webhook that admits or converts objects, an extension API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Which object; it is in no namespace.
    pub id: ObjectId,
    /// Place of `metadata.name` (or of the object).
    pub at: Span,
    /// The Services that are called: at least one.
    pub calls: Vec<WebhookCall>,
}

/// One call of the API server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookCall {
    /// The Service and its port.
    pub service: ServiceRef,
    /// The number of that port.
    pub port: u16,
    /// The manifest states it; else it is the default.
    pub is_stated: bool,
    /// The path that is asked for.
    pub path: Option<String>,
}
