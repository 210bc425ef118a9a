//! `portolan.yaml` from outside: where it is found, what it changes, what is said of a broken one, and that page, schema and reader agree.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use portolan::config::Config;
use portolan::source::SourceId;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A Service whose targetPort no container declares (P002), and its Deployment.
const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080, nodePort: 8080}, {name: x, port: 81, targetPort: 9}]}
";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

/// Exit status, standard output, standard error.
fn portolan(folder: &Path, args: &str) -> (i32, String, String) {
    let args = args.split_whitespace();
    let run = Command::new(env!("CARGO_BIN_EXE_portolan")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

/// What the settings call the workload, if they are found.
fn found(root: &TempDir, folder: &str, args: &str) -> Option<String> {
    let (status, table, errors) = portolan(&root.path().join(folder), &format!("table {args}"));
    assert_eq!((status, errors.as_str()), (0, ""), "{args}");
    let row = table.lines().find(|line| line.contains("8080")).unwrap();
    let name = row.split('|').nth(1).unwrap().trim().to_owned();
    (name != "web").then_some(name)
}

fn named(name: &str) -> String {
    format!("objects: {{deploy/web: {{name: {name}}}}}")
}

#[test]
fn settings_are_found_in_the_folder_of_the_first_path_and_above_until_the_project_ends() {
    let (top, k8s) = (named("top"), named("k8s"));
    let root = folder(&[
        ("portolan.yaml", &top),
        ("a/k8s/portolan.yaml", &k8s),
        ("a/k8s/deep/web.yaml", WEB),
        ("a/k8s/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}"),
        ("b/web.yaml", WEB),
        ("c/.git/HEAD", ""),
        ("c/web.yaml", WEB),
        ("d/.git", "gitdir: elsewhere"),
        ("d/portolan.yaml", &named("d")),
        ("d/web.yaml", WEB),
    ]);
    for (place, args, expected) in [
        ("a/k8s", "", Some("k8s")),
        ("a/k8s/deep", "", Some("k8s")),
        ("", "a/k8s/deep/web.yaml", Some("k8s")),
        ("", "a/k8s/deep", Some("k8s")),
        ("", "b", Some("top")),
        ("a", "../b/web.yaml", Some("top")),
        ("a/k8s", "../../b/web.yaml map.yaml", Some("top")),
        ("c", "", None),
        ("d", "", Some("d")),
        ("d", "--no-config", None),
        ("d", "--config ../a/k8s/portolan.yaml", Some("k8s")),
        ("d", "portolan.yaml web.yaml", Some("d")),
    ] {
        assert_eq!(found(&root, place, args).as_deref(), expected, "{place}: {args}");
    }
}

#[test]
fn standard_input_has_the_settings_of_the_folder_it_is_read_in() {
    let root = folder(&[("portolan.yaml", &named("Shop")), ("in/web.yaml", WEB)]);
    let input = fs::File::open(root.path().join("in/web.yaml")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let run = command.args(["table", "-"]).current_dir(root.path()).stdin(input).output().unwrap();
    assert!(String::from_utf8(run.stdout).unwrap().contains("| Shop |"));
}

#[test]
fn a_broken_file_is_told_with_its_place_and_nothing_is_printed() {
    for (text, expected) in [
        (
            "nodeportRange: 1-2",
            "portolan.yaml:1:1: unknown key `nodeportRange`\n  help: did you mean `nodePortRange`?\n",
        ),
        ("a: [", "portolan.yaml:1:4: `[` is never closed\n  help: add the closing bracket\n"),
        ("failOn: eror", "portolan.yaml:1:9: failOn: unknown word `eror`\n  help: did you mean `error`?\n"),
    ] {
        let root = folder(&[("portolan.yaml", text), ("web.yaml", WEB)]);
        for view in ["table", "doc", "graph", "check", "doc -o out.md"] {
            let (status, printed, errors) = portolan(root.path(), view);
            assert_eq!((status, printed.as_str(), errors), (2, "", format!("error: {expected}")), "{view}");
        }
        assert!(!root.path().join("out.md").exists());
        assert_eq!(portolan(root.path(), "table --no-config").0, 0);
    }
}

#[test]
fn a_named_file_that_is_not_there_is_told() {
    let root = folder(&[("web.yaml", WEB), ("k8s/x.yaml", WEB)]);
    for (file, expected) in [("other.yaml", "there is no such file or folder"), ("k8s", "this is a folder")] {
        let (status, printed, errors) = portolan(root.path(), &format!("table --config {file}"));
        assert_eq!((status, printed.as_str()), (2, ""));
        assert!(errors.starts_with(&format!("error: {file}: {expected}")), "{errors}");
    }
    assert_eq!(portolan(root.path(), "table --config web.yaml --no-config").0, 2, "one or the other");
}

#[test]
fn a_folder_may_hold_settings_that_are_not_in_use_and_they_are_no_manifest() {
    let root = folder(&[("k8s/web.yaml", WEB), ("k8s/api/portolan.yaml", "sections: [ports]"), ("portolan.yaml", "")]);
    let (status, _, errors) = portolan(root.path(), "tree");
    assert_eq!((status, errors.as_str()), (0, ""));
}

/// `P002 4` of every finding, and the exit status.
fn findings(settings: &str, args: &str) -> (i32, Vec<String>) {
    let root = folder(&[("portolan.yaml", settings), ("web.yaml", WEB)]);
    let (status, json, errors) = portolan(root.path(), &format!("check --format json {args}"));
    assert_eq!(errors, "");
    let json: Value = serde_json::from_str(&json).unwrap();
    let short = |finding: &Value| format!("{} {}", finding["id"].as_str().unwrap(), finding["primary"]["file"]);
    let findings = json["findings"].as_array().unwrap().iter().map(short).collect();
    (status, findings)
}

#[test]
fn checks_are_chosen_by_settings_and_the_command_line_wins() {
    let (p2, p9, p0) = ("P002 \"web.yaml\"", "P009 \"web.yaml\"", "P000 \"portolan.yaml\"");
    for (settings, args, status, expected) in [
        ("", "", 0, &[p9, p2][..]),
        ("failOn: warning", "", 1, &[p9, p2]),
        ("failOn: warning", "--fail-on error", 0, &[p9, p2]),
        ("nodePortRange: 8000-9000", "", 0, &[p2]),
        ("nodePortRange: 8000-9000", "--node-port-range 1-9", 0, &[p9, p2]),
        ("select: [P009]", "", 0, &[p9]),
        ("select: [P009]", "--select P002", 0, &[p2]),
        ("ignore: [P002]", "", 0, &[p9]),
        ("ignore: [P002]", "--ignore P009", 0, &[]),
        ("ignore: [P002]", "--select P002", 0, &[p2]),
        ("ignore: [{id: P002, object: svc/web, reason: it listens there}]", "", 0, &[p9]),
        ("ignore: [{id: P002, object: svc/web}]", "--select P002", 0, &[]),
        ("ignore: [{id: P002, object: other/svc/web}, P009]", "", 0, &[p2, p0]),
        ("ignore: [{id: P002, object: deploy/web}, P009]", "", 0, &[p2, p0]),
        ("ignore: [P003, P002, P009]", "", 0, &[p0]),
        ("ignore: [P003]", "--select P002", 0, &[p2]),
    ] {
        let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(findings(settings, args), (status, expected), "{settings} {args}");
    }
}

#[test]
fn pedantic_settings_are_as_the_option() {
    let told = findings("", "--pedantic");
    assert_eq!(findings("pedantic: true", ""), told);
    assert_ne!(findings("", ""), told);
}

#[test]
fn the_range_of_node_ports_reaches_what_is_said_below_tables() {
    for (settings, remarks) in [("", true), ("nodePortRange: 8000-9000", false)] {
        let root = folder(&[("portolan.yaml", settings), ("web.yaml", WEB)]);
        for view in ["table", "doc --section ports"] {
            let (_, text, _) = portolan(root.path(), view);
            assert_eq!(text.contains("service-node-port-range"), remarks, "{settings} {view}");
        }
    }
}

#[test]
fn what_settings_say_of_other_folders_is_not_told_when_only_a_part_is_read() {
    let settings = "\
objects: {deploy/api: {name: API}}
ignore:
  - {id: P002, object: deploy/api}
  - P003
  - {id: P001, object: svc/web}
";
    let root = folder(&[("portolan.yaml", settings), ("web/web.yaml", WEB), ("more/x.yaml", "a: b")]);
    let told = |args: &str| {
        let (_, found, errors) = portolan(root.path(), &format!("check --select P000,P001,P002,P003 {args}"));
        (found.matches("P000").count(), errors.lines().next().unwrap_or_default().to_owned())
    };
    let warning = "warning: portolan.yaml:1:11: `deploy/api` names no workload and no Service of the input";
    assert_eq!(told("web"), (1, String::new()), "svc/web is there");
    assert_eq!(told("."), (2, warning.to_owned()), "what --select names is not ignored everywhere");
}

#[test]
fn the_document_has_the_sections_of_the_settings_and_its_title() {
    let root = folder(&[("portolan.yaml", "sections: [exposure, ports]"), ("web.yaml", WEB)]);
    let headings = |args: &str| {
        let (_, printed, _) = portolan(root.path(), &format!("doc {args}"));
        let headings = printed.lines().filter(|line| line.starts_with("# ") || line.starts_with("## "));
        headings.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(headings(""), ["# Ports of namespace default", "## Exposure", "## Port summary"]);
    assert_eq!(headings("--section mapping,ports"), ["## Port mapping", "## Port summary"]);
}

#[test]
fn the_namespace_of_settings_is_for_objects_that_state_none_and_cuts_nothing_away() {
    let other = WEB.replace("{name: web}", "{name: web, namespace: other}");
    let root = folder(&[("portolan.yaml", "namespace: shop"), ("web.yaml", WEB), ("other.yaml", &other)]);
    let tree = portolan(root.path(), "tree").1;
    assert!(tree.contains("Namespace shop") && tree.contains("Namespace other"), "{tree}");
    let tree = portolan(root.path(), "tree -n mine").1;
    assert!(tree.contains("Namespace mine") && !tree.contains("shop"), "{tree}");
}

#[test]
fn groups_are_frames_of_flowcharts() {
    for settings in ["groups: {Storefront: {labels: {tier: front}}}", "groups: {Storefront: {objects: [deploy/web]}}"] {
        let root = folder(&[("portolan.yaml", settings), ("web.yaml", WEB)]);
        let flowchart = portolan(root.path(), "flowchart --group-by app").1;
        // The title is in the frame or in a box of its own, as the layout has it.
        assert!(flowchart.contains("subgraph group_default_Storefront["), "{flowchart}");
        assert!(flowchart.contains("[\"Storefront\"]"), "{flowchart}");
        assert!(!flowchart.contains("subgraph app_"), "the Service is in the group of its workload\n{flowchart}");
    }
}

/// The YAML fences of a Markdown page.
fn fences(page: &str) -> Vec<&str> {
    page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/config.md")).unwrap()
}

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/portolan.config.schema.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// YAML as editors hand it to a schema: keys are text.
fn as_json(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Mapping(entries) => {
            let key = |key: &serde_yaml::Value| match key {
                serde_yaml::Value::String(text) => text.clone(),
                other => serde_yaml::to_string(other).unwrap().trim().to_owned(),
            };
            entries.iter().map(|(name, value)| (key(name), as_json(value))).collect::<serde_json::Map<_, _>>().into()
        }
        serde_yaml::Value::Sequence(items) => items.iter().map(as_json).collect::<Vec<_>>().into(),
        other => serde_json::to_value(other).unwrap(),
    }
}

#[test]
fn the_examples_of_the_page_are_read_and_fit_the_schema() {
    let page = page();
    let examples: Vec<&str> = fences(&page).into_iter().filter(|text| !text.contains("apiVersion")).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let read = Config::read(SourceId(0), example);
        assert!(read.is_ok(), "{read:?}");
        assert!(jsonschema::is_valid(&schema(), &as_json(&serde_yaml::from_str(example).unwrap())), "{example}");
    }
}

#[test]
fn every_key_is_in_the_schema_and_on_the_page() {
    // The reader lists the keys it knows when it meets one that it does not.
    let unknown = Config::read(SourceId(0), "xyzzy: 1").unwrap_err().help.unwrap();
    let known: Vec<&str> = unknown.strip_prefix("known here: ").unwrap().split(", ").collect();
    let (schema, page) = (schema(), page());
    let mut of_schema: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut of_reader = known.clone();
    of_schema.sort_unstable();
    of_reader.sort_unstable();
    assert_eq!(of_schema, of_reader);
    for key in known {
        assert!(page.contains(&format!("| `{key}` |")), "{key} is not in the table of docs/config.md");
        assert!(fences(&page)[0].contains(&format!("{key}:")) || key == "select", "{key} is not in the example");
    }
    let sections = Config::read(SourceId(0), "sections: [xyzzy]").unwrap_err().help.unwrap();
    let sections: Vec<&str> = sections.strip_prefix("known here: ").unwrap().split(", ").collect();
    assert_eq!(schema["properties"]["sections"]["items"]["enum"], json!(sections));
}

/// Files that both the reader and the schema take.
const GOOD: &[&str] = &[
    "",
    "# only a comment",
    "{}",
    "---\ncomplete: false",
    "objects:",
    "sections: []",
    "select: [P002, target-port-undeclared, p003]",
    "ignore: [P002, {id: P003}, {id: P004, object: a/deploy/b, reason: r}]",
    "objects: {deploy/web: , svc/web: {name: N, purpose: P, ports: {80: x, 65535: z, \"81\": y}}}",
    "groups: {A: {objects: [deploy/web]}, B: {labels: {a: b}}, C: {}}",
    "namespace: yes",
    "failOn: info",
    "nodePortRange: 1-65535",
];

/// Files that neither takes.
const BAD: &[&str] = &[
    "xyzzy: 1",
    "NodePortRange: 1-2",
    "- sections",
    "text",
    "complete: 1",
    "complete: \"true\"",
    "namespace: 5",
    "namespace: [a]",
    "sections: ports",
    "sections: [Ports]",
    "sections: [nothing]",
    "select: P002",
    "select: [2]",
    "select: [P 2]",
    "ignore: [5]",
    "ignore: [{object: svc/web}]",
    "ignore: [{id: P002, objects: svc/web}]",
    "ignore: [{id: P002, object: web}]",
    "ignore: {P002: why}",
    "failOn: fatal",
    "pedantic: 1",
    "nodePortRange: 30000",
    "nodePortRange: a-b",
    "objects: [deploy/web]",
    "objects: {web: {name: x}}",
    "objects: {svc/: {name: x}}",
    "objects: {deploy/web: Shop}",
    "objects: {deploy/web: {nam: x}}",
    "objects: {deploy/web: {name: 5}}",
    "objects: {deploy/web: {ports: {http: x}}}",
    "objects: {deploy/web: {ports: {0: x}}}",
    "objects: {deploy/web: {ports: {65536: x}}}",
    "objects: {deploy/web: {ports: {-1: x}}}",
    "objects: {deploy/web: {ports: {80: 5}}}",
    "groups: {A: [deploy/web]}",
    "groups: {A: {object: [deploy/web]}}",
    "groups: {A: {objects: [web]}}",
    "groups: {A: {labels: {a: 5}}}",
];
#[test]
fn reader_and_schema_say_the_same() {
    let schema = schema();
    let good = GOOD.iter().map(|text| (text, true));
    for (text, expected) in good.chain(BAD.iter().map(|text| (text, false))) {
        let json = as_json(&serde_yaml::from_str(text).unwrap());
        assert_eq!(Config::read(SourceId(0), text).is_ok(), expected, "the reader: {text}");
        assert_eq!(jsonschema::is_valid(&schema, &json), expected, "the schema: {text}");
    }
}
