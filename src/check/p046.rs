//! P046: a TCP or UDP service of ingress-nginx that leads nowhere, or that nobody reaches.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{Stream, StreamMap};
use crate::manifest::{PortRef, Protocol, Service, ServicePort, ServiceType, Workload};

pub(super) const CHECK: Check = Check {
    id: "P046",
    name: "tcp-configmap",
    title: "A TCP or UDP service of ingress-nginx leads nowhere, or is not exposed",
    severity: "error where the Service has no such port (info where the input has several definitions of it); warning for all else: where \
               the Service is missing, error with --complete, info where the input has no Service of the namespace at all",
    what: "An entry of the ConfigMap that ingress-nginx takes TCP or UDP services from, `9000: shop/db:5432`: its Service is not in the input, or has \
           no port of this number or name and of the ConfigMap's protocol; or the Services in front of ingress-nginx do not have the port \
           that is the key; or ingress-nginx has no argument that names the ConfigMap.",
    why: "ingress-nginx logs that there are no endpoints and opens no port. A port that only the pod opens is not reached through its \
          load balancer.",
    fix: "Write namespace, Service and its `port` (not the targetPort). Add the key as a port of the controller's Service, and the \
          argument `--tcp-services-configmap=<namespace>/<name>` (or `--udp-…`) to the controller.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for map in context.graph.stream_maps() {
        let fronts = fronts(context, map.proxy);
        let streams = map.streams();
        if !map.stated && !streams.is_empty() {
            found.push(unread(&map));
        }
        for stream in &streams {
            let is_open = fronts.is_empty() || opens(map.proxy, stream.number, map.protocol, &fronts);
            let unexposed = || (!is_open).then(|| unexposed(&map, stream, &fronts));
            found.extend(target(context, &map, stream).or_else(unexposed));
        }
    }
}

/// The Services that lead to a proxy from outside.
fn fronts<'g>(context: &Context<'g>, proxy: &Workload) -> Vec<&'g Service> {
    let services = context.graph.services().map(|(_, service)| service);
    let outside = services.filter(|service| {
        service.id.namespace == proxy.id.namespace
            && matches!(service.kind, ServiceType::NodePort | ServiceType::LoadBalancer)
    });
    outside.filter(|service| context.selected_by(service).iter().any(|selected| selected.id == proxy.id)).collect()
}

/// Is a port of the proxy reached from outside: through a Service, or on the node?
fn opens(proxy: &Workload, number: u16, protocol: Protocol, fronts: &[&Service]) -> bool {
    let declared = || proxy.containers.iter().flat_map(|container| &container.ports);
    let is_named = |name: &str| declared().any(|port| port.number == number && port.name.as_deref() == Some(name));
    let leads = |port: &ServicePort| match &port.target {
        PortRef::Number(target) => *target == number,
        PortRef::Name(name) => is_named(name),
    };
    let is_it = |port: &&ServicePort| port.protocol == protocol && (port.number == number || leads(port));
    proxy.host_network
        || declared().any(|port| port.number == number && port.host_port.is_some())
        || fronts.iter().any(|service| service.ports.iter().any(|port| is_it(&port)))
}

fn unread(map: &StreamMap<'_>) -> Finding {
    let argument = if map.protocol == Protocol::Udp { "--udp-services-configmap" } else { "--tcp-services-configmap" };
    let (config, proxy) = (&map.config.id, words::name(&map.proxy.id));
    let message =
        format!("ConfigMap {} has ports for ingress-nginx, but {proxy} has no argument `{argument}`", config.name);
    CHECK
        .finding(Severity::Warning, config, message, map.config.at, "nothing in the input reads it".to_owned())
        .related(map.proxy.at, "would read it")
        .help(format!("add `{argument}={}/{}` to its arguments", config.namespace, config.name))
}

fn unexposed(map: &StreamMap<'_>, stream: &Stream, fronts: &[&Service]) -> Finding {
    let number = words::number(stream.number, map.protocol);
    let names: Vec<String> = fronts.iter().map(|service| words::name(&service.id)).collect();
    let message = format!("ingress-nginx listens on port {number}, which {} does not have", words::list(&names));
    let finding = CHECK.finding(Severity::Warning, &map.config.id, message, stream.to.at, format!("port {number}"));
    let finding = finding.help(format!("add port {number} to {}", names.first().map_or("", String::as_str)));
    fronts.iter().fold(finding, |finding, service| finding.related(service.at, "leads to ingress-nginx"))
}

/// What is wrong with where an entry leads.
fn target(context: &Context<'_>, map: &StreamMap<'_>, stream: &Stream) -> Option<Finding> {
    let (namespace, name) = (&stream.to.namespace, &stream.to.service);
    let entry = format!("port {} of ConfigMap {}", words::number(stream.number, map.protocol), map.config.id.name);
    let config = &map.config.id;
    let Some(service) = context.service(namespace, name) else {
        let severity = context.missing(namespace, context.has_services(namespace));
        let message =
            format!("{entry} leads to Service {name}, but namespace {namespace} has no such Service in the input");
        return Some(CHECK.finding(severity, config, message, stream.to.at, "no Service of this name".to_owned()));
    };
    let is_meant = |port: &ServicePort| match &stream.to.port {
        Some(PortRef::Number(number)) => port.number == *number,
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
        None => false,
    };
    let fits = |port: &ServicePort| port.protocol == map.protocol && is_meant(port);
    if service.kind == ServiceType::ExternalName || service.ports.iter().any(fits) {
        return None;
    }
    let is_certain = context.is_defined_once(config) && context.is_defined_once(&service.id);
    let severity = if is_certain { Severity::Error } else { Severity::Info };
    let has: Vec<String> = service.ports.iter().map(words::service_port).collect();
    let has = if has.is_empty() { "none".to_owned() } else { words::list(&has) };
    let port = stream.to.port.as_ref().map(|port| format!("port {port} ({}) of ", map.protocol)).unwrap_or_default();
    let message = format!("{entry} leads to {port}Service {name}, which has {has}");
    let finding = CHECK.finding(severity, config, message, stream.to.at, "no such port in the Service".to_owned());
    Some(finding.related(service.at, format!("has {has}")))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, found_complete};

    const CONTROLLER: &str = "\
apiVersion: v1
kind: Service
metadata: {name: front, namespace: ingress}
spec: {type: LoadBalancer, selector: {app: c}, ports: [{name: http, port: 80}, {name: db, port: 9000}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {ports: [{name: sql, port: 5432}, {name: dns, port: 53, protocol: UDP}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: c, namespace: ingress}
spec:
  template:
    metadata: {labels: {app: c}}
    spec:
      containers:
      - {name: c, image: registry.k8s.io/ingress-nginx/controller:v1.13.0, args: [ARGS],
         env: [{name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp-services, namespace: ingress}
";

    const NAMED: &str = "--tcp-services-configmap=$(POD_NAMESPACE)/tcp-services";

    fn input(data: &str, argument: &str) -> String {
        format!("{}data: {{{data}}}\n", CONTROLLER.replace("ARGS", argument))
    }

    #[test]
    fn ing_13_entries_lead_to_a_port_of_a_service_with_the_same_protocol() {
        for right in ["shop/db:5432", "shop/db:sql", "shop/db:5432:PROXY", "shop/db:5432::PROXY"] {
            assert!(found_by("P046", &input(&format!("'9000': '{right}'"), NAMED)).is_empty(), "{right}");
        }
        for (wrong, port) in [("shop/db:5433", "5433"), ("shop/db:dns", "dns"), ("shop/db:53", "53")] {
            assert_eq!(
                found_by("P046", &input(&format!("'9000': '{wrong}'"), NAMED)),
                [format!(
                    "error 25 `'{wrong}'`: port 9000 of ConfigMap tcp-services leads to port {port} (TCP) of Service db, which has 5432 (sql) and 53/UDP (dns)"
                )]
            );
        }
        let gone = input("'9000': 'shop/bd:5432'", NAMED);
        let message = "port 9000 of ConfigMap tcp-services leads to Service bd, but namespace shop has no such Service in the input";
        assert_eq!(found_by("P046", &gone), [format!("warning 25 `'shop/bd:5432'`: {message}")]);
        assert_eq!(found_complete("P046", &gone), [format!("error 25 `'shop/bd:5432'`: {message}")]);
        for other in ["P016", "P017", "P050"] {
            assert!(found_by(other, &gone).is_empty(), "{other}");
        }
    }

    #[test]
    fn ing_13_the_service_of_the_controller_has_to_have_the_port() {
        assert_eq!(
            found_by("P046", &input("'9001': 'shop/db:5432'", NAMED)),
            ["warning 25 `'shop/db:5432'`: ingress-nginx listens on port 9001, which Service front does not have"]
        );
        let on_node = input("'9001': 'shop/db:5432'", NAMED)
            .replace("spec:\n      con", "spec:\n      hostNetwork: true\n      con");
        assert!(found_by("P046", &on_node).is_empty());
    }

    #[test]
    fn the_pod_listens_on_such_a_port_without_declaring_it() {
        let declared = "image: registry.k8s.io/ingress-nginx/controller:v1.13.0, ports: [{containerPort: 80}]";
        let undeclared = |data| {
            let text = input(data, NAMED).replace("image: registry.k8s.io/ingress-nginx/controller:v1.13.0", declared);
            found_by("P002", &text).len()
        };
        assert_eq!(undeclared("'9000': 'shop/db:5432'"), 0);
        assert_eq!(undeclared("'9001': 'shop/db:5432'"), 1);
    }

    #[test]
    fn a_map_that_no_argument_names_is_told() {
        assert_eq!(
            found_by("P046", &input("'9000': 'shop/db:5432'", "")),
            [
                "warning 24 `tcp-services`: ConfigMap tcp-services has ports for ingress-nginx, but Deployment c has no argument `--tcp-services-configmap`"
            ]
        );
    }
}
