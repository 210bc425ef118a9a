//! Does a selector select? Yes, no, or perhaps: some labels cannot be known from the input.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;

use super::Doubt;
use crate::graph::select;
use crate::manifest::{LabelSelector, Labels, Operator, Roles, Workload};

/// An answer. `min` is "and", `max` is "or".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    No,
    Maybe(Doubt),
    Yes,
}

impl From<bool> for Match {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// One condition of a selector: a label of `matchLabels` asks for one of one value.
enum Condition<'s> {
    Label(&'s str),
    Expression(&'s Operator),
}

/// Every condition with the key it is about.
fn conditions(selector: &LabelSelector) -> impl Iterator<Item = (&str, Condition<'_>)> {
    let labels = selector.labels.iter().map(|(key, value)| (key, Condition::Label(value)));
    let expressions = selector.expressions.iter();
    labels.chain(expressions.map(|stated| (stated.key.as_str(), Condition::Expression(&stated.operator))))
}

impl Condition<'_> {
    /// Does it hold for a label that is there with this value, or not there (NET-01)?
    fn holds(&self, value: Option<&str>) -> bool {
        let is_one_of = |values: &[String]| value.is_some_and(|value| values.iter().any(|wanted| wanted == value));
        match self {
            Self::Label(wanted) => value == Some(wanted),
            Self::Expression(Operator::In(values)) => is_one_of(values),
            Self::Expression(Operator::NotIn(values)) => !is_one_of(values),
            Self::Expression(Operator::Exists) => value.is_some(),
            Self::Expression(Operator::DoesNotExist) => value.is_none(),
        }
    }
}

/// Do the pods of a workload match? Labels that its controller adds may have any value (SEL-04).
pub(super) fn pods(selector: &LabelSelector, workload: &Workload) -> Match {
    let one = |(key, condition): (&str, Condition<'_>)| match workload.labels.get(key) {
        None if select::may_be_added(workload, key) => Match::Maybe(Doubt::PodLabels),
        value => condition.holds(value).into(),
    };
    conditions(selector).map(one).min().unwrap_or(Match::Yes)
}

/// Are these labels selected?
pub(in crate::graph) fn has_labels(selector: &LabelSelector, labels: &Labels) -> bool {
    conditions(selector).all(|(key, condition)| condition.holds(labels.get(key)))
}

/// The label that every namespace has: its name.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// What is known of namespaces (NET-15).
pub(super) struct Namespaces<'r> {
    labels: HashMap<&'r str, &'r Labels>,
    /// Those that objects are in which state none, so that it may well be another one.
    assumed: BTreeSet<&'r str>,
}

impl<'r> Namespaces<'r> {
    pub(super) fn new(roles: &'r Roles) -> Self {
        let states_none = |workload: &&Arc<Workload>| {
            let found = roles.headers.binary_search_by(|header| header.id.cmp(&workload.id));
            found.ok().and_then(|at| roles.headers.get(at)).is_some_and(|header| !header.namespace_stated)
        };
        Self {
            labels: roles.namespaces.iter().map(|role| (role.id.name.as_str(), &role.labels)).collect(),
            assumed: roles.workloads.iter().filter(states_none).map(|role| role.id.namespace.as_str()).collect(),
        }
    }

    /// Does a namespace match?
    pub(super) fn matches(&self, selector: &LabelSelector, namespace: &str) -> Match {
        let is_assumed = self.assumed.contains(namespace);
        let labels = self.labels.get(namespace).filter(|_| !is_assumed);
        let one = |(key, condition): (&str, Condition<'_>)| match labels {
            _ if key == NAME_LABEL && is_assumed => Match::Maybe(Doubt::NamespaceName),
            _ if key == NAME_LABEL => condition.holds(Some(namespace)).into(),
            Some(labels) => condition.holds(labels.get(key)).into(),
            None => Match::Maybe(Doubt::NamespaceLabels),
        };
        conditions(selector).map(one).min().unwrap_or(Match::Yes)
    }
}
