//! What is said about a document that cannot be read: the parser's error kinds in words a manifest's author understands.

use granit_parser::ErrorKind;

use crate::source::Span;

use super::SyntaxError;

const INDENTATION: &str = "check the indentation of this line and the ones above it";
const QUOTE: &str = "put the whole value in quotes";
const TEMPLATE: &str = "`{{` looks like a template: render it first, and read the result";

pub(super) fn wrong_tag(span: Span, text: &str, tag: &str) -> SyntaxError {
    let message = format!("`{text}` is not what its tag `{tag}` says");
    SyntaxError { span, message, help: Some("write the value without the tag".to_owned()) }
}

pub(super) fn second_root(span: Span) -> SyntaxError {
    error(span, "a second document begins here", "put a line `---` in front of it")
}

pub(super) fn key_is_no_text(text: &str, span: Span) -> SyntaxError {
    let help = if line_of(text, span).contains("{{") { TEMPLATE } else { "put the key in quotes" };
    error(span, "the key of a mapping must be text, a number or a boolean", help)
}

pub(super) fn too_deep(span: Span) -> SyntaxError {
    error(span, "mappings and lists nest deeper than 128 levels", "no manifest needs that many levels")
}

pub(super) fn alias_in_itself(span: Span) -> SyntaxError {
    error(span, "an alias stands inside the value it refers to", "name a value that has ended before the alias")
}

pub(super) fn too_many_aliases(span: Span) -> SyntaxError {
    error(span, "the aliases of this document expand to too many values", "write out what the aliases stand for")
}

pub(super) fn merge_needs_mappings(span: Span) -> SyntaxError {
    error(span, "`<<` needs a mapping, or a list of mappings", "write `<<: *name` with the anchor of a mapping")
}

/// What the parser found wrong, and where: `span` is the empty place it names.
pub(super) fn scan_error(kind: &ErrorKind, text: &str, span: Span) -> SyntaxError {
    let span = widened(text, place(kind, text, span));
    let (message, help) = explain(kind);
    let help = if line_of(text, span).contains("{{") { Some(TEMPLATE) } else { help };
    SyntaxError { span, message, help: help.map(str::to_owned) }
}

fn explain(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as K;
    if let Some((message, help)) = about_quotes(kind) {
        return (message.to_owned(), Some(help));
    }
    match kind {
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabInIndentation
        | K::TabInPlainScalar
        | K::TabAtBlockScalarStart => ("a tab is used for indentation".to_owned(), Some("indent with spaces")),
        K::BomInsideDocument => (
            "a byte order mark (U+FEFF) stands inside of the text".to_owned(),
            Some("remove it; a file that is to follow another one is saved without it"),
        ),
        K::InvalidBlockScalarHeader => (
            "text follows the `|` or `>` of a text in lines".to_owned(),
            Some("begin the text in the next line, or put the whole value in quotes"),
        ),
        K::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), Some("add the closing bracket")),
        K::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), Some("close every bracket with its own kind"))
        }
        K::ExpectedFlowMappingSeparator => {
            ("`,` or `}` is missing in a mapping in braces".to_owned(), Some("put `,` between the entries"))
        }
        K::ExpectedFlowSequenceSeparator => {
            ("`,` or `]` is missing in a list in brackets".to_owned(), Some("put `,` between the items"))
        }
        K::UnexpectedCharacter { character } if character.is_control() => (
            format!("a character that is no text stands here (U+{:04X})", u32::from(*character)),
            Some("remove it, or leave this file out if it is no manifest"),
        ),
        K::UnexpectedCharacter { character } => (format!("a value cannot begin with `{character}`"), Some(QUOTE)),
        K::MappingValueNotAllowed => (
            "a `:` is not allowed here".to_owned(),
            Some("quote a value that contains `: `, or check the indentation of this line"),
        ),
        K::UnknownAnchor => {
            ("the alias names an anchor that is not defined above it".to_owned(), Some("define it with `&name`"))
        }
        K::RecursionLimitExceeded => {
            ("mappings and lists nest deeper than 128 levels".to_owned(), Some("no manifest needs that many levels"))
        }
        K::BlockSequenceEntryNotAllowed | K::BlockEntryInFlowCollection => {
            ("a list item is not allowed here".to_owned(), Some(INDENTATION))
        }
        K::ExpectedBlockMappingKey | K::SimpleKeyExpected | K::InvalidSimpleKey => {
            ("a line that is no `key: value` stands in a mapping".to_owned(), Some(INDENTATION))
        }
        K::ExpectedBlockSequenceEntry => ("a line that is no `- item` stands in a list".to_owned(), Some(INDENTATION)),
        K::ExpectedDocumentStart => ("text follows behind the end of the document".to_owned(), Some(INDENTATION)),
        K::InvalidIndentation => ("the indentation fits no line above".to_owned(), Some(INDENTATION)),
        other => (other.to_string(), None),
    }
}

/// What is wrong with a string in quotes.
fn about_quotes(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    use ErrorKind as K;
    match kind {
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar => {
            Some(("a quoted string is never closed", "add the closing quote"))
        }
        K::InvalidQuotedScalarIndent => Some((
            "a quoted string goes on here, in a line that is not indented",
            "close the quote that is open above, or indent this line",
        )),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => {
            Some(("text follows the closing quote", "put the whole value in one pair of quotes"))
        }
        K::UnknownQuotedScalarEscape => Some((
            "there is no such escape in a double-quoted string",
            "write `\\\\` for a backslash, or use single quotes",
        )),
        K::InvalidQuotedScalarHexEscape
        | K::InvalidLowSurrogateHexEscape
        | K::InvalidLowSurrogate
        | K::MissingLowSurrogate
        | K::UnpairedLowSurrogate
        | K::InvalidUnicodeEscape => Some((
            "an escape in a double-quoted string is no character, or only half of one",
            "write the character itself, or `\\\\` for a backslash",
        )),
        _ => None,
    }
}

/// The parser names the beginning of a scalar, or what follows the blanks; the mistake is the tab behind or before it.
fn place(kind: &ErrorKind, text: &str, span: Span) -> Span {
    use ErrorKind as K;
    let start = span.start as usize;
    let tab = match kind {
        K::TabInPlainScalar | K::TabInIndentation => {
            text.get(start..).and_then(|rest| rest.find('\t')).map(|at| start + at)
        }
        K::TabInBlockIndentation => text.get(..start).and_then(|before| before.rfind('\t')),
        _ => None,
    };
    let at = tab.and_then(|at| u32::try_from(at).ok()).unwrap_or(span.start);
    Span { start: at, end: at, ..span }
}

/// The span with the character at its place.
fn widened(text: &str, span: Span) -> Span {
    let next = text.get(span.start as usize..).and_then(|rest| rest.chars().next());
    let width = next.filter(|next| *next != '\n').map_or(0, char::len_utf8);
    Span { end: span.start + u32::try_from(width).unwrap_or_default(), ..span }
}

fn line_of(text: &str, span: Span) -> &str {
    let (before, after) = text.split_at_checked(span.start as usize).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| before.len() + at);
    text.get(start..end).unwrap_or_default()
}

fn error(span: Span, message: &str, help: &str) -> SyntaxError {
    SyntaxError { span, message: message.to_owned(), help: Some(help.to_owned()) }
}
