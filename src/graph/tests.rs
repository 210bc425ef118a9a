//! The semantics of the graph: one test per rule of Kubernetes, named after its id. Input is the text of manifests, expected
//! are lines such as `svc web:80 -> Deployment a:8080 (named)`.

mod calls;
mod clusters;
mod endpoints;
mod entries;
mod gateways;
mod monitors;
mod order;
mod other_routers;
mod policies;
mod routers;
mod selectors;
mod services;
mod streams;
mod targets;
mod webhooks;
mod workloads;

use super::{External, Hop, HopKind, How, Owner, Port, PortGraph, PortKind, Subset};
use crate::manifest::{self, ObjectId, Protocol, Takes};
use crate::source::{Source, Sources};

/// The graph of some manifests, one text per document.
pub(super) fn graph(documents: &[String]) -> PortGraph {
    let text: String = documents.iter().map(|document| format!("---\n{document}\n")).collect();
    let sources = Sources::new(vec![Source { name: "test.yaml".to_owned(), text: text.into(), explicit: true }]);
    PortGraph::resolve(manifest::read(&sources, "default").roles)
}

fn object(version: &str, kind: &str, meta: &str, spec: &str) -> String {
    format!("{{apiVersion: {version}, kind: {kind}, metadata: {{{meta}}}, spec: {{{spec}}}}}")
}

/// A Service.
fn svc(name: &str, spec: &str) -> String {
    object("v1", "Service", &format!("name: {name}"), spec)
}

/// A Pod with one label `app` and one container `c`, which has these fields.
fn pod(name: &str, app: &str, container: &str) -> String {
    let meta = format!("name: {name}, labels: {{app: {app}}}");
    object("v1", "Pod", &meta, &format!("containers: [{{name: c, {container}}}]"))
}

/// A workload of a kind, whose pods have one label `app` and this spec.
fn workload(version: &str, kind: &str, name: &str, app: &str, pod_spec: &str) -> String {
    let template = format!("template: {{metadata: {{labels: {{app: {app}}}}}, spec: {{{pod_spec}}}}}");
    object(version, kind, &format!("name: {name}"), &template)
}

/// An Ingress.
fn ingress(spec: &str) -> String {
    object("networking.k8s.io/v1", "Ingress", "name: i", spec)
}

/// The hops of these kinds, in the order of keys.
fn hops(documents: &[String], kinds: &[HopKind]) -> Vec<String> {
    let graph = graph(documents);
    let wanted = graph.hops().filter(|(.., hop)| kinds.contains(&hop.kind));
    wanted.map(|(_, from, to, hop)| line(&graph, graph.port(from), graph.port(to), hop)).collect()
}

/// Where Service ports lead.
fn targets(documents: &[String]) -> Vec<String> {
    hops(documents, &[HopKind::Target])
}

/// How requests come in, as far as a Service port or a container port.
fn entries(documents: &[String]) -> Vec<String> {
    hops(documents, &[HopKind::Enter, HopKind::Map, HopKind::Forward, HopKind::Bind])
}

/// Where routers send requests.
fn routes(documents: &[String]) -> Vec<String> {
    hops(documents, &[HopKind::Match, HopKind::Route, HopKind::Mirror, HopKind::Redirect])
}

/// Who calls whom, with the evidence.
fn calls(documents: &[String]) -> Vec<String> {
    hops(documents, &[HopKind::Call])
}

fn line(graph: &PortGraph, from: &Port, to: &Port, hop: &Hop) -> String {
    let how = match hop.how {
        How::Stated => "",
        How::Defaulted => " (defaulted)",
        How::Named => " (named)",
        How::Auto => " (auto)",
        How::Assumed => " (assumed)",
    };
    let evidence = hop.evidence.as_ref().map(|found| format!(" [{}: {}]", found.place, found.text));
    let share = hop.share().map(|share| format!(" {} of {}", share.weight, share.of)).unwrap_or_default();
    let part = |subset: &Subset| match subset.share {
        Some(share) => format!(" ({} {} of {})", subset.name, share.weight, share.of),
        None => format!(" ({})", subset.name),
    };
    let subsets: String = hop.subsets().iter().map(part).collect();
    let arrow = if hop.kind == HopKind::Mirror { "=>" } else { "->" };
    format!("{} {arrow} {}{how}{share}{subsets}{}", end(graph, from), end(graph, to), evidence.unwrap_or_default())
}

fn end(graph: &PortGraph, port: &Port) -> String {
    let protocol = if port.protocol == Protocol::Tcp { String::new() } else { format!("/{}", port.protocol) };
    let number = format!("{}{protocol}", port.number);
    let owner = graph.object(port.owner).map(called).unwrap_or_default();
    match &port.kind {
        PortKind::Client if port.owner == Owner::Outside => "outside".to_owned(),
        PortKind::Client if port.owner == Owner::HostMachine => "machine".to_owned(),
        PortKind::Client if port.owner == Owner::ApiServer => "API server".to_owned(),
        PortKind::Client => owner,
        PortKind::HostMapping(_) => format!("machine:{number}"),
        PortKind::LoadBalancer => format!("lb {owner}:{number}"),
        PortKind::ExternalIp(ip) => format!("{ip}:{number}"),
        PortKind::NodePort(_) => format!("node {owner}:{number}"),
        PortKind::HostPort(ip, _) => format!("host {owner}:{}{number}", ip.as_deref().map_or("", |_| "ip:")),
        PortKind::Listener(listener) => {
            format!("{owner}:{number}{}", if listener.speaks.is_encrypted() { " tls" } else { "" })
        }
        PortKind::Route(key) => {
            let default = if key.takes == Takes::Http { " default" } else { "" };
            let (host, path) = (key.host.as_deref().unwrap_or("*"), key.path.as_deref().unwrap_or(default));
            let conditions: String = key.conditions.iter().map(|condition| format!(" ({condition})")).collect();
            format!("{host}{path}{conditions}")
        }
        PortKind::ServicePort => format!("{owner}:{number}"),
        PortKind::ContainerPort(key) if key.declared => format!("{owner}:{number}"),
        PortKind::ContainerPort(_) => format!("{owner}:{number} undeclared"),
        PortKind::External(External::Managed(_)) => "managed elsewhere".to_owned(),
        PortKind::External(External::Address(name) | External::Name(name)) => format!("external {name}:{number}"),
        PortKind::External(External::Object(kind, name)) => format!("{kind} {name}"),
        PortKind::Missing(missing) => format!("{missing}{protocol}!"),
    }
}

/// Kind and name; the namespace where it is not the default one.
fn called(id: &ObjectId) -> String {
    let kind = if id.kind == "Service" { "svc" } else { id.kind.as_str() };
    let namespace = if id.namespace == "default" { String::new() } else { format!("{}/", id.namespace) };
    format!("{kind} {namespace}{}", id.name)
}
