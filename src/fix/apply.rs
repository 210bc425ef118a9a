//! Makes edits in a text.

use std::collections::BTreeSet;

use crate::source::Edit;

/// The text with all edits made. They are in order and do not overlap; one that does not fit the text is left out.
pub(super) fn apply(text: &str, edits: &BTreeSet<Edit>) -> String {
    let mut new = String::with_capacity(text.len());
    let mut rest = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if let Some(between) = text.get(rest..start).filter(|_| text.is_char_boundary(end)) {
            new.push_str(between);
            new.push_str(&edit.text);
            rest = end.max(start);
        }
    }
    new.push_str(text.get(rest..).unwrap_or_default());
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    fn made(text: &str, edits: &[(u32, u32, &str)]) -> String {
        let edit = |&(start, end, new): &(u32, u32, &str)| Edit {
            span: Span { source: SourceId(0), start, end },
            text: new.to_owned(),
        };
        apply(text, &edits.iter().map(edit).collect())
    }

    #[test]
    fn only_the_bytes_of_the_edits_change() {
        assert_eq!(made("a: 80 # ä\r\nb: 81", &[(3, 5, "8080"), (15, 17, "http")]), "a: 8080 # ä\r\nb: http");
        assert_eq!(made("a: 80", &[]), "a: 80");
    }

    #[test]
    fn what_does_not_fit_the_text_is_left_out() {
        for edit in [(1, 2, "x"), (9, 9, "x"), (0, 9, "x"), (0, 1, "x")] {
            assert_eq!(made("ä", &[edit]), "ä", "{edit:?}");
        }
        assert_eq!(made("abcd", &[(0, 3, "x"), (1, 2, "y")]), "xd");
    }
}
