//! Ranks: the place of each box along the way of a request, as layered drawings give it, and which boxes hang together.

use super::chart::Chart;

/// The rank of each box: as late as the boxes that it leads to allow where more arrows leave than enter it, else as early as
/// the others allow. That keeps arrows short. With `free_first`, what stands in no frame comes before all frames. Arrows that close a cycle count for nothing.
pub(super) fn ranks(chart: &Chart, free_first: bool) -> Vec<usize> {
    let forward = forward_arrows(chart);
    let is_free = |id: usize| chart.boxes.get(id).is_some_and(|drawn| drawn.frames.is_empty());
    let waits = free_first && forward.iter().any(|(from, to)| is_free(*from) && !is_free(*to));
    let mut ranks: Vec<usize> = (0..chart.boxes.len()).map(|id| usize::from(waits && !is_free(id))).collect();
    // Without cycles no path is longer than the number of boxes.
    for _ in 0..chart.boxes.len() {
        let before = ranks.clone();
        for (from, to) in &forward {
            ranks[*to] = ranks[*to].max(ranks[*from] + 1);
        }
        if ranks == before {
            break;
        }
    }
    let mut order: Vec<usize> = (0..chart.boxes.len()).collect();
    order.sort_by_key(|id| std::cmp::Reverse(ranks[*id]));
    for id in order {
        let entering = forward.iter().filter(|(_, to)| *to == id).count();
        let next = || forward.iter().filter(|(from, _)| *from == id).map(|(_, to)| ranks[*to]);
        if let Some(first) = next().min()
            && entering <= next().count()
            && !(waits && is_free(id))
        {
            ranks[id] = first.saturating_sub(1);
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
