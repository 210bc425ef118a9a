//! What is read here is what the parser reads, to the byte.

use proptest::prelude::*;

use super::*;
use crate::yaml::parse::tests::hard::hard_ones_read;
use crate::yaml::parse::tests::is_read_alike;

fn is_read(text: &str) -> bool {
    is_read_alike(read, text, 0..text.len())
}

#[test]
fn json_is_read() {
    for text in [
        "{}",
        "[]\n",
        " \n{ \"a\": 1, \"b\": [true, false, null, -1.5e+3, 0],\n \"c\": {\"d\": \"\"} }\n\n",
        "{\"a\":{\"b\":[[],{},[{}]]},\"a\":\"twice\"}",
        "[\"it's\", \"# no comment\", \"a: b\", \"\\\"\\\\\\/\\n\\t\\u003c\\u00e9\", \"世界 🚢\"]",
        "{\n\"a\":\n[\n1\n,\n2\n]\n}\n",
    ] {
        assert!(is_read(text), "{text:?}");
    }
}

#[test]
fn what_is_no_json_is_left_to_the_parser() {
    for text in [
        "{a: 1}",
        "{\"a\" : 1}",
        "{\"a\"}",
        "{\"a\": b}",
        "{\"a\": 1,}",
        "{\"a\": 1]",
        "[1 2]",
        "[1] [2]",
        "[1] # comment",
        "[1",
        "[\"a]",
        "[\"on\ntwo lines\"]",
        "[\"\\x41\", \"\\ud83d\"]",
        "['a']",
        "[-]",
        "[\t1]",
        "{\"a\": &b 1}",
        "a: {}",
    ] {
        assert!(read(SourceId(0), text, 0..text.len()).is_none(), "{text:?}");
    }
    let key = format!("{{\"{}\": 1}}", "k".repeat(LONGEST_KEY));
    assert!(read(SourceId(0), &key, 0..key.len()).is_none());
}

/// Where one of these may stand, for `@`.
const PLACES: [&str; 16] = [
    "@",
    "[@]",
    "[@\n]\n",
    "[ @ ]\n",
    "[@, 1]",
    "[1,\n@,\n2]",
    "{\"a\":@}",
    "{\"a\": @}\n",
    "{\n  \"a\": @,\n  \"b\": {\"c\": [@]}\n}\n",
    "{@:1}",
    "{@: 1, \"b\": 2}",
    "{\"a\": 1, @}",
    "[@] # comment\n",
    " [@]\n# comment\n",
    "---\n[@]\n...\n",
    "[1]@",
];

#[test]
fn whatever_yaml_has_is_read_alike_in_every_place() {
    let read = hard_ones_read(read, &PLACES);
    assert!(read > 1_500, "{read} documents are read here");
}

#[test]
fn keys_are_read_alike_however_long_they_are() {
    for length in [997, 998, 999, 1000, 1022, 1023, 1024, 1025] {
        for char in ["k", "é"] {
            let key = char.repeat(length);
            for text in [format!("{{\"{key}\":1}}"), format!("[{{\"a\": 1, \"{key}\": {{}}}}]"), format!("[\"{key}\"]")]
            {
                is_read(&text);
            }
        }
    }
}

/// JSON values as texts, with blanks here and there.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "1",
        "-2.50",
        "1e9",
        "true",
        "null",
        "\"\"",
        "\"a b\"",
        "\"\\\"\\u0041\\n\"",
        "\"é🚢\"",
        "{}",
        "[ ]",
        "\"{\\\\\"",
    ]);
    let blank = || prop::sample::select(vec!["", " ", "\n", "\n  ", "  "]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 5, move |inner| {
        let list = prop::collection::vec((inner.clone(), blank(), blank()), 0..5).prop_map(|items| {
            let items: Vec<String> = items.iter().map(|(item, a, b)| format!("{a}{item}{b}")).collect();
            format!("[{}]", items.join(","))
        });
        let keys = prop::sample::select(vec!["a", "b", "a b", "", "é", "\\\"", "on", "0x1", "<<"]);
        let mapping = prop::collection::vec((keys, inner, blank(), blank()), 0..5).prop_map(|entries| {
            let entries: Vec<String> =
                entries.iter().map(|(key, value, a, b)| format!("{a}\"{key}\":{b}{value}{a}")).collect();
            format!("{{{}}}", entries.join(","))
        });
        prop_oneof![list, mapping]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn json_and_what_is_nearly_json_is_read_as_the_parser_does(
        value in value(),
        at in any::<prop::sample::Index>(),
        more in prop::sample::select(vec!["", "", ",", "}", "]", "{", "\"", ":", " ", "\n", "#", " #", "'", "-", "&a ", "!", "\\", "x", "1", "---", "? ", "\t"]),
    ) {
        let place = at.index(value.chars().count() + 1);
        let text: String = value.chars().take(place).chain(more.chars()).chain(value.chars().skip(place)).collect();
        is_read(&text);
    }
}

#[test]
fn the_json_of_the_corpus_is_read_as_the_parser_does() {
    let Ok(folder) = std::env::var("PORTOLAN_CORPUS") else { return };
    let files = ignore::WalkBuilder::new(folder).standard_filters(false).build().flatten();
    let texts = files
        .filter(|file| file.path().extension().is_some_and(|ending| ending == "json"))
        .filter_map(|file| std::fs::read_to_string(file.path()).ok());
    let read: Vec<bool> = texts.map(|text| is_read(&text)).collect();
    let count = read.iter().filter(|is_read| **is_read).count();
    assert!(count * 2 > read.len(), "{count} of {} are read here", read.len());
}
