//! The words of findings that several checks share.

use strsim::osa_distance;

use super::within::is_comment;
use crate::manifest::{ContainerPort, ObjectId, Protocol, ServicePort};

/// How many things a sentence lists.
const LISTED: usize = 5;

/// Kubernetes' names are shorter; whatever is longer is not compared, since that takes time with the square of it.
const LONGEST_NAME: usize = 256;
/// How many letters a slip of the pen gets wrong.
const MOST_SLIPS: usize = 2;
/// How many letters make one name the beginning of another one.
const SHORTEST_BEGINNING: usize = 3;

/// `Deployment web`; without a name the kind alone.
pub(super) fn name(id: &ObjectId) -> String {
    if id.name.is_empty() { id.kind.to_string() } else { format!("{} {}", id.kind, id.name) }
}

/// `Deployment web`, and where it is, seen from a namespace: `Deployment web of namespace shop`.
pub(super) fn name_from(id: &ObjectId, seen_from: &str) -> String {
    placed(name(id), &id.namespace, seen_from)
}

/// `Service web`, and where it is, seen from a namespace: `Service web of namespace shop`.
pub(super) fn service(name: &str, namespace: &str, seen_from: &str) -> String {
    placed(format!("Service {name}"), namespace, seen_from)
}

fn placed(what: String, namespace: &str, seen_from: &str) -> String {
    if namespace == seen_from { what } else { format!("{what} of namespace {namespace}") }
}

/// `a`, `a and b`, `a, b and c`; of many the first few.
pub(super) fn list(items: &[String]) -> String {
    let more = items.len().saturating_sub(LISTED);
    match items {
        [] => String::new(),
        [only] => only.clone(),
        _ if more > 0 => format!("{} and {more} more", items[..LISTED].join(", ")),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `8080`, `53/UDP`: the protocol where it is not the usual one.
pub(super) fn number(number: u16, protocol: Protocol) -> String {
    if protocol == Protocol::Tcp { number.to_string() } else { format!("{number}/{protocol}") }
}

/// `9000 (http)`
pub(super) fn container_port(port: &ContainerPort) -> String {
    named(number(port.number, port.protocol), port.name.as_deref())
}

/// `80 (web)`
pub(super) fn service_port(port: &ServicePort) -> String {
    named(number(port.number, port.protocol), port.name.as_deref())
}

fn named(number: String, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{number} ({name})"),
        None => number,
    }
}

/// Each once, in their order.
pub(super) fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// The candidate that someone very likely meant: at most a third of its letters differ.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let comparable = |text: &str| text.len() <= LONGEST_NAME;
    let candidates = candidates.filter(|candidate| comparable(word) && comparable(candidate));
    let measured = candidates.map(|candidate| (osa_distance(word, candidate), candidate));
    let begins = |long: &str, short: &str| short.len() >= SHORTEST_BEGINNING && long.starts_with(short);
    let near = measured.filter(|(distance, candidate)| {
        distance * 3 <= word.chars().count().max(candidate.chars().count())
            || begins(candidate, word)
            || begins(word, candidate)
    });
    near.min().map(|(_, candidate)| candidate)
}

/// Two words that differ in a letter or two, and agree in most: very likely one was meant to be the other.
pub(super) fn is_slip(a: &str, b: &str) -> bool {
    let longest = a.len().max(b.len());
    longest <= LONGEST_NAME && osa_distance(a, b) <= MOST_SLIPS.min(longest / 3)
}

/// Protocols that have an encrypted twin, whose name has an `s` more.
const WITH_TWIN: &[&str] =
    &["http", "ws", "grpc", "amqp", "mqtt", "ldap", "imap", "pop3", "smtp", "ftp", "rtmp", "tcp", "redis"];
/// Below this many letters, one of them can make another word.
const SHORTEST_WORD: usize = 4;

/// The one candidate of which a word is surely a slip: one letter differs, and it is no digit, nor the `s` of `https`.
pub(super) fn misspelt<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let mut meant = candidates.filter(|candidate| is_one_letter_off(word, candidate));
    let first = meant.next()?;
    meant.all(|other| other == first).then_some(first)
}

fn is_one_letter_off(word: &str, other: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_twin = |plain: &str, twin: &str| {
        twin.strip_suffix('s') == Some(plain) && WITH_TWIN.iter().any(|protocol| plain.ends_with(protocol))
    };
    let length = word.len().max(other.len());
    (SHORTEST_WORD..=LONGEST_NAME).contains(&length)
        && digits(word) == digits(other)
        && !is_twin(word, other)
        && !is_twin(other, word)
        && osa_distance(word, other) == 1
}

/// Does a text have this number, not as a part of a longer one?
pub(super) fn mentions(text: &str, number: u16) -> bool {
    let number = number.to_string();
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == number)
}

/// Does a text have this number, in no comment and not behind the name of a host?
pub(super) fn listens(text: &str, number: u16) -> bool {
    let digits = number.to_string();
    let is_part = |letter: char| letter.is_ascii_digit();
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let is_stated = |line: &str, start: usize| {
        let (before, after) = (&line[..start], &line[start + digits.len()..]);
        let host = before.strip_suffix(':').map_or("", |before| &before[before.trim_end_matches(is_host).len()..]);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        is_whole && !host.contains(|letter: char| letter.is_ascii_alphabetic())
    };
    let mut lines = text.lines().filter(|line| !is_comment(line));
    lines.any(|line| line.match_indices(&digits).any(|(start, _)| is_stated(line, start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_the_name_of_a_host_is_the_hosts() {
        for text in ["listen 8081;", "0.0.0.0:8081", "[::]:8081", "port: 8081", ":8081", "api:8081 8081"] {
            assert!(listens(text, 8081), "{text}");
        }
        for text in ["http://api:8081/", "db-1.shop.svc:8081", "80811", "18081", "# listen 8081", ""] {
            assert!(!listens(text, 8081), "{text}");
        }
    }

    #[test]
    fn only_what_is_near_is_proposed() {
        assert_eq!(nearest("metric", ["http", "metrics"].into_iter()), Some("metrics"));
        assert_eq!(nearest("htpp", ["http", "https"].into_iter()), Some("http"));
        assert_eq!(nearest("grpc", ["http", "metrics"].into_iter()), None);
    }

    #[test]
    fn a_slip_is_one_letter_that_makes_no_other_word() {
        for (word, candidates, meant) in [
            ("metric", &["http", "metrics"][..], Some("metrics")),
            ("htpp", &["http", "https"], Some("http")),
            ("http", &["https", "web-http"], None),
            ("web-https", &["web-http"], None),
            ("http1", &["http2"], None),
            ("http", &["http2"], None),
            ("http", &["http-metrics"], None),
            ("web", &["wep"], None),
            ("grpc-wb", &["grpc-web", "grpc-wbe"], None),
            ("grpc-wb", &["grpc-web", "grpc-web"], Some("grpc-web")),
        ] {
            assert_eq!(misspelt(word, candidates.iter().copied()), meant, "{word}");
        }
    }

    #[test]
    fn lists_read_as_sentences_do() {
        let items = |count: usize| (1..=count).map(|item| item.to_string()).collect::<Vec<_>>();
        assert_eq!(
            ["1", "1 and 2", "1, 2 and 3"],
            [1, 2, 3].map(|count| list(&items(count))).each_ref().map(String::as_str)
        );
        assert_eq!(list(&items(7)), "1, 2, 3, 4, 5 and 2 more");
    }
}
