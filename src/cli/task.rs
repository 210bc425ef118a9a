//! Tasks: a command line, or the recipe of a block, taken apart into what to do.

use std::path::PathBuf;

use clap::Parser;
use clap_complete::Shell;

use super::{CheckArgs, Cli, Command, DiffArgs, InitArgs, InjectArgs, Input, ManArgs};
use crate::check::CheckId;
use crate::view::View;

/// A command, taken apart.
#[derive(Debug)]
pub enum Task {
    /// Print a view: which one, what to read, where to write.
    View(Box<View>, Input, Option<PathBuf>),
    /// Check the input.
    Check(CheckArgs),
    /// Fill blocks of Markdown files.
    Inject(InjectArgs),
    /// Put a first block into a Markdown file.
    Init(InitArgs),
    /// Compare two inputs.
    Diff(DiffArgs),
    /// Explain a check, or list them all.
    Explain(Option<CheckId>),
    /// Print a shell's completions.
    Completions(Shell),
    /// Print or write manual pages.
    Man(ManArgs),
}

impl Task {
    /// Reads a recipe: what would stand behind `portolan` on a command line that prints something. It may read what such a
    /// command reads, and write nothing.
    ///
    /// # Errors
    /// It is no such command; the message says why.
    pub fn from_recipe(recipe: &str) -> Result<Self, String> {
        let words = shlex::split(recipe).ok_or("a quote has no end")?;
        let cli = Cli::try_parse_from(std::iter::once("portolan".to_owned()).chain(words))
            .map_err(|error| in_short(&error))?;
        let task = cli.command.into_task();
        let (paths, writes) = match &task {
            Self::View(_, input, output) => (&input.paths, output.is_some()),
            Self::Check(args) => (&args.input.paths, args.output.is_some()),
            Self::Diff(DiffArgs { base: Some(_), .. }) => {
                return Err("a recipe compares two paths; what a revision has changes with every commit".to_owned());
            }
            Self::Diff(args) => (&args.input.paths, args.output.is_some()),
            Self::Inject(_) | Self::Init(_) | Self::Explain(_) | Self::Completions(_) | Self::Man(_) => {
                return Err("a recipe is a view, `check` or `diff`".to_owned());
            }
        };
        if writes {
            return Err("a recipe writes no file; leave out --output".to_owned());
        }
        if paths.iter().any(|path| path.as_os_str() == "-") {
            return Err("a recipe cannot read standard input; name a file or folder".to_owned());
        }
        Ok(task)
    }
}

/// The first line of what clap says, and its tip.
fn in_short(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines.enumerate().filter(|(at, line)| *at == 0 || line.starts_with("tip:"));
    said.map(|(_, line)| line.trim_start_matches("error: ")).collect::<Vec<_>>().join("; ")
}

impl Command {
    /// Takes the command apart.
    #[must_use]
    pub fn into_task(self) -> Task {
        let (view, input, output) = match self {
            Self::Doc(args) => (View::Doc(args.options), args.input, args.output),
            Self::Flowchart(args) => (View::Flowchart(args.options), args.input, args.output),
            Self::Sequence(args) => (View::Sequence(args.options), args.input, args.output),
            Self::Table(args) => (View::Table(args.options), args.input, args.output),
            Self::Tree(args) => (View::Tree(args.options), args.input, args.output),
            Self::Graph(args) => (View::Graph(args.options), args.input, args.output),
            Self::Check(args) => return Task::Check(args),
            Self::Inject(args) => return Task::Inject(args),
            Self::Init(args) => return Task::Init(args),
            Self::Diff(args) => return Task::Diff(args),
            Self::Explain { id } => return Task::Explain(id),
            Self::Completions { shell } => return Task::Completions(shell),
            Self::Man(args) => return Task::Man(args),
        };
        Task::View(Box::new(view), input, output)
    }
}
