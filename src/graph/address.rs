//! Addresses in plain text: which `host[:port]` an environment value, an argument or a configuration file names.
//!
//! Responsible for the grammar alone (SEMANTICS §9.2, CLI-14 to CLI-16). Whether a host is a Service is decided by the
//! caller, so a candidate here is only a spelling that could be one. Every text is read once, front to back.

mod host;
mod key;
mod name;
mod pair;
mod scan;
#[cfg(test)]
mod tests;
mod text;
mod url;

use std::ops::Range;

pub(crate) use host::{HostName, host_name};
pub(crate) use name::{PairPart, pair_part};
pub(crate) use url::default_port;

/// The longest file that is read for addresses, in bytes (CLI-14).
const LONGEST_FILE: usize = 256 * 1024;

/// One candidate address and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address<'t> {
    /// The host as written: no port, no user-info.
    pub(crate) host: &'t str,
    /// The port, if the text or the scheme tells it.
    pub(crate) port: Option<u16>,
    /// How the port is known.
    pub(crate) port_from: PortFrom,
    /// What stands before `://`, as written (`redis`, `jdbc:postgresql`); `mysql` for `user@tcp(host)/db`.
    /// Print it through [`redacted`] only: in a password that holds `://` it can be part of that.
    pub(crate) scheme: Option<&'t str>,
    /// The shape of the address, from which its grade follows.
    pub(crate) form: Form,
    /// The bytes of host and port in the text; of the host alone where the port is written elsewhere.
    pub(crate) range: Range<usize>,
}

/// How a port is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortFrom {
    /// Written in the text, beside the host or under a `port` key that belongs to it.
    Stated,
    /// The scheme's own port.
    Scheme,
    /// Not known.
    Unknown,
}

/// The shape of an address. A name with `.svc` in it is grade A in every shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A URL: grade A.
    Url,
    /// `host:port`, or a host and a port in one connection string: grade B.
    HostPort,
    /// Only a host, under a name that holds hosts: grade C, and B where the caller finds its `…PORT` ([`pair_part`]).
    Bare,
    /// Only a host, under a name such as `CATALOG_SERVICE` that may hold anything: it counts where the caller finds its
    /// `…PORT`, grade B, and not at all without one.
    HalfOfPair,
    /// `localhost` or `127.0.0.1`: the pod itself, never a Service.
    Local,
}

/// Every candidate address in the value of a variable or in an argument, in order of position.
pub(crate) fn addresses<'t>(name: &str, text: &'t str) -> Vec<Address<'t>> {
    scan::Scanner::new(name, text, scan::Comments::Read).run()
}

/// Every candidate address in a configuration file (a key of a mounted ConfigMap), in order of position.
/// Comments do not count (CLI-14).
pub(crate) fn addresses_in_file<'t>(name: &str, text: &'t str) -> Vec<Address<'t>> {
    scan::Scanner::new(name, text, scan::Comments::Skip).run()
}

/// Is a file small enough, and text at all (CLI-14)?
pub(crate) fn is_scannable(text: &str) -> bool {
    text.len() <= LONGEST_FILE && !text.as_bytes().contains(&0)
}

/// The address as evidence that is safe to print (CLI-15): `postgres://…@db:5432`.
///
/// It is put together from a well-known scheme, host and port, so user-info, paths and queries cannot get in.
pub(crate) fn redacted(text: &str, address: &Address<'_>) -> String {
    let before = text.get(..address.range.start).unwrap_or_default();
    let scheme = printed_scheme(before, address.scheme);
    let user = if before.ends_with('@') || before.ends_with("@tcp(") { "…@" } else { "" };
    let written = text.get(address.range.clone()).unwrap_or(address.host);
    let is_elsewhere = address.port_from == PortFrom::Stated && written.len() == address.host.len();
    let port = address.port.filter(|_| is_elsewhere).map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}{user}{written}{port}")
}

fn printed_scheme(before: &str, scheme: Option<&str>) -> String {
    match scheme.filter(|scheme| url::is_known(scheme) && !before.ends_with("tcp(")) {
        Some(scheme) if url::is_oracle(scheme) => format!("{scheme}:"),
        Some(scheme) if before.ends_with(":///") => format!("{scheme}:///"),
        Some(scheme) => format!("{scheme}://"),
        None => String::new(),
    }
}
