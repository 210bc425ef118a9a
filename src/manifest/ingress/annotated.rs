//! What the annotations of an Ingress tell: which controller it is written for, and the ports on which that one listens (ING-12, ING-16).

use std::collections::BTreeMap;

use super::super::object::{Object, find};
use super::super::{AwsTargets, Controller, Listener, Speaks, start_of, traefik};
use crate::source::Span;

/// Prefix of the annotations that ingress-nginx reads.
const NGINX: &str = "nginx.ingress.kubernetes.io/";

/// Prefix of the annotations that the AWS load balancer controller reads, and the usual name of its class.
const ALB: &str = "alb.ingress.kubernetes.io/";
const ALB_CLASS: &str = "alb";

/// The annotations of the latter that matter for ports.
const LISTEN_PORTS: &str = "alb.ingress.kubernetes.io/listen-ports";
const CERTIFICATE: &str = "alb.ingress.kubernetes.io/certificate-arn";
const TARGET_TYPE: &str = "alb.ingress.kubernetes.io/target-type";

/// The annotation of ingress-nginx that leaves TLS to the pods.
const PASSTHROUGH: &str = "nginx.ingress.kubernetes.io/ssl-passthrough";

/// The annotations of Traefik that matter for ports: the entry points, and whether TLS ends there.
const ENTRY_POINTS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";
const ROUTER_TLS: &str = "traefik.ingress.kubernetes.io/router.tls";

/// The controller that an Ingress is written for, where its annotations or its class prove it.
pub(super) fn controller(object: &Object<'_>, class: Option<&str>) -> Option<Controller> {
    let has = |prefix| object.meta.annotations.iter().flatten().any(|(key, _)| key.starts_with(prefix));
    if class == Some(ALB_CLASS) || (has(ALB) && !has(NGINX)) {
        return Some(Controller::Aws(match object.meta.annotation(TARGET_TYPE) {
            Some("instance") => AwsTargets::Nodes,
            Some(_) => AwsTargets::Pods,
            None => AwsTargets::Unstated,
        }));
    }
    has(NGINX).then_some(Controller::IngressNginx)
}

/// The listeners that annotations state; `None` where they state none that can be read.
pub(super) fn listeners(object: &Object<'_>, controller: Option<Controller>, tls: bool) -> Option<Vec<Listener>> {
    match controller {
        Some(Controller::Aws(_)) => of_balancer(object),
        Some(Controller::IngressNginx) => passed_through(object),
        None => entry_points(object, tls),
    }
}

/// ingress-nginx still takes plain requests; those over TLS it passes on as they are.
fn passed_through(object: &Object<'_>) -> Option<Vec<Listener>> {
    object.meta.annotation(PASSTHROUGH).filter(|value| *value == "true")?;
    let listener = |number, speaks| Listener {
        assumed: true,
        ..Listener::new(Some(number), speaks, annotation_place(object, PASSTHROUGH))
    };
    Some(vec![listener(80, Speaks::Http), Listener { passthrough: true, ..listener(443, Speaks::Https) }])
}

/// The entry points of Traefik, by name. TLS ends at `websecure`, and at every one where the Ingress says so.
fn entry_points(object: &Object<'_>, tls: bool) -> Option<Vec<Listener>> {
    let stated = object.meta.annotation(ENTRY_POINTS);
    let is_stated_tls = object.meta.annotation(ROUTER_TLS) == Some("true");
    let names = match (stated, is_stated_tls) {
        (Some(names), _) => names,
        (None, true) => traefik::ENCRYPTED,
        (None, false) => return None,
    };
    let at = annotation_place(object, if stated.is_some() { ENTRY_POINTS } else { ROUTER_TLS });
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let listener = |name: &str| {
        let is_encrypted = name == traefik::ENCRYPTED || is_stated_tls || tls && name != traefik::PLAIN;
        let speaks = if is_encrypted { Speaks::Https } else { Speaks::Http };
        Listener { name: Some(name.into()), assumed: true, ..Listener::new(traefik::number(name), speaks, at) }
    };
    Some(names.map(listener).collect()).filter(|listeners: &Vec<Listener>| !listeners.is_empty())
}

/// The ports of the load balancer that the AWS controller makes.
fn of_balancer(object: &Object<'_>) -> Option<Vec<Listener>> {
    match (object.meta.annotation(LISTEN_PORTS), object.meta.annotation(CERTIFICATE)) {
        (Some(text), _) => stated(text, annotation_place(object, LISTEN_PORTS)),
        (None, Some(_)) => {
            let at = annotation_place(object, CERTIFICATE);
            Some(vec![Listener { assumed: true, ..Listener::new(Some(443), Speaks::Https, at) }])
        }
        (None, None) => None,
    }
}

/// `[{"HTTP": 80}, {"HTTPS": 8443}]`
fn stated(text: &str, at: Span) -> Option<Vec<Listener>> {
    let ports: Vec<BTreeMap<String, u16>> = serde_json::from_str(text).ok()?;
    let mut listeners = Vec::new();
    for (speaks, number) in ports.into_iter().flatten() {
        let speaks = match speaks.as_str() {
            "HTTP" => Speaks::Http,
            "HTTPS" => Speaks::Https,
            _ => return None,
        };
        listeners.push(Listener::new(Some(number), speaks, at));
    }
    (!listeners.is_empty()).then_some(listeners)
}

/// Annotations have slashes and dots in their keys, but no more depth than others.
fn annotation_place(object: &Object<'_>, key: &str) -> Span {
    find(object.node, &["metadata", "annotations", key]).map_or_else(|| start_of(object.node), |node| node.span())
}
