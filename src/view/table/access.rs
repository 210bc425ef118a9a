//! Access methods: what clients speak on a port, as far as the manifests tell.

use super::NOTHING;
use super::line::{End, Line};
use crate::graph::{External, Owner, PortGraph, PortId, PortKind};
use crate::manifest::Protocol;
use crate::view::words::{self, Spoken};

/// How a line is reached: `HTTP`; `Cluster Internal` where nothing outside leads to it, `Pod Address` where no Service does either,
/// `Outside Cluster` where it is a host of somebody else's.
pub(super) fn method(graph: &PortGraph, line: &Line<'_>) -> String {
    if line.entries.is_empty() {
        let method = match line.end {
            End::NoPorts(_) => NOTHING,
            End::Container(..) if line.services.is_empty() => "Pod Address",
            End::Elsewhere(ref ends) if !ends.is_empty() && ends.iter().all(|end| is_outside(graph, *end)) => {
                "Outside Cluster"
            }
            End::Container(..) | End::Elsewhere(_) => "Cluster Internal",
        };
        return method.to_owned();
    }
    let stated = stated(graph, line);
    match (stated, listeners(graph, &line.entries)) {
        (Some("gRPC"), _) => "gRPC".to_owned(),
        (_, Some(listeners)) => listeners,
        (Some(stated), None) => stated.to_owned(),
        (None, None) => assumed(graph, line),
    }
}

/// Is it a host that has another name than those of the cluster?
fn is_outside(graph: &PortGraph, port: PortId) -> bool {
    let is_inside = |name: &str| name.trim_end_matches('.').rsplit('.').any(|label| label == "svc");
    matches!(&graph.port(port).kind, PortKind::External(External::Name(name)) if !is_inside(name))
}

/// The name of the protocol that the Services or the container state, the Services first.
fn stated(graph: &PortGraph, line: &Line<'_>) -> Option<&'static str> {
    let services = line.services.iter().find_map(|id| {
        app_protocol(graph, *id).and_then(spoken).or_else(|| graph.port(*id).name.as_deref().and_then(spoken))
    });
    services.or_else(|| match line.end {
        End::Container(_, id) => graph.port(id).name.as_deref().and_then(spoken),
        End::NoPorts(_) | End::Elsewhere(_) => None,
    })
}

fn app_protocol(graph: &PortGraph, id: PortId) -> Option<&str> {
    let port = graph.port(id);
    let Owner::Service(service) = port.owner else { return None };
    let ports = &graph.service(service).ports;
    let same = ports.iter().find(|other| (Some(other.number), other.protocol) == (port.number.known(), port.protocol));
    same?.app_protocol.as_deref()
}

/// The protocol that a name says, as people call it.
fn spoken(text: &str) -> Option<&'static str> {
    words::spoken(text).map(|spoken| match spoken {
        Spoken::Http | Spoken::Http2 => "HTTP",
        Spoken::Https => "HTTPS",
        Spoken::Grpc => "gRPC",
    })
}

/// What the routers in front speak, where nothing else leads here.
fn listeners(graph: &PortGraph, entries: &[PortId]) -> Option<String> {
    let mut speaks = Vec::with_capacity(entries.len());
    for id in entries {
        let PortKind::Listener(listener) = &graph.port(*id).kind else { return None };
        speaks.push(listener.speaks.as_str());
    }
    speaks.retain(|speaks| !speaks.is_empty());
    speaks.sort_unstable();
    speaks.dedup();
    (!speaks.is_empty()).then(|| speaks.join(", "))
}

/// Where nothing is stated: what the numbers of the Services are registered for, else the transport protocol.
fn assumed(graph: &PortGraph, line: &Line<'_>) -> String {
    let end = match &line.end {
        End::Container(_, id) => Some(*id),
        End::NoPorts(_) | End::Elsewhere(_) => None,
    };
    let ports = || line.services.iter().copied().chain(end).map(|id| graph.port(id));
    let registered = |protocol: Protocol, number: Option<u16>| match (protocol, number) {
        (Protocol::Tcp, Some(80)) => Some("HTTP"),
        (Protocol::Tcp, Some(443)) => Some("HTTPS"),
        _ => None,
    };
    let method = ports().find_map(|port| registered(port.protocol, port.number.known()));
    method.or_else(|| ports().next().map(|port| port.protocol.as_str())).unwrap_or(NOTHING).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_protocol_is_a_whole_word_of_a_name() {
        for (name, expected) in [
            ("http", Some("HTTP")),
            ("otlp-grpc", Some("gRPC")),
            ("kubernetes.io/wss", Some("HTTPS")),
            ("HTTPS", Some("HTTPS")),
            ("https-webhook", Some("HTTPS")),
            ("webhook", None),
            ("postgres", None),
            ("", None),
        ] {
            assert_eq!(spoken(name), expected, "{name}");
        }
    }
}
