//! Mirrors: who gets a copy of what a router is asked (RT-12).

use std::collections::BTreeSet;

use super::hole;
use super::request::Request;
use super::scene::{Mirror, Part, Role, Station, Teller};
use super::speech::{address, lines};
use crate::graph::{HopKind, Owner, Port, PortGraph, PortId, PortKind};
use crate::view::words;

/// The most copies that are drawn: more would leave no room for the request itself.
const MOST: usize = 1;

/// Those that the routes of a request send copies to.
pub(super) fn mirrors(graph: &PortGraph, request: &Request) -> Vec<Mirror> {
    let hops = request.routes.iter().flat_map(|routed| graph.hops_from(routed.route));
    let mirrors = hops.filter(|hop| graph.hop(*hop).kind == HopKind::Mirror);
    let to: BTreeSet<PortId> = mirrors.map(|hop| graph.ends(hop).1).collect();
    to.into_iter().take(MOST).map(|to| mirror(graph, request, graph.port(to))).collect()
}

fn mirror(graph: &PortGraph, request: &Request, to: &Port) -> Mirror {
    if let PortKind::Missing(missing) = &to.kind {
        let (station, _) = hole::station(graph, request, missing);
        return Mirror { station: Station { arrival: lines(["Sends a copy"]), ..station }, is_lost: true };
    }
    let (role, name, label) = match (&to.kind, to.owner) {
        (PortKind::External(target), _) => (Role::Backend, words::external(target, to), words::external(target, to)),
        (_, Owner::Service(id)) => {
            (Role::Service, graph.service(id).id.name.to_string(), words::title(graph, to.owner))
        }
        (_, owner) => (Role::Backend, words::title(graph, owner), words::title(graph, owner)),
    };
    let at = (role == Role::Service).then(|| address("ClusterIP", to.number, to.protocol));
    let number = to.number.known().map(|_| format!("Service port: {}", words::number(to.number, to.protocol)));
    let station = Station {
        part: Part { role, name: vec![name, "copy".to_owned()], label: std::iter::once(label).chain(at).collect() },
        arrival: std::iter::once("Sends a copy to".to_owned()).chain(number).collect(),
        notes: vec![lines(["Mirror: nobody waits", "for its answer"])],
        tells: Teller::Connection,
    };
    Mirror { station, is_lost: false }
}
