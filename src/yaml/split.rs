//! Finds the documents of a text without parsing them.
//!
//! A line that is `---` or `...`, or starts with one of them and a blank, always separates: no scalar may contain
//! it, so looking at the beginnings of lines is enough. A text of JSON values, one after the other, is cut between them.

use std::ops::Range;

use memchr::memchr;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The byte ranges of the documents of a text, in order.
///
/// A range may turn out to hold nothing (comments only). Directives and comments in front of a `---` belong to the
/// document it opens.
pub(crate) fn split(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    each_document(text, |range| ranges.push(range));
    ranges
}

/// Tells of the same ranges one by one: of a large text there are very many.
pub(crate) fn each_document(text: &str, found: impl FnMut(Range<usize>)) {
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut pieces = Pieces { text, start, opened: false, found };
    let mut line = start;
    while line < text.len() {
        let next = line_after(text, line);
        pieces.line(line, next);
        line = next;
    }
    pieces.cut(text.len());
}

/// Where the line behind the one that begins at `line` begins.
fn line_after(text: &str, line: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[line..]).map_or(text.len(), |at| line + at + 1)
}

/// The document being looked at.
struct Pieces<'t, F> {
    text: &'t str,
    /// Where the current document begins.
    start: usize,
    /// The current document has its `---` or some content: the next `---` opens another one.
    opened: bool,
    /// Who is told of a document when its end is found.
    found: F,
}

impl<F: FnMut(Range<usize>)> Pieces<'_, F> {
    fn line(&mut self, start: usize, end: usize) {
        let line = &self.text.as_bytes()[start..end];
        if is_marker(line, b"---") {
            if self.opened {
                self.cut(start);
            }
            self.opened = true;
        } else if is_marker(line, b"...") {
            self.cut(end);
        } else if !self.opened {
            self.opened = has_content(line);
        }
    }

    /// Ends the current document; the next one begins at `at`.
    fn cut(&mut self, at: usize) {
        if self.start < at {
            tell_values(self.text, self.start..at, &mut self.found);
        }
        self.start = at;
        self.opened = false;
    }
}

fn is_marker(line: &[u8], marker: &[u8; 3]) -> bool {
    line.starts_with(marker) && line.get(3).is_none_or(u8::is_ascii_whitespace)
}

/// Neither blank nor a comment nor a directive.
fn has_content(line: &[u8]) -> bool {
    line.first() != Some(&b'%') && !matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

/// Tells of a document; one that is a sequence of JSON values is cut between them.
fn tell_values(text: &str, mut range: Range<usize>, found: &mut impl FnMut(Range<usize>)) {
    while let Some(end) = end_of_json_value(&text.as_bytes()[range.clone()]).map(|length| range.start + length) {
        if !begins_json(&text.as_bytes()[end..range.end]) {
            break;
        }
        found(range.start..end);
        range.start = end;
    }
    found(range);
}

fn begins_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The length of the JSON value the bytes begin with; `None` when they are not JSON but, say, a YAML flow mapping.
fn end_of_json_value(bytes: &[u8]) -> Option<usize> {
    if !begins_json(bytes) {
        return None;
    }
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            b'\'' | b'#' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn markers_separate_documents() {
        assert_eq!(pieces(""), [""; 0]);
        assert_eq!(pieces("a: 1\n"), ["a: 1\n"]);
        assert_eq!(pieces("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(pieces("---\na: 1\n--- # two\nb: 2"), ["---\na: 1\n", "--- # two\nb: 2"]);
        assert_eq!(pieces("--- {a: 1}\n---\t|\n x\n"), ["--- {a: 1}\n", "---\t|\n x\n"]);
        assert_eq!(pieces("a: 1\r\n---\r\nb: 2\r\n"), ["a: 1\r\n", "---\r\nb: 2\r\n"]);
        assert_eq!(pieces("---\n---\n---"), ["---\n", "---\n", "---"]);
    }

    #[test]
    fn what_only_resembles_a_marker_does_not_separate() {
        for text in ["---a: 1\n", "a: |\n  ---\n  ...\n", "- ---\n", "----\n", "a:\n ---\n", "....\n"] {
            assert_eq!(pieces(text), [text]);
        }
    }

    #[test]
    fn directives_and_comments_stay_with_the_document_they_precede() {
        assert_eq!(pieces("# c\n%YAML 1.1\n\n---\na: 1\n"), ["# c\n%YAML 1.1\n\n---\na: 1\n"]);
        assert_eq!(
            pieces("a: 1\n...\n%TAG !e! tag:e,2000:\n---\nb: 2\n"),
            ["a: 1\n...\n", "%TAG !e! tag:e,2000:\n---\nb: 2\n"]
        );
        assert_eq!(pieces("a: 1\n# still a\n---\nb: 2\n"), ["a: 1\n# still a\n", "---\nb: 2\n"]);
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(split("\u{feff}---\na: 1\n---\n"), [3..12, 12..16]);
    }

    #[test]
    fn json_values_follow_each_other_without_markers() {
        assert_eq!(pieces("{\"a\": 1}\n{\"b\": [2]}\n"), ["{\"a\": 1}", "\n{\"b\": [2]}\n"]);
        assert_eq!(pieces("{\"a\":\"}\\\"\"}{\"b\":2}[3]"), ["{\"a\":\"}\\\"\"}", "{\"b\":2}", "[3]"]);
        assert_eq!(pieces(" {\"a\": 1}\n---\n{\"b\": 2}"), [" {\"a\": 1}\n", "---\n{\"b\": 2}"]);
    }

    #[test]
    fn flow_mappings_that_are_not_json_stay_whole() {
        for text in
            ["{a: '} {', b: 1}\n", "{a: 1, # } {\n b: 2}\n", "[a]: {b: 1}\n", "{a: 1} # {b: 2}\n", "{{ .a }}: {}", "{"]
        {
            assert_eq!(pieces(text), [text]);
        }
    }
}
