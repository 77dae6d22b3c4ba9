//! A picture being drawn: its texts, its lines, its groups.

use super::escape::Escaped;
use crate::screen::Lang;
use crate::trace::layout::axes::ASIDE;
use crate::trace::layout::geometry::{Geometry, Label};
use crate::trace::model::story::Story;
use std::fmt::{self, Write};

/// How what can be asked about is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// With a title, which a browser shows by itself.
    Titles,
    /// With a key, by which the page around the picture finds its details.
    Keys,
}

/// A picture being drawn.
pub(super) struct Picture<'a, W> {
    pub(super) story: &'a Story,
    pub(super) geometry: &'a Geometry,
    pub(super) lang: Lang,
    pub(super) details: Details,
    pub(super) out: &'a mut W,
}

impl<W: Write> Picture<'_, W> {
    pub(super) fn text(&mut self, (x, y): (f64, f64), class: &str, text: &str) -> fmt::Result {
        writeln!(
            self.out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{}</text>",
            Escaped(text)
        )
    }

    pub(super) fn line(
        &mut self,
        class: &str,
        (x1, y1): (f64, f64),
        (x2, y2): (f64, f64),
    ) -> fmt::Result {
        writeln!(
            self.out,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        )
    }

    /// A line with a point at its end.
    pub(super) fn pointed(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) -> fmt::Result {
        let angle = (to.1 - from.1).atan2(to.0 - from.0).to_degrees();
        self.line(class, from, to)?;
        writeln!(
            self.out,
            "<path class=\"point {class}\" d=\"M0 0l-8 -4v8z\" \
             transform=\"translate({:.1} {:.1}) rotate({angle:.1})\"/>",
            to.0, to.1
        )
    }

    pub(super) fn label(&mut self, (x, y): (f64, f64), class: &str, label: &Label) -> fmt::Result {
        let (x, anchor) = if label.is_left { (x - ASIDE, "left") } else { (x + ASIDE, "right") };
        let inside = self.geometry.group.is_some_and(|(left, right)| left < x && x < right);
        let ground = if inside { "inside" } else { "" };
        self.text((x, y + 4.0), &format!("{class} {anchor} {ground}"), &label.text)
    }

    /// Begins the group of something that can be asked about.
    pub(super) fn open(&mut self, class: &str, key: &str, steps: &[usize]) -> fmt::Result {
        if self.details == Details::Keys {
            return writeln!(self.out, "<g class=\"{class}\" data-key=\"{key}\" tabindex=\"0\">");
        }
        let raw = steps.iter().flat_map(|&step| self.story.raw(&self.story.steps[step]));
        let lines: Vec<_> = raw.collect();
        let title = lines.join("\n");
        writeln!(self.out, "<g class=\"{class}\"><title>{}</title>", Escaped(&title))
    }
}
