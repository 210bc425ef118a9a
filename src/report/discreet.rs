//! What a report shows of a manifest's lines: the fault, and no secret that stands beside it.
//!
//! What is hidden is overwritten byte for byte, so that every place in the text stays where it is.

use std::borrow::Cow;
use std::ops::Range;

/// Parts of names whose values are hidden, in small letters.
const SECRET_WORDS: &[&str] = &[
    "passw",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "private_key",
    "access_key",
    "accesskey",
];

/// Fields whose values are shown on any line: no secret stands there.
const OPEN_FIELDS: &[&str] = &[
    "apiVersion",
    "containerPort",
    "hostPort",
    "image",
    "kind",
    "name",
    "namespace",
    "nodePort",
    "number",
    "path",
    "pathType",
    "port",
    "protocol",
    "targetPort",
    "type",
];

/// The text of some lines. Lines that the report speaks of (`told`, by their range) lose user-info and queries of addresses and the
/// values of what is named like a secret; the others, which stand between them, lose every value but numbers and those of fields that hold
/// no secrets.
pub(super) fn lines(text: &str, shown: Range<usize>, told: impl Fn(&Range<usize>) -> bool) -> Cow<'_, str> {
    let (before, text) = (&text[..shown.start], &text[shown]);
    let mut hidden = Vec::new();
    let (mut start, mut previous) = (0, before.lines().next_back().unwrap_or_default());
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        let is_told = told(&range) && !(is_value(line) && looks_secret(previous));
        let found = if is_told || is_open(line) { secrets(line) } else { value(line).into_iter().collect() };
        hidden.extend(found.into_iter().map(|found| start + found.start..start + found.end));
        (start, previous) = (range.end, line);
    }
    if hidden.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(overwritten(text, &hidden)) }
}

/// A text for which nothing is told: only what is a secret by its looks is hidden.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    lines(text, 0..text.len(), |_| true)
}

/// The value of a variable whose name stands on the line before.
fn is_value(line: &str) -> bool {
    line.trim_start().starts_with("value:")
}

fn looks_secret(line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| small.contains(word))
}

fn overwritten(text: &str, hidden: &[Range<usize>]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in hidden.iter().filter(|range| !range.is_empty()) {
        // Ranges may overlap: a password in a query, a query behind a user.
        let start = range.start.max(from);
        kept.push_str(text.get(from..start).unwrap_or_default());
        kept.push_str(&"*".repeat(range.end.saturating_sub(start)));
        from = range.end.max(start);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

/// Does the line begin with a field that holds no secret, and has no other value behind it?
fn is_open(line: &str) -> bool {
    let field = line.trim_start_matches([' ', '-', '{']).split(':').next().unwrap_or_default();
    OPEN_FIELDS.contains(&field) && !line.contains("value")
}

/// The value on a line, unless it is a number or there is none.
fn value(line: &str) -> Option<Range<usize>> {
    let end = line.trim_end().len();
    let start = match line.find(':') {
        Some(colon) => colon + 1,
        None => line.len() - line.trim_start_matches([' ', '-']).len(),
    };
    let value = line.get(start..end)?;
    let start = start + (value.len() - value.trim_start().len());
    let value = value.trim();
    let is_port = value.bytes().all(|byte| byte.is_ascii_digit()) && !is_value(line);
    (!value.is_empty() && !is_port).then_some(start..end)
}

/// What looks like a secret on a line, in order.
fn secrets(line: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = users(line).chain(queries(line)).chain(named(line)).collect();
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// What stands before each `@`: the user and password of an address.
fn users(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices('@').filter_map(move |(at, _)| {
        let word = word_start(line, at);
        let user = match line[word..at].rfind("://") {
            Some(scheme) => word + scheme + "://".len(),
            None => word + line[word..at].rfind(['=', ',', '(', '[', '{', ';']).map_or(0, |before| before + 1),
        };
        let is_address = user > word && line[word..user].ends_with("://") || line[user..at].contains(':');
        is_address.then_some(user..at)
    })
}

/// What stands behind the `?` of each address.
fn queries(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.match_indices('?').filter_map(move |(at, _)| {
        let word = word_start(line, at);
        line[word..at].contains("://").then(|| at + 1..word_end(line, at + 1))
    })
}

/// Values whose name looks secret: `password=…`, `token: …`, and the `value` of a variable with such a name.
fn named(line: &str) -> impl Iterator<Item = Range<usize>> {
    let small = line.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in SECRET_WORDS {
        for (at, _) in small.match_indices(word) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let behind = line[at..].find(|c| !is_name(c)).map_or(line.len(), |length| at + length);
            let value = small[behind..].find("value").map(|value| behind + value + "value".len());
            found.extend([Some(behind), value].into_iter().flatten().filter_map(|name_end| assigned(line, name_end)));
        }
    }
    found.into_iter()
}

/// The value that `:` or `=` gives to the name that ends here; of a reference to another object the rest is no value.
fn assigned(line: &str, name_end: usize) -> Option<Range<usize>> {
    let rest = line.get(name_end..)?.trim_start_matches(['"', '\'', ' ']);
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let start = line.len() - rest.len();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let end = match quote {
        Some(quote) => rest[1..].find(quote).map_or(rest.trim_end().len(), |end| end + 2),
        None => rest.find([' ', ',', ';', '&', '}', '"', '\'', '\n', '\r']).unwrap_or(rest.len()),
    };
    (!rest.starts_with(['{', '[']) && end > 0).then_some(start..start + end)
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'')
}

fn word_start(line: &str, to: usize) -> usize {
    line[..to].rsplit(ends_word).next().map_or(to, |word| to - word.len())
}

fn word_end(line: &str, from: usize) -> usize {
    line[from..].find(ends_word).map_or(line.len(), |length| from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_told_loses_its_secrets_and_nothing_else() {
        for (line, shown) in [
            ("value: postgres://me:pw@db:5432/x?token=abc", "value: postgres://*****@db:5432/x?*********"),
            ("value: \"redis://:p@ss@redis:6379/0\"", "value: \"redis://*****@redis:6379/0\""),
            ("dsn: me:pw@tcp(db:3306)/shop", "dsn: *****@tcp(db:3306)/shop"),
            ("value: host=db password=pw port=5433", "value: host=db password=** port=5433"),
            ("value: \"Server=db,1433;Pwd=a b;\"", "value: \"Server=db,1433;Pwd=* b;\""),
            (
                "{name: DB_PASSWORD, value: \"hun ter\"}, {name: A, value: b}",
                "{name: DB_PASSWORD, value: *********}, {name: A, value: b}",
            ),
            ("apiToken: 'x'", "apiToken: ***"),
            ("targetPort: 8080 # see ops@example.com", "targetPort: 8080 # see ops@example.com"),
            ("image: registry.example.com/web@sha256:abc", "image: registry.example.com/web@sha256:abc"),
            ("secretKeyRef: {name: db, key: url}", "secretKeyRef: {name: db, key: url}"),
            ("- http://web:80/?", "- http://web:80/?"),
            (
                "a\u{a0}b?c \u{2003}d@e \u{a0}http://u:p@w?q\u{a0}r",
                "a\u{a0}b?c \u{2003}d@e \u{a0}http://***@w?*\u{a0}r",
            ),
        ] {
            assert_eq!(super::text(line), shown);
            assert_eq!(super::text(line).len(), line.len(), "places stay where they are");
        }
    }

    #[test]
    fn a_line_between_shows_numbers_and_open_fields_only() {
        let text = "ports:\n- containerPort: 80\n  name: http\n- {name: a, value: b}\n  value: hünter2\n- bG9uZw==\n";
        let shown = lines(text, 0..text.len(), |range| range.start == 0);
        assert_eq!(
            shown,
            "ports:\n- containerPort: 80\n  name: http\n- {name: ************\n  value: ********\n- ********\n"
        );
        assert_eq!(shown.len(), text.len());
        let text = "- name: DB_PASSWORD\n  value: 12345\n";
        assert_eq!(lines(text, 20..text.len(), |_| true), "  value: *****\n", "the line before tells what it is");
    }
}
