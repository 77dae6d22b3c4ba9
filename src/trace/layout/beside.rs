//! The texts beside each lane, row by row.

use super::cells;
use super::columns::{ASIDE, Columns, Content};
use super::labels::{ItemLabel, Labels};
use std::ops::Range;

/// The sides of a lane.
pub const LEFT: usize = 0;
pub const RIGHT: usize = 1;

/// How far the texts reach.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Of each lane: to its left and to its right, in each row; the row of the heads is the first.
    lanes: Vec<[Vec<f64>; 2]>,
    rows: usize,
}

impl Beside {
    /// All heads and labels.
    #[must_use]
    pub fn new(content: Content<'_>, labels: &Labels, columns: &Columns) -> Self {
        // Below the last row something may be waited for.
        let rows = 1 + content.rows.times.len() + 3;
        let lanes = vec![[vec![0.0; rows], vec![0.0; rows]]; content.lanes.all.len()];
        let mut this = Self { lanes, rows };
        for lane in 0..this.lanes.len() {
            let half = columns.head(lane) / 2.0;
            for row in birth(content, lane).map_or(0..1, |birth| birth..birth + 2) {
                this.write(lane, LEFT, row, half);
                this.write(lane, RIGHT, row, half);
            }
        }
        for (lane, label, rows) in
            all(content, labels).filter(|(_, label, _)| !label.text.is_empty())
        {
            let width = cells::width(&label.text) + ASIDE;
            rows.for_each(|row| this.write(lane, side(label), row, width));
        }
        this
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How far it reaches in a row.
    #[must_use]
    pub fn of(&self, lane: usize, side: usize, row: usize) -> f64 {
        self.lanes[lane][side].get(row).copied().unwrap_or(0.0)
    }

    /// What takes room in a row between a lane and the next.
    #[must_use]
    pub fn between(&self, lane: usize, row: usize) -> f64 {
        self.of(lane, RIGHT, row) + self.of(lane + 1, LEFT, row)
    }

    /// How far it reaches anywhere.
    #[must_use]
    pub fn widest(&self, lane: usize, side: usize) -> f64 {
        self.lanes[lane][side].iter().copied().fold(0.0, f64::max)
    }

    /// Takes note that something of this width is written there.
    pub fn write(&mut self, lane: usize, side: usize, row: usize, width: f64) {
        if let Some(taken) = self.lanes[lane][side].get_mut(row) {
            *taken = taken.max(width);
        }
    }
}

/// On which side of its lane a label is.
#[must_use]
pub fn side(label: &ItemLabel) -> usize {
    if label.is_left { LEFT } else { RIGHT }
}

/// The labels of the items, then those of the bars: each with its lane and the rows that it is in or between.
pub fn all<'a>(
    content: Content<'a>,
    labels: &'a Labels,
) -> impl Iterator<Item = (usize, &'a ItemLabel, Range<usize>)> {
    let rows = content.rows;
    let items = content.items.all.iter().zip(&labels.items).enumerate();
    let items = items.map(|(index, (item, label))| {
        let row = 1 + rows.of[index];
        (item.lanes[0], label, row..row + 1)
    });
    let bars = labels.bars.iter().map(move |bar| {
        let above = bar.above.map(|item| 2 + rows.of[item]);
        let rows = match (above, birth(content, bar.lane)) {
            (Some(above), _) => above..above + 1,
            // Below the head: between these rows, where there was idle time.
            (None, Some(birth)) => birth + 1..birth + 3,
            (None, None) => 1..2,
        };
        (bar.lane, &bar.label, rows)
    });
    items.chain(bars)
}

/// The row of the call that makes the task of a lane.
fn birth(content: Content<'_>, lane: usize) -> Option<usize> {
    content.links.births[lane].map(|birth| 1 + content.rows.of[birth])
}
