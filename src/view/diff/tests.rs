use insta::assert_snapshot;
use serde_json::Value;

use super::{Format, Texts};
use crate::check::{self, Severity, check};
use crate::diff::{Side, diff};
use crate::graph::PortGraph;
use crate::manifest;
use crate::source::{Source, Sources};
use crate::view::hazards::HAZARDS;

const SCHEMA: &str = include_str!("../../../docs/portolan.diff.v1.schema.json");

/// What is printed of the difference between two texts.
fn printed(base: &str, head: &str, format: Format) -> String {
    let [base, head] = [("base.yaml", base), ("head.yaml", head)]
        .map(|(name, text)| Sources::new(vec![Source { name: name.to_owned(), text: text.into(), explicit: true }]));
    let [was, now] = [&base, &head].map(|sources| {
        let graph = PortGraph::resolve(manifest::read(sources, "default").roles);
        let mut findings = check(&graph, sources, &check::Options::default()).findings;
        findings.retain(|finding| finding.severity > Severity::Info);
        (graph, findings)
    });
    let [was, now] = [&was, &now].map(|(graph, findings)| Side { graph, findings });
    format.render(&diff(was, now), Texts { base: &base, head: &head }).unwrap()
}

fn service(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: web}}, {spec}}}\n---\n"
    )
}

fn pod(more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, {more} ports: \
         [{{name: http, containerPort: 8080}}]}}]}}\n---\n"
    )
}

#[test]
fn a_terminal_gets_a_line_for_each_change_what_is_exposed_first() {
    let base = pod("") + &service("a", "ports: [{port: 80, targetPort: htp}]") + &service("b", "ports: [{port: 8080}]");
    let head = pod("env: [{name: A_URL, value: 'http://a'}],")
        + &service("a", "type: LoadBalancer, ports: [{port: 80, targetPort: http}]");
    assert_snapshot!(printed(&base, &head, Format::Text), @"
    1 way in added; 1 port newly reachable from outside; 1 port removed, 1 changed; 1 Service of another type; 1 finding fixed.
    ! exposed: Pod web, container port 8080 (http), Cluster → Outside: load balancer a:80
    ~ Service a: type ClusterIP → LoadBalancer
    ~ Service a, port 80: targetPort htp → http; leads to no container port named htp → Pod web:8080
    + Service a, load balancer port 80
    - Service b, port 8080: leads to Pod web:8080
    fixed error P003: base.yaml:9:61: port 80 of Service a has no endpoints: no container of Pod web names a port `htp`
    ");
    assert_snapshot!(printed(&base, &base, Format::Text), @"No port, way in, call or finding differs.");
}

#[test]
fn the_data_is_what_its_schema_describes() {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let base = include_str!("../data/tests/everything.yaml");
    let head = base.replace("8080", "8181").replace("ClusterIP", "NodePort").replace("targetPort: ", "targetPort: x");
    for (base, head) in [(base, base), (base, &head), (&head, base), (base, ""), ("", base)] {
        let value: Value = serde_json::from_str(&printed(base, head, Format::Json)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let is_same = base == head;
        assert_eq!(value["changes"].as_array().unwrap().is_empty(), is_same);
    }
}

#[test]
fn a_comment_is_never_longer_than_a_comment_may_be_and_says_what_it_leaves_out() {
    let many = |port: u16| -> String {
        (0..900)
            .map(|at| service(&format!("service-{at}"), &format!("type: NodePort, ports: [{{port: {port}}}]")))
            .collect()
    };
    let comment = printed(&(pod("") + &many(80)), &(pod("") + &many(81)), Format::Markdown);
    assert!(comment.chars().count() <= 65_536, "{}", comment.chars().count());
    assert!(comment.contains("900 ports changed"), "{}", &comment[..200]);
    let last = comment.lines().last().unwrap();
    assert!(
        last.starts_with("Left out, because a comment holds 65,536 characters: ")
            && last.contains("of 900 lines under changed"),
        "{last}"
    );
}

#[test]
fn no_name_breaks_out_of_a_comment() {
    for hazard in HAZARDS {
        let name = serde_json::to_string(hazard).unwrap();
        let head = service(&name, "type: NodePort, ports: [{port: 80}]");
        let comment = printed("", &head, Format::Markdown);
        let rows: Vec<&str> = comment.lines().filter(|line| line.starts_with('|')).collect();
        let bars = |row: &str| row.replace(r"\|", "").matches('|').count();
        assert!(rows.iter().all(|row| [3, 5].contains(&bars(row))), "{hazard}: {rows:?}");
        // Between backticks it is code.
        let outside: String = comment.split("```").step_by(2).flat_map(|part| part.split('`').step_by(2)).collect();
        assert!(hazard.contains('`') || !outside.contains("<script"), "{outside}");
        let text = printed("", &head, Format::Text);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }
}
