//! Replicas of a pattern: names that differ in their numbers only, `web-1 … web-50`, and texts that differ in such names only.

use std::collections::{BTreeMap, BTreeSet};

/// What stands between the first and the last of a row of names.
pub(crate) const RANGE: &str = " … ";

/// Fewer replicas are told one by one.
const FEW: usize = 3;
/// What stands for the numbers in which rows differ, in the order of use; the last one for all that are left.
const LETTERS: &[&str] = &["N", "M", "K", "L"];

/// A name with numbers in it, and what it has in common with others of its kind.
#[derive(Debug, Clone)]
pub(crate) struct Pattern<'n> {
    name: &'n str,
    /// The name with `N` for every number: `web-N`.
    pub(crate) text: String,
}

impl<'n> Pattern<'n> {
    /// The pattern of a name; none where there is no number in it.
    pub(crate) fn new(name: &'n str) -> Option<Self> {
        let has_number = name.contains(|c: char| c.is_ascii_digit());
        has_number.then(|| Self { name, text: runs(name).iter().map(|run| run.pattern()).collect() })
    }

    /// A text with the pattern for every occurrence of the name.
    pub(crate) fn of(&self, text: &str) -> String {
        renamed(text, self.name, &self.text)
    }
}

/// What names of one pattern have in common: `N` stands for the numbers that differ.
pub(crate) fn common<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let mut common: Vec<Run<'n>> = names.next().map(runs).unwrap_or_default();
    for name in names {
        for (known, run) in common.iter_mut().zip(runs(name)) {
            if known.text != run.text {
                known.text = "N";
            }
        }
    }
    common.iter().map(|run| run.text).collect()
}

/// `web-1 … web-50`, in the order of the numbers; the name alone where there is one only.
pub(crate) fn range<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    match ends(names) {
        Some((first, last)) if first != last => format!("{first}{RANGE}{last}"),
        Some((first, _)) => first.to_owned(),
        None => String::new(),
    }
}

/// The first and the last in the order of the numbers.
pub(crate) fn ends<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<(&'n str, &'n str)> {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_cached_key(|name| natural(name));
    Some((names.first()?, names.last()?))
}

/// Rows of which those that only numbers in names tell apart are one, with `N` for these numbers: `web-N (50 alike, N from 1 to 50)`;
/// other numbers in the same row have other letters: `web-N in team-M`.
/// Rows of different places stay apart; numbers on their own, such as those of ports, are never left out. Its `cells` are the texts of a row.
pub(crate) fn folded<T, P: Ord>(
    mut rows: Vec<T>,
    place: impl Fn(&T) -> P,
    cells: impl Fn(&mut T) -> Vec<&mut String>,
) -> Vec<T> {
    let mut texts: Vec<Vec<String>> = Vec::with_capacity(rows.len());
    let mut alike: BTreeMap<(P, Vec<String>), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter_mut().enumerate() {
        let text: Vec<String> = cells(row).into_iter().map(|cell| cell.clone()).collect();
        let key = text.iter().map(|cell| without_numbers_of_names(cell)).collect();
        alike.entry((place(row), key)).or_default().push(at);
        texts.push(text);
    }
    let mut dropped = BTreeSet::new();
    for group in alike.into_values().filter(|group| group.len() >= FEW) {
        let [first, rest @ ..] = group.as_slice() else { continue };
        let of_group: Vec<&Vec<String>> = group.iter().filter_map(|at| texts.get(*at)).collect();
        let told = common_cells(&of_group);
        if let Some(row) = rows.get_mut(*first) {
            cells(row).into_iter().zip(told).for_each(|(cell, told)| *cell = told);
            dropped.extend(rest.iter().copied());
        }
    }
    let kept = rows.into_iter().enumerate().filter(|(at, _)| !dropped.contains(at));
    kept.map(|(_, row)| row).collect()
}

/// What cells of alike rows have in common; the first says how many rows there are, and what the letters stand for.
fn common_cells(rows: &[&Vec<String>]) -> Vec<String> {
    let count = rows.first().map_or(0, |row| row.len());
    let column = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(String::as_str).collect::<Vec<_>>();
    let mut letters = Letters::default();
    let mut told: Vec<String> = (0..count).map(|at| letters.told(&column(at))).collect();
    if let Some(first) = told.first_mut() {
        *first = format!("{first} ({} alike{})", rows.len(), letters.ranges());
    }
    told
}

/// What letters stand for: for each the numbers of every text. Numbers that are the same in all of the texts have one letter.
#[derive(Debug, Default)]
struct Letters<'t>(Vec<Vec<&'t str>>);

impl<'t> Letters<'t> {
    /// What texts have in common, with letters for the numbers that differ.
    fn told(&mut self, texts: &[&'t str]) -> String {
        let texts: Vec<Vec<Run<'t>>> = texts.iter().map(|text| runs(text)).collect();
        let count = texts.first().map_or(0, Vec::len);
        let of_run = |at: usize| texts.iter().filter_map(|runs| runs.get(at)).map(|run| run.text).collect::<Vec<_>>();
        (0..count).map(|at| self.letter(of_run(at))).collect()
    }

    /// The text that all have, else the letter for what they have.
    fn letter(&mut self, texts: Vec<&'t str>) -> &'t str {
        let first = texts.first().copied().unwrap_or_default();
        if texts.iter().all(|text| *text == first) {
            return first;
        }
        let at = self.0.iter().position(|known| *known == texts).unwrap_or(self.0.len());
        if at == self.0.len() {
            self.0.push(texts);
        }
        LETTERS.get(at).or(LETTERS.last()).copied().unwrap_or_default()
    }

    /// `, N from 1 to 50, M from 0 to 9`.
    fn ranges(&self) -> String {
        let range = |(letter, texts): (&&str, &Vec<&str>)| {
            let (least, most) = ends(texts.iter().copied())?;
            Some(format!(", {letter} from {least} to {most}"))
        };
        LETTERS.iter().zip(&self.0).filter_map(range).collect()
    }
}

/// A text with `N` for every number in a word that has letters too.
pub(crate) fn without_numbers_of_names(text: &str) -> String {
    let is_of_word = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = is_of_word(first);
        let end = rest.find(|c| is_of_word(c) != is_word).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        match Pattern::new(piece).filter(|_| piece.contains(char::is_alphabetic)) {
            Some(pattern) => out.push_str(&pattern.text),
            None => out.push_str(piece),
        }
        rest = after;
    }
    out
}

/// A key that puts `web-2` before `web-10`.
fn natural(name: &str) -> Vec<(usize, &str)> {
    let key = |run: &Run<'_>| if run.is_number { run.text.trim_start_matches('0').len() } else { 0 };
    runs(name).into_iter().map(|run| (key(&run), run.text)).collect()
}

/// A text with a new name for an old one, where it stands on its own: `s1` is not in `s10`.
pub(crate) fn renamed(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old).filter(|_| !old.is_empty()) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        out.push_str(before);
        let is_apart = !out.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        out.push_str(if is_apart { new } else { old });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A part of a name: only digits, or none.
#[derive(Debug, Clone, Copy)]
struct Run<'n> {
    text: &'n str,
    is_number: bool,
}

impl<'n> Run<'n> {
    fn pattern(&self) -> &'n str {
        if self.is_number { "N" } else { self.text }
    }
}

fn runs(name: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        runs.push(Run { text, is_number });
        rest = after;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_n_for_every_number_and_common_keeps_those_that_do_not_differ() {
        assert!(Pattern::new("web").is_none());
        assert_eq!(Pattern::new("k8s-web-12b").unwrap().text, "kNs-web-Nb");
        assert_eq!(common(["k8s-web-1", "k8s-web-20", "k8s-web-3"]), "k8s-web-N");
        assert_eq!(range(["web-10", "web-9", "web-100"]), "web-9 … web-100");
        assert_eq!((range(["web-1"]), range([])), ("web-1".to_owned(), String::new()));
    }

    #[test]
    fn rows_that_only_numbers_in_names_tell_apart_are_one() {
        let rows = |texts: &[&str]| -> Vec<Vec<String>> {
            texts.iter().map(|row| row.split('|').map(str::to_owned).collect()).collect()
        };
        let cases: [(&[&str], &[&str]); 6] = [
            (&["web-2|80", "db|1", "web-10|80", "web-1|80"], &["web-N (3 alike, N from 1 to 10)|80", "db|1"]),
            (&["web-1|80", "web-2|81", "web-3|82"], &["web-1|80", "web-2|81", "web-3|82"]),
            (&["web-1|80", "web-2|80"], &["web-1|80", "web-2|80"]),
            (&["x|a1:80", "x|a2:80", "x|a3:80"], &["x (3 alike, N from 1 to 3)|aN:80"]),
            (&["a1|b1.a1", "a2|b2.a2", "a3|b3.a3"], &["aN (3 alike, N from 1 to 3)|bN.aN"]),
            (&["a1|b0", "a2|b1", "a3|b0"], &["aN (3 alike, N from 1 to 3, M from 0 to 1)|bM"]),
        ];
        for (given, expected) in cases {
            assert_eq!(folded(rows(given), |_| (), |row| row.iter_mut().collect()), rows(expected));
        }
    }

    #[test]
    fn only_whole_names_are_renamed() {
        let cases = [
            ("s1 → s10, xs1, s1", "sN → s10, xs1, sN"),
            ("s1.example.com/s1", "sN.example.com/sN"),
            ("s1s1 s1", "s1s1 sN"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(Pattern::new("s1").unwrap().of(text), expected);
        }
    }
}
