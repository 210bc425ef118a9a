//! Lists that are long or span namespaces: grouped by namespace where there are several, alike lines told once, and cut where a
//! reader would stop.

use super::super::places::{Place, Places};
use super::super::{markdown, replicas};
use super::Context;

/// Longer lists tell what is alike once.
const LONG: usize = 40;
/// The most names in one line, unless all are asked for.
const NAMES: usize = 12;
/// The most lines of a list, unless all are asked for.
const LINES: usize = 100;

/// An item and where it is.
pub(super) struct Placed<T> {
    pub(super) place: Place,
    pub(super) item: T,
}

/// The items of one place.
pub(super) struct Group<T> {
    /// Said only where there are several namespaces.
    pub(super) heading: Option<String>,
    pub(super) items: Vec<T>,
}

impl<T> Placed<T> {
    /// An item of a namespace; empty for what has none.
    pub(super) fn new(namespace: &str, item: T) -> Self {
        Self { place: Place::new(namespace), item }
    }
}

impl Context<'_> {
    /// Groups items by namespace, in the order of names; inside of a group they keep their order.
    pub(super) fn by_namespace<T>(&self, mut placed: Vec<Placed<T>>) -> Vec<Group<T>> {
        if self.namespaces.len() <= 1 {
            let items: Vec<T> = placed.into_iter().map(|placed| placed.item).collect();
            return if items.is_empty() { vec![] } else { vec![Group { heading: None, items }] };
        }
        placed.sort_by(|a, b| a.place.cmp(&b.place));
        let mut groups: Vec<(Place, Vec<T>)> = Vec::new();
        for Placed { place, item } in placed {
            match groups.last_mut() {
                Some((last, items)) if *last == place => items.push(item),
                _ => groups.push((place, vec![item])),
            }
        }
        groups.into_iter().map(|(place, items)| Group { heading: Self::group_heading(&place), items }).collect()
    }

    fn group_heading(place: &Place) -> Option<String> {
        (!place.is_nowhere()).then(|| format!("{}:", place.title(markdown::code)))
    }

    /// Makes a long list one that can be read: alike lines of a namespace are told once, and the rest is cut. Its `cells` are the
    /// texts of a line. Also what is said of what was left out.
    pub(super) fn shortened<T>(
        &self,
        lines: Vec<Placed<T>>,
        what: &str,
        cells: impl Fn(&mut T) -> Vec<&mut String>,
    ) -> (Vec<Placed<T>>, Option<String>) {
        let mut lines = self.folded(lines, LONG, cells);
        let more = self.cut(&mut lines, LINES, what);
        (lines, more)
    }

    /// Tells alike lines of a namespace once, and alike namespaces, in a list that is longer than this.
    pub(super) fn folded<T>(
        &self,
        mut lines: Vec<Placed<T>>,
        long: usize,
        cells: impl Fn(&mut T) -> Vec<&mut String>,
    ) -> Vec<Placed<T>> {
        if lines.len() <= long || self.all {
            return lines;
        }
        let mut texts = Vec::with_capacity(lines.len());
        for line in &mut lines {
            let cells: Vec<&str> = cells(&mut line.item).into_iter().map(|cell| cell.as_str()).collect();
            texts.push(cells.join("\n"));
        }
        let places = Places::of(lines.iter().map(|line| line.place.namespace()).zip(texts));
        for line in &mut lines {
            line.place = places.place(line.place.namespace());
        }
        replicas::folded(lines, |line| line.place.clone(), |line| cells(&mut line.item))
    }

    /// The same of a list of single texts, by namespace.
    pub(super) fn short_list(&self, lines: Vec<Placed<String>>, what: &str) -> (Vec<Group<String>>, Option<String>) {
        let (lines, more) = self.shortened(lines, what, |line| vec![line]);
        (self.by_namespace(lines), more)
    }

    /// Names one after the other; of many, alike ones are told once, and of very many only the first.
    pub(super) fn enumerated(&self, mut names: Vec<String>) -> String {
        if names.len() > NAMES && !self.all {
            names = replicas::folded(names, |_| (), |name| vec![name]);
        }
        let more = names.len().checked_sub(NAMES).filter(|more| *more > 1 && !self.all);
        let more = more.map(|more| format!(" and {more} more"));
        names.truncate(if more.is_some() { NAMES } else { usize::MAX });
        format!("{}{}", names.join(", "), more.unwrap_or_default())
    }

    /// Cuts a list to `limit` items, and says what was left out. One more takes no more room than the line that says so.
    pub(super) fn cut<T>(&self, items: &mut Vec<T>, limit: usize, what: &str) -> Option<String> {
        let left_out = items.len().checked_sub(limit).filter(|count| *count > 1 && !self.all)?;
        items.truncate(limit);
        Some(self.more(left_out, what))
    }

    /// What is said of so many that were left out.
    pub(super) fn more(&self, left_out: usize, what: &str) -> String {
        let narrower = if self.namespaces.len() > 1 { "; `--namespace NAME` shows one namespace" } else { "" };
        format!("{left_out} more {what}: `--all` prints them too{narrower}.")
    }
}
