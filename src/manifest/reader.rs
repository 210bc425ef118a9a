//! Reading texts: every document by itself, on several threads where there are many, and the results in the order of the text.

use std::borrow::Cow;
use std::ops::Range;

use super::{Lowered, mend, object, start_of, template};
use crate::problem::{Place, Problem};
use crate::share;
use crate::source::{Source, SourceId, Sources, Span};
use crate::yaml::{self, Document, DuplicateKey, Node};

/// How many bytes of YAML are worth to be read by a thread of their own.
const WORTH_A_THREAD: usize = 128 << 10;

/// Reads every document of every source. Objects that state no namespace are in `namespace`.
#[must_use]
pub fn read(sources: &Sources, namespace: &str) -> Lowered {
    read_in_parts(sources, namespace, WORTH_A_THREAD)
}

/// The same, in parts of at least so many bytes, which are read at the same time.
fn read_in_parts<'s>(sources: &'s Sources, namespace: &'s str, least: usize) -> Lowered {
    let texts: Vec<Cow<'_, str>> = sources.iter().map(|(_, source)| source.text.whole()).collect();
    let documents = documents(&texts);
    let parts = share::parts(&documents, least, |document| document.range().len());
    let (mut all, mut templates) = Sum::default();
    let read_part = |sum: &mut Sum<'s>, part: &&[Span]| {
        part.iter().for_each(|document| {
            let id = document.source;
            let (source, text) = (sources.get(id), &*texts[id.0 as usize]);
            read_one(Reader { id, source, text, namespace }, document.range(), sum);
        })
    };
    for (lowered, later) in share::fold(&parts, read_part) {
        all.roles.append(lowered.roles);
        all.problems.extend(lowered.problems);
        templates.extend(later);
    }
    templates.sort_by_key(|template| &template.name);
    all.problems.extend(template::problems(&templates));
    all.settle(sources);
    all
}

/// What was read, and the sources that have to be rendered first.
type Sum<'s> = (Lowered, Vec<&'s Source>);

/// The places of all documents.
fn documents(texts: &[Cow<'_, str>]) -> Vec<Span> {
    let mut documents = Vec::new();
    for (id, text) in (0..).map(SourceId).zip(texts) {
        yaml::each_document(text, |range| documents.push(Span::new(id, range)));
    }
    documents
}

/// Reads one document.
fn read_one<'s>(reader: Reader<'s, '_>, document: Range<usize>, (lowered, later): &mut Sum<'s>) {
    if reader.read(document, lowered) == Rendered::Later {
        later.push(reader.source);
    }
}

/// Is a text a manifest, or does a template in it have to be rendered first?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rendered {
    Already,
    Later,
}

/// Reads the documents of one source.
#[derive(Clone, Copy)]
struct Reader<'s, 't> {
    id: SourceId,
    source: &'s Source,
    text: &'t str,
    namespace: &'t str,
}

impl Reader<'_, '_> {
    fn read(&self, range: Range<usize>, lowered: &mut Lowered) -> Rendered {
        let text = self.text.get(range.clone()).unwrap_or_default();
        match yaml::parse(self.id, self.text, range.clone()) {
            Ok(None) => {}
            Ok(Some(document)) => return self.read_document(document, lowered),
            Err(error) if self.source.explicit || looks_like_a_manifest(text) => {
                if template::looks_rendered_later(text) {
                    return Rendered::Later;
                }
                lowered.problems.push(Problem::error(Place::Span(error.span), error.message, error.help));
            }
            Err(_) => {}
        }
        Rendered::Already
    }

    fn read_document(&self, document: Document<'_>, lowered: &mut Lowered) -> Rendered {
        let root = document.root();
        if !object::is_object(root) {
            lowered.problems.extend(self.source.explicit.then(|| no_object(root)));
            return Rendered::Already;
        }
        lowered.problems.extend(document.duplicate_keys().map(|key| repeated(&key)));
        lowered.roles.repeated.extend(document.repeated());
        let mut failed = object::lower_all(root, self.namespace, |_| true, lowered);
        let all = failed.len();
        failed.retain(|(_, error)| !template::looks_rendered_later(self.text_of(error.span)));
        let rendered = if failed.len() < all { Rendered::Later } else { Rendered::Already };
        if !failed.is_empty() {
            mend::read_again(document, self.namespace, failed, lowered);
        }
        rendered
    }

    fn text_of(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

fn no_object(root: Node<'_>) -> Problem {
    let help = "Kubernetes objects state both; leave this file out, or name the folder it is in to pass over it";
    let message = "this document has no apiVersion and kind, so it is no Kubernetes object";
    Problem::error(Place::Span(start_of(root)), message, Some(help.to_owned()))
}

fn repeated(key: &DuplicateKey<'_>) -> Problem {
    let message = format!("the key `{}` stands twice in one mapping; the last one counts, as for kubectl", key.name);
    Problem::repeated(key.first, key.second, message, "remove one of them")
}

/// A text that does not parse, but that someone surely means for Kubernetes.
fn looks_like_a_manifest(text: &str) -> bool {
    let states = |key: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches([' ', '{', '"', '\'']);
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
        })
    };
    states("apiVersion") && states("kind")
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Documents of many sorts: good and broken ones, templates, the same object twice, repeated keys, aliases, kinds that do not matter.
    const TEXT: &str = "apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: eighty}, &port {port: 81, port: 82}, *port]}
---
{{ if .Values.on }}
apiVersion: v1
kind: Service
---
apiVersion: v1
kind: ConfigMap
metadata: {name: lines}
data:
  text: |
    a
     ---
    b
---
apiVersion: v1
kind: Broken
metadata: [
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
...
{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}}
{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"q\"}}
";

    fn source(name: &str, text: &str) -> Source {
        Source { name: name.to_owned(), text: text.into(), explicit: name.starts_with('a') }
    }

    /// Reads in parts of at least so many bytes, and at once; both must say the same. Returns what they say.
    fn read_both_ways(sources: &Sources, least: usize) -> Lowered {
        let whole = read_in_parts(sources, "default", usize::MAX);
        let parts = read_in_parts(sources, "default", least);
        assert!(parts.roles == whole.roles, "other roles in parts of {least} bytes");
        assert_eq!(parts.problems, whole.problems, "in parts of {least} bytes");
        whole
    }

    #[test]
    fn parts_of_any_size_give_what_the_whole_does() {
        let sources = Sources::new(vec![source("a.yaml", TEXT), source("b.yaml", TEXT)]);
        for least in 1..TEXT.len() {
            assert!(read_both_ways(&sources, least).problems.len() > 4);
        }
    }

    proptest! {
        #[test]
        fn lines_in_any_order_are_read_the_same_in_parts(order in vec(0..TEXT.lines().count(), 1..80), least in 1..400usize) {
            let lines: Vec<&str> = TEXT.lines().collect();
            let text: String = order.iter().flat_map(|at| [lines[*at], "\n"]).collect();
            read_both_ways(&Sources::new(vec![source("a.yaml", &text), source("b.yaml", &text)]), least);
        }
    }

    #[test]
    fn the_yaml_of_the_corpus_is_read_the_same_in_parts() {
        let Some(folder) = std::env::var_os("PORTOLAN_CORPUS") else { return };
        let files = ignore::WalkBuilder::new(&folder).standard_filters(false).build().flatten();
        let texts = files
            .filter_map(|file| Some((file.path().display().to_string(), std::fs::read_to_string(file.path()).ok()?)));
        let is_manifest = |name: &str| [".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending));
        let sources = texts.filter(|(name, _)| is_manifest(name)).map(|(name, text)| source(&name, &text)).collect();
        let read = read_both_ways(&Sources::new(sources), 1);
        assert!(!read.roles.headers.is_empty(), "there are no manifests in {}", folder.display());
    }
}
