//! Settings: the file, if there is one, joined with what the command line says, which wins.

use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::told;
use crate::check::{NodePortRange, Options, Severity};
use crate::cli::Input;
use crate::config::{Config, Extent};
use crate::load;
use crate::manifest::{self, Roles};
use crate::problem::Problem;
use crate::source::{Source, SourceId, Sources};
use crate::view::{View, doc, table};

/// The settings of a run.
#[derive(Default)]
pub(super) struct Settings {
    config: Config,
    /// Where they come from.
    file: Option<(PathBuf, Source)>,
    extent: Extent,
}

impl Settings {
    /// Reads the file that the user names or, unless none is wished, the nearest one.
    ///
    /// # Errors
    /// It cannot be read, or is no file of settings.
    pub(super) fn read(input: &Input) -> anyhow::Result<Self> {
        let path = match &input.config {
            _ if input.no_config => None,
            None => load::find_settings(&input.paths),
            Some(path) => Some(path.clone()),
        };
        path.map_or_else(|| Ok(Self::default()), |path| Self::read_file(path, &input.paths))
    }

    fn read_file(path: PathBuf, inputs: &[PathBuf]) -> anyhow::Result<Self> {
        let source = load::read_settings(&path).map_err(|problem| anyhow!(told(&problem, &Sources::default())))?;
        let alone = || Sources::new(vec![source.clone()]);
        let config =
            Config::read(SourceId(0), &source.text.whole()).map_err(|problem| anyhow!(told(&problem, &alone())))?;
        let extent = if load::take_in(inputs, &path) { Extent::Whole } else { Extent::Part };
        Ok(Self { config, file: Some((path, source)), extent })
    }

    /// The paths to read manifests from: the file of settings is none.
    pub(super) fn manifests(&self, input: &Input) -> Vec<PathBuf> {
        let path = self.file.as_ref().map(|(path, _)| path.as_path());
        path.map_or_else(|| input.paths.clone(), |path: &Path| load::apart_from(path, &input.paths))
    }

    /// The namespace of objects that state none.
    pub(super) fn namespace<'a>(&'a self, input: &'a Input) -> &'a str {
        let stated = input.namespace.as_deref().or(self.config.namespace.as_deref());
        stated.unwrap_or(manifest::DEFAULT_NAMESPACE)
    }

    /// Makes the file a source, so that findings can be about it. It is no object, so it is passed over as a manifest.
    pub(super) fn join(&mut self, sources: &mut Sources) {
        if let Some((_, source)) = &self.file {
            self.config.move_to(sources.add(source.clone()));
        }
    }

    /// Notes on the roles what the file says of objects; warns of what names nothing.
    pub(super) fn note(&self, roles: &mut Roles) -> Vec<Problem> {
        self.config.note(roles, self.extent)
    }

    /// The options of checks.
    pub(super) fn options(&self, stated: Options) -> Options {
        self.config.options(stated, self.extent)
    }

    /// From which severity on findings make the exit status 1.
    pub(super) fn fail_on(&self, stated: Option<Severity>) -> Severity {
        stated.or(self.config.fail_on).unwrap_or(Severity::Error)
    }

    /// The node ports that the cluster hands out.
    fn node_ports(&self) -> NodePortRange {
        self.config.node_port_range.clone().unwrap_or_default()
    }

    /// The view, with its options.
    pub(super) fn view(&self, view: View) -> View {
        match view {
            View::Doc(options) => View::Doc(doc::Options {
                whole: self.config.sections.clone(),
                node_ports: self.node_ports(),
                ..options
            }),
            View::Table(options) => View::Table(table::Options { node_ports: self.node_ports(), ..options }),
            other => other,
        }
    }
}
