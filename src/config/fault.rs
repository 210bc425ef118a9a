//! What is wrong with a file of settings, in words for those who wrote it.

use crate::problem::{Place, Problem};
use crate::source::{SourceId, Span};
use crate::yaml::Document;

/// A word as far from a known one as this share of its length is no misspelling of it.
const FARTHEST: f64 = 0.4;

/// Refuses what is YAML and no settings: several documents, a manifest, a key that is there twice.
pub(super) fn refuse_other_texts(documents: &[Document<'_>]) -> Result<(), Problem> {
    let error =
        |at: Span, message: &str, help: &str| Err(Problem::error(Place::Span(at), message, Some(help.to_owned())));
    let [document, others @ ..] = documents else { return Ok(()) };
    if let Some(other) = others.first() {
        return error(other.root().span(), "settings are one document, and this is a second one", "take out the `---`");
    }
    let root = document.root();
    if let (Some((key, _)), Some(_)) = (root.entry("apiVersion"), root.entry("kind")) {
        let help = "give the manifest another name, or pass --no-config";
        return error(key.span(), "this is a Kubernetes manifest, and its name is that of portolan's settings", help);
    }
    match document.duplicate_keys().next() {
        Some(key) => error(key.second, &format!("`{}` is here twice", key.name), "keep one of the two"),
        None => Ok(()),
    }
}

/// What serde_yaml says, in our words.
pub(super) fn problem(error: &serde_yaml::Error, source: SourceId, text: &str) -> Problem {
    let (message, start) = match error.location() {
        Some(at) => {
            let place = format!(" at line {} column {}", at.line(), at.column());
            (error.to_string().replace(&place, ""), offset(text, at.line(), at.column()))
        }
        None => (error.to_string(), 0),
    };
    let (message, help) = reworded(&message);
    Problem::error(Place::Span(Span { source, start, end: start }), message, help)
}

/// The byte at a line and column, both counted from 1, columns in characters.
fn offset(text: &str, line: usize, column: usize) -> u32 {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
    let within = lines.next().unwrap_or_default();
    let within: usize = within.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    u32::try_from(before + within).unwrap_or(u32::MAX)
}

/// serde's words, and ours.
const WORDS: &[(&str, &str)] =
    &[("sequence", "list"), ("a boolean", "true or false"), ("missing field", "missing key")];

/// serde calls keys fields and words variants, and lists all that it knows.
fn reworded(message: &str) -> (String, Option<String>) {
    let named = |what: &str| message.split_once(what).map(|(path, rest)| (path, rest.split('`')));
    let (path, kind, mut words) = match (named("unknown field `"), named("unknown variant `")) {
        (Some((path, words)), _) => (path, "key", words),
        (None, Some((path, words))) => (path, "word", words),
        (None, None) => {
            let words = WORDS.iter().fold(message.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours));
            let help = help(&words);
            return (words, help);
        }
    };
    let unknown = words.next().unwrap_or_default();
    // What follows is ` expected one of `, a word, `, `, a word, ….
    let known: Vec<&str> = words.skip(1).step_by(2).collect();
    let help = match nearest(unknown, &known) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("known here: {}", known.join(", ")),
    };
    (format!("{path}unknown {kind} `{unknown}`"), Some(help))
}

fn help(message: &str) -> Option<String> {
    let help = match message.split_once("invalid type: ")?.1 {
        found if found.ends_with("expected a list") => {
            "a list has brackets, or a line that begins with a dash for each item"
        }
        found if found.ends_with("expected text") && !found.starts_with(['l', 'm']) => {
            "text that looks like something else has quotes"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// The known word that was most likely meant.
fn nearest<'w>(unknown: &str, known: &[&'w str]) -> Option<&'w str> {
    let plain =
        |word: &str| -> String { word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let unknown = plain(unknown);
    let far = |word: &str| match plain(word) {
        word if !unknown.is_empty() && word.starts_with(&unknown) => 0.0,
        word => 1.0 - strsim::normalized_damerau_levenshtein(&unknown, &word),
    };
    let found = known.iter().map(|word| (far(word), *word)).min_by(|a, b| a.0.total_cmp(&b.0));
    found.filter(|(far, _)| *far <= FARTHEST).map(|(_, word)| word)
}
