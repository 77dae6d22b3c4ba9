//! Where everything is in the picture, in pixels.

use super::cells;
use super::columns::Columns;
use super::items::Items;
use super::labels::{Bar, Labels};
use super::lanes::Lanes;
use super::links::Links;
use super::more::More;
use super::rows::Rows;
use super::times::Times;
use crate::screen::Lang;
use crate::trace::model::story::Story;
use crate::trace::words::summary;

/// The height of a row.
pub const ROW: f64 = 18.0;
/// The height of a lane's head.
pub const HEAD: f64 = 34.0;
/// How much of a head is above the arrow to it.
const ABOVE: f64 = 9.0;
/// The height of an idle time.
pub const IDLE: f64 = 12.0;

/// The top of the first row, without the sentence.
const TOP: f64 = 94.0;
/// The left margin of the title.
pub const MARGIN: f64 = 20.0;
/// A line of the sentence, and the width of a cell of it.
pub const LINE: f64 = 18.0;
const SENTENCE_CELL: f64 = 7.6;

/// The picture before it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Geometry {
    /// The lanes.
    pub lanes: Lanes,
    /// The items.
    pub items: Items,
    /// What is counted.
    pub mores: Vec<More>,
    /// The links between the items.
    pub links: Links,
    /// Their rows.
    pub rows: Rows,
    /// The times of the rows.
    pub times: Times,
    /// The texts.
    pub labels: Labels,
    /// Where the lanes are.
    pub columns: Columns,
    /// The sentence above the picture.
    pub sentence: String,
    /// The same in lines.
    pub lines: Vec<String>,
    /// What the log lacks, in lines.
    pub notes: Vec<String>,
    /// The middle of each row.
    pub heights: Vec<f64>,
    /// The top of the first row, below title and heads.
    pub top: f64,
    /// How wide it is shown: narrower than it is drawn where that leaves room for more words.
    pub shown: f64,
    /// Overall height, without the legend.
    pub height: f64,
}

impl Geometry {
    /// The middle of an item's row.
    #[must_use]
    pub fn y(&self, item: usize) -> f64 {
        self.heights[self.rows.of[item]]
    }

    /// The bottom of a lane's head: at the top, or where its task is made, below the text above it.
    #[must_use]
    pub fn born(&self, lane: usize) -> f64 {
        self.links.births[lane].map_or(self.top - ROW, |birth| self.y(birth) + HEAD - ABOVE)
    }

    /// Where a lane's first wait is written.
    #[must_use]
    pub fn first_wait(&self, lane: usize) -> f64 {
        self.links.births[lane].map_or(self.top - ROW / 2.0, |birth| self.y(birth) + 2.0 * ROW)
    }

    /// Writes the text above the picture and below it.
    pub(super) fn write_heading(&mut self, story: &Story, lang: Lang) {
        let longest = |bar: &Bar| {
            bar.waits.iter().map(|&step| &story.steps[step]).max_by_key(|step| step.took())
        };
        let waits: Vec<_> = self.labels.bars.iter().filter_map(longest).collect();
        self.sentence = summary::sentence(story, &waits, self.lanes.left_out(story), lang);
        let cells = ((self.columns.width - 2.0 * MARGIN) / SENTENCE_CELL) as usize;
        self.lines = cells::wrap(&self.sentence, cells);
        let notes = story.missing.words(lang);
        self.notes = notes.iter().flat_map(|note| cells::wrap(note, cells)).collect();
        self.top = TOP + self.lines.len() as f64 * LINE;
    }

    /// Where the heads of the lanes and their frames begin, below title and sentence.
    #[must_use]
    pub fn head_top(&self) -> f64 {
        self.top - ROW - HEAD - 8.0
    }

    /// Finds the height of each row.
    pub(super) fn place_rows(&mut self) {
        let mut y = self.top;
        for row in 0..self.rows.times.len() {
            if self.rows.after_idle.contains_key(&row) {
                y += IDLE;
            }
            self.heights.push(y);
            y += ROW;
        }
        self.height = y + ROW;
    }
}
