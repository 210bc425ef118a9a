//! A revision of a git repository as input: its files are written to a temporary folder, where renderers find them too.
//!
//! The work tree, the index and the references are only looked at; nothing is fetched, no filter and no hook of the repository runs.

mod asking;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;

use self::asking::{Content, Objects, commit, git, line, short};
use super::options::Base;
use super::render::Kind;
use super::{MANIFEST_ENDINGS, Render, Rendering};

/// Of what is no manifest, and only a renderer may read, files up to this size are written, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// The files of one revision.
pub(super) struct Checkout {
    /// Where they are.
    folder: TempDir,
    /// The commit, in short.
    pub(super) commit: String,
    repository: Repository,
    entries: Vec<Entry>,
}

/// Where a repository is, and where in it we are.
struct Repository {
    top: PathBuf,
    here: PathBuf,
}

/// A file of a revision.
struct Entry {
    path: PathBuf,
    object: String,
    bytes: u64,
    is_link: bool,
}

impl Checkout {
    /// Writes what these paths of a revision may need.
    ///
    /// # Errors
    /// There is no git, no repository or no such revision, or a file cannot be read or written.
    pub(super) fn new(base: &Base, paths: &[PathBuf], render: Render) -> Result<Self> {
        let repository = Repository::here()?;
        let commit = commit(base)?;
        let listed = git(&["ls-tree", "-r", "-z", "-l", "--full-tree", &commit])?;
        let entries: Vec<Entry> = listed.split(|byte| *byte == 0).filter_map(entry).collect();
        let folder =
            tempfile::Builder::new().prefix("portolan-").tempdir().context("no temporary folder can be made")?;
        let commit = short(&commit)?;
        let checkout = Self { folder, commit, repository, entries };
        let inside = paths.iter().map(|path| checkout.repository.inside(path)).collect::<Result<Vec<_>>>()?;
        checkout.write(&inside, render)?;
        Ok(checkout)
    }

    /// The root of its files, which the names of what is read begin with.
    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Where a path is in the revision; `None` where it is not in it.
    pub(super) fn path(&self, path: &Path) -> Option<PathBuf> {
        let inside = self.repository.inside(path).ok()?;
        let is_there = self.entries.iter().any(|entry| entry.path.starts_with(&inside) && entry.is_input(&inside));
        is_there.then(|| self.root().join(inside))
    }

    /// The files with values as they are in the revision; one that is not in it yet is left out.
    pub(super) fn rendering(&self, rendering: &Rendering) -> Rendering {
        let values = rendering.values.iter().filter_map(|path| match self.repository.inside(path) {
            Ok(inside) => Some(self.root().join(inside)).filter(|path| path.is_file()),
            Err(_) => Some(path.clone()),
        });
        Rendering { values: values.collect(), ..rendering.clone() }
    }

    /// Writes the files that are read; where something is to be rendered, all that it may take in, and where there are links, all that
    /// they may lead to.
    fn write(&self, inside: &[PathBuf], render: Render) -> Result<()> {
        let is_asked = |entry: &&Entry| inside.iter().any(|path| entry.path.starts_with(path));
        let renders = |entry: &Entry| render == Render::Auto && entry.makes_unit();
        let reaches_out = self.entries.iter().filter(is_asked).any(|entry| entry.is_link || renders(entry));
        let is_wanted = |entry: &&Entry| {
            let is_read = inside.iter().any(|path| entry.path.starts_with(path) && entry.is_input(path));
            is_read || entry.is_ignore_file() || reaches_out && (entry.is_manifest() || entry.bytes <= MOST_BYTES)
        };
        let (links, files): (Vec<&Entry>, Vec<&Entry>) =
            self.entries.iter().filter(is_wanted).partition(|entry| entry.is_link);
        // Links come last, so that nothing is written through them.
        let mut objects = Objects::new(files.iter().chain(&links).map(|entry| entry.object.as_str()))?;
        for entry in files {
            let content = objects.next(&entry.path)?;
            self.write_file(&entry.path, content).with_context(|| unwritten(&entry.path))?;
        }
        for entry in links {
            let mut target = Vec::new();
            objects.next(&entry.path)?.write_to(&mut target)?;
            self.link(entry, &String::from_utf8_lossy(&target));
        }
        Ok(())
    }

    fn write_file(&self, path: &Path, content: Content<'_>) -> Result<()> {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap_or(self.root()))?;
        content.write_to(&mut File::create(&path)?)
    }

    /// Makes a link, unless it leads out of the revision: what it leads to is not of it.
    fn link(&self, entry: &Entry, target: &str) {
        let folder = entry.path.parent().unwrap_or(Path::new(""));
        let path = self.root().join(&entry.path);
        if Path::new(target).is_relative() && normal(&folder.join(target)).is_some() {
            let _ = path.parent().map(fs::create_dir_all);
            // Where links cannot be made, what they lead to is read where it is.
            let _ = symlink(Path::new(target), &path);
        }
    }
}

fn unwritten(path: &Path) -> String {
    let folder = std::env::temp_dir();
    format!(
        "cannot write {} as it was into {}, the folder for temporary files (TMPDIR may name another)",
        path.display(),
        folder.display()
    )
}

#[cfg(unix)]
fn symlink(target: &Path, path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

impl Entry {
    fn is_manifest(&self) -> bool {
        self.path.extension().is_some_and(|ending| MANIFEST_ENDINGS.iter().any(|known| ending == *known))
    }

    fn makes_unit(&self) -> bool {
        Kind::of_marker(&self.path).is_some()
    }

    fn is_ignore_file(&self) -> bool {
        self.path.file_name() == Some(OsStr::new(".gitignore"))
    }

    /// Is it read where this path is asked for? A file that is named is, whatever its ending.
    fn is_input(&self, asked: &Path) -> bool {
        self.is_manifest() || self.makes_unit() || self.path == asked
    }
}

impl Repository {
    fn here() -> Result<Self> {
        let top =
            line(git(&["rev-parse", "--show-toplevel"]).context("--base needs a git repository around this folder")?);
        let here = std::env::current_dir().context("the folder that we are in cannot be read")?;
        let [top, here] = [PathBuf::from(top), here].map(|path| fs::canonicalize(&path).unwrap_or(path));
        Ok(Self { top, here })
    }

    /// A path of the command line as seen from the top of the repository. It need not be there now.
    fn inside(&self, path: &Path) -> Result<PathBuf> {
        let outside = || format!("{} is not in the git repository {}", path.display(), self.top.display());
        let whole = normal(&self.here.join(path)).with_context(outside)?;
        let inside = |whole: &Path| whole.strip_prefix(&self.top).map(Path::to_owned).ok();
        let found = inside(&whole).or_else(|| inside(&fs::canonicalize(&whole).ok()?));
        found.with_context(outside)
    }
}

/// A path without `.` and `..`; `None` where it leads out of where it begins.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if normal.pop() => {}
            Component::ParentDir => return None,
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normal.push(part),
        }
    }
    Some(normal)
}

/// An entry of `ls-tree -l -z`: mode, type, object, size, and behind a tab the path. Submodules are passed over, and paths that no
/// work tree can have.
fn entry(text: &[u8]) -> Option<Entry> {
    let text = std::str::from_utf8(text).ok()?;
    let (facts, path) = text.split_once('\t')?;
    let mut facts = facts.split_whitespace();
    let (mode, kind, object, bytes) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let path = PathBuf::from(path);
    let is_good = path.components().all(|part| matches!(part, Component::Normal(name) if name != ".git"));
    (kind == "blob" && is_good).then(|| {
        Some(Entry { path, object: object.to_owned(), bytes: bytes.parse().ok()?, is_link: mode == "120000" })
    })?
}
