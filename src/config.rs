//! Settings: what a `portolan.yaml` says. Text in, [`Config`] out; `load` finds and reads the file, `run` joins it with the command line.
//!
//! Reading is strict, because a misspelt setting that is passed over is worse than none: an unknown key, a wrong type or a check that is
//! not there is told with its place and, where one is near, the right word. Two readers share the work: [`yaml`] refuses what is no YAML,
//! bounds it, and knows places; serde_yaml fills the types. docs/config.md and docs/portolan.config.schema.json tell of the same keys.

mod fault;
#[cfg(test)]
mod tests;
mod written;

use crate::check::{CheckId, NodePortRange, Options, Severity, Waiver};
use crate::manifest::object_name::ObjectName;
use crate::manifest::{Note, Roles};
use crate::problem::{Place, Problem};
use crate::source::{SourceId, Span};
use crate::view::doc::Section;
use crate::yaml::{self, Document, Node};
use written::{Group, Written};

/// The settings of a file. What it does not say is left to the command line and its defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `namespace`: of objects that state none.
    pub namespace: Option<String>,
    /// `sections` of the port document; none: all.
    pub sections: Vec<Section>,
    /// `nodePortRange` of the cluster.
    pub node_port_range: Option<NodePortRange>,
    /// `select`: the checks that run; none: all.
    pub select: Vec<CheckId>,
    /// `complete`: the input is all there is.
    pub complete: bool,
    /// `pedantic`: also what is true and mostly meant so.
    pub pedantic: bool,
    /// `failOn`: from which severity on findings make the exit status 1.
    pub fail_on: Option<Severity>,
    /// `ignore`, with places.
    ignore: Vec<(CheckId, Option<ObjectName>, Span)>,
    /// `objects` and `groups` with their places, the weakest first.
    notes: Vec<(Note, Span)>,
}

/// How much of what a file is about the input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// All below the folder of the file: what names nothing there is a mistake.
    Whole,
    /// Perhaps a part only.
    #[default]
    Part,
}

impl Config {
    /// Reads a file. An empty one is fine.
    ///
    /// # Errors
    /// It is no YAML, has a key that is not known, or a value that cannot be.
    pub fn read(source: SourceId, text: &str) -> Result<Self, Problem> {
        let mut documents = Vec::new();
        for range in yaml::split(text) {
            let document = yaml::parse(source, text, range);
            documents
                .extend(document.map_err(|error| Problem::error(Place::Span(error.span), error.message, error.help))?);
        }
        let Some(document) = documents.first() else { return Ok(Self::default()) };
        fault::refuse_other_texts(&documents)?;
        let written: Written = serde_yaml::from_str(text).map_err(|error| fault::problem(&error, source, text))?;
        Ok(Self::placed(written, document))
    }

    /// The settings with the places that they have in the document.
    fn placed(written: Written, document: &Document<'_>) -> Self {
        let root = document.root();
        let ignored = written.ignore.into_iter().zip(items(root, "ignore"));
        let objects = written.objects.into_iter().zip(entries(root, "objects"));
        let objects = objects.map(|((object, said), (key, _))| (said.into_note(object.0), key.span()));
        let groups: Vec<_> = written.groups.into_iter().zip(entries(root, "groups")).collect();
        let labels = groups.iter().filter_map(|((name, group), (key, _))| Some((group.labelled(&name.0)?, key.span())));
        let members = groups.iter().flat_map(|((name, group), (_, value))| members(&name.0, group, *value));
        // The first that fits counts, and what names an object counts more than what names its labels.
        let mut notes: Vec<(Note, Span)> = objects.chain(members).chain(labels).collect();
        notes.reverse();
        Self {
            notes,
            ignore: ignored.map(|(ignored, node)| (ignored.id, ignored.object, node.span())).collect(),
            namespace: written.namespace.map(|namespace| namespace.0).filter(|namespace| !namespace.is_empty()),
            sections: written.sections.into_iter().map(|section| section.0).collect(),
            node_port_range: written.node_port_range.map(|range| range.0),
            select: written.select.into_iter().map(|id| id.0).collect(),
            complete: written.complete,
            pedantic: written.pedantic,
            fail_on: written.fail_on.map(|severity| severity.0),
        }
    }

    /// The text has become another source.
    pub fn move_to(&mut self, source: SourceId) {
        let ignored = self.ignore.iter_mut().map(|(.., at)| at);
        for at in ignored.chain(self.notes.iter_mut().map(|(_, at)| at)) {
            at.source = source;
        }
    }

    /// The options of checks with what the file says. The command line wins: it says itself what to select, and shows what it selects
    /// even where the file ignores that everywhere.
    #[must_use]
    pub fn options(&self, stated: Options, extent: Extent) -> Options {
        let waivers =
            self.waivers(extent).filter(|waiver| waiver.object.is_some() || !stated.select.contains(&waiver.id));
        Options {
            waivers: waivers.collect(),
            complete: stated.complete || self.complete,
            pedantic: stated.pedantic || self.pedantic,
            node_port_range: stated.node_port_range.or_else(|| self.node_port_range.clone()),
            select: if stated.select.is_empty() { self.select.clone() } else { stated.select },
            ..stated
        }
    }

    fn waivers(&self, extent: Extent) -> impl Iterator<Item = Waiver> {
        let is_told = extent == Extent::Whole;
        self.ignore.iter().map(move |(id, object, at)| Waiver { id: *id, object: object.clone(), at: *at, is_told })
    }

    /// Notes on the roles what the file says of objects; warns of what names nothing, where the input is whole.
    pub fn note(&self, roles: &mut Roles, extent: Extent) -> Vec<Problem> {
        let fits = roles.note(self.notes.iter().map(|(note, _)| note));
        let idle = self.notes.iter().zip(fits).filter(|(_, fits)| !fits && extent == Extent::Whole);
        idle.map(|((note, at), _)| {
            let message = format!("{} names no workload and no Service of the input", note.whom);
            let help = "mend it, or take it out; kinds are written as kubectl has them: deploy/web, shop/svc/web";
            Problem::warning(Place::Span(*at), message, Some(help.to_owned()))
        })
        .collect()
    }
}

fn members(name: &str, group: &Group, node: Node<'_>) -> Vec<(Note, Span)> {
    group.members(name).zip(items(node, "objects").map(Node::span)).collect()
}

/// The items of the list under a key.
fn items<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    node.get(key).into_iter().flat_map(Node::items)
}

/// The keys and values of the mapping under a key.
fn entries<'d>(node: Node<'d>, key: &str) -> impl Iterator<Item = (Node<'d>, Node<'d>)> + use<'d> {
    node.get(key).into_iter().flat_map(Node::entries)
}
