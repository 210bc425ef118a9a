//! `portolan man`: one page to standard output, or all of them into a folder.

use anyhow::Context;

use crate::cli::ManArgs;
use crate::cli::derived::{command_names, page, pages};
use crate::write;

/// Prints the page that was asked for, or writes every page.
pub(super) fn run(args: &ManArgs) -> anyhow::Result<()> {
    if let Some(folder) = &args.output {
        return write::write_into(folder, pages()?.iter().map(|page| (page.file.as_str(), page.text.as_str())));
    }
    let command = args.command.as_deref();
    let page = page(command)?.with_context(|| {
        format!("`{}` is no command; there are {}", command.unwrap_or_default(), command_names().join(", "))
    })?;
    write::print(&page.text)
}
