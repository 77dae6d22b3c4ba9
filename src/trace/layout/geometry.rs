//! Where everything is in the picture, in pixels.

use super::lanes::Lane;
use super::links::Links;
use super::rows::Rows;
use std::collections::BTreeMap;

/// The height of a row.
pub const ROW: f64 = 18.0;
/// The height of a lane's head.
pub const HEAD: f64 = 32.0;
/// The top of the first row, below title and heads.
pub const TOP: f64 = 110.0;
/// What an idle time takes.
pub const IDLE: f64 = 12.0;
/// A text beside a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub text: String,
    /// Whether it stands to the left of the lane.
    pub is_left: bool,
}

/// A time in which a process waited.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The lane, an index.
    pub lane: usize,
    /// The calls, indexes of steps.
    pub waits: Vec<usize>,
    /// Its top and its bottom.
    pub from: f64,
    /// Its bottom.
    pub to: f64,
    /// What it waited for.
    pub label: Label,
}

/// The picture before it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Geometry {
    /// From left to right.
    pub lanes: Vec<Lane>,
    /// The axis of each lane.
    pub axes: Vec<f64>,
    /// The left and right edge of the ground under the processes that are the server.
    pub group: Option<(f64, f64)>,
    /// The links between the marks.
    pub links: Links,
    /// The rows.
    pub rows: Rows,
    /// The middle of each row.
    pub heights: Vec<f64>,
    /// The label of each mark, under its step.
    pub labels: BTreeMap<usize, Label>,
    /// The waiting.
    pub bars: Vec<Bar>,
    /// What is written along each arrow of the story.
    pub captions: Vec<String>,
    /// Overall width.
    pub width: f64,
    /// Overall height.
    pub height: f64,
}

impl Geometry {
    /// The middle of a row.
    #[must_use]
    pub fn y(&self, row: usize) -> f64 {
        self.heights.get(row).copied().unwrap_or(TOP)
    }

    /// The middle of a mark's row.
    #[must_use]
    pub fn y_of(&self, step: usize) -> Option<f64> {
        self.rows.of.get(&step).map(|&row| self.y(row))
    }

    /// The bottom of the head of a lane: at the top, or where a child is forked.
    #[must_use]
    pub fn born(&self, lane: usize) -> f64 {
        let fork = self.links.fork_of(self.lanes[lane].task);
        let forked = fork.and_then(|fork| self.y_of(fork));
        forked.map_or(TOP - ROW, |y| y + HEAD / 2.0)
    }
}
