//! Turns: which part is made next, and what has been made and not been taken yet.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The turns of the threads that make something of parts, and of the one thread that takes it in their order.
pub(super) struct Turns<M> {
    parts: usize,
    ahead: usize,
    state: Mutex<State<M>>,
    changed: Condvar,
}

/// What was made of a part, or the panic that came of it.
type Made<M> = thread::Result<M>;

struct State<M> {
    /// The first part that no one has begun.
    next: usize,
    /// The first part that has not been taken.
    taken: usize,
    made: BTreeMap<usize, Made<M>>,
    /// Nothing more is taken.
    is_over: bool,
}

/// What the thread that takes does next.
pub(super) enum Turn<M> {
    Take(Made<M>),
    /// Nothing is there to be taken: it makes this part.
    Make(usize),
}

impl<M> Turns<M> {
    /// For so many parts, of which at most so many are begun before the first of them is taken: what was made of them is all in memory.
    pub(super) fn new(parts: usize, ahead: usize) -> Self {
        let state = State { next: 0, taken: 0, made: BTreeMap::new(), is_over: false };
        Self { parts, ahead, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The part that another thread makes next, once there is room for it; `None` when all are begun, or nothing more is taken.
    pub(super) fn next(&self) -> Option<usize> {
        let is_full = |state: &mut State<M>| !self.is_done(state) && !self.has_room(state);
        let mut state = self.changed.wait_while(self.state(), is_full).unwrap_or_else(PoisonError::into_inner);
        (!self.is_done(&state)).then(|| state.begin())
    }

    /// Keeps what was made of a part until it is taken.
    pub(super) fn put(&self, part: usize, made: Made<M>) {
        let mut state = self.state();
        state.made.insert(part, made);
        if part == state.taken {
            self.changed.notify_all();
        }
    }

    /// What the thread that takes does next; `None` when it has taken all.
    pub(super) fn turn(&self) -> Option<Turn<M>> {
        let mut state = self.state();
        while state.taken < self.parts {
            let first = state.taken;
            if let Some(made) = state.made.remove(&first) {
                let was_full = !self.has_room(&state);
                state.taken += 1;
                if was_full {
                    self.changed.notify_all();
                }
                return Some(Turn::Take(made));
            }
            if !self.is_done(&state) && self.has_room(&state) {
                return Some(Turn::Make(state.begin()));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Is no part left to be begun?
    fn is_done(&self, state: &State<M>) -> bool {
        state.is_over || state.next == self.parts
    }

    fn has_room(&self, state: &State<M>) -> bool {
        state.next < state.taken + self.ahead
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> State<M> {
    fn begin(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }
}

/// Ends the turns when the thread that takes leaves, for whatever reason: the others may be waiting for it.
pub(super) struct End<'t, M>(pub(super) &'t Turns<M>);

impl<M> Drop for End<'_, M> {
    fn drop(&mut self) {
        self.0.state().is_over = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_threads_makes_every_part_once_and_has_it_taken_in_order() {
        for (threads, ahead) in [(0, 1), (1, 1), (1, 3), (5, 1), (5, 15), (16, 2)] {
            let turns = Turns::new(2_000, ahead);
            let make = |part: usize| turns.put(part, Ok(part));
            let mut taken = Vec::new();
            thread::scope(|scope| {
                let _end = End(&turns);
                for _ in 0..threads {
                    scope.spawn(|| std::iter::from_fn(|| turns.next()).for_each(make));
                }
                while let Some(turn) = turns.turn() {
                    match turn {
                        Turn::Take(made) => taken.push(made.unwrap()),
                        Turn::Make(part) => make(part),
                    }
                }
            });
            assert_eq!(taken, (0..2_000).collect::<Vec<_>>(), "{threads} threads, {ahead} ahead");
        }
    }

    #[test]
    fn threads_that_wait_for_room_end_when_nothing_more_is_taken() {
        let turns = Turns::<usize>::new(100, 2);
        let made = thread::scope(|scope| {
            let maker =
                scope.spawn(|| std::iter::from_fn(|| turns.next()).inspect(|part| turns.put(*part, Ok(0))).count());
            drop(End(&turns));
            maker.join().unwrap()
        });
        assert!(made <= 2, "{made}");
    }
}
