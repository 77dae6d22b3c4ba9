//! The figures of the picture: frames, lanes, heads, bars, marks and counts.

use super::picture::{Picture, Point};
use crate::trace::layout::columns::FamilyFrame;
use crate::trace::layout::geometry::{HEAD, ROW};
use crate::trace::layout::items::ItemKind;
use crate::trace::layout::labels::{Bar, CaptionOn};
use crate::trace::model::meaning::Meaning;
use std::fmt::{self, Write};

/// Half a mark.
pub(super) const HALF: f64 = 5.0;

impl<W: Write> Picture<'_, W> {
    /// The background of a family's lanes.
    pub(super) fn frame(&mut self, frame: &FamilyFrame) -> fmt::Result {
        let top = self.geometry.head_top();
        writeln!(
            self.out,
            "<rect class=\"group\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"10\"/>",
            frame.left,
            frame.right - frame.left,
            self.geometry.height - ROW / 2.0 - top
        )
    }

    /// The line of a lane: dotted while the task is a zombie.
    pub(super) fn lane(&mut self, lane: usize) -> fmt::Result {
        let geometry = self.geometry;
        let (x, head) = (geometry.columns.axes[lane], geometry.born(lane));
        let colour = self.colours.of_lane(&geometry.lanes, lane);
        let bottom = geometry.height - ROW;
        if geometry.lanes.is_shared(lane) {
            return self.line("before", (x, head), (x, bottom));
        }
        let items = &geometry.items.in_lane[lane];
        let first = items.first().filter(|&&item| geometry.items.all[item].waits.is_empty());
        let first = first.filter(|_| geometry.links.births[lane].is_none());
        let top = first.map_or(head, |&item| geometry.y(item));
        // Not started yet.
        self.line("before", (x, head), (x, top))?;
        let end = match items.last() {
            Some(&last) if geometry.items.waits[lane].is_empty() => geometry.y(last),
            _ => bottom,
        };
        self.line(&format!("lane {colour}"), (x, top), (x, end))?;
        match self.reaped(geometry.lanes.all[lane].task) {
            Some(y) if y > end => {
                self.line(&format!("zombie {colour}"), (x, end), (x, y))?;
                self.line(&format!("end {colour}"), (x - HALF, y), (x + HALF, y))
            }
            _ => Ok(()),
        }
    }

    /// Where a task is reaped.
    fn reaped(&self, task: usize) -> Option<f64> {
        let items = &self.geometry.items.all;
        let reaps = |what: ItemKind| match what {
            ItemKind::Mark(step) => {
                let step = &self.story.steps[step];
                step.meaning == Meaning::Wait && step.other == Some(task)
            }
            ItemKind::More(_) => false,
        };
        let item = items.iter().position(|item| reaps(item.what));
        item.map(|item| self.geometry.y(item))
    }

    /// The arrow to the head of a lane whose task is made in the picture.
    pub(super) fn birth(&mut self, lane: usize) -> fmt::Result {
        let geometry = self.geometry;
        let Some(birth) = geometry.links.births[lane] else {
            return Ok(());
        };
        let colour = self.colours.of_lane(&geometry.lanes, lane);
        let (width, x) = (geometry.columns.head(lane), geometry.columns.axes[lane]);
        let (parent, y) = (geometry.items.all[birth].lanes[0], geometry.y(birth));
        let parent = geometry.columns.axes[parent];
        let side = (parent - x).signum();
        let end = (x + side * width / 2.0, y);
        let step = geometry.items.all[birth].at;
        writeln!(self.out, "<g class=\"link fork {colour}\" data-from=\"m{step}\">")?;
        self.pointed(&format!("arrow {colour}"), (parent - side * (HALF + 2.0), y), end)?;
        writeln!(self.out, "</g>")
    }

    /// The head of a lane.
    pub(super) fn head(&mut self, lane: usize) -> fmt::Result {
        let geometry = self.geometry;
        let colour = self.colours.of_lane(&geometry.lanes, lane);
        let (width, x) = (geometry.columns.head(lane), geometry.columns.axes[lane]);
        let top = geometry.born(lane) - HEAD;
        let shared = if geometry.lanes.is_shared(lane) { "shared" } else { "" };
        writeln!(
            self.out,
            "<g class=\"head {colour} {shared}\" data-lane=\"{}\"><rect x=\"{:.1}\" y=\"{top:.1}\" \
             width=\"{width:.1}\" height=\"{HEAD}\" rx=\"5\"/>",
            self.story.tasks[geometry.lanes.all[lane].task].pid,
            x - width / 2.0
        )?;
        let [name, below] = &geometry.columns.heads[lane];
        let middle = if below.is_empty() { 21.0 } else { 14.0 };
        self.text((x, top + middle), "name", name)?;
        if !below.is_empty() {
            self.text((x, top + 28.0), "pid", below)?;
        }
        writeln!(self.out, "</g>")
    }

    /// A wait.
    pub(super) fn bar(&mut self, index: usize, bar: &Bar) -> fmt::Result {
        let geometry = self.geometry;
        let x = geometry.columns.axes[bar.lane];
        let colour = self.colours.of_lane(&geometry.lanes, bar.lane);
        let above = bar.above.map_or(geometry.born(bar.lane), |item| geometry.y(item));
        let below = bar.below.map_or(geometry.height - ROW, |item| geometry.y(item));
        // It leaves room for the marks above and below.
        let from = above + if bar.above.is_none() { 0.0 } else { HALF + 2.0 };
        let height = below - HALF - 2.0 - from;
        if height < 3.0 {
            return Ok(());
        }
        self.open(&format!("bar {colour}"), &format!("b{index}"), &bar.waits)?;
        writeln!(
            self.out,
            "<rect x=\"{:.1}\" y=\"{from:.1}\" width=\"14\" height=\"{height:.1}\" rx=\"2\" \
             fill=\"url(#hatch-{colour})\"/>",
            x - 7.0
        )?;
        writeln!(self.out, "</g>")
    }

    /// What a bar is for. Written later, so that no line is drawn over it.
    pub(super) fn bar_label(&mut self, index: usize, bar: &Bar) -> fmt::Result {
        let geometry = self.geometry;
        let above = bar.above.map(|item| geometry.y(item) + ROW);
        let y = above.unwrap_or_else(|| geometry.first_wait(bar.lane));
        writeln!(self.out, "<g data-of=\"b{index}\">")?;
        self.label((geometry.columns.axes[bar.lane], y), "waits", &bar.label)?;
        writeln!(self.out, "</g>")
    }

    /// A call, or a count.
    pub(super) fn item(&mut self, index: usize) -> fmt::Result {
        match self.geometry.items.all[index].what {
            ItemKind::Mark(step) => self.mark(index, step),
            ItemKind::More(more) => self.more(index, more),
        }
    }

    fn mark(&mut self, index: usize, step: usize) -> fmt::Result {
        let lane = self.geometry.items.all[index].lanes[0];
        let (x, y) = (self.geometry.columns.axes[lane], self.geometry.y(index));
        let colour = self.colours.of_mark(step);
        self.open(&format!("mark {colour}"), &format!("m{step}"), &[step])?;
        writeln!(
            self.out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"10\" height=\"10\" rx=\"2\"/>",
            x - HALF,
            y - HALF
        )?;
        self.label((x, y), "call", &self.geometry.labels.items[index])?;
        self.finding((x, y), index)?;
        writeln!(self.out, "</g>")
    }

    /// A ring around a mark where there is a mistake, with its number.
    fn finding(&mut self, (x, y): Point, index: usize) -> fmt::Result {
        let item = &self.geometry.items.all[index];
        let found = self.story.findings.iter().filter(|finding| item.has(finding.step));
        let numbers: Vec<_> = found.map(|finding| finding.mistake.number().to_string()).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "<circle class=\"finding\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"9\"/>")?;
        self.text((x + 8.0, y - 7.0), "finding", &numbers.join(" "))
    }

    fn more(&mut self, index: usize, more: usize) -> fmt::Result {
        let geometry = self.geometry;
        let (lanes, y) = (&geometry.items.all[index].lanes, geometry.y(index));
        self.open("more", &format!("f{more}"), &[])?;
        let ends = lanes.first().zip(lanes.last()).filter(|(left, right)| left < right);
        if let Some((&left, &right)) = ends {
            let [left, right] = [left, right].map(|lane| (geometry.columns.axes[lane], y));
            self.line("counted", left, right)?;
        }
        for &lane in lanes {
            let x = geometry.columns.axes[lane];
            writeln!(
                self.out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"14\" rx=\"4\"/>",
                x - 4.0,
                y - 7.0
            )?;
        }
        if let [lane] = **lanes {
            self.label((geometry.columns.axes[lane], y), "waits", &geometry.labels.items[index])?;
        }
        let captions = geometry.labels.captions.iter().zip(&geometry.columns.captions);
        for (caption, &x) in captions.filter(|(caption, _)| caption.on == CaptionOn::Item(index)) {
            self.caption((x, y), "caption", &caption.text)?;
        }
        writeln!(self.out, "</g>")
    }
}
