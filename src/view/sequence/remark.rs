//! Remarks: what is said about requests that were not drawn, and how to ask for each.

use super::choose::{Chosen, Named, port_words};
use super::request::{Request, Start, has_namespaces};
use crate::graph::{Missing, Number, PortGraph, PortId, PortKind};
use crate::manifest::object_name;
use crate::view::shell::sh_quote;

/// The most choices that an error lists.
const MOST_CHOICES: usize = 20;

/// What a page says about the requests that are not on it, in Markdown.
pub(super) fn remarks(chosen: &Chosen) -> Vec<String> {
    if chosen.requests.is_empty() && chosen.left.is_empty() {
        return vec![
            "No request can be drawn: these manifests have no way in, no call and no Service with a target.".to_owned(),
        ];
    }
    if chosen.left.is_empty() {
        return Vec::new();
    }
    let left = chosen.left.join(", ");
    vec![format!(
        "Not drawn here: {left}. `--all` draws everything; `--from` and `--to` choose, such as `--to svc/NAME`."
    )]
}

/// Why bare Mermaid cannot be printed, with the choices that there are.
pub(super) fn not_one(graph: &PortGraph, requests: &[Request]) -> anyhow::Error {
    if requests.is_empty() {
        return anyhow::anyhow!(
            "no request can be drawn: the manifests have no way in, no call and no Service with a target"
        );
    }
    let choices = requests.iter().take(MOST_CHOICES).map(|request| format!("\n  {}", choice(graph, request)));
    let more = requests.len().saturating_sub(MOST_CHOICES);
    let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    anyhow::anyhow!(
        "--format mermaid prints one diagram, and there are {}; choose one:{}{more}",
        requests.len(),
        choices.collect::<String>()
    )
}

/// The options that choose a request: the object of the way in, or who calls; and where that leads to several, the target.
fn choice(graph: &PortGraph, request: &Request) -> String {
    let entry = request.trunk.first().copied();
    let from = match request.start {
        Start::Outside | Start::HostMachine if request.routes.is_empty() => entry.and_then(|id| with_port(graph, id)),
        Start::Outside | Start::HostMachine => entry.and_then(|id| object(graph, id)),
        Start::AnyPod => Some("inside".to_owned()),
        Start::Workload(caller, _) => Some(name(graph, &Named::of(&graph.workload(caller).id))),
    };
    let is_direct = !request.starts_inside() && request.routes.is_empty();
    let to = if is_direct { None } else { target(graph, request).and_then(|id| with_port(graph, id)) };
    let options = [("--from", from), ("--to", to)].into_iter();
    let options = options.filter_map(|(option, name)| Some(format!("{option} {}", sh_quote(&name?))));
    options.collect::<Vec<_>>().join(" ")
}

/// The Service port it passes, else where it ends.
fn target(graph: &PortGraph, request: &Request) -> Option<PortId> {
    request.service(graph).map(|(id, _)| id).or(request.parted(graph).1.first().copied())
}

fn with_port(graph: &PortGraph, id: PortId) -> Option<String> {
    let port = graph.port(id);
    let has_port = port.number != Number::Unknown || matches!(port.kind, PortKind::Missing(Missing::ServicePort(..)));
    let object = object(graph, id)?;
    Some(if has_port { format!("{object}:{}", port_words(port)) } else { object })
}

fn object(graph: &PortGraph, id: PortId) -> Option<String> {
    Named::new(graph, id).map(|object| name(graph, &object))
}

fn name(graph: &PortGraph, object: &Named<'_>) -> String {
    object_name::written(object.kind, object.namespace, object.name, has_namespaces(graph))
}
