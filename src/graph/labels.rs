//! An index of what has labels, by namespace and label: whoever selects by labels looks at few of them.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::manifest::Labels;

/// Ids of labelled things.
pub(super) struct LabelIndex<'r, Id> {
    by_label: HashMap<(&'r str, &'r str, &'r str), Vec<Id>>,
    by_namespace: BTreeMap<&'r str, Vec<Id>>,
}

impl<'r, Id: Copy> LabelIndex<'r, Id> {
    /// Indexes things by their namespace and labels. Its lists have their order.
    pub(super) fn new(things: impl Iterator<Item = (Id, &'r str, &'r Labels)>) -> Self {
        let by_label = HashMap::with_capacity(things.size_hint().1.unwrap_or_default());
        let mut index = Self { by_label, by_namespace: BTreeMap::new() };
        for (id, namespace, labels) in things {
            index.by_namespace.entry(namespace).or_default().push(id);
            for (key, value) in labels.iter() {
                index.by_label.entry((namespace, key, value)).or_default().push(id);
            }
        }
        index
    }

    /// The shortest list of a namespace that holds everything that has all of these labels.
    pub(super) fn candidates<'s>(
        &'s self,
        namespace: &'s str,
        labels: impl Iterator<Item = (&'s str, &'s str)>,
    ) -> &'s [Id] {
        let with = |(key, value)| self.by_label.get(&(namespace, key, value));
        let lists = labels.map(|label| with(label).map_or(&[][..], Vec::as_slice));
        lists.min_by_key(|list| list.len()).unwrap_or_else(|| self.all(namespace))
    }

    fn all(&self, namespace: &str) -> &[Id] {
        self.by_namespace.get(namespace).map_or(&[], Vec::as_slice)
    }

    /// Every namespace that something is in, in order.
    pub(super) fn namespaces(&self) -> impl Iterator<Item = &'r str> {
        self.by_namespace.keys().copied()
    }
}
