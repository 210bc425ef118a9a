//! Staging: the scene of a request, with as many participants as can be read.

use super::ending::{self, Endings};
use super::request::Request;
use super::scene::{Lines, MOST_PARTS, Part, Question, Role, Scene, Station, Teller};
use super::speech::{host_name, lines};
use super::{answer, approach, mirror, redirect};
use crate::graph::{External, Missing, PortGraph, PortKind, ServiceId};
use crate::manifest::ServiceType;

/// The scene of a request.
pub(super) fn scene(graph: &PortGraph, request: &Request) -> Scene {
    redirected(graph, request).unwrap_or_else(|| served(graph, request))
}

/// A request that is answered with a redirect goes no further than the router.
fn redirected(graph: &PortGraph, request: &Request) -> Option<Scene> {
    request.redirect(graph)?;
    let stations = approach::stations(graph, request, None);
    let turn = redirect::turn(graph, request, stations.last()?)?;
    Some(Scene {
        title: request.heading(graph),
        stations,
        question: None,
        answer: answer::RESPONSE,
        next: None,
        mirrors: mirror::mirrors(graph, request),
        turn: Some(turn),
    })
}

fn served(graph: &PortGraph, request: &Request) -> Scene {
    let mirrors = mirror::mirrors(graph, request);
    let Endings { first: (mut last, answer), next, application, container, balanced } = ending::endings(graph, request);
    let mut stations = approach::stations(graph, request, balanced.as_deref());
    let mut question = request.starts_inside().then(|| ask(graph, request, balanced.is_some()));
    if answer.is_lost && fails_at_dns(graph, request) {
        stations.extend(question.take().map(dns_station));
    }
    let parts = stations.len() + usize::from(question.is_some()) + mirrors.len() + 1;
    let has_room = parts < MOST_PARTS && next.is_none() && answer == answer::RESPONSE;
    if !has_room && !container.is_empty() && last.notes.is_empty() {
        last.notes.push(container);
    }
    stations.push(last);
    stations.extend(application.filter(|_| has_room));
    let mut scene = Scene { title: request.heading(graph), stations, question, answer, next, mirrors, turn: None };
    make_room(&mut scene);
    scene
}

/// Puts the node of a load balancer or a port mapping into the station in front of it, where there are too many participants.
fn make_room(scene: &mut Scene) {
    if scene.part_count() <= MOST_PARTS {
        return;
    }
    let behind = |pair: &[Station]| pair[0].part.role != Role::Client && pair[1].part.role == Role::Node;
    let Some(at) = scene.stations.windows(2).position(behind) else {
        scene.next = None;
        return;
    };
    let node = scene.stations.remove(at + 1);
    // Its first line, the type of the Service, says nothing about the station in front.
    let lines = node.notes.into_iter().flat_map(|note| note.into_iter().skip(1));
    if let Some(note) = scene.stations.get_mut(at).and_then(|front| front.notes.first_mut()) {
        note.extend(lines);
    }
}

/// The question for the address of the Service.
fn ask(graph: &PortGraph, request: &Request, is_balanced: bool) -> Question {
    let service = request.named_service(graph);
    let host = host_name(graph, request, service);
    let (answer, note) = match service {
        None if leads_outside(graph, request) => (lines(["Returns its address"]), Lines::new()),
        service => resolved(graph, service, is_balanced),
    };
    Question {
        part: Part { role: Role::Dns, name: lines(["coredns"]), label: lines(["CoreDNS"]) },
        question: vec!["Resolve".to_owned(), format!("\"{host}\"")],
        answer,
        note,
    }
}

/// Does it end at a host outside of the cluster?
fn leads_outside(graph: &PortGraph, request: &Request) -> bool {
    let mut ends = request.parted(graph).1.iter().map(|id| &graph.port(*id).kind);
    ends.any(|kind| matches!(kind, PortKind::External(External::Name(_))))
}

/// What DNS returns (DNS-01, EN-01), and what there is to say about it.
fn resolved(graph: &PortGraph, service: Option<ServiceId>, is_balanced: bool) -> (Lines, Lines) {
    let pods = if is_balanced { "Returns the pod IPs" } else { "Returns the pod IP" };
    let Some(service) = service.map(|id| graph.service(id)) else { return (lines([pods]), Lines::new()) };
    if service.kind == ServiceType::ExternalName {
        let name = service.external_name.clone().unwrap_or_default();
        let note = lines(["ExternalName Service:", "an alias, no port is mapped"]);
        return (vec!["Returns the alias".to_owned(), name], note);
    }
    if service.headless {
        let choice = if is_balanced { "the client picks a pod" } else { "its name is the pod's address" };
        let note = vec![format!("Service {} is headless:", service.id.name), choice.to_owned()];
        return (lines([pods]), note);
    }
    if let Some(maker) = service.served_by {
        return (vec!["Returns the ingress of".to_owned(), maker.to_owned()], Lines::new());
    }
    match &service.cluster_ip {
        Some(ip) => (vec!["Returns ClusterIP".to_owned(), ip.to_string()], Lines::new()),
        None => (vec!["Returns ClusterIP of".to_owned(), service.id.name.to_string()], Lines::new()),
    }
}

/// No Service, or no pod of a headless one: the name has no address.
fn fails_at_dns(graph: &PortGraph, request: &Request) -> bool {
    let is_headless = approach::service_of(graph, request).is_some_and(|(_, service)| service.headless);
    let ends = request.parted(graph).1.iter().map(|id| &graph.port(*id).kind);
    request.starts_inside()
        && ends.into_iter().any(|kind| match kind {
            PortKind::Missing(Missing::Service(..)) => true,
            PortKind::Missing(Missing::Pods(..)) => is_headless,
            _ => false,
        })
}

/// DNS as a station of its own, which gets no further.
fn dns_station(question: Question) -> Station {
    let notes = Some(question.note).filter(|note| !note.is_empty()).into_iter().collect();
    Station { part: question.part, arrival: question.question, notes, tells: Teller::Dns }
}
