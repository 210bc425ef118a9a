//! `portolan inject`: the blocks of Markdown files, each filled with what its recipe prints in the file's folder.

use std::env;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, anyhow};

use super::{Outcome, Read, comparing, read, shown, tell};
use crate::check::check;
use crate::cli::{CheckArgs, DiffArgs, InjectArgs, Input, Task};
use crate::inject::{Block, blocks, fill};
use crate::problem::Sort;
use crate::report::Colour;
use crate::view::{View, fenced};
use crate::{load, patch, write};

/// Works in the folder of a file, for recipes see paths from there, and comes back.
pub(super) fn in_folder_of<T>(file: &Path, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let home = env::current_dir().context("the current folder cannot be told")?;
    let folder = home.join(file.parent().unwrap_or(Path::new("")));
    env::set_current_dir(&folder).with_context(|| format!("cannot go to {}", folder.display()))?;
    let done = work();
    env::set_current_dir(&home).with_context(|| format!("cannot go back to {}", home.display()))?;
    done
}

/// Fills, or compares, every file that has blocks. A file in which something is wrong stays as it is, and the others are served.
pub(super) fn run(args: &InjectArgs) -> anyhow::Result<Outcome> {
    let (mut any_block, mut outcome) = (false, Outcome::Fine);
    for file in &args.files {
        match inject(file, args.check) {
            Ok((blocks, what)) => {
                any_block |= blocks > 0;
                outcome = worse(outcome, what);
            }
            Err(error) => {
                write::tell(&format!("error: {error:#}\n"));
                (any_block, outcome) = (true, Outcome::Incomplete);
            }
        }
    }
    if !any_block {
        write::tell("error: none of these files has a block; `portolan init FILE` writes a first one\n");
        return Ok(Outcome::Incomplete);
    }
    Ok(outcome)
}

fn worse(a: Outcome, b: Outcome) -> Outcome {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Fine => 0,
        Outcome::Found => 1,
        Outcome::Incomplete => 2,
    };
    if rank(&a) >= rank(&b) { a } else { b }
}

/// How many blocks one file has, and what came of them.
fn inject(file: &Path, compare: bool) -> anyhow::Result<(usize, Outcome)> {
    let name = file.display();
    let text = load::read_text(file).with_context(|| format!("{name} cannot be read"))?;
    let blocks = blocks(&text).map_err(|faults| {
        let told = faults.iter().map(|fault| format!("{name}:{}: {}", fault.line, fault.kind));
        anyhow!(told.collect::<Vec<_>>().join("\nerror: "))
    })?;
    let contents = in_folder_of(file, || contents(file, &blocks))?;
    let fresh = fill(&text, &blocks, &contents);
    let stale = blocks.iter().zip(&contents).filter(|(block, content)| !has(&text, block, content)).count();
    if stale == 0 {
        return Ok((blocks.len(), Outcome::Fine));
    }
    if compare {
        write::print(&patch::unified(&file.to_string_lossy(), &text, &fresh))?;
        write::tell(&format!("{name}: {} stale; `portolan inject {name}` fills them\n", counted(stale)));
        return Ok((blocks.len(), Outcome::Found));
    }
    write::update(file, &text, &fresh)?;
    write::tell(&format!("{name}: {} filled anew\n", counted(stale)));
    Ok((blocks.len(), Outcome::Fine))
}

fn counted(blocks: usize) -> String {
    if blocks == 1 { "1 block is".to_owned() } else { format!("{blocks} blocks are") }
}

fn has(text: &str, block: &Block<'_>, content: &String) -> bool {
    fill(text, std::slice::from_ref(block), std::slice::from_ref(content)) == text
}

/// What every block's recipe prints here. One that cannot be made whole fails the file: half a document is worse than an old one.
fn contents(file: &Path, blocks: &[Block<'_>]) -> anyhow::Result<Vec<String>> {
    let (mut contents, mut errors) = (Vec::new(), String::new());
    for block in blocks {
        match content(block.recipe) {
            Ok(content) => contents.push(content),
            Err(error) => {
                let joint = if errors.is_empty() { "" } else { "\nerror: " };
                let _ = write!(errors, "{joint}{}:{}: {error:#}", file.display(), block.line);
            }
        }
    }
    if errors.is_empty() { Ok(contents) } else { Err(anyhow!(errors)) }
}

/// What a recipe prints here, ready to stand in Markdown.
pub(super) fn content(recipe: &str) -> anyhow::Result<String> {
    match Task::from_recipe(recipe).map_err(|error| anyhow!("`portolan {recipe}` is no recipe: {error}"))? {
        Task::View(view, input, _) => view_of(*view, &input),
        Task::Check(args) => findings_of(args),
        Task::Diff(args) => difference_of(&args),
        Task::Inject(_) | Task::Init(_) | Task::Explain(_) | Task::Completions(_) | Task::Man(_) => {
            Err(anyhow!("a recipe is a view, `check` or `diff`"))
        }
    }
}

fn view_of(view: View, input: &Input) -> anyhow::Result<String> {
    let read = whole(read(input)?)?;
    let language = view.language();
    let text = shown(read, view, input)?.text()?;
    Ok(match language {
        Some(language) => fenced(language, &text),
        None => text,
    })
}

fn findings_of(args: CheckArgs) -> anyhow::Result<String> {
    let mut read = read(&args.input)?;
    read.problems.retain(|problem| problem.sort == Sort::Input); // The others are findings.
    let read = whole(read)?;
    let checked = check(&read.graph, &read.sources, &read.settings.options(args.options));
    Ok(fenced(args.format.language(), &args.format.render(&checked, &read.problems, &read.sources, Colour::None)?))
}

fn difference_of(args: &DiffArgs) -> anyhow::Result<String> {
    let sides = comparing::read_sides(args)?;
    let [base, head] = sides;
    let text = comparing::compared(&[whole(base)?, whole(head)?], args, |_| ())?.0;
    Ok(args.format.language().map_or_else(|| text.clone(), |language| fenced(language, &text)))
}

/// What was read, if no part of it is missing.
fn whole(read: Read) -> anyhow::Result<Read> {
    tell(&read.problems, &read.sources);
    if read.is_incomplete() { Err(anyhow!("a part of the input cannot be read")) } else { Ok(read) }
}
