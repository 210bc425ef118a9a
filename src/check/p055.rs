//! P055: TLS behind a gateway.

use super::{Check, Context, Finding, Severity, words};
use crate::graph::{HopId, HopKind, Owner, PortKind};
use crate::manifest::{BackendTls, Crossing, Service, ServicePort, Takes, TlsTarget};

pub(super) const CHECK: Check = Check {
    id: "P055",
    name: "backend-tls",
    title: "Gateway and backend do not agree on TLS",
    severity: "warning for a BackendTLSPolicy whose Service or port is not there; info for plain text to a port that seems to want TLS",
    what: "A BackendTLSPolicy that names a Service that is not in the input, or a port name (`sectionName`) that the Service does not have. And an \
           HTTPRoute or GRPCRoute to a Service port that is 443, or is called `https`, or has such an `appProtocol`, for which the input has no \
           BackendTLSPolicy.",
    why: "TLS from the gateway to the pods comes only with a BackendTLSPolicy: without one that applies, the gateway sends plain text, and \
          what expects TLS answers 400 or nothing; the gateway says 502. Some implementations have settings of their own for it.",
    fix: "Write a BackendTLSPolicy whose `targetRefs` names the Service, and as `sectionName` the name of the Service port, not its number.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for policy in &context.graph.roles().backend_tls {
        found.extend(policy.targets.iter().filter_map(|target| amiss(context, policy, target)));
    }
    for (id, ..) in context.graph.hops().filter(|(.., hop)| hop.kind == HopKind::Route) {
        found.extend(plain(context, id));
    }
}

/// A policy that applies to nothing.
fn amiss(context: &Context<'_>, policy: &BackendTls, target: &TlsTarget) -> Option<Finding> {
    let (who, namespace) = (words::name(&policy.id), &policy.id.namespace);
    let Some(service) = context.service(namespace, &target.service) else {
        let severity = context.missing(namespace, context.has_services(namespace));
        let message =
            format!("{who} is for Service {}, and the input has none in namespace {namespace}", target.service);
        return Some(CHECK.finding(severity, &policy.id, message, target.service_at, "no such Service".to_owned()));
    };
    let name = target
        .port
        .as_ref()
        .filter(|name| !service.ports.iter().any(|port| port.name.as_deref() == Some(name.as_str())))?;
    let message =
        format!("{who} is for the port named `{name}` of Service {}, which has {}", target.service, names(service));
    let finding = CHECK.finding(Severity::Warning, &policy.id, message, target.at, "no port has this name".to_owned());
    let meant = service.ports.iter().find(|port| port.number.to_string() == *name).and_then(|port| port.name.as_ref());
    Some(match meant {
        Some(meant) => finding.help(format!("write the name of the port: `sectionName: {meant}`")),
        None => finding,
    })
}

fn names(service: &Service) -> String {
    let ports: Vec<String> = service.ports.iter().map(words::service_port).collect();
    if ports.is_empty() { "none".to_owned() } else { words::list(&ports) }
}

/// A route that ends TLS, or never had it, to a port that seems to want it.
fn plain(context: &Context<'_>, hop: HopId) -> Option<Finding> {
    let graph = context.graph;
    let (from, to) = graph.ends(hop);
    let (PortKind::Route(route), Owner::Router(router)) = (&graph.port(from).kind, graph.port(from).owner) else {
        return None;
    };
    let (PortKind::ServicePort, Owner::Service(service)) = (&graph.port(to).kind, graph.port(to).owner) else {
        return None;
    };
    let (router, service) = (graph.router(router), graph.service(service));
    let is_request = matches!(route.takes, Takes::Http | Takes::Grpc);
    if !is_request || router.crossing != Crossing::Granted || graph.backend_tls(to).is_some() {
        return None;
    }
    let number = graph.port(to).number.known()?;
    let port = service.ports.iter().find(|port| port.number == number).filter(|port| wants_tls(port))?;
    let message = format!(
        "{} sends plain text to port {} of Service {}, which seems to want TLS; the input has no BackendTLSPolicy for it",
        words::name(&router.id),
        words::service_port(port),
        service.id.name
    );
    let finding = CHECK.finding(Severity::Info, &router.id, message, graph.hop(hop).at?, "without TLS".to_owned());
    Some(finding.related(port.at, "this port seems to want TLS"))
}

/// By its protocol where that is stated, else by its name or number.
fn wants_tls(port: &ServicePort) -> bool {
    let is_tls = |word: &str| word == "https" || word.starts_with("https-") || word == "kubernetes.io/wss";
    match (&port.app_protocol, &port.name) {
        (Some(protocol), _) => is_tls(&protocol.to_ascii_lowercase()),
        (None, Some(name)) if is_tls(name) => true,
        (None, _) => port.number == 443,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn text(port: &str, policy: &str) -> String {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r}}\n\
             spec: {{parentRefs: [{{name: gw}}], rules: [{{backendRefs: [{{name: s, port: 443}}]}}]}}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{ports: [{{port: 443{port}}}]}}\n---\n\
             apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: {{name: tls}}\n\
             spec: {{targetRefs: [{{group: '', kind: Service, {policy}}}], validation: {{hostname: s.io, wellKnownCACertificates: System}}}}\n"
        )
    }

    #[test]
    fn rt_14_without_a_policy_gateways_speak_plain_text() {
        let found = |port: &str| found_by("P055", text(port, "name: s").rsplit_once("---").unwrap().0);
        assert_eq!(
            found(", name: web"),
            [
                "info 4 `443`: HTTPRoute r sends plain text to port 443 (web) of Service s, which seems to want TLS; the input has no \
                 BackendTLSPolicy for it"
            ]
        );
        assert_eq!(found(", appProtocol: HTTPS").len(), 1);
        assert!(found(", appProtocol: kubernetes.io/h2c").is_empty(), "the protocol is stated");
    }

    #[test]
    fn rt_14_a_policy_is_for_a_service_or_for_one_of_its_ports() {
        for policy in ["name: s", "name: s, sectionName: web"] {
            assert!(found_by("P055", &text(", name: web", policy)).is_empty(), "{policy}");
        }
    }

    #[test]
    fn rt_14_a_policy_names_the_service_port_and_not_its_number() {
        let text = text(", name: web", "name: s, sectionName: '443'");
        let found = found_by("P055", &text);
        assert!(
            found.contains(&"warning 14 `'443'`: BackendTLSPolicy tls is for the port named `443` of Service s, which has 443 (web)".to_owned()),
            "{found:?}"
        );
        assert!(helps("P055", &text).contains(&"write the name of the port: `sectionName: web`".to_owned()));
    }

    #[test]
    fn rt_14_a_policy_for_a_service_that_is_not_there_is_told() {
        let found = found_by("P055", &text("", "name: other"));
        assert!(
            found.iter().any(|text| text.starts_with("warning 14 `other`: BackendTLSPolicy tls is for Service other")),
            "{found:?}"
        );
    }
}
