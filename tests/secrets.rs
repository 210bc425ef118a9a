//! No output holds a secret: markers are planted wherever secrets stand in manifests, and searched in everything that is printed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::process::Command;

/// Every secret in it has `S3CRET` in it. Each kind of fault that a report may show a line for stands beside one.
const MANIFESTS: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {password: UzNDUkVU-S3CRET}
stringData:
  url: postgres://S3CRET@db:5432/x
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  selector: {app: db}
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
      containers:
      - name: c
        image: i
        args: ["--dsn=postgres://me:S3CRET@db:5434/x?sslkey=S3CRET", --peer, "S3CRET:S3CRET@tcp(db:5435)/x"]
        env:
        - {name: A, value: "redis://:S3CRET@db.default.svc:7777/0"}
        - name: API_TOKEN
          value: S3CRET
        - name: KEYWORDS
          value: host=db port=7778 password=S3CRET
        - name: JDBC
          value: jdbc:postgresql://db:7779/x?user=me&password=S3CRET
        readinessProbe: {httpGet: {port: htp}}
        ports:
        - name: http
          containerPort: 80
"#;

#[test]
fn no_output_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), MANIFESTS).unwrap();
    let runs = [
        "doc",
        "flowchart",
        "flowchart --detail ports",
        "sequence",
        "table",
        "table --form reference",
        "tree",
        "graph",
        "graph --format yaml",
        "graph --format dot",
        "check",
        "check --pedantic",
        "check --format json",
        "check --format sarif",
        "check --format github",
        "check --format junit",
        "check --fix --dry-run",
    ];
    let mut found = 0;
    for run in runs {
        let output = Command::new(env!("CARGO_BIN_EXE_portolan"))
            .args(run.split(' '))
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(!text.contains("S3CRET"), "portolan {run} prints a secret:\n{text}");
        found += usize::from(text.contains("5434") && text.contains("7777"));
    }
    assert!(found >= 5, "the calls beside the secrets are found: in {found} outputs");
}
