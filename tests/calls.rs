//! Who calls whom in well-known demonstrations, held against what their own documentation says.
//!
//! `PORTOLAN_CORPUS` names a folder with their manifests, as for `tests/corpus.rs`; without it this test says so and passes.
//! Calls that no manifest tells, since they stand in a program's source, are listed too, so that one sees what is missing.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stderr, reason = "a test that has nothing to test should say so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use portolan::graph::{HopKind, Owner, PortGraph, PortKind};
use portolan::manifest;
use portolan::source::{Source, Sources};

/// One demonstration.
struct App {
    /// Files and folders, below the corpus.
    manifests: &'static [&'static str],
    /// `caller -> Service:port [where: what]`, every call there is to find, in order.
    calls: &'static [&'static str],
    /// `caller -> Service`, what the documentation or the source tells and no manifest does.
    untold: &'static [&'static str],
}

const ONLINE_BOUTIQUE: App = App {
    manifests: &["online-boutique/kubernetes-manifests"],
    calls: &[
        "cartservice -> redis-cart:6379 [env REDIS_ADDR: redis-cart:6379]",
        "checkoutservice -> cartservice:7070 [env CART_SERVICE_ADDR: cartservice:7070]",
        "checkoutservice -> currencyservice:7000 [env CURRENCY_SERVICE_ADDR: currencyservice:7000]",
        "checkoutservice -> emailservice:5000 [env EMAIL_SERVICE_ADDR: emailservice:5000]",
        "checkoutservice -> paymentservice:50051 [env PAYMENT_SERVICE_ADDR: paymentservice:50051]",
        "checkoutservice -> productcatalogservice:3550 [env PRODUCT_CATALOG_SERVICE_ADDR: productcatalogservice:3550]",
        "checkoutservice -> shippingservice:50051 [env SHIPPING_SERVICE_ADDR: shippingservice:50051]",
        "frontend -> adservice:9555 [env AD_SERVICE_ADDR: adservice:9555]",
        "frontend -> cartservice:7070 [env CART_SERVICE_ADDR: cartservice:7070]",
        "frontend -> checkoutservice:5050 [env CHECKOUT_SERVICE_ADDR: checkoutservice:5050]",
        "frontend -> currencyservice:7000 [env CURRENCY_SERVICE_ADDR: currencyservice:7000]",
        "frontend -> productcatalogservice:3550 [env PRODUCT_CATALOG_SERVICE_ADDR: productcatalogservice:3550]",
        "frontend -> recommendationservice:8080 [env RECOMMENDATION_SERVICE_ADDR: recommendationservice:8080]",
        "frontend -> shippingservice:50051 [env SHIPPING_SERVICE_ADDR: shippingservice:50051]",
        "loadgenerator -> frontend:80 [env FRONTEND_ADDR: frontend:80]",
        "recommendationservice -> productcatalogservice:3550 [env PRODUCT_CATALOG_SERVICE_ADDR: productcatalogservice:3550]",
    ],
    untold: &[],
};

/// The addresses stand in the source of the programs.
const BOOKINFO: App = App {
    manifests: &["istio-samples/samples/bookinfo/platform/kube/bookinfo.yaml"],
    calls: &[],
    untold: &[
        "productpage-v1 -> details",
        "productpage-v1 -> reviews",
        "productpage-v1 -> ratings",
        "reviews-v2 -> ratings",
        "reviews-v3 -> ratings",
    ],
};

/// The variants of Bookinfo whose ratings are in a database.
const BOOKINFO_WITH_DATABASES: App = App {
    manifests: &[
        "istio-samples/samples/bookinfo/platform/kube/bookinfo-db.yaml",
        "istio-samples/samples/bookinfo/platform/kube/bookinfo-mysql.yaml",
        "istio-samples/samples/bookinfo/platform/kube/bookinfo-ratings-v2.yaml",
        "istio-samples/samples/bookinfo/platform/kube/bookinfo-ratings-v2-mysql.yaml",
        // Its database is a machine outside of the cluster.
        "istio-samples/samples/bookinfo/platform/kube/bookinfo-ratings-v2-mysql-vm.yaml",
    ],
    calls: &[
        "ratings-v2 -> mongodb:27017 [env MONGO_DB_URL: mongodb://mongodb:27017]",
        "ratings-v2-mysql -> mysqldb:3306 [env MYSQL_DB_HOST: mysqldb:3306]",
    ],
    untold: &[],
};

/// The addresses are in the source or in defaults of the programs, or come with the request (those that orders asks for carts
/// and users); one variable tells a database.
const SOCK_SHOP: App = App {
    manifests: &["sock-shop/deploy/kubernetes/manifests"],
    calls: &["user -> user-db:27017 [env mongo: user-db:27017]"],
    untold: &[
        "carts -> carts-db",
        "catalogue -> catalogue-db",
        "front-end -> carts",
        "front-end -> catalogue",
        "front-end -> orders",
        "front-end -> session-db",
        "front-end -> user",
        "orders -> carts",
        "orders -> orders-db",
        "orders -> payment",
        "orders -> shipping",
        "orders -> user",
        "queue-master -> rabbitmq",
        "shipping -> rabbitmq",
    ],
};

const SOCK_SHOP_WITH_TRACES: App = App {
    manifests: &["sock-shop/deploy/kubernetes/manifests-jaeger"],
    calls: &[
        "catalogue -> zipkin:9411 [env ZIPKIN: http://zipkin.jaeger.svc.cluster.local:9411]",
        "payment -> zipkin:9411 [env ZIPKIN: http://zipkin.jaeger.svc.cluster.local:9411]",
        "user -> zipkin:9411 [env ZIPKIN: http://zipkin.jaeger.svc.cluster.local:9411]",
    ],
    untold: &[],
};

const EMOJIVOTO: App = App {
    manifests: &["linkerd-demos/run.linkerd.io/public/emojivoto.yml"],
    calls: &[
        "vote-bot -> web-svc:80 [env WEB_HOST: web-svc.emojivoto:80]",
        "web -> emoji-svc:8080 [env EMOJISVC_HOST: emoji-svc.emojivoto:8080]",
        "web -> voting-svc:8080 [env VOTINGSVC_HOST: voting-svc.emojivoto:8080]",
    ],
    untold: &[],
};

/// The addresses stand in the source of the programs.
const VOTING_APP: App = App {
    manifests: &["example-voting-app/k8s-specifications"],
    calls: &[],
    untold: &["result -> db", "vote -> redis", "worker -> db", "worker -> redis"],
};

/// Flags in two words, a list of names that is for a certificate, and a webhook.
const PROXIES: App = App {
    manifests: &["contour/examples/contour", "ingress-nginx/deploy/static/provider/cloud"],
    calls: &[
        "envoy -> contour:8001 [args: contour:8001]",
        "kube-apiserver -> ingress-nginx-controller-admission:443 [ValidatingWebhookConfiguration ingress-nginx-admission: \
         https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses]",
    ],
    untold: &[],
};

/// Scrape targets in a mounted file, which also names the API server of every cluster.
const MONITORING: App = App {
    manifests: &["sock-shop/deploy/kubernetes/manifests-monitoring"],
    calls: &["prometheus-deployment -> kube-state-metrics:8080 [ConfigMap prometheus-configmap, key prometheus.yml: \
         kube-state-metrics.monitoring.svc.cluster.local:8080]"],
    untold: &[],
};

#[test]
fn demonstrations_call_whom_their_documentation_says() {
    let Some(corpus) = std::env::var_os("PORTOLAN_CORPUS") else {
        eprintln!("PORTOLAN_CORPUS names no folder, so no demonstration is tested");
        return;
    };
    let apps = [
        ONLINE_BOUTIQUE,
        BOOKINFO,
        BOOKINFO_WITH_DATABASES,
        SOCK_SHOP,
        SOCK_SHOP_WITH_TRACES,
        EMOJIVOTO,
        VOTING_APP,
        PROXIES,
        MONITORING,
    ];
    for app in &apps {
        let graph = graph(Path::new(&corpus), app.manifests);
        assert_eq!(calls(&graph), app.calls, "{:?}", app.manifests);
        assert_untold(&graph, app);
    }
}

/// What no manifest tells is between objects that are there, and is not found after all.
fn assert_untold(graph: &PortGraph, app: &App) {
    let callers: BTreeSet<&str> = graph.workloads().map(|(_, workload)| workload.id.name.as_str()).collect();
    let services: BTreeSet<&str> = graph.services().map(|(_, service)| service.id.name.as_str()).collect();
    for untold in app.untold {
        let (caller, service) = untold.split_once(" -> ").unwrap();
        assert!(callers.contains(caller) && services.contains(service), "{untold} is between strangers");
        assert!(!app.calls.iter().any(|call| call.starts_with(&format!("{untold}:"))), "{untold} is told");
    }
}

fn graph(corpus: &Path, manifests: &[&str]) -> PortGraph {
    let files: Vec<PathBuf> = manifests.iter().flat_map(|path| yaml_files(&corpus.join(path))).collect();
    let source = |path: &PathBuf| Source {
        name: path.display().to_string(),
        text: fs::read_to_string(path).unwrap().into(),
        explicit: false,
    };
    PortGraph::resolve(manifest::read(&Sources::new(files.iter().map(source).collect()), "default").roles)
}

/// The file itself, or those directly in the folder.
fn yaml_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let files: BTreeSet<PathBuf> = entries.filter(is_yaml).collect();
    files.into_iter().collect()
}

/// Every call, in alphabetical order.
fn calls(graph: &PortGraph) -> Vec<String> {
    let hops = graph.hops().filter(|(.., hop)| hop.kind == HopKind::Call);
    let lines: BTreeSet<String> = hops
        .map(|(_, from, to, hop)| {
            let (from, to) = (graph.port(from), graph.port(to));
            let name = |owner| match owner {
                Owner::ApiServer => "kube-apiserver",
                _ => graph.object(owner).map_or("nobody", |id| id.name.as_str()),
            };
            let evidence = hop.evidence.as_ref().unwrap();
            let end = match &to.kind {
                PortKind::Missing(missing) => format!("{missing:?}"),
                _ => format!("{}:{}", name(to.owner), to.number),
            };
            format!("{} -> {end} [{}: {}]", name(from.owner), evidence.place, evidence.text)
        })
        .collect();
    lines.into_iter().collect()
}
