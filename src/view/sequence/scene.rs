//! Scenes: stations that a request passes one after the other, and their playing as the lines of a Mermaid sequence diagram.

use askama::Template;

use super::wrap::wrapped;
use crate::view::mermaid::{self, Ids};

/// The most participants that can be read in the column of a README.
pub(super) const MOST_PARTS: usize = 5;

/// How long a line of a participant's box may be, in characters: the boxes make most of a diagram's width.
const LABEL_WIDTH: usize = 22;

/// The lines of one text of a diagram; they are broken further where they are too long.
pub(super) type Lines = Vec<String>;

/// A participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) role: Role,
    /// What tells it from others of its role: names.
    pub(super) name: Lines,
    pub(super) label: Lines,
}

/// What a participant is to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A person or a machine outside of the cluster, drawn as a figure.
    Client,
    /// A pod that calls.
    Caller,
    Dns,
    /// A port mapping of a local cluster.
    Mapping,
    LoadBalancer,
    Node,
    Router,
    Service,
    Pod,
    /// The program in the pod.
    Application,
    /// What answers and is no pod of the manifests.
    Backend,
    /// Something should be here and is not.
    Hole,
}

impl Role {
    /// What ids begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Caller => "caller",
            Self::Dns => "dns",
            Self::Mapping => "mapping",
            Self::LoadBalancer => "lb",
            Self::Node => "node",
            Self::Router => "router",
            Self::Service => "svc",
            Self::Pod => "pod",
            Self::Application => "app",
            Self::Backend => "backend",
            Self::Hole => "hole",
        }
    }
}

/// A participant, what brings the request to it, and what it does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Station {
    pub(super) part: Part,
    /// The message that comes to it; none for the first.
    pub(super) arrival: Lines,
    /// What is said over it once the message is there.
    pub(super) notes: Vec<Lines>,
    /// How it tells those in front of it that there is no answer.
    pub(super) tells: Teller,
}

/// Who gives bad news: clients see other errors behind a router than behind a plain connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Teller {
    /// The news is passed on as it came.
    Connection,
    /// The load balancer, which may also wait in vain.
    LoadBalancer,
    /// The router, which answers with a status of HTTP.
    Router,
    /// The cluster's DNS.
    Dns,
}

/// What comes back from where the request ends, in the words of each [`Teller`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) connection: &'static [&'static str],
    pub(super) load_balancer: &'static [&'static str],
    pub(super) router: &'static [&'static str],
    pub(super) dns: &'static [&'static str],
    /// The last message does not get through.
    pub(super) is_lost: bool,
}

/// A question to the cluster's DNS, in front of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) part: Part,
    pub(super) question: Lines,
    pub(super) answer: Lines,
    pub(super) note: Lines,
}

/// One request from its client to its end, and the next one, which ends elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scene {
    pub(super) title: String,
    pub(super) stations: Vec<Station>,
    pub(super) question: Option<Question>,
    pub(super) answer: Answer,
    /// Where the next request ends, in place of the last station.
    pub(super) next: Option<(Station, Answer)>,
}

#[derive(Template)]
#[template(path = "sequence.mmd", escape = "none")]
struct Drawing {
    title: String,
    parts: Vec<DrawnPart>,
    steps: Vec<Step>,
}

struct DrawnPart {
    keyword: &'static str,
    id: String,
    label: String,
}

/// One line: where it is drawn, and its text.
struct Step {
    place: String,
    text: String,
}

impl Scene {
    /// The scene as Mermaid; ends with a line feed.
    pub(super) fn draw(&self) -> Result<String, askama::Error> {
        let mut pen = Pen { width: line_width(self.part_count()), ids: Ids::default(), steps: Vec::new() };
        let parts = self.parts().map(|part| pen.part(part)).collect();
        self.play(&mut pen);
        let drawing = Drawing { title: mermaid::flow([&self.title]), parts, steps: pen.steps };
        drawing.render().map(|text| text + "\n")
    }

    /// How many participants it has.
    pub(super) fn part_count(&self) -> usize {
        self.parts().count()
    }

    /// The participants from left to right.
    fn parts(&self) -> impl Iterator<Item = &Part> {
        let client = self.stations.iter().take(1).map(|station| &station.part);
        let question = self.question.iter().map(|question| &question.part);
        let others = self.stations.iter().skip(1).chain(self.next.iter().map(|(station, _)| station));
        client.chain(question).chain(others.map(|station| &station.part))
    }

    fn play(&self, pen: &mut Pen) {
        let Some((first, _)) = self.stations.split_first() else { return };
        pen.notes(first);
        if let Some(question) = &self.question {
            pen.question(&first.part, question);
        }
        let stations: Vec<&Station> = self.stations.iter().collect();
        pen.forth(&stations, self.answer.is_lost, true);
        pen.back(&stations, &self.answer);
        let Some(((last, answer), (_, trunk))) = self.next.as_ref().zip(stations.split_last()) else { return };
        let again: Vec<&Station> = trunk.iter().copied().chain([last]).collect();
        pen.note(&[&first.part, &last.part], &["Next request".to_owned()]);
        pen.forth(&again, answer.is_lost, false);
        pen.back(&again, answer);
    }
}

/// How long a line may be among so many participants, in characters: in a column of 860 pixels the text stays readable.
fn line_width(parts: usize) -> usize {
    match parts {
        0..=3 => 38,
        4 => 30,
        _ => 26,
    }
}

/// Writes the steps of a scene.
struct Pen {
    width: usize,
    ids: Ids,
    steps: Vec<Step>,
}

impl Pen {
    fn part(&mut self, part: &Part) -> DrawnPart {
        let keyword = if part.role == Role::Client { "actor" } else { "participant" };
        DrawnPart { keyword, id: self.id(part), label: mermaid::seq(wrapped(&part.label, self.width.min(LABEL_WIDTH))) }
    }

    fn id(&mut self, part: &Part) -> String {
        let names: Vec<&str> = part.name.iter().map(String::as_str).collect();
        self.ids.id(part.role.prefix(), &names)
    }

    fn text(&self, lines: &[String]) -> String {
        mermaid::seq(wrapped(lines, self.width))
    }

    fn message(&mut self, from: &Part, arrow: &str, to: &Part, lines: &[String]) {
        let place = format!("{}{arrow}{}", self.id(from), self.id(to));
        self.steps.push(Step { place, text: self.text(lines) });
    }

    fn note(&mut self, over: &[&Part], lines: &[String]) {
        let ids: Vec<String> = over.iter().map(|part| self.id(part)).collect();
        self.steps.push(Step { place: format!("Note over {}", ids.join(",")), text: self.text(lines) });
    }

    fn notes(&mut self, station: &Station) {
        for note in &station.notes {
            self.note(&[&station.part], note);
        }
    }

    fn question(&mut self, client: &Part, question: &Question) {
        self.message(client, "->>", &question.part, &question.question);
        if !question.note.is_empty() {
            self.note(&[&question.part], &question.note);
        }
        self.message(&question.part, "-->>", client, &question.answer);
    }

    /// From station to station. What the stations do is told only once.
    fn forth(&mut self, stations: &[&Station], is_lost: bool, is_first: bool) {
        for (at, pair) in stations.windows(2).enumerate() {
            let is_last = at + 2 == stations.len();
            let arrow = if is_lost && is_last { "--x" } else { "->>" };
            self.message(&pair[0].part, arrow, &pair[1].part, &pair[1].arrival);
            if is_first {
                self.notes(pair[1]);
            }
        }
    }

    /// The answer, hop by hop; what is lost answers nothing itself. Behind a teller its own words go on.
    fn back(&mut self, stations: &[&Station], answer: &Answer) {
        let mut words = answer.connection;
        for (at, pair) in stations.windows(2).enumerate().rev() {
            if answer.is_lost && at + 2 == stations.len() {
                continue;
            }
            words = match pair[1].tells {
                Teller::Connection => words,
                Teller::LoadBalancer => answer.load_balancer,
                Teller::Router => answer.router,
                Teller::Dns => answer.dns,
            };
            let lines: Vec<String> = words.iter().map(|line| (*line).to_owned()).collect();
            self.message(&pair[1].part, "-->>", &pair[0].part, &lines);
        }
    }
}
