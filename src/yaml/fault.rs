//! The error that travels through serde: it gathers place and path on its way out.

use std::fmt::{self, Display, Write as _};

use serde::de::{self, Expected, Unexpected};

use super::decode::DecodeError;
use super::scalar::Scalar;
use super::tree::{Node, Style};
use crate::problem::Remedy;
use crate::source::Span;

/// A [`DecodeError`] in the making. Boxed, so that results stay small while all goes well.
#[derive(Debug)]
pub(crate) struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    span: Option<Span>,
    /// Innermost first.
    path: Vec<Step>,
    message: String,
    help: Option<String>,
    remedy: Option<Remedy>,
}

/// One step of a path.
#[derive(Debug)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Fault {
    pub(super) fn new(message: String) -> Self {
        Fault(Box::new(Inner { span: None, path: Vec::new(), message, help: None, remedy: None }))
    }

    /// Where it happened, unless an inner value said so already.
    pub(super) fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The value at fault is inside another one.
    pub(super) fn inside(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }

    pub(super) fn with_help(mut self, help: Option<String>) -> Self {
        self.0.help = help;
        self
    }

    pub(super) fn with_remedy(mut self, remedy: Option<Remedy>) -> Self {
        self.0.help = remedy.as_ref().map(Remedy::to_string);
        self.0.remedy = remedy;
        self
    }

    pub(super) fn finish(self, root: Span) -> DecodeError {
        let Inner { span, path, message, help, remedy } = *self.0;
        DecodeError { span: span.unwrap_or(root), path: written(&path), message, help, remedy: remedy.map(Box::new) }
    }
}

/// What a node holds, as messages name it.
fn found(node: Node<'_>) -> String {
    match (node.style(), node.scalar()) {
        (Style::Mapping, _) => "a mapping".to_owned(),
        (Style::Sequence, _) => "a list".to_owned(),
        (_, None | Some(Scalar::Null)) => "nothing".to_owned(),
        (_, Some(Scalar::Bool(bool))) => format!("the boolean {bool}"),
        (_, Some(Scalar::Int(_) | Scalar::Float(_))) => format!("the number {}", node.text()),
        (_, Some(Scalar::Str(text))) => format!("the string \"{}\"", shortened(text)),
    }
}

/// Enough of a text to recognize it by.
fn shortened(text: &str) -> String {
    let mut start: String = text.chars().take(40).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// A value of another type than its field.
pub(super) fn mismatch(node: Node<'_>, expected: &str, remedy: Option<Remedy>) -> Fault {
    Fault::new(format!("expected {expected}, found {}", found(node))).at(node.span()).with_remedy(remedy)
}

/// `spec.ports[0].port`, and `["example.com/name"]` for keys with dots, slashes and other marks.
fn written(path: &[Step]) -> String {
    let is_simple = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    path.iter().rev().fold(String::new(), |mut text, step| {
        let dot = if text.is_empty() { "" } else { "." };
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Index(index) => write!(text, "[{index}]"),
            Step::Key(key) if is_simple(key) => write!(text, "{dot}{key}"),
            Step::Key(key) => write!(text, "[\"{key}\"]"),
        };
        text
    })
}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Fault::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::new(format!("expected {}, found {}", wanted(expected), seen(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::new(format!("`{field}` is missing"))
    }
}

/// What a type expects: k8s-openapi gives the bare name of the type.
fn wanted(expected: &dyn Expected) -> String {
    match expected.to_string().as_str() {
        "IntOrString" => "a whole number or a string".to_owned(),
        "Quantity" => "a number or a string".to_owned(),
        other => other.to_owned(),
    }
}

fn seen(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(bool) => format!("the boolean {bool}"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the string \"{text}\""),
        Unexpected::Unit => "nothing".to_owned(),
        Unexpected::Map => "a mapping".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        other => other.to_string(),
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}
