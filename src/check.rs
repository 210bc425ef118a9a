//! Checks: where ports do not meet. [`CHECKS`] is the table; a file per check holds its words, its function and its tests.
//!
//! A check reads the graph and the roles, and nothing else: no file, no other finding. It says what it knows and no more: an
//! `error` only where the API server rejects the object or the path certainly cannot work, and "in the input" wherever
//! something may live elsewhere ([`Options::complete`] raises those).

mod blocking;
mod context;
mod find;
mod finding;
mod ignore;
mod meant;
mod mistaken;
mod options;
mod within;
mod words;

mod p000;
mod p001;
mod p002;
mod p003;
mod p004;
mod p005;
mod p006;
mod p007;
mod p008;
mod p009;
mod p010;
mod p011;
mod p012;
mod p013;
mod p014;
mod p015;
mod p016;
mod p017;
mod p018;
mod p019;
mod p020;
mod p021;
mod p022;
mod p023;
mod p024;
mod p025;
mod p026;
mod p027;
mod p028;
mod p029;
mod p030;
mod p031;
mod p032;
mod p033;
mod p034;
mod p035;
mod p036;
mod p037;
mod p038;
mod p039;
mod p040;
mod p041;
mod p042;
mod p043;
mod p044;
mod p045;
mod p046;
mod p047;
mod p048;
mod p049;
mod p050;
mod p051;
mod p052;
mod p053;
mod p054;
mod p055;
#[cfg(test)]
mod tests;

use crate::graph::PortGraph;
use crate::manifest::ObjectId;
use crate::share;
use crate::source::{Sources, Span};
use crate::visible;

pub use context::Context;
pub use finding::{Finding, Label, Severity};
pub use options::{CheckId, NodePortRange, Options, Waiver};

/// Every check, in the order of ids. Ids are never reused (SEMANTICS §10).
pub const CHECKS: &[Check] = &[
    p000::CHECK,
    p001::CHECK,
    p002::CHECK,
    p003::CHECK,
    p004::CHECK,
    p005::CHECK,
    p006::CHECK,
    p007::CHECK,
    p008::CHECK,
    p009::CHECK,
    p010::CHECK,
    p011::CHECK,
    p012::CHECK,
    p013::CHECK,
    p014::CHECK,
    p015::CHECK,
    p016::CHECK,
    p017::CHECK,
    p018::CHECK,
    p019::CHECK,
    p020::CHECK,
    p021::CHECK,
    p022::CHECK,
    p023::CHECK,
    p024::CHECK,
    p025::CHECK,
    p026::CHECK,
    p027::CHECK,
    p028::CHECK,
    p029::CHECK,
    p030::CHECK,
    p031::CHECK,
    p032::CHECK,
    p033::CHECK,
    p034::CHECK,
    p035::CHECK,
    p036::CHECK,
    p037::CHECK,
    p038::CHECK,
    p039::CHECK,
    p040::CHECK,
    p041::CHECK,
    p042::CHECK,
    p043::CHECK,
    p044::CHECK,
    p045::CHECK,
    p046::CHECK,
    p047::CHECK,
    p048::CHECK,
    p049::CHECK,
    p050::CHECK,
    p051::CHECK,
    p052::CHECK,
    p053::CHECK,
    p054::CHECK,
    p055::CHECK,
];

/// One check: what it looks for, in words and in code.
#[derive(Debug)]
pub struct Check {
    /// `P001`: never changes.
    pub id: &'static str,
    /// The same in words, for people: `service-selects-nothing`.
    pub name: &'static str,
    /// What is wrong, in one line.
    pub title: &'static str,
    /// Which severities its findings have, and when.
    pub severity: &'static str,
    /// What it looks for.
    pub what: &'static str,
    /// Why it matters, and how it shows at run time.
    pub why: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// What other tools call it; empty where none has it.
    pub elsewhere: &'static str,
    /// What it tells is true and mostly meant so: it runs with `--pedantic`, or where it is selected.
    pub pedantic: bool,
    /// Adds its findings.
    pub run: fn(&Context<'_>, &mut Vec<Finding>),
}

impl Check {
    /// A finding of this check; `label` says what is at the place.
    fn finding(&self, severity: Severity, object: &ObjectId, message: String, at: Span, label: String) -> Finding {
        let primary = Label { span: at, text: visible::message(label) };
        Finding {
            id: self.id,
            severity,
            object: object.clone(),
            message: visible::message(message),
            primary,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }
}

/// What checking gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// The findings, in the order of their places.
    pub findings: Vec<Finding>,
    /// How many more there are that annotations and comments hide.
    pub hidden: usize,
    /// The checks that ran, in the order of ids.
    pub ran: Vec<CheckId>,
}

impl Checked {
    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The worst severity there is.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// From how many hops on checks run on several threads.
const WORTH_A_THREAD: usize = 2_000;

/// Runs the chosen checks on a graph. The sources are read for comments that hide findings, and for how a value is written that
/// has one right answer.
#[must_use]
pub fn check(graph: &PortGraph, sources: &Sources, options: &Options) -> Checked {
    let context = Context::new(graph, sources, options);
    let chosen: Vec<&Check> = CHECKS.iter().filter(|check| options.chooses(check)).collect();
    // Of a small graph they are done before another thread has begun.
    let at_once = if graph.hops().len() < WORTH_A_THREAD { chosen.len().max(1) } else { 1 };
    let parts: Vec<&[&Check]> = chosen.chunks(at_once).collect();
    let run = |findings: &mut Vec<Finding>, checks: &&[&Check]| {
        checks.iter().for_each(|check| (check.run)(&context, findings));
    };
    let findings = share::fold(&parts, run).concat();
    let mut checked = ignore::hide(findings, &chosen, &options.waivers, graph, sources);
    checked
        .findings
        .sort_by(|a, b| (&a.primary, a.id, &a.message, &a.related).cmp(&(&b.primary, b.id, &b.message, &b.related)));
    checked.findings.dedup();
    checked.ran = chosen.into_iter().map(CheckId::of).collect();
    checked
}

/// The check of an id or a name.
#[must_use]
pub fn by_name(text: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id.eq_ignore_ascii_case(text) || check.name == text)
}
