//! Where in a value of many lines a word stands, so that a finding names its line and not that of the first one.

use crate::source::{Sources, Span};

/// What begins a comment in most configuration files (CLI-14).
const COMMENTS: [&str; 4] = ["#", "//", ";", "<!--"];

/// The place of a word in what stands at a place; that place itself where it is a single line, or where the word is not found as it is.
pub(super) fn word(sources: &Sources, at: Span, wanted: &str) -> Span {
    let text = sources.get(at.source).text.get(at.range()).unwrap_or_default();
    let found = text.contains('\n').then(|| stated(&text, wanted)).flatten().and_then(|start| {
        let start = at.start + u32::try_from(start).ok()?;
        Some(Span { source: at.source, start, end: start + u32::try_from(wanted.len()).ok()? })
    });
    found.unwrap_or(at)
}

/// Is a line of a configuration file a comment?
pub(super) fn is_comment(line: &str) -> bool {
    COMMENTS.iter().any(|sign| line.trim_start().starts_with(sign))
}

/// Where a whole word stands outside of comments.
fn stated(text: &str, wanted: &str) -> Option<usize> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let is_stated = |start: &usize| {
        let (before, after) = (&text[..*start], &text[*start + wanted.len()..]);
        let line = before.rsplit('\n').next().unwrap_or_default();
        !before.ends_with(is_part) && !after.starts_with(is_part) && !is_comment(line)
    };
    text.match_indices(wanted).map(|(start, _)| start).filter(|_| !wanted.is_empty()).find(is_stated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};

    fn line_of(text: &str, wanted: &str) -> usize {
        let end = u32::try_from(text.len()).unwrap();
        let sources = Sources::new(vec![Source { name: "a".into(), text: text.into(), explicit: true }]);
        let source: SourceId = sources.iter().next().unwrap().0;
        sources.location(word(&sources, Span { source, start: 0, end }, wanted)).line
    }

    #[test]
    fn a_word_is_found_on_its_line_and_not_in_comments_or_longer_words() {
        let text = "server api:8080;\n# http://db:80\npass http://db:8000;\npass http://db:80;\n";
        assert_eq!(["api:8080", "http://db:80", "db:8000"].map(|wanted| line_of(text, wanted)), [1, 4, 3]);
        assert_eq!(["nowhere", "", "api:80"].map(|wanted| line_of(text, wanted)), [1, 1, 1]);
    }
}
