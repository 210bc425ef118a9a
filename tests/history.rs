//! What `portolan diff` says of changes that well-known projects made (tests/history/README.md tells which): each comment has to tell a
//! reviewer in ten seconds. `PORTOLAN_UPDATE=1 cargo test --test history` writes the comments anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_change_of_the_histories_has_its_comment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history");
    let update = std::env::var_os("PORTOLAN_UPDATE").is_some();
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut compared = 0;
    for folder in folders {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portolan"));
        let run = command.args(["diff", "base", "head", "--no-config"]).current_dir(&folder).output().unwrap();
        assert!(run.status.success() && run.stderr.is_empty(), "{}", folder.display());
        let comment = String::from_utf8(run.stdout).unwrap();
        let path = folder.join("comment.md");
        if update {
            fs::write(&path, &comment).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), comment, "{}", folder.display());
        compared += 1;
    }
    assert!(compared >= 5, "only {compared} changes were compared");
}
