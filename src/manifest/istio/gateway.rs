//! Gateway: the ports on which the proxies of a gateway listen, and for which hosts.

use std::sync::Arc;

use serde::Deserialize;

use super::super::object::{Object, decode_at, find, place};
use super::super::{Accepts, LabelSelector, Labels, Listener, LookedUp, Lowered, Namespaces, Router, Speaks};
use super::GROUP;
use crate::yaml::{DecodeError, Node};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Server {
    port: Port,
    hosts: Vec<String>,
    tls: Option<Tls>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Port {
    number: i32,
    name: Option<String>,
    protocol: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tls {
    mode: Option<String>,
}

/// Gateway: each server is a port of the gateway's Service; requests of any VirtualService may come through it.
pub(in crate::manifest) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let servers: Vec<Server> = decode_at(object.node, &["spec", "servers"])?.unwrap_or_default();
    let selector: Labels = decode_at(object.node, &["spec", "selector"])?.unwrap_or_default();
    let nodes = find(object.node, &["spec", "servers"]).into_iter().flat_map(Node::items);
    let mut listeners = Vec::new();
    for (server, node) in servers.iter().zip(nodes) {
        let at = place(node, &["port", "number"]);
        let Some(number) = lowered.port(server.port.number, "port number", at) else { continue };
        let any = ["*".to_owned()];
        let hosts = if server.hosts.is_empty() { &any[..] } else { &server.hosts };
        let listener =
            |host: &String| listener(server, host, hosts.len() > 1, Listener::new(Some(number), speaks(server).0, at));
        listeners.extend(hosts.iter().map(listener));
    }
    lowered.roles.routers.push(Arc::new(Router {
        listeners: listeners.into(),
        looked_up: LookedUp::Proxies(selector),
        ..Router::new(object.id.clone(), object.at)
    }));
    Ok(())
}

/// One host of a server, as `host` or `namespace/host`: `.` is the Gateway's own namespace, `*` any.
fn listener(server: &Server, written: &str, is_one_of_many: bool, plain: Listener) -> Listener {
    let (namespace, host) = written.split_once('/').unwrap_or(("*", written));
    let name = server.port.name.as_deref().map(|name| match is_one_of_many {
        true => format!("{name} {host}"),
        false => name.to_owned(),
    });
    let accepts = Accepts {
        kinds: Some(vec![(GROUP.to_owned(), "VirtualService".to_owned())]),
        namespaces: match namespace {
            "*" => Namespaces::All,
            "." => Namespaces::Same,
            other => Namespaces::Labelled(Box::new(named(other))),
        },
    };
    let host = Some(host.to_owned()).filter(|host| host != "*" && !host.is_empty());
    Listener { name: name.map(Into::into), passthrough: speaks(server).1, host: host.map(Into::into), accepts, ..plain }
}

/// A selector of one namespace by its name.
fn named(namespace: &str) -> LabelSelector {
    let labels = Labels::from([("kubernetes.io/metadata.name".to_owned(), namespace.to_owned())]);
    LabelSelector { labels, expressions: Vec::new() }
}

/// What a server speaks, and whether it leaves TLS to the pods.
fn speaks(server: &Server) -> (Speaks, bool) {
    let mode = server.tls.as_ref().and_then(|tls| tls.mode.as_deref()).unwrap_or_default();
    let passthrough = matches!(mode, "PASSTHROUGH" | "AUTO_PASSTHROUGH");
    let speaks = match server.port.protocol.as_deref().unwrap_or_default().to_ascii_uppercase().as_str() {
        "HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB" => Speaks::Http,
        "HTTPS" if !passthrough => Speaks::Https,
        "HTTPS" | "TLS" => Speaks::Tls,
        "TCP" | "MONGO" | "MYSQL" | "REDIS" => Speaks::Tcp,
        _ => Speaks::Unknown,
    };
    (speaks, passthrough)
}

#[cfg(test)]
mod tests {
    use crate::manifest::Listener;
    use crate::manifest::tests::roles;

    fn listeners(server: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: gw}}\nspec: {{selector: {{istio: ingressgateway}}, servers: [{{{server}}}]}}\n"
        );
        let told = |one: &Listener| {
            let host = one.host.as_deref().unwrap_or("*");
            format!("{} {} {} {host}", one.name.as_deref().unwrap_or("-"), one.speaks.as_str(), one.number.unwrap_or(0))
        };
        roles(&text).routers[0].listeners.iter().map(told).collect()
    }

    #[test]
    fn ist_a_server_listens_for_each_of_its_hosts() {
        assert_eq!(listeners("port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']"), ["http HTTP 80 *"]);
        assert_eq!(
            listeners(
                "port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.io, './*.b.io'], tls: {mode: SIMPLE}"
            ),
            ["https a.io HTTPS 443 a.io", "https *.b.io HTTPS 443 *.b.io"]
        );
    }

    #[test]
    fn ist_the_mode_of_tls_says_who_ends_it() {
        let server = |protocol: &str, mode: &str| {
            listeners(&format!("port: {{number: 443, protocol: {protocol}}}, hosts: ['*'], tls: {{mode: {mode}}}"))
        };
        assert_eq!(server("HTTPS", "MUTUAL"), ["- HTTPS 443 *"]);
        assert_eq!(server("HTTPS", "PASSTHROUGH"), ["- TLS 443 *"]);
        assert_eq!(server("TLS", "PASSTHROUGH"), ["- TLS 443 *"]);
    }
}
