//! Hard use: inputs that want to keep a reader busy, fill its memory or make it fall over, files that are none or change while they are read.
//! Each is told in clear words, with the documented exit status, in bounded memory and time, and never with a panic.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "hostile/shell.rs"]
mod shell;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use shell::{COMMANDS, MISSPELT, OTHER, PATIENCE, README, SERVICE, folder, portolan, seen};

/// `text` on all levels of a document that nests 10,000 deep.
fn deep(open: &str, close: &str) -> String {
    format!("{SERVICE}x:\n  {}1{}\n", open.repeat(10_000), close.repeat(10_000))
}

/// Lists of nine of the list before, ten times: 9^10 values.
fn bomb(item: impl Fn(usize) -> String) -> String {
    (1..10).fold(format!("{SERVICE}a0: &a0 [x]\n"), |text, level| text + &item(level))
}

#[test]
fn bombs_and_deep_nesting_are_told_with_their_place_and_the_rest_is_served() {
    let aliases = bomb(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{}, ", level - 1).repeat(9)));
    let merges = bomb(|level| {
        format!("a{level}: &a{level} {{<<: [{}]}}\n", "*b, ".repeat(9).replace('b', &format!("m{}", level - 1)))
    })
    .replace("a0: &a0 [x]\n", "m0: &m0 {k: 1}\n")
    .replace("&a", "&m");
    let json = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {}1{}}}\n",
        r#"{"a":"#.repeat(10_000),
        "}".repeat(10_000)
    );
    let too_deep = "mappings and lists nest deeper than 128 levels\n  help: no manifest needs that many levels\n";
    let too_many =
        "the aliases of this document expand to too many values\n  help: write out what the aliases stand for\n";
    let cases = [
        ("aliases.yaml", aliases, too_many),
        ("merges.yaml", merges, too_many),
        ("flow-lists.yaml", deep("[", "]"), too_deep),
        ("flow-mappings.yaml", deep("{a: ", "}"), too_deep),
        ("block-lists.yaml", deep("- ", ""), too_deep),
        (
            "block-mappings.yaml",
            (0..1_000).fold(format!("{SERVICE}x:\n"), |text, level| text + &" ".repeat(level + 1) + "a:\n"),
            too_deep,
        ),
        ("json.json", json, too_deep),
    ];
    for (name, text, told) in cases {
        let root = folder(&[(name, format!("{text}{OTHER}").as_bytes())]);
        for command in COMMANDS {
            let (status, out, err) = portolan(root.path(), &format!("{command} {name}"));
            assert_eq!(status, 2, "{command} {name}: {err}");
            assert!(err.starts_with(&format!("error: {name}:")) && err.ends_with(told), "{command} {name}: {err}");
            assert!(out.contains("4242") || *command == "check", "{command} {name}: {out}");
        }
    }
}

#[test]
fn variables_that_double_each_other_are_no_bomb() {
    let doubled =
        (1..40).map(|at| format!("    - {{name: V{at}, value: '$(V{0})$(V{0})'}}\n", at - 1)).collect::<String>();
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: c\n    env:\n    - {{name: V0, value: 'http://web:4242 '}}\n{doubled}"
    );
    let root = folder(&[("a.yaml", text.as_bytes())]);
    for command in COMMANDS {
        assert_eq!(portolan(root.path(), &format!("{command} a.yaml")).0, 0, "{command}");
    }
}

#[test]
fn one_line_of_many_megabytes_takes_a_handful_of_times_its_size() {
    let long = "a, ".repeat(4 << 20);
    let quoted = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {{\"name\": \"a\"}}, \"x\": \"{long}\", \"spec\": {{\"ports\": [{{\"port\": 80}}]}}}}"
    );
    let cases = [
        ("comment.yaml", format!("{SERVICE}# {long}\n")),
        ("plain.yaml", format!("{SERVICE}x: {long}\n")),
        ("list.yaml", format!("{SERVICE}x: [{}]\n", &long[..6 << 20])),
        ("quoted.json", quoted),
    ];
    for (name, text) in cases {
        let root = folder(&[(name, text.as_bytes())]);
        let (status, out, err) = portolan(root.path(), &format!("table {name}"));
        assert_eq!((status, err.as_str()), (0, ""), "{name}");
        assert!(out.contains("| 80 |"), "{name}");
    }
}

/// Shapes of many megabytes in one string, each of which would be shown in many places.
fn strings_of_many_megabytes() -> Vec<(&'static str, String)> {
    let long = "a".repeat(4 << 20);
    let pod = |container: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, {container}}}]}}\n")
    };
    vec![
        ("metadata.name", SERVICE.replace("name: a", &format!("name: {long}"))),
        ("metadata.labels", SERVICE.replace("name: a", &format!("name: a, labels: {{? {long} : x}}"))),
        ("spec.ports[0].targetPort", SERVICE.replace("port: 80", &format!("port: 80, targetPort: {long}"))),
        ("spec.containers[0].env[0].value", pod(&format!("env: [{{name: A, value: '{}'}}]", long.replace("aa", "a ")))),
    ]
}

#[test]
fn a_string_longer_than_the_api_server_takes_is_told_and_no_view_repeats_it() {
    for (path, text) in strings_of_many_megabytes() {
        let root = folder(&[("a.yaml", format!("{text}{OTHER}").as_bytes())]);
        for command in COMMANDS {
            let (status, out, err) = portolan(root.path(), &format!("{command} a.yaml"));
            // What is wrong with an object that is there at all is a finding of `check`.
            let told = format!("{out}{err}");
            let words = format!("{path}: expected a string of at most 3 MiB, found");
            assert!(told.contains(&words), "{command} {path}: {}", &told[..told.len().min(900)]);
            assert!(status == 2 || *command == "check" && status == 1, "{command} {path}: {status}");
            assert!(out.contains("4242") || *command == "check", "{command} {path}: the rest is served");
            assert!(out.len() < 20_000 && err.len() < 10_000, "{command} {path}: {} and {}", out.len(), err.len());
        }
    }
}

#[test]
fn no_message_is_as_long_as_what_it_is_about() {
    let long = "a".repeat(1 << 20);
    let service = |spec: &str| format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{{spec}}}\n");
    let pod = |container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, labels: {{app: a}}}}\nspec:\n  containers:\n  - {{name: c, {container}}}\n{OTHER}"
        )
    };
    let ingress = |backend: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a}}\nspec: {{rules: [{{host: h, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{{backend}}}}}}}]}}}}]}}\n{OTHER}"
        )
    };
    let cases = [
        ("a port that is no number", service(&format!("ports: [{{port: {long}}}]"))),
        ("a protocol", service(&format!("ports: [{{port: 80, protocol: {long}}}]"))),
        ("a name of a port", service(&format!("ports: [{{port: 80, name: {long}}}]"))),
        (
            "a target",
            service(&format!("selector: {{app: a}}, ports: [{{port: 80, targetPort: {long}}}]"))
                + "---\n"
                + &pod("image: i"),
        ),
        ("a type", service(&format!("ports: [{{port: 80}}], type: {long}"))),
        ("a label", service(&format!("ports: [{{port: 80}}], selector: {{app: {long}}}"))),
        ("a key that is twice", service(&format!("ports: [{{port: 80}}], ? {long} : 1, ? {long} : 2"))),
        ("a key of a wrong value", service(&format!("ports: [{{port: 80}}], selector: {{? {long} : [1]}}"))),
        ("a port of a container", pod(&format!("image: i, ports: [{{containerPort: 80, name: {long}}}]"))),
        ("a probe", pod(&format!("image: i, readinessProbe: {{httpGet: {{port: {long}}}}}"))),
        ("a backend", ingress(&format!("name: {long}, port: {{number: 80}}"))),
        ("a backend's port", ingress(&format!("name: other, port: {{name: {long}}}"))),
        ("an alias", service("ports: [{port: 80}]") + &format!("x: *{long}\n")),
        ("a tag", service("ports: [{port: 80}]") + &format!("x: !<{long}\n")),
        ("a directive", format!("%{long}\n---\n")),
        (
            "an object",
            format!(
                "apiVersion: v1\nkind: Service\nmetadata: {{name: {long}}}\nspec: {{selector: {{app: b}}, ports: [{{port: 80, protocol: tcp}}]}}\n"
            ),
        ),
        ("a comment", format!("{SERVICE}# portolan: ignore {long}\n")),
    ];
    for (what, text) in cases {
        let root = folder(&[("a.yaml", text.as_bytes())]);
        let (_, _, err) = portolan(root.path(), "tree a.yaml -o tree");
        let (_, out, check_err) = portolan(root.path(), "check --pedantic a.yaml");
        let (_, json, _) = portolan(root.path(), "check --pedantic --format json a.yaml");
        assert!(!(err.clone() + &out).is_empty(), "{what} is told");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let told =
            json["findings"].as_array().unwrap().iter().flat_map(|finding| [&finding["message"], &finding["help"]]);
        let told = told.filter_map(|text| text.as_str()).map(str::len).max().unwrap_or_default();
        let most = [err.len(), out.len(), check_err.len(), told].into_iter().max().unwrap();
        assert!(most < 10_000, "{what}: {most} bytes, {}", &err[..err.len().min(300)]);
    }
}

#[test]
fn no_message_about_settings_pages_and_options_is_without_end_either() {
    let long = "a".repeat(1 << 20);
    for (args, name, text) in [
        ("tree b.yaml --config a", "a", format!("{long}: 1\n")),
        ("tree b.yaml --config a", "a", format!("namespace: [{long}]\n")),
        ("tree b.yaml --config a", "a", format!("check: {{fail-on: {long}}}\n")),
        ("inject a", "a", format!("<!-- portolan {long} -->\n<!-- /portolan -->\n")),
        ("inject a", "a", format!("<!-- portolan tree --{long} -->\n<!-- /portolan -->\n")),
        ("inject a", "a", format!("<!-- portolan tree {long} -->\n<!-- /portolan -->\n")),
        ("tree c.yaml -n x", "c.yaml", SERVICE.replace("name: a", &format!("name: a, namespace: {long}"))),
        ("flowchart c.yaml --focus svc/aa", "c.yaml", SERVICE.replace("name: a", &format!("name: {long}"))),
    ] {
        let root = folder(&[("b.yaml", OTHER.as_bytes()), (name, text.as_bytes())]);
        let (status, _, err) = portolan(root.path(), args);
        assert!(
            status == 2 && err.starts_with("error: ") && err.len() < 10_000,
            "{args}: {status}, {} bytes",
            err.len()
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_told_in_words() {
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let cases: &[(&str, Vec<u8>, &str)] = &[
        (
            "latin-1.yaml",
            [SERVICE.as_bytes(), b"# caf\xE9\n"].concat(),
            "error: latin-1.yaml: line 6 is not UTF-8 text\n",
        ),
        (
            "utf-16.yaml",
            utf_16(&format!("\u{feff}{SERVICE}")),
            "error: utf-16.yaml: this is UTF-16 text; manifests are UTF-8\n",
        ),
        ("no-mark.yaml", utf_16(SERVICE), "error: no-mark.yaml: this is UTF-16 text; manifests are UTF-8\n"),
        ("zeros.yaml", vec![0; 5_000], "error: zeros.yaml:1:1: a character that is no text stands here (U+0000)\n"),
        (
            "zero.yaml",
            format!("{SERVICE}x: \0\n").into_bytes(),
            "error: zero.yaml:6:4: a character that is no text stands here (U+0000)\n",
        ),
        ("program.yaml", b"\x7fELF\x02\x01\x01\0\0\xf0".to_vec(), "error: program.yaml: line 1 is not UTF-8 text\n"),
    ];
    for (name, bytes, told) in cases {
        let root = folder(&[(name, bytes), ("b.yaml", OTHER.as_bytes())]);
        for (command, shows) in COMMANDS.iter().map(|command| (command, *command != "check")) {
            let (status, out, err) = portolan(root.path(), &format!("{command} {name} b.yaml"));
            assert_eq!(status, 2, "{command} {name}");
            assert!(err.starts_with(told) && err.contains("\n  help: "), "{command} {name}: {err}");
            assert_eq!(out.contains("4242"), shows, "{command} {name}: {out}");
        }
        // As settings and as a page to fill they are no better.
        assert_eq!(portolan(root.path(), &format!("tree b.yaml --config {name}")).0, 2, "{name}");
        assert_eq!(portolan(root.path(), &format!("inject {name}")).0, 2, "{name}");
    }
}

#[test]
fn a_lone_byte_order_mark_and_nothing_at_all_are_inputs_without_ports() {
    let root = folder(&[
        ("mark.yaml", b"\xEF\xBB\xBF"),
        ("empty.yaml", b""),
        ("comment.yaml", b"# nothing\n--- # twice\n...\n"),
    ]);
    for command in COMMANDS {
        let (status, _, err) = portolan(root.path(), &format!("{command} mark.yaml empty.yaml comment.yaml"));
        assert_eq!((status, err.as_str()), (0, ""), "{command}");
    }
}

#[test]
fn what_is_no_file_is_told_and_nothing_waits_for_ever() {
    let root = folder(&[("b.yaml", OTHER.as_bytes())]);
    let path = |name: &str| root.path().join(name);
    fs::create_dir(path("folder.yaml")).unwrap();
    for (link, target) in
        [("dangling.yaml", "nowhere"), ("one.yaml", "two.yaml"), ("two.yaml", "one.yaml"), ("round", "."), ("up", "..")]
    {
        symlink(target, path(link)).unwrap();
    }
    pipe(&path("pipe.yaml"));
    let (status, out, err) = portolan(root.path(), "tree .");
    assert_eq!(status, 2);
    assert!(out.contains(":4242") && !err.contains("pipe.yaml") && !err.contains("round"), "{out}{err}");
    let told: Vec<&str> = err.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(told.len(), 3, "{err}");
    assert_eq!(told[0], "error: dangling.yaml: this link leads to a file that is not there");
    assert!(told[1].starts_with("error: one.yaml: this cannot be read: ") && told[1].contains("loop"), "{err}");
    for (args, words) in [
        ("tree folder.yaml", "error: folder.yaml: no manifest is found in this folder\n"),
        ("tree b.yaml/c.yaml", "error: b.yaml/c.yaml: this cannot be read: not a directory\n"),
        ("tree b.yaml --config folder.yaml", "error: folder.yaml"),
        ("inject folder.yaml", "error: folder.yaml cannot be read: "),
        ("init folder.yaml", "error: folder.yaml cannot be read: "),
        ("tree b.yaml -o folder.yaml", "error: cannot write folder.yaml: it is a folder\n"),
        ("man -o b.yaml", "error: cannot make the folder b.yaml: "),
        ("diff b.yaml one.yaml", "error: one.yaml: this cannot be read: "),
    ] {
        let (status, _, err) = portolan(root.path(), args);
        assert!(status == 2 && err.starts_with(words) && !err.contains("uncategorized"), "{args}: {status} {err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_gives_an_error_in_the_middle_is_told() {
    let root = folder(&[("b.yaml", OTHER.as_bytes())]);
    symlink("/proc/self/mem", root.path().join("memory.yaml")).unwrap();
    let (status, out, err) = portolan(root.path(), "tree .");
    assert!(status == 2 && out.contains(":4242"), "{out}");
    assert!(err.starts_with("error: memory.yaml: this cannot be read: ") && !err.contains("uncategorized"), "{err}");
}

/// Says that it is over when it goes.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_as_it_was_at_some_moment_or_told() {
    let long = OTHER.repeat(20_000);
    let root = folder(&[("a.yaml", long.as_bytes())]);
    let path = root.path().join("a.yaml");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for at in (0..).take_while(|_| !done.load(Ordering::Relaxed)) {
                let length = [long.len(), 0, long.len() / 2 + 3][at % 3];
                fs::write(&path, &long.as_bytes()[..length]).unwrap();
            }
        });
        // Also where an assertion fails: the other thread must not write for ever.
        let _stop = Stop(&done);
        for _ in 0..8 {
            let (status, _, err) = portolan(root.path(), "tree a.yaml");
            assert!(status == 0 || status == 2 && err.contains("error: a.yaml"), "{status} {err}");
        }
    });
}

/// Runs portolan on a pipe among its inputs; while it waits for what comes out of it, `meanwhile` happens.
fn portolan_meanwhile(folder: &Path, args: &str, meanwhile: impl FnOnce()) -> (i32, String, String) {
    pipe(&folder.join("pipe"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
    command
        .args(args.split(' '))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // Opening waits until the other end is opened: from here on the files before the pipe are read.
    let mut writer = fs::OpenOptions::new().write(true).open(folder.join("pipe")).unwrap();
    meanwhile();
    writer.write_all(OTHER.as_bytes()).unwrap();
    drop(writer);
    let run = ended(child, args);
    fs::remove_file(folder.join("pipe")).unwrap();
    run
}

/// What a run comes to that must not wait for ever.
fn ended(mut child: Child, args: &str) -> (i32, String, String) {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{args} waits for ever");
        }
        thread::sleep(Duration::from_millis(10));
    }
    seen(&child.wait_with_output().unwrap())
}

/// Makes a pipe that nobody writes to.
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Something that becomes of a file which was there when the folder was listed, and what is told of it.
type Change = (fn(&Path), &'static str);

#[test]
fn what_becomes_of_a_file_between_finding_and_reading_it_is_told_and_nothing_waits() {
    let replaced = "this was a file when it was found, and is none any more";
    let changes: &[Change] = &[
        (|path| fs::remove_file(path).unwrap(), replaced),
        (|path| (fs::remove_file(path).unwrap(), fs::create_dir(path).unwrap()).1, replaced),
        (|path| (fs::remove_file(path).unwrap(), pipe(path)).1, replaced),
        (|path| (fs::remove_file(path).unwrap(), symlink("z.yaml", path).unwrap()).1, replaced),
        (|path| fs::write(path, &SERVICE[..SERVICE.len() - 8]).unwrap(), ":"),
    ];
    for (change, told) in changes {
        for args in ["tree pipe z", "tree pipe z/z.yaml"] {
            let root = folder(&[]);
            fs::create_dir(root.path().join("z")).unwrap();
            fs::write(root.path().join("z/z.yaml"), SERVICE).unwrap();
            let run = portolan_meanwhile(root.path(), args, || change(&root.path().join("z/z.yaml")));
            assert!(run.0 == 2 && run.1.contains("4242"), "{args}: {run:?}");
            assert!(
                run.2.starts_with(&format!("error: z/z.yaml{}{told}", if *told == ":" { "" } else { ": " })),
                "{}",
                run.2
            );
        }
    }
    // It grows: what is there when it is read counts.
    let root = folder(&[("z.yaml", SERVICE.as_bytes())]);
    let more = OTHER.replace("4242", "4343").replace("other", "more").repeat(1_000);
    let run = portolan_meanwhile(root.path(), "tree pipe z.yaml", || {
        fs::write(root.path().join("z.yaml"), format!("{SERVICE}{more}")).unwrap()
    });
    assert!(run.0 == 0 && run.1.contains("4343") && run.1.contains("4242"), "{run:?}");
}

#[test]
fn pipes_with_names_that_matter_are_waited_for_nowhere() {
    for name in
        ["Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization", "values.yaml", "portolan.yaml"]
    {
        let root = folder(&[("b.yaml", OTHER.as_bytes())]);
        pipe(&root.path().join(name));
        fs::create_dir(root.path().join("up")).unwrap();
        symlink("../b.yaml", root.path().join("up/b.yaml")).unwrap();
        for args in ["tree .", "tree up", "check", "diff b.yaml ."] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
            command.args(args.split(' ')).current_dir(root.path()).stdin(Stdio::null());
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let (status, _, err) = ended(child, args);
            assert!(status <= 1, "{name} {args}: {err}");
        }
    }
}

#[test]
fn a_page_or_a_manifest_that_becomes_a_pipe_is_not_written() {
    let root = folder(&[("README.md", README.replace("b.yaml", "pipe").as_bytes()), ("a.yaml", MISSPELT.as_bytes())]);
    for (args, name, told) in [
        ("inject README.md", "README.md", "error: cannot write README.md: it has changed since it was read\n"),
        (
            "check --fix a.yaml pipe",
            "a.yaml",
            "error: a.yaml: this cannot be written: it has changed since it was read",
        ),
    ] {
        let path = root.path().join(name);
        let run = portolan_meanwhile(root.path(), args, || (fs::remove_file(&path).unwrap(), pipe(&path)).1);
        assert!(run.0 == 2 && run.2.contains(told), "{args}: {run:?}");
    }
}

#[test]
fn a_page_that_somebody_edits_while_its_blocks_are_made_keeps_the_edit() {
    let readme = "\u{feff}<!-- portolan table pipe -->\nold\n<!-- /portolan -->\n";
    let root = folder(&[("README.md", readme.as_bytes())]);
    let path = root.path().join("README.md");
    let edited = format!("{readme}\nAn edit.\n");
    let (status, _, err) = portolan_meanwhile(root.path(), "inject README.md", || fs::write(&path, &edited).unwrap());
    assert_eq!((status, err.as_str()), (2, "error: cannot write README.md: it has changed since it was read\n"));
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
    assert_eq!(portolan_meanwhile(root.path(), "inject README.md", || {}).0, 0, "and without an edit it is filled");
    assert!(fs::read_to_string(&path).unwrap().contains("| 4242 |"));
}

#[test]
fn a_manifest_that_somebody_edits_while_others_are_read_is_not_fixed() {
    let root = folder(&[("a.yaml", MISSPELT.as_bytes())]);
    let path = root.path().join("a.yaml");
    let edited = format!("{MISSPELT}# an edit\n");
    let run = portolan_meanwhile(root.path(), "check --fix a.yaml pipe", || fs::write(&path, &edited).unwrap());
    assert!(run.0 == 2 && run.2.contains("error: a.yaml: this cannot be written: it has changed since"), "{}", run.2);
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
}

/// Names and values that want to act where they are shown: in a terminal, and in the log of a pipeline.
const ACTING: &str = r#"
apiVersion: v1
kind: Service
metadata: {name: "we\e[31mb\n::error::x\x85\u202ey", annotations: {portolan.dev/purpose: "\e]0;title\a\n::stop-commands::x"}}
spec: {selector: {app: web}, type: "no\e[31mde\n::error::hi\r\nx", ports: [{port: 81, protocol: tcp, targetPort: x}, {port: 80, targetPort: "\e[2J\n::warning::x"}, {port: "\e[2J\n::warning::y"}]}
---
apiVersion: v1
kind: Service
metadata: {name: "::error::#"}
spec: {"a\e[2J\n::warning::z": 1, selector: {app: web}, type: NodePort, ports: [{port: 1, nodePort: 5, "\e[3J\n::warning::w": 1}]}
---
apiVersion: v1
kind: "Thing\e[1m\n::error::q"
metadata: {name: "web\e[1m\n::error::q"}
---
apiVersion: v1
kind: Pod
metadata: {name: "::error::#pod", labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 70000, name: "\e[3m\n::error::q"}, {containerPort: 8080, name: "\e[3m\n::error::q"}], env: [{name: X, value: "http://foo\e[1m\n::error::z:80/"}]}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: "::error::#\e[1m"}
spec: {rules: [{host: "::error::\e[1m#", http: {paths: [{path: "/\n::error::\e[1m", pathType: "\n::error::", backend: {service: {name: "\n::error::\e[5m", port: {name: "\n::error::\e[5m"}}}}]}}]}
---
{"a": 1, "\e[5m\n::error::x": [}
"#;

#[test]
fn nothing_of_a_manifest_acts_in_a_terminal_or_in_the_log_of_a_pipeline() {
    let root =
        folder(&[("a.yaml", ACTING.as_bytes()), ("b\u{1b}[2J\n::error::.yaml", b"{"), ("c.yaml", OTHER.as_bytes())]);
    let others = [
        "flowchart --detail ports",
        "flowchart --format mermaid --split never",
        "sequence --format mermaid",
        "table --form reference",
        "check --pedantic",
        "check --format github",
        "check --fix --dry-run",
        "tree -n nowhere",
        "flowchart --focus svc/erro",
    ];
    let diffs = ["diff . c.yaml", "diff c.yaml .", "diff --format text c.yaml ."];
    for args in COMMANDS
        .iter()
        .map(|command| (*command).to_owned())
        .chain(others.map(|args| format!("{args} .")))
        .chain(diffs.map(str::to_owned))
    {
        let (_, out, err) = portolan(root.path(), &args);
        assert!(
            !out.is_empty()
                || err.contains("--from ")
                || err.contains("in namespace ")
                || err.contains("did you mean "),
            "{args}: {err}"
        );
        for text in [&out, &err] {
            // Data is exact; JSON has its own escapes for what is below U+0020.
            let is_data = args.starts_with("graph");
            let acts = |c: char| c != '\n' && (c < ' ' || !is_data && (c.is_control() || c == '\u{202e}'));
            let line = text.lines().find(|line| line.contains(acts));
            assert_eq!(line, None, "{args} prints what a terminal acts upon");
            let is_ours = |line: &str| args.contains("github") && line.contains(",title=");
            let line = text.lines().find(|line| line.trim_start().starts_with("::") && !is_ours(line));
            assert_eq!(line, None, "{args} prints a command");
        }
    }
}
