//! Namespaces over what is in them: one, or several that have the same in them but for numbers in names.

use std::collections::{BTreeMap, BTreeSet};

use super::replicas::{self, Pattern};

/// Fewer namespaces are told one by one.
const FEW: usize = 3;

/// A namespace, or the first and the last of several that are told as one. It has no name for what belongs to no namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    first: String,
    last: Option<String>,
}

impl Place {
    pub(crate) fn new(namespace: &str) -> Self {
        Self { first: namespace.to_owned(), last: None }
    }

    /// The namespace, or the first of several.
    pub(crate) fn namespace(&self) -> &str {
        &self.first
    }

    /// Does what is here belong to no namespace?
    pub(crate) fn is_nowhere(&self) -> bool {
        self.first.is_empty()
    }

    /// Does it stand for several namespaces?
    pub(crate) fn is_several(&self) -> bool {
        self.last.is_some()
    }

    /// `Namespace shop`, `Namespaces team-1 … team-9`; the names as they are escaped.
    pub(crate) fn title(&self, escaped: impl Fn(&str) -> String) -> String {
        match &self.last {
            Some(last) => format!("Namespaces {} … {}", escaped(&self.first), escaped(last)),
            None => format!("Namespace {}", escaped(&self.first)),
        }
    }
}

/// Which namespaces are told as which place, from the lines in each of them.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<String, Place>);

impl Places {
    /// Namespaces are told as one where nothing but numbers in names tells apart what they are called and what is in them.
    pub(crate) fn of<'n>(lines: impl IntoIterator<Item = (&'n str, String)>) -> Self {
        let mut contents: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (namespace, line) in lines {
            contents.entry(namespace).or_default().insert(replicas::without_numbers_of_names(&line));
        }
        let mut alike: BTreeMap<(String, BTreeSet<String>), Vec<&str>> = BTreeMap::new();
        for (namespace, lines) in contents {
            if let Some(pattern) = Pattern::new(namespace) {
                alike.entry((pattern.text, lines)).or_default().push(namespace);
            }
        }
        let mut places = BTreeMap::new();
        for namespaces in alike.into_values().filter(|namespaces| namespaces.len() >= FEW) {
            let Some((first, last)) = replicas::ends(namespaces.iter().copied()) else { continue };
            let place = Place { first: first.to_owned(), last: Some(last.to_owned()) };
            places.extend(namespaces.into_iter().map(|namespace| (namespace.to_owned(), place.clone())));
        }
        Self(places)
    }

    /// The place of a namespace: where none is told with it, itself.
    pub(crate) fn place(&self, namespace: &str) -> Place {
        self.0.get(namespace).cloned().unwrap_or_else(|| Place::new(namespace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_with_the_same_in_them_are_one_place() {
        let lines = [
            ("team-2", "web-1: 80"),
            ("team-10", "web-7: 80"),
            ("team-9", "web-3: 80"),
            ("team-9", "web-4: 80"),
            ("team-3", "web-1: 81"),
            ("team-4", "web-1: 80"),
            ("team-4", "db: 5432"),
            ("prod", "web-1: 80"),
            ("", "web-1: 80"),
        ];
        let places = Places::of(lines.map(|(namespace, line)| (namespace, line.to_owned())));
        let title = |namespace: &str| places.place(namespace).title(str::to_owned);
        for namespace in ["team-2", "team-9", "team-10"] {
            assert_eq!(title(namespace), "Namespaces team-2 … team-10");
        }
        for namespace in ["team-3", "team-4", "prod"] {
            assert_eq!(title(namespace), format!("Namespace {namespace}"));
        }
        assert!(places.place("").is_nowhere());
    }

    #[test]
    fn two_namespaces_are_told_one_by_one() {
        let places = Places::of([("a1", "x".to_owned()), ("a2", "x".to_owned())]);
        assert!(!places.place("a1").is_several());
    }
}
