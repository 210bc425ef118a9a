//! P029: a network policy names the port of a Service instead of that of its pods.

use std::collections::BTreeMap;

use super::mistaken::{self, Mistake};
use super::{Check, Context, Finding, Severity, blocking, words};
use crate::graph::{HopId, PortId};

pub(super) const CHECK: Check = Check {
    id: "P029",
    name: "netpol-service-port",
    title: "A network policy names a Service's port instead of the pods' port",
    severity: "warning",
    what: "An ingress rule of a NetworkPolicy whose port, by number or by name, none of the pods it selects has, while a Service in front \
           of them has it and leads to another one that no rule of their policies admits. Where a stated request is blocked by that, P028 tells \
           it.",
    why: "Policies see packets behind the Service, when they have the port of the pod. The rule admits a port that nothing listens on, and \
          the real one stays closed.",
    fix: "Write the Service's targetPort: its number, or the name of the container port.",
    elsewhere: "",
    pedantic: false,
    run,
};

/// A request that is blocked for this reason is told as such, with this as what to do about it (P028).
fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mistakes = mistaken::mistakes(context);
    if mistakes.is_empty() {
        return;
    }
    let mut blocked: BTreeMap<PortId, Vec<HopId>> = BTreeMap::new();
    for hop in blocking::stated(context) {
        context.graph.end_verdicts(hop).for_each(|(end, _)| blocked.entry(end).or_default().push(hop));
    }
    let is_told = |mistake: &Mistake<'_>| {
        blocked.get(&mistake.end).into_iter().flatten().any(|hop| mistake.explains(context, *hop))
    };
    found.extend(mistakes.iter().filter(|mistake| !is_told(mistake)).map(|mistake| finding(context, mistake)));
}

fn finding(context: &Context<'_>, wrong: &Mistake<'_>) -> Finding {
    let policy = context.graph.policy(wrong.policy);
    let (stated, right) = (wrong.stated(), wrong.right());
    let service = words::name(&wrong.service.id);
    let pods = words::name(&context.graph.workload(wrong.workload).id);
    let message = format!(
        "NetworkPolicy {} admits port {stated}, which is that of {service}; the pods of {pods} listen on {right}, which no policy admits",
        policy.id.name
    );
    CHECK
        .finding(Severity::Warning, &policy.id, message, wrong.port.at, "policies see the port of the pod".to_owned())
        .related(wrong.at, format!("{service} leads from here to {right}"))
        .help(format!("write {right}"))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn text(ports: &str, rules: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: api, labels: {{app: api}}}}\nspec: {{containers: [{{name: c, image: i, ports: [{ports}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec: {{selector: {{app: api}}, ports: [{{name: http, port: 80, targetPort: 8080}}]}}\n---\n\
             apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: api}}\nspec: {{podSelector: {{matchLabels: {{app: api}}}}, ingress: [{rules}]}}\n"
        )
    }

    const PORTS: &str = "{containerPort: 8080, name: web}";

    #[test]
    fn net_06_a_rule_for_the_services_port_admits_nothing() {
        for port in ["80", "http"] {
            let text = text(PORTS, &format!("{{ports: [{{port: {port}}}]}}"));
            assert_eq!(
                found_by("P029", &text),
                [format!(
                    "warning 14 `{port}`: NetworkPolicy api admits port {port}, which is that of Service api; the pods of Pod api listen on 8080, which no policy admits"
                )]
            );
            assert_eq!(helps("P029", &text), ["write 8080"]);
        }
    }

    #[test]
    fn ports_that_pods_have_or_that_another_rule_makes_up_for_are_left_alone() {
        let cases = [
            (PORTS, "{ports: [{port: 8080}]}"),
            (PORTS, "{ports: [{port: web}]}"),
            (PORTS, "{ports: [{port: 443}]}"),
            (PORTS, "{ports: [{port: 80, protocol: UDP}]}"),
            (PORTS, "{ports: [{port: 80}]}, {ports: [{port: 8000, endPort: 8100}]}"),
            (PORTS, "{ports: [{port: 80}]}, {from: [{podSelector: {}}]}"),
            ("{containerPort: 8080}, {containerPort: 80}", "{ports: [{port: 80}]}"),
        ];
        for (ports, rules) in cases {
            assert!(found_by("P029", &text(ports, rules)).is_empty(), "{ports} {rules}");
        }
    }
}
