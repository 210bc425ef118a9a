//! Findings for people: the lines of the manifests with both ends underlined, as compilers show them.
//!
//! `annotate-snippets` draws them and replaces what a terminal would act upon; everything that comes from a manifest goes through it.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};

use super::{Colour, discreet, is_incomplete, range};
use crate::check::{Check, Checked, Finding, Label, Severity};
use crate::problem::Problem;
use crate::source::{Edit, Location, STDIN, SourceId, Sources};
use crate::visible::one_line;

/// Longer lines (a JSON dump is often a single one) are named, not shown.
const LONGEST_LINE: usize = 400;
/// Places of one source with more lines than this between them are shown apart.
const NEAR: usize = 40;
/// How wide a line of help may get.
const WIDTH: usize = 120;

pub(super) fn render(checked: &Checked, problems: &[Problem], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Ansi => Renderer::styled(),
        Colour::None => Renderer::plain(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH + 20);
    let mut text = String::new();
    for finding in &checked.findings {
        let _ = writeln!(text, "{}\n", renderer.render(&groups(finding, sources)));
    }
    text + &summary(checked, problems, sources)
}

fn groups<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Group<'a>> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group = level.primary_title(one_line(&finding.message)).id(finding.id).elements(snippets(finding, sources));
    let Some(help) = &finding.help else { return vec![group] };
    if let Some(patch) = finding.fix.as_ref().and_then(|edit| patch(edit, sources)) {
        let title = Level::HELP.secondary_title(one_line(help));
        return vec![group, title.element(patch)];
    }
    group = group.element(Level::HELP.message(one_line(help)));
    vec![group]
}

/// The line with what to write instead; not in rendered text, which nobody edits.
fn patch<'a>(edit: &'a Edit, sources: &'a Sources) -> Option<Snippet<'a, Patch<'a>>> {
    if sources.is_rendered(edit.span.source) {
        return None;
    }
    let (start, text) = sources.get(edit.span.source).text.around(edit.span.range());
    let range = range(edit.span, start, &text);
    let lines = lines(&text, range.clone())?;
    let patch = Patch::new(range.start - lines.start..range.end - lines.start, edit.text.as_str());
    let first_line = sources.location(edit.span).line;
    Some(Snippet::source(discreet::lines(&text, lines, |_| true).into_owned()).line_start(first_line).patch(patch))
}

/// The whole lines around a range; `None` where one is too long to be shown.
fn lines(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |newline| range.end + newline);
    // The end of a line of Windows is no part of what is shown.
    let end = if text[range.end..end].ends_with('\r') { end - 1 } else { end };
    text[start..end].lines().all(|line| line.len() <= LONGEST_LINE).then_some(start..end)
}

/// A place that is shown, and whether it is the primary one.
struct Shown<'a> {
    label: &'a Label,
    line: usize,
    kind: AnnotationKind,
}

/// One snippet for every stretch of a source that has places in it, the primary one first.
fn snippets<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Element<'a>> {
    let primary = Shown {
        label: &finding.primary,
        line: sources.location(finding.primary.span).line,
        kind: AnnotationKind::Primary,
    };
    let mut stretches = vec![vec![primary]];
    for label in &finding.related {
        let shown = Shown { label, line: sources.location(label.span).line, kind: AnnotationKind::Context };
        let near = |stretch: &&mut Vec<Shown<'_>>| {
            stretch
                .iter()
                .any(|other| other.label.span.source == label.span.source && other.line.abs_diff(shown.line) <= NEAR)
        };
        match stretches.iter_mut().find(near) {
            Some(stretch) => stretch.push(shown),
            None => stretches.push(vec![shown]),
        }
    }
    stretches.iter().filter_map(|stretch| snippet(stretch, sources)).collect()
}

fn snippet<'a>(stretch: &[Shown<'a>], sources: &'a Sources) -> Option<Element<'a>> {
    let source: SourceId = stretch.first()?.label.span.source;
    let spans = || stretch.iter().map(|shown| shown.label.span);
    let all = spans().map(|span| span.start).min()?..spans().map(|span| span.end).max()?;
    let (before, text) = sources.get(source).text.around(all.start as usize..all.end as usize);
    let ranges: Vec<_> = spans().map(|span| range(span, before, &text)).collect();
    let first = ranges.iter().map(|range| range.start).min()?;
    let last = ranges.iter().map(|range| range.end).max()?;
    let location = sources.location(stretch.first()?.label.span);
    let path = path(&location);
    let Some(Range { start, end }) = lines(&text, first..last) else {
        return Some(Origin::path(path).line(location.line).char_column(location.column).into());
    };
    let first_line = stretch.iter().map(|shown| shown.line).min()?;
    let annotations = stretch.iter().zip(&ranges).map(|(shown, range)| {
        // An underline of many lines hides more than it shows: the first one says where.
        let line_end = text[range.start..range.end].find('\n').map_or(range.end, |newline| range.start + newline);
        shown.kind.span(range.start - start..line_end - start).label(one_line(&shown.label.text))
    });
    let is_told =
        |line: &Range<usize>| ranges.iter().any(|range| (line.start + start..line.end + start).contains(&range.start));
    let shown = discreet::lines(&text, start..end, is_told).into_owned();
    let snippet = Snippet::source(shown).line_start(first_line).path(path).annotations(annotations);
    Some(snippet.into())
}

/// The name of a source, of rendered text with the field, for its lines are in no file. Without what a terminal would act upon: the
/// library takes paths as they are.
fn path(location: &Location) -> String {
    let path = if location.field.is_some() { location.to_string() } else { location.file.clone() };
    one_line(&path).into_owned()
}

/// `2 errors, 1 warning, 3 infos; 1 ignored`, and what to do next
fn summary(checked: &Checked, problems: &[Problem], sources: &Sources) -> String {
    let counted = |severity: Severity| match checked.count(severity) {
        0 => None,
        1 => Some(format!("1 {}", severity.as_str())),
        count => Some(format!("{count} {}s", severity.as_str())),
    };
    let counts: Vec<String> =
        [Severity::Error, Severity::Warning, Severity::Info].into_iter().filter_map(counted).collect();
    let found = match counts.as_slice() {
        [] if is_incomplete(problems) => "nothing found in what could be read".to_owned(),
        [] => "nothing found".to_owned(),
        counts => counts.join(", "),
    };
    let hidden = if checked.hidden == 0 { String::new() } else { format!("; {} ignored", checked.hidden) };
    let more = if counts.is_empty() { "" } else { "; `portolan explain ID` tells more" };
    let in_a_file = |edit: &&Edit| {
        let source = edit.span.source;
        !sources.is_rendered(source) && sources.get(source).name != STDIN
    };
    let fixable = match checked.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(in_a_file).count() {
        0 => String::new(),
        count => format!("; `--fix` fixes {count}"),
    };
    format!("{found}{hidden}{more}{fixable}\n")
}

/// A line for every check.
pub(super) fn list(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let lines = checks.iter().map(|Check { id, name, title, .. }| format!("{id}  {name:width$}  {title}\n"));
    lines.collect::<String>() + "\n`portolan explain ID` tells more.\n"
}

pub(super) fn explain(check: &Check) -> String {
    let Check { id, name, title, severity, what, why, fix, elsewhere, .. } = check;
    let mut text = format!("{id} {name}: {title}\n");
    let parts = [("Severity", severity), ("What it looks for", what), ("Why it matters", why), ("What to do", fix)];
    for (heading, words) in
        parts.into_iter().chain([("In other tools", elsewhere)]).filter(|(_, words)| !words.is_empty())
    {
        let _ = write!(text, "\n{heading}:\n{}", wrapped(words));
    }
    text + "\n" + &how_to_ignore(check)
}

/// Two lines that are Markdown too.
pub(super) fn how_to_ignore(check: &Check) -> String {
    let id = check.id;
    format!(
        "To ignore it: `# portolan: ignore {id} reason` on the line, or the annotation\n\
         `portolan.dev/ignore: {id} reason` on the object, `ignore` in portolan.yaml, or --ignore {id}.\n"
    )
}

/// Lines of at most 100 characters, each a little to the right.
fn wrapped(words: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in words.split_whitespace() {
        if width > 0 && width + 1 + word.chars().count() > 98 {
            text.push('\n');
            width = 0;
        }
        text.push_str(if width == 0 { "  " } else { " " });
        text.push_str(word);
        width += 1 + word.chars().count();
    }
    text + "\n"
}

pub(super) fn page(checks: &[Check]) -> String {
    let mut text = String::from(
        "# What `portolan check` looks for\n\n\
         This page is made from the table in `src/check.rs`; `PORTOLAN_UPDATE=1 cargo test --test checks` writes it anew.\n\n\
         An `error` is something that the API server rejects or a path that certainly cannot work; a `warning` is very likely wrong, but a running \
         program could make it right; an `info` is true and worth knowing. A finding is ignored by a comment on its line \
         (`# portolan: ignore P002 reason`), by the annotation `portolan.dev/ignore: P002 reason` on its object, or everywhere by `--ignore P002`.\n\n\
         | id | name | what is wrong | severity |\n|---|---|---|---|\n",
    );
    for Check { id, name, title, severity, .. } in checks {
        let _ = writeln!(text, "| [{id}](#{}-{name}) | {name} | {title} | {severity} |", id.to_lowercase());
    }
    for check in checks {
        let _ = write!(text, "\n## {} {}\n\n{}", check.id, check.name, section(check));
    }
    text
}

/// What the page says about one check, without its heading.
pub(super) fn section(check: &Check) -> String {
    let Check { title, severity, what, why, fix, elsewhere, .. } = check;
    let mut text =
        format!("{title}. Severity: {severity}.\n\n{what}\n\n**Why it matters.** {why}\n\n**What to do.** {fix}\n");
    if !elsewhere.is_empty() {
        let _ = write!(text, "\nIn other tools: {elsewhere}.\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::check::{Options, check};
    use crate::graph::PortGraph;
    use crate::report::{Colour, Report};
    use crate::source::{Source, Sources};

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec:\n  containers:\n  - name: c\n    image: i\n    ports:\n    - containerPort: 9000\n";
    const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n  - port: 80\n    targetPort: 8080\n";

    fn render(files: &[(&str, &str)], colour: Colour) -> String {
        let source =
            |(name, text): &(&str, &str)| Source { name: (*name).into(), text: (*text).into(), explicit: true };
        let sources = Sources::new(files.iter().map(source).collect());
        let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
        Report::Text.render(&check(&graph, &sources, &Options::default()), &[], &sources, colour).unwrap()
    }

    #[test]
    fn the_ends_of_lines_of_windows_are_not_shown() {
        let crlf = |text: &str| text.replace('\n', "\r\n");
        let (pod, service) =
            (crlf(&POD.replace("- containerPort: 9000", "- {name: web, containerPort: 9000}")), crlf(SERVICE));
        let told = render(&[("deployment.yaml", &pod), ("service.yaml", &service)], Colour::None);
        assert!(told.contains("targetPort: 8080\n") && !told.contains('\u{240d}'), "{told}");
    }

    #[test]
    fn both_ends_are_shown_with_their_own_words() {
        insta::assert_snapshot!(render(&[("deployment.yaml", POD), ("service.yaml", SERVICE)], Colour::None), @"
        warning[P002]: Service web sends port 80 to port 8080 of its pods, but Pod web declares only 9000
         --> service.yaml:8:17
          |
        8 |     targetPort: 8080
          |                 ^^^^ works only if a process in the pod listens on 8080: Kubernetes does not check
          |
         ::: deployment.yaml:9:22
          |
        9 |     - containerPort: 9000
          |                      ---- declared: 9000
          |
        help: write `targetPort: 9000` if that is where the pod listens; if a process listens on 8080, declare it: `containerPort: 8080`
          |
        8 -     targetPort: 8080
        8 +     targetPort: 9000
          |

        1 warning; `portolan explain ID` tells more; `--fix` fixes 1
        ");
    }

    #[test]
    fn one_line_of_json_is_named_and_not_shown() {
        let long = format!(
            r#"{{"apiVersion":"v1","kind":"Service","metadata":{{"name":"web","annotations":{{"a":"{}"}}}},"spec":{{"externalIPs":["192.0.2.1"],"ports":[{{"port":80}}]}}}}"#,
            "x".repeat(500)
        );
        let text = render(&[("a.json", &long)], Colour::None);
        assert!(text.contains(" a.json:1:") && !text.contains("xxx"), "{text}");
    }

    #[test]
    fn nothing_of_a_manifest_reaches_the_terminal_as_a_command() {
        let text = SERVICE.replace("{app: web}", "{app: \"\\e[31mred\"}");
        let shown = render(&[("a\u{1b}[2J.yaml", &text)], Colour::None);
        assert!(!shown.contains('\u{1b}') && shown.contains("red"), "{shown:?}");
        assert!(render(&[("a.yaml", SERVICE)], Colour::Ansi).contains('\u{1b}'));
    }
}
