//! P038: stated endpoints whose port has another name than the Service's.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopKind, Missing, PortKind};
use crate::manifest::{EndpointPort, Service};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P038",
    name: "slice-port-name",
    title: "No stated endpoint has a port of the Service port's name",
    severity: "error",
    what: "A Service without a selector and the Endpoints or EndpointSlices for it, where none of their ports has the name and protocol of the \
           Service's port. A port without a name joins only a port without a name.",
    why: "kube-proxy joins the two by that name, so this port of the Service has no backends: connections are refused, although both objects \
          are accepted and the addresses are right.",
    fix: "Give both ports the same `name` and protocol, or neither a name.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    for (_, from, to, hop) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Target) {
        if let (PortKind::Missing(Missing::EndpointPort(id, name)), Some(at)) = (&graph.port(to).kind, hop.at) {
            let number = words::number(graph.port(from).number.known().unwrap_or_default(), graph.port(from).protocol);
            found.push(finding(context, graph.service(*id), name, &number, at));
        }
    }
}

fn finding(context: &Context<'_>, service: &Service, name: &str, number: &str, at: Span) -> Finding {
    let stated = ports(context, service);
    let has: Vec<String> = words::distinct(stated.iter().map(|port| describe(port)));
    let wanted = if name.is_empty() { "without a name".to_owned() } else { format!("named `{name}`") };
    let has = if has.is_empty() { "no ports".to_owned() } else { words::list(&has) };
    let message = format!(
        "port {number} of Service {} has no backends: its endpoints have no port {wanted}, but {has}",
        service.id.name
    );
    let finding = CHECK.finding(Severity::Error, &service.id, message, at, "joined by name and protocol".to_owned());
    let finding = stated.iter().take(3).fold(finding, |finding, port| finding.related(port.at, describe(port)));
    match stated.first() {
        Some(first) if first.name.is_empty() => {
            finding.help(format!("write `name: {name}` in the endpoints, or take it out of the Service"))
        }
        Some(first) => finding.help(format!("write `name: {}` in the Service's port", first.name)),
        None => finding,
    }
}

fn ports<'g>(context: &Context<'g>, service: &Service) -> Vec<&'g EndpointPort> {
    let endpoints = context.graph.roles().endpoints.iter().filter(|endpoints| {
        endpoints.id.namespace == service.id.namespace && endpoints.service.as_ref() == Some(&service.id.name)
    });
    endpoints.flat_map(|endpoints| &endpoints.subsets).flat_map(|subset| &subset.ports).collect()
}

fn describe(port: &EndpointPort) -> String {
    let number = words::number(port.number, port.protocol);
    if port.name.is_empty() { format!("{number} without a name") } else { format!("{number} ({})", port.name) }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn service(port: &str, endpoint: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{ports: [{{{port}}}]}}\n---\n\
             apiVersion: v1\nkind: Endpoints\nmetadata: {{name: db}}\nsubsets: [{{addresses: [{{ip: 10.0.0.1}}], ports: [{{{endpoint}}}]}}]\n"
        );
        found_by("P038", &text)
    }

    #[test]
    fn ep_02_ports_join_by_name() {
        assert_eq!(
            service("name: sql, port: 5432", "port: 5432"),
            [
                "error 4 `5432`: port 5432 of Service db has no backends: its endpoints have no port named `sql`, but 5432 without a name"
            ]
        );
        assert_eq!(service("port: 5432", "name: sql, port: 5432").len(), 1);
        assert!(service("name: sql, port: 5432", "name: sql, port: 15432").is_empty());
        assert!(service("port: 5432", "port: 5432").is_empty());
    }
}
