//! The grammar of `host[:port]`, and what the labels of a host mean to cluster DNS (DNS-01, DNS-07).

/// The longest DNS name, in bytes.
const LONGEST_NAME: usize = 253;
/// The longest label of a DNS name, in bytes.
const LONGEST_LABEL: usize = 63;
/// Domains that are set aside for documentation, and names by which a container reaches the machine it runs on.
const NEVER_A_SERVICE: [&str; 10] = [
    "example.com",
    "example.net",
    "example.org",
    "docker.internal",
    "host.containers.internal",
    "host.k3d.internal",
    "host.lima.internal",
    "host.minikube.internal",
    "host.orb.internal",
    "metadata.google.internal",
];

/// What the labels of a host can mean; which of the meanings holds depends on the namespaces that exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostName<'h> {
    /// `a`: Service a in the client's own namespace.
    Short(&'h str),
    /// `a.b`: pod a of the headless Service b in the own namespace, then Service a in namespace b.
    Dotted2(&'h str, &'h str),
    /// `a.b.c`: pod a of Service b in namespace c.
    Dotted3(&'h str, &'h str, &'h str),
    /// `[pod.]service.namespace.svc[.zone]`.
    Svc { pod: Option<&'h str>, service: &'h str, namespace: &'h str, zone: Option<&'h str> },
    /// No name that cluster DNS answers for a Service.
    NotAName,
}

/// Reads a host as cluster DNS would; case is the caller's to ignore.
pub(crate) fn host_name(host: &str) -> HostName<'_> {
    if !is_dns_name(host) {
        return HostName::NotAName;
    }
    let absolute = host.ends_with('.');
    let name = host.strip_suffix('.').unwrap_or(host);
    let (labels, rest) = first_labels(name);
    let found = match labels {
        [Some(service), Some(namespace), Some(svc), ..] if is_svc(svc) => {
            HostName::Svc { pod: None, service, namespace, zone: behind(name, 3) }
        }
        [Some(pod), Some(service), Some(namespace), Some(svc)] if is_svc(svc) => {
            HostName::Svc { pod: Some(pod), service, namespace, zone: behind(name, 4) }
        }
        [Some(a), None, ..] => HostName::Short(a),
        [Some(a), Some(b), None, _] => HostName::Dotted2(a, b),
        [Some(a), Some(b), Some(c), None] if rest.is_none() => HostName::Dotted3(a, b, c),
        _ => HostName::NotAName,
    };
    match found {
        // A final dot stops the search path, and only names with a zone are complete without it.
        HostName::Svc { zone: Some(_), .. } => found,
        _ if absolute => HostName::NotAName,
        _ => found,
    }
}

fn first_labels(name: &str) -> ([Option<&str>; 4], Option<&str>) {
    let mut labels = name.split('.');
    let first = [labels.next(), labels.next(), labels.next(), labels.next()];
    (first, labels.next())
}

fn is_svc(label: &str) -> bool {
    label.eq_ignore_ascii_case("svc")
}

/// What stands behind so many labels.
fn behind(name: &str, labels: usize) -> Option<&str> {
    name.splitn(labels + 1, '.').nth(labels)
}

/// `host[:port]` at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostPort {
    /// Length of the host.
    pub(super) host: usize,
    /// The port, if there is one.
    pub(super) port: Option<u16>,
    /// Length of host, colon and port.
    pub(super) len: usize,
}

/// Reads `host[:port]` at the start of a text; what follows is for the caller to judge. `None` where there is no host
/// that could be a Service or the pod itself, or the port is no port.
pub(super) fn read(text: &str) -> Option<HostPort> {
    let host = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    if !may_be_called(text.get(..host)?) {
        return None;
    }
    let Some(behind) = text.get(host..)?.strip_prefix(':') else {
        return Some(HostPort { host, port: None, len: host });
    };
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let port = port_number(behind.get(..digits)?)?;
    Some(HostPort { host, port: Some(port), len: host + 1 + digits })
}

/// A number from 1 to 65535 as people write it.
pub(super) fn port_number(digits: &str) -> Option<u16> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| plain)
}

/// The pod itself?
pub(super) fn is_local(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1"
}

/// Is this host written with `.svc`, and so plainly a name of the cluster?
pub(super) fn is_cluster_name(host: &str) -> bool {
    matches!(host_name(host), HostName::Svc { .. })
}

fn may_be_called(host: &str) -> bool {
    is_local(host) || (is_dns_name(host) && !is_date(host) && !NEVER_A_SERVICE.iter().any(|domain| is_in(host, domain)))
}

/// A DNS name with a letter in it: addresses and times of day have none.
fn is_dns_name(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name.len() <= LONGEST_NAME && name.bytes().any(|byte| byte.is_ascii_alphabetic()) && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let in_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.bytes().all(in_label)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// `2024-05-01T12` of a time stamp.
fn is_date(host: &str) -> bool {
    matches!(host.as_bytes(), [a, b, c, d, b'-', ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()))
}

fn is_in(host: &str, domain: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let Some(cut) = name.len().checked_sub(domain.len()) else { return false };
    name.get(cut..).is_some_and(|end| end.eq_ignore_ascii_case(domain))
        && name.get(..cut).is_some_and(|start| start.is_empty() || start.ends_with('.'))
}
