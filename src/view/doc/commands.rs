//! Commands to be pasted, with a comment above each group of them, and the parts of a section that are made of such.

use anyhow::Result;
use askama::Template;

use super::super::markdown;
use super::super::plain::plain;
use super::super::shell::sh_quote;
use super::Context;
use super::placed::{Group, Placed};

/// Steps in one list of commands, unless all are asked for: about what a screen holds.
pub(super) const STEPS: usize = 12;

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
        steps.dedup_by(|step, before| step.namespace == before.namespace && before.item.takes(&mut step.item));
        if steps.is_empty() {
            return None;
        }
        let more = self.cut(&mut steps, limit, "like these");
        let groups = self.by_namespace(steps).into_iter();
        let steps = groups.map(|group| Group { heading: group.heading, items: vec![fenced(&group.items)] }).collect();
        Some(Part { heading, text: text.into(), steps, more })
    }
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
    let words: Vec<_> = words.iter().map(|word| sh_quote(word)).collect();
    format!("kubectl {verb} -n {} {}", sh_quote(namespace), words.join(" "))
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
