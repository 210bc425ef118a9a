//! Backends that are no pods of the manifests, as the stations where requests end.

use super::answer;
use super::ending::Ending;
use super::scene::{Answer, Lines, Part, Role, Station, Teller};
use super::speech::{address, lines, request_word};
use crate::graph::{External, Port};

impl Ending<'_> {
    /// A target outside of the input.
    pub(super) fn external(&self, port: &Port, external: &External) -> (Station, Answer) {
        let number = |host: &str| address(host, port.number, port.protocol);
        let (name, label, to, note) = match external {
            External::Address(ip) if ip.is_empty() => {
                (vec!["addresses".to_owned()], lines(["Addresses", "not known yet"]), number("address"), Lines::new())
            }
            External::Address(ip) => {
                (vec![number(ip)], vec!["Endpoint".to_owned(), number(ip)], number(ip), Lines::new())
            }
            External::Name(name) => {
                (vec![name.to_string()], vec!["External name".to_owned(), name.to_string()], number(name), Lines::new())
            }
            External::Managed(_) => (
                vec!["managed".to_owned()],
                lines(["Backends", "managed elsewhere"]),
                "its endpoints".to_owned(),
                lines(["Service has no selector:", "something else", "states its endpoints"]),
            ),
            External::Object(kind, name) => {
                (lines([kind, name]), lines([kind, name]), format!("{kind} {name}"), Lines::new())
            }
        };
        let verb = if self.goes_directly() {
            format!("{} to", request_word(self.graph, self.request))
        } else {
            "Routes to".to_owned()
        };
        let station = Station {
            part: Part { role: Role::Backend, name, label },
            arrival: vec![verb, to],
            notes: Some(note).filter(|note| !note.is_empty()).into_iter().collect(),
            tells: Teller::Connection,
        };
        (station, answer::RESPONSE)
    }

    /// Nothing says which port is behind the Service's.
    pub(super) fn unknown(&self) -> (Station, Answer) {
        let station = Station {
            part: Part { role: Role::Pod, name: lines(["unknown"]), label: lines(["Pod", "port not stated"]) },
            arrival: lines(["Request to", "a port not stated"]),
            notes: Vec::new(),
            tells: Teller::Connection,
        };
        (station, answer::RESPONSE)
    }
}
