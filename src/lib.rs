//! portolan draws the ports of your Kubernetes manifests, and tells you where they do not meet.

pub mod graph;
#[allow(dead_code, reason = "the commands that read come with the command line")]
pub(crate) mod load;
pub mod manifest;
pub mod problem;
pub mod source;
#[allow(dead_code, reason = "the views come next")]
pub(crate) mod view;
#[allow(dead_code, reason = "the commands that write come with the command line")]
mod write;
#[allow(dead_code, unused_imports, reason = "the kinds come next")]
pub(crate) mod yaml;

pub use write::tell;
