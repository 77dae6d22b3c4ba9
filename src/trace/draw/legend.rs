//! The meanings of the signs that are in the picture.

use super::findings;
use super::picture::Picture;
use crate::screen::Lang;
use crate::trace::layout::cells;
use crate::trace::layout::geometry::{LINE, MARGIN};
use crate::trace::model::channel;
use crate::trace::model::story::{Arrow, ArrowKind};
use std::fmt::{self, Write};

/// The width of a cell of the legend.
const CELL: f64 = 6.6;

/// A sign, and what it means in Spanish and in English.
type Entry = (&'static str, &'static str, &'static str);

const CALL: Entry = (
    "<g class=\"mark none\"><rect x=\"2\" y=\"-5\" width=\"10\" height=\"10\" rx=\"2\"/></g>",
    "una llamada al sistema",
    "a system call",
);
const WAIT: Entry = (
    "<rect y=\"-7\" width=\"14\" height=\"14\" rx=\"2\" fill=\"url(#hatch-none)\"/>",
    "espera: el proceso duerme dentro de la llamada",
    "waiting: the process sleeps inside the call",
);
const IDLE: Entry = (
    "<line class=\"idle\" x2=\"16\"/>",
    "no pasa nada durante ese tiempo (el tiempo no va a escala)",
    "nothing happens for that time (time is not to scale)",
);
const ZOMBIE: Entry = (
    "<line class=\"zombie none\" x2=\"16\"/>",
    "terminado, sin recoger todavía",
    "ended, not reaped yet",
);
const MORE: Entry = (
    "<g class=\"more\"><rect x=\"4\" y=\"-7\" width=\"8\" height=\"14\" rx=\"4\"/></g>",
    "no se dibuja, se cuenta: las mismas llamadas en el mismo orden (varias seguidas valen por una)",
    "counted, not drawn: the same calls in the same order (several in a row count as one)",
);
const STUB: Entry = (
    "<g class=\"stub\"><line class=\"arrow none\" x2=\"16\"/></g>",
    "va a lo que no se dibuja, o viene de ahí",
    "goes to what is not drawn, or comes from it",
);
const END: Entry = (
    "<line class=\"arrow eof none\" x2=\"16\"/>",
    "fin de archivo o de un proceso, conexión rota, señal",
    "end of file or of a process, reset, signal",
);
const FINDING: Entry = (
    "<circle class=\"finding\" cx=\"7\" r=\"7\"/>",
    "un error, con su número",
    "a mistake, with its number",
);
const TCP: Entry = ("<line class=\"arrow none\" x2=\"16\"/>", "TCP", "TCP");
const UNIX: Entry = ("<line class=\"arrow unix none\" x2=\"16\"/>", "AF_UNIX", "AF_UNIX");
const DATAGRAM: Entry =
    ("<line class=\"arrow datagram none\" x2=\"16\"/>", "datagramas", "datagrams");
const PIPE: Entry = ("<line class=\"arrow pipe none\" x2=\"16\"/>", "tubería", "pipe");

impl<W: Write> Picture<'_, W> {
    /// Writes the signs with their meanings, and below them what the log lacks. Returns the height taken.
    pub(super) fn legend(&mut self, top: f64) -> Result<f64, fmt::Error> {
        let right = self.geometry.columns.width - MARGIN;
        let (mut x, mut y) = (MARGIN, top + LINE);
        for (sign, es, en) in self.entries() {
            let words = match self.lang {
                Lang::Es => es,
                Lang::En => en,
            };
            let width = 22.0 + cells::count(words) as f64 * CELL;
            if x > MARGIN && x + width > right {
                (x, y) = (MARGIN, y + LINE);
            }
            writeln!(self.out, "<g transform=\"translate({x:.1} {y:.1})\">{sign}</g>")?;
            self.text((x + 22.0, y + 4.0), "legend", words)?;
            x += width + 20.0;
        }
        for finding in &self.story.findings {
            y += LINE;
            self.text((MARGIN, y + 4.0), "legend alarm", &findings::name(finding, self.lang))?;
        }
        for note in &self.geometry.notes {
            y += LINE;
            self.text((MARGIN, y + 4.0), "legend", note)?;
        }
        Ok(y + LINE / 2.0 - top)
    }

    fn entries(&self) -> Vec<Entry> {
        let geometry = self.geometry;
        let arrows = geometry.links.all.iter().map(|link| &self.story.arrows[link.arrow]);
        let is_dashed = |arrow: &Arrow| !matches!(arrow.kind, ArrowKind::Data | ArrowKind::Connect);
        let has_dashed = arrows.clone().any(is_dashed);
        let data = arrows.filter(|arrow| arrow.kind == ArrowKind::Data);
        let ends = data.filter_map(|arrow| self.story.steps[arrow.from].end);
        let kinds: Vec<_> = ends.map(|end| self.story.channels[end.channel].kind).collect();
        let is_mixed = kinds.iter().any(|kind| *kind != channel::ChannelKind::Tcp);
        let has = |kind| is_mixed && kinds.contains(&kind);
        let all = [
            (true, CALL),
            (!geometry.labels.bars.is_empty(), WAIT),
            (!geometry.rows.after_idle.is_empty(), IDLE),
            (geometry.links.has(self.story, ArrowKind::Reap), ZOMBIE),
            (has_dashed, END),
            (has(channel::ChannelKind::Tcp), TCP),
            (has(channel::ChannelKind::Unix), UNIX),
            (has(channel::ChannelKind::Datagram), DATAGRAM),
            (has(channel::ChannelKind::Pipe), PIPE),
            (!geometry.links.stubs.is_empty(), STUB),
            (!geometry.mores.is_empty(), MORE),
            (!self.story.findings.is_empty(), FINDING),
        ];
        all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, entry)| entry).collect()
    }
}
