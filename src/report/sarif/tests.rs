use serde_json::{Value, json};

use crate::check::{CHECKS, Checked, Options, check};
use crate::graph::PortGraph;
use crate::problem::{Place, Problem};
use crate::report::{Colour, Report};
use crate::source::{Source, SourceId, Sources, Span};

/// A Service whose targetPort the Pod does not declare, twice; and a Service that selects nothing.
const SHOP: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 9000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports:
  - {name: a, port: 80, targetPort: 8080}
  - {name: b, port: 81, targetPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{port: 80}]}
";

fn only(id: &str) -> Options {
    Options { select: vec![id.parse().unwrap()], ..Options::default() }
}

fn written(files: &[(&str, &str)], options: &Options) -> String {
    let source = |(name, text): &(&str, &str)| Source { name: (*name).into(), text: (*text).into(), explicit: true };
    let sources = Sources::new(files.iter().map(source).collect());
    let graph = PortGraph::resolve(crate::manifest::read(&sources, "default").roles);
    Report::Sarif.render(&check(&graph, &sources, options), &[], &sources, Colour::None).unwrap()
}

fn sarif(files: &[(&str, &str)], options: &Options) -> Value {
    let value = serde_json::from_str(&written(files, options)).unwrap();
    assert_eq!(violations(&value), Vec::<String>::new());
    value
}

/// What the official schema has against a log.
fn violations(log: &Value) -> Vec<String> {
    let schema = include_str!("../../../tests/schemas/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

fn fingerprints(text: &str) -> Vec<String> {
    let log = sarif(&[("a.yaml", text)], &Options::default());
    let fingerprint = |result: &Value| result["partialFingerprints"]["portolanFinding/v1"].as_str().unwrap().to_owned();
    results(&log).iter().map(fingerprint).collect()
}

#[test]
fn a_finding_is_a_result_with_its_places_linked() {
    let text = written(&[("k8s/shop.yaml", SHOP)], &only("P002"));
    let first = text.split_once("\"results\": [\n").unwrap().1.split_once("\n        },\n").unwrap().0;
    insta::assert_snapshot!(first, @r#"
    {
      "ruleId": "P002",
      "ruleIndex": 0,
      "level": "warning",
      "message": {
        "text": "Service web sends port 80 to port 8080 of its pods, but Pod web declares only 9000.\nSee: [declared: 9000](1).\nHelp: write `targetPort: 9000` if that is where the pod listens; if a process listens on 8080, declare it: `containerPort: 8080`."
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "k8s/shop.yaml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 12,
              "startColumn": 37,
              "endLine": 12,
              "endColumn": 41
            }
          },
          "logicalLocations": [
            {
              "name": "web",
              "fullyQualifiedName": "Service default/web",
              "kind": "object"
            }
          ],
          "message": {
            "text": "works only if a process in the pod listens on 8080: Kubernetes does not check"
          }
        }
      ],
      "relatedLocations": [
        {
          "id": 1,
          "physicalLocation": {
            "artifactLocation": {
              "uri": "k8s/shop.yaml",
              "uriBaseId": "%SRCROOT%"
            },
            "region": {
              "startLine": 4,
              "startColumn": 65,
              "endLine": 4,
              "endColumn": 69
            }
          },
          "message": {
            "text": "declared: 9000"
          }
        }
      ],
      "partialFingerprints": {
        "portolanFinding/v1": "0dbc2798828851f5:1"
      }
    "#);
}

#[test]
fn the_checks_that_ran_are_the_rules_and_no_others() {
    let log = sarif(&[], &only("P002"));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 1);
    assert_eq!((&rules[0]["id"], &rules[0]["name"]), (&json!("P002"), &json!("target-port-undeclared")));
    assert_eq!(rules[0]["defaultConfiguration"], json!({"level": "warning"}));
    assert_eq!(rules[0]["properties"]["precision"], "high");
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().contains("`# portolan: ignore P002 reason`"));
}

#[test]
fn every_check_that_ran_is_a_rule_with_help_that_github_takes() {
    let log = sarif(&[], &Options { pedantic: true, ..Options::default() });
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, CHECKS.iter().map(|check| check.id).collect::<Vec<_>>());
    for rule in rules {
        let length = |text: &Value| text.as_str().unwrap().chars().count();
        assert!((1..=255).contains(&length(&rule["name"])), "{rule}");
        assert!((1..=1024).contains(&length(&rule["shortDescription"]["text"])), "{rule}");
        assert!((1..=1024).contains(&length(&rule["fullDescription"]["text"])), "{rule}");
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("**What to do.**"), "{rule}");
    }
}

#[test]
fn the_words_about_severity_name_the_usual_one_first() {
    for check in CHECKS {
        let first = check.severity.split([' ', ';', ',']).next().unwrap();
        assert_eq!(super::usual_severity(check).as_str(), first, "{}", check.id);
    }
}

#[test]
fn help_is_an_anchor_of_the_page_in_the_repository() {
    let rule = super::rule(&CHECKS[1], "https://example.com/portolan");
    let page = crate::report::page();
    let anchor = "p001-service-selects-nothing";
    assert_eq!(rule.help_uri, Some(format!("https://example.com/portolan/blob/HEAD/docs/checks.md#{anchor}")));
    assert!(page.contains(&format!("](#{anchor})")));
    assert_eq!(super::rule(&CHECKS[1], "").help_uri, None);
}

#[test]
fn fingerprints_stay_when_lines_move_and_evidence_changes() {
    let first = fingerprints(SHOP);
    assert_eq!(first.len(), 3);
    let moved = format!("# a comment\n\n---\n{}", SHOP.replace("spec:\n", "spec:\n  type: ClusterIP\n"));
    assert_eq!(fingerprints(&moved), first);
    let more = SHOP.replace("[{containerPort: 9000}]", "[{containerPort: 9000}, {containerPort: 9001}]");
    assert_eq!(fingerprints(&more), first);
}

#[test]
fn fingerprints_differ_from_finding_to_finding() {
    let mut all = fingerprints(SHOP);
    // Another object, another namespace, another port; and two that nothing tells apart.
    for (from, to) in [("name: web}\nspec:\n", "name: web2}\nspec:\n"), ("port: 80, t", "port: 82, t")] {
        let changed = SHOP.replace(from, to);
        assert_ne!(changed, SHOP);
        all.extend(fingerprints(&changed).into_iter().filter(|fingerprint| !fingerprints(SHOP).contains(fingerprint)));
    }
    assert_eq!(all.len(), 3 + 2 + 1);
    let same = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80, nodePort: 30080, name: a}, {port: 81, nodePort: 30081, name: b}]}\n";
    let same = fingerprints(same);
    assert_eq!(same.len(), 2);
    assert_eq!(same[0].strip_suffix(":1"), same[1].strip_suffix(":2"), "{same:?}");
    all.extend(same);
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "{all:?}");
}

#[test]
fn columns_count_utf_16_code_units() {
    let text = "{apiVersion: v1, kind: Service, metadata: {name: web, annotations: {a: \"ä🚢\"}}, spec: {externalIPs: [192.0.2.1]}}\n";
    let log = sarif(&[("a.yaml", text)], &Options::default());
    let before = text.split_once("[192").unwrap().0;
    let column = before.encode_utf16().count() + 1;
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    assert_eq!(
        results(&log)[0]["locations"][0]["physicalLocation"]["region"],
        json!({"startLine": 1, "startColumn": column, "endLine": 1, "endColumn": column + "[192.0.2.1]".len()})
    );
}

#[test]
fn file_names_and_texts_of_manifests_stay_what_they_are() {
    let link = SHOP.replace("name: web}\nspec:\n", "name: \"[x](http://e)\\e[0m\"}\nspec:\n");
    for name in ["a b#c?d%é🚢.yaml", "<stdin>", "/abs/x.yaml", "../x.yaml", "a:b.yaml", "\"\n\u{1b}.yaml"] {
        let log = sarif(&[(name, &link)], &Options::default());
        let results = results(&log);
        assert_eq!(results.len(), 3, "{name:?}");
        assert!(results.iter().all(|result| !result["message"]["text"].as_str().unwrap().contains("](http")), "{log}");
    }
    assert_eq!(super::link(7, r"[a](b)\"), r"[\[a\](b)\\](7)");
}

#[test]
fn the_one_right_answer_is_a_fix() {
    let one = SHOP
        .replace("{containerPort: 9000}", "{containerPort: 9000, name: http}")
        .replace("targetPort: 8080", "targetPort: htp");
    let log = sarif(&[("a.yaml", &one)], &only("P003"));
    let result = &results(&log)[0];
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"], json!({"uri": "a.yaml", "uriBaseId": "%SRCROOT%"}));
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["deletedRegion"], result["locations"][0]["physicalLocation"]["region"]);
    assert_eq!(replacement["insertedContent"], json!({"text": "http"}));
    assert!(results(&sarif(&[("a.yaml", SHOP)], &only("P001"))).iter().all(|result| result.get("fixes").is_none()));
}

#[test]
fn a_log_about_a_part_of_the_input_is_no_success() {
    let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: SHOP.into(), explicit: true }]);
    let at = Span { source: SourceId(0), start: 0, end: 10 };
    let problems = [
        Problem::error(Place::Source("b c.yaml".into()), "this cannot be read", None),
        Problem::warning(Place::Span(at), "this is [old](1)", Some("write it anew".into())),
    ];
    let invocation = |problems: &[Problem]| {
        let text = Report::Sarif.render(&Checked::default(), problems, &sources, Colour::None).unwrap();
        let log: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(violations(&log), Vec::<String>::new());
        log["runs"][0]["invocations"].clone()
    };
    insta::assert_snapshot!(serde_json::to_string_pretty(&invocation(&problems)).unwrap(), @r#"
    [
      {
        "executionSuccessful": false,
        "toolExecutionNotifications": [
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "b%20c.yaml",
                    "uriBaseId": "%SRCROOT%"
                  }
                }
              }
            ],
            "message": {
              "text": "this cannot be read."
            }
          },
          {
            "level": "warning",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "a.yaml",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "endColumn": 11,
                    "endLine": 1,
                    "startColumn": 1,
                    "startLine": 1
                  }
                }
              }
            ],
            "message": {
              "text": "this is [old] (1).\nHelp: write it anew."
            }
          }
        ]
      }
    ]
    "#);
    assert_eq!(invocation(&[]), json!([{"executionSuccessful": true}]));
}
