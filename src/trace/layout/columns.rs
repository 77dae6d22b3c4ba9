//! Where the lanes are: as close together as the texts between them allow, row by row.

use super::beside::{self, Beside, LEFT, RIGHT};
use super::cells::{self, CELL};
use super::items::Items;
use super::labels::{Caption, CaptionOn, Labels};
use super::lanes::{Lane, Lanes};
use super::links::Links;
use super::room::{LONGEST, TextRoom};
use super::rows::Rows;
use super::times::Times;
use crate::screen::Lang;
use crate::trace::model::story::Story;
use crate::trace::model::task::Part;
use crate::trace::words::{more, names};

/// From an axis to a label beside it.
pub const ASIDE: f64 = 12.0;
/// The width of a cell of a lane's name.
const NAME_CELL: f64 = 7.9;
/// The longest line of a head, in cells.
const HEAD: usize = 26;
/// The right margin, and the left one without times.
const MARGIN: f64 = 20.0;
/// The least space between neighbours.
const SPACE: f64 = 16.0;
/// From the contents of a frame to its edge.
const FRAME: f64 = 14.0;
/// The space that a caption needs beside it, for the ends of its arrow.
const ENDS: f64 = 44.0;

/// The background of a family's lanes.
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
    /// The right edge of the times.
    pub times: f64,
    /// The axis of each lane.
    pub axes: Vec<f64>,
    /// The two lines of the head of each.
    pub heads: Vec<[String; 2]>,
    /// The middle of each caption.
    pub captions: Vec<f64>,
    /// The backgrounds.
    pub frames: Vec<FamilyFrame>,
    /// Overall width.
    pub width: f64,
}

/// What decides where the lanes are.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// Who has a lane.
    pub lanes: &'a Lanes,
    /// What stands in it.
    pub items: &'a Items,
    /// Which lanes begin below the top.
    pub links: &'a Links,
    /// The rows of the items.
    pub rows: &'a Rows,
    /// The times of the rows.
    pub times: &'a Times,
}

struct ColumnPlacing<'a> {
    story: &'a Story,
    content: Content<'a>,
    labels: &'a Labels,
    /// After which lane each caption is, and in which row.
    gaps: Vec<(usize, usize)>,
    beside: Beside,
    columns: Columns,
}

/// Places the lanes, for labels that were written in this room; and how much each label and caption could take there.
#[must_use]
pub fn place(
    story: &Story,
    content: Content<'_>,
    labels: &Labels,
    room: &TextRoom,
    lang: Lang,
) -> (Columns, TextRoom) {
    let lanes = 0..content.lanes.all.len();
    let heads = lanes.map(|lane| head(story, content.lanes, lane, room.cells.min(HEAD), lang));
    let columns = Columns { heads: heads.collect(), ..Columns::default() };
    let beside = Beside::new(content, labels, &columns);
    let mut this = ColumnPlacing { story, content, labels, gaps: Vec::new(), beside, columns };
    this.place();
    let room = this.room(room.cells);
    (this.columns, room)
}

/// The two lines of a lane's head.
fn head(story: &Story, lanes: &Lanes, lane: usize, cells: usize, lang: Lang) -> [String; 2] {
    let told = &lanes.all[lane];
    let name = names::task(story, told.task, lang);
    let pid = story.tasks[told.task].pid;
    let lines = match (told.others, pid) {
        (0, pid) if pid <= 0 || name == format!("pid {pid}") => [name, String::new()],
        (0, pid) => [name, format!("pid {pid}")],
        (others, _) => more::tasks(others, told.is_alike.then_some(name.as_str()), lang),
    };
    lines.map(|line| cells::shorten_to_cells(&line, cells))
}

impl Columns {
    /// The width of a lane's head.
    #[must_use]
    pub fn head(&self, lane: usize) -> f64 {
        let [name, below] = &self.heads[lane];
        (cells::count(name) as f64 * NAME_CELL).max(cells::width(below)) + 18.0
    }
}

impl ColumnPlacing<'_> {
    fn place(&mut self) {
        let place = |caption| (self.gap(caption), self.row(caption));
        self.gaps = self.labels.captions.iter().map(place).collect();
        let times = self.content.times.width();
        self.columns.times = times;
        let mut right = if times > 0.0 { times + SPACE } else { MARGIN };
        for lane in 0..self.content.lanes.all.len() {
            let axis = match lane.checked_sub(1) {
                None => right + self.edge(lane, LEFT),
                Some(before) => {
                    let captions = self.gaps.iter().zip(&self.labels.captions);
                    let captions = captions.filter(|((gap, _), _)| *gap == before);
                    let room = captions.map(|(&(_, row), caption)| {
                        self.beside.between(before, row) + cells::width(&caption.text) + ENDS
                    });
                    self.columns.axes[before] + room.fold(self.apart(before), f64::max)
                }
            };
            self.columns.axes.push(axis);
            right = axis + self.edge(lane, RIGHT);
            if let Some(family) = self.frame(lane) {
                let left = axis - self.edge(lane, LEFT);
                match self.columns.frames.last_mut().filter(|frame| frame.family == family) {
                    Some(frame) => frame.right = frame.right.max(right),
                    None => self.columns.frames.push(FamilyFrame { family, left, right }),
                }
            }
        }
        let axes = &self.columns.axes;
        let middle = |&(gap, row): &(usize, usize)| {
            let left = axes[gap] + self.beside.of(gap, RIGHT, row);
            f64::midpoint(left, axes[gap + 1] - self.beside.of(gap + 1, LEFT, row))
        };
        self.columns.captions = self.gaps.iter().map(middle).collect();
        self.columns.width = right + MARGIN;
    }

    /// How far the axis of a lane is from the next, without the captions of arrows between them.
    fn apart(&self, lane: usize) -> f64 {
        let rows = 0..self.beside.rows();
        let texts = rows.map(|row| self.beside.between(lane, row) + SPACE).fold(0.0, f64::max);
        let is_framed = self.frame(lane) != self.frame(lane + 1);
        let frames = self.edge(lane, RIGHT) + self.edge(lane + 1, LEFT) + SPACE / 2.0;
        if is_framed { texts.max(frames) } else { texts }
    }

    /// How far the texts beside a lane reach, with the margin of its frame.
    fn edge(&self, lane: usize, side: usize) -> f64 {
        let widest = self.beside.widest(lane, side);
        if self.frame(lane).is_some() { widest + FRAME } else { widest }
    }

    /// How long each label and caption that was cut could be in the present layout.
    fn room(&self, cells: usize) -> TextRoom {
        let mut beside = self.beside.clone();
        let fitting = |room: f64| (room / CELL) as usize;
        let labels = beside::all(self.content, self.labels).map(|(lane, label, rows)| {
            if !label.is_cut {
                return cells;
            }
            let side = beside::side(label);
            let reach = rows.clone().map(|row| self.reach(&beside, lane, side, row));
            let room = fitting(reach.fold(f64::INFINITY, f64::min) - ASIDE).clamp(cells, LONGEST);
            rows.for_each(|row| beside.write(lane, side, row, room as f64 * CELL + ASIDE));
            room
        });
        let mut items: Vec<_> = labels.collect();
        let bars = items.split_off(self.labels.items.len());
        let captions = self.gaps.iter().map(|&(gap, row)| {
            let apart = self.columns.axes[gap + 1] - self.columns.axes[gap];
            fitting(apart - self.beside.between(gap, row) - ENDS).min(LONGEST)
        });
        TextRoom { cells, items, bars, captions: captions.collect() }
    }

    /// How far from its lane something may be written in a row.
    fn reach(&self, beside: &Beside, lane: usize, side: usize, row: usize) -> f64 {
        let next = if side == RIGHT { lane + 1 } else { lane.wrapping_sub(1) };
        let is_free = !self.gaps.contains(&(lane.min(next), row));
        let axes = &self.columns.axes;
        match axes.get(next).map(|axis| (axis - axes[lane]).abs()).filter(|_| is_free) {
            Some(apart) if self.frame(lane) == self.frame(next) => {
                apart - beside.of(next, 1 - side, row) - SPACE
            }
            Some(apart) if self.frame(lane).is_none() => {
                apart - self.edge(next, 1 - side) - SPACE / 2.0
            }
            _ => self.beside.widest(lane, side),
        }
    }

    /// The family of a lane, if it has a frame: one with several lanes, or a listener.
    fn frame(&self, lane: usize) -> Option<usize> {
        let all = &self.content.lanes.all;
        let family = all[lane].family;
        let mut lanes = all.iter().filter(|lane| lane.family == family);
        let is_server = |lane: &Lane| self.story.tasks[lane.task].part == Part::Server;
        (lanes.clone().count() > 1 || lanes.any(is_server)).then_some(family)
    }

    /// The lane after which a caption is placed; outside the frames, if its line leaves one.
    fn gap(&self, caption: &Caption) -> usize {
        let (left, right) = caption.lanes;
        let mut outside = (left..right).filter(|&lane| self.frame(lane) != self.frame(lane + 1));
        let found = if self.frame(left).is_some() { outside.next_back() } else { outside.next() };
        found.unwrap_or(left)
    }

    /// The row of a caption, as in `beside`.
    fn row(&self, caption: &Caption) -> usize {
        let item = match caption.on {
            CaptionOn::Link(link) => self.content.links.all[link].to,
            CaptionOn::Item(item) => item,
        };
        1 + self.content.rows.of[item]
    }
}
