//! The GitHub Action: its steps as `action.yml` has them, run in a throwaway repository, with a stand-in for `gh`.

#![cfg(unix)] // The small runner below uses a POSIX shell as Linux and macOS have it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "action/runner.rs"]
mod runner;

use std::fs;
use std::process::Command;

use runner::{Job, action, root, write_program};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
";

fn broken() -> String {
    WEB.replace("targetPort: http", "targetPort: htp")
}

/// Stands for portolan: writes down its arguments and environment, and ends as the word after `fails-on` of `marks` says.
const STAND_IN: &str = r#"#!/bin/sh
printf '[%s]' "$@" >>"$FAKE_GH/arguments"; echo >>"$FAKE_GH/arguments"
env >>"$FAKE_GH/environment"
[ "$1" != --version ] || exit 0
cat "$FAKE_GH/marks" 2>/dev/null
case "$*" in *--fail-on=any*) [ ! -s "$FAKE_GH/marks" ] ;; *--fail-on=exposure*) exit 1 ;; esac
"#;

/// A job in which portolan is only a stand-in, and says this of the change.
fn with_stand_in(marks: &str) -> Job {
    let job = Job::new(&[("web.yaml", WEB)]);
    let program = job.path("bin/stand-in");
    write_program(&program, STAND_IN);
    fs::write(job.path("gh/marks"), marks).unwrap();
    job.with("binary", program.to_str().unwrap())
}

fn arguments(job: &Job) -> String {
    fs::read_to_string(job.path("gh/arguments")).unwrap()
}

#[test]
fn inputs_reach_scripts_as_environment_only_and_each_is_declared_and_used() {
    let text = fs::read_to_string(root().join("action.yml")).unwrap();
    let action = action();
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step:?}");
    }
    let declared: Vec<_> = action["inputs"].as_mapping().unwrap().keys().map(|name| name.as_str().unwrap()).collect();
    for name in &declared {
        assert!(text.contains(&format!("inputs.{name}")), "{name} is used");
    }
    let docs = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let told: Vec<_> = docs.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(told, declared, "docs/ci.md has a line for each");
    for used in text.split("inputs.").skip(1) {
        let name: String = used.chars().take_while(|c| c.is_ascii_alphabetic() || *c == '-').collect();
        assert!(declared.contains(&name.as_str()), "{name} is declared");
    }
}

#[test]
fn check_fails_the_job_annotates_lines_and_keeps_one_comment() {
    let broken = broken();
    let job = Job::new(&[("k8s/web.yaml", &broken)]).with("paths", "k8s").with("token", "t0ken");
    let ran = job.run();
    assert_eq!(ran.status, 1, "{}", ran.log);
    assert!(ran.log.contains("\n::error file=k8s/web.yaml,line=12,"), "{}", ran.log);
    assert!(ran.summary.contains("### portolan check\n\n```text\nerror[P003]: "), "{}", ran.summary);
    let comments = job.comments();
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0], format!("<!-- portolan-action: check -->\n{}", ran.summary));

    job.commit(&[("k8s/web.yaml", WEB)]);
    let ran = job.run();
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(job.comments(), [format!("<!-- portolan-action: check -->\n{}", ran.summary)], "it was updated");
}

#[test]
fn where_nothing_is_found_there_is_no_comment() {
    let job = Job::new(&[("web.yaml", WEB)]).with("token", "t0ken");
    assert_eq!(job.run().status, 0);
    assert!(job.comments().is_empty());
}

#[test]
fn comments_of_other_keys_and_modes_stay() {
    let broken = broken();
    let job = Job::new(&[("web.yaml", &broken)]).with("token", "t0ken");
    job.run();
    let job = job.with("comment-key", "second");
    job.run();
    let firsts: Vec<_> = job.comments().iter().map(|text| text.lines().next().unwrap().to_owned()).collect();
    assert_eq!(firsts, ["<!-- portolan-action: check -->", "<!-- portolan-action: second -->"]);
    let ran = job.with("comment-key", "a --> b").run();
    assert!(ran.status == 2 && ran.log.contains("the comment-key `a --> b`"), "{}", ran.log);
}

#[test]
fn without_token_or_pull_request_or_wish_gh_is_never_called() {
    let broken = broken();
    let job = || Job::new(&[("web.yaml", &broken)]);
    for job in [
        job(),
        job().with("token", "t0ken").in_context("github.event.pull_request.number", ""),
        job().with("token", "t0ken").with("comment", "false"),
    ] {
        assert_eq!(job.run().status, 1);
        assert!(!job.path("gh/calls").exists());
    }
}

#[test]
fn a_token_that_may_not_write_is_a_warning() {
    let job = Job::new(&[("web.yaml", WEB)]).with("token", "t0ken").with("fail-on", "never");
    fs::write(job.path("gh/refuses"), "").unwrap();
    let ran = job.run();
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert!(ran.log.contains("::warning title=portolan::The comment could not be written"), "{}", ran.log);
}

#[test]
fn only_the_comment_knows_the_token() {
    let job = with_stand_in("### Ports\n").with("mode", "diff").with("base", "HEAD").with("token", "t0ken");
    assert_eq!(job.run().status, 0);
    assert_eq!(job.comments().len(), 1);
    assert!(!fs::read_to_string(job.path("gh/environment")).unwrap().contains("t0ken"));
    assert!(!fs::read_to_string(job.path("gh/calls")).unwrap().contains("t0ken"));
}

#[test]
fn fail_on_says_what_fails() {
    let broken = broken();
    for (manifest, value, status) in
        [(broken.as_str(), "never", 0), (broken.as_str(), "error", 1), (broken.as_str(), "eror", 2), (WEB, "info", 0)]
    {
        let ran = Job::new(&[("web.yaml", manifest)]).with("fail-on", value).run();
        assert_eq!(ran.status, status, "{value}: {}", ran.log);
        assert_eq!(ran.outputs["steps.run.outputs.status"], status.to_string());
    }
}

#[test]
fn what_cannot_be_read_fails_and_is_told() {
    let job = Job::new(&[("web.yaml", WEB)]).with("paths", "web.yaml\nmissing").with("fail-on", "never");
    for mode in ["check", "inject"] {
        let ran = Job::new(&[("web.yaml", WEB)]).with("mode", mode).with("paths", "missing").run();
        assert_eq!(ran.status, 2, "{}", ran.log);
        assert!(ran.summary.contains("\n```text\n") && ran.summary.contains("missing"), "{}", ran.summary);
    }
    let job = job.with("token", "t0ken");
    assert_eq!(job.run().status, 2);
    assert!(job.comments()[0].contains("**A part could not be read"), "{}", job.comments()[0]);
}

#[test]
fn sarif_is_given_to_code_scanning_in_place_of_annotations() {
    let job = Job::new(&[("web.yaml", &broken())]).with("sarif", "true");
    let ran = job.run();
    assert_eq!(ran.used, ["github/codeql-action/upload-sarif@v4"]);
    assert!(!ran.log.contains("::error"), "{}", ran.log);
    let sarif = fs::read_to_string(&ran.outputs["steps.run.outputs.sarif"]);
    assert!(sarif.unwrap_or_default().contains("\"P003\""));
    assert!(Job::new(&[("web.yaml", &broken())]).run().used.is_empty());
}

#[test]
fn inject_tells_what_is_stale_and_fills_in_patterns() {
    let readme = "<!-- portolan table k8s -->\nold ```` \n::error::not mine\n<!-- /portolan -->\n";
    let files = [("k8s/web.yaml", WEB), ("README.md", readme), ("a file.md", readme), ("--check.md", readme)];
    let job = Job::new(&files).with("mode", "inject").with("paths", "*.md");
    let ran = job.run();
    assert_eq!(ran.status, 1, "{}", ran.log);
    for name in ["README.md", "a file.md", "--check.md"] {
        assert!(ran.summary.contains(&format!("{name}: 1 block is stale")), "{}", ran.summary);
    }
    assert!(ran.summary.contains("\n`````diff\n") && ran.summary.ends_with("\n`````\n"), "{}", ran.summary);
    assert_eq!(fs::read_to_string(job.path("repo/README.md")).unwrap(), readme, "nothing is written");
    assert!(is_silenced(&ran.log, "::error::not mine"), "{}", ran.log);

    let mut inject = Command::new(env!("CARGO_BIN_EXE_portolan"));
    inject.args(["inject", "README.md"]).current_dir(job.path("repo"));
    assert!(inject.output().unwrap().status.success());
    let ran = job.with("paths", "").run();
    assert_eq!(
        (ran.status, ran.summary.as_str()),
        (0, "### portolan inject\n\nEvery block is fresh.\n"),
        "{}",
        ran.log
    );
}

#[test]
fn a_long_report_is_cut_at_a_line_and_its_fence_closed() {
    let readme = format!("<!-- portolan table k8s -->\n{}<!-- /portolan -->\n", "a stale line ```\n".repeat(9000));
    let ran = Job::new(&[("k8s/web.yaml", WEB), ("README.md", &readme)]).with("mode", "inject").run();
    assert_eq!(ran.status, 1);
    assert!(ran.summary.len() < 65_000, "{}", ran.summary.len());
    assert!(ran.summary.ends_with("\n-a stale line ```\n````\n\nThe rest is in the log of the run.\n"));
    assert!(ran.log.matches("-a stale line").count() == 9000, "the log has all of it");
}

/// Does every line with this text stand where the runner obeys nothing?
fn is_silenced(log: &str, text: &str) -> bool {
    let mut end = None;
    let mut seen = 0;
    for line in log.lines() {
        match (&end, line.strip_prefix("::stop-commands::")) {
            (None, Some(token)) => end = Some(format!("::{token}::")),
            (None, None) if line.contains(text) => return false,
            (Some(token), _) if line == token => end = None,
            (Some(_), _) if line.contains(text) => seen += 1,
            _ => {}
        }
    }
    seen > 0 && end.is_none()
}

#[test]
fn no_shell_looks_at_inputs() {
    let hostile = "$(touch pwned) `touch pwned` ; touch pwned # && touch pwned | \"'\n--output=pwned\n";
    for (mode, inputs) in [
        ("check", &["paths", "args", "fail-on", "sarif", "comment", "comment-key", "binary", "version"][..]),
        ("inject", &["paths", "args"]),
        ("diff", &["paths", "args", "fail-on", "base", "mode"]),
    ] {
        for input in inputs {
            let value = hostile.replace("--output=pwned", if *input == "args" { "" } else { "--output=pwned" });
            let job = Job::new(&[("web.yaml", &broken())]).with("mode", mode).with("token", "t0ken");
            let job = if *input == "version" { job.with("binary", "") } else { job };
            let job = job.with(input, &value);
            job.run();
            assert!(!job.path("repo/pwned").exists(), "{input}, {mode}");
        }
    }
}

#[test]
fn diff_compares_with_what_the_pull_request_would_be_merged_into() {
    let job = with_stand_in("### Ports\n").with("mode", "diff").in_context("GITHUB_BASE_REF", "main");
    let base = job.git(&["rev-parse", "HEAD"]);
    job.git(&["checkout", "--quiet", "-b", "change"]);
    job.commit(&[("web.yaml", &broken())]);
    job.git(&["checkout", "--quiet", "--detach", "main"]);
    job.git(&["merge", "--quiet", "--no-ff", "--message=merge", "change"]);
    let merge = job.git(&["rev-parse", "HEAD"]);
    // As the runner does it: nothing but the merge is fetched.
    job.git(&["update-ref", "refs/pull/7/merge", &merge]);
    let (repo, shared) = (job.path("repo"), job.path("shared"));
    fs::rename(&repo, &shared).unwrap();
    fs::create_dir(&repo).unwrap();
    job.git(&["init", "--quiet"]);
    let from = format!("file://{}", shared.display());
    job.git(&["remote", "add", "origin", &from]);
    job.git(&["fetch", "--quiet", "--depth=1", "origin", "refs/pull/7/merge"]);
    job.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);

    let job = job.in_context("GITHUB_REF", "refs/pull/7/merge").in_context("GITHUB_SHA", &merge);
    let ran = job.run();
    assert_eq!(ran.status, 0, "{}", ran.log);
    let expected = format!("[diff][--base={base}][--no-merge-base][--fail-on=any][--][.]\n");
    assert!(arguments(&job).contains(&expected), "{}", arguments(&job));
    job.git(&["cat-file", "-e", &base]);

    // The branch itself is checked out, without the other branch's history.
    let ran = job.in_context("GITHUB_SHA", "another").run();
    assert!(ran.status == 2 && ran.log.contains("check out with fetch-depth: 0"), "{}", ran.log);
}

#[test]
fn diff_outside_of_pull_requests_needs_a_base() {
    let job = with_stand_in("").with("mode", "diff");
    let ran = job.run();
    assert!(ran.status == 2 && ran.log.contains("mode diff needs the input base"), "{}", ran.log);
    let job = job.with("base", "v1.0").with("paths", "k8s\n  a b\n").with("args", "--render  never\n--complete");
    assert_eq!(job.run().status, 0);
    let expected = "[diff][--render][never][--complete][--base=v1.0][--fail-on=any][--][k8s][a b]\n";
    assert!(arguments(&job).ends_with(expected), "{}", arguments(&job));
}

#[test]
fn diff_fails_only_on_what_is_named_and_comments_only_where_something_differs() {
    let job = |marks, fail_on| {
        let job = with_stand_in(marks).with("mode", "diff").with("base", "HEAD").with("token", "t0ken");
        job.with("fail-on", fail_on)
    };
    for (marks, fail_on, status, comments) in [
        ("### Ports\n", "", 0, 1),
        ("### Ports\n", "exposure", 1, 1),
        ("### Ports\n", "never", 0, 1),
        ("", "any", 0, 0),
    ] {
        let job = job(marks, fail_on);
        let ran = job.run();
        assert_eq!((ran.status, job.comments().len()), (status, comments), "{fail_on}: {}", ran.log);
    }
    let long = format!("{}end\n", "a line of the report\n".repeat(5000));
    let job = job(&long, "");
    job.run();
    let comment = &job.comments()[0];
    assert!(comment.chars().count() <= 65_536 && comment.len() > 60_000);
    assert!(comment.ends_with("a line of the report\n\nThe rest is in the summary of the run.\n"));
}

#[test]
fn diff_shows_a_reviewer_what_a_change_exposes() {
    let job = Job::new(&[("web.yaml", WEB)]).with("mode", "diff").with("base", "HEAD~1").with("token", "t0ken");
    job.commit(&[("web.yaml", &WEB.replace("spec: {selector", "spec: {type: LoadBalancer, selector"))]);
    let job = job.with("fail-on", "exposure");
    let ran = job.run();
    assert_eq!(ran.status, 1, "{}", ran.log);
    let comments = job.comments();
    assert!(comments[0].starts_with("<!-- portolan-action: diff -->\n**") && comments[0].contains("LoadBalancer"));

    job.commit(&[]);
    assert_eq!(job.run().status, 0, "nothing differs from the last commit");
    assert!(job.comments()[0].contains("No port, way in, call or finding differs."), "{:?}", job.comments());
}

#[test]
fn a_release_is_packaged_downloaded_and_proven() {
    let job = Job::new(&[("web.yaml", WEB)]);
    let version = env!("CARGO_PKG_VERSION");
    let release = job.path(&format!("o/portolan/releases/download/v{version}"));
    // A large program takes long to pack; what is packed here calls it.
    let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_portolan"));
    write_program(&job.path("portolan"), &script);
    let package = root().join(".github/release/package.sh");
    let run = Command::new(package).arg("x86_64-unknown-linux-musl").arg(job.path("portolan")).arg(&release).output();
    let run = run.unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let sums = "(sha256sum -- *.tar.gz || shasum -a 256 -- *.tar.gz) >SHA256SUMS";
    assert!(Command::new("sh").args(["-c", sums]).current_dir(&release).status().unwrap().success());

    let server = format!("file://{}", job.path("").display());
    let job = job.with("binary", "").in_context("GITHUB_SERVER_URL", server.trim_end_matches('/'));
    let job = job.in_context("github.action_ref", "v0");
    let ran = job.run();
    assert_eq!(ran.status, 0, "{}", ran.log);
    let folder = fs::read_to_string(job.path("temp/path")).unwrap();
    for file in ["portolan", "LICENSE-MIT", "completions/portolan.fish", "man/man1/portolan-check.1"] {
        assert!(std::path::Path::new(folder.trim()).join(file).exists(), "{file}");
    }

    let job = job.with("version", "v9.9.9");
    let ran = job.run();
    assert!(ran.status == 2 && ran.log.contains("cannot download"), "{}", ran.log);
    fs::write(release.join("SHA256SUMS"), format!("{}  portolan-x86_64-unknown-linux-musl.tar.gz\n", "0".repeat(64)))
        .unwrap();
    let ran = job.with("version", version).run();
    assert!(ran.status == 2 && ran.log.contains("is not the file that SHA256SUMS tells of"), "{}", ran.log);
}

#[test]
fn releases_hold_every_archive_that_the_action_asks_for() {
    let asked = fs::read_to_string(root().join(".github/action/install.sh")).unwrap();
    let built = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let targets = |text: &str, before: &str, after: &str| {
        let parts = text.split(before).skip(1).filter_map(|rest| rest.split_once(after));
        let mut targets: Vec<_> = parts.map(|(target, _)| target.to_owned()).filter(|t| !t.contains(' ')).collect();
        targets.sort();
        targets
    };
    let asked = targets(&asked, "echo portolan-", ".tar.gz");
    assert_eq!(asked, targets(&built, "{target: ", ","));
    assert_eq!(asked.len(), 5);
}

#[test]
fn release_notes_are_the_changelogs_and_the_tag_is_the_version() {
    let place = tempfile::tempdir().unwrap();
    let script = place.path().join(".github/release/notes.sh");
    write_program(&script, &fs::read_to_string(root().join(".github/release/notes.sh")).unwrap());
    fs::write(place.path().join("Cargo.toml"), "[package]\nversion = \"1.2.3\"\n").unwrap();
    let log = "# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 - 2030-01-01\n\n- now\n\n## 1.2.2\n\n- then\n";
    fs::write(place.path().join("CHANGELOG.md"), log).unwrap();
    let notes = |tag: &str| Command::new(&script).arg(tag).output().unwrap();
    assert_eq!(String::from_utf8(notes("v1.2.3").stdout).unwrap().trim(), "- now");
    assert!(!notes("v1.2.4").status.success());
    fs::write(place.path().join("CHANGELOG.md"), "## 1.2.2\n\n- then\n").unwrap();
    assert!(!notes("v1.2.3").status.success());
}

#[test]
fn a_comment_is_found_by_its_author_and_first_line() {
    let answer = r##"{"data": {"repository": {"pullRequest": {"comments": {"nodes": [
        {"databaseId": 1, "viewerDidAuthor": false, "body": "<!-- portolan-action: diff -->\nfrom someone else"},
        {"databaseId": 2, "viewerDidAuthor": true, "body": "hello"},
        {"databaseId": 3, "viewerDidAuthor": true, "body": "<!-- portolan-action: diff -->\r\nours"}]}}}}}"##;
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("answer.json"), answer).unwrap();
    let filter = root().join(".github/action/comments.jq");
    let run = Command::new("jq").arg("-rf").arg(filter).arg(place.path().join("answer.json")).output();
    let Ok(run) = run else {
        assert!(std::env::var_os("PORTOLAN_RENDERERS").is_none(), "CI has jq");
        return;
    };
    assert_eq!(String::from_utf8(run.stdout).unwrap(), "2 hello\n3 <!-- portolan-action: diff -->\n");
}
