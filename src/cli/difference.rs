//! The command line of `portolan diff`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Input, Rev};
use crate::view::diff;

pub(super) const DIFF_USAGE: &str =
    "portolan diff [OPTIONS] <BASE> <HEAD>\n       portolan diff [OPTIONS] --base <REV> [PATH]...";

pub(super) const DIFF_EXAMPLES: &str = "\
Examples:
  portolan diff old/ new/                        two folders, files, kustomizations or charts
  portolan diff --base origin/main k8s/          what this branch changes, for its pull request
  portolan diff --base v1.2 --no-merge-base k8s/ since that very revision
  portolan diff --base main --fail-on exposure   a gate: exit status 1 where more is exposed
  kubectl get svc,deploy -A -o yaml | portolan diff - k8s/   a running cluster, and what it will be

Exit status: 0 fine, whatever differs; 1 something of what --fail-on names differs; 2 a part of the input could \
not be read, or the command could not run (no git, no such revision).";

/// Two inputs, and how to tell what differs.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// What to read: both sides, or what to compare with what it was.
    #[command(flatten)]
    pub input: Input,
    /// Compare with what the paths were in this revision: where the branch that you are on has left it
    #[arg(long, value_name = "REV")]
    pub base: Option<Rev>,
    /// Compare with the revision itself, not with the last commit that HEAD has in common with it
    #[arg(long, requires = "base")]
    pub no_merge_base: bool,
    /// How the difference is written
    #[arg(long, value_enum, default_value_t)]
    pub format: diff::Format,
    /// What makes the exit status 1; may be given several times
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
    /// Write to this file instead of standard output (`-`); it is replaced whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What of a difference is a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A port that can be reached from farther outside of the cluster than before
    Exposure,
    /// A new error or warning
    Finding,
    /// Any difference
    Any,
}
