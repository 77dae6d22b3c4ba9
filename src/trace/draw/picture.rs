//! A picture being drawn: its texts, its lines, its groups.

use super::colour::Colours;
use super::escape::Escaped;
use crate::screen::Lang;
use crate::trace::layout::cells;
use crate::trace::layout::columns::ASIDE;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::labels::ItemLabel;
use crate::trace::model::story::Story;
use std::fmt::{self, Write};

/// How figures with details are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// With a title, which a browser shows by itself.
    Titles,
    /// With a key, by which the page around the picture finds its details.
    Keys,
}

/// A place in the picture.
pub(super) type Point = (f64, f64);

/// A picture being drawn.
pub(super) struct Picture<'a, W> {
    pub(super) story: &'a Story,
    pub(super) geometry: &'a Geometry,
    pub(super) colours: Colours<'a>,
    pub(super) lang: Lang,
    pub(super) details: Details,
    pub(super) out: &'a mut W,
}

impl<W: Write> Picture<'_, W> {
    /// Writes a text. If a font may lack its characters, or show them in another width, it is made to fit its
    /// room.
    pub(super) fn text(&mut self, (x, y): Point, class: &str, text: &str) -> fmt::Result {
        let is_usual = |char: char| char <= '\u{17f}' || "“”…↵✝".contains(char);
        write!(self.out, "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\"")?;
        if !text.chars().all(is_usual) {
            let width = cells::width(text);
            write!(self.out, " textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\"")?;
        }
        writeln!(self.out, ">{}</text>", Escaped(text))
    }

    pub(super) fn line(&mut self, class: &str, (x1, y1): Point, (x2, y2): Point) -> fmt::Result {
        writeln!(
            self.out,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        )
    }

    /// A line with a point at its end.
    pub(super) fn pointed(&mut self, class: &str, from: Point, to: Point) -> fmt::Result {
        let angle = (to.1 - from.1).atan2(to.0 - from.0).to_degrees();
        self.line(class, from, to)?;
        writeln!(
            self.out,
            "<path class=\"point {class}\" d=\"M0 0l-8 -4v8z\" \
             transform=\"translate({:.1} {:.1}) rotate({angle:.1})\"/>",
            to.0, to.1
        )
    }

    /// A text beside an axis.
    pub(super) fn label(&mut self, (x, y): Point, class: &str, label: &ItemLabel) -> fmt::Result {
        if label.text.is_empty() {
            return Ok(());
        }
        let (x, anchor) = if label.is_left { (x - ASIDE, "left") } else { (x + ASIDE, "right") };
        let ground = self.ground(x);
        self.text((x, y + 4.0), &format!("{class} {anchor} {ground}"), &label.text)
    }

    /// The background of a place: a frame's, or the paper.
    fn ground(&self, x: f64) -> &'static str {
        let mut frames = self.geometry.columns.frames.iter();
        let is_inside = frames.any(|frame| frame.left < x && x < frame.right);
        if is_inside { "inside" } else { "" }
    }

    /// A text in the middle of a line, which is interrupted by it.
    pub(super) fn caption(&mut self, (x, y): Point, class: &str, text: &str) -> fmt::Result {
        let half = cells::width(text) / 2.0 + 3.0;
        self.blank("paper", (x - half, x + half), y)?;
        // It may stand on the edge of a frame.
        for frame in &self.geometry.columns.frames {
            let (left, right) = ((x - half).max(frame.left), (x + half).min(frame.right));
            if left < right {
                self.blank("paper inside", (left, right), y)?;
            }
        }
        self.text((x, y + 4.0), class, text)
    }

    fn blank(&mut self, class: &str, (left, right): (f64, f64), y: f64) -> fmt::Result {
        writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\"/>",
            y - 7.0,
            right - left
        )
    }

    /// Begins the group of a figure with details.
    pub(super) fn open(&mut self, class: &str, key: &str, steps: &[usize]) -> fmt::Result {
        if self.details == Details::Keys {
            return writeln!(self.out, "<g class=\"{class}\" data-key=\"{key}\" tabindex=\"0\">");
        }
        writeln!(self.out, "<g class=\"{class}\">")?;
        if steps.is_empty() {
            return Ok(());
        }
        let raw = steps.iter().flat_map(|&step| self.story.raw(&self.story.steps[step]));
        let lines: Vec<_> = raw.take(MOST).collect();
        writeln!(self.out, "<title>{}</title>", Escaped(&lines.join("\n")))
    }
}

/// The lines of a title.
const MOST: usize = 20;
