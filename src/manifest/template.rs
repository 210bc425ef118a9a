//! Templates that are not rendered yet (Helm's `{{ … }}`): recognized, so that a message can say what they are.

use std::collections::BTreeMap;

use crate::problem::{Place, Problem};
use crate::source::Source;

/// Does the text hold actions of a Go template?
pub(super) fn looks_rendered_later(text: &str) -> bool {
    text.contains("{{") && text.contains("}}")
}

/// One problem per chart, and one for every template outside of a chart, or named by the user. Sources may be there twice.
pub(super) fn problems(templates: &[&Source]) -> Vec<Problem> {
    let mut charts: BTreeMap<Place, Vec<&str>> = BTreeMap::new();
    for template in templates {
        let chart = chart(&template.name).filter(|_| !template.explicit);
        charts.entry(Place::Source(chart.unwrap_or(&template.name).to_owned())).or_default().push(&template.name);
    }
    charts.into_iter().map(|(place, names)| problem(place, names)).collect()
}

/// The folder of the chart that a template is in.
fn chart(name: &str) -> Option<&str> {
    match name.rsplit_once("/templates/") {
        Some((chart, _)) => Some(chart),
        None => name.starts_with("templates/").then_some("."),
    }
}

fn problem(place: Place, mut names: Vec<&str>) -> Problem {
    names.dedup();
    match (&place, names.as_slice()) {
        (Place::Source(chart), [first, ..]) if chart != first => {
            let files = match names.len() {
                1 => format!("its template {first}"),
                count => format!("{count} templates of it, {first} among them,"),
            };
            let message = format!("this Helm chart is not rendered yet, so {files} cannot be read");
            let help = format!("render it first: helm template {chart} | portolan doc -");
            Problem::error(place, message, Some(help))
        }
        _ => {
            let help = "render it first, for example: helm template CHART | portolan doc -".to_owned();
            Problem::error(place, "this is a Helm template that is not rendered yet", Some(help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(names: &[(&str, bool)]) -> Vec<String> {
        let sources: Vec<Source> = names
            .iter()
            .map(|(name, explicit)| Source {
                name: (*name).to_owned(),
                text: String::new().into(),
                explicit: *explicit,
            })
            .collect();
        let problems = problems(&sources.iter().collect::<Vec<_>>());
        problems.into_iter().map(|problem| format!("{:?} {}", problem.place, problem.message)).collect()
    }

    #[test]
    fn a_chart_is_told_once() {
        let told = messages(&[
            ("a/templates/one.yaml", false),
            ("a/templates/sub/two.yaml", false),
            ("a/templates/sub/two.yaml", false),
            ("templates/three.yaml", false),
        ]);
        assert_eq!(
            told,
            [
                "Source(\".\") this Helm chart is not rendered yet, so its template templates/three.yaml cannot be read",
                "Source(\"a\") this Helm chart is not rendered yet, so 2 templates of it, a/templates/one.yaml among them, cannot be read",
            ]
        );
    }

    #[test]
    fn a_template_that_stands_alone_or_is_named_is_told_by_its_name() {
        let told = messages(&[("a/templates/one.yaml", true), ("b.yaml", false)]);
        assert_eq!(
            told,
            [
                "Source(\"a/templates/one.yaml\") this is a Helm template that is not rendered yet",
                "Source(\"b.yaml\") this is a Helm template that is not rendered yet",
            ]
        );
    }
}
