//! Keys inside a text: `host=db`, `"host": "db"`, `--db-host db`, and how far their values reach.

use super::text::{Text, has_prefix, is_quote};
use super::{PairPart, name};

/// A key and where its value begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'t> {
    pub(super) name: &'t str,
    /// Where the name begins.
    pub(super) at: usize,
    /// Where the value begins, behind its quote if it has one.
    pub(super) value: usize,
    pub(super) scope: Scope,
}

/// How far a key reaches, if no other key comes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// To white space, `;` or `&`.
    Word,
    /// To `;`, in connection strings whose values may hold blanks.
    Part,
    Line,
    /// To the same quote.
    Quote(u8),
}

impl Scope {
    pub(super) fn ends_with(self, byte: u8) -> bool {
        match self {
            Self::Word => byte.is_ascii_whitespace() || matches!(byte, b';' | b'&'),
            Self::Part => matches!(byte, b';' | b'\n'),
            Self::Line => byte == b'\n',
            Self::Quote(quote) => byte == quote || byte == b'\n',
        }
    }
}

/// What a name says about bare values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// They may be hosts.
    Host,
    /// They may be hosts if there is a port for them.
    HostOfPair,
    Port,
    Other,
}

impl Role {
    pub(super) fn of(name: &str) -> Self {
        match name::pair_part(name) {
            _ if name::names_a_host(name) => Self::Host,
            Some((_, PairPart::Host)) => Self::HostOfPair,
            Some((_, PairPart::Port)) => Self::Port,
            None => Self::Other,
        }
    }

    pub(super) fn takes_bare_hosts(self) -> bool {
        matches!(self, Self::Host | Self::HostOfPair)
    }
}

/// Is the word from `start` to `end` a key?
pub(super) fn read(text: Text<'_>, start: usize, end: usize) -> Option<Found<'_>> {
    let word = text.slice(start, end);
    let behind = end + usize::from(text.byte(end).is_some_and(is_quote));
    let is_quoted = behind > end;
    let sign = text.skip_blanks(behind);
    let is_spaced = sign > behind;
    match text.byte(sign) {
        Some(b'=') if text.byte(sign + 1) != Some(b'=') => {
            let value = text.skip_blanks(sign + 1);
            let is_spaced = is_spaced || value > sign + 1;
            Some(found(text, whole_key(text, start), end, value, equals_scope(text, start, is_spaced)))
        }
        Some(b':') if is_quoted || (is_spaced && text.byte(sign + 1) == Some(b' ')) => {
            Some(found(text, start, end, text.skip_blanks(sign + 1), Scope::Line))
        }
        _ if is_quoted => None,
        _ if word.len() > 1 && word.ends_with(':') => Some(found(text, start, end - 1, sign, Scope::Line)),
        _ if is_spaced && is_flag(word) => Some(found(text, start, end, sign, Scope::Word)),
        _ => None,
    }
}

fn found(text: Text<'_>, start: usize, end: usize, value: usize, scope: Scope) -> Found<'_> {
    let name = text.slice(start, end);
    match text.byte(value).filter(|byte| is_quote(*byte)) {
        Some(quote) => Found { name, at: start, value: value + 1, scope: Scope::Quote(quote) },
        None => Found { name, at: start, value, scope },
    }
}

/// How far the value of `key=` reaches: in a list of parts to the next part, else `key = ` has a line and `key=` a word.
fn equals_scope(text: Text<'_>, start: usize, is_spaced: bool) -> Scope {
    if text.slice(0, start).trim_end_matches(' ').ends_with(';') {
        Scope::Part
    } else if is_spaced {
        Scope::Line
    } else {
        Scope::Word
    }
}

fn is_flag(word: &str) -> bool {
    word.starts_with('-') && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `Data Source=` is the one key of two words that names a host.
fn whole_key(text: Text<'_>, start: usize) -> usize {
    let first = start.checked_sub("data ".len()).filter(|first| has_prefix(text.rest(*first), "data source"));
    first.unwrap_or(start)
}

/// Where the value ends that begins at `at`. Lists and maps hold keys of their own, so they end at once.
pub(super) fn value_end(text: Text<'_>, at: usize, scope: Scope) -> usize {
    match (scope, text.byte(at)) {
        (Scope::Quote(quote), _) => quote_end(text, at, quote),
        (Scope::Line, Some(b'{' | b'[')) => at,
        (Scope::Line, _) => {
            let line = text.slice(at, text.line_end(at));
            at + line.find(", ").unwrap_or(line.len())
        }
        (Scope::Word | Scope::Part, _) => text.find(at, |byte| scope.ends_with(byte)),
    }
}

fn quote_end(text: Text<'_>, at: usize, quote: u8) -> usize {
    let mut is_escaped = false;
    let ends = |byte: &u8| {
        let ends = !is_escaped && *byte == quote;
        is_escaped = !is_escaped && *byte == b'\\';
        ends || *byte == b'\n'
    };
    let rest = text.bytes(at);
    at + rest.iter().position(ends).unwrap_or(rest.len())
}
