//! Who calls whom, by configuration (SEMANTICS §9), with what DNS and headless Services do to it (§1.5, §1.6).

use super::{calls, object, pod, svc};

const DB: &str = "ports: [{port: 5432, targetPort: 15432}]";

/// A pod `a` whose container has these variables.
fn env(variables: &str) -> String {
    pod("a", "a", &format!("env: [{variables}]"))
}

fn var(name: &str, value: &str) -> String {
    env(&format!("{{name: {name}, value: '{value}'}}"))
}

fn config(name: &str, data: &str) -> String {
    format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}, data: {{{data}}}}}")
}

/// What follows the arrow, for the calls of pod `a`.
fn reached(documents: &[String]) -> Vec<String> {
    let lines = calls(documents);
    lines.iter().filter_map(|line| line.strip_prefix("Pod a -> ")).map(str::to_owned).collect()
}

/// The same without the evidence.
fn ends(documents: &[String]) -> Vec<String> {
    let lines = reached(documents);
    lines.iter().map(|line| line.split(" [").next().unwrap().to_owned()).collect()
}

#[test]
fn cli_01_variables_of_a_config_map_have_their_prefix() {
    let pod = pod(
        "a",
        "a",
        "envFrom: [{prefix: X_, configMapRef: {name: m}}], env: [{name: URL, value: 'http://$(X_A):$(X_B)'}]",
    );
    assert_eq!(
        reached(&[pod, config("m", "A: db, B: '5432'"), svc("db", DB)]),
        ["svc db:5432 [env URL: http://db:5432]"]
    );
}

#[test]
fn cli_01_env_wins_over_env_from() {
    let pod = pod(
        "a",
        "a",
        "envFrom: [{configMapRef: {name: m}}], env: [{name: A, value: web}, {name: URL, value: 'http://$(A):80'}]",
    );
    assert_eq!(
        ends(&[pod, config("m", "A: db"), svc("db", "ports: [{port: 80}]"), svc("web", "ports: [{port: 80}]")]),
        ["svc web:80"]
    );
}

#[test]
fn cli_01_only_the_last_variable_of_a_name_is_there() {
    let with = |last: &str| {
        let variables = format!("envFrom: [{{configMapRef: {{name: m}}}}], env: [{last}]");
        let web = svc("web", "ports: [{port: 80}]");
        ends(&[pod("a", "a", &variables), config("m", "URL: 'http://db:5432'"), svc("db", DB), web])
    };
    assert_eq!(with("{name: OTHER, value: x}"), ["svc db:5432"]);
    assert_eq!(with("{name: URL, value: 'http://web'}"), ["svc web:80 (assumed)"]);
    assert_eq!(with("{name: URL, valueFrom: {secretKeyRef: {name: s, key: k}}}"), [""; 0]);
}

#[test]
fn cli_02_only_variables_defined_earlier_are_filled_in() {
    let earlier = env("{name: HOST, value: db}, {name: URL, value: 'http://$(HOST):5432'}");
    let later = env("{name: URL, value: 'http://$(H):5432'}, {name: H, value: db}");
    let escaped = env("{name: H, value: db}, {name: URL, value: 'http://$$(H):5432'}");
    let urls = |pod: String| reached(&[pod, svc("db", DB)]).into_iter().filter(|line| line.contains("URL")).count();
    assert_eq!([urls(earlier), urls(later), urls(escaped)], [1, 0, 0]);
}

#[test]
fn cli_02_variables_that_double_each_other_do_not_grow_without_end() {
    let doubling = |at: u32| format!("{{name: V{}, value: '$(V{at})$(V{at})'}}", at + 1);
    let variables: Vec<String> = (0..64).map(doubling).collect();
    let pod = env(&format!("{{name: V0, value: 'http://db:5432 '}}, {}", variables.join(", ")));
    assert_eq!(reached(&[pod, svc("db", DB)]), ["svc db:5432 [env V0: http://db:5432]"]);
}

#[test]
fn cli_02_variables_are_filled_into_arguments() {
    let pod = pod("a", "a", "env: [{name: P, value: '5432'}], args: ['--target=db:$(P)']");
    assert_eq!(reached(&[pod, svc("db", DB)]), ["svc db:5432 [args: db:5432]"]);
}

#[test]
fn cli_03_service_variables_stand_for_their_service() {
    let pod = var("URL", "http://$(MY_DB_SERVICE_HOST):$(MY_DB_SERVICE_PORT)");
    assert_eq!(reached(&[pod, svc("my-db", DB)]), ["svc my-db:5432 [env URL: http://my-db:5432]"]);
}

#[test]
fn cli_03_every_variable_of_a_service_has_its_value() {
    let service =
        || svc("my-db", "ports: [{name: sql, port: 5432}, {name: web-ui, port: 80}, {port: 53, protocol: UDP}]");
    for (url, expected) in [
        ("http://$(MY_DB_SERVICE_HOST):$(MY_DB_SERVICE_PORT)", &["svc my-db:5432"][..]),
        ("http://my-db:$(MY_DB_SERVICE_PORT_WEB_UI)", &["svc my-db:80"]),
        ("$(MY_DB_PORT)", &["svc my-db:5432"]),
        ("$(MY_DB_PORT_80_TCP)", &["svc my-db:80"]),
        ("$(MY_DB_PORT_53_UDP)", &["svc my-db:53/UDP"]),
        ("$(MY_DB_PORT_80_TCP_PROTO)://my-db:80", &["svc my-db:80"]),
        ("$(MY_DB_PORT_80_TCP_ADDR):$(MY_DB_PORT_80_TCP_PORT)", &["svc my-db:80"]),
        ("http://my-db:$(MY_DB_SERVICE_PORT_GONE)", &[]),
        ("$(MY_DB_PORT_80_UDP)", &[]),
        ("$(MY_DB_PORT_80_TCP_NAME):80", &[]),
        ("$(DB_PORT)", &[]),
    ] {
        assert_eq!(ends(&[var("X", url), service()]), expected, "{url}");
    }
}

#[test]
fn cli_03_a_longer_name_of_a_variable_is_none_of_a_service() {
    let name = "A_".repeat(10_000);
    assert_eq!(ends(&[var("X", &format!("$({name}SERVICE_HOST):80")), svc("a", "ports: [{port: 80}]")]), [""; 0]);
}

#[test]
fn cli_04_host_and_port_variables_of_a_service_are_a_certain_call() {
    let pod = var("REDIS", "$(REDIS_SERVICE_HOST):$(REDIS_SERVICE_PORT)");
    assert_eq!(reached(&[pod, svc("redis", "ports: [{port: 6379}]")]), ["svc redis:6379 [env REDIS: redis:6379]"]);
}

#[test]
fn cli_03_without_service_links_there_are_no_service_variables() {
    let spec = "enableServiceLinks: false, containers: [{name: c, env: [{name: URL, value: 'http://$(DB_SERVICE_HOST):5432'}]}]";
    let pod = object("v1", "Pod", "name: a", spec);
    assert_eq!(reached(&[pod, svc("db", DB)]), [""; 0]);
}

#[test]
fn hl_06_a_headless_service_has_no_service_variables() {
    let pod = var("URL", "http://$(DB_SERVICE_HOST):5432");
    assert_eq!(reached(&[pod, svc("db", &format!("clusterIP: None, {DB}"))]), [""; 0]);
}

#[test]
fn cli_05_values_of_config_maps_are_read() {
    let by_key = env("{name: URL, valueFrom: {configMapKeyRef: {name: m, key: k}}}");
    assert_eq!(
        reached(&[by_key, config("m", "k: 'http://db:5432'"), svc("db", DB)]),
        ["svc db:5432 [env URL (ConfigMap m, key k): http://db:5432]"]
    );
}

#[test]
fn cli_05_mounted_files_are_read() {
    let mounted = |volume: &str, mounts: &str| {
        let containers = format!("containers: [{{name: c, volumeMounts: [{mounts}]}}]");
        object("v1", "Pod", "name: a", &format!("{containers}, volumes: [{{name: v, {volume}}}]"))
    };
    let map = || config("m", "app.conf: 'url = http://db:5432', other.conf: 'url = http://web:80'");
    let services = [svc("db", DB), svc("web", "ports: [{port: 80}]")];
    let read =
        |volume: &str, mounts: &str| ends(&[mounted(volume, mounts), map(), services[0].clone(), services[1].clone()]);
    let whole = "{name: v, mountPath: /etc/v}";
    let both: &[&str] = &["svc db:5432", "svc web:80"];
    let none: &[&str] = &[];
    let items = "configMap: {name: m, items: [{key: app.conf, path: x/y}]}";
    for (volume, mounts, expected) in [
        ("configMap: {name: m}", whole, both),
        (items, whole, &["svc db:5432"]),
        ("projected: {sources: [{configMap: {name: m}}]}", whole, both),
        ("configMap: {name: none}", whole, none),
        ("configMap: {name: m}", "", none),
        ("configMap: {name: m}", "{name: other, mountPath: /etc/v}", none),
        ("configMap: {name: m}", "{name: v, mountPath: /a, subPath: other.conf}", &["svc web:80"]),
        ("configMap: {name: m}", "{name: v, mountPath: /a, subPathExpr: $(POD)}", both),
        (items, "{name: v, mountPath: /a, subPath: x}", &["svc db:5432"]),
        (items, "{name: v, mountPath: /a, subPath: app.conf}", none),
    ] {
        assert_eq!(read(volume, mounts), expected, "{volume} {mounts}");
    }
}

#[test]
fn cli_06_secrets_are_never_read() {
    let secret = "{apiVersion: v1, kind: Secret, metadata: {name: m}, stringData: {k: 'http://db:5432'}}";
    let pod = env("{name: URL, valueFrom: {secretKeyRef: {name: m, key: k}}}");
    assert_eq!(reached(&[pod, secret.to_owned(), svc("db", DB)]), [""; 0]);
}

#[test]
fn cli_07_the_namespace_of_the_pod_is_filled_in() {
    let pod = env("{name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}, \
         {name: URL, value: 'http://db.$(NS).svc:5432'}");
    assert_eq!(ends(&[pod, svc("db", DB)]), ["svc db:5432"]);
}

#[test]
fn cli_10_a_full_name_of_a_service_that_is_not_there_leads_nowhere() {
    assert_eq!(ends(&[var("URL", "http://gone.default.svc:80")]), ["no Service gone!"]);
}

#[test]
fn cli_10_other_names_and_other_namespaces_are_left_alone() {
    for url in ["http://gone:80", "http://gone.other.svc:80", "https://example.com"] {
        assert_eq!(ends(&[var("URL", url)]), [""; 0], "{url}");
    }
}

#[test]
fn cli_10_a_full_name_counts_whatever_it_stands_under() {
    assert_eq!(ends(&[var("SEEDS", "db.default.svc"), svc("db", DB)]), ["svc db:5432 (assumed)"]);
    assert_eq!(ends(&[var("CACHE", "db.default"), svc("db", DB)]), [""; 0]);
}

#[test]
fn cli_10_services_of_every_cluster_are_not_missing() {
    for host in ["kubernetes.default.svc:443", "kubernetes.default.svc.cluster.local:443"] {
        assert_eq!(ends(&[var("X", host)]), [""; 0], "{host}");
    }
}

#[test]
fn cli_11_a_port_that_the_service_lacks_leads_nowhere() {
    assert_eq!(ends(&[var("URL", "http://db:15432"), svc("db", DB)]), ["no port 15432 in Service db!"]);
}

#[test]
fn cli_11_a_port_of_the_scheme_is_assumed() {
    let web = || svc("web", "ports: [{port: 80}]");
    assert_eq!(ends(&[var("URL", "http://web/api"), web()]), ["svc web:80 (assumed)"]);
    assert_eq!(ends(&[var("URL", "https://web/api"), web()]), ["no port 443 in Service web! (assumed)"]);
}

#[test]
fn cli_12_any_port_of_an_external_name_is_its_own() {
    let service = svc("db", "type: ExternalName, externalName: e.com");
    assert_eq!(ends(&[var("URL", "postgres://db:6000/x"), service]), ["svc db:?"]);
}

#[test]
fn cli_12_of_a_service_without_selector_the_port_is_checked() {
    assert_eq!(ends(&[var("URL", "http://db:1"), svc("db", DB)]), ["no port 1 in Service db!"]);
}

#[test]
fn cli_13_without_a_port_the_only_one_is_assumed() {
    assert_eq!(ends(&[var("DB_HOST", "db"), svc("db", DB)]), ["svc db:5432 (assumed)"]);
    let two = svc("db", "ports: [{name: a, port: 1}, {name: b, port: 2}]");
    assert_eq!(ends(&[var("DB_HOST", "db"), two]), ["svc db:? (assumed)"]);
}

#[test]
fn cli_13_host_and_port_in_two_variables_belong_together() {
    let pod = env("{name: DB_HOST, value: db}, {name: DB_PORT, value: '5432'}");
    assert_eq!(reached(&[pod, svc("db", DB)]), ["svc db:5432 [env DB_HOST: db:5432]"]);
}

#[test]
fn cli_13_host_and_port_in_two_flags_belong_together() {
    let two = || svc("db", "ports: [{name: a, port: 1}, {name: b, port: 5432}]");
    for args in
        ["'--db-host=db', '--db-port=5432'", "--db-host, db, --db-port, '5432'", "'--db-port=5432', --db-host, db"]
    {
        assert_eq!(
            reached(&[pod("a", "a", &format!("args: [{args}]")), two()]),
            ["svc db:5432 [args: db:5432]"],
            "{args}"
        );
    }
}

#[test]
fn cli_13_a_host_under_a_key_inside_a_text_needs_no_port() {
    let in_file = "containers: [{name: c, volumeMounts: [{name: v}]}], volumes: [{name: v, configMap: {name: m}}]";
    let pods = [
        var("JAVA_OPTS", "-Xmx64m -Dredis.host=db"),
        pod("a", "a", "args: ['--db-host=db']"),
        pod("a", "a", "args: ['sh', '-c', 'run --db-host db']"),
        object("v1", "Pod", "name: a", in_file),
    ];
    for pod in pods {
        let found = ends(&[pod.clone(), config("m", "app.yaml: 'redis: {host: db}'"), svc("db", DB)]);
        assert_eq!(found, ["svc db:5432 (assumed)"], "{pod}");
    }
}

#[test]
fn cli_13_a_name_that_may_hold_anything_needs_a_port() {
    let alone = "{name: DB_SERVICE, value: db}";
    assert_eq!(ends(&[env(alone), svc("db", DB)]), [""; 0]);
    assert_eq!(ends(&[env(&format!("{alone}, {{name: DB_PORT, value: '5432'}}")), svc("db", DB)]), ["svc db:5432"]);
}

#[test]
fn cli_14_names_of_other_things_are_no_hosts() {
    for name in ["DB_NAME", "DB_IMAGE", "DB_PASSWORD", "DB_VERSION", "DB_PATH", "GREETING"] {
        assert_eq!(ends(&[var(name, "db"), svc("db", DB)]), [""; 0], "{name}");
    }
}

#[test]
fn cli_14_names_for_a_certificate_are_no_calls() {
    let called =
        |hosts: &str| ends(&[pod("a", "a", &format!("args: ['--host={hosts}']")), svc("db", DB), svc("web", DB)]);
    assert_eq!(called("db,db.default.svc"), [""; 0]);
    assert_eq!(called("db,DB,web"), ["svc db:5432 (assumed)", "svc web:5432 (assumed)"]);
    assert_eq!(called("db:5432,db.default.svc:5432"), ["svc db:5432"]);
}

#[test]
fn cli_14_a_pod_does_not_call_the_service_in_front_of_it() {
    let service = svc("self", "selector: {app: a}, ports: [{port: 80}]");
    assert_eq!(ends(&[var("URL", "http://self:80"), service]), [""; 0]);
}

#[test]
fn cli_14_numbered_peers_call_each_other() {
    let spec = "serviceName: db, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, \
                args: ['--peer=db-0.db:5432']}]}}";
    let service = svc("db", "clusterIP: None, selector: {app: db}, ports: [{port: 5432}]");
    assert_eq!(
        calls(&[object("apps/v1", "StatefulSet", "name: db", spec), service]),
        ["StatefulSet db -> svc db:5432 [args: db-0.db:5432]"]
    );
}

#[test]
fn cli_15_evidence_shows_no_user_info_and_no_query() {
    assert_eq!(
        reached(&[var("URL", "postgres://u:secret@db:5432/shop?sslpassword=x"), svc("db", DB)]),
        ["svc db:5432 [env URL: postgres://…@db:5432]"]
    );
}

#[test]
fn cli_16_names_are_whole_and_of_any_case() {
    assert_eq!(ends(&[var("URL", "http://DB:5432"), svc("db", DB)]), ["svc db:5432"]);
    assert_eq!(ends(&[var("URL", "http://db-exporter:5432"), svc("db", DB)]), [""; 0]);
}

#[test]
fn dns_03_pods_are_reached_through_the_service_that_selects_them() {
    let set = object(
        "apps/v1",
        "StatefulSet",
        "name: web",
        "template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}",
    );
    let service = svc("nginx", "clusterIP: None, selector: {app: web}, ports: [{port: 80}]");
    for (host, expected) in [
        ("web-0.nginx.default.svc.cluster.local", &["svc nginx:80"][..]),
        ("web-0.nginx", &["svc nginx:80"]),
        ("other-0.nginx", &[]),
    ] {
        let pod = var("URL", &format!("http://{host}:80"));
        assert_eq!(ends(&[pod, set.clone(), service.clone()]), expected, "{host}");
    }
}

#[test]
fn dns_07_names_are_looked_up_from_the_namespace_of_the_pod() {
    let there = |name: &str| object("v1", "Service", &format!("name: {name}, namespace: other"), "ports: [{port: 80}]");
    for (host, expected) in [
        ("db", &["svc db:5432"][..]),
        ("web", &[]),
        ("web.other", &["svc other/web:80"]),
        ("web.other.svc", &["svc other/web:80"]),
        ("web.other.svc.cluster.local", &["svc other/web:80"]),
    ] {
        let port = if host == "db" { 5432 } else { 80 };
        let pod = var("URL", &format!("http://{host}:{port}"));
        assert_eq!(ends(&[pod, svc("db", DB), there("db"), there("web")]), expected, "{host}");
    }
}

#[test]
fn hl_02_a_headless_service_translates_no_ports() {
    let service = svc("db", "clusterIP: None, selector: {app: db}, ports: [{port: 80, targetPort: 8080}]");
    let db = || pod("p", "db", "ports: [{containerPort: 8080}]");
    assert_eq!(ends(&[var("URL", "http://db:8080"), service.clone(), db()]), ["svc db:80"]);
    assert_eq!(ends(&[var("URL", "http://db:80"), service, db()]), ["svc db:80"]);
}

#[test]
fn hl_04_a_declared_port_of_the_pods_of_a_headless_service_is_met() {
    let service = svc("db", "clusterIP: None, selector: {app: db}");
    let db = pod("p", "db", "ports: [{containerPort: 8080}]");
    assert_eq!(ends(&[var("URL", "http://db:8080"), service.clone(), db.clone()]), ["Pod p:8080"]);
    assert_eq!(ends(&[var("URL", "http://db:1"), service, db]), ["no port 1 in Service db!"]);
}

fn service_entry(spec: &str) -> String {
    object("networking.istio.io/v1", "ServiceEntry", "name: e", spec)
}

#[test]
fn ist_calls_of_hosts_that_a_service_entry_tells_lead_outside() {
    let entry = service_entry("hosts: [db.corp.test, '*.pay.test'], ports: [{number: 5432, protocol: TCP}]");
    let call = |value: &str, entry: &str| {
        let pod = pod("a", "a", &format!("image: i, env: [{{name: API_URL, value: '{value}'}}]"));
        calls(&[pod, entry.to_owned()])
    };
    for (value, expected) in [
        ("https://DB.corp.test:5432", "external db.corp.test:5432"),
        ("https://eu.api.pay.test/v1", "external eu.api.pay.test:443 (assumed)"),
    ] {
        assert!(call(value, &entry)[0].starts_with(&format!("Pod a -> {expected} [")), "{:?}", call(value, &entry));
    }
    for other in ["https://pay.test", "https://corp.test", "https://api.other.test"] {
        assert!(call(other, &entry).is_empty(), "{other}");
    }
    let selecting = service_entry("hosts: [db.corp.test], workloadSelector: {labels: {app: x}}");
    assert!(call("https://db.corp.test", &selecting).is_empty());
}

#[test]
fn ist_a_service_of_the_input_is_no_host_outside() {
    let pod = pod("a", "a", "image: i, env: [{name: API_URL, value: 'http://s.default.svc:80'}]");
    let entry = service_entry("hosts: [s.default.svc, gone.default.svc], ports: [{number: 80, protocol: HTTP}]");
    let service = svc("s", "ports: [{port: 80}]");
    assert!(calls(&[pod.clone(), entry.clone(), service])[0].starts_with("Pod a -> svc s:80"));
    assert!(calls(&[pod, entry])[0].starts_with("Pod a -> external s.default.svc:80"));
}
