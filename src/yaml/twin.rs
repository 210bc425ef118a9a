//! The same texts read by `serde_yaml`, an independent reader: both must say the same wherever YAML 1.1, which kubectl
//! speaks, and YAML 1.2 agree. What may differ is listed here, and nothing else may. (Two more differences are known, but no
//! text has them: for kubectl a `<<` behind a key overrides it, and custom tags on numbers make them strings.)
//!
//! The texts are the examples of this repository, and the folder that `PORTOLAN_CORPUS` names.

use std::path::Path;

use serde_yaml::Value;

use super::*;
use crate::source::SourceId;

/// A reason for plain scalars to differ, and the scalars it applies to.
struct Reason {
    why: &'static str,
    applies: fn(&str) -> bool,
}

const SCALARS: [Reason; 3] = [
    Reason {
        why: "booleans of YAML 1.1",
        applies: |text| matches!(text.to_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off"),
    },
    Reason { why: "a leading zero makes a number octal, not a string", applies: |text| has_leading_zero(text) },
    Reason { why: "numbers with underscores", applies: |text| text.contains('_') && has_leading_digit(text) },
];

fn has_leading_digit(text: &str) -> bool {
    text.trim_start_matches(['+', '-']).starts_with(|first: char| first.is_ascii_digit())
}

fn has_leading_zero(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    unsigned.len() > 1 && unsigned.starts_with('0') && !unsigned.contains('.')
}

/// Where the whole document may differ.
const ONLY_WE_READ: [&str; 1] = ["duplicate entry"]; // A repeated key: kubectl takes the last one.
const ONLY_WE_REFUSE: [&str; 2] = [
    "must be text, a number or a boolean", // A key that JSON cannot have.
    "in a line that is not indented",      // libyaml lets a quoted string go on anywhere.
];

/// Compares the readings of one document; the first difference that nothing justifies is returned.
fn compare(text: &str, range: std::ops::Range<usize>) -> Result<(), String> {
    let ours = parse(SourceId(0), text, range.clone());
    let theirs = serde_yaml::from_str(&text[range]).and_then(|mut theirs: Value| theirs.apply_merge().map(|()| theirs));
    match (ours, theirs) {
        (Err(_), Err(_)) | (Ok(None), Ok(Value::Null)) => Ok(()),
        (Ok(Some(ours)), Ok(theirs)) => same(text, ours.root(), &theirs),
        (Err(ours), Ok(_)) if ONLY_WE_REFUSE.iter().any(|reason| ours.message.contains(reason)) => Ok(()),
        (Ok(_), Err(theirs)) if ONLY_WE_READ.iter().any(|reason| theirs.to_string().contains(reason)) => Ok(()),
        (Err(ours), Ok(_)) => Err(format!("we refuse: {}", ours.message)),
        (Ok(ours), Err(theirs)) => Err(format!("we read {ours:?}, it says {theirs}")),
        (Ok(None), Ok(theirs)) => Err(format!("we find nothing, it finds {theirs:?}")),
    }
}

fn same(text: &str, ours: Node<'_>, theirs: &Value) -> Result<(), String> {
    match theirs {
        // Tags of applications: kubectl ignores them.
        Value::Tagged(tagged) if ours.style() == Style::Quoted => {
            same_text(ours, tagged.value.as_str().unwrap_or(ours.text()))
        }
        Value::Tagged(tagged) => same(text, ours, &tagged.value),
        Value::Mapping(theirs) if ours.is_mapping() => {
            if ours.entries().count() != theirs.len() {
                return Err(format!("{ours:?} and {theirs:?} have not the same keys"));
            }
            ours.entries().try_for_each(|(key, value)| {
                let written = &text[key.span().start as usize..key.span().end as usize];
                let is_it = |name: &Value| match name {
                    Value::String(name) => name == key.text() || name == written,
                    Value::Number(name) => name.to_string() == key.text(),
                    Value::Bool(name) => name.to_string() == key.text(),
                    _ => false,
                };
                let theirs = theirs.iter().find(|(name, _)| is_it(name));
                theirs.map_or_else(|| Err(format!("it has no {}", key.text())), |(_, theirs)| same(text, value, theirs))
            })
        }
        Value::Sequence(theirs) if ours.is_sequence() => {
            if ours.items().count() != theirs.len() {
                return Err(format!("{ours:?} and {theirs:?} have not the same length"));
            }
            ours.items().zip(theirs).try_for_each(|(ours, theirs)| same(text, ours, theirs))
        }
        theirs => same_scalar(ours, theirs),
    }
}

fn same_scalar(ours: Node<'_>, theirs: &Value) -> Result<(), String> {
    let is_same = match (ours.scalar(), theirs) {
        (Some(Scalar::Null), Value::Null) => true,
        (Some(Scalar::Bool(ours)), Value::Bool(theirs)) => ours == *theirs,
        (Some(Scalar::Int(ours)), Value::Number(theirs)) => Some(ours as f64) == theirs.as_f64(),
        (Some(Scalar::Float(ours)), Value::Number(theirs)) => {
            theirs.as_f64().is_some_and(|theirs| ours == theirs || (ours.is_nan() && theirs.is_nan()))
        }
        (Some(Scalar::Str(ours)), Value::String(theirs)) => ours == theirs,
        _ => false,
    };
    let justified = ours.style() == Style::Plain && SCALARS.iter().any(|reason| (reason.applies)(ours.text()));
    if is_same || justified { Ok(()) } else { Err(format!("we read {:?}, it reads {theirs:?}", ours.scalar())) }
}

fn same_text(ours: Node<'_>, theirs: &str) -> Result<(), String> {
    if ours.text() == theirs { Ok(()) } else { Err(format!("we read {:?}, it reads {theirs:?}", ours.text())) }
}

/// Compares every YAML file below a folder; returns how many documents there were.
fn compare_folder(folder: &Path) -> usize {
    let mut documents = 0;
    let mut differences = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build().filter_map(Result::ok) {
        let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let Some(text) = is_yaml.then(|| std::fs::read_to_string(entry.path()).ok()).flatten() else { continue };
        for range in split(&text) {
            documents += 1;
            let place = format!("{} at {}", entry.path().display(), range.start);
            differences.extend(compare(&text, range).err().map(|difference| format!("{place}: {difference}")));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    documents
}

#[test]
fn the_examples_are_read_as_serde_yaml_reads_them() {
    compare_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"));
}

#[test]
fn the_corpus_is_read_as_serde_yaml_reads_it() {
    let Some(folder) = std::env::var_os("PORTOLAN_CORPUS") else { return };
    let documents = compare_folder(Path::new(&folder));
    assert!(documents > 0, "there is no YAML in {}", folder.display());
}

#[test]
fn every_justified_difference_exists() {
    for (reason, plain) in SCALARS.iter().zip(["yes", "0120", "8_080"]) {
        assert!((reason.applies)(plain), "{}", reason.why);
        let theirs: Value = serde_yaml::from_str(plain).unwrap();
        let text = parse(SourceId(0), plain, 0..plain.len()).unwrap().unwrap();
        let ours: Value = decode(text.root()).unwrap();
        assert_ne!(ours, theirs, "{}", reason.why);
    }
}

#[test]
fn the_comparison_sees_differences() {
    let ours = "{a: [1, x], b: {c: true}}";
    let document = parse(SourceId(0), ours, 0..ours.len()).unwrap().unwrap();
    let same_as = |theirs: &str| same(ours, document.root(), &serde_yaml::from_str(theirs).unwrap()).is_ok();
    assert!(same_as(ours));
    for theirs in [
        "{a: [1, y], b: {c: true}}",
        "{a: [1], b: {c: true}}",
        "{a: [1, x]}",
        "{a: [1, x], b: {d: true}}",
        "{a: ['1', x], b: {c: true}}",
        "{a: [1, x], b: {c: false}}",
        "{a: [1, x], b: ~}",
    ] {
        assert!(!same_as(theirs), "{theirs}");
    }
}
