//! Every example and the README show what portolan really prints: each block between
//! `<!-- portolan COMMAND PATH… -->` and `<!-- /portolan -->` is compared with what the command says, run in the folder of the file.
//!
//! `PORTOLAN_UPDATE=1 cargo test --test examples` writes the blocks anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPEN: &str = "<!-- portolan ";
const CLOSE: &str = "<!-- /portolan -->";

/// Examples that only renderers can read.
const RENDERED: [&str; 2] = ["examples/helm-chart", "examples/kustomize"];

/// Markdown files with blocks: the README, the examples, the docs. Without helm and kustomize, those that need them are left out,
/// unless `PORTOLAN_RENDERERS` says that they must be there.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    for folder in ["examples", "docs"] {
        markdown_files(&root.join(folder), &mut found);
    }
    if std::env::var_os("PORTOLAN_RENDERERS").is_none() && !has_renderers() {
        found.retain(|path| !RENDERED.iter().any(|folder| path.starts_with(root.join(folder))));
    }
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

/// Runs a block's command in a folder; standard error follows standard output, as on a terminal, where the block asks for it by `2>&1`.
fn print_of(recipe: &str, folder: &Path) -> String {
    let mut words = shell_words(recipe);
    let with_errors = words.last().is_some_and(|word| word == "2>&1") && words.pop().is_some();
    let run = Command::new(env!("CARGO_BIN_EXE_portolan")).args(&words).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    // Findings are what such an example is about.
    let is_fine = run.status.success() || (recipe.starts_with("check") && run.status.code() == Some(1));
    assert!(is_fine || with_errors, "portolan {recipe} in {}:\n{}", folder.display(), text(&run.stderr));
    if with_errors { format!("{}{}", text(&run.stdout), text(&run.stderr)) } else { text(&run.stdout) }
}

/// Words of a recipe; double quotes hold words together.
fn shell_words(recipe: &str) -> Vec<String> {
    let parts = recipe.split('"').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
        })
        .collect()
}

/// The text with every block filled anew, and how many blocks there are. Data and trees, which are no Markdown, stand in a fence.
fn filled(text: &str, folder: &Path) -> (String, usize) {
    let mut out = String::new();
    let (mut blocks, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        if inside && line.trim_end() != CLOSE {
            continue;
        }
        inside = false;
        out.push_str(line);
        if let Some(recipe) = line.strip_prefix(OPEN).and_then(|rest| rest.trim_end().strip_suffix(" -->")) {
            let printed = print_of(recipe, folder);
            let is_markdown =
                !["tree", "graph", "check"].iter().any(|view| recipe.starts_with(view)) && !recipe.ends_with("2>&1");
            out.push_str(&if is_markdown { format!("\n{printed}\n") } else { format!("\n```text\n{printed}```\n\n") });
            (blocks, inside) = (blocks + 1, true);
        }
    }
    assert!(!inside, "a block is not closed");
    (out, blocks)
}

#[test]
fn every_block_shows_what_portolan_prints() {
    let update = std::env::var_os("PORTOLAN_UPDATE").is_some();
    let mut blocks = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        let (fresh, count) = filled(&text, path.parent().unwrap());
        blocks += count;
        if update {
            fs::write(&path, fresh).unwrap();
        } else {
            assert!(text == fresh, "{} is stale: run `PORTOLAN_UPDATE=1 cargo test --test examples`", path.display());
        }
    }
    assert!(blocks >= 20, "only {blocks} blocks were found");
}

#[test]
fn every_example_folder_has_a_document_with_blocks() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for entry in fs::read_dir(examples).unwrap() {
        let folder = entry.unwrap().path();
        let text = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        assert!(text.contains(OPEN), "{} shows nothing that portolan prints", folder.display());
    }
}
