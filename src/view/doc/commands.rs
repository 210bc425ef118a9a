//! Commands to be pasted, with a comment above each group of them, and the parts of a section that are made of such.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use super::super::markdown;
use super::super::plain::plain;
use super::super::replicas::Pattern;
use super::super::shell::sh_quote;
use super::Context;
use super::placed::{Group, Placed};

/// Steps in one list of commands, unless all are asked for: about what a screen holds.
pub(super) const STEPS: usize = 12;

/// Steps that differ in numbers only, in a list of commands that is cut: the others teach nothing.
const ALIKE: usize = 3;
/// A longer command is cut off where a page shows it, in characters.
const WIDE: usize = 100;

/// Commands that belong together, and what they are for.
pub(super) struct Step {
    comment: Option<String>,
    commands: Vec<String>,
}

impl Step {
    pub(super) fn new(comment: &str, commands: impl IntoIterator<Item = String>) -> Self {
        let comment = comment_words(comment);
        Self { comment: (!comment.is_empty()).then_some(comment), commands: commands.into_iter().collect() }
    }

    /// Takes the commands of the next step, where it is for the same; the same command is not given twice.
    fn takes(&mut self, next: &mut Self) -> bool {
        let is_same = self.comment == next.comment;
        if is_same {
            let commands = std::mem::take(&mut next.commands);
            let fresh: Vec<_> = commands.into_iter().filter(|command| !self.commands.contains(command)).collect();
            self.commands.extend(fresh);
        }
        is_same
    }
}

/// A part of a section: a heading, what is to know, and commands.
pub(super) struct Part {
    heading: &'static str,
    /// Markdown.
    text: Option<String>,
    steps: Vec<Group<String>>,
    more: Option<String>,
}

impl Context<'_> {
    /// A part with at most `limit` steps; `None` where there is none.
    pub(super) fn part(
        &self,
        heading: &'static str,
        text: impl Into<Option<String>>,
        mut steps: Vec<Placed<Step>>,
        limit: usize,
    ) -> Option<Part> {
        steps.retain(|step| !step.item.commands.is_empty());
        steps.dedup_by(|step, before| step.place == before.place && before.item.takes(&mut step.item));
        if steps.is_empty() {
            return None;
        }
        let all = steps.len();
        if all > limit + 1 && !self.all {
            steps = few_of_each(steps);
            steps.truncate(limit);
        }
        let more = all.checked_sub(steps.len()).filter(|left_out| *left_out > 0);
        let more = more.map(|left_out| self.more(left_out, "like these"));
        let groups = self.by_namespace(steps).into_iter();
        let steps = groups.map(|group| Group { heading: group.heading, items: vec![fenced(&group.items)] }).collect();
        Some(Part { heading, text: text.into(), steps, more })
    }
}

/// Some steps of each kind: they are alike where only numbers tell them and their namespaces apart.
fn few_of_each(steps: Vec<Placed<Step>>) -> Vec<Placed<Step>> {
    let pattern = |text: &str| Pattern::new(text).map_or_else(|| text.to_owned(), |pattern| pattern.text);
    let mut told: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    let mut few = steps;
    few.retain(|step| {
        let key = (pattern(step.place.namespace()), step.item.comment.as_deref().map(pattern));
        let count = told.entry(key).or_default();
        *count += 1;
        *count <= ALIKE
    });
    few
}

/// Parts with commands.
#[derive(Template)]
#[template(path = "doc/commands.md")]
struct Commands<'c> {
    hashes: &'c str,
    parts: &'c [Part],
}

/// Parts one below the other; `None` where there is none.
pub(super) fn render(context: &Context<'_>, parts: &[Part]) -> Result<Option<String>> {
    if parts.is_empty() {
        return Ok(None);
    }
    Ok(Some(Commands { hashes: &context.hashes, parts }.render()?))
}

fn fenced(steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(text).collect();
    markdown::fenced("bash", &steps.join("\n\n"))
}

fn text(step: &Step) -> String {
    let comment = step.comment.iter().map(|comment| format!("# {comment}"));
    comment.chain(step.commands.iter().cloned()).collect::<Vec<_>>().join("\n")
}

/// A comment without anything that a shell could read: an interactive zsh takes a pasted `# …` for a command.
fn comment_words(text: &str) -> String {
    let harmless = |c: char| if c.is_alphanumeric() || " -_./:,→".contains(c) { c } else { ' ' };
    plain(&text.chars().map(harmless).collect::<String>())
}

/// `kubectl VERB -n NAMESPACE WORD…`; the words are quoted.
pub(super) fn kubectl(verb: &str, namespace: &str, words: &[&str]) -> String {
    let start = format!("kubectl {verb} -n {}", sh_quote(namespace));
    std::iter::once(start.into()).chain(words.iter().map(|word| sh_quote(word))).collect::<Vec<_>>().join(" ")
}

/// A command, on two lines where it is too long for one; a shell reads over the break.
pub(super) fn broken(start: &str, rest: &str) -> String {
    let is_long = start.chars().count() + 1 + rest.chars().count() > WIDE;
    format!("{start}{}{rest}", if is_long { " \\\n  " } else { " " })
}

/// The pods with these labels, and the nodes they are on.
pub(super) fn get_pods(namespace: &str, labels: &str) -> String {
    broken(&kubectl("get pods", namespace, &[]), &format!("-l {} -o wide", sh_quote(labels)))
}

/// `kubectl port-forward`: local ports and those of the target.
pub(super) fn port_forward(namespace: &str, target: &str, ports: &[(u16, u16)]) -> String {
    let pairs = ports.iter().map(|(local, remote)| format!("{local}:{remote}"));
    format!("{} {}", kubectl("port-forward", namespace, &[target]), pairs.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_can_be_pasted_whatever_the_names_are() {
        let plain = port_forward("imagepod", "svc/imagepod-api", &[(8000, 8000), (8080, 80)]);
        assert_eq!(plain, "kubectl port-forward -n imagepod svc/imagepod-api 8000:8000 8080:80");
        let odd = kubectl("get pods", "a b", &["-l", "app=$(reboot)"]);
        assert_eq!(odd, "kubectl get pods -n 'a b' -l 'app=$(reboot)'");
    }

    /// The judge is the shell itself.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_over_the_break_of_a_long_command() {
        let name = "web".repeat(40);
        let command = broken("echo run --", &format!("curl {name}"));
        assert!(command.lines().count() == 2 && broken("echo", "run").lines().count() == 1);
        let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("run -- curl {name}\n"));
    }

    #[test]
    fn steps_for_the_same_become_one_without_repetition() {
        let step = |comment: &str, commands: [&str; 2]| Step::new(comment, commands.map(str::to_owned));
        let mut first = step("web", ["get", "curl 80"]);
        assert!(first.takes(&mut step("web", ["get", "curl 443"])));
        assert!(!first.takes(&mut step("api", ["get", "curl 8080"])));
        assert_eq!(text(&first), "# web\nget\ncurl 80\ncurl 443");
    }

    #[test]
    fn a_comment_is_harmless_even_where_a_shell_reads_it() {
        let step = Step::new("it's $(reboot) `id`; a\n> b → http://localhost:80", ["true".to_owned()]);
        assert_eq!(text(&step), "# it s reboot id a b → http://localhost:80\ntrue");
    }
}
