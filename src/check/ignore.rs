//! Ignoring: annotations on objects, comments on lines and entries of the settings that hide findings, and those of them that hide nothing.
//!
//! Annotations and comments are written the same: `P002, P009 why it is right so`. The ids come first; whatever follows is the reason.

use std::cell::LazyCell;
use std::sync::Arc;

use memchr::memmem;

use super::{Check, Checked, Finding, Waiver, by_name, p000};
use crate::graph::PortGraph;
use crate::manifest::object_name::ObjectName;
use crate::manifest::{Header, ObjectId};
use crate::source::{SourceId, Sources, Span};

/// What a comment says after its `#` to hide findings on its line, or on the next one where it has a line for itself.
const COMMENT: &str = "portolan: ignore";

/// One wish to hide findings.
pub(super) struct Ignore {
    /// The checks that it names.
    pub(super) ids: Vec<&'static str>,
    /// What looks like the id of a check that is not there.
    pub(super) unknown: Vec<String>,
    /// Place of the wish.
    pub(super) at: Span,
    /// The object that it is about, or in front of which it stands.
    pub(super) object: ObjectId,
    scope: Scope,
    /// It may well be about what is not in the input; then nothing is said of it.
    is_elsewhere: bool,
}

/// Which findings it may hide.
enum Scope {
    /// Those about the object.
    Object,
    /// Those that start between two places of a source.
    Lines(Span),
    /// Those about every object of this name.
    Named(ObjectName),
    /// All of them.
    Everywhere,
}

/// Takes out what is hidden, and tells of wishes that hid nothing.
pub(super) fn hide(
    findings: Vec<Finding>,
    chosen: &[&Check],
    waivers: &[Waiver],
    graph: &PortGraph,
    sources: &Sources,
) -> Checked {
    let mut ignores = ignores(graph, sources);
    ignores.extend(waivers.iter().map(|waiver| of_waiver(waiver, &graph.roles().headers)));
    if ignores.is_empty() {
        return Checked { findings, ..Checked::default() };
    }
    let mut used = vec![Vec::new(); ignores.len()];
    let all = findings.len();
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| {
            let hiding = ignores.iter().zip(&mut used).filter(|(ignore, _)| ignore.hides(finding));
            hiding.map(|(_, used)| used.push(finding.id)).count() == 0
        })
        .collect();
    let hidden = all - findings.len();
    let ran = |id: &str| chosen.iter().any(|check| check.id == id);
    if ran(p000::CHECK.id) {
        for (ignore, used) in ignores.iter().zip(&used).filter(|(ignore, _)| !ignore.is_elsewhere) {
            let idle: Vec<&str> = ignore.ids.iter().copied().filter(|id| ran(id) && !used.contains(id)).collect();
            findings.extend(p000::finding(ignore, &idle));
        }
    }
    Checked { findings, hidden, ..Checked::default() }
}

impl Ignore {
    fn hides(&self, finding: &Finding) -> bool {
        let (at, about) = (finding.primary.span, &finding.object);
        self.ids.contains(&finding.id)
            && match &self.scope {
                Scope::Object => *about == self.object,
                Scope::Lines(lines) => at.source == lines.source && (lines.start..lines.end).contains(&at.start),
                Scope::Named(object) => object.is(about.kind.as_str(), &about.namespace, &about.name),
                Scope::Everywhere => true,
            }
    }

    /// Where it looks for findings, in words.
    pub(super) fn place(&self) -> String {
        match &self.scope {
            Scope::Object | Scope::Lines(_) => "here".to_owned(),
            Scope::Named(object) => format!("about {object}"),
            Scope::Everywhere => "in the input".to_owned(),
        }
    }
}

fn of_waiver(waiver: &Waiver, headers: &[Arc<Header>]) -> Ignore {
    let named = |object: &ObjectName| {
        let header =
            headers.iter().find(|header| object.is(header.id.kind.as_str(), &header.id.namespace, &header.id.name));
        header.map(|header| header.id.clone())
    };
    let object = waiver.object.as_ref().and_then(named);
    Ignore {
        ids: vec![waiver.id.check().id],
        unknown: Vec::new(),
        at: waiver.at,
        is_elsewhere: !waiver.is_told && object.is_none(),
        object: object.unwrap_or_else(settings),
        scope: waiver.object.clone().map_or(Scope::Everywhere, Scope::Named),
    }
}

/// What a finding is about that is about the settings themselves.
fn settings() -> ObjectId {
    ObjectId { namespace: "".into(), name: "settings".into(), kind: "Config".into(), group: "portolan.dev".into() }
}

fn ignores(graph: &PortGraph, sources: &Sources) -> Vec<Ignore> {
    let headers = &graph.roles().headers;
    let annotations = headers.iter().filter_map(|header| {
        let (text, at) = header.unusual.as_ref()?.ignore.as_ref()?;
        let (ids, unknown) = parse(text);
        let object = header.id.clone();
        Some(Ignore { ids, unknown, at: *at, object, scope: Scope::Object, is_elsewhere: false })
    });
    let mut found: Vec<Ignore> = annotations.collect();
    // Few inputs have comments that hide findings.
    let by_place = LazyCell::new(|| {
        let mut headers: Vec<&Header> = headers.iter().map(Arc::as_ref).collect();
        headers.sort_by_key(|header| header.at);
        headers
    });
    for (id, source) in sources.iter() {
        let has_any = source.text.parts().any(|part| memmem::find(part.as_bytes(), COMMENT.as_bytes()).is_some());
        if has_any {
            found.extend(comments(id, &source.text.whole(), |at| nearest_object(at, &by_place)));
        }
    }
    found
}

fn comments(source: SourceId, text: &str, object_at: impl Fn(Span) -> Option<ObjectId>) -> Vec<Ignore> {
    let found = memmem::find_iter(text.as_bytes(), COMMENT).filter_map(|at| {
        let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
        let before = text[line_start..at].trim_end().strip_suffix('#')?;
        let (ids, unknown) = parse(&text[at + COMMENT.len()..line_end]);
        let next_end = text[line_end..].find('\n').map_or(text.len(), |newline| line_end + newline + 1);
        let (start, end) = if before.trim().is_empty() { (line_end, next_end) } else { (line_start, line_end) };
        let at = Span::new(source, line_start + before.len()..text[..line_end].trim_end().len());
        let scope = Scope::Lines(Span::new(source, start..end));
        Some(Ignore { ids, unknown, at, object: object_at(at)?, scope, is_elsewhere: false })
    });
    found.collect()
}

/// The object that a place most likely belongs to: the last one of its source that is named before it, else the first.
fn nearest_object(at: Span, by_place: &[&Header]) -> Option<ObjectId> {
    let behind = by_place.partition_point(|header| (header.at.source, header.at.start) <= (at.source, at.start));
    let nearest = [behind.checked_sub(1), Some(behind)].into_iter().flatten().filter_map(|near| by_place.get(near));
    nearest.into_iter().find(|header| header.at.source == at.source).map(|header| header.id.clone())
}

/// The ids at the start of a wish; those that are not there apart.
fn parse(text: &str) -> (Vec<&'static str>, Vec<String>) {
    let (mut ids, mut unknown) = (Vec::new(), Vec::new());
    for word in text.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()) {
        match by_name(word) {
            Some(check) => ids.push(check.id),
            None if looks_like_an_id(word) => unknown.push(word.to_owned()),
            None => break,
        }
    }
    (ids, unknown)
}

fn looks_like_an_id(word: &str) -> bool {
    word.strip_prefix(['P', 'p']).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use crate::check::Options;
    use crate::check::tests::{checked, found_with};

    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
";

    #[test]
    fn a_comment_hides_findings_of_its_line_and_a_line_of_its_own_those_of_the_next() {
        for (comment, hidden) in [
            ("targetPort: 8080 # portolan: ignore P002 the image listens there", 1),
            ("targetPort: 8080 #portolan: ignore P009,target-port-undeclared", 1),
            ("# portolan: ignore P002\n    targetPort: 8080", 1),
            ("targetPort: 8080\n    # portolan: ignore P002", 0),
            ("targetPort: 8080 # portolan: ignore P003", 0),
            ("targetPort: 8080 # portolan: ignore because of P002", 0),
            ("targetPort: 8080 # see portolan: ignore P002", 0),
        ] {
            let text = format!(
                "{POD}metadata: {{name: web}}\nspec:\n  selector: {{app: web}}\n  ports:\n  - port: 80\n    {comment}\n"
            );
            let checked = checked(&text);
            assert_eq!(checked.hidden, hidden, "{comment}");
            assert_eq!(checked.findings.iter().any(|finding| finding.id == "P002"), hidden == 0, "{comment}");
        }
    }

    #[test]
    fn an_annotation_hides_findings_about_its_object_only() {
        let service = |name: &str, annotation: &str| {
            format!(
                "{POD}metadata: {{name: {name}, annotations: {{{annotation}}}}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080}}]}}\n---\n"
            )
        };
        let text = service("a", "portolan.dev/ignore: 'P002 on purpose'") + &service("b", "other: P002");
        let checked = checked(&text);
        let told: Vec<&str> = checked
            .findings
            .iter()
            .filter(|found| found.id == "P002")
            .map(|found| found.object.name.as_str())
            .collect();
        assert_eq!((checked.hidden, told), (1, vec!["b"]));
    }

    #[test]
    fn what_hides_nothing_is_told() {
        let text = format!(
            "{POD}metadata: {{name: web}} # portolan: ignore P002, P099 why\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}} # portolan: ignore\n"
        );
        let select = vec!["P000".parse().unwrap(), "P002".parse().unwrap()];
        let options = Options { select, ..Options::default() };
        assert_eq!(
            found_with(options, &text),
            [
                "info 8 `# portolan: ignore P002, P099 why`: this hides nothing: there is no check P099, and P002 finds nothing here",
                "info 9 `# portolan: ignore`: this hides nothing: it names no check",
            ]
        );
    }
}
