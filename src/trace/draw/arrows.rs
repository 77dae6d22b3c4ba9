//! The arrows of the picture.

use super::figures::HALF;
use super::picture::Picture;
use crate::trace::layout::labels::{Caption, CaptionOn};
use crate::trace::layout::links::{Link, Stub};
use crate::trace::model::channel;
use crate::trace::model::story::{Arrow, ArrowKind, Story};
use std::fmt::{self, Write};

/// From a mark to the beginning of an arrow.
const AWAY: f64 = HALF + 2.0;

/// The length of an arrow that goes to what is not drawn.
const SHORT: f64 = 30.0;

impl<W: Write> Picture<'_, W> {
    /// An arrow from one lane to another.
    pub(super) fn link(&mut self, link: &Link) -> fmt::Result {
        let geometry = self.geometry;
        let arrow = &self.story.arrows[link.arrow];
        let place = |item: usize| {
            let axis = geometry.columns.axes[geometry.items.all[item].lanes[0]];
            (axis, geometry.y(item))
        };
        let ((from_x, from_y), (to_x, to_y)) = (place(link.from), place(link.to));
        // A child is reaped in its parent's row.
        let from_y = if arrow.kind == ArrowKind::Reap { to_y } else { from_y };
        let (colour, class) = (self.colours.of_arrow(arrow), class(self.story, arrow));
        let side = (to_x - from_x).signum() * AWAY;
        writeln!(
            self.out,
            "<g class=\"link {class} {colour}\" data-from=\"m{}\" data-to=\"m{}\">",
            arrow.from, arrow.to
        )?;
        let (start, end) = ((from_x + side, from_y), (to_x - side, to_y));
        self.pointed(&format!("arrow {class} {colour}"), start, end)?;
        writeln!(self.out, "</g>")
    }

    /// The text on an arrow. Written later, so that no line is drawn over it.
    pub(super) fn said(&mut self, caption: &Caption, x: f64) -> fmt::Result {
        let CaptionOn::Link(index) = caption.on else {
            return Ok(());
        };
        let link = &self.geometry.links.all[index];
        let arrow = &self.story.arrows[link.arrow];
        let (colour, y) = (self.colours.of_arrow(arrow), self.geometry.y(link.to));
        writeln!(
            self.out,
            "<g class=\"said link {colour}\" data-from=\"m{}\" data-to=\"m{}\">",
            arrow.from, arrow.to
        )?;
        self.caption((x, y), "caption", &caption.text)?;
        writeln!(self.out, "</g>")
    }

    /// An arrow to a lane that stands for several tasks, or to what is not drawn.
    pub(super) fn stub(&mut self, stub: &Stub) -> fmt::Result {
        let geometry = self.geometry;
        let arrow = &self.story.arrows[stub.arrow];
        let (x, y) =
            (geometry.columns.axes[geometry.items.all[stub.item].lanes[0]], geometry.y(stub.item));
        let other = geometry.columns.axes[stub.lane];
        let side = (other - x).signum();
        let near = (x + side * AWAY, y);
        let is_shared = geometry.lanes.is_shared(stub.lane);
        let far = if is_shared { (other, y) } else { (x + side * SHORT, y) };
        let (colour, class) = (self.colours.of_arrow(arrow), class(self.story, arrow));
        let end = if stub.is_out { "from" } else { "to" };
        let key = geometry.items.all[stub.item].at;
        writeln!(self.out, "<g class=\"link stub {class} {colour}\" data-{end}=\"m{key}\">")?;
        let (from, to) = if stub.is_out { (near, far) } else { (far, near) };
        self.pointed(&format!("arrow {class} {colour}"), from, to)?;
        writeln!(self.out, "</g>")
    }
}

/// How an arrow looks: by what goes, and through what.
fn class(story: &Story, arrow: &Arrow) -> &'static str {
    let end = story.steps[arrow.from].end.or(story.steps[arrow.to].end);
    let through = end.map(|end| story.channels[end.channel].kind);
    match (arrow.kind, through) {
        (ArrowKind::Connect, Some(channel::ChannelKind::Unix)) => "connect unix",
        (ArrowKind::Connect, _) => "connect",
        (ArrowKind::Data, Some(channel::ChannelKind::Unix)) => "data unix",
        (ArrowKind::Data, Some(channel::ChannelKind::Datagram)) => "data datagram",
        (ArrowKind::Data, Some(channel::ChannelKind::Pipe)) => "data pipe",
        (ArrowKind::Data, _) => "data",
        (ArrowKind::End, _) => "eof",
        (ArrowKind::Reset, _) => "eof reset",
        (ArrowKind::Signal, _) => "signal",
        (ArrowKind::Reap, _) => "reap",
    }
}
