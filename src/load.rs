//! Reading: paths in, [`Sources`] out. The only room that touches files and standard input.
//!
//! What cannot be read is told ([`Problem`]) and never stops the rest. The result does not depend on the order of the
//! paths, and a file that several paths lead to is read once.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, ErrorKind, Read},
    path::{Component, Path, PathBuf},
};

use ignore::WalkBuilder;

use crate::problem::{Place, Problem};
use crate::source::{STDIN, Source, Sources};

/// What was read, and what could not be.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Every text.
    pub(crate) sources: Sources,
    /// Everything the user asked for that gave no text, in the order of the places.
    pub(crate) problems: Vec<Problem>,
}

/// A file to read.
struct File {
    name: String,
    path: PathBuf,
    /// Named by the user, not met in a folder.
    explicit: bool,
}

/// The endings of the files that are read from folders, as kubectl has them.
const MANIFEST_ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The largest text in bytes (512 MiB). Spans count bytes in 32 bits, so it may not reach `u32::MAX`; it also bounds what a
/// device or an endless pipe can do.
const MAX_BYTES: u64 = 512 << 20;

/// Reads the files and folders, and standard input where a path is `-`.
pub(crate) fn load(paths: &[PathBuf], stdin: impl Read) -> Loaded {
    let (dashes, paths): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.as_os_str() == "-");
    let (files, mut problems) = split(paths.into_iter().flat_map(|path| find(path)));
    let piped = dashes.first().map(|_| read(STDIN.to_owned(), stdin, true));
    let (texts, unread) = split(unique(files).into_iter().map(read_file).chain(piped));
    problems.extend(unread);
    problems.sort();
    problems.dedup();
    Loaded { sources: Sources::new(texts), problems }
}

fn split<T>(results: impl Iterator<Item = Result<T, Problem>>) -> (Vec<T>, Vec<Problem>) {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(problem) => problems.push(problem),
        }
    }
    (values, problems)
}

/// The files that one path of the command line stands for.
fn find(path: &Path) -> Vec<Result<File, Problem>> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => find_in_folder(path),
        Ok(_) => vec![Ok(File { name: name_of(path), path: path.to_owned(), explicit: true })],
        Err(error) if error.kind() == ErrorKind::NotFound => vec![Err(missing(path))],
        Err(error) => vec![Err(unreadable(name_of(path), &error))],
    }
}

/// The manifest files below a folder. As with kubectl, a link to a file is followed and a link to a folder is not, so
/// cycles cannot be met. The `.gitignore` files of the project count, a person's own git settings do not: the
/// same folder gives the same files on every machine.
fn find_in_folder(folder: &Path) -> Vec<Result<File, Problem>> {
    let walk = WalkBuilder::new(folder).require_git(false).ignore(false).git_global(false).git_exclude(false).build();
    let files: Vec<_> = walk.filter_map(|entry| file_of(folder, entry)).collect();
    if files.is_empty() { vec![Err(empty(folder))] } else { files }
}

fn file_of(folder: &Path, entry: Result<ignore::DirEntry, ignore::Error>) -> Option<Result<File, Problem>> {
    match entry {
        Ok(entry) if is_manifest(entry.path()) => {
            let path = entry.into_path();
            Some(Ok(File { name: name_of(&path), path, explicit: false }))
        }
        Ok(_) => None,
        Err(error) => Some(Err(unwalkable(folder, error))),
    }
}

/// A regular file with the right ending, or a link to one. A link that leads nowhere is kept, so that reading it tells.
/// Pipes and sockets are passed over: reading them could wait for ever.
fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|ending| MANIFEST_ENDINGS.iter().any(|known| ending == *known))
        && fs::metadata(path).map_or(true, |found| found.is_file())
}

/// Each file once, however many paths lead to it: under the name the user gave, else under the first of its names.
fn unique(mut files: Vec<File>) -> Vec<File> {
    files.sort_by(|a, b| (!a.explicit, &a.name).cmp(&(!b.explicit, &b.name)));
    let mut seen = BTreeSet::new();
    // What has no canonical path (`/dev/fd/63` from a shell's `<(…)`, a broken link) is known by the path it has.
    files.retain(|file| seen.insert(fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone())));
    files
}

/// The path as the user would write it: with `/`, without `./` in front or in the middle.
fn name_of(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let name = parts.collect::<PathBuf>().to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    match (name.as_str(), path.as_os_str().is_empty()) {
        (_, true) => "''".to_owned(),
        ("", false) => ".".to_owned(),
        _ => name,
    }
}

fn read_file(file: File) -> Result<Source, Problem> {
    match fs::File::open(&file.path) {
        Ok(opened) => read(file.name, opened, file.explicit),
        Err(error) => Err(unreadable(file.name, &error)),
    }
}

fn read(name: String, from: impl Read, explicit: bool) -> Result<Source, Problem> {
    match read_bytes(from, MAX_BYTES) {
        Ok(Some(bytes)) => Ok(Source { text: decode(&name, bytes)?, name, explicit }),
        Ok(None) => Err(too_large(name)),
        Err(error) => Err(unreadable(name, &error)),
    }
}

/// All bytes, or `None` where there are more than `most`.
fn read_bytes(from: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let count = from.take(most + 1).read_to_end(&mut bytes)?;
    Ok((count as u64 <= most).then_some(bytes))
}

/// UTF-8, without the byte order mark that some editors put in front.
fn decode(name: &str, mut bytes: Vec<u8>) -> Result<String, Problem> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(utf_16(name));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        not_utf_8(name, good.filter(|byte| **byte == b'\n').count() + 1)
    })
}

fn problem(name: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::error(Place::Source(name.into()), message, Some(help.into()))
}

fn missing(path: &Path) -> Problem {
    let name = name_of(path);
    let help = if path.as_os_str().is_empty() {
        "one of the arguments is empty; is it a variable that has no value?".to_owned()
    } else if name.starts_with("http:/") || name.starts_with("https:/") {
        "only files and folders are read; fetch it first and pipe it in: curl -fsSL URL | portolan … -".to_owned()
    } else if name.contains(['*', '?']) {
        "patterns are the shell's to expand, and this one matched nothing; name the folder to read all of it".to_owned()
    } else {
        nearest(path)
    };
    problem(name, "there is no such file or folder", help)
}

/// Which part of a missing path is there.
fn nearest(path: &Path) -> String {
    let there = path.ancestors().skip(1).find(|above| !above.as_os_str().is_empty() && above.exists());
    match there {
        Some(above) => format!("{} is there; look for the right name below it", name_of(above)),
        None => "paths are relative to the folder you are in; check the name".to_owned(),
    }
}

fn empty(folder: &Path) -> Problem {
    problem(
        name_of(folder),
        "no manifest is found in this folder",
        "files that end in .yaml, .yml or .json are read; hidden and git-ignored ones are passed over unless named one by one",
    )
}

fn unreadable(name: String, error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => problem(name, "this link leads to a file that is not there", "mend or remove the link"),
        ErrorKind::PermissionDenied => {
            problem(name, "this cannot be read: permission denied", "ask for read permission, or leave it out")
        }
        // The kind's own words are the same on every system; the error's are not.
        kind => Problem::error(Place::Source(name), format!("this cannot be read: {kind}"), None),
    }
}

fn unwalkable(folder: &Path, error: ignore::Error) -> Problem {
    let name = name_of(path_of(&error).unwrap_or(folder));
    unreadable(name, &error.into_io_error().unwrap_or_else(|| ErrorKind::Other.into()))
}

/// The path that an error while walking is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn too_large(name: String) -> Problem {
    let message = format!("this is larger than {} MiB, the most that is read as one text", MAX_BYTES >> 20);
    problem(name, message, "split it at its `---` lines, or take out what has no ports")
}

fn utf_16(name: &str) -> Problem {
    problem(
        name,
        "this is UTF-16 text; manifests are UTF-8",
        "save it as UTF-8; in PowerShell, write it with: … | Out-File -Encoding utf8 FILE",
    )
}

fn not_utf_8(name: &str, line: usize) -> Problem {
    problem(name, format!("line {line} is not UTF-8 text"), "save it as UTF-8, or leave it out")
}

#[cfg(test)]
mod tests;
