//! Running a renderer: no shell, no standard input, no network.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use super::text::MAX_BYTES;

/// Why a renderer gave no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is not installed.
    Missing,
    /// It does not work, and says why.
    Failed(String),
}

/// What keeps a renderer from fetching anything, and helm from loading plugins: git may use no protocol, and web pages are asked
/// for from a proxy that is not there.
pub(super) const ENVIRONMENT: [(&str, &str); 10] = [
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("HELM_PLUGINS", ""),
    ("HELM_DEBUG", "false"),
    ("http_proxy", NO_PROXY),
    ("https_proxy", NO_PROXY),
    ("HTTP_PROXY", NO_PROXY),
    ("HTTPS_PROXY", NO_PROXY),
    ("no_proxy", ""),
    ("NO_PROXY", ""),
];

const NO_PROXY: &str = "http://127.0.0.1:9";

/// What a program prints.
pub(super) fn run(program: &str, args: &[OsString]) -> Result<String, Failure> {
    let mut command = Command::new(program);
    let output = command.args(args).envs(ENVIRONMENT).stdin(Stdio::null()).output();
    let output = output.map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::Missing,
        kind => Failure::Failed(format!("it cannot be started: {kind}")),
    })?;
    if !output.status.success() {
        let told = cause(&String::from_utf8_lossy(&output.stderr));
        return Err(Failure::Failed(if told.is_empty() { output.status.to_string() } else { told }));
    }
    if output.stdout.len() as u64 > MAX_BYTES {
        return Err(Failure::Failed(format!("it prints more than {} MiB", MAX_BYTES >> 20)));
    }
    String::from_utf8(output.stdout).map_err(|_| Failure::Failed("it prints what is not UTF-8 text".to_owned()))
}

/// The whole path of a folder, which no program takes for an option or the address of a repository.
pub(super) fn whole(folder: &Path) -> OsString {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).into_os_string()
}

/// What a renderer's standard error says about the cause, in one line and with paths as the user writes them.
fn cause(stderr: &str) -> String {
    let error = stderr.rfind("Error: ").map_or(stderr, |at| stderr.get(at + "Error: ".len()..).unwrap_or_default());
    let error = &logged(error).unwrap_or_else(|| error.to_owned());
    let lines = error.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("Use --debug flag"));
    let here = std::env::current_dir().map(|here| format!("{}/", here.display())).unwrap_or_default();
    let text = lines.collect::<Vec<_>>().join(" ").replace(char::is_control, "\u{fffd}");
    let text = if here.len() > 1 { text.replace(&here, "") } else { text };
    // kustomize tells first through which folders it came to the one that is wrong.
    text.rsplit("recursed accumulation of path ").next().unwrap_or_default().to_owned()
}

/// The error in a line of kubectl's log: `E1121 21:11:49.450205 3712 run.go:72] "command failed" err="no such file"`. What stands before
/// it is another one each time.
fn logged(line: &str) -> Option<String> {
    let (_, error) = line.split_once("] \"command failed\" err=\"")?;
    Some(error.trim_end().strip_suffix('"')?.replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_what_stands_behind_the_warnings_and_the_way_to_it() {
        let here = std::env::current_dir().unwrap();
        let stderr = format!(
            "# Warning: 'bases' is deprecated\nError: accumulating resources: accumulation err='…': recursed accumulation of path '{}/base': no such\n  file\x1b[2J\n\nUse --debug flag to render out invalid YAML\n",
            here.display()
        );
        assert_eq!(cause(&stderr), "'base': no such file\u{fffd}[2J");
        assert_eq!(cause(""), "");
        let log = "E1121 21:11:49.450205    3712 run.go:72] \"command failed\" err=\"env source \\\".env\\\": no such file\"\n";
        assert_eq!(cause(log), "env source \".env\": no such file");
    }

    #[test]
    fn a_program_that_is_not_there_is_missing() {
        assert_eq!(run("portolan-has-no-such-renderer", &[]), Err(Failure::Missing));
    }
}
