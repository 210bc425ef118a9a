//! What a user chooses about checks.

use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::Args;

use super::words::nearest;
use super::{CHECKS, Check, by_name};
use crate::manifest::object_name::ObjectName;
use crate::source::Span;

/// Which checks run, and what they may take for granted.
#[derive(Debug, Clone, Default, Args)]
pub struct Options {
    /// Run these checks only: ids or names, with commas between them
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub select: Vec<CheckId>,
    /// Do not run these checks
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub ignore: Vec<CheckId>,
    /// Also tell what is true and mostly meant so (P032, P033, P035, P036, and undeclared ports of probes)
    #[arg(long)]
    pub pedantic: bool,
    /// The input is all there is: what is missing in it is missing in the cluster
    #[arg(long)]
    pub complete: bool,
    /// The cluster's --service-node-port-range [default: 30000-32767]
    #[arg(long, value_name = "A-B")]
    pub node_port_range: Option<NodePortRange>,
    /// The `ignore` of the settings
    #[arg(skip)]
    pub waivers: Vec<Waiver>,
}

/// A wish to hide findings that stands beside the manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The check.
    pub id: CheckId,
    /// The object whose findings are hidden; `None`: of every object.
    pub object: Option<ObjectName>,
    /// Place of the wish.
    pub at: Span,
    /// It is told of when it hides nothing, even if its object is not in the input.
    pub is_told: bool,
}

impl Options {
    /// The node ports that the cluster hands out.
    pub(super) fn node_ports(&self) -> RangeInclusive<u16> {
        self.node_port_range.clone().unwrap_or_default().0
    }

    pub(super) fn chooses(&self, check: &Check) -> bool {
        let wanted = if self.select.is_empty() { self.pedantic || !check.pedantic } else { self.selects(check) };
        wanted && !self.ignore.iter().any(|id| id.0 == check.id)
    }

    /// Does the user want to hear what is mostly meant so, from everybody or from this check?
    pub(super) fn is_pedantic(&self, check: &Check) -> bool {
        self.pedantic || self.selects(check)
    }

    fn selects(&self, check: &Check) -> bool {
        self.select.iter().any(|id| id.0 == check.id)
    }
}

/// The id of a check that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckId(&'static str);

impl CheckId {
    pub(super) fn of(check: &Check) -> Self {
        Self(check.id)
    }

    /// The check.
    #[must_use]
    pub fn check(self) -> &'static Check {
        by_name(self.0).unwrap_or(&CHECKS[0])
    }
}

impl FromStr for CheckId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(text.trim()).map(|check| Self(check.id)).ok_or_else(|| {
            match nearest(text, CHECKS.iter().map(|check| check.name)) {
                Some(name) => format!("there is no such check; did you mean `{name}`?"),
                None => "there is no such check; `portolan explain` lists them all".to_owned(),
            }
        })
    }
}

/// The node ports that a cluster hands out (NP-06).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodePortRange(pub RangeInclusive<u16>);

impl Default for NodePortRange {
    fn default() -> Self {
        Self(30000..=32767)
    }
}

impl FromStr for NodePortRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let range = text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
        match range {
            Some((first, last)) if 0 < first && first <= last => Ok(Self(first..=last)),
            _ => Err("write two port numbers with a dash between them, such as 30000-32767".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_chosen_by_id_or_name() {
        assert_eq!("p003".parse::<CheckId>(), Ok(CheckId("P003")));
        assert_eq!("service-selects-nothing".parse::<CheckId>(), Ok(CheckId("P001")));
        let wrong = |text: &str| text.parse::<CheckId>().unwrap_err();
        assert_eq!(wrong("service-selects-nothin"), "there is no such check; did you mean `service-selects-nothing`?");
        assert_eq!(wrong("named-target"), "there is no such check; did you mean `named-target-port-unknown`?");
        for text in ["P999", "", "nonsense"] {
            assert_eq!(wrong(text), "there is no such check; `portolan explain` lists them all");
        }
    }

    #[test]
    fn a_range_of_node_ports_is_two_numbers_in_order() {
        assert_eq!("10260-32767".parse(), Ok(NodePortRange(10260..=32767)));
        for wrong in ["", "30000", "9-8", "0-9", "a-b", "1-70000"] {
            assert!(wrong.parse::<NodePortRange>().is_err(), "{wrong}");
        }
    }
}
