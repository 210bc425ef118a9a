//! Hosts and ports that stand under two keys of one text: `host=db port=5432`, or two neighbouring lines of a file.

use std::ops::Range;

use super::{Address, Form, PairPart, PortFrom};

/// What was found under one key that may be half of a pair.
#[derive(Debug)]
pub(super) struct Setting<'t> {
    /// What stands before `HOST` or `PORT` in the key.
    pub(super) prefix: &'t str,
    /// Which half it is.
    pub(super) part: PairPart,
    /// Where the key begins.
    pub(super) at: usize,
    /// Where the line of the key begins.
    pub(super) line: usize,
    /// The addresses under the key, as indices.
    pub(super) hosts: Range<usize>,
    /// The numbers under the key.
    pub(super) ports: Vec<u16>,
}

/// Gives hosts the ports of their pair.
pub(super) fn join<'t>(text: &str, settings: &[Setting<'_>], mut found: Vec<Address<'t>>) -> Vec<Address<'t>> {
    let mut waiting: Option<&Setting<'_>> = None;
    for setting in settings {
        match waiting {
            Some(other) if belong(text, other, setting) => {
                let (hosts, ports) = if setting.part == PairPart::Host { (setting, other) } else { (other, setting) };
                give_ports(found.get_mut(hosts.hosts.clone()).unwrap_or_default(), &ports.ports);
                waiting = None;
            }
            _ => waiting = Some(setting),
        }
    }
    found
}

/// Ports pair up with hosts in order; the last one serves the hosts that are left.
fn give_ports(hosts: &mut [Address<'_>], ports: &[u16]) {
    let Some(last) = ports.last() else { return };
    for (host, port) in hosts.iter_mut().zip(ports.iter().chain(std::iter::repeat(last))) {
        if host.port.is_some() {
            continue;
        }
        host.port = Some(*port);
        host.port_from = PortFrom::Stated;
        if matches!(host.form, Form::Bare | Form::HalfOfPair) {
            host.form = Form::HostPort;
        }
    }
}

/// Two halves belong together when their prefixes are equal, and, where there is no prefix to tell, when they stand on
/// one line or one under the other.
fn belong(text: &str, first: &Setting<'_>, second: &Setting<'_>) -> bool {
    first.part != second.part
        && first.prefix.eq_ignore_ascii_case(second.prefix)
        && (!first.prefix.is_empty() || are_neighbours(text, first, second))
}

fn are_neighbours(text: &str, first: &Setting<'_>, second: &Setting<'_>) -> bool {
    let between = text.get(first.at..second.at).unwrap_or_default();
    if between.contains(['{', '}']) {
        return false;
    }
    let same_line = first.line == second.line;
    let next_line = between.bytes().filter(|byte| *byte == b'\n').count() == 1;
    same_line || (next_line && first.at - first.line == second.at - second.line)
}
