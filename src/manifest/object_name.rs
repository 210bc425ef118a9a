//! Object names: how options and settings name an object, as kubectl's users do: `svc/web`, `deployment/web`, `shop/ing/web`.

use std::str::FromStr;

/// The short names that kubectl has for kinds.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("CronJob", "cj"),
    ("DaemonSet", "ds"),
    ("Deployment", "deploy"),
    ("Ingress", "ing"),
    ("Pod", "po"),
    ("ReplicaSet", "rs"),
    ("ReplicationController", "rc"),
    ("Service", "svc"),
    ("StatefulSet", "sts"),
];

/// How to write one.
const HOW: &str = "write KIND/NAME or NAMESPACE/KIND/NAME, such as svc/web or shop/svc/web";

/// An object as an option names it: `[NAMESPACE/]KIND/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// `None`: in any namespace.
    namespace: Option<String>,
    kind: String,
    name: String,
}

impl FromStr for ObjectName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, kind, name) = match parts[..] {
            _ if parts.contains(&"") => return Err(HOW.to_owned()),
            [kind, name] => (None, kind, name),
            [namespace, kind, name] => (Some(namespace.to_owned()), kind, name),
            _ => return Err(HOW.to_owned()),
        };
        Ok(Self { namespace, kind: kind.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for ObjectName {
    /// As it was written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}/{}/{}", self.kind, self.name),
            None => write!(f, "{}/{}", self.kind, self.name),
        }
    }
}

impl ObjectName {
    /// The name alone.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Does it name this object?
    pub(crate) fn is(&self, kind: &str, namespace: &str, name: &str) -> bool {
        let in_namespace = self.namespace.as_ref().is_none_or(|wanted| wanted == namespace);
        self.name == name && in_namespace && self.is_kind(kind)
    }

    /// `svc`, `Service` and `services` are all a Service.
    fn is_kind(&self, kind: &str) -> bool {
        let written = self.kind.to_ascii_lowercase();
        let long = kind.to_ascii_lowercase();
        written == long
            || written == short_kind(kind)
            || written == format!("{long}s")
            || written == format!("{long}es")
    }
}

/// The short name of a kind, as kubectl has it; for others the kind in small letters.
pub(crate) fn short_kind(kind: &str) -> String {
    let known = SHORT_NAMES.iter().find(|(long, _)| *long == kind);
    known.map_or_else(|| kind.to_ascii_lowercase(), |(_, short)| (*short).to_owned())
}

/// An object's name as an option would have it, with the namespace where that is needed to tell objects apart.
pub(crate) fn written(kind: &str, namespace: &str, name: &str, with_namespace: bool) -> String {
    let object = format!("{}/{name}", short_kind(kind));
    if with_namespace && !namespace.is_empty() { format!("{namespace}/{object}") } else { object }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_by_their_short_names_and_plurals_in_any_case() {
        for text in ["svc/web", "service/web", "Services/web", "shop/svc/web"] {
            let name: ObjectName = text.parse().unwrap();
            assert!(name.is("Service", "shop", "web"), "{text}");
            assert!(!name.is("Service", "shop", "web2") && !name.is("Deployment", "shop", "web"), "{text}");
            assert_eq!(name.to_string(), text);
        }
        assert!(!"dev/svc/web".parse::<ObjectName>().unwrap().is("Service", "shop", "web"));
        assert!("ingresses/web".parse::<ObjectName>().unwrap().is("Ingress", "shop", "web"));
    }

    #[test]
    fn a_name_has_a_kind_and_may_have_a_namespace() {
        for text in ["web", "a/b/c/d", "", "/web", "svc/", "a//b"] {
            assert!(text.parse::<ObjectName>().is_err(), "{text}");
        }
    }
}
