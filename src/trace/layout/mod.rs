//! Lays the picture out: from a story to its geometry.
//!
//! | step | what it decides |
//! |---|---|
//! | [`lanes`] | who has a lane, and in which order |
//! | [`fold`](mod@fold) | what is shown, and what is counted in its place |
//! | [`items`], [`links`] | what has a place of its own, and what goes from one to another |
//! | [`rows`] | when |
//! | [`labels`] | what is written, on which side |
//! | [`columns`] | where |

pub mod alike;
pub mod arrivals;
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
pub mod rows;
pub mod strands;
#[cfg(test)]
mod tests;

use crate::screen::Lang;
use crate::trace::model::story::{Step, Story};
use fold::Folded;
use geometry::Geometry;
use items::Items;
use lanes::Lanes;
use limits::{PICTURE, ROWS, SCREEN, WHOLE};
use links::Links;
use rows::Rows;

/// Works it all out.
#[must_use]
pub fn lay_out(story: &Story, lang: Lang) -> Geometry {
    let lanes = Lanes::of_picture(story, &PICTURE);
    let (folded, items, links, rows) = choose(story, &lanes);
    let mores = folded.mores;
    let labels = labels::write(story, (&lanes, &items, &mores), (&links, &rows), lang);
    let columns = columns::place(story, &lanes, &items, &labels, lang);
    let mut this =
        Geometry { lanes, items, mores, links, rows, labels, columns, ..Geometry::default() };
    this.write_heading(story, lang);
    this.place_rows();
    this
}

/// Everything, if it fits on a screen; if not, what is alike is counted, and of the rest what is in the midst.
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
