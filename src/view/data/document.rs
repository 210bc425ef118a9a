//! The whole output: lists whose entries are made while they are printed, a few at a time.

use std::ops::Range;

use serde::ser::{SerializeSeq, SerializeStruct as _};
use serde::{Serialize, Serializer};

use super::model::Places;
use super::{SCHEMA, findings, monitors, nodes, routes, services};
use crate::check::Finding;
use crate::graph::{Monitored, PortGraph};
use crate::source::Sources;
use crate::view::findings::in_order;

/// The whole output.
pub(super) struct Document<'g> {
    graph: &'g PortGraph,
    sources: &'g Sources,
    monitored: Vec<Monitored<'g>>,
    findings: Vec<&'g Finding>,
}

/// A list of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Services,
    Routes,
    Nodes,
    Edges,
    Monitors,
    Findings,
}

impl List {
    /// The key that it stands under.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Routes => "routes",
            Self::Nodes => "nodes",
            Self::Edges => "edges",
            Self::Monitors => "monitors",
            Self::Findings => "findings",
        }
    }
}

impl<'g> Document<'g> {
    /// All that a graph has, and what was found in it.
    pub(super) fn new(graph: &'g PortGraph, sources: &'g Sources, findings: &'g [Finding]) -> Self {
        Self { graph, sources, monitored: graph.monitored(), findings: in_order(findings) }
    }

    /// The lists, in the order in which they are printed.
    pub(super) fn lists(&self) -> impl Iterator<Item = List> {
        let monitors = (!self.monitored.is_empty()).then_some(List::Monitors);
        [List::Services, List::Routes, List::Nodes, List::Edges].into_iter().chain(monitors).chain([List::Findings])
    }

    /// How many things of the graph a list tells of; each has a place of its own in the list, where its entries stand.
    pub(super) fn len(&self, list: List) -> usize {
        let roles = self.graph.roles();
        match list {
            List::Services => roles.services.len(),
            List::Routes => roles.routers.len(),
            List::Nodes => self.graph.ports().len(),
            List::Edges => self.graph.hops().len(),
            List::Monitors => self.monitored.len(),
            List::Findings => self.findings.len(),
        }
    }

    /// Adds the entries of some of a list's things.
    fn add<S: SerializeSeq>(&self, list: List, some: Range<u32>, to: &mut S) -> Result<(), S::Error> {
        let (graph, places) = (self.graph, Places::new(self.sources));
        match list {
            List::Services => each(services::services(graph, places, some), to),
            List::Routes => each(routes::routes(graph, places, some), to),
            List::Nodes => each(nodes::nodes(graph, places, some), to),
            List::Edges => each(nodes::edges(graph, places, some), to),
            List::Monitors => each(monitors::monitors(graph, places, slice(&self.monitored, some)), to),
            List::Findings => each(findings::findings(slice(&self.findings, some), places), to),
        }
    }
}

fn each<S: SerializeSeq>(mut entries: impl Iterator<Item: Serialize>, to: &mut S) -> Result<(), S::Error> {
    entries.try_for_each(|entry| to.serialize_element(&entry))
}

fn slice<T>(list: &[T], some: Range<u32>) -> &[T] {
    list.get(some.start as usize..some.end as usize).unwrap_or_default()
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Document", 1 + self.lists().count())?;
        document.serialize_field("schema", SCHEMA)?;
        for list in self.lists() {
            document.serialize_field(
                list.key(),
                &Part { document: self, list, some: 0..u32::try_from(self.len(list)).unwrap_or(u32::MAX) },
            )?;
        }
        document.end()
    }
}

/// A part of a list. Only one entry at a time is in memory.
pub(super) struct Part<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) list: List,
    pub(super) some: Range<u32>,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entries = serializer.serialize_seq(None)?;
        self.document.add(self.list, self.some.clone(), &mut entries)?;
        entries.end()
    }
}
