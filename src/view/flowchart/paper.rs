//! Paper: what diagrams are drawn on. Which way requests run, how much one diagram holds, and by what a topology is split that needs more.

use clap::ValueEnum;
use clap::builder::RangedI64ValueParser;

use super::Direction;

/// The most arrows of a diagram that a reader can follow.
const FOLLOWED_ARROWS: usize = 24;
/// The most boxes of a diagram that a reader takes in.
const SEEN_BOXES: usize = 16;
/// The longest Mermaid text that is not asked for: less than half of what GitHub draws.
const USUAL_CHARS: usize = 20_000;

/// How large one diagram may get, and what happens to what is larger.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Limits {
    /// Into what a topology is split: an overview, and a diagram with a heading for each part
    #[arg(long, value_enum, default_value_t)]
    pub split: Split,
    /// Most arrows of one diagram, of the 500 that GitHub draws; with more than the default, a diagram may have more than 16 boxes,
    /// and text too small for a README [default: 24]
    #[arg(long, value_name = "COUNT", value_parser = RangedI64ValueParser::<usize>::new().range(2..=500))]
    pub max_edges: Option<usize>,
    /// Most characters of one diagram, of the 50000 that GitHub draws; more than 2000 are shown by GitLab's comments only on a
    /// click [default: 20000]
    #[arg(long, value_name = "COUNT", value_parser = RangedI64ValueParser::<usize>::new().range(2000..=50_000))]
    pub max_chars: Option<usize>,
}

/// Into what a topology is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Split {
    /// Only where one diagram could not be read: into applications, of very many into namespaces first; what is alike, or leads to the same place, is drawn once
    #[default]
    Auto,
    /// One diagram, whatever its size; an error where Mermaid does not draw it
    Never,
    /// Always into namespaces; those that cannot be read further into applications
    Namespace,
    /// Always into applications: `portolan.dev/group`, else app labels, else what a Service leads to
    App,
}

/// What diagrams are drawn on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    pub(super) direction: Direction,
    /// The most arrows of one diagram.
    pub(super) arrows: usize,
    /// The most characters of one diagram, counted in UTF-16 as Mermaid does.
    pub(super) chars: usize,
}

impl Paper {
    pub(super) fn new(direction: Direction, limits: Limits) -> Self {
        let arrows = limits.max_edges.unwrap_or(FOLLOWED_ARROWS);
        Self { direction, arrows, chars: limits.max_chars.unwrap_or(USUAL_CHARS) }
    }

    /// The most boxes of one diagram.
    pub(super) fn most_boxes(self) -> usize {
        if self.is_page() { SEEN_BOXES } else { self.arrows }
    }

    /// Is it as large as a README, so that text can get too small?
    pub(super) fn is_page(self) -> bool {
        self.arrows <= FOLLOWED_ARROWS
    }
}
