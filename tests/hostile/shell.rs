//! Running portolan as a shell does, in bounded memory and time, on small files.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The address space that a run may take, in KiB: the program with its threads, and a handful of times its input.
const MEMORY: usize = 600 << 10;
/// The longest that one run may take: in a debug build, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// The commands that read manifests and print something about them.
pub(crate) const COMMANDS: &[&str] = &["doc", "flowchart", "sequence", "table", "tree", "graph", "check"];

/// A Service on five lines that want nothing but to be shown.
pub(crate) const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: a}
spec:
  ports: [{port: 80}]
";
/// Something else to read, behind.
pub(crate) const OTHER: &str =
    "---\napiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {ports: [{port: 4242}]}\n";
pub(crate) const README: &str = "<!-- portolan table b.yaml -->\nold\n<!-- /portolan -->\n";
/// Two mistakes, of which `--fix` mends both.
pub(crate) const MISSPELT: &str = "\
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {type: nodeport, ports: [{port: 80, protocol: tcp}]}
";

pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(root.path().join(name), bytes).unwrap();
    }
    root
}

/// Runs a line of shell, in which `$portolan` is the program.
pub(crate) fn shell(folder: &Path, line: &str) -> Output {
    let begun = Instant::now();
    let mut command = Command::new("sh");
    command.args(["-c", line]).env("portolan", env!("CARGO_BIN_EXE_portolan")).current_dir(folder);
    let run = command.stdin(Stdio::null()).output().unwrap();
    assert!(begun.elapsed() < PATIENCE, "{line} takes {:?}", begun.elapsed());
    run
}

/// Runs portolan in bounded memory: exit status, standard output, standard error.
pub(crate) fn portolan(folder: &Path, args: &str) -> (i32, String, String) {
    seen(&shell(folder, &format!("ulimit -v {MEMORY}; exec $portolan {args}")))
}

/// What a run came to: it has an exit status of its own, and nobody panicked.
pub(crate) fn seen(run: &Output) -> (i32, String, String) {
    let [out, err] = [&run.stdout, &run.stderr].map(|bytes| String::from_utf8(bytes.clone()).unwrap());
    let status = run.status.code().unwrap_or_else(|| panic!("{}: {err}", run.status));
    assert!(!err.contains("panicked") && status <= 2, "{status}: {err}");
    (status, out, err)
}
