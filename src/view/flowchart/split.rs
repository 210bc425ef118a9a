//! Splitting: a topology too large for one readable diagram becomes several.
//!
//! One diagram per application, with everything that leads into it, and pale boxes for what it calls or is called by
//! elsewhere. An application that is still too large is split at its Services; many small ones share a diagram.
//! Whatever no application shows (a hole behind a router of several, say) comes last, so that nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::chart::{App, BoxId, Chart, Look};
use super::layout::{Layout, lay_out};
use super::overview::{Unit, namespaces, overview_of};
use super::paper::Paper;
use super::sheet::Whole;
use crate::view::words;

/// From so many applications on, small ones share a diagram.
const MANY_APPS: usize = 12;
/// The most workloads that are shown again with every slice of a Service that many lead to.
const FEW_TARGETS: usize = 3;
/// The most full diagrams of what leads to one Service, or of what belongs to no application: nobody looks through more of them. What is left
/// is on one more, the most of it by name.
const MOST_SLICES: usize = 20;
/// The most names in the title of a shared diagram.
const TITLE_NAMES: usize = 4;

/// One of several diagrams.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) title: String,
    pub(super) layout: Layout,
    /// It stands for others, which say more.
    pub(super) is_overview: bool,
    /// How deep it lies below the first overview.
    pub(super) depth: usize,
}

impl Sheet {
    /// A sheet that has no parts.
    pub(super) fn only(title: String, layout: Layout) -> Self {
        Self { title, layout, is_overview: false, depth: 0 }
    }

    pub(super) fn overview(title: String, layout: Layout, depth: usize) -> Self {
        Self { title, layout, is_overview: true, depth }
    }
}

/// What a sheet is about, before it is drawn.
#[derive(Debug, Clone)]
struct Part {
    apps: Vec<App>,
    own: BTreeSet<BoxId>,
    /// Which of how many, where an application has several.
    number: Option<(usize, usize)>,
}

/// The boxes of every application.
type ByApp<'c> = BTreeMap<&'c App, BTreeSet<BoxId>>;

/// The sheets of a chart, in the order of their applications, or of namespaces first; `depth` is theirs.
pub(super) fn sheets(chart: &Chart, paper: Paper, unit: Unit, depth: usize) -> Vec<Sheet> {
    let whole = Whole::new(chart);
    let mut by_app = ByApp::new();
    for (id, drawn) in chart.boxes.iter().enumerate() {
        if let Some(app) = &drawn.app {
            by_app.entry(app).or_default().insert(id);
        }
    }
    let (mut sheets, parts) = match unit {
        Unit::App => of_apps(&whole, &by_app, paper, depth),
        Unit::Namespace => of_namespaces(&whole, by_app, paper, depth),
    };
    sheets.extend(rest(&whole, &parts, paper).into_iter().map(|sheet| Sheet { depth, ..sheet }));
    sheets
}

fn of_apps(whole: &Whole<'_>, by_app: &ByApp<'_>, paper: Paper, depth: usize) -> (Vec<Sheet>, Vec<Part>) {
    let mut parts: Vec<Part> = by_app.iter().flat_map(|(app, own)| parts_of(whole, app, own, paper)).collect();
    if parts.len() > MANY_APPS {
        parts = shared(whole, parts, paper);
    }
    let has_several = namespaces(whole.chart).len() > 1;
    let sheet =
        |part: &Part| Sheet { depth, ..Sheet::only(title(part, has_several), whole.laid_out(&part.own, paper)) };
    (parts.iter().map(sheet).collect(), parts)
}

/// One sheet per namespace; of one that does not fit, an overview and the sheets of its applications.
fn of_namespaces(whole: &Whole<'_>, by_app: ByApp<'_>, paper: Paper, depth: usize) -> (Vec<Sheet>, Vec<Part>) {
    let mut by_namespace: BTreeMap<&str, ByApp<'_>> = BTreeMap::new();
    for (app, own) in by_app {
        by_namespace.entry(&app.namespace).or_default().insert(app, own);
    }
    let (mut sheets, mut parts) = (Vec::new(), Vec::new());
    for (namespace, apps) in by_namespace {
        let own: BTreeSet<BoxId> = apps.values().flatten().copied().collect();
        let title = format!("Namespace {namespace}");
        if let Some(layout) = whole.fitting(&own, paper) {
            sheets.push(Sheet { depth, ..Sheet::only(title, layout) });
            parts.push(Part { apps: Vec::new(), own, number: None });
            continue;
        }
        let overview = overview_of(&whole.cut(&own), namespace, paper);
        let inner = depth + usize::from(overview.is_some());
        sheets.extend(overview.map(|layout| Sheet::overview(format!("{title}: overview"), layout, depth)));
        let (of_apps, own_parts) = of_apps(whole, &apps, paper, inner);
        sheets.extend(of_apps);
        parts.extend(own_parts);
    }
    (sheets, parts)
}

/// An application as one part, or as several where one does not fit.
fn parts_of(whole: &Whole<'_>, app: &App, own: &BTreeSet<BoxId>, paper: Paper) -> Vec<Part> {
    let packed = match whole.fitting(own, paper) {
        Some(_) => vec![own.clone()],
        None => pack(whole, atoms(whole, own), paper, usize::MAX),
    };
    let count = packed.len();
    let number = |at: usize| (count > 1).then_some((at + 1, count));
    packed.into_iter().enumerate().map(|(at, own)| Part { apps: vec![app.clone()], own, number: number(at) }).collect()
}

/// The smallest sets of boxes that are drawn together: a Service with the workloads behind it and the router in front.
fn atoms(whole: &Whole<'_>, own: &BTreeSet<BoxId>) -> Vec<BTreeSet<BoxId>> {
    let is = |id: BoxId, look: Look| whole.chart.boxes.get(id).is_some_and(|drawn| drawn.look == look);
    let mut left = own.clone();
    let mut atoms = Vec::new();
    for service in own.iter().copied().filter(|id| is(*id, Look::Service)) {
        let around = whole.arrows_of(service).filter_map(|id| whole.chart.arrows.get(id));
        let around = around.filter_map(|arrow| match arrow.from == service {
            true => Some(arrow.to),
            false => is(arrow.from, Look::Router).then_some(arrow.from),
        });
        atoms.push(around.chain([service]).filter(|id| left.remove(id)).collect());
    }
    atoms.extend(left.into_iter().map(|id| BTreeSet::from([id])));
    atoms
}

/// Puts atoms together, in their order, as long as they fit; those that are left when there are as many sets as `most`, in one more. One that
/// does not fit alone is sliced.
fn pack(whole: &Whole<'_>, atoms: Vec<BTreeSet<BoxId>>, paper: Paper, most: usize) -> Vec<BTreeSet<BoxId>> {
    let fits = |own: &BTreeSet<BoxId>| whole.fitting(own, paper).is_some();
    let (small, large): (Vec<_>, Vec<_>) = atoms.into_iter().partition(fits);
    let fits_with_ease =
        |own: &BTreeSet<BoxId>| whole.fitting(own, paper).is_some_and(|layout| layout.fits_with_ease(paper));
    let mut packed = joined(small, &BTreeSet::new(), most, fits_with_ease);
    for atom in large {
        let core = core(whole.chart, &atom);
        let slices: Vec<BTreeSet<BoxId>> = atom.difference(&core).map(|id| BTreeSet::from([*id])).collect();
        match slices.len() {
            0 | 1 => packed.push(atom),
            _ => packed.extend(joined(slices, &core, MOST_SLICES, fits_with_ease)),
        }
    }
    packed
}

/// Joins neighbouring sets, each with the core, as long as they fit; those that are left behind `most` of them, whether they fit or not.
fn joined(
    sets: Vec<BTreeSet<BoxId>>,
    core: &BTreeSet<BoxId>,
    most: usize,
    fits: impl Fn(&BTreeSet<BoxId>) -> bool,
) -> Vec<BTreeSet<BoxId>> {
    let mut all: Vec<BTreeSet<BoxId>> = Vec::new();
    for set in sets {
        if all.len() > most {
            all.last_mut().into_iter().for_each(|last| last.extend(&set));
            continue;
        }
        let longer = all.last().map(|last| last.union(&set).copied().collect::<BTreeSet<_>>());
        match (longer.filter(&fits), all.last_mut()) {
            (Some(longer), Some(last)) => *last = longer,
            _ => all.push(set.union(core).copied().collect()),
        }
    }
    all
}

/// What every slice of a large set shows: its Service, with the workloads behind it where those are few.
fn core(chart: &Chart, atom: &BTreeSet<BoxId>) -> BTreeSet<BoxId> {
    let is = |id: &BoxId, look: Look| chart.boxes.get(*id).is_some_and(|drawn| drawn.look == look);
    let services = atom.iter().filter(|id| is(id, Look::Service));
    let workloads: Vec<&BoxId> = atom.iter().filter(|id| is(id, Look::Workload) || is(id, Look::Store)).collect();
    let few = if workloads.len() <= FEW_TARGETS && workloads.len() < atom.len() - 1 { workloads } else { Vec::new() };
    services.chain(few).copied().collect()
}

/// Neighbours of one namespace share a part as long as they fit without any summing up.
fn shared(whole: &Whole<'_>, parts: Vec<Part>, paper: Paper) -> Vec<Part> {
    let mut shared: Vec<Part> = Vec::new();
    for part in parts {
        let namespace = |part: &Part| part.apps.first().map(|app| app.namespace.clone());
        let last = shared
            .last_mut()
            .filter(|last| last.number.is_none() && part.number.is_none() && namespace(last) == namespace(&part));
        let joined = last.as_ref().map(|last| last.own.union(&part.own).copied().collect::<BTreeSet<_>>());
        match (last, joined.filter(|joined| lay_out(&whole.cut(joined), paper).fits_with_ease(paper))) {
            (Some(last), Some(joined)) => {
                last.own = joined;
                last.apps.extend(part.apps);
            }
            _ => shared.push(part),
        }
    }
    shared
}

fn title(part: &Part, several_namespaces: bool) -> String {
    let mut names: Vec<&str> = part.apps.iter().map(|app| app.name.as_str()).collect();
    let more = names.len().saturating_sub(TITLE_NAMES);
    names.truncate(TITLE_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let number = part.number.map(|(at, count)| format!(" ({at} of {count})")).unwrap_or_default();
    let namespace = part.apps.first().map(|app| app.namespace.as_str()).filter(|_| several_namespaces);
    let namespace = namespace.map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    format!("{}{more}{namespace}{number}", names.join(", "))
}

/// What none of the parts shows: arrows between things of no application, and boxes without arrows.
fn rest(whole: &Whole<'_>, parts: &[Part], paper: Paper) -> Vec<Sheet> {
    let told: BTreeSet<usize> = parts.iter().flat_map(|part| whole.arrows(&part.own)).collect();
    let shown: BTreeSet<BoxId> = parts.iter().flat_map(|part| part.own.iter().copied()).collect();
    let untold = whole.chart.arrows.iter().enumerate().filter(|(id, _)| !told.contains(id)).map(|(_, arrow)| arrow);
    let is_client = |id: BoxId| whole.chart.boxes.get(id).is_some_and(|drawn| drawn.look == Look::Client);
    let about = untold.map(|arrow| if is_client(arrow.from) { arrow.to } else { arrow.from });
    let lonely = (0..whole.chart.boxes.len()).filter(|id| !shown.contains(id) && whole.is_lonely(*id));
    let left: BTreeSet<BoxId> = about.chain(lonely).collect();
    let packed = pack(whole, left.into_iter().map(|id| BTreeSet::from([id])).collect(), paper, MOST_SLICES);
    packed.iter().map(|own| Sheet::only(title_of_rest(whole.chart, own), whole.laid_out(own, paper))).collect()
}

/// What belongs to no application is told by the names of its objects: `Everything else: edge, admin`.
fn title_of_rest(chart: &Chart, own: &BTreeSet<BoxId>) -> String {
    let boxes = own.iter().filter_map(|id| chart.boxes.get(*id)).filter(|drawn| drawn.look == Look::Router);
    let mut names: Vec<&str> = boxes.filter_map(|drawn| drawn.name.get(2)).map(String::as_str).collect();
    names.dedup();
    match names.as_slice() {
        [] => "Everything else".to_owned(),
        names => format!("Everything else: {}", words::listed(names, TITLE_NAMES)),
    }
}
