//! Markdown as GitHub and GitLab read it: text, table cells, code, and the anchors of headings.
//!
//! What comes from a manifest is best shown as code, where nothing is special. In text, only what would be misread is
//! escaped, so that the Markdown itself can be read. Each function takes one piece of text, and pieces may stand side by
//! side in one paragraph: none has a mark that would close what another one opened. Right between emphasis marks
//! belongs only code.

use super::plain::{Place, places, plain};
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
mod tests;

/// Parts a text in two, and shows nothing. Mentions, references and mail addresses are found after all escapes are
/// resolved, so that `\@` is no help.
const SPLIT: &str = "<!-- -->";

/// Hosts take longer runs of backticks for no fence of a code span (cmark's own limit), and would read what stands in it.
const SPAN_FENCE: usize = 80;

/// Hosts remember the length of a block's fence in a byte: one that is longer would be closed by a shorter one.
const BLOCK_FENCE: usize = 255;

/// One line of running text: of a paragraph, a list item, a heading, the text of a link.
pub(crate) fn text(text: &str) -> String {
    escape(&plain(text), |at| at.starts_block() || at.has_meaning())
}

/// A table cell; its lines are kept apart with `<br>`.
pub(crate) fn cell(text: &str) -> String {
    let lines = text.lines().map(plain).filter(|line| !line.is_empty());
    lines.map(|line| escape(&line, |at| at.c == '|' || at.has_meaning())).collect::<Vec<_>>().join("<br>")
}

/// A code span, on one line. Nothing for nothing, which cannot be written as code.
pub(crate) fn code(text: &str) -> String {
    let line = plain(text);
    if line.is_empty() {
        return line;
    }
    // A run of another length closes nothing.
    let inside: BTreeSet<usize> = runs('`', &line).collect();
    let Some(length) = (1..=SPAN_FENCE).find(|length| !inside.contains(length)) else { return html_code(&line) };
    let fence = "`".repeat(length);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// Code in a table cell: rows are cut at bars before code is looked for, and lose the backslash of `\|`.
///
/// Where the text itself has a backslash before a bar, GitHub and GitLab do not lose the same ones, so that it is no
/// code span but HTML.
pub(crate) fn cell_code(text: &str) -> String {
    let code = code(text);
    if code.contains(r"\|") { html_code(text) } else { code.replace('|', r"\|") }
}

/// Code on one line, anywhere.
fn html_code(text: &str) -> String {
    format!("<code>{}</code>", cell(&plain(text)))
}

/// A fenced block, without a line feed at its end. `language` is a word of ours, or nothing.
pub(crate) fn fenced(language: &str, body: &str) -> String {
    let longest = |mark| runs(mark, body).max().unwrap_or_default();
    let mark = if longest('`') < BLOCK_FENCE { '`' } else { '~' };
    let fence = String::from(mark).repeat((longest(mark) + 1).max(3));
    let line_end = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{body}{line_end}{fence}")
}

/// The anchors GitHub gives to the headings of one document. Ask for all of them, in their order.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    /// Every anchor so far, and how many headings after the first wanted it.
    repeats: BTreeMap<String, usize>,
}

impl Anchors {
    /// The anchor (without `#`) of a heading with this text, not escaped: `Ports of shop/web` → `ports-of-shopweb`, and
    /// `ports-of-shopweb-1` when it comes again.
    ///
    /// GitLab makes one `-` of several. Headings without punctuation between spaces have the same anchor in both.
    pub(crate) fn anchor(&mut self, heading: &str) -> String {
        let slug: String = plain(heading).to_lowercase().chars().filter_map(slug_char).collect();
        let mut anchor = slug.clone();
        while self.repeats.contains_key(&anchor) {
            let count = self.repeats.entry(slug.clone()).or_default();
            *count += 1;
            anchor = format!("{slug}-{count}");
        }
        self.repeats.insert(anchor.clone(), 0);
        anchor
    }
}

fn slug_char(c: char) -> Option<char> {
    match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    }
}

/// The lengths of the runs of an ASCII character.
fn runs(mark: char, text: &str) -> impl Iterator<Item = usize> {
    text.split(move |c| c != mark).map(str::len).filter(|length| *length > 0)
}

fn escape(line: &str, is_special: impl Fn(&Place<'_>) -> bool) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    for at in places(line) {
        match at.c {
            '<' => out.push_str("&lt;"),
            '&' if at.starts_entity() => out.push_str("&amp;"),
            c if at.starts_reference() => {
                out.push(c);
                out.push_str(SPLIT);
            }
            c if is_special(&at) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

// What Markdown sees in a character.
impl Place<'_> {
    /// At the start of a line: a list, a quote, a rule, the line under a heading, a row of a table, a definition, a
    /// footnote, GitLab's `::include`.
    fn starts_block(&self) -> bool {
        match self.c {
            '-' | '+' | '=' | '>' | '|' | '^' => self.is_first(),
            '*' | '~' => self.is_first() && self.ends_word(),
            ':' => self.is_first() && !self.after.starts_with(char::is_alphanumeric),
            '.' | ')' => self.ends_list_number(),
            _ => false,
        }
    }

    /// Anywhere in a line.
    fn has_meaning(&self) -> bool {
        match self.c {
            '\\' | '`' | '[' | ']' | '$' => true,
            '*' | '~' => self.may_close(),
            '_' => !self.is_inside_word(),
            '#' => !self.follows_word(),
            ':' => self.after.starts_with("//"),
            '.' => self.follows_www(),
            _ => false,
        }
    }

    /// Emphasis is closed after something else than a space; the piece may stand behind a bracket, where a mark closes unless a word
    /// follows. Where no mark can close, none can open.
    fn may_close(&self) -> bool {
        if self.is_first() { !self.after.starts_with(char::is_alphanumeric) } else { !self.before.ends_with(' ') }
    }

    fn follows_word(&self) -> bool {
        self.before.ends_with(char::is_alphanumeric)
    }

    /// `&lt;`, `&#60;`: an entity.
    fn starts_entity(&self) -> bool {
        self.after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#').starts_with(';')
    }

    /// `@user`, `a@b.c`, `#1`: linked by the host, and a user would be told.
    fn starts_reference(&self) -> bool {
        let next_is = |class: fn(&char) -> bool| self.after.starts_with(|c: char| class(&c));
        match self.c {
            '@' => self.precedes_host() || (!self.follows_word() && next_is(char::is_ascii_alphanumeric)),
            '#' => next_is(char::is_ascii_digit),
            _ => false,
        }
    }

    /// The `@` of a mail address: a name with a dot in it follows.
    fn precedes_host(&self) -> bool {
        let mut names = self.after.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        names.next().is_some_and(|name| name.contains('.'))
    }
}
