//! k3d's cluster configuration: ports of the host machine that lead to ports of the nodes (LOC-07).

use std::ops::RangeInclusive;

use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{HostMapping, LocalCluster, Lowered, Maker, ObjectId, Protocol};
use crate::problem::{Place, Problem};
use crate::source::Span;
use crate::yaml::{DecodeError, Node};

/// k3d's own name for a cluster.
const DEFAULT_NAME: &str = "k3s-default";
/// The class of the Ingress controller that k3s brings along.
const TRAEFIK: &str = "traefik";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PortEntry {
    port: Option<String>,
}

/// `kind: Simple` of k3d.io. The node filters say which container of the machine listens for a mapping; the port of the nodes is
/// the same for all, so they play no part (LOC-07).
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    // v1alpha2 and v1alpha3 state the name at the top.
    let name: Option<Option<String>> = decode_at(object.node, &["name"])?;
    let name = name.flatten().unwrap_or_else(|| object.id.name.to_string());
    let name = if name.is_empty() { DEFAULT_NAME.to_owned() } else { name };
    let entries: Vec<PortEntry> = decode_at(object.node, &["ports"])?.unwrap_or_default();
    let nodes = find(object.node, &["ports"]).into_iter().flat_map(Node::items);
    let mut mappings = Vec::new();
    for (entry, node) in entries.into_iter().zip(nodes) {
        let at = place(node, &["port"]);
        match entry.port.as_deref().and_then(|port| self::mappings(port, at)) {
            Some(found) => mappings.extend(found),
            None => lowered.problems.push(unreadable(entry.port.as_deref().unwrap_or_default(), at)),
        }
    }
    let id = ObjectId { namespace: "".into(), name: name.into(), ..object.id.clone() };
    lowered.roles.clusters.push(LocalCluster {
        id,
        at: object.at,
        maker: Maker::K3d,
        mappings,
        balances_on_nodes: !disables(object.node, "servicelb"),
        brings: (!disables(object.node, TRAEFIK) && !disables(object.node, "servicelb")).then_some(TRAEFIK),
    });
    Ok(())
}

fn unreadable(port: &str, at: Span) -> Problem {
    let help = "write [ADDRESS:]PORT:NODE-PORT[/PROTOCOL], such as 8080:80".to_owned();
    Problem::error(Place::Span(at), format!("`{port}` is no port mapping"), Some(help))
}

/// Is a component of k3s switched off by `--disable=NAME`, in whichever version's field?
fn disables(node: Node<'_>, component: &str) -> bool {
    let extra = find(node, &["options", "k3s", "extraArgs"]).into_iter().flat_map(Node::items);
    let old = ["extraServerArgs", "extraAgentArgs"].map(|key| find(node, &["options", "k3s", key]));
    let old = old.into_iter().flatten().flat_map(Node::items).filter_map(Node::as_str);
    let stated = extra.filter_map(|entry| entry.get("arg")).filter_map(Node::as_str).chain(old);
    let mut stated = stated.filter_map(|arg| arg.trim_start_matches('-').strip_prefix("disable="));
    stated.any(|names| names.split(',').any(|name| name.trim_matches(['"', '\'']) == component))
}

/// `[ADDRESS:][HOST:]NODE[/PROTOCOL]`, where HOST and NODE may be ranges of equal length: Docker's words for a mapping.
fn mappings(text: &str, at: Span) -> Option<Vec<HostMapping>> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let protocol = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp]
        .into_iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(protocol))?;
    let (host, node) = ports.rsplit_once(':').unwrap_or(("", ports));
    let (listen, host) = host.rsplit_once(':').unwrap_or(("", host));
    let nodes = range(node)?;
    let hosts = if host.is_empty() { None } else { Some(range(host)?) };
    if hosts.as_ref().is_some_and(|hosts| hosts.len() != nodes.len()) {
        return None;
    }
    let of_range = nodes.len() > 1;
    let listen = Some(listen.trim_matches(['[', ']'])).filter(|listen| !listen.is_empty()).map(str::to_owned);
    let pairs = nodes.enumerate().map(|(index, node_port)| HostMapping {
        host_port: hosts.clone().and_then(|mut hosts| hosts.nth(index)),
        node_port,
        listen: listen.clone(),
        protocol,
        of_range,
        at,
        host_at: at,
    });
    Some(pairs.collect())
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (0 < first && first <= last).then_some(first..=last)
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;

    /// The mappings of one entry, each as `[address:]host>node/protocol`.
    fn mapped(port: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: k3d.io/v1alpha5\nkind: Simple\nports: [{{port: '{port}', nodeFilters: [loadbalancer]}}]\n"
        );
        let mappings = roles(&text).clusters.remove(0).mappings;
        let told = mappings.into_iter().map(|mapping| {
            let listen = mapping.listen.map(|listen| format!("{listen}:")).unwrap_or_default();
            let host = mapping.host_port.map_or("auto".to_owned(), |host| host.to_string());
            format!("{listen}{host}>{}/{}", mapping.node_port, mapping.protocol)
        });
        told.collect()
    }

    #[test]
    fn loc_07_a_mapping_is_written_as_docker_does() {
        for (port, expected) in [
            ("8081:80", &["8081>80/TCP"][..]),
            ("80", &["auto>80/TCP"]),
            ("127.0.0.1:8081:80", &["127.0.0.1:8081>80/TCP"]),
            ("[::1]:8081:80", &["::1:8081>80/TCP"]),
            ("127.0.0.1::80", &["127.0.0.1:auto>80/TCP"]),
            ("53:30053/udp", &["53>30053/UDP"]),
            ("8000-8001:30000-30001", &["8000>30000/TCP", "8001>30001/TCP"]),
        ] {
            assert_eq!(mapped(port), expected, "{port}");
        }
    }

    #[test]
    fn loc_07_what_is_no_mapping_is_told() {
        use crate::source::{Source, Sources};
        for port in ["a:80", "0:80", "8000-8002:80-81", "80:80/icmp", "80:", "9-8:9-8"] {
            let text = format!("apiVersion: k3d.io/v1alpha5\nkind: Simple\nports: [{{port: '{port}'}}]\n");
            let sources = Sources::new(vec![Source { name: "a".into(), text: text.into(), explicit: true }]);
            assert_eq!(super::super::read(&sources, "default").problems.len(), 1, "{port}");
        }
    }

    #[test]
    fn loc_08_k3s_brings_balancers_and_traefik_unless_told_otherwise() {
        let brings = |options: &str| {
            let text = format!("apiVersion: k3d.io/v1alpha4\nkind: Simple\nmetadata: {{name: dev}}\n{options}\n");
            let cluster = roles(&text).clusters.remove(0);
            (cluster.balances_on_nodes, cluster.brings)
        };
        assert_eq!(brings(""), (true, Some("traefik")));
        assert_eq!(
            brings("options: {k3s: {extraArgs: [{arg: --disable=traefik, nodeFilters: ['server:*']}]}}"),
            (true, None)
        );
        assert_eq!(brings("options: {k3s: {extraServerArgs: ['--disable=traefik,servicelb']}}"), (false, None));
    }
}
