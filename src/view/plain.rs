//! Text as a reader can see it: the common ground of all escaping rooms.

use crate::visible::is_invisible;

/// The visible text of `text`, on one line: no control, zero-width, direction or noncharacter code points, white space
/// of any kind as single spaces, none at the ends.
///
/// Zero-width joiner and non-joiner stay: scripts and emoji need them.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// How far an escape looks around for what is short where it means something: names without end must take no time without end.
const NEAR: usize = 20;

/// A character of a line, and what stands around it: what an escape is decided by.
pub(crate) struct Place<'a> {
    pub(crate) before: &'a str,
    pub(crate) c: char,
    pub(crate) after: &'a str,
}

/// Every character of a line in its place.
pub(crate) fn places(line: &str) -> impl Iterator<Item = Place<'_>> {
    line.char_indices().map(|(at, c)| {
        let (before, rest) = line.split_at(at);
        Place { before, c, after: rest.strip_prefix(c).unwrap_or_default() }
    })
}

// What Markdown sees, and Mermaid where it takes its labels for Markdown.
impl Place<'_> {
    /// First of its line?
    pub(crate) fn is_first(&self) -> bool {
        self.before.is_empty()
    }

    /// Followed by a space or nothing?
    pub(crate) fn ends_word(&self) -> bool {
        self.after.is_empty() || self.after.starts_with(' ')
    }

    /// `1.` or `1)` at the start of a line: a list.
    pub(crate) fn ends_list_number(&self) -> bool {
        let is_number = self.before.len() <= NEAR && self.before.bytes().all(|byte| byte.is_ascii_digit());
        !self.is_first() && self.ends_word() && is_number
    }

    /// An underscore that is no emphasis: with its neighbouring underscores, of which there are a few, it has a letter or digit on
    /// both sides.
    pub(crate) fn is_inside_word(&self) -> bool {
        is_word_next(self.before.chars().rev()) && is_word_next(self.after.chars())
    }

    /// The dot of `www.`: a link.
    pub(crate) fn follows_www(&self) -> bool {
        let start = self.before.len().checked_sub(3);
        start.and_then(|start| self.before.get(start..)).is_some_and(|word| word.eq_ignore_ascii_case("www"))
    }
}

/// A letter or digit, behind a few underscores?
fn is_word_next(chars: impl Iterator<Item = char>) -> bool {
    chars.take(NEAR).find(|c| *c != '_').is_some_and(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "80 → 8080/TCP", "my-app_v2", "中文 名", "👩\u{200d}👧", "نمی\u{200c}خواهم"] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn white_space_becomes_single_spaces_and_leaves_the_ends() {
        assert_eq!(plain(" \t a\r\n\u{a0}b\u{2028}\u{85}c\u{3000}"), "a b c");
        assert_eq!(plain(" \n\t"), "");
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(plain("a\0\u{1b}b\u{7f}\u{9f}c\u{ad}\u{200b}\u{2060}\u{feff}d"), "abcd");
        assert_eq!(plain("\u{202e}evil\u{202c} \u{2066}\u{206f}\u{200f}x\u{fffe}"), "evil x");
        assert_eq!(plain("a \u{200b} b"), "a b");
    }
}
