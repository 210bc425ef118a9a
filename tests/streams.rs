//! Where portolan reads from and writes to fails: disks that are full, files that nobody may read or write, readers that leave, streams that
//! are closed. Each is told in clear words, with the documented exit status; no file is half written, and nobody panics.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "hostile/shell.rs"]
mod shell;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
#[cfg(target_os = "linux")]
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use portolan::cli::Cli;
use shell::{COMMANDS, MISSPELT, OTHER, README, SERVICE, folder, portolan, seen, shell};

/// Every command with something to run on, and what clap answers itself; a command that is not here is a failure.
fn runs() -> Vec<String> {
    let run = |command: &clap::Command| match command.get_name() {
        name @ ("doc" | "flowchart" | "sequence" | "table" | "tree" | "graph" | "check") => format!("{name} a.yaml"),
        "diff" => "diff a.yaml b.yaml".to_owned(),
        "inject" => "inject --check README.md".to_owned(),
        "init" => "init new.md --from b.yaml".to_owned(),
        "explain" => "explain P003".to_owned(),
        "completions" => "completions bash".to_owned(),
        "man" => "man check".to_owned(),
        other => panic!("say here what `portolan {other}` runs on"),
    };
    let cli = Cli::command();
    let commands = cli.get_subcommands().filter(|command| command.get_name() != "help").map(run);
    let more = [
        "--help",
        "--version",
        "check --help",
        "help tree",
        "nonsense",
        "tree nowhere",
        "tree -",
        "tree broken.yaml",
        "check --format sarif a.yaml",
        "check --fix --dry-run a.yaml",
        "diff --format json a.yaml b.yaml",
        "graph --format dot a.yaml",
    ];
    commands.chain(more.map(str::to_owned)).collect()
}

/// What the commands of [`runs`] read.
fn inputs() -> tempfile::TempDir {
    folder(&[
        ("a.yaml", MISSPELT.as_bytes()),
        ("b.yaml", OTHER.as_bytes()),
        ("broken.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {\n"),
        ("README.md", README.as_bytes()),
    ])
}

#[test]
fn whatever_stream_is_closed_or_has_no_reader_the_exit_status_is_the_same() {
    let root = inputs();
    let streams = [
        "$portolan ARGS <&-",
        "$portolan ARGS >&-",
        "$portolan ARGS 2>&-",
        "$portolan ARGS <&- >&- 2>&-",
        "$portolan ARGS 2>/dev/full",
        // The reader has gone before anything is written.
        "{ sleep 0.1; $portolan ARGS; echo $? >status; } | true; exit $(cat status)",
        "{ sleep 0.1; $portolan ARGS 2>&1 >/dev/null; echo $? >status; } | true; exit $(cat status)",
    ];
    for run in runs() {
        let status = |line: &str| {
            let _ = fs::remove_file(root.path().join("new.md"));
            let run = seen(&shell(root.path(), &line.replace("ARGS", &run)));
            (run.0, fs::read_to_string(root.path().join("new.md")).ok())
        };
        let expected = status("$portolan ARGS </dev/null");
        for line in streams {
            assert_eq!(status(line), expected, "{}", line.replace("ARGS", &run));
        }
    }
    for name in ["a.yaml", "b.yaml", "README.md"] {
        assert!(!fs::read_to_string(root.path().join(name)).unwrap().contains("error"), "{name}");
    }
}

/// Every file of a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let inside = |path: &Path| {
        files(path).into_iter().map(move |(inner, text)| (format!("{}/{inner}", name(path)), text)).collect::<Vec<_>>()
    };
    entries
        .flat_map(
            |path| if path.is_dir() { inside(&path) } else { vec![(name(&path), fs::read_to_string(&path).unwrap())] },
        )
        .collect()
}

#[test]
fn a_disk_that_fills_while_a_file_is_written_leaves_no_part_of_it() {
    let comment = "# a line that makes the file longer than there is room for\n".repeat(40);
    let misspelt = format!("{comment}{MISSPELT}");
    let page = format!("{README}{}", "A line of the page.\n".repeat(100));
    for (args, name) in [
        ("inject README.md", "README.md"),
        ("init plain.md --from b.yaml", "plain.md"),
        ("doc a.yaml -o out.md", "out.md"),
        ("doc a.yaml -o new.md", "new.md"),
        ("graph a.yaml -o new.json", "new.json"),
        ("check --format sarif a.yaml -o new.sarif", "new.sarif"),
        ("check --fix fix.yaml", "fix.yaml"),
        ("diff b.yaml a.yaml -o new.md", "new.md"),
        ("man -o pages", "pages/portolan.1"),
    ] {
        let root = folder(&[
            ("a.yaml", SERVICE.as_bytes()),
            ("b.yaml", OTHER.as_bytes()),
            ("fix.yaml", misspelt.as_bytes()),
            ("README.md", page.as_bytes()),
            ("plain.md", "A plain page.\n".repeat(200).as_bytes()),
            ("out.md", b"as it was\n"),
        ]);
        let before = files(root.path());
        // A file may have 512 bytes (1,024 in some shells); the signal that says so is passed over, as it is on a full disk.
        let line = format!("trap '' XFSZ; ulimit -f 1; exec $portolan {args} >/dev/null 2>told");
        let status = seen(&shell(root.path(), &line)).0;
        let told = fs::read_to_string(root.path().join("told")).unwrap();
        fs::remove_file(root.path().join("told")).unwrap();
        assert!(status == 2 && told.contains(name) && told.contains("ile too large"), "{args}: {status} {told}");
        assert_eq!(files(root.path()), before, "{args}");
        // With room it is done: there was something to write.
        let (status, _, told) = portolan(root.path(), args);
        assert!(status < 2 && files(root.path()) != before, "{args}: {told}");
    }
}

#[test]
fn a_revision_that_there_is_no_room_for_is_told_with_the_file_and_the_folder() {
    let root = folder(&[("a.yaml", format!("{SERVICE}{}", "# a line\n".repeat(1_000)).as_bytes())]);
    let git = "git -c user.name=a -c user.email=a@example.com";
    let made =
        shell(root.path(), &format!("{git} init -q . && {git} add . && {git} commit -q -m a && mkdir temporary"));
    assert!(made.status.success(), "{made:?}");
    let diff = "TMPDIR=temporary exec $portolan diff --base HEAD .";
    let (status, out, err) =
        seen(&shell(root.path(), &format!("trap '' XFSZ; ulimit -f 1; {diff} 2>&1 | cat; exit 2")));
    assert!(status == 2 && err.is_empty());
    assert!(
        out.starts_with("error: cannot write a.yaml as it was into temporary, ") && out.contains("ile too large"),
        "{out}"
    );
    assert_eq!(seen(&shell(root.path(), &format!("trap '' XFSZ; ulimit -f 1; {diff} >/dev/null 2>/dev/null"))).0, 2);
    assert_eq!(fs::read_dir(root.path().join("temporary")).unwrap().count(), 0, "nothing is left behind");
    assert_eq!(seen(&shell(root.path(), diff)).0, 0, "with room it is compared");
}

/// Runs portolan as a user who may do nothing that others may not: as root everything may be read and written.
#[cfg(target_os = "linux")]
fn unprivileged(folder: &Path, args: &str) -> (i32, String, String) {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let line = if is_root {
        // Where it is built others may not look.
        fs::copy(env!("CARGO_BIN_EXE_portolan"), folder.join("portolan")).unwrap();
        format!("exec setpriv --reuid 65534 --regid 65534 --clear-groups ./portolan {args}")
    } else {
        format!("exec $portolan {args}")
    };
    seen(&shell(folder, &line))
}

#[cfg(target_os = "linux")]
#[test]
fn what_may_not_be_read_or_written_is_named_and_the_rest_is_served() {
    let root =
        folder(&[("b.yaml", OTHER.as_bytes()), ("README.md", README.as_bytes()), ("fix.txt", MISSPELT.as_bytes())]);
    let path = |name: &str| root.path().join(name);
    let mode = |name: &str, mode: u32| fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
    for folder in ["locked", "blind", "closed", "full"] {
        fs::create_dir(path(folder)).unwrap();
        fs::write(path(folder).join("c.yaml"), SERVICE).unwrap();
    }
    fs::write(path("secret.yaml"), SERVICE).unwrap();
    fs::copy(path("fix.txt"), path("full/fix.txt")).unwrap();
    // May not be listed; may be listed, and its files not be opened; neither.
    for (name, bits) in
        [("", 0o755), ("locked", 0o711), ("blind", 0o744), ("closed", 0o700), ("full", 0o555), ("secret.yaml", 0o600)]
    {
        mode(name, bits);
    }
    for args in ["tree .", "doc .", "graph .", "check ."] {
        let (status, out, err) = unprivileged(root.path(), args);
        let told: Vec<&str> = err.lines().filter(|line| line.starts_with("error: ")).collect();
        let denied = ["blind/c.yaml", "closed", "locked", "secret.yaml"]
            .map(|name| format!("error: {name}: this cannot be read: permission denied"));
        assert_eq!((status, told), (2, denied.iter().map(String::as_str).collect()), "{args}: {err}");
        assert!(out.contains("4242") || args == "check .", "{args}: {out}");
    }
    for (args, told) in [
        ("tree secret.yaml", "error: secret.yaml: this cannot be read: permission denied\n"),
        ("tree closed/c.yaml", "error: closed/c.yaml: this cannot be read: permission denied\n"),
        ("tree b.yaml --config secret.yaml", "error: secret.yaml: this cannot be read: permission denied\n"),
        ("inject secret.yaml", "error: secret.yaml cannot be read: "),
        ("inject README.md", "error: cannot write README.md: "),
        ("tree b.yaml -o full/out.md", "error: cannot write full/out.md: "),
        ("tree b.yaml -o closed/out.md", "error: cannot write closed/out.md: "),
        ("check --fix full/fix.txt", "error: full/fix.txt: this cannot be written: "),
        ("man -o full/pages", "error: cannot make the folder full/pages: "),
        ("init full/new.md --from ../b.yaml", "error: cannot write full/new.md: "),
    ] {
        let before = fs::read_dir(path("full")).unwrap().count();
        let (status, _, err) = unprivileged(root.path(), args);
        assert!(status == 2 && err.contains(told) && !err.contains("uncategorized"), "{args}: {status} {err}");
        assert_eq!(fs::read_dir(path("full")).unwrap().count(), before, "{args} leaves nothing");
    }
    for name in ["locked", "blind", "closed", "full"] {
        mode(name, 0o755);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_by_everything_that_prints_or_writes() {
    let root = folder(&[
        ("a.yaml", SERVICE.as_bytes()),
        ("b.yaml", OTHER.as_bytes()),
        ("README.md", README.as_bytes()),
        ("fix.yaml", MISSPELT.as_bytes()),
    ]);
    let reading = COMMANDS.iter().map(|command| format!("{command} a.yaml"));
    let others = [
        "explain P001",
        "completions bash",
        "man",
        "check --format sarif a.yaml",
        "diff a.yaml a.yaml",
        "inject --check README.md",
        "check --fix --dry-run fix.yaml",
        "--help",
        "--version",
        "tree --help",
        "help check",
    ];
    for args in reading.chain(others.map(str::to_owned)) {
        let (status, _, err) = seen(&shell(root.path(), &format!("exec $portolan {args} >/dev/full")));
        assert!(
            status == 2 && err.starts_with("error: cannot write to standard output: No space left"),
            "{args}: {err}"
        );
    }
    for args in COMMANDS.iter().copied().chain(["check --format json", "diff a.yaml"]) {
        let (status, out, err) = portolan(root.path(), &format!("{args} a.yaml -o /dev/full"));
        assert!(
            (status, out.as_str()) == (2, "") && err.starts_with("error: cannot write /dev/full: No space"),
            "{args}: {err}"
        );
    }
}

#[test]
fn where_there_is_no_room_for_a_new_file_the_old_one_stays_whole() {
    let root = folder(&[
        ("a.yaml", MISSPELT.as_bytes()),
        ("b.yaml", OTHER.as_bytes()),
        ("README.md", README.as_bytes()),
        ("out.md", b"as it was\n"),
    ]);
    let text = |name: &str| fs::read_to_string(root.path().join(name)).unwrap();
    for (args, told) in [
        ("inject README.md", "error: cannot write README.md: "),
        ("tree a.yaml -o out.md", "error: cannot write out.md: "),
        ("check a.yaml -o out.md", "error: cannot write out.md: "),
        ("init new.md --from b.yaml", "error: cannot write new.md: "),
        ("check --fix a.yaml", "error: a.yaml: this cannot be written: "),
        ("man -o pages", "error: cannot write pages/"),
    ] {
        // No file may have a byte; the signal that says so is passed over, as it is on a full disk.
        let line = format!("trap '' XFSZ; ulimit -f 0; exec $portolan {args} 2>&1 | cat >&2; exit 0");
        let (_, _, err) = seen(&shell(root.path(), &line));
        assert!(err.contains(told), "{args}: {err}");
        let line = format!("trap '' XFSZ; ulimit -f 0; exec $portolan {args} >/dev/null 2>/dev/null");
        assert_eq!(seen(&shell(root.path(), &line)).0, 2, "{args}");
        assert_eq!(
            (text("a.yaml"), text("README.md"), text("out.md")),
            (MISSPELT.into(), README.into(), "as it was\n".into()),
            "{args}"
        );
    }
    let mut left: Vec<_> = fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["README.md", "a.yaml", "b.yaml", "out.md", "pages"], "nothing is left behind");
}

#[test]
fn what_is_read_only_stays_as_it_is_and_is_named() {
    let root = folder(&[
        ("a.yaml", MISSPELT.as_bytes()),
        ("b.yaml", OTHER.as_bytes()),
        ("README.md", README.as_bytes()),
        ("plain.md", b"# Plain\n"),
    ]);
    for name in ["a.yaml", "README.md", "plain.md"] {
        let path = root.path().join(name);
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
    }
    for (args, told) in [
        ("inject README.md", "error: cannot write README.md: it is read-only\n"),
        ("init plain.md --from b.yaml", "error: cannot write plain.md: it is read-only\n"),
        ("tree a.yaml -o plain.md", "error: cannot write plain.md: it is read-only\n"),
        ("check --fix a.yaml", "error: a.yaml: this cannot be written: it is read-only\n"),
    ] {
        let (status, _, err) = portolan(root.path(), args);
        assert!(status == 2 && err.contains(told), "{args}: {status} {err}");
    }
    assert_eq!(fs::read_to_string(root.path().join("README.md")).unwrap(), README);
    assert_eq!(fs::read_to_string(root.path().join("plain.md")).unwrap(), "# Plain\n");
    assert_eq!(fs::read_to_string(root.path().join("a.yaml")).unwrap(), MISSPELT);
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let text: String = (0..400).map(|at| OTHER.replace("other", &format!("other-{at}"))).collect();
    let root = folder(&[("a.yaml", text.as_bytes())]);
    for command in COMMANDS.iter().filter(|command| **command != "check") {
        let line = format!("{{ $portolan {command} a.yaml; echo $? >&2; }} | head -c 1 >/dev/null");
        assert_eq!(seen(&shell(root.path(), &line)).2, "0\n", "{command}");
        // Nobody listens at all, and nobody listens to what is wrong.
        assert_eq!(seen(&shell(root.path(), &format!("exec $portolan {command} a.yaml >&-"))).0, 0, "{command}");
        assert_eq!(seen(&shell(root.path(), &format!("exec $portolan {command} nowhere 2>&-"))).0, 2, "{command}");
    }
    // Somebody else's reader: it takes a little and goes.
    let mut child = Command::new(env!("CARGO_BIN_EXE_portolan"))
        .args(["graph", "a.yaml"])
        .current_dir(root.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(seen(&child.wait_with_output().unwrap()), (0, String::new(), String::new()));
}
