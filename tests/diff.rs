//! `portolan diff` as people meet it: two paths, a revision of a git repository, exit statuses, messages.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A Service in front of a pod.
fn web(service: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: c, image: i, ports: \
         [{{containerPort: 8080}}]}}]}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, {service}}}\n"
    )
}

const INSIDE: &str = "ports: [{port: 80, targetPort: 8080}]";
const EXPOSED: &str = "type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]";
const BROKEN: &str = "ports: [{port: 80, targetPort: http}]";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn portolan(folder: &Path, args: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command.arg("diff").args(args).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let [stdout, stderr] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (status.code().unwrap(), stdout, stderr)
}

/// `portolan diff` as text, which has to work.
fn text(folder: &Path, args: &[&str]) -> String {
    let (status, stdout, stderr) = portolan(folder, &[args, &["--format", "text"]].concat(), "");
    assert_eq!((status, stderr.as_str()), (0, ""), "{args:?}");
    stdout
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]).args(args);
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let run = command.output().unwrap();
    assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "x"]);
}

/// A repository in which `main` moved on after the branch that is checked out had left it.
fn repository() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    git(folder, &["init", "-q", "-b", "main"]);
    write(folder, "k8s/web.yaml", &web(INSIDE));
    commit(folder);
    git(folder, &["checkout", "-q", "-b", "change"]);
    git(folder, &["checkout", "-q", "main"]);
    write(folder, "k8s/other.yaml", &web(INSIDE).replace("web", "other"));
    commit(folder);
    git(folder, &["checkout", "-q", "change"]);
    write(folder, "k8s/web.yaml", &web(EXPOSED));
    root
}

/// Every file with its content, and when it was written.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let written = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert(path.clone(), (fs::read(&path).unwrap(), written));
        }
    }
    found
}

const EXPOSURE: &str = "\
1 way in added; 1 port newly reachable from outside; 1 Service of another type.
! exposed: Pod web, container port 8080, Cluster → Nodes: node port 30080
~ Service web: type ClusterIP → NodePort
+ Service web, node port 30080: leads to web:80
";

#[test]
fn two_paths_are_compared_and_one_of_them_may_be_standard_input() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "base/a.yaml", &web(INSIDE));
    write(root.path(), "head/b.yaml", &web(EXPOSED));
    assert_eq!(text(root.path(), &["base", "head"]), EXPOSURE, "the names of files play no part");
    let (status, piped, _) = portolan(root.path(), &["-", "head/b.yaml", "--format", "text"], &web(INSIDE));
    assert_eq!((status, piped.as_str()), (0, EXPOSURE));
    assert_eq!(text(root.path(), &["head", "head"]), "No port, way in, call or finding differs.\n");
}

#[test]
fn what_fails_is_what_was_asked_for() {
    let root = tempfile::tempdir().unwrap();
    for (name, spec) in [("inside", INSIDE), ("exposed", EXPOSED), ("broken", BROKEN)] {
        write(root.path(), &format!("{name}.yaml"), &web(spec));
    }
    let status = |base: &str, head: &str, on: &str| {
        let args = [&format!("{base}.yaml"), &format!("{head}.yaml"), "--fail-on", on];
        portolan(root.path(), &args, "").0
    };
    for (base, head, on, expected) in [
        ("inside", "exposed", "exposure", 1),
        ("exposed", "inside", "exposure", 0),
        ("inside", "exposed", "finding", 0),
        ("inside", "broken", "finding", 1),
        ("broken", "inside", "finding", 0),
        ("broken", "broken", "finding", 0),
        ("inside", "broken", "exposure,finding", 1),
        ("exposed", "inside", "any", 1),
        ("inside", "inside", "any", 0),
    ] {
        assert_eq!(status(base, head, on), expected, "{base} → {head} on {on}");
    }
}

#[test]
fn a_revision_is_read_from_where_the_branch_left_it_unless_it_is_asked_for_itself() {
    let root = repository();
    assert_eq!(text(root.path(), &["--base", "main", "k8s"]), EXPOSURE);
    assert_eq!(text(root.path(), &["--base", "main"]), EXPOSURE, "the folder that we are in is compared by default");
    assert_eq!(text(&root.path().join("k8s"), &["--base", "main", "web.yaml"]), EXPOSURE, "paths are relative");
    let whole = text(root.path(), &["--base", "main", "--no-merge-base", "k8s"]);
    assert!(whole.contains("- Service other, port 80"), "{whole}");
}

#[test]
fn nothing_of_a_repository_is_touched() {
    let root = repository();
    let before = files(root.path());
    text(root.path(), &["--base", "main", "k8s"]);
    assert!(before == files(root.path()));
}

#[test]
fn a_path_may_be_missing_on_one_side_but_not_on_both() {
    let root = repository();
    write(root.path(), "new/db.yaml", &web(INSIDE).replace("web", "db"));
    let added = text(root.path(), &["--base", "main", "new"]);
    assert!(added.starts_with("2 ports added.\n"), "{added}");
    fs::remove_dir_all(root.path().join("k8s")).unwrap();
    let removed = text(root.path(), &["--base", "main", "k8s"]);
    assert!(removed.starts_with("2 ports removed.\n"), "{removed}");
    let (status, _, stderr) = portolan(root.path(), &["--base", "main", "nowhere"], "");
    assert_eq!(status, 2);
    assert!(stderr.starts_with("error: nowhere: there is no such file or folder"), "{stderr}");
}

#[test]
fn renames_and_moves_between_files_are_no_changes() {
    let root = repository();
    let (pod, service) = web(INSIDE).split_once("---\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    fs::remove_file(root.path().join("k8s/web.yaml")).unwrap();
    write(root.path(), "k8s/deep/service.yaml", &service);
    write(root.path(), "k8s/pod.yml", &pod);
    assert_eq!(text(root.path(), &["--base", "main", "k8s"]), "No port, way in, call or finding differs.\n");
}

#[test]
fn what_was_wrong_before_is_told_with_the_commit_it_stood_in() {
    let root = repository();
    write(root.path(), "k8s/web.yaml", &web(BROKEN));
    commit(root.path());
    write(root.path(), "k8s/web.yaml", &web(INSIDE));
    let fixed = text(root.path(), &["--base", "HEAD", "k8s"]);
    let head = git(root.path(), &["rev-parse", "--short", "HEAD"]);
    assert!(fixed.contains(&format!("fixed error P003: {head}:k8s/web.yaml:9:")), "{fixed}");
}

#[test]
fn charts_and_kustomizations_are_rendered_as_they_were() {
    let has = |program: &str| Command::new(program).arg("version").output().is_ok_and(|run| run.status.success());
    let insists = std::env::var_os("PORTOLAN_RENDERERS").is_some();
    let has_kubectl = Command::new("kubectl").args(["kustomize", "--help"]).output().is_ok();
    if [insists, has("kustomize"), has_kubectl] == [false; 3] {
        return;
    }
    let root = repository();
    write(root.path(), "base/web.yaml", &web(INSIDE));
    write(root.path(), "base/kustomization.yaml", "resources: [web.yaml]\n");
    write(root.path(), "prod/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\n");
    commit(root.path());
    write(root.path(), "base/web.yaml", &web(EXPOSED));
    let told = text(root.path(), &["--base", "HEAD", "prod"]);
    assert_eq!(told, EXPOSURE.replace(" web", " prod-web").replace("leads to web", "leads to prod-web"));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_of_a_revision_and_not_out_of_it() {
    let root = repository();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.yaml", &web(INSIDE).replace("web", "secret"));
    let link =
        |target: &Path, name: &str| std::os::unix::fs::symlink(target, root.path().join("links").join(name)).unwrap();
    fs::create_dir(root.path().join("links")).unwrap();
    link(Path::new("../k8s/web.yaml"), "web.yaml");
    link(&outside.path().join("secret.yaml"), "secret.yaml");
    write(root.path(), "k8s/web.yaml", &web(INSIDE));
    commit(root.path());
    fs::remove_dir_all(root.path().join("links")).unwrap();
    let told = text(root.path(), &["--base", "HEAD", "links"]);
    assert!(told.contains("Service web") && !told.contains("secret"), "{told}");
}

#[test]
fn what_cannot_be_compared_is_named() {
    let root = repository();
    let plain = tempfile::tempdir().unwrap();
    write(plain.path(), "web.yaml", &web(INSIDE));
    git(root.path(), &["checkout", "-q", "--orphan", "lonely"]);
    commit(root.path());
    let cases: [(&Path, &[&str], &str); 8] = [
        (plain.path(), &["--base", "main"], "error: --base needs a git repository around this folder"),
        (root.path(), &["--base", "nowhere"], "error: there is no revision nowhere in this repository"),
        (root.path(), &["--base", "main"], "error: HEAD and main have no commit in common"),
        (root.path(), &["--base=-x"], "error: invalid value '-x' for '--base <REV>': a revision is the name of"),
        (root.path(), &["--base=--output=x"], "error: invalid value '--output=x'"),
        (root.path(), &["--base", "HEAD", "-"], "error: standard input is in no revision"),
        (root.path(), &["--base", "HEAD", "/"], "error: / is not in the git repository"),
        (root.path(), &["k8s"], "error: diff compares two paths"),
    ];
    for (folder, args, expected) in cases {
        let (status, stdout, stderr) = portolan(folder, args, "");
        assert_eq!((status, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.starts_with(expected), "{args:?}: {stderr}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    let run =
        command.args(["diff", "--base", "HEAD"]).current_dir(root.path()).env("PATH", plain.path()).output().unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.code() == Some(2) && stderr.contains("git is not installed"), "{stderr}");
}
