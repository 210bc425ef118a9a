//! Changes: what differs about each port, field by field.

use std::collections::HashMap;

use super::{Mark, Value, value};
use crate::graph::{Number, Origin, Owner, PortGraph, PortId, PortKind, ServiceId, Union};
use crate::manifest::{ObjectId, Service, ServiceType};

/// What a change is about. The order is that of a request, from outside to the pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A Service itself: its type.
    Service,
    /// A port of the host machine.
    HostMapping,
    /// A port of a load balancer.
    LoadBalancer,
    /// An external IP.
    ExternalIp,
    /// A port of every node.
    NodePort,
    /// A port of the pod's node.
    HostPort,
    /// A port that a router listens on.
    Listener,
    /// A host and a path of a router.
    Route,
    /// A Service's `port`.
    ServicePort,
    /// A port of a workload's pods.
    ContainerPort,
    /// What a workload asks.
    Call,
}

impl Subject {
    /// What a port is told as; `None` for clients, targets outside and holes, which are told by what leads to them.
    pub(super) fn of(kind: &PortKind) -> Option<Self> {
        match kind {
            PortKind::HostMapping(_) => Some(Self::HostMapping),
            PortKind::LoadBalancer => Some(Self::LoadBalancer),
            PortKind::ExternalIp(_) => Some(Self::ExternalIp),
            PortKind::NodePort(_) => Some(Self::NodePort),
            PortKind::HostPort(..) => Some(Self::HostPort),
            PortKind::Listener(_) => Some(Self::Listener),
            PortKind::Route(_) => Some(Self::Route),
            PortKind::ServicePort => Some(Self::ServicePort),
            PortKind::ContainerPort(_) => Some(Self::ContainerPort),
            PortKind::Client | PortKind::External(_) | PortKind::Missing(_) => None,
        }
    }

    /// Do requests from outside of the cluster come in here? Those of a router come in by its routes.
    #[must_use]
    pub fn is_way_in(self) -> bool {
        match self {
            Self::HostMapping
            | Self::LoadBalancer
            | Self::ExternalIp
            | Self::NodePort
            | Self::HostPort
            | Self::Route => true,
            Self::Service | Self::Listener | Self::ServicePort | Self::ContainerPort | Self::Call => false,
        }
    }
}

/// A field, by the name that manifests have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The number of the port.
    Port,
    /// `name`
    Name,
    /// `protocol`
    Protocol,
    /// `appProtocol`
    AppProtocol,
    /// What a listener speaks.
    Speaks,
    /// `targetPort`
    TargetPort,
    /// The port of the node behind a port of the host machine.
    NodePort,
    /// The container that has the port.
    Container,
    /// `hostIP`, `listenAddress`, an external IP
    Address,
    /// `hostNetwork`
    HostNetwork,
    /// `host`
    Host,
    /// `path`
    Path,
    /// `pathType`
    PathType,
    /// What else has to hold.
    Conditions,
    /// The listeners that a route takes requests from.
    Listeners,
    /// What a route leads to.
    Backend,
    /// The ports behind a port.
    LeadsTo,
    /// `type` of a Service
    Type,
    /// `externalName`
    ExternalName,
    /// What a caller asks.
    Asks,
    /// Where a caller has the address from.
    Place,
}

/// A field and what it says in either graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Which field.
    pub field: Field,
    /// What it was; `None`: nothing.
    pub was: Option<Value>,
    /// What it is; `None`: nothing.
    pub now: Option<Value>,
}

/// Something that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub subject: Subject,
    /// Added, removed or changed.
    pub mark: Mark,
    /// Who the port belongs to, in the marked graph; of a call, who asks.
    pub owner: Owner,
    /// The port, in the marked graph; of a call, what is asked now; `None` where it is about a Service itself.
    pub port: Option<PortId>,
    /// The number before, where that is another one.
    pub was: Option<Number>,
    /// What is added or removed has all its fields here, what is changed those that differ.
    pub attributes: Vec<Attribute>,
}

/// Two graphs, their union, and where their ports are in it.
pub(super) struct Compared<'g> {
    pub(super) base: &'g PortGraph,
    pub(super) head: &'g PortGraph,
    pub(super) union: &'g Union,
    pub(super) places_of_base: HashMap<PortId, PortId>,
    pub(super) places_of_head: HashMap<PortId, PortId>,
}

impl<'g> Compared<'g> {
    pub(super) fn new(base: &'g PortGraph, head: &'g PortGraph, union: &'g Union) -> Self {
        let origins = || union.graph.ports().map(|(id, _)| id).zip(&union.ports);
        Self {
            base,
            head,
            union,
            places_of_base: origins().filter_map(|(id, origin)| Some((origin.base?, id))).collect(),
            places_of_head: origins().filter_map(|(id, origin)| Some((origin.head?, id))).collect(),
        }
    }

    /// What fields say on either side.
    fn attributes(&self, origin: Origin<PortId>) -> Vec<Attribute> {
        let was = origin.base.map(|id| value::values(self.base, id, &self.places_of_base)).unwrap_or_default();
        let now = origin.head.map(|id| value::values(self.head, id, &self.places_of_head)).unwrap_or_default();
        attributes(was, now)
    }
}

/// Every port and every Service that differs.
pub(super) fn changes(compared: &Compared<'_>) -> Vec<Change> {
    let ports = compared.union.graph.ports().zip(&compared.union.ports);
    let of_ports = ports.filter_map(|((id, port), origin)| {
        let subject = Subject::of(&port.kind).filter(|_| !goes_without_saying(compared, *origin))?;
        let mark = Mark::of(*origin);
        let mut attributes = compared.attributes(*origin);
        drop_plain_target(&mut attributes);
        if mark == Mark::Same {
            attributes.retain(|attribute| attribute.was != attribute.now);
        }
        let mark = if mark == Mark::Same && !attributes.is_empty() { Mark::Changed } else { mark };
        let was = origin.base.filter(|_| mark == Mark::Changed).map(|id| compared.base.port(id).number);
        let was = was.filter(|was| *was != port.number);
        (mark != Mark::Same).then_some(Change { subject, mark, owner: port.owner, port: Some(id), was, attributes })
    });
    of_ports.chain(of_services(compared)).collect()
}

/// A `targetPort` that is the port's own number on either side tells nothing.
fn drop_plain_target(attributes: &mut Vec<Attribute>) {
    let Some(Attribute { was, now, .. }) = attributes.iter().find(|attribute| attribute.field == Field::Port) else {
        return;
    };
    let (was, now) = (was.clone(), now.clone());
    attributes.retain(|one| one.field != Field::TargetPort || (&one.was, &one.now) != (&was, &now));
}

/// Is a port stated? The node port that comes with every load balancer is not, where nobody chose it; nor is a port that only a
/// `targetPort` speaks of.
pub(super) fn is_said(graph: &PortGraph, id: PortId) -> bool {
    let port = graph.port(id);
    match (&port.kind, port.owner) {
        (PortKind::NodePort(_), Owner::Service(service)) => {
            port.number != Number::Auto || graph.service(service).kind != ServiceType::LoadBalancer
        }
        (PortKind::ContainerPort(key), _) => key.declared,
        _ => true,
    }
}

/// Is a port stated on neither side?
fn goes_without_saying(compared: &Compared<'_>, origin: Origin<PortId>) -> bool {
    let was_said = origin.base.is_some_and(|id| is_said(compared.base, id));
    !was_said && !origin.head.is_some_and(|id| is_said(compared.head, id))
}

/// Services that both graphs have, and that are of another type than before.
fn of_services(compared: &Compared<'_>) -> Vec<Change> {
    let services = compared.base.roles().services.iter().map(|service| (&service.id, &**service));
    let before: HashMap<&ObjectId, &Service> = services.collect();
    let services = compared.union.graph.services();
    let change = |(id, service): (ServiceId, &Service)| {
        let before = before.get(&service.id)?;
        let mut attributes = attributes(of_service(before), of_service(service));
        attributes.retain(|attribute| attribute.was != attribute.now);
        let (mark, owner) = (Mark::Changed, Owner::Service(id));
        (!attributes.is_empty()).then_some(Change {
            subject: Subject::Service,
            mark,
            owner,
            port: None,
            was: None,
            attributes,
        })
    };
    services.filter_map(change).collect()
}

fn of_service(service: &Service) -> Vec<(Field, Value)> {
    let kind = if service.headless { "headless" } else { service.kind.as_str() };
    let name = service.external_name.clone().map(|name| (Field::ExternalName, Value::Text(name)));
    std::iter::once((Field::Type, Value::Text(kind.to_owned()))).chain(name).collect()
}

/// The fields of both sides, in their order.
pub(super) fn attributes(was: Vec<(Field, Value)>, now: Vec<(Field, Value)>) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> =
        now.into_iter().map(|(field, now)| Attribute { field, was: None, now: Some(now) }).collect();
    for (field, was) in was {
        match attributes.iter_mut().find(|attribute| attribute.field == field) {
            Some(attribute) => attribute.was = Some(was),
            None => attributes.push(Attribute { field, was: Some(was), now: None }),
        }
    }
    attributes.sort_by_key(|attribute| attribute.field);
    attributes
}
