//! The difference for programs: `portolan.diff/v1`, in structs of its own, described by `docs/portolan.diff.v1.schema.json`.

use anyhow::Result;
use serde::Serialize;

use super::{Texts, rows, sentence};
use crate::check::{Finding, by_name};
use crate::diff::{self, Attribute, Change, Count, Diff, ExposureChange, Mark, Subject};
use crate::graph::{PortId, Reach};
use crate::manifest::ObjectId;
use crate::source::{Location, Sources};

#[derive(Serialize)]
struct Document<'d> {
    schema: &'static str,
    summary: Summary,
    exposures: Vec<Exposure<'d>>,
    changes: Vec<PortChange<'d>>,
    findings: Findings<'d>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    text: String,
    ways_in: Counts,
    ports: Counts,
    services: usize,
    calls: Counts,
    newly_exposed: usize,
    closed: usize,
    new_findings: usize,
    fixed_findings: usize,
}

#[derive(Serialize)]
struct Counts {
    added: usize,
    removed: usize,
    changed: usize,
}

#[derive(Serialize)]
struct Object<'d> {
    group: &'d str,
    kind: &'d str,
    namespace: &'d str,
    name: &'d str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Exposure<'d> {
    port: String,
    object: Option<Object<'d>>,
    before: Option<&'static str>,
    after: Option<&'static str>,
    newly_exposed: bool,
    through: Vec<String>,
}

#[derive(Serialize)]
struct PortChange<'d> {
    mark: &'static str,
    subject: &'static str,
    object: Option<Object<'d>>,
    port: Option<String>,
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct Field {
    name: &'static str,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct Findings<'d> {
    new: Vec<ToldFinding<'d>>,
    fixed: Vec<ToldFinding<'d>>,
}

#[derive(Serialize)]
struct ToldFinding<'d> {
    id: &'d str,
    name: &'d str,
    severity: &'d str,
    message: &'d str,
    object: Object<'d>,
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
}

#[derive(Serialize)]
struct At {
    file: String,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// The JSON text.
pub(super) fn render(diff: &Diff<'_>, texts: Texts<'_>) -> Result<String> {
    let document = Document {
        schema: "portolan.diff/v1",
        summary: summary(diff),
        exposures: diff.exposures.iter().map(|change| exposure(diff, change)).collect(),
        changes: diff.changes.iter().map(|change| port_change(diff, change)).collect(),
        findings: Findings {
            new: diff.new.iter().map(|finding| told(finding, texts.head)).collect(),
            fixed: diff.fixed.iter().map(|finding| told(finding, texts.base)).collect(),
        },
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn summary(diff: &Diff<'_>) -> Summary {
    let summary = diff.summary();
    let counts = |Count { added, removed, changed }| Counts { added, removed, changed };
    Summary {
        text: if diff.is_empty() { sentence::NO_DIFFERENCE.to_owned() } else { sentence::sentence(&summary) },
        ways_in: counts(summary.ways_in),
        ports: counts(summary.ports),
        services: summary.services,
        calls: counts(summary.calls),
        newly_exposed: summary.newly_exposed,
        closed: summary.closed,
        new_findings: summary.new_findings,
        fixed_findings: summary.fixed_findings,
    }
}

fn object(id: &ObjectId) -> Object<'_> {
    Object { group: id.group.as_str(), kind: id.kind.as_str(), namespace: &id.namespace, name: &id.name }
}

fn exposure<'d>(diff: &'d Diff<'_>, change: &ExposureChange) -> Exposure<'d> {
    let graph = &diff.marked.graph;
    let key = |id: &PortId| graph.key(*id).to_string();
    Exposure {
        port: key(&change.port),
        object: graph.object(graph.port(change.port).owner).map(object),
        before: change.was.map(reach),
        after: change.now.map(reach),
        newly_exposed: change.is_newly_exposed(),
        through: change.entrances.iter().map(key).collect(),
    }
}

fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Pod => "pod",
        Reach::Cluster => "cluster",
        Reach::Node => "node",
        Reach::HostMachine => "hostMachine",
        Reach::Network => "network",
        Reach::Internet => "internet",
    }
}

fn port_change<'d>(diff: &'d Diff<'_>, change: &'d Change) -> PortChange<'d> {
    let graph = &diff.marked.graph;
    let field = |Attribute { field, was, now }: &Attribute| Field {
        name: self::field(*field),
        before: was.as_ref().and_then(|value| rows::value(graph, value, usize::MAX)),
        after: now.as_ref().and_then(|value| rows::value(graph, value, usize::MAX)),
    };
    PortChange {
        mark: mark(change.mark),
        subject: subject(change.subject),
        object: graph.object(change.owner).map(object),
        port: change.port.map(|id| graph.key(id).to_string()),
        fields: change.attributes.iter().map(field).collect(),
    }
}

/// A field in one word.
fn field(field: diff::Field) -> &'static str {
    match field {
        diff::Field::NodePort => "nodePort",
        diff::Field::LeadsTo => "leadsTo",
        other => rows::field(other),
    }
}

fn mark(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "added",
        Mark::Removed => "removed",
        Mark::Changed => "changed",
        Mark::Same => "same",
    }
}

fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Service => "service",
        Subject::HostMapping => "hostMapping",
        Subject::LoadBalancer => "loadBalancer",
        Subject::ExternalIp => "externalIp",
        Subject::NodePort => "nodePort",
        Subject::HostPort => "hostPort",
        Subject::Listener => "listener",
        Subject::Route => "route",
        Subject::ServicePort => "servicePort",
        Subject::ContainerPort => "containerPort",
        Subject::Call => "call",
    }
}

fn told<'d>(finding: &'d Finding, sources: &Sources) -> ToldFinding<'d> {
    let Location { file, line, column, field } = sources.location(finding.primary.span);
    ToldFinding {
        id: finding.id,
        name: by_name(finding.id).map_or(finding.id, |check| check.name),
        severity: finding.severity.as_str(),
        message: &finding.message,
        object: object(&finding.object),
        at: At { file, line, column, field },
        help: finding.help.as_deref(),
    }
}
