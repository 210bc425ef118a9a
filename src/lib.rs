//! portolan draws the ports of your Kubernetes manifests, and tells you where they do not meet.

pub mod source;
pub(crate) mod view;
