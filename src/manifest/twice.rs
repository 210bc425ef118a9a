//! Objects that are defined more than once: the last definition counts, as for `kubectl apply`.

use std::collections::{BTreeMap, BTreeSet};

use super::ObjectId;
use crate::problem::{Place, Problem};
use crate::source::{SourceId, Sources, Span};

/// How many objects a message names.
const NAMED: usize = 3;
/// In how many files at most such definitions are told file by file.
const TOLD_APART: usize = 3;

/// A definition that does not count.
pub(super) struct Lost {
    id: ObjectId,
    at: Span,
    /// The definition that counts.
    by: Span,
}

impl Lost {
    /// Which object.
    pub(super) fn id(&self) -> &ObjectId {
        &self.id
    }
}

/// The first letters of an id, which are ordered as ids are.
type Letters = [u64; 4];

/// Sorts by id, and keeps the last definition of each (files are in the order of their names).
pub(super) fn keep_last<T>(roles: &mut Vec<T>, key: fn(&T) -> (&ObjectId, Span), lost: &mut Vec<Lost>) {
    // The objects are far apart in memory: most are told apart without going to them again and again.
    let mut lettered: Vec<(Letters, T)> = roles.drain(..).map(|role| (letters(key(&role).0), role)).collect();
    lettered.sort_by(|(letters, role), (others, other)| {
        letters.cmp(others).then_with(|| {
            let ((id, at), (other, elsewhere)) = (key(role), key(other));
            id.cmp(other).then(elsewhere.cmp(&at))
        })
    });
    lettered.dedup_by(|(letters, earlier), (others, later)| {
        let is_same = letters == others && key(earlier).0 == key(later).0;
        if is_same {
            let ((id, at), (_, by)) = (key(earlier), key(later));
            lost.push(Lost { id: id.clone(), at, by });
        }
        is_same
    });
    roles.extend(lettered.into_iter().map(|(_, role)| role));
}

fn letters(id: &ObjectId) -> Letters {
    // No byte of a text is 0xFF, so there is room for a zero between the parts, which comes before everything.
    let parts = [id.namespace.as_str(), id.name.as_str(), id.kind.as_str()];
    let bytes = parts.into_iter().flat_map(|part| part.bytes().map(|byte| byte.saturating_add(1)).chain([0]));
    let mut first = [[0; 8]; 4];
    first.as_flattened_mut().iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    first.map(u64::from_be_bytes)
}

/// One problem for each file with definitions that do not count; a single one where there are many such files.
pub(super) fn problems(mut lost: Vec<Lost>, sources: &Sources) -> Vec<Problem> {
    lost.sort_by_key(|lost| lost.at);
    let mut by_file: BTreeMap<SourceId, Vec<&Lost>> = BTreeMap::new();
    for lost in &lost {
        by_file.entry(lost.at.source).or_default().push(lost);
    }
    if by_file.len() > TOLD_APART {
        let within = format!("in {} files", by_file.len());
        return problem(&lost.iter().collect::<Vec<_>>(), &within, sources).into_iter().collect();
    }
    by_file.values().filter_map(|lost| problem(lost, "in this file", sources)).collect()
}

fn problem(lost: &[&Lost], within: &str, sources: &Sources) -> Option<Problem> {
    let first = lost.first()?;
    let message = if lost.len() == 1 {
        format!("{} is defined again at {}; the last definition counts", first.id, sources.location(first.by))
    } else {
        let objects: BTreeSet<&ObjectId> = lost.iter().map(|lost| &lost.id).collect();
        let names: Vec<String> = objects.iter().take(NAMED).map(ToString::to_string).collect();
        let more = objects.len().checked_sub(NAMED).filter(|more| *more > 0);
        let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
        let count = lost.len();
        format!("{count} definitions {within} do not count, for later ones replace them: {}{more}", names.join(", "))
    };
    let help = "read the variants of an application one at a time";
    Some(Problem::warning(Place::Span(first.at), message, Some(help.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    const WEB: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
    const API: &str = "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n";

    fn messages(files: &[String]) -> Vec<String> {
        let name = |index: usize| format!("{index}.yaml");
        let source =
            |(index, text): (usize, &String)| Source { name: name(index), text: text.as_str().into(), explicit: true };
        let sources = Sources::new(files.iter().enumerate().map(source).collect());
        let problems = super::super::read(&sources, "default").problems;
        problems.into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn first_letters_are_ordered_as_ids_are() {
        let long = "a".repeat(40);
        let names = ["", "\0", "\0a", "a", "a\0", "a-b", "ab", "é", "\u{10FFFF}", long.as_str()];
        let id = |(namespace, name, kind): (&str, &str, &'static str)| ObjectId {
            namespace: namespace.into(),
            name: name.into(),
            kind: kind.into(),
            group: "".into(),
        };
        let named =
            |namespace| names.iter().flat_map(move |name| [(namespace, *name, "Job"), (namespace, *name, "Pod")]);
        let ids: Vec<ObjectId> = names.iter().flat_map(|namespace| named(*namespace)).map(id).collect();
        for (a, b) in ids.iter().flat_map(|a| ids.iter().map(move |b| (a, b))) {
            let order = letters(a).cmp(&letters(b));
            assert!(order == a.cmp(b) || order.is_eq(), "{a} and {b}: {order:?}");
        }
        assert_ne!(letters(&id(("shop", "web", "Pod"))), letters(&id(("shop", "web", "Service"))));
    }

    #[test]
    fn one_definition_too_many_is_told_with_the_one_that_counts() {
        assert_eq!(
            messages(&[WEB.to_owned(), format!("{WEB}{API}")]),
            ["Service default/web is defined again at 1.yaml:3:18; the last definition counts"]
        );
    }

    #[test]
    fn several_in_one_file_are_told_together() {
        assert_eq!(
            messages(&[format!("{WEB}{API}---\n{WEB}"), format!("{WEB}{API}")]),
            ["3 definitions in this file do not count, for later ones replace them: \
                 Service default/api, Service default/web"]
        );
    }

    #[test]
    fn those_of_many_files_are_told_once() {
        let files: Vec<String> = (0..5).map(|_| WEB.to_owned()).collect();
        assert_eq!(
            messages(&files),
            ["4 definitions in 4 files do not count, for later ones replace them: Service default/web"]
        );
    }
}
