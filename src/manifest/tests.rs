//! What the tests of kinds share.

use super::{Roles, read};
use crate::source::{Source, Sources};

/// The roles of a text that has nothing wrong.
pub(super) fn roles(text: &str) -> Roles {
    let sources = Sources::new(vec![Source { name: "a.yaml".to_owned(), text: text.into(), explicit: true }]);
    let lowered = read(&sources, "default");
    assert!(lowered.problems.is_empty(), "{:?}", lowered.problems);
    lowered.roles
}
