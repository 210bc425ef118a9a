//! Every example and the README show what portolan really prints: their blocks are fresh, as `portolan inject --check` sees it.
//!
//! `PORTOLAN_UPDATE=1 cargo test --test examples` fills them anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPEN: &str = "<!-- portolan ";

/// Examples that only renderers can read.
const RENDERED: [&str; 2] = ["examples/helm-chart", "examples/kustomize"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Markdown files with blocks: the README, the examples, the docs. Without helm and kustomize, those that need them are left out,
/// unless `PORTOLAN_RENDERERS` says that they must be there.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md")];
    for folder in ["examples", "docs"] {
        markdown_files(&root().join(folder), &mut found);
    }
    if std::env::var_os("PORTOLAN_RENDERERS").is_none() && !has_renderers() {
        found.retain(|path| !RENDERED.iter().any(|folder| path.starts_with(root().join(folder))));
    }
    found.retain(|path| fs::read_to_string(path).unwrap().lines().any(|line| line.starts_with(OPEN)));
    found.sort();
    found
}

fn has_renderers() -> bool {
    let is_there = |program: &str| Command::new(program).arg("version").output().is_ok_and(|run| run.status.success());
    is_there("helm") && is_there("kustomize")
}

fn markdown_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

#[test]
fn every_block_shows_what_portolan_prints() {
    let documents = documents();
    assert!(documents.len() >= 8, "only {} documents have blocks", documents.len());
    let update = std::env::var_os("PORTOLAN_UPDATE").is_some();
    let mut inject = Command::new(env!("CARGO_BIN_EXE_portolan"));
    inject.arg("inject").args((!update).then_some("--check")).args(&documents).current_dir(root());
    let run = inject.output().unwrap();
    let (diff, told) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "run `PORTOLAN_UPDATE=1 cargo test --test examples`\n{diff}{told}");
}

#[test]
fn every_example_folder_has_a_document_with_blocks() {
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        let text = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(text.contains(OPEN), "{} shows nothing that portolan prints", folder.display());
    }
}
