//! What is read here is what the parser reads, to the byte.

use proptest::prelude::*;

use super::*;
use crate::yaml::parse::tests::hard::hard_ones_read;
use crate::yaml::parse::tests::is_read_alike;
use crate::yaml::split;

const SOURCE: SourceId = SourceId(3);

fn is_read(text: &str, range: Range<usize>) -> bool {
    is_read_alike(read, text, range)
}

#[test]
fn common_style_is_read() {
    for text in [
        "a: 1\nb: two words  \n",
        "a:\n  b:\n    c: x\n  d: y\ne: z",
        "# comment\n---\n# comment\na: 1 # comment\n\n  # comment\nb:\n# comment\n- c # comment\n",
        "a:\n- b: 1\n  c: 2\n-\n  d: 3\n-   e: 4\n    f: 5\ng: 6\n",
        "- a\n- - b\n  - c\n-   - d\n",
        "a:\nb:\n-\n-\nc:\n  d:   \n",
        "a: \"x: y # z\" # comment\n'b': ''\n\"c\": \"\"\n",
        "a: {}\nb: []\nc:\n- {} # comment\n",
        "'it''s': ''''\nb: 'x'''\nc: \"\\\"one\\\"\\n\\ttwo\\\\ \\/\"\n",
        "a: |\n  one\n   two\n\n    \n  three\n\n\nb: |-\n    four\nc:\n- |\n  five\n- six",
        "a: |\n\n  one",
        "a: |-\n  one\n",
        "a: --flag=[x, {y}]\nb: http://host:80/#part\nc: -1\nd: ?x\ne: :80\n",
        "8080: on\ntrue: ~\n",
        "a: 1\na: 2\n",
        "a:\n  on the next line\nb:\n  'so too'\n",
        "ä: 世界 🚢 …\n",
    ] {
        assert!(is_read(text, 0..text.len()), "{text:?}");
    }
}

#[test]
fn other_styles_and_mistakes_are_left_to_the_parser() {
    for text in [
        "a: &anchor 1\nb: *anchor\n",
        "a: !!str 1\n",
        "a: {b: c}\n",
        "a: [b]\n",
        "{\"a\": 1}",
        "a: \"\\x41\"\n",
        "a: \"b\\\n",
        "a: \"on\n  two lines\"\n",
        "a: on\n  two lines\n",
        "a: >\n  folded\n",
        "a: |2\n  indented\n",
        "a: |\nb: 1\n",
        "a:\t1\n",
        "a: 1\r\n",
        "? a\n: b\n",
        "a: - b\n",
        "a: b: c\n",
        "a: 'b' c\n",
        "a : 1\n",
        "- \n- a\n",
        "- # comment\n  a\n",
        "a: @b\n",
        "a: 1\n b: 2\n",
        "a:\n  b: 1\n c: 2\n",
        "a:\n- b\nc\n",
        "a\nb: c\n",
        "%YAML 1.2\n---\na: 1\n",
        "--- a\n",
        "a: 1\n...\n",
        "a: \u{7}\n",
        "a: \u{85}\n",
        "- a\nb: c\n",
    ] {
        assert!(read(SOURCE, text, 0..text.len()).is_none(), "{text:?}");
    }
    let key = "k".repeat(LONGEST_KEY + 1);
    assert!(read(SOURCE, &format!("{key}: 1\n"), 0..key.len() + 4).is_none());
}

/// Where one of these may stand, for `@`; further lines of it are indented as far as `@` stands in its own.
const PLACES: [&str; 30] = [
    "@\n",
    "@",
    "a: @\n",
    "a: @",
    "a: @ # comment\n",
    "a: @  \nb: c\n",
    "a:\n  @\nb: c\n",
    "a:\n@\nb: c\n",
    "a:\n - @\n - d\n",
    "a:\n- @\n- d\nb: c\n",
    "a:\n- b: @\n  c: d\n",
    "a:\n  b:\n    c: @\n  d: e\n",
    "a:\n  b: @\n# comment\n  d: e\n",
    "- @\n",
    "- @\n- b\n",
    "- - @\n  - b\n- c\n",
    "- a: @\n  b: c\n- d\n",
    "-\n  @\n- b\n",
    "@: b\n",
    "@:\n  b: c\n",
    "a: b\n@: c\n",
    "a: b\n@\n",
    "a:\n  @: b\n  c: d\n",
    "- @: b\n  c: d\n",
    "b: c\na: @\nb: d\n",
    "--- @\n",
    "---\na: @\n...\n",
    "# comment\n---\n# comment\n\na: @\n\n# comment\n",
    "a: 1\n---\na: @\n---\n@\n",
    "{a: @}\n",
];

#[test]
fn whatever_yaml_has_is_read_alike_in_every_place() {
    let read = hard_ones_read(read, &PLACES);
    assert!(read > 15_000, "{read} documents are read here");
}

#[test]
fn keys_are_read_alike_however_long_they_are() {
    for length in [999, 1000, 1001, 1022, 1023, 1024, 1025] {
        for char in ["k", "é"] {
            let key = char.repeat(length);
            for text in [
                format!("{key}: 1\n"),
                format!("'{key}': 1\n"),
                format!("- {key}:\n    a: 1\n"),
                format!("\"{key}\": 1\n"),
            ] {
                is_read(&text, 0..text.len());
            }
        }
    }
}

/// What lines are made of, so that any few of them often are YAML and often nearly so.
const PARTS: [&str; 66] = [
    "a:",
    "a: ",
    "b: c",
    "b:  c  ",
    "- ",
    "-",
    "- d",
    "- e: f",
    "- - g",
    "-   h: i",
    "# comment",
    "x # comment",
    "x#y",
    "'q'",
    "'q': r",
    "\"s\"",
    "\"t\": u",
    "''",
    "\"\"",
    "'it''s'",
    "\"\\n\"",
    "'it''s': x",
    "''''",
    "'''",
    "\"\\\"\\\\\": y",
    "\"\\u0041\"",
    "\"\\",
    "{}",
    "[]",
    "a: {}",
    "- []",
    "{} x",
    "{}#",
    "|",
    "a: |",
    "a: |-",
    "- |",
    "a: |+",
    "a: >",
    "|- ",
    "---",
    "...",
    "--- a",
    "---x",
    "k: v: w",
    "k: - v",
    "k:v",
    ":x",
    "?x",
    "? x",
    ": x",
    "-x",
    "http://a:80/#b",
    "a: <<",
    "<<: a",
    "on: off",
    "01: 1",
    "~: ~",
    "é: 🚢",
    "a: &b c",
    "*b",
    "!t x",
    "%x",
    "@x",
    "x ",
    "a : b",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn lines_in_any_order_are_read_as_the_parser_does(
        lines in proptest::collection::vec((0..5usize, 0..PARTS.len(), 0..12usize), 1..12)
    ) {
        let ends = |end: &usize| if *end == 0 { "\n\n" } else if *end == 1 { "  \n" } else { "\n" };
        let text: String = lines.iter().map(|(indent, part, end)| format!("{:indent$}{}{}", "", PARTS[*part], ends(end))).collect();
        for text in [&text, text.trim_end_matches('\n')] {
            for range in split(text) {
                is_read(text, range);
            }
        }
    }
}

/// How many documents of the YAML files in a folder are read here, of how many.
fn read_of(folder: &str) -> (usize, usize) {
    let files = ignore::WalkBuilder::new(folder).standard_filters(false).build().flatten();
    let is_yaml = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let texts = files.filter(|file| is_yaml(file.path())).filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let read: Vec<bool> = texts
        .flat_map(|text| split(&text).into_iter().map(|range| is_read(&text, range)).collect::<Vec<_>>())
        .collect();
    (read.iter().filter(|is_read| **is_read).count(), read.len())
}

#[test]
fn examples_are_read_as_the_parser_does() {
    let (read, all) = read_of(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"));
    assert!(read * 4 > all, "{read} of {all} are read here");
}

#[test]
fn the_corpus_is_read_as_the_parser_does() {
    let Ok(folder) = std::env::var("PORTOLAN_CORPUS") else { return };
    let (read, all) = read_of(&folder);
    assert!(read * 2 > all, "{read} of {all} are read here");
}
