//! P040: a named targetPort that two containers of a pod have.

use super::find::declared;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{ContainerPort, PortRef};

pub(super) const CHECK: Check = Check {
    id: "P040",
    name: "ambiguous-port-name",
    title: "Two ports of a pod have the name that a Service asks for",
    severity: "warning",
    what: "A Service whose named `targetPort` stands for two different numbers in one pod: two containers use the same port name.",
    why: "The API server checks names within one container only. The Service goes to the first container that has the name, in the order of the \
          manifest, app containers before sidecars: a change of order moves the traffic.",
    fix: "Give the ports different names, or write the number as targetPort.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for aim in context.aims() {
        let PortRef::Name(name) = &aim.port.target else { continue };
        for workload in &aim.workloads {
            let is_meant =
                |port: &&ContainerPort| port.name.as_ref() == Some(name) && port.protocol == aim.port.protocol;
            let mut ports = declared(workload).filter(is_meant);
            let Some(first) = ports.next() else { continue };
            if let Some(second) = ports.find(|port| port.number != first.number) {
                let message = format!(
                    "Service {} asks for port `{name}`, which two containers of {} have: {}, the first, counts",
                    aim.service.id.name,
                    words::name(&workload.id),
                    first.number
                );
                let label = "this name stands for two ports".to_owned();
                let finding = CHECK.finding(Severity::Warning, &aim.service.id, message, aim.port.target_at, label);
                found.push(finding.related(first.at, "this one counts").related(second.at, "this one does not"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn pod(a: &str, b: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: a, image: i, ports: [{{{a}}}]}}, {{name: b, image: i, ports: [{{{b}}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: http}}]}}\n"
        );
        found_by("P040", &text)
    }

    #[test]
    fn tp_08_the_first_of_two_ports_of_one_name_counts() {
        assert_eq!(
            pod("name: http, containerPort: 80", "name: http, containerPort: 8080"),
            [
                "warning 9 `http`: Service web asks for port `http`, which two containers of Pod web have: 80, the first, counts"
            ]
        );
        for other in [
            "name: other, containerPort: 8080",
            "name: http, containerPort: 80",
            "name: http, containerPort: 81, protocol: UDP",
        ] {
            assert!(pod("name: http, containerPort: 80", other).is_empty(), "{other}");
        }
    }
}
