//! Kustomizations: which of them are whole topologies, which files they take in, and what they render to.
//!
//! What a kustomization refers to is found without reading YAML: a word of it that is the name of a file, or an item of a list that
//! is the name of a folder with a kustomization, is taken for a reference. kustomize alone decides what they mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::program::{self, Failure};

/// The files that make a folder a kustomization, as kustomize looks for them.
pub(super) const MARKERS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization renders to: with kustomize, else with the one that kubectl has in it. Plugins, functions and Helm stay
/// switched off, as they are by default.
pub(super) fn render(folder: &Path) -> Result<String, Failure> {
    let folder = program::whole(folder);
    match program::run("kustomize", &["build".into(), folder.clone()]) {
        Err(Failure::Missing) => program::run("kubectl", &["kustomize".into(), folder]),
        result => result,
    }
}

/// A kustomization that was met in a folder. Paths in it are canonical.
pub(super) struct Kustomization {
    /// A part for overlays to take in, which is no topology of its own.
    pub(super) is_component: bool,
    folders: BTreeSet<PathBuf>,
    /// The files that it takes in, itself among them.
    pub(super) files: BTreeSet<PathBuf>,
}

/// The kustomizations of an input by their canonical folders.
pub(super) type Kustomizations = BTreeMap<PathBuf, Kustomization>;

impl Kustomization {
    /// Looks at the file that makes a folder a kustomization.
    pub(super) fn read(folder: &Path, marker: &Path) -> Self {
        let text = fs::read_to_string(marker).unwrap_or_default();
        let (mut folders, mut files) = (BTreeSet::new(), BTreeSet::new());
        files.extend(fs::canonicalize(marker));
        for word in words(&text) {
            match fs::canonicalize(folder.join(word.text)) {
                Ok(path) if path.is_file() => files.insert(path),
                // Nothing can refer to a folder that it is itself in.
                Ok(path) if word.is_item && !folder.starts_with(&path) => folders.insert(path),
                _ => false,
            };
        }
        Self { is_component: is_component(&text), folders, files }
    }
}

/// Is the text that of a component: a part for overlays to take in?
pub(super) fn is_component(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "kind: Component")
}

/// A word of a text: an item of a list, or the value of a key.
struct Word<'t> {
    text: &'t str,
    is_item: bool,
}

/// The words that may be names, without comments.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let lines = lines.map(|line| line.split(" #").next().unwrap_or_default());
    lines.flat_map(|line| line.split(['[', ']', '{', '}', ',']).filter_map(word))
}

fn word(part: &str) -> Option<Word<'_>> {
    let part = part.trim().trim_start_matches("- ").trim();
    // `path: patch.yaml`, and `key=file` where files become keys of a ConfigMap
    let value = part.rsplit([' ', '=']).next()?;
    let is_item = value.len() == part.len() && !value.ends_with(':');
    let text = value.trim_matches(['"', '\'']);
    (!text.is_empty() && text != "-").then_some(Word { text, is_item })
}

/// What is rendered by itself, each with the folders of everything that it takes in, itself among them: what nothing else refers
/// to, components apart. Of kustomizations that refer to each other in a circle the first one counts, so that kustomize can tell.
pub(super) fn roots(all: &Kustomizations) -> BTreeMap<&Path, BTreeSet<&Path>> {
    let referred: BTreeSet<&PathBuf> = all.values().flat_map(|one| &one.folders).collect();
    let wholes = all.iter().filter(|(_, one)| !one.is_component).map(|(folder, _)| folder);
    let (inner, outer): (Vec<_>, Vec<_>) = wholes.partition(|folder| referred.contains(folder));
    let mut roots = BTreeMap::new();
    let mut reached = BTreeSet::new();
    for folder in outer.into_iter().chain(inner) {
        if !reached.contains(folder.as_path()) {
            let parts = reach(folder, all);
            reached.extend(parts.iter().copied());
            roots.insert(folder.as_path(), parts);
        }
    }
    roots
}

fn reach<'a>(folder: &'a Path, all: &'a Kustomizations) -> BTreeSet<&'a Path> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![folder]);
    while let Some(folder) = open.pop() {
        if let Some(one) = all.get(folder)
            && reached.insert(folder)
        {
            open.extend(one.folders.iter().map(PathBuf::as_path));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_items_of_lists_and_the_values_of_keys() {
        let text = "namespace: prod # not staging\nresources:\n- ../base\n  - \"a b.yaml\" \n# - old.yaml\nbases: [../x, 'y']\ncomponents: [\n  z,\n]\npatches:\n- path: p.yaml\n- {path: q.yaml}\nfiles:\n- k=f.conf\n";
        let found: Vec<_> = words(text).map(|word| (word.text, word.is_item)).collect();
        let items: Vec<_> = found.iter().filter(|(_, is_item)| *is_item).map(|(text, _)| *text).collect();
        assert_eq!(items, ["../base", "../x", "y", "z"]);
        for value in ["prod", "p.yaml", "q.yaml", "f.conf"] {
            assert!(found.contains(&(value, false)), "{value}");
        }
        assert!(!found.iter().any(|(text, _)| text.contains("old") || text.contains("staging")));
    }

    fn tree(edges: &[(&str, &[&str])]) -> Kustomizations {
        let one = |to: &[&str]| Kustomization {
            is_component: false,
            folders: to.iter().map(PathBuf::from).collect(),
            files: BTreeSet::new(),
        };
        edges.iter().map(|(from, to)| (PathBuf::from(from), one(to))).collect()
    }

    fn roots_of(all: &Kustomizations) -> Vec<String> {
        roots(all).into_iter().map(|(root, parts)| format!("{} {}", root.display(), parts.len())).collect()
    }

    #[test]
    fn what_nothing_refers_to_is_a_root() {
        let all = tree(&[("base", &[]), ("dev", &["base", "elsewhere"]), ("prod", &["dev"]), ("alone", &[])]);
        assert_eq!(roots_of(&all), ["alone 1", "prod 3"]);
    }

    #[test]
    fn of_a_circle_the_first_is_a_root() {
        assert_eq!(roots_of(&tree(&[("b", &["c"]), ("c", &["b"]), ("a", &["b"])])), ["a 3"]);
        assert_eq!(roots_of(&tree(&[("b", &["c"]), ("c", &["b"])])), ["b 2"]);
    }

    #[test]
    fn a_component_is_no_root() {
        let mut all = tree(&[("base", &[]), ("part", &[])]);
        all.get_mut(Path::new("part")).unwrap().is_component = true;
        assert_eq!(roots_of(&all), ["base 1"]);
    }
}
