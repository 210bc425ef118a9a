//! P044: ingress-nginx, which is retired.

use super::{Check, Context, Finding, Severity, words};
use crate::manifest::Controller;

pub(super) const CHECK: Check = Check {
    id: "P044",
    name: "ingress-nginx-retired",
    title: "ingress-nginx is in use, which is retired",
    severity: "info, once for all of the input",
    what: "A pod with the image of ingress-nginx, or an Ingress with annotations that only ingress-nginx reads \
           (`nginx.ingress.kubernetes.io/…`). A class named `nginx` alone proves nothing: F5's controller is called so too.",
    why: "Maintenance of ingress-nginx ended in March 2026: there are no more fixes, those of security holes among them. The Ingress API itself stays.",
    fix: "Plan the move to another controller, or to the Gateway API. What the annotations do has to be said in another way there.",
    elsewhere: "",
    pedantic: false,
    run,
};

fn run(context: &Context<'_>, found: &mut Vec<Finding>) {
    let is_it = |controller| controller == Some(Controller::IngressNginx);
    let runs = context.graph.workloads().map(|(_, workload)| workload).find(|workload| is_it(workload.runs));
    if let Some(workload) = runs {
        let message = format!("{} runs ingress-nginx, which is retired since March 2026", words::name(&workload.id));
        let label = "no longer maintained".to_owned();
        found.push(CHECK.finding(Severity::Info, &workload.id, message, workload.at, label));
        return;
    }
    let written = || context.graph.routers().map(|(_, router)| router).filter(|router| is_it(router.controller));
    let Some(first) = written().next() else { return };
    let others = match written().count() - 1 {
        0 => String::new(),
        1 => " (and one more)".to_owned(),
        more => format!(" (and {more} more)"),
    };
    let name = words::name(&first.id);
    let message = format!("{name}{others} has annotations of ingress-nginx, which is retired since March 2026");
    let label = "only ingress-nginx reads its annotations".to_owned();
    found.push(CHECK.finding(Severity::Info, &first.id, message, first.at, label));
}

#[cfg(test)]
mod tests {
    use crate::check::tests::found_by;

    fn ingress(name: &str, annotation: &str) -> String {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, annotations: {{{annotation}}}}}\n\
             spec: {{ingressClassName: nginx, defaultBackend: {{service: {{name: s, port: {{number: 80}}}}}}}}\n---\n"
        )
    }

    fn deployment(image: &str) -> String {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: c}}\n\
             spec: {{template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: c, image: '{image}'}}]}}}}}}\n"
        )
    }

    #[test]
    fn ing_16_it_is_told_once_and_only_where_something_proves_it() {
        let proof = "nginx.ingress.kubernetes.io/proxy-body-size: 8m";
        let many = ingress("a", proof) + &ingress("b", proof);
        assert_eq!(
            found_by("P044", &many),
            [
                "info 3 `a`: Ingress a (and one more) has annotations of ingress-nginx, which is retired since March 2026"
            ]
        );
        assert_eq!(
            found_by("P044", &(many + &deployment("registry.k8s.io/ingress-nginx/controller:v1.13.0@sha256:00"))),
            ["info 13 `c`: Deployment c runs ingress-nginx, which is retired since March 2026"]
        );
        for other in [
            ingress("a", ""),
            ingress("a", "nginx.org/websocket-services: s"),
            deployment("nginx/nginx-ingress:5.0"),
            deployment("registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.5"),
        ] {
            assert!(found_by("P044", &other).is_empty(), "{other}");
        }
    }
}
