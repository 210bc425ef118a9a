//! The layout of JSON that is printed: indented, as serde_json itself lays it out.

use std::io;

use serde_json::ser::Formatter;

/// What stands between two values, with blanks for as many levels as the format has and more.
const BETWEEN: &[u8] = b",\n                                        ";
/// Two blanks for every level.
const INDENT: usize = 2;

/// Writes what serde_json's own formatter does, but an indent at once and not level by level.
#[derive(Default)]
pub(super) struct Indented {
    depth: usize,
    /// The innermost list or object holds something.
    filled: bool,
}

impl Indented {
    /// For a value inside of so many others.
    pub(super) fn inside(depth: usize) -> Self {
        Self { depth, filled: false }
    }

    fn begin(&mut self) {
        self.depth += 1;
        self.filled = false;
    }

    /// Begins a line, behind a comma unless what begins there is the `first` or the end.
    fn line(&self, first: bool, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        let (start, end) = (usize::from(first), 2 + INDENT * self.depth);
        match BETWEEN.get(start..end) {
            Some(between) => out.write_all(between),
            None => {
                out.write_all(BETWEEN.get(start..).unwrap_or_default())?;
                (BETWEEN.len()..end).try_for_each(|_| out.write_all(b" "))
            }
        }
    }

    fn end(&mut self, out: &mut (impl io::Write + ?Sized)) -> io::Result<()> {
        self.depth -= 1;
        if self.filled { self.line(true, out) } else { Ok(()) }
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin();
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(first, out)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out)?;
        out.write_all(b"]")
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin();
        out.write_all(b"{")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(first, out)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out)?;
        out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;
    use serde_json::{Serializer, Value, json};

    use super::*;

    #[test]
    fn it_is_what_serde_json_writes() {
        let deep = (0..40).fold(json!([1, {}]), |inner, level| json!({ "level": level, "inner": [inner, []] }));
        for value in [Value::Null, json!([]), json!({}), json!({"a": {}, "b": [[], {"c": "\"\n"}, 1.5]}), deep] {
            let mut text = Vec::new();
            value.serialize(&mut Serializer::with_formatter(&mut text, Indented::default())).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string_pretty(&value).unwrap());
        }
    }
}
