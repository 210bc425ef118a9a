//! Where a source is, as a URI.

use std::fmt::Write as _;

use super::model::{Artifact, Message};
use crate::source::STDIN;

/// The place of a source: relative to the root of the repository, where the command is expected to run, unless its name is absolute.
pub(super) fn artifact(name: &str) -> Artifact {
    if name == STDIN {
        // No file: it has no base, so that nobody looks for one.
        let description = Some(Message { text: "standard input".to_owned() });
        return Artifact { uri: "stdin".to_owned(), uri_base_id: None, description };
    }
    let base = match name.as_bytes() {
        [b'/', b'/', ..] => "file:",
        [b'/', ..] => "file://",
        // `C:/…`
        [drive, b':', b'/', ..] if drive.is_ascii_alphabetic() => "file:///",
        _ => "",
    };
    let uri = base.to_owned() + &encoded(name);
    Artifact { uri, uri_base_id: base.is_empty().then_some("%SRCROOT%"), description: None }
}

/// The path of a URI: what RFC 3986 reserves is percent-encoded, slashes apart.
fn encoded(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::artifact;

    #[test]
    fn names_become_uris() {
        for (name, uri, base) in [
            ("k8s/web.yaml", "k8s/web.yaml", Some("%SRCROOT%")),
            ("../a b.yaml", "../a%20b.yaml", Some("%SRCROOT%")),
            ("100%/a#b?c:d\\e.yaml", "100%25/a%23b%3Fc%3Ad%5Ce.yaml", Some("%SRCROOT%")),
            ("größe/🚢.yaml", "gr%C3%B6%C3%9Fe/%F0%9F%9A%A2.yaml", Some("%SRCROOT%")),
            ("a\n[\"<b>\"].yaml", "a%0A%5B%22%3Cb%3E%22%5D.yaml", Some("%SRCROOT%")),
            ("/srv/web.yaml", "file:///srv/web.yaml", None),
            ("C:/k8s/web.yaml", "file:///C%3A/k8s/web.yaml", None),
            ("//host/share/web.yaml", "file://host/share/web.yaml", None),
            ("<stdin>", "stdin", None),
        ] {
            let artifact = artifact(name);
            assert_eq!((artifact.uri.as_str(), artifact.uri_base_id), (uri, base), "{name}");
        }
    }
}
