//! Findings as JUnit XML, which GitLab, Jenkins and most others show: a suite for every check that ran, a test case for every finding.
//!
//! A check that found nothing is a test case that passed. Errors and warnings are failures; an `info` is no fault, so it is a test
//! case that passed and has something to say. What could not be read is a test case with an error.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{in_words, told};
use crate::check::{Check, Checked, Finding, Severity};
use crate::problem::{Place, Problem, Severity as Grade};
use crate::source::Sources;

pub(super) fn render(checked: &Checked, problems: &[Problem], sources: &Sources) -> String {
    let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &checked.findings {
        by_check.entry(finding.id).or_default().push(finding);
    }
    let found_by = |check: &Check| by_check.get(check.id).map_or(&[][..], Vec::as_slice);
    let unread: Vec<&Problem> = problems.iter().filter(|problem| problem.severity == Grade::Error).collect();
    let (mut suites, mut tests, errors) = (input_suite(&unread, sources), unread.len(), unread.len());
    for check in checked.ran.iter().map(|id| id.check()) {
        let findings = found_by(check);
        tests += findings.len().max(1);
        suites += &suite(check, findings, sources);
    }
    let failures = checked.findings.iter().filter(|finding| fails(finding)).count();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"portolan check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">\n{suites}</testsuites>\n"
    )
}

/// What could not be read: its checks have neither passed nor failed.
fn input_suite(unread: &[&Problem], sources: &Sources) -> String {
    if unread.is_empty() {
        return String::new();
    }
    let count = unread.len();
    let mut text =
        format!("  <testsuite name=\"input\" tests=\"{count}\" failures=\"0\" errors=\"{count}\" skipped=\"0\">\n");
    for problem in unread {
        let words = told(problem, sources);
        let file = match &problem.place {
            Place::Source(name) => name.clone(),
            Place::Span(span) => sources.get(span.source).name.clone(),
        };
        let (name, file, message) = (attribute(&words), attribute(&file), attribute(&problem.message));
        let _ = writeln!(text, "    <testcase classname=\"input\" name=\"{name}\" file=\"{file}\">");
        let _ = writeln!(text, "      <error type=\"error\" message=\"{message}\">{}</error>", escaped(&words));
        text += "    </testcase>\n";
    }
    text + "  </testsuite>\n"
}

fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}

fn suite(check: &Check, findings: &[&Finding], sources: &Sources) -> String {
    // GitLab shows the class name, and takes test cases of the same class name and name for one.
    let name = attribute(&format!("{} {}", check.id, check.name));
    let failures = findings.iter().filter(|finding| fails(finding)).count();
    let tests = findings.len().max(1);
    let mut text =
        format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n");
    if findings.is_empty() {
        let _ = writeln!(text, "    <testcase classname=\"{name}\" name=\"nothing found\"/>");
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        let count = seen.entry(finding.message.as_str()).or_default();
        *count += 1;
        let again = if *count > 1 { format!(" ({count})") } else { String::new() };
        text += &case(finding, &name, &(finding.message.clone() + &again), sources);
    }
    text + "  </testsuite>\n"
}

fn case(finding: &Finding, class: &str, name: &str, sources: &Sources) -> String {
    let at = sources.location(finding.primary.span);
    let words = escaped(&format!("{at}: {}", in_words(finding, sources)));
    let (name, file, message) = (attribute(name), attribute(&at.file), attribute(&finding.message));
    let result = if fails(finding) {
        format!("<failure type=\"{}\" message=\"{message}\">{words}</failure>", finding.severity.as_str())
    } else {
        format!("<system-out>{words}</system-out>")
    };
    format!("    <testcase classname=\"{class}\" name=\"{name}\" file=\"{file}\">\n      {result}\n    </testcase>\n")
}

/// The text of an element. XML cannot have most control characters, not even escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' => escaped.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The value of an attribute, in double quotes.
fn attribute(text: &str) -> String {
    escaped(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use roxmltree::{Document, Node};

    use crate::check::{Checked, Options, check};
    use crate::graph::PortGraph;
    use crate::problem::{Place, Problem};
    use crate::report::{Colour, Report};
    use crate::source::{Source, Sources};

    fn junit(name: &str, text: &str, select: &[&str]) -> String {
        let sources = Sources::new(vec![Source { name: name.into(), text: text.into(), explicit: true }]);
        let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
        let select = select.iter().map(|id| id.parse().unwrap()).collect();
        let checked = check(&graph, &sources, &Options { select, ..Options::default() });
        Report::Junit.render(&checked, &[], &sources, Colour::None).unwrap()
    }

    #[test]
    fn a_check_is_a_suite_and_a_finding_is_a_test_case() {
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {externalIPs: [192.0.2.1], selector: {app: web}, ports: [{port: 80}, {port: 81}]}\n";
        insta::assert_snapshot!(junit("k8s/web.yaml", text, &["P001", "P006", "P034", "P047"]), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="portolan check" tests="5" failures="3" errors="0">
          <testsuite name="P001 service-selects-nothing" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="P001 service-selects-nothing" name="Service web selects no pod: no workload of namespace default in the input has app=web" file="k8s/web.yaml">
              <system-out>k8s/web.yaml:4:44: Service web selects no pod: no workload of namespace default in the input has app=web</system-out>
            </testcase>
          </testsuite>
          <testsuite name="P006 unnamed-port" tests="2" failures="2" errors="0" skipped="0">
            <testcase classname="P006 unnamed-port" name="port 80 of Service web has no name, which the API server rejects: the Service has 2 ports" file="k8s/web.yaml">
              <failure type="error" message="port 80 of Service web has no name, which the API server rejects: the Service has 2 ports">k8s/web.yaml:4:71: port 80 of Service web has no name, which the API server rejects: the Service has 2 ports
        help: add `name:` to the port</failure>
            </testcase>
            <testcase classname="P006 unnamed-port" name="port 81 of Service web has no name, which the API server rejects: the Service has 2 ports" file="k8s/web.yaml">
              <failure type="error" message="port 81 of Service web has no name, which the API server rejects: the Service has 2 ports">k8s/web.yaml:4:83: port 81 of Service web has no name, which the API server rejects: the Service has 2 ports
        help: add `name:` to the port</failure>
            </testcase>
          </testsuite>
          <testsuite name="P034 external-ips-deprecated" tests="1" failures="1" errors="0" skipped="0">
            <testcase classname="P034 external-ips-deprecated" name="Service web uses externalIPs, which is deprecated since Kubernetes 1.36" file="k8s/web.yaml">
              <failure type="warning" message="Service web uses externalIPs, which is deprecated since Kubernetes 1.36">k8s/web.yaml:4:21: Service web uses externalIPs, which is deprecated since Kubernetes 1.36</failure>
            </testcase>
          </testsuite>
          <testsuite name="P047 mixed-protocol-apply" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="P047 mixed-protocol-apply" name="nothing found"/>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_a_warning_is_none() {
        let sources = Sources::new(Vec::new());
        let place = || Place::Source("a&b.yaml".into());
        let problems = [
            Problem::error(place(), "this is <no> YAML", Some("mend it".into())),
            Problem::warning(place(), "this is empty", None),
        ];
        let text = Report::Junit.render(&Checked::default(), &problems, &sources, Colour::None).unwrap();
        insta::assert_snapshot!(text, @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="portolan check" tests="1" failures="0" errors="1">
          <testsuite name="input" tests="1" failures="0" errors="1" skipped="0">
            <testcase classname="input" name="a&amp;b.yaml: this is &lt;no&gt; YAML&#10;  help: mend it" file="a&amp;b.yaml">
              <error type="error" message="this is &lt;no&gt; YAML">a&amp;b.yaml: this is &lt;no&gt; YAML
          help: mend it</error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn equal_findings_have_names_of_their_own() {
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, nodePort: 30080}, {port: 81, nodePort: 30081}]}\n";
        let text = junit("a.yaml", service, &["P010"]);
        let document = Document::parse(&text).unwrap();
        let cases = document.descendants().filter(|node| node.has_tag_name("testcase"));
        let names: Vec<_> =
            cases.map(|case| case.attribute("name").unwrap().replace(", which the API server rejects", "")).collect();
        assert_eq!(
            names,
            ["Service web has nodePort for type ClusterIP", "Service web has nodePort for type ClusterIP (2)"]
        );
    }

    #[test]
    fn whatever_a_manifest_says_it_stays_xml_and_says_the_same() {
        let name = "a&b<c>\"d'\t\n\r]]>\u{1}\u{1b}[31m\u{7f}\u{85}\u{fffe}ä🚢";
        let quoted = serde_json::to_string(name)
            .unwrap()
            .replace('\u{7f}', "\\u007f")
            .replace('\u{85}', "\\u0085")
            .replace('\u{fffe}', "\\ufffe");
        let service = format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {{\"name\": {quoted}}}, \"spec\": {{\"externalIPs\": [\"192.0.2.1\"]}}}}"
        );
        let text = junit("<a>\"&\u{2}.json", &service, &["P034"]);
        let document = Document::parse(&text).unwrap();
        let find = |name: &str| document.descendants().find(|node| node.has_tag_name(name)).unwrap();
        let shown = name.replace(['\u{1}', '\u{1b}', '\u{fffe}'], "\u{fffd}");
        let message = format!("Service {shown} uses externalIPs, which is deprecated since Kubernetes 1.36");
        let attribute = |node: Node<'_, '_>, name: &str| node.attribute(name).unwrap().to_owned();
        assert_eq!(attribute(find("failure"), "message"), message);
        assert_eq!(attribute(find("testcase"), "name"), message);
        assert_eq!(attribute(find("testcase"), "file"), "<a>\"&\u{fffd}.json");
        assert!(find("failure").text().unwrap().ends_with(&format!(": {message}")));
    }
}
