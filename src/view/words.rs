//! Words: what ports and their owners are called, in every view alike. Kubernetes' own words where it has one.

use super::namesakes;
use crate::check::NodePortRange;
use crate::graph::{
    External, Hop, HopKind, Number, Owner, Port, PortGraph, PortId, PortKind, Reach, RouteKey, Share, Subset,
};
use crate::manifest::{Labels, Pods, Protocol, Service, Takes, Workload};

/// Labels that say which application an object belongs to, the most telling first.
const APP_LABELS: &[&str] = &["app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/instance", "name"];

/// What a person calls a workload: its annotation `portolan.dev/name`, else its name.
pub(crate) fn display_name(workload: &Workload) -> &str {
    note(&workload.notes, "name").unwrap_or(&workload.id.name)
}

/// What a person calls a Service: its annotation `portolan.dev/name`, else its name.
pub(crate) fn service_name(service: &Service) -> &str {
    note(&service.notes, "name").unwrap_or(&service.id.name)
}

/// What a workload or Service is for, by its notes: `purpose.PORT` for one port, else `purpose`.
pub(crate) fn purpose(notes: &Labels, port: Option<u16>) -> Option<&str> {
    let of_port = port.and_then(|port| note(notes, &format!("purpose.{port}")));
    of_port.or_else(|| note(notes, "purpose"))
}

/// The group that a person put an object in: its annotation `portolan.dev/group`.
pub(crate) fn group(notes: &Labels) -> Option<&str> {
    note(notes, "group")
}

/// What a person notes of an object, unless it is nothing.
fn note<'n>(notes: &'n Labels, key: &str) -> Option<&'n str> {
    notes.get(key).filter(|text| !text.trim().is_empty())
}

/// Kind and name of an owner: `Service web`; words of ours for what is no object.
pub(crate) fn title(graph: &PortGraph, owner: Owner) -> String {
    match (owner, graph.object(owner)) {
        (Owner::Cluster(cluster), Some(id)) => format!("{} cluster {}", graph.cluster(cluster).maker.as_str(), id.name),
        (_, Some(id)) => format!("{} {}{}", id.kind, id.name, namesakes::behind(graph, owner)),
        (Owner::HostMachine, None) => "Host machine".to_owned(),
        (Owner::ApiServer, None) => "kube-apiserver".to_owned(),
        (Owner::Elsewhere, None) => "Elsewhere".to_owned(),
        (_, None) => "Client".to_owned(),
    }
}

/// A label without the prefix of its key, which would crowd out what tells it from others: `…/name=web`.
pub(crate) fn short_label(label: &str) -> String {
    let (key, value) = label.split_at(label.find('=').unwrap_or(label.len()));
    key.rsplit_once('/').map_or(label.to_owned(), |(_, name)| format!("…/{name}{value}"))
}

/// `a`, `a and b`, `a, b and 3 more`: at most so many are named.
pub(crate) fn listed(names: &[&str], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        _ if more > 0 => format!("{} and {more} more", names.iter().take(most).copied().collect::<Vec<_>>().join(", ")),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// How many pods, in words: `3 replicas`, `one pod per node`; nothing for the usual one.
pub(crate) fn pods(workload: &Workload) -> Option<String> {
    match workload.pods {
        Pods::Count(1) => None,
        Pods::Count(count) => Some(format!("{count} replicas")),
        Pods::PerNode => Some("one pod per node".to_owned()),
    }
}

/// The type of a Service as people say it: `headless` is one, and so is `Knative`.
pub(crate) fn service_type(service: &Service) -> &'static str {
    match service.served_by {
        Some(maker) => maker,
        None if service.headless => "headless",
        None => service.kind.as_str(),
    }
}

/// A number with its protocol, where that is not TCP: `8080`, `53/UDP`.
pub(crate) fn number(number: Number, protocol: Protocol) -> String {
    match protocol {
        Protocol::Tcp => number.to_string(),
        Protocol::Udp | Protocol::Sctp => format!("{number}/{protocol}"),
    }
}

/// Number, protocol and name of a port: `8080 (http)`, `53/UDP (dns)`.
pub(crate) fn port(port: &Port) -> String {
    let number = number(port.number, port.protocol);
    match &port.name {
        Some(name) => format!("{number} ({name})"),
        None => number,
    }
}

/// The DNS name of a Service inside the cluster: `web.shop.svc.cluster.local` (DNS-01, with the default zone).
pub(crate) fn dns_name(service: &Service) -> String {
    format!("{}.{}.svc.cluster.local", service.id.name, service.id.namespace)
}

/// The application a workload belongs to, by its labels, else its own name.
pub(crate) fn app(workload: &Workload) -> &str {
    let label = APP_LABELS.iter().find_map(|label| workload.labels.get(label));
    label.filter(|value| !value.is_empty()).unwrap_or(workload.id.name.as_str())
}

/// What a route takes: `shop.example.com/api`, `*/api`, `* (default backend)`; the `pathType` where it is not the usual one, and
/// what else has to hold.
pub(crate) fn route(route: &RouteKey) -> String {
    let words = match (&route.path, route.path_type.as_deref()) {
        (None, _) if is_http(route.takes) => Some("default backend"),
        (Some(_), Some(kind)) if kind != "Prefix" => Some(kind),
        _ => None,
    };
    let words: Vec<&str> = words.into_iter().chain(route.conditions.iter().map(String::as_str)).collect();
    let address = route_address(route);
    if words.is_empty() { address } else { format!("{address} ({})", words.join(", ")) }
}

/// Host and path of a route, or what else it takes: `shop.example.com/api`, `db.example.com (TLS)`, `all TCP`.
pub(crate) fn route_address(route: &RouteKey) -> String {
    let host = route.host.as_deref();
    match route.takes {
        Takes::Http | Takes::Grpc => format!("{}{}", host.unwrap_or("*"), route.path.as_deref().unwrap_or_default()),
        Takes::Tls => format!("{} (TLS)", host.unwrap_or("*")),
        Takes::Tcp => "all TCP".to_owned(),
        Takes::Udp => "all UDP".to_owned(),
    }
}

/// Where a route is reached: `on 80, 443`; where no listener takes it, what is missing, or that it is for the pods of a mesh.
pub(crate) fn reached_on(graph: &PortGraph, route: PortId) -> String {
    let before: Vec<&Port> = graph.hops_to(route).into_iter().map(|hop| graph.port(graph.ends(hop).0)).collect();
    let listens = |port: &&&Port| matches!(port.kind, PortKind::Listener(_));
    let mut numbers: Vec<String> = before.iter().filter(listens).map(|port| listener(port)).collect();
    numbers.dedup();
    let missing = before.iter().find_map(|port| match &port.kind {
        PortKind::Missing(missing) => Some(missing.to_string()),
        _ => None,
    });
    match (numbers.is_empty(), missing) {
        (false, _) => format!("on {}", numbers.join(", ")),
        (true, Some(missing)) => format!("({missing})"),
        (true, None) if is_of_mesh(graph, graph.port(route).owner) => "(in the mesh)".to_owned(),
        (true, None) => "(no listener)".to_owned(),
    }
}

/// Does it route requests between the pods of a mesh?
fn is_of_mesh(graph: &PortGraph, owner: Owner) -> bool {
    matches!(owner, Owner::Router(id) if graph.router(id).in_mesh)
}

/// The number of a listener; where the input does not tell it, its name beside the `?` (an entry point of Traefik).
pub(crate) fn listener(port: &Port) -> String {
    let number = number(port.number, port.protocol);
    match (&port.name, port.number) {
        (Some(name), Number::Unknown) => format!("{number} ({name})"),
        _ => number,
    }
}

/// What part of the requests takes a hop, where that is not simply all: `90 %`, `mirror`, `redirect 301 to https`.
pub(crate) fn part(hop: &Hop) -> Option<String> {
    match (hop.kind, &hop.evidence) {
        (HopKind::Mirror, _) => Some(mirror(hop)),
        (HopKind::Redirect, Some(said)) => Some(format!("{} to {}", said.place, said.text)),
        _ => portion(hop),
    }
}

/// The part of the requests that takes a hop, and the part of the pods that gets them: `90 %`, `subset v1`, `subsets v1 90 %, v2 10 %`.
pub(crate) fn portion(hop: &Hop) -> Option<String> {
    let told = |subset: &Subset| match subset.share {
        Some(part) if part.weight < part.of => format!("{} {}", subset.name, share(part)),
        _ => subset.name.clone(),
    };
    match hop.subsets() {
        [] => hop.share().map(share),
        [only] => Some(format!("subset {}", told(only))),
        several => Some(format!("subsets {}", several.iter().map(told).collect::<Vec<_>>().join(", "))),
    }
}

/// A copy of the requests, and the part of the pods that gets it: `mirror`, `mirror, subset v2`.
pub(crate) fn mirror(hop: &Hop) -> String {
    std::iter::once("mirror".to_owned()).chain(portion(hop)).collect::<Vec<_>>().join(", ")
}

/// Has what a route takes a path?
pub(crate) fn is_http(takes: Takes) -> bool {
    matches!(takes, Takes::Http | Takes::Grpc)
}

/// From where a port can be reached. No word claims more than the manifests tell.
pub(crate) fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Internet => "Outside",
        Reach::Network => "Own network",
        Reach::HostMachine => "Host machine",
        Reach::Node => "Nodes",
        Reach::Cluster => "Cluster",
        Reach::Pod => "Pod address",
    }
}

/// A part of the requests: `90 %`.
pub(crate) fn share(share: Share) -> String {
    let percent = share.weight.saturating_mul(100).checked_div(share.of).unwrap_or_default();
    match (percent, share.weight) {
        (0, 1..) => "under 1 %".to_owned(),
        _ => format!("{percent} %"),
    }
}

/// A target outside of the input: `10.0.0.5:8080`, `db.example.com:5432`, `endpoints managed elsewhere`.
pub(crate) fn external(target: &External, port: &Port) -> String {
    match (target, port.number) {
        (External::Address(address), _) if address.is_empty() => {
            format!("endpoints without an address, port {}", number(port.number, port.protocol))
        }
        (External::Name(name), Number::Auto | Number::Unknown) => name.to_string(),
        (External::Address(host) | External::Name(host), _) => address(host, port),
        (External::Managed(_), _) => "endpoints managed elsewhere".to_owned(),
        (External::Object(kind, name), _) => format!("{kind} {name}"),
    }
}

/// Address and number as clients write them: `10.0.0.5:8080`, `[::1]:53/UDP`.
pub(crate) fn address(host: &str, port: &Port) -> String {
    let number = number(port.number, port.protocol);
    if host.contains(':') { format!("[{host}]:{number}") } else { format!("{host}:{number}") }
}

/// Where the host machine listens for a local cluster: `localhost:3000`, unless it is one address only.
pub(crate) fn host_address(listen: Option<&str>, port: &Port) -> String {
    let listen = listen.filter(|listen| !matches!(*listen, "0.0.0.0" | "::"));
    address(listen.unwrap_or("localhost"), port)
}

/// What to say of a node port that an API server refuses unless its range was widened (NP-06).
pub(crate) fn node_port_remark(number: u16, range: &NodePortRange) -> Option<String> {
    let (first, last) = (range.0.start(), range.0.end());
    let (which, unless) = if *range == NodePortRange::default() {
        ("the default of", " unless the cluster's range is wider")
    } else {
        ("the cluster's", "")
    };
    (!range.0.contains(&number)).then(|| {
        format!(
            "nodePort {number} is outside {first}–{last}, {which} --service-node-port-range; the API server refuses it{unless}"
        )
    })
}

/// What a port speaks above TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// HTTP/1
    Http,
    /// HTTP/2 without TLS
    Http2,
    /// HTTP over TLS
    Https,
    /// gRPC
    Grpc,
}

/// What the words of an `appProtocol` (SVC-10) or of a port's name stand for.
const SPOKEN: &[(&str, Spoken)] = &[
    ("http", Spoken::Http),
    ("http1", Spoken::Http),
    ("http2", Spoken::Http2),
    ("h2c", Spoken::Http2),
    ("ws", Spoken::Http),
    ("web", Spoken::Http),
    ("www", Spoken::Http),
    ("https", Spoken::Https),
    ("wss", Spoken::Https),
    ("websecure", Spoken::Https),
    ("grpc", Spoken::Grpc),
];

/// The first word of a text that names a protocol: `otlp-grpc`, `kubernetes.io/h2c`.
pub(crate) fn spoken(text: &str) -> Option<Spoken> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| SPOKEN.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, spoken)| *spoken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn np_06_only_node_ports_outside_of_the_range_have_a_remark() {
        let node_port_remark = |number| super::node_port_remark(number, &NodePortRange::default());
        assert_eq!((node_port_remark(30000), node_port_remark(32767)), (None, None));
        assert_eq!(
            node_port_remark(38080).unwrap(),
            "nodePort 38080 is outside 30000–32767, the default of --service-node-port-range; the API server refuses it \
             unless the cluster's range is wider"
        );
        assert!(node_port_remark(29999).is_some() && node_port_remark(32768).is_some());
        let wide = NodePortRange(10260..=39999);
        assert_eq!(super::node_port_remark(38080, &wide), None);
        assert_eq!(
            super::node_port_remark(40000, &wide).unwrap(),
            "nodePort 40000 is outside 10260–39999, the cluster's --service-node-port-range; the API server refuses it"
        );
    }

    #[test]
    fn a_label_is_told_without_the_prefix_of_its_key() {
        let labels = [("app.kubernetes.io/name=a/b", "…/name=a/b"), ("app=web", "app=web"), ("a.io/x", "…/x")];
        for (label, short) in labels {
            assert_eq!(short_label(label), short);
        }
    }

    #[test]
    fn a_route_is_called_by_its_host_and_path() {
        let route = |host: Option<&str>, path: Option<&str>, kind: Option<&str>| {
            let [host, path, path_type] = [host, path, kind].map(|text| text.map(Into::into));
            super::route(&RouteKey { host, path, path_type, takes: Takes::Http, conditions: Box::default() })
        };
        assert_eq!(route(Some("a.example"), Some("/api"), Some("Prefix")), "a.example/api");
        assert_eq!(route(None, Some("/"), Some("Exact")), "*/ (Exact)");
        assert_eq!(route(None, None, None), "* (default backend)");
    }
}
