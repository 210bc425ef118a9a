//! Kustomizations and charts: what renderers are told, what is told where they fail or are missing, and what is read as it is.
//!
//! The renderers here are scripts that note how they are called, so that nothing needs to be installed. The
//! last tests run the real ones where `PORTOLAN_RENDERERS` says that they are there, as `.ci/run` does.

#![cfg(unix)] // The scripts are for a POSIX shell.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const CHART: &str = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

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

fn service(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  ports:\n  - port: 80\n    nodePort: 30080\n"
    )
}

/// Programs by name, each a shell script, in a folder of their own.
fn programs(scripts: &[(&str, &str)]) -> TempDir {
    let bin = folder(&[]);
    for (name, script) in scripts {
        let path = bin.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    bin
}

fn portolan(root: &Path, path: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.args(args).current_dir(root).env("PATH", path).output().unwrap()
}

/// Exit status, names of Services, and standard error.
fn graph(root: &TempDir, bin: &TempDir, args: &[&str]) -> (i32, Vec<String>, String) {
    let run = portolan(root.path(), bin.path(), &[&["graph"], args].concat());
    let graph: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_default();
    let services = graph["services"].as_array().into_iter().flatten();
    let names = services.map(|service| service["name"].as_str().unwrap().to_owned());
    (run.status.code().unwrap(), names.collect(), String::from_utf8(run.stderr).unwrap())
}

/// A kustomize that prints a Service named after the folder it is given.
const NAMING: &str = "echo 'apiVersion: v1'; echo 'kind: Service'; echo \"metadata: {name: built-${2##*/}}\"";

#[test]
fn a_chart_is_rendered_under_its_own_name_and_with_what_the_user_gives() {
    let root = folder(&[("-x/Chart.yaml", CHART), ("-x/templates/a.yaml", "{{ x }}")]);
    let script = "case $3 in /*) ;; *) exit 3;; esac; printf '%s\\n' \"$@\" >&2; read line && echo input >&2; exit 1";
    let bin = programs(&[("helm", script)]);
    let (status, _, told) = graph(&root, &bin, &["./-x", "-n", "prod", "--values", "v.yaml", "--set", "a=b c"]);
    let args = "template shop -x --skip-tests --kube-version=1.36.0 --namespace=prod --values=v.yaml --set=a=b c";
    assert_eq!((status, told.lines().next()), (2, Some(&*format!("error: -x: helm cannot render this chart: {args}"))));
    let (_, _, told) = graph(&root, &bin, &["./-x/Chart.yaml", "--release", "mine"]);
    assert!(told.contains("template mine "), "{told}");
    assert!(!graph(&root, &bin, &["./-x", "--release", "--debug"]).2.contains("template"), "an option is no name");
}

#[test]
fn a_finding_in_a_chart_names_template_object_and_field() {
    let root = folder(&[("shop/Chart.yaml", CHART), ("shop/templates/web.yaml", "{{ x }}")]);
    let script =
        format!("cat <<'END'\n---\n# Source: shop/templates/web.yaml\n{}END", service("web").replace("30080", "80"));
    let bin = programs(&[("helm", &script), ("cat", "exec /bin/cat")]);
    let check = |format: &str| {
        let run = portolan(root.path(), bin.path(), &["check", "shop", "--format", format]);
        assert_eq!(String::from_utf8_lossy(&run.stderr), "");
        String::from_utf8(run.stdout).unwrap()
    };
    let place = "shop/templates/web.yaml (rendered): Service web spec.ports[0]";
    assert!(check("text").contains(place), "{}", check("text"));
    let github = check("github");
    assert!(github.contains("file=shop/templates/web.yaml,title="), "{github}");
    assert!(
        github.contains("%0Ashop/templates/web.yaml (rendered): Service web spec.ports[0]")
            && !github.contains("line="),
        "{github}"
    );
    let sarif: serde_json::Value = serde_json::from_str(&check("sarif")).unwrap();
    let location = &sarif["runs"][0]["results"][0]["locations"][0];
    let physical = &location["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "shop/templates/web.yaml");
    assert!(physical.get("region").is_none(), "{physical}");
    assert!(location["message"]["text"].as_str().unwrap().starts_with("Service web spec.ports[0]"), "{location}");
    assert!(check("junit").contains(place), "{}", check("junit"));
    let json: serde_json::Value = serde_json::from_str(&check("json")).unwrap();
    let primary = &json["findings"][0]["primary"];
    assert_eq!(primary["file"], "shop/templates/web.yaml");
    assert!(primary["field"].as_str().unwrap().starts_with("Service web spec.ports[0]"), "{primary}");
}

#[test]
fn kustomize_is_asked_and_kubectl_where_there_is_none() {
    let root = folder(&[("over/kustomization.yaml", ""), ("over/unlisted.yaml", &service("raw"))]);
    for program in ["kustomize", "kubectl"] {
        let bin = programs(&[(program, &format!("[ $# = 2 ] || exit 1\n{NAMING}"))]);
        for path in ["over", "./over/", "over/kustomization.yaml"] {
            assert_eq!(
                graph(&root, &bin, &[path]),
                (0, vec!["built-over".to_owned()], String::new()),
                "{program} {path}"
            );
        }
    }
}

#[test]
fn without_a_renderer_what_is_named_is_told_with_the_pipe_that_does_the_same() {
    let root = folder(&[("over/kustomization.yml", ""), ("over/a.yaml", &service("raw")), ("shop/Chart.yaml", CHART)]);
    let bin = programs(&[]);
    let (status, services, told) = graph(&root, &bin, &["over", "shop"]);
    assert_eq!((status, services.len()), (2, 0));
    assert_eq!(
        told,
        "error: over: this kustomization is not rendered: neither kustomize nor kubectl is installed\n  \
         help: install one, or pipe in what it renders elsewhere: kustomize build over | portolan doc -\n\
         error: shop: this Helm chart is not rendered: helm is not installed\n  \
         help: install helm, or pipe in what it renders elsewhere: helm template shop shop | portolan doc -\n"
    );
}

#[test]
fn without_a_renderer_a_folder_is_read_as_it_is_but_for_templates() {
    let root = folder(&[
        ("over/kustomization.yml", "resources: [a.yaml]"),
        ("over/a.yaml", &service("raw")),
        ("one/Chart.yaml", CHART),
        ("one/templates/a.yaml", "{{ x }}"),
        ("two/Chart.yaml", CHART),
    ]);
    let (status, services, told) = graph(&root, &programs(&[]), &["."]);
    assert_eq!((status, services), (2, vec!["raw".to_owned()]));
    let told: Vec<&str> = told.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        told,
        [
            "error: one: this Helm chart is not rendered, nor is 1 other folder: helm is not installed",
            "error: over: this kustomization is not rendered (files are read as they are): neither kustomize nor kubectl is installed",
        ]
    );
    let (status, services, _) = graph(&root, &programs(&[]), &["over", "--render", "never"]);
    assert_eq!((status, services), (0, vec!["raw".to_owned()]));
}

#[test]
fn in_a_folder_overlays_are_rendered_and_their_bases_are_not_read_again() {
    let root = folder(&[
        ("base/kustomization.yaml", "resources:\n- web.yaml\n"),
        ("base/web.yaml", &service("raw")),
        ("part/kustomization.yaml", "kind: Component\npatches:\n- path: patch.yaml\n"),
        ("part/patch.yaml", &service("patch")),
        ("prod/kustomization.yaml", "resources:\n- ../base\ncomponents: [../part]\n"),
        ("other/plain.yaml", &service("plain")),
    ]);
    let bin = programs(&[("kustomize", NAMING)]);
    assert_eq!(graph(&root, &bin, &["."]), (0, vec!["built-prod".to_owned(), "plain".to_owned()], String::new()));
}

#[test]
fn overlays_of_one_base_are_told() {
    let over = "resources:\n  - ../base # shared\n";
    let root = folder(&[("base/kustomization.yaml", ""), ("b/Kustomization", over), ("a/kustomization.yaml", over)]);
    let (status, services, told) = graph(&root, &programs(&[("kustomize", NAMING)]), &["."]);
    assert_eq!((status, services), (0, vec!["built-a".to_owned(), "built-b".to_owned()]));
    assert_eq!(
        told,
        "warning: base: several kustomizations build on this base, and all of them are shown: a, b\n  \
         help: name the one that you mean: portolan doc a\n"
    );
}

#[test]
fn a_kustomization_in_a_folder_that_fails_is_told_and_its_files_are_read() {
    let root = folder(&[
        ("bad/kustomization.yaml", "resources: [a.yaml]"),
        ("bad/a.yaml", &service("raw")),
        ("good/kustomization.yaml", ""),
    ]);
    let script = format!("case $2 in */bad) echo \"Error: $2 is bad\" >&2; exit 1;; esac\n{NAMING}");
    let (status, services, told) = graph(&root, &programs(&[("kustomize", &script)]), &["."]);
    assert_eq!((status, services), (2, vec!["built-good".to_owned(), "raw".to_owned()]));
    assert!(told.contains("so its files are read as they are: ") && told.contains("bad is bad"), "{told}");
}

#[test]
fn charts_in_a_folder_are_rendered_once_and_what_is_in_them_is_theirs() {
    let root = folder(&[
        ("shop/Chart.yaml", CHART),
        ("shop/crds/raw.yaml", &service("raw")),
        ("shop/charts/db/Chart.yaml", "name: db"),
        ("lib/Chart.yaml", "name: lib"),
    ]);
    let script = "case $2 in lib) echo 'Error: library charts are not installable' >&2; exit 1;; esac\n\
                  echo 'apiVersion: v1'; echo 'kind: Service'; echo \"metadata: {name: $2}\"";
    let (status, services, told) = graph(&root, &programs(&[("helm", script)]), &["."]);
    assert_eq!((status, services, told), (0, vec!["shop".to_owned()], String::new()));
}

#[test]
fn options_for_charts_are_told_where_there_is_no_chart() {
    let root = folder(&[("a.yaml", &service("a"))]);
    let (status, _, told) = graph(&root, &programs(&[]), &["a.yaml", "--set", "a=b"]);
    assert_eq!((status, told.as_str()), (0, "warning: --set: no Helm chart is in the input, so this has no effect\n"));
}

#[test]
fn a_renderer_gets_no_network() {
    let root = folder(&[("over/kustomization.yaml", "")]);
    let script = "echo \"Error: $GIT_ALLOW_PROTOCOL $HTTPS_PROXY [$HELM_PLUGINS]\" >&2; exit 1";
    let (_, _, told) = graph(&root, &programs(&[("kustomize", script)]), &["over"]);
    assert!(told.contains("none http://127.0.0.1:9 []"), "{told}");
}

/// What the real renderers say: `None` where nobody promises that they are there.
fn real(root: &TempDir, args: &[&str]) -> Option<(i32, String, String)> {
    std::env::var_os("PORTOLAN_RENDERERS")?;
    let path = std::env::var_os("PATH").unwrap();
    let run = portolan(root.path(), Path::new(&path), args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Some((run.status.code().unwrap(), text(run.stdout), text(run.stderr)))
}

#[test]
fn what_real_renderers_refuse_is_told_with_what_helps() {
    let chart = |name: &str, more: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}");
    let needing = chart("a", "dependencies: [{name: x, version: 1.0.0, repository: 'https://example.com'}]\n");
    let cases = [
        (
            "web/kustomization.yaml",
            "resources: [https://example.com/a.yaml]",
            "fetch https://example.com/a.yaml\n",
            "fetches nothing",
        ),
        (
            "git/kustomization.yaml",
            "resources: ['git@github.com:a/b.git//c']",
            "fetch git@github.com:a/b.git//c\n",
            "fetches nothing",
        ),
        (
            "helm/kustomization.yaml",
            "helmCharts: [{name: x, repo: 'https://example.com'}]",
            "--enable-helm",
            "--enable-helm helm |",
        ),
        ("in/kustomization.yaml", "resources: [../a.yaml]", "security", "LoadRestrictionsNone in |"),
        (
            "part/kustomization.yaml",
            "kind: Component\npatches:\n- patch: 'kind: A\n\n    metadata: {name: a}'\n",
            "cannot render",
            "name an overlay that does",
        ),
        ("needing/Chart.yaml", &needing, "missing in charts/", "helm dependency build needing"),
        ("lib/Chart.yaml", &chart("lib", "type: library\n"), "library chart", "name a chart that uses it"),
        ("old/Chart.yaml", &chart("old", "kubeVersion: <1.0.0\n"), "Kubernetes v1.36.0", "old old --kube-version"),
        ("broken/Chart.yaml", "name: [", "cannot load Chart.yaml", "`helm template release-name broken` tells more"),
    ];
    for (file, text, message, help) in cases {
        let root = folder(&[(file, text), ("a.yaml", "")]);
        let folder = file.split('/').next().unwrap();
        let Some((status, printed, told)) = real(&root, &["tree", folder]) else { return };
        assert_eq!((status, printed.as_str()), (2, ""), "{file}: {told}");
        let (first, second) = told.split_once("  help: ").unwrap();
        assert!(first.contains(message) && second.contains(help), "{file}: {told}");
        assert!(!told.contains(&root.path().display().to_string()), "paths are those that the user writes: {told}");
    }
}

#[test]
fn real_charts_have_subcharts_and_values_and_their_tests_are_left_out() {
    let template = "kind: Service\napiVersion: v1\nmetadata: {name: {{ .Release.Name }}-{{ .Chart.Name }}}\nspec: {ports: [{port: 80, nodePort: {{ .Values.x }}}]}\n";
    let hook = "kind: Pod\napiVersion: v1\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: {containers: [{name: c}]}\n";
    let root = folder(&[
        ("shop/Chart.yaml", CHART),
        ("shop/templates/a.yaml", template),
        ("shop/templates/tests/t.yaml", hook),
        ("shop/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
        ("shop/charts/db/templates/b.yaml", template),
        ("v.yaml", "x: 30080\n"),
    ]);
    let args = ["check", "shop", "--values", "v.yaml", "--set", "db.x=80", "--format", "github"];
    let Some((status, findings, told)) = real(&root, &args) else { return };
    assert_eq!((status, told.as_str()), (1, ""), "{findings}");
    assert!(findings.contains("file=shop/charts/db/templates/b.yaml,title=P010"), "{findings}");
    assert!(!findings.contains("shop/templates/tests"), "{findings}");
}
