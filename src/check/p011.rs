//! P011: two workloads want one port of the same node.

use hashbrown::HashMap;

use super::find::declared;
use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{ContainerPort, Lifetime, Pods, Protocol, Workload};

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
#[derive(Clone, Copy)]
struct Taken<'g> {
    workload: &'g Workload,
    port: &'g ContainerPort,
    number: u16,
}

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut taken = ByPort::new();
    for (_, workload) in context.graph.workloads().filter(|(_, workload)| counts(workload)) {
        for port in declared(workload) {
            let Some(number) = port.host_port else { continue };
            let this = Taken { workload, port, number };
            let on_port = taken.entry((number, port.protocol)).or_default();
            found.extend(on_port.first_against(&this).map(|other| finding(other, &this)));
            on_port.add(this);
        }
    }
}

fn counts(workload: &Workload) -> bool {
    workload.lifetime == Lifetime::Lasting && !workload.placed && workload.pods != Pods::Count(0)
}

/// What takes a port of nodes, by its number and protocol.
type ByPort<'g> = HashMap<(u16, Protocol), OnPort<'g>>;

/// What takes one port of nodes: the first of all, and the first on each address, `None` being all addresses.
#[derive(Default)]
struct OnPort<'g> {
    first: Option<Taken<'g>>,
    by_address: HashMap<Option<&'g str>, Taken<'g>>,
}

impl<'g> OnPort<'g> {
    /// What another workload has taken that this one cannot have as well.
    fn first_against(&self, this: &Taken<'g>) -> Option<&Taken<'g>> {
        let others = match address(this) {
            None => [self.first.as_ref(), None],
            address => [self.by_address.get(&address), self.by_address.get(&None)],
        };
        let others = others.into_iter().flatten().filter(|other| other.workload.id != this.workload.id);
        others.min_by_key(|other| &other.workload.id)
    }

    fn add(&mut self, this: Taken<'g>) {
        self.by_address.entry(address(&this)).or_insert(this);
        self.first.get_or_insert(this);
    }
}

/// The address of the node that it listens on; none where it listens on all.
fn address<'g>(taken: &Taken<'g>) -> Option<&'g str> {
    taken.port.host_ip.as_deref().filter(|ip| !matches!(*ip, "0.0.0.0" | "::"))
}

fn finding(other: &Taken<'_>, this: &Taken<'_>) -> Finding {
    let everywhere = [other, this].iter().any(|taken| taken.workload.pods == Pods::PerNode);
    let port = words::number(this.number, this.port.protocol);
    let (a, b) = (words::name(&this.workload.id), words::name_from(&other.workload.id, &this.workload.id.namespace));
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
    fn the_namespace_of_the_other_one_is_told_where_it_is_another() {
        let pod = |namespace| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {namespace}}}\nspec: {{{HOST}}}\n---\n"
            )
        };
        let found = found_by("P011", &(pod("a") + &pod("b")));
        assert!(found[0].contains("Pod web and Pod web of namespace a both take port 80"), "{found:?}");
    }

    #[test]
    fn other_protocols_addresses_and_placed_pods_do_not_conflict() {
        let udp = HOST.replace("hostPort: 80", "hostPort: 80, protocol: UDP");
        let ip = |ip: &str| HOST.replace("hostPort: 80", &format!("hostPort: 80, hostIP: {ip}"));
        let placed = format!("nodeSelector: {{a: b}}, {HOST}");
        for (a, b) in [(HOST, &udp), (HOST, &placed), (&*ip("10.0.0.1"), &ip("10.0.0.2"))] {
            assert!(two(("DaemonSet", a), ("DaemonSet", b)).is_empty(), "{a} {b}");
        }
        for (a, b) in [(HOST, &*ip("10.0.0.1")), (&*ip("10.0.0.1"), HOST), (&*ip("10.0.0.1"), &ip("10.0.0.1"))] {
            assert_eq!(two(("DaemonSet", a), ("DaemonSet", b)).len(), 1, "{a} {b}");
        }
    }
}
