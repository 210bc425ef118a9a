//! Text that a reader can see: which characters cannot be seen, how a terminal is kept from acting upon them, and how long a message
//! may be.

use std::borrow::Cow;

/// The longest message, in characters: three names as long as Kubernetes allows (253) fit, and nobody reads more.
const MESSAGE_CHARS: usize = 1_000;

/// What stands for a character that cannot be shown.
const REPLACEMENT: &str = "\u{fffd}";

/// Draws nothing, or changes how its neighbours are drawn (U+202E and its kin can make a name read as another one). White space is
/// visible here, line ends among it.
pub(crate) fn is_invisible(c: char) -> bool {
    let is_control = c.is_control() && !c.is_whitespace();
    let is_zero_width = matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}');
    let is_direction =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}');
    let is_nonsense = matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{fff9}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}');
    is_control || is_zero_width || is_direction || is_nonsense
}

/// A piece of a message, on one line: `�` for what cannot be seen and for line ends. So a reader sees that something is there; no
/// terminal acts upon it; and no line of what is told begins with what a manifest says, as commands of a pipeline (`::error::`) do.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    replaced(text, |c| is_invisible(c) || (c.is_whitespace() && c.is_control()) || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// The same for a text of many lines, whose line feeds stay.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| c != '\n' && (is_invisible(c) || c.is_control()))
}

/// A message that is no longer than messages may be, whatever it quotes.
pub(crate) fn message(text: String) -> String {
    match cut(&text, MESSAGE_CHARS) {
        Cow::Owned(cut) => cut,
        Cow::Borrowed(_) => text,
    }
}

/// The text cut down to so many characters: its middle becomes `…`, because names tell themselves apart at both ends.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    // A character has a byte at least.
    let count = if text.len() <= most { 0 } else { text.chars().count() };
    if count <= most {
        return text.into();
    }
    let tail = most / 3;
    let head = most - tail - 1;
    text.chars().take(head).chain(['…']).chain(text.chars().skip(count - tail)).collect()
}

fn replaced(text: &str, is_hidden: fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(is_hidden) { text.replace(is_hidden, REPLACEMENT).into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "80 → 8080/TCP", "a  b", "中文", "👩\u{200d}👧"] {
            assert!(matches!(one_line(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn a_message_that_quotes_very_much_loses_its_middle() {
        let quoting = |count: usize| message(format!("`{}` is no port", "é".repeat(count)));
        assert_eq!(quoting(900), format!("`{}` is no port", "é".repeat(900)));
        let short = quoting(1 << 20);
        assert_eq!(short.chars().count(), 1_000);
        assert!(short.starts_with("`é") && short.contains("é…é") && short.ends_with("é` is no port"), "{short}");
    }

    #[test]
    fn what_a_terminal_would_act_upon_is_shown_as_a_mark() {
        assert_eq!(one_line("a\u{1b}[2Jb\r\n::error::\t\u{85}\u{2028}\u{202e}\0"), "a�[2Jb��::error::�����");
        assert_eq!(lines("a\u{1b}[2J\r\nb\tc\n"), "a�[2J�\nb�c\n");
    }
}
