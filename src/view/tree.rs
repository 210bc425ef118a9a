//! The topology as a tree of text: per namespace the ways in from the client and from the host machine, what is inside only
//! and who calls it, and the workloads that no Service leads to.
//!
//! A way is one line, `nodePort 30300 → Service grafana :3000 → Deployment grafana :3000`, so that a change of one port
//! changes the lines that it is on and no others. Nothing is aligned, for the same reason.

mod branches;
mod chain;
mod draw;
#[cfg(test)]
mod tests;

use askama::Template;

use super::Hidden;
use crate::graph::PortGraph;

/// In front of all that is in a namespace.
const INDENT: &str = "  ";

/// Options of the view.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// Put this in front of every line, as in `--comment '# '`
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    pub comment: String,
    /// What is left out.
    #[command(flatten)]
    pub hidden: Hidden,
}

#[derive(Template)]
#[template(path = "tree.txt")]
struct Text {
    lines: Vec<String>,
}

/// Renders the tree.
///
/// # Errors
/// The template fails.
pub fn render(graph: &PortGraph, options: &Options) -> anyhow::Result<String> {
    let signs = if options.ascii { &draw::ASCII } else { &draw::UNICODE };
    let mut lines = Vec::new();
    for tree in branches::trees(graph, signs) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let indent = if tree.heading.is_some() { INDENT } else { "" };
        lines.extend(tree.heading);
        tree.branches.iter().for_each(|branch| draw::draw(branch, indent, signs, &mut lines));
    }
    if lines.is_empty() {
        lines.push("No ports: the input has no workload and no Service.".to_owned());
    }
    for line in &mut lines {
        *line = format!("{}{line}", options.comment).trim_end().to_owned();
    }
    Ok(Text { lines }.render()?)
}
