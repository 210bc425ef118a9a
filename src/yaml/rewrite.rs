//! Writes one scalar in the place of another one, in the way that place is written: in its quotes, or in none.

use std::ops::Range;

use super::scalar::{Scalar, resolve};
use crate::problem::Remedy;

/// What a place is to say afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'v> {
    /// A number.
    Number(u16),
    /// A string.
    Text(&'v str),
}

/// The characters to write at the place of a scalar, its quotes among them, so that it is read as the value (YAML-02: a
/// number in quotes is a string).
///
/// `None` where the place is no simple value of a key: behind an anchor or a tag, in several lines, an item of a list.
pub(crate) fn rewritten(text: &str, at: Range<usize>, value: Value<'_>) -> Option<String> {
    let old = text.get(at.clone())?;
    let key = text.get(..at.start)?.trim_end().strip_suffix(':')?.trim_end();
    let first = old.chars().next().filter(|first| !matches!(first, '|' | '>' | '*' | '{' | '['))?;
    if old.contains('\n') {
        return None;
    }
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Text(name) if !is_tame(name) => None,
        Value::Text(name) => Some(match first {
            '"' | '\'' => format!("{first}{name}{first}"),
            // JSON, or what is written as if it were.
            _ if key.ends_with('"') => format!("\"{name}\""),
            _ if resolve(name) == Scalar::Str(name) => name.to_owned(),
            _ => format!("\"{name}\""),
        }),
    }
}

/// The characters to write at the place of a value or of a key, so that it is what a remedy says.
///
/// `None` where they are none of those that the remedy is for (of an alias, say), or stand behind an anchor or a tag.
pub(crate) fn remedied(text: &str, at: Range<usize>, remedy: &Remedy) -> Option<String> {
    let old = text.get(at.clone())?;
    let letters = old.trim_matches(['"', '\'']);
    match remedy {
        Remedy::Spelt(new) | Remedy::Renamed { to: new, .. } => {
            letters.eq_ignore_ascii_case(new).then(|| old.replacen(letters, new, 1))
        }
        Remedy::Unquoted(new) => (letters == new && letters != old && is_value(text, at)).then(|| new.clone()),
        Remedy::Quoted(new) => {
            let is_plain = !old.contains(['"', '\\', '\'', '\n']);
            (old == new && is_plain && is_value(text, at)).then(|| format!("\"{new}\""))
        }
    }
}

/// Does a place follow a key or begin an item, with nothing between?
fn is_value(text: &str, at: Range<usize>) -> bool {
    let before = text.get(..at.start).unwrap_or_default().trim_end();
    let is_item = |rest: &str| rest.is_empty() || rest.ends_with(char::is_whitespace);
    before.ends_with([':', ',', '[']) || before.strip_suffix('-').is_some_and(is_item)
}

/// Letters, digits and dashes mean themselves in every style.
fn is_tame(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what stands between `«` and `»` written anew.
    fn with(text: &str, value: Value<'_>) -> Option<String> {
        let (before, rest) = text.split_once('«').unwrap();
        let (old, after) = rest.split_once('»').unwrap();
        let text = format!("{before}{old}{after}");
        let end = before.len() + old.len();
        let at = before.len()..end;
        rewritten(&text, at, value).map(|new| format!("{before}{new}{after}"))
    }

    #[test]
    fn quotes_stay_where_a_string_replaces_a_string_and_go_where_a_number_does() {
        for (text, name, number) in [
            ("a: «8080» # why", "a: http # why", "a: 80 # why"),
            ("{a: «'8080'»}", "{a: 'http'}", "{a: 80}"),
            ("a: «\"web\"»\r\n", "a: \"http\"\r\n", "a: 80\r\n"),
            ("{\"a\": «8080»}", "{\"a\": \"http\"}", "{\"a\": 80}"),
            ("{\"a\":«8080»}", "{\"a\":\"http\"}", "{\"a\":80}"),
            ("a:\n  «web»\n", "a:\n  http\n", "a:\n  80\n"),
        ] {
            assert_eq!(with(text, Value::Text("http")).as_deref(), Some(name));
            assert_eq!(with(text, Value::Number(80)).as_deref(), Some(number));
        }
    }

    #[test]
    fn a_remedy_changes_quotes_or_letters_and_nothing_else() {
        let (unquoted, quoted) = (Remedy::Unquoted("80".into()), Remedy::Quoted("80".into()));
        let (key, name) =
            (Remedy::Spelt("nodePort".into()), Remedy::Renamed { from: "HTTP".into(), to: "http".into() });
        for (text, remedy, new) in [
            ("a: «\"80\"» # why", &unquoted, Some("80")),
            ("{\"a\":«\"80\"»}", &unquoted, Some("80")),
            ("- «'80'»", &unquoted, Some("80")),
            ("a: !!str «'80'»", &unquoted, None),
            ("a: «80»", &unquoted, None),
            ("a: «\"8\\x30\"»", &unquoted, None),
            ("a: «80»", &quoted, Some("\"80\"")),
            ("[a, «80»]", &quoted, Some("\"80\"")),
            ("- - «80»", &quoted, Some("\"80\"")),
            ("a: &- «80»", &quoted, None),
            ("a: «*80»", &quoted, None),
            ("«nodeport»: 1", &key, Some("nodePort")),
            ("{«\"NodePort\"»: 1}", &key, Some("\"nodePort\"")),
            ("{«*nodeport» : 1}", &key, None),
            ("a: &b «'HTTP'»", &name, Some("'http'")),
        ] {
            let (before, rest) = text.split_once('«').unwrap();
            let (old, after) = rest.split_once('»').unwrap();
            let at = before.len()..before.len() + old.len();
            assert_eq!(remedied(&format!("{before}{old}{after}"), at, remedy).as_deref(), new, "{text}");
        }
    }

    #[test]
    fn a_name_that_would_be_read_as_something_else_gets_quotes() {
        for name in ["on", "1e3", "0x50", "null", "8080"] {
            assert_eq!(with("a: «web»", Value::Text(name)), Some(format!("a: \"{name}\"")));
        }
        for name in ["", "-a", "a b", "a: b", "a\"", "ä", "#"] {
            assert_eq!(with("a: «web»", Value::Text(name)), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_simple_value_is_left_alone() {
        for text in ["a: &p «80»", "a: !!str «80»", "- «80»", "a: «|\n  web»", "a: «>-»", "a: «web\n  site»", "a: «»"]
        {
            assert_eq!(with(text, Value::Number(80)), None, "{text}");
        }
    }
}
