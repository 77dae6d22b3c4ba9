//! Lays the picture out: from a story to its geometry.

pub mod axes;
pub mod geometry;
pub mod lanes;
pub mod links;
pub mod rows;

use crate::screen::Lang;
use crate::trace::model::story::{Arrow, Kind, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::Topic;
use crate::trace::words::show;
use geometry::{Bar, Geometry, IDLE, Label, ROW, TOP};
use links::Links;

/// The longest label and the longest caption of an arrow, in characters.
const LABEL: usize = 40;
const CAPTION: usize = 34;

/// Works it all out.
#[must_use]
pub fn lay_out(story: &Story, lang: Lang) -> Geometry {
    let lanes = lanes::all(story);
    let links = Links::new(story, &lanes);
    let rows = rows::place(story, &lanes, &links);
    let mut this = Geometry { lanes, links, rows, ..Geometry::default() };
    this.place_rows();
    let arrows = story.arrows.iter();
    this.captions = arrows.map(|arrow| caption(story, arrow, lang)).collect();
    for lane in 0..this.lanes.len() {
        this.label(story, lane, lang);
        this.add_bars(story, lane, lang);
    }
    axes::place(&mut this, story);
    this
}

impl Geometry {
    fn place_rows(&mut self) {
        let mut y = TOP;
        for row in 0..self.rows.times.len() {
            if self.rows.after_idle.contains(&row) {
                y += IDLE;
            }
            self.heights.push(y);
            y += ROW;
        }
        self.height = y + ROW;
    }

    /// The lanes at the other ends of a mark's arrows.
    fn ends(&self, story: &Story, step: usize) -> Vec<usize> {
        let told = &story.steps[step];
        let steps = self.links.causes(step).iter();
        let steps = steps.chain(self.links.effects(step));
        let tasks = steps.map(|&other| story.steps[other].task);
        let forked = told.other.filter(|_| told.topic == Topic::Fork);
        let lanes = tasks.chain(forked);
        lanes.filter_map(|task| self.links.lane_of(task)).collect()
    }

    /// Labels the marks of a lane, away from their arrows.
    fn label(&mut self, story: &Story, lane: usize, lang: Lang) {
        let marks = &self.lanes[lane].marks;
        for (index, mark) in marks.iter().enumerate() {
            let told = &story.steps[mark.step];
            let ends = self.ends(story, mark.step);
            let mut text = show::label(story, told, lang);
            if ends.is_empty() && !story.data(told).is_empty() {
                text = format!("{text} {}", show::quote(&story.data(told), CAPTION));
            }
            let to_left = ends.iter().any(|&end| end < lane);
            let to_right = ends.iter().any(|&end| end > lane);
            let leans_left = self.leans_left(story, lane);
            let is_crossed = marks.get(index + 1).is_some_and(|below| {
                self.slopes(story, below.step, self.links.causes(below.step), leans_left)
            });
            let is_left = if to_left == to_right { leans_left != is_crossed } else { to_right };
            let text = show::shorten(&text, LABEL);
            self.labels.insert(mark.step, Label { text, is_left });
        }
    }

    /// The side of a lane's labels where no arrow decides: clients' outside, servers' inside.
    fn leans_left(&self, story: &Story, lane: usize) -> bool {
        let is_in_left_half = 2 * lane + 1 < self.lanes.len();
        match story.tasks[self.lanes[lane].task].part {
            Part::Client => is_in_left_half,
            Part::Child | Part::Other => !is_in_left_half,
            Part::Server => false,
        }
    }

    /// Whether an arrow between a mark and one of its `ends` slopes through what is written on that side.
    fn slopes(&self, story: &Story, mark: usize, ends: &[usize], to_left: bool) -> bool {
        let lane = |step: usize| self.links.lane_of(story.steps[step].task);
        ends.iter().any(|&end| {
            self.rows.of[&end] != self.rows.of[&mark] && (lane(end) < lane(mark)) == to_left
        })
    }

    fn add_bars(&mut self, story: &Story, lane: usize, lang: Lang) {
        let mut from = self.born(lane);
        let marks = &self.lanes[lane].marks;
        let ends = marks.iter().map(|mark| (&mark.waits, Some(mark.step)));
        let bottom = self.height - ROW;
        let mut bars = Vec::new();
        let mut above = None;
        for (waits, mark) in ends.chain([(&self.lanes[lane].waits, None)]) {
            let to = mark.and_then(|mark| self.y_of(mark));
            let longest = waits.iter().max_by_key(|&&step| story.steps[step].took());
            if let Some(&longest) = longest {
                let text = show::waiting(story, &story.steps[longest], lang);
                let leans_left = self.leans_left(story, lane);
                let is_crossed = above.is_some_and(|above| {
                    self.slopes(story, above, self.links.effects(above), leans_left)
                });
                bars.push(Bar {
                    lane,
                    waits: waits.clone(),
                    from,
                    to: to.unwrap_or(bottom),
                    label: Label {
                        text: show::shorten(&text, LABEL),
                        is_left: leans_left != is_crossed,
                    },
                });
            }
            from = to.unwrap_or(from);
            above = mark;
        }
        self.bars.append(&mut bars);
    }
}

/// What is written along an arrow.
fn caption(story: &Story, arrow: &Arrow, lang: Lang) -> String {
    let (from, to) = (&story.steps[arrow.from], &story.steps[arrow.to]);
    match (arrow.kind, lang) {
        (Kind::Data, _) => show::quote(&story.data(from), CAPTION),
        (Kind::End, _) if from.topic == Topic::TellAll && story.call(from).name() == "write" => {
            "1 byte".into()
        }
        (Kind::End, Lang::Es) => "fin de archivo".into(),
        (Kind::End, Lang::En) => "end of file".into(),
        (Kind::Connect, _) => {
            to.end.map_or(String::new(), |end| story.channels[end.channel].ends[0].name.to_string())
        }
        (Kind::Signal | Kind::Reap, _) => String::new(),
    }
}
