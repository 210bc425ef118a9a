//! Lists that are long or span namespaces: grouped by namespace where there are several, and cut where a reader would stop.

use super::super::markdown;
use super::Context;

/// An item and the namespace it is of; empty for what has none.
pub(super) struct Placed<T> {
    pub(super) namespace: String,
    pub(super) item: T,
}

/// The items of one namespace.
pub(super) struct Group<T> {
    /// Said only where there are several namespaces.
    pub(super) heading: Option<String>,
    pub(super) items: Vec<T>,
}

impl<T> Placed<T> {
    pub(super) fn new(namespace: &str, item: T) -> Self {
        Self { namespace: namespace.to_owned(), item }
    }
}

impl Context<'_> {
    /// Groups items by namespace, in the order of names; inside of a group they keep their order.
    pub(super) fn by_namespace<T>(&self, mut placed: Vec<Placed<T>>) -> Vec<Group<T>> {
        if self.namespaces.len() <= 1 {
            let items: Vec<T> = placed.into_iter().map(|placed| placed.item).collect();
            return if items.is_empty() { vec![] } else { vec![Group { heading: None, items }] };
        }
        placed.sort_by(|a, b| a.namespace.cmp(&b.namespace));
        let mut groups: Vec<(String, Vec<T>)> = Vec::new();
        for Placed { namespace, item } in placed {
            match groups.last_mut() {
                Some((last, items)) if *last == namespace => items.push(item),
                _ => groups.push((namespace, vec![item])),
            }
        }
        groups.into_iter().map(|(namespace, items)| Group { heading: Self::group_heading(&namespace), items }).collect()
    }

    fn group_heading(namespace: &str) -> Option<String> {
        (!namespace.is_empty()).then(|| format!("Namespace {}:", markdown::code(namespace)))
    }

    /// Cuts a list to `limit` items, and says what was left out. One more takes no more room than the line that says so.
    pub(super) fn cut<T>(&self, items: &mut Vec<T>, limit: usize, what: &str) -> Option<String> {
        let left_out = items.len().checked_sub(limit).filter(|count| *count > 1 && !self.all)?;
        items.truncate(limit);
        let narrower = if self.namespaces.len() > 1 { "; `--namespace NAME` shows one namespace" } else { "" };
        Some(format!("{left_out} more {what}: `--all` prints them too{narrower}."))
    }
}
