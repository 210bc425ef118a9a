//! Nothing from a manifest acts in a page that shows the output: the Markdown of every view, read by a parser with all that GitHub and GitLab
//! understand, has no link, image, element, heading, fence, mention or mark that the manifests smuggled in.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../src/view/markdown/tests/understood.rs"]
#[allow(dead_code, reason = "pages are not read as one text")]
mod understood;

use std::collections::BTreeSet;

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, parse_document};
use portolan::check::{self, Finding, check};
use portolan::cli::Task;
use portolan::diff::{Side, diff};
use portolan::graph::PortGraph;
use portolan::inject::{blocks, fill};
use portolan::manifest;
use portolan::source::{Source, Sources};
use portolan::view::diff::{Format, Texts};

/// The views whose output is Markdown.
const VIEWS: &[&str] = &[
    "doc --all",
    "flowchart --legend",
    "flowchart --detail ports",
    "flowchart --group-by app",
    "sequence --all",
    "table",
    "table --form reference",
];

/// More of them than a code span may have around it, and an element behind.
const MANY_BACKTICKS: &str = concat!(
    "``````````````````````````````````````````````````",
    "``````````````````````````````````````````````````",
    "<img src=x onerror=alert(1)>",
);

/// What wants to be more than text, in Markdown, HTML, Mermaid or in the blocks that `inject` fills.
const PAYLOADS: &[&str] = &[
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "[x][evil]",
    "[^evil]: x",
    "https://evil.example/x",
    "www.evil.example",
    "me@evil.example",
    "<https://evil.example>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "</td></tr></table><h1>x</h1>",
    "<details><summary>x",
    "<!-- x",
    "--> <b>x</b>",
    "<!-- /portolan -->",
    "<!-- portolan table / -->",
    "\n<!-- /portolan -->\n",
    "\n\n# Heading\n\n",
    "\n===\n",
    "\n---\n",
    "# Heading",
    "- item",
    "> quote",
    "> [!WARNING]",
    "- [ ] todo",
    "1. item",
    "```\n\n# Out\n",
    "~~~\n# Out\n~~~",
    "````",
    MANY_BACKTICKS,
    "```mermaid\nflowchart TB\na-->b\n```",
    "\n```\nx\n",
    "`code` ``code``",
    "a | b | c",
    "|---|---|",
    "\\| x",
    "**bold** __bold__ *em* _em_",
    "~~gone~~",
    "$x^2$ $$x$$",
    "$`x`$",
    "&lt;b&gt; &#60;i&#62; &nbsp;",
    "cc @someone and @some/team",
    "fixes #1, some/repo#2, GH-3",
    "!123 &4 ~label %1 $snippet",
    ":tada:",
    "::include{file=x}",
    "[[x]] [[_TOC_]] [TOC]",
    "{::nomarkdown} {% x %} {:.x}",
    "\"]:::x\n  click n1 href \"https://evil.example\"",
    "%%{init: {\"securityLevel\": \"loose\"}}%%",
    "end\n  click n1 callback",
    "\u{202e}gnp.exe",
    "a\u{2028}# b\u{85}# c\u{0b}# d\u{0c}# e",
    "\r# b",
    "\t# b",
    "    # b",
];

/// Manifests with the payload in every text that any of them shows.
fn manifests(payload: &str) -> String {
    let text = |slot: &str| serde_json::to_string(&format!("{payload}{slot}")).unwrap();
    let also = |slot: &str| serde_json::to_string(&format!("{slot}{payload}")).unwrap();
    format!(
        r#"{{"apiVersion": "v1", "kind": "Service", "metadata": {{"name": {0}, "namespace": {1}, "annotations": {{"portolan.dev/name": {2}, "portolan.dev/purpose": {3}, "portolan.dev/group": {4}}}}},
 "spec": {{"type": "NodePort", "selector": {{"app": {5}}}, "ports": [{{"name": {6}, "port": 80, "targetPort": {7}}}, {{"name": {8}, "port": 81, "targetPort": {9}}}]}}}}
{{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {{"name": {10}, "namespace": {1}, "labels": {{"app.kubernetes.io/part-of": {4}}}}},
 "spec": {{"template": {{"metadata": {{"labels": {{"app": {5}}}}}, "spec": {{"containers": [{{"name": {11}, "image": {12},
   "ports": [{{"name": {7}, "containerPort": 8080}}], "readinessProbe": {{"httpGet": {{"path": {13}, "port": {9}}}}},
   "env": [{{"name": {14}, "value": "http://other:81"}}, {{"name": "UP_HOST", "value": {15}}}]}}]}}}}}}}}
{{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {{"name": {16}, "namespace": {1}}},
 "spec": {{"ingressClassName": {17}, "tls": [{{"hosts": [{18}], "secretName": {19}}}], "rules": [{{"host": {18}, "http": {{"paths": [
   {{"path": {20}, "pathType": "Prefix", "backend": {{"service": {{"name": {0}, "port": {{"name": {6}}}}}}}}},
   {{"path": {21}, "pathType": {22}, "backend": {{"service": {{"name": {23}, "port": {{"name": {24}}}}}}}}}]}}}}]}}}}
{{"apiVersion": "v1", "kind": "Service", "metadata": {{"name": "other", "namespace": {1}}}, "spec": {{"type": "ExternalName", "externalName": {25}, "ports": [{{"port": 81}}]}}}}
{{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {{"name": {26}, "namespace": {1}}}, "spec": {{"podSelector": {{"matchLabels": {{"app": {5}}}}}, "ingress": [{{"from": [{{"podSelector": {{"matchLabels": {{"app": {27}}}}}}}]}}]}}}}
{{"apiVersion": "v1", "kind": {28}, "metadata": {{"name": {29}}}}}
"#,
        text("a"),
        text("b"),
        text("c"),
        text("d"),
        text("e"),
        text("f"),
        text("g"),
        text("h"),
        text("i"),
        also("j"),
        text("k"),
        text("l"),
        text("m"),
        also("n"),
        text("o"),
        also("p"),
        text("q"),
        text("r"),
        text("s"),
        text("t"),
        also("/u"),
        also("/v"),
        text("w"),
        text("x"),
        text("y"),
        also("z"),
        text("A"),
        text("B"),
        text("C"),
        text("D"),
    )
}

/// A read input.
struct Seen {
    sources: Sources,
    graph: PortGraph,
    findings: Vec<Finding>,
}

fn seen(text: &str) -> Seen {
    let source = Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true };
    let sources = Sources::new(vec![source]);
    let graph = PortGraph::resolve(manifest::read(&sources, "default").roles);
    let options = check::Options { pedantic: true, ..check::Options::default() };
    let findings = check(&graph, &sources, &options).findings;
    Seen { sources, graph, findings }
}

/// Every page about an input, each with what prints it.
fn pages(payload: &str) -> Vec<(String, String)> {
    let seen = seen(&manifests(payload));
    let mut pages: Vec<_> = VIEWS
        .iter()
        .map(|words| {
            let Ok(Task::View(view, ..)) = Task::from_recipe(words) else { panic!("{words} is no view") };
            ((*words).to_owned(), view.render(&seen.graph, &seen.sources, &seen.findings).unwrap())
        })
        .collect();
    let empty = self::seen("");
    for (words, base, head) in [("diff from nothing", &empty, &seen), ("diff to nothing", &seen, &empty)] {
        let [was, now] = [base, head].map(|seen| Side { graph: &seen.graph, findings: &seen.findings });
        let texts = Texts { base: &base.sources, head: &head.sources };
        pages.push((words.to_owned(), Format::Markdown.render(&diff(was, now), texts).unwrap()));
    }
    pages
}

/// What of a page does something: everything but texts, and the marks around them that say nothing of their own.
fn acting(markdown: &str) -> BTreeSet<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &understood::options());
    root.descendants().filter_map(does).collect()
}

fn does(node: Node<'_>) -> Option<String> {
    let within = |is: fn(&NodeValue) -> bool| node.ancestors().any(|above| is(&above.data().value));
    match &node.data().value {
        NodeValue::HtmlBlock(html) => Some(html.literal.trim().to_owned()),
        // The first parts a text, so that a mention in it is none; the others are code that a table would cut.
        NodeValue::HtmlInline(html) if ["<!-- -->", "<code>", "</code>"].contains(&html.as_str()) => None,
        NodeValue::HtmlInline(html) => Some(html.clone()),
        NodeValue::CodeBlock(code) => Some(format!("fence {}", code.info)),
        NodeValue::Link(link) if link.url.starts_with('#') => None,
        NodeValue::Link(link) | NodeValue::Image(link) => Some(format!("link {}", link.url)),
        NodeValue::Text(text) => mention(text).map(|found| format!("mention {found}")),
        NodeValue::Heading(_) => Some(format!("{HEADING}{}", text(node))),
        NodeValue::Strong if within(|above| matches!(above, NodeValue::Heading(_))) => {
            Some("strong heading".to_owned())
        }
        NodeValue::Code(_)
        | NodeValue::Document
        | NodeValue::Paragraph
        | NodeValue::SoftBreak
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::Strong
        | NodeValue::Table(_)
        | NodeValue::TableRow(_)
        | NodeValue::TableCell => None,
        value => Some(value.xml_node_name().to_owned()),
    }
}

/// How a heading is told.
const HEADING: &str = "heading ";

/// What a reader sees of a node.
fn text(node: Node<'_>) -> String {
    let texts = node.descendants().map(|below| match &below.data().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => code.literal.clone(),
        _ => String::new(),
    });
    texts.collect()
}

/// The payload as it is seen where it is but text.
fn visible(payload: &str) -> String {
    let seen: String = payload.chars().filter(|c| c.is_whitespace() || !c.is_control() && *c != '\u{202e}').collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `@user` or `#1` in a text: a host links them, and tells the user.
fn mention(text: &str) -> Option<&str> {
    let at = text.char_indices().find(|(at, c)| {
        let before = text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let after = text[at + c.len_utf8()..].chars().next();
        *c == '@' && before && after.is_some_and(|c| c.is_ascii_alphanumeric())
            || *c == '#' && after.is_some_and(|c| c.is_ascii_digit())
    });
    at.map(|(at, _)| &text[at..])
}

#[test]
fn a_page_does_nothing_more_whatever_the_manifests_say() {
    let harmless: Vec<_> = pages("harmless").into_iter().map(|(_, page)| acting(&page)).collect();
    assert!(harmless.iter().any(|does| does.contains("fence mermaid")), "{harmless:?}");
    let mut wrong = Vec::new();
    for payload in PAYLOADS {
        let shown = visible(payload);
        // A heading may name something, whole and as a text; long names may be too much for one diagram.
        let names = |does: &String| {
            does.strip_prefix(HEADING)
                .is_some_and(|text| text.contains(&shown) || ["other", "Diagrams of the parts"].contains(&text))
        };
        for ((words, page), harmless) in pages(payload).iter().zip(&harmless) {
            let more: Vec<_> = acting(page).difference(harmless).filter(|does| !names(does)).cloned().collect();
            if !more.is_empty() {
                wrong.push(format!("{payload:?} does more in {words}: {more:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_block_ends_where_its_page_says_so() {
    let page =
        VIEWS.iter().map(|words| format!("<!-- portolan {words} -->\n<!-- /portolan -->\n\n")).collect::<String>()
            + "# End\n";
    let found = blocks(&page).unwrap();
    for payload in PAYLOADS {
        let contents: Vec<String> = pages(payload).into_iter().take(VIEWS.len()).map(|(_, text)| text).collect();
        let filled = fill(&page, &found, &contents);
        let again = blocks(&filled).unwrap_or_else(|faults| panic!("{payload:?}: {faults:?}\n{filled}"));
        let recipes: Vec<_> = again.iter().map(|block| block.recipe).collect();
        assert_eq!(recipes, VIEWS, "{payload:?}");
        assert_eq!(fill(&filled, &again, &contents), filled, "{payload:?}");
        assert!(acting(&filled).contains("heading End") && filled.ends_with("# End\n"), "{payload:?}");
    }
}

#[test]
fn a_diagram_has_no_line_that_the_manifests_wrote() {
    for payload in PAYLOADS {
        for (words, page) in pages(payload) {
            let diagrams = page.split("```mermaid\n").skip(1).filter_map(|rest| rest.split("```").next());
            // What stands in quotes may have lines of its own; no quote of a name is left in it.
            let unquoted = diagrams.map(|text| text.split('"').step_by(2).collect::<Vec<_>>().join("\"\""));
            for line in unquoted.collect::<String>().lines().map(str::trim_start) {
                let acts = ["click ", "href ", "callback", "link ", "links ", "%%{", "style ", "---", "###"];
                assert!(!acts.iter().any(|word| line.starts_with(word)), "{payload:?} in {words}: {line}");
            }
        }
    }
}
