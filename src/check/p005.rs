//! P005: a value that the API server does not accept.

use std::collections::BTreeSet;

use super::words::name;
use super::{Check, Context, Finding, Severity};
use crate::manifest::Fault;
use crate::problem::{Place, Remedy, Sort};

pub(super) const CHECK: Check = Check {
    id: "P005",
    name: "invalid-value",
    title: "The API server does not accept a value",
    severity: "error",
    what: "Port numbers outside of 1 to 65535 or in quotes, port names and protocols that are not as Kubernetes wants them, values of the \
           wrong type, fields whose name is written in the wrong case, objects without a name, Services without ports, and what \
           networking.k8s.io/v1 does not take of an Ingress: the fields of v1beta1, a path without a type or a slash in front, a host with a port.",
    why: "`kubectl apply` fails with `Invalid value` or `cannot unmarshal`, and the whole object is missing in the cluster. A `targetPort` \
          in quotes is a port's name, not its number. A field in the wrong case is refused too, or, where validation is off, left out \
          without a word: the Service then has another port than it seems to.",
    fix: "Write the value as the message says. `--fix` takes the quotes off a number and puts them around a name or an argument that is read \
          as a number or a boolean (not around the value of a variable, which reports would repeat), writes protocols and fields in the right case, and port names in small letters where nothing else in the input \
          has that word.",
    elsewhere: "kube-linter invalid-target-ports and schema-validation, kube-score container-ports-check",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let rejected = || context.graph.roles().faults.iter().filter(|fault| fault.problem.sort == Sort::Rejected);
    let names = rejected().filter_map(|fault| match fault.problem.remedy.as_deref() {
        Some(Remedy::Renamed { from, .. }) => Some(from.as_str()),
        _ => None,
    });
    let referred_to = context.repeated(&names.collect());
    found.extend(rejected().filter_map(|fault| finding(context, fault, &referred_to)));
}

fn finding(context: &Context<'_>, fault: &Fault, referred_to: &BTreeSet<&str>) -> Option<Finding> {
    let Place::Span(at) = fault.problem.place else { return None };
    let message = format!("{}: {}", name(&fault.object), fault.problem.message);
    let finding = CHECK.finding(Severity::Error, &fault.object, message, at, "not accepted".to_owned());
    let is_safe =
        |remedy: &&Remedy| !matches!(remedy, Remedy::Renamed { from, .. } if referred_to.contains(from.as_str()));
    let remedy = fault.problem.remedy.as_deref().filter(is_safe);
    let fix = remedy.and_then(|remedy| context.remedied(at, remedy));
    Some(Finding { help: fault.problem.help.clone(), fix, ..finding })
}

#[cfg(test)]
mod tests {
    use crate::check::tests::{found_by, helps};

    fn service(port: &str) -> Vec<String> {
        found_by(
            "P005",
            &format!("apiVersion: v1\nkind: Service\nspec: {{ports: [{port}]}}\nmetadata: {{name: web}}\n"),
        )
    }

    #[test]
    fn what_the_api_server_rejects_is_an_error_at_its_place() {
        for (port, told) in [
            ("{port: 70000}", "`70000`: Service web: port 70000 is no port number, so the API server rejects it"),
            (
                "{port: \"80\"}",
                "`\"80\"`: Service web: spec.ports[0].port: expected a whole number, found the string \"80\"",
            ),
            (
                "{port: 80, protocol: udp}",
                "`udp`: Service web: protocol `udp` is none of TCP, UDP and SCTP, so the API server rejects it",
            ),
            (
                "{port: 80, name: HTTP}",
                "`HTTP`: Service web: `HTTP` is no name for a port, so the API server rejects it: it may have small letters (a-z), \
                 digits and dashes only",
            ),
            (
                "{port: 80, targetport: 8080}",
                "`targetport`: Service web: there is no field `targetport`, so its value is not used",
            ),
        ] {
            assert_eq!(service(port), [format!("error 3 {told}")]);
        }
        assert!(service("{port: 80, name: http, protocol: UDP, targetPort: web-1}").is_empty());
    }

    #[test]
    fn svc_05_a_service_with_a_selector_needs_ports() {
        let service = |spec: &str| {
            found_by("P005", &format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"))
        };
        let told = "Service web: this Service has no ports, so the API server rejects it";
        assert_eq!(service("selector: {app: web}"), [format!("error 3 `web`: {told}")]);
        assert_eq!(service("selector: {app: web}, ports: []"), [format!("error 4 `[]`: {told}")]);
        for good in [
            "type: LoadBalancer",
            "selector: {app: web}, clusterIP: None",
            "selector: {a: b}, type: ExternalName, externalName: a.b",
        ] {
            assert!(service(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn sel_01_the_selector_of_a_service_has_labels_only() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, ports: [{port: 80}]}\n---\n\
             apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}\n";
        assert_eq!(
            helps("P005", text),
            ["write the labels right below `selector`: this form is for the selectors of workloads"]
        );
        assert!(found_by("P001", text).is_empty(), "there is no label `matchLabels` that a pod could have");
    }

    #[test]
    fn an_object_needs_a_name() {
        let found =
            |metadata: &str| found_by("P005", &format!("apiVersion: v1\nkind: Service\n{metadata}\nspec: {{}}\n"));
        let told = "Service: this object has no name, so the API server rejects it";
        for (metadata, line) in [("metadata:\nname: web", 3), ("metadata: {name: ''}", 3), ("labels: {a: b}", 1)] {
            let [only] = &found(metadata)[..] else { panic!("{:?}", found(metadata)) };
            assert!(only.starts_with(&format!("error {line} ")) && only.ends_with(told), "{only}");
        }
        assert_eq!(
            found("metadata: {name: on}"),
            ["error 3 `on`: Service on: metadata.name: expected a string, found the boolean true"]
        );
        assert_eq!(found("metadata: {generateName: web-}"), [""; 0]);
    }
}
