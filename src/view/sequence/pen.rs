//! The pen: writes the steps of a scene, one line of Mermaid each.

use super::scene::{Answer, DrawnPart, Mirror, Part, Question, Role, Station, Step, Teller, Turn};
use super::wrap::wrapped;
use crate::view::mermaid::{self, Ids};

/// How long a line of a participant's box may be, in characters: the boxes make most of a diagram's width.
const LABEL_WIDTH: usize = 22;

/// How long a line may be among so many participants, in characters: in a column of 860 pixels the text stays readable.
fn line_width(parts: usize) -> usize {
    match parts {
        0..=3 => 38,
        4 => 30,
        _ => 26,
    }
}

/// Writes the steps of a scene.
pub(super) struct Pen {
    width: usize,
    ids: Ids,
    steps: Vec<Step>,
}

impl Pen {
    /// A pen for a scene with so many participants.
    pub(super) fn new(parts: usize) -> Self {
        Self { width: line_width(parts), ids: Ids::default(), steps: Vec::new() }
    }

    /// What was written.
    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    pub(super) fn part(&mut self, part: &Part) -> DrawnPart {
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

    pub(super) fn note(&mut self, over: &[&Part], lines: &[String]) {
        let ids: Vec<String> = over.iter().map(|part| self.id(part)).collect();
        self.steps.push(Step { place: format!("Note over {}", ids.join(",")), text: self.text(lines) });
    }

    pub(super) fn notes(&mut self, station: &Station) {
        for note in &station.notes {
            self.note(&[&station.part], note);
        }
    }

    pub(super) fn question(&mut self, client: &Part, question: &Question) {
        self.message(client, "->>", &question.part, &question.question);
        if !question.note.is_empty() {
            self.note(&[&question.part], &question.note);
        }
        self.message(&question.part, "-->>", client, &question.answer);
    }

    /// From station to station. What the stations do, and the copies a router sends, are told only once.
    pub(super) fn forth(&mut self, stations: &[&Station], is_lost: bool, told: Option<&[Mirror]>) {
        for (at, pair) in stations.windows(2).enumerate() {
            let is_last = at + 2 == stations.len();
            self.message(&pair[0].part, arrow(is_lost && is_last), &pair[1].part, &pair[1].arrival);
            let Some(mirrors) = told else { continue };
            self.notes(pair[1]);
            if pair[1].part.role == Role::Router {
                self.copies(pair[1], mirrors);
            }
        }
    }

    /// Nobody waits for an answer to a copy.
    fn copies(&mut self, router: &Station, mirrors: &[Mirror]) {
        for Mirror { station, is_lost } in mirrors {
            self.message(&router.part, if *is_lost { "--x" } else { "-)" }, &station.part, &station.arrival);
            self.notes(station);
        }
    }

    /// The answer that sends the client elsewhere, and its new request.
    pub(super) fn turn(&mut self, stations: &[&Station], turn: &Turn) {
        let (Some(client), Some(router)) = (stations.first(), stations.last()) else { return };
        self.message(&router.part, "-->>", &client.part, &turn.told);
        self.message(&client.part, arrow(turn.answer.is_none()), &turn.to.part, &turn.to.arrival);
        self.notes(&turn.to);
        if let Some(answer) = &turn.answer {
            self.message(&turn.to.part, "-->>", &client.part, answer);
        }
    }

    /// The answer, hop by hop; what is lost answers nothing itself. Behind a teller its own words go on.
    pub(super) fn back(&mut self, stations: &[&Station], answer: &Answer) {
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

fn arrow(is_lost: bool) -> &'static str {
    if is_lost { "--x" } else { "->>" }
}
