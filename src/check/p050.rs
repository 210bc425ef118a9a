//! P050: a route to a Service with several ports states none of them.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Crossing, Router, Service, ServiceRef, ServiceType};

pub(super) const CHECK: Check = Check {
    id: "P050",
    name: "istio-destination-port",
    title: "A destination states no port of a Service that has several",
    severity: "error",
    what: "A destination of an Istio VirtualService without `port.number`, or a service of a Traefik IngressRoute without `port`, whose Service has more than one port. P017 tells numbers that the \
           Service does not have.",
    why: "Istio lets the port of a Service be left out that has a single one; otherwise its proxies have no cluster for the destination, and \
          requests get a 503. Traefik passes over a service without a port.",
    fix: "State the port: a `port` of the Service, not of its pods.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in context.graph.routers().filter(|(_, router)| router.crossing == Crossing::Free) {
        let mut told = Vec::new();
        for reference in router.service_refs().filter(|reference| reference.port.is_none()) {
            let Some(service) = context.service(&reference.namespace, &reference.service) else { continue };
            // Every host and match of a rule has the same destinations.
            if service.kind != ServiceType::ExternalName && service.ports.len() > 1 && !told.contains(&reference.at) {
                told.push(reference.at);
                found.push(finding(router, service, reference));
            }
        }
    }
}

fn finding(router: &Router, service: &Service, reference: &ServiceRef) -> Finding {
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    let message = format!(
        "{} states no port of Service {}, which has {}",
        words::name(&router.id),
        service.id.name,
        words::list(&has)
    );
    let label = "which port of it?".to_owned();
    let finding = CHECK.finding(Severity::Error, &router.id, message, reference.at, label);
    let numbers: Vec<String> = service.ports.iter().map(|port| port.number.to_string()).collect();
    finding.help(format!("state the port: one of {}", words::list(&numbers)))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn found(id: &str, destination: &str, ports: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: v}}\nspec: {{hosts: [a.io, b.io], gateways: [gw], http: [{{route: [{{destination: {{{destination}}}}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{selector: {{app: a}}, ports: [{ports}]}}\n"
        );
        found_by(id, &text)
    }

    const TWO: &str = "{name: web, port: 80}, {name: admin, port: 81}";

    #[test]
    fn ist_of_several_ports_one_has_to_be_stated() {
        assert_eq!(
            found("P050", "host: s", TWO),
            ["error 4 `s`: VirtualService v states no port of Service s, which has 80 (web) and 81 (admin)"]
        );
        for (destination, ports) in [
            ("host: s", "{port: 80}"),
            ("host: s, port: {number: 81}", TWO),
            ("host: s.example.com", TWO),
            ("host: other", TWO),
        ] {
            assert!(found("P050", destination, ports).is_empty(), "{destination}");
        }
    }

    #[test]
    fn ist_a_number_is_a_port_of_the_service() {
        let destination = "host: s.default.svc.cluster.local, port: {number: 8080}";
        assert_eq!(
            found("P017", destination, "{port: 80, targetPort: 8080}"),
            ["error 4 `8080`: VirtualService v leads to port 8080 of Service s, which has 80"]
        );
        assert!(found("P017", "host: s", TWO).is_empty());
    }
}
