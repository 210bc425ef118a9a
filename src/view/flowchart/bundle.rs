//! Bundling: what all hops between two boxes say, on one arrow.

use std::rc::Rc;

use super::chart::{Arrow, BoxId, ChartBox, LABEL_LINES, Line, at_most};
use super::labels;
use super::marks::{Marks, together};
use super::routes;
use crate::diff::Mark;
use crate::graph::{HopId, HopKind, How, Number, Owner, PortGraph, PortKind};
use crate::manifest::ServiceType;
use crate::view::findings::{Numbers, all_circled};
use crate::view::ways::Ways;

/// The hops between two boxes.
#[derive(Debug, Default)]
pub(super) struct Bundle {
    lines: Vec<String>,
    /// The lines of hops that findings are about. They come first, so that they are not cut.
    wrong: Vec<String>,
    numbers: Numbers,
    marks: Vec<Option<Mark>>,
    routes: routes::Routes,
    /// The ways in over its hops.
    ways: Ways,
    is_stated: bool,
    is_broken: bool,
}

/// Does a hop only say again what others say? So does the way of a client to the node port behind a load balancer, where the
/// cluster chooses it; and to a port of a node that the host machine maps to one of its own.
pub(super) fn is_repeated(graph: &PortGraph, hop: HopId) -> bool {
    let (_, to) = graph.ends(hop);
    let port = graph.port(to);
    if graph.hop(hop).kind != HopKind::Enter {
        return false;
    }
    let is_mapped = || graph.hops_to(to).into_iter().any(|hop| graph.hop(hop).kind == HopKind::Map);
    match (&port.kind, port.owner) {
        (PortKind::NodePort(_), Owner::Service(id)) => {
            let is_balanced = graph.service(id).kind == ServiceType::LoadBalancer;
            (is_balanced && port.number == Number::Auto) || is_mapped()
        }
        (PortKind::HostPort(..), _) => is_mapped(),
        _ => false,
    }
}

impl Bundle {
    /// Adds what a hop says, with the numbers of the findings about it.
    pub(super) fn add(&mut self, graph: &PortGraph, id: HopId, numbers: &Numbers, marks: Marks<'_>) {
        let (hop, (from, to)) = (graph.hop(id), graph.ends(id));
        let (from, to) = (graph.port(from), graph.port(to));
        let lines = match hop.kind {
            HopKind::Enter => labels::way_in(graph, to),
            HopKind::Map => labels::mapping(graph, from, to),
            HopKind::Target => labels::target(graph, from, hop, to),
            HopKind::Call => labels::call(to),
            HopKind::Redirect => routes::redirect(hop, to),
            HopKind::Match => routes::via(graph, from, to),
            HopKind::Route | HopKind::Mirror => {
                self.routes.add(from, hop, to, numbers, marks.hop(id));
                Vec::new()
            }
            HopKind::Forward | HopKind::Bind => Vec::new(),
        };
        let is_route = matches!(hop.kind, HopKind::Route | HopKind::Mirror);
        let lines = marks.hop_lines(graph, id, lines);
        let mut lines = if is_route { lines } else { with_numbers(lines, numbers) };
        lines.extend(labels::blocked(graph, id).filter(|_| !is_route));
        let to_lines = if numbers.is_empty() { &mut self.lines } else { &mut self.wrong };
        for line in lines {
            if !to_lines.contains(&line) {
                to_lines.push(line);
            }
        }
        self.numbers.extend(numbers);
        self.marks.push(marks.hop(id));
        let is_shut = hop.share().is_some_and(|share| share.weight == 0);
        self.is_stated |= !matches!(hop.how, How::Assumed | How::Auto) && !is_shut && hop.kind != HopKind::Mirror;
        self.is_broken |= [from, to].iter().any(|port| matches!(port.kind, PortKind::Missing(_)));
    }

    /// Adds the ways in over a hop.
    pub(super) fn add_ways(&mut self, ways: &Ways) {
        self.ways.extend(ways);
    }

    /// The arrow for everything that was added; `leaving` is the box that it leaves.
    pub(super) fn into_arrow(self, leaving: Option<&ChartBox>, from: BoxId, to: BoxId) -> Arrow {
        let mut lines = at_most(LABEL_LINES, [self.wrong, self.lines].concat());
        let facts = leaving.and_then(|drawn| drawn.router.as_deref());
        let routes = facts.and_then(|facts| Some((facts, self.routes.besides(&lines)?)));
        lines.extend(routes.iter().flat_map(|(facts, routes)| routes.label(facts)));
        let line = match (self.is_broken, self.is_stated) {
            (true, _) => Line::Broken,
            (false, true) => Line::Solid,
            (false, false) => Line::Dotted,
        };
        Arrow {
            from,
            to,
            lines,
            line,
            numbers: self.numbers,
            mark: together(self.marks),
            stands_for: 1,
            ways: Rc::new(self.ways),
            routes: routes.map(|(_, routes)| Rc::new(routes)),
        }
    }
}

/// The numbers in front of the first line; alone where there is none.
pub(super) fn with_numbers(mut lines: Vec<String>, numbers: &Numbers) -> Vec<String> {
    if !numbers.is_empty() {
        let first = lines.drain(..1.min(lines.len())).collect::<String>();
        lines.insert(0, format!("{} {first}", all_circled(numbers)).trim_end().to_owned());
    }
    lines
}
