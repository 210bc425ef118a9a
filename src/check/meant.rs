//! What a reference surely means: the one right answer that the input alone gives, or none.
//!
//! Stricter than what the help of a finding proposes, since `--fix` writes it: whatever leaves a second answer open (a port that
//! may only be undeclared, a Service that may only lack a port) leaves all of them to a person.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::find::{Aim, declared};
use super::{Context, words};
use crate::manifest::{
    Config, ContainerPort, ContainerRole, EnvValue, ObjectId, PortRef, Protocol, Service, ServicePort, ServiceRef,
    Workload,
};

/// Parts of the names of ports that stand beside the one that serves: if it is the only one that is declared, the other one may
/// just not be.
const ASIDE: &[&str] = &[
    "metric",
    "prom",
    "health",
    "live",
    "ready",
    "probe",
    "admin",
    "manage",
    "mgmt",
    "debug",
    "pprof",
    "jmx",
    "telemetry",
];

/// What the ports of all Services ask each workload for.
pub(super) struct Targets<'a>(HashMap<(&'a ObjectId, Protocol), BTreeSet<&'a PortRef>>);

impl<'a> Targets<'a> {
    pub(super) fn of(aims: &'a [Aim<'a>]) -> Self {
        let mut targets: HashMap<_, BTreeSet<_>> = HashMap::new();
        for aim in aims {
            for workload in &aim.workloads {
                targets.entry((&workload.id, aim.port.protocol)).or_default().insert(&aim.port.target);
            }
        }
        Self(targets)
    }

    /// Does no Service, the one of the aim among them, ask its workloads for anything else?
    fn are_all(&self, aim: &Aim<'_>) -> bool {
        aim.workloads.iter().all(|workload| {
            let asked = self.0.get(&(&workload.id, aim.port.protocol));
            asked.is_none_or(|targets| targets.len() == 1)
        })
    }
}

/// The port that is meant by a number that no selected container declares: the one of the Service port's own name, or the only one.
///
/// None where something says that the pods do listen on the number: containers work without declaring it (TP-09).
pub(super) fn number(context: &Context<'_>, aim: &Aim<'_>, wanted: u16, targets: &Targets<'_>) -> Option<PortRef> {
    let meant = of_same_name(aim).or_else(|| only_one(aim, targets).map(|port| port.number))?;
    if !is_clear(context, aim) {
        return None;
    }
    let listens = aim.workloads.iter().any(|workload| configures(context, workload, wanted));
    (aim.port.target_stated && !listens).then_some(PortRef::Number(meant))
}

/// What is meant by a name that no selected container has: a number in quotes (YAML-02), a name with one letter wrong, or the
/// only port, which has no name.
pub(super) fn name(context: &Context<'_>, aim: &Aim<'_>, wanted: &str, targets: &Targets<'_>) -> Option<PortRef> {
    let is_number = !wanted.starts_with('0') && wanted.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = is_number.then(|| wanted.parse().ok()).flatten() {
        return Some(PortRef::Number(number));
    }
    if !is_clear(context, aim) {
        return None;
    }
    let names = |workload: &Workload| {
        let names = declared(workload).filter(|port| port.protocol == aim.port.protocol);
        words::misspelt(wanted, names.filter_map(|port| port.name.as_deref())).map(str::to_owned)
    };
    if let Some(name) = agreed(aim, names) {
        let meant = PortRef::Name(name.into());
        return aim.service.ports.iter().all(|port| port.target != meant).then_some(meant);
    }
    only_one(aim, targets).filter(|port| port.name.is_none()).map(|port| PortRef::Number(port.number))
}

/// The different ports that routes ask of one Service.
pub(super) type Asked<'g> = BTreeSet<Option<&'g PortRef>>;

/// The Service port that is meant by a reference to one that is not there: the one whose targetPort or nodePort stands there, or
/// the only one. `asked` are the ports that routes ask of that Service. A number stays a number and a name a name: they have keys of their own.
pub(super) fn route(
    context: &Context<'_>,
    service: &Service,
    reference: &ServiceRef,
    asked: &Asked<'_>,
) -> Option<PortRef> {
    let wanted = reference.port.as_ref().filter(|_| context.is_defined_once(&service.id))?;
    let workloads = context.selected_by(service);
    let is_behind = |port: &&ServicePort| {
        port.node_port.is_some_and(|number| *wanted == PortRef::Number(number)) || leads_to(port, wanted, &workloads)
    };
    let meant = match service.ports.iter().filter(is_behind).collect::<Vec<_>>().as_slice() {
        [port] => port,
        [] => only_port(service, wanted, asked, &workloads)?,
        _ => return None,
    };
    match wanted {
        PortRef::Number(_) => Some(PortRef::Number(meant.number)),
        PortRef::Name(_) => meant.name.map(PortRef::Name),
    }
}

/// Does a Service port lead to what is wanted of the pods, be it by number or by name?
fn leads_to(port: &ServicePort, wanted: &PortRef, workloads: &[&Workload]) -> bool {
    let is_both = |container: &ContainerPort| container.is_called(&port.target) && container.is_called(wanted);
    port.target == *wanted || workloads.iter().any(|workload| declared(workload).any(is_both))
}

/// The only port of a Service, unless something says that it should have the wanted one as well: another reference that
/// differs, a container that has such a port, a name that means another purpose.
fn only_port<'s>(
    service: &'s Service,
    wanted: &PortRef,
    asked: &Asked<'_>,
    workloads: &[&Workload],
) -> Option<&'s ServicePort> {
    let [only] = &service.ports[..] else { return None };
    let is_served = workloads.iter().any(|workload| declared(workload).any(|port| port.is_called(wanted)));
    let is_other = matches!(wanted, PortRef::Name(name) if is_aside(name));
    let is_alone = asked.len() == 1 && only.protocol == Protocol::Tcp;
    (is_alone && !is_served && !is_other).then_some(only)
}

/// Has every object of an aim one definition only?
fn is_clear(context: &Context<'_>, aim: &Aim<'_>) -> bool {
    let mut ids = aim.workloads.iter().map(|workload| &workload.id).chain([&aim.service.id]);
    ids.all(|id| context.is_defined_once(id))
}

/// The number of the one port that has the name of the Service's port, the same in every workload.
fn of_same_name(aim: &Aim<'_>) -> Option<u16> {
    let name = aim.port.name.as_ref()?;
    let fits = |port: &&ContainerPort| port.protocol == aim.port.protocol && port.name.as_ref() == Some(name);
    let number = agreed(aim, |workload| single(declared(workload).filter(fits)).map(|port| port.number))?;
    let taken = [PortRef::Number(number), PortRef::Name(*name)];
    aim.service.ports.iter().all(|port| !taken.contains(&port.target)).then_some(number)
}

/// The one port of the protocol that every workload declares, where every container declares some and nothing asks for another.
fn only_one<'g>(aim: &Aim<'g>, targets: &Targets<'_>) -> Option<&'g ContainerPort> {
    let protocol = aim.port.protocol;
    single(aim.service.ports.iter().filter(|port| port.protocol == protocol))?;
    let number = agreed(aim, |workload| only_declared(workload, protocol).map(|port| (port.number, port.name)));
    number.filter(|_| targets.are_all(aim))?;
    let port = only_declared(aim.workloads.first()?, protocol)?;
    let differs = port.name.is_some() && aim.port.name.is_some() && port.name != aim.port.name;
    let names = [port.name.as_deref(), aim.port.name.as_deref(), Some(aim.service.id.name.as_str())];
    (!differs && !names.into_iter().flatten().any(is_aside)).then_some(port)
}

fn only_declared(workload: &Workload, protocol: Protocol) -> Option<&ContainerPort> {
    let mut serving = workload.containers.iter().filter(|container| container.role != ContainerRole::Init);
    if serving.any(|container| container.ports.is_empty()) {
        return None;
    }
    single(declared(workload).filter(|port| port.protocol == protocol))
}

fn is_aside(name: &str) -> bool {
    ASIDE.iter().any(|part| name.contains(part))
}

/// What all workloads of an aim answer, if they answer the same.
fn agreed<T: PartialEq>(aim: &Aim<'_>, answer: impl Fn(&Workload) -> Option<T>) -> Option<T> {
    let mut answers = aim.workloads.iter().map(|workload| answer(workload));
    let first = answers.next()??;
    answers.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The only one there is.
fn single<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// Does a ConfigMap that the pod reads mention this number? Very likely it says where the process listens.
fn configures(context: &Context<'_>, workload: &Workload, number: u16) -> bool {
    configs(context, workload).any(|config| config.data.values().any(|(text, _)| words::mentions(text, number)))
}

/// The ConfigMaps that the containers of a pod read, as variables or as files.
pub(super) fn configs<'g>(context: &Context<'g>, workload: &Workload) -> impl Iterator<Item = &'g Config> {
    let containers = || workload.containers.iter();
    let keys = containers().flat_map(|container| &container.env).filter_map(|env| match &env.value {
        EnvValue::ConfigKey(config, _) => Some(config),
        EnvValue::Text(_) | EnvValue::Field(_) | EnvValue::Hidden => None,
    });
    let whole = containers().flat_map(|container| &container.env_from).map(|from| &from.config);
    let volumes = workload.volumes.iter().map(|volume| &volume.config);
    keys.chain(whole).chain(volumes).filter_map(|name| context.config(&workload.id.namespace, name))
}

#[cfg(test)]
mod tests {
    use crate::check::tests::fixes;

    /// A pod (containers, and what else its spec says), a Service in front of it, and whatever else there is.
    fn web(containers: &str, service_ports: &str, more: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{containers}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{service_ports}]}}\n---\n{more}"
        )
    }

    fn container(ports: &str) -> String {
        format!("{{name: c, image: i, ports: [{ports}]}}")
    }

    fn second_pod(ports: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: w2, labels: {{app: web}}}}\nspec: {{containers: [{}]}}\n",
            container(ports)
        )
    }

    const NONE: &[&str] = &[""];

    #[test]
    fn a_number_is_fixed_where_one_declared_port_fits_in_every_pod() {
        let one = container("{containerPort: 9000}");
        let two = container("{name: http, containerPort: 9000}, {name: admin, containerPort: 81}");
        let udp = container("{containerPort: 9000}, {containerPort: 53, protocol: UDP}");
        for (pod, service, more) in [
            (&one, "{port: 80, targetPort: 8080}", String::new()),
            (&one, "{port: 80, targetPort: 8080}", second_pod("{containerPort: 9000}")),
            (&udp, "{port: 80, targetPort: 8080}", String::new()),
            (&two, "{name: http, port: 80, targetPort: 8080}", String::new()),
            (&two, "{name: http, port: 80, targetPort: 8080}, {name: admin, port: 81}", String::new()),
        ] {
            assert_eq!(fixes("P002", &web(pod, service, &more)), ["9000"], "{pod} {service} {more}");
        }
    }

    #[test]
    fn a_number_that_a_process_may_listen_on_stays() {
        let one = container("{containerPort: 9000}");
        let service = "{port: 80, targetPort: 8080}";
        let other_service = |port: &str| {
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: w2}}\nspec: {{selector: {{app: web}}, ports: [{port}]}}\n"
            )
        };
        let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {nginx.conf: 'listen 8080;'}\n";
        let mounting = one.replace("ports:", "volumeMounts: [{name: v, mountPath: /etc/nginx}], ports:");
        let mounted = format!("{mounting}], volumes: [{{name: v, configMap: {{name: conf}}}}");
        let probed = one.replace("ports:", "readinessProbe: {tcpSocket: {port: 8080}}, ports:");
        let aside = container("{name: metrics, containerPort: 9000}");
        let undeclared = format!("{one}, {{name: d, image: j}}");
        let other_name = container("{name: grpc, containerPort: 9000}");
        for (pod, service, more) in [
            (&one, "{port: 8080}", String::new()),
            (&one, "{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 9000}", String::new()),
            (&one, service, second_pod("{containerPort: 9001}")),
            (&one, service, other_service("{port: 81, targetPort: 9000}")),
            (&one, service, web(&one, service, "")),
            (&mounted, service, config.to_owned()),
            (&probed, service, String::new()),
            (&aside, service, String::new()),
            (&undeclared, service, String::new()),
            (&other_name, "{name: http, port: 80, targetPort: 8080}", String::new()),
        ] {
            assert_eq!(fixes("P002", &web(pod, service, &more)), NONE, "{pod} {service} {more}");
        }
        let silent = web("{name: c, image: i}", service, "");
        assert_eq!(fixes("P002", &silent), NONE);
    }

    #[test]
    fn a_name_is_fixed_where_one_letter_is_wrong_or_one_port_has_no_name() {
        let named = container("{name: http, containerPort: 80}, {name: metrics, containerPort: 9113}");
        let unnamed = container("{containerPort: 8080}");
        for (pod, target, fix) in [
            (&named, "metric", "metrics"),
            (&named, "'htp'", "'http'"),
            (&named, "'9113'", "9113"),
            (&named, "\"9999\"", "9999"),
            (&unnamed, "http", "8080"),
            (&unnamed, "'http'", "8080"),
        ] {
            assert_eq!(fixes("P003", &web(pod, &format!("{{port: 80, targetPort: {target}}}"), "")), [fix], "{target}");
        }
    }

    #[test]
    fn a_name_that_may_mean_two_things_stays() {
        let https = container("{name: https, containerPort: 8443}");
        let web_port = container("{name: web, containerPort: 8080}");
        let unnamed = container("{containerPort: 8080}");
        let two = container("{containerPort: 8080}, {containerPort: 8081}");
        let slip = container("{name: http, containerPort: 80}");
        for (pod, service, more) in [
            (&https, "{port: 80, targetPort: http}", String::new()),
            (&web_port, "{port: 80, targetPort: http}", String::new()),
            (&two, "{port: 80, targetPort: http}", String::new()),
            (&unnamed, "{port: 80, name: metrics, targetPort: metrics}", String::new()),
            (&unnamed, "{port: 80, name: a, targetPort: http}, {port: 81, name: b, targetPort: 8080}", String::new()),
            (&slip, "{port: 80, name: a, targetPort: htpp}, {port: 81, name: b, targetPort: http}", String::new()),
            (&slip, "{port: 80, targetPort: htpp}", second_pod("{name: htppx, containerPort: 80}")),
        ] {
            assert_eq!(fixes("P003", &web(pod, service, &more)), NONE, "{pod} {service}");
        }
        let part = second_pod("{name: htpp, containerPort: 80}");
        assert_eq!(fixes("P003", &web(&slip, "{port: 80, targetPort: htpp}", &part)), NONE);
    }

    fn ingress(ports: &[&str]) -> String {
        let paths = ports.iter().map(|port| {
            format!("      - {{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{{port}}}}}}}}}\n")
        });
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec:\n  rules:\n  - http:\n      paths:\n".to_owned()
            + &paths.collect::<String>()
    }

    #[test]
    fn ing_02_a_route_is_fixed_where_one_service_port_is_meant() {
        let pod = container("{name: web, containerPort: 8080}, {name: admin, containerPort: 9000}");
        let two = "{name: http, port: 80, targetPort: web}, {name: admin, port: 81, targetPort: 9000, nodePort: 30081}";
        for (service, route, fix) in [
            ("{port: 80, targetPort: 8080}", "number: 3000", "80"),
            ("{port: 80, name: http, targetPort: 8080}", "name: website", "http"),
            (two, "number: 9000", "81"),
            (two, "number: 8080", "80"),
            (two, "number: 30081", "81"),
            (two, "name: web", "http"),
        ] {
            assert_eq!(fixes("P017", &web(&pod, service, &ingress(&[route]))), [fix], "{route}");
        }
    }

    #[test]
    fn a_route_that_may_mean_two_ports_stays() {
        let pod = container("{containerPort: 8080}, {containerPort: 9000}");
        let two = "{name: http, port: 80, targetPort: 8080}, {name: admin, port: 81, targetPort: 8080}";
        for (service, routes, count) in [
            (two, &["number: 8080"][..], 1),
            (two, &["number: 3000"], 1),
            ("{port: 80, targetPort: 8080}", &["number: 9000"], 1),
            ("{port: 80, targetPort: 8080}", &["number: 3000", "number: 80"], 1),
            ("{port: 80, targetPort: 8080}", &["number: 3000", "number: 3001"], 2),
            ("{port: 80, targetPort: 8080}", &["name: http"], 1),
            ("{port: 80, name: http, targetPort: 8080}", &["name: metrics"], 1),
            ("{port: 53, protocol: UDP}", &["number: 3000"], 1),
        ] {
            assert_eq!(fixes("P017", &web(&pod, service, &ingress(routes))), vec![""; count], "{routes:?}");
        }
    }

    #[test]
    fn of_two_definitions_the_other_one_may_be_meant() {
        let pod = container("{containerPort: 8080}");
        let (first, second) = ("{port: 80, targetPort: 8080}", "{port: 5678, targetPort: 8080}");
        let text = web(&pod, first, &(web(&pod, second, "") + &ingress(&["number: 80"])));
        assert_eq!(fixes("P017", &text), NONE);
    }
}
