//! Matches: what the rules of routes look at.

use serde::Deserialize;

use crate::manifest::object::find;
use crate::manifest::start_of;
use crate::source::Span;
use crate::yaml::Node;

/// What a rule looks at, in the words of a [`Route`](crate::manifest::Route).
pub(super) struct Matched {
    pub(super) path: Option<String>,
    pub(super) path_type: Option<String>,
    pub(super) conditions: Vec<String>,
    pub(super) at: Span,
}

/// What an HTTPRoute looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct HttpMatch {
    path: Option<ValueMatch>,
    headers: Option<Vec<ValueMatch>>,
    query_params: Option<Vec<ValueMatch>>,
    method: Option<String>,
}

/// What a GRPCRoute looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GrpcMatch {
    method: Option<MethodMatch>,
    headers: Option<Vec<ValueMatch>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MethodMatch {
    #[serde(rename = "type")]
    kind: Option<String>,
    service: Option<String>,
    method: Option<String>,
}

/// TLSRoute, TCPRoute and UDPRoute look at nothing but hosts.
#[derive(Debug, Default, Deserialize)]
pub(super) struct NoMatch {}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ValueMatch {
    #[serde(rename = "type")]
    kind: Option<String>,
    name: Option<String>,
    value: Option<String>,
}

/// Nothing is looked at.
pub(super) fn no_match(_: NoMatch, node: Node<'_>) -> Matched {
    Matched { path: None, path_type: None, conditions: Vec::new(), at: start_of(node) }
}

/// What a match of an HTTPRoute says.
pub(super) fn http_match(one: HttpMatch, node: Node<'_>) -> Matched {
    let path = one.path.unwrap_or_default();
    let method = one.method.map(|method| format!("method {method}"));
    let headers = conditions("header", ": ", one.headers);
    let queries = conditions("query", "=", one.query_params);
    Matched {
        path: Some(path.value.unwrap_or_else(|| "/".to_owned())),
        path_type: Some(match path.kind.as_deref() {
            // As an Ingress calls it.
            None | Some("PathPrefix") => "Prefix".to_owned(),
            Some(kind) => kind.to_owned(),
        }),
        conditions: method.into_iter().chain(headers).chain(queries).collect(),
        at: find(node, &["path", "value"]).map_or(start_of(node), Node::span),
    }
}

/// Calls of gRPC have the path `/service/method`; without a match every one is taken.
pub(super) fn grpc_match(one: GrpcMatch, node: Node<'_>) -> Matched {
    let method = one.method.unwrap_or_default();
    let is_pattern = method.kind.as_deref() == Some("RegularExpression");
    let (path, kind) = match (&method.service, &method.method) {
        (Some(service), Some(method)) => (format!("/{service}/{method}"), "Exact"),
        (Some(service), None) => (format!("/{service}/"), "Prefix"),
        (None, Some(method)) => (format!("/*/{method}"), "Exact"),
        (None, None) => ("/".to_owned(), "Prefix"),
    };
    Matched {
        path: Some(path),
        path_type: Some(if is_pattern { "RegularExpression" } else { kind }.to_owned()),
        conditions: conditions("header", ": ", one.headers).collect(),
        at: find(node, &["method"]).map_or(start_of(node), start_of),
    }
}

/// `header version: v2`, `query debug=1`; a pattern stands between slashes.
fn conditions<'w>(
    word: &'w str,
    joint: &'w str,
    matches: Option<Vec<ValueMatch>>,
) -> impl Iterator<Item = String> + use<'w> {
    matches.unwrap_or_default().into_iter().map(move |one| {
        let (name, value) = (one.name.unwrap_or_default(), one.value.unwrap_or_default());
        let is_pattern = one.kind.as_deref() == Some("RegularExpression");
        if is_pattern { format!("{word} {name}{joint}/{value}/") } else { format!("{word} {name}{joint}{value}") }
    })
}
