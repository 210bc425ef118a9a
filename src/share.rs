//! Work shared among threads.

mod turns;

use std::convert::Infallible;
use std::iter;
use std::num::NonZero;
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use turns::{End, Turn, Turns};

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
/// what it makes to a sum of its own; who takes which part is chance.
pub(crate) fn fold<T: Sync, S: Default + Send>(parts: &[T], work: impl Fn(&mut S, &T) + Sync) -> Vec<S> {
    let threads = processors().min(parts.len());
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

/// Does two things, at the same time where that is worth a thread.
pub(crate) fn both(is_worth_a_thread: bool, other: impl FnOnce() + Send, own: impl FnOnce()) {
    if !is_worth_a_thread || processors() == 1 {
        own();
        return other();
    }
    let waiting = Mutex::new(Some(other));
    // Whoever comes first: without another thread this one does it.
    let take = || waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    let run = || take().into_iter().for_each(|other| other());
    thread::scope(|scope| {
        thread::Builder::new().spawn_scoped(scope, run).ok();
        own();
        run();
    });
}

/// How many parts each thread may have begun before the first of them is taken.
const AHEAD: usize = 3;

/// Makes something of every part, on this thread and on as many others as there are processors and parts for, and has it taken on this
/// one in the order of the parts.
///
/// # Errors
/// What `take` fails with; nothing more is made or taken then.
pub(crate) fn in_order<T: Sync, M: Send, E>(
    parts: &[T],
    make: impl Fn(&T) -> M + Sync,
    take: impl FnMut(M) -> Result<(), E>,
) -> Result<(), E> {
    let ahead = AHEAD * processors();
    make_in_order(parts, ahead, make, || take)
}

/// The same while this thread does something `own`, which gives what takes: only then it takes what the others have made meanwhile,
/// and helps them with the rest.
pub(crate) fn beside<T: Sync, M: Send, F: FnMut(M)>(
    parts: &[T],
    make: impl Fn(&T) -> M + Sync,
    own: impl FnOnce() -> F,
) {
    let take = || {
        let mut take = own();
        move |made| -> Result<(), Infallible> {
            take(made);
            Ok(())
        }
    };
    let Ok(()) = make_in_order(parts, parts.len(), make, take);
}

/// Both of them: makes of every part, of which so many are begun `ahead` of the first that has not been taken.
fn make_in_order<T: Sync, M: Send, E, F: FnMut(M) -> Result<(), E>>(
    parts: &[T],
    ahead: usize,
    make: impl Fn(&T) -> M + Sync,
    begin: impl FnOnce() -> F,
) -> Result<(), E> {
    let turns = Turns::new(parts.len(), ahead);
    let make = |part: usize| {
        let made = panic::catch_unwind(AssertUnwindSafe(|| make(&parts[part])));
        turns.put(part, made);
    };
    let make_all = || iter::from_fn(|| turns.next()).for_each(make);
    thread::scope(|scope| {
        let _end = End(&turns);
        for _ in 1..processors().min(parts.len()) {
            // Without another thread this one does all.
            thread::Builder::new().spawn_scoped(scope, make_all).ok();
        }
        let mut take = begin();
        while let Some(turn) = turns.turn() {
            match turn {
                Turn::Take(made) => take(made.unwrap_or_else(|fault| panic::resume_unwind(fault)))?,
                Turn::Make(part) => make(part),
            }
        }
        Ok(())
    })
}

/// How many threads can run at the same time: asked for once, since the answer stands in files.
fn processors() -> usize {
    static PROCESSORS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
    *PROCESSORS
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
        let sums = fold(&parts, |sum: &mut Vec<usize>, part| sum.push(*part));
        let mut all = sums.concat();
        all.sort_unstable();
        assert_eq!(all, parts);
    }

    #[test]
    fn both_things_are_done_once() {
        for is_worth_a_thread in [false, true] {
            let (mut other, mut own) = (0, 0);
            both(is_worth_a_thread, || other += 1, || own += 1);
            assert_eq!((other, own), (1, 1));
        }
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

    #[test]
    fn what_is_made_beside_something_else_is_taken_in_order_behind_it() {
        let parts: Vec<usize> = (0..1_000).collect();
        let mut done = Vec::new();
        beside(
            &parts,
            |part| part + 1,
            || {
                done.push(0);
                |made| done.push(made)
            },
        );
        assert_eq!(done, (0..=1_000).collect::<Vec<_>>());
    }

    #[test]
    fn a_panic_while_something_is_made_reaches_the_caller() {
        let parts: Vec<usize> = (0..1_000).collect();
        let make = |part: &usize| assert_ne!(*part, 500, "this one cannot be made");
        let result = panic::catch_unwind(|| in_order(&parts, make, |()| Ok::<(), ()>(())));
        assert!(result.is_err());
    }
}
