//! The checks from outside: the page about them, the faults that people really make, exit statuses, ignoring.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use portolan::report;

fn check(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portolan")).arg("check").args(args).current_dir(folder).output().unwrap()
}

/// A folder with one manifest.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    folder
}

/// `P002 warning 12` of every finding.
fn found(text: &str, args: &[&str]) -> (Option<i32>, Vec<String>) {
    let folder = folder(text);
    let args: Vec<&str> = [&["--format", "json"], args].concat();
    let run = check(folder.path(), &args);
    let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap().iter();
    let short = |finding: &serde_json::Value| {
        format!("{} {} {}", text(&finding["id"]), text(&finding["severity"]), finding["primary"]["line"])
    };
    (run.status.code(), findings.map(short).collect())
}

#[test]
fn the_page_about_all_checks_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md");
    if std::env::var_os("PORTOLAN_UPDATE").is_some() {
        fs::write(&path, report::page()).unwrap();
    }
    let page = fs::read_to_string(&path).unwrap_or_default();
    assert!(page == report::page(), "run PORTOLAN_UPDATE=1 cargo test --test checks");
}

/// Each fault stands beside something that is right and must not be told.
const PLANTED: &str = include_str!("checks/planted.yaml");

#[test]
fn planted_faults_are_all_found_and_nothing_beside_them() {
    let lines = PLANTED.lines().zip(1..);
    let expected: Vec<String> =
        lines.filter_map(|(line, number)| Some(format!("{} {number}", line.split_once("# fault: ")?.1))).collect();
    assert_eq!(expected.len(), 9, "the tenth, labels of another namespace, is one of the dangling selectors");
    assert_eq!(found(PLANTED, &[]), (Some(1), expected));
}

#[test]
fn the_exit_status_tells_the_worst() {
    let warning =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {externalIPs: [192.0.2.1], ports: [{port: 80}]}\n";
    for (args, status) in [
        (&[][..], 0),
        (&["--fail-on", "warning"], 1),
        (&["--fail-on", "info"], 1),
        (&["--fail-on", "info", "--ignore", "P034"], 0),
        (&["--fail-on", "info", "--select", "P001,P002"], 0),
        (&["--select", "P999"], 2),
        (&["--node-port-range", "9"], 2),
    ] {
        assert_eq!(check(folder(warning).path(), args).status.code(), Some(status), "{args:?}");
    }
    assert_eq!(check(folder("apiVersion: v1\nkind: Service\nspec: [").path(), &[]).status.code(), Some(2));
}

#[test]
fn a_port_that_does_not_decode_is_a_finding() {
    let quoted = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: '80'}]}\n";
    let run = check(folder(quoted).path(), &[]);
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8(run.stdout).unwrap().contains("a.yaml:4:23"));
    assert!(run.stderr.is_empty());
}

#[test]
fn explain_knows_every_check_by_id_and_name() {
    for name in ["P003", "p003", "named-target-port-unknown"] {
        let run = Command::new(env!("CARGO_BIN_EXE_portolan")).args(["explain", name]).output().unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        assert!(run.status.success() && text.starts_with("P003 named-target-port-unknown: "), "{text}");
    }
    let run = Command::new(env!("CARGO_BIN_EXE_portolan")).args(["explain", "P999"]).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
}
