//! kind's cluster configuration: ports of the host machine that lead to ports of a node (LOC-01, LOC-05).

use std::collections::HashMap;

use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{HostMapping, LocalCluster, Lowered, Maker, ObjectId, Protocol};
use crate::problem::{Place, Problem};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ClusterNode {
    extra_port_mappings: Option<Vec<PortMapping>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PortMapping {
    container_port: Option<i32>,
    host_port: Option<i32>,
    listen_address: Option<String>,
    protocol: Option<String>,
}

/// `kind: Cluster` of kind.x-k8s.io. kind's default name for a cluster is `kind`.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let name: Option<Option<String>> = decode_at(object.node, &["name"])?;
    let nodes: Vec<ClusterNode> = decode_at(object.node, &["nodes"])?.unwrap_or_default();
    let places = object.node.get("nodes").into_iter().flat_map(Node::items);
    let mut mappings = Vec::new();
    for (node, place) in nodes.into_iter().zip(places) {
        let places = find(place, &["extraPortMappings"]).into_iter().flat_map(Node::items);
        let entries = node.extra_port_mappings.unwrap_or_default().into_iter().zip(places);
        mappings.extend(entries.filter_map(|(entry, place)| mapping(entry, place, lowered)));
    }
    tell_taken_twice(&mappings, lowered);
    let name = name.flatten().filter(|name| !name.is_empty()).unwrap_or_else(|| "kind".to_owned());
    let id = ObjectId { namespace: "".into(), name: name.into(), kind: "Cluster".into(), group: object.id.group };
    lowered.roles.clusters.push(LocalCluster {
        id,
        at: object.at,
        maker: Maker::Kind,
        mappings,
        balances_on_nodes: false,
        brings: None,
    });
    Ok(())
}

/// kind refuses to map a port of the host machine twice, all nodes together; a mapping of every address is one of each (LOC-05).
fn tell_taken_twice(mappings: &[HostMapping], lowered: &mut Lowered) {
    let mut taken: HashMap<(u16, Protocol), Vec<&HostMapping>> = HashMap::new();
    for mapping in mappings {
        let Some(number) = mapping.host_port else { continue };
        let before = taken.entry((number, mapping.protocol)).or_default();
        if before.iter().any(|one| is_every(one) || is_every(mapping) || one.listen == mapping.listen) {
            let message = format!("port {number} of the host machine is mapped twice, so kind makes no cluster");
            let help = "map another port of the host machine, or another address of it";
            lowered.problems.push(Problem::rejected(mapping.host_at, message, help));
        }
        before.push(mapping);
    }
}

/// Does a mapping listen on every address of the host machine?
fn is_every(mapping: &HostMapping) -> bool {
    matches!(mapping.listen.as_deref(), None | Some("0.0.0.0" | "::"))
}

fn mapping(entry: PortMapping, node: Node<'_>, lowered: &mut Lowered) -> Option<HostMapping> {
    let at = place(node, &["containerPort"]);
    let Some(container_port) = entry.container_port.filter(|number| *number != 0) else {
        let help = "write the port of the node that hostPort leads to: a nodePort, or a pod's hostPort".to_owned();
        lowered.problems.push(Problem::error(Place::Span(at), "this mapping states no containerPort", Some(help)));
        return None;
    };
    let node_port = lowered.port(container_port, "containerPort", at)?;
    let host_at = node.get("hostPort").map_or(at, Node::span);
    // 0 and -1 leave the choice to kind or to the container runtime.
    let host_port =
        entry.host_port.filter(|number| *number > 0).and_then(|number| lowered.port(number, "hostPort", host_at));
    let protocol = entry.protocol.map(|protocol| protocol.to_ascii_uppercase());
    Some(HostMapping {
        host_port,
        node_port,
        listen: entry.listen_address.filter(|address| !address.is_empty()),
        protocol: lowered.protocol(protocol.as_deref(), place(node, &["protocol"])),
        of_range: false,
        at,
        host_at,
    })
}

#[cfg(test)]
mod tests {
    use crate::manifest;
    use crate::source::{Source, Sources};

    fn told(nodes: &[&str]) -> Vec<String> {
        let nodes = nodes.iter().map(|mappings| format!("{{extraPortMappings: [{mappings}]}}"));
        let nodes = nodes.collect::<Vec<_>>().join(", ");
        let text = format!("{{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, nodes: [{nodes}]}}");
        let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
        manifest::read(&sources, "default").problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn loc_05_a_port_of_the_machine_is_mapped_once() {
        const ONE: &str = "{containerPort: 30080, hostPort: 80}";
        let twice = ["port 80 of the host machine is mapped twice, so kind makes no cluster"];
        assert_eq!(told(&[&format!("{ONE}, {{containerPort: 30081, hostPort: 80}}")]), twice);
        assert_eq!(told(&[ONE, "{containerPort: 30080, hostPort: 80}"]), twice, "on several nodes");
        assert_eq!(told(&[&format!("{ONE}, {{containerPort: 1, hostPort: 80, listenAddress: 127.0.0.1}}")]), twice);
    }

    #[test]
    fn loc_05_other_protocols_addresses_and_ports_that_are_chosen_are_fine() {
        let on = |address: &str| format!("{{containerPort: 1, hostPort: 80, listenAddress: {address}}}");
        assert!(told(&[&on("127.0.0.1"), &on("127.0.0.2")]).is_empty());
        assert!(
            told(&["{containerPort: 1, hostPort: 80}, {containerPort: 1, hostPort: 80, protocol: UDP}"]).is_empty()
        );
        assert!(
            told(&["{containerPort: 1, hostPort: 0}, {containerPort: 2, hostPort: -1}, {containerPort: 3}"]).is_empty()
        );
        assert!(told(&["{containerPort: 1, hostPort: 80}, {containerPort: 1, hostPort: 81}"]).is_empty());
    }

    #[test]
    fn loc_05_ports_end_at_65535() {
        assert_eq!(told(&["{containerPort: 1, hostPort: 65536}"]).len(), 1);
        assert_eq!(told(&["{containerPort: 65536, hostPort: 1}"]).len(), 1);
    }
}
