//! The program as people meet it: inputs good and bad, messages, exit statuses, files written.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A Deployment and the Service in front of it, in few lines.
const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn portolan(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(args).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that ends without reading its input closes the pipe; that is its right.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Exit status, Services with their endpoints in short, and standard error, of `portolan graph`.
fn graph(folder: &Path, args: &[&str]) -> (i32, Vec<String>, String) {
    let args: Vec<&str> = ["graph"].iter().chain(args).copied().collect();
    let run = portolan(folder, &args, "");
    (run.status.code().unwrap(), services(&run.stdout), String::from_utf8(run.stderr).unwrap())
}

/// `ns/name:port>endpoint,endpoint` of every Service port.
fn services(json: &[u8]) -> Vec<String> {
    let graph: serde_json::Value = serde_json::from_slice(json).unwrap();
    let mut found = Vec::new();
    for service in graph["services"].as_array().unwrap() {
        for port in service["ports"].as_array().unwrap() {
            let ends = port["endpoints"].as_array().unwrap().iter();
            let ends: Vec<String> =
                ends.map(|end| format!("{}:{}", end["workload"]["name"].as_str().unwrap(), end["port"])).collect();
            let (namespace, name) = (service["namespace"].as_str().unwrap(), service["name"].as_str().unwrap());
            found.push(format!("{namespace}/{name}:{}>{}", port["port"], ends.join(",")));
        }
    }
    found
}

#[test]
fn files_folders_and_standard_input_give_the_same_graph() {
    let root = folder(&[("k8s/web.yaml", WEB)]);
    let expected = vec!["default/web:80>web:8080".to_owned()];
    for args in [&["k8s"][..], &["k8s/web.yaml"], &["."], &[], &["k8s", "k8s/web.yaml"]] {
        assert_eq!(graph(root.path(), args), (0, expected.clone(), String::new()), "{args:?}");
    }
    let piped = portolan(root.path(), &["graph", "-"], WEB);
    assert_eq!((piped.status.code(), services(&piped.stdout)), (Some(0), expected));
}

#[test]
fn hidden_folders_ignored_files_and_other_endings_are_passed_over() {
    let broken = "kind: Service\napiVersion: v1\nspec: [";
    let files = [
        ("web.yaml", WEB),
        (".github/x.yaml", broken),
        ("dist/x.yaml", broken),
        (".gitignore", "dist/\n"),
        ("x.txt", broken),
    ];
    let root = folder(&files);
    assert_eq!(graph(root.path(), &["."]), (0, vec!["default/web:80>web:8080".to_owned()], String::new()));
}

#[test]
fn lists_typed_lists_and_json_are_unpacked() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 1}]}}\n";
    let typed = "apiVersion: v1\nkind: ServiceList\nitems:\n- {metadata: {name: b}, spec: {ports: [{port: 2}]}}\n";
    let json =
        r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "c"}, "spec": {"ports": [{"port": 3}]}}"#;
    let root = folder(&[("a.yaml", list), ("b.yml", typed), ("c.json", json)]);
    let (status, services, errors) = graph(root.path(), &["."]);
    assert_eq!((status, errors), (0, String::new()));
    assert_eq!(services, ["default/a:1>", "default/b:2>", "default/c:3>"]);
}

#[test]
fn other_documents_in_a_folder_are_passed_over_quietly() {
    let compose = "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n";
    let workflow = "on: push\njobs: {build: {runs-on: ubuntu-latest}}\n";
    let values = "service: {port: 80}\nkind: {{ .Values.x }}\n";
    let root = folder(&[("compose.yaml", compose), ("ci.yml", workflow), ("values.yaml", values), ("web.yaml", WEB)]);
    assert_eq!(graph(root.path(), &["."]), (0, vec!["default/web:80>web:8080".to_owned()], String::new()));
}

#[test]
fn a_named_file_that_is_no_object_is_an_error_and_the_rest_is_served() {
    let root = folder(&[("compose.yaml", "services:\n  web: {image: nginx}\n"), ("web.yaml", WEB)]);
    let (status, services, errors) = graph(root.path(), &["compose.yaml", "web.yaml"]);
    assert_eq!((status, services.len()), (2, 1));
    assert!(errors.starts_with("error: compose.yaml:1:1: "), "{errors}");
}

#[test]
fn a_manifest_that_does_not_parse_is_told_with_its_place_and_the_other_documents_are_served() {
    let broken = format!(
        "{WEB}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: \"x\n---\n{}",
        WEB.replace("name: web", "name: other")
    );
    let root = folder(&[("all.yaml", &broken)]);
    let (status, services, errors) = graph(root.path(), &["."]);
    assert_eq!((status, services.len()), (2, 2));
    assert!(errors.starts_with("error: all.yaml:1") && errors.contains("help: "), "{errors}");
}

#[test]
fn a_field_of_the_wrong_type_is_told_with_its_path_and_place() {
    let root = folder(&[("web.yaml", &WEB.replace("port: 80,", "port: \"80\","))]);
    let (status, services, errors) = graph(root.path(), &["."]);
    assert_eq!((status, services), (2, vec!["default/web:80>web:8080".to_owned()]), "the meant number is used");
    assert!(errors.starts_with("error: web.yaml:12:45: spec.ports[0].port: "), "{errors}");
}

#[test]
fn a_check_does_not_pass_where_an_object_has_too_much_wrong_to_be_read() {
    let labels: String = (0..20).map(|number| format!("a{number}: {number}, ")).collect();
    let text = format!("apiVersion: v1\nkind: Service\nmetadata: {{name: p, labels: {{{labels}}}}}\n");
    let root = folder(&[("a.yaml", &text)]);
    let run = portolan(root.path(), &["check", "a.yaml"], "");
    assert_eq!(run.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&run.stderr).starts_with("error: a.yaml:3:34: metadata.labels.a0: expected a string")
    );
}

#[test]
fn an_unrendered_helm_template_is_said_to_be_one() {
    let template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  {{- with .Values.x }}\n  type: {{ . }}\n  {{- end }}\n";
    let root = folder(&[("templates/service.yaml", template), ("web.yaml", WEB)]);
    let (status, services, errors) = graph(root.path(), &["."]);
    assert_eq!((status, services.len()), (2, 1));
    assert!(
        errors.contains("templates/service.yaml")
            && errors.contains("Helm chart")
            && errors.contains("helm template ."),
        "{errors}"
    );
    assert_eq!(errors.matches("error:").count(), 1, "{errors}");
}

#[test]
fn an_object_that_is_defined_twice_is_told_and_the_last_one_counts() {
    let root = folder(&[("a.yaml", WEB), ("b.yaml", &WEB.replace("port: 80,", "port: 81,"))]);
    let (status, services, errors) = graph(root.path(), &["b.yaml", "a.yaml"]);
    assert_eq!((status, services), (0, vec!["default/web:81>web:8080".to_owned()]));
    assert!(errors.starts_with("warning: a.yaml:") && errors.contains("Service default/web"), "{errors}");
}

#[test]
fn the_namespace_option_names_where_objects_without_one_are() {
    let root = folder(&[("web.yaml", WEB)]);
    assert_eq!(graph(root.path(), &["-n", "shop", "."]).1, ["shop/web:80>web:8080"]);
}

#[test]
fn a_missing_path_is_an_error_and_the_rest_is_served() {
    let root = folder(&[("web.yaml", WEB)]);
    let (status, services, errors) = graph(root.path(), &["nowhere", "web.yaml"]);
    assert_eq!((status, services.len()), (2, 1));
    assert!(errors.starts_with("error: nowhere: "), "{errors}");
}

#[test]
fn where_nothing_can_be_read_nothing_is_written() {
    let root = folder(&[("PORTS.md", "as it was\n")]);
    for view in ["doc", "flowchart", "sequence", "table", "tree", "graph"] {
        let run = portolan(root.path(), &[view, "nowhere", "-o", "PORTS.md"], "");
        assert_eq!(run.status.code(), Some(2), "{view}");
        assert_eq!(fs::read_to_string(root.path().join("PORTS.md")).unwrap(), "as it was\n", "{view}");
        // Programs that read data are told that there is none.
        assert_eq!(portolan(root.path(), &[view, "nowhere"], "").stdout.is_empty(), view != "graph", "{view}");
    }
}

#[test]
fn a_namespace_with_nothing_in_it_is_told_with_those_that_have_something() {
    let root = folder(&[("web.yaml", &WEB.replace("name: web", "name: web, namespace: shop"))]);
    let run = portolan(root.path(), &["table", "-n", "shpo", "."], "");
    assert_eq!((run.status.code(), run.stdout.len()), (Some(2), 0));
    assert_eq!(
        String::from_utf8(run.stderr).unwrap(),
        "error: nothing in the input is in namespace shpo; its objects are in shop\n"
    );
    assert_eq!(portolan(root.path(), &["table", "-n", "", "."], "").status.code(), Some(2));
}

#[test]
fn a_dash_for_the_output_is_standard_output() {
    let root = folder(&[("web.yaml", WEB)]);
    let run = portolan(root.path(), &["tree", ".", "-o", "-"], "");
    assert!(run.status.success() && run.stdout.starts_with(b"Namespace default"));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "no file is named so");
}

#[test]
fn data_is_printed_even_where_nothing_could_be_read() {
    let root = folder(&[("broken.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: \"x\n")]);
    let (status, services, errors) = graph(root.path(), &["broken.yaml"]);
    assert_eq!((status, services.len()), (2, 0));
    assert!(errors.starts_with("error: broken.yaml:"), "{errors}");
}

#[test]
fn wrong_usage_is_exit_status_2() {
    let root = folder(&[]);
    assert_eq!(portolan(root.path(), &["flowchart", "--direction", "up"], "").status.code(), Some(2));
    assert_eq!(portolan(root.path(), &["draw"], "").status.code(), Some(2));
}

#[test]
fn a_path_without_a_command_gets_one_proposed() {
    for (word, tip) in [
        (".", "portolan doc .\n"),
        ("-", "portolan doc -\n"),
        ("k8s/web", "portolan doc k8s/web\n"),
        ("tre", "a similar subcommand exists: 'tree'\n"),
    ] {
        let run = portolan(folder(&[]).path(), &[word], "");
        let errors = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2));
        assert!(errors.contains(tip), "{errors}");
    }
}

#[test]
fn the_output_option_writes_what_would_be_printed_and_prints_nothing() {
    let root = folder(&[("web.yaml", WEB)]);
    for view in ["doc", "flowchart", "sequence", "table", "tree", "graph"] {
        let printed = portolan(root.path(), &[view, "web.yaml"], "");
        assert!(printed.status.success() && !printed.stdout.is_empty() && printed.stderr.is_empty(), "{view}");
        assert!(
            printed.stdout.ends_with(b"\n") && !printed.stdout.ends_with(b"\n\n"),
            "{view} ends with one line feed"
        );
        let written = portolan(root.path(), &[view, "web.yaml", "-o", "out.md"], "");
        assert!(written.status.success() && written.stdout.is_empty(), "{view}");
        assert_eq!(fs::read(root.path().join("out.md")).unwrap(), printed.stdout, "{view}");
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2, "nothing else is left behind");
}

#[test]
fn the_order_of_arguments_and_documents_changes_nothing() {
    let (deployment, service) = WEB.split_once("---\n").unwrap();
    let (a, b) = (WEB.replace("web", "a"), WEB.replace("web", "b"));
    let straight = folder(&[("web.yaml", WEB), ("a.yaml", &a), ("b.yaml", &b)]);
    let turned = folder(&[("web.yaml", &format!("{service}---\n{deployment}")), ("a.yaml", &a), ("b.yaml", &b)]);
    let print = |root: &TempDir, view: &str, files: &[&str]| {
        String::from_utf8(portolan(root.path(), &[&[view], files].concat(), "").stdout).unwrap()
    };
    for view in ["doc", "flowchart", "sequence", "table", "tree"] {
        let first = print(&straight, view, &["web.yaml", "a.yaml", "b.yaml"]);
        assert_eq!(first, print(&turned, view, &["b.yaml", "a.yaml", "web.yaml"]), "{view}");
    }
    // Data tells places, which the turned file has others of.
    let data = |files: &[&str]| print(&straight, "graph", files);
    assert_eq!(data(&["web.yaml", "a.yaml", "b.yaml"]), data(&["b.yaml", "web.yaml", "a.yaml"]));
}

#[test]
fn an_input_without_ports_is_no_failure() {
    let root = folder(&[("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n")]);
    for view in ["doc", "flowchart", "sequence", "table", "tree", "graph"] {
        let run = portolan(root.path(), &[view, "."], "");
        assert_eq!(run.status.code(), Some(0), "{view}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn a_namespace_shows_its_own_findings_and_the_data_has_all_of_them() {
    let broken = |namespace: &str| {
        let port = "{port: 80, targetPort: 9090}";
        let text = WEB.replace("{port: 80, targetPort: 8080}", port);
        text.replace("{name: web}", &format!("{{name: web, namespace: {namespace}}}"))
    };
    let root = folder(&[("a.yaml", &broken("one")), ("b.yaml", &broken("two"))]);
    let said = |args: &[&str]| String::from_utf8(portolan(root.path(), args, "").stdout).unwrap();
    let findings = said(&["doc", "--section", "findings", "--namespace", "two"]);
    assert!(findings.contains("- ① **P002** ") && findings.contains("(`b.yaml:"), "{findings}");
    assert!(!findings.contains('②') && !findings.contains("a.yaml"), "{findings}");
    assert_eq!(said(&["graph", "--namespace", "two"]).matches("\"id\": \"P002\"").count(), 2);
}

#[test]
fn completions_are_a_script_that_bash_can_read() {
    let place = folder(&[]);
    let script = portolan(place.path(), &["completions", "bash"], "");
    assert_eq!(script.status.code(), Some(0));
    fs::write(place.path().join("portolan.bash"), &script.stdout).unwrap();
    let Ok(bash) = Command::new("bash").arg("-n").arg(place.path().join("portolan.bash")).output() else {
        return; // There is no bash here.
    };
    assert!(bash.status.success() && bash.stderr.is_empty(), "{}", String::from_utf8_lossy(&bash.stderr));
}

#[test]
fn man_prints_one_page_or_writes_all_of_them() {
    let place = folder(&[]);
    let run = portolan(place.path(), &["man", "check"], "");
    assert!(String::from_utf8(run.stdout).unwrap().contains(".TH portolan-check 1"));
    let run = portolan(place.path(), &["man", "tabel"], "");
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8(run.stderr).unwrap().starts_with("error: `tabel` is no command; there are doc, "));
    assert_eq!(portolan(place.path(), &["man", "-o", "share/man1"], "").status.code(), Some(0));
    let page = fs::read_to_string(place.path().join("share/man1/portolan-flowchart.1")).unwrap();
    assert!(page.contains(r"\-\-direction"), "{page}");
}
