//! Finding the file of settings.

use std::fs;
use std::path::{Path, PathBuf};

use super::name_of;
use super::text::{problem, read_file};
use crate::problem::Problem;
use crate::source::Source;

/// The name of a file of settings.
pub(crate) const SETTINGS: &str = "portolan.yaml";

/// Reads a file of settings.
///
/// # Errors
/// There is none, or it cannot be read.
pub(crate) fn read_settings(path: &Path) -> Result<Source, Problem> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(problem(
            name_of(path),
            "this is a folder, not a file of settings",
            format!("name the {SETTINGS} in it"),
        )),
        Ok(found) => read_file(super::File {
            name: name_of(path),
            path: path.to_owned(),
            explicit: false,
            regular: found.is_file(),
        }),
        Err(_) => Err(super::missing(path)),
    }
}

/// The nearest file of settings: in the folder of the first path or, for standard input, where one is; else in the folders above,
/// up to that which holds `.git`, for there the project ends.
pub(crate) fn find_settings(paths: &[PathBuf]) -> Option<PathBuf> {
    let first = paths.first().filter(|path| path.as_os_str() != "-").map_or(Path::new("."), PathBuf::as_path);
    let start = fs::canonicalize(first).ok()?;
    let folder = if start.is_dir() { start.as_path() } else { start.parent()? };
    for above in folder.ancestors() {
        let found = above.join(SETTINGS);
        if found.is_file() {
            return Some(as_seen_from_here(&found));
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// The path as one would write it in this folder: below it, or some folders up.
fn as_seen_from_here(path: &Path) -> PathBuf {
    let Ok(here) = std::env::current_dir().and_then(fs::canonicalize) else { return path.to_owned() };
    let up = |(count, above): (usize, &Path)| {
        let below = path.strip_prefix(above).ok()?;
        Some(std::iter::repeat_n("..", count).collect::<PathBuf>().join(below))
    };
    // Where only the root is common, the whole path says more.
    let common = here.ancestors().enumerate().filter(|(_, above)| above.parent().is_some());
    common.map(up).find_map(|found| found).unwrap_or_else(|| path.to_owned())
}

/// Do the paths take in everything below the folder of this file?
pub(crate) fn take_in(paths: &[PathBuf], settings: &Path) -> bool {
    let Some(folder) = fs::canonicalize(settings).ok().and_then(|path| path.parent().map(Path::to_owned)) else {
        return false;
    };
    paths.iter().filter_map(|path| fs::canonicalize(path).ok()).any(|path| folder.starts_with(path))
}

/// The paths without that of the settings, which a shell's `*.yaml` names too; it stays where it is the only one.
pub(crate) fn apart_from(settings: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
    let settings = fs::canonicalize(settings).ok();
    let is_other = |path: &&PathBuf| settings.is_none() || fs::canonicalize(path).ok() != settings;
    let others: Vec<PathBuf> = paths.iter().filter(is_other).cloned().collect();
    if others.is_empty() { paths.to_vec() } else { others }
}
