//! The whole output, whose lists are made entry by entry while it is printed.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::model::Places;
use super::{SCHEMA, findings, monitors, nodes, routes, services};
use crate::check;
use crate::graph::{Keys, PortGraph};
use crate::source::Sources;

/// The whole output. The entries of its lists are made one by one, while it is printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) keys: &'g Keys,
    pub(super) sources: &'g Sources,
    pub(super) findings: &'g [check::Finding],
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { graph, keys, sources, findings } = *self;
        let places = Places::new(sources);
        let has_monitors = !graph.roles().monitors.is_empty();
        let mut document = serializer.serialize_struct("Document", 6 + usize::from(has_monitors))?;
        document.serialize_field("schema", SCHEMA)?;
        document.serialize_field("services", &Each(|| services::services(graph, places)))?;
        document.serialize_field("routes", &Each(|| routes::routes(graph, places)))?;
        document.serialize_field("nodes", &Each(|| nodes::nodes(graph, keys, places)))?;
        document.serialize_field("edges", &Each(|| nodes::edges(graph, keys, places)))?;
        if has_monitors {
            document.serialize_field("monitors", &Each(|| monitors::monitors(graph, places)))?;
        }
        document.serialize_field("findings", &Each(|| findings::findings(findings, places)))?;
        document.end()
    }
}

/// A list of which only one entry at a time is in memory.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
