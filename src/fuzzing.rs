//! The escapes of the output languages, for the targets in `fuzz/`; nobody else sees this room.

use crate::view::{markdown, mermaid, plain, shell};

/// [`markdown::text`].
#[must_use]
pub fn text(text: &str) -> String {
    markdown::text(text)
}

/// [`markdown::cell`].
#[must_use]
pub fn cell(text: &str) -> String {
    markdown::cell(text)
}

/// [`markdown::code`].
#[must_use]
pub fn code(text: &str) -> String {
    markdown::code(text)
}

/// [`markdown::cell_code`].
#[must_use]
pub fn cell_code(text: &str) -> String {
    markdown::cell_code(text)
}

/// [`markdown::fenced`].
#[must_use]
pub fn fenced(language: &str, body: &str) -> String {
    markdown::fenced(language, body)
}

/// [`mermaid::flow`] of one line.
#[must_use]
pub fn flow(line: &str) -> String {
    mermaid::flow([line])
}

/// [`mermaid::seq`] of one line.
#[must_use]
pub fn seq(line: &str) -> String {
    mermaid::seq([line])
}

/// [`mermaid::shown`].
#[must_use]
pub fn shown(line: &str) -> String {
    mermaid::shown(line)
}

/// [`plain::plain`].
#[must_use]
pub fn plain(text: &str) -> String {
    plain::plain(text)
}

/// [`shell::sh_quote`].
#[must_use]
pub fn sh_quote(word: &str) -> String {
    shell::sh_quote(word).into_owned()
}
