//! `portolan inject` and `portolan init`, run as people run them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
";

const README: &str = "# Web\n\n<!-- portolan table k8s -->\nold\n<!-- /portolan -->\n\nEnd";

/// A folder with manifests in `k8s/` and files beside it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("k8s")).unwrap();
    fs::write(folder.path().join("k8s/web.yaml"), SERVICE).unwrap();
    for (name, text) in files {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn portolan(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portolan")).args(args).current_dir(folder).output().unwrap()
}

fn text_of(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn stderr(run: &Output) -> String {
    String::from_utf8(run.stderr.clone()).unwrap()
}

#[test]
fn a_stale_block_is_shown_by_check_and_filled_by_inject_and_fresh_then() {
    let folder = folder(&[("README.md", README)]);
    let check = portolan(folder.path(), &["inject", "--check", "README.md"]);
    assert_eq!(check.status.code(), Some(1));
    let diff = String::from_utf8(check.stdout).unwrap();
    assert!(diff.contains("-old\n") && diff.contains("+| web | 80 | 80 | - |"), "{diff}");
    assert_eq!(text_of(folder.path(), "README.md"), README, "--check writes nothing");

    assert_eq!(portolan(folder.path(), &["inject", "README.md"]).status.code(), Some(0));
    let filled = text_of(folder.path(), "README.md");
    assert!(filled.starts_with("# Web\n\n<!-- portolan table k8s -->\n\n| Service |"), "{filled}");
    assert!(filled.ends_with("\n\n<!-- /portolan -->\n\nEnd"), "{filled}");
    assert_eq!(portolan(folder.path(), &["inject", "--check", "README.md"]).status.code(), Some(0));
}

#[test]
fn paths_of_a_recipe_are_seen_from_the_files_folder() {
    let folder = folder(&[("docs/ports.md", &README.replace("table k8s", "tree ../k8s"))]);
    let run = portolan(folder.path(), &["inject", "docs/ports.md"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert!(text_of(folder.path(), "docs/ports.md").contains("```text\nNamespace default\n"));
}

#[test]
fn a_file_with_a_fault_stays_as_it_is_and_the_others_are_served() {
    for (bad, told) in [
        (README.replace("<!-- /portolan -->", ""), "bad.md:3: this block has no end"),
        (
            README.replace("table", "tabel"),
            "bad.md:3: `portolan tabel k8s` is no recipe: unrecognized subcommand 'tabel'",
        ),
        (
            README.replace("table k8s", "table k8s -o x.md"),
            "bad.md:3: `portolan table k8s -o x.md` is no recipe: a recipe writes no file",
        ),
        (README.replace("table k8s", "inject good.md"), "a recipe is a view, `check` or `diff`"),
        (README.replace("table k8s", "table -"), "a recipe cannot read standard input"),
        (README.replace("table k8s", "table \"k8s"), "a quote has no end"),
        (README.replace("k8s", "missing"), "bad.md:3: a part of the input cannot be read"),
    ] {
        let folder = folder(&[("bad.md", &bad), ("good.md", README)]);
        let run = portolan(folder.path(), &["inject", "bad.md", "good.md"]);
        assert_eq!(run.status.code(), Some(2), "{bad}");
        assert!(stderr(&run).contains(told), "{}", stderr(&run));
        assert_eq!(text_of(folder.path(), "bad.md"), bad);
        assert!(text_of(folder.path(), "good.md").contains("| web | 80 | 80 |"));
        assert!(!folder.path().join("x.md").exists());
    }
}

#[test]
fn files_without_blocks_are_not_touched() {
    let folder = folder(&[("README.md", "# Web\n"), ("docs/a.md", README)]);
    let run = portolan(folder.path(), &["inject", "README.md"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("none of these files has a block"), "{}", stderr(&run));
    let run = portolan(&folder.path().join("docs"), &["inject", "../README.md", "a.md"]);
    assert_eq!(run.status.code(), Some(2), "k8s is not in docs: {}", stderr(&run));
    assert_eq!(text_of(folder.path(), "README.md"), "# Web\n");
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{feff}{}", README.replace('\n', "\r\n"));
    let folder = folder(&[("README.md", &text)]);
    assert_eq!(portolan(folder.path(), &["inject", "README.md"]).status.code(), Some(0));
    let filled = text_of(folder.path(), "README.md");
    assert!(filled.starts_with("\u{feff}# Web\r\n"));
    assert_eq!(filled.matches('\n').count(), filled.matches("\r\n").count());
    assert!(filled.ends_with("<!-- /portolan -->\r\n\r\nEnd"));
}

#[test]
fn init_puts_a_filled_block_at_the_end_once() {
    let folder = folder(&[("README.md", "# Web\n")]);
    let run = portolan(folder.path(), &["init"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert!(stderr(&run).contains("`portolan table k8s`"), "{}", stderr(&run));
    let first = text_of(folder.path(), "README.md");
    assert!(first.starts_with("# Web\n\n## Ports\n\n<!-- portolan table k8s -->\n\n| Service |"), "{first}");
    assert_eq!(portolan(folder.path(), &["inject", "--check", "README.md"]).status.code(), Some(0));
    assert_eq!(portolan(folder.path(), &["init"]).status.code(), Some(0));
    assert_eq!(text_of(folder.path(), "README.md"), first, "a second time changes nothing");
}

#[test]
fn init_makes_a_file_and_says_where_manifests_are_not() {
    let folder = folder(&[]);
    assert_eq!(portolan(folder.path(), &["init", "PORTS.md", "--from", "k8s/web.yaml"]).status.code(), Some(0));
    assert!(text_of(folder.path(), "PORTS.md").starts_with("## Ports\n\n<!-- portolan table k8s/web.yaml -->\n"));
    let run = portolan(folder.path(), &["init", "OTHER.md", "--from", "missing"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("--from"), "{}", stderr(&run));
    assert!(!folder.path().join("OTHER.md").exists());
}
