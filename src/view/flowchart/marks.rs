//! Marks: what came, went and changed, as a drawing tells it. No colour says anything alone: what is added has a `+`, what is removed a
//! `−`, and what changed says what it was.

use std::collections::BTreeMap;

use super::chart::{Arrow, Chart};
use crate::diff::{Mark, Marked};
use crate::graph::{HopId, HopKind, Owner, PortGraph, PortId};

/// The marks of a drawing; none in a usual one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks<'m>(pub(super) Option<&'m Marked>);

impl Marks<'_> {
    /// What became of an owner.
    pub(super) fn owner(self, owner: Owner) -> Option<Mark> {
        self.0.map(|marked| marked.owner(owner))
    }

    /// What became of several ports together.
    pub(super) fn ports(self, ids: impl IntoIterator<Item = PortId>) -> Option<Mark> {
        let marked = self.0?;
        together(ids.into_iter().map(|id| Some(marked.port(id))))
    }

    /// What became of a hop.
    pub(super) fn hop(self, id: HopId) -> Option<Mark> {
        self.0.map(|marked| marked.hop(id))
    }

    /// The mark of a hop that is drawn apart from others between the same boxes: it came or went.
    pub(super) fn apart(self, id: HopId) -> Option<Mark> {
        self.hop(id).filter(|mark| matches!(mark, Mark::Added | Mark::Removed))
    }

    /// The line of a port in the box of its owner. Where the whole box came or went, its first line says so.
    pub(super) fn port_line(self, graph: &PortGraph, id: PortId, line: String) -> String {
        let Some(marked) = self.0 else { return line };
        match (marked.owner(graph.port(id).owner), marked.was(id)) {
            (Mark::Changed, Some(was)) => format!("{line} (was {was})"),
            (Mark::Changed, None) => signed(Some(marked.port(id)), line),
            (Mark::Added | Mark::Removed | Mark::Same, _) => line,
        }
    }

    /// The type of a Service, and what it was.
    pub(super) fn type_line(self, owner: Owner, line: String) -> String {
        match self.0.and_then(|marked| marked.type_before(owner)) {
            Some(was) => format!("{line} (was {was})"),
            None => line,
        }
    }

    /// The lines of a hop on its arrow, with the number that it led to before.
    pub(super) fn hop_lines(self, graph: &PortGraph, id: HopId, lines: Vec<String>) -> Vec<String> {
        let Some(marked) = self.0 else { return lines };
        let mark = marked.hop(id);
        let tells_number =
            matches!(graph.hop(id).kind, HopKind::Enter | HopKind::Map | HopKind::Target | HopKind::Call);
        let was = marked.was(graph.ends(id).1).filter(|_| mark == Mark::Changed && tells_number);
        let line = |line: String| match was {
            Some(was) => format!("{line} (was {was})"),
            None => signed(Some(mark), line),
        };
        let mut lines = lines.into_iter();
        lines.next().map(line).into_iter().chain(lines).collect()
    }

    /// Puts the lines of what differs first, so that they are not cut.
    pub(super) fn differing_first(self, mut ids: Vec<PortId>) -> Vec<PortId> {
        if let Some(marked) = self.0 {
            ids.sort_by_key(|id| marked.port(*id) == Mark::Same);
        }
        ids
    }
}

/// The line with the sign of what came or went.
pub(super) fn signed(mark: Option<Mark>, line: String) -> String {
    match mark {
        Some(Mark::Added) => format!("+ {line}"),
        Some(Mark::Removed) => format!("− {line}"),
        Some(Mark::Changed | Mark::Same) | None => line,
    }
}

/// What became of several things as one: what became of all of them, else it changed.
pub(super) fn together(marks: impl IntoIterator<Item = Option<Mark>>) -> Option<Mark> {
    let mut marks = marks.into_iter().flatten();
    let first = marks.next()?;
    Some(if marks.all(|mark| mark == first) { first } else { Mark::Changed })
}

/// The class of a box.
pub(super) fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "classDef kAdded fill:#dafbe1,stroke:#1a7f37,color:#0f3d1e,stroke-width:2px",
        Mark::Removed => "classDef kRemoved fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-dasharray:4 3",
        Mark::Changed => "classDef kChanged fill:#fff3c4,stroke:#9a6700,color:#3b2300,stroke-width:2px",
        Mark::Same => "classDef kSame fill:#eaeef2,stroke:#8c959f,color:#424a53",
    }
}

/// The style of an arrow.
fn style(mark: Mark) -> &'static str {
    match mark {
        Mark::Added => "stroke:#2da44e,stroke-width:3px",
        Mark::Removed => "stroke:#e5484d,stroke-width:3px,stroke-dasharray:6 4",
        Mark::Changed => "stroke:#bf8700,stroke-width:3px",
        Mark::Same => "stroke:#8c959f,stroke-width:1px",
    }
}

/// The arrows in an order in which those with one mark stand together, and the styles of their numbers. Mermaid counts arrows.
pub(super) fn in_order(chart: &Chart) -> (Vec<&Arrow>, Vec<String>) {
    let mut by_mark: BTreeMap<(bool, Option<Mark>), Vec<&Arrow>> = BTreeMap::new();
    for arrow in &chart.arrows {
        by_mark.entry((arrow.mark.is_none(), arrow.mark)).or_default().push(arrow);
    }
    let (mut order, mut styles) = (Vec::new(), Vec::new());
    for ((_, mark), arrows) in by_mark {
        let numbers: Vec<String> = (order.len()..).take(arrows.len()).map(|number| number.to_string()).collect();
        styles.extend(mark.map(|mark| format!("linkStyle {} {}", numbers.join(","), style(mark))));
        order.extend(arrows);
    }
    (order, styles)
}
