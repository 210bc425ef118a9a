//! P036: a container port to which nothing in the input leads.

use std::collections::BTreeMap;

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{ContainerKey, Owner, PortGraph, PortId, PortKind, WorkloadId};
use crate::manifest::{Container, ContainerPort, ContainerRole, Lifetime, PortRef};

pub(super) const CHECK: Check = Check {
    id: "P036",
    name: "port-not-exposed",
    title: "Nothing leads to a declared port",
    severity: "info",
    what: "A declared `containerPort` that no Service targets, no hostPort opens, no probe asks and no monitor scrapes.",
    why: "It is still reachable by the pod's address, so it may be meant (metrics that are scraped, debugging). Or a Service was forgotten.",
    fix: "Add the port to a Service, or remove it from the pod.",
    elsewhere: "",
    pedantic: true,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let graph = context.graph;
    let scraped = scraped(graph);
    for (id, workload) in graph.workloads().filter(|(_, workload)| workload.lifetime == Lifetime::Lasting) {
        let scraped = scraped.get(&id).map_or(&[][..], Vec::as_slice);
        let reached: Vec<_> =
            graph.ports_of(Owner::Workload(id)).filter(|(port, _)| !graph.hops_to(*port).is_empty()).collect();
        for container in workload.containers.iter().filter(|container| container.role != ContainerRole::Init) {
            let is_told = |port: &ContainerPort| workload.scraped.is_some_and(|(number, _)| number == port.number);
            let own = container.ports.iter().filter(|port| !is_told(port));
            for port in own.filter(|port| port.host_port.is_none() && !is_asked(container, scraped, port)) {
                if !reached.iter().any(|(id, _)| is(graph, *id, container, port)) {
                    let number = words::container_port(port);
                    let message =
                        format!("nothing in the input leads to port {number} of {}", words::name(&workload.id));
                    let label = "declared, and in no Service".to_owned();
                    found.push(CHECK.finding(Severity::Info, &workload.id, message, port.at, label));
                }
            }
        }
    }
}

/// The container ports that monitors name, by the workload. What they ask of a Service leads to its containers by itself.
fn scraped(graph: &PortGraph) -> BTreeMap<WorkloadId, Vec<PortRef>> {
    let mut scraped: BTreeMap<_, Vec<PortRef>> = BTreeMap::new();
    for monitored in graph.monitored() {
        let monitor = monitored.monitor;
        let ports: Vec<PortRef> = monitor.endpoints.iter().filter_map(|one| monitor.container_port(one)).collect();
        for id in &monitored.workloads {
            scraped.entry(*id).or_default().extend(ports.iter().cloned());
        }
    }
    scraped
}

/// Does a probe or a monitor ask a port?
fn is_asked(container: &Container, scraped: &[PortRef], port: &ContainerPort) -> bool {
    let probed = container.probes.iter().map(|probe| &probe.port);
    probed.chain(scraped).any(|asked| port.is_called(asked))
}

fn is(graph: &PortGraph, id: PortId, container: &Container, declared: &ContainerPort) -> bool {
    let port = graph.port(id);
    let same_container = match &port.kind {
        PortKind::ContainerPort(ContainerKey { container: name, .. }) => name.as_ref() == Some(&container.name),
        _ => false,
    };
    same_container && port.number.known() == Some(declared.number) && port.protocol == declared.protocol
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{checked, found_by};

    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}, {containerPort: 81, name: admin}, {containerPort: 82}, {containerPort: 83, hostPort: 83}],
  livenessProbe: {tcpSocket: {port: admin}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
";

    #[test]
    fn cli_08_a_port_that_an_annotation_tells_prometheus_is_used() {
        let annotated = POD.replace("{name: p,", "{name: p, annotations: {prometheus.io/port: '82'},");
        assert!(found_by("P036", &annotated).is_empty());
    }

    #[test]
    fn ports_that_nothing_uses_are_told_where_it_is_asked_for() {
        assert_eq!(found_by("P036", POD), ["info 4 `82`: nothing in the input leads to port 82 of Pod p"]);
        assert!(checked(POD).findings.iter().all(|finding| finding.id != "P036"));
    }
}
