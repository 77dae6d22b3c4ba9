//! Where the lanes stand: as close together as what is written between them allows.

use super::geometry::Geometry;
use crate::screen::Lang;
use crate::trace::model::story::Story;
use crate::trace::model::task::Part;
use crate::trace::words::names;

/// The width of a character of a label, and of the smaller text on an arrow.
pub const CHAR: f64 = 7.25;
/// The same of a head's text.
const HEAD_CHAR: f64 = 7.6;
/// From an axis to a label beside it.
pub const ASIDE: f64 = 12.0;
/// The time column.
const TIMES: f64 = 84.0;
/// The least there is between what stands side by side.
const SPACE: f64 = 26.0;
/// From what stands at the edge of the server's ground to that edge.
const GROUP: f64 = 14.0;
/// The least width, for the title.
const LEAST: f64 = 760.0;

/// The width of a text.
#[must_use]
pub fn width(text: &str) -> f64 {
    text.chars().count() as f64 * CHAR
}

/// The width of a lane's head.
#[must_use]
pub fn head(story: &Story, task: usize) -> f64 {
    let pid = format!("pid {}", story.tasks[task].pid).chars().count();
    let names = [Lang::Es, Lang::En].map(|lang| names::task(story, task, lang).chars().count());
    let longest = names.into_iter().max().unwrap_or(0).max(pid);
    longest as f64 * HEAD_CHAR + 22.0
}

/// Places the axes.
pub(super) fn place(geometry: &mut Geometry, story: &Story) {
    let is_server = |lane: usize| {
        let task = geometry.lanes[lane].task;
        story.tasks[task].part != Part::Client
    };
    let mut axes: Vec<f64> = Vec::new();
    let mut group: Option<(f64, f64)> = None;
    let mut x = TIMES;
    for lane in 0..geometry.lanes.len() {
        let (left, right) =
            (beside(geometry, story, lane, true), beside(geometry, story, lane, false));
        let neighbours = axes.last().zip(lane.checked_sub(1));
        let captions =
            neighbours.map_or(0.0, |(_, last)| captions_between(geometry, story, last, lane));
        let enters = neighbours.is_some_and(|(_, last)| is_server(last) != is_server(lane));
        // What is written on arrows stands outside the group.
        match neighbours {
            Some((&axis, _)) if enters && is_server(lane) => {
                x = x.max(axis + captions) + GROUP + left;
            }
            Some(_) if enters => {
                let edge = x - SPACE + GROUP;
                x = (edge + captions).max(edge + left + SPACE);
            }
            Some((axis, _)) => x = (x + left).max(axis + captions),
            None => x += left,
        }
        axes.push(x);
        if is_server(lane) {
            let (from, _) = group.unwrap_or((x - left - GROUP, x));
            group = Some((from, x + right + GROUP));
        }
        x += right + SPACE;
    }
    geometry.width = x.max(LEAST);
    geometry.axes = axes;
    geometry.group = group;
}

/// The room that a lane takes on one side.
fn beside(geometry: &Geometry, story: &Story, lane: usize, is_left: bool) -> f64 {
    let marks = geometry.lanes[lane].marks.iter();
    let marks = marks.filter_map(|mark| geometry.labels.get(&mark.step));
    let bars = geometry.bars.iter().filter(|bar| bar.lane == lane);
    let labels = marks.chain(bars.map(|bar| &bar.label));
    let widths =
        labels.filter(|label| label.is_left == is_left).map(|label| width(&label.text) + ASIDE);
    let half = head(story, geometry.lanes[lane].task) / 2.0;
    widths.fold(half, f64::max)
}

/// The room that arrows between two neighbours need for what is written along them. An arrow that
/// goes further is written on beside its client.
fn captions_between(geometry: &Geometry, story: &Story, left: usize, right: usize) -> f64 {
    let mut room: f64 = 0.0;
    for (arrow, caption) in story.arrows.iter().zip(&geometry.captions) {
        let lane = |step: usize| geometry.links.lane_of(story.steps[step].task);
        let Some((from, to)) = lane(arrow.from).zip(lane(arrow.to)) else {
            continue;
        };
        let crosses = from.min(to) <= left && right <= from.max(to);
        if crosses && !caption.is_empty() {
            room = room.max(width(caption) + 54.0);
        }
    }
    room
}
