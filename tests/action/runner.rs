//! A small runner of composite actions: steps, their environment, their outputs. Of GitHub's expressions it knows those that
//! `action.yml` has.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

/// What stands for GitHub's own program: it keeps comments as files, and refuses without a token.
const GH: &str = r##"#!/bin/sh
printf '%s\n' "$*" >>"$FAKE_GH/calls"
[ -n "$GH_TOKEN" ] || { echo 'gh: no token' >&2; exit 4; }
[ ! -e "$FAKE_GH/refuses" ] || { echo 'gh: HTTP 403' >&2; exit 1; }
for last; do :; done
case "$*" in
*graphql*)
    for file in "$FAKE_GH"/comments/*; do
        [ ! -e "$file" ] || printf '%s %s\n' "${file##*/}" "$(head -n 1 "$file")"
    done ;;
*"--method POST repos/o/r/issues/7/comments"*) cp "${last#body=@}" "$FAKE_GH/comments/$(($(ls "$FAKE_GH/comments" | wc -l) + 1))" ;;
*"--method PATCH repos/o/r/issues/comments/"*) cp "${last#body=@}" "$FAKE_GH/comments/$(printf '%s' "$5" | sed 's|.*/||')" ;;
*) exit 1 ;;
esac
"##;

/// A job of one repository, in which the action is run, as often as one likes.
pub(crate) struct Job {
    place: TempDir,
    /// The values that stand in a workflow under `with`.
    inputs: BTreeMap<String, String>,
    /// What `github` and the environment say.
    context: BTreeMap<String, String>,
}

/// What one run of the action came to.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) log: String,
    pub(crate) summary: String,
    /// `step.output` to value.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The actions of others that would have been used.
    pub(crate) used: Vec<String>,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The action as it is published.
pub(crate) fn action() -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap()
}

/// Makes a program of a script.
pub(crate) fn write_program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

impl Job {
    /// A pull request, number 7, in a repository with these files and one commit.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let job = Self {
            place: tempfile::tempdir().unwrap(),
            inputs: BTreeMap::from([("binary".to_owned(), env!("CARGO_BIN_EXE_portolan").to_owned())]),
            context: BTreeMap::from([
                ("github.event.pull_request.number".to_owned(), "7".to_owned()),
                ("github.action_repository".to_owned(), "o/portolan".to_owned()),
                ("github.action_ref".to_owned(), "main".to_owned()),
            ]),
        };
        fs::create_dir_all(job.path("gh/comments")).unwrap();
        fs::create_dir_all(job.path("temp")).unwrap();
        write_program(&job.path("bin/gh"), GH);
        fs::create_dir_all(job.path("repo")).unwrap();
        job.git(&["init", "--quiet", "--initial-branch=main"]);
        job.commit(files);
        job
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn with(mut self, input: &str, value: &str) -> Self {
        self.inputs.insert(input.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn in_context(mut self, name: &str, value: &str) -> Self {
        self.context.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes files and commits them; says which commit it is.
    pub(crate) fn commit(&self, files: &[(&str, &str)]) -> String {
        for (name, text) in files {
            let path = self.path("repo").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let run = self.command("git").args(args).output().unwrap();
        assert!(run.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap().trim().to_owned()
    }

    /// The comments of the pull request, in order.
    pub(crate) fn comments(&self) -> Vec<String> {
        let mut files: Vec<_> =
            fs::read_dir(self.path("gh/comments")).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }

    /// A program in the repository, in an environment that holds nothing of ours.
    fn command(&self, program: &str) -> Command {
        let ours = std::env::var_os("PATH").unwrap();
        let paths = [self.path("bin")].into_iter().chain(std::env::split_paths(&ours));
        let mut command = Command::new(program);
        command.current_dir(self.path("repo")).env_clear().env("PATH", std::env::join_paths(paths).unwrap());
        command.env("HOME", self.place.path()).env("FAKE_GH", self.path("gh"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "someone").env(format!("GIT_{who}_EMAIL"), "someone@example.com");
        }
        command
    }

    /// Runs the steps of the action until one fails.
    pub(crate) fn run(&self) -> Ran {
        let action = action();
        let mut known = self.context.clone();
        for (name, input) in action["inputs"].as_mapping().unwrap() {
            let name = name.as_str().unwrap();
            let value = self.inputs.get(name).map_or(input["default"].as_str().unwrap(), String::as_str);
            known.insert(format!("inputs.{name}"), value.to_owned());
        }
        let mut ran =
            Ran { status: 0, log: String::new(), summary: String::new(), outputs: BTreeMap::new(), used: Vec::new() };
        let summary = self.path("temp/summary");
        fs::write(&summary, "").unwrap();
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            if ran.status == 0 && is_wanted(step, &known) {
                self.step(step, &mut known, &mut ran);
            }
        }
        ran.summary = fs::read_to_string(&summary).unwrap();
        ran.outputs = known;
        ran
    }

    fn step(&self, step: &Value, known: &mut BTreeMap<String, String>, ran: &mut Ran) {
        if let Some(other) = step["uses"].as_str() {
            ran.used.push(other.to_owned());
            return;
        }
        let output = self.path("temp/output");
        fs::write(&output, "").unwrap();
        let mut command = self.command("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
        command.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", self.path("temp/summary"));
        command.env("GITHUB_PATH", self.path("temp/path")).env("RUNNER_TEMP", self.path("temp"));
        command.env("GITHUB_ACTION_PATH", root()).env("GITHUB_REPOSITORY", "o/r");
        command.env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.envs(self.context.iter().filter(|(name, _)| name.starts_with("GITHUB_")));
        for (name, value) in step["env"].as_mapping().unwrap() {
            command.env(name.as_str().unwrap(), evaluated(value.as_str().unwrap(), known));
        }
        let run = command.output().unwrap();
        ran.status = run.status.code().unwrap();
        ran.log += &String::from_utf8_lossy(&run.stdout);
        ran.log += &String::from_utf8_lossy(&run.stderr);
        let id = step["id"].as_str().unwrap();
        for line in fs::read_to_string(&output).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            known.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
    }
}

/// `if: NAME != ''`, the one condition there is.
fn is_wanted(step: &Value, known: &BTreeMap<String, String>) -> bool {
    let Some(condition) = step["if"].as_str() else { return true };
    let name = condition.strip_suffix(" != ''").unwrap();
    known.get(name).is_some_and(|value| !value.is_empty())
}

/// The value of `${{ A || B }}`: the first that is not empty.
fn evaluated(text: &str, known: &BTreeMap<String, String>) -> String {
    let expression = text.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
    let values = expression.split(" || ").map(|name| known.get(name).cloned().unwrap_or_default());
    values.into_iter().find(|value| !value.is_empty()).unwrap_or_default()
}
