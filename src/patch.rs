//! What would change in a text, as `diff -u` shows it and `git apply` takes it.

use similar::TextDiff;

/// Lines around a change.
const CONTEXT: usize = 3;

/// A unified diff of two texts of one file; nothing where they are the same.
#[must_use]
pub(crate) fn unified(file: &str, old: &str, new: &str) -> String {
    let name = file.trim_start_matches('/').replace(char::is_control, "\u{fffd}");
    let (before, after) = (format!("a/{name}"), format!("b/{name}"));
    TextDiff::from_lines(old, new).unified_diff().context_radius(CONTEXT).header(&before, &after).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_three_lines_around() {
        insta::assert_snapshot!(unified("/k8s/a.yaml", "1\n2\n3\n4\na: 80\n6", "1\n2\n3\n4\na: 8080\n6"), @r"
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
        assert_eq!(unified("a", "x\n", "x\n"), "");
    }
}
