//! P010: a field that the type of the Service does not allow.

use super::{Check, Context, Finding, Severity};
use crate::manifest::{Service, ServiceType, TypedField};
use crate::source::Span;

pub(super) const CHECK: Check = Check {
    id: "P010",
    name: "node-port-forbidden",
    title: "A Service has a field that its type does not allow",
    severity: "error",
    what: "`nodePort` on a ClusterIP Service, `clusterIP: None` on NodePort or LoadBalancer, `externalTrafficPolicy` on a Service that is not \
           reachable from outside, and LoadBalancer's own fields (`loadBalancerClass`, `loadBalancerSourceRanges`, \
           `allocateLoadBalancerNodePorts`, `healthCheckNodePort`) on other types.",
    why: "The API server rejects the Service. Mostly `type: NodePort` was forgotten, or taken out without the field.",
    fix: "State the type that the field belongs to, or remove the field.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services() {
        if service.kind == ServiceType::ClusterIp {
            for port in service.ports.iter().filter(|port| port.node_port.is_some()) {
                let help = "add `type: NodePort` to the spec, or remove nodePort";
                found.push(finding(service, "nodePort", port.node_port_at).help(help));
            }
        }
        for (field, at) in service.typed_fields.iter().filter(|(field, _)| !is_allowed(service, *field)) {
            let needs = if *field == TypedField::NoClusterIp { "ClusterIP" } else { "LoadBalancer" };
            let help = format!("write `type: {needs}`, or remove the field");
            found.push(finding(service, words(*field), *at).help(help));
        }
    }
}

fn finding(service: &Service, field: &str, at: Span) -> Finding {
    let kind = service.kind.as_str();
    let message = format!("Service {} has {field}, which the API server rejects for type {kind}", service.id.name);
    CHECK.finding(Severity::Error, &service.id, message, at, format!("not allowed: the type is {kind}"))
}

fn is_allowed(service: &Service, field: TypedField) -> bool {
    match field {
        TypedField::NoClusterIp => matches!(service.kind, ServiceType::ClusterIp | ServiceType::ExternalName),
        TypedField::ExternalTrafficPolicy => {
            matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer)
                || service.kind == ServiceType::ClusterIp && !service.external_ips.is_empty()
        }
        TypedField::HealthCheckNodePort
        | TypedField::LoadBalancerClass
        | TypedField::LoadBalancerSourceRanges
        | TypedField::AllocateLoadBalancerNodePorts => service.kind == ServiceType::LoadBalancer,
    }
}

fn words(field: TypedField) -> &'static str {
    match field {
        TypedField::NoClusterIp => "clusterIP: None",
        TypedField::ExternalTrafficPolicy => "externalTrafficPolicy",
        TypedField::HealthCheckNodePort => "healthCheckNodePort",
        TypedField::LoadBalancerClass => "loadBalancerClass",
        TypedField::LoadBalancerSourceRanges => "loadBalancerSourceRanges",
        TypedField::AllocateLoadBalancerNodePorts => "allocateLoadBalancerNodePorts",
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn service(spec: &str) -> Vec<String> {
        found_by("P010", &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"))
    }

    #[test]
    fn fields_of_other_types_are_rejected() {
        assert_eq!(
            service("ports: [{port: 80, nodePort: 30080}]"),
            ["error 4 `30080`: Service web has nodePort, which the API server rejects for type ClusterIP"]
        );
        for (spec, place) in [
            ("type: NodePort, clusterIP: None", "None"),
            ("type: NodePort, loadBalancerClass: a/b", "a/b"),
            ("externalTrafficPolicy: Local", "Local"),
            ("type: NodePort, loadBalancerSourceRanges: [10.0.0.0/8]", "[10.0.0.0/8]"),
            ("type: NodePort, allocateLoadBalancerNodePorts: false", "false"),
            ("healthCheckNodePort: 30000", "30000"),
        ] {
            let found = service(spec);
            assert!(found.len() == 1 && found[0].starts_with(&format!("error 4 `{place}`: ")), "{spec}: {found:?}");
        }
    }

    #[test]
    fn fields_where_they_belong_and_empty_ones_are_fine() {
        for spec in [
            "type: NodePort, ports: [{port: 80, nodePort: 30080}]",
            "clusterIP: None",
            "type: LoadBalancer, loadBalancerClass: a/b, externalTrafficPolicy: Local, healthCheckNodePort: 30000",
            "type: NodePort, externalTrafficPolicy: Local, loadBalancerSourceRanges: []",
            "externalIPs: [192.0.2.1], externalTrafficPolicy: Local",
            "type: NodePort, clusterIP: 10.0.0.1",
            "type: NodePort, healthCheckNodePort: 0",
        ] {
            assert!(service(spec).is_empty(), "{spec}: {:?}", service(spec));
        }
    }
}
