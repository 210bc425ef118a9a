//! Helm charts: what `helm template` is told, and from which template each object comes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::program::{self, Failure};
use super::{Release, Rendering};

/// The file that makes a folder a chart.
pub(super) const MARKER: &str = "Chart.yaml";

/// Helm's own name for a release that nobody named.
const UNNAMED: &str = "release-name";

/// The Kubernetes that charts are rendered for. Builds of helm differ in what they take where nobody says, and so would their output.
const KUBERNETES: &str = "1.36.0";

/// What a chart renders to. Tests of the chart, which are no part of a release, are left out.
pub(super) fn render(chart: &Path, rendering: &Rendering, namespace: &str) -> Result<String, Failure> {
    let joined = |option: &str, value: &std::ffi::OsStr| {
        let mut argument = OsString::from(option);
        argument.push("=");
        argument.push(value);
        argument
    };
    let mut args: Vec<OsString> = vec!["template".into(), release(chart, rendering).into(), program::whole(chart)];
    args.extend(["--skip-tests".into(), joined("--kube-version", KUBERNETES.as_ref())]);
    args.push(joined("--namespace", namespace.as_ref()));
    args.extend(rendering.values.iter().map(|file| joined("--values", file.as_os_str())));
    args.extend(rendering.set.iter().map(|value| joined("--set", value.as_ref())));
    program::run("helm", &args)
}

/// The release's name: what the user says, else the chart's own, so that the folder's name does not matter.
pub(super) fn release(chart: &Path, rendering: &Rendering) -> String {
    let text = fs::read_to_string(chart.join(MARKER)).unwrap_or_default();
    let release = rendering.release.clone().or_else(|| name(&text));
    release.map_or_else(|| UNNAMED.to_owned(), |release| release.as_str().to_owned())
}

/// The name that a Chart.yaml states on a line of its own, as all of them do.
fn name(text: &str) -> Option<Release> {
    let value = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let value = value.split(" #").next().unwrap_or_default();
    value.trim().trim_matches(['"', '\'']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_chart_is_read_where_it_stands_on_its_own_line() {
        let cases = [
            ("apiVersion: v2\nname: shop\n", Some("shop")),
            ("name: \"shop\" # ours\r\n", Some("shop")),
            ("maintainers:\n- name: Ada\nname: 'shop'\n", Some("shop")),
            ("{name: shop}", None),
            ("name: --post-renderer=sh\n", None),
        ];
        for (text, expected) in cases {
            assert_eq!(name(text).as_ref().map(Release::as_str), expected, "{text}");
        }
    }
}
