//! Where rendered objects come from: the marks that renderers leave in what they print, and the text split by them.
//!
//! helm writes `# Source: shop/templates/service.yaml` before each object; kustomize writes an annotation, where the kustomization
//! asks for it (`buildMetadata: [originAnnotations]`).

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::name_of;
use super::render::{Kind, Unit};
use crate::source::Source;

/// The rendered text as sources, one for each file that objects come from. What has no mark comes from the file that makes the
/// folder a chart or kustomization.
pub(super) fn sources(text: &str, unit: &Unit) -> Vec<Source> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for document in documents(text) {
        let file = match unit.kind {
            Kind::Chart => template(document),
            Kind::Kustomization => origin(document),
        };
        let path = file.map(|file| normal(&unit.folder.join(file))).filter(|path| path.is_file());
        let text = files.entry(name_of(path.as_deref().unwrap_or(&unit.marker))).or_default();
        if !text.is_empty() && !document.starts_with("---") {
            text.push_str("---\n");
        }
        text.push_str(document);
    }
    // Nobody named these files, but every document in them should be an object.
    files.into_iter().map(|(name, text)| Source { name, text: text.into(), explicit: true }).collect()
}

/// The documents of a text, each with the `---` that it starts with.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let mut starts: Vec<usize> = text.match_indices("\n---").map(|(at, _)| at + 1).collect();
    starts.insert(0, 0);
    let ends = starts.clone().into_iter().skip(1).chain([text.len()]);
    starts.into_iter().zip(ends).filter_map(|(start, end)| text.get(start..end)).filter(|text| !text.trim().is_empty())
}

/// The template that helm names, below the folder of the chart.
fn template(document: &str) -> Option<PathBuf> {
    let source = document.lines().take(2).find_map(|line| line.strip_prefix("# Source: "))?;
    let (_chart, file) = source.trim().split_once('/')?;
    let path = PathBuf::from(file);
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

/// The file that kustomize names, as seen from the kustomization; of what was made by the kustomization, that one. What comes from a
/// repository elsewhere has no file here.
fn origin(document: &str) -> Option<PathBuf> {
    let mut lines = document.lines().skip_while(|line| !line.trim_start().starts_with("config.kubernetes.io/origin:"));
    let indent = |line: &str| line.len() - line.trim_start().len();
    let above = indent(lines.next()?);
    let within: Vec<&str> = lines.take_while(|line| indent(line) > above).map(str::trim).collect();
    let value = |key: &str| within.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
    let is_elsewhere = value("repo").is_some();
    value("path").or(value("configuredIn")).filter(|_| !is_elsewhere).map(PathBuf::from)
}

/// The path without `..` in the middle.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        let ends_in_name = matches!(normal.components().next_back(), Some(Component::Normal(_)));
        if part != Component::ParentDir || !ends_in_name {
            normal.push(part);
        } else {
            normal.pop();
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(root: &Path, kind: Kind, marker: &str) -> Unit {
        for file in ["chart/Chart.yaml", "chart/templates/a.yaml", "base/b.yaml", "over/kustomization.yaml"] {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let marker = root.join(marker);
        Unit { kind, folder: marker.parent().unwrap().to_owned(), marker, explicit: true }
    }

    /// File and text of each source.
    fn split(kind: Kind, marker: &str, text: &str) -> Vec<(String, String)> {
        let root = tempfile::tempdir().unwrap();
        let sources = sources(text, &unit(root.path(), kind, marker));
        let short = |name: String| name.replacen(&format!("{}/", name_of(root.path())), "", 1);
        sources.into_iter().map(|source| (short(source.name), source.text.whole().into_owned())).collect()
    }

    #[test]
    fn helm_names_the_template_of_each_object() {
        let text = "---\n# Source: shop/templates/a.yaml\na: 1\n---\n# Source: shop/charts/db/templates/b.yaml\nb: 1\n---\n# Source: shop/templates/a.yaml\na: 2\n---\n# Source: shop/../base/b.yaml\nc: 1\n";
        assert_eq!(
            split(Kind::Chart, "chart/Chart.yaml", text),
            [
                (
                    "chart/Chart.yaml".into(),
                    "---\n# Source: shop/charts/db/templates/b.yaml\nb: 1\n---\n# Source: shop/../base/b.yaml\nc: 1\n"
                        .into()
                ),
                (
                    "chart/templates/a.yaml".into(),
                    "---\n# Source: shop/templates/a.yaml\na: 1\n---\n# Source: shop/templates/a.yaml\na: 2\n".into()
                ),
            ]
        );
    }

    #[test]
    fn kustomize_names_the_file_where_it_is_asked_to() {
        let annotated = |origin: &str| {
            format!("metadata:\n  annotations:\n    config.kubernetes.io/origin: |\n      {origin}\n  name: x\n")
        };
        let (base, remote) =
            (annotated("path: ../base/b.yaml"), annotated("path: b.yaml\n      repo: https://example.com"));
        let made = annotated("configuredIn: kustomization.yaml\n      configuredBy:\n        kind: ConfigMapGenerator");
        let text = format!("a: 1\n---\n{base}---\n{remote}---\n{made}");
        let files: Vec<_> = split(Kind::Kustomization, "over/kustomization.yaml", &text);
        assert_eq!(
            files.iter().map(|(file, _)| file.as_str()).collect::<Vec<_>>(),
            ["base/b.yaml", "over/kustomization.yaml"]
        );
        assert_eq!(files[0].1, format!("---\n{base}"));
        assert_eq!(files[1].1, format!("a: 1\n---\n{remote}---\n{made}"));
    }

    #[test]
    fn nothing_rendered_is_no_source() {
        assert_eq!(split(Kind::Chart, "chart/Chart.yaml", "\n"), []);
    }
}
