//! The entries of a mapping as kubectl's decoder sees them: `<<` applied (YAML-08), repeated keys told (YAML-06).

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;

use super::tree::{Document, Id, Node, Style};
use super::{SyntaxError, words};

/// Up to here, comparing every key with every other is faster than hashing them.
const FEW: usize = 16;

/// The plain key `<<`?
fn is_merge_key(key: Node<'_>) -> bool {
    key.style() == Style::Plain && key.text() == "<<"
}

/// Lists the entries of a mapping, when they are not simply its children: one that merges others, or repeats a key.
///
/// Entries are assigned in the order they are written, so a `<<` behind a key overrides it, as in kubectl.
pub(super) fn list_entries(
    document: &mut Document<'_>,
    mapping: Id,
    merges: bool,
) -> Result<Option<NonZeroU32>, SyntaxError> {
    if !merges && !repeats_a_key(document.node(mapping)) {
        return Ok(None);
    }
    let mut list = List::default();
    for (key, value) in document.node(mapping).entries() {
        if is_merge_key(key) {
            list.merge(key, value)?;
        } else {
            list.assign(key, value, Origin::Written);
        }
    }
    let List { entries, duplicates, .. } = list;
    document.duplicates.extend(duplicates);
    document.listed.push(entries);
    Ok(u32::try_from(document.listed.len()).ok().and_then(NonZeroU32::new))
}

fn repeats_a_key(mapping: Node<'_>) -> bool {
    let keys = || mapping.entries().map(|(key, _)| key.text());
    if keys().nth(FEW).is_some() {
        let mut seen = HashSet::new();
        return !keys().all(|key| seen.insert(key));
    }
    let mut rest = mapping.entries();
    while let Some((key, _)) = rest.next() {
        let text = key.text();
        if rest.clone().any(|(other, _)| other.says(text)) {
            return true;
        }
    }
    false
}

/// Where an entry comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Written,
    Merged,
}

/// The entries of a mapping, each name once.
#[derive(Default)]
struct List<'d> {
    entries: Vec<(Id, Id)>,
    duplicates: Vec<(Id, Id)>,
    /// Where in `entries` a name is, and where it came from last.
    places: HashMap<&'d str, (usize, Origin)>,
}

impl<'d> List<'d> {
    fn assign(&mut self, key: Node<'d>, value: Node<'d>, origin: Origin) {
        let entry = (key.id, value.id);
        let Some((place, before)) = self.places.get_mut(key.text()) else {
            self.places.insert(key.text(), (self.entries.len(), origin));
            self.entries.push(entry);
            return;
        };
        if let Some(old) = self.entries.get_mut(*place) {
            if (*before, origin) == (Origin::Written, Origin::Written) {
                self.duplicates.push((old.0, key.id));
            }
            *old = entry;
        }
        *before = origin;
    }

    /// Takes over the entries of one mapping, or of a list of them, of which the first counts most.
    fn merge(&mut self, key: Node<'d>, value: Node<'d>) -> Result<(), SyntaxError> {
        let mut mappings: Vec<_> = if value.is_sequence() { value.items().collect() } else { vec![value] };
        mappings.reverse();
        for mapping in mappings {
            if !mapping.is_mapping() {
                return Err(words::merge_needs_mappings(key.span()));
            }
            mapping.entries().for_each(|(key, value)| self.assign(key, value, Origin::Merged));
        }
        Ok(())
    }
}
