//! kind's cluster configuration: ports of the host machine that lead to ports of a node (LOC-01).

use serde::Deserialize;

use super::object::{Object, decode_at, find, place};
use super::{HostMapping, LocalCluster, Lowered, Maker, ObjectId};
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
    let name = name.flatten().filter(|name| !name.is_empty()).unwrap_or_else(|| "kind".to_owned());
    let id = ObjectId { namespace: String::new(), name, kind: "Cluster", group: object.id.group };
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
