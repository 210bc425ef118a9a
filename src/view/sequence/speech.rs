//! Speech: words and addresses that several stations share.

use super::request::{Request, Start};
use crate::graph::{ContainerKey, Evidence, Number, Port, PortGraph, PortKind, ServiceId};
use crate::manifest::{Protocol, Service, ServicePort};
use crate::view::words::{self, Spoken};

/// Lines of a text.
pub(super) fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.into_iter().map(str::to_owned).collect()
}

/// What is sent, as far as the manifests say it: the scheme of the caller's address, else the name of the port.
pub(super) fn request_word(graph: &PortGraph, request: &Request) -> &'static str {
    let scheme =
        evidence(graph, request).and_then(|evidence| evidence.text.split_once("://")).map(|(scheme, _)| scheme);
    let last = request.parted(graph).1.first().or(request.trunk.last()).map(|id| graph.port(*id));
    let service = request.service(graph).map(|(id, _)| graph.port(id));
    let stated = request.service(graph).and_then(|(id, service)| entry(graph.service(service), graph.port(id)));
    let app_protocol = stated.and_then(|port| port.app_protocol.as_deref());
    let names = [service, last].map(|port| port.and_then(|port| port.name.as_deref()));
    let said = [scheme, app_protocol].into_iter().chain(names).flatten();
    let is_udp = service.or(last).is_some_and(|port| port.protocol == Protocol::Udp);
    said.filter_map(spoken).next().unwrap_or(if is_udp { "UDP packet" } else { "Request" })
}

/// What a request is called where a name says what is spoken.
fn spoken(name: &str) -> Option<&'static str> {
    words::spoken(name).map(|spoken| match spoken {
        Spoken::Http | Spoken::Http2 => "HTTP request",
        Spoken::Https => "HTTPS request",
        Spoken::Grpc => "gRPC request",
    })
}

/// What makes a workload the caller.
pub(super) fn evidence<'g>(graph: &'g PortGraph, request: &Request) -> Option<&'g Evidence> {
    match request.start {
        Start::Workload(_, hop) => graph.hop(hop).evidence.as_deref(),
        Start::Outside | Start::HostMachine | Start::AnyPod => None,
    }
}

/// The entry of a Service's list that a Service port of the graph is.
pub(super) fn entry<'g>(service: &'g Service, port: &Port) -> Option<&'g ServicePort> {
    service.ports.iter().find(|entry| port.number == Number::Known(entry.number) && port.protocol == entry.protocol)
}

/// An address with a port; without one where it is not known.
pub(super) fn address(host: &str, number: Number, protocol: Protocol) -> String {
    match number {
        Number::Unknown => host.to_owned(),
        Number::Known(_) | Number::Auto => format!("{host}:{}", words::number(number, protocol)),
    }
}

/// The name a client inside the cluster asks DNS for: as its configuration writes it, else the shortest that works.
pub(super) fn host_name(graph: &PortGraph, request: &Request, service: Option<ServiceId>) -> String {
    let written = evidence_host(graph, request);
    let id = service.map(|service| &graph.service(service).id);
    match (written, id) {
        (Some(host), Some(id)) if is_name_of(host, &id.name) => host.to_owned(),
        (Some(host), None) => host.to_owned(),
        (_, Some(id)) => id.name.to_string(),
        (None, None) => "its name".to_owned(),
    }
}

/// `web` and `web.shop.svc` are names of `web`, and `web-0.web` is one of a pod behind it.
fn is_name_of(host: &str, service: &str) -> bool {
    host.split('.').take(2).any(|label| label.eq_ignore_ascii_case(service))
}

/// The port that the caller's configuration writes, where it does.
pub(super) fn written_port(graph: &PortGraph, request: &Request) -> Option<u16> {
    let text = &evidence(graph, request)?.text;
    parted(text).1?.parse().ok()
}

/// The host that the caller's configuration writes.
pub(super) fn evidence_host<'g>(graph: &'g PortGraph, request: &Request) -> Option<&'g str> {
    let host = parted(&evidence(graph, request)?.text).0;
    (!host.is_empty()).then_some(host)
}

/// Host and port of an address, as they are written.
fn parted(text: &str) -> (&str, Option<&str>) {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("tcp(").unwrap_or(text);
    let authority = text.split(['/', ')', ',', ' ']).next().unwrap_or_default();
    authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
}

/// The container of a container port, where one declares it.
pub(super) fn container(port: &Port) -> Option<&str> {
    match &port.kind {
        PortKind::ContainerPort(ContainerKey { container, .. }) => container.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ports_say_what_is_spoken() {
        for (name, expected) in [
            ("http", Some("HTTP request")),
            ("http-api", Some("HTTP request")),
            ("api-HTTPS", Some("HTTPS request")),
            ("grpc", Some("gRPC request")),
            ("web", Some("HTTP request")),
            ("httpbin", None),
        ] {
            assert_eq!(spoken(name), expected, "{name}");
        }
    }

    #[test]
    fn host_and_port_of_an_address_are_found_in_every_form() {
        for (text, expected) in [
            ("http://backend:80", ("backend", Some("80"))),
            ("postgresql://…@postgres:15432", ("postgres", Some("15432"))),
            ("redis:6379", ("redis", Some("6379"))),
            ("…@tcp(mysql:3306)", ("mysql", Some("3306"))),
            ("mongo-0.mongo.db.svc", ("mongo-0.mongo.db.svc", None)),
            ("", ("", None)),
        ] {
            assert_eq!(parted(text), expected, "{text}");
        }
    }
}
