//! What follows from the command line by itself: completions for shells, pages for `man`.

use std::io;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Cli;

/// A page for `man`: the name of its file, such as `portolan-check.1`, and its text.
#[derive(Debug)]
pub struct Page {
    /// The name that `man` looks for.
    pub file: String,
    /// In roff.
    pub text: String,
}

/// The script that completes portolan's commands and options in a shell.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "portolan", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The names of the commands, for messages and completion.
#[must_use]
pub fn command_names() -> Vec<String> {
    whole().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The page of a command, or of portolan itself; of no command that there is not.
///
/// # Errors
/// The page cannot be made.
pub fn page(command: Option<&str>) -> io::Result<Option<Page>> {
    let portolan = whole();
    let of = command.map_or(Some(&portolan), |name| portolan.find_subcommand(name));
    of.cloned().map(page_of).transpose()
}

/// Every page: portolan's own first, then each command's.
///
/// # Errors
/// A page cannot be made.
pub fn pages() -> io::Result<Vec<Page>> {
    let portolan = whole();
    let commands = portolan.get_subcommands().cloned();
    [portolan.clone()].into_iter().chain(commands).map(page_of).collect()
}

/// The command line with what clap adds to it: display names, inherited options.
fn whole() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

fn page_of(command: Command) -> io::Result<Page> {
    let source = concat!("portolan ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).source(source).manual("portolan's manual");
    let mut text = Vec::new();
    man.render(&mut text)?;
    Ok(Page { file: man.get_filename(), text: String::from_utf8_lossy(&text).into_owned() })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn the_script_of_every_shell_names_every_command() {
        for shell in Shell::value_variants() {
            let script = completions(*shell);
            for command in command_names() {
                assert!(script.contains(&command), "{shell}: {command}");
            }
            assert!(script.contains("fail-on"), "{shell} has options");
        }
    }

    #[test]
    fn every_command_has_a_page_that_the_first_one_names() {
        let pages = pages().unwrap();
        assert_eq!(pages.len(), command_names().len() + 1);
        assert_eq!(pages[0].file, "portolan.1");
        for name in command_names() {
            let page = page(Some(&name)).unwrap().unwrap();
            assert_eq!(page.file, format!("portolan-{name}.1"));
            assert!(page.text.contains(&format!(".TH portolan-{name} 1")), "{}", page.text);
            let reference = format!("portolan\\-{}(1)", name.replace('-', "\\-"));
            assert!(pages[0].text.contains(&reference), "{reference}");
        }
        assert!(page(Some("tabel")).unwrap().is_none());
    }
}
