//! Pods as the stations where requests end: their names, what reaches them, why they may not answer, and the program in them.

use super::approach::{MOST_LINES, service_of};
use super::ending::Ending;
use super::scene::{Answer, Lines, Part, Role, Station, Teller};
use super::speech::{container, entry, lines, request_word, written_port};
use super::{answer, hole};
use crate::graph::{ContainerKey, Number, Owner, Port};
use crate::manifest::{Lifetime, Pods, PortRef, Workload};
use crate::view::words;

impl Ending<'_> {
    /// A pod of a workload; `pod` counts from the first, where there are several.
    pub(super) fn pod(
        &self,
        port: &Port,
        key: &ContainerKey,
        workload: &Workload,
        pod: Option<u32>,
    ) -> (Station, Answer) {
        let number = words::number(self.dialled(port).unwrap_or(port.number), port.protocol);
        let declared =
            if key.declared { format!("containerPort: {number}") } else { format!("port {number} (undeclared)") };
        let mut names = vec![workload.id.name.to_string()];
        names.extend(pod.map(|pod| (u64::from(pod) + 1).to_string()));
        let mut label = pod_name(workload, pod);
        if self.has_namesake(workload) {
            names.push(workload.id.kind.to_string());
            label = format!("{label} ({})", workload.id.kind);
        }
        let doubt = self.doubt(port, key, workload);
        let is_none = workload.pods == Pods::Count(0) || workload.lifetime == Lifetime::Ended;
        let answer = match (is_none, doubt.is_empty()) {
            (true, _) => hole::no_endpoints(self.request),
            (false, true) => answer::RESPONSE,
            (false, false) => answer::DOUBTFUL,
        };
        let station = Station {
            part: Part { role: Role::Pod, name: names, label: vec![label, declared] },
            arrival: self.pod_arrival(port, workload, pod),
            notes: Some(doubt).filter(|doubt| !doubt.is_empty()).into_iter().collect(),
            tells: Teller::Connection,
        };
        (station, answer)
    }

    /// Does the request also end at another workload of the same name?
    fn has_namesake(&self, workload: &Workload) -> bool {
        let targets = self.targets();
        let mut others = targets.iter().filter_map(|id| self.workload(*id));
        others.any(|other| other.id.name == workload.id.name && other.id != workload.id)
    }

    fn pod_arrival(&self, port: &Port, workload: &Workload, pod: Option<u32>) -> Lines {
        let number = words::number(self.dialled(port).unwrap_or(port.number), port.protocol);
        if self.goes_directly() {
            return vec![format!("{} to", request_word(self.graph, self.request)), format!("pod IP:{number}")];
        }
        if self.request.ends.is_empty() {
            return vec!["Forwards to".to_owned(), format!("containerPort: {number}")];
        }
        let verb = if self.targets().len() > 1 || pod.is_some() { "Balances to" } else { "Routes to" }.to_owned();
        match (pod, workload.first_ordinal, self.target_name()) {
            (Some(pod), Some(first), _) => {
                vec![verb, format!("{}-{}:{number}", workload.id.name, first.saturating_add(pod))]
            }
            (Some(pod), None, _) => vec![verb, format!("Pod {}:{number}", u64::from(pod) + 1)],
            (None, _, Some(name)) => vec![verb, format!("targetPort: {name}"), format!("(containerPort {number})")],
            (None, _, None) => vec![verb, format!("targetPort: {number}")],
        }
    }

    /// The name that the Service targets, where it targets one.
    fn target_name(&self) -> Option<&str> {
        let (id, service) = self.request.service(self.graph)?;
        match &entry(self.graph.service(service), self.graph.port(id))?.target {
            PortRef::Name(name) => Some(name),
            PortRef::Number(_) => None,
        }
    }

    /// The number that a caller of a headless Service sends to, where it is another one than the pods listen on.
    fn dialled(&self, port: &Port) -> Option<Number> {
        let (_, service) = service_of(self.graph, self.request)?;
        let written = written_port(self.graph, self.request).map(Number::Known)?;
        (service.headless && written != port.number).then_some(written)
    }

    /// Why the request may fail at the pod, if it may.
    fn doubt(&self, port: &Port, key: &ContainerKey, workload: &Workload) -> Lines {
        match (workload.pods, workload.lifetime) {
            (Pods::Count(0), _) => return lines(["replicas: 0", "no pod until it is scaled up"]),
            (_, Lifetime::Ended) => return lines(["the pod has ended"]),
            (_, Lifetime::Lasting | Lifetime::Run) => {}
        }
        if let Some(dialled) = self.dialled(port) {
            return vec![
                "headless: no port is translated,".to_owned(),
                format!("{dialled} is not {}", words::number(port.number, port.protocol)),
                "works only if something listens".to_owned(),
            ];
        }
        if !key.declared {
            return self.undeclared(port, workload);
        }
        match workload.lifetime {
            Lifetime::Run => vec![format!("answers only while the {} runs", workload.id.kind)],
            Lifetime::Lasting | Lifetime::Ended => Lines::new(),
        }
    }

    /// A number that no container declares (TP-09).
    fn undeclared(&self, port: &Port, workload: &Workload) -> Lines {
        let ports = workload.containers.iter().flat_map(|container| &container.ports);
        let declared: Vec<String> =
            ports.map(|port| words::number(Number::Known(port.number), port.protocol)).take(MOST_LINES).collect();
        let number = words::number(port.number, port.protocol);
        let mut note = vec![format!("no container declares {number}")];
        if !declared.is_empty() {
            note.push(format!("declared: {}", declared.join(", ")));
        }
        note.push("works only if something listens there".to_owned());
        note
    }

    /// The program behind a declared port.
    pub(super) fn application(&self, port: &Port) -> Option<Station> {
        let container = container(port)?;
        let name = self.graph.object(port.owner)?.name;
        let number = words::number(port.number, port.protocol);
        Some(Station {
            part: Part {
                role: Role::Application,
                name: vec![name.to_string(), container.to_owned()],
                label: vec!["Application".to_owned(), format!("container {container}")],
            },
            arrival: vec!["Traffic reaches app".to_owned(), format!("listening on :{number}")],
            notes: self.purpose(port).into_iter().map(|purpose| vec![purpose]).collect(),
            tells: Teller::Connection,
        })
    }

    /// What the container is, in one note.
    pub(super) fn container(&self, port: &Port) -> Lines {
        let container = container(port).map(|container| format!("container {container}"));
        container.into_iter().chain(self.purpose(port)).collect()
    }

    fn purpose(&self, port: &Port) -> Option<String> {
        let Owner::Workload(workload) = port.owner else { return None };
        words::purpose(&self.graph.workload(workload).notes, port.number.known()).map(str::to_owned)
    }
}

/// What a pod is called: by its own name where that can be known (DNS-04).
pub(super) fn pod_name(workload: &Workload, pod: Option<u32>) -> String {
    let name = words::display_name(workload);
    match (workload.first_ordinal, pod) {
        (Some(first), Some(pod)) => format!("Pod {}-{}", workload.id.name, first.saturating_add(pod)),
        (_, Some(pod)) => format!("Pod {} of {name}", u64::from(pod) + 1),
        (_, None) if workload.id.kind == "Pod" => format!("Pod {name}"),
        (_, None) => format!("Pod of {name}"),
    }
}
