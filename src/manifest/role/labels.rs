//! Labels, annotations, selectors: flat maps of text, of which there are very many with very few entries.

use std::collections::BTreeMap;
use std::mem;

use serde::Deserialize;

use crate::name::Name;

/// A flat map of text, in the order of its keys. It takes the room of its entries; a `BTreeMap` would take that of eleven.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "BTreeMap<Name, Name>")]
pub struct Labels(Box<[(Name, Name)]>);

impl Labels {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.find(key).ok()?;
        self.0.get(at).map(|(_, value)| value.as_str())
    }

    /// Gives a key a value, whether it had one or not.
    pub fn insert(&mut self, key: &str, value: &str) {
        match self.find(key) {
            Ok(at) => self.0.iter_mut().skip(at).take(1).for_each(|entry| entry.1 = value.into()),
            Err(at) => {
                let mut entries = mem::take(&mut self.0).into_vec();
                entries.insert(at, (key.into(), value.into()));
                self.0 = entries.into();
            }
        }
    }

    /// Every key with its value, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No entry at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

impl From<BTreeMap<Name, Name>> for Labels {
    fn from(labels: BTreeMap<Name, Name>) -> Self {
        Self(labels.into_iter().collect())
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(labels: BTreeMap<String, String>) -> Self {
        Self(labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<const N: usize> From<[(String, String); N]> for Labels {
    fn from(entries: [(String, String); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl Extend<(String, String)> for Labels {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| self.insert(&key, &value));
    }
}

impl FromIterator<(String, String)> for Labels {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(entries: I) -> Self {
        BTreeMap::from_iter(entries).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_behaves_as_a_map_in_the_order_of_keys() {
        let entry = |text: &str| (text[..1].to_owned(), text[1..].to_owned());
        let mut labels: Labels = ["b1", "a1", "b2"].map(entry).into_iter().collect();
        labels.extend(["c1", "a2"].map(entry));
        labels.insert("aa", "1");
        let entries: Vec<String> = labels.iter().map(|(key, value)| format!("{key}{value}")).collect();
        assert_eq!(entries, ["a2", "aa1", "b2", "c1"]);
        assert_eq!((labels.get("b"), labels.get("d")), (Some("2"), None));
    }
}
