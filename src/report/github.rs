//! Findings as workflow commands of GitHub Actions: `::error file=…,line=…::message`. GitHub shows them beside the changed lines.

use std::fmt::Write as _;

use super::{edges, in_words, told};
use crate::check::{Checked, Finding, Severity, by_name};
use crate::problem::{Place, Problem};
use crate::source::{Location, Sources};
use crate::visible::lines;

pub(super) fn render(checked: &Checked, problems: &[Problem], sources: &Sources) -> String {
    let problems = problems.iter().map(|problem| input_command(problem, sources));
    problems.chain(checked.findings.iter().map(|finding| command(finding, sources))).collect()
}

fn input_command(problem: &Problem, sources: &Sources) -> String {
    let level = problem.severity.as_str();
    let place = match &problem.place {
        Place::Source(name) => format!("file={}", property(name)),
        Place::Span(span) => {
            let [start, end] = edges(*span, sources).map(|edge| sources.location(edge));
            place(&start, &end)
        }
    };
    format!("::{level} {place},title=input::{}\n", data(&told(problem, sources)))
}

fn command(finding: &Finding, sources: &Sources) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let [start, end] = edges(finding.primary.span, sources).map(|edge| sources.location(edge));
    let name = by_name(finding.id).map_or("", |check| check.name);
    let title = property(&format!("{} {name}", finding.id));
    format!("::{level} {},title={title}::{}\n", place(&start, &end), data(&in_words(finding, sources)))
}

/// Of what is rendered the file alone: the lines are not those of the file.
fn place(start: &Location, end: &Location) -> String {
    let mut place = format!("file={}", property(&start.file));
    if start.field.is_none() {
        let _ = write!(place, ",line={},endLine={}", start.line, end.line);
        // GitHub takes columns only for a place within one line.
        if start.line == end.line {
            let _ = write!(place, ",col={},endColumn={}", start.column, end.column);
        }
    }
    place
}

/// The text of a command: it must be one line.
fn data(text: &str) -> String {
    lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property: colons and commas end it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Options, check};
    use crate::graph::PortGraph;
    use crate::source::Source;

    #[test]
    fn what_cannot_be_read_is_an_annotation_too() {
        let problem = Problem::error(Place::Source("a,b.yaml".into()), "this cannot be read", Some("look".into()));
        assert_eq!(
            render(&Checked::default(), &[problem], &Sources::new(Vec::new())),
            "::error file=a%2Cb.yaml,title=input::a,b.yaml: this cannot be read%0A  help: look\n"
        );
    }

    #[test]
    fn a_finding_is_one_line_whatever_it_says() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: \"we\\nb%\"}\nspec: {externalIPs: [192.0.2.1]}\n";
        let sources = Sources::new(vec![Source { name: "a:b,c.yaml".into(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
        assert_eq!(
            render(&check(&graph, &sources, &Options::default()), &[], &sources),
            "::warning file=a%3Ab%2Cc.yaml,line=4,endLine=4,col=21,endColumn=32,title=P034 external-ips-deprecated::\
             Service we%0Ab%25 uses externalIPs, which is deprecated since Kubernetes 1.36\n"
        );
    }
}
