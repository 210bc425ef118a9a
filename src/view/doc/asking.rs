//! How a port is asked whether it answers: with curl where it speaks HTTP, else with nc.

use super::super::shell::sh_quote;
use super::names::{host_and_port, targets};
use super::probed::http_get;
use crate::graph::{HopKind, Owner, PortGraph, PortId, PortKind};
use crate::manifest::{Protocol, Takes};
use crate::view::words::{self, Spoken};

/// What a port speaks, as far as the manifests tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speech {
    Http,
    Https,
    /// Something that curl does not speak, or nothing that is told.
    Other(Protocol),
}

/// Where a port is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Host<'h> {
    /// A word of ours that the reader replaces: `<node-ip>`.
    ToFill(&'static str),
    Named(&'h str),
}

/// What a port is asked.
pub(super) struct Question {
    speech: Speech,
    /// For HTTP: what is asked for.
    path: String,
}

impl Question {
    /// What a Service port or container port is asked: for HTTP the path that its probe asks for, which is made to be asked for.
    pub(super) fn of(graph: &PortGraph, id: PortId) -> Self {
        let path = probed_path(graph, id).unwrap_or("/").to_owned();
        Self { speech: speech(graph, id), path }
    }

    /// The command that asks; nothing for SCTP, which no common tool asks.
    pub(super) fn ask(&self, host: Host<'_>, port: &str) -> Option<String> {
        let path = &self.path;
        Some(match self.speech {
            Speech::Http => format!("curl http://{}{path}", authority(host, port, "80")),
            // Its certificate is for other names than the ones it is asked by here.
            Speech::Https => format!("curl -k https://{}{path}", authority(host, port, "443")),
            Speech::Other(Protocol::Tcp) => format!("nc -vz {} {port}", word(host)),
            Speech::Other(Protocol::Udp) => format!("nc -vzu {} {port}", word(host)),
            Speech::Other(Protocol::Sctp) => return None,
        })
    }
}

/// The path that a probe of a port asks for, where it can be pasted.
pub(super) fn probed_path(graph: &PortGraph, id: PortId) -> Option<&str> {
    http_get(graph, id).map(|get| get.path).filter(|path| is_plain_path(path))
}

/// A path that can be pasted as it is: no pattern, no query (which may hold a password), nothing that a shell reads.
pub(super) fn is_plain_path(path: &str) -> bool {
    path.starts_with('/') && path.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.~".contains(c))
}

/// What a Service port or container port speaks: by `appProtocol`, by how a probe asks it, by the names of the port and its
/// targets, by an Ingress in front of it, and where nothing else is told by the number that HTTP has for itself.
pub(super) fn speech(graph: &PortGraph, id: PortId) -> Speech {
    let port = graph.port(id);
    if port.protocol != Protocol::Tcp {
        return Speech::Other(port.protocol);
    }
    if let Some(app_protocol) = app_protocol(graph, id) {
        return by_app_protocol(app_protocol);
    }
    if let Some(get) = http_get(graph, id) {
        return if get.tls { Speech::Https } else { Speech::Http };
    }
    let targets = targets(graph, id);
    let target_names = targets.iter().filter_map(|target| graph.port(*target).name.as_deref());
    let told = port.name.as_deref().into_iter().chain(target_names).find_map(by_name);
    told.unwrap_or_else(|| match port.number.known() {
        Some(443) => Speech::Https,
        Some(80) => Speech::Http,
        _ if is_routed_to(graph, id) => Speech::Http,
        _ => Speech::Other(Protocol::Tcp),
    })
}

fn app_protocol(graph: &PortGraph, id: PortId) -> Option<&str> {
    let port = graph.port(id);
    let Owner::Service(service) = port.owner else { return None };
    let ports = &graph.service(service).ports;
    let stated = ports.iter().find(|stated| {
        (Some(stated.number), stated.protocol, &stated.name) == (port.number.known(), port.protocol, &port.name)
    });
    stated?.app_protocol.as_deref()
}

/// `appProtocol` is a hint in words of its own (SVC-10).
fn by_app_protocol(value: &str) -> Speech {
    words::spoken(value).map_or(Speech::Other(Protocol::Tcp), asked)
}

/// Many a port name tells: `http`, `https-metrics`, `web`, `grpc`.
fn by_name(name: &str) -> Option<Speech> {
    let is_encrypted = name.split('-').any(|part| part == "tls");
    words::spoken(name).map(asked).or_else(|| is_encrypted.then_some(Speech::Other(Protocol::Tcp)))
}

/// How what is spoken is asked: curl speaks the HTTP that needs no knowledge of the server.
fn asked(spoken: Spoken) -> Speech {
    match spoken {
        Spoken::Http => Speech::Http,
        Spoken::Https => Speech::Https,
        Spoken::Http2 | Spoken::Grpc => Speech::Other(Protocol::Tcp),
    }
}

/// Does a route for HTTP lead there? Those of whole connections tell nothing of what is spoken.
fn is_routed_to(graph: &PortGraph, id: PortId) -> bool {
    let routes = graph.hops_to(id).into_iter().filter(|hop| graph.hop(*hop).kind == HopKind::Route);
    routes.map(|hop| graph.port(graph.ends(hop).0)).any(|from| match &from.kind {
        PortKind::Route(route) => route.takes == Takes::Http,
        _ => false,
    })
}

/// Where a port answers, as a person would write it: `http://localhost:3000`, `localhost:5432`.
pub(super) fn address(speech: Speech, host: &str, port: u16) -> String {
    match speech {
        Speech::Http => format!("http://{}", host_and_port(host, port)),
        Speech::Https => format!("https://{}", host_and_port(host, port)),
        Speech::Other(_) => host_and_port(host, port),
    }
}

fn word(host: Host<'_>) -> String {
    match host {
        Host::ToFill(word) => word.to_owned(),
        Host::Named(name) => sh_quote(name).into_owned(),
    }
}

/// Host and port of a URL, quoted for the shell; the scheme's own port goes without saying.
fn authority(host: Host<'_>, port: &str, default: &str) -> String {
    let host = match host {
        Host::Named(name) if name.contains(':') => sh_quote(&format!("[{name}]")).into_owned(),
        host => word(host),
    };
    if port == default { host } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_asked_with_curl_and_all_else_with_nc() {
        let tcp = Speech::Other(Protocol::Tcp);
        let cases = [
            (Speech::Http, "/", Host::ToFill("<node-ip>"), "30080", "curl http://<node-ip>:30080/"),
            (Speech::Http, "/health", Host::Named("10.0.0.1"), "80", "curl http://10.0.0.1/health"),
            (Speech::Http, "/", Host::Named("::1"), "8080", "curl http://'[::1]':8080/"),
            (Speech::Https, "/health", Host::Named("localhost"), "8443", "curl -k https://localhost:8443/health"),
            (Speech::Http, "/", Host::Named("$(reboot)"), "1", "curl http://'$(reboot)':1/"),
            (tcp, "/", Host::Named("localhost"), "5432", "nc -vz localhost 5432"),
            (tcp, "/health", Host::Named("a;b"), "1", "nc -vz 'a;b' 1"),
            (Speech::Other(Protocol::Udp), "/", Host::ToFill("<node-ip>"), "53", "nc -vzu <node-ip> 53"),
        ];
        for (speech, path, host, port, command) in cases {
            assert_eq!(Question { speech, path: path.to_owned() }.ask(host, port).as_deref(), Some(command));
        }
        let sctp = Question { speech: Speech::Other(Protocol::Sctp), path: "/".to_owned() };
        assert_eq!(sctp.ask(Host::Named("a"), "1"), None);
    }

    #[test]
    fn only_a_path_that_can_be_pasted_as_it_is_is_asked_for() {
        for path in ["/", "/health", "/api/v1/health_check.json"] {
            assert!(is_plain_path(path), "{path}");
        }
        for path in ["", "health", "/health?token=x", "/a b", "/$(reboot)", "/api(/|$)(.*)", "/a`b`", "/a\nb"] {
            assert!(!is_plain_path(path), "{path}");
        }
    }

    #[test]
    fn svc_10_names_and_app_protocols_tell_what_a_port_speaks() {
        for (name, speech) in [
            ("http", Some(Speech::Http)),
            ("otlp-http", Some(Speech::Http)),
            ("https-metrics", Some(Speech::Https)),
            ("grpc-web", Some(Speech::Other(Protocol::Tcp))),
            ("postgres", None),
        ] {
            assert_eq!(by_name(name), speech, "{name}");
        }
        assert_eq!(by_app_protocol("HTTP"), Speech::Http);
        assert_eq!(by_app_protocol("kubernetes.io/h2c"), Speech::Other(Protocol::Tcp));
    }
}
