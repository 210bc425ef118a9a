//! What the API server calls: Services of webhooks and of extension API servers (SEMANTICS §8). They state a `port` of the Service,
//! by default 443.

use serde::Deserialize;

use super::object::{Object, decode_at, find};
use super::{Lowered, PortRef, ServiceRef, Webhook, WebhookCall, start_of};
use crate::yaml::{DecodeError, Node};

/// Group of webhooks that admit objects.
pub(super) const ADMISSION: &str = "admissionregistration.k8s.io";
/// Group of definitions of custom resources.
pub(super) const DEFINITIONS: &str = "apiextensions.k8s.io";
/// Group of extension API servers.
pub(super) const AGGREGATION: &str = "apiregistration.k8s.io";

const DEFAULT_PORT: u16 = 443;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    namespace: Option<String>,
    name: Option<String>,
    port: Option<i32>,
    path: Option<String>,
}

/// ValidatingWebhookConfiguration, MutatingWebhookConfiguration.
pub(super) fn webhooks(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let webhooks = object.node.get("webhooks").into_iter().flat_map(Node::items);
    let references = webhooks.filter_map(|node| find(node, &["clientConfig"]));
    lower(object, references.collect(), lowered)
}

/// CustomResourceDefinition: what converts its objects between versions (v1, and v1beta1 as it was).
pub(super) fn definition(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let today = find(object.node, &["spec", "conversion", "webhook", "clientConfig"]);
    let node = today.or_else(|| find(object.node, &["spec", "conversion", "webhookClientConfig"]));
    lower(object, node.into_iter().collect(), lowered)
}

/// APIService: the extension API server of a group and version.
pub(super) fn api_service(object: &Object<'_>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    lower(object, find(object.node, &["spec"]).into_iter().collect(), lowered)
}

/// The `service` of each of these nodes. Where a `url` stands instead, it is outside of the cluster.
fn lower(object: &Object<'_>, nodes: Vec<Node<'_>>, lowered: &mut Lowered) -> Result<(), DecodeError> {
    let mut calls = Vec::new();
    for node in nodes {
        let stated: Option<Reference> = decode_at(node, &["service"])?;
        if let Some((reference, node)) = stated.zip(node.get("service")) {
            calls.extend(call(reference, node, lowered));
        }
    }
    if !calls.is_empty() {
        lowered.roles.webhooks.push(Webhook { id: object.id.clone(), at: object.at, calls });
    }
    Ok(())
}

fn call(reference: Reference, node: Node<'_>, lowered: &mut Lowered) -> Option<WebhookCall> {
    let place = |key: &str| node.get(key).map_or_else(|| start_of(node), Node::span);
    let at = place("port");
    let port = match reference.port {
        Some(number) => lowered.port(number, "the port", at)?,
        None => DEFAULT_PORT,
    };
    Some(WebhookCall {
        service: ServiceRef {
            namespace: reference.namespace?.into(),
            service: reference.name?.into(),
            service_at: place("name"),
            port: Some(PortRef::Number(port)),
            at: if reference.port.is_some() { at } else { place("name") },
        },
        port,
        is_stated: reference.port.is_some(),
        path: reference.path.filter(|path| !path.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::roles;
    use crate::manifest::Webhook;

    fn lowered(text: &str) -> Webhook {
        roles(text).webhooks.remove(0)
    }

    #[test]
    fn api_every_kind_names_a_service_of_any_namespace_and_its_port_by_default_443() {
        let service = "service: {namespace: a, name: s, path: /p, port: 8443}";
        for (version, kind, rest) in [
            (
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration",
                format!("webhooks: [{{clientConfig: {{{service}}}}}]"),
            ),
            (
                "admissionregistration.k8s.io/v1",
                "MutatingWebhookConfiguration",
                format!("webhooks: [{{clientConfig: {{{service}}}}}]"),
            ),
            ("apiregistration.k8s.io/v1", "APIService", format!("spec: {{{service}}}")),
            (
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                format!("spec: {{conversion: {{strategy: Webhook, webhook: {{clientConfig: {{{service}}}}}}}}}"),
            ),
            (
                "apiextensions.k8s.io/v1beta1",
                "CustomResourceDefinition",
                format!("spec: {{conversion: {{strategy: Webhook, webhookClientConfig: {{{service}}}}}}}"),
            ),
        ] {
            let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\n{rest}\n");
            let webhook = lowered(&text);
            assert_eq!(
                (webhook.id.kind.as_str(), webhook.id.namespace.as_str()),
                (kind, ""),
                "they are in no namespace"
            );
            let call = &webhook.calls[0];
            assert_eq!((call.service.namespace.as_str(), call.service.service.as_str()), ("a", "s"), "{kind}");
            assert_eq!((call.port, call.is_stated, call.path.as_deref()), (8443, true, Some("/p")), "{kind}");
            let call = &lowered(&text.replace(", port: 8443", "")).calls[0];
            assert_eq!((call.port, call.is_stated), (443, false), "{kind}");
        }
    }

    #[test]
    fn api_addresses_outside_of_the_cluster_are_left_alone() {
        let text = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: w}\n\
                    webhooks: [{clientConfig: {url: 'https://a.example.com/'}}, {}]\n";
        assert!(roles(text).webhooks.is_empty());
    }
}
