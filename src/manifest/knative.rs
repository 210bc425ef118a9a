//! Knative's Service (serving.knative.dev): pods, the Service in front of them and the route from outside, all in one object.
//! The controller makes a Revision, a core Service and a Route of it, and these are the roles.

use std::mem;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{self as core, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde::Deserialize;

use super::object::{Object, decode_at, find};
use super::pod;
use super::workload::TEMPLATE;
use super::{
    Backend, ContainerPort, ContainerRole, Labels, Listener, LookedUp, Lowered, ObjectId, PortRef, Protocol, Route,
    Router, Service, ServicePort, ServiceRef, ServiceType, Speaks, Takes, Target, Workload, start_of,
};
use crate::problem::Problem;
use crate::yaml::{DecodeError, Node};

/// The port of a container that states none.
const DEFAULT_PORT: u16 = 8080;
/// The name of a container that states none.
const DEFAULT_CONTAINER: &str = "user-container";
/// The label that every pod of a Knative Service has, with its name.
const SERVICE_LABEL: &str = "serving.knative.dev/service";
/// The label that takes a Knative Service off the ingress when it is `cluster-local`.
const VISIBILITY: &str = "networking.knative.dev/visibility";
/// Ports of the proxy that Knative puts beside the container: its own two for requests, and those for its administration, its metrics,
/// the metrics of the container and its profiles.
const RESERVED: &[i32] = &[8012, 8013, 8022, 9090, 9091, 8008];
/// What the port of the container may be called: its name is the protocol.
const PROTOCOLS: &[&str] = &["", "http1", "h2c"];
/// The port of the Service that the controller makes.
const SERVICE_PORT: u16 = 80;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    url: Option<String>,
    latest_ready_revision_name: Option<String>,
}

/// Service of serving.knative.dev.
pub(super) fn lower(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let Some(template) = decode_at::<PodTemplateSpec>(object.node, TEMPLATE)? else { return Ok(()) };
    let place = find(object.node, TEMPLATE).and_then(|node| node.get("spec"));
    let Some((mut spec, node)) = template.spec.zip(place) else { return Ok(()) };
    let status: Status = decode_at(object.node, &["status"])?.unwrap_or_default();
    let stated = template.metadata.as_ref().and_then(|meta| meta.name.clone());
    let revision = status.latest_ready_revision_name.or(stated).unwrap_or_else(|| object.id.name.to_string());
    tell_rejected(&spec, node, lowered);
    spec.containers.iter_mut().for_each(aim_probes);
    let mut workload = pod::workload(object, template.metadata, spec, node, lowered);
    serve(&mut workload, object, revision);
    let target = serving_port(&workload).map_or(DEFAULT_PORT, |port| port.number);
    lowered.roles.workloads.push(Arc::new(workload));
    lowered.roles.services.push(Arc::new(service(object, target)));
    if !is_private(object) {
        lowered.roles.routers.push(Arc::new(router(object, status.url.as_deref().and_then(host))));
    }
    Ok(())
}

/// Is it for callers in the cluster only?
fn is_private(object: &Object<'_>) -> bool {
    let stated = object.meta.labels.as_ref().and_then(|labels| labels.get(VISIBILITY));
    stated.is_some_and(|value| value == "cluster-local")
}

/// The host of a URL without user and port.
fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

/// Knative takes one port of one container, which is none of its own, and whose name is a protocol.
fn tell_rejected(spec: &core::PodSpec, node: Node<'_>, lowered: &mut Lowered) {
    let nodes = node.get("containers").into_iter().flat_map(Node::items);
    let nodes = nodes.flat_map(|node| node.get("ports").into_iter().flat_map(Node::items));
    let ports = spec.containers.iter().flat_map(|container| container.ports.iter().flatten());
    for (at, (port, node)) in ports.zip(nodes).enumerate() {
        let name = port.name.as_deref().unwrap_or_default();
        let mut reject = |key, message: String, help: &str| {
            let at = node.get(key).map_or_else(|| start_of(node), Node::span);
            lowered.problems.push(Problem::rejected(at, message, help));
        };
        if at > 0 {
            reject("containerPort", "a Knative Service has one port".to_owned(), "remove all but the one that serves");
        }
        if RESERVED.contains(&port.container_port) {
            let message = format!("Knative has port {} of the pods for itself", port.container_port);
            reject("containerPort", message, "let the container listen on another port");
        }
        if !PROTOCOLS.contains(&name) {
            let message = format!("Knative reads `{name}` as a protocol, which it is not");
            reject("name", message, "write `name: http1` or `name: h2c`, or remove it");
        }
    }
}

/// Probes that state no port ask the one that the container serves on.
fn aim_probes(container: &mut core::Container) {
    let own = container.ports.iter().flatten().map(|port| port.container_port).next();
    let own = own.unwrap_or_else(|| i32::from(DEFAULT_PORT));
    let unstated = [IntOrString::Int(0), IntOrString::String(String::new())];
    let probes = [&mut container.readiness_probe, &mut container.liveness_probe, &mut container.startup_probe];
    for probe in probes.into_iter().flatten() {
        let http = probe.http_get.as_mut().map(|action| &mut action.port);
        let tcp = probe.tcp_socket.as_mut().map(|action| &mut action.port);
        for port in http.into_iter().chain(tcp).filter(|port| unstated.contains(port)) {
            *port = IntOrString::Int(own);
        }
    }
}

/// One container serves: the one that states a port, else the first, on Knative's own default.
fn serve(workload: &mut Workload, object: &Object<'_>, revision: String) {
    workload.id = ObjectId { kind: "Revision".into(), name: revision.into(), ..object.id.clone() };
    workload.labels.insert(SERVICE_LABEL, &object.id.name);
    let unnamed = workload.containers.iter_mut().find(|container| container.name.is_empty());
    if let Some(container) = unnamed {
        container.name = DEFAULT_CONTAINER.into();
    }
    if serving_port(workload).is_some() {
        return;
    }
    let Some(first) = workload.containers.first_mut() else { return };
    let port = ContainerPort {
        number: DEFAULT_PORT,
        name: None,
        protocol: Protocol::Tcp,
        host_port: None,
        host_ip: None,
        at: first.at,
        host_stated: None,
        host_at: None,
    };
    first.ports = mem::take(&mut first.ports).into_iter().chain([port]).collect();
}

fn serving_port(workload: &Workload) -> Option<&ContainerPort> {
    let apps = workload.containers.iter().filter(|container| container.role == ContainerRole::App);
    apps.flat_map(|container| &container.ports).next()
}

/// The Service that the controller makes, by which others in the cluster call it.
fn service(object: &Object<'_>, target: u16) -> Service {
    let at = object.at;
    Service {
        id: object.id.clone(),
        at,
        labels: object.meta.labels.clone().unwrap_or_default(),
        notes: object.meta.notes().collect(),
        kind: ServiceType::ClusterIp,
        headless: false,
        cluster_ip: None,
        selector: Some(Labels::from([(SERVICE_LABEL.to_owned(), object.id.name.to_string())])),
        selector_at: at,
        ports: [ServicePort {
            number: SERVICE_PORT,
            name: Some("http".into()),
            protocol: Protocol::Tcp,
            app_protocol: None,
            target: PortRef::Number(target),
            target_stated: true,
            node_port: None,
            at,
            target_at: at,
            node_port_at: at,
        }]
        .into(),
        external_name: None,
        external_ips: Box::default(),
        external_ips_at: at,
        typed_fields: Box::default(),
        balancer_addresses: Box::default(),
        internal: false,
        allocates_node_ports: false,
        served_by: Some("Knative"),
        made_for: None,
    }
}

/// The route from outside: every Knative ingress listens on 80. The host is the cluster's choice until its status tells it.
fn router(object: &Object<'_>, host: Option<String>) -> Router {
    let at = object.at;
    let id = ObjectId { kind: "Route".into(), ..object.id.clone() };
    let reference = ServiceRef {
        namespace: object.id.namespace,
        service: object.id.name,
        service_at: at,
        port: Some(PortRef::Number(SERVICE_PORT)),
        at,
    };
    let listener = Listener { assumed: true, ..Listener::new(Some(80), Speaks::Http, at) };
    let conditions = if host.is_none() { vec!["host set by Knative".to_owned()] } else { Vec::new() };
    let route = Route {
        takes: Takes::Http,
        host: host.map(Into::into),
        path: Some("/".into()),
        path_type: None,
        conditions: conditions.into(),
        tls: false,
        tls_only: false,
        backends: [Backend::new(Target::Service(reference))].into(),
        redirect: None,
        at,
    };
    let looked_up = LookedUp::Url("ksvc", ".status.url");
    Router { listeners: [listener].into(), routes: [route].into(), looked_up, ..Router::new(id, at) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;
    use crate::manifest;
    use crate::source::{Source, Sources};

    fn service(rest: &str, container: &str) -> String {
        format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: hello{rest}}}\nspec: {{template: {{spec: {{containers: [{{image: hello{container}}}]}}}}}}\n"
        )
    }

    #[test]
    fn a_knative_service_is_pods_a_service_and_a_route() {
        let roles = roles(&service("", ", ports: [{containerPort: 3000}]"));
        assert_eq!(roles.workloads[0].id.to_string(), "Revision default/hello");
        assert_eq!(roles.workloads[0].containers[0].name, "user-container");
        assert_eq!(
            (roles.services[0].ports[0].number, roles.services[0].id.group.as_str()),
            (80, "serving.knative.dev")
        );
        assert_eq!(roles.services[0].ports[0].target.to_string(), "3000");
        assert_eq!(roles.routers[0].id.to_string(), "Route default/hello");
    }

    #[test]
    fn a_container_without_a_port_is_asked_on_8080() {
        let roles = roles(&service("", ""));
        assert_eq!(roles.workloads[0].containers[0].ports[0].number, 8080);
        assert_eq!(roles.services[0].ports[0].target.to_string(), "8080");
    }

    #[test]
    fn a_probe_without_a_port_asks_the_container() {
        for (container, expected) in [("", "8080"), (", ports: [{containerPort: 3000}]", "3000")] {
            let roles = roles(&service("", &format!("{container}, readinessProbe: {{httpGet: {{path: /ready}}}}")));
            assert_eq!(roles.workloads[0].containers[0].probes[0].port.to_string(), expected);
        }
    }

    #[test]
    fn a_service_of_the_cluster_has_no_route() {
        assert!(roles(&service(", labels: {networking.knative.dev/visibility: cluster-local}", "")).routers.is_empty());
    }

    #[test]
    fn a_dump_tells_host_and_revision() {
        let status = "status: {url: 'http://hello.default.example.com', latestReadyRevisionName: hello-00002}\n";
        let roles = roles(&format!("{}{status}", service("", "")));
        assert_eq!(roles.routers[0].routes[0].host.as_deref(), Some("hello.default.example.com"));
        assert_eq!(roles.workloads[0].id.name, "hello-00002");
    }

    #[test]
    fn kna_one_port_that_is_free_and_called_after_its_protocol() {
        let told = |ports: &str| {
            let text = service("", &format!(", ports: [{ports}]"));
            let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
            let problems = manifest::read(&sources, "default").problems.into_iter();
            problems.map(|problem| problem.message).collect::<Vec<_>>()
        };
        assert!(told("{containerPort: 3000, name: h2c}").is_empty());
        assert_eq!(told("{containerPort: 9090}"), ["Knative has port 9090 of the pods for itself"]);
        assert_eq!(told("{containerPort: 80, name: web}"), ["Knative reads `web` as a protocol, which it is not"]);
        assert_eq!(told("{containerPort: 80}, {containerPort: 81}"), ["a Knative Service has one port"]);
    }
}
