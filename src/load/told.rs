//! What is told about rendering: what could not be rendered and what helps, and what was perhaps not meant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::kustomize::is_component;
use super::program::Failure;
use super::render::{Kind, Met, Unit};
use super::{Rendering, helm, name_of, text::problem};
use crate::problem::{Place, Problem};

/// How many names a message holds.
const NAMED: usize = 3;
/// How many characters of what a renderer says stand in a message, about.
const LONGEST: usize = 400;

/// One problem for everything that failed; only one for all that was met in folders and lacks the same program.
pub(super) fn failures(failed: &[(&Unit, Failure)], rendering: &Rendering) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut lacking: BTreeMap<Kind, Vec<&Unit>> = BTreeMap::new();
    for (unit, failure) in failed {
        match failure {
            Failure::Missing if !unit.explicit => lacking.entry(unit.kind).or_default().push(unit),
            Failure::Missing => problems.extend(without_program(&[unit], rendering)),
            // A library chart in a folder is there for others.
            Failure::Failed(told) if !unit.explicit && told.contains("library chart") => {}
            Failure::Failed(told) => problems.push(not_rendered(unit, told, rendering)),
        }
    }
    problems.extend(lacking.values().filter_map(|units| without_program(units, rendering)));
    problems
}

fn not_rendered(unit: &Unit, told: &str, rendering: &Rendering) -> Problem {
    let why = match outside(told) {
        Some(address) => format!("it would have to fetch {address}"),
        None => shortened(told),
    };
    let message = match unit.kind {
        Kind::Chart => format!("helm cannot render this chart: {why}"),
        Kind::Kustomization if unit.explicit => format!("kustomize cannot render this kustomization: {why}"),
        Kind::Kustomization => {
            format!("kustomize cannot render this kustomization, so its files are read as they are: {why}")
        }
    };
    problem(name_of(&unit.folder), message, help(unit, told, rendering))
}

/// A message without its beginning where it is long: renderers tell the cause last.
fn shortened(text: &str) -> String {
    match text.char_indices().rev().nth(LONGEST) {
        Some((at, _)) => format!("…{}", text.get(at..).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What kustomize tried to fetch, which the settings it runs with forbid.
fn outside(told: &str) -> Option<&str> {
    let is_refused = ["transport '", "proxyconnect"].iter().any(|words| told.contains(words));
    let (_, rest) = told.rsplit_once("accumulating resources from '").filter(|_| is_refused)?;
    rest.split('\'').next()
}

fn without_program(units: &[&Unit], rendering: &Rendering) -> Option<Problem> {
    let first = units.first()?;
    let others = match units.len() {
        1 => String::new(),
        2 => ", nor is 1 other folder".to_owned(),
        count => format!(", nor are {} other folders", count - 1),
    };
    let message = match first.kind {
        Kind::Chart => format!("this Helm chart is not rendered{others}: helm is not installed"),
        Kind::Kustomization => {
            let instead = if first.explicit { "" } else { " (files are read as they are)" };
            format!("this kustomization is not rendered{others}{instead}: neither kustomize nor kubectl is installed")
        }
    };
    let help = match first.kind {
        Kind::Chart => "install helm, or pipe in what it renders elsewhere: helm template NAME CHART | portolan doc -",
        Kind::Kustomization => {
            "install one, or pipe in what it renders elsewhere: kustomize build FOLDER | portolan doc -"
        }
    };
    Some(problem(name_of(&first.folder), message, fill(help, first, rendering)))
}

/// Overlays of one base are variants of one application: all of them are drawn, which few people want.
pub(super) fn shared(roots: &BTreeMap<&Path, &BTreeSet<&Path>>, met: &Met) -> Option<Problem> {
    let mut overlays: BTreeMap<&Path, Vec<&Path>> = BTreeMap::new();
    for (root, parts) in roots {
        for part in parts.iter().filter(|part| met.kustomizations.get(**part).is_some_and(|one| !one.is_component)) {
            overlays.entry(part).or_default().push(root);
        }
    }
    overlays.retain(|_, roots| roots.len() > 1);
    let shown = |folder: &Path| met.units.get(folder).map(|unit| name_of(&unit.folder)).unwrap_or_default();
    let base = shown(overlays.keys().next()?);
    let roots: BTreeSet<&Path> = overlays.into_values().flatten().collect();
    let names: Vec<String> = roots.iter().map(|root| shown(root)).collect();
    let more = names.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let listed = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("several kustomizations build on this base, and all of them are shown: {listed}{more}");
    let help = format!("name the one that you mean: portolan doc {}", names.first()?);
    Some(Problem::warning(Place::Source(base), message, Some(help)))
}

/// Options for charts, where there is none.
pub(super) fn unused(rendering: &Rendering) -> Vec<Problem> {
    let options = [
        ("--values", !rendering.values.is_empty()),
        ("--set", !rendering.set.is_empty()),
        ("--release", rendering.release.is_some()),
    ];
    let given = options.into_iter().filter(|(_, is_given)| *is_given);
    let message = "no Helm chart is in the input, so this has no effect";
    given.map(|(option, _)| Problem::warning(Place::Source(option.to_owned()), message, None)).collect()
}

/// Words of a renderer's message, and what helps.
struct Case {
    words: &'static str,
    help: &'static str,
}

/// In `help`, `CHART` and `FOLDER` stand for the folder, and `NAME` for the name of the release.
const HELM: &[Case] = &[
    Case {
        words: "missing in charts/ directory",
        help: "fetch the charts that it needs first: helm dependency build CHART",
    },
    Case { words: "library chart", help: "a library chart makes no objects of its own; name a chart that uses it" },
    Case {
        words: "incompatible with Kubernetes",
        help: "say for which version: helm template NAME CHART --kube-version VERSION | portolan doc -",
    },
    Case { words: "schema", help: "give it the values that it needs with --values FILE or --set KEY=VALUE" },
];

const HELM_ELSE: &str =
    "give it the values that it needs with --values FILE or --set KEY=VALUE; `helm template NAME CHART` tells more";

const KUSTOMIZE: &[Case] = &[
    Case {
        words: "--enable-helm",
        help: "it wants to run helm, which only you may allow: kustomize build --enable-helm FOLDER | portolan doc -",
    },
    Case {
        words: "is not in or below",
        help: "it reads files from outside, which only you may allow: kustomize build --load-restrictor LoadRestrictionsNone FOLDER | portolan doc -",
    },
    Case { words: "transport '", help: FETCH },
    Case { words: "proxyconnect", help: FETCH },
];

const COMPONENT: &str = "a component is a part for others to take in; name an overlay that does";
const FETCH: &str = "rendering fetches nothing; let kustomize do it: kustomize build FOLDER | portolan doc -";
const KUSTOMIZE_ELSE: &str = "`kustomize build FOLDER` tells more";

/// What helps where the renderer says this.
fn help(unit: &Unit, told: &str, rendering: &Rendering) -> String {
    let (cases, otherwise) = match unit.kind {
        Kind::Chart => (HELM, HELM_ELSE),
        Kind::Kustomization if is_component(&fs::read_to_string(&unit.marker).unwrap_or_default()) => {
            (&[][..], COMPONENT)
        }
        Kind::Kustomization => (KUSTOMIZE, KUSTOMIZE_ELSE),
    };
    let help = cases.iter().find(|case| told.contains(case.words)).map_or(otherwise, |case| case.help);
    fill(help, unit, rendering)
}

fn fill(help: &str, unit: &Unit, rendering: &Rendering) -> String {
    let folder = name_of(&unit.folder);
    help.replace("NAME CHART", &format!("{} {folder}", helm::release(&unit.folder, rendering)))
        .replace("CHART", &folder)
        .replace("FOLDER", &folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_have_to_be_fetched_is_named_however_long_the_message() {
        let told = format!(
            "accumulating resources: accumulation err='accumulating resources from 'github.com/a/b?ref=1': evalsymlink failure on \
             '{}': failed to run '/usr/bin/git fetch': fatal: transport 'https' not allowed",
            "x/".repeat(300)
        );
        assert_eq!(outside(&told), Some("github.com/a/b?ref=1"));
        assert_eq!(outside("accumulating resources from 'gone.yaml': no such file"), None);
    }

    #[test]
    fn a_long_message_keeps_its_end() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&format!("{}end", "ä".repeat(500))), format!("…{}end", "ä".repeat(398)));
    }
}
