//! No output holds a secret: markers are planted wherever secrets stand in manifests, and searched in everything that is printed.
//! What to run comes from the command line itself, so that no command, format or flag is forgotten.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::{Arg, CommandFactory as _};
use portolan::cli::Cli;

/// Every secret in it has `S3CRET` in it. Each kind of fault that a report may show a line for stands beside one.
const MANIFESTS: &str = r#"
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"data": {"password": "UzNDUkVU-S3CRET"}}'
data: {password: UzNDUkVU-S3CRET, number: 12345, password: S3CRET}
stringData:
  url: postgres://S3CRET@db:5432/x
  config.yaml: |
    host: db:5436
    password: S3CRET
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: db}
  type: nodeport # password: S3CRET
  ports:
  - {port: 5432, targetPort: pgg}
  - {port: 5433, name: B, targetPort: 9}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}, annotations: {note: S3CRET}}
spec:
  containers:
  - name: c
    image: i
    env: [{name: POSTGRES_PASSWORD, value: S3CRET}, {name: PIN, value: 123}]
    ports: [{name: pg, containerPort: 5432}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes: [{name: config, configMap: {name: web}}]
      containers:
      - name: c
        image: i
        args: ["--dsn=postgres://me:S3CRET@db:5434/x?sslkey=S3CRET", --peer, "S3CRET:S3CRET@tcp(db:5435)/x"]
        envFrom: [{secretRef: {name: db}}]
        volumeMounts: [{name: config, mountPath: /etc/web}]
        env:
        - {name: A, value: "redis://:S3CRET@db.default.svc:7777/0"}
        - name: API_TOKEN
          value: S3CRET
        - {name: FROM, valueFrom: {secretKeyRef: {name: db, key: url}}}
        - {name: DERIVED, value: "$(API_TOKEN)@db:7780"}
        - name: KEYWORDS
          value: host=db port=7778 password=S3CRET
        - name: JDBC
          value: jdbc:postgresql://db:7779/x?user=me&password=S3CRET
        readinessProbe: {httpGet: {port: htp, path: /, httpHeaders: [{name: Authorization, value: Bearer S3CRET}]}}
        ports:
        - name: http
          containerPort: 80
---
apiVersion: v1
kind: Pod
metadata: {name: greeter}
spec: {containers: [{name: c, image: i, env: [{name: GREETING, value: S3CRET}], ports: [{name: P, containerPort: 70000}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  application.yaml: |
    url: http://me:S3CRET@db:7781/x?token=S3CRET
    password: S3CRET
---
apiVersion: v1
kind: Secret
metadata: {name: sh.helm.release.v1.web.v1, labels: {owner: helm}}
type: helm.sh/release.v1
data: {release: SDRzSUFBQUFBQUFDL-S3CRET}
---
apiVersion: v1
kind: Service
metadata:
  name: applied
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"kind": "Service", "metadata": {"annotations": {"password": "S3CRET"}}, "spec": {"env": [{"value": "http://me:S3CRET@db:7790"}]}}
spec: {selector: {app: db}, ports: [{port: 5432, targetPort: pgg}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shapes}
spec:
  volumes: [{name: config, configMap: {name: shapes}}]
  containers:
  - name: c
    image: i
    volumeMounts: [{name: config, mountPath: /etc/shapes}]
    command: ["sh", "-c", "psql postgres://u:S3CRET@db:7700/x && PGPASSWORD=S3CRET psql -h db -p 7701"]
    args:
    - --password=S3CRET
    - --api-token
    - S3CRET
    - -pS3CRET
    - --url=http://db:7702/hook?token=S3CRET&x=1
    - --url=http://db:7703/path#S3CRET
    - '{"dsn": "postgres://u:S3CRET@db:7704/x", "password": "S3CRET"}'
    env:
    - {name: JSON, value: '{"host": "db", "port": 7705, "password": "S3CRET", "url": "amqp://u:S3CRET@db:7706/v"}'}
    - {name: DSN, value: "Server=db,7707;User Id=sa;Password=S3CRET;"}
    - {name: GO, value: "u:S3CRET@tcp(db:7708)/x?tls=S3CRET"}
    - {name: SENTRY, value: "https://S3CRET@db:7709/3"}
    - {name: SEEDS, value: "mongodb://u:S3CRET@db:7710,u2:S3CRET@db2:7711/x?replicaSet=S3CRET"}
    - {name: AT, value: "redis://:S3C@RET-S3CRET@db:7712"}
    - {name: TWO, value: "db:7713 S3CRET@db:7714"}
    - {name: HIDDEN_PASSWORD, value: "S3CRET.example.com:7715"}
    - {name: SLASH, value: "postgres://u:S3/CRET-S3CRET@db:7716/x"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shapes}
data:
  app.properties: |
    db.url=jdbc:mysql://u:S3CRET@db:7717/x?password=S3CRET
    db.password=S3CRET
  nginx.conf: |
    proxy_set_header Authorization "Bearer S3CRET";
    proxy_pass http://u:S3CRET@db:7718/?token=S3CRET;
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: asks
  annotations:
    nginx.ingress.kubernetes.io/auth-url: "http://u:S3CRET@db.default.svc:7719/auth?key=S3CRET"
    nginx.ingress.kubernetes.io/permanent-redirect: "https://u:S3CRET@elsewhere.example.com:7720/x?token=S3CRET"
spec: {rules: [{host: asks.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: db, port: {number: 5439}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/configuration-snippet: "proxy_set_header Authorization S3CRET;"}}
spec: {rules: [{host: web.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: wev, port: {number: 80}}}}]}}]}
"#;

/// What cannot be read, with a secret on the line that is wrong.
const BROKEN: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: broken}
stringData: {password: \"S3CRET\" S3CRET, S3CRET: [}
---
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec: {containers: [{name: c, image: i, env: [{name: TOKEN, value: [S3CRET]}, {name: URL, value: {S3CRET: 1}}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: wrong}
data: S3CRET
---
apiVersion: v1
kind: Secret
metadata: {name: nested}
stringData: {a: {S3CRET: [S3CRET]}}
";

/// Makes a Secret and a ConfigMap; whether kustomize is there to render it or not.
const KUSTOMIZATION: &str = "\
resources: [db.yaml]
secretGenerator:
- name: made
  literals: [password=S3CRET, \"dsn=postgres://u:S3CRET@db:7730/x\"]
  files: [secret.txt]
configMapGenerator:
- name: shapes
  literals: [\"url=http://u:S3CRET@db:7731/\"]
";

/// A page with a block of every view, and one that fits nothing.
const PAGE: &str = "\
<!-- portolan doc --all a.yaml -->\n<!-- /portolan -->
<!-- portolan check --pedantic a.yaml -->\n<!-- /portolan -->
<!-- portolan diff none.yaml a.yaml -->\n<!-- /portolan -->
";

/// Folders in which everything of ours lies.
fn planted() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("a.yaml", MANIFESTS);
    write("none.yaml", "");
    write(
        "changed.yaml",
        &MANIFESTS.replace("S3CRET", "NEW-S3CRET").replace("value: 123", "value: S3CRET").replace("80", "81"),
    );
    write("page.md", PAGE);
    // In folders of their own, for others read folders whole.
    for (folder_name, name, text) in
        [("broken", "b.yaml", BROKEN), ("all", "a.yaml", MANIFESTS), ("all", "b.yaml", BROKEN)]
    {
        fs::create_dir_all(folder.path().join(folder_name)).unwrap();
        write(&format!("{folder_name}/{name}"), text);
    }
    fs::create_dir(folder.path().join("made")).unwrap();
    let readable = MANIFESTS.split("---\n").skip(1).collect::<Vec<_>>().join("---\n");
    for (name, text) in [("kustomization.yaml", KUSTOMIZATION), ("db.yaml", &readable), ("secret.txt", "S3CRET\n")] {
        write(&format!("made/{name}"), text);
    }
    folder
}

/// What a command runs on, in as many ways as it takes; a command that is not here is a failure.
fn inputs(command: &str) -> &'static [&'static str] {
    match command {
        "doc" | "flowchart" | "sequence" | "table" | "tree" | "graph" | "check" => &["a.yaml", "all", "made"],
        "diff" => &["none.yaml a.yaml", "a.yaml none.yaml", "a.yaml changed.yaml", "none.yaml broken"],
        "inject" => &["page.md"],
        "init" => &["new.md --from all"],
        "explain" => &["P005", ""],
        "completions" => &["bash"],
        "man" => &["check"],
        other => panic!("say here what `portolan {other}` runs on"),
    }
}

/// An option with each of its values; one that takes any value is shown to have none that prints more.
fn options(arg: &Arg) -> Vec<String> {
    let Some(name) = arg.get_long() else { return Vec::new() };
    if !arg.get_action().takes_values() {
        return vec![format!("--{name}")];
    }
    let values = arg.get_possible_values();
    let named = values.iter().map(|value| format!("--{name} {}", value.get_name())).collect();
    let one = |value: &str| vec![format!("--{name} {value}")];
    match name {
        _ if !values.is_empty() => named,
        "namespace" => one("default"),
        "focus" => one("svc/db"),
        "from" => one("deploy/web"),
        "to" => one("svc/db"),
        "sections" | "section" => one("findings"),
        _ => Vec::new(),
    }
}

/// Every command with every input, alone and with each of its options. What goes with one option only is added.
fn runs() -> Vec<String> {
    let mut runs = Vec::new();
    for command in Cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name();
        let options: Vec<String> = command.get_arguments().flat_map(options).collect();
        for input in inputs(name) {
            runs.push(format!("{name} {input}"));
            runs.extend(
                options.iter().filter(|option| *option != "--help").map(|option| format!("{name} {input} {option}")),
            );
        }
    }
    runs.extend(
        ["check --fix --dry-run all", "check --pedantic --format sarif all", "check --pedantic --format json all"]
            .map(str::to_owned),
    );
    runs
}

/// Everything that a run prints or writes.
fn printed(folder: &Path, run: &str) -> String {
    let before = ["a.yaml", "page.md"].map(|name| fs::read(folder.join(name)).unwrap());
    let output =
        Command::new(env!("CARGO_BIN_EXE_portolan")).args(run.split(' ')).current_dir(folder).output().unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("panicked") && !text.contains("error: unexpected"), "{run}: {text}");
    for name in ["page.md", "new.md"] {
        text += &fs::read_to_string(folder.join(name)).unwrap_or_default();
    }
    // What a fix writes is the file itself, with its secrets: the next run finds it as it was.
    ["a.yaml", "page.md"].iter().zip(before).for_each(|(name, bytes)| fs::write(folder.join(name), bytes).unwrap());
    let _ = fs::remove_file(folder.join("new.md"));
    text
}

#[test]
fn no_output_holds_a_secret() {
    let folder = planted();
    let runs = runs();
    for expected in
        ["check a.yaml --format junit", "graph a.yaml --format dot", "diff a.yaml changed.yaml --format json"]
    {
        assert!(runs.iter().any(|run| run == expected), "{expected} is among {runs:?}");
    }
    let (mut found, mut leaks) = (0, Vec::new());
    for run in &runs {
        let text = printed(folder.path(), run);
        if let Some(line) = text.lines().find(|line| line.contains("S3CRET") || line.contains("UzNDUkVU")) {
            leaks.push(format!("portolan {run}: {line}"));
        }
        found += usize::from(text.contains("5434") && text.contains("7777"));
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(found >= 20, "the calls beside the secrets are found: in {found} outputs of {}", runs.len());
}
