//! A text by places: what stands where, without a panic wherever one looks.

/// How far a placeholder such as `$(NAME)` may reach, in bytes.
const LONGEST_PLACEHOLDER: usize = 128;

/// A text that is asked by byte offsets. Offsets outside of it find nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t>(pub(super) &'t str);

impl<'t> Text<'t> {
    pub(super) fn byte(self, at: usize) -> Option<u8> {
        self.0.as_bytes().get(at).copied()
    }

    pub(super) fn before(self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|before| self.byte(before))
    }

    pub(super) fn slice(self, start: usize, end: usize) -> &'t str {
        self.0.get(start..end).unwrap_or_default()
    }

    pub(super) fn rest(self, at: usize) -> &'t str {
        self.0.get(at..).unwrap_or_default()
    }

    pub(super) fn bytes(self, at: usize) -> &'t [u8] {
        self.0.as_bytes().get(at..).unwrap_or_default()
    }

    /// The first place from `at` on where a byte satisfies the question, or the end.
    pub(super) fn find(self, at: usize, is_end: impl Fn(u8) -> bool) -> usize {
        let bytes = self.bytes(at);
        at + bytes.iter().position(|byte| is_end(*byte)).unwrap_or(bytes.len())
    }

    pub(super) fn skip_blanks(self, at: usize) -> usize {
        self.find(at, |byte| !matches!(byte, b' ' | b'\t'))
    }

    pub(super) fn line_end(self, at: usize) -> usize {
        self.find(at, |byte| byte == b'\n')
    }

    /// Where the word that begins at `at` ends: at a separator, or at the `://` of a URL.
    pub(super) fn word_end(self, mut at: usize) -> usize {
        while let Some(byte) = self.byte(at) {
            let placeholder = self.placeholder(at);
            if placeholder == 0 && (is_separator(byte) || self.is_scheme_end(at)) {
                break;
            }
            at += placeholder.max(1);
        }
        at
    }

    pub(super) fn is_scheme_end(self, at: usize) -> bool {
        self.bytes(at).starts_with(b"://")
    }

    /// Length of `$(…)`, `${…}` or `{{…}}` at a place, or 0. What it stands for is not known here, so it is part of a
    /// word that is no host.
    pub(super) fn placeholder(self, at: usize) -> usize {
        let bytes = self.bytes(at);
        let close: &[u8] = match bytes {
            [b'$', b'(', ..] => b")",
            [b'$', b'{', ..] => b"}",
            [b'{', b'{', ..] => b"}}",
            _ => return 0,
        };
        let near = bytes.get(..LONGEST_PLACEHOLDER).unwrap_or(bytes);
        let line = near.split(|byte| *byte == b'\n').next().unwrap_or_default();
        line.windows(close.len()).position(|window| window == close).map_or(0, |length| length + close.len())
    }

    /// Where the comment ends that begins at `at`, if one does (CLI-14).
    pub(super) fn comment_end(self, at: usize) -> Option<usize> {
        let bytes = self.bytes(at);
        if bytes.starts_with(b"<!--") {
            let rest = self.rest(at);
            return Some(at + rest.find("-->").map_or(rest.len(), |length| length + "-->".len()));
        }
        let is_mark = matches!(bytes, [b'#' | b';', ..] | [b'/', b'/', ..]);
        let is_start = self.before(at).is_none_or(|before| before.is_ascii_whitespace());
        (is_mark && is_start).then(|| self.line_end(at))
    }
}

/// Bytes that end a word. A question mark does because a query follows it.
pub(super) fn is_separator(byte: u8) -> bool {
    let is_sign = matches!(
        byte,
        b',' | b';' | b'=' | b'|' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'&' | b'?' | 0x7f
    );
    is_sign || byte <= b' ' || is_quote(byte)
}

pub(super) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Does the text begin so, whatever its case?
pub(super) fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
