//! NetworkPolicy (SEMANTICS §6), and policies of other engines, whose presence is all that is read of them (NET-16).

use k8s_openapi::api::networking::v1 as networking;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::object::{Object, decode_at, find, place};
use super::{
    IpBlock, LabelSelector, Lowered, OtherPolicy, Peer, PodPeer, Policy, PolicyPort, PolicyRule, PortRef, Rules,
    label_selector, start_of,
};
use crate::problem::Problem;
use crate::yaml::{DecodeError, Node};

/// NetworkPolicy.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let spec: networking::NetworkPolicySpec = decode_at(object.node, &["spec"])?.unwrap_or_default();
    let types = spec.policy_types.filter(|types| !types.is_empty());
    let isolates = |direction: &str, default: bool| {
        types.as_ref().map_or(default, |types| types.iter().any(|stated| stated == direction))
    };
    let ingress = spec.ingress.unwrap_or_default().into_iter().map(|rule| (rule.from, rule.ports));
    let egress: Vec<_> = spec.egress.unwrap_or_default().into_iter().map(|rule| (rule.to, rule.ports)).collect();
    // An empty list of egress rules isolates nothing unless the types say so (NET-02).
    let (inward, outward) = (isolates("Ingress", true), isolates("Egress", !egress.is_empty()));
    let ingress = rules(object, &INGRESS, ingress.collect(), lowered);
    let egress = rules(object, &EGRESS, egress, lowered);
    tell_unknown_types(object, lowered);
    let selector = label_selector::lower(spec.pod_selector, find(object.node, &["spec", "podSelector"]), lowered);
    lowered.roles.policies.push(Policy {
        id: object.id.clone(),
        at: object.at,
        selector,
        selector_at: place(object.node, &["spec", "podSelector"]),
        ingress: inward.then_some(ingress),
        egress: outward.then_some(egress),
    });
    Ok(())
}

/// A policy of another engine.
pub(super) fn other(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lowered.roles.other_policies.push(OtherPolicy { id: object.id.clone(), at: object.at });
    Ok(())
}

/// The keys of one direction: the list of its rules, and the peers of each.
struct Direction {
    rules: &'static str,
    peers: &'static str,
}

const INGRESS: Direction = Direction { rules: "ingress", peers: "from" };
const EGRESS: Direction = Direction { rules: "egress", peers: "to" };

/// `from` or `to`, and `ports`, as the API has them.
type StatedRule = (Option<Vec<networking::NetworkPolicyPeer>>, Option<Vec<networking::NetworkPolicyPort>>);

fn rules(object: &Object<'_>, direction: &Direction, rules: Vec<StatedRule>, lowered: &mut Lowered) -> Rules {
    let nodes = find(object.node, &["spec", direction.rules]).into_iter().flat_map(Node::items);
    let rules = rules.into_iter().zip(nodes);
    let list = rules.map(|((peers, ports), node)| PolicyRule {
        peers: self::peers(peers.unwrap_or_default(), node.get(direction.peers), lowered),
        ports: self::ports(&ports.unwrap_or_default(), node.get("ports"), lowered),
        at: start_of(node),
    });
    Rules { list: list.collect(), at: place(object.node, &["spec", direction.rules]) }
}

fn peers(peers: Vec<networking::NetworkPolicyPeer>, node: Option<Node<'_>>, lowered: &mut Lowered) -> Vec<Peer> {
    let nodes = node.into_iter().flat_map(Node::items);
    peers.into_iter().zip(nodes).map(|(peer, node)| self::peer(peer, node, lowered)).collect()
}

/// One peer. What the API server rejects is told, and read as what it most likely means (NET-05).
fn peer(peer: networking::NetworkPolicyPeer, node: Node<'_>, lowered: &mut Lowered) -> Peer {
    let has_selector = peer.pod_selector.is_some() || peer.namespace_selector.is_some();
    if let Some(block) = peer.ip_block {
        if has_selector {
            reject(node, "a peer with `ipBlock` has no selectors", "write them as two peers", lowered);
        }
        return Peer::Block(IpBlock { cidr: block.cidr, except: block.except.unwrap_or_default() });
    }
    if !has_selector {
        let help = "write `podSelector: {}` for every pod of the namespace, or leave the list out for anyone";
        reject(node, "a peer states one of podSelector, namespaceSelector and ipBlock", help, lowered);
    }
    let mut selector = |selector: Option<_>, key: &str| -> Option<LabelSelector> {
        selector.is_some().then(|| label_selector::lower(selector, node.get(key), lowered))
    };
    Peer::Pods(PodPeer {
        namespaces: selector(peer.namespace_selector, "namespaceSelector"),
        pods: selector(peer.pod_selector, "podSelector"),
        at: start_of(node),
    })
}

fn ports(ports: &[networking::NetworkPolicyPort], node: Option<Node<'_>>, lowered: &mut Lowered) -> Vec<PolicyPort> {
    let nodes = node.into_iter().flat_map(Node::items);
    ports.iter().zip(nodes).filter_map(|(port, node)| self::port(port, node, lowered)).collect()
}

fn port(port: &networking::NetworkPolicyPort, node: Node<'_>, lowered: &mut Lowered) -> Option<PolicyPort> {
    let at = place(node, &["port"]);
    let stated = match &port.port {
        None => None,
        Some(IntOrString::Int(number)) => Some(PortRef::Number(lowered.port(*number, "port", at)?)),
        Some(IntOrString::String(name)) => Some(PortRef::Name(name.as_str().into())),
    };
    let end = port.end_port.and_then(|end| lowered.port(end, "endPort", place(node, &["endPort"])));
    let is_range = match (&stated, end) {
        (_, None) => true,
        (Some(PortRef::Number(first)), Some(last)) => *first <= last,
        _ => false,
    };
    if !is_range {
        let help = "state the first port of the range as a number, or leave endPort out";
        reject(node, "`endPort` needs a `port` that is a number and not greater", help, lowered);
    }
    Some(PolicyPort {
        port: stated,
        end: end.filter(|_| is_range),
        protocol: lowered.protocol(port.protocol.as_deref(), place(node, &["protocol"])),
        at,
    })
}

/// `policyTypes` that there are not (NET-02).
fn tell_unknown_types(object: &Object<'_>, lowered: &mut Lowered) {
    let types = find(object.node, &["spec", "policyTypes"]).into_iter().flat_map(Node::items);
    for stated in types.filter(|stated| !matches!(stated.as_str(), Some("Ingress" | "Egress"))) {
        reject(stated, "a policy type is `Ingress` or `Egress`", "write it with a capital letter", lowered);
    }
}

fn reject(node: Node<'_>, rule: &str, help: &str, lowered: &mut Lowered) {
    let message = format!("{rule}; the API server rejects this");
    lowered.problems.push(Problem::rejected(start_of(node), message, help));
}

#[cfg(test)]
mod tests {
    use super::super::{Lowered, Operator, Peer, PortRef, Protocol, read};
    use crate::source::{Source, Sources};

    fn lowered(spec: &str) -> Lowered {
        let text =
            format!("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {spec}\n");
        read(&Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]), "default")
    }

    fn messages(spec: &str) -> Vec<String> {
        lowered(spec).problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn net_02_the_types_default_to_what_the_rules_are_of() {
        let cases = [
            ("{}", (true, false)),
            ("{egress: []}", (true, false)),
            ("{egress: [{}]}", (true, true)),
            ("{policyTypes: [Egress]}", (false, true)),
            ("{policyTypes: [Egress], ingress: [{}]}", (false, true)),
            ("{policyTypes: [Egress, Ingress]}", (true, true)),
            ("{policyTypes: [], egress: [{}]}", (true, true)),
        ];
        for (spec, expected) in cases {
            let policy = &lowered(spec).roles.policies[0];
            assert_eq!((policy.ingress.is_some(), policy.egress.is_some()), expected, "{spec}");
        }
    }

    #[test]
    fn a_rule_holds_its_peers_and_ports() {
        let lowered = lowered(
            "{podSelector: {matchExpressions: [{key: tier, operator: In, values: [web, api]}]}, ingress: [{from: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: {}}, \
             {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80}, {port: dns, protocol: UDP}, {port: 8000, endPort: 8010}, {protocol: UDP}]}]}",
        );
        assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
        let policy = &lowered.roles.policies[0];
        assert_eq!(policy.selector.expressions[0].operator, Operator::In(vec!["web".into(), "api".into()]));
        let rule = &policy.ingress.as_ref().unwrap().list[0];
        let Peer::Pods(pods) = &rule.peers[0] else { panic!("{:?}", rule.peers) };
        assert!(pods.namespaces.as_ref().unwrap().is_empty() && !pods.pods.as_ref().unwrap().is_empty());
        let Peer::Block(block) = &rule.peers[1] else { panic!("{:?}", rule.peers) };
        assert_eq!((block.cidr.as_str(), block.except.len()), ("10.0.0.0/8", 1));
        let ports: Vec<_> = rule.ports.iter().map(|port| (port.port.clone(), port.end, port.protocol)).collect();
        let expected = [
            (Some(PortRef::Number(80)), None, Protocol::Tcp),
            (Some(PortRef::Name("dns".into())), None, Protocol::Udp),
            (Some(PortRef::Number(8000)), Some(8010), Protocol::Tcp),
            (None, None, Protocol::Udp),
        ];
        assert_eq!(ports, expected);
    }

    #[test]
    fn net_05_what_the_api_server_rejects_is_told() {
        let cases = [
            ("{ingress: [{from: [{}]}]}", "a peer states one of podSelector, namespaceSelector and ipBlock"),
            (
                "{ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]}",
                "a peer with `ipBlock` has no selectors",
            ),
            ("{ingress: [{ports: [{endPort: 90}]}]}", "`endPort` needs a `port` that is a number and not greater"),
            (
                "{ingress: [{ports: [{port: 91, endPort: 90}]}]}",
                "`endPort` needs a `port` that is a number and not greater",
            ),
            (
                "{ingress: [{ports: [{port: web, endPort: 90}]}]}",
                "`endPort` needs a `port` that is a number and not greater",
            ),
            ("{policyTypes: [ingress]}", "a policy type is `Ingress` or `Egress`"),
            (
                "{podSelector: {matchExpressions: [{key: a, operator: Is}]}}",
                "`Is` is none of In, NotIn, Exists and DoesNotExist",
            ),
        ];
        for (spec, message) in cases {
            assert_eq!(messages(spec), [format!("{message}; the API server rejects this")], "{spec}");
        }
    }
}
