//! P020: listeners that cannot be told apart.

use hashbrown::HashMap;

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::{Listener, Protocol, Router, Speaks};

pub(super) const CHECK: Check = Check {
    id: "P020",
    name: "listener-conflict",
    title: "Two listeners cannot be told apart",
    severity: "error; warning for HTTP beside HTTPS or TLS on one port, and where a Gateway's own listener comes first; info for Gateways of one \
               class, which may share an address: where both ask for the same one, else with --pedantic",
    what: "Listeners of one Gateway, or of a ListenerSet and its Gateway, with the same name, or with the same port, protocol and hostname; a TCP \
           listener on the port of an HTTP, HTTPS or TLS one; HTTP beside HTTPS or TLS on one port. TCP and UDP may share a number. Gateways of \
           one class that listen for the same.",
    why: "The API server rejects a Gateway with two equal listeners. The others get the condition `Conflicted`, and none of them has to be \
          served; HTTP and HTTPS on one port is something that few implementations can do. Several Gateways may be merged onto one address, \
          where equal listeners get in each other's way.",
    fix: "Give one of them another port, or, for HTTP, HTTPS and TLS, a hostname of its own.",
    elsewhere: "kubevious gateway-unique-listeners (names only)",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    for (_, router) in context.graph.routers().filter(|(_, router)| !router.elsewhere) {
        add_own(router, found);
        for parent in router.parents.iter().filter(|_| !router.listeners.is_empty()) {
            if let Some(parent) = context.router(parent) {
                add_shadowed(parent, router, found);
            }
        }
    }
    add_merged(context, found);
}

/// Equal listeners of Gateways that an implementation may merge (GWY-04). Only of one class, and rarely done unless they are told to
/// share an address.
fn add_merged<'g>(context: &Context<'g>, found: &mut Vec<Finding>) {
    let mut known: HashMap<_, (&'g Router, &'g Listener)> = HashMap::new();
    let is_all_told = context.options.is_pedantic(&CHECK);
    for (_, router) in context.graph.routers().filter(|(_, router)| !router.elsewhere) {
        let Some(class) = router.class.as_deref() else { continue };
        for listener in router.listeners.iter().filter(|listener| !listener.assumed && listener.number.is_some()) {
            let key = (class, listener.number, listener.speaks, listener.host.as_deref());
            let (first, own) = *known.entry(key).or_insert((router, listener));
            let shares = || first.addresses.iter().any(|address| router.addresses.contains(address));
            if first.id != router.id && (is_all_told || shares()) {
                found.push(merged(router, listener, (first, own)));
            }
        }
    }
}

fn merged(router: &Router, listener: &Listener, (first, own): (&Router, &Listener)) -> Finding {
    let (who, other) = (words::name(&router.id), words::name(&first.id));
    let message = format!(
        "{} of {who} is the same as {} of {other}, which is of the same class: on one address they get in each other's way",
        called(listener),
        called(own)
    );
    finding(Severity::Info, router, message, listener, own)
}

/// Conflicts within one object; its listeners are few.
fn add_own(router: &Router, found: &mut Vec<Finding>) {
    let mut named: HashMap<&str, &Listener> = HashMap::new();
    let mut on_port: HashMap<(u16, Protocol), Vec<&Listener>> = HashMap::new();
    for listener in &router.listeners {
        if let Some(name) = listener.name.as_deref()
            && let Some(first) = named.insert(name, listener)
        {
            let message =
                format!("{} has two listeners named {name}, which the API server rejects", words::name(&router.id));
            found.push(finding(Severity::Error, router, message, listener, first));
            continue;
        }
        let Some(number) = listener.number else { continue };
        let before = on_port.entry((number, listener.speaks.protocol())).or_default();
        let worst = before.iter().filter_map(|first| Some((conflict(router, first, listener)?, *first))).next();
        if let Some(((severity, message), first)) = worst {
            found.push(finding(severity, router, message, listener, first));
        }
        before.push(listener);
    }
}

/// Why two listeners on one port do not go together.
fn conflict(router: &Router, first: &Listener, second: &Listener) -> Option<(Severity, String)> {
    let who = words::name(&router.id);
    let (a, b) = (called(first), called(second));
    let is_stream = |listener: &Listener| listener.speaks == Speaks::Tcp;
    let same_host = first.host == second.host;
    if first.speaks == second.speaks && same_host {
        let host = second.host.as_deref().unwrap_or("every host");
        let message = format!(
            "{a} and {b} of {who} have the same port, protocol and hostname ({host}), which the API server rejects"
        );
        return Some((Severity::Error, message));
    }
    if first.speaks == second.speaks || [first, second].iter().any(|listener| listener.speaks == Speaks::Unknown) {
        return None;
    }
    if is_stream(first) != is_stream(second) {
        return Some((
            Severity::Error,
            format!("{a} and {b} of {who} share a port, but TCP leaves nothing to tell them apart by"),
        ));
    }
    let is_plain = |listener: &Listener| listener.speaks == Speaks::Http;
    let message =
        format!("{a} and {b} of {who} share a port in the clear and encrypted, which few implementations can do");
    (is_plain(first) != is_plain(second)).then_some((Severity::Warning, message))
}

/// Listeners that are added to those of a Gateway come after them (GWY-08).
fn add_shadowed(parent: &Router, router: &Router, found: &mut Vec<Finding>) {
    let key = |listener: &'_ Listener| (listener.number, listener.speaks, listener.host);
    let own: HashMap<_, &Listener> = parent.listeners.iter().map(|listener| (key(listener), listener)).collect();
    for listener in router.listeners.iter().filter(|listener| listener.number.is_some()) {
        if let Some(first) = own.get(&key(listener)) {
            let (who, gateway) = (words::name(&router.id), words::name(&parent.id));
            let message = format!(
                "{} of {who} is the same as {} of {gateway}, which comes first",
                called(listener),
                called(first)
            );
            found.push(finding(Severity::Warning, router, message, listener, first));
        }
    }
}

/// `listener web (HTTP 80)`
fn called(listener: &Listener) -> String {
    let number = listener.number.map(|number| number.to_string()).unwrap_or_default();
    format!("listener {} ({} {number})", listener.name.as_deref().unwrap_or("without a name"), listener.speaks.as_str())
}

fn finding(severity: Severity, router: &Router, message: String, second: &Listener, first: &Listener) -> Finding {
    let finding = CHECK.finding(severity, &router.id, message, second.at, "the second one".to_owned());
    finding.related(first.at, "the first one")
}

#[cfg(test)]
mod tests {
    use crate::check::Options;
    use crate::check::tests::{found_by, found_with};

    fn gateway(listeners: &str) -> Vec<String> {
        found_by(
            "P020",
            &format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw}}\nspec:\n  gatewayClassName: x\n  listeners:\n{listeners}"
            ),
        )
    }

    #[test]
    fn gwy_02_equal_listeners_are_rejected() {
        let twice = "  - {name: a, port: 80, protocol: HTTP}\n  - {name: b, port: 80, protocol: HTTP}\n";
        assert_eq!(
            gateway(twice),
            [
                "error 8 `80`: listener a (HTTP 80) and listener b (HTTP 80) of Gateway gw have the same port, protocol and hostname (every host), \
                 which the API server rejects"
            ]
        );
        let named = "  - {name: a, port: 80, protocol: HTTP}\n  - {name: a, port: 81, protocol: HTTP}\n";
        assert_eq!(
            gateway(named),
            ["error 8 `81`: Gateway gw has two listeners named a, which the API server rejects"]
        );
    }

    #[test]
    fn gwy_03_tcp_shares_its_port_with_nothing_but_udp() {
        let with = |protocol: &str| {
            gateway(&format!(
                "  - {{name: a, port: 53, protocol: TCP}}\n  - {{name: b, port: 53, protocol: {protocol}}}\n"
            ))
        };
        assert!(with("HTTPS")[0].starts_with("error"));
        assert!(with("UDP").is_empty());
    }

    #[test]
    fn gwy_03_http_beside_https_on_one_port_is_doubtful() {
        let found = gateway("  - {name: a, port: 443, protocol: HTTP}\n  - {name: b, port: 443, protocol: HTTPS}\n");
        assert!(found[0].starts_with("warning 8 `443`: listener a (HTTP 443) and listener b (HTTPS 443)"), "{found:?}");
    }

    #[test]
    fn gwy_04_gateways_of_one_class_may_be_merged() {
        let two = |class: &str, address: &str| {
            let gateway = |name: &str, class: &str| {
                format!(
                    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: {name}}}\nspec: {{gatewayClassName: {class}, \
                     addresses: [{address}], listeners: [{{name: web, port: 80, protocol: HTTP}}]}}\n---\n"
                )
            };
            gateway("a", "x") + &gateway("b", class)
        };
        let told = |text: &str| {
            let pedantic = Options { pedantic: true, ..Options::default() };
            [Options::default(), pedantic].map(|options| {
                let found = found_with(options, text).into_iter();
                found.filter(|text| text.contains("of the same class")).count()
            })
        };
        assert_eq!(told(&two("x", "")), [0, 1]);
        assert_eq!(told(&two("x", "{value: 10.0.0.1}")), [1, 1]);
        assert_eq!(told(&two("y", "{value: 10.0.0.1}")), [0, 0]);
    }

    #[test]
    fn hosts_and_ports_tell_listeners_apart() {
        let hosts = "  - {name: a, port: 80, protocol: HTTP, hostname: a.io}\n  - {name: b, port: 80, protocol: HTTP, hostname: b.io}\n";
        let ports = "  - {name: a, port: 80, protocol: HTTP}\n  - {name: b, port: 8080, protocol: HTTP}\n";
        let encrypted = "  - {name: a, port: 443, protocol: HTTPS, hostname: a.io}\n  - {name: b, port: 443, protocol: TLS, hostname: b.io}\n";
        for listeners in [hosts, ports, encrypted] {
            assert!(gateway(listeners).is_empty(), "{listeners}");
        }
    }

    #[test]
    fn gwy_08_the_listener_of_the_gateway_comes_first() {
        let set = "  - {name: a, port: 80, protocol: HTTP}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: ListenerSet\nmetadata: {name: set}\n\
                   spec:\n  parentRef: {name: gw}\n  listeners: [{name: a, port: 80, protocol: HTTP}]\n";
        assert_eq!(
            gateway(set),
            [
                "warning 14 `80`: listener a (HTTP 80) of ListenerSet set is the same as listener a (HTTP 80) of Gateway gw, which comes first"
            ]
        );
    }
}
