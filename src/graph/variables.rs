//! The texts that tell whom a workload calls: environment variables with their `$(…)` filled in, arguments, mounted ConfigMaps
//! (SEMANTICS §9.1). Secrets are never among them (CLI-06).

mod service_link;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

use super::address;
use crate::manifest::{Config, Container, Env, EnvValue, Roles, Service, ServiceType, Workload};
use crate::source::Span;

/// The most that one text may grow to by its references, in bytes. Linux passes no longer variable than 128 KiB to a program.
const LONGEST_TEXT: usize = 64 << 10;
/// The most that the references of one workload may add, in bytes: a chain of `A=$(A)$(A)` doubles at each step.
const MOST_ADDED: usize = 1 << 20;

/// The longest name of a Service, in bytes.
const LONGEST_SERVICE_NAME: usize = 63;

/// One text, the name it stands under, and where.
pub(super) struct Text<'r> {
    /// Name of the variable, flag or key.
    pub(super) name: Cow<'r, str>,
    /// The text.
    pub(super) value: Cow<'r, str>,
    /// A whole file, with comments in it.
    pub(super) is_file: bool,
    /// Where it stands.
    pub(super) at: Span,
    /// Where it stands, in words.
    pub(super) place: Place<'r>,
}

/// Where a text stands; in words: `env DATABASE_URL`, `args`, `ConfigMap app, key url`.
#[derive(Clone, Copy)]
pub(super) enum Place<'r> {
    /// An entry of `env`.
    Env(&'r str),
    /// The same, whose value is that of a key of a ConfigMap.
    EnvOfKey(&'r str, Key<'r>),
    /// `command` or `args`.
    Words,
    /// A key of a ConfigMap.
    Key(Key<'r>),
}

/// A key of a ConfigMap.
#[derive(Clone, Copy)]
pub(super) struct Key<'r> {
    config: &'r Config,
    key: &'r str,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env {name}"),
            Self::EnvOfKey(name, key) => write!(f, "env {name} ({key})"),
            Self::Words => f.write_str("args"),
            Self::Key(key) => key.fmt(f),
        }
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConfigMap {}, key {}", self.config.id.name, self.key)
    }
}

/// What variables can refer to.
pub(super) struct Context<'r> {
    roles: &'r Roles,
    configs: HashMap<(&'r str, &'r str), &'r Config>,
    /// Made when something refers to a variable that no one states: in few inputs.
    services: OnceLock<ByPrefix<'r>>,
}

/// Services that have an address, by namespace and the name their variables begin with.
type ByPrefix<'r> = HashMap<(&'r str, String), &'r Service>;

impl<'r> Context<'r> {
    /// Indexes ConfigMaps by name.
    pub(super) fn new(roles: &'r Roles) -> Self {
        let configs =
            roles.configs.iter().map(|config| ((config.id.namespace.as_str(), config.id.name.as_str()), &**config));
        Self { roles, configs: configs.collect(), services: OnceLock::new() }
    }

    /// Of two Services, `a-b` and `a.b`, the first counts.
    fn by_prefix(roles: &'r Roles) -> ByPrefix<'r> {
        let has_address = |service: &&Arc<Service>| !service.headless && service.kind != ServiceType::ExternalName;
        let mut services = HashMap::new();
        for service in roles.services.iter().filter(has_address) {
            let prefix = service_link::upper(&service.id.name);
            services.entry((service.id.namespace.as_str(), prefix)).or_insert(&**service);
        }
        services
    }

    fn config(&self, namespace: &str, name: &str) -> Option<&'r Config> {
        self.configs.get(&(namespace, name)).copied()
    }

    /// The value of a service variable (CLI-03), where the workload has those.
    fn service_variable(&self, workload: &Workload, name: &str) -> Option<String> {
        if !workload.service_links {
            return None;
        }
        // Of the names that end at an underscore, those longer than a Service's can be none.
        let ends = name.match_indices('_').map(|(at, _)| at).take_while(|at| *at <= LONGEST_SERVICE_NAME);
        ends.filter_map(|at| Some((name.get(..at)?, name.get(at + 1..)?))).find_map(|(prefix, rest)| {
            let services = self.services.get_or_init(|| Self::by_prefix(self.roles));
            let service = services.get(&(workload.id.namespace.as_str(), prefix.to_owned()))?;
            service_link::value(service, rest)
        })
    }
}

/// The texts of a workload: a list per container, then one for the files of its volumes.
pub(super) fn texts<'r>(workload: &'r Workload, context: &Context<'r>) -> Vec<Vec<Text<'r>>> {
    let mut room = MOST_ADDED;
    let containers = workload.containers.iter();
    let mut all: Vec<Vec<Text<'_>>> =
        containers.map(|container| of_container(workload, container, context, &mut room)).collect();
    all.push(files(workload, context));
    all
}

fn of_container<'r>(
    workload: &'r Workload,
    container: &'r Container,
    context: &Context<'r>,
    room: &mut usize,
) -> Vec<Text<'r>> {
    let mut scope = Scope { workload, context, room, texts: Vec::new(), latest: HashMap::new() };
    for from in &container.env_from {
        let config = context.config(&workload.id.namespace, &from.config);
        config.into_iter().flat_map(|config| from_config(config, &from.prefix)).for_each(|text| scope.set(text));
    }
    for env in &container.env {
        match variable(env, &mut scope) {
            Some(text) => scope.set(text),
            None => scope.forget(&env.name),
        }
    }
    let before = std::iter::once(None).chain(container.words.iter().map(Some));
    let words = before.zip(&container.words).map(|(before, (word, at))| {
        let (name, value) = flag(before.map(|(before, _)| before.as_str()), word);
        let value = scope.expand(value);
        Text { name: Cow::Borrowed(name), value, is_file: false, at: *at, place: Place::Words }
    });
    let words: Vec<Text<'_>> = words.collect();
    scope.into_variables().chain(words).collect()
}

/// The flag that a word stands under, and its value: `--upstream=http://web`, or `--upstream` in the word before.
fn flag<'r>(before: Option<&'r str>, word: &'r str) -> (&'r str, &'r str) {
    let is_flag = |word: &&str| word.starts_with('-') && !word.contains("$(");
    match word.split_once('=').filter(|(name, _)| is_flag(name)) {
        Some(found) => found,
        None => (before.filter(|word| is_flag(word) && !word.contains('=')).unwrap_or_default(), word),
    }
}

fn from_config<'r>(config: &'r Config, prefix: &'r str) -> impl Iterator<Item = Text<'r>> {
    config.data.iter().map(move |(key, (value, at))| Text {
        name: if prefix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned(format!("{prefix}{key}")) },
        value: Cow::Borrowed(value),
        is_file: false,
        at: *at,
        place: Place::Key(Key { config, key }),
    })
}

fn variable<'r>(env: &'r Env, scope: &mut Scope<'r, '_>) -> Option<Text<'r>> {
    let namespace = scope.workload.id.namespace.as_str();
    let (value, at, place) = match &env.value {
        EnvValue::Text(text) => (scope.expand(text), env.at, Place::Env(&env.name)),
        EnvValue::ConfigKey(config, key) => {
            let config = scope.context.config(namespace, config)?;
            let (value, at) = config.data.get(key.as_str())?;
            (Cow::Borrowed(value.as_str()), *at, Place::EnvOfKey(&env.name, Key { config, key }))
        }
        EnvValue::Field(field) if field == "metadata.namespace" => {
            (Cow::Borrowed(namespace), env.at, Place::Env(&env.name))
        }
        EnvValue::Field(_) | EnvValue::Hidden => return None,
    };
    Some(Text { name: Cow::Borrowed(&env.name), value, is_file: false, at, place })
}

fn files<'r>(workload: &'r Workload, context: &Context<'r>) -> Vec<Text<'r>> {
    let mut texts = Vec::new();
    for volume in &workload.volumes {
        let Some(config) = context.config(&workload.id.namespace, &volume.config) else { continue };
        let mounted = config.data.iter().filter(|(key, _)| volume.keys.as_ref().is_none_or(|keys| keys.contains(key)));
        for (key, (value, at)) in mounted.filter(|(_, (value, _))| address::is_scannable(value)) {
            let place = Place::Key(Key { config, key });
            texts.push(Text { name: Cow::Borrowed(key), value: Cow::Borrowed(value), is_file: true, at: *at, place });
        }
    }
    texts
}

/// The texts of one container so far, and what its next text may refer to.
struct Scope<'r, 'c> {
    workload: &'r Workload,
    context: &'c Context<'r>,
    /// How many bytes the references of the workload may still add.
    room: &'c mut usize,
    texts: Vec<Text<'r>>,
    /// Where in `texts` the last variable of a name is.
    latest: HashMap<Cow<'r, str>, usize>,
}

impl<'r> Scope<'r, '_> {
    /// Adds a variable.
    fn set(&mut self, text: Text<'r>) {
        self.latest.insert(text.name.clone(), self.texts.len());
        self.texts.push(text);
    }

    /// A variable of unknown value hides what an earlier one of its name told (CLI-01, CLI-06).
    fn forget(&mut self, name: &str) {
        self.latest.remove(name);
    }

    /// The variables that the container gets: of each name the last (CLI-01).
    fn into_variables(self) -> impl Iterator<Item = Text<'r>> {
        let latest = self.latest;
        let all = self.texts.into_iter().enumerate();
        all.filter(move |(at, text)| latest.get(&text.name) == Some(at)).map(|(_, text)| text)
    }

    /// The value of a variable, where its length is within what may still be added to a text of this length.
    fn value(&self, name: &str, length: usize) -> Option<Cow<'_, str>> {
        let stated = self.latest.get(name).and_then(|at| self.texts.get(*at)).map(|text| Cow::Borrowed(&*text.value));
        let value = stated.or_else(|| self.context.service_variable(self.workload, name).map(Cow::Owned))?;
        (length + value.len() <= LONGEST_TEXT && value.len() <= *self.room).then_some(value)
    }

    /// Fills in `$(NAME)` from earlier variables and from service variables; what is unknown, or too long, stays as it is, `$$` is
    /// one `$` (CLI-02).
    fn expand(&mut self, text: &'r str) -> Cow<'r, str> {
        if !text.contains("$(") {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let behind = &rest[at + 1..];
            if let Some(after) = behind.strip_prefix('$') {
                out.push('$');
                rest = after;
            } else if let Some((name, after)) = behind.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                let as_written = &rest[at..rest.len() - after.len()];
                let start = out.len();
                match self.value(name, start) {
                    Some(value) => out.push_str(&value),
                    None => out.push_str(as_written),
                }
                *self.room = self.room.saturating_sub((out.len() - start).saturating_sub(as_written.len()));
                rest = after;
            } else {
                out.push('$');
                rest = behind;
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;
    use crate::source::{Source, Sources};

    /// The texts that a pod's only container gets with this `env`.
    fn values(env: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, env: [{env}], args: ['--a', '$()']}}]}}\n"
        );
        let sources = Sources::new(vec![Source { name: "a.yaml".into(), text: text.into(), explicit: true }]);
        let roles = manifest::read(&sources, "default").roles;
        let all = texts(&roles.workloads[0], &Context::new(&roles));
        all.into_iter().flatten().map(|text| text.value.into_owned()).collect()
    }

    #[test]
    fn the_latest_variable_of_a_name_counts_and_no_argument_is_one() {
        let found = values("{name: A, value: one}, {name: A, value: $(A) two}, {name: B, value: $(A) $(C)}");
        assert_eq!(found, ["one two", "one two $(C)", "--a", "$()"]);
    }

    #[test]
    fn variables_that_double_stay_within_bounds() {
        let doubling: String = (0..40).map(|at| format!("{{name: V{}, value: '$(V{at})$(V{at})'}},", at + 1)).collect();
        let copies: String = (0..200).map(|at| format!("{{name: B{at}, value: '$(V12)'}},")).collect();
        let found = values(&format!("{{name: V0, value: 0123456789abcdef}}, {doubling} {copies}"));
        let longest = found.iter().map(String::len).max();
        assert_eq!(longest, Some(LONGEST_TEXT + "$(V12)".len()), "the reference that would be too much stays");
        let sum: usize = found.iter().map(String::len).sum();
        assert!(sum <= MOST_ADDED + doubling.len() + copies.len(), "{sum}");
    }
}
