//! The rules of reading, one test each, and the bounds.

use k8s_openapi::api::core::v1::{ConfigMap, Container, Pod, Service, ServicePort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Value, json};

use super::*;
use crate::source::SourceId;

const SOURCE: SourceId = SourceId(3);

fn document(text: &str) -> Document<'_> {
    parse(SOURCE, text, 0..text.len()).unwrap().expect("the text holds something")
}

/// What kubectl turns a text into.
fn read(text: &str) -> Value {
    decode(document(text).root()).unwrap()
}

fn syntax_error(text: &str) -> SyntaxError {
    parse(SOURCE, text, 0..text.len()).expect_err("the text cannot be read")
}

fn decode_error<T: for<'d> serde::Deserialize<'d> + std::fmt::Debug>(text: &str) -> DecodeError {
    decode::<T>(document(text).root()).expect_err("a value does not fit")
}

/// `path: message (help)`, and the text at the place.
fn told(text: &str, error: DecodeError) -> (String, &str) {
    let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
    (format!("{}: {}{help}", error.path, error.message), at(text, error.span))
}

fn at(text: &str, span: Span) -> &str {
    assert_eq!(span.source, SOURCE);
    &text[span.start as usize..span.end as usize]
}

fn port(value: &str) -> String {
    format!("spec:\n  ports:\n  - port: {value}\n")
}

fn first_port(text: &str) -> ServicePort {
    let service: Service = decode(document(text).root()).unwrap();
    service.spec.unwrap().ports.unwrap().remove(0)
}

#[test]
fn yaml_01_a_quoted_number_is_no_port() {
    let text = port("\"80\"");
    let expected = "spec.ports[0].port: expected a whole number, found the string \"80\" (write 80 without quotes)";
    assert_eq!(told(&text, decode_error::<Service>(&text)), (expected.to_owned(), "\"80\""));

    for field in ["port", "nodePort"] {
        decode_error::<ServicePort>(&format!("{field}: '80'"));
    }
    for field in ["containerPort", "hostPort"] {
        decode_error::<Container>(&format!("ports: [{{{field}: \"80\"}}]"));
    }
    let text = "livenessProbe: {grpc: {port: \"80\"}}";
    assert_eq!(decode_error::<Container>(text).path, "livenessProbe.grpc.port");
}

#[test]
fn yaml_02_an_int_or_string_follows_its_type() {
    let target_port =
        |value| decode::<ServicePort>(document(&format!("targetPort: {value}")).root()).unwrap().target_port;
    assert_eq!(target_port("8080"), Some(IntOrString::Int(8080)));
    assert_eq!(target_port("0x50"), Some(IntOrString::Int(80)));
    assert_eq!(target_port("80.0"), Some(IntOrString::Int(80)));
    assert_eq!(target_port("\"8080\""), Some(IntOrString::String("8080".to_owned())));
    assert_eq!(target_port("http"), Some(IntOrString::String("http".to_owned())));
    assert_eq!(target_port("22:22"), Some(IntOrString::String("22:22".to_owned())));
    assert_eq!(target_port("~"), None);

    let refused = |value: &str| decode_error::<ServicePort>(&format!("targetPort: {value}")).message;
    assert_eq!(refused("yes"), "expected a whole number or a string, found the boolean true");
    assert_eq!(refused("80.5"), "expected a whole number or a string, found the number 80.5");
    assert_eq!(refused("3000000000"), "expected a 32-bit integer, found the number 3000000000");
}

#[test]
fn yaml_03_a_string_field_holds_strings_only() {
    let wrong = |text: &str| told(text, decode_error::<ServicePort>(text)).0;
    assert_eq!(wrong("name: 8080"), "name: expected a string, found the number 8080 (quote it: \"8080\")");
    assert_eq!(wrong("name: on"), "name: expected a string, found the boolean true (quote it: \"on\")");
    assert_eq!(wrong("name: y"), "name: expected a string, found the boolean true (quote it: \"y\")");
    assert_eq!(wrong("name: no"), "name: expected a string, found the boolean false (quote it: \"no\")");
    assert_eq!(wrong("name: [a]"), "name: expected a string, found a list");

    let text = "env:\n- name: PORT\n  value: 8080\n";
    let expected = "env[0].value: expected a string, found the number 8080 (quote it: \"8080\")";
    assert_eq!(told(text, decode_error::<Container>(text)), (expected.to_owned(), "8080"));

    let text = "spec:\n  selector: {version: 1.0}\n";
    let expected = "spec.selector.version: expected a string, found the number 1.0 (quote it: \"1.0\")";
    assert_eq!(told(text, decode_error::<Service>(text)), (expected.to_owned(), "1.0"));

    let text = "metadata:\n  annotations:\n    example.com/on: yes\n";
    assert_eq!(decode_error::<Service>(text).path, "metadata.annotations[\"example.com/on\"]");
}

#[test]
fn yaml_04_numbers_are_read_as_kubectl_reads_them() {
    for (written, number) in [
        ("80.0", 80),
        ("1e2", 100),
        ("8_080", 8080),
        ("+80", 80),
        ("0x50", 80),
        ("0b1010000", 80),
        ("0120", 80),
        ("0o120", 80),
        ("080", 80),
    ] {
        assert_eq!(first_port(&port(written)).port, number, "{written}");
    }
    for (written, message) in [
        ("80.5", "expected a whole number, found the number 80.5"),
        ("3000000000", "expected a whole number from -2147483648 to 2147483647, found the number 3000000000"),
        ("22:22", "expected a whole number, found the string \"22:22\""),
    ] {
        assert_eq!(decode_error::<Service>(&port(written)).message, message);
    }
}

#[test]
fn yaml_05_a_port_of_null_is_zero() {
    for written in ["", "~", "null"] {
        assert_eq!(first_port(&port(written)).port, 0, "{written}");
    }
}

#[test]
fn null_leaves_the_zero_value_as_in_go() {
    let service: Service = decode(document("metadata: ~\nspec:\n  ports: ~\n  selector: {a: ~}").root()).unwrap();
    let spec = service.spec.unwrap();
    assert_eq!(service.metadata.name, None);
    assert_eq!(spec.ports, None);
    assert_eq!(spec.selector.unwrap()["a"], "");
    let service: Service = decode(document("metadata: {labels: ~}\nspec: {ports: [~]}").root()).unwrap();
    assert_eq!(service.metadata.labels, None);
    assert_eq!(service.spec.unwrap().ports, Some(vec![ServicePort::default()]));

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Own<'d> {
        text: &'d str,
        list: Vec<u16>,
        #[serde(default)]
        absent: bool,
        flag: bool,
    }
    let document = document("text:\nlist:\nflag:\n");
    let own: Own<'_> = decode(document.root()).unwrap();
    assert_eq!(own, Own { text: "", list: vec![], absent: false, flag: false });
}

#[test]
fn yaml_06_of_a_repeated_key_the_last_value_counts_and_it_is_told() {
    let text = "port: 80\nname: web\nport: 81\n";
    let document = document(text);
    assert_eq!(decode::<ServicePort>(document.root()).unwrap().port, 81);
    assert_eq!(document.root().get("port").unwrap().text(), "81");
    let told: Vec<_> = document.duplicate_keys().map(|key| (key.name, key.first.start, key.second.start)).collect();
    assert_eq!(told, [("port", 0, 19)]);
}

#[test]
fn repeated_keys_are_found_whatever_they_are_written_like() {
    let names = |text: &str| {
        document(text).duplicate_keys().map(|key| (key.name.to_owned(), key.first.start)).collect::<Vec<_>>()
    };
    assert_eq!(
        names("a: {b: 1, 'b': 2}\nc: [{d: 1, \"d\": 2, d: 3}]"),
        [("b".to_owned(), 4), ("d".to_owned(), 23), ("d".to_owned(), 29)]
    );
    assert_eq!(names("1: a\n\"1\": b\n0x1: c"), [("1".to_owned(), 0), ("1".to_owned(), 5)]);
    assert_eq!(names("a: {b: 1}\nc: {b: 1}\nA: 1"), []);
    assert_eq!(names("<<: {a: 1}\na: 2\n"), [], "a key that overrides a merged one is no mistake");
}

#[test]
fn yaml_07_keys_differ_by_case() {
    let found = first_port("spec:\n  ports:\n  - Port: 80\n    nodeport: 30080\n");
    assert_eq!(found, ServicePort::default());
    assert!(document("Port: 80").root().get("port").is_none());
}

#[test]
fn yaml_08_anchors_and_aliases_work() {
    assert_eq!(read("a: &x {b: [1]}\nc: *x\n"), json!({"a": {"b": [1]}, "c": {"b": [1]}}));
    assert_eq!(read("a: &x http\n*x : 1\n"), json!({"a": "http", "http": 1}));
    assert_eq!(read("- &x 1\n- &x 2\n- *x"), json!([1, 2, 2]), "the anchor nearest above");
    let text = "ports:\n- &web {containerPort: 80}\n- *web\n";
    let document = document(text);
    let alias = document.root().at("ports.1.containerPort").unwrap();
    assert_eq!(at(text, alias.span()), "80");
}

#[test]
fn yaml_08_merge_keys_work_and_the_order_decides() {
    for (text, merged) in [
        ("<<: {a: 1, b: 2}\nb: 3", json!({"a": 1, "b": 3})),
        ("b: 3\n<<: {a: 1, b: 2}", json!({"a": 1, "b": 2})),
        ("<<: [{a: 1}, {a: 2, b: 2}]", json!({"a": 1, "b": 2})),
        ("<<: {a: 1}\n<<: {a: 2, c: 3}", json!({"a": 2, "c": 3})),
        ("<<: &x {<<: {c: 1}, d: 2}", json!({"c": 1, "d": 2})),
        (
            "x: &x {a: 1}\nw: &y {<<: *x, b: 2}\nz: {<<: [*y]}",
            json!({"x": {"a": 1}, "w": {"a": 1, "b": 2}, "z": {"a": 1, "b": 2}}),
        ),
        ("\"<<\": {a: 1}", json!({"<<": {"a": 1}})),
        ("a: <<", json!({"a": "<<"})),
    ] {
        assert_eq!(read(text), merged, "{text}");
    }
}

#[test]
fn yaml_08_a_merged_target_port_is_decoded() {
    let text = "base: &base\n  port: 80\n  targetPort: http\nweb:\n  <<: *base\n  port: 81\n";
    let document = document(text);
    let web = document.root().get("web").unwrap();
    let port: ServicePort = decode(web).unwrap();
    assert_eq!((port.port, port.target_port), (81, Some(IntOrString::String("http".to_owned()))));
    assert_eq!(at(text, web.get("targetPort").unwrap().span()), "http");
}

#[test]
fn yaml_08_only_mappings_can_be_merged() {
    for text in ["<<: 5", "<<:", "<<: [{a: 1}, 2]", "x: &x [1]\ny: {<<: *x}"] {
        let error = syntax_error(text);
        assert_eq!(
            (error.message.as_str(), at(text, error.span)),
            ("`<<` needs a mapping, or a list of mappings", "<<")
        );
    }
}

#[test]
fn yaml_08_a_stream_holds_documents_empty_ones_and_comments() {
    let text = "# only a comment\n---\n---\nkind: List\nitems: [{a: 1}]\n--- # nothing\n~\n---\n{}\n...\n# end\n";
    let found: Vec<Option<Value>> = split(text)
        .into_iter()
        .map(|range| parse(SOURCE, text, range).unwrap().map(|document| decode(document.root()).unwrap()))
        .collect();
    assert_eq!(found, [None, Some(json!({"kind": "List", "items": [{"a": 1}]})), None, Some(json!({})), None]);
}

#[test]
fn yaml_09_the_case_of_a_protocol_is_kept() {
    assert_eq!(first_port("spec: {ports: [{protocol: tcp}]}").protocol.as_deref(), Some("tcp"));
}

#[test]
fn keys_become_the_text_they_are_in_json() {
    for (key, text) in [
        ("8080", "8080"),
        ("0x10", "16"),
        ("1_000", "1000"),
        ("yes", "true"),
        ("off", "false"),
        ("1.5", "1.5"),
        ("1e3", "1000"),
        ("100000.0", "100000"),
        ("16777217.0", "1.6777216e+07"),
        ("1e21", "1e+21"),
        ("1e-7", "1e-07"),
        ("3.14159265358979", "3.1415927"),
        (".inf", ".inf"),
        ("2001-01-01", "2001-01-01"),
        ("!!str 5", "5"),
        ("!x 6", "6"),
        ("'on'", "on"),
    ] {
        assert_eq!(read(&format!("{key}: v")), json!({text: "v"}), "{key}");
    }
    let text = "data: {8080: x}";
    let map: ConfigMap = decode(document(text).root()).unwrap();
    assert_eq!(map.data.unwrap()["8080"], "x");
}

#[test]
fn keys_that_have_no_text_are_refused() {
    for text in ["~: 1", "? [a]\n: 1", "? {a: b}\n: 1", "18446744073709551615: b", "a: &x [1]\n*x : 2"] {
        assert_eq!(syntax_error(text).message, "the key of a mapping must be text, a number or a boolean", "{text}");
    }
    let help = syntax_error("port: {{ .Values.port }}\n").help.unwrap();
    assert!(help.contains("template"), "{help}");
}

#[test]
fn core_tags_are_obeyed_and_others_ignored() {
    for (value, meaning) in [
        ("!!str 5", json!("5")),
        ("!!str", json!("")),
        ("!!int \"5\"", json!(5)),
        ("!!float 5", json!(5)),
        ("!!bool \"yes\"", json!(true)),
        ("!!null \"\"", json!(null)),
        ("!!python/name:x.y", json!("")),
        ("!Ref name", json!("name")),
        ("!x 5", json!("5")),
        ("! 5", json!("5")),
        ("!Sub {b: 1}", json!({"b": 1})),
        ("!!set {a}", json!({"a": null})),
        ("!x [1]", json!([1])),
        ("=", json!("=")),
    ] {
        assert_eq!(read(&format!("v: {value}\n")), json!({"v": meaning}), "{value}");
    }
    assert_eq!(syntax_error("v: !!int abc").message, "`abc` is not what its tag `!!int` says");
}

#[test]
fn spans_are_bytes_of_the_whole_text() {
    let text = "x: 1\n---\n# ü\nké: 'ä''ö'\nlist:\n- q: \"\\u00e9\"\n- |\n  é\n\n- two\n  words\nflow: {a: [1, 2]} # c\nnone:\n";
    let range = split(text).remove(1);
    let document = parse(SOURCE, text, range).unwrap().unwrap();
    let root = document.root();
    let place = |path| at(text, root.at(path).unwrap().span());
    assert_eq!(place("ké"), "'ä''ö'");
    assert_eq!(root.at("ké").unwrap().text(), "ä'ö");
    assert_eq!(at(text, root.entry("ké").unwrap().0.span()), "ké");
    assert_eq!(place("list"), "- q: \"\\u00e9\"\n- |\n  é\n\n- two\n  words");
    assert_eq!(place("list.0"), "q: \"\\u00e9\"");
    assert_eq!(place("list.0.q"), "\"\\u00e9\"");
    assert_eq!((place("list.1"), root.at("list.1").unwrap().text()), ("é", "é\n"));
    assert_eq!((place("list.2"), root.at("list.2").unwrap().text()), ("two\n  words", "two words"));
    assert_eq!(place("flow"), "{a: [1, 2]}");
    assert_eq!(place("flow.a"), "[1, 2]");
    assert_eq!(place("flow.a.1"), "2");
    assert_eq!(place("none"), "");
    assert!(at(text, root.span()).starts_with("ké: 'ä"));
}

#[test]
fn styles_are_told_apart() {
    let document = document("[p, 'q', \"d\", {}, [], !!str s]");
    let styles: Vec<_> = document.root().items().map(Node::style).collect();
    assert_eq!(styles, [Style::Plain, Style::Quoted, Style::Quoted, Style::Mapping, Style::Sequence, Style::Quoted]);
    let document = self::document("a: |\n  b\nc: >-\n  d\n  e\n");
    let blocks: Vec<_> = document.root().entries().map(|(_, value)| (value.style(), value.text())).collect();
    assert_eq!(blocks, [(Style::Block, "b\n"), (Style::Block, "d e")]);
}

#[test]
fn only_strings_are_strings() {
    let document = document("[a, '1', 1, on, ~, 2001-01-01, [], {}]");
    let texts: Vec<_> = document.root().items().map(Node::as_str).collect();
    assert_eq!(texts, [Some("a"), Some("1"), None, None, None, Some("2001-01-01"), None, None]);
}

#[test]
fn paths_lead_through_mappings_and_lists() {
    let document = document("spec:\n  ports: [{port: 80}]\n  '0': zero\n");
    let root = document.root();
    assert_eq!(root.at("spec.ports.0.port").and_then(Node::scalar), Some(Scalar::Int(80)));
    assert_eq!(root.at("spec.0").and_then(Node::as_str), Some("zero"));
    for nowhere in ["", "spec.none", "spec.ports.1", "spec.ports.port", "spec.ports.0.port.x"] {
        assert!(root.at(nowhere).is_none(), "{nowhere}");
    }
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let text = "\u{feff}a: b\r\nc: |\r\n  x\r\n  y\r\nd: [1,\r\n  2]\r\n---\r\ne: f\r\n";
    let ranges = split(text);
    let first = parse(SOURCE, text, ranges[0].clone()).unwrap().unwrap();
    let second = parse(SOURCE, text, ranges[1].clone()).unwrap().unwrap();
    assert_eq!(decode::<Value>(first.root()).unwrap(), json!({"a": "b", "c": "x\ny\n", "d": [1, 2]}));
    assert_eq!(at(text, first.root().get("a").unwrap().span()), "b");
    assert_eq!(at(text, first.root().get("c").unwrap().span()), "x\r\n  y");
    assert_eq!(at(text, second.root().get("e").unwrap().span()), "f");
    let whole = parse(SOURCE, "\u{feff}a: b", 0..7).unwrap().unwrap();
    assert_eq!(at("\u{feff}a: b", whole.root().get("a").unwrap().span()), "b");
}

#[test]
fn a_block_scalar_ends_with_a_line_break_only_where_its_text_does() {
    for (text, value) in [
        ("a: |\n  x", "x"),
        ("a: |\n  x\n", "x\n"),
        ("a: |\n  x\n  ", "x\n"),
        ("a: |+\n  x\n\n", "x\n\n"),
        ("a: >-\n  x", "x"),
        ("a: |\n", ""),
        ("- |\n  x\n\n- b", "x\n"),
    ] {
        let read = read(text);
        assert_eq!(read.get("a").or(read.get(0)), Some(&json!(value)), "{text:?}");
    }
}

#[test]
fn json_is_read_with_places() {
    let text = "\t{\n\t\"a\":\t1,\"u\":\"\\/\\ud83d\\ude00é\",\n\t\"b\"\n: [ true,null,-0.5e1,\n\t\t{} ]\n}\n";
    let document = document(text);
    assert_eq!(decode::<Value>(document.root()).unwrap(), json!({"a": 1, "u": "/😀é", "b": [true, null, -5, {}]}));
    assert_eq!(at(text, document.root().at("b.2").unwrap().span()), "-0.5e1");
    let error = syntax_error("{\"a\": 1\n  \"b\": 2}");
    assert_eq!(error.message, "`,` or `}` is missing in a mapping in braces");
}

#[test]
fn the_values_of_a_json_stream_are_documents() {
    let text = "{\"a\": \"}{\"}{\"b\": 2}\n[3]\n";
    let found: Vec<Value> = split(text)
        .into_iter()
        .map(|range| decode(parse(SOURCE, text, range).unwrap().unwrap().root()).unwrap())
        .collect();
    assert_eq!(found, [json!({"a": "}{"}), json!({"b": 2}), json!([3])]);
}

#[test]
fn syntax_errors_name_the_place_and_help() {
    for (text, place, message, help) in [
        ("a: b\n\tc: d\n", "\t", "a tab is used for indentation", "indent with spaces"),
        ("é:\n\t- b\n", "\t", "a tab is used for indentation", "indent with spaces"),
        (
            "a: \"b\nc: d\n",
            "c",
            "a quoted string goes on here, in a line that is not indented",
            "close the quote that is open above, or indent this line",
        ),
        ("a: 'b", "'", "a quoted string is never closed", "add the closing quote"),
        ("a: \"b\" c\n", "c", "text follows the closing quote", "put the whole value in one pair of quotes"),
        (
            "a: \"\\d\"\n",
            "\"",
            "there is no such escape in a double-quoted string",
            "write `\\\\` for a backslash, or use single quotes",
        ),
        (
            "a: \"\\ud83d\"\n",
            "\"",
            "an escape in a double-quoted string is no character, or only half of one",
            "write the character itself, or `\\\\` for a backslash",
        ),
        (
            "a: b\n\u{feff}c: d\n",
            "\u{feff}",
            "a byte order mark (U+FEFF) stands inside of the text",
            "remove it; a file that is to follow another one is saved without it",
        ),
        (
            "a: |b\n",
            "|",
            "text follows the `|` or `>` of a text in lines",
            "begin the text in the next line, or put the whole value in quotes",
        ),
        ("a: @b\n", "@", "a value cannot begin with `@`", "put the whole value in quotes"),
        (
            "a: b: c\n",
            ":",
            "a `:` is not allowed here",
            "quote a value that contains `: `, or check the indentation of this line",
        ),
        ("a: *b\n", "*", "the alias names an anchor that is not defined above it", "define it with `&name`"),
        (
            "a: &b [*b]\n",
            "*b",
            "an alias stands inside the value it refers to",
            "name a value that has ended before the alias",
        ),
        (
            "- a\nb: c\n",
            "b",
            "a line that is no `- item` stands in a list",
            "check the indentation of this line and the ones above it",
        ),
    ] {
        let error = syntax_error(text);
        let found = (at(text, error.span), error.message.as_str(), error.help.as_deref());
        assert_eq!(found, (place, message, Some(help)), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_stack_overflow() {
    let block: String = (0..10_000).map(|depth| " ".repeat(depth) + "a:\n").collect();
    let texts =
        ["[".repeat(10_000), "{a: ".repeat(125_000), "- ".repeat(10_000), block, "[".repeat(129) + &"]".repeat(129)];
    for text in texts {
        let error = syntax_error(&text);
        assert!(error.message.contains("nest deeper than 128"), "{}", error.message);
    }
    let mixed = "- ".repeat(100) + &"[".repeat(29) + &"]".repeat(29);
    assert!(syntax_error(&mixed).message.contains("nest deeper than 128"));
    let deep = "[".repeat(128) + &"]".repeat(128);
    assert_eq!(read(&deep).to_string(), deep);
}

#[test]
fn aliases_cannot_nest_deeper_than_their_text() {
    let chain = (1..200).fold("a0: &a0 [x]\n".to_owned(), |text, n| format!("{text}a{n}: &a{n} [*a{}]\n", n - 1));
    assert!(syntax_error(&chain).message.contains("nest deeper than 128"));
}

#[test]
fn bombs_of_aliases_are_defused() {
    let laughs = |open: &str, close: &str| {
        (1..12).fold(format!("a0: &a0 {open}x{close}\n"), |text, n| {
            format!("{text}a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(","))
        })
    };
    assert_eq!(syntax_error(&laughs("[", "]")).message, "the aliases of this document expand to too many values");
    let merges = (1..30).fold("a0: &a0 {k0: 1}\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} {{k{n}: 1, <<: [*a{p}, *a{p}, *a{p}]}}\n", p = n - 1)
    });
    assert_eq!(syntax_error(&merges).message, "the aliases of this document expand to too many values");
}

#[test]
fn an_honest_use_of_aliases_is_within_the_bounds() {
    let items = "  - {name: a, value: b}\n".repeat(100);
    let text = format!("env: &env\n{items}all:\n{}", "  - *env\n".repeat(40));
    assert_eq!(read(&text)["all"][39][99]["value"], json!("b"));
}

#[test]
fn ten_thousand_keys_are_no_burden() {
    let keys: String = (0..10_000).map(|n| format!("  key-{n:05}: {n}\n")).collect();
    let text = format!("base: &base\n{keys}other:\n  <<: *base\n{keys}  key-00007: again\n");
    let document = document(&text);
    assert_eq!(document.root().get("other").unwrap().entries().count(), 10_000);
    assert_eq!(document.duplicate_keys().map(|key| key.name).collect::<Vec<_>>(), ["key-00007"]);
}

#[test]
fn values_that_json_cannot_hold_are_refused() {
    for value in [".inf", "-.INF", ".nan"] {
        let message = format!("expected a finite number, found the number {value}");
        assert_eq!(decode_error::<Value>(&format!("v: {value}")).message, message);
    }
}

#[test]
fn quantities_may_be_numbers() {
    let text = "spec:\n  containers:\n  - name: a\n    resources: {limits: {cpu: 1, memory: 1.5, disk: 2Gi}}\n";
    let pod: Pod = decode(document(text).root()).unwrap();
    let limits = pod.spec.unwrap().containers.remove(0).resources.unwrap().limits.unwrap();
    assert_eq!((limits["cpu"].0.as_str(), limits["memory"].0.as_str(), limits["disk"].0.as_str()), ("1", "1.5", "2Gi"));
}

#[test]
fn the_wrong_shape_is_told() {
    for (text, told_as) in [
        ("spec: {ports: {}}", "spec.ports: expected a list, found a mapping (begin every item with `- `)"),
        ("spec: {ports: ''}", "spec.ports: expected a list, found the string \"\""),
        ("spec: {selector: []}", "spec.selector: expected a mapping, found a list"),
        ("spec: {selector: web}", "spec.selector: expected a mapping, found the string \"web\""),
        (
            "spec: {publishNotReadyAddresses: \"true\"}",
            "spec.publishNotReadyAddresses: expected true or false, found the string \"true\" (write true without quotes)",
        ),
        (
            "spec: {publishNotReadyAddresses: 1}",
            "spec.publishNotReadyAddresses: expected true or false, found the number 1",
        ),
        ("spec: {ports: [{port: true}]}", "spec.ports[0].port: expected a whole number, found the boolean true"),
        ("[]", ": expected a mapping, found a list"),
    ] {
        assert_eq!(told(text, decode_error::<Service>(text)).0, told_as);
    }
}

#[test]
fn structs_of_our_own_decode_enums_and_miss_fields() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Kind {
        Plain,
        Tagged(u16),
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        kind: Kind,
        ratio: Option<f32>,
    }
    assert_eq!(decode::<Own>(document("kind: plain").root()), Ok(Own { kind: Kind::Plain, ratio: None }));
    assert_eq!(
        decode::<Own>(document("kind: {tagged: 7}\nratio: 1").root()),
        Ok(Own { kind: Kind::Tagged(7), ratio: Some(1.0) })
    );
    let text = "x:\n- ratio: 1\n";
    let error = decode::<Vec<Own>>(document(text).root().get("x").unwrap()).unwrap_err();
    assert_eq!((error.path.as_str(), error.message.as_str()), ("[0]", "`kind` is missing"));
    assert_eq!(at(text, error.span), "ratio: 1");
    let text = "kind: plain\nsize: 1\n";
    assert_eq!(at(text, decode_error::<Own>(text).span), "size");
}

#[test]
fn a_string_may_be_as_long_as_the_api_server_takes_and_not_one_byte_longer() {
    let service = |name: &str| format!("metadata: {{name: '{name}'}}\n");
    let longest = "a".repeat(3 << 20);
    let text = service(&longest);
    let found: Service = decode(document(&text).root()).unwrap();
    assert_eq!(found.metadata.name.as_deref(), Some(longest.as_str()));
    let text = service(&format!("{longest}a"));
    let error = decode_error::<Service>(&text);
    assert_eq!(error.message, "expected a string of at most 3 MiB, found the 3145729 bytes of another");
    assert_eq!((error.path.as_str(), error.span.start), ("metadata.name", 17));
    decode_error::<std::collections::BTreeMap<String, i32>>(&format!("? {longest}a\n: 1\n"));
    decode_error::<serde_json::Value>(&format!("- {longest}a\n"));
}
