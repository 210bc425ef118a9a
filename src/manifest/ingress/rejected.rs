//! What the API server rejects in an Ingress of networking.k8s.io/v1: most of it is left over from v1beta1 (ING-01, ING-03 to ING-05).

use super::super::Lowered;
use super::super::accept::used;
use super::super::object::{Object, find, text};
use crate::problem::Problem;
use crate::source::Span;
use crate::yaml::Node;

/// The version whose rules these are; what an older one takes is told as removed (P043).
const VERSION: &str = "networking.k8s.io/v1";

/// Tells it. The meant values are used all the same.
pub(super) fn tell(object: &Object<'_>, lowered: &mut Lowered) {
    if text(object.node, "apiVersion") != Some(VERSION) {
        return;
    }
    let mut tell = |at: Span, message: String, help: &str| {
        lowered.problems.push(used(Problem::rejected(at, message, help)));
    };
    if let Some((key, backend)) = find(object.node, &["spec"]).and_then(|spec| spec.entry("backend")) {
        tell(key.span(), unknown("backend"), "write `defaultBackend`");
        old_backend(backend, &mut tell);
    }
    find(object.node, &["spec", "defaultBackend"]).into_iter().for_each(|backend| old_backend(backend, &mut tell));
    for rule in find(object.node, &["spec", "rules"]).into_iter().flat_map(Node::items) {
        rule.get("host").into_iter().for_each(|host| host_with_port(host, &mut tell));
        for path in find(rule, &["http", "paths"]).into_iter().flat_map(Node::items) {
            path_of_rule(path, &mut tell);
        }
    }
}

fn unknown(field: &str) -> String {
    format!("there is no field `{field}` in {VERSION}, so the API server rejects it")
}

/// The fields of a backend of v1beta1; one message is enough for both.
fn old_backend(backend: Node<'_>, tell: &mut impl FnMut(Span, String, &str)) {
    if let Some((key, _)) = backend.entry("serviceName").or_else(|| backend.entry("servicePort")) {
        let help = "write `service: {name: …, port: {number: …}}`, or `name` in place of `number` for a port's name";
        tell(key.span(), unknown(key.text()), help);
    }
    if let Some(port) = find(backend, &["service", "port"])
        && let (Some(_), Some((name, _))) = (port.get("number"), port.entry("name"))
    {
        let message = "a backend has the number of a port or its name, so the API server rejects both".to_owned();
        tell(name.span(), message, "remove one of the two");
    }
}

/// A host is a name, without a port or a scheme (ING-05). What stands for a value that is filled in later is left alone.
fn host_with_port(host: Node<'_>, tell: &mut impl FnMut(Span, String, &str)) {
    let stated = host.text();
    if stated.contains([':', '/']) && !stated.contains(['$', '{', '<', '%']) {
        let message = format!("`{stated}` is no host: it has a name only, no scheme, port or path");
        tell(host.span(), message, "leave them out; on which port an Ingress is reached is the controller's affair");
    }
}

/// A path needs a type, and begins with a slash (ING-04).
fn path_of_rule(path: Node<'_>, tell: &mut impl FnMut(Span, String, &str)) {
    path.get("backend").into_iter().for_each(|backend| old_backend(backend, tell));
    if path.get("pathType").is_none_or(Node::is_null) {
        let message = format!("a path without `pathType` is not accepted in {VERSION}");
        let help = "write `pathType: Prefix`, or Exact, or ImplementationSpecific where the path is more than text to the controller";
        tell(super::super::start_of(path), message, help);
    }
    let stated = path.get("path").filter(|stated| !stated.text().is_empty());
    if let Some(stated) = stated.filter(|stated| !stated.text().starts_with(['/', '$', '{', '<', '%'])) {
        let message = format!("the path `{}` does not begin with `/`, so the API server rejects it", stated.text());
        tell(stated.span(), message, "begin it with `/`");
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::read;
    use crate::source::{Source, Sources};

    /// What is told of an Ingress with this spec, each with the text at its place.
    fn told(version: &str, spec: &str) -> Vec<String> {
        let text = format!("apiVersion: {version}\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{{spec}}}\n");
        let sources = Sources::new(vec![Source { name: "a".into(), text: text.clone().into(), explicit: true }]);
        let faults = read(&sources, "default").roles.faults.into_iter();
        let told = faults.map(|fault| match fault.problem.place {
            crate::problem::Place::Span(at) => {
                format!("{}: {}", &text[at.start as usize..at.end as usize], fault.problem.message)
            }
            crate::problem::Place::Source(_) => String::new(),
        });
        told.collect()
    }

    fn path(path: &str) -> String {
        format!("rules: [{{http: {{paths: [{path}]}}}}]")
    }

    const NEW: &str = "backend: {service: {name: s, port: {number: 80}}}";
    const OLD: &str = "backend: {serviceName: s, servicePort: 80}";

    #[test]
    fn ing_03_fields_of_v1beta1_are_not_those_of_v1() {
        let unknown = "in networking.k8s.io/v1, so the API server rejects it";
        assert_eq!(
            told("networking.k8s.io/v1", OLD),
            [
                format!("backend: there is no field `backend` {unknown}"),
                format!("serviceName: there is no field `serviceName` {unknown}")
            ]
        );
        let rule = path(&format!("{{path: /, pathType: Prefix, {OLD}}}"));
        assert_eq!(
            told("networking.k8s.io/v1", &rule),
            [format!("serviceName: there is no field `serviceName` {unknown}")]
        );
        assert!(told("networking.k8s.io/v1beta1", &path(&format!("{{{OLD}}}"))).is_empty());
    }

    #[test]
    fn ing_04_a_path_has_a_type_and_begins_with_a_slash() {
        let v1 = |rule: &str| told("networking.k8s.io/v1", &path(rule));
        assert!(v1(&format!("{{path: /, {NEW}}}"))[0].contains("a path without `pathType`"));
        let relative = v1(&format!("{{path: api, pathType: Prefix, {NEW}}}"));
        assert_eq!(relative, ["api: the path `api` does not begin with `/`, so the API server rejects it"]);
        for good in
            ["path: /api, pathType: Exact", "pathType: ImplementationSpecific", "path: '{{ path }}', pathType: Prefix"]
        {
            assert!(v1(&format!("{{{good}, {NEW}}}")).is_empty(), "{good}");
        }
    }

    #[test]
    fn ing_05_a_host_has_no_port() {
        let host = |host: &str| {
            let spec = path(&format!("{{path: /, pathType: Prefix, {NEW}}}"));
            told("networking.k8s.io/v1", &spec.replacen("{http", &format!("{{host: '{host}', http"), 1))
        };
        assert_eq!(
            host("a.io:8080"),
            ["'a.io:8080': `a.io:8080` is no host: it has a name only, no scheme, port or path"]
        );
        for good in ["a.io", "*.a.io", "${HOST:-a.io}"] {
            assert!(host(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn ing_01_a_backend_has_one_form_of_port() {
        let both = path("{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80, name: http}}}}");
        let message = "name: a backend has the number of a port or its name, so the API server rejects both";
        assert_eq!(told("networking.k8s.io/v1", &both), [message]);
    }
}
