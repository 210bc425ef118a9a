//! Commands to be pasted into a shell.

use super::plain::plain;
use std::borrow::Cow;

/// One word of a POSIX shell command, as it would be typed: bare if no shell reads anything into it, else in single quotes.
///
/// What cannot be seen is left out, so that a pasted command is the command that was read.
pub(crate) fn sh_quote(text: &str) -> Cow<'static, str> {
    let word = plain(text);
    let is_bare = !word.is_empty() && word.chars().all(is_harmless) && !word.starts_with('=');
    if is_bare { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")).into() }
}

fn is_harmless(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./:@%+,=".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_no_shell_reads_anything_into_stay_bare() {
        for word in ["svc/web", "8080:80", "nginx:1.21@sha256:0a", "--namespace=shop_1", "a.b,c+d%", "-"] {
            assert_eq!(sh_quote(word), word);
        }
    }

    #[test]
    fn everything_else_stands_in_single_quotes() {
        let cases = [
            ("", "''"),
            ("Host: shop.example.com", "'Host: shop.example.com'"),
            ("*.example.com", "'*.example.com'"),
            ("/api(/|$)(.*)", "'/api(/|$)(.*)'"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's", r"'it'\''s'"),
            ("a\\b", r"'a\b'"),
            ("~root", "'~root'"),
            ("=ls", "'=ls'"),
            ("é", "'é'"),
        ];
        for (word, quoted) in cases {
            assert_eq!(sh_quote(word), quoted);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_pasted() {
        assert_eq!(sh_quote("web\r\nreboot\u{1b}[A"), "'web reboot[A'");
    }

    /// The judge is the shell itself.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_the_very_word() {
        let words =
            ["", "a b", "it's '' \"q\"", "$HOME `id` $(id)", "\\", "!x ~ * ? [a] {a,b} #", "=a", "-n", "a;b&c|d<e>f"];
        for word in words {
            let command = format!("printf %s {}", sh_quote(word));
            let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), word);
        }
    }
}
