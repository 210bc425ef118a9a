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
    let (mut entering, mut next) = (vec![0_usize; ranks.len()], vec![Vec::new(); ranks.len()]);
    for (from, to) in &forward {
        entering[*to] += 1;
        next[*from].push(*to);
    }
    for id in order {
        ranks[id] = match (next[id].iter().map(|to| ranks[*to]).min(), last) {
            (None, Some(last)) if is_apart(id) && entering[id] > 0 => last + 1,
            (Some(first), _) if entering[id] <= next[id].len() && !is_apart(id) => first.saturating_sub(1),
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
    let (mut is_target, mut targets) = (vec![false; chart.boxes.len()], vec![Vec::new(); chart.boxes.len()]);
    for arrow in &chart.arrows {
        is_target[arrow.to] = true;
        targets[arrow.from].push(arrow.to);
    }
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..chart.boxes.len()).partition(|id| !is_target[*id]);
    for start in first.into_iter().chain(rest) {
        visit(&targets, start, &mut state, &mut forward);
    }
    forward
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done,
}

/// `targets` are those of the arrows from every box.
fn visit(targets: &[Vec<usize>], start: usize, state: &mut [Visit], forward: &mut Vec<(usize, usize)>) {
    if state[start] != Visit::New {
        return;
    }
    state[start] = Visit::Open;
    // Open boxes, each with how many of its arrows were looked at.
    let mut path = vec![(start, 0)];
    while let Some((id, seen)) = path.last_mut() {
        let from = *id;
        let Some(to) = targets[from].get(*seen).copied() else {
            state[from] = Visit::Done;
            path.pop();
            continue;
        };
        *seen += 1;
        if state[to] == Visit::Open {
            continue;
        }
        forward.push((from, to));
        if state[to] == Visit::New {
            state[to] = Visit::Open;
            path.push((to, 0));
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
