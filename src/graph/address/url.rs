//! URLs: user-info, lists of hosts, and the schemes that put the host elsewhere.

use super::text::{Text, has_prefix, is_quote};
use super::{Address, Form, PortFrom, host};

/// Ports that a scheme stands for. Schemes that are missing here have none, or more than one.
const PORTS: [(&str, u16); 28] = [
    ("http", 80),
    ("ws", 80),
    ("https", 443),
    ("wss", 443),
    ("dns", 443), // The resolver of gRPC, whose clients speak TLS unless told otherwise.
    ("redis", 6379),
    ("rediss", 6379),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("amqp", 5672),
    ("amqps", 5671),
    ("nats", 4222),
    ("mqtt", 1883),
    ("mqtts", 8883),
    ("ldap", 389),
    ("ldaps", 636),
    ("smtp", 25),
    ("smtps", 465),
    ("ftp", 21),
    ("ssh", 22),
    ("sftp", 22),
    ("memcached", 11211),
    ("zookeeper", 2181),
    ("sqlserver", 1433),
    ("oracle", 1521),
];
/// Variants of a scheme, behind its `+`, that do not listen where the scheme does, or ask DNS for the port.
const OTHER_PORT: [&str; 6] = ["srv", "sentinel", "ssl", "tls", "unix", "socket"];
/// Schemes whose first part is a bucket, a file, an image or an identity.
const NO_HOST: [&str; 14] = [
    "file",
    "unix",
    "s3",
    "s3a",
    "gs",
    "oci",
    "docker",
    "docker-image",
    "containerd",
    "spiffe",
    "sqlite",
    "classpath",
    "secret",
    "ssm",
];
/// Well-known schemes that have no port of their own.
const WITHOUT_PORT: [&str; 20] = [
    "tcp",
    "udp",
    "tls",
    "grpc",
    "grpcs",
    "h2c",
    "kafka",
    "etcd",
    "mongodb+srv",
    "xds",
    "passthrough",
    "kubernetes",
    "plaintext",
    "ssl",
    "sasl_plaintext",
    "sasl_ssl",
    "redis+sentinel",
    "clickhouse",
    "bolt",
    "neo4j",
];
/// gRPC resolvers: `dns:///host:port`, where the first part is who to ask.
const RESOLVERS: [&str; 4] = ["dns", "xds", "passthrough", "kubernetes"];
/// Where a host of a list ends.
const ITEM_END: [char; 10] = [',', '/', '?', '#', ';', '|', '&', ')', ']', '}'];
/// Where a path or query ends.
const URL_END: [char; 8] = [',', ';', '|', ')', ']', '}', '(', '['];

/// The port a scheme stands for (§9.2): never a guess from a product's name.
pub(crate) fn default_port(scheme: &str) -> Option<u16> {
    let port_of = |name: &str| PORTS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, port)| *port);
    let name = behind_jdbc(scheme).map_or(scheme, |rest| rest.split(':').next().unwrap_or(rest));
    let (base, variant) = name.split_once('+').unwrap_or((name, ""));
    port_of(name).or_else(|| port_of(base).filter(|_| !is_one_of(&OTHER_PORT, variant)))
}

/// Is this surely a scheme, and not part of a password with `://` in it?
pub(super) fn is_known(scheme: &str) -> bool {
    default_port(scheme).is_some() || is_one_of(&WITHOUT_PORT, scheme)
}

/// `jdbc:oracle:thin` and its kind, which write `:@` and not `://` before the host.
pub(super) fn is_oracle(scheme: &str) -> bool {
    behind_jdbc(scheme).is_some_and(|rest| has_prefix(rest, "oracle:"))
}

fn behind_jdbc(scheme: &str) -> Option<&str> {
    scheme.get(5..).filter(|_| has_prefix(scheme, "jdbc:"))
}

fn is_one_of(known: &[&str], name: &str) -> bool {
    known.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Reads the URL whose `://` is at `colon` and whose scheme begins at `start` at the earliest.
/// Returns where the text goes on behind it, which is never before the end of the user-info.
pub(super) fn read<'t>(text: &'t str, start: usize, colon: usize, found: &mut Vec<Address<'t>>) -> usize {
    let scheme = scheme(text.get(start..colon).unwrap_or_default());
    let from = colon + 3;
    let to = url_end(text, from);
    let rest = text.get(from..to).unwrap_or_default();
    let begin = from + host_list(scheme, rest);
    let has_host = !is_one_of(&NO_HOST, scheme);
    let end = if has_host { read_list(text, begin, to, scheme, found) } else { begin };
    text.get(end..to).and_then(|rest| rest.find(URL_END)).map_or(to, |length| end + length)
}

/// The scheme at the end of what stands before `://`.
fn scheme(before: &str) -> &str {
    let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_' | ':');
    let written = before.rsplit(|c| !in_scheme(c)).next().unwrap_or_default();
    match behind_jdbc(written) {
        Some(_) => written,
        None => written.rsplit(':').next().unwrap_or_default(),
    }
}

/// A URL ends at white space or quotes, and where the next one begins.
fn url_end(text: &str, from: usize) -> usize {
    let text = Text(text);
    let mut at = from;
    while let Some(byte) = text.byte(at) {
        if byte <= b' ' || is_quote(byte) || matches!(byte, b'<' | b'>' | 0x7f) {
            break;
        }
        if text.is_scheme_end(at) {
            return at - scheme(text.slice(from, at)).len();
        }
        at += text.placeholder(at).max(1);
    }
    at
}

/// Where the hosts begin in what stands behind `://`: behind the user-info, whose password may hold any sign.
fn host_list(scheme: &str, rest: &str) -> usize {
    let until = |ends: &[char]| rest.find(ends).and_then(|at| rest.get(..at)).unwrap_or(rest);
    if is_one_of(&RESOLVERS, scheme) {
        return until(&['?', ',']).find('/').map_or(0, |at| at + 1);
    }
    // Paths of web addresses may hold an `@`. In other schemes it is the end of a password, whatever signs that holds,
    // unless it stands in a query.
    let is_web = ["http", "ws", "git", "ssh"].iter().any(|web| has_prefix(scheme, web));
    let plain = if is_web { until(&['/', '?', '#']) } else { until(&['?', ';', '|']) };
    let is_query = |at| rest.get(plain.len()..at).is_some_and(|between| between.contains('='));
    let with_user = rest.rfind('@').filter(|at| !is_web && !is_query(*at)).and_then(|at| rest.get(..=at));
    let authority = with_user.unwrap_or(plain);
    let begin = authority.rfind('@').map_or(0, |at| at + 1);
    match rest.get(begin..).and_then(host::read) {
        Some(_) => begin,
        None => rest.rfind('@').map_or(begin, |at| at + 1),
    }
}

/// Reads `a:1,b:2` and returns where the last host ends.
fn read_list<'t>(text: &'t str, begin: usize, to: usize, scheme: &'t str, found: &mut Vec<Address<'t>>) -> usize {
    // In `http://a,b` the comma is more likely one of a list of anything than one of hosts.
    let needs_port = has_prefix(scheme, "http");
    let mut at = begin;
    loop {
        let rest = text.get(at..to).unwrap_or_default();
        let item = rest.find(ITEM_END).and_then(|length| rest.get(..length)).unwrap_or(rest);
        // What is here are keys: `address=(host=a)`.
        if item.contains('=') {
            return at;
        }
        let address = item_address(item, at, scheme);
        found.extend(address.filter(|address| at == begin || !needs_port || address.port_from == PortFrom::Stated));
        at += item.len();
        match text.as_bytes().get(at) {
            Some(b',') if at < to => at += 1,
            _ => return at,
        }
    }
}

fn item_address<'t>(item: &'t str, at: usize, scheme: &'t str) -> Option<Address<'t>> {
    let read = host::read(item)?;
    let found = address(item, at, read, scheme)?;
    match item.get(read.len..)? {
        "" => Some(found),
        "." => read.port.map(|_| found),
        tail => tail.strip_prefix('\\').map(|instance| with_instance(found, instance)),
    }
}

/// `host\instance:port` of SQL Server, whose instances listen where they like. Elsewhere a backslash begins an escape.
fn with_instance<'t>(found: Address<'t>, instance: &str) -> Address<'t> {
    let is_sql_server = found.scheme.is_some_and(|scheme| default_port(scheme) == Some(1433));
    if !is_sql_server || found.port_from == PortFrom::Stated {
        return found;
    }
    let port = instance.split_once(':').and_then(|(_, digits)| host::port_number(digits));
    let port_from = if port.is_some() { PortFrom::Stated } else { PortFrom::Unknown };
    Address { port, port_from, ..found }
}

/// `jdbc:oracle:thin:[user/password]@[//]host[:port][/service|:sid]`, if the word is that.
pub(super) fn read_oracle(word: &str, at: usize) -> Option<Address<'_>> {
    let scheme = word.get(..word.match_indices(':').nth(2)?.0).filter(|scheme| is_oracle(scheme))?;
    let behind_user = word.rfind('@')? + 1;
    let rest = word.get(behind_user..)?;
    let begin = behind_user + rest.len() - rest.trim_start_matches('/').len();
    let item = word.get(begin..)?;
    address(item, at + begin, host::read(item)?, scheme)
}

fn address<'t>(item: &'t str, at: usize, read: host::HostPort, scheme: &'t str) -> Option<Address<'t>> {
    let name = item.get(..read.host)?;
    let port = read.port.or_else(|| default_port(scheme));
    let port_from = match (read.port, port) {
        (Some(_), _) => PortFrom::Stated,
        (None, Some(_)) => PortFrom::Scheme,
        (None, None) => PortFrom::Unknown,
    };
    let form = if host::is_local(name) { Form::Local } else { Form::Url };
    let scheme = Some(scheme).filter(|scheme| !scheme.is_empty());
    Some(Address { host: name, port, port_from, scheme, form, range: at..at + read.len })
}
