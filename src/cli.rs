//! The command line: what can be asked, in the words of `--help`. Options of a view stand beside the view.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::view::{View, data, doc, flowchart, sequence, table, tree};

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

const EXAMPLES: &str = "\
Examples:
  portolan doc k8s/ -o PORTS.md             the whole port document of a folder
  portolan flowchart k8s/                   a diagram to paste into a README
  portolan table k8s/ --form reference      a table of every port
  portolan sequence k8s/ --to svc/web       how requests reach the Service web
  helm template . | portolan tree -         rendered charts, through a pipe

Exit status: 0 fine; 2 a part of the input could not be read (the rest is still served), or the
command could not run.";

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
#[derive(Debug, Args)]
pub struct Input {
    /// Files and folders with manifests (.yaml, .yml, .json); `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Namespace of objects that state none; the drawing views show this namespace only, and what it touches
    #[arg(short, long, value_name = "NAMESPACE", value_parser = NonEmptyStringValueParser::new())]
    pub namespace: Option<String>,
    /// Whether kustomizations and Helm charts are rendered first
    #[arg(long, value_enum, default_value_t, hide = true)]
    pub render: Render,
}

/// Whether kustomizations and charts are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Render {
    /// Files are read as they are
    #[default]
    Never,
}

impl Command {
    /// Takes the command apart: the view, what to read, where to write.
    #[must_use]
    pub fn into_parts(self) -> (View, Input, Option<PathBuf>) {
        match self {
            Self::Doc(args) => (View::Doc(args.options), args.input, args.output),
            Self::Flowchart(args) => (View::Flowchart(args.options), args.input, args.output),
            Self::Sequence(args) => (View::Sequence(args.options), args.input, args.output),
            Self::Table(args) => (View::Table(args.options), args.input, args.output),
            Self::Tree(args) => (View::Tree(args.options), args.input, args.output),
            Self::Graph(args) => (View::Graph(args.options), args.input, args.output),
        }
    }
}
