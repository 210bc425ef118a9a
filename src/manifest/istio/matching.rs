//! What a VirtualService looks at in requests and connections, in the words of a route.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::start_of;
use crate::source::Span;
use crate::yaml::Node;

/// One entry of `http[].match[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpMatch {
    uri: Option<TextMatch>,
    method: Option<TextMatch>,
    authority: Option<TextMatch>,
    headers: BTreeMap<String, TextMatch>,
    query_params: BTreeMap<String, TextMatch>,
    port: Option<u16>,
}

/// One entry of `tls[].match[]` or `tcp[].match[]`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct StreamMatch {
    sni_hosts: Vec<String>,
    port: Option<u16>,
}

/// How a text is compared; none of the three asks only that it is there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TextMatch {
    exact: Option<String>,
    prefix: Option<String>,
    regex: Option<String>,
}

impl TextMatch {
    /// The text, and what follows it in words.
    fn written(&self) -> (&str, &'static str) {
        match (&self.exact, &self.prefix, &self.regex) {
            (Some(text), ..) => (text, ""),
            (_, Some(text), _) => (text, "*"),
            (.., Some(text)) => (text, " (regex)"),
            _ => ("", "*"),
        }
    }
}

/// What one match takes.
pub(super) struct Matched {
    /// The hosts it names itself.
    pub(super) hosts: Vec<String>,
    pub(super) path: Option<String>,
    pub(super) path_type: Option<String>,
    pub(super) conditions: Vec<String>,
    pub(super) at: Span,
}

/// The matches of an HTTP route; without any it takes every path.
pub(super) fn http(matches: &[HttpMatch], node: Node<'_>) -> Vec<Matched> {
    let all = HttpMatch::default();
    if matches.is_empty() {
        return vec![http_match(&all, start_of(node))];
    }
    let nodes = node.get("match").into_iter().flat_map(Node::items);
    matches.iter().zip(nodes).map(|(one, node)| http_match(one, start_of(node))).collect()
}

fn http_match(one: &HttpMatch, at: Span) -> Matched {
    let (path, path_type) = match &one.uri {
        Some(TextMatch { exact: Some(path), .. }) => (path.as_str(), Some("Exact")),
        Some(TextMatch { prefix: Some(path), .. }) => (path.as_str(), None),
        Some(TextMatch { regex: Some(path), .. }) => (path.as_str(), Some("RegularExpression")),
        _ => ("/", None),
    };
    let said = |what: &str, (text, more): (&str, &str)| format!("{what}{text}{more}");
    let mut conditions = Vec::new();
    conditions.extend(one.method.as_ref().map(|text| said("method ", text.written())));
    conditions.extend(one.authority.as_ref().map(|text| said("host ", text.written())));
    conditions.extend(one.headers.iter().map(|(name, text)| said(&format!("header {name}="), text.written())));
    conditions.extend(one.query_params.iter().map(|(name, text)| said(&format!("query {name}="), text.written())));
    conditions.extend(one.port.map(|port| format!("port {port}")));
    let path_type = path_type.map(str::to_owned);
    Matched { hosts: Vec::new(), path: Some(path.to_owned()), path_type, conditions, at }
}

/// The matches of a route of connections; without any it takes all.
pub(super) fn stream(matches: &[StreamMatch], node: Node<'_>) -> Vec<Matched> {
    let matched = |one: &StreamMatch, at| Matched {
        hosts: one.sni_hosts.clone(),
        path: None,
        path_type: None,
        conditions: one.port.map(|port| format!("port {port}")).into_iter().collect(),
        at,
    };
    if matches.is_empty() {
        return vec![matched(&StreamMatch::default(), start_of(node))];
    }
    let nodes = node.get("match").into_iter().flat_map(Node::items);
    matches.iter().zip(nodes).map(|(one, node)| matched(one, start_of(node))).collect()
}
