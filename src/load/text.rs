//! Reading one text: bytes in, UTF-8 out, and what is told where that fails.

use std::fs;
use std::io::{self, ErrorKind, Read};

use super::File;
use crate::problem::{Place, Problem};
use crate::source::Source;

/// The largest text in bytes (512 MiB). Spans count bytes in 32 bits, so it may not reach `u32::MAX`; it also bounds what a
/// device or an endless pipe can do.
pub(super) const MAX_BYTES: u64 = 512 << 20;

pub(super) fn read_file(file: File) -> Result<Source, Problem> {
    // Opening a pipe would wait for somebody who writes.
    if file.regular && !file.path.is_file() {
        return Err(replaced(file.name));
    }
    match fs::File::open(&file.path) {
        Ok(opened) => {
            let size = opened.metadata().map_or(0, |found| found.len());
            read_sized(file.name, opened, size, file.explicit)
        }
        Err(error) => Err(unreadable(file.name, &error)),
    }
}

/// Reads a text of unknown size.
pub(super) fn read(name: String, from: impl Read, explicit: bool) -> Result<Source, Problem> {
    read_sized(name, from, 0, explicit)
}

/// Reads a text that has, very likely, this size in bytes: with room for that it need not grow, which would take twice the room.
fn read_sized(name: String, from: impl Read, size: u64, explicit: bool) -> Result<Source, Problem> {
    match read_bytes(from, size, MAX_BYTES) {
        Ok(Some(bytes)) => Ok(Source { text: decode(&name, bytes)?.into(), name, explicit }),
        Ok(None) => Err(too_large(name)),
        Err(error) => Err(unreadable(name, &error)),
    }
}

/// All bytes, or `None` where there are more than `most`.
pub(super) fn read_bytes(from: impl Read, size: u64, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(most)).unwrap_or(0));
    let count = from.take(most + 1).read_to_end(&mut bytes)?;
    Ok((count as u64 <= most).then_some(bytes))
}

/// UTF-8, without the byte order mark that some editors put in front.
pub(super) fn decode(name: &str, mut bytes: Vec<u8>) -> Result<String, Problem> {
    if is_utf_16(&bytes) {
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

/// With its byte order mark or without: no other text has a zero byte among its first two.
fn is_utf_16(bytes: &[u8]) -> bool {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        _ => false,
    }
}

pub(super) fn problem(name: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::error(Place::Source(name.into()), message, Some(help.into()))
}

pub(super) fn unreadable(name: String, error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => problem(name, "this link leads to a file that is not there", "mend or remove the link"),
        ErrorKind::PermissionDenied => {
            problem(name, "this cannot be read: permission denied", "ask for read permission, or leave it out")
        }
        kind => Problem::error(Place::Source(name), format!("this cannot be read: {}", in_words(kind, error)), None),
    }
}

/// The kind's own words are the same on every system; the error's are not, but better than none.
fn in_words(kind: ErrorKind, error: &io::Error) -> String {
    let words = kind.to_string();
    if words.starts_with("uncategorized") { error.to_string() } else { words }
}

fn replaced(name: String) -> Problem {
    problem(
        name,
        "this was a file when it was found, and is none any more",
        "run it again when nobody changes the files",
    )
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
