//! The picture: a lane per task, time downwards, arrows between them.

use super::colour::{self, Colours};
use super::escape::Escaped;
use super::picture::{Details, Picture};
use crate::screen::Lang;
use crate::trace::layout::cells;
use crate::trace::layout::geometry::{Geometry, IDLE, LINE, MARGIN, ROW};
use crate::trace::model::story::Story;
use crate::trace::words::summary;
use std::fmt::{self, Write};

/// The colours, for light and dark backgrounds.
const STYLE: &str = include_str!("picture.css");

/// The width of a cell of the title.
const TITLE_CELL: f64 = 11.5;

/// Draws the story.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(
    story: &Story,
    geometry: &Geometry,
    lang: Lang,
    details: Details,
    out: &mut impl Write,
) -> fmt::Result {
    // The figures first: they determine the height.
    let mut figures = String::new();
    let out_of_figures = &mut figures;
    let colours = Colours::new(story, &geometry.items);
    let mut picture = Picture { story, geometry, colours, lang, details, out: out_of_figures };
    let height = picture.draw()?;
    let (width, title) = (geometry.columns.width, summary::title(story, lang));
    // On the page, title and sentence are in HTML: they wrap in its window.
    let top = if details == Details::Keys { geometry.head_top() } else { 0.0 };
    let height = height - top;
    let shown = geometry.shown;
    let high = height * shown / width;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {top:.0} {width:.0} {height:.0}\" \
         width=\"{shown:.0}\" height=\"{high:.0}\" class=\"trace\" role=\"img\" \
         aria-label=\"{}\">\n<style>\n{STYLE}</style>",
        Escaped(&title)
    )?;
    out.write_str(&figures)?;
    writeln!(out, "</svg>")
}

impl<W: Write> Picture<'_, W> {
    /// Draws everything; returns the height.
    fn draw(&mut self) -> Result<f64, fmt::Error> {
        let geometry = self.geometry;
        self.hatches()?;
        writeln!(self.out, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")?;
        if self.details == Details::Titles {
            self.heading()?;
        }
        self.times()?;
        for frame in &geometry.columns.frames {
            self.frame(frame)?;
        }
        let lanes = 0..geometry.lanes.all.len();
        for lane in lanes.clone() {
            self.lane(lane)?;
        }
        for (index, bar) in geometry.labels.bars.iter().enumerate() {
            self.bar(index, bar)?;
        }
        for link in &geometry.links.all {
            self.link(link)?;
        }
        for stub in &geometry.links.stubs {
            self.stub(stub)?;
        }
        for lane in lanes.clone() {
            self.birth(lane)?;
        }
        for (caption, &x) in geometry.labels.captions.iter().zip(&geometry.columns.captions) {
            self.said(caption, x)?;
        }
        for lane in lanes {
            self.head(lane)?;
        }
        for (index, bar) in geometry.labels.bars.iter().enumerate() {
            self.bar_label(index, bar)?;
        }
        for item in 0..geometry.items.all.len() {
            self.item(item)?;
        }
        let legend = self.legend(geometry.height)?;
        Ok(geometry.height + legend)
    }

    /// Title and sentence.
    fn heading(&mut self) -> fmt::Result {
        let geometry = self.geometry;
        let room = ((geometry.columns.width - 2.0 * MARGIN) / TITLE_CELL) as usize;
        let title = summary::title(self.story, self.lang);
        self.text((MARGIN, 28.0), "title", &cells::shorten_to_cells(&title, room))?;
        for (line, y) in geometry.lines.iter().zip(0..) {
            self.text((MARGIN, 48.0 + f64::from(y) * LINE), "sentence", line)?;
        }
        Ok(())
    }

    /// A pattern of each colour, for waiting.
    fn hatches(&mut self) -> fmt::Result {
        self.out.write_str("<defs>\n")?;
        for colour in colour::ALL {
            writeln!(
                self.out,
                "<pattern id=\"hatch-{colour}\" class=\"{colour}\" width=\"5\" height=\"5\" \
                 patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
                 <rect class=\"paper\" width=\"5\" height=\"5\"/>\
                 <rect class=\"pale\" width=\"5\" height=\"5\"/>\
                 <line class=\"hatch\" y2=\"5\"/></pattern>"
            )?;
        }
        self.out.write_str("</defs>\n")
    }

    /// The time of each row, and the idle times between rows.
    fn times(&mut self) -> fmt::Result {
        let geometry = self.geometry;
        let right = geometry.columns.times;
        let times = geometry.times.idle.iter().zip(&geometry.times.of);
        for ((idle, time), &y) in times.zip(&geometry.heights) {
            if let Some(idle) = idle {
                let y = y - (ROW + IDLE) / 2.0;
                self.line("idle", (right + 8.0, y), (geometry.columns.width - MARGIN, y))?;
                self.text((right, y + 4.0), "time idling", idle)?;
            }
            if let Some(time) = time {
                self.text((right, y + 4.0), "time", time)?;
            }
        }
        Ok(())
    }
}
