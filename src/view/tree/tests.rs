use super::super::table::tests::{deployment, example, graph, service};
use super::*;

fn tree(graph: &PortGraph) -> String {
    render(graph, &Options::default()).unwrap()
}

#[test]
fn the_tree_of_mytsdb_leads_from_the_host_machine_to_the_pods() {
    insta::assert_snapshot!(tree(&example("mytsdb")), @r#"
    Namespace mytsdb
      Client
      ├─ nodePort 30300 → Service grafana :3000 (http) → Deployment grafana :3000
      └─ nodePort 30090 → Service mytsdb-external :9090 (http) → Deployment mytsdb :9090
      Host machine
      ├─ localhost:9090 → nodePort 30090 → Service mytsdb-external :9090 (http)
      │  └─ → Deployment mytsdb :9090
      └─ localhost:3000 → nodePort 30300 → Service grafana :3000 (http) → Deployment grafana :3000
      Inside the cluster
      ├─ Service mytsdb :9090 (http) → Deployment mytsdb :9090
      │  ├─ called by Deployment grafana (ConfigMap grafana-datasources, key datasources.yaml)
      │  └─ called by Deployment otel-collector (ConfigMap otel-collector-config, key config.yaml)
      ├─ Service otel-collector :4317 (otlp-grpc) → Deployment otel-collector :4317
      └─ Service otel-collector :4318 (otlp-http) → Deployment otel-collector :4318
         └─ called by Deployment sample-app (env OTEL_EXPORTER_OTLP_ENDPOINT)
      Without a Service
      └─ Deployment sample-app, no ports
    "#);
}

#[test]
fn the_tree_of_imagepod_in_ascii_can_be_a_comment() {
    let options = Options { ascii: true, comment: "# ".to_owned(), ..Options::default() };
    insta::assert_snapshot!(render(&example("imagepod"), &options).unwrap(), @r#"
    # Namespace imagepod
    #   Client
    #   |- Ingress imagepod-ingress :80 :443
    #   |  |- api.imagepod.local/ -> Service imagepod-api :8000 (http) -> Deployment imagepod-api :8000
    #   |  `- imagepod.local/ -> Service imagepod-api :8000 (http) -> Deployment imagepod-api :8000
    #   |- LoadBalancer :18080 -> Service imagepod-api-loadbalancer :18080 (http)
    #   |  `- -> Deployment imagepod-api :8000
    #   `- nodePort 38080 -> Service imagepod-api-nodeport :8000 (http) -> Deployment imagepod-api :8000
    #   Inside the cluster
    #   |- Service postgres :15432 (postgres) -> Deployment postgres :5432
    #   |  `- called by Deployment imagepod-api (env DATABASE_URL)
    #   `- Service redis :16379 (redis) -> Deployment redis :6379
    #      `- called by Deployment imagepod-api (env REDIS_URL)
    "#);
}

#[test]
fn holes_have_a_mark_and_what_belongs_to_no_namespace_comes_last() {
    let text = [
        service("empty", "selector: {app: web}, ports: [{port: 80}]"),
        service("alias", "type: ExternalName, externalName: db.example.com"),
        service("peers", "selector: {app: peer}, clusterIP: None"),
        deployment("peer", "{containerPort: 7000}, {containerPort: 53, protocol: UDP, name: dns}"),
        deployment("lost", "{containerPort: 80}, {containerPort: 81}"),
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: in}\nspec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}\n".to_owned(),
        "---\napiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{extraPortMappings: [{containerPort: 30000, hostPort: 8000}]}]\n".to_owned(),
    ];
    insta::assert_snapshot!(tree(&graph(&text.concat())), @r#"
    Namespace default
      Client
      └─ Ingress in :80
         └─ * (default backend) → ✗ no Service gone
      Inside the cluster
      ├─ Service alias → db.example.com
      ├─ Service empty :80 → ✗ no pod with app=web
      └─ Service peers (headless)
         ├─ → Deployment peer :53/UDP (dns)
         └─ → Deployment peer :7000
      Without a Service
      └─ Deployment lost :80, :81

    Host machine
    └─ localhost:8000 → ✗ nothing on node port 30000
    "#);
}

#[test]
fn several_targets_hang_below_and_are_referred_to_when_they_come_again() {
    let text = [
        deployment("a", "{containerPort: 80}").replace("{app: a}", "{app: x}"),
        deployment("b", "{containerPort: 80}").replace("{app: b}", "{app: x}"),
        service("both", "selector: {app: x}, type: LoadBalancer, ports: [{port: 80, nodePort: 30080}]"),
    ];
    insta::assert_snapshot!(tree(&graph(&text.concat())), @r#"
    Namespace default
      Client
      ├─ LoadBalancer :80 → Service both :80
      │  ├─ → Deployment a :80
      │  └─ → Deployment b :80
      └─ nodePort 30080 → Service both :80 (targets as above)
    "#);
}

#[test]
fn a_missing_service_is_told_with_its_callers() {
    let caller = deployment("web", "{containerPort: 80}")
        .replace("name: c,", "name: c, env: [{name: API_URL, value: \"http://api.default.svc:80\"}],");
    insta::assert_snapshot!(tree(&graph(&caller)), @r#"
    Namespace default
      Inside the cluster
      └─ ✗ no Service api
         └─ called by Deployment web (env API_URL)
      Without a Service
      └─ Deployment web :80
    "#);
}

#[test]
fn what_is_called_outside_is_told_with_its_callers() {
    let caller = |name: &str| {
        deployment(name, "{containerPort: 80}")
            .replace("name: c,", "name: c, env: [{name: PAY_URL, value: \"https://pay.test\"}],")
    };
    let entry = "---\napiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: pay}\n\
                 spec: {hosts: [pay.test], location: MESH_EXTERNAL, ports: [{number: 443, name: https, protocol: HTTPS}], resolution: DNS}\n";
    insta::assert_snapshot!(tree(&graph(&[caller("api"), caller("web"), entry.to_owned()].concat())), @"
    Namespace default
      Outside the cluster
      └─ pay.test:443
         ├─ called by Deployment api (env PAY_URL)
         └─ called by Deployment web (env PAY_URL)
      Without a Service
      ├─ Deployment api :80
      └─ Deployment web :80
    ");
}

#[test]
fn what_cannot_be_seen_is_left_out() {
    let text = service("web", "externalName: \"db\\e[31m.example\", type: ExternalName, ports: [{port: 80}]");
    assert_eq!(
        tree(&graph(&text)),
        "Namespace default\n  Inside the cluster\n  └─ Service web :80 → db[31m.example:80\n"
    );
}

#[test]
fn a_branch_more_and_a_service_between_others_only_add_lines() {
    let pair = |name: &str| {
        let spec = format!("selector: {{app: {name}}}, ports: [{{port: 80}}]");
        deployment(name, "{containerPort: 80}") + &service(name, &spec)
    };
    let text = pair("a") + &pair("z");
    let (before, after) = (tree(&graph(&text)), tree(&graph(&(text + &pair("new") + &deployment("newer", "")))));
    let kept: Vec<&str> = after.lines().filter(|line| !line.contains("new") && !line.contains("Without")).collect();
    assert_eq!(kept, before.lines().collect::<Vec<_>>());
}

#[test]
fn no_input_is_one_line() {
    assert_eq!(tree(&graph("")), "No ports: the input has no workload and no Service.\n");
}

#[test]
fn many_alike_targets_are_one_line() {
    let pods = |at: usize| {
        deployment(&format!("web-{at}"), "{containerPort: 80}").replace(&format!("{{app: web-{at}}}"), "{app: x}")
    };
    let text: String = (0..40).map(pods).chain([service("web", "selector: {app: x}, ports: [{port: 80}]")]).collect();
    assert!(tree(&graph(&text)).contains("Service web :80 → Deployment web-N :80 (40 alike, N from 0 to 39)\n"));
}
