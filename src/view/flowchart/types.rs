//! Service types side by side, to compare them: one chart per type, with its own copy of clients and workloads.

use std::collections::{BTreeMap, BTreeSet};

use super::GroupBy;
use super::chart::{Arrow, Chart};
use super::fold::{fold, frame};
use super::marks::Marks;
use crate::graph::{Owner, PortGraph};
use crate::manifest::ServiceType;
use crate::view::findings::Numbered;
use crate::view::words;

/// The chart of each type that there is, in the order in which a Service opens up.
pub(super) fn by_type(graph: &PortGraph, findings: &[Numbered<'_>]) -> Vec<(&'static str, Chart)> {
    let mut owners: BTreeMap<(ServiceType, &'static str), BTreeSet<Owner>> = BTreeMap::new();
    for (id, service) in graph.services() {
        owners.entry((service.kind, words::service_type(service))).or_default().insert(Owner::Service(id));
    }
    owners.into_iter().map(|((_, word), owners)| (word, of_type(graph, word, &owners, findings))).collect()
}

fn of_type(graph: &PortGraph, word: &str, services: &BTreeSet<Owner>, findings: &[Numbered<'_>]) -> Chart {
    let mut chart = fold(&graph.narrowed(&graph.touching(services)), GroupBy::Namespace, findings, Marks(None));
    for drawn in &mut chart.boxes {
        drawn.name.insert(1, word.to_owned());
        drawn.frames = vec![frame("type", &[word], &format!("{word} Services"))];
    }
    chart
}

/// All charts as one.
pub(super) fn side_by_side<'c>(charts: impl IntoIterator<Item = &'c Chart>) -> Chart {
    let mut whole = Chart::default();
    for chart in charts {
        let count = whole.boxes.len();
        whole.boxes.extend(chart.boxes.iter().cloned());
        let moved = |arrow: &Arrow| Arrow { from: arrow.from + count, to: arrow.to + count, ..arrow.clone() };
        whole.arrows.extend(chart.arrows.iter().map(moved));
    }
    whole
}
