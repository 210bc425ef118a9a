use super::*;
use crate::source::{Source, Sources};

/// What is wrong with a file, as it is told.
fn fault(text: &str) -> String {
    let source = Source { name: "portolan.yaml".into(), text: text.into(), explicit: false };
    let sources = Sources::new(vec![source]);
    let problem = Config::read(SourceId(0), text).unwrap_err();
    let Place::Span(span) = problem.place else { panic!("no place: {problem:?}") };
    let location = sources.location(span);
    let help = problem.help.map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{}:{} {}{help}", location.line, location.column, problem.message)
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "\n", "# a comment\n", "---\n", "{}", "~", "objects:\ngroups:\nignore:\nfailOn:\n"] {
        assert_eq!(Config::read(SourceId(0), text), Ok(Config::default()), "{text:?}");
    }
}

#[test]
fn a_fault_has_its_place_and_the_word_that_was_meant() {
    for (text, expected) in [
        (
            "objects:\n  deploy/a:\n    name: ä # ü\n    purpsoe: x",
            "4:5 objects.deploy/a: unknown key `purpsoe` (did you mean `purpose`?)",
        ),
        ("node-port-range: 1-2", "1:1 unknown key `node-port-range` (did you mean `nodePortRange`?)"),
        ("FAILON: error", "1:1 unknown key `FAILON` (did you mean `failOn`?)"),
        ("groups: {A: {label: {a: b}}}", "1:14 groups.A: unknown key `label` (did you mean `labels`?)"),
        ("failOn: warn", "1:9 failOn: unknown word `warn` (did you mean `warning`?)"),
        ("failOn: never", "1:9 failOn: unknown word `never` (known here: info, warning, error)"),
        ("complete: 1", "1:11 complete: invalid type: integer `1`, expected true or false"),
        (
            "namespace: 5",
            "1:12 namespace: invalid type: integer `5`, expected text (text that looks like something else has quotes)",
        ),
        ("namespace: [a]", "1:12 namespace: invalid type: list, expected text"),
        (
            "select: P002",
            "1:9 select: invalid type: string \"P002\", expected a list (a list has brackets, or a line that begins with a dash for each item)",
        ),
        (
            "objects: {web: {name: x}}",
            "1:11 objects: `web`: write KIND/NAME or NAMESPACE/KIND/NAME, such as svc/web or shop/svc/web",
        ),
        (
            "objects: {svc/a: {ports: {0: x}}}",
            "1:27 objects.svc/a.ports: invalid value: integer `0`, expected a port number",
        ),
        ("ignore:\n- P002\n- {object: svc/a}", "3:3 ignore[1]: missing key `id`"),
        (
            "nodePortRange: 9-8",
            "1:16 nodePortRange: `9-8`: write two port numbers with a dash between them, such as 30000-32767",
        ),
        ("complete: true\ncomplete: true", "2:1 `complete` is here twice (keep one of the two)"),
        ("objects: {svc/a: {name: x}, svc/a: {name: y}}", "1:29 `svc/a` is here twice (keep one of the two)"),
        (
            "complete: true\n---\ncomplete: true",
            "3:1 settings are one document, and this is a second one (take out the `---`)",
        ),
        (
            "kind: Pod\napiVersion: v1",
            "2:1 this is a Kubernetes manifest, and its name is that of portolan's settings (give the manifest another name, or pass --no-config)",
        ),
        ("ports", "1:1 invalid type: string \"ports\", expected a mapping of settings"),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn a_text_that_is_made_to_keep_the_reader_busy_is_refused_at_once() {
    let begun = std::time::Instant::now();
    let deep = format!("objects: {}", "{a: ".repeat(100_000));
    let bomb =
        (1..40).fold("a0: &a0 [x]\n".to_owned(), |text, at| format!("{text}a{at}: &a{at} [*a{0}, *a{0}]\n", at - 1));
    assert!(Config::read(SourceId(0), &deep).is_err() && Config::read(SourceId(0), &bomb).is_err());
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

/// The notes of the workload `web` with the label `tier: front`, by these settings.
fn noted(settings: &str) -> Vec<(String, String)> {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {tier: front}, annotations: {portolan.dev/name: Web}}\nspec: {containers: []}\n";
    let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: pod.into(), explicit: true }]);
    let mut roles = crate::manifest::read(&sources, "default").roles;
    let problems = Config::read(SourceId(0), settings).unwrap().note(&mut roles, Extent::Whole);
    assert_eq!(problems, [], "{settings}");
    roles.workloads[0].notes.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[test]
fn what_names_an_object_counts_more_than_its_labels_and_the_first_more_than_the_next() {
    for (settings, expected) in [
        ("", &[("name", "Web")][..]),
        ("objects: {pod/web: {name: S, ports: {80: P}}}", &[("name", "S"), ("purpose.80", "P")]),
        ("objects: {pod/web: {name: A}, shop/pod/web: {name: B, purpose: C}}", &[("name", "A"), ("purpose", "C")]),
        ("groups: {A: {labels: {tier: front}}, B: {objects: [po/web]}}", &[("group", "B"), ("name", "Web")]),
        ("groups: {A: {labels: {tier: front}}, B: {labels: {tier: front}}}", &[("group", "A"), ("name", "Web")]),
        ("groups: {B: {objects: [po/web]}, A: {objects: [shop/po/web]}}", &[("group", "B"), ("name", "Web")]),
    ] {
        let expected: Vec<(String, String)> =
            expected.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        assert_eq!(noted(settings), expected, "{settings}");
    }
}

#[test]
fn what_names_nothing_is_told_where_the_input_is_whole() {
    let settings = "objects: {ing/web: {name: x}}\ngroups:\n  A: {objects: [svc/a], labels: {a: b}}\n";
    let config = Config::read(SourceId(0), settings).unwrap();
    assert_eq!(config.note(&mut Roles::default(), Extent::Part), []);
    let told = config.note(&mut Roles::default(), Extent::Whole);
    let mut told: Vec<&str> = told.iter().filter_map(|problem| problem.message.split(" names").next()).collect();
    told.sort_unstable();
    assert_eq!(told, ["`a=b`", "`ing/web`", "`svc/a`"]);
}
