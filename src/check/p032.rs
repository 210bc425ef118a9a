//! P032: a load balancer that is open to everybody.

use super::{Check, Context, Finding, Severity};
use crate::manifest::{ServiceType, TypedField};

pub(super) const CHECK: Check = Check {
    id: "P032",
    name: "load-balancer-open",
    title: "A load balancer takes requests from everywhere",
    severity: "info",
    what: "A Service of type LoadBalancer without `loadBalancerSourceRanges`, and without an annotation that puts it inside the provider's \
           network.",
    why: "Everybody on the internet can reach it, unless the platform limits it.",
    fix: "State `loadBalancerSourceRanges`, or make it internal by your provider's annotation.",
    elsewhere: "kube-linter exposed-services, popeye POP-1103",
    pedantic: true,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, service) in context.graph.services().filter(|(_, service)| service.kind == ServiceType::LoadBalancer) {
        let limited = service.typed_fields.iter().any(|(field, _)| *field == TypedField::LoadBalancerSourceRanges);
        if !limited && !service.internal {
            let message = format!(
                "Service {} is open to 0.0.0.0/0 at the load balancer, unless the platform limits it",
                service.id.name
            );
            found.push(CHECK.finding(Severity::Info, &service.id, message, service.at, "open to all".to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    #[test]
    fn lb_04_source_ranges_and_internal_balancers_are_limits() {
        let service = |meta: &str, spec: &str| {
            found_by(
                "P032",
                &format!(
                    "apiVersion: v1\nkind: Service\nmetadata: {{name: web{meta}}}\nspec: {{ports: [{{port: 80}}], {spec}}}\n"
                ),
            )
        };
        assert_eq!(
            service("", "type: LoadBalancer"),
            ["info 3 `web`: Service web is open to 0.0.0.0/0 at the load balancer, unless the platform limits it"]
        );
        assert!(service("", "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8]").is_empty());
        assert!(service("", "type: NodePort").is_empty());
        let internal = ", annotations: {service.beta.kubernetes.io/aws-load-balancer-internal: 'true'}";
        assert!(service(internal, "type: LoadBalancer").is_empty());
    }
}
