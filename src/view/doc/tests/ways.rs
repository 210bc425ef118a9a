//! Ways in: how local clusters are reached, and where the addresses of routers come from.

use super::*;

fn access(documents: &[String]) -> String {
    section(Section::Access, documents)
}

fn balancer(status: &str) -> String {
    service("shop", "web", "web", "type: LoadBalancer, ports: [{port: 80}]") + status
}

const ADDRESS: &str = "status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}\n";
const K3D: &str = "apiVersion: k3d.io/v1alpha5\nkind: Simple\n";

#[test]
fn loc_06_kind_has_load_balancers_only_with_another_program() {
    assert!(access(&[balancer(""), KIND.to_owned()]).contains("until cloud-provider-kind runs"));
    assert!(!access(&[balancer(ADDRESS), KIND.to_owned()]).contains("cloud-provider-kind"), "it has an address");
    assert!(!access(&[balancer(""), K3D.to_owned()]).contains("cloud-provider-kind"), "k3d brings its own");
}

#[test]
fn loc_09_loc_10_other_local_clusters_are_told_of_where_the_input_has_none() {
    let node_port = service("shop", "web", "web", "type: NodePort, ports: [{port: 80, nodePort: 30080}]");
    for (service, words) in [
        (node_port, ["minikube service NAME --url", "Docker Desktop usually answers on `localhost`"]),
        (balancer(""), ["`minikube tunnel`", "Docker Desktop bring load balancers of their own"]),
    ] {
        let alone = access(std::slice::from_ref(&service));
        assert!(words.iter().all(|words| alone.contains(words)), "{alone}");
        let in_kind = access(&[service, KIND.to_owned()]);
        assert!(words.iter().all(|words| !in_kind.contains(words)), "{in_kind}");
    }
}

const ISTIO: &str = "\
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, protocol: HTTP}, hosts: [shop.example.com]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: shop}
spec: {hosts: [shop.example.com], gateways: [edge], http: [{route: [{destination: {host: web, port: {number: 80}}}]}]}
";

#[test]
fn ist_a_gateway_has_the_address_of_the_service_in_front_of_its_proxies() {
    let web = service("shop", "web", "web", "ports: [{port: 80}]");
    let text = access(&[ISTIO.to_owned(), web.clone()]);
    assert!(text.contains("kubectl get services -A -l istio=ingressgateway\n"), "{text}");
    let proxies = |status: &str| {
        "apiVersion: v1\nkind: Service\nmetadata: {name: ingress, namespace: istio-system, labels: {istio: ingressgateway}}\n\
         spec: {type: LoadBalancer, ports: [{port: 80}]}\n"
            .to_owned()
            + status
    };
    let text = access(&[ISTIO.to_owned(), web.clone(), proxies("")]);
    assert!(text.contains("kubectl get service -n istio-system ingress\n"), "{text}");
    let text = access(&[ISTIO.to_owned(), web, proxies(ADDRESS)]);
    assert!(text.contains("echo '203.0.113.7 shop.example.com'"), "{text}");
}

#[test]
fn kna_the_url_is_asked_for_and_no_port_is_forwarded_to_a_service_without_pods() {
    let knative = "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: hello, namespace: shop}\n\
                   spec: {template: {spec: {containers: [{image: hello}]}}}\n";
    let text = access(&[knative.to_owned()]);
    assert!(text.contains(r#"curl "$(kubectl get ksvc -n shop hello -o 'jsonpath={.status.url}')""#), "{text}");
    assert!(!text.contains("port-forward"), "{text}");
    let status = "status: {url: 'http://hello.shop.example.com'}\n";
    assert!(access(&[format!("{knative}{status}")]).contains("curl http://hello.shop.example.com/"));
}

#[test]
fn trf_an_entry_point_without_a_number_is_asked_at_a_port_to_fill_in() {
    let route = |entry: &str, kind: &str, rule: &str| {
        format!(
            "apiVersion: traefik.io/v1alpha1\nkind: {kind}\nmetadata: {{name: r, namespace: shop}}\n\
             spec: {{entryPoints: [{entry}], routes: [{{match: '{rule}', services: [{{name: web, port: 80}}]}}]}}\n"
        )
    };
    let web = service("shop", "web", "web", "ports: [{port: 80}]");
    let ask = |route: String| access(&[route, web.clone()]);
    let http = "Host(`a.io`)";
    assert!(ask(route("web", "IngressRoute", http)).contains("curl http://a.io/\n"));
    assert!(ask(route("internal", "IngressRoute", http)).contains("curl http://a.io:<port>/\n"));
    assert!(ask(route("db", "IngressRouteTCP", "HostSNI(`*`)")).contains("nc -vz <router-ip> <port>\n"));
    let told = section(Section::Mapping, &[route("db", "IngressRouteTCP", "HostSNI(`*`)"), web.clone()]);
    assert!(told.contains("on `? (db)`"), "{told}");
}

#[test]
fn osr_ctr_the_status_tells_the_address() {
    let web = service("shop", "web", "web", "ports: [{port: 80}]");
    let route = "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: shop, namespace: shop}\n\
                 spec: {host: a.io, to: {kind: Service, name: web}}\n";
    let text = access(&[route.to_owned(), web.clone()]);
    assert!(text.contains("-n shop shop -o 'jsonpath={.status.ingress[0].routerCanonicalHostname}'"), "{text}");
    let proxy = "apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: {name: shop, namespace: shop}\n\
                 spec: {virtualhost: {fqdn: a.io}, routes: [{services: [{name: web, port: 80}]}]}\n";
    let text = access(&[proxy.to_owned(), web.clone()]);
    assert!(text.contains("kubectl get httpproxy -n shop shop -o"), "{text}");
    assert!(access(&[format!("{proxy}{ADDRESS}"), web]).contains("echo '203.0.113.7 a.io'"));
}

#[test]
fn a_dump_tells_the_addresses_of_nodes() {
    let node_port = service("shop", "web", "web", "type: NodePort, ports: [{port: 80, nodePort: 30080}]");
    let node = "apiVersion: v1\nkind: Node\nmetadata: {name: one}\nstatus: {addresses: [{type: InternalIP, address: 10.0.0.1}]}\n";
    let text = access(&[node_port, node.to_owned()]);
    assert!(text.contains("curl http://10.0.0.1:30080/\n"), "{text}");
    assert!(!text.contains("minikube"), "{text}");
}

#[test]
fn loc_08_a_port_of_the_machine_that_leads_to_an_ingress_is_asked_for_its_host() {
    let k3d = format!("{K3D}ports: [{{port: 8081:80}}, {{port: 8444:443}}]\n");
    let web = service("shop", "web", "web", "ports: [{port: 80}]");
    let text = access(&[k3d, web, INGRESS.to_owned()]);
    assert!(text.contains("curl --connect-to ::localhost:8081 http://shop.example.com/\n"), "{text}");
    assert!(text.contains("curl -k --connect-to ::localhost:8444 https://shop.example.com/\n"), "{text}");
}

#[test]
fn what_a_route_of_connections_leads_to_is_not_asked_for_a_page() {
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: TCPRoute\nmetadata: {name: r, namespace: shop}\n\
                 spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: db, port: 5432}]}]}\n";
    let db = service("shop", "db", "db", "ports: [{port: 5432}]");
    let pods = workload("Deployment", "shop", "db", "{containerPort: 5432}");
    let text = section(Section::Troubleshooting, &[route.to_owned(), db, pods]);
    assert!(text.contains("nc -vz db.shop.svc.cluster.local 5432"), "{text}");
    assert!(!text.contains("curl http"), "{text}");
}

#[test]
fn dns_05_pods_of_a_service_with_an_address_have_no_names_to_rely_on() {
    let names = |spec: &str| {
        let set = workload("StatefulSet", "shop", "db", "{containerPort: 5432}")
            .replace("  template:", "  serviceName: db\n  template:");
        section(Section::Discovery, &[set, service("shop", "db", "db", spec)])
            .contains("db-0.db.shop.svc.cluster.local")
    };
    assert!(names("clusterIP: None, ports: [{port: 5432}]"));
    assert!(!names("ports: [{port: 5432}]"));
}
