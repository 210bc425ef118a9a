//! The difference between two topologies: for a pull request (Markdown), for a terminal (text), for programs (JSON).
//!
//! What a reviewer fears comes first: ports that are newly exposed, then new findings, then what changed port by port, then the drawing.

mod fit;
mod json;
mod markdown;
mod rows;
mod sentence;
#[cfg(test)]
mod tests;
mod text;

use clap::ValueEnum;

use crate::diff::{Diff, Subject};
use crate::source::Sources;

/// How differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a comment of a pull request; at most 65,536 characters, as many as one holds on GitHub
    #[default]
    Markdown,
    /// For a terminal
    Text,
    /// For programs: docs/portolan.diff.v1.schema.json
    Json,
}

/// The texts of both sides, in which findings have their places.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'s> {
    /// What was.
    pub base: &'s Sources,
    /// What is now.
    pub head: &'s Sources,
}

impl Format {
    /// The language of a code fence for it; `None`: it is Markdown itself.
    #[must_use]
    pub fn language(self) -> Option<&'static str> {
        match self {
            Self::Markdown => None,
            Self::Text => Some("text"),
            Self::Json => Some("json"),
        }
    }

    /// The difference as text that ends with a line feed.
    ///
    /// # Errors
    /// A template fails, or the drawing.
    pub fn render(self, diff: &Diff<'_>, texts: Texts<'_>) -> anyhow::Result<String> {
        match self {
            Self::Markdown => markdown::render(diff, texts),
            Self::Text => Ok(text::render(diff, texts)),
            Self::Json => json::render(diff, texts),
        }
    }
}

/// What a port is called in front of its number.
fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Service => "Service",
        Subject::HostMapping => "host machine port",
        Subject::LoadBalancer => "load balancer port",
        Subject::ExternalIp => "external IP",
        Subject::NodePort => "node port",
        Subject::HostPort => "host port",
        Subject::Listener => "listener",
        Subject::Route => "route",
        Subject::ServicePort => "port",
        Subject::ContainerPort => "container port",
        Subject::Call => "call",
    }
}
