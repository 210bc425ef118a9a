//! Reading: paths in, [`Sources`] out. The only room that touches files and standard input, and runs other programs.
//!
//! What cannot be read is told ([`Problem`]) and never stops the rest. The result does not depend on the order of the
//! paths, and a file that several paths lead to is read once.

mod git;
mod helm;
mod kustomize;
mod options;
mod origin;
mod program;
mod render;
mod settings;
mod text;
mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, ErrorKind, Read},
    path::{Component, Path, PathBuf},
};

use anyhow::{Result, ensure};
use ignore::WalkBuilder;

use crate::problem::{Place, Problem};
use crate::source::{STDIN, Source, Sources};
pub use options::{Base, Release, Render, Rendering, Rev};
use render::{Kind, Unit};
use text::{problem, read, read_file, unreadable};

pub(crate) use settings::{apart_from, find_settings, read_settings, take_in};

/// What was read, and what could not be.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Every text.
    pub(crate) sources: Sources,
    /// The files that were read, by the names of their sources; what was piped in or rendered is none.
    pub(crate) files: BTreeMap<String, PathBuf>,
    /// Everything the user asked for that gave no text, in the order of the places.
    pub(crate) problems: Vec<Problem>,
}

/// Where files, and what has to be rendered, are found.
enum Found {
    File(File),
    Unit(Unit),
}

/// A file to read.
struct File {
    name: String,
    path: PathBuf,
    /// Named by the user, not met in a folder.
    explicit: bool,
    /// A file like most, when it was found: no pipe, and no device.
    regular: bool,
}

/// The endings of the files that are read from folders, as kubectl has them.
const MANIFEST_ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// Reads one text as it is, with its byte order mark and its line ends.
///
/// # Errors
/// It cannot be read, or is no UTF-8.
pub(crate) fn read_text(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// Reads the files and folders, and standard input where a path is `-`. Kustomizations and charts are rendered, if that is wished,
/// for the namespace.
pub(crate) fn load(paths: &[PathBuf], rendering: &Rendering, namespace: &str, stdin: impl Read) -> Loaded {
    let Texts { texts, rendered, files, problems } = read_all(paths, rendering, namespace, stdin);
    Loaded { sources: Sources::with_rendered(texts, rendered), files, problems }
}

/// What two sides of a comparison are made of.
pub(crate) struct Sides {
    /// What was.
    pub(crate) base: Loaded,
    /// What is now.
    pub(crate) head: Loaded,
}

/// Reads files and folders as they are, and as they were in a revision of the repository that we are in. A path need not be there on
/// both sides.
///
/// # Errors
/// There is no git, no repository or no such revision; a path is `-` or not in the repository.
pub(crate) fn load_since(base: &Base, paths: &[PathBuf], rendering: &Rendering, namespace: &str) -> Result<Sides> {
    ensure!(
        !paths.iter().any(|path| path.as_os_str() == "-"),
        "standard input is in no revision; name files and folders with --base"
    );
    let checkout = git::Checkout::new(base, paths, rendering.render)?;
    let was: Vec<Option<PathBuf>> = paths.iter().map(|path| checkout.path(path)).collect();
    let is_gone = |(path, was): &(&PathBuf, &Option<PathBuf>)| was.is_some() && !path.exists();
    let now: Vec<PathBuf> =
        paths.iter().zip(&was).filter(|side| !is_gone(side)).map(|(path, _)| path.clone()).collect();
    let was: Vec<PathBuf> = was.into_iter().flatten().collect();
    let old = read_all(&was, &checkout.rendering(rendering), namespace, io::empty());
    let head = load(&now, rendering, namespace, io::empty());
    Ok(Sides { base: old.called(checkout.root(), &checkout.commit), head })
}

/// Everything that was read, before it is put in order.
struct Texts {
    texts: Vec<Source>,
    rendered: Vec<Source>,
    files: BTreeMap<String, PathBuf>,
    problems: Vec<Problem>,
}

impl Texts {
    /// The same under names as git has them: `1a2b3c4:k8s/web.yaml`.
    fn called(self, root: &Path, commit: &str) -> Loaded {
        let root = format!("{}/", name_of(root));
        let called = |name: String| name.replace(&root, &format!("{commit}:"));
        let rename = |source: Source| Source { name: called(source.name), ..source };
        let told = |problem: Problem| Problem {
            place: match problem.place {
                Place::Source(name) => Place::Source(called(name)),
                Place::Span(span) => Place::Span(span),
            },
            message: called(problem.message),
            help: problem.help.map(called),
            ..problem
        };
        let [texts, rendered] = [self.texts, self.rendered].map(|sources| sources.into_iter().map(rename).collect());
        let problems = self.problems.into_iter().map(told).collect();
        // Nothing is ever written there.
        Loaded { sources: Sources::with_rendered(texts, rendered), files: BTreeMap::new(), problems }
    }
}

fn read_all(paths: &[PathBuf], rendering: &Rendering, namespace: &str, stdin: impl Read) -> Texts {
    let (dashes, paths): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.as_os_str() == "-");
    let (found, mut problems) = split(paths.into_iter().flat_map(|path| find(path, rendering.render)));
    let piped = dashes.first().map(|_| read(STDIN.to_owned(), stdin, true));
    let (mut files, mut units) = (Vec::new(), Vec::new());
    for found in found {
        match found {
            Found::File(file) => files.push(file),
            Found::Unit(unit) => units.push(unit),
        }
    }
    let rendered = render::render(unique(files), units, rendering, namespace);
    let files = rendered.files.iter().map(|file| (file.name.clone(), file.path.clone())).collect();
    let (texts, unread) = split(rendered.files.into_iter().map(read_file).chain(piped));
    problems.extend(unread);
    problems.extend(rendered.problems);
    problems.sort();
    problems.dedup();
    Texts { texts, rendered: rendered.sources, files, problems }
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

/// What one path of the command line stands for: files, or what has to be rendered.
fn find(path: &Path, render: Render) -> Vec<Result<Found, Problem>> {
    if render == Render::Auto
        && let Some(unit) = Unit::named(path)
    {
        return vec![Ok(Found::Unit(unit))];
    }
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => find_in_folder(path, render),
        Ok(found) => vec![Ok(Found::File(File {
            name: name_of(path),
            path: path.to_owned(),
            explicit: true,
            regular: found.is_file(),
        }))],
        Err(error) if error.kind() == ErrorKind::NotFound => vec![Err(missing(path))],
        Err(error) => vec![Err(unreadable(name_of(path), &error))],
    }
}

/// The manifest files below a folder. As with kubectl, a link to a file is followed and a link to a folder is not, so
/// cycles cannot be met. The `.gitignore` files of the project count, a person's own git settings do not: the
/// same folder gives the same files on every machine.
fn find_in_folder(folder: &Path, render: Render) -> Vec<Result<Found, Problem>> {
    let walk = WalkBuilder::new(folder).require_git(false).ignore(false).git_global(false).git_exclude(false).build();
    let files: Vec<_> = walk.filter_map(|entry| file_of(folder, entry, render)).collect();
    if files.is_empty() { vec![Err(empty(folder))] } else { files }
}

fn file_of(
    folder: &Path,
    entry: Result<ignore::DirEntry, ignore::Error>,
    render: Render,
) -> Option<Result<Found, Problem>> {
    match entry {
        // A chart or kustomization is known by one of its files, which need not end as manifests do.
        Ok(entry) if is_named_so(entry.path(), render) && may_be_read(entry.path()) => {
            let path = entry.into_path();
            Some(Ok(Found::File(File { name: name_of(&path), regular: path.is_file(), path, explicit: false })))
        }
        Ok(_) => None,
        Err(error) => Some(Err(unwalkable(folder, error))),
    }
}

/// Does it end as manifests do, or is it what makes its folder a chart or a kustomization?
fn is_named_so(path: &Path, render: Render) -> bool {
    path.extension().is_some_and(|ending| MANIFEST_ENDINGS.iter().any(|known| ending == *known))
        || render == Render::Auto && Kind::of_marker(path).is_some()
}

/// A regular file, or a link to one. A link that leads nowhere is kept, so that reading it tells. Pipes and sockets are passed over:
/// reading them could wait for ever.
fn may_be_read(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file())
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

#[cfg(test)]
mod tests;
