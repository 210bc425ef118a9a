//! Ports that a proxy takes from a ConfigMap: the TCP and UDP services of ingress-nginx (ING-13). The proxy's argument names the
//! ConfigMap, so only both together are a way in; it becomes a router like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::manifest::{
    Backend, Config, Container, Controller, Crossing, EnvValue, Listener, PortRef, Protocol, Roles, Route, Router,
    ServiceRef, Speaks, Takes, Target, Workload,
};

/// The arguments of ingress-nginx, with the names that such ConfigMaps mostly have.
const ARGUMENTS: &[(&str, &str, Protocol)] = &[
    ("--tcp-services-configmap", "tcp-services", Protocol::Tcp),
    ("--udp-services-configmap", "udp-services", Protocol::Udp),
];

/// A ConfigMap whose keys are ports of a proxy.
#[derive(Debug, Clone, Copy)]
pub struct StreamMap<'r> {
    /// The ConfigMap.
    pub config: &'r Config,
    /// What reads it.
    pub proxy: &'r Workload,
    /// What is spoken on all of its ports.
    pub protocol: Protocol,
    /// An argument of the proxy names it; if not, only its own name speaks for it.
    pub stated: bool,
}

/// One port of a proxy.
#[derive(Debug, Clone)]
pub struct Stream {
    /// The port on which the proxy listens.
    pub number: u16,
    /// Where it sends the traffic; its place is that of the value.
    pub to: ServiceRef,
}

impl StreamMap<'_> {
    /// Its ports, in order; what ingress-nginx cannot read is not among them.
    #[must_use]
    pub fn streams(&self) -> Vec<Stream> {
        let mut streams: Vec<Stream> = self
            .config
            .data
            .iter()
            .filter_map(|(key, (text, at))| {
                let (namespace, rest) = text.split_once('/')?;
                // Behind the port may stand `:PROXY`, once for each direction.
                let (service, rest) = rest.split_once(':')?;
                let port = rest.split(':').next()?;
                let port = port.parse().map_or_else(|_| PortRef::Name(port.into()), PortRef::Number);
                let (namespace, service) = (namespace.trim().to_owned(), service.to_owned());
                let to = ServiceRef {
                    namespace: namespace.into(),
                    service: service.into(),
                    service_at: *at,
                    port: Some(port),
                    at: *at,
                };
                Some(Stream { number: key.parse().ok()?, to })
            })
            .collect();
        streams.sort_by_key(|stream| stream.number);
        streams
    }
}

/// Every ConfigMap that a proxy of the input takes ports from, by the order of proxies.
pub(super) fn maps(roles: &Roles) -> Vec<StreamMap<'_>> {
    let mut maps = Vec::new();
    for proxy in &roles.workloads {
        for (argument, usual, protocol) in ARGUMENTS {
            let named = proxy.containers.iter().find_map(|container| value(argument, container, proxy));
            let (namespace, name, stated) = match named.as_deref().map(|named| named.split_once('/')) {
                Some(Some((namespace, name))) => (namespace, name, true),
                None if proxy.runs == Some(Controller::IngressNginx) => (proxy.id.namespace.as_str(), *usual, false),
                _ => continue,
            };
            let config = roles.config(namespace, name);
            maps.extend(config.map(|config| StreamMap { config, proxy, protocol: *protocol, stated }));
        }
    }
    maps
}

/// The value of an argument, `--name=value` or `--name value`, with the namespace of the pod filled in, which is how it is mostly told.
fn value(argument: &str, container: &Container, proxy: &Workload) -> Option<String> {
    let words = || container.words.iter().map(|(word, _)| word.as_str());
    let joined = || words().find_map(|word| word.strip_prefix(argument)?.strip_prefix('='));
    let apart = || words().skip_while(|word| *word != argument).nth(1);
    let text = joined().or_else(apart)?;
    let own = container.env.iter().filter(|env| env.value == EnvValue::Field("metadata.namespace".into()));
    Some(own.fold(text.to_owned(), |text, env| text.replace(&format!("$({})", env.name), &proxy.id.namespace)))
}

/// Adds a router for every such ConfigMap.
pub(super) fn add(roles: &mut Roles) {
    let mut routers: BTreeMap<_, Streams<'_>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    // Several proxies may read one ConfigMap.
    for map in maps(roles).into_iter().filter(|map| seen.insert((&map.config.id, map.protocol))) {
        let (_, streams) = routers.entry(&map.config.id).or_insert_with(|| (map.config, Vec::new()));
        streams.extend(map.streams().into_iter().map(|stream| (listener(&map, &stream), route(&map, stream))));
    }
    let added: Vec<_> = routers.into_values().filter(|(_, streams)| !streams.is_empty()).map(router).collect();
    roles.routers.extend(added);
    roles.routers.sort_by(|a, b| a.id.cmp(&b.id));
}

/// A ConfigMap, and the pairs that it makes.
type Streams<'r> = (&'r Config, Vec<(Listener, Route)>);

fn router((config, streams): Streams<'_>) -> Arc<Router> {
    let (listeners, routes): (Vec<_>, Vec<_>) = streams.into_iter().unzip();
    Arc::new(Router {
        controller: Some(Controller::IngressNginx),
        paired: true,
        crossing: Crossing::Free,
        listeners: listeners.into(),
        routes: routes.into(),
        ..Router::new(config.id.clone(), config.at)
    })
}

fn listener(map: &StreamMap<'_>, stream: &Stream) -> Listener {
    let speaks = if map.protocol == Protocol::Udp { Speaks::Udp } else { Speaks::Tcp };
    Listener { assumed: !map.stated, ..Listener::new(Some(stream.number), speaks, stream.to.at) }
}

fn route(map: &StreamMap<'_>, stream: Stream) -> Route {
    let at = stream.to.at;
    Route {
        takes: if map.protocol == Protocol::Udp { Takes::Udp } else { Takes::Tcp },
        host: None,
        path: None,
        path_type: None,
        conditions: [format!("port {}", stream.number)].into(),
        tls_only: false,
        tls: false,
        backends: [Backend::new(Target::Service(stream.to))].into(),
        redirect: None,
        at,
    }
}
