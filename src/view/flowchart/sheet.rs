//! A sheet: some boxes of a large chart, with what stands around them.

use std::collections::BTreeSet;

use super::chart::{App, BoxId, Chart, ChartBox, Look};
use super::layout::{Layout, fitting};
use super::merge::{Side, largest_that_fits, summed_up};
use super::numbers;
use super::paper::Paper;

/// Index of an arrow in [`Chart::arrows`].
type ArrowId = usize;

/// A large chart, with the arrows of each box at hand.
pub(super) struct Whole<'c> {
    pub(super) chart: &'c Chart,
    arrows_of: Vec<Vec<ArrowId>>,
}

impl<'c> Whole<'c> {
    pub(super) fn new(chart: &'c Chart) -> Self {
        let mut arrows_of = vec![Vec::new(); chart.boxes.len()];
        for (id, arrow) in chart.arrows.iter().enumerate() {
            for end in [arrow.from, arrow.to] {
                if let Some(arrows) = arrows_of.get_mut(end) {
                    arrows.push(id);
                }
            }
        }
        Self { chart, arrows_of }
    }

    /// The layout of some boxes with what stands around them, of which as little as needed is summed up; none where that is not enough.
    pub(super) fn fitting(&self, own: &BTreeSet<BoxId>, paper: Paper) -> Option<Layout> {
        let whole = self.cut(own);
        fitting(&whole, paper).or_else(|| {
            let with_few_callers = summed_up(whole, Side::Callers);
            let with_few_called = || summed_up(with_few_callers.clone(), Side::Called);
            fitting(&with_few_callers, paper).or_else(|| fitting(&with_few_called(), paper))
        })
    }

    /// The layout of some boxes, whatever has to be left out of it.
    pub(super) fn laid_out(&self, own: &BTreeSet<BoxId>, paper: Paper) -> Layout {
        let fitting = self.fitting(own, paper);
        let shortest = || summed_up(summed_up(self.cut(own), Side::Callers), Side::Called);
        fitting.unwrap_or_else(|| largest_that_fits(&shortest(), paper))
    }

    /// The chart of some boxes and everything at the other ends of their arrows, which is pale where it belongs elsewhere.
    pub(super) fn cut(&self, own: &BTreeSet<BoxId>) -> Chart {
        let arrows = self.arrows(own);
        let ends = arrows.iter().filter_map(|id| self.chart.arrows.get(*id)).flat_map(|arrow| [arrow.from, arrow.to]);
        let keep: BTreeSet<BoxId> = own.iter().copied().chain(ends).collect();
        let mut part = self.chart.part(&keep, arrows.iter().filter_map(|id| self.chart.arrows.get(*id)));
        for (id, drawn) in keep.iter().zip(&mut part.boxes) {
            if !own.contains(id) && drawn.app.is_some() {
                make_faint(drawn);
            }
        }
        part
    }

    /// The arrows of a sheet: those of its own boxes, and those that the routers in front of them have from clients, from the
    /// routers in front of those, and into holes.
    pub(super) fn arrows(&self, own: &BTreeSet<BoxId>) -> BTreeSet<ArrowId> {
        let mut arrows: BTreeSet<ArrowId> = own.iter().flat_map(|id| self.arrows_of(*id)).collect();
        let ends = arrows.iter().filter_map(|id| self.chart.arrows.get(*id)).flat_map(|arrow| [arrow.from, arrow.to]);
        let mut routers: BTreeSet<BoxId> = ends.filter(|id| self.is_free_router(*id)).collect();
        let routing = routers.iter().copied().filter(|router| self.leads_into(*router, own));
        let in_front: Vec<ArrowId> = routing.flat_map(|router| self.router_arrows(router)).collect();
        routers.extend(in_front.iter().filter_map(|id| self.chart.arrows.get(*id)).map(|arrow| arrow.from));
        arrows.extend(in_front);
        for id in routers.iter().flat_map(|router| self.arrows_of(*router)) {
            if self.chart.arrows.get(id).is_some_and(|arrow| self.is_beside(arrow.from, arrow.to)) {
                arrows.insert(id);
            }
        }
        arrows
    }

    /// Does a router lead to one of these boxes that is none itself?
    fn leads_into(&self, router: BoxId, own: &BTreeSet<BoxId>) -> bool {
        let mut arrows = self.arrows_of(router).filter_map(|id| self.chart.arrows.get(id));
        arrows.any(|arrow| arrow.from == router && own.contains(&arrow.to) && !self.is_router(arrow.to))
    }

    /// The arrows from other routers of no application into this one.
    fn router_arrows(&self, router: BoxId) -> impl Iterator<Item = ArrowId> {
        let is_it = move |id: &ArrowId| {
            self.chart.arrows.get(*id).is_some_and(|arrow| arrow.to == router && self.is_free_router(arrow.from))
        };
        self.arrows_of(router).filter(is_it)
    }

    /// Are both ends of no application, and not both routers?
    fn is_beside(&self, from: BoxId, to: BoxId) -> bool {
        self.is_free(from) && self.is_free(to) && !(self.is_router(from) && self.is_router(to))
    }

    fn is_router(&self, id: BoxId) -> bool {
        self.chart.boxes.get(id).is_some_and(|drawn| drawn.look == Look::Router)
    }

    /// The arrows that have this box at one end.
    pub(super) fn arrows_of(&self, id: BoxId) -> impl Iterator<Item = ArrowId> {
        self.arrows_of.get(id).into_iter().flatten().copied()
    }

    /// Has a box no arrows?
    pub(super) fn is_lonely(&self, id: BoxId) -> bool {
        self.arrows_of(id).next().is_none()
    }

    fn is_free(&self, id: BoxId) -> bool {
        self.chart.boxes.get(id).is_some_and(|drawn| drawn.app.is_none())
    }

    fn is_free_router(&self, id: BoxId) -> bool {
        self.is_free(id) && self.is_router(id)
    }
}

/// Makes a box one that belongs to another diagram: its name, and the application that it is of.
fn make_faint(drawn: &mut ChartBox) {
    let is_on_one_line = drawn.lines.first().is_some_and(|line| line.contains(' '));
    numbers::take_off(drawn);
    drawn.look = Look::Faint;
    drawn.lines.truncate(if is_on_one_line { 1 } else { 2 });
    let is_named_so = |app: &App| drawn.name.last() == Some(&app.name) || drawn.stands_for > 1;
    if let Some(app) = drawn.app.as_ref().filter(|app| !is_named_so(app)) {
        drawn.lines.push(format!("app {}", app.name));
    }
}
