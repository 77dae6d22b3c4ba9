//! Lays the picture out: from a story to its geometry.
//!
//! | step | what it decides |
//! |---|---|
//! | [`lanes`] | who has a lane, and in which order |
//! | [`fold`](mod@fold) | what is shown, and what is counted in its place |
//! | [`items`], [`links`] | what has a place of its own, and what goes from one to another |
//! | [`rows`] | when |
//! | [`times`], [`labels`] | what is written, on which side |
//! | [`columns`] | where |
//!
//! The last two again with less written, until it is no wider than it may be ([`width`]).

pub mod alike;
pub mod arrivals;
pub mod beside;
pub mod cells;
pub mod columns;
pub mod fold;
pub mod geometry;
pub mod items;
pub mod labels;
pub mod lanes;
pub mod limits;
pub mod links;
pub mod more;
mod order;
mod repeats;
pub mod room;
pub mod rows;
pub mod strands;
#[cfg(test)]
mod tests;
pub mod times;
pub mod width;

use crate::screen::Lang;
use crate::trace::model::story::{Step, Story};
use columns::Content;
use fold::Folded;
use geometry::Geometry;
use items::Items;
use lanes::Lanes;
use limits::{PICTURE, ROWS, SCREEN, WHOLE};
use links::Links;
use room::{LONGEST, Room, SHORTEST};
use rows::Rows;
use times::Times;
use width::Width;

/// Works it all out, as wide as it needs.
#[must_use]
pub fn lay_out(story: &Story, lang: Lang) -> Geometry {
    lay_out_within(story, Width::default(), lang)
}

/// The same, no wider than asked.
#[must_use]
pub fn lay_out_within(story: &Story, width: Width, lang: Lang) -> Geometry {
    let lanes = Lanes::of_picture(story, &PICTURE);
    let (folded, items, links, rows) = choose(story, &lanes);
    let mores = folded.mores;
    let times = Times::new(story, &rows, lang);
    let content =
        Content { lanes: &lanes, items: &items, links: &links, rows: &rows, times: &times };
    // As much as there is room for is written.
    let write = |room: &Room| {
        let labels = labels::write(story, (&lanes, &items, &mores), (&links, &rows), room, lang);
        let (columns, room) = columns::place(story, content, &labels, room, lang);
        (labels, columns, room)
    };
    let mut written = write(&Room::of(LONGEST));
    for cells in (SHORTEST..LONGEST).rev() {
        if written.1.width <= width.room() {
            break;
        }
        written = write(&Room::of(cells));
    }
    // A text that was cut for the sake of others may have room in its own row.
    let (labels, mut columns, _) = write(&written.2);
    columns.width = columns.width.max(width.least());
    let shown = width.shown(columns.width);
    let mut this = Geometry {
        lanes,
        items,
        mores,
        links,
        rows,
        labels,
        columns,
        times,
        shown,
        ..Geometry::default()
    };
    this.write_heading(story, lang);
    this.place_rows();
    this
}

/// Everything, if it fits on a screen; if not, what is alike is counted, and then the middle of the rest.
fn choose(story: &Story, lanes: &Lanes) -> (Folded, Items, Links, Rows) {
    let is_mark = |step: &Step| strands::is_mark(story, step);
    if story.steps.iter().filter(|step| is_mark(step)).take(WHOLE.steps + 1).count() <= WHOLE.steps
    {
        let whole = fold::fold(story, lanes, &WHOLE, is_mark);
        let (items, links, rows) = place(story, lanes, &whole);
        if rows.times.len() <= SCREEN {
            return (whole, items, links, rows);
        }
    }
    let mut folded = fold::fold(story, lanes, &PICTURE, is_mark);
    loop {
        let (items, links, rows) = place(story, lanes, &folded);
        let (count, shown) = (rows.times.len(), folded.shown.len());
        if count <= ROWS || shown < 3 {
            return (folded, items, links, rows);
        }
        folded.cut(story, lanes, (shown * ROWS / count).min(shown - 1));
    }
}

fn place(story: &Story, lanes: &Lanes, folded: &Folded) -> (Items, Links, Rows) {
    let items = Items::new(story, lanes, folded);
    let links = Links::new(story, lanes, &items);
    let rows = rows::place(story, &items, &folded.mores, &links);
    (items, links, rows)
}
