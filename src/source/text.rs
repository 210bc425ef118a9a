//! Texts: as they were read, or packed, once they have been understood and are only looked at again where something is told of them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::share;

/// How many bytes are packed at once, where the text has a line end in time.
const PIECE: usize = 64 << 10;

/// How much of a text [`Text::around`] shows on both sides of a range, at least.
const MARGIN: usize = 4 << 10;

/// A text.
#[derive(Debug, Clone)]
pub struct Text(Form);

#[derive(Debug, Clone)]
enum Form {
    Plain(String),
    /// In the order of the text.
    Packed(Vec<Piece>),
}

/// Some bytes of a text, packed.
#[derive(Debug, Clone)]
struct Piece {
    range: Range<usize>,
    packed: Vec<u8>,
    /// The same as it was, once someone has asked for it: others will.
    text: OnceLock<String>,
}

impl Piece {
    fn new(text: &str, range: Range<usize>) -> Self {
        let mut packed = lz4_flex::compress_prepend_size(text.get(range.clone()).unwrap_or_default().as_bytes());
        packed.shrink_to_fit();
        Self { range, packed, text: OnceLock::new() }
    }

    fn unpacked(&self) -> String {
        // They are the bytes of a text that was packed here.
        lz4_flex::decompress_size_prepended(&self.packed)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    fn text(&self) -> &str {
        self.text.get_or_init(|| self.unpacked())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Form::Plain(text))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Text {
    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Plain(text) => text.len(),
            Form::Packed(pieces) => pieces.last().map_or(0, |piece| piece.range.end),
        }
    }

    /// No byte at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Plain(text) => text.into(),
            Form::Packed(_) => {
                let mut whole = String::with_capacity(self.len());
                self.parts().for_each(|part| whole.push_str(&part));
                whole.into()
            }
        }
    }

    /// All of it, one part after the other; no line and no word is in two of them, unless it is as long as a part.
    pub fn parts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let (plain, pieces) = match &self.0 {
            Form::Plain(text) => (Some(text.into()), &[][..]),
            Form::Packed(pieces) => (None, pieces.as_slice()),
        };
        plain.into_iter().chain(pieces.iter().map(|piece| piece.unpacked().into()))
    }

    /// The text at a range and around it, and where in the whole text that begins. Lines of the range are whole in it, unless they
    /// are longer than anyone shows.
    #[must_use]
    pub fn around(&self, range: Range<usize>) -> (usize, Cow<'_, str>) {
        let pieces = match &self.0 {
            Form::Plain(text) => return (0, text.into()),
            Form::Packed(pieces) => pieces,
        };
        let (start, end) = (range.start.saturating_sub(MARGIN), range.end.saturating_add(MARGIN));
        let first = pieces.partition_point(|piece| piece.range.end <= start);
        let behind = pieces.partition_point(|piece| piece.range.start < end);
        match pieces.get(first..behind).unwrap_or_default() {
            [] => (self.len(), "".into()),
            [only] => (only.range.start, only.text().into()),
            [first, rest @ ..] => {
                let rest = rest.iter().map(Piece::text);
                (first.range.start, rest.fold(first.text().to_owned(), |all, more| all + more).into())
            }
        }
    }

    /// The text of a range; `None` where that is not in it, or cuts a character.
    #[must_use]
    pub fn get(&self, range: Range<usize>) -> Option<Cow<'_, str>> {
        let (start, text) = self.around(range.clone());
        let inside = range.start.checked_sub(start)?..range.end.checked_sub(start)?;
        match text {
            Cow::Borrowed(text) => text.get(inside).map(Cow::Borrowed),
            Cow::Owned(text) => text.get(inside).map(|text| text.to_owned().into()),
        }
    }

    /// Packs it. It takes a fraction of the room then, and some time to look into.
    pub fn pack(&mut self) {
        let Form::Plain(text) = &self.0 else { return };
        let ranges = pieces(text);
        let mut pieces = Vec::with_capacity(ranges.len());
        let Ok(()) = share::in_order(
            &ranges,
            |range| Piece::new(text, range.clone()),
            |piece| {
                pieces.push(piece);
                Ok::<(), std::convert::Infallible>(())
            },
        );
        self.0 = Form::Packed(pieces);
    }
}

/// The ranges of the pieces of a text.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(text.len() / PIECE + 1);
    let mut start = 0;
    while start < text.len() {
        let end = start + piece_length(&text[start..]);
        pieces.push(start..end);
        start = end;
    }
    pieces
}

/// Behind a line end, where there is one, else where no word is cut.
fn piece_length(text: &str) -> usize {
    if text.len() <= PIECE {
        return text.len();
    }
    let mut most = PIECE;
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let behind = |last: Option<usize>| last.map(|at| at + 1);
    let bytes = &text.as_bytes()[..most];
    let between_words = |byte: &u8| matches!(byte, b' ' | b',' | b'{' | b'}');
    behind(memchr::memrchr(b'\n', bytes)).or_else(|| behind(bytes.iter().rposition(between_words))).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str) -> Text {
        let mut packed = Text::from(text);
        packed.pack();
        packed
    }

    /// Texts of several pieces: of lines, of one line, of one word, of wide characters.
    fn texts() -> [String; 5] {
        let lines: String =
            (0..20_000).map(|number| format!("- name: web-{number}\n  port: {}\n", number % 7)).collect();
        let one_line = lines.replace('\n', ",");
        [String::new(), lines, one_line, "x".repeat(3 * PIECE + 7), "🚢é→".repeat(PIECE / 3)]
    }

    #[test]
    fn a_packed_text_is_the_same_text() {
        for text in texts() {
            let packed = packed(&text);
            assert_eq!(packed.whole(), text);
            assert_eq!(packed.parts().collect::<String>(), text);
            assert_eq!((packed.len(), packed.is_empty()), (text.len(), text.is_empty()));
        }
    }

    #[test]
    fn lines_and_words_are_not_cut() {
        let [_, lines, one_line, ..] = texts();
        assert!(pieces(&lines).len() > 3 && pieces(&lines).iter().all(|range| lines[range.clone()].ends_with('\n')));
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let ends = pieces(&one_line).into_iter().map(|range| range.end).filter(|end| *end < one_line.len());
        assert!(ends.map(|end| one_line.as_bytes()[end - 1]).all(|last| !is_word(last)));
    }

    #[test]
    fn around_a_range_is_what_is_there_with_a_margin() {
        for text in texts() {
            let packed = packed(&text);
            let ends = pieces(&text).into_iter().flat_map(|range| [range.start, range.end.saturating_sub(1)]);
            for at in ends.filter(|at| text.is_char_boundary(*at)) {
                let (start, shown) = packed.around(at..at);
                assert_eq!(shown, text[start..start + shown.len()]);
                assert!(start <= at.saturating_sub(MARGIN) && start + shown.len() >= text.len().min(at + MARGIN));
                assert!(shown.len() <= 2 * PIECE);
                let range = at..at + text[at..].chars().next().map_or(0, char::len_utf8);
                assert_eq!(packed.get(range.clone()).as_deref(), text.get(range));
            }
            assert_eq!(packed.around(text.len() + MARGIN + 1..text.len() + MARGIN + 2), (text.len(), "".into()));
        }
    }

    #[test]
    fn what_manifests_say_takes_a_fraction_of_the_room() {
        let [_, lines, ..] = texts();
        let Text(Form::Packed(pieces)) = packed(&lines) else { panic!("it is packed") };
        let room: usize = pieces.iter().map(|piece| piece.packed.len()).sum();
        assert!(room * 3 < lines.len(), "{room} of {}", lines.len());
    }
}
