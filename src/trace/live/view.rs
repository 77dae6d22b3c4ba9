//! The view on a terminal: rows that scroll up as others come, and below them the names and what every task is
//! doing now.

use super::canvas::{Canvas, Style};
use super::columns::LiveColumns;
use super::paint::{self, ColouredName};
use super::rows::{self, LiveRow};
use super::watch::LiveFrame;
use crate::screen::Lang;
use crate::sys::terminal::window_size;
use crate::trace::draw::colour::{Channels, Colours};
use crate::trace::model::story::Story;
use crate::trace::words::more::counted;
use crate::trace::words::time::duration;
use crate::trace::words::{names, show};
use std::collections::{HashMap, VecDeque};
use std::io::{self, Write, stdout};

/// How many rows are shown at first if there are more, and repainted when the terminal is resized.
const MOST: usize = 500;

/// The size of a terminal that does not say how large it is.
const USUAL: (usize, usize) = (80, 24);

/// The most lines below the rows.
const BELOW: usize = 3;

/// Erases the cursor's line; moves up a line. Erasing all at once would clear the screen if these are its first
/// lines, and some terminals keep what is cleared.
const ERASE: &str = "\r\x1b[K";
const UP: &str = "\x1b[A";

/// Hides the cursor, shows it.
const HIDE: &str = "\x1b[?25l";
const SHOW: &str = "\x1b[?25h";

/// What a terminal shows.
#[derive(Debug)]
pub(super) struct LiveView {
    lang: Lang,
    has_colours: bool,
    columns: LiveColumns,
    /// The channels that have been shown, for their colours.
    channels: Channels,
    /// The last rows.
    recent: VecDeque<LiveRow>,
    /// Whether the cursor is hidden, and lines are shown below the rows.
    is_there: bool,
    /// Whether the terminal has been resized since they were painted.
    is_resized: bool,
    /// The tasks and names in the present headings.
    named: Vec<(usize, String)>,
    /// The lines below the rows, as shown.
    below: Vec<String>,
    /// How many cells each of them takes.
    widths: Vec<usize>,
}

impl LiveView {
    pub fn new(lang: Lang) -> Self {
        let has_colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            lang,
            has_colours,
            columns: LiveColumns::new(size().0),
            channels: Channels::default(),
            recent: VecDeque::new(),
            is_there: false,
            is_resized: false,
            named: Vec::new(),
            below: Vec::new(),
            widths: Vec::new(),
        }
    }

    /// Shows what is new, and what every task is doing now.
    pub fn show(&mut self, frame: &LiveFrame<'_>) -> io::Result<()> {
        let story = frame.story;
        for &step in &frame.new {
            if rows::is_shown(story, step) {
                self.channels.show(story, step);
            }
        }
        let colours = Colours::of(story, self.channels.clone());
        let lang = self.lang;
        let name = |task: usize| ColouredName {
            text: names::task(story, task, lang),
            colour: colours.of_task(task),
        };
        let mut rows = rows::new(frame, &colours, lang);
        let mut lines = Vec::new();
        let mut before = String::new();
        if std::mem::take(&mut self.is_resized) {
            before = self.push_up();
            self.head(&mut lines, name);
            let room = size().1.saturating_sub(BELOW + 2);
            let recent = self.recent.iter().skip(self.recent.len().saturating_sub(room));
            lines.extend(recent.map(|row| paint::row(row, &self.columns, name)));
        }
        let shown = rows.len().saturating_sub(MOST);
        if shown > 0 {
            lines.push(paint::remark(&self.columns, &earlier(shown, lang)));
        }
        for (index, row) in rows.iter_mut().enumerate() {
            self.place(row, story);
            if index >= shown {
                self.head(&mut lines, name);
                lines.push(paint::row(row, &self.columns, name));
            }
            if row.is_end {
                self.columns.end(row.task);
            }
        }
        self.recent.extend(rows);
        self.recent.drain(..self.recent.len().saturating_sub(MOST));
        let below = self.below(frame, name);
        self.write(&before, &lines, &below)
    }

    /// Gives a row its number, and its tasks their columns.
    fn place(&mut self, row: &mut LiveRow, story: &Story) {
        row.number = self.columns.next_row();
        let made = row.makes.filter(|made| story.tasks[*made].is_traced);
        let all: Vec<_> = row.from.iter().copied().chain([row.task]).chain(made).collect();
        for &task in all.iter().rev() {
            self.columns.place(task, &all);
        }
    }

    /// Writes the names above the columns, if they have changed.
    fn head(&mut self, lines: &mut Vec<Canvas>, name: impl Fn(usize) -> ColouredName) {
        let named: Vec<_> =
            self.columns.tasks.iter().map(|&task| (task, name(task).text)).collect();
        if named != self.named {
            lines.push(paint::names(&self.columns, name));
            self.named = named;
        }
    }

    fn below(
        &mut self,
        frame: &LiveFrame<'_>,
        name: impl Fn(usize) -> ColouredName,
    ) -> Vec<Canvas> {
        let story = frame.story;
        let running: HashMap<_, _> = frame
            .running
            .iter()
            .map(|&index| (story.steps[index].task, &story.steps[index]))
            .collect();
        let now = paint::cells(&self.columns, |task| match running.get(&task) {
            Some(step) => {
                let long = duration(frame.now.saturating_sub(step.at), self.lang);
                let text = format!("▒ {long} {}", show::waiting(story, step, self.lang));
                (text, Style::of(name(task).colour))
            }
            None if self.columns.is_over(task) => (ended(self.lang).into(), Style::dim()),
            None => (String::new(), Style::default()),
        });
        let hint = paint::remark(&self.columns, &hint(&self.columns, self.lang));
        if self.columns.tasks.is_empty() {
            return vec![hint];
        }
        vec![paint::names(&self.columns, name), now, hint]
    }

    /// Writes rows above the lines below them.
    fn write(&mut self, before: &str, rows: &[Canvas], below: &[Canvas]) -> io::Result<()> {
        let text = |line: &Canvas| line.text(self.has_colours);
        let lines: Vec<_> = below.iter().map(text).collect();
        if before.is_empty() && rows.is_empty() && lines == self.below {
            return Ok(());
        }
        let rows: String = rows.iter().map(|row| text(row) + "\n").collect();
        let erase = self.erase();
        let mut out = stdout().lock();
        write!(out, "{HIDE}{erase}{before}{rows}{}", lines.join("\n"))?;
        self.widths = below.iter().map(Canvas::used).collect();
        self.below = lines;
        self.is_there = true;
        out.flush()
    }

    /// The sequence that erases the lines below the rows, and leaves the cursor where they began.
    fn erase(&self) -> String {
        // A terminal that has become narrower may have wrapped them.
        let width = self.columns.width.max(1);
        let rows: usize = self.widths.iter().map(|cells| cells.div_ceil(width).max(1)).sum();
        vec![ERASE; rows].join(UP)
    }

    /// The terminal may have been resized.
    pub fn resize(&mut self) {
        self.columns.resize(size().0);
        self.is_resized = true;
    }

    /// The sequence that scrolls everything out of sight, and leaves the cursor at the top. Lines wrapped by a
    /// narrower terminal are painted again; nothing that others have written is lost.
    fn push_up(&mut self) -> String {
        self.named.clear();
        let lines = size().1;
        format!("\x1b[{lines}B{}\x1b[H", "\n".repeat(lines))
    }

    /// Leaves the terminal with the rows and nothing below them.
    pub fn leave(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.is_there) {
            return Ok(());
        }
        let erase = self.erase();
        (self.below, self.widths) = (Vec::new(), Vec::new());
        let mut out = stdout().lock();
        write!(out, "{erase}{SHOW}")?;
        out.flush()
    }
}

impl Drop for LiveView {
    fn drop(&mut self) {
        let _ = self.leave();
    }
}

/// How many columns and lines the terminal has.
fn size() -> (usize, usize) {
    let (columns, lines) = window_size(stdout()).unwrap_or_default();
    (columns.unwrap_or(USUAL.0), lines.unwrap_or(USUAL.1))
}

fn earlier(count: usize, lang: Lang) -> String {
    let words = [["paso anterior", "pasos anteriores"], ["earlier step", "earlier steps"]];
    format!("… {}", counted(count, words, lang))
}

fn ended(lang: Lang) -> &'static str {
    match lang {
        Lang::Es => "terminó",
        Lang::En => "ended",
    }
}

fn hint(columns: &LiveColumns, lang: Lang) -> String {
    let hint = match (columns.tasks.is_empty(), lang) {
        (true, Lang::Es) => "esperando a que alguien haga algo; q: salir",
        (true, Lang::En) => "waiting for somebody to do something; q: quit",
        (_, Lang::Es) => "q: salir",
        (_, Lang::En) => "q: quit",
    };
    let (alive, over) = columns.folded();
    match (alive, over, lang) {
        (0, 0, _) => hint.into(),
        (alive, over, Lang::Es) => {
            format!(
                "{hint}; sin columna: {} (inactivos: {alive}; terminados: {over})",
                alive + over
            )
        }
        (alive, over, Lang::En) => {
            format!("{hint}; without a column: {} (idle: {alive}; ended: {over})", alive + over)
        }
    }
}
