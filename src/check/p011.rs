//! P011: two workloads want one port of the same node.

use super::find::declared;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{ContainerPort, Lifetime, Pods, Workload};

pub(super) const CHECK: Check = Check {
    id: "P011",
    name: "host-port-conflict",
    title: "Two workloads want the same port of a node",
    severity: "warning where a DaemonSet is one of them, info otherwise",
    what: "Two workloads whose pods take the same `hostPort` (or, with `hostNetwork`, the same container port) with the same protocol, \
           without a nodeSelector or affinity that could keep them apart.",
    why: "Only one of the two pods can run on a node; the other one stays Pending: `node(s) didn't have free ports for the requested pod \
          ports`. A DaemonSet has a pod on every node, so there is no room elsewhere.",
    fix: "Give one of them another hostPort, reach it through a Service instead, or keep them on different nodes.",
    elsewhere: "polaris hostPortSet (every use of a hostPort)",
    pedantic: false,
    run,
};

/// A port of a node that a workload takes.
struct Taken<'g> {
    workload: &'g Workload,
    port: &'g ContainerPort,
    number: u16,
}

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut taken: Vec<Taken<'_>> = Vec::new();
    for (_, workload) in context.graph.workloads().filter(|(_, workload)| counts(workload)) {
        for port in declared(workload) {
            let Some(number) = port.host_port else { continue };
            let this = Taken { workload, port, number };
            found.extend(taken.iter().find(|other| conflict(other, &this)).map(|other| finding(other, &this)));
            taken.push(this);
        }
    }
}

fn counts(workload: &Workload) -> bool {
    workload.lifetime == Lifetime::Lasting && !workload.placed && workload.pods != Pods::Count(0)
}

fn conflict(a: &Taken<'_>, b: &Taken<'_>) -> bool {
    let any = |ip: Option<&str>| matches!(ip, None | Some("0.0.0.0" | "::"));
    let (a_ip, b_ip) = (a.port.host_ip.as_deref(), b.port.host_ip.as_deref());
    a.workload.id != b.workload.id
        && (a.number, a.port.protocol) == (b.number, b.port.protocol)
        && (any(a_ip) || any(b_ip) || a_ip == b_ip)
}

fn finding(other: &Taken<'_>, this: &Taken<'_>) -> Finding {
    let everywhere = [other, this].iter().any(|taken| taken.workload.pods == Pods::PerNode);
    let port = words::number(this.number, this.port.protocol);
    let (a, b) = (words::name(&this.workload.id), words::name(&other.workload.id));
    let (severity, what_follows) = if everywhere {
        (Severity::Warning, "a pod of one of them stays Pending on every node that runs the other")
    } else {
        (Severity::Info, "their pods cannot run on the same node")
    };
    let message = format!("{a} and {b} both take port {port} of their node: {what_follows}");
    let at = |taken: &Taken<'_>| taken.port.host_at.unwrap_or(taken.port.at);
    let finding = CHECK.finding(severity, &this.workload.id, message, at(this), "takes the port".to_owned());
    finding.related(at(other), format!("{b} takes it too"))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn two(a: (&str, &str), b: (&str, &str)) -> Vec<String> {
        let workload = |name: &str, (kind, spec): (&str, &str)| {
            format!(
                "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{{spec}}}}}}}\n---\n"
            )
        };
        found_by("P011", &(workload("a", a) + &workload("b", b)))
    }

    const HOST: &str = "containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 80}]}]";
    const HOST_NETWORK: &str = "hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80}]}]";

    #[test]
    fn two_daemon_sets_cannot_share_a_port_of_their_nodes() {
        assert_eq!(
            two(("DaemonSet", HOST), ("DaemonSet", HOST_NETWORK)),
            [
                "warning 9 `80`: DaemonSet b and DaemonSet a both take port 80 of their node: a pod of one of them stays Pending on every node that runs the other"
            ]
        );
        assert!(two(("Deployment", HOST), ("Deployment", HOST))[0].starts_with("info "));
    }

    #[test]
    fn other_protocols_addresses_and_placed_pods_do_not_conflict() {
        let udp = HOST.replace("hostPort: 80", "hostPort: 80, protocol: UDP");
        let ip = |ip: &str| HOST.replace("hostPort: 80", &format!("hostPort: 80, hostIP: {ip}"));
        let placed = format!("nodeSelector: {{a: b}}, {HOST}");
        for (a, b) in [(HOST, &udp), (HOST, &placed), (&*ip("10.0.0.1"), &ip("10.0.0.2"))] {
            assert!(two(("DaemonSet", a), ("DaemonSet", b)).is_empty(), "{a} {b}");
        }
        assert_eq!(two(("DaemonSet", HOST), ("DaemonSet", &ip("10.0.0.1"))).len(), 1);
    }
}
