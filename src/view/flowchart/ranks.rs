//! Ranks: the place of each box along the way of a request, as layered drawings give it, and which boxes hang together.

use std::cmp::Reverse;

use super::chart::Chart;

/// What stands in no frame, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Free {
    /// Wherever its arrows are short.
    Anywhere,
    /// In front of all frames, or behind them, as its arrows run.
    Apart,
}

/// The rank of each box: as late as the boxes that it leads to allow where more arrows leave than enter it, else as early as
/// the others allow. That keeps arrows short. Arrows that close a cycle count for nothing.
pub(super) fn ranks(chart: &Chart, free: Free) -> Vec<usize> {
    let forward = forward_arrows(chart);
    let is_free = |id: usize| chart.boxes.get(id).is_some_and(|drawn| drawn.frames.is_empty());
    let is_apart = |id: usize| free == Free::Apart && is_free(id);
    let waits = forward.iter().any(|(from, to)| is_apart(*from) && !is_free(*to));
    let first = |id: usize| usize::from(waits && !is_free(id));
    let mut ranks = longest_paths(&forward, (0..chart.boxes.len()).map(first).collect());
    let last = (0..chart.boxes.len()).filter(|id| !is_free(*id)).map(|id| ranks[id]).max();
    let mut order: Vec<usize> = (0..chart.boxes.len()).collect();
    order.sort_by_key(|id| Reverse(ranks[*id]));
    for id in order {
        let entering = forward.iter().filter(|(_, to)| *to == id).count();
        let next = || forward.iter().filter(|(from, _)| *from == id).map(|(_, to)| ranks[*to]);
        ranks[id] = match (next().min(), last) {
            (None, Some(last)) if is_apart(id) && entering > 0 => last + 1,
            (Some(first), _) if entering <= next().count() && !is_apart(id) => first.saturating_sub(1),
            _ => ranks[id],
        };
    }
    ranks
}

/// Raises ranks until every arrow leads to a higher one.
fn longest_paths(forward: &[(usize, usize)], mut ranks: Vec<usize>) -> Vec<usize> {
    // Without cycles no path is longer than the number of boxes.
    for _ in 0..ranks.len() {
        let before = ranks.clone();
        for (from, to) in forward {
            ranks[*to] = ranks[*to].max(ranks[*from] + 1);
        }
        if ranks == before {
            break;
        }
    }
    ranks
}

/// The arrows that remain when those that close a cycle are put aside.
fn forward_arrows(chart: &Chart) -> Vec<(usize, usize)> {
    let mut state = vec![Visit::New; chart.boxes.len()];
    let mut forward = Vec::with_capacity(chart.arrows.len());
    let is_target = |id: usize| chart.arrows.iter().any(|arrow| arrow.to == id);
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..chart.boxes.len()).partition(|id| !is_target(*id));
    for start in first.into_iter().chain(rest) {
        visit(chart, start, &mut state, &mut forward);
    }
    forward
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done,
}

fn visit(chart: &Chart, start: usize, state: &mut [Visit], forward: &mut Vec<(usize, usize)>) {
    if state[start] != Visit::New {
        return;
    }
    state[start] = Visit::Open;
    // Arrows to look at next, with the box they leave open.
    let mut path = vec![(start, 0)];
    while let Some((id, skip)) = path.last_mut() {
        let from = *id;
        let next = chart.arrows.iter().enumerate().skip(*skip).find(|(_, arrow)| arrow.from == from);
        let Some((at, arrow)) = next else {
            state[from] = Visit::Done;
            path.pop();
            continue;
        };
        *skip = at + 1;
        if state[arrow.to] == Visit::Open {
            continue;
        }
        forward.push((from, arrow.to));
        if state[arrow.to] == Visit::New {
            state[arrow.to] = Visit::Open;
            path.push((arrow.to, 0));
        }
    }
}

/// How many parts of a chart are not joined by any arrow.
pub(super) fn part_count(chart: &Chart) -> usize {
    let mut part: Vec<usize> = (0..chart.boxes.len()).collect();
    for arrow in &chart.arrows {
        let (from, to) = (root(&part, arrow.from), root(&part, arrow.to));
        if let Some(parent) = part.get_mut(from) {
            *parent = to;
        }
    }
    part.iter().enumerate().filter(|(id, parent)| id == *parent).count()
}

fn root(part: &[usize], mut id: usize) -> usize {
    while let Some(parent) = part.get(id).filter(|parent| **parent != id) {
        id = *parent;
    }
    id
}
