//! Attaching: which listeners take the routes of routers that have none of their own (SEMANTICS §5.2, §5.3). References meet
//! routers in a hash table; the listeners of one router are few.

use hashbrown::{HashMap, HashSet};

use super::host::common_host;
use super::resolve::{Builder, Draft};
use super::{HopKind, How, Missing, NoListener, Number, Owner, PortKind, Refused, RouterId, elsewhere};
use crate::manifest::{
    LabelSelector, Labels, Listener, Namespaces, ObjectId, Operator, ParentRef, Protocol, Roles, Router,
};

/// The label that every namespace has, with its own name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A listener that a route is reached through.
#[derive(Clone, Copy)]
pub(super) struct Reached {
    pub(super) router: RouterId,
    /// Index into the router's listeners.
    pub(super) listener: usize,
    /// An index into the routes of the router that attaches.
    pub(super) route: usize,
    /// Whether the listener takes the route is not certain.
    pub(super) how: How,
}

/// Routers by id, and the labels of namespaces.
pub(super) struct Parents<'r> {
    roles: &'r Roles,
    routers: HashMap<&'r ObjectId, RouterId>,
    namespaces: HashMap<&'r str, &'r Labels>,
}

impl<'r> Parents<'r> {
    pub(super) fn new(roles: &'r Roles) -> Self {
        let routers = roles.routers.iter().zip((0..).map(RouterId)).map(|(router, id)| (&router.id, id));
        let namespaces = roles.namespaces.iter().map(|role| (role.id.name.as_str(), &role.labels));
        Self { roles, routers: routers.collect(), namespaces: namespaces.collect() }
    }

    /// The router that a reference names.
    pub(super) fn find(&self, parent: &ParentRef) -> Option<(RouterId, &'r Router)> {
        let id = *self.routers.get(&elsewhere::id(parent))?;
        Some((id, self.roles.routers.get(id.0 as usize)?))
    }

    /// Is a namespace among the chosen ones? `None`: that depends on labels that the input does not tell (GWY-06).
    fn chosen(&self, choice: &Namespaces, own: &str, asked: &str) -> Option<bool> {
        match choice {
            Namespaces::None => Some(false),
            Namespaces::Same => Some(own == asked),
            Namespaces::All => Some(true),
            Namespaces::Labelled(selector) => self.matches(selector, asked),
        }
    }

    fn matches(&self, selector: &LabelSelector, namespace: &str) -> Option<bool> {
        let stated = self.namespaces.get(namespace).copied();
        // What a label is: `None` where the input does not tell.
        let label = |key: &str| match (stated, key) {
            (Some(labels), _) => Some(labels.get(key)),
            (None, NAME_LABEL) => Some(Some(namespace)),
            (None, _) => None,
        };
        let labels = selector.labels.iter().map(|(key, value)| label(key).map(|label| label == Some(value)));
        let expressions =
            selector.expressions.iter().map(|one| label(&one.key).map(|label| holds(&one.operator, label)));
        let answers: Vec<Option<bool>> = labels.chain(expressions).collect();
        if answers.contains(&Some(false)) {
            return Some(false);
        }
        answers.iter().all(Option::is_some).then_some(true)
    }

    /// May a router add its listeners to those of its parent (GWY-08)? The refusal, where none takes them.
    pub(super) fn adopted(&self, router: &Router) -> Result<How, NoListener> {
        let mut refused = None;
        for (_, parent) in router.parents.iter().filter_map(|parent| self.find(parent)) {
            match self.chosen(&parent.adopts, &parent.id.namespace, &router.id.namespace) {
                Some(true) => return Ok(How::Stated),
                None => return Ok(How::Assumed),
                Some(false) => {
                    refused = Some(no_listener(parent, Refused::Listeners(router.id.namespace.to_string())));
                }
            }
        }
        refused.map_or(Ok(How::Stated), Err)
    }

    /// The listeners of a parent that take routes of this router, whatever their hosts, each with how certain that is.
    fn accepting(&self, router: &Router, parent: &ParentRef, of: &Router) -> Result<Vec<(usize, How)>, Refused> {
        let mut refused = Refused::Unmatched(parent.section.as_ref().map(ToString::to_string), parent.port);
        let mut found = Vec::new();
        for (index, listener) in of.listeners.iter().enumerate().filter(|(_, listener)| parent.means(listener)) {
            if !takes_kind(listener, &router.id) {
                refused = refused.max(Refused::Kind(router.id.kind.as_str()));
                continue;
            }
            match self.chosen(&listener.accepts.namespaces, &of.id.namespace, &router.id.namespace) {
                Some(true) => found.push((index, How::Stated)),
                None => found.push((index, How::Assumed)),
                Some(false) => refused = refused.max(Refused::Namespace(router.id.namespace.to_string())),
            }
        }
        if found.is_empty() { Err(refused) } else { Ok(found) }
    }
}

/// Does a label have what an expression asks of it?
fn holds(operator: &Operator, label: Option<&str>) -> bool {
    let is_one_of = |values: &[String]| label.is_some_and(|label| values.iter().any(|value| value == label));
    match operator {
        Operator::In(values) => is_one_of(values),
        Operator::NotIn(values) => !is_one_of(values),
        Operator::Exists => label.is_some(),
        Operator::DoesNotExist => label.is_none(),
    }
}

fn takes_kind(listener: &Listener, router: &ObjectId) -> bool {
    let is_it = |(group, kind): &(String, String)| router.group == *group && router.kind == *kind;
    listener.accepts.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(is_it))
}

pub(super) fn no_listener(router: &Router, why: Refused) -> NoListener {
    let id = &router.id;
    NoListener { kind: id.kind, namespace: id.namespace.to_string(), name: id.name.to_string(), why }
}

/// Joins the routes of a router to the listeners of its parents; a parent that takes none of them is a hole in front of them.
/// Returns the listeners that each is reached through.
pub(super) fn add(
    router: &Router,
    routes: &[Draft],
    listeners: &[Vec<Draft>],
    parents: &Parents<'_>,
    builder: &mut Builder,
) -> Vec<Reached> {
    let mut reached = Vec::new();
    let mut unreached = None;
    for parent in &router.parents {
        let Some((id, of)) = parents.find(parent) else { continue };
        let before = reached.len();
        match parents.accepting(router, parent, of) {
            Err(why) => add_hole(routes, no_listener(of, why), parent, builder),
            Ok(accepting) => {
                add_matching(router, (id, of), &accepting, &mut reached);
                if reached.len() == before {
                    add_hole(routes, no_listener(of, Refused::Host(hosts(router))), parent, builder);
                } else {
                    unreached = unreached.or(Some((parent, of)));
                }
            }
        }
        for one in &reached[before..] {
            let from = listeners[one.router.0 as usize][one.listener];
            builder.hop(from, routes[one.route], HopKind::Match, one.how, Some(parent.section_at));
        }
    }
    if let Some((parent, of)) = unreached {
        add_ignored(router, routes, &reached, (parent, of), builder);
    }
    reached
}

/// The routes whose hosts meet those of a listener (RT-04).
fn add_matching(
    router: &Router,
    (id, of): (RouterId, &Router),
    accepting: &[(usize, How)],
    reached: &mut Vec<Reached>,
) {
    for (route, role) in router.routes.iter().enumerate() {
        let meets = |listener: &Listener| {
            of.lets_in(listener, role) && common_host(listener.host.as_deref(), role.host.as_deref()).is_ok()
        };
        let meeting = accepting.iter().filter(|(listener, _)| of.listeners.get(*listener).is_some_and(meets));
        reached.extend(meeting.map(|(listener, how)| Reached { router: id, listener: *listener, route, how: *how }));
    }
}

/// Hosts that no listener takes, while others of the same router are taken: they are passed over silently.
fn add_ignored(
    router: &Router,
    routes: &[Draft],
    reached: &[Reached],
    (parent, of): (&ParentRef, &Router),
    builder: &mut Builder,
) {
    let taken: HashSet<usize> = reached.iter().map(|one| one.route).collect();
    for (route, role) in router.routes.iter().enumerate().filter(|(route, _)| !taken.contains(route)) {
        let why = Refused::Host(role.host.as_deref().unwrap_or_default().to_owned());
        add_hole(&routes[route..=route], no_listener(of, why), parent, builder);
    }
}

fn add_hole(routes: &[Draft], missing: NoListener, parent: &ParentRef, builder: &mut Builder) {
    let at = Some(parent.section_at);
    let kind = PortKind::Missing(Missing::Listener(Box::new(missing)));
    let from = builder.shared(Owner::Elsewhere, kind, Number::Unknown, Protocol::Tcp, at);
    for route in routes {
        builder.hop(from, *route, HopKind::Match, How::Stated, at);
    }
}

/// The hosts of a router's routes, as one text.
fn hosts(router: &Router) -> String {
    let mut hosts: Vec<&str> = router.routes.iter().filter_map(|route| route.host.as_deref()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    match hosts.as_slice() {
        [first, _, _, rest @ ..] => format!("{first} and {} more", rest.len() + 2),
        few => few.join(" and "),
    }
}
