//! What a check finds: how bad it is, where, and what to write instead.

use clap::ValueEnum;

use crate::manifest::ObjectId;
use crate::source::{Edit, Span};
use crate::visible;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Severity {
    /// True and worth knowing, not a fault
    Info,
    /// Very likely wrong, but a running program could make it right
    Warning,
    /// The API server rejects it, or the path certainly cannot work
    Error,
}

impl Severity {
    /// As it is written everywhere.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place with its own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to see there.
    pub text: String,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the check.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The object that the primary place is in.
    pub object: ObjectId,
    /// What is wrong: one sentence, without a full stop.
    pub message: String,
    /// Where to look first.
    pub primary: Label,
    /// What it does not fit together with.
    pub related: Vec<Label>,
    /// What to write instead, or to do.
    pub help: Option<String>,
    /// The one right answer, where the input alone gives it: what `--fix` writes.
    pub fix: Option<Edit>,
}

impl Finding {
    pub(super) fn related(mut self, at: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span: at, text: visible::message(text.into()) });
        self
    }

    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(visible::message(text.into()));
        self
    }

    pub(super) fn fix(mut self, edit: Option<Edit>) -> Self {
        self.fix = edit;
        self
    }
}
