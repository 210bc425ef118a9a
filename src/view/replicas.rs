//! Replicas of a pattern: names that differ in their numbers only, `web-1 … web-50`, and texts that differ in such names only.

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
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_cached_key(|name| natural(name));
    match names.as_slice() {
        [first, .., last] if first != last => format!("{first} … {last}"),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
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
