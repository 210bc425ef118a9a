//! Mermaid's two languages: ids and texts that every Mermaid from 10.7 to 12 draws as they are meant.
//!
//! Texts of a flowchart go through [`flow`], texts of a sequence diagram through [`seq`]; both take the lines of the
//! text. An escape costs: hosts that draw labels as plain SVG show it as it is, and sequence diagrams are laid out as
//! if it were seven characters wide. So only what would be misread is escaped.

use super::plain::{Place, places, plain};
use crate::visible::cut;
use std::borrow::Cow;
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// The longest a label should get, in characters: Mermaid breaks no line without a space, and a sequence diagram
/// with wider labels is drawn too small to be read in a README.
const LABEL_CHARS: usize = 40;

/// The longest line of any text, in characters: no name of Kubernetes' own makes one that long, and a diagram of names without end would
/// be more than Mermaid reads.
const LINE_CHARS: usize = 160;

/// The longest name part of an id, in characters.
const ID_CHARS: usize = 60;

/// The ids of one diagram: made of names, so that a reader can follow them and one more object changes only its own lines.
///
/// Nodes, subgraphs and participants share one name space. Names that look alike as ids are numbered in the order they
/// are first asked for, so ask in the order of the graph's keys.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    given: BTreeMap<Vec<String>, String>,
    taken: BTreeMap<String, usize>,
}

impl Ids {
    /// The id of the thing with this name; the same one whenever it is asked for. `prefix` is a word of ours, for the kind.
    ///
    /// Keywords break an id only as its first word or in `style` and `classDef`: the first is the prefix, and the other
    /// two are broken up.
    pub(crate) fn id(&mut self, prefix: &str, name: &[&str]) -> String {
        let key: Vec<String> = std::iter::once(prefix).chain(name.iter().copied()).map(str::to_owned).collect();
        if let Some(id) = self.given.get(&key) {
            return id.clone();
        }
        let base = format!("{prefix}_{}", id_body(name)).replace("style", "sty_le").replace("classDef", "class_Def");
        let count = self.taken.entry(base.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { base } else { format!("{base}__{count}") };
        self.given.insert(key, id.clone());
        id
    }
}

/// Letters and digits, with one `_` for everything between them (never two: those are for numbers).
fn id_body(name: &[&str]) -> String {
    let words = name.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
    let mut body = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    body.truncate(ID_CHARS);
    body.truncate(body.trim_end_matches('_').len());
    if body.is_empty() { "x".to_owned() } else { body }
}

/// A text of a flowchart, to be put between double quotes: node label, subgraph title, edge label. Also what follows
/// `accTitle:` and `accDescr:`, of both kinds of diagrams, where it must be one line.
///
/// The lines are joined with `<br/>`, but with a line feed if there is any escape in them: text with HTML in it is taken
/// through an HTML parser, which turns escapes back into the characters that were to be escaped.
pub(crate) fn flow<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> String {
    let lines = shown_lines(lines);
    let pairs = Pairs::of(&lines);
    let lines: Vec<_> = lines.iter().map(|line| escape(line, |at| at.is_special_in_flow(&pairs))).collect();
    let has_escape = lines.iter().any(|line| line.contains('#'));
    text_or_space(lines.join(if has_escape { "\n" } else { "<br/>" }))
}

/// A text of a sequence diagram: alias, message, note, title of a box (which must be one line).
///
/// Titles of `alt`, `loop` and their kin have no working escape: only words of ours may stand there.
pub(crate) fn seq<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> String {
    let lines: Vec<_> = shown_lines(lines).iter().map(|line| escape(line, |at| at.is_special_in_seq())).collect();
    text_or_space(lines.join("<br/>"))
}

/// A comment of one line, in both kinds of diagrams. Settings (`%%{`) are obeyed even there, so that no two `%` stand together.
pub(crate) fn comment(text: &str) -> String {
    let text = plain(text).split('%').collect::<Vec<_>>().join("% ");
    format!("%% {}", text.trim_end())
}

/// The text cut down to the length of a label: its middle becomes `…`, because names tell themselves apart at both ends.
/// Comes before the escape.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    cut(text, LABEL_CHARS)
}

/// A line that is no longer than lines may be.
pub(crate) fn bounded(line: &str) -> Cow<'_, str> {
    cut(line, LINE_CHARS)
}

/// What of a line can be drawn. U+FB02 and U+00B6 U+00DF are Mermaid's own marks for its escapes, and are taken for
/// them wherever they come from, so they are spelt differently.
pub(crate) fn shown(line: &str) -> String {
    plain(line).replace('\u{fb02}', "fl").replace("\u{b6}\u{df}", "\u{b6} \u{df}")
}

/// The lines that have something to show.
fn shown_lines<S: AsRef<str>>(lines: impl IntoIterator<Item = S>) -> Vec<String> {
    let lines = lines.into_iter().map(|line| bounded(&shown(line.as_ref())).into_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// An empty text is a syntax error in both languages.
fn text_or_space(text: String) -> String {
    if text.is_empty() { " ".to_owned() } else { text }
}

/// Puts Mermaid's escape in place of each character found special.
fn escape(line: &str, is_special: impl Fn(&Place<'_>) -> bool) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    for at in places(line) {
        if is_special(&at) {
            push_escaped(&mut out, at.c);
        } else {
            out.push(at.c);
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("#quot;"),
        '<' => out.push_str("#lt;"),
        '>' => out.push_str("#gt;"),
        '&' => out.push_str("#amp;"),
        _ => out.push_str(&format!("#{};", u32::from(c))),
    }
}

/// What of Markdown's paired marks a text has. Mermaid 11.0 to 11.12 takes every label for Markdown.
struct Pairs {
    stars: bool,
    tildes: bool,
    links: bool,
}

impl Pairs {
    fn of(lines: &[String]) -> Self {
        let is_pair = |mark| lines.iter().flat_map(|line| line.matches(mark)).nth(1).is_some();
        let has_link = |line: &String| ["](", "][", "]:"].iter().any(|mark| line.contains(mark));
        Self { stars: is_pair('*'), tildes: is_pair('~'), links: lines.iter().any(has_link) }
    }
}

// What Mermaid sees in a character.
impl Place<'_> {
    fn is_special_in_flow(&self, pairs: &Pairs) -> bool {
        match self.c {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' => true,
            '*' => pairs.stars || (self.is_first() && self.ends_word()),
            '~' => pairs.tildes,
            '[' => pairs.links,
            '_' => !self.is_inside_word(),
            '-' | '+' | '=' => self.is_first(),
            ')' => self.ends_list_number(),
            '.' => self.ends_list_number() || self.follows_www(),
            '/' => self.before.ends_with(':') && self.after.starts_with('/'),
            '@' => self.precedes_domain(),
            ':' => self.after.starts_with("fa-") || self.starts_table() || self.starts_command(),
            '|' => self.starts_table(),
            ' ' => self.is_in_direction(),
            'n' => self.ends_in_direction(),
            _ => self.is_special_anywhere(),
        }
    }

    fn is_special_in_seq(&self) -> bool {
        match self.c {
            '#' | ';' | '<' => true,
            ':' => self.ends_wrap(),
            _ => self.is_special_anywhere(),
        }
    }

    /// Directives (`%%{`), formulas (`$$`), and the words `style` and `classDef`: with them on a line, Mermaid takes the
    /// last semicolon away, which may be that of an escape.
    fn is_special_anywhere(&self) -> bool {
        match self.c {
            '%' => self.after.starts_with(['%', '{']),
            '$' => self.before.ends_with('$') || self.after.starts_with('$'),
            's' => self.after.starts_with("tyle"),
            'c' => self.after.starts_with("lassDef"),
            _ => false,
        }
    }

    /// `wrap:` and `nowrap:`, with or without a colon before them: a setting, at the start of a text.
    fn ends_wrap(&self) -> bool {
        let word = self.before.strip_prefix(':').unwrap_or(self.before);
        word.eq_ignore_ascii_case("wrap") || word.eq_ignore_ascii_case("nowrap")
    }

    /// The row under the head of a table, such as `|--` or `:-`; a row that starts with `-` looks like a list already.
    fn starts_table(&self) -> bool {
        self.is_first() && self.after.contains('-') && self.after.chars().all(|c| "|:- ".contains(c))
    }

    /// `::error::`: GitHub Actions obeys a line that begins so, whoever prints it, and the lines of a label may be lines of the text.
    fn starts_command(&self) -> bool {
        self.is_first() && self.after.starts_with(':')
    }

    /// The `@` of a mail address: a link.
    fn precedes_domain(&self) -> bool {
        let rest = self.after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        rest.len() < self.after.len() && rest.starts_with('.')
    }

    /// A line may end with `direction` and the next one begin with `LR`, which is the same to the lexer.
    fn ends_in_direction(&self) -> bool {
        self.after.is_empty() && self.before.ends_with("directio")
    }

    /// `direction LR`, wherever it stands: the lexer takes the whole line.
    fn is_in_direction(&self) -> bool {
        let directions = ["TB", "BT", "RL", "LR", "TD"];
        self.before.ends_with("direction") && directions.iter().any(|to| self.after.starts_with(to))
    }
}
