//! Breaking texts into lines: Mermaid breaks none without a space, and one long line makes a whole diagram too small to be read.

use crate::view::mermaid;

/// Where a name is broken rather than anywhere: behind one of these.
const JOINTS: &[char] = &['-', '.', '/', ':', '_', '=', '@', ','];

/// The lines, none of them longer than `width` characters. A name that is too long even so loses its middle.
pub(super) fn wrapped(lines: &[String], width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for line in lines {
        let mut current = String::new();
        for word in mermaid::bounded(line).split_whitespace() {
            for piece in pieces(&mermaid::short(word), width) {
                push(&mut current, piece, width, &mut out);
            }
        }
        out.extend(Some(current).filter(|line| !line.is_empty()));
    }
    out
}

/// A piece of a text, and whether it begins a word.
struct Piece {
    text: String,
    begins: bool,
}

/// The word whole where it fits on a line, else broken behind its joints, else wherever the line ends.
fn pieces(word: &str, width: usize) -> Vec<Piece> {
    if chars(word) <= width {
        return vec![Piece { text: word.to_owned(), begins: true }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for part in word.split_inclusive(JOINTS) {
        let letters: Vec<char> = part.chars().collect();
        for piece in letters.chunks(width.max(1)) {
            pieces.push(Piece { text: piece.iter().collect(), begins: pieces.is_empty() });
        }
    }
    pieces
}

fn push(current: &mut String, piece: Piece, width: usize, out: &mut Vec<String>) {
    let space = usize::from(piece.begins && !current.is_empty());
    if !current.is_empty() && chars(current) + space + chars(&piece.text) > width {
        out.push(std::mem::take(current));
    } else if space == 1 {
        current.push(' ');
    }
    current.push_str(&piece.text);
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(line: &str, width: usize) -> Vec<String> {
        wrapped(&[line.to_owned()], width)
    }

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrap("Routes to targetPort: 8080", 16), ["Routes to", "targetPort: 8080"]);
        assert_eq!(wrap("Response", 16), ["Response"]);
        assert_eq!(wrapped(&["a".to_owned(), "b".to_owned()], 16), ["a", "b"], "what was apart stays apart");
        assert!(wrap("", 16).is_empty());
        assert!(wrap(&"many words ".repeat(1_000), 16).len() < 20, "of a text without end the middle is left out");
    }

    #[test]
    fn names_are_broken_behind_their_joints_and_else_anywhere() {
        assert_eq!(wrap("Pod backend-7d4b9c6f58-hq2xn", 20), ["Pod backend-", "7d4b9c6f58-hq2xn"]);
        assert_eq!(wrap("abcdefghijklmnop", 8), ["abcdefgh", "ijklmnop"]);
        assert_eq!(wrap(&"中".repeat(9), 8), ["中".repeat(8), "中".to_owned()]);
    }

    #[test]
    fn no_line_is_longer_than_asked_for() {
        let long = "x-".repeat(60) + " " + &"y".repeat(200) + " z";
        for width in [1, 7, 20, 40] {
            for line in wrap(&long, width) {
                assert!(chars(&line) <= width, "{line} is longer than {width}");
            }
        }
    }
}
