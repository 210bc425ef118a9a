use super::text::{MAX_BYTES, decode, read_bytes};
use super::*;
use std::io;

use crate::problem::Place;
use tempfile::TempDir;

/// A folder with these files; a name that ends in `/` is an empty folder.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(if name.ends_with('/') { &path } else { path.parent().unwrap() }).unwrap();
        if !name.ends_with('/') {
            fs::write(path, text).unwrap();
        }
    }
    root
}

/// Loads paths as they are: what renderers make of them is tested where they run.
fn read_raw(paths: &[PathBuf], stdin: impl Read) -> Loaded {
    load(paths, &Rendering::never(), "default", stdin)
}

/// Loads paths below a folder; the folder's own path does not show in the names.
fn load_in(root: &TempDir, paths: &[&str]) -> (Vec<String>, Vec<Problem>) {
    let paths: Vec<_> = paths.iter().map(|path| root.path().join(path)).collect();
    let short = |name: &str| name.replacen(&format!("{}/", name_of(root.path())), "", 1);
    let Loaded { sources, problems, .. } = read_raw(&paths, io::empty());
    let names = sources.iter().map(|(_, source)| short(&source.name)).collect();
    (
        names,
        problems
            .into_iter()
            .map(|problem| Problem { place: Place::Source(short(&name_in(&problem))), ..problem })
            .collect(),
    )
}

/// The file or folder that a problem is about.
fn name_in(problem: &Problem) -> String {
    match &problem.place {
        Place::Source(name) => name.clone(),
        Place::Span(_) => unreachable!("nothing is parsed here"),
    }
}

fn only_problem(root: &TempDir, path: &str) -> Problem {
    let (names, mut problems) = load_in(root, &[path]);
    assert_eq!((names.len(), problems.len()), (0, 1), "{problems:?}");
    problems.remove(0)
}

#[test]
fn a_folder_gives_its_manifests_and_passes_over_hidden_and_ignored_ones() {
    let root = folder(&[
        ("b.yaml", ""),
        ("a.yml", ""),
        ("deep/er/c.json", ""),
        ("README.md", ""),
        ("values.yaml.tpl", ""),
        (".hidden/d.yaml", ""),
        (".gitlab-ci.yml", ""),
        (".gitignore", "/rendered/\n*.secret.yaml\n"),
        ("rendered/e.yaml", ""),
        ("deep/f.secret.yaml", ""),
    ]);
    assert_eq!(load_in(&root, &["."]), (vec!["a.yml".into(), "b.yaml".into(), "deep/er/c.json".into()], vec![]));
}

#[test]
fn the_gitignore_above_a_named_folder_counts() {
    let root = folder(&[(".gitignore", "*.gen.yaml\n"), ("k8s/a.yaml", ""), ("k8s/b.gen.yaml", "")]);
    assert_eq!(load_in(&root, &["k8s"]).0, ["k8s/a.yaml"]);
}

#[test]
fn what_is_named_is_read_whatever_it_is_called() {
    let root = folder(&[(".gitignore", "*\n"), (".hidden.yaml", ""), ("manifest.txt", "")]);
    assert_eq!(
        load_in(&root, &["manifest.txt", ".hidden.yaml"]),
        (vec![".hidden.yaml".into(), "manifest.txt".into()], vec![])
    );
}

#[test]
fn a_hidden_or_ignored_folder_is_read_where_it_is_named() {
    let root = folder(&[(".gitignore", "/rendered/\n"), (".deploy/a.yaml", ""), ("rendered/deep/b.yaml", "")]);
    assert_eq!(load_in(&root, &[".deploy", "rendered"]).0, [".deploy/a.yaml", "rendered/deep/b.yaml"]);
    assert_eq!(only_problem(&root, ".").message, "no manifest is found in this folder");
}

#[test]
fn a_file_that_several_paths_lead_to_is_read_once_and_the_named_one_wins() {
    let root = folder(&[("k8s/a.yaml", ""), ("k8s/b.yaml", "")]);
    let file = root.path().join("k8s/../k8s/b.yaml");
    let paths = [root.path().to_owned(), file.clone(), root.path().join("k8s"), file];
    let mut reversed = paths.clone();
    reversed.reverse();
    for paths in [paths, reversed] {
        let Loaded { sources, problems, .. } = read_raw(&paths, io::empty());
        let read: Vec<_> = sources.iter().map(|(_, source)| (source.name.clone(), source.explicit)).collect();
        let expected = |name: &str| format!("{}/{name}", name_of(root.path()));
        assert_eq!(read, [(expected("k8s/../k8s/b.yaml"), true), (expected("k8s/a.yaml"), false)]);
        assert!(problems.is_empty());
    }
}

#[test]
fn standard_input_is_read_once_and_only_where_it_is_asked_for() {
    let text = "kind: Service\n".as_bytes();
    let Loaded { sources, problems, .. } = read_raw(&["-".into(), "-".into()], text);
    let read: Vec<_> = sources.iter().map(|(_, source)| source).collect();
    assert_eq!(read.len(), 1);
    assert_eq!((read[0].name.as_str(), &*read[0].text.whole(), read[0].explicit), ("<stdin>", "kind: Service\n", true));
    assert!(problems.is_empty());
    assert!(read_raw(&[], text).sources.is_empty());
}

#[test]
fn names_are_what_the_user_would_write() {
    let cases = [
        ("./a.yaml", "a.yaml"),
        ("k8s/./a.yaml", "k8s/a.yaml"),
        ("k8s//a.yaml", "k8s/a.yaml"),
        ("k8s/", "k8s"),
        ("../a.yaml", "../a.yaml"),
        ("/etc/a.yaml", "/etc/a.yaml"),
        ("./-", "-"),
        (".", "."),
        ("./", "."),
        ("", "''"),
    ];
    for (path, name) in cases {
        assert_eq!(name_of(Path::new(path)), name, "{path}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    assert_eq!(decode("a.yaml", b"\xEF\xBB\xBFkind: Pod".to_vec()).unwrap(), "kind: Pod");
}

#[test]
fn text_that_is_not_utf_8_is_told_with_its_line() {
    let latin_1 = decode("a.yaml", b"a: 1\nb: caf\xE9\n".to_vec()).unwrap_err();
    assert_eq!((name_in(&latin_1).as_str(), latin_1.message.as_str()), ("a.yaml", "line 2 is not UTF-8 text"));
    for bytes in [b"\xFF\xFEa\0", b"\xFE\xFF\0a", b"a\0:\0", b"\0a\0:"] {
        let utf_16 = decode("a.yaml", bytes.to_vec()).unwrap_err();
        assert_eq!(utf_16.message, "this is UTF-16 text; manifests are UTF-8");
    }
}

#[test]
fn what_cannot_be_read_does_not_stop_the_rest() {
    let root = folder(&[("a.yaml", "a: 1"), ("empty/", "")]);
    fs::write(root.path().join("latin-1.yaml"), b"caf\xE9").unwrap();
    let (names, problems) = load_in(&root, &["missing.yaml", "empty", ".", "missing.yaml"]);
    assert_eq!(names, ["a.yaml"]);
    let told: Vec<_> = problems.iter().map(|problem| format!("{}: {}", name_in(problem), problem.message)).collect();
    assert_eq!(
        told,
        [
            "empty: no manifest is found in this folder",
            "latin-1.yaml: line 1 is not UTF-8 text",
            "missing.yaml: there is no such file or folder",
        ]
    );
    assert!(problems.iter().all(|problem| problem.help.is_some()));
}

#[test]
fn help_for_a_missing_path_speaks_of_what_the_user_wrote() {
    let cases = [
        ("", "variable that has no value"),
        ("https://example.com/a.yaml", "curl"),
        ("k8s/*.yaml", "shell's to expand"),
        ("src/not-there/a.yaml", "src is there"),
        ("not-there/a.yaml", "relative to the folder you are in"),
    ];
    for (path, part) in cases {
        let help = missing(Path::new(path)).help.unwrap();
        assert!(help.contains(part), "{path}: {help}");
    }
}

#[test]
fn a_text_may_have_as_many_bytes_as_the_bound_and_not_one_more() {
    assert_eq!(read_bytes(&b"1234"[..], 0, 4).unwrap().unwrap(), b"1234");
    assert_eq!(read_bytes(&b"12345"[..], 9, 4).unwrap(), None);
    const { assert!(MAX_BYTES < u32::MAX as u64, "a span could not reach the end") };
}

#[test]
fn a_folder_that_vanished_or_a_file_used_as_a_folder_is_told() {
    let root = folder(&[("a.yaml", "")]);
    assert_eq!(only_problem(&root, "a.yaml/b.yaml").message, "this cannot be read: not a directory");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_to_files_are_followed_and_links_to_folders_are_not() {
        let root = folder(&[("k8s/a.yaml", ""), ("elsewhere/b.yaml", "")]);
        let link = |to: &str, from: &str| symlink(to, root.path().join(from)).unwrap();
        link("../elsewhere/b.yaml", "k8s/link.yaml");
        link("a.yaml", "k8s/b.yaml");
        link(".", "k8s/circle");
        link("..", "k8s/circle.yaml");
        link("../elsewhere", "k8s/folder");
        assert_eq!(load_in(&root, &["k8s"]), (vec!["k8s/a.yaml".into(), "k8s/link.yaml".into()], vec![]));
        link("k8s", "named");
        assert_eq!(load_in(&root, &["named"]).0, ["named/a.yaml", "named/link.yaml"]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let root = folder(&[]);
        symlink("gone.yaml", root.path().join("a.yaml")).unwrap();
        assert_eq!(only_problem(&root, ".").message, "this link leads to a file that is not there");
        symlink("round.yaml", root.path().join("round.yaml")).unwrap();
        assert!(only_problem(&root, "round.yaml").message.starts_with("this cannot be read: "));
    }

    #[test]
    fn a_pipe_in_a_folder_is_passed_over() {
        let root = folder(&[("a.yaml", "")]);
        let made = std::process::Command::new("mkfifo").arg(root.path().join("pipe.yaml")).status().unwrap();
        assert!(made.success());
        assert_eq!(load_in(&root, &["."]), (vec!["a.yaml".into()], vec![]));
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let root = folder(&[("a.yaml", ""), ("locked.yaml", ""), ("closed/b.yaml", "")]);
        for name in ["locked.yaml", "closed"] {
            fs::set_permissions(root.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let (names, problems) = load_in(&root, &["."]);
        let for_root_nothing_is_locked = fs::File::open(root.path().join("locked.yaml")).is_ok();
        fs::set_permissions(root.path().join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        if for_root_nothing_is_locked {
            assert_eq!((names.len(), problems.len()), (3, 0));
        } else {
            let told: Vec<_> = problems.iter().map(name_in).collect();
            assert_eq!((names, told), (vec!["a.yaml".to_owned()], vec!["closed".to_owned(), "locked.yaml".to_owned()]));
        }
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_shown_as_well_as_it_can_be() {
        use std::os::unix::ffi::OsStrExt;
        let root = folder(&[]);
        fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"caf\xE9.yaml")), "").unwrap();
        assert_eq!(load_in(&root, &["."]).0, ["caf\u{FFFD}.yaml"]);
    }
}
