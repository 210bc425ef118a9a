//! Markdown as its hosts understand it, for the tests of escapes, the tests of whole pages, and fuzzing.

#![allow(unreachable_pub, reason = "it is a part of several programs")]

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options, parse_document};

/// What GitHub or GitLab has switched on, all at once.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    let on = &mut options.extension;
    on.alerts = true;
    on.autolink = true;
    on.description_lists = true;
    on.footnotes = true;
    on.math_code = true;
    on.math_dollars = true;
    on.multiline_block_quotes = true;
    on.strikethrough = true;
    on.table = true;
    on.tasklist = true;
    on.wikilinks_title_before_pipe = true;
    options.parse.relaxed_autolinks = true;
    options
}

/// How a Markdown parser understands `markdown`: its text, and around it the name of everything that is more than text.
pub fn understood(markdown: &str) -> String {
    outline(parse_document(&Arena::new(), markdown, &options()))
}

fn outline(node: Node<'_>) -> String {
    let inner: String = node.children().map(outline).collect();
    match &node.data().value {
        NodeValue::Document => inner,
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => format!("code({})", code.literal),
        NodeValue::CodeBlock(code) => format!("block({}:{})", code.info, code.literal),
        // Parts a text, so that a mention in it is none.
        NodeValue::HtmlInline(html) if html == "<!-- -->" => String::new(),
        NodeValue::HtmlInline(html) if html == "<code>" => "code(".to_owned(),
        NodeValue::HtmlInline(html) if html == "</code>" => ")".to_owned(),
        NodeValue::HtmlInline(html) => html.clone(),
        value => format!("{}({inner})", value.xml_node_name()),
    }
}
