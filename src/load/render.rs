//! What has to be rendered among what was found, and what is read as it is.
//!
//! - A chart or kustomization that the user names is rendered, whatever refers to it.
//! - One that is met in a folder is rendered if it is a whole: no subchart, no component, nothing that another kustomization refers to.
//! - What belongs to a chart or kustomization is not read a second time as it is. Where kustomize fails, its files are, so that
//!   something can be shown; templates of a chart cannot be read.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use super::kustomize::{Kustomization, Kustomizations};
use super::program::Failure;
use super::{File, Render, Rendering, helm, kustomize, origin, told};
use crate::problem::Problem;
use crate::source::Source;

/// A folder that is rendered as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unit {
    /// The folder, as the user would write it.
    pub(super) folder: PathBuf,
    /// The file that makes the folder what it is.
    pub(super) marker: PathBuf,
    pub(super) kind: Kind,
    /// Named by the user, not met in a folder.
    pub(super) explicit: bool,
}

/// What renders a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// helm
    Chart,
    /// kustomize, or kubectl
    Kustomization,
}

impl Kind {
    /// What a file makes its folder, if anything.
    pub(super) fn of_marker(path: &Path) -> Option<Self> {
        let name = path.file_name().and_then(OsStr::to_str)?;
        match name {
            helm::MARKER => Some(Self::Chart),
            name => kustomize::MARKERS.contains(&name).then_some(Self::Kustomization),
        }
    }
}

impl Unit {
    /// What the user names: a folder with one of the files, or the file itself.
    pub(super) fn named(path: &Path) -> Option<Self> {
        let markers = kustomize::MARKERS.into_iter().chain([helm::MARKER]).map(|name| path.join(name));
        let marker = if path.is_dir() { markers.into_iter().find(|marker| marker.is_file()) } else { None };
        let marker = marker.or_else(|| path.is_file().then(|| path.to_owned()))?;
        Some(Self { explicit: true, ..Self::of(marker)? })
    }

    fn of(marker: PathBuf) -> Option<Self> {
        let kind = Kind::of_marker(&marker)?;
        let folder = marker.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Self { folder: folder.to_owned(), marker, kind, explicit: false })
    }

    fn canonical(&self) -> PathBuf {
        fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone())
    }

    fn render(&self, rendering: &Rendering, namespace: &str) -> Result<Vec<Source>, Failure> {
        let text = match self.kind {
            Kind::Chart => helm::render(&self.folder, rendering, namespace),
            Kind::Kustomization => kustomize::render(&self.folder),
        }?;
        Ok(origin::sources(&text, self))
    }
}

/// What rendering gives.
#[derive(Default)]
pub(super) struct Rendered {
    /// What is still to be read, as it is.
    pub(super) files: Vec<File>,
    /// What the renderers made.
    pub(super) sources: Vec<Source>,
    /// What could not be rendered, and what was perhaps not meant.
    pub(super) problems: Vec<Problem>,
}

/// Renders what was named, and what is met among the files.
pub(super) fn render(files: Vec<File>, named: Vec<Unit>, rendering: &Rendering, namespace: &str) -> Rendered {
    if rendering.render == Render::Never {
        return Rendered { files, ..Rendered::default() };
    }
    let named: BTreeMap<PathBuf, Unit> = named.into_iter().map(|unit| (unit.canonical(), unit)).collect();
    let met = Met::among(&files);
    let roots = kustomize::roots(&met.kustomizations);
    let wholes = met.charts.iter().map(PathBuf::as_path).chain(roots.keys().copied());
    let wholes = wholes.filter_map(|folder| Some((folder, met.units.get(folder)?)));
    let mut units: BTreeMap<&Path, &Unit> = wholes.collect();
    units.extend(named.iter().map(|(folder, unit)| (folder.as_path(), unit)));

    let (mut sources, mut failed) = (Vec::new(), Vec::new());
    let mut good: BTreeSet<&Path> = BTreeSet::new();
    for (folder, unit) in &units {
        match unit.render(rendering, namespace) {
            Ok(rendered) => {
                good.insert(folder);
                sources.extend(rendered);
            }
            Err(failure) => failed.push((*unit, failure)),
        }
    }
    let mut problems = told::failures(&failed, rendering);
    let shown = roots.iter().filter(|(root, _)| good.contains(*root));
    let shown: BTreeMap<&Path, &BTreeSet<&Path>> = shown.map(|(root, parts)| (*root, parts)).collect();
    problems.extend(told::shared(&shown, &met));
    if !units.values().any(|unit| unit.kind == Kind::Chart) {
        problems.extend(told::unused(rendering));
    }
    // Of a base that one overlay shows, the files are not read for another one that failed.
    let taken_in: BTreeSet<&Path> = shown.values().copied().flatten().copied().collect();
    let lost =
        roots.iter().filter(|(root, _)| !good.contains(*root)).flat_map(|(_, parts)| parts.difference(&taken_in));
    let lost: BTreeSet<&Path> = lost.copied().collect();
    let files = met.rest(files, &lost);
    Rendered { files, sources, problems }
}

/// Charts and kustomizations that were met in folders, by their canonical folders.
pub(super) struct Met {
    /// What was met in each folder.
    pub(super) units: BTreeMap<PathBuf, Unit>,
    /// The folders of charts that are no part of another chart.
    charts: BTreeSet<PathBuf>,
    /// Those outside of charts.
    pub(super) kustomizations: Kustomizations,
}

impl Met {
    fn among(files: &[File]) -> Self {
        let markers = files.iter().filter(|file| !file.explicit).filter_map(|file| Unit::of(file.path.clone()));
        let units: BTreeMap<PathBuf, Unit> = markers.map(|unit| (unit.canonical(), unit)).collect();
        let all = units.iter().filter(|(_, unit)| unit.kind == Kind::Chart).map(|(folder, _)| folder.clone());
        let all: BTreeSet<PathBuf> = all.collect();
        let is_inner = |folder: &Path| folder.ancestors().skip(1).any(|above| all.contains(above));
        let charts: BTreeSet<PathBuf> = all.iter().filter(|folder| !is_inner(folder)).cloned().collect();
        let kustomizations = units
            .iter()
            .filter(|(folder, unit)| unit.kind == Kind::Kustomization && !is_inner(folder))
            .map(|(folder, unit)| (folder.clone(), Kustomization::read(folder, &unit.marker)))
            .collect();
        Self { units, charts, kustomizations }
    }

    /// The files that belong to no chart, and to no kustomization but those that are `lost`; and those that the user names.
    fn rest(&self, files: Vec<File>, lost: &BTreeSet<&Path>) -> Vec<File> {
        if self.units.is_empty() {
            return files;
        }
        let taken = self.kustomizations.iter().filter(|(folder, _)| !lost.contains(folder.as_path()));
        let taken: BTreeSet<&PathBuf> = taken.flat_map(|(_, one)| &one.files).collect();
        let is_rest = |file: &File| {
            let path = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
            file.explicit || !taken.contains(&path) && !path.ancestors().any(|above| self.charts.contains(above))
        };
        files.into_iter().filter(is_rest).collect()
    }
}
