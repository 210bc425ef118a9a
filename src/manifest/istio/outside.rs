//! ServiceEntry: hosts that the mesh knows although they are no Services.

use serde::Deserialize;

use super::super::object::{Object, decode_at, find, place};
use super::super::{Lowered, OutsideHosts, OutsidePort, Protocol};
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    hosts: Vec<String>,
    ports: Vec<Port>,
    workload_selector: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Port {
    number: Option<i32>,
    protocol: Option<String>,
}

/// ServiceEntry. One with a selector stands for pods or machines of the mesh, which nothing of the input tells.
pub(in crate::manifest) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: Spec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    if spec.workload_selector.is_some() {
        return Ok(());
    }
    let nodes = find(object.node, &["spec", "ports"]).into_iter().flat_map(Node::items);
    let mut ports = Vec::new();
    for (stated, node) in spec.ports.into_iter().zip(nodes) {
        ports.extend(port(stated, node, lowered));
    }
    let hosts = spec.hosts.into_iter().map(|host| host.to_lowercase()).collect();
    lowered.roles.outside.push(OutsideHosts { id: object.id.clone(), at: object.at, hosts, ports });
    Ok(())
}

fn port(stated: Port, node: Node<'_>, lowered: &mut Lowered) -> Option<OutsidePort> {
    let at = place(node, &["number"]);
    let number = lowered.port(stated.number?, "port number", at)?;
    let speaks = stated.protocol.filter(|protocol| !protocol.is_empty());
    let is_udp = speaks.as_ref().is_some_and(|speaks| speaks.eq_ignore_ascii_case("UDP"));
    let protocol = if is_udp { Protocol::Udp } else { Protocol::Tcp };
    let speaks = speaks.map(|speaks| speaks.to_uppercase()).filter(|speaks| speaks != protocol.as_str());
    Some(OutsidePort { number, protocol, speaks, at })
}
