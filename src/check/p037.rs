//! P037: a headless Service whose port differs from its target.

use super::find::{Aim, declared};
use super::{Check, Context, Finding, Severity};
use crate::manifest::PortRef;

pub(super) const CHECK: Check = Check {
    id: "P037",
    name: "headless-port",
    title: "A headless Service translates no ports",
    severity: "warning",
    what: "A Service with `clusterIP: None` whose `port` is not the port that its targetPort comes to.",
    why: "The name of a headless Service resolves to the pods themselves, so a client that dials the Service's port meets a closed port: \
          `connection refused`. Only clients that ask for SRV records, and Ingress controllers, get the target's number.",
    fix: "Write the same number in both, or let clients dial the container's port.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for aim in context.aims().iter().filter(|aim| aim.service.headless) {
        if let Some(number) = target(aim).filter(|number| *number != aim.port.number) {
            let (service, port) = (&aim.service.id, aim.port.number);
            let message = format!(
                "headless Service {} has port {port}, but its pods listen on {number}: nothing translates it",
                service.name
            );
            let label = format!("clients of {} dial {number}, not {port}", service.name);
            let help = format!("write `port: {number}`");
            let finding = CHECK.finding(Severity::Warning, service, message, aim.port.at, label).help(help);
            found.push(if aim.port.target_stated {
                finding.related(aim.port.target_at, "of no effect for DNS clients")
            } else {
                finding
            });
        }
    }
}

/// The port that the pods listen on, where all agree.
fn target(aim: &Aim<'_>) -> Option<u16> {
    match &aim.port.target {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => {
            let named = aim.workloads.iter().flat_map(|workload| declared(workload));
            let mut numbers = named
                .filter(|port| port.name.as_ref() == Some(name) && port.protocol == aim.port.protocol)
                .map(|port| port.number);
            let first = numbers.next()?;
            numbers.all(|number| number == first).then_some(first)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn headless(ip: &str, port: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: db, labels: {{app: db}}}}\nspec: {{containers: [{{name: c, image: i, ports: [{{name: sql, containerPort: 5432}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{{ip}selector: {{app: db}}, ports: [{{{port}}}]}}\n"
        );
        found_by("P037", &text)
    }

    #[test]
    fn hl_02_a_headless_port_that_differs_from_its_target_is_told() {
        for (port, place) in [("port: 80, targetPort: 5432", "80"), ("port: 80, targetPort: sql", "80")] {
            assert_eq!(
                headless("clusterIP: None, ", port),
                [format!(
                    "warning 9 `{place}`: headless Service db has port 80, but its pods listen on 5432: nothing translates it"
                )]
            );
            assert!(headless("", port).is_empty());
        }
        for port in ["port: 5432", "port: 5432, targetPort: sql", "port: 80, targetPort: other"] {
            assert!(headless("clusterIP: None, ", port).is_empty(), "{port}");
        }
    }
}
