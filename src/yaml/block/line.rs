//! What stands in one line of block style. Whatever is not certain is `None`.

use std::ops::Range;

use super::super::tree::Style;

/// What is left of a line, without the blanks at its end.
#[derive(Clone, Copy)]
pub(super) struct Rest<'t> {
    /// Where it begins in the text.
    pub(super) at: usize,
    /// Its column, from 0.
    pub(super) column: usize,
    pub(super) bytes: &'t [u8],
}

/// A scalar at the beginning of a rest; its places count from there.
pub(super) struct Token {
    pub(super) style: Style,
    /// Its text, without quotes.
    pub(super) text: Range<usize>,
    /// Not every character of the text stands for itself: it is in quotes.
    pub(super) has_escapes: bool,
    /// Behind all of it; there a key has its colon.
    pub(super) end: usize,
    pub(super) is_key: bool,
}

impl<'t> Rest<'t> {
    /// Without so many bytes and the blanks behind them.
    pub(super) fn behind(self, count: usize) -> Self {
        let bytes = self.bytes.get(count..).unwrap_or_default();
        let blanks = bytes.iter().take_while(|byte| **byte == b' ').count();
        let skipped = count + blanks;
        let bytes = bytes.get(blanks..).unwrap_or_default();
        Self { at: self.at + skipped, column: self.column + skipped, bytes }
    }

    /// Is there nothing, or only a comment, behind so many bytes?
    pub(super) fn ends_behind(self, count: usize) -> bool {
        let rest = self.behind(count);
        let has_blank = rest.at > self.at + count;
        rest.bytes.is_empty() || (has_blank && rest.bytes.starts_with(b"#"))
    }

    /// A dash with nothing or a blank behind it?
    pub(super) fn is_item(self) -> bool {
        self.bytes.starts_with(b"-") && self.is_blank(1)
    }

    /// The scalar that it begins with: a key, or a value that is all there is.
    pub(super) fn token(self) -> Option<Token> {
        let token = match *self.bytes.first()? {
            quote @ (b'"' | b'\'') => self.quoted(quote)?,
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                return None;
            }
            b'-' | b'?' | b':' if self.is_blank(1) => return None,
            _ => self.plain(),
        };
        (token.is_key || self.ends_behind(token.end)).then_some(token)
    }

    /// Up to a colon that makes it a key, or a comment, or the end.
    fn plain(self) -> Token {
        let ends = |at: &usize| match self.bytes.get(*at) {
            Some(b':') => self.is_blank(at + 1),
            Some(b'#') => self.is_blank(at - 1),
            _ => false,
        };
        let end = (1..self.bytes.len()).find(ends).unwrap_or(self.bytes.len());
        let is_key = self.bytes.get(end) == Some(&b':');
        let text = 0..self.bytes.get(..end).map_or(end, |text| trimmed(text).len());
        // Blanks before a colon are not worth the care that they take.
        let is_key = is_key && text.end == end;
        Token { style: Style::Plain, end: text.end, text, has_escapes: false, is_key }
    }

    /// Up to the closing quote.
    fn quoted(self, quote: u8) -> Option<Token> {
        let text = self.bytes.get(1..)?;
        let (mut length, mut has_escapes) = (0, false);
        loop {
            match (*text.get(length)?, text.get(length + 1)) {
                (b'\\', Some(_)) if quote == b'"' => (length, has_escapes) = (length + 2, true),
                (b'\'', Some(b'\'')) if quote == b'\'' => (length, has_escapes) = (length + 2, true),
                (byte, _) if byte == quote => break,
                _ => length += 1,
            }
        }
        let end = length + 2;
        let is_key = self.bytes.get(end) == Some(&b':') && self.is_blank(end + 1);
        Some(Token { style: Style::Quoted, text: 1..length + 1, has_escapes, end, is_key })
    }

    fn is_blank(self, at: usize) -> bool {
        self.bytes.get(at).is_none_or(|byte| *byte == b' ')
    }
}

/// What a text in quotes means, where it has only the most usual escapes.
pub(in crate::yaml) fn unescaped(text: &str, quote: u8) -> Option<String> {
    if quote == b'\'' {
        return Some(text.replace("''", "'"));
    }
    let mut meant = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        meant.push(match char {
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'u' => code_point(&mut chars)?,
                itself @ ('"' | '\\' | '/') => itself,
                _ => return None,
            },
            itself => itself,
        });
    }
    Some(meant)
}

/// The character of four hexadecimal digits.
fn code_point(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let code = (0..4).try_fold(0, |code, _| Some(code * 16 + chars.next()?.to_digit(16)?))?;
    char::from_u32(code)
}

/// Without the blanks at the end.
pub(super) fn trimmed(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    line.get(..end).unwrap_or_default()
}
