//! What several backends of a route that lead to one port are together: their weight, and the subsets of its pods that they name
//! (SEMANTICS §8).

use std::collections::BTreeMap;

use super::super::resolve::Draft;
use super::super::{How, Share, Subset};
use crate::manifest::{Backend, Purpose};

/// A target of a route, and a backend that leads to it.
pub(super) struct Chosen<'r> {
    pub(super) to: Draft,
    pub(super) how: How,
    pub(super) backend: &'r Backend,
}

/// Puts those together that lead to one port for the same purpose: the first backend of each target comes first.
pub(super) fn by_target<'c, 'r>(chosen: &'c mut [Chosen<'r>]) -> Vec<&'c [Chosen<'r>]> {
    let target = |chosen: &Chosen<'_>| (chosen.to, chosen.backend.purpose);
    chosen.sort_by_key(target);
    chosen.chunk_by(|a, b| target(a) == target(b)).collect()
}

/// The weights of the backends together.
pub(super) fn weight(chosen: &[Chosen<'_>]) -> u64 {
    chosen.iter().map(|chosen| u64::from(chosen.backend.weight)).sum()
}

/// The subsets that backends name, each with its weight of those of the whole route.
pub(super) fn subsets(chosen: &[Chosen<'_>], of: u64) -> Vec<Subset> {
    let mut weights: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    let backends = chosen.iter().map(|chosen| chosen.backend);
    for (backend, name) in backends.filter_map(|backend| Some((backend, backend.subset.as_ref()?.name.as_str()))) {
        let own = (backend.purpose == Purpose::Forward).then_some(u64::from(backend.weight));
        let sum = weights.entry(name).or_default();
        *sum = own.map(|own| own + sum.unwrap_or_default());
    }
    let share = |weight: u64| Share { weight, of };
    weights.into_iter().map(|(name, weight)| Subset { name: name.to_owned(), share: weight.map(share) }).collect()
}
