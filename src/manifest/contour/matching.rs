//! The conditions of routes and includes, in the words of a route.

use serde::Deserialize;

/// One of `conditions[]`; all of them have to hold.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition {
    prefix: Option<String>,
    exact: Option<String>,
    regex: Option<String>,
    header: Option<TextMatch>,
    query_parameter: Option<TextMatch>,
}

/// How a header or a query parameter is compared.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TextMatch {
    name: String,
    notpresent: bool,
    exact: Option<String>,
    notexact: Option<String>,
    contains: Option<String>,
    notcontains: Option<String>,
    prefix: Option<String>,
    suffix: Option<String>,
    regex: Option<String>,
}

/// What conditions take together.
pub(super) struct Matched {
    /// The path; `/` where none is stated.
    pub(super) path: String,
    /// How the path is compared, where that is not as a prefix.
    pub(super) path_type: Option<&'static str>,
    /// What else has to hold.
    pub(super) conditions: Vec<String>,
}

/// What conditions take together; the API lets one of them be about the path.
pub(super) fn matched(conditions: &[Condition]) -> Matched {
    let (path, path_type) = conditions.iter().find_map(Condition::path).unwrap_or(("/", None));
    Matched { path: path.to_owned(), path_type, conditions: conditions.iter().flat_map(Condition::others).collect() }
}

impl Condition {
    fn path(&self) -> Option<(&str, Option<&'static str>)> {
        match (&self.prefix, &self.exact, &self.regex) {
            (Some(path), ..) => Some((path, None)),
            (_, Some(path), _) => Some((path, Some("Exact"))),
            (.., Some(path)) => Some((path, Some("RegularExpression"))),
            _ => None,
        }
    }

    fn others(&self) -> impl Iterator<Item = String> {
        let header = self.header.as_ref().map(|header| header.written("header"));
        header.into_iter().chain(self.query_parameter.as_ref().map(|query| query.written("query")))
    }
}

impl TextMatch {
    fn written(&self, what: &str) -> String {
        let Self { name, .. } = self;
        let is = [
            (&self.exact, "=", "", ""),
            (&self.notexact, "≠", "", ""),
            (&self.contains, "=", "*", "*"),
            (&self.notcontains, "≠", "*", "*"),
            (&self.prefix, "=", "", "*"),
            (&self.suffix, "=", "*", ""),
            (&self.regex, "=", "", " (regex)"),
        ];
        let stated = is.iter().find_map(|(text, is, before, after)| {
            text.as_ref().map(|text| format!("{what} {name}{is}{before}{text}{after}"))
        });
        match (stated, self.notpresent) {
            (Some(stated), _) => stated,
            (None, true) => format!("no {what} {name}"),
            (None, false) => format!("{what} {name}"),
        }
    }
}
