//! P035: two Services that are the same but for their names.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity};
use crate::manifest::{Labels, PortRef, Protocol, Service, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P035",
    name: "service-twin",
    title: "Two Services lead to the same ports of the same pods",
    severity: "info",
    what: "Services of one namespace with the same selector, the same type and the same ports and target ports. A headless Service beside a \
           normal one is the usual pair of a StatefulSet and is left alone.",
    why: "Often a copy whose selector was not changed: requests for the one reach the pods of the other. It may be meant, as an alias or \
          while versions are switched.",
    fix: "Correct the selector of the copy, or keep one of the two.",
    elsewhere: "",
    pedantic: true,
    run,
};

/// What makes two Services the same.
type Twin<'s> = (&'s str, ServiceType, bool, &'s Labels, Vec<(u16, Protocol, &'s PortRef)>);

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut first_of: BTreeMap<Twin<'_>, &Service> = BTreeMap::new();
    for (_, service) in context.graph.services() {
        let Some(selector) = &service.selector else { continue };
        let mut ports: Vec<_> = service.ports.iter().map(|port| (port.number, port.protocol, &port.target)).collect();
        ports.sort_unstable();
        if ports.is_empty() || service.kind == ServiceType::ExternalName {
            continue;
        }
        let twin = (service.id.namespace.as_str(), service.kind, service.headless, selector, ports);
        let first = *first_of.entry(twin).or_insert(service);
        if first.id != service.id {
            found.push(finding(first, service));
        }
    }
}

fn finding(first: &Service, second: &Service) -> Finding {
    let message = format!(
        "Service {} has the same selector, type and ports as Service {}: both lead to the same pods",
        second.id.name, first.id.name
    );
    let label = "the same pods".to_owned();
    let finding = CHECK.finding(Severity::Info, &second.id, message, second.selector_at, label);
    finding.related(first.selector_at, format!("as Service {}", first.id.name))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn services(first: &str, second: &str) -> Vec<String> {
        let service = |name: &str, spec: &str| {
            format!("apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n---\n")
        };
        found_by("P035", &(service("a", first) + &service("b", second)))
    }

    #[test]
    fn only_services_that_are_the_same_are_told() {
        let web = "selector: {app: web}, ports: [{port: 80}]";
        assert_eq!(
            services(web, web),
            [
                "info 9 `{app: web}`: Service b has the same selector, type and ports as Service a: both lead to the same pods"
            ]
        );
        for other in [
            "selector: {app: api}, ports: [{port: 80}]",
            "selector: {app: web}, ports: [{port: 81}]",
            "selector: {app: web}, clusterIP: None, ports: [{port: 80}]",
            "selector: {app: web}, type: NodePort, ports: [{port: 80}]",
            "ports: [{port: 80}]",
        ] {
            assert!(services(web, other).is_empty(), "{other}");
        }
    }
}
