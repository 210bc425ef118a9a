//! What fixing writes, seen over whole texts.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::borrow::Cow;
use std::cell::Cell;

use super::*;
use crate::check::{Options, check};
use crate::graph::PortGraph;
use crate::manifest;
use crate::source::Source;

fn look(sources: &Sources) -> Seen {
    let lowered = manifest::read(sources, "default");
    let findings = check(&PortGraph::resolve(lowered.roles), sources, &Options::default()).findings;
    Seen { findings, problems: lowered.problems }
}

fn sources(texts: &[&str]) -> Sources {
    let source =
        |(at, text): (usize, &&str)| Source { name: format!("{at}.yaml"), text: (*text).into(), explicit: true };
    Sources::new(texts.iter().enumerate().map(source).collect())
}

fn fixed(texts: &[&str]) -> Fixed {
    let sources = sources(texts);
    let seen = look(&sources);
    fix(sources, seen, |_| true, look)
}

fn texts(fixed: &Fixed) -> Vec<Cow<'_, str>> {
    fixed.sources.iter().map(|(_, source)| source.text.whole()).collect()
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
";

/// The pod and its Service, whose ports are given.
fn service(ports: &str) -> String {
    format!(
        "{POD}apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: {ports}}}\n"
    )
}

/// What stands as the ports of the Service afterwards.
fn ports(ports: &str) -> String {
    let fixed = fixed(&[&service(ports)]);
    let text = &texts(&fixed)[0];
    text.rsplit_once("ports: ").unwrap().1.strip_suffix("}\n").unwrap().to_owned()
}

#[test]
fn only_the_wrong_characters_change_in_every_style() {
    for (before, after) in [
        ("[{port: 80, targetPort: htpp}]", "[{port: 80, targetPort: http}]"),
        ("[{port: 80, targetPort: 'htpp'}]", "[{port: 80, targetPort: 'http'}]"),
        ("[{\"port\":80,\"targetPort\":\"htpp\"}]", "[{\"port\":80,\"targetPort\":\"http\"}]"),
        ("[{port: 80, targetPort: \"8080\"}]", "[{port: 80, targetPort: 8080}]"),
        ("[{port: 80, targetPort: 9000}]", "[{port: 80, targetPort: 8080}]"),
        (
            "\r\n  # why\r\n  - port: 80 # in front\r\n    targetPort:   htpp   # ä behind\r\n ",
            "\r\n  # why\r\n  - port: 80 # in front\r\n    targetPort:   http   # ä behind\r\n ",
        ),
    ] {
        if before.contains("\r\n") {
            let block = |ports: &str| {
                service("X").replace(
                    "spec: {selector: {app: web}, ports: X}",
                    &format!("spec:\r\n  selector: {{app: web}}\r\n  ports:{ports}"),
                )
            };
            assert_eq!(texts(&fixed(&[&block(before)])), [block(after)]);
        } else {
            assert_eq!(ports(before), after);
        }
    }
}

#[test]
fn what_is_right_or_has_several_answers_stays() {
    for same in [
        "[{port: 80, targetPort: http}]",
        "[{port: 80, targetPort: grpc}]",
        "[{port: 80}]",
        "[{port: 80, targetPort: &p htpp}]",
        "[{port: 80, targetPort: !!str htpp}]",
        "[{name: a, port: 80, targetPort: htpp}, {name: b, port: 81, targetPort: http}]",
    ] {
        assert_eq!(ports(same), same);
    }
}

#[test]
fn a_number_in_quotes_that_nobody_declares_takes_two_steps() {
    assert_eq!(ports("[{port: 80, targetPort: \"9000\"}]"), "[{port: 80, targetPort: 8080}]");
}

#[test]
fn an_anchor_that_others_use_is_no_place_to_write() {
    let text = format!(
        "{POD}apiVersion: v1\nkind: List\nitems:\n- {{kind: Service, apiVersion: v1, metadata: {{name: a}}, spec: &s {{selector: {{app: web}}, ports: [{{port: 80, targetPort: htpp}}]}}}}\n\
         - {{kind: Service, apiVersion: v1, metadata: {{name: b}}, spec: *s}}\n"
    );
    assert!(fixed(&[&text]).changed.is_empty());
    let alone = text.replace("*s", "{externalName: x, type: ExternalName}");
    assert_eq!(fixed(&[&alone]).changed.len(), 1);
    let merged = text.replace("spec: *s", "spec: {<<: *s}");
    assert!(fixed(&[&merged]).changed.is_empty());
}

#[test]
fn sources_that_may_not_be_edited_are_told() {
    let sources = sources(&[&service("[{port: 80, targetPort: htpp}]")]);
    let seen = look(&sources);
    let fixed = fix(sources, seen, |_| false, look);
    assert!(fixed.changed.is_empty());
    assert_eq!(fixed.refused.iter().map(|(_, why)| *why).collect::<Vec<_>>(), [Refusal::NoFile]);
}

#[test]
fn an_edit_that_does_not_prove_right_leaves_its_file_as_it_is_and_others_are_fixed() {
    let (good, bad) = (service("[{port: 80, targetPort: htpp}]"), "a: 1\n");
    let sources = sources(&[&good, bad]);
    let look = |sources: &Sources| {
        let mut seen = look(sources);
        let mut finding = look_at_first(&service("[{port: 80, targetPort: htpp}]"));
        finding.object.name = "other".into();
        let span = Span { source: SourceId(1), start: 3, end: 4 };
        finding.fix = Some(Edit { span, text: "2".to_owned() });
        seen.findings.push(finding);
        seen
    };
    let seen = look(&sources);
    let fixed = fix(sources, seen, |_| true, look);
    assert_eq!(texts(&fixed), [service("[{port: 80, targetPort: http}]").as_str(), bad]);
    assert_eq!(fixed.refused.iter().map(|(_, why)| *why).collect::<Vec<_>>(), [Refusal::Unproven]);
}

#[test]
fn one_wrong_edit_among_many_costs_few_looks() {
    let finding = look_at_first(&service("[{port: 80, targetPort: htpp}]"));
    let looks = Cell::new(0);
    let look = |sources: &Sources| {
        looks.set(looks.get() + 1);
        let wrong = sources.iter().filter(|(id, source)| id.0 == 37 || source.text.whole().contains('1'));
        let findings = wrong.map(|(id, _)| {
            let mut finding = finding.clone();
            finding.object.name = format!("web-{}", id.0).into();
            let span = Span { source: id, start: 3, end: 4 };
            Finding { fix: Some(Edit { span, text: "2".to_owned() }), ..finding }
        });
        Seen { findings: findings.collect(), problems: Vec::new() }
    };
    let sources = sources(&["a: 1\n"; 64]);
    let seen = look(&sources);
    let fixed = fix(sources, seen, |_| true, look);
    assert_eq!(fixed.changed.len(), 63);
    assert_eq!(fixed.refused.len(), 1);
    assert!(looks.get() < 20, "{} looks", looks.get());
}

#[test]
fn two_answers_for_one_place_are_none() {
    let text = service("[{port: 80, targetPort: htpp}]");
    let sources = sources(&[&text]);
    let mut seen = look(&sources);
    let mut other = seen.findings[0].clone();
    other.fix.as_mut().unwrap().text = "https".to_owned();
    seen.findings.push(other);
    let fixed = fix(sources, seen, |_| true, look);
    assert_eq!((&*texts(&fixed)[0], fixed.changed.len()), (text.as_str(), 0));
    assert!(fixed.refused.iter().all(|(_, why)| *why == Refusal::Conflict));
}

#[test]
fn one_answer_from_two_findings_is_written_once() {
    let sources = sources(&[&service("[{port: 80, targetPort: htpp}]")]);
    let mut seen = look(&sources);
    seen.findings.push(seen.findings[0].clone());
    let fixed = fix(sources, seen, |_| true, look);
    assert_eq!(fixed.changed.values().sum::<usize>(), 2);
    assert!(texts(&fixed)[0].contains("targetPort: http}"));
}

fn look_at_first(text: &str) -> Finding {
    look(&sources(&[text])).findings.into_iter().next().unwrap()
}

#[test]
fn what_the_api_server_rejects_is_written_as_it_accepts_it() {
    for (before, after) in [
        ("[{port: \"80\", targetPort: 8080}]", "[{port: 80, targetPort: 8080}]"),
        ("[{\"port\":'80',\"targetPort\":8080}]", "[{\"port\":80,\"targetPort\":8080}]"),
        ("[{port: 80, name: on, targetPort: 8080}]", "[{port: 80, name: \"on\", targetPort: 8080}]"),
        ("[{port: 80, protocol: tcp, targetPort: 8080}]", "[{port: 80, protocol: TCP, targetPort: 8080}]"),
        ("[{port: 80, protocol: 'Tcp', targetPort: 8080}]", "[{port: 80, protocol: 'TCP', targetPort: 8080}]"),
        ("[{port: 80, targetport: 8080}]", "[{port: 80, targetPort: 8080}]"),
        ("[{\"port\": 80, \"TargetPort\": 8080}]", "[{\"port\": 80, \"targetPort\": 8080}]"),
        ("[{port: 80, name: WEB-1, targetPort: 8080}]", "[{port: 80, name: web-1, targetPort: 8080}]"),
    ] {
        assert_eq!(ports(before), after);
    }
}

#[test]
fn an_argument_gets_its_quotes_and_the_value_of_a_variable_stays_unrepeated() {
    let pod = |arguments: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: c, image: i, args: [{arguments}], env: [{{name: PIN, value: 1234}}]}}]}}\n"
        )
    };
    let fixed = fixed(&[&pod("--port, 8080, true")]);
    assert_eq!(texts(&fixed), [pod("--port, \"8080\", \"true\"")]);
    let left = look(&sources(&[&pod("")])).findings;
    assert!(left.iter().all(|finding| finding.fix.is_none() && !format!("{finding:?}").contains("1234")), "{left:?}");
}

#[test]
fn a_rejected_value_with_several_answers_stays() {
    for kept in [
        // Two keys for one field.
        "[{port: 80, targetport: 9000, targetPort: 8080}]",
        "[{port: 80, targetport: 9000, TargetPort: 8080}]",
        // No protocol, no number.
        "[{port: 80, protocol: http, targetPort: 8080}]",
        "[{port: eighty, targetPort: 8080}]",
    ] {
        assert_eq!(ports(kept), kept);
    }
    let route = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: web, port: {name: WEB}}}}\n";
    let referred_to = service("[{port: 80, name: WEB, targetPort: 8080}]") + route;
    assert_eq!(texts(&fixed(&[&referred_to])), [referred_to.as_str()]);
}
