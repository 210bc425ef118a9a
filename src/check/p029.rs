//! P029: a network policy names the port of a Service instead of that of its pods.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity, blocking, words};
use crate::graph::{Direction, HopKind, Number, Owner, PolicyId, PortId, PortKind, ServiceId, WorkloadId};
use crate::manifest::{PolicyPort, PortRef, Protocol, Service};

pub(super) const CHECK: Check = Check {
    id: "P029",
    name: "netpol-service-port",
    title: "A network policy names a Service's port instead of the pods' port",
    severity: "warning",
    what: "An ingress rule of a NetworkPolicy whose port, by number or by name, none of the pods it selects has, while a Service in front \
           of them has it and leads to another one that no rule of their policies admits.",
    why: "Policies see packets behind the Service, when they have the port of the pod. The rule admits a port that nothing listens on, and \
          the real one stays closed.",
    fix: "Write the Service's targetPort: its number, or the name of the container port.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    if graph.roles().policies.is_empty() {
        return;
    }
    let (behind, isolating) = (Behind::new(context), graph.isolating(Direction::Ingress));
    for (id, workloads) in (0..).map(PolicyId).zip(graph.policy_selections()) {
        let rules = blocking::rules(graph.policy(id), Direction::Ingress).into_iter().flat_map(|rules| &rules.list);
        for port in rules.flat_map(|rule| &rule.ports) {
            let Some(wrong) = behind.mistaken(context, port, &workloads) else { continue };
            let policies = isolating.get(wrong.workload.0 as usize).into_iter().flatten();
            if policies.clone().any(|policy| admits(context, *policy, wrong.number, port.protocol, wrong.name)) {
                continue;
            }
            found.push(finding(context, id, port, &wrong));
        }
    }
}

/// Does any ingress rule of a policy cover a port, whoever it is for?
fn admits(context: &Context<'_>, policy: PolicyId, number: u16, protocol: Protocol, name: Option<&str>) -> bool {
    let rules =
        blocking::rules(context.graph.policy(policy), Direction::Ingress).into_iter().flat_map(|rules| &rules.list);
    let covers = |stated: &PolicyPort| {
        stated.protocol == protocol
            && match (&stated.port, stated.end) {
                (None, _) => true,
                (Some(PortRef::Number(first)), last) => (*first..=last.unwrap_or(*first)).contains(&number),
                (Some(PortRef::Name(stated)), _) => Some(stated.as_str()) == name,
            }
    };
    let mut rules = rules;
    rules.any(|rule| rule.ports.is_empty() || rule.ports.iter().any(covers))
}

/// A port of a Service that a policy names, and where it leads.
struct Mistaken<'g> {
    service: &'g Service,
    at: crate::source::Span,
    workload: WorkloadId,
    number: u16,
    /// The name of the container port.
    name: Option<&'g str>,
}

/// The Service ports in front of every workload.
struct Behind(BTreeMap<WorkloadId, Vec<(ServiceId, PortId, PortId)>>);

impl Behind {
    fn new(context: &Context<'_>) -> Self {
        let graph = context.graph;
        let mut behind: BTreeMap<WorkloadId, Vec<(ServiceId, PortId, PortId)>> = BTreeMap::new();
        for (_, from, to, _) in graph.hops().filter(|(.., hop)| hop.kind == HopKind::Target) {
            if let (Owner::Service(service), Owner::Workload(workload)) = (graph.port(from).owner, graph.port(to).owner)
            {
                behind.entry(workload).or_default().push((service, from, to));
            }
        }
        Self(behind)
    }

    /// The Service port that a rule means, where none of the selected pods has a port like that.
    fn mistaken<'g>(
        &self,
        context: &Context<'g>,
        stated: &PolicyPort,
        workloads: &[WorkloadId],
    ) -> Option<Mistaken<'g>> {
        let graph = context.graph;
        let wanted = stated.port.as_ref().filter(|_| stated.end.is_none())?;
        let is_it = |id: PortId| {
            let port = graph.port(id);
            port.protocol == stated.protocol
                && match wanted {
                    PortRef::Number(number) => port.number == Number::Known(*number),
                    PortRef::Name(name) => port.name.as_ref() == Some(name),
                }
        };
        let is_container = |id: PortId| matches!(graph.port(id).kind, PortKind::ContainerPort(_)) && is_it(id);
        let has = |workload: &WorkloadId| graph.ports_of(Owner::Workload(*workload)).any(|(id, _)| is_container(id));
        if workloads.iter().any(has) {
            return None;
        }
        let in_front =
            workloads.iter().flat_map(|id| self.0.get(id).into_iter().flatten().map(move |found| (id, found)));
        let (workload, (service, from, to)) = in_front.into_iter().find(|(_, (_, from, _))| is_it(*from))?;
        Some(Mistaken {
            service: graph.service(*service),
            at: graph.port(*from).at?,
            workload: *workload,
            number: graph.port(*to).number.known()?,
            name: graph.port(*to).name.as_deref(),
        })
    }
}

fn finding(context: &Context<'_>, id: PolicyId, port: &PolicyPort, wrong: &Mistaken<'_>) -> Finding {
    let policy = context.graph.policy(id);
    let (stated, right) = (shown(port), words::number(wrong.number, port.protocol));
    let service = words::name(&wrong.service.id);
    let pods = words::name(&context.graph.workload(wrong.workload).id);
    let message = format!(
        "NetworkPolicy {} admits port {stated}, which is that of {service}; the pods of {pods} listen on {right}, which no policy admits",
        policy.id.name
    );
    CHECK
        .finding(Severity::Warning, &policy.id, message, port.at, "policies see the port of the pod".to_owned())
        .related(wrong.at, format!("{service} leads from here to {right}"))
        .help(format!("write {right}"))
}

fn shown(port: &PolicyPort) -> String {
    match &port.port {
        Some(PortRef::Number(number)) => words::number(*number, port.protocol),
        Some(PortRef::Name(name)) => name.clone(),
        None => String::new(),
    }
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
