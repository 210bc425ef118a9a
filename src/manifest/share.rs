//! Work shared among threads; the results come in the order of the work, whoever did it.

use std::num::NonZero;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Cuts a list into parts that together have at least so much of a `size` each; the last one may have less.
pub(super) fn parts<T>(list: &[T], least: usize, size: impl Fn(&T) -> usize) -> Vec<&[T]> {
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

/// What `work` makes of each part, in order: on this thread, and on as many others as there are processors and parts for.
pub(super) fn each<T: Sync, R: Send>(parts: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(parts.len());
    if threads < 2 {
        return parts.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        parts.get(at).map(|part| (at, work(part)))
    };
    let take_all = || std::iter::from_fn(take).collect::<Vec<_>>();
    let mut done = thread::scope(|scope| {
        // Without another thread this one does all.
        let start = || thread::Builder::new().spawn_scoped(scope, take_all).ok();
        let others: Vec<_> = (1..threads).filter_map(|_| start()).collect();
        let mut done = take_all();
        for other in others {
            done.extend(other.join().unwrap_or_else(|fault| panic::resume_unwind(fault)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
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
    fn results_are_in_the_order_of_the_work() {
        let work: Vec<u64> = (0..1_000).collect();
        assert_eq!(each(&work, |number| number * 2), work.iter().map(|number| number * 2).collect::<Vec<_>>());
    }
}
