//! The checks from outside: the page about them, the faults that people really make, exit statuses, ignoring.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use portolan::check::CHECKS;
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
    let unread = check(folder("apiVersion: v1\nkind: Service\nspec: [").path(), &[]);
    assert_eq!(unread.status.code(), Some(2));
    assert_eq!(String::from_utf8(unread.stdout).unwrap(), "nothing found in what could be read\n");
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

#[test]
fn explain_alone_lists_every_check() {
    let run = Command::new(env!("CARGO_BIN_EXE_portolan")).arg("explain").output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let listed: Vec<_> = text.lines().filter(|line| line.starts_with('P')).collect();
    assert_eq!(listed.len(), CHECKS.len());
    for (line, check) in listed.into_iter().zip(CHECKS) {
        let words: Vec<_> = line.splitn(2, "  ").collect();
        assert!(words[0] == check.id && words[1].starts_with(check.name) && line.ends_with(check.title), "{line}");
    }
}

/// A pod and its Service, whose targetPort has one letter wrong.
const SLIP: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - port: 80
    targetPort: \"htpp\"   # one letter
";

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn fix_writes_the_wrong_characters_only_and_reports_what_remains() {
    for (before, after) in [
        (SLIP.to_owned(), SLIP.replace("htpp", "http")),
        (
            format!("\u{feff}{}", SLIP.replace('\n', "\r\n")),
            format!("\u{feff}{}", SLIP.replace('\n', "\r\n").replace("htpp", "http")),
        ),
    ] {
        let folder = folder(&before);
        let run = check(folder.path(), &["--fix"]);
        assert_eq!((run.status.code(), text_of(&run.stderr)), (Some(0), "fixed 1 finding in 1 file\n".to_owned()));
        assert_eq!(text_of(&run.stdout), "nothing found\n");
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), after);
        let again = check(folder.path(), &["--fix"]);
        assert_eq!(text_of(&again.stderr), "fixed nothing\n");
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), after);
    }
}

#[test]
fn what_cannot_be_fixed_still_counts() {
    let text = format!("{SLIP}  - port: 80\n    targetPort: grpc\n");
    let run = check(folder(&text).path(), &["--fix", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(json["findings"].as_array().unwrap().iter().all(|finding| finding["fix"].is_null()), "{json:#}");
}

#[test]
fn dry_run_shows_a_diff_that_patch_takes_and_writes_nothing() {
    let folder = folder(SLIP);
    let run = check(folder.path(), &["--fix", "--dry-run"]);
    assert_eq!(
        (run.status.code(), text_of(&run.stderr)),
        (Some(1), "--fix would fix 1 finding in 1 file\n".to_owned())
    );
    let expected = "--- a/a.yaml\n+++ b/a.yaml\n@@ -10,4 +10,4 @@\n   selector: {app: web}\n   ports:\n   - port: 80\n\
                    -    targetPort: \"htpp\"   # one letter\n+    targetPort: \"http\"   # one letter\n";
    assert_eq!(text_of(&run.stdout), expected);
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), SLIP);
    let fine = check(folder.path(), &["--fix", "--dry-run", "--ignore", "P003"]);
    assert_eq!((fine.status.code(), fine.stdout), (Some(0), Vec::new()));
    assert_eq!(check(folder.path(), &["--dry-run"]).status.code(), Some(2));
}

#[test]
fn standard_input_and_ignored_findings_are_never_edited() {
    let folder = folder(&SLIP.replace("# one letter", "# portolan: ignore P003"));
    assert_eq!(text_of(&check(folder.path(), &["--fix"]).stderr), "fixed nothing\n");
    let mut piped = Command::new(env!("CARGO_BIN_EXE_portolan"));
    piped.args(["check", "-", "--fix"]).current_dir(folder.path());
    let piped = piped.stdin(fs::File::open(folder_file(SLIP).path()).unwrap()).output().unwrap();
    assert_eq!(piped.status.code(), Some(1));
    let told = text_of(&piped.stderr);
    assert!(
        told.starts_with("not fixed: <stdin>:13:17: only files are edited") && told.ends_with("fixed nothing\n"),
        "{told}"
    );
}

fn folder_file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    file
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_told_and_others_are_fixed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(SLIP);
    let locked = folder.path().join("b.yaml");
    fs::write(&locked, SLIP.replace("name: web", "name: b").replace("app: web", "app: b")).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o444)).unwrap();
    let run = check(folder.path(), &["--fix"]);
    let told = text_of(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{told}");
    assert!(
        told.contains("fixed 1 finding in 1 file\nerror: b.yaml: this cannot be written: it is read-only\n"),
        "{told}"
    );
    assert!(text_of(&run.stdout).contains("error[P003]: port 80 of Service b has no endpoints"), "{told}");
}
