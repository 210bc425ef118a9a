//! A small change to the manifests is a small change to what is printed: one Service more changes lines about that Service only.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// An application of a dozen microservices that call each other, as large as the demos people try a tool with.
fn shop() -> String {
    let calls: &[(&str, &[&str])] = &[
        ("ads", &[]),
        ("cart", &["cache"]),
        ("checkout", &["cart", "currency", "email", "payment", "products", "shipping"]),
        ("currency", &[]),
        ("email", &[]),
        ("frontend", &["ads", "cart", "checkout", "currency", "products", "recommendations", "shipping"]),
        ("payment", &[]),
        ("products", &[]),
        ("recommendations", &["products"]),
        ("cache", &[]),
        ("shipping", &[]),
    ];
    let mut text = String::new();
    for (index, (name, called)) in calls.iter().enumerate() {
        let env: Vec<String> = called
            .iter()
            .map(|other| format!("{{name: {}_ADDR, value: '{other}:80'}}", other.to_uppercase()))
            .collect();
        let (env, port) = (env.join(", "), 8000 + index);
        let _ = writeln!(
            text,
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: server, image: i, ports: [{{containerPort: {port}}}], env: [{env}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{name: grpc, port: 80, targetPort: {port}}}]}}"
        );
    }
    text + &service("frontend-external", "frontend", "type: LoadBalancer, ")
}

fn service(name: &str, app: &str, more: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{more}selector: {{app: {app}}}, ports: [{{port: 90, targetPort: 8005}}]}}\n"
    )
}

fn printed(view: &str, manifests: &str) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("shop.yaml"), manifests).unwrap();
    let run =
        Command::new(env!("CARGO_BIN_EXE_portolan")).args([view, "shop.yaml"]).current_dir(&root).output().unwrap();
    assert!(run.status.success());
    String::from_utf8(run.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The lines that `after` has more often than `before`.
fn added(before: &[String], after: &[String]) -> Vec<String> {
    let mut count = std::collections::BTreeMap::new();
    before.iter().for_each(|line| *count.entry(line).or_insert(0) -= 1);
    after.iter().for_each(|line| *count.entry(line).or_insert(0) += 1);
    count.into_iter().filter(|(_, count)| *count > 0).map(|(line, _)| line.clone()).collect()
}

/// Lines that speak of neither the new Service nor, in a table's row, of the container port it leads to.
fn about_others(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| !line.contains("newcomer") && !line.starts_with("| frontend |") && !line.is_empty())
        .collect()
}

#[test]
fn one_service_more_changes_only_lines_about_it() {
    let before = shop();
    let after = format!("{before}{}", service("newcomer", "frontend", ""));
    for view in ["flowchart", "table", "tree", "sequence"] {
        let (before, after) = (printed(view, &before), printed(view, &after));
        let (gone, new) = (added(&after, &before), added(&before, &after));
        assert!(!new.is_empty(), "{view} does not show the new Service");
        assert!(about_others(&gone).is_empty(), "{view} changes other lines: {gone:#?}");
        // A sequence diagram of its own has lines about everybody on the way.
        if view != "sequence" {
            assert!(about_others(&new).is_empty(), "{view} adds other lines: {new:#?}");
            assert!(gone.len() + new.len() <= 6, "{view} changes more than 6 lines: {gone:#?} {new:#?}");
        }
    }
}

#[test]
fn one_service_more_changes_no_line_about_findings() {
    let broken = service("aaa-broken", "cart", "type: NodePort, ").replace("port: 90", "port: 90, nodePort: 38080");
    let before = shop() + &broken + &service("zzz-broken", "cart", "").replace("8005", "no-such-name");
    // In between, and with an arrow that comes before theirs.
    let after = format!("{before}{}", service("newcomer", "ads", "").replace("8005", "8000"));
    let (before, after) = (printed("flowchart", &before), printed("flowchart", &after));
    let numbered = |lines: &[String]| lines.iter().filter(|line| line.contains(['①', '②'])).count();
    assert!(numbered(&before) >= 4 && before.iter().any(|line| line.contains("linkStyle 0")), "{before:#?}");
    let (gone, new) = (added(&after, &before), added(&before, &after));
    assert!(!new.is_empty() && about_others(&gone).is_empty() && about_others(&new).is_empty(), "{gone:#?} {new:#?}");
}
