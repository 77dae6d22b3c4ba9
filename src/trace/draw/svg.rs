//! The picture: a lane per process, time downwards, arrows for what goes from one to another.

use super::escape::Escaped;
use super::hue;
use super::picture::{Details, Picture};
use crate::screen::Lang;
use crate::trace::layout::geometry::{Geometry, IDLE, ROW};
use crate::trace::layout::lay_out;
use crate::trace::model::story::Story;
use crate::trace::words::summary;
use std::fmt::{self, Write};

/// The colours, for light and dark backgrounds.
const STYLE: &str = include_str!("picture.css");

/// The right edge of the time column.
const TIME: f64 = 70.0;

/// The left margin of the title.
const MARGIN: f64 = 20.0;

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
    let mut picture = Picture { story, geometry, lang, details, out };
    picture.draw()
}

/// Draws the story, to stand alone.
///
/// # Errors
///
/// Only those of `out`.
pub fn write_alone(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    write(story, &lay_out(story, lang), lang, Details::Titles, out)
}

impl<W: Write> Picture<'_, W> {
    fn draw(&mut self) -> fmt::Result {
        let (width, height) = (self.geometry.width, self.geometry.height + 1.5 * ROW);
        let title = summary::title(self.story, self.lang);
        writeln!(
            self.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" class=\"trace\" role=\"img\" \
             aria-label=\"{}\">\n<style>\n{STYLE}</style>",
            Escaped(&title)
        )?;
        self.hatches()?;
        writeln!(self.out, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>")?;
        let sentence = summary::sentence(self.story, self.geometry, self.lang);
        self.text((MARGIN, 28.0), "title", &title)?;
        self.text((MARGIN, 48.0), "sentence", &sentence)?;
        self.times()?;
        self.group()?;
        for lane in 0..self.geometry.lanes.len() {
            self.lane(lane)?;
        }
        for (index, bar) in self.geometry.bars.iter().enumerate() {
            self.bar(index, bar)?;
        }
        for (index, arrow) in self.story.arrows.iter().enumerate() {
            self.arrow(index, arrow)?;
        }
        for lane in 0..self.geometry.lanes.len() {
            self.head(lane)?;
        }
        for lane in 0..self.geometry.lanes.len() {
            self.marks(lane)?;
        }
        self.legend(height - 14.0)?;
        writeln!(self.out, "</svg>")
    }

    /// A pattern of each colour, for waiting.
    fn hatches(&mut self) -> fmt::Result {
        self.out.write_str("<defs>\n")?;
        for hue in hue::ALL {
            writeln!(
                self.out,
                "<pattern id=\"hatch-{hue}\" class=\"{hue}\" width=\"5\" height=\"5\" \
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
        let mut last: u64 = 0;
        for (row, time) in self.geometry.rows.times.iter().enumerate() {
            let Some(time) = *time else { continue };
            let y = self.geometry.y(row);
            if self.geometry.rows.after_idle.contains(&row) {
                let y = y - (ROW + IDLE) / 2.0;
                let right = self.geometry.width - MARGIN;
                self.line("idle", (TIME + 8.0, y), (right, y))?;
                let idle = format!("+{} ms", time.saturating_sub(last) / 1000);
                self.text((TIME, y + 4.0), "time idling", &idle)?;
            }
            self.text((TIME, y + 4.0), "time", &seconds(time))?;
            last = time;
        }
        Ok(())
    }

    /// What the signs mean.
    fn legend(&mut self, y: f64) -> fmt::Result {
        let (call, wait, idle, zombie) = match self.lang {
            Lang::Es => (
                "una llamada al sistema",
                "espera: el proceso duerme dentro de la llamada",
                "no pasa nada durante ese tiempo (el tiempo no va a escala)",
                "terminado, sin recoger todavía",
            ),
            Lang::En => (
                "a system call",
                "waiting: the process sleeps inside the call",
                "nothing happens for that time (time is not to scale)",
                "ended, not reaped yet",
            ),
        };
        let mut x = MARGIN;
        let mut entry = |this: &mut Self, sign: &str, words: &str| {
            writeln!(this.out, "<g transform=\"translate({x:.1} {y:.1})\">{sign}</g>")?;
            this.text((x + 22.0, y + 4.0), "legend", words)?;
            x += 22.0 + words.chars().count() as f64 * 6.3 + 26.0;
            Ok::<(), fmt::Error>(())
        };
        let mark = "<g class=\"mark none\"><rect x=\"2\" y=\"-5\" width=\"10\" height=\"10\" rx=\"2\"/></g>";
        entry(self, mark, call)?;
        let bar = "<rect y=\"-7\" width=\"14\" height=\"14\" rx=\"2\" fill=\"url(#hatch-none)\"/>";
        entry(self, bar, wait)?;
        if !self.geometry.rows.after_idle.is_empty() {
            entry(self, "<line class=\"idle\" x2=\"16\"/>", idle)?;
        }
        if !self.geometry.links.is_without_forks() {
            entry(self, "<line class=\"zombie none\" x2=\"16\"/>", zombie)?;
        }
        Ok(())
    }
}

/// `0.0534`.
#[must_use]
pub fn seconds(micros: u64) -> String {
    format!("{}.{:04}", micros / 1_000_000, micros / 100 % 10_000)
}
