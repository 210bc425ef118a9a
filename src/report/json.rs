//! Findings for programs: `portolan.check/v1`, in structs of its own, described by `docs/portolan.check.v1.schema.json`.

use anyhow::Result;
use serde::Serialize;

use super::{edges, is_incomplete};
use crate::check::{Checked, Finding, Label, Severity, by_name};
use crate::problem::{Place, Problem};
use crate::source::{Edit, Location, Sources, Span};

#[derive(Serialize)]
struct Model<'a> {
    schema: &'static str,
    incomplete: bool,
    problems: Vec<ModelProblem<'a>>,
    findings: Vec<ModelFinding<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    ignored: usize,
}

#[derive(Serialize)]
struct ModelFinding<'a> {
    id: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    object: Object<'a>,
    primary: ModelPlace<'a>,
    related: Vec<ModelPlace<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<ModelFix<'a>>,
}

#[derive(Serialize)]
struct ModelFix<'a> {
    #[serde(flatten)]
    place: ModelRange,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Object<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModelRange {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// Something wrong with the input itself.
#[derive(Serialize)]
struct ModelProblem<'a> {
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: ModelWhere<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ModelWhere<'a> {
    Whole { file: &'a str },
    Range(ModelRange),
}

#[derive(Serialize)]
struct ModelPlace<'a> {
    #[serde(flatten)]
    range: ModelRange,
    text: &'a str,
}

pub(super) fn render(checked: &Checked, problems: &[Problem], sources: &Sources) -> Result<String> {
    let model = Model {
        schema: "portolan.check/v1",
        incomplete: is_incomplete(problems),
        problems: problems.iter().map(|problem| self::problem(problem, sources)).collect(),
        findings: checked.findings.iter().map(|finding| self::finding(finding, sources)).collect(),
        summary: Summary {
            errors: checked.count(Severity::Error),
            warnings: checked.count(Severity::Warning),
            infos: checked.count(Severity::Info),
            ignored: checked.hidden,
        },
    };
    Ok(serde_json::to_string_pretty(&model)? + "\n")
}

fn finding<'a>(finding: &'a Finding, sources: &Sources) -> ModelFinding<'a> {
    ModelFinding {
        id: finding.id,
        name: by_name(finding.id).map_or(finding.id, |check| check.name),
        severity: finding.severity.as_str(),
        message: &finding.message,
        object: Object {
            group: finding.object.group.as_str(),
            kind: finding.object.kind.as_str(),
            namespace: &finding.object.namespace,
            name: &finding.object.name,
        },
        primary: place(&finding.primary, sources),
        related: finding.related.iter().map(|label| place(label, sources)).collect(),
        help: finding.help.as_deref(),
        fix: finding.fix.as_ref().and_then(|edit| fix(edit, sources)),
    }
}

fn problem<'a>(problem: &'a Problem, sources: &Sources) -> ModelProblem<'a> {
    ModelProblem {
        severity: problem.severity.as_str(),
        message: &problem.message,
        place: match &problem.place {
            Place::Source(name) => ModelWhere::Whole { file: name },
            Place::Span(span) => ModelWhere::Range(range(*span, sources)),
        },
        help: problem.help.as_deref(),
    }
}

/// In rendered text there are no lines that anyone could edit.
fn fix<'a>(edit: &'a Edit, sources: &Sources) -> Option<ModelFix<'a>> {
    let is_file = !sources.is_rendered(edit.span.source);
    is_file.then(|| ModelFix { place: range(edit.span, sources), replacement: &edit.text })
}

fn place<'a>(label: &'a Label, sources: &Sources) -> ModelPlace<'a> {
    ModelPlace { range: range(label.span, sources), text: &label.text }
}

fn range(span: Span, sources: &Sources) -> ModelRange {
    let [start, end] = edges(span, sources).map(|edge| sources.location(edge));
    let (end_line, end_column) = (end.line, end.column);
    let Location { file, line, column, field } = start;
    ModelRange { file, field, line, column, end_line, end_column }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::check::{Options, check};
    use crate::graph::PortGraph;
    use crate::problem::{Place, Problem};
    use crate::report::{Colour, Report};
    use crate::source::{Source, SourceId, Sources, Span};

    const SCHEMA: &str = include_str!("../../docs/portolan.check.v1.schema.json");
    const TEXT: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, nodePort: 30080}, {port: 80}]} # portolan: ignore P006\n";

    /// The report about a text, which its schema describes.
    fn rendered(text: &str) -> Value {
        rendered_with(text, &[])
    }

    fn rendered_with(text: &str, problems: &[Problem]) -> Value {
        let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
        let checked = check(&graph, &sources, &Options::default());
        let text = Report::Json.render(&checked, problems, &sources, Colour::None).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        value
    }

    #[test]
    fn the_format_is_what_its_schema_describes() {
        let value = rendered(TEXT);
        assert_eq!(value["summary"], serde_json::json!({"errors": 2, "warnings": 0, "infos": 0, "ignored": 2}));
        let first = &value["findings"][0];
        assert_eq!(
            (&first["id"], &first["primary"]["line"], &first["primary"]["column"]),
            (&"P010".into(), &4.into(), &37.into())
        );
        assert_eq!(first["primary"]["endColumn"], 42);
    }

    #[test]
    fn a_report_about_a_part_of_the_input_says_so() {
        let at = Span { source: SourceId(0), start: 0, end: 10 };
        let problems = [
            Problem::error(Place::Source("b.yaml".into()), "this cannot be read", None),
            Problem::warning(Place::Span(at), "this is old", Some("write it anew".into())),
        ];
        let value = rendered_with(TEXT, &problems);
        let told = serde_json::json!([
            {"severity": "error", "message": "this cannot be read", "file": "b.yaml"},
            {"severity": "warning", "message": "this is old", "file": "a.yaml",
             "line": 1, "column": 1, "endLine": 1, "endColumn": 11, "help": "write it anew"},
        ]);
        assert_eq!((&value["incomplete"], &value["problems"]), (&true.into(), &told));
        let complete = rendered_with(TEXT, &problems[1..]);
        assert_eq!(complete["incomplete"], false);
    }

    #[test]
    fn what_can_be_fixed_is_a_place_and_what_to_write_there() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\nspec: {containers: [{name: c, image: i, ports: [{containerPort: 80, name: http}]}]}\n---\n\
                    apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 'htpp'}]}\n";
        let value = rendered(text);
        assert_eq!(
            value["findings"][0]["fix"],
            serde_json::json!({"file": "a.yaml", "line": 9, "column": 61, "endLine": 9, "endColumn": 67, "replacement": "'http'"})
        );
    }
}
