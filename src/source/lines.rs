//! Lines: where those of a text begin, so that places can be told without the text.

/// How many bytes share one count. The place of a byte among them is told by a byte.
const STRETCH: usize = 256;

/// Where a place is: line and column from 1, the column in characters; and how many characters before it in its line take two
/// UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) wide: usize,
}

/// The lines of a text.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    length: usize,
    feeds: Places,
    /// Bytes that begin no character: UTF-8's continuation bytes are `10xxxxxx`.
    within: Places,
    /// Bytes that begin a character outside of the basic plane: `11110xxx`; UTF-16 has two code units for each.
    wide: Places,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let rest = if text.is_ascii() { &[] } else { bytes };
        let all = |is: fn(u8) -> bool| rest.iter().enumerate().filter(move |(_, byte)| is(**byte)).map(|(at, _)| at);
        Self {
            length: bytes.len(),
            feeds: Places::new(memchr::memchr_iter(b'\n', bytes), bytes.len()),
            within: Places::new(all(|byte| byte & 0b1100_0000 == 0b1000_0000), rest.len()),
            wide: Places::new(all(|byte| byte >= 0b1111_0000), rest.len()),
        }
    }

    /// Where the byte at an offset is; what is behind the end of the text is at its end.
    pub(super) fn spot(&self, offset: usize) -> Spot {
        let offset = offset.min(self.length);
        let before = self.feeds.before(offset);
        let start = self.feeds.last(before).map_or(0, |feed| feed + 1);
        let count = |places: &Places| places.before(offset) - places.before(start);
        Spot { line: before + 1, column: offset - start - count(&self.within) + 1, wide: count(&self.wide) }
    }
}

/// Places in a text, in order.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Of every place, where in its stretch it is.
    within: Vec<u8>,
    /// Of every stretch, how many places are before it; one more for the end. Empty without places.
    before: Vec<u32>,
}

impl Places {
    fn new(places: impl Iterator<Item = usize>, length: usize) -> Self {
        let mut all = Self::default();
        for place in places {
            all.fill(place / STRETCH);
            all.within.push((place % STRETCH) as u8);
        }
        if !all.within.is_empty() {
            all.fill(length / STRETCH + 1);
        }
        all.within.shrink_to_fit();
        all.before.shrink_to_fit();
        all
    }

    /// Counts for all stretches up to this one.
    fn fill(&mut self, stretch: usize) {
        if self.before.len() <= stretch {
            self.before.resize(stretch + 1, u32::try_from(self.within.len()).unwrap_or(u32::MAX));
        }
    }

    /// How many places are before an offset.
    fn before(&self, offset: usize) -> usize {
        let stretch = offset / STRETCH;
        let bound = |stretch: usize| self.before.get(stretch).map_or(self.within.len(), |before| *before as usize);
        let start = bound(stretch);
        let inside = self.within.get(start..bound(stretch + 1)).unwrap_or_default();
        start + inside.partition_point(|within| usize::from(*within) < offset % STRETCH)
    }

    /// The last of the first `count` places.
    fn last(&self, count: usize) -> Option<usize> {
        let index = count.checked_sub(1)?;
        let stretch = self.before.partition_point(|before| *before as usize <= index).checked_sub(1)?;
        Some(stretch * STRETCH + usize::from(*self.within.get(index)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spot_is_what_counting_from_the_start_of_the_text_gives() {
        let long = "ä{\"a\":1}🚢→".repeat(STRETCH / 4);
        let sparse = format!("a\n{}\nb\n", "x".repeat(3 * STRETCH));
        for text in [
            "",
            "a",
            "\n",
            "a\n\n\nb: 🚢 c\r\nd",
            &sparse,
            &long,
            &format!("x\n{long}\n\n{long}"),
            &format!("{long}\n"),
        ] {
            let lines = Lines::of(text);
            for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
                let before = &text[..offset];
                let last = before.rsplit('\n').next().unwrap();
                let expected = Spot {
                    line: before.matches('\n').count() + 1,
                    column: last.chars().count() + 1,
                    wide: last.encode_utf16().count() - last.chars().count(),
                };
                assert_eq!(lines.spot(offset), expected, "at byte {offset} of {text:?}");
            }
            assert_eq!(lines.spot(text.len() + 900), lines.spot(text.len()));
        }
    }

    #[test]
    fn lines_take_a_byte_each_and_little_more() {
        let lines = Lines::of(&"a: 1\n".repeat(10_000));
        assert_eq!((lines.feeds.within.len(), lines.feeds.before.len()), (10_000, 50_000 / STRETCH + 2));
        assert!(lines.within.before.is_empty() && lines.wide.before.is_empty());
    }
}
