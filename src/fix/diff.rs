//! What fixing would change, as `diff -u` shows it and `git apply` takes it.

use similar::TextDiff;

use crate::source::{SourceId, Sources};

/// Lines around a change.
const CONTEXT: usize = 3;

/// A unified diff of these sources; nothing where their texts are the same.
#[must_use]
pub fn unified<'s>(old: &Sources, new: &Sources, changed: impl Iterator<Item = &'s SourceId>) -> String {
    changed.map(|id| one(&old.get(*id).name, &old.get(*id).text, &new.get(*id).text)).collect()
}

fn one(name: &str, old: &str, new: &str) -> String {
    let name = name.trim_start_matches('/').replace(char::is_control, "\u{fffd}");
    let (before, after) = (format!("a/{name}"), format!("b/{name}"));
    TextDiff::from_lines(old, new).unified_diff().context_radius(CONTEXT).header(&before, &after).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_three_lines_around() {
        insta::assert_snapshot!(one("/k8s/a.yaml", "1\n2\n3\n4\na: 80\n6", "1\n2\n3\n4\na: 8080\n6"), @r"
        --- a/k8s/a.yaml
        +++ b/k8s/a.yaml
        @@ -2,5 +2,5 @@
         2
         3
         4
        -a: 80
        +a: 8080
         6
        \ No newline at end of file
        ");
        assert_eq!(one("a", "x\n", "x\n"), "");
    }
}
