//! Traefik's rules: `Host(`a.io`) && (PathPrefix(`/api`) || Path(`/`)) && Method(`GET`)`. Hosts and paths are taken out where the
//! rule is a plain "and" of them; everything else is a condition in words.

/// What a rule takes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matched {
    /// Its hosts; none: every host.
    pub(super) hosts: Vec<String>,
    /// Its paths with how they are compared, where that is not by prefix; none: every path.
    pub(super) paths: Vec<(String, Option<&'static str>)>,
    /// What else has to hold.
    pub(super) conditions: Vec<String>,
}

/// One part of the conjunction.
enum Term {
    Hosts(Vec<String>),
    Paths(Vec<(String, Option<&'static str>)>),
}

/// Reads a rule.
pub(super) fn read(rule: &str) -> Matched {
    let mut matched = Matched::default();
    for part in split(rule, "&&") {
        match term(part) {
            Some(Term::Hosts(hosts)) if matched.hosts.is_empty() => matched.hosts = hosts,
            Some(Term::Paths(paths)) if matched.paths.is_empty() => matched.paths = paths,
            Some(_) | None => matched.conditions.extend(condition(part)),
        }
    }
    matched
}

/// Alternatives of one kind, in parentheses or not.
fn term(part: &str) -> Option<Term> {
    let mut found: Option<Term> = None;
    for one in split(inner(part), "||") {
        found = match (found, matcher(inner(one))?) {
            (None, term) => Some(term),
            (Some(Term::Hosts(mut hosts)), Term::Hosts(more)) => {
                hosts.extend(more);
                Some(Term::Hosts(hosts))
            }
            (Some(Term::Paths(mut paths)), Term::Paths(more)) => {
                paths.extend(more);
                Some(Term::Paths(paths))
            }
            _ => return None,
        };
    }
    found
}

/// `Host(`a.io`, `b.io`)`, with as many values as version 2 takes.
fn matcher(text: &str) -> Option<Term> {
    let (name, rest) = text.split_once('(')?;
    let values = values(rest.strip_suffix(')')?)?;
    let paths = |kind| values.iter().map(|value| (value.clone(), kind)).collect();
    match name.trim() {
        "Host" | "HostSNI" => Some(Term::Hosts(values.into_iter().filter(|host| host != "*").collect())),
        "PathPrefix" => Some(Term::Paths(paths(None))),
        "Path" => Some(Term::Paths(paths(Some("Exact")))),
        "PathRegexp" => Some(Term::Paths(paths(Some("RegularExpression")))),
        _ => None,
    }
}

/// The values between quotes of any kind.
fn values(text: &str) -> Option<Vec<String>> {
    let unquoted = |value: &str| {
        let value = value.trim();
        let quote = value.chars().next().filter(|quote| "`\"'".contains(*quote))?;
        let value = value.strip_prefix(quote)?.strip_suffix(quote)?;
        (!value.contains(quote)).then(|| value.to_owned())
    };
    split(text, ",").into_iter().map(unquoted).collect()
}

/// A condition as it is written, without its quotes; none for an empty rule.
fn condition(part: &str) -> Option<String> {
    let text = part.trim().replace(['`', '"'], "");
    (!text.is_empty()).then_some(text)
}

/// What stands in one pair of parentheses around all of a text.
fn inner(text: &str) -> &str {
    let text = text.trim();
    let Some(within) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let closes_early = pieces(within).any(|(_, depth)| depth < 0);
    if closes_early { text } else { within.trim() }
}

/// The parts of a text between separators that are neither quoted nor in parentheses.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut rest = 0;
    for (at, _) in pieces(text).filter(|(_, depth)| *depth == 0) {
        let is_cut = at >= rest && text.get(at..).is_some_and(|text| text.starts_with(separator));
        if is_cut {
            parts.extend(text.get(rest..at));
            rest = at + separator.len();
        }
    }
    parts.extend(text.get(rest..));
    parts
}

/// The bytes at which characters outside of quotes begin, each with the parentheses that are open there.
fn pieces(text: &str) -> impl Iterator<Item = (usize, i32)> {
    let mut quote = None;
    let mut depth = 0;
    text.char_indices().filter_map(move |(at, character)| {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '`' | '"' | '\'') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => return Some((at, depth)),
        }
        (quote.is_none() && character == ')').then_some((at, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rule: &str) -> String {
        let Matched { hosts, paths, conditions } = read(rule);
        let paths = paths
            .into_iter()
            .map(|(path, kind)| format!("{path}{}", kind.map(|kind| format!(" {kind}")).unwrap_or_default()));
        format!("{} | {} | {}", hosts.join(" "), paths.collect::<Vec<_>>().join(", "), conditions.join("; "))
    }

    #[test]
    fn trf_hosts_and_paths_are_taken_out_of_a_rule_and_the_rest_are_conditions() {
        for (rule, expected) in [
            ("Host(`a.io`)", "a.io |  | "),
            ("Host(`a.io`) && PathPrefix(`/api`)", "a.io | /api | "),
            ("Host(`a.io`, `b.io`)", "a.io b.io |  | "),
            ("(Host(`a.io`) || Host(`b.io`)) && Path(`/x`)", "a.io b.io | /x Exact | "),
            ("PathPrefix(`/a`) || PathPrefix(`/b`)", " | /a, /b | "),
            ("Host(\"a.io\") && Method(`GET`)", "a.io |  | Method(GET)"),
            ("Host(`a.io`) && !Path(`/x`)", "a.io |  | !Path(/x)"),
            ("Host(`a.io`) || Path(`/x`)", " |  | Host(a.io) || Path(/x)"),
            ("Host(`a.io`) && PathRegexp(`^/(a|b) && c`)", "a.io | ^/(a|b) && c RegularExpression | "),
            ("HostSNI(`*`)", " |  | "),
            ("HostSNI(`db.a.io`)", "db.a.io |  | "),
            ("", " |  | "),
            ("Host(`a.io`", " |  | Host(a.io"),
            (")(", " |  | )("),
            ("Höst(`ä`) && Host(`ü.io`)", "ü.io |  | Höst(ä)"),
        ] {
            assert_eq!(told(rule), expected, "{rule}");
        }
    }
}
