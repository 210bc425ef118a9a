//! The forms of §9.2 and the false positives of CLI-14, as tables of texts.

use std::time::{Duration, Instant};

use super::*;

/// An address in short: `scheme://` for a URL, `?` before a bare host, `(…)` for the pod itself, `:=` before a port that
/// only the scheme tells.
fn short(address: &Address<'_>) -> String {
    let port = match (address.port_from, address.port) {
        (PortFrom::Stated, Some(port)) => format!(":{port}"),
        (PortFrom::Scheme, Some(port)) => format!(":={port}"),
        _ => String::new(),
    };
    let host = format!("{}{port}", address.host);
    match (address.form, address.scheme) {
        (Form::Url, scheme) => format!("{}://{host}", scheme.unwrap_or_default()),
        (Form::HostPort, _) => host,
        (Form::Bare | Form::HalfOfPair, _) => format!("?{host}"),
        (Form::Local, _) => format!("({host})"),
    }
}

fn shorts(text: &str, found: &[Address<'_>]) -> String {
    for address in found {
        let written = text.get(address.range.clone()).unwrap_or_default();
        assert!(written.starts_with(address.host), "the range of {address:?} does not begin with its host in {text:?}");
    }
    assert!(found.is_sorted_by_key(|address| address.range.start), "not in order: {text:?}");
    found.iter().map(short).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_values(rows: &[(&str, &str, &str)]) {
    for (name, text, expected) in rows {
        assert_eq!(shorts(text, &addresses(name, text)), *expected, "{name}={text}");
    }
}

#[track_caller]
fn assert_files(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(shorts(text, &addresses_in_file("app.conf", text)), *expected, "{text}");
    }
}

#[test]
fn cli_14_a_database_is_told_by_its_address_not_by_its_name() {
    assert_values(&[
        ("DATABASE", "postgres://u:p@db:5432/app", "postgres://db:5432"),
        ("DB", "db:5432", "db:5432"),
        ("DB", "db", ""),
        ("DATABASE", "postgres", ""),
        ("POSTGRES_DB", "postgres://u:p@db:5432/app", ""),
    ]);
    assert_files(&[("database: postgres", ""), ("host=db;database=app;password=x@y:80", "?db")]);
}

#[test]
fn urls_give_host_port_and_scheme() {
    assert_values(&[
        ("X", "http://web", "http://web:=80"),
        ("X", "http://web:8080/api/v1", "http://web:8080"),
        ("X", "HTTPS://Web.Shop/", "HTTPS://Web.Shop:=443"),
        ("X", "http://elasticsearch", "http://elasticsearch:=80"),
        ("X", "redis://:secret@redis:6379/0", "redis://redis:6379"),
        ("X", "redis://a:6379,b:6379/0", "redis://a:6379 redis://b:6379"),
        ("X", "redis://a,b", "redis://a:=6379 redis://b:=6379"),
        ("X", "postgres://u:p@db/app?sslmode=disable", "postgres://db:=5432"),
        ("X", "postgresql+psycopg2://u:p@db/app", "postgresql+psycopg2://db:=5432"),
        (
            "X",
            "mongodb://u:p@h1:27017,h2,h3:27019/app?replicaSet=rs0",
            "mongodb://h1:27017 mongodb://h2:=27017 mongodb://h3:27019",
        ),
        ("X", "mongodb+srv://u:p@mongo.db.svc.cluster.local/app", "mongodb+srv://mongo.db.svc.cluster.local"),
        ("X", "amqp://u:p@rabbit:5672/vhost", "amqp://rabbit:5672"),
        ("X", "amqps://rabbit", "amqps://rabbit:=5671"),
        ("X", "PLAINTEXT://kafka:9092,SASL_SSL://kafka:9093", "PLAINTEXT://kafka:9092 SASL_SSL://kafka:9093"),
        ("X", "INTERNAL:http://web:80", "http://web:80"),
        ("X", "grpc://api", "grpc://api"),
        ("X", "dns:///api.shop:50051", "dns://api.shop:50051"),
        ("X", "dns:///api", "dns://api:=443"),
        ("X", "dns://10.0.0.10/api:50051", "dns://api:50051"),
        ("X", "xds:///api:50051", "xds://api:50051"),
        ("X", "$(SCHEME)://web:80", "://web:80"),
        ("X", "see http://web:80.", "http://web:80"),
        ("X", "http://a:80/x,http://b:81/y", "http://a:80 http://b:81"),
        ("X", "http://a,redis", "http://a:=80"),
        ("X", "http://web:80\\nnext", "http://web:80"),
        ("X", "http://proxy/?to=http://web:81", "http://proxy:=80 http://web:81"),
        ("X", "http://proxy/?to=web:81&n=1 b:9", "http://proxy:=80 b:9"),
    ]);
}

#[test]
fn passwords_may_hold_any_sign() {
    assert_values(&[
        ("X", "postgres://u:p@ss@db:5432/app", "postgres://db:5432"),
        ("X", "postgres://u:p/ss@db:5432/app", "postgres://db:5432"),
        ("X", "postgres://u:1/s@db:5432/app", "postgres://db:5432"),
        ("X", "amqp://u:p,redis:1;x=y@rabbit:5672", "amqp://rabbit:5672"),
        ("X", "redis://:p#a?b@redis:6379", "redis://redis:6379"),
        ("X", "https://u:p#a@web/", "https://web:=443"),
        ("X", "redis://$(USER):$(PASSWORD)@redis:6379", "redis://redis:6379"),
        ("X", "http://registry:4873/@scope/pkg", "http://registry:4873"),
        ("X", "smtp://mail:25?from=me@shop.org", "smtp://mail:25"),
    ]);
}

#[test]
fn urls_without_a_host_that_could_be_a_service_give_nothing() {
    for text in [
        "http://[::1]:80/",
        "http://10.0.0.1:80",
        "http://0.0.0.0",
        "http://host.docker.internal:8080",
        "file:///etc/x",
        "unix:///run/x.sock",
        "s3://bucket/key",
        "oci://registry/app",
        "docker://redis:6",
        "sqlite:////data/app.db",
        "http://$(HOST):80",
        "http://${HOST:-redis:6379}/",
        "http://{{ host }}:80",
        "http://*.shop:80",
        "http://",
        "://",
        "http://web:0",
        "http://web:65536",
        "http://web:port",
        "https://api.example.com/v1",
        "http://-a",
        "http://a..b",
        "http://a_b",
        "http://169.254.169.254/latest",
        "http://metadata.google.internal/",
    ] {
        assert_eq!(shorts(text, &addresses("APP_URL", text)), "", "{text}");
    }
}

#[test]
fn jdbc_urls_give_their_hosts() {
    assert_values(&[
        ("X", "jdbc:postgresql://db/app", "jdbc:postgresql://db:=5432"),
        ("X", "jdbc:postgresql://db:5433,db2:5434/app", "jdbc:postgresql://db:5433 jdbc:postgresql://db2:5434"),
        ("X", "jdbc:mysql:loadbalance://a,b/app", "jdbc:mysql:loadbalance://a:=3306 jdbc:mysql:loadbalance://b:=3306"),
        ("X", "jdbc:mysql://address=(host=db)(port=3307)/app", "db:3307"),
        ("X", "jdbc:mariadb://db/app?user=u&password=redis:1", "jdbc:mariadb://db:=3306"),
        ("X", "jdbc:sqlserver://db;databaseName=app;user=me@db2;password=b:1", "jdbc:sqlserver://db:=1433"),
        ("X", "jdbc:sqlserver://db:1444;encrypt=true", "jdbc:sqlserver://db:1444"),
        ("X", "jdbc:sqlserver://db\\inst:1444;encrypt=true", "jdbc:sqlserver://db:1444"),
        ("X", "jdbc:sqlserver://db\\inst;encrypt=true", "jdbc:sqlserver://db"),
        ("X", "jdbc:oracle:thin:@//db:1522/svc", "jdbc:oracle:thin://db:1522"),
        ("X", "jdbc:oracle:thin:@db:1522:sid", "jdbc:oracle:thin://db:1522"),
        ("X", "jdbc:oracle:thin:@//db/svc", "jdbc:oracle:thin://db:=1521"),
        ("X", "jdbc:oracle:thin:scott/tiger@db:1522:sid", "jdbc:oracle:thin://db:1522"),
        ("X", "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1522)))", "db:1522"),
        ("X", "jdbc:h2:mem:test", ""),
    ]);
}

#[test]
fn connection_strings_pair_hosts_with_ports() {
    assert_values(&[
        ("X", "host=db port=5432 user=u password=redis:1", "db:5432"),
        ("X", "port=5432 host=db", "db:5432"),
        ("X", "host=a,b,c port=5432,5433 dbname=x", "a:5432 b:5433 c:5433"),
        ("X", "host=a:1,b port=2", "a:1 b:2"),
        ("X", "host='a,b' port='1'", "a:1 b:1"),
        ("X", "host=db user=u", "?db"),
        ("X", "Host=db;Port=5433;Username=u;Password=x:1", "db:5433"),
        ("X", "Server=db;Port=3307;Uid=u;Pwd=a b:1;x=c:2", "db:3307 c:2"),
        ("X", "Server=db; Pwd=a b:1; Port=3307", "db:3307"),
        ("X", "Server=tcp:db,1433;Initial Catalog=x;Password=redis:1", "db:1433"),
        ("X", "Server=db\\SQLEXPRESS,1444;", "db:1444"),
        ("X", "Data Source=db,1433;", "db:1433"),
        ("X", "Data Source=db;", "?db"),
        ("X", "source=db", ""),
        ("X", "Server = db; Port = 1433", "db:1433"),
        ("X", "-Ddb.host=db -Ddb.port=5432", "db:5432"),
        ("X", "--db-host=db --port=8080", "?db"),
        ("X", "--redis-host redis --redis-port 6380", "redis:6380"),
        ("X", "catalog.service=catalog", ""),
        ("X", "catalog.service=catalog.shop.svc", "?catalog.shop.svc"),
        ("X", "catalog.service=catalog catalog.port=80", "catalog:80"),
        ("X", "u:p@tcp(db:3307)/app?parseTime=true", "db:3307"),
        ("X", "u:p@tcp(db)/app", "db:=3306"),
        ("X", "u:p=a,w:80@tcp(db:3307)/app", "db:3307"),
        ("X", "nats:p@queue:4222", "queue:4222"),
    ]);
}

#[test]
fn lists_give_every_host() {
    assert_values(&[
        ("X", "a:9092,b:9093", "a:9092 b:9093"),
        ("X", "a:9092, b:9093;c:1|d:2", "a:9092 b:9093 c:1 d:2"),
        ("X", "[\"a:1\",\"b:2\"]", "a:1 b:2"),
        ("X", "10.0.0.1:9092,b:9092", "b:9092"),
        ("X", "redis://10.0.0.1:1,b:2", "redis://b:2"),
        (
            "X",
            "node1=http://etcd-0.etcd:2380,node2=http://etcd-1.etcd:2380",
            "http://etcd-0.etcd:2380 http://etcd-1.etcd:2380",
        ),
        ("KAFKA_BROKERS", "a,b:9092", "?a b:9092"),
        ("X", "redis:6379/0", "redis:6379"),
        ("X", "redis:6379?db=0&p=b:1", "redis:6379"),
    ]);
}

#[test]
fn bare_hosts_count_under_names_of_hosts_only() {
    assert_values(&[
        ("REDIS_HOST", "redis", "?redis"),
        ("REDIS_HOST", "redis\n", "?redis"),
        ("redisHost", "redis.shop", "?redis.shop"),
        ("API_URL", "api", "?api"),
        ("CACHE", "redis", ""),
        ("CACHE", "redis.shop", ""),
        ("REDIS_HOST", "redis/x", ""),
        ("REDIS_HOST", "12", ""),
        ("REDIS_HOST", "me@redis", ""),
        ("REDIS_HOST", "$(X)", ""),
        ("REDIS_HOST", "${REDIS:-redis}", ""),
        ("REDIS_HOST", "line one\nline two", ""),
        ("CATALOG_SERVICE", "catalog", "?catalog"),
        ("args", "--redis-host=redis", "?redis"),
        ("args", "--cache=redis", ""),
    ]);
}

#[test]
fn names_with_svc_count_under_every_name() {
    assert_values(&[
        ("X", "redis.shop.svc", "?redis.shop.svc"),
        ("X", "Redis.Shop.SVC.cluster.local.", "?Redis.Shop.SVC.cluster.local."),
        ("X", "db-0.db.shop.svc.cluster.local:5432", "db-0.db.shop.svc.cluster.local:5432"),
        ("X", "redis.shop.svc/x", "?redis.shop.svc"),
        ("X", "me@redis.shop.svc", ""),
        ("NO_PROXY", "redis.shop.svc,.svc", ""),
        ("X", ".svc,.cluster.local", ""),
    ]);
}

#[test]
fn the_pod_itself_is_marked() {
    assert_values(&[
        ("X", "localhost:8080", "(localhost:8080)"),
        ("X", "http://localhost", "(localhost:=80)"),
        ("X", "127.0.0.1:9000", "(127.0.0.1:9000)"),
        ("DB_HOST", "localhost", "(localhost)"),
        ("X", "host=localhost port=5432", "(localhost:5432)"),
        ("X", "u:p@tcp(127.0.0.1:3306)/db", "(127.0.0.1:3306)"),
    ]);
}

#[test]
fn cli_14_what_only_looks_like_an_address_does_not_count() {
    for text in [
        "12:30",
        "12:30:59",
        "2024-05-01T12:30:00Z",
        "2024-05-01T12:30",
        "nginx:1.21",
        "nginx:1.21-alpine",
        "redis:latest",
        "registry:5000/app:1.2",
        "registry:5000/app@sha256:9f86d081884c",
        "16:9",
        "1.2.3:4",
        "C:\\data",
        "00:1a:2b:3c:4d:5e",
        "aa:bb:cc:dd:ee:ff",
        "[::1]:80",
        "fe80::1",
        "10.0.0.1:80",
        "0.0.0.0:80",
        ":8080",
        "me@shop.org",
        "%h:%p",
        "$host:80",
        "/etc/app:80",
        "./a:80",
        "a/b:80",
        "*.shop:80",
        "web:0",
        "web:080",
        "web:65536",
        "web:99999999",
        "web:",
        "my_db:5432",
        "host.docker.internal:80",
        "api.example.com:443",
        "${HOST}:80",
        "$(HOST):80",
        "{{ .host }}:80",
        "${PORT:8080}",
        "sha256:9f86d081884c7d659a2feaa0c55ad015",
        "web:80:81",
        "-web:80",
        "web-:80",
        "wéb:80",
    ] {
        assert_eq!(shorts(text, &addresses("APP", text)), "", "{text}");
    }
}

#[test]
fn cli_14_values_of_images_paths_and_secrets_do_not_count() {
    assert_values(&[
        ("APP_IMAGE", "redis:6", ""),
        ("DB_PASSWORD", "db:5432", ""),
        ("SITE_NAME", "http://web:80", ""),
        ("X", "--image=redis:6 --to b:1", "b:1"),
        ("X", "--password redis:6 --to b:1", "b:1"),
        ("X", "password='x \\' redis:6' b:1", "b:1"),
        ("X", "password='é redis:6\nb:1", "b:1"),
        ("X", "{\"password\":\"a redis:6\",\"to\":\"b:1\"}", "b:1"),
        ("X", "{\"path\":{\"to\":\"b:1\"}}", "b:1"),
        ("X", "{name: x redis:6, to: b:1}", "b:1"),
    ]);
}

#[test]
fn cli_14_comments_in_files_do_not_count() {
    assert_files(&[
        ("# a:1\nb:2 # c:3\n  #d:4\n", "b:2"),
        ("// a:1\nb:2 // http://c:3\nhttp://d:4", "b:2 http://d:4"),
        ("; a:1\nServer=db;Port=5 ; c:3", "db:5"),
        ("<!-- a:1\nb:2 -->c:3<!--d:4", "c:3"),
        ("x#y a:1", "a:1"),
    ]);
    assert_eq!(shorts("# a:1", &addresses("X", "# a:1")), "a:1");
}

#[test]
fn cli_14_long_and_binary_files_are_not_scanned() {
    assert!(is_scannable(&"a".repeat(LONGEST_FILE)));
    assert!(!is_scannable(&"a".repeat(LONGEST_FILE + 1)));
    assert!(!is_scannable("a\0b"));
}

#[test]
fn files_give_addresses_by_their_own_keys() {
    assert_files(&[
        ("redis.host=redis\nx=y\nredis.port=6380\n", "redis:6380"),
        ("redis:\n  host: redis\n  port: 6380\n", "redis:6380"),
        ("redis:\n  host: redis\nserver:\n  name: x\n  port: 8080\n", "?redis"),
        ("redis:\n  host: redis\nport: 8080\n", "?redis"),
        ("{\"redis\": {\"host\": \"redis\", \"port\": 6380}}", "redis:6380"),
        ("{\"redis\":{\"host\":\"redis\"},\"server\":{\"port\":8080}}", "?redis"),
        ("{\n  \"host\": \"redis\",\n  \"port\": 6380\n}", "redis:6380"),
        ("address: web\nport_value: 80\n", "web:80"),
        ("upstream x { server web:8080; }\nproxy_pass http://api:81/;", "web:8080 http://api:81"),
        ("image: redis:6\nname: web:80\nurl: http://web:80\n", "http://web:80"),
        ("[cache]\nhost = redis\nport = 6380\n", "redis:6380"),
        ("targets: ['a:9100', 'b:9100']", "a:9100 b:9100"),
        ("redis:6379:\n  x: y\n", ""),
        ("brokers:\n- a:9092\n- b:9092\n", "a:9092 b:9092"),
        ("host: redis\nother text web", "?redis"),
    ]);
}

#[test]
fn cli_15_evidence_holds_no_user_password_path_or_query() {
    for (name, text, expected) in [
        ("X", "postgres://user:hunter2@db:5432/app?token=hunter2", "postgres://…@db:5432"),
        ("X", "postgres://user:hunter2@db/hunter2", "postgres://…@db"),
        ("X", "http://web:80/hunter2", "http://web:80"),
        ("X", "mongodb://u:hunter2@a:1,b:2/x", "mongodb://…@a:1 mongodb://b:2"),
        ("X", "postgres://u:hunter2/x@db:5432", "postgres://…@db:5432"),
        ("X", "amqp://u:hunter2,x;y=z@rabbit", "amqp://…@rabbit"),
        ("X", "u:hunter2@tcp(db:3306)/x", "…@db:3306"),
        ("X", "hunter2@queue:4222", "…@queue:4222"),
        ("X", "host=db port=5432 password=hunter2", "db:5432"),
        ("X", "host=db password=hunter2 port=5432", "db:5432"),
        ("X", "Server=tcp:db,1433;Password=hunter2;", "db,1433"),
        ("X", "jdbc:oracle:thin:scott/hunter2@db:1521:x", "jdbc:oracle:thin:…@db:1521"),
        ("X", "jdbc:sqlserver://db:1433;user=a@b;password=hunter2", "jdbc:sqlserver://db:1433"),
        ("X", "dns:///api:50051", "dns:///api:50051"),
        ("X", "$(X)://web:80", "web:80"),
        ("X", "INTERNAL://kafka:9092,PLAINTEXT://kafka:9093", "kafka:9092 PLAINTEXT://kafka:9093"),
        ("X", "db.shop.svc", "db.shop.svc"),
    ] {
        let found = addresses(name, text);
        let printed: Vec<_> = found.iter().map(|address| redacted(text, address)).collect();
        assert_eq!(printed.join(" "), expected, "{text}");
    }
}

#[test]
fn cli_15_no_sign_in_a_password_lets_it_out() {
    let signs = ["", ",", "/", ":", "?", "#", ";", "@", "|", "1", "&", "(", "}", "[", "\\", "$", "é", "://"];
    for first in signs {
        for second in signs {
            for last in signs {
                let text = format!("postgres://user:1{first}{second}hunter2{last}@db:5432/app");
                let found = addresses("DB_URL", &text);
                let printed: Vec<_> = found.iter().map(|address| redacted(&text, address)).collect();
                assert!(
                    !printed.iter().any(|evidence| evidence.contains("hunter2")),
                    "{text} is printed as {printed:?}"
                );
            }
        }
    }
}

#[test]
fn cli_16_a_host_is_a_whole_token_in_the_case_it_was_written() {
    assert_values(&[
        ("X", "postgres-exporter:9187", "postgres-exporter:9187"),
        ("X", "Postgres:5432", "Postgres:5432"),
        ("X", "http://postgres-exporter:9187", "http://postgres-exporter:9187"),
        ("DB_HOST", "postgres-exporter", "?postgres-exporter"),
    ]);
}

#[test]
fn default_ports_come_from_schemes_only() {
    for (scheme, port) in [
        ("http", Some(80)),
        ("WSS", Some(443)),
        ("rediss", Some(6379)),
        ("jdbc:mysql", Some(3306)),
        ("jdbc:oracle:thin", Some(1521)),
        ("mysql+pymysql", Some(3306)),
        ("mongodb", Some(27017)),
        ("mongodb+srv", None),
        ("redis+sentinel", None),
        ("mqtt+ssl", None),
        ("jdbc:clickhouse:http", None),
        ("grpc", None),
        ("kafka", None),
        ("etcd", None),
        ("elasticsearch", None),
        ("tcp", None),
        ("", None),
    ] {
        assert_eq!(default_port(scheme), port, "{scheme}");
    }
}

#[test]
fn dns_07_labels_have_the_meanings_of_the_search_path() {
    use HostName::{Dotted2, Dotted3, NotAName, Short};
    let svc = |pod, service, namespace, zone| HostName::Svc { pod, service, namespace, zone };
    for (host, expected) in [
        ("db", Short("db")),
        ("db.shop", Dotted2("db", "shop")),
        ("db-0.db.shop", Dotted3("db-0", "db", "shop")),
        ("db.shop.svc", svc(None, "db", "shop", None)),
        ("db.shop.SVC.cluster.local", svc(None, "db", "shop", Some("cluster.local"))),
        ("db.shop.svc.cluster.local.", svc(None, "db", "shop", Some("cluster.local"))),
        ("db-0.db.shop.svc", svc(Some("db-0"), "db", "shop", None)),
        ("db-0.db.shop.svc.corp", svc(Some("db-0"), "db", "shop", Some("corp"))),
        ("svc.svc.svc", svc(None, "svc", "svc", None)),
        ("db.", NotAName),
        ("db.shop.svc.", NotAName),
        ("a.b.c.d", NotAName),
        ("a.b.c.d.svc", NotAName),
        ("10.0.0.1", NotAName),
        ("a..b", NotAName),
        ("a_b", NotAName),
        ("", NotAName),
        (".", NotAName),
        ("dé", NotAName),
    ] {
        assert_eq!(host_name(host), expected, "{host}");
    }
}

#[test]
fn a_file_of_any_shape_is_read_in_one_pass() {
    let units = [
        "a",
        "a:1,",
        "://",
        "http://a/",
        "redis://a:1,",
        "@",
        "${",
        "$(",
        "{{",
        "'",
        "host='",
        "host=a,",
        "host=a\n",
        "port=1\n",
        "a  ",
        "password=\"",
        "\\",
        "<!--",
        "é",
        "jdbc:oracle:thin:@",
        "a.",
        "tcp(",
        "?",
        "a?",
        "k: ",
        "\"k\":{",
        "x@tcp(a:1)",
        "--a ",
        "data source=",
        ";",
        " #",
        "a://@",
        "😀:1 ",
    ];
    for unit in units {
        let text = unit.repeat(100 * 1024 / unit.len());
        let begun = Instant::now();
        let found = addresses_in_file("servers", &text).len();
        assert!(begun.elapsed() < Duration::from_secs(3), "{unit:?} took {:?} for {found}", begun.elapsed());
    }
}

#[test]
fn no_text_is_a_reason_to_panic() {
    let parts = [
        "http://",
        "a",
        ":",
        "80",
        "é",
        "@",
        ",",
        "=",
        " ",
        "\n",
        "host=",
        "port=",
        "\"",
        "'",
        "{{",
        "}}",
        "${",
        "}",
        "\\",
        "tcp(",
        "jdbc:oracle:thin:",
        "<!--",
        ";",
        "?",
        "password:",
        "Data Source=",
        "[",
        ".svc",
        "😀",
    ];
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let text: String = (0..8)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                parts[(state >> 33) as usize % parts.len()]
            })
            .collect();
        for found in [addresses("DB_HOST", &text), addresses_in_file("x", &text)] {
            shorts(&text, &found);
            assert!(found.iter().all(|address| !redacted(&text, address).is_empty()));
        }
    }
}
