//! The variables by which Kubernetes tells a container of the Services in its namespace (CLI-03).

use crate::manifest::{Protocol, Service, ServicePort};

/// The value of the variable `<SERVICE>_<rest>`, with the name of the Service where the container finds its address.
pub(super) fn value(service: &Service, rest: &str) -> Option<String> {
    let first = service.ports.first()?;
    let host = &service.id.name;
    match rest {
        "SERVICE_HOST" => Some(host.to_string()),
        "SERVICE_PORT" => Some(first.number.to_string()),
        "PORT" => Some(url(host, first)),
        _ => match rest.strip_prefix("SERVICE_PORT_") {
            Some(name) => named(service, name).map(|port| port.number.to_string()),
            None => numbered(service, rest.strip_prefix("PORT_")?),
        },
    }
}

fn named<'s>(service: &'s Service, name: &str) -> Option<&'s ServicePort> {
    let is_it = |port: &&ServicePort| port.name.as_deref().is_some_and(|own| upper(own) == name);
    service.ports.iter().find(is_it)
}

/// `<number>_<PROTOCOL>`, or one of its parts.
fn numbered(service: &Service, rest: &str) -> Option<String> {
    let host = &service.id.name;
    let mut words = rest.splitn(3, '_');
    let (number, protocol, part) = (words.next()?.parse::<u16>().ok()?, words.next()?, words.next());
    let is_it = |port: &&ServicePort| port.number == number && port.protocol.as_str() == protocol;
    let port = service.ports.iter().find(is_it)?;
    match part {
        None => Some(url(host, port)),
        Some("PROTO") => Some(lower(port.protocol)),
        Some("PORT") => Some(number.to_string()),
        Some("ADDR") => Some(host.to_string()),
        Some(_) => None,
    }
}

fn url(host: &str, port: &ServicePort) -> String {
    format!("{}://{host}:{}", lower(port.protocol), port.number)
}

fn lower(protocol: Protocol) -> String {
    protocol.as_str().to_lowercase()
}

/// A name as it stands in names of variables.
pub(super) fn upper(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}
