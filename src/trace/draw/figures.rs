//! The figures of the picture: lanes, heads, bars, marks and arrows.

use super::hue;
use super::picture::Picture;
use crate::trace::layout::axes;
use crate::trace::layout::geometry::{Bar, HEAD, ROW, TOP};
use crate::trace::model::story::{Arrow, Kind};
use crate::trace::model::topic::Topic;
use crate::trace::words::names;
use std::fmt::{self, Write};

/// Half a mark.
const HALF: f64 = 5.0;

impl<W: Write> Picture<'_, W> {
    /// A ground under the processes that are the server.
    pub(super) fn group(&mut self) -> fmt::Result {
        let Some((left, right)) = self.geometry.group else {
            return Ok(());
        };
        let top = TOP - ROW - HEAD - 8.0;
        writeln!(
            self.out,
            "<rect class=\"group\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\" rx=\"10\"/>",
            right - left,
            self.geometry.height - ROW / 2.0 - top
        )
    }

    /// The line of a lane: dotted where the process has ended and nobody has reaped it.
    pub(super) fn lane(&mut self, lane: usize) -> fmt::Result {
        let geometry = self.geometry;
        let (x, head) = (geometry.axes[lane], geometry.born(lane));
        let hue = hue::of_lane(self.story, geometry, lane);
        let lane = &geometry.lanes[lane];
        let first = lane.marks.first().filter(|mark| mark.waits.is_empty());
        let forked = geometry.links.fork_of(lane.task).is_some();
        let first = first.filter(|_| !forked).and_then(|mark| geometry.y_of(mark.step));
        let top = first.unwrap_or(head);
        // Not begun yet.
        self.line("before", (x, head), (x, top))?;
        let last = lane.marks.last().and_then(|mark| geometry.y_of(mark.step));
        let end = match last {
            Some(last) if lane.waits.is_empty() => last,
            _ => geometry.height - ROW,
        };
        self.line(&format!("lane {hue}"), (x, top), (x, end))?;
        let mut steps = self.story.steps.iter();
        let reaped =
            steps.position(|step| step.topic == Topic::Wait && step.other == Some(lane.task));
        match reaped.and_then(|step| geometry.y_of(step)) {
            Some(y) if y > end => {
                self.line(&format!("zombie {hue}"), (x, end), (x, y))?;
                self.line(&format!("end {hue}"), (x - HALF, y), (x + HALF, y))
            }
            _ => Ok(()),
        }
    }

    /// The head of a lane, with an arrow to it if it was forked.
    pub(super) fn head(&mut self, lane: usize) -> fmt::Result {
        let geometry = self.geometry;
        let task = geometry.lanes[lane].task;
        let told = &self.story.tasks[task];
        let hue = hue::of_lane(self.story, geometry, lane);
        let (width, x) = (axes::head(self.story, task), geometry.axes[lane]);
        let top = geometry.born(lane) - HEAD;
        if let Some(fork) = geometry.links.fork_of(task) {
            let parent = geometry.links.lane_of(self.story.steps[fork].task);
            if let Some((parent, y)) = parent.zip(geometry.y_of(fork)) {
                let parent = geometry.axes[parent];
                let side = (parent - x).signum();
                let end = (x + side * width / 2.0, y);
                writeln!(self.out, "<g class=\"link fork {hue}\" data-from=\"m{fork}\">")?;
                self.pointed(&format!("arrow {hue}"), (parent - side * (HALF + 2.0), y), end)?;
                writeln!(self.out, "</g>")?;
            }
        }
        writeln!(
            self.out,
            "<g class=\"head {hue}\" data-lane=\"{}\"><rect x=\"{:.1}\" y=\"{top:.1}\" \
             width=\"{width:.1}\" height=\"{HEAD}\" rx=\"5\"/>",
            told.pid,
            x - width / 2.0
        )?;
        self.text((x, top + 14.0), "name", &names::task(self.story, task, self.lang))?;
        if told.pid > 0 {
            self.text((x, top + 26.0), "pid", &format!("pid {}", told.pid))?;
        }
        writeln!(self.out, "</g>")
    }

    /// A time of waiting.
    pub(super) fn bar(&mut self, index: usize, bar: &Bar) -> fmt::Result {
        let x = self.geometry.axes[bar.lane];
        let hue = hue::of_lane(self.story, self.geometry, bar.lane);
        let is_first = self.geometry.born(bar.lane) >= bar.from;
        // It leaves room for the marks above and below.
        let from = bar.from + if is_first { 0.0 } else { HALF + 2.0 };
        let height = bar.to - HALF - 2.0 - from;
        if height < 3.0 {
            return Ok(());
        }
        self.open(&format!("bar {hue}"), &format!("b{index}"), &bar.waits)?;
        writeln!(
            self.out,
            "<rect x=\"{:.1}\" y=\"{from:.1}\" width=\"14\" height=\"{height:.1}\" rx=\"2\" \
             fill=\"url(#hatch-{hue})\"/>",
            x - 7.0
        )?;
        let label = bar.from + if is_first { ROW / 2.0 } else { ROW };
        self.label((x, label), "waits", &bar.label)?;
        writeln!(self.out, "</g>")
    }

    /// The calls of a lane.
    pub(super) fn marks(&mut self, lane: usize) -> fmt::Result {
        let x = self.geometry.axes[lane];
        for mark in &self.geometry.lanes[lane].marks {
            let Some(y) = self.geometry.y_of(mark.step) else {
                continue;
            };
            let hue = hue::of_mark(self.story, mark.step);
            self.open(&format!("mark {hue}"), &format!("m{}", mark.step), &[mark.step])?;
            writeln!(
                self.out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"10\" height=\"10\" rx=\"2\"/>",
                x - HALF,
                y - HALF
            )?;
            if let Some(label) = self.geometry.labels.get(&mark.step) {
                self.label((x, y), "call", label)?;
            }
            writeln!(self.out, "</g>")?;
        }
        Ok(())
    }

    /// What goes from one lane to another.
    pub(super) fn arrow(&mut self, index: usize, arrow: &Arrow) -> fmt::Result {
        let geometry = self.geometry;
        let place = |step: usize| {
            let lane = geometry.links.lane_of(self.story.steps[step].task)?;
            Some((lane, geometry.y_of(step)?))
        };
        let Some(((from, from_y), (to, to_y))) = place(arrow.from).zip(place(arrow.to)) else {
            return Ok(());
        };
        // A child is reaped where it stands.
        let from_y = if arrow.kind == Kind::Reap { to_y } else { from_y };
        let (from_x, to_x) = (geometry.axes[from], geometry.axes[to]);
        let (hue, kind) = (hue::of_arrow(self.story, arrow), class(arrow.kind));
        let side = (to_x - from_x).signum() * (HALF + 2.0);
        writeln!(
            self.out,
            "<g class=\"link {kind} {hue}\" data-from=\"m{}\" data-to=\"m{}\">",
            arrow.from, arrow.to
        )?;
        let (start, end) = ((from_x + side, from_y), (to_x - side, to_y));
        self.pointed(&format!("arrow {kind} {hue}"), start, end)?;
        let middle = self.outside(from_x, to_x);
        let share = (middle - from_x) / (to_x - from_x);
        let y = from_y + (to_y - from_y) * share;
        let caption = &geometry.captions[index];
        if !caption.is_empty() {
            // The line stops for the words.
            let width = axes::width(caption) + 6.0;
            writeln!(
                self.out,
                "<rect class=\"paper\" x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\"/>",
                middle - width / 2.0,
                y - 7.0
            )?;
            self.text((middle, y + 4.0), "caption", caption)?;
        }
        writeln!(self.out, "</g>")
    }

    /// Where an arrow is written on: between its client and the server's ground.
    fn outside(&self, from: f64, to: f64) -> f64 {
        let (left, right) = (from.min(to), from.max(to));
        match self.geometry.group {
            Some((edge, _)) if left < edge => f64::midpoint(left, right.min(edge)),
            Some((_, edge)) if edge < right => f64::midpoint(left.max(edge), right),
            _ => f64::midpoint(left, right),
        }
    }
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Connect => "connect",
        Kind::Data => "data",
        Kind::End => "eof",
        Kind::Signal => "signal",
        Kind::Reap => "reap",
    }
}
