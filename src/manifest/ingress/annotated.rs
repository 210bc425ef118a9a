//! What the annotations of an Ingress tell: which controller it is written for, and the ports on which that one listens (ING-12, ING-16).

use std::collections::BTreeMap;

use super::super::object::{Object, find};
use super::super::{AwsTargets, Controller, Listener, Speaks, start_of};
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
pub(super) fn listeners(object: &Object<'_>, controller: Option<Controller>) -> Option<Vec<Listener>> {
    let Some(Controller::Aws(_)) = controller else { return None };
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
