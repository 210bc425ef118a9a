//! What a report shows of a manifest's lines: the fault, and no secret that stands beside it.
//!
//! What is hidden is overwritten byte for byte, so that every place in the text stays where it is.

use std::borrow::Cow;
use std::ops::Range;

/// Parts of names whose values are hidden, in small letters.
const SECRET_WORDS: &[&str] = &[
    "passw",
    "passphrase",
    "_pass",
    "pwd",
    "authorization",
    "cookie",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "private_key",
    "private-key",
    "privatekey",
    "access_key",
    "access-key",
    "accesskey",
];

/// Those of them that are headers of HTTP, which servers' own settings write without a colon.
const HEADERS: &[&str] = &["authorization", "cookie"];

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
    let in_words = words(line).flat_map(|(start, word)| {
        let found = users(word).into_iter().chain(query(word));
        found.map(move |found| start + found.start..start + found.end)
    });
    let mut found: Vec<Range<usize>> = in_words.chain(named(line)).chain(variables(line)).collect();
    found.sort_by_key(|range| (range.start, range.end));
    found
}

/// What stands between white space and quotes, and where it starts.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends_word = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    line.split_inclusive(ends_word).scan(0, move |end, piece| {
        let start = *end;
        *end += piece.len();
        Some((start, piece.strip_suffix(ends_word).unwrap_or(piece)))
    })
}

/// What stands before each `@` of a word: the user and password of an address.
fn users(word: &str) -> Vec<Range<usize>> {
    const SCHEME: &str = "://";
    let (mut scheme, mut mark, mut colon) = (None, 0, None);
    let mut from = 0;
    let mut found = Vec::new();
    for (at, _) in word.match_indices('@') {
        let piece = &word[from..at];
        scheme = piece.rfind(SCHEME).map(|scheme| from + scheme + SCHEME.len()).or(scheme);
        mark = piece.rfind(['=', ',', '(', '[', '{', ';']).map_or(mark, |before| from + before + 1);
        colon = piece.rfind(':').map(|colon| from + colon).or(colon);
        let user = scheme.unwrap_or(mark);
        if scheme.is_some() || colon.is_some_and(|colon| colon >= user) || is_host_with_port(&word[at + 1..]) {
            found.push(user..at);
        }
        from = at;
    }
    found
}

/// `db:5432/x`: then a user stands before it. Neither `example.com` of a mail address nor `sha256:…` of an image.
fn is_host_with_port(text: &str) -> bool {
    let host = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.')).unwrap_or(text.len());
    let Some(port) = text[host..].strip_prefix(':') else { return false };
    let digits = port.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits) && !port[digits..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// What stands behind the `?` or `#` of an address: one with a scheme, or with a user.
fn query(word: &str) -> Option<Range<usize>> {
    let address = word.find("://").or_else(|| word.find('@'))?;
    let mark = address + word[address..].find(['?', '#'])?;
    Some(mark + 1..word.len())
}

/// Values whose name looks secret: `password=…`, `token: …`, and the `value` of a variable with such a name.
fn named(line: &str) -> Vec<Range<usize>> {
    let small = line.to_ascii_lowercase();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let values: Vec<usize> = small.match_indices("value").map(|(at, value)| at + value.len()).collect();
    let mut found = Vec::new();
    for word in SECRET_WORDS {
        let (mut behind, mut hidden) = (0, 0..0);
        for (at, _) in small.match_indices(word) {
            // In one name, or in what is hidden anyway, nothing new is found.
            if at < behind || hidden.contains(&at) {
                continue;
            }
            behind = line[at..].find(|c| !is_name(c)).map_or(line.len(), |length| at + length);
            let value = values.get(values.partition_point(|value| *value < behind + "value".len())).copied();
            // Where it names an object to read it from, the rest is no value.
            let own = assigned(line, behind).filter(|range| !line[range.start..].starts_with(['{', '[']));
            let all = own.into_iter().chain(value.and_then(|name_end| assigned(line, name_end)));
            let header = HEADERS.contains(word).then(|| quoted_rest(line, behind));
            for range in all.chain(header.flatten()) {
                hidden = if range.end > hidden.end { range.clone() } else { hidden };
                found.push(range);
            }
        }
    }
    found
}

/// What stands behind the name of a header, to the end of the quotes that it or both stand in: `proxy_set_header Authorization x;`
fn quoted_rest(line: &str, behind: usize) -> Option<Range<usize>> {
    let rest = line[behind..].strip_prefix(' ')?;
    let value = rest.trim_start_matches([' ', '\\', '"', '\'']);
    let start = line.len() - value.len();
    let length = value.find(['"', '\'', '\n', '\r']).unwrap_or(value.len());
    Some(start..start + length)
}

/// The values of variables on a line that are no address and no port, whatever the variables are called.
fn variables(line: &str) -> impl Iterator<Item = Range<usize>> {
    let env = line.find("env:").unwrap_or(line.len());
    let values = line[env..].match_indices("value:").map(move |(at, _)| env + at + "value".len());
    // Nothing is new in a value that was seen before.
    let ranges = values.scan(0, |seen, name_end| {
        let range = if name_end < *seen { None } else { assigned(line, name_end) };
        *seen = range.as_ref().map_or(*seen, |range| range.end);
        Some(range)
    });
    ranges.flatten().filter(|range| {
        let value = line[range.clone()].trim_matches(['"', '\'', ' ']);
        let is_port = value.len() <= 5 && value.bytes().all(|byte| byte.is_ascii_digit());
        !is_port && (value.starts_with(['[', '{']) || !value.contains([':', '.', '/']))
    })
}

/// The value that `:` or `=` gives to the name that ends here.
fn assigned(line: &str, name_end: usize) -> Option<Range<usize>> {
    let rest = line.get(name_end..)?.trim_start_matches(['"', '\'', ' ']);
    // YAML's values and those of headers have spaces in them; those of `a=b c=d` end there.
    let ends: &[char] = if rest.starts_with('=') { &[' ', ',', ';', '&'] } else { &[','] };
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let start = line.len() - rest.len();
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    let end = match quote {
        Some(quote) => rest[1..].find(quote).map_or(rest.trim_end().len(), |end| end + 2),
        None => rest.find(|c| ends.contains(&c) || "}\"'\n\r".contains(c)).unwrap_or(rest.len()),
    };
    (end > 0).then_some(start..start + end)
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
            ("{name: Authorization, value: Bearer x}, 1", "{name: Authorization, value: ********}, 1"),
            ("- \"Cookie: a b; c\" # d", "- \"Cookie: ******\" # d"),
            (
                "x: \"proxy_set_header Authorization Basic x;\" # d",
                "x: \"proxy_set_header Authorization ********\" # d",
            ),
            (
                "proxy_set_header Authorization \"Bearer x\"; # \"d\"",
                "proxy_set_header Authorization \"********\"; # \"d\"",
            ),
            ("'proxy_set_header Cookie \\\"a b\\\";'", "'proxy_set_header Cookie \\\"****\";'"),
            ("dsn: me:pw@tcp(db:3306)/shop?tls=x", "dsn: *****@tcp(db:3306)/shop?*****"),
            ("- key@db:5432/1 me@db:53x key@[::1]:80", "- ***@db:5432/1 me@db:53x key@[::1]:80"),
            ("- http://web:80/a#key", "- http://web:80/a#***"),
            ("a@b@c:d@e x:y@z://f@g@h?i", "*******@e ***@z://***@h?*"),
            (
                "env: [{name: A, value: b c}, {name: P, value: 8080}, {name: U, value: 'http://b'}, {name: L, value: [x]}]",
                "env: [{name: A, value: ***}, {name: P, value: 8080}, {name: U, value: 'http://b'}, {name: L, value: ***}]",
            ),
            ("passphrase: a b c", "passphrase: *****"),
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
    fn a_line_without_end_takes_no_time_without_end() {
        let begun = std::time::Instant::now();
        for given in [
            "@",
            "a@",
            ":@",
            "://@",
            "?",
            "://?",
            "token",
            "token:",
            "token: ",
            "token=a ",
            "token:'",
            "value",
            "token value:",
            "cookie ",
            "env:value:",
        ] {
            let long = given.repeat(100_000);
            assert_eq!(super::text(&long).len(), long.len());
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
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
