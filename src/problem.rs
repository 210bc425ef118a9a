//! Problems: what is wrong with the input itself (unreadable, not YAML, not what Kubernetes accepts), told on standard error.
//!
//! A problem never stops the rest of the input from being served.

use std::fmt;

use crate::source::Span;
use crate::visible;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A part of the input could not be used; the exit status is 2.
    Error,
    /// All of the input is used, but perhaps not as its author meant it.
    Warning,
}

impl Severity {
    /// As it is written everywhere.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What sort of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// About the input as a whole: it cannot be read, or is not what it seems to be.
    Input,
    /// A value that the API server does not accept (P005).
    Rejected,
    /// A key that stands twice in a mapping (P051).
    Repeated,
}

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In a file (or folder, or standard input) as a whole.
    Source(String),
    /// In a place of a source.
    Span(Span),
}

/// What is to stand at the place of a problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// The same characters without their quotes.
    Unquoted(String),
    /// The same characters in quotes.
    Quoted(String),
    /// The same letters, some of them small or capital ones.
    Spelt(String),
    /// The same name in small letters, provided that nothing refers to the old one.
    Renamed {
        /// The old one.
        from: String,
        /// The new one.
        to: String,
    },
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unquoted(text) => write!(f, "write {text} without quotes"),
            Self::Quoted(text) => write!(f, "quote it: \"{text}\""),
            Self::Spelt(text) | Self::Renamed { to: text, .. } => write!(f, "write `{text}`"),
        }
    }
}

/// One problem with the input. Problems are in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// How bad it is.
    pub severity: Severity,
    /// What sort of problem it is.
    pub sort: Sort,
    /// What is wrong: one sentence, without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The one right way to write it, where the input alone gives one.
    pub remedy: Option<Box<Remedy>>,
    /// The other place that it is about: the first of two keys.
    pub other: Option<Span>,
}

impl Problem {
    /// An error.
    #[must_use]
    pub fn error(place: Place, message: impl Into<String>, help: Option<String>) -> Self {
        Self::input(Severity::Error, place, message.into(), help)
    }

    /// A warning.
    #[must_use]
    pub fn warning(place: Place, message: impl Into<String>, help: Option<String>) -> Self {
        Self::input(Severity::Warning, place, message.into(), help)
    }

    fn input(severity: Severity, place: Place, message: String, help: Option<String>) -> Self {
        let (message, help) = (visible::message(message), help.map(visible::message));
        Self { severity, sort: Sort::Input, place, message, help, remedy: None, other: None }
    }

    /// A value that the API server does not accept: an error.
    #[must_use]
    pub fn rejected(at: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { sort: Sort::Rejected, ..Self::error(Place::Span(at), message, Some(help.into())) }
    }

    /// The second of two keys of the same name: a warning.
    #[must_use]
    pub fn repeated(first: Span, second: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            sort: Sort::Repeated,
            other: Some(first),
            ..Self::warning(Place::Span(second), message, Some(help.into()))
        }
    }
}
