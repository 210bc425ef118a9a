//! The texts that tell whom a workload calls: environment variables with their `$(…)` filled in, arguments, mounted ConfigMaps
//! (SEMANTICS §9.1). Secrets are never among them (CLI-06).

use std::borrow::Cow;
use std::collections::HashMap;

use super::address;
use crate::manifest::{Config, Container, Env, EnvValue, Roles, Service, ServiceType, Workload};
use crate::source::Span;

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
    pub(super) place: String,
}

/// What variables can refer to.
pub(super) struct Context<'r> {
    configs: HashMap<(&'r str, &'r str), &'r Config>,
    services: HashMap<&'r str, Vec<&'r Service>>,
}

impl<'r> Context<'r> {
    /// Indexes ConfigMaps by name, Services by namespace.
    pub(super) fn new(roles: &'r Roles) -> Self {
        let configs =
            roles.configs.iter().map(|config| ((config.id.namespace.as_str(), config.id.name.as_str()), config));
        let mut services: HashMap<&str, Vec<&Service>> = HashMap::new();
        for service in &roles.services {
            services.entry(&service.id.namespace).or_default().push(service);
        }
        Self { configs: configs.collect(), services }
    }

    fn config(&self, namespace: &str, name: &str) -> Option<&'r Config> {
        self.configs.get(&(namespace, name)).copied()
    }

    /// The value of a service variable that tells an address (CLI-03): `REDIS_SERVICE_HOST`, `REDIS_SERVICE_PORT`.
    fn service_variable(&self, workload: &Workload, name: &str) -> Option<String> {
        if !workload.service_links {
            return None;
        }
        let (prefix, is_host) = match name.strip_suffix("_SERVICE_HOST") {
            Some(prefix) => (prefix, true),
            None => (name.strip_suffix("_SERVICE_PORT")?, false),
        };
        let services = self.services.get(workload.id.namespace.as_str())?;
        let has_address = |service: &Service| !service.headless && service.kind != ServiceType::ExternalName;
        let variable = |service: &Service| service.id.name.replace('-', "_").to_uppercase();
        let service = services.iter().find(|service| has_address(service) && variable(service) == prefix)?;
        if is_host { Some(service.id.name.clone()) } else { Some(service.ports.first()?.number.to_string()) }
    }
}

/// The texts of a workload: a list per container, then one for the files of its volumes.
pub(super) fn texts<'r>(workload: &'r Workload, context: &Context<'r>) -> Vec<Vec<Text<'r>>> {
    let mut all: Vec<Vec<Text<'_>>> =
        workload.containers.iter().map(|container| of_container(workload, container, context)).collect();
    all.push(files(workload, context));
    all
}

/// The longest text that filling in makes, in bytes. Variables that double each other would grow without end, and what is
/// longer is no address that anybody wrote.
const LONGEST: usize = 64 * 1024;

/// The variables of one container, as far as they are defined.
#[derive(Default)]
struct Variables<'r> {
    texts: Vec<Text<'r>>,
    /// Where the last definition of a name stands: it wins (CLI-01).
    places: HashMap<String, usize>,
}

impl<'r> Variables<'r> {
    fn push(&mut self, text: Text<'r>) {
        self.places.insert(text.name.to_string(), self.texts.len());
        self.texts.push(text);
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.places.get(name).and_then(|at| self.texts.get(*at)).map(|text| text.value.as_ref())
    }
}

fn of_container<'r>(workload: &'r Workload, container: &'r Container, context: &Context<'r>) -> Vec<Text<'r>> {
    let mut variables = Variables::default();
    for from in &container.env_from {
        let config = context.config(&workload.id.namespace, &from.config);
        let texts = config.into_iter().flat_map(|config| from_config(config, &from.prefix));
        texts.for_each(|text| variables.push(text));
    }
    for env in &container.env {
        if let Some(text) = variable(workload, env, &variables, context) {
            variables.push(text);
        }
    }
    let words = container.words.iter().enumerate().map(|(index, (word, at))| {
        let value = expand(word, workload, &variables, context);
        // A flag may have its value in the next word: `--upstream`, `http://web`.
        let flag = index.checked_sub(1).and_then(|before| container.words.get(before)).map(|(word, _)| word.as_str());
        let name = flag.filter(|word| word.starts_with('-') && !word.contains('=')).unwrap_or_default();
        Text { name: Cow::Borrowed(name), value, is_file: false, at: *at, place: "args".to_owned() }
    });
    let words: Vec<Text<'_>> = words.collect();
    variables.texts.extend(words);
    variables.texts
}

fn from_config<'r>(config: &'r Config, prefix: &'r str) -> impl Iterator<Item = Text<'r>> {
    config.data.iter().map(move |(key, (value, at))| Text {
        name: if prefix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned(format!("{prefix}{key}")) },
        value: Cow::Borrowed(value),
        is_file: false,
        at: *at,
        place: key_of(config, key),
    })
}

fn variable<'r>(
    workload: &'r Workload,
    env: &'r Env,
    earlier: &Variables<'r>,
    context: &Context<'r>,
) -> Option<Text<'r>> {
    let (value, at, place) = match &env.value {
        EnvValue::Text(text) => (expand(text, workload, earlier, context), env.at, format!("env {}", env.name)),
        EnvValue::ConfigKey(config, key) => {
            let config = context.config(&workload.id.namespace, config)?;
            let (value, at) = config.data.get(key)?;
            (Cow::Borrowed(value.as_str()), *at, format!("env {} ({})", env.name, key_of(config, key)))
        }
        EnvValue::Field(field) if field == "metadata.namespace" => {
            (Cow::Borrowed(workload.id.namespace.as_str()), env.at, format!("env {}", env.name))
        }
        EnvValue::Field(_) | EnvValue::Hidden => return None,
    };
    Some(Text { name: Cow::Borrowed(&env.name), value, is_file: false, at, place })
}

fn key_of(config: &Config, key: &str) -> String {
    format!("ConfigMap {}, key {key}", config.id.name)
}

fn files<'r>(workload: &'r Workload, context: &Context<'r>) -> Vec<Text<'r>> {
    let mut texts = Vec::new();
    for volume in &workload.volumes {
        let Some(config) = context.config(&workload.id.namespace, &volume.config) else { continue };
        let mounted = config.data.iter().filter(|(key, _)| volume.keys.as_ref().is_none_or(|keys| keys.contains(key)));
        for (key, (value, at)) in mounted.filter(|(_, (value, _))| address::is_scannable(value)) {
            let place = key_of(config, key);
            texts.push(Text { name: Cow::Borrowed(key), value: Cow::Borrowed(value), is_file: true, at: *at, place });
        }
    }
    texts
}

/// Fills in `$(NAME)` from earlier variables and from service variables; what is unknown stays as it is, `$$` is one `$` (CLI-02).
fn expand<'r>(text: &'r str, workload: &Workload, earlier: &Variables<'_>, context: &Context<'_>) -> Cow<'r, str> {
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
            let known = earlier.value(name).map(Cow::Borrowed);
            match known.or_else(|| context.service_variable(workload, name).map(Cow::Owned)) {
                Some(value) if out.len() + value.len() <= LONGEST => out.push_str(&value),
                _ => out.push_str(&rest[at..rest.len() - after.len()]),
            }
            rest = after;
        } else {
            out.push('$');
            rest = behind;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
