//! A chart: the boxes, arrows and frames of one diagram, before they are Mermaid.
//!
//! Whatever is drawn is one of these: resources folded from the port graph, single ports, an overview. The other rooms
//! make charts, cut parts out of them and estimate how wide they get; only [`draw`](super::draw) knows Mermaid.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::routes::{RouterFacts, Routes};
use crate::diff::Mark;
use crate::view::findings::Numbers;
use crate::view::ways::Ways;

/// The most lines of an arrow's label.
pub(super) const LABEL_LINES: usize = 3;

/// Index of a box in [`Chart::boxes`].
pub(super) type BoxId = usize;

/// One diagram. Boxes and arrows are in the order of the graph's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) boxes: Vec<ChartBox>,
    pub(super) arrows: Vec<Arrow>,
}

/// A box with its lines of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChartBox {
    /// What its id is made of: a word for its kind, then its names.
    pub(super) name: Vec<String>,
    /// How it looks.
    pub(super) look: Look,
    /// Its text; the first line says what it is.
    pub(super) lines: Vec<String>,
    /// The frames it stands in, the outermost first.
    pub(super) frames: Vec<Frame>,
    /// The application it belongs to; none for what stands in between: clients, holes, routers in front of several.
    pub(super) app: Option<App>,
    /// Findings about it that no arrow shows; its lines say them.
    pub(super) numbers: Numbers,
    /// What became of it, in the drawing of a difference.
    pub(super) mark: Option<Mark>,
    /// How many alike things it stands for.
    pub(super) stands_for: usize,
    /// What a router says besides its name; none of other boxes.
    pub(super) router: Option<Rc<RouterFacts>>,
}

/// An application: the unit that large topologies are split by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct App {
    pub(super) namespace: String,
    pub(super) name: String,
    /// A person made it, and gave it a name that speaks for itself.
    pub(super) is_group: bool,
}

/// A frame around boxes. Frames with the same name are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    /// What its id is made of, as for boxes.
    pub(super) name: Vec<String>,
    /// Its title, which may be empty.
    pub(super) title: String,
}

/// An arrow between two boxes. There is at most one from a box to another, in the drawing of a difference at most one of a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: BoxId,
    pub(super) to: BoxId,
    /// Its label; no lines: none.
    pub(super) lines: Vec<String>,
    pub(super) line: Line,
    /// Findings about the hops of the arrow; its label says them.
    pub(super) numbers: Numbers,
    /// What became of its hops, in the drawing of a difference.
    pub(super) mark: Option<Mark>,
    /// How many arrows between things it stands for.
    pub(super) stands_for: usize,
    /// The ways in that begin with it, where it comes from outside.
    pub(super) ways: Rc<Ways>,
    /// The routes that it stands for, where it leaves a router; its label names the first.
    pub(super) routes: Option<Rc<Routes>>,
}

/// How an arrow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// Stated.
    Solid,
    /// Assumed, or chosen by the cluster.
    Dotted,
    /// Leads into a hole.
    Broken,
    /// Not seen: it only holds two boxes in place.
    Hidden,
}

/// What a box stands for, as far as its shape and colour go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// A client outside.
    Client,
    /// A port of the host machine, the node or a load balancer: a way in.
    Entry,
    /// An Ingress or another router.
    Router,
    /// A Service.
    Service,
    /// A workload.
    Workload,
    /// A workload that keeps data: a StatefulSet.
    Store,
    /// A target outside of the input.
    External,
    /// A port that a Service leads to, and that no container declares although others are.
    Doubt,
    /// A hole.
    Missing,
    /// What belongs to another diagram.
    Faint,
    /// The title of a frame.
    Title,
}

impl Chart {
    /// How many arrows each box is at an end of.
    pub(super) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.boxes.len()];
        for id in self.arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]) {
            if let Some(degree) = degrees.get_mut(id) {
                *degree += 1;
            }
        }
        degrees
    }

    /// The findings that it shows.
    pub(super) fn numbers(&self) -> Numbers {
        let of_boxes = self.boxes.iter().flat_map(|drawn| &drawn.numbers);
        of_boxes.chain(self.arrows.iter().flat_map(|arrow| &arrow.numbers)).copied().collect()
    }

    /// The chart of these boxes and arrows; arrows to other boxes are left out.
    pub(super) fn part<'a>(&self, keep: &BTreeSet<BoxId>, arrows: impl IntoIterator<Item = &'a Arrow>) -> Self {
        let places: BTreeMap<BoxId, BoxId> = keep.iter().copied().zip(0..).collect();
        let moved = |arrow: &Arrow| {
            Some(Arrow { from: *places.get(&arrow.from)?, to: *places.get(&arrow.to)?, ..arrow.clone() })
        };
        let boxes = keep.iter().filter_map(|id| self.boxes.get(*id)).cloned().collect();
        Self { boxes, arrows: arrows.into_iter().filter_map(moved).collect() }
    }
}

impl Arrow {
    /// An arrow that stands for itself only, and that nobody found anything about.
    pub(super) fn plain(from: BoxId, to: BoxId, lines: Vec<String>, line: Line) -> Self {
        Self {
            from,
            to,
            lines,
            line,
            numbers: Numbers::new(),
            mark: None,
            stands_for: 1,
            ways: Rc::default(),
            routes: None,
        }
    }
}

/// A box that stands in no frame and belongs to no application.
pub(super) fn plain_box(name: Vec<String>, look: Look, lines: Vec<String>) -> ChartBox {
    ChartBox {
        name,
        look,
        lines,
        frames: Vec::new(),
        app: None,
        numbers: Numbers::new(),
        mark: None,
        stands_for: 1,
        router: None,
    }
}

/// The first lines of many, and how many more there are; what was cut before counts as what it stands for.
pub(super) fn at_most(count: usize, mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > count {
        let cut_before = |line: &String| line.strip_prefix("and ")?.strip_suffix(" more")?.parse::<usize>().ok();
        let before = lines.last().and_then(cut_before).map_or(0, |more| more - more.min(1));
        let more = lines.len() - (count - 1) + before;
        lines.truncate(count - 1);
        lines.push(format!("and {more} more"));
    }
    lines
}
