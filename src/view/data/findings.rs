//! `findings`: what checks have found, as far as tools need it to point at it; `portolan check` tells the rest.

use super::model::{self, Object, Places};
use crate::check::{Finding, by_name};

/// Findings, as they come.
pub(super) fn findings<'g>(findings: &[&'g Finding], places: Places<'g>) -> impl Iterator<Item = model::Finding<'g>> {
    findings.iter().map(move |finding| model_of(finding, places))
}

fn model_of<'g>(finding: &'g Finding, places: Places<'g>) -> model::Finding<'g> {
    model::Finding {
        id: finding.id,
        name: by_name(finding.id).map_or(finding.id, |check| check.name),
        severity: finding.severity.as_str(),
        message: &finding.message,
        object: Object::new(&finding.object),
        at: places.at(finding.primary.span),
        help: finding.help.as_deref(),
    }
}
