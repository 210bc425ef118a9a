//! What a person notes of objects, in settings or annotations, is text like all else: every view is tried with every hazard as display
//! name, purpose and group.

use clap::ValueEnum;
use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::hazards::HAZARDS;
use super::{View, data, doc, flowchart, sequence, table, tree};
use crate::graph::PortGraph;
use crate::manifest::{self, Labels, Note, Whom};
use crate::source::{Source, Sources};

const SHOP: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}], env: [{name: DB_URL, value: 'http://db:5432'}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {type: ExternalName, externalName: db.example.com, ports: [{port: 5432}]}
";

/// What the views show of a shop of which everything is noted in these words.
fn shown(words: &str) -> impl Fn(View) -> String {
    let source = Source { name: "a.yaml".into(), text: SHOP.into(), explicit: true };
    let sources = Sources::new(vec![source]);
    let mut roles = manifest::read(&sources, "default").roles;
    let notes: Labels = ["name", "purpose", "group"].map(|key| (key.to_owned(), words.to_owned())).into();
    let note = |object: &str| Note { whom: Whom::Object(object.parse().unwrap()), notes: notes.clone() };
    assert_eq!(roles.note([note("deploy/web"), note("svc/web"), note("svc/db")].iter()), [true; 3]);
    let graph = PortGraph::resolve(roles);
    move |view| view.render(&graph, &sources, &[]).unwrap()
}

/// The names of all that a Markdown parser finds, and how much of it is HTML that is not ours.
fn shape(markdown: &str) -> (Vec<&'static str>, Vec<String>) {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    let (mut names, mut html) = (Vec::new(), Vec::new());
    walk(parse_document(&Arena::new(), markdown, &options), &mut names, &mut html);
    (names, html)
}

fn walk(node: Node<'_>, names: &mut Vec<&'static str>, html: &mut Vec<String>) {
    match &node.data().value {
        NodeValue::HtmlInline(tag) if ["<br>", "<!-- -->", "<code>", "</code>"].contains(&tag.as_str()) => {}
        NodeValue::HtmlInline(tag) => html.push(tag.clone()),
        NodeValue::HtmlBlock(block) => html.push(block.literal.clone()),
        // Text falls apart into several nodes wherever something is escaped, and code may need another spelling.
        NodeValue::Text(_) | NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Code(_) => {}
        // A name that begins with a mark is not bold.
        NodeValue::Strong => {}
        value => names.push(value.xml_node_name()),
    }
    for child in node.children() {
        walk(child, names, html);
    }
}

/// Lines of Mermaid that no diagram of ours has.
fn strange_lines(mermaid: &str) -> Vec<String> {
    let words = ["click", "style", "linkStyle", "link", "href", "%%", "loop", "alt", "autonumber", "title"];
    let is_strange = |line: &&str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        words.contains(&first) || line.contains("<script") || line.contains("<b>")
    };
    mermaid.lines().filter(is_strange).map(str::to_owned).collect()
}

/// A flowchart without what stands between quotes.
fn without_labels(flowchart: &str) -> String {
    assert_eq!(flowchart.matches('"').count() % 2, 0, "{flowchart}");
    flowchart.split('"').step_by(2).collect()
}

#[test]
fn whatever_is_noted_tables_and_documents_keep_their_shape() {
    let harmless = shown("harmless words");
    for words in HAZARDS {
        let shown = shown(words);
        for form in table::Form::value_variants() {
            let table = |shown: &dyn Fn(View) -> String| {
                shape(&shown(View::Table(table::Options { form: *form, ..Default::default() })))
            };
            assert_eq!(table(&shown), table(&harmless), "{words:?}");
        }
        let document = |shown: &dyn Fn(View) -> String| shape(&shown(View::Doc(doc::Options::default())));
        assert_eq!(document(&shown), document(&harmless), "{words:?}");
        let tree = |shown: &dyn Fn(View) -> String| shown(View::Tree(tree::Options::default()));
        assert_eq!(tree(&shown).lines().count(), tree(&harmless).lines().count(), "{words:?}");
    }
}

#[test]
fn whatever_is_noted_diagrams_have_lines_of_theirs_only() {
    for words in HAZARDS {
        let shown = shown(words);
        let group_by = |group_by| flowchart::Options { group_by, ..flowchart::Options::default() };
        let charts = flowchart::GroupBy::value_variants().iter().map(|by| View::Flowchart(group_by(*by)));
        let sequence = shown(View::Sequence(sequence::Options::default()));
        assert_eq!(strange_lines(&sequence), [""; 0], "{words:?}");
        for text in charts.map(&shown).chain([sequence]) {
            let (names, html) = shape(&text);
            let is_ours = |name: &&str| ["document", "code_block", "heading", "paragraph"].contains(name);
            assert!(html.is_empty() && names.iter().all(is_ours), "{words:?} {names:?}");
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{words:?}");
        }
        for view in flowchart::GroupBy::value_variants().iter().map(|by| View::Flowchart(group_by(*by))) {
            assert_eq!(strange_lines(&without_labels(&shown(view))), [""; 0], "{words:?}");
        }
    }
}

#[test]
fn whatever_is_noted_data_stays_data() {
    for words in HAZARDS {
        let json = shown(words)(View::Graph(data::Options::default()));
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{words:?}");
    }
}
