//! Work shared among threads.

use std::iter;
use std::num::NonZero;
use std::ops::Range;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
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

/// Cuts the places of a list of some length into ranges of so many; the last one may have fewer.
pub(crate) fn ranges(len: usize, many: u32) -> Vec<Range<u32>> {
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    (0..len).step_by(many as usize).map(|start| start..len.min(start.saturating_add(many))).collect()
}

/// Does some work for every part: on this thread, and on as many others as there are processors and parts for. Each of them adds
/// what it makes to a sum of its own, and closes that in the end; who takes which part is chance.
pub(crate) fn fold<T: Sync, S: Default + Send>(
    parts: &[T],
    work: impl Fn(&mut S, &T) + Sync,
    close: impl Fn(&mut S) + Sync,
) -> Vec<S> {
    let threads = processors().min(parts.len());
    let next = AtomicUsize::new(0);
    let take_all = || {
        let mut sum = S::default();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(&mut sum, part);
        }
        close(&mut sum);
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

/// How many things that a thread has made wait to be taken.
const WAITING: usize = 1;

/// Makes something of every part, on this thread and on as many others as there are processors and parts for, and has it taken on this
/// one in the order of the parts.
///
/// # Errors
/// What `take` fails with; nothing more is made or taken then.
pub(crate) fn in_order<T: Sync, M: Send, E>(
    parts: &[T],
    make: impl Fn(&T) -> M + Sync,
    mut take: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E> {
    let threads = processors().min(parts.len());
    let make = &make;
    thread::scope(|scope| {
        // Each thread has its turns, and waits when what it made is not taken yet.
        let start = |turn: usize| -> Option<Receiver<M>> {
            let (made, taken) = sync_channel(WAITING);
            let work = move || parts.iter().skip(turn).step_by(threads).try_for_each(|part| made.send(make(part)));
            thread::Builder::new().spawn_scoped(scope, work).ok().map(|_| taken)
        };
        // The first turn is this thread's own, as is that of a thread that cannot be started.
        let others: Vec<Option<Receiver<M>>> = iter::once(None).chain((1..threads).map(start)).collect();
        parts.iter().zip(others.iter().cycle()).try_for_each(|(part, other)| {
            let made = other.as_ref().and_then(|taken| taken.recv().ok());
            take(made.unwrap_or_else(|| make(part)))
        })
    })
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
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
    fn ranges_leave_no_place_out() {
        assert_eq!(ranges(0, 3), []);
        assert_eq!(ranges(7, 3), [0..3, 3..6, 6..7]);
    }

    #[test]
    fn every_part_is_worked_on_once() {
        let parts: Vec<usize> = (0..1_000).collect();
        let sums = fold(&parts, |sum: &mut Vec<usize>, part| sum.push(*part), |sum| sum.insert(0, 1_000));
        let mut all = sums.concat();
        all.retain(|part| *part < 1_000);
        all.sort_unstable();
        assert_eq!(all, parts);
    }

    #[test]
    fn what_is_made_of_parts_is_taken_in_their_order_until_something_fails() {
        let parts: Vec<usize> = (0..1_000).collect();
        let taken_until = |end: usize| {
            let mut taken = Vec::new();
            let take = |made: usize| {
                taken.push(made);
                if made == end { Err(made) } else { Ok(()) }
            };
            (in_order(&parts, |part| part * 2, take), taken)
        };
        let doubled: Vec<usize> = parts.iter().map(|part| part * 2).collect();
        assert_eq!(taken_until(1), (Ok(()), doubled));
        assert_eq!(taken_until(4), (Err(4), vec![0, 2, 4]));
    }
}
