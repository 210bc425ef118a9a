//! Rows: what a change says, in pieces that each format writes in its own way.

use super::subject;
use crate::diff::{Attribute, Change, Diff, End, ExposureChange, Field, Mark, Subject, Value};
use crate::graph::{Owner, Port, PortGraph, PortId, PortKind, Reach};
use crate::view::doc::exposure;
use crate::view::words;

/// The most ports that one cell names.
const MOST_ENDS: usize = 4;

/// A piece of a line: words of ours, or what comes from a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Plain.
    Text(String),
    /// What is written in manifests: numbers, names, addresses.
    Code(String),
}

/// Several pieces on one line.
pub(super) type Line = Vec<Piece>;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What became of it.
    pub(super) mark: Mark,
    /// What it is about.
    pub(super) what: Line,
    /// What is to be said about it, a line for each field; may be none.
    pub(super) details: Vec<Line>,
}

/// One port that is open to others than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) what: Line,
    pub(super) was: &'static str,
    pub(super) now: &'static str,
    /// Through which ports, a line for each kind.
    pub(super) through: Vec<Line>,
}

fn text(text: impl Into<String>) -> Piece {
    Piece::Text(text.into())
}

fn code(text: impl Into<String>) -> Piece {
    Piece::Code(text.into())
}

/// What rows are made of.
pub(super) struct Rows<'d> {
    graph: &'d PortGraph,
    /// Objects need their namespace beside them.
    has_several_namespaces: bool,
}

impl<'d> Rows<'d> {
    pub(super) fn of(diff: &'d Diff<'_>) -> Self {
        let graph = &diff.marked.graph;
        let ids = graph.owners().filter_map(|owner| graph.object(owner));
        let mut namespaces = ids.map(|id| id.namespace.as_str()).filter(|namespace| !namespace.is_empty());
        let first = namespaces.next();
        Self { graph, has_several_namespaces: namespaces.any(|namespace| Some(namespace) != first) }
    }

    /// The row of a change.
    pub(super) fn row(&self, change: &Change) -> Row {
        let graph = self.graph;
        let mut what = self.owner(change.owner);
        match change.subject {
            Subject::Service => {}
            Subject::Call => what.extend(asks(graph, change)),
            _ => what.extend(change.port.map(|id| port(graph, change.subject, id)).unwrap_or_default()),
        }
        let told = change.attributes.iter().filter(|attribute| is_told(change, attribute));
        let details = match change.mark {
            Mark::Changed | Mark::Same => told.map(|attribute| changed(graph, attribute)).collect(),
            Mark::Added | Mark::Removed => told.filter_map(|attribute| stated(graph, attribute)).collect(),
        };
        Row { mark: change.mark, what, details }
    }

    /// The row of a port that is open to others than before.
    pub(super) fn opened(&self, change: &ExposureChange) -> Opened {
        let graph = self.graph;
        let place = |reach: Option<Reach>| reach.map_or("-", words::reach);
        let node = graph.port(change.port);
        let kind = Subject::ContainerPort;
        let kind = if node.kind == PortKind::ServicePort { Subject::ServicePort } else { kind };
        let mut what = self.owner(node.owner);
        what.extend(port(graph, kind, change.port));
        Opened { what, was: place(change.was), now: place(change.now), through: through(graph, &change.entrances) }
    }

    /// Kind and name of an owner, with its namespace where there are several.
    fn owner(&self, owner: Owner) -> Line {
        let title = words::title(self.graph, owner);
        let namespace = self.graph.object(owner).map(|id| id.namespace.as_str());
        match namespace.filter(|namespace| self.has_several_namespaces && !namespace.is_empty()) {
            Some(namespace) => vec![text(format!("{title} in {namespace}"))],
            None => vec![text(title)],
        }
    }
}

/// The ways in to a port, the farthest first, those of one kind in one line.
fn through(graph: &PortGraph, entrances: &[PortId]) -> Vec<Line> {
    let mut lines: Vec<(&'static str, Vec<String>)> = Vec::new();
    for id in entrances.iter().rev() {
        let (kind, name) = exposure::name(graph, *id);
        match lines.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => lines.push((kind, vec![name])),
        }
    }
    let line = |(kind, names): (&str, Vec<String>)| {
        let more = names.len().saturating_sub(MOST_ENDS);
        let mut line = vec![text(format!("{kind} "))];
        for (at, name) in names.into_iter().take(MOST_ENDS).enumerate() {
            line.extend((at > 0).then(|| text(", ")));
            line.push(code(name));
        }
        line.extend((more > 0).then(|| text(format!(" and {more} more"))));
        line
    };
    lines.into_iter().map(line).collect()
}

/// A port behind its owner: `, node port 30432`.
fn port(graph: &PortGraph, kind: Subject, id: PortId) -> Line {
    let port = graph.port(id);
    let address = address(port);
    let mut line = vec![text(format!(", {} ", subject(kind))), code(address)];
    line.extend(port.name.as_ref().filter(|_| kind != Subject::Listener).map(|name| text(format!(" ({name})"))));
    line
}

/// The number of a port, or what stands for it.
fn address(port: &Port) -> String {
    let number = words::number(port.number, port.protocol);
    match &port.kind {
        PortKind::Route(route) => words::route(route),
        PortKind::ExternalIp(ip) => words::address(ip, port),
        PortKind::HostMapping(mapping) => words::host_address(mapping.listen.as_deref(), port),
        PortKind::HostPort(Some(ip), _) => words::address(ip, port),
        PortKind::Listener(listener) => {
            let words = [listener.name.as_deref().unwrap_or(listener.speaks.as_str()), &number];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        }
        _ => number,
    }
}

/// ` asks db:5432`
fn asks(graph: &PortGraph, change: &Change) -> Line {
    match change.port {
        Some(id) if matches!(graph.port(id).kind, PortKind::Missing(_)) => {
            vec![text(" asks where nothing is: "), text(end(graph, id))]
        }
        Some(id) => vec![text(" asks "), code(end(graph, id))],
        None => Vec::new(),
    }
}

/// Is a field worth a line? What the row says already is not, and of what comes or goes only what it leads to.
fn is_told(change: &Change, attribute: &Attribute) -> bool {
    match (change.mark, attribute.field) {
        (Mark::Changed, Field::Place) => attribute.was != attribute.now,
        (Mark::Changed, _) => true,
        (_, Field::Place | Field::LeadsTo | Field::Backend | Field::Type) => true,
        (_, Field::TargetPort) => change.subject == Subject::ServicePort,
        (_, Field::HostNetwork | Field::NodePort) => true,
        _ => false,
    }
}

/// ``port `5432` → `15432` ``
fn changed(graph: &PortGraph, attribute: &Attribute) -> Line {
    let side = |value: &Option<Value>| value.as_ref().and_then(|value| self::value(graph, value, MOST_ENDS));
    let piece = |value: &Option<Value>| side(value).map_or_else(|| text("none"), code);
    let word = text(format!("{} ", field(attribute.field)));
    vec![word, piece(&attribute.was), text(" → "), piece(&attribute.now)]
}

/// ``targetPort `8080` ``
fn stated(graph: &PortGraph, attribute: &Attribute) -> Option<Line> {
    let value = self::value(graph, attribute.now.as_ref().or(attribute.was.as_ref())?, MOST_ENDS)?;
    let word = if attribute.field == Field::Backend { "leads to" } else { field(attribute.field) };
    Some(vec![text(format!("{word} ")), code(value)])
}

/// What a field says, with at most so many ports; `None`: nothing.
pub(super) fn value(graph: &PortGraph, value: &Value, most: usize) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::Ports(ends) if ends.is_empty() => None,
        Value::Ports(ends) => {
            let shared = |End { port, share }: &End| {
                let share = share.map(|share| format!(" ({})", words::share(share))).unwrap_or_default();
                format!("{}{share}", end(graph, *port))
            };
            let more = ends.len().saturating_sub(most);
            let more = (more > 0).then(|| format!("{more} more"));
            Some(ends.iter().take(most).map(shared).chain(more).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A port that something leads to: `Deployment db:5432`, `db:5432` of a Service, what is missing.
fn end(graph: &PortGraph, id: PortId) -> String {
    let port = graph.port(id);
    match (&port.kind, graph.object(port.owner)) {
        (PortKind::Missing(missing), _) => missing.to_string(),
        (PortKind::External(target), _) => words::external(target, port),
        (PortKind::ServicePort, Some(object)) => words::address(&object.name, port),
        (PortKind::Listener(_), _) => address(port),
        _ => format!("{}:{}", words::title(graph, port.owner), words::number(port.number, port.protocol)),
    }
}

/// A field as manifests call it.
pub(super) fn field(field: Field) -> &'static str {
    match field {
        Field::Port => "port",
        Field::Name => "name",
        Field::Protocol => "protocol",
        Field::AppProtocol => "appProtocol",
        Field::Speaks => "speaks",
        Field::TargetPort => "targetPort",
        Field::NodePort => "node port",
        Field::Container => "container",
        Field::Address => "address",
        Field::HostNetwork => "hostNetwork",
        Field::Host => "host",
        Field::Path => "path",
        Field::PathType => "pathType",
        Field::Conditions => "conditions",
        Field::Listeners => "listeners",
        Field::Backend => "backend",
        Field::LeadsTo => "leads to",
        Field::Type => "type",
        Field::ExternalName => "externalName",
        Field::Asks => "asks",
        Field::Place => "from",
    }
}
