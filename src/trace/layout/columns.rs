//! Where the lanes stand: as close together as what is written between them allows.

use super::cells;
use super::items::Items;
use super::labels::{Caption, Labels};
use super::lanes::{Lane, Lanes};
use crate::screen::Lang;
use crate::trace::model::story::Story;
use crate::trace::model::task::Part;
use crate::trace::words::{more, names};

/// From an axis to a label beside it.
pub const ASIDE: f64 = 12.0;
/// The width of a cell of a head's text.
const HEAD_CELL: f64 = 7.9;
/// The longest line of a head, in cells.
const LONGEST: usize = 26;
/// The time column.
const TIMES: f64 = 84.0;
/// Without one.
const MARGIN: f64 = 20.0;
/// The least there is between what stands side by side.
const SPACE: f64 = 26.0;
/// From what stands at the edge of a frame to that edge.
const FRAME: f64 = 14.0;
/// What a caption needs beside it, for the ends of its arrow.
const ENDS: f64 = 54.0;
/// The least width, for the title.
const LEAST: f64 = 760.0;

/// A ground under the lanes of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FamilyFrame {
    /// The family.
    pub family: usize,
    /// Its left edge.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
}

/// Where the lanes stand.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The axis of each lane.
    pub axes: Vec<f64>,
    /// The two lines of the head of each.
    pub heads: Vec<[String; 2]>,
    /// The middle of each caption.
    pub captions: Vec<f64>,
    /// The grounds.
    pub frames: Vec<FamilyFrame>,
    /// Overall width.
    pub width: f64,
}

struct ColumnPlacing<'a> {
    story: &'a Story,
    lanes: &'a Lanes,
    items: &'a Items,
    labels: &'a Labels,
    columns: Columns,
}

/// Places the lanes.
#[must_use]
pub fn place(story: &Story, lanes: &Lanes, items: &Items, labels: &Labels, lang: Lang) -> Columns {
    let heads = (0..lanes.all.len()).map(|lane| head(story, lanes, lane, lang)).collect();
    let columns = Columns { heads, ..Columns::default() };
    let mut this = ColumnPlacing { story, lanes, items, labels, columns };
    this.place();
    this.columns
}

/// The two lines of a lane's head.
fn head(story: &Story, lanes: &Lanes, lane: usize, lang: Lang) -> [String; 2] {
    let told = &lanes.all[lane];
    let name = names::task(story, told.task, lang);
    let pid = story.tasks[told.task].pid;
    let lines = match (told.others, pid) {
        (0, pid) if pid <= 0 || name == format!("pid {pid}") => [name, String::new()],
        (0, pid) => [name, format!("pid {pid}")],
        (others, _) => more::tasks(others, told.is_alike.then_some(name.as_str()), lang),
    };
    lines.map(|line| cells::shorten_to_cells(&line, LONGEST))
}

impl Columns {
    /// The width of a lane's head.
    #[must_use]
    pub fn head(&self, lane: usize) -> f64 {
        let longest = self.heads[lane].iter().map(|line| cells::count(line)).max();
        longest.unwrap_or(0) as f64 * HEAD_CELL + 22.0
    }
}

impl ColumnPlacing<'_> {
    fn place(&mut self) {
        let gaps: Vec<_> = self.labels.captions.iter().map(|caption| self.gap(caption)).collect();
        // The middle of what is between each lane and the one before it.
        let mut middles = Vec::new();
        let mut free = if self.story.missing.untimed > 0 { MARGIN } else { TIMES };
        let mut last: Option<(f64, Option<usize>)> = None;
        for lane in 0..self.lanes.all.len() {
            let frame = self.frame(lane);
            let (left, right) = (self.beside(lane, true), self.beside(lane, false));
            let edge = if frame.is_some() { left + FRAME } else { left };
            let axis = match last {
                None => free + edge,
                Some((axis, before)) if before == frame => {
                    (free + left).max(axis + self.captions(&gaps, lane - 1))
                }
                // What is written on arrows stands outside the frames.
                Some((axis, before)) => {
                    let from = if before.is_some() { free - SPACE + FRAME } else { axis };
                    let to = from + self.captions(&gaps, lane - 1);
                    let least = from.max(free) + edge;
                    if frame.is_some() { least.max(to + edge) } else { least.max(to) }
                }
            };
            let (from, to) = match last {
                Some((last, before)) if before != frame => (
                    if before.is_some() { free - SPACE + FRAME } else { last },
                    if frame.is_some() { axis - edge } else { axis },
                ),
                Some((last, _)) => (last, axis),
                None => (axis, axis),
            };
            middles.push(f64::midpoint(from, to));
            self.columns.axes.push(axis);
            if let Some(family) = frame {
                let right = axis + right + FRAME;
                match self.columns.frames.last_mut().filter(|frame| frame.family == family) {
                    Some(frame) => frame.right = frame.right.max(right),
                    None => {
                        self.columns.frames.push(FamilyFrame { family, left: axis - edge, right });
                    }
                }
            }
            last = Some((axis, frame));
            free = axis + right + SPACE;
        }
        self.columns.captions = gaps.iter().map(|gap| middles[gap + 1]).collect();
        self.columns.width = free.max(LEAST);
    }

    /// The family of a lane, if it has a frame: of several lanes, or of who listens.
    fn frame(&self, lane: usize) -> Option<usize> {
        let family = self.lanes.all[lane].family;
        let mut lanes = self.lanes.all.iter().filter(|lane| lane.family == family);
        let is_server = |lane: &Lane| self.story.tasks[lane.task].part == Part::Server;
        (lanes.clone().count() > 1 || lanes.any(is_server)).then_some(family)
    }

    /// Where a caption stands: after this lane. Outside the frames, if its line leaves one.
    fn gap(&self, caption: &Caption) -> usize {
        let (left, right) = caption.lanes;
        let mut outside = (left..right).filter(|&lane| self.frame(lane) != self.frame(lane + 1));
        let found = if self.frame(left).is_some() { outside.next_back() } else { outside.next() };
        found.unwrap_or(left)
    }

    /// The room that the captions need which stand after a lane.
    fn captions(&self, gaps: &[usize], lane: usize) -> f64 {
        let captions = self.labels.captions.iter().zip(gaps).filter(|(_, gap)| **gap == lane);
        captions.map(|(caption, _)| cells::width(&caption.text) + ENDS).fold(0.0, f64::max)
    }

    /// The room that a lane takes on one side.
    fn beside(&self, lane: usize, is_left: bool) -> f64 {
        let items = self.items.in_lane[lane].iter().map(|&item| &self.labels.items[item]);
        let bars = self.labels.bars.iter().filter(|bar| bar.lane == lane).map(|bar| &bar.label);
        let labels = items.chain(bars).filter(|label| label.is_left == is_left);
        let widths = labels.map(|label| cells::width(&label.text) + ASIDE);
        widths.fold(self.columns.head(lane) / 2.0, f64::max)
    }
}
