//! The README's commands work as they stand: each line of its `sh` blocks that runs portolan is run, in a copy of the examples.

#![cfg(unix)] // The commands are for a POSIX shell.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The lines of the `sh` fences of a Markdown text.
fn shell_lines(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        match line.trim() {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() && !line.starts_with('#') => lines.push(line),
            _ => {}
        }
    }
    lines
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn every_command_of_the_readme_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().unwrap();
    copy(&root.join("examples"), &place.path().join("examples"));
    let program = Path::new(env!("CARGO_BIN_EXE_portolan")).parent().unwrap().to_path_buf();
    let path =
        std::env::join_paths([program].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())))
            .unwrap();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut ran = 0;
    let has_renderers = std::env::var_os("PORTOLAN_RENDERERS").is_some();
    for line in shell_lines(&readme) {
        // These need helm and kustomize, which CI has.
        if !has_renderers && ["examples/helm-chart", "examples/kustomize"].iter().any(|folder| line.contains(folder)) {
            continue;
        }
        // The first command builds the program, which this test has already; what needs other programs is not ours to try here.
        let line = line.replace("cargo run -- ", "portolan ");
        if !(line.starts_with("portolan ") || line.starts_with("cat ")) {
            assert!(
                ["cargo ", "helm ", "kubectl ", "kustomize "].iter().any(|other| line.starts_with(other)),
                "who runs `{line}`?"
            );
            continue;
        }
        let run = Command::new("sh").args(["-c", &line]).current_dir(place.path()).env("PATH", &path).output().unwrap();
        assert!(run.status.success(), "{line}\n{}", String::from_utf8_lossy(&run.stderr));
        ran += 1;
    }
    assert!(ran >= 6, "only {ran} commands were run");
}
