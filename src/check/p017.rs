//! P017: a route leads to a port that its Service does not have.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::meant::{self, Asked};
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Crossing, PortRef, Router, Service, ServicePort, ServiceRef, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P017",
    name: "backend-port-missing",
    title: "A route leads to a port that the Service does not have",
    severity: "error; info where the input has several definitions of the route or the Service, so that variants are mixed",
    what: "A backend of an Ingress, a VirtualService, an IngressRoute or an HTTPProxy whose port number is not a `port` of the Service, or whose port name is not the name of a Service port. \
           Numbers and names of containers do not count.",
    why: "The object is accepted, and requests for the route get a 503 or 404; Traefik logs `service port not found`. ingress-nginx also takes \
          a targetPort, so it may work there and break with the next controller.",
    fix: "Write the `port` (or its name) that the Service states: the number in front of the Service, not the container's. `--fix` writes it \
          where what stands there is the targetPort or nodePort of one port, or where the Service has just one port.",
    elsewhere: "kube-linter dangling-ingress, popeye POP-1402, kube-score ingress-targets-service, kubevious ingress-service-ref",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let asked = LazyCell::new(|| asked(context));
    for (_, router) in
        context.graph.routers().filter(|(_, router)| router.crossing != Crossing::Granted && !router.paired)
    {
        // Every host and match of a rule has the same backends.
        let mut seen = BTreeSet::new();
        for reference in router.service_refs().filter(|one| is_asked_for(router, one) && seen.insert(one.at)) {
            let Some(service) = context.service(&reference.namespace, &reference.service) else { continue };
            // An alias has the ports of what it stands for (EN-01).
            if service.kind != ServiceType::ExternalName && !service.ports.iter().any(|port| is_meant(port, reference))
            {
                let replaced = &context.graph.roles().replaced;
                let mixed = replaced.contains(&router.id) || replaced.contains(&service.id);
                let asked = asked.get(&key(reference));
                let meant = asked.and_then(|asked| meant::route(context, service, reference, asked));
                let edit = meant.and_then(|port| context.write(reference.at, &port));
                found.push(finding(router, service, reference, mixed).fix(edit));
            }
        }
    }
}

/// Has the reference to state a port, or does it? P050 tells where one is needed and none is stated.
fn is_asked_for(router: &Router, reference: &ServiceRef) -> bool {
    router.crossing != Crossing::Free || reference.port.is_some()
}

/// What routes ask of each Service.
fn asked<'g>(context: &Context<'g>) -> BTreeMap<(&'g str, &'g str), Asked<'g>> {
    let mut asked: BTreeMap<_, Asked<'_>> = BTreeMap::new();
    for reference in context.graph.routers().flat_map(|(_, router)| router.service_refs()) {
        asked.entry(key(reference)).or_default().insert(reference.port.as_ref());
    }
    asked
}

fn key(reference: &ServiceRef) -> (&str, &str) {
    (&reference.namespace, &reference.service)
}

fn is_meant(port: &ServicePort, reference: &ServiceRef) -> bool {
    match &reference.port {
        Some(PortRef::Number(number)) => port.number == *number,
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
        None => false,
    }
}

fn finding(router: &Router, service: &Service, reference: &ServiceRef, mixed: bool) -> Finding {
    let severity = if mixed { Severity::Info } else { Severity::Error };
    let (who, name) = (words::name(&router.id), &service.id.name);
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    let has = if has.is_empty() { "none".to_owned() } else { words::list(&has) };
    let message = match &reference.port {
        Some(PortRef::Number(number)) => format!("{who} leads to port {number} of Service {name}, which has {has}"),
        Some(PortRef::Name(port)) => {
            format!("{who} leads to the port named `{port}` of Service {name}, which has {has}")
        }
        None => format!("{who} states no port of Service {name}, which the API server rejects; the Service has {has}"),
    };
    let label = if reference.port.is_some() { "no such port in the Service" } else { "no port is stated here" };
    let finding = CHECK.finding(severity, &router.id, message, reference.at, label.to_owned());
    let finding = finding.help(help(router, service, reference));
    service.ports.iter().take(3).fold(finding, |finding, port| {
        finding.related(port.at, format!("the Service has {}", words::service_port(port)))
    })
}

/// The port that is very likely meant: what leads to the same target, what is named nearly so, the only one.
fn help(router: &Router, service: &Service, reference: &ServiceRef) -> String {
    let is_ingress = router.id.kind == "Ingress";
    let write = |port: &ServicePort| match (&reference.port, &port.name) {
        (Some(PortRef::Name(_)), Some(name)) if !is_ingress => format!("write `{name}`"),
        _ if !is_ingress => format!("write `{}`", port.number),
        (Some(PortRef::Name(_)), Some(name)) => format!("write `name: {name}`"),
        _ => format!("write `number: {}`", port.number),
    };
    if let Some(port) = service.ports.iter().find(|port| reference.port.as_ref() == Some(&port.target)) {
        let accepted = if is_ingress { ", which only ingress-nginx accepts" } else { "" };
        return format!("{}; what stands there is the container's port{accepted}", write(port));
    }
    let is_node_port =
        |port: &&ServicePort| port.node_port.is_some_and(|number| reference.port == Some(PortRef::Number(number)));
    if let Some(port) = service.ports.iter().find(is_node_port) {
        return format!("{}; what stands there is the node port", write(port));
    }
    let named = |wanted: &str| words::nearest(wanted, service.ports.iter().filter_map(|port| port.name.as_deref()));
    let near = match &reference.port {
        Some(PortRef::Name(wanted)) => named(wanted),
        Some(PortRef::Number(_)) | None => None,
    };
    match (near, &service.ports[..]) {
        (Some(near), _) if is_ingress => format!("write `name: {near}`"),
        (Some(near), _) => format!("write `{near}`"),
        (None, [only]) => write(only),
        (None, _) => "write one of the Service's own ports".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn ingress(port: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{ports: [{{name: web, port: 80, targetPort: http-web}}, {{name: admin, port: 81, targetPort: 9000}}]}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec:\n  rules:\n  - http:\n      paths:\n\
             \x20     - {{path: /, pathType: Prefix, backend: {{service: {{name: s, port: {{{port}}}}}}}}}\n"
        )
    }

    #[test]
    fn ing_02_only_the_ports_of_the_service_count() {
        assert_eq!(
            found_by("P017", &ingress("name: http-web")),
            [
                "error 13 `http-web`: Ingress i leads to the port named `http-web` of Service s, which has 80 (web) and 81 (admin)"
            ]
        );
        assert_eq!(
            found_by("P017", &ingress("number: 8080")),
            ["error 13 `8080`: Ingress i leads to port 8080 of Service s, which has 80 (web) and 81 (admin)"]
        );
        for port in ["number: 80", "name: admin"] {
            assert!(found_by("P017", &ingress(port)).is_empty(), "{port}");
        }
    }

    #[test]
    fn where_variants_are_mixed_the_port_may_be_one_of_another_definition() {
        let other = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 82}]}\n";
        assert!(found_by("P017", &(ingress("number: 80") + other))[0].starts_with("info "));
    }

    #[test]
    fn where_no_port_is_stated_the_only_one_is_proposed() {
        let text = ingress("number: 80").replace("{name: s, port: {number: 80}}", "{name: s}");
        let text = text.replace(", {name: admin, port: 81, targetPort: 9000}", "");
        assert_eq!(
            found_by("P017", &text),
            [
                "error 13 `s`: Ingress i states no port of Service s, which the API server rejects; the Service has 80 (web)"
            ]
        );
        assert_eq!(helps("P017", &text), ["write `number: 80`"]);
    }

    #[test]
    fn the_help_has_the_form_of_the_kind() {
        let route = "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r}\nspec: {entryPoints: [web], \
             routes: [{match: 'Host(`a.io`)', services: [{name: s, port: wbe}]}]}\n";
        let service = ingress("name: web").split("---\n").next().unwrap_or_default().to_owned();
        assert_eq!(helps("P017", &format!("{service}---\n{route}")), ["write `web`"]);
    }

    #[test]
    fn the_help_names_the_mix_up() {
        for (port, help) in [
            (
                "name: http-web",
                "write `name: web`; what stands there is the container's port, which only ingress-nginx accepts",
            ),
            (
                "number: 9000",
                "write `number: 81`; what stands there is the container's port, which only ingress-nginx accepts",
            ),
            ("name: weeb", "write `name: web`"),
            ("number: 1", "write one of the Service's own ports"),
        ] {
            assert_eq!(helps("P017", &ingress(port)), [help], "{port}");
        }
    }
}
