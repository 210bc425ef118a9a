//! The order of the rooms: each uses only those above it. Reads the `use` lines and paths of the sources.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up; rooms on one line do not know each other.
const LAYERS: &[&[&str]] = &[
    &["patch", "visible", "share", "name"],
    &["source"],
    &["problem"],
    &["load", "write", "yaml"],
    &["manifest"],
    &["graph"],
    &["check"],
    &["diff"],
    &["view", "report", "fix", "inject"],
    &["cli", "config"],
    &["run"],
    &["main", "lib", "fuzzing"],
];

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The room a file belongs to: `src/graph/select.rs` is in `graph`.
fn room(file: &Path, sources: &Path) -> String {
    let first = file.strip_prefix(sources).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

/// The rooms that a text names as `crate::room`, comments and the tests at the end of a file apart.
fn named(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let paths = lines.flat_map(|line| line.match_indices("crate::").map(|(at, what)| &line[at + what.len()..]));
    let mut rooms = Vec::new();
    for path in paths {
        // `use crate::{load, manifest, write};`
        let names = path.strip_prefix('{').map_or(path, |group| group.split('}').next().unwrap_or_default());
        let names: Vec<&str> = if path.starts_with('{') { names.split(',').collect() } else { vec![names] };
        for name in names {
            rooms.push(name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

#[test]
fn every_room_uses_only_those_above_it() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&sources, &mut files);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for file in files.iter().filter(|file| !file.components().any(|part| part.as_os_str() == "tests")) {
        let own = room(file, &sources);
        let own_layer = layer(&own).unwrap_or_else(|| {
            panic!("{} is in no layer: add it to LAYERS and to the map in src/lib.rs", file.display())
        });
        for other in named(&fs::read_to_string(file).unwrap()) {
            let Some(other_layer) = layer(&other) else { continue };
            checked += 1;
            if other != own && other_layer >= own_layer {
                wrong.push(format!("{}: `{own}` uses `{other}`", file.display()));
            }
        }
    }
    assert!(checked > 30, "only {checked} uses were found; does this test still read the sources?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
