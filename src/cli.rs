//! The command line: what can be asked, in the words of `--help`. Options of a view stand beside the view.

pub mod derived;
mod difference;
mod task;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::check::{self, CheckId};
pub use crate::load::{Base, Release, Render, Rendering, Rev};
use crate::report::Report;
use crate::view::{data, doc, flowchart, sequence, table, tree};
use difference::{DIFF_EXAMPLES, DIFF_USAGE};
pub use difference::{DiffArgs, FailOn};
pub use task::Task;

/// portolan draws the ports of your Kubernetes manifests, and tells you where they do not meet.
///
/// It reads manifests (files, folders, or `-` for standard input) and prints how a request travels from port to port: as Mermaid
/// diagrams and Markdown tables that can be pasted into a README, as a whole document, or as data.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, after_help = EXAMPLES, after_long_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The command line of this process.
    ///
    /// # Errors
    /// It is wrong, or asks for help or the version: what to tell then.
    pub fn read() -> Result<Self, clap::Error> {
        Self::try_parse().map_err(with_tip)
    }
}

/// A path in the place of the command gets a tip: the command is missing.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let tip = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if word == "-" || word.contains(['.', '/', '\\']) => {
            format!("name a command before the path: portolan doc {word}")
        }
        _ => return error,
    };
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

const EXAMPLES: &str = "\
Examples:
  portolan doc k8s/ -o PORTS.md             the whole port document of a folder
  portolan flowchart k8s/                   a diagram to paste into a README
  portolan table k8s/ --form reference      a table of every port
  portolan sequence k8s/ --to svc/web       how requests reach the Service web
  portolan inject README.md                 fill the marked blocks of a README
  portolan check k8s/ --format github       where ports do not meet, for a pull request
  portolan check k8s/ --fix --dry-run       what of it has one right answer, as a diff
  portolan diff --base origin/main k8s/     what a branch changes, and what it exposes
  portolan doc charts/shop --set replicas=3 a Helm chart, rendered with helm
  portolan tree overlays/prod               a kustomization, rendered with kustomize or kubectl
  kubectl get svc,ing,deploy -A -o yaml | portolan tree -    a running cluster, through a pipe

Settings are read from the nearest portolan.yaml: names and purposes, groups, sections, ignored findings.

Exit status: 0 fine; 1 findings (check), something to fix (check --fix --dry-run), a stale block (inject --check), or what \
--fail-on names (diff); 2 a part of the input could not be read (the rest is still served), the result could not be written, \
or the command could not run. A reader that leaves early (| head) is no failure.";

/// The subcommands: one per view.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the whole port document: diagrams, tables, ways in, who calls whom, commands to try
    Doc(ViewArgs<doc::Options>),
    /// Draw the topology as a Mermaid flowchart
    Flowchart(ViewArgs<flowchart::Options>),
    /// Draw how requests travel, as Mermaid sequence diagrams
    Sequence(ViewArgs<sequence::Options>),
    /// Print the port summary as a Markdown table
    Table(ViewArgs<table::Options>),
    /// Draw the topology as text, for terminals and code comments
    Tree(ViewArgs<tree::Options>),
    /// Print the graph as data: JSON, YAML or Graphviz DOT
    Graph(ViewArgs<data::Options>),
    /// Check where ports do not meet: findings with file, line and column
    Check(CheckArgs),
    /// Fill the marked blocks of Markdown files with what portolan prints, or check that they are fresh
    #[command(after_help = INJECT, after_long_help = INJECT)]
    Inject(InjectArgs),
    /// Put a first block into a README, for `portolan inject` to keep fresh
    Init(InitArgs),
    /// Compare two topologies: what is newly exposed, and every port, route and call that changed
    #[command(override_usage = DIFF_USAGE, after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Explain a check: what it means, why it matters, how to fix it
    Explain {
        /// Its id or name, such as P003 or named-target-port-unknown [default: a list of all checks]
        #[arg(value_name = "ID")]
        id: Option<CheckId>,
    },
    /// Print the script that completes commands and options in a shell
    #[command(after_help = COMPLETIONS, after_long_help = COMPLETIONS)]
    Completions {
        /// Which shell
        #[arg(value_enum, value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the manual page of portolan or of one of its commands, for `man`
    #[command(after_help = MAN, after_long_help = MAN)]
    Man(ManArgs),
}

const COMPLETIONS: &str = "\
Examples:
  source <(portolan completions bash)       in this bash
  portolan completions bash > ~/.local/share/bash-completion/completions/portolan
  portolan completions zsh > ~/.zfunc/_portolan          where ~/.zfunc is in $fpath
  portolan completions fish > ~/.config/fish/completions/portolan.fish
  portolan completions powershell | Out-String | Invoke-Expression";

const MAN: &str = "\
Examples:
  portolan man check | man -l -                      read the page of `portolan check`
  portolan man --output ~/.local/share/man/man1      every page, for `man portolan-check`";

/// Which page, or all of them.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// A command of portolan [default: the page of portolan itself]
    pub command: Option<String>,
    /// Write the pages of portolan and all its commands into this folder, which is made where there is none
    #[arg(short, long, value_name = "FOLDER", conflicts_with = "command")]
    pub output: Option<PathBuf>,
}

const INJECT: &str = "\
A block carries its own recipe, any view, check or diff of two paths with its options; paths are seen from the file's folder:
  <!-- portolan table k8s/ -->
  <!-- /portolan -->

Exit status: 0 fine; 1 a block is stale (--check); 2 a marker or recipe is wrong, or a part of the input \
could not be read (that file stays as it is).";

/// Which Markdown files to fill, and how.
#[derive(Debug, Args)]
pub struct InjectArgs {
    /// Markdown files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write nothing: show what is stale as a diff, with exit status 1
    #[arg(long)]
    pub check: bool,
}

/// Where to put a first block, and what it reads.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Markdown file; it is made where there is none
    #[arg(value_name = "FILE", default_value = "README.md")]
    pub file: PathBuf,
    /// Folder or file with manifests, seen from the Markdown file's folder [default: k8s, manifests, deploy or the like, else .]
    #[arg(long, value_name = "PATH")]
    pub from: Option<PathBuf>,
}

/// Input, what to check, and how to tell.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// What to check.
    #[command(flatten)]
    pub options: check::Options,
    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    pub format: Report,
    /// From which severity on findings make the exit status 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<check::Severity>,
    /// Write what has one right answer into the files, and report what remains; comments and layout stay
    #[arg(long)]
    pub fix: bool,
    /// Only print what --fix would change, as a unified diff; the exit status is 1 where there is something
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Write to this file instead of standard output (`-`); it is replaced whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Input, output, and the options of one view.
#[derive(Debug, Args)]
pub struct ViewArgs<O: Args> {
    /// What to read.
    #[command(flatten)]
    pub input: Input,
    /// The view's own options.
    #[command(flatten)]
    pub options: O,
    /// Write to this file instead of standard output (`-`); it is replaced whole or not at all
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What to read.
#[derive(Debug, Clone, Args)]
pub struct Input {
    /// Files and folders with manifests (.yaml, .yml, .json), kustomizations, Helm charts; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Namespace of objects that state none; the drawing views show this namespace only, and what it touches
    #[arg(short, long, value_name = "NAMESPACE", value_parser = NonEmptyStringValueParser::new())]
    pub namespace: Option<String>,
    /// How kustomizations and charts are rendered.
    #[command(flatten)]
    pub rendering: Rendering,
    /// Read settings from this file instead of the nearest portolan.yaml: in the folder of the first path, or above it
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Pass over portolan.yaml
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}
