//! Work shared among threads.

use std::num::NonZero;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Cuts a list into parts that together have at least so much of a `size` each; the last one may have less.
pub(crate) fn parts<T>(list: &[T], least: usize, size: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut sum = 0;
    let mut parts: Vec<&[T]> = Vec::new();
    let mut start = 0;
    for (behind, item) in (1..).zip(list) {
        sum += size(item);
        if sum >= least || behind == list.len() {
            parts.extend(list.get(start..behind));
            (start, sum) = (behind, 0);
        }
    }
    parts
}

/// Does some work for every part: on this thread, and on as many others as there are processors and parts for. Each of them adds
/// what it makes to a sum of its own; who takes which part is chance.
pub(crate) fn fold<T: Sync, S: Default + Send>(parts: &[T], work: impl Fn(&mut S, &T) + Sync) -> Vec<S> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(parts.len());
    let next = AtomicUsize::new(0);
    let take_all = || {
        let mut sum = S::default();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut sum, part);
        }
        sum
    };
    thread::scope(|scope| {
        // Without another thread this one does all.
        let start = || thread::Builder::new().spawn_scoped(scope, take_all).ok();
        let others: Vec<_> = (1..threads).filter_map(|_| start()).collect();
        let mut sums = vec![take_all()];
        sums.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|fault| panic::resume_unwind(fault))));
        sums
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_enough_and_leave_nothing_out() {
        let cut = |list: &[usize]| parts(list, 10, |size| *size).iter().map(|part| part.len()).collect::<Vec<_>>();
        assert_eq!(cut(&[]), [0usize; 0]);
        assert_eq!(cut(&[1]), [1]);
        assert_eq!(cut(&[4, 6, 30, 1, 1]), [2, 1, 2]);
        assert_eq!(cut(&[4, 4, 4]), [3]);
    }

    #[test]
    fn every_part_is_worked_on_once() {
        let parts: Vec<usize> = (0..1_000).collect();
        let sums = fold(&parts, |sum: &mut Vec<usize>, part| sum.push(*part));
        let mut all = sums.concat();
        all.sort_unstable();
        assert_eq!(all, parts);
    }
}
