//! Problems: what is wrong with the input itself (unreadable, not YAML, not what Kubernetes accepts), told on standard error.
//!
//! A problem never stops the rest of the input from being served.

use crate::source::Span;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A part of the input could not be used; the exit status is 2.
    Error,
    /// All of the input is used, but perhaps not as its author meant it.
    Warning,
}

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file (or folder, or standard input) as a whole.
    Source(String),
    /// In a place of a source.
    Span(Span),
}

/// One problem with the input. Problems are in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: one sentence, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// An error.
    #[must_use]
    pub fn error(place: Place, message: impl Into<String>, help: Option<String>) -> Self {
        Self { severity: Severity::Error, place, message: message.into(), help }
    }

    /// A warning.
    #[must_use]
    pub fn warning(place: Place, message: impl Into<String>, help: Option<String>) -> Self {
        Self { severity: Severity::Warning, place, message: message.into(), help }
    }
}
