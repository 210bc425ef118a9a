//! What several backends of a route that lead to one port are together: their weight, and the subsets of its pods that they name
//! (SEMANTICS §8).

use std::collections::BTreeMap;

use super::super::resolve::Draft;
use super::super::{How, Share, Subset};
use crate::manifest::{Backend, Purpose};

/// A target of a route, and the backends that lead to it.
pub(super) struct Chosen<'r> {
    pub(super) to: Draft,
    pub(super) how: How,
    /// At least one, all for the same purpose.
    pub(super) backends: Vec<&'r Backend>,
}

impl Chosen<'_> {
    pub(super) fn purpose(&self) -> Purpose {
        self.backends.first().map_or(Purpose::Forward, |backend| backend.purpose)
    }

    pub(super) fn weight(&self) -> u64 {
        self.backends.iter().map(|backend| u64::from(backend.weight)).sum()
    }
}

/// The subsets that backends name, each with its weight of those of the whole route.
pub(super) fn subsets(backends: &[&Backend], of: u64) -> Vec<Subset> {
    let mut weights: BTreeMap<&str, Option<u64>> = BTreeMap::new();
    for (backend, name) in backends.iter().filter_map(|backend| Some((backend, backend.subset.as_ref()?.name.as_str())))
    {
        let own = (backend.purpose == Purpose::Forward).then_some(u64::from(backend.weight));
        let sum = weights.entry(name).or_default();
        *sum = own.map(|own| own + sum.unwrap_or_default());
    }
    let share = |weight: u64| Share { weight, of };
    weights.into_iter().map(|(name, weight)| Subset { name: name.to_owned(), share: weight.map(share) }).collect()
}
