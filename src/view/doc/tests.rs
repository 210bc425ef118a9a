//! Sections of small topologies, and one whole document.

mod ways;

use super::*;
use crate::check::{self, check};
use crate::manifest;
use crate::source::Source;

/// A workload of one container: kind, namespace, name, ports.
fn workload(kind: &str, namespace: &str, name: &str, ports: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  template:\n    \
         metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: {name}, ports: [{ports}]}}]}}\n"
    )
}

/// A Service in front of the workload `app`.
fn service(namespace: &str, name: &str, app: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n\
         spec: {{selector: {{app: {app}}}, {spec}}}\n"
    )
}

fn print(documents: &[String], options: &Options) -> String {
    let text = documents.join("---\n");
    let sources = Sources::new(vec![Source { name: "k8s/shop.yaml".into(), text: text.into(), explicit: true }]);
    let read = manifest::read(&sources, "default");
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let graph = PortGraph::resolve(read.roles);
    let findings = check(&graph, &sources, &check::Options::default()).findings;
    render(&graph, &sources, &findings, options).unwrap()
}

fn section(section: Section, documents: &[String]) -> String {
    print(documents, &Options { sections: vec![section], ..Options::default() })
}

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  tls: [{hosts: [shop.example.com]}]
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /old, pathType: Prefix, backend: {service: {name: old, port: {number: 80}}}}
";

const KIND: &str = "\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: dev
nodes: [{extraPortMappings: [{containerPort: 30080, hostPort: 8080}]}]
";

#[test]
#[expect(clippy::too_many_lines, reason = "most of them are the document")]
fn the_whole_document_of_a_small_shop() {
    let documents = [
        workload("Deployment", "shop", "web", "{name: http, containerPort: 8080}"),
        service("shop", "web", "web", "type: NodePort, ports: [{port: 80, targetPort: http, nodePort: 30080}]"),
    ];
    insta::assert_snapshot!(print(&documents, &Options::default()), @r#"
    # Ports of namespace shop

    ## Overview

    The topology has 1 workload and 1 Service, with 1 way in from outside.

    ```mermaid
    flowchart LR
      accTitle: Ports of namespace shop
      accDescr: Boxes with their ports; each arrow names the field that leads to the next port
      client_outside(("Client")):::kClient
      subgraph k8s_cluster["Kubernetes cluster"]
        direction LR
        subgraph ns_shop["namespace shop"]
          direction LR
          svc_shop_web["Service web<br/>NodePort<br/>port 80"]:::kService
          deploy_shop_web["Deployment web<br/>containerPort 8080 (http)"]:::kWorkload
        end
      end
      client_outside -->|"nodePort 30080"| svc_shop_web
      svc_shop_web -->|"targetPort http (8080)"| deploy_shop_web
      classDef kClient fill:#ffd8b5,stroke:#bc4c00,color:#4c1d00
      classDef kService fill:#326ce5,stroke:#1f4fb0,color:#ffffff
      classDef kWorkload fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e
    ```

    ## Port summary

    | Service | Internal Port | Service Port | External Port | Access Method |
    |---|---|---|---|---|
    | web | 8080 | 80 | 30080 (NodePort) | HTTP |

    ### Port reference

    | Service | Internal (ClusterIP) | External (NodePort) | Host Access | Purpose |
    |---|---|---|---|---|
    | web | web:80 | 30080 | - | - |

    ## Port mapping

    ### Container ports

    - **web** (Deployment): `8080` (http)

    ### Service ports

    - Service `web` (NodePort): `80` → Deployment web `8080`

    ### External ports

    - Node port `30080` → Service `web:80`

    ### Files

    - `k8s/shop.yaml`: Deployment `web`, Service `web`

    ## Access methods

    ### Port forwarding

    To your machine, for as long as the command runs.

    ```bash
    # web: http://localhost:8080
    kubectl port-forward -n shop svc/web 8080:80
    ```

    ### Node ports

    Every node answers on these ports; `kubectl get nodes -o wide` shows the addresses of the nodes. On a local cluster: `minikube service NAME --url` prints an address that works, Docker Desktop usually answers on `localhost`, kind and k3d where a port of the machine is mapped to the node port.

    ```bash
    # web
    curl http://<node-ip>:30080/
    ```

    ## Service discovery

    ### DNS names

    | In its own namespace | From any namespace |
    |---|---|
    | `web:80` (NodePort) | `web.shop.svc.cluster.local:80` |

    ## Traffic flow

    - `Client → node port 30080 → Service web:80 → Deployment web:8080`

    Through node port 30080 to Service web:

    ```mermaid
    sequenceDiagram
      accTitle: Through node port 30080 to Service web
      actor client_outside as Client
      participant node_web as Node<br/>NodeIP:30080
      participant svc_web as Service web<br/>ClusterIP:80
      participant pod_web as Pod of web<br/>containerPort: 8080
      participant app_web_web as Application<br/>container web

      client_outside->>node_web: HTTP request to<br/>NodeIP:30080
      Note over node_web: NodePort Service<br/>nodePort: 30080
      node_web->>svc_web: Forwards to<br/>Service port: 80
      Note over svc_web: Service matches selector<br/>app: web<br/>port 80 → targetPort http
      svc_web->>pod_web: Routes to<br/>targetPort: http<br/>(containerPort 8080)
      pod_web->>app_web_web: Traffic reaches app<br/>listening on :8080
      app_web_web-->>pod_web: Response
      pod_web-->>svc_web: Response
      svc_web-->>node_web: Response
      node_web-->>client_outside: Response
    ```

    ## Exposure

    | Reachable from | Port | Through |
    |---|---|---|
    | Nodes | Deployment web `8080` | node port `30080` |

    - Nodes: wherever an address of a node can be reached.

    NetworkPolicies, firewalls and security groups are not taken into account.

    ## Troubleshooting

    ### Not reachable inside of the cluster

    Is the Service there, are there ready pods among its endpoints, does its name resolve, does it answer?

    ```bash
    # Service web
    kubectl describe service -n shop web
    kubectl get endpointslices -n shop -l kubernetes.io/service-name=web
    kubectl get pods -n shop -l app=web -o wide
    kubectl run dns-test -n shop --image=curlimages/curl --rm -i --restart=Never -- \
      nslookup web.shop.svc.cluster.local
    kubectl run port-test -n shop --image=curlimages/curl --rm -i --restart=Never -- \
      curl http://web.shop.svc.cluster.local/
    ```

    ### Not reachable from outside

    ```bash
    # Service web: port and node port 80:30080
    kubectl get service -n shop web
    ```

    ### Connection refused

    What does the application say, what does it listen on (where the image has netstat), and does the pod itself answer?

    ```bash
    # web
    kubectl logs -n shop deployment/web --all-containers --tail=50
    kubectl exec -n shop deployment/web -- netstat -tln
    kubectl port-forward -n shop deployment/web 8080:8080
    ```
    "#);
}

#[test]
fn chosen_sections_come_in_the_stated_order_and_one_alone_has_no_heading() {
    let documents = [
        workload("Deployment", "shop", "web", "{containerPort: 8080}"),
        service("shop", "web", "web", "ports: [{port: 80, targetPort: 8080}]"),
    ];
    let headings = |options: Options| {
        let text = print(&documents, &options);
        let headings = text.lines().filter(|line| line.starts_with("# ") || line.starts_with("##"));
        headings.map(str::to_owned).collect::<Vec<_>>()
    };
    let sections = vec![Section::Exposure, Section::Discovery];
    let two = headings(Options { sections, heading_level: 2, ..Options::default() });
    assert_eq!(two, ["### Exposure", "### Service discovery", "#### DNS names"]);
    let titled = Options { sections: vec![Section::Exposure], title: Some("Who *can*".into()), ..Options::default() };
    assert_eq!(headings(titled), [r"# Who *can\*"]);
    assert_eq!(headings(Options { sections: vec![Section::Exposure], ..Options::default() }), [""; 0]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "most of them are the section")]
fn every_way_in_has_commands_that_can_be_pasted() {
    let balancer = "type: LoadBalancer, ports: [{port: 443, name: https, targetPort: 8443}]";
    let documents = [
        workload("Deployment", "shop", "web", "{name: http, containerPort: 80, hostPort: 9080}, {containerPort: 8443}"),
        service("shop", "web", "web", "type: NodePort, ports: [{port: 80, nodePort: 30080}]"),
        service("shop", "auto", "web", "type: NodePort, ports: [{port: 81, targetPort: 80}]"),
        service("shop", "edge", "web", balancer),
        service("shop", "ip", "web", "externalIPs: ['2001:db8::1'], ports: [{port: 8443}]"),
        "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {type: ExternalName, externalName: db.example.com}\n".to_owned(),
        INGRESS.to_owned(),
        KIND.to_owned(),
    ];
    insta::assert_snapshot!(section(Section::Access, &documents), @r"
    ### Port forwarding

    To your machine, for as long as the command runs.

    ```bash
    # web: http://localhost:8081
    kubectl port-forward -n shop svc/auto 8081:81

    # web: localhost:8443
    kubectl port-forward -n shop svc/ip 8443:8443
    ```

    ### Node ports

    Every node answers on these ports; `kubectl get nodes -o wide` shows the addresses of the nodes.

    ```bash
    # web
    kubectl get service -n shop auto -o 'jsonpath={.spec.ports[?(@.port==81)].nodePort}'
    curl http://<node-ip>:<node-port>/
    curl http://<node-ip>:30080/
    ```

    ### Load balancers

    The address is what `kubectl get service` shows as EXTERNAL-IP. kind has no load balancers of its own: it stays pending until cloud-provider-kind runs.

    ```bash
    # web
    kubectl get service -n shop edge
    curl -k https://<load-balancer-ip>/
    ```

    ### External IPs

    The nodes answer on these addresses, where the network leads them there.

    ```bash
    # web
    nc -vz 2001:db8::1 8443
    ```

    ### Ingress

    `kubectl get ingress` shows the address of the controller as ADDRESS. Hosts that DNS does not know yet need a line in `/etc/hosts`.

    ```bash
    # Ingress shop
    kubectl get ingress -n shop shop
    echo '<ingress-ip> shop.example.com' | sudo tee -a /etc/hosts

    # web
    curl https://shop.example.com/
    ```

    ### Host ports

    Only the nodes that run such a pod answer; the column NODE tells which.

    ```bash
    # web
    kubectl get pods -n shop -l app=web -o wide
    curl http://<node-ip>:9080/
    ```

    ### kind

    On the machine that the cluster runs on.

    ```bash
    # Make the cluster with its port mappings
    kind create cluster --config k8s/shop.yaml

    # web, on port 30080 of the node
    curl http://localhost:8080/
    ```

    ### External names

    These Services are DNS aliases; no port is translated, so pods dial the port of the host they stand for.

    ```bash
    # db → db.example.com
    kubectl run dns-test -n shop --image=curlimages/curl --rm -i --restart=Never -- \
      nslookup db.shop.svc.cluster.local
    ```
    ");
}

#[test]
fn a_port_whose_name_no_pod_has_is_not_asked_and_is_said_to_lead_nowhere() {
    let ports = "type: NodePort, ports: [{name: a, port: 80, nodePort: 30001}, {name: b, port: 81, targetPort: gone}]";
    let documents =
        [workload("Deployment", "shop", "web", "{containerPort: 80}"), service("shop", "web", "web", ports)];
    let access = section(Section::Access, &documents);
    assert!(access.contains("curl http://<node-ip>:30001/\n```"), "{access}");
    assert!(!access.contains("<node-port>"), "{access}");
    let exposure = section(Section::Exposure, &documents);
    let row = "| Nodes | Service web `81` (no container port named gone) | node port `auto` |";
    assert!(exposure.contains(row), "{exposure}");
    let mapping = section(Section::Mapping, &documents);
    assert!(mapping.contains("- Node port `auto` (the cluster chooses a number) → Service `web:81`\n"), "{mapping}");
}

#[test]
fn a_file_of_very_many_objects_is_told_in_numbers() {
    let of = |name: u32| workload("Deployment", "shop", &format!("w{name}"), "{containerPort: 80}");
    let mut documents: Vec<String> = (0..8).map(of).collect();
    assert!(section(Section::Mapping, &documents).contains("- `k8s/shop.yaml`: Deployment `w0`, Deployment `w1`"));
    documents.push(service("shop", "web", "w0", "ports: [{port: 80}]"));
    assert!(section(Section::Mapping, &documents).contains("- `k8s/shop.yaml`: 8 × Deployment, 1 × Service\n"));
}

#[test]
fn tables_of_several_namespaces_stand_below_their_names() {
    let documents = ["shop", "test"].map(|namespace| workload("Deployment", namespace, "web", "{containerPort: 80}"));
    let ports = section(Section::Ports, &documents);
    let lines = ports.lines().filter(|line| line.starts_with('#') || line.ends_with(':'));
    let expected =
        ["Namespace `shop`:", "Namespace `test`:", "### Port reference", "Namespace `shop`:", "Namespace `test`:"];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
}

/// Two containers; one port is named and probed by name, the other by number and without telling more.
const PROBED: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers:
    - name: web
      ports: [{name: front, containerPort: 8080}]
      livenessProbe: {httpGet: {path: /live, port: 8080}}
      readinessProbe: {httpGet: {path: /ready, port: front}}
    - name: admin
      ports: [{containerPort: 9443}, {name: front, containerPort: 9000}]
      livenessProbe: {httpGet: {path: '/live?token=abc', port: 9443, scheme: HTTPS}}
      startupProbe: {httpGet: {path: /started, port: 9000}}
";

#[test]
fn prb_01_a_port_is_asked_for_the_path_that_its_probe_asks_for() {
    let ports = "type: NodePort, ports: [{name: a, port: 80, targetPort: 8080, nodePort: 30001}, \
                 {name: b, port: 81, targetPort: 9443, nodePort: 30002}, {name: c, port: 82, targetPort: 9000, nodePort: 30003}]";
    let documents = [PROBED.to_owned(), service("shop", "web", "web", ports), INGRESS.to_owned()];
    let access = section(Section::Access, &documents);
    let asked: Vec<&str> = access.lines().filter(|line| line.starts_with("curl") || line.starts_with("nc")).collect();
    assert_eq!(
        asked,
        [
            "curl http://<node-ip>:30001/ready",
            "curl -k https://<node-ip>:30002/",
            "nc -vz <node-ip> 30003",
            "curl https://shop.example.com/ready",
        ]
    );
}

#[test]
fn a_path_that_another_route_takes_is_not_asked_for() {
    let documents = [
        PROBED.replace("/ready", "/old/ready"),
        service("shop", "web", "web", "ports: [{port: 80, targetPort: 8080}]"),
        INGRESS.to_owned(),
    ];
    let access = section(Section::Access, &documents);
    assert!(access.contains("\ncurl https://shop.example.com/\n"), "{access}");
}

#[test]
fn a_headless_service_is_forwarded_to_only_where_it_needs_no_translation() {
    let documents = [
        workload("StatefulSet", "shop", "db", "{containerPort: 5432}"),
        service("shop", "db", "db", "clusterIP: None, ports: [{port: 80, targetPort: 5432}]"),
        workload("StatefulSet", "shop", "mq", "{containerPort: 5672}"),
        service("shop", "mq", "mq", "clusterIP: None, ports: [{port: 5672}]"),
    ];
    let text = section(Section::Access, &documents);
    let commands: Vec<&str> = text.lines().filter(|line| line.starts_with("kubectl")).collect();
    assert_eq!(
        commands,
        ["kubectl port-forward -n shop svc/mq 5672:5672", "kubectl port-forward -n shop statefulset/db 5432:5432",]
    );
}

#[test]
fn a_port_that_a_kind_mapping_has_taken_is_not_forwarded_from() {
    let documents = [
        workload("Deployment", "shop", "web", "{containerPort: 8080}"),
        service("shop", "web", "web", "ports: [{port: 8080}]"),
        KIND.to_owned(),
    ];
    assert!(section(Section::Access, &documents).contains("svc/web 8081:8080"));
}

#[test]
fn dns_04_numbered_pods_have_names_below_their_headless_service() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {serviceName: db, replicas: 3, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, ports: [{containerPort: 5432}]}]}}}\n";
    let documents =
        [set.to_owned(), service("shop", "db", "db", "clusterIP: None, ports: [{port: 80, targetPort: 5432}]")];
    insta::assert_snapshot!(section(Section::Discovery, &documents), @"
    ### DNS names

    | In its own namespace | From any namespace |
    |---|---|
    | `db:5432` (headless) | `db.shop.svc.cluster.local:5432` |

    Pods with names of their own:

    - **db**: `db-0.db.shop.svc.cluster.local` to `db-2.db.shop.svc.cluster.local`
    ");
}

#[test]
fn calls_are_told_with_what_says_so_and_without_secrets() {
    let api = "apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: shop, annotations: {portolan.dev/name: API}}\nspec: {containers: [{name: api, env: [{name: DATABASE_URL, value: 'postgresql://u:s3cret@db.data:15432/x'}]}]}\n";
    let documents = [
        api.to_owned(),
        workload("Deployment", "data", "postgres", "{containerPort: 5432}"),
        service("data", "db", "postgres", "ports: [{port: 15432, targetPort: 5432}]"),
    ];
    let text = section(Section::Discovery, &documents);
    assert!(!text.contains("s3cret"));
    let calls: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(calls, ["- **API → postgres**: `db.data:15432` (`env DATABASE_URL`: `postgresql://…@db.data:15432`)"]);
}

#[test]
fn findings_are_told_by_severity_with_their_numbers_and_what_to_do() {
    let documents = [
        workload("Deployment", "shop", "checkout", "{containerPort: 9000}"),
        service(
            "shop",
            "checkout",
            "checkout",
            "type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 38080}]",
        ),
        service("shop", "named", "checkout", "ports: [{port: 80, targetPort: http}]"),
        service("shop", "nobody", "nobody", "ports: [{port: 80, name: a}, {port: 81, name: b}]"),
        INGRESS.replace("name: old, port: {number: 80}", "name: checkout, port: {number: 90}"),
        KIND.to_owned(),
    ];
    insta::assert_snapshot!(section(Section::Findings, &documents), @"
    Errors, which the API server rejects or which certainly cannot work:

    - ① **P003** port 80 of Service named has no endpoints: no container of Deployment checkout names a port `http` (`k8s/shop.yaml:17`)
      - the pods declare 9000: write one of these, or name it `http`
    - ② **P017** Ingress shop leads to port 90 of Service checkout, which has 80 (`k8s/shop.yaml:34`)
      - write `number: 80`

    Warnings, which are very likely wrong:

    - ③ **P042** port 8080 of the host machine leads to port 30080 of the node, where nothing in the input listens (`k8s/shop.yaml:39`)
      - state `nodePort: 30080` in the Service that is meant
    - ④ **P002** Service checkout sends port 80 to port 8080 of its pods, but Deployment checkout declares only 9000 (`k8s/shop.yaml:12`)
      - write `targetPort: 9000` if that is where the pod listens; if a process listens on 8080, declare it: `containerPort: 8080`
    - ⑤ **P009** Service checkout asks for node port 38080, outside of 30000-32767: the API server rejects it unless its range was widened (`k8s/shop.yaml:12`)
      - write a number from the range, or leave nodePort out
    - ⑥ **P001** Service nobody selects no pod: no workload of namespace shop in the input has app=nobody (`k8s/shop.yaml:22`)
    - ⑦ **P016** Ingress shop leads to Service web, but namespace shop has no such Service in the input (`k8s/shop.yaml:33`)
    ");
}

#[test]
fn the_furthest_exposed_port_comes_first_with_what_opens_it() {
    let documents = [
        workload("Deployment", "shop", "web", "{containerPort: 8080}, {containerPort: 9090}"),
        workload("Deployment", "shop", "db", "{containerPort: 5432}"),
        service("shop", "web", "web", "type: NodePort, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]"),
        service("shop", "db", "db", "ports: [{port: 5432}]"),
        INGRESS.to_owned(),
        KIND.to_owned(),
    ];
    insta::assert_snapshot!(section(Section::Exposure, &documents), @"
    | Reachable from | Port | Through |
    |---|---|---|
    | Outside | Deployment web `8080` | Ingress `https://shop.example.com/`<br>host machine `localhost:8080`<br>node port `30080` |
    | Cluster | Deployment db `5432` | Service `db:5432` |
    | Pod address | Deployment web `9090` | - |

    - Outside: wherever the load balancer, Ingress or Gateway can be reached, the internet if its address is public.
    - Cluster: from every pod, through the Service.
    - Pod address: no Service leads to the port; other pods can dial the pod itself.

    NetworkPolicies, firewalls and security groups are not taken into account.
    ");
}

#[test]
fn several_namespaces_are_told_apart_and_long_lists_are_cut() {
    let mut documents = Vec::new();
    for namespace in ["a", "b"] {
        for letter in 'a'..='h' {
            let name = format!("app-{letter}");
            documents.push(workload("Deployment", namespace, &name, "{containerPort: 8080}"));
            documents.push(service(namespace, &name, &name, "ports: [{port: 8080}]"));
        }
    }
    let text = section(Section::Access, &documents);
    assert_eq!(text.matches("kubectl port-forward").count(), 12);
    assert_eq!(text.matches("Namespace `").count(), 2);
    assert!(text.ends_with("4 more like these: `--all` prints them too; `--namespace NAME` shows one namespace.\n"));
    let all = print(&documents, &Options { sections: vec![Section::Access], all: true, ..Options::default() });
    assert_eq!(all.matches("kubectl port-forward").count(), 16);
    assert!(all.contains("8095:8080"));
}

#[test]
fn names_that_look_like_markup_stay_names() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, labels: {app: a}, annotations: {portolan.dev/name: '<b>*x*</b> `id` $(id)'}}\nspec: {containers: [{name: a, ports: [{containerPort: 1, hostPort: 1}]}]}\n";
    let text = print(&[pod.to_owned()], &Options::default());
    let prose: String = text.split("```").step_by(2).collect();
    assert!(!prose.contains("<b>") && !prose.contains("`id`"), "{prose}");
    assert!(
        text.lines().filter(|line| line.starts_with("# b")).all(|line| line.starts_with("# b x /b id id")),
        "{text}"
    );
}

#[test]
fn nothing_is_said_of_nothing() {
    assert_eq!(
        print(&[], &Options::default()),
        "# Ports\n\n## Overview\n\nThere are no workloads and no Services here.\n"
    );
    assert_eq!(section(Section::Access, &[]), "\n");
}

#[test]
fn what_listens_and_routes_is_described_with_the_conditions_to_look_at() {
    let gateway = |version: &str, kind: &str, name: &str, spec: &str| {
        format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}\n")
    };
    const API: &str = "gateway.networking.k8s.io/v1";
    let mut documents = vec![
        gateway(API, "Gateway", "edge", "listeners: [{name: web, port: 80, protocol: HTTP}]"),
        gateway(API, "HTTPRoute", "web", "parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]"),
    ];
    let told = |documents: &[String]| section(Section::Troubleshooting, documents);
    let text = told(&documents);
    for wanted in [
        "# Gateway edge: Accepted, Programmed, Attached Routes of each listener, and the classes\n\
         kubectl describe gateway -n shop edge\nkubectl get gatewayclass\n",
        "# HTTPRoute web: Accepted and ResolvedRefs of each parent, with the reason where one is False\nkubectl describe httproute -n shop web\n",
    ] {
        assert!(text.contains(wanted), "no {wanted:?} in\n{text}");
    }
    documents.push(gateway(
        "networking.istio.io/v1",
        "Gateway",
        "edge",
        "servers: [{port: {number: 81, name: http, protocol: HTTP}, hosts: ['*']}]",
    ));
    assert!(told(&documents).contains("kubectl describe gateway.gateway.networking.k8s.io -n shop edge"));
}

/// Two namespaces with so many alike Services that not all are told.
fn many() -> Vec<String> {
    let app = |(namespace, index): (&'static str, usize)| {
        let name = format!("app-{index}");
        [
            workload("Deployment", namespace, &name, "{containerPort: 8080}"),
            service(namespace, &name, &name, "ports: [{port: 80, targetPort: 8080}]"),
        ]
    };
    (0..30).flat_map(|index| [("a", index), ("b", index)]).flat_map(app).collect()
}

#[test]
fn what_only_numbers_in_names_tell_apart_is_told_once_where_it_is_much() {
    let text = section(Section::Exposure, &many());
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| Cluster")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    | Cluster | Deployment app-N `8080` in a (30 alike, N from 0 to 29) | Service `app-N:80` |
    | Cluster | Deployment app-N `8080` in b (30 alike, N from 0 to 29) | Service `app-N:80` |
    ");
    let all = print(&many(), &Options { sections: vec![Section::Exposure], all: true, ..Options::default() });
    assert_eq!(all.matches("| Cluster").count(), 60);
    let table = section(Section::Ports, &many());
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| app-")).collect();
    insta::assert_snapshot!(rows.join("\n"), @"
    | app-N (30 alike, N from 0 to 29) | 8080 | 80 | - | Cluster Internal |
    | app-N (30 alike, N from 0 to 29) | 8080 | 80 | - | Cluster Internal |
    | app-N (30 alike, N from 0 to 29) | app-N:80 | - | - | - |
    | app-N (30 alike, N from 0 to 29) | app-N:80 | - | - | - |
    ");
}

#[test]
fn namespaces_that_only_numbers_tell_apart_are_told_as_one() {
    let app = |team: usize| {
        (0..20).flat_map(move |index| {
            let (namespace, name) = (format!("team-{team}"), format!("app-{}", team * 100 + index));
            [
                workload("Deployment", &namespace, &name, "{containerPort: 8080}"),
                service(&namespace, &name, &name, "ports: [{port: 80, targetPort: 8080}]"),
            ]
        })
    };
    let documents: Vec<String> = (1..=3).flat_map(app).collect();
    for (part, count) in [(Section::Ports, 2), (Section::Mapping, 2), (Section::Discovery, 1)] {
        let text = section(part, &documents);
        assert!(text.contains("Namespaces `team-1` … `team-3`:\n"), "{text}");
        assert!(!text.contains("Namespace `"), "{text}");
        assert_eq!(text.matches("(60 alike, N from 100 to 319").count(), count, "{text}");
        let all = print(&documents, &Options { sections: vec![part], all: true, ..Options::default() });
        assert!(all.contains("Namespace `team-2`:\n"), "{all}");
    }
}

#[test]
fn of_steps_that_only_numbers_tell_apart_a_few_are_told() {
    let text = section(Section::Access, &many());
    for namespace in ["a", "b"] {
        assert_eq!(text.matches(&format!("kubectl port-forward -n {namespace} ")).count(), 3, "{text}");
    }
    assert!(text.contains("\n54 more like these: "), "{text}");
}

#[test]
fn many_monitored_ports_are_told_in_short_and_not_beside_hidden_metrics() {
    let monitor = |index: usize| {
        let endpoints = "endpoints: [{port: http}]";
        format!(
            "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {{name: watch-{index}, namespace: a}}\n\
             spec: {{selector: {{}}, {endpoints}}}\n"
        )
    };
    let documents: Vec<String> = many().into_iter().chain((0..50).map(monitor)).collect();
    let text = section(Section::Discovery, &documents);
    assert_eq!(text.matches("(ServiceMonitor)").count(), 1, "{text}");
    assert!(text.contains("- **watch-N** (ServiceMonitor): port `http` of Service app-0, "), "{text}");
    let hidden = Hidden { hide: vec![Hide::Metrics] };
    let text = print(&documents, &Options { sections: vec![Section::Discovery], hidden, ..Options::default() });
    assert!(!text.contains("scrapes"), "{text}");
}

#[test]
fn many_workloads_without_ports_are_told_in_short() {
    let workers = (0..30).map(|index| workload("Deployment", "shop", &format!("worker-{index}"), ""));
    let others = [
        workload("DaemonSet", "shop", "logs", ""),
        workload("Deployment", "shop", "web", "{containerPort: 80}"),
        service("shop", "web", "web", "ports: [{port: 80}]"),
    ];
    let documents: Vec<String> = workers.chain(others).collect();
    let mapping = section(Section::Mapping, &documents);
    let line = "- **logs** (DaemonSet), **worker-N** (Deployment) (30 alike, N from 0 to 29): no ports\n";
    assert!(mapping.contains(line), "{mapping}");
    let overview = section(Section::Overview, &documents);
    assert!(
        overview.contains("stated: DaemonSet logs, Deployment worker-N (30 alike, N from 0 to 29).\n"),
        "{overview}"
    );
}

#[test]
fn ways_in_that_differ_in_their_route_only_are_one_line() {
    let path = |path: &str| {
        format!("{{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}")
    };
    let paths: Vec<String> = ["/a", "/b", "/c", "/d", "/e", "/f"].into_iter().map(path).collect();
    let documents = [
        workload("Deployment", "shop", "web", "{containerPort: 8080}"),
        service("shop", "web", "web", "ports: [{port: 80, targetPort: 8080}]"),
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: shop, namespace: shop}}\n\
             spec: {{rules: [{{http: {{paths: [{}]}}}}]}}\n",
            paths.join(", ")
        ),
    ];
    for (all, routes) in [(false, "*/a | */b | */c | */d | 2 more"), (true, "*/a | */b | */c | */d | */e | */f")] {
        let text = print(&documents, &Options { sections: vec![Section::Traffic], all, ..Options::default() });
        let line = format!("- `Client → Ingress shop:80 → {routes} → Service web:80 → Deployment web:8080`\n");
        assert!(text.starts_with(&line), "{text}");
    }
}

#[test]
fn the_overview_of_parts_links_to_them_and_counts_what_namespaces_have() {
    let limits =
        crate::view::flowchart::Limits { split: crate::view::flowchart::Split::Namespace, ..Default::default() };
    let text = print(&many(), &Options { limits, ..Options::default() });
    let told =
        |line: &&str| line.starts_with("| Namespace") || line.starts_with("| a ") || line.starts_with("In parts");
    let told: Vec<&str> = text.lines().filter(told).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    | Namespace | Workloads | Services | Ways in that end here |
    | a | 30 | 30 | 0 |
    In parts: [Namespace a](#namespace-a) · [Namespace b](#namespace-b)
    ");
    assert!(text.contains("\n### Namespace a\n"), "{text}");
}
