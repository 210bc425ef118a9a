//! What checks read: the graph, what the user chose, and indexes that several checks need.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};

use super::find::{self, Aim, Call};
use super::{Options, Severity, within};
use crate::graph::{Evidence, PortGraph, Selected, ServiceId, ServicesByName, WorkloadId};
use crate::manifest::{Config, Lifetime, ObjectId, ParentRef, PortRef, Router, Service, Workload};
use crate::problem::Remedy;
use crate::source::{Edit, Sources, Span};
use crate::yaml;

/// In a sea of names something similar proves nothing, and comparing everything with everything takes its time.
const MOST_CANDIDATES: usize = 300;

/// What a check may read.
pub struct Context<'g> {
    pub(super) graph: &'g PortGraph,
    pub(super) options: &'g Options,
    sources: &'g Sources,
    selected: &'g Selected,
    services: ServicesByName<'g>,
    workloads_of: OnceLock<ByNamespace<'g, Workload>>,
    services_of: OnceLock<ByNamespace<'g, Service>>,
    mixed: HashSet<&'g str>,
    aims: OnceLock<Vec<Aim<'g>>>,
    calls: OnceLock<Vec<Call<'g>>>,
}

impl<'g> Context<'g> {
    pub(super) fn new(graph: &'g PortGraph, sources: &'g Sources, options: &'g Options) -> Self {
        Self {
            graph,
            options,
            sources,
            selected: graph.selections(),
            services: ServicesByName::new(&graph.roles().services),
            workloads_of: OnceLock::new(),
            services_of: OnceLock::new(),
            mixed: graph.roles().replaced.iter().map(|id| id.namespace.as_str()).collect(),
            aims: OnceLock::new(),
            calls: OnceLock::new(),
        }
    }

    /// The Service of a namespace and name.
    pub(super) fn service(&self, namespace: &str, name: &str) -> Option<&'g Service> {
        self.services.get(namespace, name).map(|(_, service)| service)
    }

    /// The router that a reference names; one that is not in the input is known by its references.
    pub(super) fn router(&self, parent: &ParentRef) -> Option<&'g Router> {
        let routers = &self.graph.roles().routers;
        let key = |id: &'g ObjectId| (id.namespace.as_str(), id.name.as_str(), id.kind, id.group);
        let wanted = (parent.namespace.as_str(), parent.name.as_str(), parent.kind, parent.group);
        let at = routers.binary_search_by(|router| key(&router.id).cmp(&wanted)).ok()?;
        routers.get(at).map(Arc::as_ref)
    }

    /// The workloads that a Service selects. Jobs do not count where something lasting is selected too (SEL-05).
    pub(super) fn selected(&self, id: ServiceId) -> Vec<&'g Workload> {
        let all = self.selected.by(id).iter().map(|id| self.graph.workload(*id));
        let (lasting, rest): (Vec<_>, Vec<_>) = all.partition(|workload| workload.lifetime == Lifetime::Lasting);
        if lasting.is_empty() { rest } else { lasting }
    }

    /// Every port of every Service that selects something in the input.
    pub(super) fn aims(&self) -> &[Aim<'g>] {
        self.aims.get_or_init(|| find::aims(self))
    }

    /// The calls of the graph; several workloads that read one place of a ConfigMap are one.
    pub(super) fn calls(&self) -> &[Call<'g>] {
        self.calls.get_or_init(|| find::calls(self))
    }

    /// Does a Service select this workload?
    pub(super) fn selects(&self, service: &Service, workload: WorkloadId) -> bool {
        self.selection(service).contains(&workload)
    }

    /// Every workload that a Service selects.
    pub(super) fn selected_by(&self, service: &Service) -> Vec<&'g Workload> {
        self.selection(service).iter().map(|id| self.graph.workload(*id)).collect()
    }

    fn selection(&self, service: &Service) -> &[WorkloadId] {
        let at = self.graph.roles().services.binary_search_by(|other| other.id.cmp(&service.id)).ok();
        at.and_then(|at| u32::try_from(at).ok()).map_or(&[], |at| self.selected.by(ServiceId(at)))
    }

    /// The ConfigMap of a namespace and name.
    pub(super) fn config(&self, namespace: &str, name: &str) -> Option<&'g Config> {
        self.graph.roles().config(namespace, name)
    }

    fn workloads_of(&self) -> &ByNamespace<'g, Workload> {
        let index = || by_namespace(self.graph.workloads().map(|(_, workload)| (&workload.id, workload)));
        self.workloads_of.get_or_init(index)
    }

    fn services_of(&self) -> &ByNamespace<'g, Service> {
        let index = || by_namespace(self.graph.services().map(|(_, service)| (&service.id, service)));
        self.services_of.get_or_init(index)
    }

    /// Has the input any workload of the namespace? Where it has none, it is clearly only a part.
    pub(super) fn has_workloads(&self, namespace: &str) -> bool {
        self.workloads_of().contains_key(namespace)
    }

    /// Has the input any Service of the namespace?
    pub(super) fn has_services(&self, namespace: &str) -> bool {
        self.services_of().contains_key(namespace)
    }

    /// The workloads of a namespace that may have been meant instead of one that is missing.
    pub(super) fn workload_candidates(&self, namespace: &str) -> &[&'g Workload] {
        candidates(self.workloads_of().get(namespace))
    }

    /// The Services of a namespace that may have been meant instead of one that is missing.
    pub(super) fn service_candidates(&self, namespace: &str) -> &[&'g Service] {
        candidates(self.services_of().get(namespace))
    }

    /// Has the input just one definition of the object? Of several, another one may be the one that counts where it matters.
    pub(super) fn is_defined_once(&self, id: &ObjectId) -> bool {
        !self.graph.roles().replaced.contains(id)
    }

    /// The place of an address in the text that it was found in. What was left out of it (CLI-15) stood in front.
    pub(super) fn address(&self, at: Span, evidence: &Evidence) -> Span {
        within::word(self.sources, at, evidence.text.rsplit('@').next().unwrap_or_default())
    }

    /// The place of a number in the text that mentions it.
    pub(super) fn number(&self, at: Span, number: u16) -> Span {
        within::word(self.sources, at, &number.to_string())
    }

    /// How a port is written at the place of another value; `None` where a change there would change other values as well (an
    /// anchor that has aliases), or where the place is no simple value of a key.
    pub(super) fn write(&self, at: Span, port: &PortRef) -> Option<Edit> {
        let value = match port {
            PortRef::Number(number) => yaml::Value::Number(*number),
            PortRef::Name(name) => yaml::Value::Text(name),
        };
        let text = self.seen_around(at, |text, at| yaml::rewritten(text, at, value))?;
        (!self.graph.roles().is_repeated(at)).then_some(Edit { span: at, text })
    }

    /// What the remedy of a problem comes to at its place; `None` where a change there would change other values as well.
    pub(super) fn remedied(&self, at: Span, remedy: &Remedy) -> Option<Edit> {
        let text = self.seen_around(at, |text, at| yaml::remedied(text, at, remedy))?;
        (!self.graph.roles().is_repeated(at)).then_some(Edit { span: at, text })
    }

    /// What somebody sees in the text at a place and around it, and at its range there.
    fn seen_around<T>(&self, at: Span, see: impl FnOnce(&str, Range<usize>) -> T) -> T {
        let (start, text) = self.sources.get(at.source).text.around(at.range());
        let inside = |offset: usize| offset.saturating_sub(start);
        see(&text, inside(at.range().start)..inside(at.range().end))
    }

    /// Those of some names (of letters, digits and dashes) that stand in the input more than once, whatever reads them there.
    pub(super) fn repeated<'n>(&self, names: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
        let (mut seen, mut repeated) = (BTreeSet::new(), BTreeSet::new());
        if names.is_empty() {
            return repeated;
        }
        let between = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
        for part in self.sources.iter().flat_map(|(_, source)| source.text.parts()) {
            for name in part.split(between).filter_map(|word| names.get(word).copied()) {
                if !seen.insert(name) {
                    repeated.insert(name);
                }
            }
        }
        repeated
    }

    /// Has an object of the namespace several definitions in the input? Then the input mixes variants of an application, and what
    /// is missing for one of them may be right for another.
    fn mixes_variants(&self, namespace: &str) -> bool {
        self.mixed.contains(namespace)
    }

    /// How bad it is that something of a namespace is not in the input: `whole` tells whether the namespace seems to be there.
    pub(super) fn missing(&self, namespace: &str, whole: bool) -> Severity {
        match (self.options.complete, whole && !self.mixes_variants(namespace)) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Warning,
            (false, false) => Severity::Info,
        }
    }
}

/// Objects by their namespace.
type ByNamespace<'g, T> = HashMap<&'g str, Vec<&'g T>>;

fn by_namespace<'g, T>(objects: impl Iterator<Item = (&'g ObjectId, &'g T)>) -> ByNamespace<'g, T> {
    let mut by_namespace = ByNamespace::new();
    for (id, object) in objects {
        by_namespace.entry(id.namespace.as_str()).or_default().push(object);
    }
    by_namespace
}

fn candidates<T>(all: Option<&Vec<T>>) -> &[T] {
    all.filter(|all| all.len() <= MOST_CANDIDATES).map_or(&[][..], Vec::as_slice)
}
