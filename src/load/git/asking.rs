//! What git is asked: which commit is meant, and what is in it. It gets no shell and no terminal, and fetches nothing.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::load::options::Base;
use crate::load::program::ENVIRONMENT;

/// The commit that a comparison begins at.
pub(super) fn commit(base: &Base) -> Result<String> {
    let named = git(&["rev-parse", "--verify", "--quiet", &format!("{}^{{commit}}", base.rev)]);
    let named = line(named.ok().with_context(|| {
        format!("there is no revision {0} in this repository; fetch it first: git fetch origin {0}", base.rev)
    })?);
    if base.no_merge_base {
        return Ok(named);
    }
    let common = git(&["merge-base", "HEAD", &named]).ok().with_context(|| {
        format!(
            "HEAD and {} have no commit in common in this clone; fetch more of the history (actions/checkout: fetch-depth: 0), \
             or leave the common commit aside with --no-merge-base",
            base.rev
        )
    })?;
    Ok(line(common))
}

/// The name of a commit, short.
pub(super) fn short(commit: &str) -> Result<String> {
    Ok(line(git(&["rev-parse", "--short", commit])?))
}

/// What git prints, without the line feed.
pub(super) fn line(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned()
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args(args)
        .envs(ENVIRONMENT)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C");
    command
}

/// What git prints.
pub(super) fn git(args: &[&str]) -> Result<Vec<u8>> {
    let output = command(args).stdin(Stdio::null()).output().map_err(unstarted)?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        let told = told.lines().next().unwrap_or_default().replace(char::is_control, "\u{fffd}");
        bail!("git {}: {told}", args.first().copied().unwrap_or_default());
    }
    Ok(output.stdout)
}

fn unstarted(error: io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!("git is not installed, and --base reads from it"),
        kind => anyhow::anyhow!("git cannot be started: {kind}"),
    }
}

/// The contents of objects, in the order in which they were asked for.
pub(super) struct Objects {
    from: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn new<'o>(objects: impl Iterator<Item = &'o str>) -> Result<Self> {
        let mut asked = tempfile::tempfile().context("no temporary file can be made")?;
        for object in objects {
            writeln!(asked, "{object}")?;
        }
        asked.seek(SeekFrom::Start(0))?;
        let git = command(&["cat-file", "--batch"]).stdin(asked).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let stdout = git.map_err(unstarted)?.stdout.context("git cat-file has no output")?;
        Ok(Self { from: BufReader::new(stdout) })
    }

    /// The next object; all of it has to be read.
    pub(super) fn next(&mut self, path: &Path) -> Result<Content<'_>> {
        let mut head = String::new();
        self.from.read_line(&mut head).with_context(|| unread(path))?;
        let bytes = head.split_whitespace().nth(2).and_then(|bytes| bytes.parse().ok());
        Ok(Content { bytes: bytes.with_context(|| unread(path))?, from: &mut self.from })
    }
}

fn unread(path: &Path) -> String {
    format!("git has no content of {}; is this a partial clone? Fetch it whole: git fetch --refetch", path.display())
}

/// One object.
pub(super) struct Content<'o> {
    bytes: u64,
    from: &'o mut BufReader<ChildStdout>,
}

impl Content<'_> {
    pub(super) fn write_to(self, to: &mut impl Write) -> Result<()> {
        let written = io::copy(&mut (&mut *self.from).take(self.bytes), to)?;
        ensure!(written == self.bytes, "git cat-file ended too early");
        // A line feed follows each.
        io::copy(&mut self.from.take(1), &mut io::sink())?;
        Ok(())
    }
}
