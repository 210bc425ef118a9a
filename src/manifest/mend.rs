//! Objects with values of the wrong type. The API server refuses them whole; here each wrong value is told and left out, so
//! that the rest of the object still takes its part in the graph. Where quotes are all that is missing, the value is used: what
//! follows from its absence would be told for nothing.
//!
//! A value is left out of the tree, in which everything else stays where it is; the text is not read again.

use std::collections::BTreeSet;

use super::{Lowered, object};
use crate::problem::{Place, Problem, Remedy};
use crate::visible;
use crate::yaml::{DecodeError, Document};

/// How many wrong values of one object are told before the object is given up.
const MOST_VALUES: usize = 16;

/// Which objects of a document failed (by their order in it), and why.
pub(super) type Failed = Vec<(usize, DecodeError)>;

/// Tells what is wrong in the objects that failed, and lowers them without it.
pub(super) fn read_again(mut document: Document<'_>, namespace: &str, mut failed: Failed, lowered: &mut Lowered) {
    let mut told = BTreeSet::new();
    for _ in 0..MOST_VALUES {
        let wanted: BTreeSet<usize> = failed.iter().map(|(index, _)| *index).collect();
        // What is wrong again, without its quotes or in them, has been told; it is left out now.
        let (fresh, again): (Vec<_>, Vec<_>) =
            failed.iter().map(|(_, error)| error).partition(|error| told.insert(error.span.start));
        lowered.problems.extend(fresh.iter().map(|error| problem(error)));
        let is_quoted = |error: &DecodeError| matches!(error.remedy.as_deref(), Some(Remedy::Quoted(_)));
        let (quoted, wrong): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|error| is_quoted(error));
        document.quote(&quoted.iter().map(|error| error.span.start).collect());
        document.leave_out(&wrong.iter().chain(&again).map(|error| error.span).collect());
        let known = lowered.problems.len();
        failed = object::lower_all(document.root(), namespace, |index| wanted.contains(&index), lowered);
        forget_what_follows(&told, known, lowered);
        if failed.is_empty() {
            return;
        }
    }
}

fn problem(error: &DecodeError) -> Problem {
    let path = if error.path.is_empty() { String::new() } else { format!("{}: ", error.path) };
    if error.path.ends_with(".value") {
        // Neither words nor edits repeat the value of a variable: it may be a secret.
        let help = error.remedy.as_ref().map(|_| "put it in quotes".to_owned());
        return Problem { help, ..Problem::rejected(error.span, path + &without_value(&error.message), "") };
    }
    let problem = Problem::rejected(error.span, format!("{path}{}", error.message), "");
    let is_of_workloads =
        ["spec.selector.matchLabels", "spec.selector.matchExpressions"].contains(&error.path.as_str());
    if is_of_workloads {
        let help = "write the labels right below `selector`: this form is for the selectors of workloads";
        return Problem { help: Some(help.to_owned()), ..problem };
    }
    Problem { help: error.help.clone().map(visible::message), remedy: error.remedy.clone(), ..problem }
}

/// `found the number 8080` without the number: the value of a variable may be a secret.
fn without_value(message: &str) -> String {
    match message.split_once("found the ") {
        Some((expected, found)) => format!("{expected}found a {}", found.split(' ').next().unwrap_or_default()),
        None => message.to_owned(),
    }
}

/// A value that was left out is missing afterwards, and one that was quoted may be wrong in another way: that is no further problem.
fn forget_what_follows(told: &BTreeSet<u32>, known: usize, lowered: &mut Lowered) {
    let follows = |problem: &Problem| matches!(problem.place, Place::Span(span) if told.contains(&span.start));
    let fresh = lowered.problems.split_off(known);
    lowered.problems.extend(fresh.into_iter().filter(|problem| !follows(problem)));
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::source::{Source, Sources};

    /// The problems of a text, and the names of its Services with their ports and of its workloads.
    fn told(text: &str) -> (Vec<String>, Vec<String>) {
        let sources = Sources::new(vec![Source { name: "a".to_owned(), text: text.into(), explicit: true }]);
        let lowered = read(&sources, "default");
        let service = |service: &super::super::Service| {
            let ports: Vec<u16> = service.ports.iter().map(|port| port.number).collect();
            format!("{} {ports:?}", service.id)
        };
        let roles = &lowered.roles;
        let objects = roles
            .services
            .iter()
            .map(|role| service(role))
            .chain(roles.workloads.iter().map(|role| role.id.to_string()));
        let problem = |problem: crate::problem::Problem| match problem.place {
            crate::problem::Place::Span(span) => format!("{}: {}", sources.location(span), problem.message),
            crate::problem::Place::Source(name) => format!("{name}: {}", problem.message),
        };
        (lowered.problems.into_iter().map(problem).collect(), objects.collect())
    }

    #[test]
    fn every_wrong_value_is_told_and_the_rest_of_the_object_stays() {
        let text = "apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
  - {port: eighty}
  - {port: 81, name: 8080}
  - port: [82]
  - port: 83
";
        let (problems, objects) = told(text);
        assert_eq!(
            problems,
            [
                "a:6:12: spec.ports[0].port: expected a whole number, found the string \"eighty\"",
                "a:7:22: spec.ports[1].name: expected a string, found the number 8080",
                "a:8:11: spec.ports[2].port: expected a whole number, found a list",
            ]
        );
        assert_eq!(objects, ["Service default/web [81, 83]"]);
    }

    #[test]
    fn the_value_of_a_variable_is_not_repeated() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, env: [{name: PIN, value: 1234}]}]}\n";
        let (problems, _) = told(text);
        assert_eq!(problems, ["a:4:56: spec.containers[0].env[0].value: expected a string, found a number"]);
    }

    #[test]
    fn a_number_in_quotes_is_told_and_used() {
        let (problems, objects) = told(
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: \"80\"}, {port: '81'}]}\n",
        );
        assert_eq!(problems.len(), 2);
        assert_eq!(objects, ["Service default/web [80, 81]"]);
    }

    #[test]
    fn a_number_in_quotes_where_no_number_may_stand_is_told_once_and_left_out() {
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: \"8080\", containers: [{name: c}]}";
        let expected = ["a:4:21: spec.hostNetwork: expected true or false, found the string \"8080\""];
        let (problems, objects) = told(pod);
        assert_eq!(
            (problems.as_slice(), objects.as_slice()),
            (&expected.map(str::to_owned)[..], &["Pod default/web".to_owned()][..])
        );
    }

    #[test]
    fn yaml_03_a_number_for_a_string_is_told_once_and_used() {
        let text = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {version: 1.0, canary: yes}, ports: [{port: 80, name: 8080}]}
";
        let sources = Sources::new(vec![Source { name: "a".to_owned(), text: text.to_owned().into(), explicit: true }]);
        let lowered = read(&sources, "default");
        assert_eq!(lowered.problems.len(), 3);
        let service = &lowered.roles.services[0];
        let labels: Vec<_> = service.selector.iter().flat_map(|labels| labels.iter()).collect();
        assert_eq!(labels, [("canary", "yes"), ("version", "1.0")]);
        assert_eq!(service.ports[0].name.as_deref(), Some("8080"));
    }

    #[test]
    fn a_block_of_lines_is_left_out_whole() {
        let text = "apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    matchLabels:
      app: web
      tier: front
  ports:
  - port: 80
";
        let (problems, objects) = told(text);
        assert_eq!(problems, ["a:7:7: spec.selector.matchLabels: expected a string, found a mapping"]);
        assert_eq!(objects, ["Service default/web [80]"]);
    }

    #[test]
    fn other_objects_of_the_document_are_lowered_once() {
        let text = "apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 0x}]}}
- {apiVersion: v1, kind: Service, metadata: {name: c}, spec: {ports: [{port: 99999}]}}
";
        let (problems, objects) = told(text);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(objects, ["Service default/a [80]", "Service default/b []", "Service default/c []"]);
    }

    #[test]
    fn an_object_with_very_many_wrong_values_is_given_up() {
        let values: String = (0..20).map(|number| format!("  - {{name: A{number}, value: {number}}}\n")).collect();
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    env:\n{}",
            values.replace("  - ", "    - ")
        );
        let (problems, objects) = told(&text);
        assert_eq!((problems.len(), objects.len()), (16, 0));
    }

    #[test]
    fn what_is_wrong_with_an_object_that_is_given_up_is_told_as_the_inputs_for_no_check_sees_it() {
        let labels: String = (0..20).map(|number| format!("a{number}: {number}, ")).collect();
        let text = format!("apiVersion: v1\nkind: Service\nmetadata: {{name: p, labels: {{{labels}}}}}\n");
        let sources = Sources::new(vec![Source { name: "a".to_owned(), text: text.into(), explicit: true }]);
        let lowered = read(&sources, "default");
        assert!(lowered.roles.faults.is_empty() && lowered.problems.len() == 16);
        assert!(lowered.problems.iter().all(|problem| problem.sort == crate::problem::Sort::Input));
    }
}
