//! What the API server accepts: port numbers, port names, protocols, and how fields are spelt (SEMANTICS §0, SVC-06 to SVC-08).

use super::{Lowered, Protocol};
use crate::name::Name;
use crate::problem::{Problem, Remedy, Severity};
use crate::source::Span;
use crate::yaml::Node;

/// How a port may be named (SVC-08): Service ports and all others have grammars of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// DNS label: of a Service's `ports[].name` (SVC-07).
    Label,
    /// IANA service name: of container ports, and of references to a port by its name (TP-03, POD-01).
    Iana,
}

/// The longest label (SVC-07).
const LONGEST_LABEL: usize = 63;
/// The longest IANA service name (TP-03).
const LONGEST_IANA: usize = 15;

impl Grammar {
    /// Why a name is refused; `None`: it is not.
    fn refuses(self, name: &str) -> Option<String> {
        let longest = match self {
            Self::Label => LONGEST_LABEL,
            Self::Iana => LONGEST_IANA,
        };
        if name.len() > longest {
            return Some(format!("it has {} characters, and may have {longest}", name.chars().count()));
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !name.bytes().all(allowed) {
            return Some("it may have small letters (a-z), digits and dashes only".to_owned());
        }
        if name.starts_with('-') || name.ends_with('-') {
            return Some("it may not start or end with a dash".to_owned());
        }
        if self == Self::Label {
            return None;
        }
        let has_letter = name.bytes().any(|byte| byte.is_ascii_lowercase());
        match (has_letter, name.contains("--")) {
            (false, _) => Some("it needs at least one letter".to_owned()),
            (_, true) => Some("it may not have two dashes in a row".to_owned()),
            _ => None,
        }
    }
}

impl Lowered {
    /// A port number of the API, or a problem: ports are 1 to 65535 (SVC-06, TP-12; YAML-05 for the empty one).
    pub(super) fn port(&mut self, value: i32, what: &str, at: Span) -> Option<u16> {
        let number = u16::try_from(value).ok().filter(|number| *number > 0);
        if number.is_none() {
            let message = format!("{what} {value} is no port number, so the API server rejects it");
            self.problems.push(Problem::rejected(at, message, "write a number from 1 to 65535"));
        }
        number
    }

    /// A protocol of the API, or a problem: they are case-sensitive (YAML-09). The meant one is used where it is clear.
    pub(super) fn protocol(&mut self, value: Option<&str>, at: Span) -> Protocol {
        match value {
            None | Some("" | "TCP") => return Protocol::Tcp,
            Some("UDP") => return Protocol::Udp,
            Some("SCTP") => return Protocol::Sctp,
            Some(_) => {}
        }
        let value = value.unwrap_or_default();
        let message = format!("protocol `{value}` is none of TCP, UDP and SCTP, so the API server rejects it");
        let meant = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(value));
        let help = match meant {
            Some(_) => "write it in capitals: TCP, UDP or SCTP",
            None => {
                "write TCP, UDP or SCTP; what is spoken on top of it, such as HTTP, goes into `appProtocol` of a Service"
            }
        };
        let problem = Problem::rejected(at, message, help);
        let remedy = meant.map(|meant| Box::new(Remedy::Spelt(meant.as_str().to_owned())));
        self.problems.push(Problem { remedy, ..problem });
        meant.unwrap_or_default()
    }

    /// The name of a port (empty: none), or a reference to one; what the API server rejects is told, and used all the same.
    pub(super) fn port_name(&mut self, name: Option<String>, grammar: Grammar, at: Span) -> Option<Name> {
        let name = name.filter(|name| !name.is_empty())?;
        if let Some(why) = grammar.refuses(&name) {
            let message = format!("`{name}` is no name for a port, so the API server rejects it: {why}");
            let small = name.to_ascii_lowercase();
            let remedy =
                grammar.refuses(&small).is_none().then(|| Box::new(Remedy::Renamed { from: name.clone(), to: small }));
            let problem = Problem::rejected(at, message, renamed(&name, grammar));
            self.problems.push(used(Problem { remedy, ..problem }));
        }
        Some(name.into())
    }

    /// Tells keys that differ from a known one in their letters' case only: the API server does not know them (YAML-07).
    pub(super) fn misspelt(&mut self, node: Node<'_>, known: &[&str]) {
        for (key, _) in node.entries() {
            let meant = known.iter().find(|known| known.eq_ignore_ascii_case(key.text()) && **known != key.text());
            if let Some(meant) = meant {
                let message = format!("there is no field `{}`, so its value is not used", key.text());
                let spelt = Remedy::Spelt((*meant).to_owned());
                let problem = Problem::rejected(key.span(), message, spelt.to_string());
                // With two keys for one field, which value counts is for a person to say.
                let is_only = node.entries().filter(|(key, _)| meant.eq_ignore_ascii_case(key.text())).count() == 1;
                self.problems.push(used(Problem { remedy: is_only.then(|| Box::new(spelt)), ..problem }));
            }
        }
    }
}

/// All of the input is used, as far as it can be: a warning for those who only draw.
pub(super) fn used(problem: Problem) -> Problem {
    Problem { severity: Severity::Warning, ..problem }
}

/// What to write instead of a name.
fn renamed(name: &str, grammar: Grammar) -> String {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("write {name} without quotes to mean the number; a name is made of letters, such as `http`");
    }
    let proposal = name.to_ascii_lowercase().replace(['_', '.', ' '], "-");
    match grammar.refuses(&proposal) {
        None => format!("write `{proposal}`, also where the port is referred to"),
        Some(_) => "write a short name of small letters, such as `http` or `grpc-web`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;
    use crate::source::{Source, Sources};

    #[test]
    fn svc_08_service_ports_and_container_ports_have_grammars_of_their_own() {
        for (name, label, iana) in [
            ("http", true, true),
            ("8080", true, false),
            ("my-very-long-port-name", true, false),
            ("a--b", true, false),
            ("exactly-15-char", true, true),
            ("http_api", false, false),
            ("HTTP", false, false),
            ("-a", false, false),
            ("a-", false, false),
        ] {
            assert_eq!(Grammar::Label.refuses(name).is_none(), label, "label {name}");
            assert_eq!(Grammar::Iana.refuses(name).is_none(), iana, "IANA {name}");
        }
    }

    #[test]
    fn a_refused_name_is_told_with_one_that_is_taken() {
        for (name, help) in [
            ("HTTP_API", "write `http-api`, also where the port is referred to"),
            ("8080", "write 8080 without quotes to mean the number; a name is made of letters, such as `http`"),
            ("prometheus-metrics", "write a short name of small letters, such as `http` or `grpc-web`"),
        ] {
            assert_eq!(renamed(name, Grammar::Iana), help);
        }
    }

    /// The messages about a Service's spec, each with the text at its place.
    fn told(spec: &str) -> Vec<String> {
        let text = format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n");
        let sources = Sources::new(vec![Source { name: "a".into(), text: text.as_str().into(), explicit: true }]);
        let faults = read(&sources, "default").roles.faults;
        let told = faults.into_iter().map(|fault| {
            assert_eq!(fault.object.name, "web");
            let crate::problem::Place::Span(at) = fault.problem.place else { return String::new() };
            format!("{}: {}", &text[at.start as usize..at.end as usize], fault.problem.message)
        });
        told.collect()
    }

    #[test]
    fn yaml_07_fields_are_spelt_with_capitals_where_kubernetes_does() {
        assert_eq!(
            told("{ports: [{port: 80, nodeport: 30080}]}"),
            ["nodeport: there is no field `nodeport`, so its value is not used"]
        );
        assert_eq!(told("{Ports: []}"), ["Ports: there is no field `Ports`, so its value is not used"]);
        assert!(told("{ports: [{port: 80, nodePort: 30080, x-note: here}]}").is_empty());
    }

    #[test]
    fn tp_03_a_target_port_in_quotes_is_a_name_and_no_good_one() {
        assert_eq!(
            told("{ports: [{port: 80, targetPort: \"8080\"}]}"),
            ["\"8080\": `8080` is no name for a port, so the API server rejects it: it needs at least one letter"]
        );
        assert!(told("{ports: [{port: 80, targetPort: \"\"}]}").is_empty());
    }

    #[test]
    fn yaml_06_the_second_of_two_keys_is_told_with_its_object() {
        assert_eq!(
            told("{ports: [{port: 80, port: 81}]}"),
            ["port: the key `port` stands twice in one mapping; the last one counts, as for kubectl"]
        );
    }
}
