//! The approach: the stations of a request from its client to the last port that every such request passes.

use super::pod::pod_name;
use super::request::{Request, Start};
use super::scene::{Part, Role, Station, Teller};
use super::speech::{address, entry, evidence, lines, request_word};
use super::{router, scene::Lines};
use crate::graph::{HostMappingKey, HostPortFrom, Number, Owner, Port, PortGraph, PortId, PortKind, ServiceId};
use crate::manifest::{Maker, PortRef, Service, ServiceType};
use crate::view::words;

/// The most lines of one list in a note.
pub(super) const MOST_LINES: usize = 4;

/// The client, and every station in front of the ports where the request may end.
pub(super) fn stations(graph: &PortGraph, request: &Request, balanced: Option<&str>) -> Vec<Station> {
    let word = request_word(graph, request);
    let mut stations = vec![client(graph, request)];
    for (at, id) in request.parted(graph).0.iter().enumerate() {
        let port = graph.port(*id);
        let approach = Approach { graph, request, port, word, balanced, is_first: at == 0 };
        stations.extend(approach.station(*id));
    }
    stations
}

/// The list, cut down to what a note can hold.
pub(super) fn listed(all: Vec<String>) -> Lines {
    let left = all.len().saturating_sub(MOST_LINES);
    if left == 0 {
        return all;
    }
    all.into_iter().take(MOST_LINES).chain([format!("and {left} more")]).collect()
}

fn client(graph: &PortGraph, request: &Request) -> Station {
    let (role, name, label) = match request.start {
        Start::Outside => (Role::Client, lines(["outside"]), lines(["Client"])),
        Start::HostMachine => (Role::Client, lines(["host_machine"]), lines(["Host machine"])),
        Start::AnyPod => (Role::Caller, lines(["any_pod"]), any_pod(graph, request)),
        Start::Workload(workload, _) => {
            let workload = graph.workload(workload);
            (Role::Caller, vec![workload.id.name.to_string()], vec![pod_name(workload, None)])
        }
    };
    let said = evidence(graph, request).map(|evidence| vec![evidence.place.to_string(), evidence.text.to_string()]);
    Station {
        part: Part { role, name, label },
        arrival: Lines::new(),
        notes: said.into_iter().collect(),
        tells: Teller::Connection,
    }
}

/// A short name is one within its namespace.
fn any_pod(graph: &PortGraph, request: &Request) -> Lines {
    let namespace = service_of(graph, request).map_or("default", |(_, service)| service.id.namespace.as_str());
    vec!["Any pod".to_owned(), format!("of namespace {namespace}")]
}

/// One port on the way, and what its station depends on.
struct Approach<'g> {
    graph: &'g PortGraph,
    request: &'g Request,
    port: &'g Port,
    /// What is sent.
    word: &'static str,
    /// Over how many targets it is balanced, in words.
    balanced: Option<&'g str>,
    /// The client sends to this very port.
    is_first: bool,
}

impl Approach<'_> {
    fn station(&self, id: PortId) -> Option<Station> {
        match &self.port.kind {
            PortKind::HostMapping(mapping) => Some(self.host_mapping(mapping)),
            PortKind::LoadBalancer => Some(self.load_balancer()),
            PortKind::ExternalIp(ip) => Some(self.external_ip(ip)),
            PortKind::NodePort(_) if !self.is_first && self.port.number == Number::Auto => None,
            PortKind::NodePort(_) => Some(self.node_port()),
            PortKind::HostPort(ip, from) => Some(self.host_port(ip.as_deref(), *from)),
            PortKind::Listener(_) => Some(router::station(self.graph, self.request, self.port.owner)),
            PortKind::ServicePort => self.service_port(id),
            PortKind::Client
            | PortKind::Route(_)
            | PortKind::ContainerPort(_)
            | PortKind::External(_)
            | PortKind::Missing(_) => None,
        }
    }

    fn part(&self, role: Role, label: Lines) -> Part {
        let name = self.graph.object(self.port.owner).map(|id| id.name.to_string());
        Part { role, name: name.into_iter().collect(), label }
    }

    /// `80`, `53/UDP`, `auto`
    fn number(&self) -> String {
        words::number(self.port.number, self.port.protocol)
    }

    fn at(&self, host: &str) -> String {
        address(host, self.port.number, self.port.protocol)
    }

    /// What comes from a client, or from the station in front.
    fn arrival(&self, to: &str, field: &str) -> Lines {
        if self.is_first {
            vec![format!("{} to", self.word), to.to_owned()]
        } else {
            let verb = if self.request.routes.is_empty() { "Forwards to" } else { "Routes to" };
            vec![verb.to_owned(), format!("{field}: {}", self.number())]
        }
    }

    fn host_mapping(&self, mapping: &HostMappingKey) -> Station {
        let everywhere = ["0.0.0.0", "::", ""];
        let listen = mapping.listen.as_deref().filter(|listen| !everywhere.contains(listen)).unwrap_or("localhost");
        let at = self.at(listen);
        let host = match self.port.number {
            Number::Known(number) => number.to_string(),
            Number::Auto | Number::Unknown => "a free one".to_owned(),
        };
        let maker = match self.port.owner {
            Owner::Cluster(id) => self.graph.cluster(id).maker,
            _ => Maker::Kind,
        };
        let (host_word, node_word) = match maker {
            Maker::Kind => ("hostPort", "containerPort"),
            Maker::K3d => ("host", "nodes"),
        };
        let note = vec![
            format!("{} port mapping", maker.as_str()),
            format!("{host_word}: {host}"),
            format!("{node_word}: {}", mapping.node_port),
        ];
        Station {
            part: self.part(Role::Mapping, vec!["Port mapping".to_owned(), at.clone()]),
            arrival: self.arrival(&at, "hostPort"),
            notes: vec![note],
            tells: Teller::Connection,
        }
    }

    fn load_balancer(&self) -> Station {
        let service = self.service();
        let at =
            service.and_then(|service| service.balancer_addresses.first()).map_or("LoadBalancerIP", String::as_str);
        let at = self.at(at);
        let place =
            if service.is_some_and(|service| service.internal) { "Internal load balancer" } else { "Load balancer" };
        let mut note = vec!["LoadBalancer Service".to_owned(), format!("port: {}", self.number())];
        if self.skips_node_port() {
            note.push("node port: assigned".to_owned());
        }
        Station {
            part: self.part(Role::LoadBalancer, vec![place.to_owned(), at.clone()]),
            arrival: self.arrival(&at, "port"),
            notes: vec![note],
            tells: Teller::LoadBalancer,
        }
    }

    /// A node port without a number has nothing to tell behind a load balancer but that it is there.
    fn skips_node_port(&self) -> bool {
        let ports = self.request.trunk.iter().map(|id| self.graph.port(*id));
        ports.into_iter().any(|port| matches!(port.kind, PortKind::NodePort(_)) && port.number == Number::Auto)
    }

    fn external_ip(&self, ip: &str) -> Station {
        let at = self.at(ip);
        Station {
            part: self.part(Role::Node, vec!["Node with".to_owned(), at.clone()]),
            arrival: self.arrival(&at, "port"),
            notes: vec![vec!["Service has externalIPs".to_owned(), ip.to_owned()]],
            tells: Teller::Connection,
        }
    }

    fn node_port(&self) -> Station {
        let at = self.at("NodeIP");
        let kind = self.service().map_or("NodePort", |service| service.kind.as_str());
        let number = match self.port.number {
            Number::Auto => "assigned".to_owned(),
            Number::Known(_) | Number::Unknown => self.number(),
        };
        Station {
            part: self.part(Role::Node, vec!["Node".to_owned(), at.clone()]),
            arrival: self.arrival(&at, "nodePort"),
            notes: vec![vec![format!("{kind} Service"), format!("nodePort: {number}")]],
            tells: Teller::Connection,
        }
    }

    fn host_port(&self, ip: Option<&str>, from: HostPortFrom) -> Station {
        let at = self.at(ip.filter(|ip| *ip != "0.0.0.0").unwrap_or("NodeIP"));
        let stated = match from {
            HostPortFrom::HostPort => format!("hostPort: {}", self.number()),
            HostPortFrom::HostNetwork => "hostNetwork: true".to_owned(),
        };
        Station {
            part: self.part(Role::Node, vec!["Node of the pod".to_owned(), at.clone()]),
            arrival: self.arrival(&at, "hostPort"),
            notes: vec![vec![stated, "no Service between".to_owned()]],
            tells: Teller::Connection,
        }
    }

    fn service(&self) -> Option<&Service> {
        match self.port.owner {
            Owner::Service(id) => Some(self.graph.service(id)),
            _ => None,
        }
    }

    /// A client inside the cluster never meets a Service that has no address of its own (HL-01, EN-01).
    fn service_port(&self, id: PortId) -> Option<Station> {
        let service = self.service()?;
        let is_address = !service.headless && service.kind != ServiceType::ExternalName;
        if self.is_first && !is_address {
            return None;
        }
        let at = match (&service.cluster_ip, is_address && service.served_by.is_none()) {
            (Some(ip), true) => self.at(ip),
            (None, true) => self.at("ClusterIP"),
            (_, false) => format!("{}, port {}", words::service_type(service), self.number()),
        };
        let to = self.at(service.cluster_ip.as_deref().unwrap_or(&service.id.name));
        Some(Station {
            part: self.part(Role::Service, vec![format!("Service {}", service.id.name), at]),
            arrival: self.arrival(&to, "Service port"),
            notes: self.service_notes(service, id),
            tells: Teller::Connection,
        })
    }

    /// What the Service does: selecting, translating, balancing; and what routers do with it (ING-09).
    fn service_notes(&self, service: &Service, id: PortId) -> Vec<Lines> {
        let mut note = Lines::new();
        if let Some(selector) = &service.selector {
            note.push("Service matches selector".to_owned());
            note.extend(listed(
                selector.iter().map(|(key, value)| format!("{}: {value}", words::short_label(key))).collect(),
            ));
        }
        // Without a selector the endpoints state the port, and targetPort says nothing (EP-03).
        let entry = entry(service, self.graph.port(id)).filter(|_| service.selector.is_some());
        note.extend(self.translation(entry.map(|entry| &entry.target)));
        let is_routed = !self.request.routes.is_empty();
        match self.balanced {
            Some(targets) if is_routed || service.headless => note.push(format!("balanced over {targets}")),
            Some(targets) => note.extend(["kube-proxy balances".to_owned(), format!("over {targets}")]),
            None => {}
        }
        let meets_pods =
            self.request.ends.iter().any(|id| matches!(self.graph.port(*id).kind, PortKind::ContainerPort(_)));
        let has_address = !service.headless && service.kind != ServiceType::ExternalName;
        let aside = if is_routed && meets_pods && has_address && service.served_by.is_none() {
            lines(["Most controllers skip the ClusterIP and send straight to a pod"])
        } else {
            Lines::new()
        };
        [note, aside].into_iter().filter(|note| !note.is_empty()).collect()
    }

    /// The two numbers, where they differ.
    fn translation(&self, target: Option<&PortRef>) -> Option<String> {
        match target? {
            PortRef::Number(target) if self.port.number == Number::Known(*target) => None,
            target => Some(format!("port {} → targetPort {target}", self.number())),
        }
    }
}

/// The Service behind a request, where it passes one.
pub(super) fn service_of<'g>(graph: &'g PortGraph, request: &Request) -> Option<(ServiceId, &'g Service)> {
    request.service(graph).map(|(_, id)| (id, graph.service(id)))
}
