//! What a user chooses about kustomizations and charts.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

const HEADING: &str = "Rendering";

/// Whether and how kustomizations and charts are rendered.
#[derive(Debug, Clone, Default, Args)]
pub struct Rendering {
    /// Whether kustomizations and Helm charts are rendered; this runs kustomize (or kubectl) and helm on the input
    #[arg(long, value_enum, default_value_t, help_heading = HEADING)]
    pub render: Render,
    /// A file with values for Helm charts; may be given several times
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub values: Vec<PathBuf>,
    /// A value for Helm charts; may be given several times
    #[arg(long, value_name = "KEY=VALUE", help_heading = HEADING)]
    pub set: Vec<String>,
    /// The release name of Helm charts [default: the name of the chart]
    #[arg(long, value_name = "NAME", help_heading = HEADING)]
    pub release: Option<Release>,
}

/// The revision that a comparison begins at.
#[derive(Debug, Clone)]
pub struct Base {
    /// What the user calls it; it does not begin with a dash.
    pub rev: Rev,
    /// It is that revision itself, not the last commit that it has in common with `HEAD`.
    pub no_merge_base: bool,
}

/// The name of a revision, which git does not take for an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rev(String);

impl fmt::Display for Rev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Rev {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text.starts_with('-') {
            return Err("a revision is the name of a branch, a tag or a commit, such as main or origin/main".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
impl Rendering {
    /// Files are read as they are.
    pub(crate) fn never() -> Self {
        Self { render: Render::Never, ..Self::default() }
    }
}

/// Whether kustomizations and charts are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Render {
    /// They are rendered by the programs that are installed
    #[default]
    Auto,
    /// Files are read as they are, and no program is run
    Never,
}

/// The name of a Helm release, which stands in the names of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release(String);

impl Release {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Release {
    type Err = String;

    /// Helm's rule: a DNS name of at most 53 characters.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let labels = text.split('.');
        let is_name = |label: &str| {
            label.starts_with(is_inner) && label.ends_with(is_inner) && label.chars().all(|c| is_inner(c) || c == '-')
        };
        if text.len() <= 53 && labels.into_iter().all(is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err("small letters, digits, dots and dashes make the name of a release, 53 of them at most".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_release_is_one_that_helm_takes() {
        for name in ["shop", "my-shop.v2", "1", &"a".repeat(53)] {
            assert_eq!(name.parse::<Release>().unwrap().as_str(), name);
        }
        for name in ["", "-x", "--post-renderer=sh", "Shop", "a..b", "a_b", "a-", &"a".repeat(54)] {
            assert!(name.parse::<Release>().is_err(), "{name}");
        }
    }
}
