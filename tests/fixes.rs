//! Properties of `--fix` over made-up manifests in every style: only values that were offered change, the result says the same or
//! better to the checks, and a second time there is nothing more to do.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use portolan::check::{Options, Severity, check};
use portolan::fix::{Fixed, Seen, fix};
use portolan::graph::PortGraph;
use portolan::manifest;
use portolan::source::{Source, Sources};
use proptest::prelude::*;
use proptest::sample::select;

/// A manifest: what must stay, and between two of these what may change.
#[derive(Debug, Clone)]
struct Text {
    kept: Vec<String>,
    values: Vec<String>,
}

impl Text {
    fn joined(&self) -> String {
        let values = self.values.iter().map(String::as_str).chain([""]);
        self.kept.iter().zip(values).map(|(kept, value)| format!("{kept}{value}")).collect()
    }

    /// Is a text this one with other values?
    fn is_kept_in(&self, text: &str) -> bool {
        let mut rest = text;
        let found = self.kept.iter().enumerate().all(|(index, kept)| {
            let at = if index == 0 { rest.starts_with(kept).then_some(0) } else { rest.find(kept.as_str()) };
            at.inspect(|at| rest = &rest[at + kept.len()..]).is_some()
        });
        found && rest.is_empty()
    }
}

fn target() -> impl Strategy<Value = &'static str> {
    select(vec![
        "http",
        "htpp",
        "'htpp'",
        "\"metric\"",
        "metrics",
        "grpc",
        "80",
        "8080",
        "'8080'",
        "\"9000\"",
        "9000",
        "&a htpp",
        "!!str 80",
    ])
}

fn route() -> impl Strategy<Value = &'static str> {
    select(vec!["80", "81", "8080", "9000", "30080", "3000"])
}

fn containers() -> impl Strategy<Value = String> {
    let port = select(vec![
        "{containerPort: 8080}",
        "{name: http, containerPort: 8080}",
        "{name: metrics, containerPort: 9000}",
        "{name: dns, containerPort: 53, protocol: UDP}",
    ]);
    let ports = prop::collection::vec(port, 0..3).prop_map(|ports| ports.join(", "));
    ports.prop_map(|ports| format!("{{name: c, image: i, ports: [{ports}]}}"))
}

/// Two pods behind one Service of two ports, and an Ingress with two routes.
fn text() -> impl Strategy<Value = Text> {
    let pods = prop::collection::vec(containers(), 1..3);
    let styles = (select(vec!["\n", "\r\n"]), select(vec!["targetPort: ", "\"targetPort\": ", "'targetPort':   "]));
    (pods, [target(), target()], [route(), route()], styles, select(vec!["80", "81"])).prop_map(
        |(pods, targets, routes, (line, key), second)| {
            let pods: String = pods.iter().enumerate().map(|(at, pod)| {
                format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}, labels: {{app: web}}}}\nspec: {{containers: [{pod}]}}\n---\n")
            }).collect();
            let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports:\n";
            let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - http:\n      paths:\n";
            let path = |path: &str| format!("      - {{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: ");
            let kept = [
                format!("{pods}{service}  - {{name: http, port: 80, {key}"),
                format!("}} # ä: {{80}}\n  - name: b\n    port: {second} # 8080\n    {key}"),
                format!("   # why: 'htpp'\n---\n{ingress}{}", path("/a")),
                format!("}}}}}}}}\n{}", path("/b")),
                "}}}} # end".to_owned(),
            ];
            let values = targets.iter().chain(&routes).map(|value| (*value).to_owned()).collect();
            Text { kept: kept.map(|kept| kept.replace('\n', line)).into(), values }
        },
    )
}

fn look(sources: &Sources) -> Seen {
    let lowered = manifest::read(sources, "default");
    let findings = check(&PortGraph::resolve(lowered.roles), sources, &Options::default()).findings;
    Seen { findings, problems: lowered.problems }
}

fn fixed(text: &str) -> (Fixed, String) {
    let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]);
    let seen = look(&sources);
    let fixed = fix(sources, seen, |_| true, look);
    let text = fixed.sources.iter().next().unwrap().1.text.whole().into_owned();
    (fixed, text)
}

fn errors(sources: &Sources) -> usize {
    look(sources).findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn only_values_change_and_a_second_time_nothing_does(text in text()) {
        let before = text.joined();
        let (fixed_once, after) = fixed(&before);
        prop_assert!(text.is_kept_in(&after), "{before}\n=>\n{after}");
        prop_assert_eq!(fixed_once.changed.is_empty(), before == after);
        let old = Sources::new(vec![Source { name: "a.yaml".into(), text: before.into(), explicit: true }]);
        prop_assert!(errors(&fixed_once.sources) <= errors(&old));
        let (fixed_twice, again) = fixed(&after);
        prop_assert!(fixed_twice.changed.is_empty());
        prop_assert_eq!(after, again);
    }
}
