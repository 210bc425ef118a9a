//! Nodes: the addresses of a running cluster's machines.

use serde::Deserialize;

use super::object::{Object, decode_at};
use super::{ClusterNode, Lowered, ObjectId};
use crate::yaml::DecodeError;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Status {
    addresses: Option<Vec<Address>>,
}

#[derive(Debug, Deserialize)]
struct Address {
    #[serde(rename = "type")]
    kind: String,
    address: String,
}

/// The kinds of addresses that requests can be sent to, the furthest reaching first.
const KINDS: &[&str] = &["ExternalIP", "InternalIP"];

/// Node: it is in no namespace.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let status: Status = decode_at(object.node, &["status"])?.unwrap_or_default();
    let addresses = status.addresses.unwrap_or_default();
    let of_kind = |kind: &&str| addresses.iter().find(|address| address.kind == *kind);
    let address = KINDS.iter().find_map(of_kind).map(|address| address.address.clone());
    let id = ObjectId { namespace: "".into(), ..object.id.clone() };
    lowered.roles.nodes.push(ClusterNode { id, at: object.at, address });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;

    #[test]
    fn a_node_is_reached_at_its_external_address_if_it_has_one() {
        let node = |addresses: &str| {
            let text =
                format!("apiVersion: v1\nkind: Node\nmetadata: {{name: one}}\nstatus: {{addresses: [{addresses}]}}\n");
            roles(&text).nodes.pop().unwrap().address
        };
        let (hostname, internal) = ("{type: Hostname, address: one}", "{type: InternalIP, address: 10.0.0.1}");
        assert_eq!(node(hostname), None);
        assert_eq!(node(&format!("{hostname}, {internal}")).as_deref(), Some("10.0.0.1"));
        let all = format!("{internal}, {{type: ExternalIP, address: 203.0.113.1}}");
        assert_eq!(node(&all).as_deref(), Some("203.0.113.1"));
    }
}
