//! Writing: finished text to a file or to standard output. What to write is decided elsewhere.

mod progress;

use std::{
    fs::{self, Metadata},
    io::{self, BufWriter, ErrorKind, StdoutLock, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use tempfile::NamedTempFile;

use crate::visible::{cut, lines};
pub(crate) use progress::during;

/// How many bytes are kept back before they are printed.
const BUFFER: usize = 64 * 1024;

/// The longest line that is told, in characters: a path as long as systems take them (4,096), and a message about it.
const TOLD_LINE: usize = 6_000;

/// Why a file is not written.
const CHANGED: &str = "it has changed since it was read";

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// As many links as Linux follows before it calls them a loop.
const MAX_LINKS: usize = 40;

/// Gives a file its new text in one step: a reader, or a crash, meets the old text or the new one, never a part.
///
/// A link stays a link and the file it leads to is written; permissions stay as they were; a file that has this very
/// text already is not touched, so that nothing that watches it is woken. A device or pipe (`/dev/stdout`) is written to.
pub(crate) fn write_atomically(path: &Path, text: &str) -> Result<()> {
    write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes files, each a name and a text, into a folder, which is made where there is none.
pub(crate) fn write_into<'a>(folder: &Path, files: impl Iterator<Item = (&'a str, &'a str)>) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (name, text) in files {
        write_atomically(&folder.join(name), text)?;
    }
    Ok(())
}

/// Gives a file that was read its new text, in one step; not one that someone else has changed since. A byte order mark, which is no
/// part of the text that was read, stays.
pub(crate) fn rewrite(path: &Path, old: &str, new: &str) -> Result<()> {
    let found = read_again(path)?;
    let mark = if found.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { "" };
    ensure!(found.strip_prefix(mark) == Some(old), CHANGED);
    write(path, &format!("{mark}{new}"))
}

/// The same for a file whose byte order mark, where it has one, is a part of both texts.
pub(crate) fn update(path: &Path, old: &str, new: &str) -> Result<()> {
    let changed = |path: &Path| {
        ensure!(read_again(path)? == old, CHANGED);
        write(path, new)
    };
    changed(path).with_context(|| format!("cannot write {}", path.display()))
}

/// What a file that was read has in it now. A pipe that took its place would be waited for.
fn read_again(path: &Path) -> Result<String> {
    ensure!(fs::metadata(path)?.is_file(), CHANGED);
    Ok(fs::read_to_string(path)?)
}

/// Prints to standard output. Where the reader has had enough (`portolan … | head`), that is no failure.
pub(crate) fn print(text: &str) -> Result<()> {
    print_to(&mut io::stdout().lock(), text).context("cannot write to standard output")
}

/// Prints what `write` writes to the writer that it is given, without all of it in memory; its own failures stay as they are.
pub(crate) fn print_with(write: impl FnOnce(&mut BufWriter<StdoutLock<'_>>) -> Result<()>) -> Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let written = write(&mut out).and_then(|()| Ok(out.flush()?));
    match written.map_err(|error| error.downcast::<io::Error>()) {
        Ok(()) => Ok(()),
        Err(Ok(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(Ok(error)) => Err(error).context("cannot write to standard output"),
        Err(Err(error)) => Err(error),
    }
}

/// Does standard output show colours? A terminal does, unless the environment (`NO_COLOR`, `TERM=dumb`) says otherwise.
pub(crate) fn prints_colour() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Tells a person something, on standard error. There is nobody left to tell when that fails.
/// Names and messages of others are in it: nothing is left that a terminal would act upon, and no line goes on for ever.
pub fn tell(text: &str) {
    let text: String = lines(text).split_inclusive('\n').map(|line| cut(line, TOLD_LINE)).collect();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn print_to(out: &mut impl Write, text: &str) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => bail!("it is a folder"),
        Ok(found) if !found.is_file() => {
            Ok(fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes())?)
        }
        Ok(_) if fs::read(path)? == text.as_bytes() => Ok(()),
        // Replacing needs no right to the file itself, only to its folder: the file's own word has to be asked for.
        Ok(found) if found.permissions().readonly() => bail!("it is read-only"),
        Ok(found) => replace(&behind_links(path), text, Some(&found)),
        Err(error) if error.kind() == ErrorKind::NotFound => replace(&behind_links(path), text, None),
        Err(error) => Err(error.into()),
    }
}

/// Writes beside the file and renames: both names must be in one file system. On failure the temporary file goes by itself.
fn replace(target: &Path, text: &str, old: Option<&Metadata>) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        bail!("there is no folder {}", folder.display());
    }
    // What went wrong is told without the name of this file, which nobody has heard of.
    let mut fresh = create_in(folder).map_err(bare)?;
    fresh.as_file_mut().write_all(text.as_bytes())?;
    if let Some(old) = old {
        keep_owner(&fresh, old);
        fresh.as_file().set_permissions(old.permissions())?;
    }
    // Without this, a crash after the rename could leave an empty file in place of the old one.
    fresh.as_file().sync_all()?;
    fresh.persist(target).map_err(|failed| failed.error)?;
    Ok(())
}

/// An error without what was added to the system's own words, where it is one of a known kind.
fn bare(error: io::Error) -> io::Error {
    let bare = io::Error::from(error.kind());
    if bare.to_string().starts_with("uncategorized") { error } else { bare }
}

/// Where links lead, even if nothing is there yet. `fs::canonicalize` would fail on that.
fn behind_links(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(link) = fs::read_link(&target) else { break };
        target = target.parent().unwrap_or(Path::new("")).join(link);
    }
    target
}

/// A temporary file that has the permissions of any new file, not those of a secret one.
#[cfg(unix)]
fn create_in(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let anyone_but_umask = fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".portolan-").permissions(anyone_but_umask).tempfile_in(folder)
}

#[cfg(not(unix))]
fn create_in(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".portolan-").tempfile_in(folder)
}

/// A container that runs as root does not take a mounted file from its owner. Only root can give files away; for
/// everyone else the new file is theirs, which is what an editor would do.
#[cfg(unix)]
fn keep_owner(fresh: &NamedTempFile, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(fresh.as_file(), Some(old.uid()), Some(old.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_is_written_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("PORTS.md");
        write_atomically(&path, "ports\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "ports\n");
        assert_eq!(names_in(folder.path()), ["PORTS.md"]);
    }

    #[test]
    fn a_file_that_has_the_text_already_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        fs::write(&path, "same").unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        write_atomically(&path, "same").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
        write_atomically(&path, "other").unwrap();
        assert!(fs::metadata(&path).unwrap().modified().unwrap() > long_ago);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_and_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_atomically(&folder.path().join("docs/PORTS.md"), "ports").unwrap_err();
        let words = format!("{error:#}");
        assert!(words.starts_with("cannot write ") && words.contains("there is no folder "), "{words}");
        assert!(names_in(folder.path()).is_empty());
    }

    #[test]
    fn a_folder_is_not_replaced_by_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let words = format!("{:#}", write_atomically(folder.path(), "ports").unwrap_err());
        assert!(words.ends_with("it is a folder"), "{words}");
    }

    #[test]
    fn a_read_only_file_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let words = format!("{:#}", write_atomically(&path, "new").unwrap_err());
        assert!(words.ends_with("it is read-only"), "{words}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(folder.path()), ["README.md"]);
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt, symlink};

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o7777
        }

        #[test]
        fn permissions_stay_and_a_new_file_has_those_of_any_new_file() {
            let folder = tempfile::tempdir().unwrap();
            let [old, new, usual] = ["old.md", "new.md", "usual.md"].map(|name| folder.path().join(name));
            fs::write(&old, "old").unwrap();
            fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
            fs::write(&usual, "by the system").unwrap();
            write_atomically(&old, "new").unwrap();
            write_atomically(&new, "new").unwrap();
            assert_eq!((mode(&old), mode(&new)), (0o640, mode(&usual)));
        }

        #[test]
        fn a_chain_of_links_stays_and_the_file_at_its_end_is_written() {
            let folder = tempfile::tempdir().unwrap();
            let docs = folder.path().join("docs");
            fs::create_dir(&docs).unwrap();
            let link = folder.path().join("README.md");
            symlink("docs/one.md", &link).unwrap();
            symlink("two.md", docs.join("one.md")).unwrap();
            for text in ["the end of the chain is not there yet", "and now it is"] {
                write_atomically(&link, text).unwrap();
                assert_eq!(fs::read_to_string(docs.join("two.md")).unwrap(), text);
                assert!(link.is_symlink() && docs.join("one.md").is_symlink());
            }
            assert_eq!(names_in(&docs), ["one.md", "two.md"]);
        }

        #[test]
        fn links_in_a_circle_are_an_error() {
            let folder = tempfile::tempdir().unwrap();
            let link = folder.path().join("README.md");
            symlink("README.md", &link).unwrap();
            assert!(write_atomically(&link, "ports").is_err());
            assert_eq!(names_in(folder.path()), ["README.md"]);
        }

        #[test]
        fn a_device_is_written_to_and_stays_a_device() {
            write_atomically(Path::new("/dev/null"), "ports").unwrap();
            assert!(!fs::metadata("/dev/null").unwrap().is_file());
        }
    }

    /// A writer that fails with one kind of error.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_file_that_was_read_is_rewritten_unless_it_has_changed_since() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "\u{feff}port: 80\r\n").unwrap();
        rewrite(&path, "port: 80\r\n", "port: 81\r\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}port: 81\r\n");
        assert!(rewrite(&path, "port: 80\r\n", "port: 82\r\n").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}port: 81\r\n");
        assert!(rewrite(&folder.path().join("gone.yaml"), "", "").is_err());
    }

    #[test]
    fn a_reader_that_leaves_is_no_failure_and_a_full_disk_is() {
        assert!(print_to(&mut Failing(ErrorKind::BrokenPipe), "ports").is_ok());
        let full = print_to(&mut Failing(ErrorKind::StorageFull), "ports");
        assert_eq!(full.unwrap_err().kind(), ErrorKind::StorageFull);
        let mut out = Vec::new();
        print_to(&mut out, "ports").unwrap();
        assert_eq!(out, b"ports");
    }
}
