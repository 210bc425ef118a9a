//! Scenes: stations that a request passes one after the other, and their playing as the lines of a Mermaid sequence diagram.

use askama::Template;

use super::pen::Pen;
use crate::view::mermaid;

/// The most participants that can be read in the column of a README.
pub(super) const MOST_PARTS: usize = 5;

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
    pub(super) fn prefix(self) -> &'static str {
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
    /// Who gets a copy of the request from the router.
    pub(super) mirrors: Vec<Mirror>,
    /// The last station sends the client elsewhere, in place of an answer.
    pub(super) turn: Option<Turn>,
}

/// A participant that gets a copy of the request, and whose answer nobody sees (RT-12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mirror {
    pub(super) station: Station,
    /// The copy does not get through.
    pub(super) is_lost: bool,
}

/// A redirect: what the client is told, and where its new request goes (RT-11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) told: Lines,
    pub(super) to: Station,
    /// What answers the new request; `None` where it does not get through.
    pub(super) answer: Option<Lines>,
}

#[derive(Template)]
#[template(path = "sequence.mmd", escape = "none")]
struct Drawing {
    title: String,
    parts: Vec<DrawnPart>,
    steps: Vec<Step>,
}

pub(super) struct DrawnPart {
    pub(super) keyword: &'static str,
    pub(super) id: String,
    pub(super) label: String,
}

/// One line: where it is drawn, and its text.
pub(super) struct Step {
    pub(super) place: String,
    pub(super) text: String,
}

impl Scene {
    /// The scene as Mermaid; ends with a line feed.
    pub(super) fn draw(&self) -> Result<String, askama::Error> {
        let mut pen = Pen::new(self.part_count());
        let parts = self.parts().map(|part| pen.part(part)).collect();
        self.play(&mut pen);
        let drawing = Drawing { title: mermaid::flow([&self.title]), parts, steps: pen.into_steps() };
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
        let mirrors = self.mirrors.iter().map(|mirror| &mirror.station);
        // A redirect often leads back to the same router.
        let turn = self.turn.iter().map(|turn| &turn.to);
        let turn = turn.filter(|to| self.stations.iter().all(|station| station.part != to.part));
        client.chain(question).chain(others.chain(mirrors).chain(turn).map(|station| &station.part))
    }

    fn play(&self, pen: &mut Pen) {
        let Some((first, _)) = self.stations.split_first() else { return };
        pen.notes(first);
        if let Some(question) = &self.question {
            pen.question(&first.part, question);
        }
        let stations: Vec<&Station> = self.stations.iter().collect();
        pen.forth(&stations, self.answer.is_lost, Some(&self.mirrors));
        match &self.turn {
            Some(turn) => pen.turn(&stations, turn),
            None => pen.back(&stations, &self.answer),
        }
        let Some(((last, answer), (_, trunk))) = self.next.as_ref().zip(stations.split_last()) else { return };
        let again: Vec<&Station> = trunk.iter().copied().chain([last]).collect();
        pen.note(&[&first.part, &last.part], &["Next request".to_owned()]);
        pen.forth(&again, answer.is_lost, None);
        pen.back(&again, answer);
    }
}
