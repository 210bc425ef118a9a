//! Routes that lead to another router (SEMANTICS §8, Contour's includes): its routes get the host of the router that listens, and
//! the paths and conditions of all that lead to it. What they become are routes like any other, of the router that states them,
//! attached to the listeners of the first one.

use std::mem;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use crate::manifest::{ObjectId, ParentRef, Roles, Route, Router, Target};
use crate::source::Span;

/// How many routes are made at most. Inclusions can double with every level; those of a real cluster are some hundreds.
const MOST: usize = 20_000;

/// One way from a router that listens to one that is included.
struct Inclusion {
    /// The routers on the way, the listening one first, the included one last.
    way: Vec<usize>,
    /// The route that leads to it, with all that those before it ask.
    by: Route,
    /// Place of the reference.
    at: Span,
}

/// What the ways to an included router make of it.
#[derive(Default)]
struct Included {
    routes: Vec<Route>,
    parents: Vec<ParentRef>,
    /// The routers whose listeners it is reached through.
    roots: HashSet<usize>,
}

/// Gives the routes of included routers what the including ones ask, and takes the references to them away. References to what is
/// not there stay.
pub(super) fn join(roles: &mut Roles) {
    let routers = &roles.routers;
    if routers.iter().all(|router| router.router_refs().next().is_none()) {
        return;
    }
    let ids: HashMap<ObjectId, usize> = (0..).zip(routers).map(|(at, router)| (router.id.clone(), at)).collect();
    let leads = |route: &Route| included(route, routers, &ids);
    let listening = (0..).zip(routers).filter(|(_, router)| !router.listeners.is_empty());
    let first = listening.flat_map(|(root, router)| router.routes.iter().map(move |route| (root, route)));
    let mut waiting: Vec<Inclusion> = first
        .filter_map(|(root, route)| {
            let (to, at) = leads(route)?;
            Some(Inclusion { way: vec![root, to], by: route.clone(), at })
        })
        .collect();
    let mut made = 0;
    let mut found: HashMap<usize, Included> = HashMap::new();
    while let Some(inclusion) = waiting.pop().filter(|_| made < MOST) {
        let [root, .., to] = inclusion.way[..] else { continue };
        let (Some(router), Some(listening)) = (routers.get(to), routers.get(root)) else { continue };
        let known = found.entry(to).or_default();
        if known.roots.insert(root) {
            known.parents.push(parent(listening, inclusion.at));
        }
        for own in router.routes.iter().filter(|own| own.takes == inclusion.by.takes) {
            made += 1;
            let route = joined(&inclusion.by, own);
            match leads(own) {
                Some((next, at)) => waiting.extend(inclusion.followed(next, route, at)),
                None => known.routes.push(route),
            }
        }
    }
    let dropped: Vec<Vec<bool>> =
        routers.iter().map(|router| router.routes.iter().map(|route| leads(route).is_some()).collect()).collect();
    settle(roles, &dropped, found);
}

impl Inclusion {
    /// The way one router further; `None` where it has been there already.
    fn followed(&self, next: usize, by: Route, at: Span) -> Option<Self> {
        let way = self.way.iter().copied().chain([next]).collect();
        (!self.way.contains(&next)).then_some(Self { way, by, at })
    }
}

/// The router of the input that a route leads to, and where it says so; one that listens itself is not included by any other.
fn included(route: &Route, routers: &[Arc<Router>], ids: &HashMap<ObjectId, usize>) -> Option<(usize, Span)> {
    route.backends.iter().find_map(|backend| match &backend.to {
        Target::Router(id, at) => {
            let to = *ids.get(id)?;
            routers.get(to).filter(|router| router.listeners.is_empty()).map(|_| (to, *at))
        }
        _ => None,
    })
}

/// A route as it is where another one leads to it.
fn joined(by: &Route, own: &Route) -> Route {
    let (path, path_type) = match (by.path.as_deref(), own.path.as_deref()) {
        (Some(before), Some("/")) if own.path_type.is_none() => (Some(before.into()), by.path_type),
        (Some(before), Some(path)) => (Some(format!("{}{path}", before.trim_end_matches('/')).into()), own.path_type),
        (before, path) => (before.or(path).map(Into::into), own.path_type),
    };
    Route {
        host: by.host.or(own.host),
        path,
        path_type,
        conditions: by.conditions.iter().chain(&own.conditions).cloned().collect(),
        ..own.clone()
    }
}

fn parent(of: &Router, at: Span) -> ParentRef {
    ParentRef {
        group: of.id.group,
        kind: of.id.kind,
        namespace: of.id.namespace,
        name: of.id.name,
        section: None,
        port: None,
        at,
        section_at: at,
    }
}

fn settle(roles: &mut Roles, dropped: &[Vec<bool>], mut found: HashMap<usize, Included>) {
    for (at, (router, dropped)) in roles.routers.iter_mut().map(Arc::make_mut).zip(dropped).enumerate() {
        if let Some(included) = found.remove(&at) {
            router.routes = included.routes.into();
            router.parents = mem::take(&mut router.parents).into_iter().chain(included.parents).collect();
            continue;
        }
        let mut dropped = dropped.iter();
        let routes = mem::take(&mut router.routes).into_iter();
        router.routes = routes.filter(|_| dropped.next() != Some(&true)).collect();
    }
}
