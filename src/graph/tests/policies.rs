//! Network policies (SEMANTICS §6): what becomes of the requests of a client to a server, by rule.

use super::{graph, ingress, object, pod, svc};
use crate::graph::{Decision, Doubt, PortGraph, Verdict};

/// The Pod `api` with the label `app: api`, whose port 8080 is named `web`, and its Service with port 80.
fn api() -> Vec<String> {
    vec![
        pod("api", "api", "ports: [{containerPort: 8080, name: web}]"),
        svc("api", "selector: {app: api}, ports: [{port: 80, targetPort: 8080}]"),
    ]
}

/// The Pod `client`, which calls it.
fn client() -> String {
    pod("client", "client", "env: [{name: API_URL, value: 'http://api.default.svc:80'}]")
}

fn policy(name: &str, spec: &str) -> String {
    object("networking.k8s.io/v1", "NetworkPolicy", &format!("name: {name}, namespace: default"), spec)
}

/// A policy of one ingress rule for the Pod `api`.
fn rule(rule: &str) -> String {
    policy("p", &format!("podSelector: {{matchLabels: {{app: api}}}}, ingress: [{rule}]"))
}

/// A verdict in words: `blocked p`, `depends Address p`.
fn words(graph: &PortGraph, decision: &Decision) -> String {
    let verdict = match decision.verdict {
        Verdict::Allowed => "allowed",
        Verdict::Blocked => "blocked",
        Verdict::Depends => "depends",
        Verdict::Unknown => "unknown",
    };
    let doubt = decision.doubt.map(|doubt| format!(" {doubt:?}")).unwrap_or_default();
    let names = decision.policies().into_iter().map(|id| format!(" {}", graph.policy(id).id.name));
    format!("{verdict}{doubt}{}", names.collect::<String>())
}

/// The verdicts about every call and way in, calls first.
fn verdicts(documents: &[String]) -> Vec<String> {
    let graph = graph(documents);
    let ways = graph.calls().into_iter().chain(graph.ways_in());
    ways.filter_map(|way| graph.verdict(&way)).map(|decision| words(&graph, &decision)).collect()
}

/// The verdict about the call of `client` to `api`, under some policies.
fn call(policies: &[String]) -> String {
    let documents: Vec<String> = api().into_iter().chain([client()]).chain(policies.iter().cloned()).collect();
    let verdicts = verdicts(&documents);
    assert!(verdicts.len() < 2, "{verdicts:?}");
    verdicts.into_iter().next().unwrap_or_default()
}

/// The verdict about the only way in to `api`.
fn way_in(service: &str, policies: &[String]) -> String {
    let api = [api()[0].clone(), svc("api", &format!("selector: {{app: api}}, {service}"))];
    verdicts(&api.iter().chain(policies).cloned().collect::<Vec<_>>()).join(", ")
}

#[test]
fn without_policies_nothing_is_judged() {
    assert_eq!(call(&[]), "");
}

#[test]
fn net_01_a_policy_selects_pods_of_its_own_namespace_by_labels_and_expressions() {
    let selects = |selector: &str| call(&[policy("p", &format!("podSelector: {selector}"))]) == "blocked p";
    for selector in [
        "{}",
        "null",
        "{matchLabels: {app: api}}",
        "{matchExpressions: [{key: app, operator: In, values: [web, api]}]}",
        "{matchExpressions: [{key: app, operator: NotIn, values: [client]}]}",
        "{matchExpressions: [{key: tier, operator: NotIn, values: [x]}]}",
        "{matchExpressions: [{key: app, operator: Exists}, {key: tier, operator: DoesNotExist}]}",
    ] {
        assert!(selects(selector), "{selector}");
    }
    for selector in [
        "{matchLabels: {app: api, tier: x}}",
        "{matchExpressions: [{key: app, operator: In, values: [web]}]}",
        "{matchExpressions: [{key: app, operator: NotIn, values: [api]}]}",
        "{matchExpressions: [{key: tier, operator: Exists}]}",
        "{matchLabels: {app: api}, matchExpressions: [{key: app, operator: DoesNotExist}]}",
    ] {
        assert!(!selects(selector), "{selector}");
    }
    let elsewhere = object("networking.k8s.io/v1", "NetworkPolicy", "name: p, namespace: other", "podSelector: {}");
    assert_eq!(call(&[elsewhere]), "allowed");
}

#[test]
fn net_02_egress_is_isolated_by_its_rules_or_by_the_types() {
    let egress = |spec: &str| call(&[policy("p", &format!("podSelector: {{matchLabels: {{app: client}}}}, {spec}"))]);
    assert_eq!(egress("egress: []"), "allowed");
    assert_eq!(egress("egress: [{ports: [{port: 1}]}]"), "blocked p");
    assert_eq!(egress("policyTypes: [Egress]"), "blocked p");
    assert_eq!(egress("policyTypes: [Ingress], egress: [{ports: [{port: 1}]}]"), "allowed");
}

#[test]
fn net_03_policies_only_add_up() {
    let deny = policy("deny", "podSelector: {}");
    assert_eq!(call(std::slice::from_ref(&deny)), "blocked deny");
    assert_eq!(call(&[deny.clone(), rule("{}")]), "allowed p");
    assert_eq!(call(&[deny, rule("{ports: [{port: 1}]}")]), "blocked deny p");
}

#[test]
fn net_04_what_a_rule_leaves_out_is_everything() {
    for open in
        ["{}", "{from: [], ports: []}", "{from: null}", "{ports: [{port: 8080}]}", "{from: [{podSelector: {}}]}"]
    {
        assert_eq!(call(&[rule(open)]), "allowed p", "{open}");
    }
    for closed in ["ingress: []", "policyTypes: [Ingress]", "policyTypes: [Ingress], ingress: null"] {
        assert_eq!(call(&[policy("p", &format!("podSelector: {{}}, {closed}"))]), "blocked p", "{closed}");
    }
}

#[test]
fn net_05_selectors_of_one_peer_must_both_match_and_peers_stand_side_by_side() {
    let here = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}";
    let elsewhere = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}";
    let cases = [
        ("[{podSelector: {matchLabels: {app: client}}}]".to_owned(), "blocked p"),
        (format!("[{{{here}}}]"), "allowed p"),
        (format!("[{{{here}, podSelector: {{matchLabels: {{app: client}}}}}}]"), "allowed p"),
        (format!("[{{{here}, podSelector: {{matchLabels: {{app: web}}}}}}]"), "blocked p"),
        (format!("[{{{elsewhere}, podSelector: {{matchLabels: {{app: client}}}}}}]"), "blocked p"),
        (format!("[{{{elsewhere}}}, {{{here}}}]"), "allowed p"),
        ("[{namespaceSelector: {}}]".to_owned(), "allowed p"),
    ];
    let client = client().replace("name: client,", "name: client, namespace: shop,");
    for (from, expected) in cases {
        let documents: Vec<String> =
            api().into_iter().chain([client.clone(), rule(&format!("{{from: {from}}}"))]).collect();
        assert_eq!(verdicts(&documents), [expected], "{from}");
    }
}

#[test]
fn net_06_ports_are_those_of_the_pod_and_names_those_of_its_containers() {
    let cases = [("80", "blocked p"), ("8080", "allowed p"), ("web", "allowed p"), ("http", "blocked p")];
    for (port, expected) in cases {
        assert_eq!(call(&[rule(&format!("{{ports: [{{port: {port}}}]}}"))]), expected, "{port}");
        let egress = format!("podSelector: {{matchLabels: {{app: client}}}}, egress: [{{ports: [{{port: {port}}}]}}]");
        assert_eq!(call(&[policy("p", &egress)]), expected, "egress {port}");
    }
}

#[test]
fn net_07_ranges_include_their_ends_and_protocols_are_told_apart() {
    let cases = [
        ("{port: 8000, endPort: 8080}", "allowed p"),
        ("{port: 8000, endPort: 8079}", "blocked p"),
        ("{port: 8080, protocol: UDP}", "blocked p"),
        ("{protocol: TCP}", "allowed p"),
        ("{protocol: UDP}", "blocked p"),
    ];
    for (port, expected) in cases {
        assert_eq!(call(&[rule(&format!("{{ports: [{port}]}}"))]), expected, "{port}");
    }
}

#[test]
fn net_08_a_pod_reaches_itself_but_not_its_peers() {
    let own = |replicas: u32| {
        let template = "template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, env: [{name: PEER, value: 'db-0.db:8080'}], ports: [{containerPort: 8080}]}]}}";
        let spec = format!("replicas: {replicas}, serviceName: db, {template}");
        let set = object("apps/v1", "StatefulSet", "name: db", &spec);
        let service = svc("db", "clusterIP: None, selector: {app: db}, ports: [{port: 8080}]");
        verdicts(&[set, service, policy("p", "podSelector: {}")])
    };
    assert_eq!(own(1), ["allowed"]);
    assert_eq!(own(2), ["blocked p"]);
}

#[test]
fn net_09_both_ends_must_admit_a_call() {
    let out = |to: &str| policy("out", &format!("podSelector: {{matchLabels: {{app: client}}}}, egress: [{to}]"));
    let api = "{to: [{podSelector: {matchLabels: {app: api}}}]}";
    assert_eq!(call(&[rule("{}"), out(api)]), "allowed p out".replace("p out", "out p"));
    assert_eq!(call(&[rule("{}"), out("{to: [{podSelector: {matchLabels: {app: web}}}]}")]), "blocked out");
    assert_eq!(call(&[rule("{ports: [{port: 1}]}"), out(api)]), "blocked p");
    assert_eq!(call(&[rule("{ports: [{port: 1}]}"), out("{ports: [{port: 1}]}")]), "blocked out p");
}

#[test]
fn net_10_dns_is_egress_like_any_other() {
    let dns = [
        pod("dns", "dns", "ports: [{containerPort: 53, protocol: UDP}]"),
        svc("dns", "selector: {app: dns}, ports: [{port: 53, protocol: UDP}]"),
        pod("client", "client", "env: [{name: DNS_SERVER, value: 'dns.default.svc:53'}]"),
    ];
    let with = |ports: &str| {
        let egress = format!("podSelector: {{matchLabels: {{app: client}}}}, egress: [{{ports: [{ports}]}}]");
        verdicts(&dns.iter().cloned().chain([policy("p", &egress)]).collect::<Vec<_>>())
    };
    assert_eq!(with("{port: 53}"), ["blocked p"]);
    assert_eq!(with("{port: 53, protocol: UDP}"), ["allowed p"]);
}

#[test]
fn net_11_from_outside_only_rules_for_anyone_are_sure() {
    let node_port = "type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]";
    let host_machine = |policy: &str| {
        let kind = "{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, name: dev, nodes: [{extraPortMappings: [{containerPort: 30080, hostPort: 80}]}]}";
        way_in(node_port, &[kind.to_owned(), rule(policy)])
    };
    let cases = [
        ("{}", "allowed p"),
        ("{ports: [{port: 8080}]}", "allowed p"),
        ("{ports: [{port: 80}]}", "blocked p"),
        ("{from: [{podSelector: {}}]}", "depends Address p"),
        ("{from: [{podSelector: {}}], ports: [{port: 80}]}", "blocked p"),
        ("{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}", "depends Address p"),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}", "allowed p"),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}", "depends Address p"),
    ];
    for (stated, expected) in cases {
        assert_eq!(way_in(node_port, &[rule(stated)]), expected, "{stated}");
        let both = format!("{expected}, {expected}");
        assert_eq!(way_in("type: LoadBalancer, ports: [{port: 80, targetPort: 8080}]", &[rule(stated)]), both);
        assert_eq!(host_machine(stated), both, "{stated}");
    }
    assert_eq!(way_in(node_port, &[policy("other", "podSelector: {matchLabels: {app: web}}")]), "allowed");
}

#[test]
fn net_11_a_host_port_is_a_way_in_like_any_other() {
    let pod = pod("api", "api", "ports: [{containerPort: 8080, hostPort: 80}]");
    assert_eq!(verdicts(&[pod.clone(), rule("{ports: [{port: 80}]}")]), ["blocked p"]);
    assert_eq!(verdicts(&[pod, rule("{from: [{podSelector: {}}]}")]), ["depends Address p"]);
}

/// The verdict about an Ingress in front of `api`, with other documents.
fn routed(documents: &[String]) -> Vec<String> {
    let route = ingress(
        "ingressClassName: nginx, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}]}}]",
    );
    verdicts(&api().into_iter().chain([route]).chain(documents.iter().cloned()).collect::<Vec<_>>())
}

#[test]
fn net_12_behind_a_router_the_client_is_its_controller() {
    let from = "{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]}";
    assert_eq!(routed(&[rule("{}")]), ["allowed p"]);
    assert_eq!(routed(&[rule("{ports: [{port: 80}]}")]), ["blocked p"]);
    assert_eq!(routed(&[rule(from)]), ["unknown Controller p"]);
    let controller = |namespace: &str, name: &str| {
        let meta = format!("name: c, namespace: {namespace}, labels: {{app.kubernetes.io/name: {name}}}");
        object("v1", "Pod", &meta, "containers: [{name: c}]")
    };
    assert_eq!(routed(&[rule(from), controller("ingress", "ingress-nginx")]), ["allowed p"]);
    assert_eq!(routed(&[rule(from), controller("other", "ingress-nginx")]), ["blocked p"]);
    assert_eq!(routed(&[rule(from), controller("ingress", "traefik")]), ["unknown Controller p"]);
}

#[test]
fn net_13_what_policies_do_on_the_hosts_network_is_not_claimed() {
    let on_host = |document: &str| document.replace("spec: {", "spec: {hostNetwork: true, ");
    let from = rule("{from: [{podSelector: {matchLabels: {app: client}}}]}");
    let closed = rule("{ports: [{port: 1}]}");
    let with =
        |client: String, server: String, policy: &String| verdicts(&[client, server, api()[1].clone(), policy.clone()]);
    for policy in [&from, &closed] {
        assert_eq!(with(on_host(&client()), api()[0].clone(), policy), ["unknown HostNetwork p"]);
    }
    assert_eq!(with(on_host(&client()), api()[0].clone(), &rule("{}")), ["allowed p"]);
    // Its port is one of the node too, so that there is a way in beside the call.
    assert_eq!(with(client(), on_host(&api()[0]), &closed), ["unknown HostNetwork p"; 2]);
}

#[test]
fn net_14_verdicts_are_of_policies_and_change_nothing_else() {
    let hops =
        |documents: &[String]| super::hops(documents, &[crate::graph::HopKind::Call, crate::graph::HopKind::Target]);
    let open: Vec<String> = api().into_iter().chain([client()]).collect();
    let closed: Vec<String> = open.iter().cloned().chain([policy("deny", "podSelector: {}")]).collect();
    assert_eq!(hops(&open), hops(&closed));
}

#[test]
fn net_15_of_a_namespace_only_the_name_is_known_unless_it_is_in_the_input() {
    let by = |label: &str| rule(&format!("{{from: [{{namespaceSelector: {{matchLabels: {{{label}}}}}}}]}}"));
    let shop = client().replace("name: client,", "name: client, namespace: shop,");
    let with = |rule: String, more: &[&str]| {
        let more = more.iter().map(|text| (*text).to_owned());
        verdicts(&api().into_iter().chain([shop.clone(), rule]).chain(more).collect::<Vec<_>>())
    };
    let namespace = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}";
    assert_eq!(with(by("kubernetes.io/metadata.name: shop"), &[]), ["allowed p"]);
    assert_eq!(with(by("kubernetes.io/metadata.name: web"), &[]), ["blocked p"]);
    assert_eq!(with(by("team: a"), &[]), ["unknown NamespaceLabels p"]);
    assert_eq!(with(by("team: a"), &[namespace]), ["allowed p"]);
    assert_eq!(with(by("team: b"), &[namespace]), ["blocked p"]);
    assert_eq!(with(by("kubernetes.io/metadata.name: shop"), &[namespace]), ["allowed p"]);
    // The client states no namespace, so that the name is not known either.
    assert_eq!(call(&[by("kubernetes.io/metadata.name: web")]), "unknown NamespaceName p");
}

#[test]
fn net_16_policies_of_another_engine_make_every_verdict_unknown() {
    let others = [
        ("cilium.io/v2", "CiliumNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
        ("projectcalico.org/v3", "NetworkPolicy"),
        ("security.istio.io/v1", "AuthorizationPolicy"),
    ];
    for (version, kind) in others {
        let other = object(version, kind, "name: other", "");
        assert_eq!(call(&[policy("deny", "podSelector: {}"), other]), "unknown OtherEngine", "{kind}");
    }
}

#[test]
fn labels_that_controllers_add_leave_a_verdict_open() {
    let template =
        "template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c, ports: [{containerPort: 8080}]}]}}";
    let api = [object("apps/v1", "Deployment", "name: api", template), api()[1].clone(), client()];
    let with = |policies: &[String]| verdicts(&api.iter().chain(policies).cloned().collect::<Vec<_>>());
    let hashed = policy("hashed", "podSelector: {matchLabels: {pod-template-hash: abc}}");
    assert_eq!(with(std::slice::from_ref(&hashed)), ["unknown PodLabels hashed"]);
    assert_eq!(with(&[hashed, policy("deny", "podSelector: {}")]), ["blocked deny hashed"]);
}

#[test]
fn where_policies_block_some_of_the_targets_it_depends() {
    let two = [
        pod("a", "api", "ports: [{containerPort: 8080}]"),
        pod("b", "api", "ports: [{containerPort: 8080}]").replace("app: api}", "app: api, tier: b}"),
        api()[1].clone(),
        client(),
        policy("p", "podSelector: {matchLabels: {tier: b}}"),
    ];
    assert_eq!(verdicts(&two), [format!("depends {:?} p", Doubt::SomePods)]);
}

#[test]
fn a_part_of_a_graph_keeps_its_verdicts() {
    let from = rule("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]}");
    let meta = "name: c, namespace: ingress, labels: {app.kubernetes.io/name: ingress-nginx}";
    let controller = object("v1", "Pod", meta, "containers: [{name: c}]");
    let route = ingress("defaultBackend: {service: {name: api, port: {number: 80}}}");
    let whole = graph(&[api(), vec![route, controller, from]].concat());
    let kept = whole.owners().filter(|owner| whole.object(*owner).is_some_and(|id| id.namespace == "default"));
    let part = whole.narrowed(&kept.collect());
    for graph in [&whole, &part] {
        let verdicts: Vec<String> =
            graph.ways_in().iter().filter_map(|way| graph.verdict(way)).map(|found| words(graph, &found)).collect();
        assert_eq!(verdicts, ["blocked p"]);
    }
}
