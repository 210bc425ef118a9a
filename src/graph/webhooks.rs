//! What the API server calls: webhooks and extension API servers, as far as their Services are in the input (SEMANTICS §8).

use std::collections::BTreeMap;

use super::ServicesByName;
use super::resolve::{Builder, Draft};
use super::router::position;
use super::{Evidence, Hop, HopKind, How, Missing, Number, Owner, PortKind, ServiceId};
use crate::manifest::{PortRef, Protocol, Roles, Service, ServiceType, Webhook, WebhookCall};

/// Adds a hop to every Service port that the API server calls.
pub(super) fn add(roles: &Roles, services: &ServicesByName<'_>, builder: &mut Builder) {
    let mut called: BTreeMap<Draft, Vec<(&Webhook, &WebhookCall)>> = BTreeMap::new();
    for webhook in &roles.webhooks {
        for call in &webhook.calls {
            if let Some((id, service)) = services.get(&call.service.namespace, &call.service.service) {
                called.entry(port(call, id, service, builder)).or_default().push((webhook, call));
            }
        }
    }
    for (to, calls) in called {
        let Some((webhook, call)) = calls.first() else { continue };
        let how = if call.is_stated { How::Stated } else { How::Defaulted };
        let evidence = Some(Box::new(Evidence { place: place(webhook, &calls).into(), text: address(call).into() }));
        let from = builder.client(Owner::ApiServer);
        let at = Some(call.service.at);
        builder.whole_hop(from, to, Hop { kind: HopKind::Call, how, evidence, parting: None, at });
    }
}

/// The port of the Service, or the hole where it should be. An alias has the ports of what it stands for (EN-01).
fn port(call: &WebhookCall, id: ServiceId, service: &Service, builder: &mut Builder) -> Draft {
    let ports = builder.services.get(id.0 as usize).map_or(&[][..], Vec::as_slice);
    let is_alias = service.kind == ServiceType::ExternalName;
    let found = position(service, call.service.port.as_ref(), Protocol::Tcp).map(|(position, _)| position);
    if let Some(port) = found.or(is_alias.then_some(0)).and_then(|position| ports.get(position)) {
        return *port;
    }
    let missing = Missing::service_port(&service.id.namespace, &service.id.name, PortRef::Number(call.port));
    builder.shared(Owner::Elsewhere, PortKind::Missing(missing), Number::Unknown, Protocol::Tcp, Some(call.service.at))
}

/// `APIService v1.metrics`, `ValidatingWebhookConfiguration web and 2 more`
fn place(first: &Webhook, calls: &[(&Webhook, &WebhookCall)]) -> String {
    let others = calls.iter().filter(|(webhook, _)| webhook.id != first.id).count();
    let name = format!("{} {}", first.id.kind, first.id.name);
    if others == 0 { name } else { format!("{name} and {others} more") }
}

/// `https://web.shop.svc:443/validate`
fn address(call: &WebhookCall) -> String {
    let (service, path) = (&call.service, call.path.as_deref().unwrap_or_default());
    format!("https://{}.{}.svc:{}{path}", service.service, service.namespace, call.port)
}
